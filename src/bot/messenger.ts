// What the conversation needs of a platform to speak first. Implemented in src/adapters.
import type { ActorId } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { Card } from './cards/card.ts';

/** A drawn card that can be drawn again. `place` is JSON of the platform's own making, opaque elsewhere. */
export interface Place {
  readonly target: string;
  readonly place: string;
}

/** What a person's home page shows now; asked for when it is drawn. */
export type HomeCards = (actor: ActorId) => Promise<readonly Card[]>;

export interface Messenger {
  readonly platform: string;
  /** What is typed into an input stays when the card is drawn again with that same input. */
  readonly keepsTyped: boolean;
  /** A private message to a person that stays. */
  tell(actor: ActorId, card: Card): Promise<Outcome<Place>>;
  /** A message in a channel of the helpdesk. `channel` as in the policy, without the platform. */
  post(channel: string, card: Card): Promise<Outcome<Place>>;
  /** Draws the card where another stood. `gone`: that message or window does not exist any more. */
  redraw(place: Place, isWindow: boolean, card: Card): Promise<Outcome<'drawn' | 'gone'>>;
  /** Whether this person is in this channel now. */
  isMember(channel: string, actor: ActorId): Promise<Outcome<boolean>>;
  /** Whether nobody gets into this channel who was not asked in. What the platform does not say is no. */
  isPrivate(channel: string): Promise<Outcome<boolean>>;
  /** Draws the person's home page anew, where the platform has one at which they may be looking. `cards`: what stands on it then. */
  refreshHome(actor: ActorId, cards: HomeCards): Promise<void>;
}
