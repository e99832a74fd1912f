// The platform-neutral input of the conversation and its replies. Adapters build the input and render the replies.
import type { ActorId, DeliveryId, FlowId } from '../flows/ids.ts';
import type { Act, Card, Text } from './cards/card.ts';
import type { Place } from './messenger.ts';

/** A window in which the person acts. `target` and `place` as in `Surface`. */
export interface WindowRef {
  readonly target: string;
  readonly place: string;
  /** True: not a window but a message that stays in the chat. It is answered in place and becomes the flow's own message. */
  readonly stays?: boolean;
}

/** Private words of a person: a direct message, or a command's name with its text. */
export interface Said {
  readonly kind: 'said';
  readonly actor: ActorId;
  readonly delivery: DeliveryId;
  readonly words: string;
}

/** A pressed button or a submitted form. `values`: the card's inputs. `flow` came from the client and must be checked. */
export interface Pressed {
  readonly kind: 'pressed';
  readonly actor: ActorId;
  readonly delivery: DeliveryId;
  readonly act: Act;
  readonly flow?: FlowId;
  readonly values: {
    readonly contact?: string;
    readonly code?: string;
    readonly reason?: string;
    readonly note?: string;
  };
  /** Whether only the presser can read this place: a window, a home page, their own chat with the bot. The platform says so. */
  readonly isPrivate: boolean;
  /** For a helpdesk decision: the channel of the card, `platform:channel`. */
  readonly channel?: string;
  /** The window in which it was pressed. The answer replaces its content, and no other drawing overtakes the answer. */
  readonly window?: WindowRef;
  /** The message on which it was pressed, if it can be redrawn and is not a `window`. */
  readonly message?: Place;
}

/** `too-often`: over the limit, and the person is to be told. `silent`: over the limit and told already; only acknowledge. */
export type ThrottleVerdict = 'allowed' | 'too-often' | 'silent';

export type Reply =
  | { readonly kind: 'card'; readonly card: Card }
  /** A short private sentence to the presser, e.g. why the press had no effect. */
  | { readonly kind: 'notice'; readonly text: Text }
  /** No answer needed: the pressed card is redrawn by itself, a window closes. */
  | { readonly kind: 'done' };
