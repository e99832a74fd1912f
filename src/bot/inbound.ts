// What reaches the conversation from any platform, and what it answers. Built and drawn by adapters.
import type { ActorId, DeliveryId, FlowId } from '../flows/ids.ts';
import type { Act, Card, Text } from './cards/card.ts';
import type { Place } from './messenger.ts';

/** A window in which the person is acting; `target` as in `Surface`. */
export interface WindowRef {
  readonly target: string;
  readonly place: string;
  /** It is a message that stays in the chat: answered in place like a window, and from then on the flow's own message. */
  readonly stays?: boolean;
}

/** Words of a person in private: a command's name with its text, or a direct message. */
export interface Said {
  readonly kind: 'said';
  readonly actor: ActorId;
  readonly delivery: DeliveryId;
  readonly words: string;
}

/** A button or a form. `values` are what stands in the card's inputs. `flow` is an id that came from the client: checked. */
export interface Pressed {
  readonly kind: 'pressed';
  readonly actor: ActorId;
  readonly delivery: DeliveryId;
  readonly act: Act;
  readonly flow?: FlowId;
  readonly values: { readonly contact?: string; readonly code?: string; readonly reason?: string };
  /** Nobody but the presser reads what stands there: a window, a home page, a chat of their own with the bot. Said by the platform. */
  readonly isPrivate: boolean;
  /** Where the card of a helpdesk decision stands, `platform:channel`. */
  readonly channel?: string;
  /** The window it was pressed in: it is answered in place, and no drawing from elsewhere overtakes the answer. */
  readonly window?: WindowRef;
  /** The message it was pressed on, where that can be drawn again and is no `window`. */
  readonly message?: Place;
}

/** What becomes of one more press of this person: `too-often` is told them once, `silent` is acknowledged and nothing else. */
export type ThrottleVerdict = 'allowed' | 'too-often' | 'silent';

/** `afterwards` must be called when the answer has left, so that later drawings may follow it. */
export type Reply = { readonly afterwards: () => void } & (
  | { readonly kind: 'card'; readonly card: Card }
  /** A short private sentence to the one who pressed, e.g. why not. */
  | { readonly kind: 'notice'; readonly text: Text }
  /** Nothing to say: the card it was pressed on changes by itself, a window closes. */
  | { readonly kind: 'done' }
);
