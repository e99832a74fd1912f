// Asks the provider about a code whose attempt is already counted. The code exists only in this call and is never stored.
import type { Logger } from 'pino';
import type { Effect } from '../flows/effect.ts';
import type { FlowEvent } from '../flows/event.ts';
import type { Instant } from '../flows/ids.ts';
import type { Failure, Outcome } from '../flows/outcome.ts';
import type { Clock, Codes, Verdict } from '../flows/ports.ts';
import type { Flow } from '../flows/state.ts';
import { unreachable } from '../flows/unreachable.ts';
import type { Deliver } from './deliver.ts';
import { logCodeFailure, withoutVerdict } from './unchecked-code.ts';

export async function checkCode(
  flow: Flow,
  order: Extract<Effect, { do: 'check-code' }>,
  code: string,
  parts: { readonly codes: Codes; readonly clock: Clock; readonly deliver: Deliver; readonly log: Logger },
): Promise<void> {
  const { codes, clock, deliver, log } = parts;
  try {
    const verdict = await codes.check(order.account, order.contact, code, flow.startedAt);
    if (!verdict.ok) logCodeFailure(log, flow, verdict.failure, 'a code could not be checked');
    // `asOf`: another instance may have taken over and returned the flow to the code input, where another code may be under way.
    await deliver(flow.id, reportOf(verdict, clock.now()), { asOf: flow.version });
  } catch (error) {
    // The flow's own deadline returns it to the code input. The attempt stays counted.
    log.error({ flow: flow.id, err: error }, 'the check of a code crashed');
  }
}

function reportOf(verdict: Outcome<Verdict>, now: Instant): FlowEvent {
  if (!verdict.ok) return withoutOne(verdict.failure, now);
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

function withoutOne(failure: Failure, now: Instant): FlowEvent {
  const unchecked = withoutVerdict(failure, now);
  if (unchecked.is === 'denied') return { type: 'code.denied' };
  const { is: _is, ...why } = unchecked;
  return { type: 'code.unchecked', ...why };
}
