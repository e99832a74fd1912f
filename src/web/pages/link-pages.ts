// The pages behind a link from the chat: for a valid link, and for every reason why a link cannot be used.

import type { PageCopy } from '../../text/page-copy.ts';
import { shownName } from '../../text/shown-name.ts';
import type { Button, Layout } from './layout.ts';

export interface LinkPages {
  /** The link is valid: a page with one button. `givenName` as in the directory. `isHere`: the button leads to a page of ours. `isChange`: the password is known. */
  live(whose: { readonly givenName?: string; readonly isHere?: true; readonly isChange?: true }): string;
  /** Used, expired, foreign, guessed or misspelt: the page does not reveal which. Also the answer for an unknown URL. */
  dead(): string;
  /** `again`: the path that the button of the page posts to, where that is not its own. */
  busy(again?: string): string;
  unreachable(again?: string): string;
  /** The sign-in service takes no request for that long. */
  limited(seconds: number, again?: string): string;
  refused(): string;
  /** The form was sent from another site. */
  foreign(): string;
  /** The ticket page is on a host to which the browser may not follow the form's redirect. Shows a link to it instead. */
  elsewhere(address: string): string;
}

export const createLinkPages = (layout: Layout, words: PageCopy): LinkPages => ({
  live: ({ givenName, isHere, isChange }) => {
    if (isChange === true) return layout('key', words.password.change, 'press');
    return layout('key', (isHere === true ? words.password.live : words.live)(greetable(givenName)), 'press');
  },
  dead: () => layout('gone', words.dead),
  busy: (again) => layout('wait', words.busy, pressOf(again)),
  unreachable: (again) => layout('wait', words.unreachable, pressOf(again)),
  limited: (seconds, again) => layout('wait', words.limited(seconds), pressOf(again)),
  refused: () => layout('chat', words.refused),
  foreign: () => layout('chat', words.foreign),
  elsewhere: (address) => layout('key', words.elsewhere(URL.parse(address)?.host ?? ''), { href: address }),
});

export const pressOf = (again: string | undefined): Button =>
  again === undefined ? 'press' : { post: again, fields: {} };

/** The name without control characters. Undefined if it is empty or too long for a heading: then nobody is greeted. */
export function greetable(givenName: string | undefined): string | undefined {
  const name = shownName(givenName ?? '', 200);
  return name === '' || [...name].length > 40 ? undefined : name;
}
