// The type of the texts on the pages of enrolment. Times are milliseconds since 1970, as in a span of a phrase.
import type { ReasonNotTaken } from './new-address.ts';
import type { PageText, Phrase } from './page-text.ts';
import type { SignInWords } from './sign-in-words.ts';

type AddressKind = 'email' | 'sms';

/** A form with one field and one button. */
export interface FieldWords {
  readonly heading: string;
  readonly label: string;
  readonly hint: string;
  readonly button: string;
}

/** `masked` is e.g. `j•••@g•••.com`. */
export interface ContactsWords {
  readonly title: string;
  readonly heading: Phrase;
  /** What the contacts are for, and advice to have two. */
  readonly intro: (count: number) => Phrase;
  readonly kind: Readonly<Record<AddressKind, string>>;
  readonly since: (day: number) => Phrase;
  /** Not added here, so nobody knows when. */
  readonly sinceBefore: Phrase;
  readonly usableFrom: (time: number) => Phrase;
  readonly unconfirmed: Phrase;
  /** It can never be used, and why. */
  readonly unusable: Readonly<Record<'own-domain' | 'blocked-domain' | 'unverified' | 'unclear', Phrase>>;
  readonly remove: string;
  /** Read aloud after `remove`. */
  readonly removeWhich: (masked: string) => string;
  readonly add: Readonly<Record<AddressKind, FieldWords>>;
  readonly notTaken: (kind: AddressKind, because: ReasonNotTaken) => string;
  readonly added: (masked: string, usableFrom: number | undefined) => Phrase;
  readonly removed: (masked: string) => Phrase;
  /** A contact from a file. */
  readonly confirmed: (masked: string) => Phrase;
  readonly elsewhere: Phrase;
  readonly alreadyYours: Phrase;
  readonly attemptsSpent: (again: number) => Phrase;
  readonly sendsSpent: (again: number) => Phrase;
  readonly recoveryCodes: (left: number | undefined) => string;
  readonly done: string;
}

export interface CodeWords {
  readonly title: string;
  readonly heading: (masked: string) => Phrase;
  readonly hint: (kind: AddressKind, seconds: number) => string;
  readonly label: string;
  readonly button: string;
  readonly notACode: string;
  readonly wrong: (attemptsLeft: number) => string;
  readonly unchecked: string;
  /** Only a new code helps. */
  readonly dead: Readonly<Record<'used-up' | 'expired' | 'too-old', string>>;
  readonly resend: string;
  readonly resendIn: (seconds: number) => Phrase;
  readonly other: Readonly<Record<AddressKind, string>>;
  /** The code was sent from another browser, or another tab has forgotten the address. */
  readonly strayed: PageText;
}

export interface RemovalWords {
  readonly title: string;
  readonly heading: (masked: string) => Phrase;
  /** `last`: there is no other. `last-usable`: the others cannot be used yet. */
  readonly meaning: Readonly<Record<'one-of-several' | 'last' | 'last-usable', Phrase>>;
  readonly confirm: string;
  readonly keep: string;
}

export interface RecoveryCodesWords {
  readonly offer: (left: number | undefined) => PageText;
  /** `usableFrom`: they cannot be used before. Milliseconds since 1970. */
  readonly shown: (usableFrom: number | undefined) => PageText;
  /** For the list, read aloud. */
  readonly list: string;
  /** Beside the button that leaves the page. */
  readonly leaving: Phrase;
  readonly copy: string;
  /** After it was pressed. */
  readonly copied: string;
  readonly notCopied: string;
  readonly print: string;
  readonly saved: string;
  /** The form was sent a second time: its codes are not shown again. */
  readonly gone: PageText;
  readonly back: string;
}

export interface EnrolmentWords extends SignInWords {
  readonly day: (time: number) => string;
  /** Rounded up to the minute: never too early. */
  readonly moment: (time: number) => string;
  readonly clock: (time: number) => string;
  /** Without a link. */
  readonly start: PageText;
  readonly live: (platform: string) => PageText;
  readonly dead: PageText;
  readonly refused: PageText;
  /** The form belongs to an earlier sign-in in this browser. */
  readonly stale: PageText;
  /** Too long, or no form. */
  readonly unreadable: PageText;
  readonly busy: PageText;
  readonly limited: (again: number, seconds: number) => PageText;
  readonly finished: PageText;
  /** The heading of the summary of what is wrong. */
  readonly problem: string;
  readonly trouble: {
    readonly unreachable: Phrase;
    readonly refused: Phrase;
    /** `seconds`: from now until `again`. */
    readonly limited: (again: number, seconds: number) => Phrase;
  };
  /** The label of a button after it was pressed. */
  readonly pressed: string;
  readonly contacts: ContactsWords;
  readonly code: CodeWords;
  readonly removal: RemovalWords;
  readonly recoveryCodes: RecoveryCodesWords;
  /** Behind the link in a notice about a changed contact. */
  readonly notMe: {
    /** `isHelpdeskTold`: there is a channel to tell it in. */
    readonly live: (isHelpdeskTold: boolean) => PageText;
    readonly done: (isHelpdeskTold: boolean) => PageText;
    readonly dead: PageText;
    readonly unreachable: PageText;
  };
  /** At the foot of every page of enrolment: where to get a person. */
  readonly help: Phrase;
}
