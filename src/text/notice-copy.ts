// The type of the texts of notices by mail. The sentences are in bot/copy, by language; the mail adds layout and escaping.
import type { PlainPhrase } from './page-text.ts';

/** What a notice tells. Names and contacts are shown as they stand here; `contact` is masked. Times are milliseconds since 1970. */
export interface NoticeFacts {
  readonly what: 'added' | 'removed' | 'recovery-codes' | 'bound';
  readonly company: string;
  /** Absent where the change is not about one contact. */
  readonly contact?: { readonly channel: 'email' | 'sms'; readonly masked: string };
  readonly at: number;
  /** Absent: the new contact can be used at once. */
  readonly usableFrom?: number;
  /** Where the request was made, e.g. `slack`. Absent: an administrator added the contact from a file. */
  readonly platform?: string;
  /** The policy lets nobody use it before a code has come back from it. */
  readonly mustBeConfirmed?: boolean;
  /** The notice has the button *It wasn't me*. */
  readonly mayDisown: boolean;
  /** The helpdesk has a channel in which it is told. */
  readonly isHelpdeskTold: boolean;
  /** How people reach the helpdesk, in the operator's words. */
  readonly helpdeskContact?: string;
}

export interface NoticeText {
  /** Plain text of one line. */
  readonly subject: string;
  readonly heading: PlainPhrase;
  /** A label and its value, e.g. when. */
  readonly details: readonly (readonly [label: string, value: PlainPhrase])[];
  /** What the change means. */
  readonly meaning: PlainPhrase;
  readonly ifIt: { readonly wasYou: PlainPhrase; readonly wasNot: PlainPhrase };
  /** Of the button, and what happens to whoever presses it. Absent where the notice has none. */
  readonly disown?: { readonly button: string; readonly note: PlainPhrase };
  readonly helpdesk?: PlainPhrase;
  /** Small print. */
  readonly foot: readonly PlainPhrase[];
}

export interface NoticeCopy {
  /** As in the `lang` attribute of HTML. */
  readonly language: string;
  readonly contactChanged: (facts: NoticeFacts) => NoticeText;
}
