// Goes on where an instance has died or hangs: a person does not wait for the end of a lease that nobody holds.
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
  /** Shows a request of which its person may see nothing yet. */
  readonly show: (flow: Flow) => void;
  readonly log: Logger;
}

export async function takeOver({ store, clock, deliver, wake, show, log }: TakeOverParts): Promise<void> {
  const { freed, flows } = await store.takeOver(clock.now());
  if (freed > 0) {
    log.warn({ orders: freed }, 'an instance is gone; what it had begun is carried out here');
    wake.raise();
  }
  for (const flow of flows) {
    const lost = lostWord(flow);
    if (lost !== undefined) await deliver(flow.id, lost, { asOf: flow.version });
    else if ((await store.surfaces(flow.id, 'person')).length === 0) show(flow);
  }
}

/** In place of the answer that was on its way to a process which is no more. Each leads back to where the person can act. */
function lostWord({ state }: Flow): FlowEvent | undefined {
  switch (state.at) {
    case 'checking':
      return { type: 'code.unchecked', because: 'unknown' };
    case 'opening':
      return { type: 'ticket.not-minted', because: 'unreachable' };
    default:
      return undefined;
  }
}
