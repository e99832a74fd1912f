// The life of a code, the same wherever one is typed: what a new one brings, what a try costs, and when only a new one helps.
import { sendFrom } from './budget.ts';
import type { Moment } from './decision.ts';
import { type Instant, later, latest } from './ids.ts';
import { checkSeconds, codeSeconds } from './limits.ts';
import { type Challenged, isDeadCode } from './state.ts';

/** A code that was sent at this moment. */
export const freshCode = ({ now, policy: { limits }, budget }: Moment) => ({
  attemptsLeft: limits.codeAttempts,
  resendFrom: latest(later(now, limits.resendSeconds), sendFrom(budget, limits, now)),
  codeUntil: later(now, codeSeconds),
  after: 'sent' as const,
});

interface Tries {
  readonly attemptsLeft: number;
}

/** A try is taken before the provider is asked. */
export const triedCode = ({ attemptsLeft }: Tries, now: Instant) => ({
  attemptsLeft: attemptsLeft - 1,
  checkUntil: later(now, checkSeconds),
});

/** What is said about a code that was not accepted: it may have expired meanwhile, or this was its last try. */
export function afterVerdict(
  { attemptsLeft, codeUntil }: Tries & { readonly codeUntil: Instant },
  because: Challenged['after'],
  now: Instant,
): Challenged['after'] {
  const after = because === 'unchecked' && now >= codeUntil ? 'expired' : because;
  return attemptsLeft <= 0 && !isDeadCode(after) ? 'used-up' : after;
}
