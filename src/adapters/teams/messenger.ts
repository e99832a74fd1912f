// Teams as the conversation's messenger: sends private messages and helpdesk cards, and redraws them.
import type { Messenger } from '../../bot/messenger.ts';
import { type RateLimiter, runInTurn } from '../../concurrency/rate-limiter.ts';
import { failed, isFinal, type Outcome, success } from '../../flows/outcome.ts';
import { callerOf } from '../post-turn.ts';
import { objectIdOf, platform } from './actor.ts';
import type { Channels } from './channels.ts';
import type { Chats } from './chats.ts';
import type { Posts } from './posts.ts';
import type { Services } from './services.ts';
import { readMessagePlace } from './surface-refs.ts';

export function createMessenger(parts: {
  readonly posts: Posts;
  readonly chats: Chats;
  readonly channels: Channels;
  readonly services: Services;
  /** Keyed by conversation. */
  readonly rateLimiter: RateLimiter;
  readonly tenantId: string;
}): Messenger {
  const { posts, chats, channels, services, rateLimiter, tenantId } = parts;
  return {
    platform,
    keepsTyped: false,
    async tell(actor, card) {
      if (objectIdOf(actor, tenantId) === undefined) {
        return failed({ kind: 'absent', retry: 'never', cause: 'not-a-teams-user' });
      }
      const chat = await chats.chatOf(actor);
      if (!chat.ok) return chat;
      const { serviceUrl, conversationId } = chat.value;
      const sent = await runInTurn(
        conversationId,
        rateLimiter,
        () => posts.send(serviceUrl, conversationId, card),
        callerOf(card),
      );
      if (!sent.ok && isFinal(sent.failure.kind)) await chats.giveUp(actor);
      return sent;
    },
    async post(channel, card) {
      const called = card.calls === undefined ? [] : await channels.called(channel, card.calls);
      const posted = await services.atOne((serviceUrl) =>
        runInTurn(channel, rateLimiter, () => posts.thread(serviceUrl, channel, card, called), callerOf(card)),
      );
      return posted.ok || !isFinal(posted.failure.kind) ? posted : notThere(channel, posted.failure.cause);
    },
    async redraw({ place }, _isWindow, card) {
      const where = readMessagePlace(place);
      if (where === undefined) return unreadable;
      return runInTurn(where.conversationId, rateLimiter, () => posts.draw(where, card), place);
    },
    async remove({ place }) {
      const where = readMessagePlace(place);
      if (where === undefined) return unreadable;
      return runInTurn(where.conversationId, rateLimiter, () => posts.remove(where), place);
    },
    isMember: channels.isMember,
    // A standard channel is open to its whole team, and a team can be open to the company. The connector reports neither.
    isPrivate: async () => success(false),
    // Teams has a home page only as a tab, which this bot does not have.
    refreshHome: async () => undefined,
  };
}

const unreadable = failed({ kind: 'malformed', retry: 'never', cause: 'place-not-understood' });

/** The operator can fix what Teams refuses in a channel. So it counts as misconfigured, and the card is tried again. */
function notThere(channel: string, cause: string): Outcome<never> {
  const remedy =
    `Teams does not let the bot write to ${channel}: add the app to that channel's team, compare the id with helpdesk.channels ` +
    'of the policy, and say something to the bot in Teams once, so that it knows which service looks after the company.';
  return failed({ kind: 'misconfigured', retry: 'later', cause, remedy });
}
