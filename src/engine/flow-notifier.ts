// Tells this process's waiters that a flow has moved. A hint only: whoever waits reads the store in the end.
import { EventEmitter } from 'node:events';
import type { FlowId } from '../flows/ids.ts';
import type { Flow, FlowState } from '../flows/state.ts';
import type { Flows } from '../flows/store.ts';

export interface FlowNotifier {
  announce(flow: Flow): void;
  /** The flow as soon as nothing is under way in it, or as it stands after `patienceMs`; undefined: no such flow. */
  settled(flow: FlowId, patienceMs: number): Promise<Flow | undefined>;
}

/** An answer is expected within moments: whoever shows the flow does well to wait a little. */
export function isBusy(state: FlowState): boolean {
  switch (state.at) {
    case 'checking':
    case 'opening':
      return true;
    case 'identifying':
    case 'sending':
    case 'inspecting':
    case 'fulfilling':
      return !state.delayed;
    default:
      return false;
  }
}

export function createFlowNotifier(store: Pick<Flows, 'read'>): FlowNotifier {
  const emitter = new EventEmitter().setMaxListeners(0);
  return {
    announce: (flow) => void emitter.emit(flow.id, flow),
    async settled(id, patienceMs) {
      let stop = (): void => {};
      const moved = new Promise<Flow | undefined>((resolve) => {
        const onMove = (flow: Flow): void => {
          if (!isBusy(flow.state)) resolve(flow);
        };
        const timer = setTimeout(() => resolve(undefined), patienceMs);
        stop = () => {
          clearTimeout(timer);
          emitter.off(id, onMove);
        };
        emitter.on(id, onMove);
      });
      try {
        const present = await store.read(id);
        if (present === undefined || !isBusy(present.state)) return present;
        return (await moved) ?? (await store.read(id));
      } finally {
        stop();
      }
    },
  };
}
