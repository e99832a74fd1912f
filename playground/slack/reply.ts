// The type of a Web API method: its scopes and limits, its arguments, its answer.

import type { Json } from '../json.ts';
import type { Crawler } from './crawler.ts';
import type { World } from './world.ts';

export type Reply = Json & { readonly ok: boolean };

export type Call = {
  readonly world: World;
  readonly crawler: Crawler;
  readonly args: Json;
  readonly scopes: ReadonlySet<string>;
};

export type Method = {
  readonly scope?: string;
  /** Requests per minute, by Slack's tiers. */
  readonly perMinute: number;
  readonly run: (call: Call) => Reply;
};

export type Methods = { readonly [name: string]: Method };

export const TIER_2 = 20;
export const TIER_3 = 50;
export const TIER_4 = 100;

export function accepted(body: Json = {}): Reply {
  return { ok: true, ...body };
}

export function refused(error: string, body: Json = {}): Reply {
  return { ok: false, error, ...body };
}

/** An error with its reasons, as Slack returns it for blocks and arguments. */
export function refusedBecause(error: string, messages: readonly string[]): Reply {
  return refused(error, {
    errors: messages,
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  });
}
