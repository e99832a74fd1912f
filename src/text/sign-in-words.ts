// The type of the texts on the pages of a fresh sign-in.
import type { PageText } from './page-text.ts';

export interface SignInWords {
  readonly unreachable: PageText;
  /** Why nobody is signed in: it was not finished, or it came to nothing. */
  readonly turnedBack: Readonly<
    Record<
      'unfinished' | 'foreign' | 'denied' | 'mismatched' | 'not-fresh' | 'other-way' | 'unreachable' | 'refused',
      PageText
    >
  >;
  /** The request has ended. */
  readonly over: PageText;
  /** No cookie, or one that has run out. */
  readonly signedOut: PageText;
  /** Back from the sign-in, which is being checked. */
  readonly checking: PageText;
  /** The same, when it takes longer than it should. */
  readonly checkingLate: PageText;
}
