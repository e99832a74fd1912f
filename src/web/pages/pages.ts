// All pages that a person may see. The texts are a parameter; the layout is in layout.ts.
import type { PageCopy } from '../../text/page-copy.ts';
import { type ContactPages, createContactPages } from './contact-pages.ts';
import { createLayout } from './layout.ts';
import { createLinkPages, type LinkPages } from './link-pages.ts';
import { createPasswordPages, type PasswordPages } from './password-page.ts';
import { createRecoveryPages, type RecoveryPages, type RecoveryPagesOptions } from './recovery-pages.ts';
import { createSignInPages, type SignInPages } from './sign-in-pages.ts';

export interface Pages extends LinkPages, PasswordPages {
  /** Who runs this, what it stores and what not. Shown at `/`, to which e.g. the app's entry in Teams links. */
  about(): string;
  /** Too many requests. */
  crowded(): string;
  /** An internal error. `reference` is the request id in the log. */
  broken(reference: string): string;
  /** The sign-in of somebody who changes a known password. */
  readonly change: SignInPages;
  /** The pages under `/enrol`. */
  readonly enrolment: ContactPages;
  /** The pages under `/recover`. */
  readonly recovery: RecoveryPages;
}

/** `isHelpdeskTold`: there is a channel in which the helpdesk hears of a change that somebody did not make. */
export interface PagesOptions {
  readonly isHelpdeskTold?: boolean;
  /** Some people choose their password on a page of ours. */
  readonly isPasswordSetHere?: boolean;
  /** Absent: the pages under `/recover` do not exist. */
  readonly recovery?: RecoveryPagesOptions;
}

export function createPages(
  companyName: string,
  words: PageCopy,
  { isHelpdeskTold = false, isPasswordSetHere = false, recovery }: PagesOptions = {},
): Pages {
  const layout = createLayout(companyName, words);
  return {
    ...createLinkPages(layout, words),
    ...createPasswordPages(layout, words),
    about: () => layout('chat', words.about(companyName, isPasswordSetHere)),
    crowded: () => layout('wait', words.crowded),
    broken: (reference) => layout('wait', words.broken(reference)),
    change: createSignInPages(layout, words.change, '/change/again'),
    enrolment: createContactPages(layout, words, isHelpdeskTold),
    recovery: createRecoveryPages(layout, words, companyName, recovery),
  };
}
