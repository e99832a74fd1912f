// Older messages of a request that continues in a newer one: deleted, or replaced with a pointer. Posts the person's private message
// again for a person who asked again.
import type { FlowId } from '../../flows/ids.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import type { Flows, Surface, Surfaces } from '../../flows/store.ts';
import { drawSentence } from '../cards/plain-card.ts';
import type { Copy } from '../copy/copy.ts';
import type { Messenger } from '../messenger.ts';
import type { CardPosting } from './card-posting.ts';
import type { FlowCards } from './flow-card.ts';

export interface Reposting {
  /** Posts the message again. Call it inside `Drawing.inTurn` of the flow. */
  postAnew(flow: FlowId): Promise<Outcome<void>>;
  /** Writes into the old message that the request continues below. If that fails, the old message stays registered and current. */
  leave(surface: Surface): Promise<void>;
  /** Deletes an older message; where the platform does not allow that, the message says that the request continues below. */
  withdraw(surface: Surface): Promise<Outcome<void>>;
}

export function createReposting(parts: {
  readonly store: Flows & Surfaces;
  readonly messengers: ReadonlyMap<string, Messenger>;
  readonly cards: FlowCards;
  readonly cardPosting: CardPosting;
  readonly copy: Copy;
}): Reposting {
  const { store, messengers, cards, cardPosting, copy } = parts;

  async function leave(surface: Surface): Promise<void> {
    const { target, place } = surface;
    const left = drawSentence(copy.continuedBelow, copy);
    const drawn = await messengers.get(surface.platform)?.redraw({ target, place }, false, left);
    if (drawn?.ok === true) await store.dropSurface(surface);
  }

  return {
    leave,
    async withdraw(surface) {
      const { target, place } = surface;
      const removed = (await messengers.get(surface.platform)?.remove({ target, place })) ?? success(undefined);
      if (removed.ok) await store.dropSurface(surface);
      else if (removed.failure.retry === 'never') await leave(surface);
      else return removed;
      return success(undefined);
    },
    async postAnew(id) {
      const flow = await store.read(id);
      if (flow === undefined) return success(undefined);
      const before = (await store.surfaces(id, 'person')).filter(({ isWindow }) => !isWindow);
      const posted = await cardPosting.toPerson(flow, cards.person(flow));
      if (!posted.ok) return posted;
      for (const surface of before) await leave(surface);
      return success(undefined);
    },
  };
}
