// The pages of a fresh sign-in, apart from the provider's own. Each request that wants one has its own words for them.
import type { PageText } from '../../text/page-text.ts';
import type { SignInWords } from '../../text/sign-in-words.ts';
import type { HiddenFields } from './form-parts.ts';
import type { Layout } from './layout.ts';

export interface SignInPages {
  /** `way`: where its button leads; by default it posts to the page's own URL. */
  unreachable(way?: string): string;
  /** The sign-in came to nothing. The button signs in again: it posts these fields to `again`. */
  turnedBack(because: keyof SignInWords['turnedBack'], fields: HiddenFields, again?: string): string;
  over(): string;
  signedOut(): string;
  /** Back from the sign-in, which is being checked. The page loads `way` by itself. `isLate`: it takes longer than it should. */
  checking(way: string, isLate: boolean): string;
}

/** `again`: where the button posts that signs in again, where the page does not say. */
export function createSignInPages(layout: Layout, said: SignInWords, again: string): SignInPages {
  const way = (text: PageText, href?: string) => layout('wait', text, href === undefined ? 'press' : { href });
  return {
    unreachable: (href) => way(said.unreachable, href),
    turnedBack: (because, fields, post = again) => layout('key', said.turnedBack[because], { post, fields }),
    over: () => layout('chat', said.over),
    signedOut: () => layout('chat', said.signedOut),
    checking: (href, isLate) =>
      layout('wait', isLate ? said.checkingLate : said.checking, { href }, { looksAgain: href }),
  };
}
