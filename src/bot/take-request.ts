// A request on its way in: stored before its platform is answered, begun behind that answer, shown to the one who asked.
import type { PriorityQueue } from '../concurrency/priority-queue.ts';
import type { ActorId, DeliveryId, FlowId } from '../flows/ids.ts';
import type { FlowKind } from '../flows/state.ts';
import type { WindowRef } from './inbound.ts';

/** Who asks, and the delivery with which they do. */
export interface Requester {
  readonly actor: ActorId;
  readonly delivery: DeliveryId;
}

/** Where the one who asked sees what becomes of it. Implemented by whoever took the request in. */
export interface RequestSurface {
  /** Opens a window while the request begins. Undefined, or absent: there is none, and a private message says how it stands. */
  open?(): Promise<WindowRef | undefined>;
  /** Says that something failed inside, in the window where one stands open. Absent: whoever called says it. */
  apologise?(window: WindowRef | undefined): Promise<void>;
}

export type Taken =
  /** The same delivery came before, and is being worked on. */
  | { readonly is: 'duplicate' }
  /** This person has asked too often within a minute; nothing was stored. */
  | { readonly is: 'throttled' }
  /** It is stored: the platform may be told so. */
  | {
      readonly is: 'accepted';
      /** Begins the request in its turn, and shows it. To be run behind the answer. Rejects after the apology. */
      proceed(surface: RequestSurface): Promise<void>;
    };

export type TakeRequest = (requester: Requester, kind: FlowKind) => Promise<Taken>;

export interface TakeRequestParts {
  accept(requester: Requester, kind: FlowKind): Promise<'accepted' | 'duplicate' | 'throttled'>;
  /** `isAgain`: it was open already. */
  begin(requester: Requester, kind: FlowKind): Promise<{ readonly flow: FlowId; readonly isAgain: boolean }>;
  /** From now on the flow is drawn in this window too. */
  attach(flow: FlowId, window: WindowRef): Promise<void>;
  /** Makes sure that a private message with the flow stands; `isAgain`: at the end of the chat, not far above. */
  show(flow: FlowId, isAgain: boolean): Promise<void>;
  readonly queue: Pick<PriorityQueue, 'behind'>;
}

export function createTakeRequest(parts: TakeRequestParts): TakeRequest {
  /** The window does not wait for the flow, nor the flow for the window. */
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
