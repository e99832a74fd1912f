// Slack over HTTP: a Bolt receiver on the shared fastify server. It checks the headers, then reads and verifies the body, decodes it
// and passes it to Bolt's App. Decides nothing about content.
import { type App, AuthorizationError, type Receiver, type ReceiverEvent } from '@slack/bolt';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { errorName } from '../../concurrency/background-tasks.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { answerSent, createRawRoutes } from '../../inbound/raw-route.ts';
import type { RefusalLog } from '../../inbound/refusal-log.ts';
import { turnAway, type Unread } from '../../inbound/request-body.ts';
import { receiverEvent } from './bolt-app.ts';
import { type Answer, type Arrival, startDeadline } from './context.ts';
import type { HeardSignatures } from './heard-signatures.ts';
import { type Installed, isForeignApp } from './installation.ts';
import { type Body, readBody } from './read-body.ts';
import type { Refusal, Verifier } from './verify.ts';

const bodyLimitBytes = 1024 * 1024;
/** Limit for all bodies that are being read, which are not verified yet. The busiest workspace needs a tenth of it. */
const bodiesBytesAtMost = 8 * 1024 * 1024;
/** Slack waits only three seconds for the answer. */
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
  readonly installed: Pick<Installed, 'known'>;
  readonly heard: Pick<HeardSignatures, 'unfitting' | 'fitting'>;
  /** Called when Slack says that it withholds events. */
  readonly onEventsWithheld?: () => void;
  readonly log: Logger;
}

/** `processEvent` of Bolt's App, which is known after `init`. */
type Process = (event: ReceiverEvent) => Promise<void>;

export function createReceiver(options: ReceiverOptions): HttpReceiver {
  let app: App | undefined;
  return {
    init(given) {
      app = given;
    },
    // The server is shared, so it is started and stopped elsewhere.
    start: async () => undefined,
    stop: async () => undefined,
    plugin: createPlugin(async (event) => app?.processEvent(event), options),
  };
}

function createPlugin(process: Process, options: ReceiverOptions): FastifyPluginAsync {
  const { verifier, refusals, installed, heard, log } = options;
  const limits = { bytesAtMost: bodyLimitBytes, totalBytesAtMost: bodiesBytesAtMost, withinMs: bodyWithinMs };
  const { read, refuse, mount } = createRawRoutes<RefusedBecause>(limits, refusals);
  return async (scope) => {
    mount(scope, log, 'slack.delivery.failed');
    scope.route({
      method: 'POST',
      url: path,
      // Slack ignores headers for browsers.
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
        const bytes = await read(request, reply);
        if (bytes === undefined) return reply;
        const verification = verifier.admit(request.headers, bytes);
        if (verification.kind === 'probe') return reply.code(200).send();
        if (verification.kind === 'refused') {
          if (verification.because === 'forged') heard.unfitting();
          return refuse(request, reply, 401, verification.because);
        }
        const body = readBody(request.headers['content-type'], bytes);
        heard.fitting(body);
        if ('appId' in body && isForeignApp(installed, body.appId)) return refuse(request, reply, 401, 'foreign-app');
        if (body.kind !== 'payload') return answerAtOnce(body, reply, options);
        const { arrival: id } = verification;
        const answered = watchAnswer(reply, () => verifier.forget(id));
        const arrival = { id, arrivedAt, deadline, answered, ...retryOf(request) };
        return handOver(body.payload, arrival, { process, request, reply, log });
      },
    });
  };
}

function answerAtOnce(
  body: Exclude<Body, { kind: 'payload' }>,
  reply: FastifyReply,
  { onEventsWithheld, log }: ReceiverOptions,
): FastifyReply {
  switch (body.kind) {
    case 'probe':
      return reply.code(200).send();
    case 'unheard':
      log.debug({ event: 'slack.unsupported', of: 'event' });
      return reply.code(200).send();
    case 'events-withheld':
      log.error(
        { event: 'slack.events-withheld', since: body.since },
        'events are withheld by Slack: direct messages and home pages are not answered, commands and buttons are',
      );
      onEventsWithheld?.();
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

/** Answers after everything is stored. What could not be stored is not acknowledged, so that Slack sends it again. */
async function handOver(
  payload: Readonly<Record<string, unknown>>,
  arrival: Arrival,
  { process, request, reply, log }: Exchange,
): Promise<FastifyReply> {
  const acknowledged: Answer[] = [];
  const acknowledge = (answer: Answer): void => void acknowledged.push(answer);
  try {
    await process(receiverEvent(payload, { ...arrival, acknowledge }));
    // An empty 200 would look like success, to Slack and to a person in a window.
    if (acknowledged.length === 0) throw new Error('nobody acknowledged');
  } catch (error) {
    if (error instanceof AuthorizationError) return turnAway(request, reply, 401);
    log.error({ event: 'slack.delivery.failed', error: errorName(error) });
    return reply.code(500).send();
  }
  const [answer] = acknowledged;
  return answer === undefined ? reply.code(200).send() : reply.code(200).send(answer);
}

/** The two content types that Slack uses. */
const isReadable = (type: string | undefined): boolean =>
  /^\s*application\/(?:json|x-www-form-urlencoded)\s*(?:;|$)/i.test(type ?? '');

/** Only repeated events have this header. */
function retryOf({ headers }: FastifyRequest): Pick<Arrival, 'retryNumber'> {
  const retryNumber = Number(headers['x-slack-retry-num'] ?? Number.NaN);
  return Number.isInteger(retryNumber) ? { retryNumber } : {};
}

/** Calls `failed` if the answer is a 5xx or was not sent: Slack may then send the same bytes again, which must not count as a replay. */
async function watchAnswer(reply: FastifyReply, failed: () => void): Promise<void> {
  const isSent = await answerSent(reply);
  if (reply.raw.statusCode >= 500 || !isSent) failed();
}
