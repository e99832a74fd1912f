// Bolt behind the one fastify server: gate first, then Bolt's HTTPReceiver on the hijacked response. Decides nothing about content.
// Without the hijack an error would become an empty 200, which Slack shows as success. Commands, at which everybody knocks at
// once, take a shorter way: one flat form in, one answer out, nothing that Bolt would add.
import { App, AuthorizationError, type CodedError, HTTPReceiver } from '@slack/bolt';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { errorName } from '../background.ts';
import type { Commands } from './commands.ts';
import { classify } from './delivery.ts';
import type { Gate } from './gate.ts';
import type { Installed } from './installation.ts';
import { createLibraryLog } from './library-log.ts';

const bodyLimitBytes = 1024 * 1024;
const path = '/slack/events';

/** What the gate knows of a request and listeners may need. */
export interface Arrival {
  /** Names this very request. */
  readonly arrival: string;
  /** Resolves when the answer has left, or can no longer leave. */
  readonly answered: Promise<void>;
}

export interface Receiver {
  readonly app: App;
  readonly plugin: FastifyPluginAsync;
}

export async function createReceiver(options: {
  readonly signingSecret: string;
  readonly gate: Gate;
  readonly installed: Installed;
  readonly commands: Commands;
  readonly log: Logger;
}): Promise<Receiver> {
  const { gate, installed, commands, log } = options;
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
    if (error instanceof AuthorizationError) log.warn(foreignApp);
    else log.error({ event: 'slack.listener.failed', error: errorName(error.original ?? error) });
    throw error;
  });
  await app.init();
  const plugin: FastifyPluginAsync = async (scope) => {
    mountRaw(scope);
    // Headers for browsers mean nothing to Slack.
    scope.post(path, { bodyLimit: bodyLimitBytes, helmet: false }, (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const passage = gate.admit(request.headers, body);
      if (passage.kind === 'probe') return reply.code(200).send();
      if (passage.kind === 'refused') {
        log.warn({ event: 'slack.refused', because: passage.because });
        return reply.code(401).send();
      }
      const delivery = classify(request.headers['content-type'], body);
      if (delivery.is === 'probe') return reply.code(200).send();
      if (delivery.is === 'unreadable') {
        log.warn({ event: 'slack.unsupported', of: 'body' });
        return reply.code(400).send();
      }
      if (delivery.is === 'command') {
        const { fields } = delivery;
        if (!isForeign(fields['api_app_id'], installed)) return answerCommand(commands, fields, reply);
        log.warn(foreignApp);
        return reply.code(401).send();
      }
      const answered = watchAnswer(reply, () => gate.forget(passage.arrival));
      arrivals.set(request.raw, { arrival: passage.arrival, answered });
      return handOver(receiver, request, reply, body);
    });
  };
  return { app, plugin };
}

const foreignApp = { event: 'slack.refused', because: 'foreign-app' };

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

/** Bytes as they came, and errors without words: only this scope, so that a neighbour's JSON stays JSON. */
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
