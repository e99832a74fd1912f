// The type of the texts on the pages under /recover, as far as they are the same for every name.
import type { PageText, Phrase } from './page-text.ts';

export interface RecoveryStartWords {
  readonly title: string;
  readonly heading: Phrase;
  readonly intro: (company: string) => Phrase;
  readonly question: string;
  readonly reset: string;
  readonly unlock: string;
  readonly label: string;
  readonly hint: string;
  readonly empty: string;
  readonly button: string;
  /** Where this browser has a session, whatever became of it. */
  readonly lastTry: string;
  readonly toLastTry: string;
}

export interface RecoveryCodeWords {
  readonly title: string;
  readonly heading: Phrase;
  /** Where the code went to, if it went anywhere. */
  readonly sent: Readonly<Record<'email' | 'sms', Phrase>>;
  readonly label: string;
  readonly hint: string;
  readonly button: string;
  readonly notACode: string;
  readonly wrong: (left: number) => string;
  readonly expired: string;
  readonly busy: string;
  readonly resent: Phrase;
  readonly resend: string;
  readonly resendIn: (seconds: number) => Phrase;
  /** What to do when no code comes. */
  readonly noCode: string;
  readonly noCodeAdvice: (contact: string | undefined) => readonly Phrase[];
  readonly startAgain: string;
}

export interface RecoveryWords {
  readonly start: RecoveryStartWords;
  readonly code: RecoveryCodeWords;
  readonly notARecoveryCode: string;
  /** Of a button after it was pressed. */
  readonly pressed: string;
  readonly problem: string;
  /** Many come at once: it goes on by itself after so long. `isSlow`: a browser with JavaScript waits for less. */
  readonly queue: (seconds: number, isSlow: boolean) => PageText;
  /** No tries are left. */
  readonly spent: PageText;
  /** This browser has no session, or it has run out. */
  readonly signedOut: PageText;
  /** The form is of an earlier session in this browser. */
  readonly stale: PageText;
  readonly unreadable: PageText;
  readonly unreachable: PageText;
  /** The form was sent from another website. */
  readonly foreign: PageText;
  readonly dead: PageText;
  /** Where to get a person; at the bottom of every page. */
  readonly help: (contact: string | undefined) => Phrase;
}
