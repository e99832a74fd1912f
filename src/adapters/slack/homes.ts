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
}

const anything = z.object({});

export function createHomes(options: {
  readonly api: SlackApi;
  readonly conversation: () => Conversation;
  readonly companyName?: string;
}): Homes {
  const { api, conversation, companyName } = options;
  return {
    async refresh(actor) {
      const user_id = slackUser(actor);
      if (user_id === undefined) return;
      const view = renderHome(await conversation().home(actor), companyName);
      const args = { user_id, view };
      await api.call({ method: 'views.publish', args, answer: anything, lane: 'interactive', repeatable: true });
    },
  };
}
