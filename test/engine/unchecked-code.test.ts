// What each kind of failure means for a code that could not be checked, and how loud it is in the log.
import { describe, expect, it } from 'vitest';
import { logCodeFailure, type Unchecked, withoutVerdict } from '../../src/engine/unchecked-code.ts';
import { flowId, instant } from '../../src/flows/ids.ts';
import type { Failure } from '../../src/flows/outcome.ts';
import { createLogger } from '../../src/observability/logger.ts';

const now = instant(Date.UTC(2026, 0, 5, 12));
const later = { retry: 'later', cause: 'x' } as const;
const never = { retry: 'never', cause: 'x' } as const;
const remedy = 'Give the application the missing scopes.';
const limited = { is: 'unchecked', because: 'limited', again: instant(now + 90_000) } as const;

const failures: readonly [string, Failure, Unchecked, 'warn' | 'error'][] = [
  [
    'no answer',
    { kind: 'unreachable', mayHaveHappened: true, ...later },
    { is: 'unchecked', because: 'unknown' },
    'warn',
  ],
  [
    'no connection',
    { kind: 'unreachable', mayHaveHappened: false, ...later },
    { is: 'unchecked', because: 'not-asked' },
    'warn',
  ],
  ['a rate limit', { kind: 'rate-limited', retryAfterMs: 90_000, ...later }, limited, 'warn'],
  ['wrong credentials', { kind: 'misconfigured', remedy, ...later }, { is: 'denied' }, 'error'],
  ['a missing right', { kind: 'misconfigured', remedy, ...never }, { is: 'denied' }, 'error'],
  ['a refusal', { kind: 'refused', ...never }, { is: 'denied' }, 'error'],
];

describe.each(failures)('a code without a verdict: %s', (_name, failure, unchecked, level) => {
  it('is given back only where the provider certainly did not look at it', () => {
    expect(withoutVerdict(failure, now)).toEqual(unchecked);
  });

  it('is an error only where further codes would fail too', () => {
    const lines: string[] = [];
    const log = createLogger({ level: 'trace', stream: { write: (line) => void lines.push(line) } });
    logCodeFailure(log, { id: flowId('flow-0000000000000001') }, failure, 'not checked');
    expect(lines.map((line) => JSON.parse(line).level)).toEqual([level]);
  });
});
