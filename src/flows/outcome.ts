// What every port returns: a value, or a failure from a closed list that says whether to retry. Expected failures are never thrown.

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/**
 * `unreachable`: no answer in time, a broken connection, a 5xx. `mayHaveHappened` when the request had been sent.
 * `rate-limited`: certainly not carried out, and not counted as a failed try. `retryAfterMs` is what the other side asked
 * for; with `isTurn` it is exactly the time until the caller's turn in a queue of our own.
 * `refused`: the other side understood the request and refused it for good. `misconfigured`: wrong credentials, scopes or grants;
 * `later` only for credentials, which may be in the middle of a rotation.
 * `malformed`: JSON without the expected shape. Something other than JSON is not the other side's answer: that is `unreachable`.
 * `absent`: what the request names does not exist. `remedy`: what the operator can do.
 */
export type Failure =
  | { readonly kind: 'unreachable'; readonly retry: 'later'; readonly mayHaveHappened: boolean; readonly cause: string }
  | {
      readonly kind: 'rate-limited';
      readonly retry: 'later';
      readonly retryAfterMs: number;
      readonly isTurn?: true;
      readonly cause: string;
    }
  | { readonly kind: 'refused'; readonly retry: 'never'; readonly cause: string; readonly remedy?: string }
  | {
      readonly kind: 'misconfigured';
      readonly retry: 'later' | 'never';
      readonly cause: string;
      readonly remedy: string;
    }
  | { readonly kind: 'malformed'; readonly retry: 'never'; readonly cause: string }
  | { readonly kind: 'absent'; readonly retry: 'never'; readonly cause: string };

export const success = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const failed = (failure: Failure): { readonly ok: false; readonly failure: Failure } => ({ ok: false, failure });

/** What was named does not exist, or was refused for good: asked again, the other side would say the same. */
export const isFinal = (kind: Failure['kind']): boolean => kind === 'absent' || kind === 'refused';
