// The product's calls to other systems, as reported by Node's diagnostics channels: when each was sent, and when its
// answer arrived.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { World } from './world.ts';

export interface OutsideCall {
  readonly name: string;
  /** Monotonic milliseconds. The end of a call without an answer is Infinity. */
  readonly beganAt: number;
  endedAt: number;
}

export interface Watch {
  /** In the order in which they were sent. */
  readonly calls: readonly OutsideCall[];
  stop(): void;
}

interface Fetched {
  readonly method: string;
  readonly origin: string | URL;
  readonly path: string;
}

/** Both HTTP clients of this process: `fetch`, and `node:http`, which Slack's library uses. */
export function watchCalls({ auth0, slack, teams }: World): Watch {
  const neighbours = new Set(
    [auth0.url, slack.url, teams?.url].map((url) => (url === undefined ? '' : new URL(url).host)),
  );
  const calls = new Map<object, OutsideCall>();
  const begin = (request: object, host: string, name: string): void => {
    const beganAt = performance.now();
    if (neighbours.has(host)) calls.set(request, { name, beganAt, endedAt: Number.POSITIVE_INFINITY });
  };
  const end = (request: object): void => {
    const call = calls.get(request);
    if (call !== undefined) call.endedAt = performance.now();
  };
  const heard: Readonly<Record<string, (message: never) => void>> = {
    'undici:request:create': ({ request }: { readonly request: Fetched }) =>
      begin(request, new URL(request.origin).host, `${request.method} ${request.path}`),
    'undici:request:trailers': ({ request }: { readonly request: Fetched }) => end(request),
    'http.client.request.start': ({ request }: { readonly request: ClientRequest }) =>
      begin(request, String(request.getHeader('host')), `${request.method} ${request.path}`),
    'http.client.response.finish': ({ request }: { readonly request: ClientRequest }) => end(request),
  };
  const listeners = Object.entries(heard).map(([channel, hear]) => {
    const listener = (message: unknown): void => hear(message as never);
    subscribe(channel, listener);
    return () => unsubscribe(channel, listener);
  });
  return {
    get calls() {
      return [...calls.values()];
    },
    stop() {
      for (const stop of listeners) stop();
    },
  };
}

/**
 * The longest chain of calls in which each waited for the one before, between an action and its visible result: how
 * often the duration of one call passed. A call that was sent later than one such duration before the result cannot
 * have contributed to it.
 */
export function inARow(calls: readonly OutsideCall[], actedAt: number, seenAt: number, callMs: number): OutsideCall[] {
  const row: OutsideCall[] = [];
  for (const call of calls.toSorted((a, b) => a.endedAt - b.endedAt)) {
    const isFree = call.beganAt >= (row.at(-1)?.endedAt ?? actedAt);
    if (isFree && call.beganAt + callMs <= seenAt) row.push(call);
  }
  return row;
}
