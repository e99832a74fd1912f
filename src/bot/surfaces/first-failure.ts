// Of several outcomes, the one that decides when the whole work is repeated.
import { type Failure, type Outcome, success } from '../../flows/outcome.ts';

export function firstFailure(outcomes: readonly Outcome<void>[]): Outcome<void> {
  const failures = outcomes.filter((one): one is { ok: false; failure: Failure } => !one.ok);
  // A rate limit comes first: the whole effect is then repeated after the pause, and with it everything else that failed.
  const waiting = failures.find((one) => one.failure.kind === 'rate-limited');
  return waiting ?? failures.find((one) => one.failure.retry !== 'never') ?? failures[0] ?? success(undefined);
}
