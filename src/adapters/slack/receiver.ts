// Slack over HTTP: a receiver of Bolt's on the one fastify server. Headers first, then the bytes, then what they are; the App takes
// it from there. Decides nothing about content.
import { type App, AuthorizationError, type Receiver, type ReceiverEvent } from '@slack/bolt';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { errorName } from '../../concurrency/background-tasks.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { RefusalLog } from '../../inbound/refusal-log.ts';
import { createBodyReader, leaveBodiesUnread, turnAway, type Unread } from '../../inbound/request-body.ts';
import { receiverEvent } from './bolt-app.ts';
import { type Answer, type Arrival, startDeadline } from './context.ts';
import { type Body, readBody } from './read-body.ts';
import type { Refusal, Verifier } from './verify.ts';

const bodyLimitBytes = 1024 * 1024;
/** Whose body is being read is not known yet. A workspace in which everybody types at once holds a tenth of it. */
const bodiesBytesAtMost = 8 * 1024 * 1024;
/** Slack itself waits three seconds for the answer. */
const bodyWithinMs = 5_000;
const path = '/slack/events';

export type RefusedBecause = Refusal | Unread | 'foreign-app' | 'unreadable';

export interface HttpReceiver extends Receiver {
  /** Mounts `POST /slack/events`. */
  readonly plugin: FastifyPluginAsync;
}

export interface ReceiverOptions {
  readonly verifier: Verifier;
  readonly refusals: RefusalLog<RefusedBecause>;
  readonly log: Logger;
}

/** Of Bolt's App, once it has called `init`. */
type Process = (event: ReceiverEvent) => Promise<void>;

export function createReceiver(options: ReceiverOptions): HttpReceiver {
  let app: App | undefined;
  return {
    init(given) {
      app = given;
    },
    // The server is everybody's: it is started and stopped elsewhere.
    start: async () => undefined,
    stop: async () => undefined,
    plugin: createPlugin(async (event) => app?.processEvent(event), options),
  };
}

function createPlugin(process: Process, options: ReceiverOptions): FastifyPluginAsync {
  const { verifier, refusals, log } = options;
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
    mountRaw(scope, refusals);
    scope.route({
      method: 'POST',
      url: path,
      // Headers for browsers mean nothing to Slack.
      helmet: false,
      config: { isRefusalLogged: true },
      async onRequest(request, reply) {
        const refusal = verifier.admitHeaders(request.headers);
        if (refusal !== undefined) return refuse(request, reply, 401, refusal);
        if (!isReadable(request.headers['content-type'])) return refuse(request, reply, 400, 'unreadable');
      },
      async handler(request, reply) {
        const arrivedAt = performance.now();
        const deadline = startDeadline();
        const read = await bodies.read(request.raw);
        if (!read.ok) return refuse(request, reply, read.status, read.because);
        const verification = verifier.admit(request.headers, read.body);
        if (verification.kind === 'probe') return reply.code(200).send();
        if (verification.kind === 'refused') return refuse(request, reply, 401, verification.because);
        const body = readBody(request.headers['content-type'], read.body);
        if (body.kind !== 'payload') return answerAtOnce(body, reply, log);
        const { arrival: id } = verification;
        const answered = watchAnswer(reply, () => verifier.forget(id));
        const arrival = { id, arrivedAt, deadline, answered, ...retryOf(request) };
        return handOver(body.payload, arrival, { process, request, reply, log });
      },
    });
  };
}

function answerAtOnce(body: Exclude<Body, { kind: 'payload' }>, reply: FastifyReply, log: Logger): FastifyReply {
  switch (body.kind) {
    case 'probe':
      return reply.code(200).send();
    case 'address-check':
      return reply.code(200).send({ challenge: body.challenge });
    case 'unreadable':
      log.warn({ event: 'slack.unsupported', of: 'body' });
      return reply.code(400).send();
    default:
      return unreachable(body);
  }
}

interface Exchange {
  readonly process: Process;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly log: Logger;
}

/** The answer leaves when all is done: what could not be stored is not acknowledged, so that Slack sends it again. */
async function handOver(
  payload: Readonly<Record<string, unknown>>,
  arrival: Arrival,
  { process, request, reply, log }: Exchange,
): Promise<FastifyReply> {
  const acknowledged: Answer[] = [];
  const acknowledge = (answer: Answer): void => void acknowledged.push(answer);
  try {
    await process(receiverEvent(payload, { ...arrival, acknowledge }));
    // An empty 200 would be a success to Slack, and to whoever looks at a window.
    if (acknowledged.length === 0) throw new Error('nobody acknowledged');
  } catch (error) {
    if (error instanceof AuthorizationError) return turnAway(request, reply, 401);
    log.error({ event: 'slack.delivery.failed', error: errorName(error) });
    return reply.code(500).send();
  }
  const [answer] = acknowledged;
  return answer === undefined ? reply.code(200).send() : reply.code(200).send(answer);
}

/** Slack's two. */
const isReadable = (type: string | undefined): boolean =>
  /^\s*application\/(?:json|x-www-form-urlencoded)\s*(?:;|$)/i.test(type ?? '');

/** Events that Slack sends again have a number. */
function retryOf({ headers }: FastifyRequest): Pick<Arrival, 'retryNumber'> {
  const retryNumber = Number(headers['x-slack-retry-num'] ?? Number.NaN);
  return Number.isInteger(retryNumber) ? { retryNumber } : {};
}

/** Nothing read but what is asked for, and errors without words: only this scope, so that a neighbour's JSON stays JSON. */
function mountRaw(scope: FastifyInstance, refusals: RefusalLog<RefusedBecause>): void {
  leaveBodiesUnread(scope);
  scope.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (!(status >= 400 && status < 500)) return reply.code(500).send();
    refusals.note('unreadable');
    return turnAway(request, reply, status);
  });
}

/** Slack may send the same bytes again at once where we failed, and must not meet its own first try as a replay. */
function watchAnswer(reply: FastifyReply, failed: () => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  reply.raw.once('close', () => {
    if (reply.raw.statusCode >= 500 || !reply.raw.writableFinished) failed();
    resolve();
  });
  return promise;
}
