// Takes a request: stores it before the platform is answered, starts it after that answer, and shows it to the requester.
import type { PriorityQueue } from '../concurrency/priority-queue.ts';
import type { ActorId, DeliveryId, FlowId } from '../flows/ids.ts';
import type { FlowKind } from '../flows/state.ts';
import type { WindowRef } from './inbound.ts';

/** The person who asks, and the id of the delivery that carried the request. */
export interface Requester {
  readonly actor: ActorId;
  readonly delivery: DeliveryId;
}

/** Where the requester sees the result. Implemented by the caller that received the request. */
export interface RequestSurface {
  /** Opens a window while the request starts. Absent, or undefined returned: no window; a private message shows the state. */
  open?(): Promise<WindowRef | undefined>;
  /** Reports an internal failure, in the window if one is open. Absent: the caller reports it. */
  apologise?(window: WindowRef | undefined): Promise<void>;
}

export type Taken =
  /** The same delivery arrived before and is already being processed. */
  | { readonly is: 'duplicate' }
  /** This person made too many requests within a minute. Nothing was stored. */
  | { readonly is: 'throttled' }
  /** The request is stored, so the platform may be answered. */
  | {
      readonly is: 'accepted';
      /** Starts the request when the queue allows it, and shows it. Call it after the answer. On failure it apologises, then rejects. */
      proceed(surface: RequestSurface): Promise<void>;
    };

export type TakeRequest = (requester: Requester, kind: FlowKind) => Promise<Taken>;

export interface TakeRequestParts {
  accept(requester: Requester, kind: FlowKind): Promise<'accepted' | 'duplicate' | 'throttled'>;
  /** `isAgain`: the request was already open. */
  begin(requester: Requester, kind: FlowKind): Promise<{ readonly flow: FlowId; readonly isAgain: boolean }>;
  /** Registers the window, so that later changes of the flow are drawn in it too. */
  attach(flow: FlowId, window: WindowRef): Promise<void>;
  /** Ensures that the person has a private message about the flow. `isAgain`: posts it again at the end of the chat. */
  show(flow: FlowId, isAgain: boolean): Promise<void>;
  readonly queue: Pick<PriorityQueue, 'behind'>;
}

export function createTakeRequest(parts: TakeRequestParts): TakeRequest {
  /** Both run in parallel: neither the window nor the flow waits for the other. */
  const openAndBegin = async (requester: Requester, kind: FlowKind, surface: RequestSurface) => {
    const [opened, begun] = await Promise.allSettled([surface.open?.(), parts.begin(requester, kind)]);
    return { window: opened.status === 'fulfilled' ? opened.value : undefined, begun };
  };
  const proceed = async (requester: Requester, kind: FlowKind, surface: RequestSurface): Promise<void> => {
    const { window, begun } = await parts.queue.behind(() => openAndBegin(requester, kind, surface));
    try {
      if (begun.status === 'rejected') throw begun.reason;
      const { flow, isAgain } = begun.value;
      await (window === undefined ? parts.show(flow, isAgain) : parts.attach(flow, window));
    } catch (error) {
      await surface.apologise?.(window);
      throw error;
    }
  };
  return async (requester, kind) => {
    const outcome = await parts.accept(requester, kind);
    return outcome === 'accepted'
      ? { is: 'accepted', proceed: (surface) => proceed(requester, kind, surface) }
      : { is: outcome };
  };
}
