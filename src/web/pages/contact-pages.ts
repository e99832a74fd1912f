// The pages under /enrol: signing in, the contacts, adding one, removing one.
import type { ContactRef, Instant } from '../../flows/ids.ts';
import type { PageCopy } from '../../text/page-copy.ts';
import type { PageText } from '../../text/page-text.ts';
import { createCodePage } from './code-page.ts';
import { createContactsPage } from './contacts-page.ts';
import type { HiddenFields } from './form-parts.ts';
import type { Layout } from './layout.ts';
import { createCodesPages, type RecoveryCodesPages } from './recovery-codes-pages.ts';
import { createRemovalPage } from './removal-page.ts';
import { type Shown, secondsUntil } from './shown.ts';
import { createSignInPages, type SignInPages } from './sign-in-pages.ts';

export interface ContactPages extends RecoveryCodesPages, SignInPages {
  /** Without a link. */
  start(): string;
  live(platform: string): string;
  dead(): string;
  limited(again: Instant, now: Instant, way: string): string;
  refused(): string;
  /** The form is of an earlier session in this browser. */
  stale(): string;
  /** The form is too long, or none of ours. */
  unreadable(): string;
  /** Something is under way. The page loads `way` by itself. */
  busy(way: string): string;
  finished(): string;
  contacts(shown: Shown): string;
  /** The page for a code that is awaited. */
  code(shown: Shown): string;
  /** This browser does not know the address to which the code was sent. */
  strayed(fields: HiddenFields): string;
  removal(shown: Shown, contact: ContactRef): string;
  notMe(is: keyof PageCopy['enrolment']['notMe']): string;
}

export function createContactPages(plain: Layout, words: PageCopy, isHelpdeskTold: boolean): ContactPages {
  const said = words.enrolment;
  /** Every page says where to get a person. */
  const layout: Layout = (sign, text, button, parts) => plain(sign, { foot: said.help, ...text }, button, parts);
  const way = (text: PageText, href?: string) => layout('wait', text, href === undefined ? 'press' : { href });
  return {
    ...createSignInPages(layout, said, '/enrol/again'),
    start: () => layout('chat', said.start),
    live: (platform) => layout('key', said.live(platform), 'press'),
    dead: () => layout('gone', said.dead),
    limited: (again, now, href) => way(said.limited(again, secondsUntil(again, now)), href),
    refused: () => layout('chat', said.refused),
    stale: () => layout('wait', said.stale, { href: contactsPath }),
    unreadable: () => layout('wait', said.unreadable, { href: contactsPath }),
    busy: (href) => layout('wait', said.busy, { href }, { looksAgain: href }),
    finished: () => layout('chat', said.finished),
    contacts: createContactsPage(layout, said),
    code: createCodePage(layout, said),
    strayed: (fields) => layout('wait', said.code.strayed, { post: '/enrol/other', fields }),
    removal: createRemovalPage(layout, said),
    ...createCodesPages(layout, said),
    notMe: (is) => {
      const text = said.notMe[is];
      const told = typeof text === 'function' ? text(isHelpdeskTold) : text;
      return layout(is === 'dead' ? 'gone' : 'key', told, hasButton[is] ? 'press' : undefined);
    },
  };
}

const contactsPath = '/enrol/contacts';
const hasButton = { live: true, done: false, dead: false, unreachable: true } as const;
