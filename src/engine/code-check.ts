// Asks the provider about a code whose attempt is already counted. The code exists only in this call and is never stored.
import type { Logger } from 'pino';
import { isUndone } from '../concurrency/retry.ts';
import type { Effect } from '../flows/effect.ts';
import type { FlowEvent } from '../flows/event.ts';
import type { Instant } from '../flows/ids.ts';
import type { Failure, Outcome } from '../flows/outcome.ts';
import type { Clock, Codes, Verdict } from '../flows/ports.ts';
import type { Flow } from '../flows/state.ts';
import { unreachable } from '../flows/unreachable.ts';
import type { Deliver } from './deliver.ts';
import { isPermanent, permittedAgain } from './giving-up.ts';

export async function checkCode(
  flow: Flow,
  order: Extract<Effect, { do: 'check-code' }>,
  code: string,
  parts: { readonly codes: Codes; readonly clock: Clock; readonly deliver: Deliver; readonly log: Logger },
): Promise<void> {
  const { codes, clock, deliver, log } = parts;
  try {
    const verdict = await codes.check(order.account, order.contact, code, flow.startedAt);
    if (!verdict.ok) {
      const level = isPermanent(verdict.failure) ? 'error' : 'warn';
      log[level]({ flow: flow.id, failure: verdict.failure }, 'a code could not be checked');
    }
    // `asOf`: another instance may have taken over and returned the flow to the code input, where another code may be under way.
    await deliver(flow.id, reportOf(verdict, clock.now()), { asOf: flow.version });
  } catch (error) {
    // The flow's own deadline returns it to the code input. The attempt stays counted.
    log.error({ flow: flow.id, err: error }, 'the check of a code crashed');
  }
}

function reportOf(verdict: Outcome<Verdict>, now: Instant): FlowEvent {
  if (!verdict.ok) return withoutVerdict(verdict.failure, now);
  switch (verdict.value) {
    case 'accepted':
      return { type: 'code.accepted' };
    case 'mismatched':
      return { type: 'proof.mismatched' };
    case 'wrong':
    case 'used-up':
    case 'expired':
    case 'too-old':
      return { type: 'code.rejected', because: verdict.value };
    default:
      return unreachable(verdict.value);
  }
}

/** `not-asked` and `limited`: the provider certainly did not look at the code, so the attempt is given back. */
function withoutVerdict(failure: Failure, now: Instant): FlowEvent {
  if (isPermanent(failure)) return { type: 'code.denied' };
  const again = permittedAgain(failure, now);
  if (again !== undefined) return { type: 'code.unchecked', because: 'limited', again };
  return { type: 'code.unchecked', because: isUndone(failure) ? 'not-asked' : 'unknown' };
}
