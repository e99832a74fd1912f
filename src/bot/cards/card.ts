// The platform-neutral view model of a card. Adapters render it as a window (modal, dialog), a message, or a part of a home page.
import type { AccountId, ActorId, ContactRef, FlowId, Instant } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';

/**
 * A person is rendered as the platform's mention. A time is rendered in the reader's own zone; `withDay` adds the day, for times
 * that may not be today. `toTheSecond` is for times at which something becomes possible: where a platform shows no seconds, the
 * next full minute is shown, so that nobody comes too early. Plain text is never interpreted as markup.
 */
export type Span =
  | string
  | PersonSpan
  | { readonly time: Instant; readonly withDay?: true; readonly toTheSecond?: true }
  | { readonly strong: string };
/**
 * `isSubject`: the card is about this person. Where the platform cannot mention them, their handle follows the name, because two
 * people may have the same name. `account`: where no chat vouches for the person, whose account the card is about: its people are named.
 */
export interface PersonSpan {
  readonly person: ActorId;
  readonly account?: AccountId;
  readonly name?: string;
  readonly isSubject?: true;
}
export type Text = readonly Span[];
export type TimeSpan = Extract<Span, { readonly time: unknown }>;

/** `quiet` is small print. `alert` and `success` get a symbol. */
export type Tone = 'normal' | 'quiet' | 'alert' | 'success';
export interface Line {
  readonly text: Text;
  readonly tone: Tone;
  /** Beside the text, and about it. Only on lines with the tone `normal`. */
  readonly button?: PressAction;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** What the choice leads to. Shown below the label, or after it. At most 75 characters: Slack's limit. */
  readonly hint?: string;
}

/** Text and codes are typed in windows only, never in messages. A choice may also be in a message. */
export type Input =
  | {
      readonly kind: 'choice';
      readonly name: 'contact' | 'reason';
      readonly label: string;
      readonly choices: readonly Choice[];
      readonly initial?: string;
    }
  | {
      readonly kind: 'code';
      readonly name: 'code';
      readonly label: string;
      readonly hint: string;
      /** It holds letters as well as digits. */
      readonly hasLetters?: true;
      readonly minLength: number;
      readonly maxLength: number;
      /** Identifies the code that is asked for. A redraw keeps the typed text for the same code and clears it for another. */
      readonly which: string;
      /** What is wrong with the last typed text. Shown beside the input. */
      readonly error?: string;
    }
  | {
      /** One line of the person's own words. */
      readonly kind: 'text';
      readonly name: 'note';
      readonly label: string;
      readonly hint: string;
      readonly maxLength: number;
    };

/** The meaning of a button or a submit. The flow id is sent separately and is checked when it comes back. */
export const acts = [
  'start-reset',
  'start-unlock',
  'start-change',
  'start-enrolment',
  'remove-contact',
  'stop-reminding',
  'something-else',
  'ask-helpdesk',
  'continue',
  'send-code',
  'submit-code',
  'resend-code',
  'other-contact',
  'use-recovery-code',
  'submit-recovery-code',
  'resend-mail',
  'cancel',
  'restart',
  'disown',
  'follow-link',
  'approve',
  'deny',
  'submit-denial',
  'retry-doubt',
  'settle-doubt',
] as const;
export type Act = (typeof acts)[number];

/** The request that a press on this button starts; undefined: it starts none. */
export function startedBy(act: Act): FlowKind | undefined {
  switch (act) {
    case 'start-reset':
      return 'reset';
    case 'start-unlock':
      return 'unlock';
    case 'start-change':
      return 'change';
    case 'start-enrolment':
    case 'remove-contact':
      return 'enroll';
    default:
      return undefined;
  }
}

export interface Confirm {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  /** The consequence cannot be taken back: the button is drawn as a warning. */
  readonly isDanger?: true;
}

export type Action =
  | {
      readonly kind: 'press';
      readonly act: Act;
      readonly label: string;
      /** For screen readers, where several buttons have one label. */
      readonly spoken?: string;
      /** What the press is about. Comes back as `Pressed.values.contact`. */
      readonly contact?: ContactRef;
      readonly style: 'primary' | 'danger' | 'normal';
      /** True: pressing opens a window that shows the answer. False: the answer replaces the card. */
      readonly opensWindow: boolean;
      readonly confirm?: Confirm;
      /** The request that the button acts on, where that is not the card's own. */
      readonly about?: { readonly flow: FlowId; readonly version: number };
      /** This button stands apart from the others, below them, beside this question. The eye finds the others first. */
      readonly apart?: string;
      /** Not in a window: only the person who acts sees it. The message and the home page have the button. */
      readonly isKeptFromWindows?: true;
    }
  | {
      readonly kind: 'link';
      readonly act: 'follow-link';
      readonly label: string;
      readonly url: string;
      /** One of several, and not the one that fits best. Otherwise a link is the main button. */
      readonly isSecondary?: true;
    };

export type PressAction = Extract<Action, { readonly kind: 'press' }>;

export interface Card {
  /** Absent for cards without a flow (help, the three choices). */
  readonly flow?: FlowId;
  /** For a form that was opened from a card in a channel: `platform:channel`. Comes back as `Pressed.channel`. */
  readonly channel?: string;
  /** The version of the flow that the card shows; 0 without a flow. */
  readonly version: number;
  /** At most 24 characters: the shortest limit of all platforms. */
  readonly title: string;
  /** The first line repeats the title. A message is rendered without the title; a window still shows it in its title bar. */
  readonly isSelfEvident?: true;
  /**
   * Who is called when this card is posted: the ids of users on its platform, as the policy writes them, or whoever is there.
   * An edit calls nobody.
   */
  readonly calls?: readonly string[] | 'members';
  /**
   * One sentence for notifications, screen readers and clients that cannot render cards. A lock screen shows it, so it names the act
   * and the person, and holds no contact, no code and no link.
   */
  readonly summary: Text;
  readonly lines: readonly Line[];
  readonly inputs: readonly Input[];
  /** The main action of a card with inputs. `danger` for a refusal, on platforms that can show it. */
  readonly submit?: { readonly act: Act; readonly label: string; readonly style?: 'danger' };
  readonly actions: readonly Action[];
  /** Label of the window's close button: `Close`, or `Not now` while a request is open. */
  readonly closeLabel: string;
}

export const cardLimits = {
  titleChars: 24,
  labelChars: 75,
  lineChars: 2_900,
  lines: 16,
  actions: 5,
  choices: 10,
} as const;
