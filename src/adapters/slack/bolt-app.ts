// Bolt's App with one middleware for all deliveries: parse, then receive. Transports are Bolt receivers; the code behind this file
// does not know which one was used.
import { App, AuthorizationError, type CodedError, type Context, type Receiver, type ReceiverEvent } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Deadline } from '../../concurrency/deadline.ts';
import type { RefusalLog } from '../../inbound/refusal-log.ts';
import type { Answer, Arrival } from './context.ts';
import { type Installed, isForeignApp } from './installation.ts';
import { createLibraryLog } from './library-log.ts';
import { parse } from './parse.ts';
import type { Receive } from './receive.ts';

/** What a transport passes with each delivery, including how to answer it. */
export interface Incoming extends Arrival {
  /** Called once, after everything is stored. Not called after a failure. */
  acknowledge(answer: Answer): void | Promise<void>;
}

export interface BoltAppOptions {
  readonly receiver: Receiver;
  readonly receive: Receive;
  readonly installed: Installed;
  readonly refusals: RefusalLog<'foreign-app'>;
  readonly log: Logger;
}

/** Its `processEvent` rejects if a delivery must not be acknowledged: with an AuthorizationError if it is for another app. */
export async function createBoltApp({ receiver, receive, installed, refusals, log }: BoltAppOptions): Promise<App> {
  const app = new App({
    receiver,
    logger: createLibraryLog(log),
    convoStore: false,
    ignoreSelf: false,
    // Without this, Bolt asks Slack for its identity in the constructor, where a failure becomes an unhandled rejection.
    deferInitialization: true,
    authorize: async () => ({}),
  });
  app.use(async ({ body, context }) => {
    const claimed = 'api_app_id' in body ? body.api_app_id : undefined;
    if (isForeignApp(installed, claimed))
      throw new AuthorizationError('request of another app', new Error('foreign app'));
    const incoming = incomingOf(context);
    await incoming.acknowledge(await receive(parse(body), incoming));
  });
  app.error(async (error: CodedError) => {
    // Bolt wraps errors that are not its own.
    if (!(error instanceof AuthorizationError)) throw error.original ?? error;
    refusals.note('foreign-app');
    throw error;
  });
  await app.init();
  return app;
}

/** A delivery in Bolt's form. `ack` does nothing, because Bolt acknowledges events before anything is stored. */
export const receiverEvent = (
  body: Readonly<Record<string, unknown>>,
  { retryNumber, ...incoming }: Incoming,
): ReceiverEvent => ({
  body,
  ack: async () => undefined,
  customProperties: incoming,
  ...(retryNumber === undefined ? {} : { retryNum: retryNumber }),
});

/** Reads what `receiverEvent` put into the context. */
function incomingOf({ id, arrivedAt, deadline, answered, acknowledge, retryNum }: Context): Incoming {
  const isComplete =
    typeof id === 'string' &&
    typeof arrivedAt === 'number' &&
    isDeadline(deadline) &&
    answered instanceof Promise &&
    typeof acknowledge === 'function';
  if (!isComplete) throw new Error('a delivery by none of our transports');
  const incoming = { id, arrivedAt, deadline, answered, acknowledge: (answer: Answer) => acknowledge(answer) };
  return retryNum === undefined ? incoming : { ...incoming, retryNumber: retryNum };
}

const isDeadline = (value: unknown): value is Deadline =>
  typeof value === 'object' && value !== null && 'leftMs' in value;
