// Asks the load generator for requests: each of so many new people sends one, fifty at a time.
import { setTimeout as delay } from 'node:timers/promises';
import { allAnswered } from './answered.ts';
import type { Helper } from './channel.ts';
import type { Order, Result } from './load.ts';
import type { ConnectorToken } from './teams-activities.ts';

const concurrency = 50;
/** Long enough for the work that a request starts in the background. */
const restMs = 1_000;

/** Sends to this URL; `deliveries` has the same meaning as in an order to the load generator. */
export type Send = (url: string, count: number, deliveries?: number) => Promise<Result>;

export function slackSender(emulators: Helper, load: Helper): Send {
  return async (url, count, deliveries = 1) => {
    const from = await emulators.ask<number>('settle', count);
    const triggers = await emulators.ask<readonly string[]>('triggers', { from, count });
    return ordered(load, { url, triggers, from, count, deliveries, concurrency });
  };
}

export function teamsSender(emulators: Helper, load: Helper, areKnown: boolean): Send {
  return async (url, count, deliveries = 1) => {
    const from = await emulators.ask<number>('settle', count);
    const connectorToken = await emulators.ask<ConnectorToken>('connectorToken');
    const order = { url, connectorToken, from, count, concurrency };
    // The app was installed for these people before, so the bot has met them all.
    if (areKnown) await ordered(load, { ...order, says: 'has come' });
    await delay(restMs);
    return ordered(load, { ...order, deliveries, says: 'unlock' });
  };
}

const ordered = async (load: Helper, order: Order): Promise<Result> =>
  allAnswered(await load.ask<Result>('load', order), order.count);
