// What the conversation needs from a platform to send messages on its own initiative. Implemented in src/adapters.
import type { ActorId } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { Card } from './cards/card.ts';

/** The location of a card that can be redrawn. `place` is JSON that only the platform's adapter reads. */
export interface Place {
  readonly target: string;
  readonly place: string;
}

/** The cards that a person's home page shows now. Called each time the page is drawn. */
export type HomeCards = (actor: ActorId) => Promise<readonly Card[]>;

export interface Messenger {
  readonly platform: string;
  /** Whether typed text survives when the card is redrawn with the same input. */
  readonly keepsTyped: boolean;
  /** Posts a private message that stays in the person's chat. */
  tell(actor: ActorId, card: Card): Promise<Outcome<Place>>;
  /** Posts a message to a helpdesk channel. `channel` is written as in the policy, without the platform. */
  post(channel: string, card: Card): Promise<Outcome<Place>>;
  /** Replaces the card at this place. `gone`: the message or window no longer exists. */
  redraw(place: Place, isWindow: boolean, card: Card): Promise<Outcome<'drawn' | 'gone'>>;
  /**
   * Deletes the message at this place, or finds that it no longer exists. `refused`: the platform does not let the bot delete it.
   */
  remove(place: Place): Promise<Outcome<void>>;
  /** Whether this person is in this channel now. */
  isMember(channel: string, actor: ActorId): Promise<Outcome<boolean>>;
  /** Whether people can join this channel only by invitation. False where the platform does not say. */
  isPrivate(channel: string): Promise<Outcome<boolean>>;
  /** Redraws the person's home page if the platform has one and the person may be looking at it. `cards` gives its content. */
  refreshHome(actor: ActorId, cards: HomeCards): Promise<void>;
}
