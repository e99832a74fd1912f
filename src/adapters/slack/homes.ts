// A person's App Home: what can be asked for, and what is open.
import { z } from 'zod';
import type { Conversation } from '../../bot/conversation.ts';
import type { ActorId } from '../../flows/ids.ts';
import { slackUser } from './actor.ts';
import type { SlackApi } from './client.ts';
import { renderHome } from './render.ts';

export interface Homes {
  /** A home page that could not be drawn is drawn on the next visit. */
  refresh(actor: ActorId): Promise<void>;
  /** The same after a change that nobody made there: at once, but then again only after a rest, with all that came meanwhile. */
  follow(actor: ActorId): Promise<void>;
}

/** A request changes a dozen times in a minute; few people look at this page meanwhile, and each drawing is a call. */
const restMs = 2_000;

const anything = z.object({});

export function createHomes(options: {
  readonly api: SlackApi;
  readonly conversation: () => Conversation;
  readonly companyName?: string;
}): Homes {
  const { api, conversation, companyName } = options;
  const resting = new Map<ActorId, { hasChanged: boolean }>();

  async function refresh(actor: ActorId): Promise<void> {
    const user_id = slackUser(actor);
    if (user_id === undefined) return;
    const view = renderHome(await conversation().home(actor), companyName);
    const args = { user_id, view };
    await api.call({ method: 'views.publish', args, answer: anything, lane: 'interactive', repeatable: true });
  }

  async function follow(actor: ActorId): Promise<void> {
    const rest = resting.get(actor);
    if (rest !== undefined) {
      rest.hasChanged = true;
      return;
    }
    const mine = { hasChanged: false };
    resting.set(actor, mine);
    setTimeout(() => {
      resting.delete(actor);
      if (mine.hasChanged) follow(actor).catch(() => undefined);
    }, restMs).unref();
    await refresh(actor);
  }

  return { refresh, follow };
}
