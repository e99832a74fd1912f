// The HTTP endpoint for Teams: first our verifier, then botbuilder's CloudAdapter, then the handlers. Decides nothing about content.
// A refusal is a status without a body: botbuilder's explanations are never sent to a stranger.
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { errorName } from '../../concurrency/background-tasks.ts';
import type { Deadline } from '../../concurrency/deadline.ts';
import type { PriorityQueue } from '../../concurrency/priority-queue.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import { answerSent, createRawRoutes } from '../../inbound/raw-route.ts';
import type { RefusalLog } from '../../inbound/refusal-log.ts';
import { turnAway, type Unread } from '../../inbound/request-body.ts';
import { parseJson } from '../../outbound/answer-text.ts';
import { type Answer, type Arrival, startDeadline } from './context.ts';
import type { Library } from './library.ts';
import { quietly } from './library-console.ts';
import { type Activity, activity as activityShape, envelope } from './payload.ts';
import type { Receive } from './receive.ts';
import type { Bearer, Refusal, Verifier } from './verify.ts';

const bodyLimitBytes = 512 * 1024;
/** Of all bodies that are being read at once. Their tokens were verified before, so this only matters under load. */
const bodiesBytesAtMost = 8 * 1024 * 1024;
const bodyWithinMs = 5_000;
const path = '/api/messages';
/** Share of the seconds within which Teams wants its answer: for waiting while keys are fetched, ours and botbuilder's together. */
const authenticationMs = 3_000;
const handlersMs = 1_400;

export type RefusedBecause = Refusal | Unread | 'malformed' | 'unreadable' | 'not-authenticated';

export interface ReceiverOptions {
  readonly library: Library;
  readonly verifier: Verifier;
  readonly receive: Receive;
  readonly priorityQueue: PriorityQueue;
  readonly refusals: RefusalLog<RefusedBecause>;
  readonly log: Logger;
}

interface Admitted {
  readonly bearer: Bearer;
  readonly deadline: Deadline;
}

export function createReceiver(options: ReceiverOptions): FastifyPluginAsync {
  const { verifier, priorityQueue, refusals, log } = options;
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  const limits = { bytesAtMost: bodyLimitBytes, totalBytesAtMost: bodiesBytesAtMost, withinMs: bodyWithinMs };
  const { read, refuse, mount } = createRawRoutes<RefusedBecause>(limits, refusals);
  return async (scope) => {
    mount(scope, log, 'teams.activity.failed');
    scope.route({
      method: 'POST',
      url: path,
      config: { isRefusalLogged: true },
      // Before the body is read, so that a large body from a stranger costs nothing.
      async onRequest(request, reply) {
        const deadline = startDeadline();
        const waitMs = deadline.leftMs(authenticationMs, handlersMs);
        const bearer = await verifier.admitBearer(request.headers.authorization, waitMs);
        if (typeof bearer === 'string') return refuse(request, reply, 401, bearer);
        if (!isJson(request.headers['content-type'])) return refuse(request, reply, 400, 'malformed');
        admitted.set(request, { bearer, deadline });
      },
      async handler(request, reply) {
        const known = admitted.get(request);
        if (known === undefined) return refuse(request, reply, 401, 'no-bearer');
        const bytes = await read(request, reply);
        if (bytes === undefined) return reply;
        const body = parseJson(bytes.toString());
        const parsedEnvelope = envelope.safeParse(body);
        if (!parsedEnvelope.success) return refuse(request, reply, 400, 'malformed');
        const refusal = verifier.admitBody(parsedEnvelope.data, known.bearer);
        if (refusal !== undefined) return refuse(request, reply, 401, refusal);
        const parsed = activityShape.safeParse(body);
        if (!parsed.success) return refuse(request, reply, 400, 'malformed');
        return priorityQueue.answering(() => handOver(parsed.data, known.deadline, request, reply, options));
      },
    });
  };
}

const isJson = (type: string | undefined): boolean => /^application\/json\b/i.test(type ?? '');

/** Only the fields that botbuilder needs to authenticate, and nothing else that a stranger may have written. */
const shownToLibrary = ({ type, id, serviceUrl, name, from, recipient, conversation }: Activity) => ({
  ...{ type, serviceUrl, channelId: 'msteams' },
  ...{ id: id ?? undefined, name: name ?? undefined },
  ...{ from: { id: from.id }, recipient: { id: recipient?.id ?? '' }, conversation: { id: conversation.id } },
});

async function handOver(
  activity: Activity,
  deadline: Deadline,
  request: FastifyRequest,
  reply: FastifyReply,
  { library, receive, refusals, log }: ReceiverOptions,
): Promise<FastifyReply> {
  const turn = createTurn(activity, { deadline, answered: answerSent(reply) }, receive);
  const incoming = {
    method: 'POST',
    headers: { authorization: request.headers.authorization },
    body: shownToLibrary(activity),
  };
  const outgoing = silentResponse(reply);
  const process = quietly(log, () => library.process(incoming, outgoing, turn.run));
  try {
    await turn.endedOrLate(process, deadline.leftMs(authenticationMs, handlersMs));
  } catch (error) {
    log.error({ event: 'teams.activity.failed', error: errorName(error) });
  }
  const answer = turn.answer();
  if (answer === 'not-run') {
    refusals.note('not-authenticated');
    return turnAway(request, reply, 401);
  }
  return answer?.body === undefined
    ? reply.code(answer?.status ?? 500).send()
    : reply.code(answer.status).send(answer.body);
}

/** Runs the handlers once botbuilder has authenticated, unless the caller was refused meanwhile. */
function createTurn(activity: Activity, arrival: Arrival, receive: Receive) {
  let state: 'waiting' | 'running' | 'late' = 'waiting';
  let answer: Answer | undefined;
  const begun = Promise.withResolvers<true>();
  return {
    async run(): Promise<void> {
      if (state === 'late') return;
      state = 'running';
      begun.resolve(true);
      answer = await receive(activity, arrival);
    },
    /** Resolves when `process` has ended, or when it is too late for it to begin. What has begun is waited for. */
    async endedOrLate(process: Promise<void>, ms: number): Promise<void> {
      const settle = (): void => begun.resolve(true);
      process.then(settle, settle);
      if ((await withTimeout(begun.promise, ms)) === undefined) state = 'late';
      else await process;
    },
    answer: () => (state === 'running' ? answer : ('not-run' as const)),
  };
}

/** Discards what botbuilder writes, because its texts name addresses and reasons. */
function silentResponse(reply: FastifyReply) {
  const response = {
    socket: reply.raw.socket,
    status: () => response,
    header: () => response,
    send: () => response,
    end: () => response,
  };
  return response;
}
