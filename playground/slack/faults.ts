// Faults of Slack's Web API, set from outside by method. `*` stands for every method.

import type { Json } from '../json.ts';
import { unreachable } from '../unreachable.ts';

export type Fault =
  /** `{ ok: false, error }` with status 200. */
  | { readonly kind: 'error'; readonly error: string; readonly extra?: Json }
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 429; `ratelimited` in the body and Retry-After in seconds. */
  | { readonly kind: 'ratelimited'; readonly retryAfterSeconds: number | string }
  | { readonly kind: 'html' }
  /** No answer, for `ms` or for ever. With `after` the method is executed first. */
  | { readonly kind: 'hang'; readonly ms?: number; readonly after?: boolean }
  /** The connection is cut. With `after` the method is executed first, so that only its answer is lost. */
  | { readonly kind: 'disconnect'; readonly after?: boolean };

/**
 * A fault, or one of `ratelimited`, `html`, `hang`, `disconnect`, `http_500` …; any other string is an error code of
 * Slack's.
 */
type FaultName = string | Fault;

export type Faults = {
  /** Added to every answer of the Web API, in real milliseconds. */
  latencyMs: number;
  next(method: string, fault: FaultName, times?: number): void;
  always(method: string, fault: FaultName): void;
  rateLimit(method: string, retryAfterSeconds?: number, times?: number): void;
  clear(method?: string): void;
  take(method: string): Fault | undefined;
};

export function createFaults(): Faults {
  const planned = new Map<string, { readonly fault: Fault; left: number }[]>();
  const plan = (method: string, name: FaultName, left: number): void => {
    planned.set(method, [...(planned.get(method) ?? []), { fault: faultOf(name), left }]);
  };
  const taken = (method: string): Fault | undefined => {
    const first = planned.get(method)?.find(({ left }) => left > 0);
    if (first !== undefined) first.left -= 1;
    return first?.fault;
  };
  return {
    latencyMs: 0,
    next: (method, fault, times = 1) => plan(method, fault, times),
    always: (method, fault) => plan(method, fault, Number.POSITIVE_INFINITY),
    rateLimit: (method, retryAfterSeconds = 1, times = 1) =>
      plan(method, { kind: 'ratelimited', retryAfterSeconds }, times),
    clear: (method) => (method === undefined ? planned.clear() : void planned.delete(method)),
    take: (method) => taken(method) ?? taken('*'),
  };
}

function faultOf(name: FaultName): Fault {
  if (typeof name !== 'string') return name;
  const status = /^http_(\d{3})$/.exec(name)?.[1];
  if (status !== undefined) return { kind: 'http', status: Number(status) };
  if (name === 'ratelimited') return { kind: 'ratelimited', retryAfterSeconds: 1 };
  if (name === 'html' || name === 'hang' || name === 'disconnect') return { kind: name };
  return { kind: 'error', error: name };
}

/** Whether the method is executed anyway, and only its answer is lost. */
export function isAfter(fault: Fault): boolean {
  return (fault.kind === 'hang' || fault.kind === 'disconnect') && fault.after === true;
}

export type Answer =
  | {
      readonly send: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly send: false; readonly hangMs: number | undefined };

export function faultyAnswer(fault: Fault): Answer {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  switch (fault.kind) {
    case 'error':
      return {
        send: true,
        status: 200,
        headers: json,
        body: JSON.stringify({ ok: false, error: fault.error, ...fault.extra }),
      };
    case 'http':
      return { send: true, status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? '' };
    case 'ratelimited': {
      const headers = { ...json, 'retry-after': String(fault.retryAfterSeconds) };
      return { send: true, status: 429, headers, body: JSON.stringify({ ok: false, error: 'ratelimited' }) };
    }
    case 'html': {
      const body = '<!DOCTYPE html><html><head><title>Slack</title></head><body>Server Error</body></html>';
      return { send: true, status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
    }
    case 'hang':
      return { send: false, hangMs: fault.ms ?? Number.POSITIVE_INFINITY };
    case 'disconnect':
      return { send: false, hangMs: undefined };
    default:
      return unreachable(fault);
  }
}
