// The pages a person may see. What they say is handed in; how they look stands in the layout.
import type { PageCopy } from '../../text/page-copy.ts';
import { createLayout } from './layout.ts';
import { createLinkPages, type LinkPages } from './link-pages.ts';

export interface Pages extends LinkPages {
  /** Who runs this, what it keeps and what not: where the address of the product itself leads, e.g. from the app's entry in Teams. */
  about(): string;
  /** Too many requests. */
  crowded(): string;
  /** Our own mistake. `reference` finds it in the log. */
  broken(reference: string): string;
}

export function createPages(companyName: string, words: PageCopy): Pages {
  const layout = createLayout(companyName, words);
  return {
    ...createLinkPages(layout, words),
    about: () => layout('chat', words.about(companyName)),
    crowded: () => layout('wait', words.crowded),
    broken: (reference) => layout('wait', words.broken(reference)),
  };
}
