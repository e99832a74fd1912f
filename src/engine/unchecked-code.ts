// What a code check that brought no verdict means for the flow, and how loud it is for the operator.
import type { Logger } from 'pino';
import { isUndone } from '../concurrency/retry.ts';
import type { Instant } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';
import type { Flow } from '../flows/state.ts';
import { isPermanent, permittedAgain } from './giving-up.ts';

export type Unchecked =
  /** Nothing is gained by another try before an operator has acted. */
  | { readonly is: 'denied' }
  /** `not-asked` and `limited`: the provider certainly did not look at the code, so the attempt is given back. */
  | { readonly is: 'unchecked'; readonly because: 'limited'; readonly again: Instant }
  | { readonly is: 'unchecked'; readonly because: 'not-asked' | 'unknown' };

export function withoutVerdict(failure: Failure, now: Instant): Unchecked {
  if (isPermanent(failure)) return { is: 'denied' };
  const again = permittedAgain(failure, now);
  if (again !== undefined) return { is: 'unchecked', because: 'limited', again };
  return { is: 'unchecked', because: isUndone(failure) ? 'not-asked' : 'unknown' };
}

/** At error where every further code will fail too, until an operator has acted. */
export function logCodeFailure(log: Logger, { id }: Pick<Flow, 'id'>, failure: Failure, said: string): void {
  log[isPermanent(failure) ? 'error' : 'warn']({ flow: id, failure }, said);
}
