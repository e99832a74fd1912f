// botbuilder's CloudAdapter behind the one fastify server: gate first, then botbuilder, then the listeners. Decides nothing about content.
// Refusals are 400 or 401 without a word: what botbuilder would say to a stranger is never sent.
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { errorName } from '../../concurrency/background-tasks.ts';
import type { Deadline } from '../../concurrency/deadline.ts';
import type { PriorityQueue } from '../../concurrency/priority-queue.ts';
import type { RefusalLog } from '../../inbound/refusal-log.ts';
import { createBodyReader, leaveBodiesUnread, turnAway, type Unread } from '../../inbound/request-body.ts';
import { parseJson } from '../../outbound/answer-text.ts';
import { type Answer, type Arrival, startDeadline } from './context.ts';
import type { Library } from './library.ts';
import { quietly } from './library-console.ts';
import { type Activity, activity as activityShape, envelope } from './payload.ts';
import type { Receive } from './receive.ts';
import type { Bearer, Gate, Refusal } from './verify.ts';

const bodyLimitBytes = 512 * 1024;
/** Of all that are being read. Their tokens are good by then, so this is only for a crowd. */
const bodiesBytesAtMost = 8 * 1024 * 1024;
const bodyWithinMs = 5_000;
const path = '/api/messages';
/** Of the seconds within which Teams wants its answer, for keys that are being fetched: ours and botbuilder's together. */
const authenticationMs = 3_000;
const listenersMs = 1_400;

export type RefusedBecause = Refusal | Unread | 'malformed' | 'unreadable' | 'not-authenticated';

export interface ReceiverOptions {
  readonly library: Library;
  readonly gate: Gate;
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
  const { gate, priorityQueue, refusals } = options;
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  const bodies = createBodyReader({
    bytesAtMost: bodyLimitBytes,
    totalBytesAtMost: bodiesBytesAtMost,
    withinMs: bodyWithinMs,
  });
  const refuse = (request: FastifyRequest, reply: FastifyReply, status: number, because: RefusedBecause) => {
    refusals.note(because);
    return turnAway(request, reply, status);
  };
  return async (scope) => {
    mountRaw(scope, options);
    scope.route({
      method: 'POST',
      url: path,
      config: { isRefusalLogged: true },
      // Before the body is read: a stranger's megabyte costs nothing.
      async onRequest(request, reply) {
        const deadline = startDeadline();
        const waitMs = deadline.leftMs(authenticationMs, listenersMs);
        const bearer = await gate.admitBearer(request.headers.authorization, waitMs);
        if (typeof bearer === 'string') return refuse(request, reply, 401, bearer);
        if (!isJson(request.headers['content-type'])) return refuse(request, reply, 400, 'malformed');
        admitted.set(request, { bearer, deadline });
      },
      async handler(request, reply) {
        const known = admitted.get(request);
        if (known === undefined) return refuse(request, reply, 401, 'no-bearer');
        const read = await bodies.read(request.raw);
        if (!read.ok) return refuse(request, reply, read.status, read.because);
        const body = parseJson(read.body.toString());
        const sealed = envelope.safeParse(body);
        if (!sealed.success) return refuse(request, reply, 400, 'malformed');
        const refusal = gate.admitBody(sealed.data, known.bearer);
        if (refusal !== undefined) return refuse(request, reply, 401, refusal);
        const parsed = activityShape.safeParse(body);
        if (!parsed.success) return refuse(request, reply, 400, 'malformed');
        return priorityQueue.answering(() => handOver(parsed.data, known.deadline, request, reply, options));
      },
    });
  };
}

/** Nothing read but what is asked for, and errors without words: only this scope. */
function mountRaw(scope: FastifyInstance, { refusals, log }: ReceiverOptions): void {
  leaveBodiesUnread(scope);
  scope.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 400 && status < 500) {
      refusals.note('unreadable');
      return turnAway(request, reply, status);
    }
    log.error({ event: 'teams.activity.failed', error: errorName(error) });
    return reply.code(500).send();
  });
}

const isJson = (type: string | undefined): boolean => /^application\/json\b/i.test(type ?? '');

/** What botbuilder needs to authenticate, and no more of what a stranger may have written. */
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
  const turn = createTurn(activity, { deadline, answered: whetherAnswered(reply) }, receive);
  const incoming = {
    method: 'POST',
    headers: { authorization: request.headers.authorization },
    body: shownToLibrary(activity),
  };
  const outgoing = silentResponse(reply);
  const process = quietly(log, () => library.process(incoming, outgoing, turn.run));
  try {
    await Promise.race([process, turn.lateAfter(deadline.leftMs(authenticationMs, listenersMs))]);
  } catch (error) {
    log.error({ event: 'teams.activity.failed', error: errorName(error) });
  }
  const answer = turn.answer();
  if (answer === 'not-run') {
    process.catch(() => undefined);
    refusals.note('not-authenticated');
    return turnAway(request, reply, 401);
  }
  return answer?.body === undefined
    ? reply.code(answer?.status ?? 500).send()
    : reply.code(answer.status).send(answer.body);
}

/** Runs the listeners once botbuilder has authenticated, unless the caller was refused meanwhile. */
function createTurn(activity: Activity, arrival: Arrival, receive: Receive) {
  let state: 'waiting' | 'running' | 'late' = 'waiting';
  let answer: Answer | undefined;
  return {
    async run(): Promise<void> {
      if (state === 'late') return;
      state = 'running';
      answer = await receive(activity, arrival);
    },
    /** Resolves when it is too late to begin; what has begun is waited for. */
    lateAfter: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          if (state !== 'waiting') return;
          state = 'late';
          resolve();
        }, ms);
        timer.unref();
        void arrival.answered.then(() => clearTimeout(timer));
      }),
    answer: () => (state === 'running' ? answer : ('not-run' as const)),
  };
}

/** Takes what botbuilder writes and sends none of it: its texts name addresses and reasons. */
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

/** Whether the answer left; an answer that nobody could take is none. */
function whetherAnswered({ raw }: FastifyReply): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  raw.once('close', () => resolve(raw.writableFinished));
  return promise;
}
