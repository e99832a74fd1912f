// The neutral view model: what stands on a card, without any platform's words for it.
// Adapters draw it as a window (modal, dialog), as a message, or as part of a home page.
import type { ActorId, FlowId, Instant } from '../../flows/ids.ts';

/**
 * A person is drawn as the platform's mention, a time in the reader's own zone, with its day where that may be another
 * than the reader's today. Plain text is never markup.
 */
export type Span =
  | string
  | { readonly person: ActorId; readonly name?: string }
  | { readonly time: Instant; readonly withDay?: true }
  | { readonly strong: string };
export type Text = readonly Span[];
export type TimeSpan = Extract<Span, { readonly time: unknown }>;

/** `quiet` is small print; `alert` and `success` say how it stands before a word is read. */
export type Tone = 'normal' | 'quiet' | 'alert' | 'success';
export interface Line {
  readonly text: Text;
  readonly tone: Tone;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Inputs are only ever typed or chosen in a window, never in a message. */
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
      readonly minLength: number;
      readonly maxLength: number;
      /** Names the code that is asked for. Drawn again for the same one, what was typed stays; for another it goes. */
      readonly which: string;
      /** What is wrong with what was typed last; drawn beside the input. */
      readonly error?: string;
    };

/** What a button or a submit means. The flow it speaks about travels beside it and is checked on arrival. */
export const acts = [
  'start-reset',
  'start-unlock',
  'ask-helpdesk',
  'continue',
  'send-code',
  'submit-code',
  'resend-code',
  'other-contact',
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

export interface Confirm {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
}

export type Action =
  | {
      readonly kind: 'press';
      readonly act: Act;
      readonly label: string;
      readonly style: 'primary' | 'danger' | 'normal';
      /** Pressing it opens a window, in which the answer is drawn. Elsewhere the answer replaces the card. */
      readonly opensWindow: boolean;
      readonly confirm?: Confirm;
    }
  | { readonly kind: 'link'; readonly act: 'follow-link'; readonly label: string; readonly url: string };

export interface Card {
  /** Absent for cards that speak about no flow (help, the three choices). */
  readonly flow?: FlowId;
  /** For a form about a card that stands in a channel: `platform:channel`. Comes back as `Pressed.channel`. */
  readonly channel?: string;
  /** The flow's version it was drawn from; 0 without a flow. */
  readonly version: number;
  /** At most 24 characters, the shortest title bar of any platform. */
  readonly title: string;
  /** The first line says it already: a message is drawn without the title, a window still has it in its bar. */
  readonly isSelfEvident?: true;
  /** One plain sentence for notifications, screen readers and places that draw no cards. */
  readonly summary: string;
  readonly lines: readonly Line[];
  readonly inputs: readonly Input[];
  /** The main act of a card with inputs. `danger` where it refuses somebody something, as far as a platform can show that. */
  readonly submit?: { readonly act: Act; readonly label: string; readonly style?: 'danger' };
  readonly actions: readonly Action[];
  /** What the window's own closing button says: `Close`, or `Not now` while something is open. */
  readonly closeLabel: string;
}

export const cardLimits = {
  titleChars: 24,
  labelChars: 75,
  lineChars: 2_900,
  lines: 12,
  actions: 5,
  choices: 10,
} as const;
