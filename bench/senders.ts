// Crowds that are ordered from the load generator: so many new people, each with one request, fifty at once.
import { allAnswered } from './answered.ts';
import type { Helper } from './channel.ts';
import type { Order, Result } from './load.ts';
import type { Postmark } from './teams-activities.ts';

const concurrency = 50;

/** Sends to this address; `deliveries` as in an order of the load generator. */
export type Send = (url: string, count: number, deliveries?: number) => Promise<Result>;

export function slackSender(neighbours: Helper, load: Helper): Send {
  return async (url, count, deliveries = 1) => {
    const from = await neighbours.ask<number>('settle', count);
    const triggers = await neighbours.ask<readonly string[]>('triggers', { from, count });
    return ordered(load, { url, triggers, from, count, deliveries, concurrency });
  };
}

export function teamsSender(neighbours: Helper, load: Helper): Send {
  return async (url, count, deliveries = 1) => {
    const from = await neighbours.ask<number>('settle', count);
    const postmark = await neighbours.ask<Postmark>('postmark');
    return ordered(load, { url, postmark, from, count, deliveries, concurrency });
  };
}

const ordered = async (load: Helper, order: Order): Promise<Result> =>
  allAnswered(await load.ask<Result>('load', order), order.count);
