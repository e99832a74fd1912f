// The pages behind a link from the chat: for a valid link, and for every reason why a link cannot be used.

import type { PageCopy } from '../../text/page-copy.ts';
import { shownName } from '../../text/shown-name.ts';
import type { Layout } from './layout.ts';

export interface LinkPages {
  /** The link is valid: a page with one button. `givenName` as in the directory. */
  live(givenName: string | undefined): string;
  /** Used, expired, foreign, guessed or misspelt: the page does not reveal which. Also the answer for an unknown URL. */
  dead(): string;
  busy(): string;
  unreachable(): string;
  /** The sign-in service takes no request for that long. */
  limited(seconds: number): string;
  refused(): string;
  /** The form was sent from another site. */
  foreign(): string;
  /** The ticket page is on a host to which the browser may not follow the form's redirect. Shows a link to it instead. */
  elsewhere(address: string): string;
}

export const createLinkPages = (layout: Layout, words: PageCopy): LinkPages => ({
  live: (givenName) => layout('key', words.live(greetable(givenName)), 'press'),
  dead: () => layout('gone', words.dead),
  busy: () => layout('wait', words.busy, 'press'),
  unreachable: () => layout('wait', words.unreachable, 'press'),
  limited: (seconds) => layout('wait', words.limited(seconds), 'press'),
  refused: () => layout('chat', words.refused),
  foreign: () => layout('chat', words.foreign),
  elsewhere: (address) => layout('key', words.elsewhere(URL.parse(address)?.host ?? ''), { href: address }),
});

/** The name without control characters. Undefined if it is empty or too long for a heading: then nobody is greeted. */
function greetable(givenName: string | undefined): string | undefined {
  const name = shownName(givenName ?? '', 200);
  return name === '' || [...name].length > 40 ? undefined : name;
}
