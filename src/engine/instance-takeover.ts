// Continues the work of an instance that died or hangs, so that nobody has to wait until its leases expire.
import type { Logger } from 'pino';
import type { FlowEvent } from '../flows/event.ts';
import type { Clock } from '../flows/ports.ts';
import type { Flow } from '../flows/state.ts';
import type { Surfaces, Takeover } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';
import type { WakeSignal } from './wake-signal.ts';

export interface TakeOverParts {
  readonly store: Takeover & Surfaces;
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly wake: Pick<WakeSignal, 'raise'>;
  /** Shows the flow to its person, who may see nothing of it yet. */
  readonly show: (flow: Flow) => void;
  readonly log: Logger;
}

export async function takeOver({ store, clock, deliver, wake, show, log }: TakeOverParts): Promise<void> {
  const { freed, returned, flows } = await store.takeOver(clock.now());
  if (freed > 0) log.warn({ orders: freed }, 'an instance is gone; what it had begun is carried out here');
  // At once: whoever cannot read a returned one would lease it again.
  if (freed + returned > 0) wake.raise();
  for (const flow of flows) {
    const replacement = replacementFor(flow);
    if (replacement !== undefined) await deliver(flow.id, replacement, { asOf: flow.version });
    else if ((await store.surfaces(flow.id, 'person')).length === 0) show(flow);
  }
}

/** The event to deliver in place of the answer that was lost with the process. Each returns the flow to where the person can act. */
function replacementFor({ state }: Flow): FlowEvent | undefined {
  switch (state.at) {
    case 'checking':
      return { type: 'code.unchecked', because: 'unknown' };
    case 'checking-recovery-code':
      return { type: 'recovery-code.unchecked' };
    case 'opening':
      return { type: 'ticket.not-minted', because: 'unreachable' };
    case 'setting-password':
      return { type: 'password.unknown' };
    case 'sending-new':
      return { type: 'new-code.not-sent', because: 'unreachable' };
    case 'checking-new':
      return { type: 'new-code.unchecked', because: 'unknown' };
    default:
      return undefined;
  }
}
