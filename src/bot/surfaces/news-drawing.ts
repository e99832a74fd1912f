// Shows news: a new message first, then the older ones are taken away. After a crash in between, both stand, and this is repeated.
import { type Outcome, success } from '../../flows/outcome.ts';
import type { Flow } from '../../flows/state.ts';
import type { Surface, Surfaces } from '../../flows/store.ts';
import type { Card } from '../cards/card.ts';
import type { CardPosting } from './card-posting.ts';
import { firstFailure } from './first-failure.ts';
import type { Reposting } from './reposting.ts';
import type { WindowLocks } from './window-locks.ts';

export interface NewsDrawing {
  /** Among these surfaces of one viewer, replaces the messages that are older than the latest news. */
  show(flow: Flow, card: Card, surfaces: readonly Surface[]): Promise<Outcome<void>>[];
}

/** A message that was posted before the latest news for its viewer. A window is never posted anew. */
export const isOlderThanNews = ({ isWindow, viewer, postedVersion = -1 }: Surface, { news }: Flow): boolean =>
  !isWindow && postedVersion < (news?.[viewer] ?? -1);

export function createNewsDrawing(parts: {
  readonly store: Surfaces;
  readonly cardPosting: CardPosting;
  readonly reposting: Pick<Reposting, 'withdraw'>;
  readonly locks: WindowLocks;
}): NewsDrawing {
  const { store, cardPosting, reposting, locks } = parts;

  async function replace(messages: readonly Surface[], flow: Flow, card: Card): Promise<Outcome<void>> {
    const older = messages.filter((one) => isOlderThanNews(one, flow));
    const before = older.find(isMain) ?? older[0];
    if (before === undefined) return success(undefined);
    if (older.length === messages.length) {
      const posted = await cardPosting.anew(before, flow, card);
      if (!posted.ok) return posted.failure.kind === 'rate-limited' ? posted : keepCurrent(older, flow, card, posted);
    }
    return takeAway(before, flow, card);
  }

  /** One after the other: in a channel they share one rate limit. A message in which somebody is being answered is left for later. */
  async function takeAway(before: Surface, flow: Flow, card: Card): Promise<Outcome<void>> {
    const standing = await store.surfaces(flow.id, before.viewer);
    const done: Outcome<void>[] = [];
    for (const surface of standing) {
      const isHere = cardPosting.conversationOf(surface) === cardPosting.conversationOf(before);
      if (!isHere || !isOlderThanNews(surface, flow) || locks.has(surface.target)) continue;
      const withdrawn = await reposting.withdraw(surface);
      done.push(withdrawn.ok ? withdrawn : await keepCurrent([surface], flow, card, withdrawn));
    }
    return firstFailure(done);
  }

  /** In a channel the name of its newest message is the channel's own. */
  const isMain = (surface: Surface): boolean => surface.target === cardPosting.conversationOf(surface);

  /** As long as an older message cannot be replaced, it is kept up to date. */
  async function keepCurrent(
    surfaces: readonly Surface[],
    flow: Flow,
    card: Card,
    because: Outcome<void>,
  ): Promise<Outcome<void>> {
    const outdated = surfaces.filter(({ drawnVersion, target }) => drawnVersion < flow.version && !locks.has(target));
    await Promise.all(outdated.map((surface) => cardPosting.redraw(surface, card)));
    return because;
  }

  return {
    show(flow, card, surfaces) {
      const messages = surfaces.filter(({ isWindow }) => !isWindow);
      const conversations = Map.groupBy(messages, cardPosting.conversationOf);
      return [...conversations.values()]
        .filter((all) => all.some((one) => isOlderThanNews(one, flow)))
        .map((all) => replace(all, flow, card));
    },
  };
}
