// The type of the texts on the page for a new password.
import type { TypedFault } from './new-password.ts';
import type { PageText, Phrase } from './page-text.ts';

/** What can stand against a password, whoever says so. */
export type PasswordTrouble = TypedFault | 'too-weak' | 'used-before';

/** The rules of the account, as they are to be told. */
export interface RulesToTell {
  readonly isComplete: boolean;
  readonly minLength: number;
  readonly maxLength?: { readonly of: number; readonly counts: 'bytes' | 'units' };
  readonly kinds?: {
    readonly atLeast: number;
    readonly of: readonly ('lower' | 'upper' | 'digit' | 'sign' | 'other-letter')[];
  };
  readonly repeatsAtMost?: number;
  readonly isAsciiOnly?: true;
  readonly history?: number | 'some';
}

export interface PasswordWords {
  /** In place of `live`, where the link leads to this page. */
  readonly live: (givenName: string | undefined) => PageText;
  readonly page: (givenName: string | undefined) => PageText;
  /** Whose account it is. */
  readonly account: (username: string) => Phrase;
  readonly rulesHeading: string;
  readonly rules: (rules: RulesToTell) => readonly string[];
  /** Only where the old password is asked for. */
  readonly currentLabel: string;
  readonly currentHint: string;
  readonly oldWrong: (left: number) => string;
  readonly label: string;
  readonly confirmLabel: string;
  readonly confirmHint: string;
  /** A button that only works with JavaScript, and its label while the passwords are shown. */
  readonly reveal: string;
  readonly hide: string;
  readonly button: string;
  readonly saving: string;
  readonly wrongHeading: string;
  readonly wrong: Readonly<Record<PasswordTrouble, string>>;
  /** The provider has refused it and does not say why. */
  readonly wrongSomehow: string;
  readonly triesLeft: (left: number) => string;
  /** In another window. */
  readonly beingSaved: PageText;
  readonly done: PageText;
  /** The same, where whoever signs in with it has to choose another one. */
  readonly doneForOnce: PageText;
  readonly spent: PageText;
  /** No more old passwords may be tried. */
  readonly oldSpent: PageText;
  /** The account takes none now; the chat says more. */
  readonly blocked: PageText;
  /** The old password alone is not enough. Its button leads to the sign-in. */
  readonly signInNeeded: PageText;
  /** In place of `live`, for somebody who knows their password. */
  readonly change: PageText;
  readonly unconfirmed: PageText;
}
