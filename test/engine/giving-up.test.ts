// What each kind of failure means for a flow for which nothing is tried any more.
import { describe, expect, it } from 'vitest';
import { givingUp, isPermanent } from '../../src/engine/giving-up.ts';
import { instant } from '../../src/flows/ids.ts';
import type { Failure } from '../../src/flows/outcome.ts';

const now = instant(Date.UTC(2026, 0, 5, 12));
const remedy = 'Give the application the missing scopes.';
const later = { retry: 'later', cause: 'x' } as const;
const never = { retry: 'never', cause: 'x' } as const;

const failures: readonly [string, Failure, ReturnType<typeof givingUp>, boolean][] = [
  ['no answer', { kind: 'unreachable', mayHaveHappened: true, ...later }, { because: 'unreachable' }, false],
  [
    'a rate limit',
    { kind: 'rate-limited', retryAfterMs: 90_000, ...later },
    { because: 'limited', again: instant(now + 90_000) },
    false,
  ],
  ['wrong credentials', { kind: 'misconfigured', remedy, ...later }, { because: 'not-permitted' }, true],
  ['a missing right', { kind: 'misconfigured', remedy, ...never }, { because: 'not-permitted' }, true],
  ['a refusal', { kind: 'refused', ...never }, { because: 'refused-by-provider' }, true],
  ['JSON of another shape', { kind: 'malformed', ...never }, { because: 'refused-by-provider' }, true],
  ['something that does not exist', { kind: 'absent', ...never }, { because: 'refused-by-provider' }, true],
];

describe.each(failures)('%s', (_name, failure, giving, permanent) => {
  it('keeps its meaning in the event', () => {
    expect(givingUp(failure, now)).toEqual(giving);
  });

  it('is permanent for somebody who would have to press again, or it is not', () => {
    expect(isPermanent(failure)).toBe(permanent);
  });
});
