// A person's App Home: the choices and the open requests. Drawn only for people who opened it; most never do.
import { z } from 'zod';
import type { HomeCards } from '../../bot/messenger.ts';
import { createKeyedQueue } from '../../concurrency/keyed-queue.ts';
import type { ActorId } from '../../flows/ids.ts';
import { slackUser } from './actor.ts';
import type { SlackApi } from './client.ts';
import type { HomeVisits } from './home-visits.ts';
import { renderHome } from './render.ts';

export interface HomeViews {
  /** Stores that the page was opened, and draws it. */
  visit(actor: ActorId, cards: HomeCards): Promise<void>;
  /** Redraws the page. A failed drawing is not retried: the page is drawn on the next visit. */
  refresh(actor: ActorId, cards: HomeCards): Promise<void>;
  /** Redraws the page only if the person opened it recently. */
  follow(actor: ActorId, cards: HomeCards): Promise<void>;
}

const anything = z.object({});

export function createHomeViews(options: {
  readonly api: SlackApi;
  readonly visits: HomeVisits;
  readonly companyName?: string;
}): HomeViews {
  const { api, visits, companyName } = options;
  const inTurn = createKeyedQueue();
  const waiting = new Map<ActorId, Promise<void>>();

  async function draw(actor: ActorId, cards: HomeCards): Promise<void> {
    const user_id = slackUser(actor);
    if (user_id === undefined) return;
    const view = renderHome(await cards(actor), companyName);
    const args = { user_id, view };
    await api.call({ method: 'views.publish', args, answer: anything, lane: 'interactive', repeatable: true });
  }

  /** One drawing at a time for each person. A call joins a drawing that is queued and has not started yet. */
  function refresh(actor: ActorId, cards: HomeCards): Promise<void> {
    const present = waiting.get(actor);
    if (present !== undefined) return present;
    const mine = inTurn(actor, () => {
      waiting.delete(actor);
      return draw(actor, cards);
    });
    waiting.set(actor, mine);
    return mine;
  }

  return {
    async visit(actor, cards) {
      await visits.note(actor);
      await refresh(actor, cards);
    },
    refresh,
    async follow(actor, cards) {
      if (await visits.isRecent(actor)) await refresh(actor, cards);
    },
  };
}
