// The type of the texts on web pages. The sentences are in bot/copy, by language; the pages add layout and escaping.

import type { EnrolmentWords } from './enrolment-words.ts';
import type { HostedPageWords } from './hosted-page-words.ts';
import type { PageText, PlainPhrase } from './page-text.ts';
import type { PasswordWords } from './password-words.ts';
import type { RecoveryWords } from './recovery-words.ts';
import type { SignInWords } from './sign-in-words.ts';

export interface PageCopy {
  /** As in the `lang` attribute of HTML. */
  readonly language: string;
  /** Who runs the service, what it stores and what not. */
  /** `isHere`: some people choose their password on a page of ours. */
  readonly about: (company: string, isHere: boolean) => PageText;
  /** The link may be used: one button. `givenName` comes from the directory and may be absent. */
  readonly live: (givenName: string | undefined) => PageText;
  /** The link was used, is expired, foreign, guessed or misspelt: the page does not say which. */
  readonly dead: PageText;
  readonly busy: PageText;
  readonly unreachable: PageText;
  /** The sign-in service takes no request for that long. Pages cannot show times in the reader's own zone, so it is a duration. */
  readonly limited: (seconds: number) => PageText;
  readonly refused: PageText;
  /** The form was sent from another website. */
  readonly foreign: PageText;
  /** The sign-in page is on a host to which the form may not redirect, so the person has to go on with a link. */
  readonly elsewhere: (host: string) => PageText;
  readonly crowded: PageText;
  /** `reference` finds the request in the log. */
  readonly broken: (reference: string) => PageText;
  /** At the bottom of every page. */
  readonly promise: PlainPhrase;
  /** The label of the button after it was pressed. */
  readonly opening: string;
  /** The pages under `/enrol`. */
  readonly enrolment: EnrolmentWords;
  /** The sign-in of somebody who changes a known password. */
  readonly change: SignInWords;
  /** The pages under `/recover`. */
  readonly recovery: RecoveryWords;
  /** The page of ours for a new password. */
  readonly password: PasswordWords;
  /** The tenant's own page for a new password. */
  readonly hosted: HostedPageWords;
}
