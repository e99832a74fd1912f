// Asks the provider about a code whose attempt is already counted. The code exists only in this call and is never stored.
import type { Logger } from 'pino';
import type { Effect } from '../flows/effect.ts';
import type { FlowEvent } from '../flows/event.ts';
import type { Failure, Outcome } from '../flows/outcome.ts';
import type { Codes, Verdict } from '../flows/ports.ts';
import type { Flow } from '../flows/state.ts';
import { unreachable } from '../flows/unreachable.ts';
import type { Deliver } from './deliver.ts';

export async function checkCode(
  flow: Flow,
  order: Extract<Effect, { do: 'check-code' }>,
  code: string,
  parts: { readonly codes: Codes; readonly deliver: Deliver; readonly log: Logger },
): Promise<void> {
  const { codes, deliver, log } = parts;
  try {
    const verdict = await codes.check(order.account, order.contact, code, flow.startedAt);
    if (!verdict.ok) log.warn({ flow: flow.id, failure: verdict.failure }, 'a code could not be checked');
    // `asOf`: another instance may have taken over and returned the flow to the code input, where another code may be under way.
    await deliver(flow.id, reportOf(verdict), { asOf: flow.version });
  } catch (error) {
    // The flow's own deadline returns it to the code input. The attempt stays counted.
    log.error({ flow: flow.id, err: error }, 'the check of a code crashed');
  }
}

function reportOf(verdict: Outcome<Verdict>): FlowEvent {
  if (!verdict.ok && verdict.failure.kind === 'refused') return { type: 'code.denied' };
  if (!verdict.ok) return { type: 'code.unchecked', because: wasAsked(verdict.failure) ? 'unknown' : 'not-asked' };
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

/** False only where the provider certainly did not look at the code: then the attempt is given back. */
function wasAsked(failure: Failure): boolean {
  return failure.kind !== 'rate-limited' && !(failure.kind === 'unreachable' && !failure.mayHaveHappened);
}
