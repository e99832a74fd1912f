// Bolt behind the one fastify server: gate first, then Bolt's HTTPReceiver on the hijacked response. Decides nothing about content.
// Without the hijack an error would become an empty 200, which Slack shows as success. Commands, at which everybody knocks at
// once, take a shorter way: one flat form in, one answer out, nothing that Bolt would add.
import { App, AuthorizationError, type CodedError, HTTPReceiver } from '@slack/bolt';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { errorName } from '../../concurrency/background-tasks.ts';
import type { RefusalLog } from '../../inbound/refusal-log.ts';
import { createBodyReader, leaveBodiesUnread, turnAway, type Unread } from '../../inbound/request-body.ts';
import { classify } from './classify.ts';
import type { Commands } from './commands.ts';
import type { Arrival } from './context.ts';
import type { Installed } from './installation.ts';
import { createLibraryLog } from './library-log.ts';
import type { Gate, Refusal } from './verify.ts';

const bodyLimitBytes = 1024 * 1024;
/** Whose body is being read is not known yet. A workspace in which everybody types at once holds a tenth of it. */
const bodiesBytesAtMost = 8 * 1024 * 1024;
/** Slack itself waits three seconds for the answer. */
const bodyWithinMs = 5_000;
const path = '/slack/events';

export type RefusedBecause = Refusal | Unread | 'foreign-app' | 'unreadable';

export interface Receiver {
  readonly app: App;
  readonly plugin: FastifyPluginAsync;
}

export interface ReceiverOptions {
  readonly signingSecret: string;
  readonly gate: Gate;
  readonly installed: Installed;
  readonly commands: Commands;
  readonly refusals: RefusalLog<RefusedBecause>;
  readonly log: Logger;
}

export async function createReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { installed, refusals, log } = options;
  const arrivals = new WeakMap<object, Arrival>();
  const logger = createLibraryLog(log);
  const receiver = new HTTPReceiver({
    signingSecret: options.signingSecret,
    endpoints: path,
    logger,
    // The gate has verified these very bytes; nothing else calls the receiver.
    signatureVerification: false,
    // The answer leaves when listeners return: an event whose request could not be stored is not acknowledged.
    processBeforeResponse: true,
    customPropertiesExtractor: (request) => ({ ...arrivals.get(request) }),
  });
  const app = new App({
    receiver,
    logger,
    convoStore: false,
    ignoreSelf: true,
    // Otherwise Bolt asks Slack who it is, in the constructor, where a failure is an unhandled rejection.
    deferInitialization: true,
    authorize: async (_source, body) => {
      if (isForeign(appIdOf(body), installed)) throw new Error('request of another app');
      const known = installed.known();
      return known === undefined ? {} : { botId: known.botId, botUserId: known.botUserId };
    },
  });
  app.use(async (args) => {
    if (isHeard(args)) return args.next();
    log.warn({ event: 'slack.unsupported', of: 'request' });
    if ('ack' in args && args.ack !== undefined) await args.ack();
  });
  app.error(async (error: CodedError) => {
    if (error instanceof AuthorizationError) refusals.note('foreign-app');
    else log.error({ event: 'slack.listener.failed', error: errorName(error.original ?? error) });
    throw error;
  });
  await app.init();
  return { app, plugin: createPlugin(receiver, arrivals, options) };
}

/** Headers first, then the bytes, then what they are. */
function createPlugin(
  receiver: HTTPReceiver,
  arrivals: WeakMap<object, Arrival>,
  { gate, installed, commands, refusals, log }: ReceiverOptions,
): FastifyPluginAsync {
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
        const refusal = gate.admitHeaders(request.headers);
        if (refusal !== undefined) return refuse(request, reply, 401, refusal);
        if (!isReadable(request.headers['content-type'])) return refuse(request, reply, 400, 'unreadable');
      },
      async handler(request, reply) {
        return take(request, reply);
      },
    });
    async function take(request: FastifyRequest, reply: FastifyReply) {
      const read = await bodies.read(request.raw);
      if (!read.ok) return refuse(request, reply, read.status, read.because);
      const { body } = read;
      const passage = gate.admit(request.headers, body);
      if (passage.kind === 'probe') return reply.code(200).send();
      if (passage.kind === 'refused') return refuse(request, reply, 401, passage.because);
      const delivery = classify(request.headers['content-type'], body);
      if (delivery.is === 'probe') return reply.code(200).send();
      if (delivery.is === 'unreadable') {
        log.warn({ event: 'slack.unsupported', of: 'body' });
        return reply.code(400).send();
      }
      if (delivery.is === 'command') {
        const { fields } = delivery;
        if (!isForeign(fields['api_app_id'], installed)) return answerCommand(commands, fields, reply);
        return refuse(request, reply, 401, 'foreign-app');
      }
      const answered = watchAnswer(reply, () => gate.forget(passage.arrival));
      arrivals.set(request.raw, { arrival: passage.arrival, answered });
      return handOver(receiver, request, reply, body);
    }
  };
}

/** Slack's two. */
const isReadable = (type: string | undefined): boolean =>
  /^\s*application\/(?:json|x-www-form-urlencoded)\s*(?:;|$)/i.test(type ?? '');

const isForeign = (claimed: string | undefined, installed: Installed): boolean => {
  const appId = installed.known()?.appId;
  return appId !== undefined && claimed !== undefined && claimed !== appId;
};

async function answerCommand(commands: Commands, fields: Readonly<Record<string, string>>, reply: FastifyReply) {
  const answer = await commands(fields);
  return answer === undefined ? reply.code(200).send() : reply.code(200).send(answer);
}

/** Whether a listener of ours hears it. What none does, Bolt would leave unanswered for three seconds. */
function isHeard(args: object): boolean {
  if ('action' in args) {
    return typeof args.action === 'object' && args.action !== null && 'action_id' in args.action;
  }
  return 'event' in args || 'view' in args;
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

function handOver(receiver: HTTPReceiver, request: FastifyRequest, reply: FastifyReply, rawBody: Buffer): FastifyReply {
  reply.hijack();
  // Bolt compares the content type with ===, so a charset after it would be a malformed body.
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== undefined) request.raw.headers['content-type'] = type;
  Object.assign(request.raw, { rawBody });
  try {
    receiver.requestListener(request.raw, reply.raw);
  } catch {
    reply.raw.writeHead(404).end();
  }
  return reply;
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

function appIdOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('api_app_id' in body)) return undefined;
  return typeof body.api_app_id === 'string' ? body.api_app_id : undefined;
}
