// What a platform supplies to be tested by the contract: how it draws cards, and a running adapter with an emulated
// platform. Calls, troubles and forgeries have the same names on every platform; each platform's harness must implement
// all of them.
import type { Act, Card } from '../../src/bot/cards/card.ts';
import type { Messenger, Place } from '../../src/bot/messenger.ts';
import type { RefusedPerson } from '../../src/flows/ending.ts';
import type { ActorId } from '../../src/flows/ids.ts';
import type { People } from '../../src/flows/ports.ts';
import type { Script } from './slack/scripted-conversation.ts';

export interface Harness {
  readonly name: string;
  /** Why fewer rules for cards are checked here than exist. */
  readonly missing?: string;
  readonly cast: { readonly person: ActorId; readonly agents: readonly [ActorId, ActorId] };
  /** In the form of `Card.channel`. */
  readonly helpdesk: string;
  readonly surfaces: readonly Surface[];
  readonly fixture: (how?: { readonly colleague?: Colleague }) => Promise<Fixture>;
}

/** One of the places in which a card is drawn. */
export interface Surface {
  readonly name: string;
  /** `choices`: nothing can be typed there. Where an input is not taken, the card has `continue` in its place. */
  readonly takesInputs: 'all' | 'choices' | 'none';
  /** Only the person who acts sees it. */
  readonly isWindow?: true;
  /** The platform's own acts that appear there as well. */
  readonly adds?: readonly string[];
  draw(card: Card): Promise<Drawn>;
}

export interface Drawn {
  /** What the platform would refuse, or would not draw. */
  readonly problems: readonly string[];
  /** The text that a person reads on it. */
  readonly text: string;
  /** The text for places where the card cannot be drawn; undefined for what is visible only when opened. */
  readonly fallback?: string;
  readonly buttons: readonly { readonly act: string; readonly label: string; readonly url?: string }[];
  /** The inputs, with their initial values. */
  readonly inputs: readonly { readonly name: string; readonly holds?: string }[];
  /** Everything that is sent to the platform. */
  readonly whole: string;
}

export type Call = 'tell' | 'post' | 'redraw' | 'remove' | 'members' | 'person';
export type Trouble =
  /** The message no longer exists. */
  | 'gone'
  | 'forbidden'
  /** 429 with Retry-After of half a minute. */
  | 'busy'
  | 'out-of-order'
  /** The call was carried out, but its answer was lost. */
  | 'answer-lost'
  | 'silent'
  /** A proxy answers with an HTML page. */
  | 'page'
  /** The same, with a status that the platform itself uses for a refusal. */
  | 'page-forbidden'
  | 'page-missing'
  | 'token-refused';
export type Tampering = 'no-such-act' | 'no-flow' | 'another-shape' | 'more-behind-the-act' | 'not-ours';
/** The kinds of people that are looked up. */
export type Colleague = RefusedPerson | Employee | 'unknown';
/** An ordinary employee, and one with an address that another system would read as somebody else's. */
export type Employee = 'employee' | 'disguised';

export interface Fixture {
  readonly messenger: Messenger;
  readonly people: People;
  readonly script: Script;
  /** Every line that was logged, at trace level. */
  readonly logged: readonly string[];
  readonly jane: ActorId;
  readonly sam: ActorId;
  /** A channel, as the policy names it; Sam and Jane are members. */
  readonly helpdesk: string;
  readonly colleague: ActorId;
  /** The same user ids on another platform, and in another company. */
  readonly elsewhere: { readonly platform: ActorId; readonly company: ActorId };
  /** What this person sees in that message. */
  seen(place: Place, by: ActorId): string;
  /** How many messages of the bot are left in the chat with this person, or in this channel. */
  standing(where: string): number;
  /** The texts of the notifications that the platform made for this person, oldest first. */
  notified(who: ActorId): readonly string[];
  /** Messages that only this person sees. */
  whispers(to: ActorId): readonly string[];
  goesWrong(call: Call, trouble: Trouble): void;
  isWellAgain(): void;
  calls(call: Call): number;
  /** Presses a button of a message; resolves when everything that follows from it has happened. */
  press(by: ActorId, place: Place, act: Act): Promise<void>;
  /** Presses the button that opens a form, fills the form in and submits it. */
  deny(by: ActorId, place: Place, values: Readonly<Record<string, string>>): Promise<void>;
  /** Fills in the form of this message, wherever it is shown, and submits it. */
  fill(by: ActorId, place: Place, values: Readonly<Record<string, string>>): Promise<void>;
  /** Jane's client sends an action that this message does not offer. */
  forge(place: Place, tampering: Tampering): Promise<void>;
  /** Sam presses a button on a message in Jane's chat, which Sam cannot see. */
  pressElsewhere(place: Place, act: Act): Promise<void>;
  close(): Promise<void>;
}
