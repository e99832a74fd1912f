// botbuilder's CloudAdapter behind the one fastify server: gate first, then botbuilder, then the listeners. Decides nothing about content.
// Refusals are 400 or 401 without a word: what botbuilder would say to a stranger is never sent.
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { errorName } from '../background.ts';
import type { Turnstile } from '../turnstile.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import type { Bearer, Gate } from './gate.ts';
import type { Library } from './library.ts';
import { quietly } from './library-console.ts';
import type { Answer } from './listening.ts';
import { type Activity, activity as activityShape, envelope } from './payload.ts';
import type { Arrival, Receive } from './receive.ts';

const bodyLimitBytes = 512 * 1024;
const path = '/api/messages';
/** Of the seconds within which Teams wants its answer, for keys that are being fetched: ours and botbuilder's together. */
const authenticationMs = 3_000;
const listenersMs = 1_400;

export interface ReceiverOptions {
  readonly library: Library;
  readonly gate: Gate;
  readonly receive: Receive;
  readonly turnstile: Turnstile;
  readonly log: Logger;
}

interface Admitted {
  readonly bearer: Bearer;
  readonly deadline: Deadline;
}

export function createReceiver(options: ReceiverOptions): FastifyPluginAsync {
  const { gate, turnstile, log } = options;
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  const refuse = (reply: FastifyReply, status: 400 | 401, because: string): FastifyReply => {
    log.warn({ event: 'teams.refused', because });
    return reply.code(status).send();
  };
  return async (scope) => {
    mountRaw(scope);
    scope.route({
      method: 'POST',
      url: path,
      bodyLimit: bodyLimitBytes,
      // Before the body is read: a stranger's megabyte costs nothing.
      async onRequest(request, reply) {
        const deadline = createDeadline();
        const waitMs = deadline.leftMs(authenticationMs, listenersMs);
        const bearer = await gate.admitBearer(request.headers.authorization, waitMs);
        if (typeof bearer === 'string') return refuse(reply, 401, bearer);
        admitted.set(request, { bearer, deadline });
      },
      async handler(request, reply) {
        const known = admitted.get(request);
        if (known === undefined) return refuse(reply, 401, 'no-bearer');
        const body = jsonObject(request);
        const sealed = envelope.safeParse(body);
        if (!sealed.success) return refuse(reply, 400, 'malformed');
        const refusal = gate.admitBody(sealed.data, known.bearer);
        if (refusal !== undefined) return refuse(reply, 401, refusal);
        const parsed = activityShape.safeParse(body);
        if (!parsed.success) return refuse(reply, 400, 'malformed');
        return turnstile.answering(() => handOver(parsed.data, known.deadline, request, reply, options));
      },
    });
  };
}

/** Bytes as they came, and errors without words: only this scope. */
function mountRaw(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, (_request, body, done) =>
    done(null, body),
  );
  scope.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    return reply.code(status >= 400 && status < 500 ? status : 500).send();
  });
}

function jsonObject({ body, headers }: FastifyRequest): unknown {
  if (!Buffer.isBuffer(body) || !/^application\/json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

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
  { library, receive, log }: ReceiverOptions,
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
    log.warn({ event: 'teams.refused', because: 'not-authenticated' });
    return reply.code(401).send();
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
