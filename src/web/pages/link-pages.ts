// The pages behind a link from the chat: one that may be used, and every reason why it may not.
import { beginning } from '../../text/bounded-text.ts';
import type { PageCopy } from '../../text/page-copy.ts';
import type { Layout } from './layout.ts';

export interface LinkPages {
  /** The link may be used: one button. `givenName` as the directory has it. */
  live(givenName: string | undefined): string;
  /** Used, expired, foreign, guessed or misspelt: nobody learns which. Also what stands at every address that is none. */
  dead(): string;
  busy(): string;
  unreachable(): string;
  refused(): string;
  /** The form was sent from somebody else's page. */
  foreign(): string;
  /** The sign-in page stands at a host that the form may not lead to by itself. */
  elsewhere(address: string): string;
}

export const createLinkPages = (layout: Layout, words: PageCopy): LinkPages => ({
  live: (givenName) => layout('key', words.live(greetable(givenName)), 'press'),
  dead: () => layout('gone', words.dead),
  busy: () => layout('wait', words.busy, 'press'),
  unreachable: () => layout('wait', words.unreachable, 'press'),
  refused: () => layout('chat', words.refused),
  foreign: () => layout('chat', words.foreign),
  elsewhere: (address) => layout('key', words.elsewhere(URL.parse(address)?.host ?? ''), { href: address }),
});

/** A name that fits into a heading; no other is greeted. */
function greetable(givenName: string | undefined): string | undefined {
  const name = beginning(givenName ?? '', 200)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  return name === '' || [...name].length > 40 ? undefined : name;
}
