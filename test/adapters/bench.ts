// What a platform gives to be put under the contract: how it draws cards, and a world in which its adapter is at work.
// Words that hold on every platform: which call, which trouble and which forgery that is there, each bench says, and says it for all.
import type { Act, Card } from '../../src/bot/cards/card.ts';
import type { Messenger, Place } from '../../src/bot/messenger.ts';
import type { ActorId } from '../../src/flows/ids.ts';
import type { People } from '../../src/flows/ports.ts';
import type { RefusedPerson } from '../../src/flows/state.ts';
import type { Script } from './slack/scripted-conversation.ts';

export interface Bench {
  readonly name: string;
  /** Why cards are checked here by fewer rules than there are. */
  readonly lack?: string;
  readonly cast: { readonly person: ActorId; readonly agents: readonly [ActorId, ActorId] };
  /** As `Card.channel` names it. */
  readonly helpdesk: string;
  readonly surfaces: readonly Surface[];
  readonly stage: (how?: { readonly colleague?: Colleague }) => Promise<Stage>;
}

/** One of the ways in which a card is drawn. */
export interface Surface {
  readonly name: string;
  /** Without inputs it offers `continue` in their place. */
  readonly takesInputs: boolean;
  /** Acts of the platform's own that stand there as well. */
  readonly adds?: readonly string[];
  draw(card: Card): Promise<Drawn>;
}

export interface Drawn {
  /** What the platform would refuse, or would not draw. */
  readonly problems: readonly string[];
  /** What is read on it. */
  readonly text: string;
  /** What is told where nothing can be drawn; undefined for what is seen only by opening it. */
  readonly fallback?: string;
  readonly buttons: readonly { readonly act: string; readonly label: string; readonly url?: string }[];
  /** The inputs, with what already stands in them. */
  readonly inputs: readonly { readonly name: string; readonly holds?: string }[];
  /** Everything that leaves for the platform. */
  readonly whole: string;
}

export type Call = 'tell' | 'post' | 'redraw' | 'members' | 'person';
export type Trouble =
  /** It is not there any more. */
  | 'gone'
  | 'forbidden'
  /** 429, and half a minute to wait. */
  | 'busy'
  | 'out-of-order'
  /** It was carried out, and nobody was told so. */
  | 'answer-lost'
  | 'silent'
  /** Somebody on the way answers with a page. */
  | 'page'
  | 'token-refused';
export type Tampering = 'no-such-act' | 'no-flow' | 'another-shape' | 'more-behind-the-act' | 'not-ours';
/** Who is looked up. */
export type Colleague = RefusedPerson | Employee | 'unknown';
/** One as any other, and one with an address that another system would read as somebody else's. */
export type Employee = 'employee' | 'disguised';

export interface Stage {
  readonly messenger: Messenger;
  readonly people: People;
  readonly script: Script;
  /** Every line that was logged, at trace level. */
  readonly logged: readonly string[];
  readonly jane: ActorId;
  readonly sam: ActorId;
  /** A channel as the policy names it; Sam and Jane are in it. */
  readonly helpdesk: string;
  readonly colleague: ActorId;
  /** The same ids on another platform, and in another company. */
  readonly elsewhere: { readonly platform: ActorId; readonly company: ActorId };
  /** What stands in that message for this person. */
  seen(place: Place, by: ActorId): string;
  /** How many messages of the bot stand in the chat with this person, or in this channel. */
  standing(where: string): number;
  /** Sentences to this person alone. */
  whispers(to: ActorId): readonly string[];
  goesWrong(call: Call, trouble: Trouble): void;
  isWellAgain(): void;
  calls(call: Call): number;
  /** A button of a message; everything that follows from it has happened. */
  press(by: ActorId, place: Place, act: Act): Promise<void>;
  /** The button that leads to a form, which is then filled in and submitted. */
  deny(by: ActorId, place: Place, values: Readonly<Record<string, string>>): Promise<void>;
  /** Fills in the form of this message, wherever it stands, and submits it. */
  fill(by: ActorId, place: Place, values: Readonly<Record<string, string>>): Promise<void>;
  /** Jane's client sends what nobody put on this message of hers. */
  forge(place: Place, tampering: Tampering): Promise<void>;
  /** Sam presses on a message in Jane's chat, which is not before him. */
  pressElsewhere(place: Place, act: Act): Promise<void>;
  close(): Promise<void>;
}
