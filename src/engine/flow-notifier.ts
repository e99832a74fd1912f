// Notifies waiters in this process that a flow has moved. Only a hint: other instances move flows too, so waiters read the store.
import { EventEmitter } from 'node:events';
import { withTimeout } from '../concurrency/timeout.ts';
import type { FlowId } from '../flows/ids.ts';
import type { Flow, FlowState } from '../flows/state.ts';
import type { Flows } from '../flows/store.ts';

export interface FlowNotifier {
  announce(flow: Flow): void;
  /** The flow as soon as nothing is under way in it, or in its state after `withinMs`; undefined: no such flow. */
  settled(flow: FlowId, withinMs: number): Promise<Flow | undefined>;
}

/** A result is expected within moments, so it is worth waiting a little before the flow is shown. */
export function isBusy(state: FlowState): boolean {
  switch (state.at) {
    case 'checking':
    case 'checking-recovery-code':
    case 'opening':
    case 'setting-password':
    case 'sending-new':
    case 'checking-new':
      return true;
    case 'identifying':
    case 'sending':
    case 'inspecting':
    case 'fulfilling':
    case 'mailing':
    case 'binding-actor':
    case 'linking':
    case 'unlinking':
    case 'removing':
      return !state.delayed;
    default:
      return false;
  }
}

export function createFlowNotifier(store: Pick<Flows, 'read'>): FlowNotifier {
  const emitter = new EventEmitter().setMaxListeners(0);
  return {
    announce: (flow) => void emitter.emit(flow.id, flow),
    async settled(id, withinMs) {
      const moved = Promise.withResolvers<Flow | undefined>();
      const onMove = (flow: Flow): void => {
        if (!isBusy(flow.state)) moved.resolve(flow);
      };
      emitter.on(id, onMove);
      const inTime = withTimeout(moved.promise, withinMs);
      try {
        const present = await store.read(id);
        if (present === undefined || !isBusy(present.state)) return present;
        return (await inTime) ?? (await store.read(id));
      } finally {
        emitter.off(id, onMove);
        moved.resolve(undefined);
      }
    },
  };
}
