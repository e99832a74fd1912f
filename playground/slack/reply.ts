// A Web API method as this server knows it: what it needs, what it is given, what it answers.

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
  /** Requests a minute, by Slack's tiers. */
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

/** A refusal that names its reasons, as Slack does for blocks and arguments. */
export function refusedBecause(error: string, messages: readonly string[]): Reply {
  return refused(error, {
    errors: messages,
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  });
}
