// Slack's implementation of `Messenger`: private messages, helpdesk cards, and redraws.
import type { Logger } from 'pino';
import type { Messenger } from '../../bot/messenger.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import { type RateLimiter, runInTurn } from '../../concurrency/rate-limiter.ts';
import { failed, type Outcome } from '../../flows/outcome.ts';
import { callerOf } from '../post-turn.ts';
import { platform, slackUser } from './actor.ts';
import type { Channels } from './channels.ts';
import type { HomeViews } from './home-view.ts';
import type { Posts } from './posts.ts';
import { type MessagePlace, readMessagePlace, readWindowPlace } from './surface-refs.ts';
import type { Windows } from './windows.ts';

export function createMessenger(parts: {
  readonly posts: Posts;
  readonly windows: Windows;
  readonly homes: HomeViews;
  readonly channels: Channels;
  /** One message a second in each channel. */
  readonly rateLimiter: RateLimiter;
  readonly log: Logger;
}): Messenger {
  const { posts, windows, homes, channels, rateLimiter, log } = parts;
  return {
    platform,
    keepsTyped: true,
    async tell(actor, card) {
      const user = slackUser(actor);
      if (user === undefined) return failed({ kind: 'absent', retry: 'never', cause: 'not-a-slack-user' });
      return posts.post(user, card, 'interactive');
    },
    async post(channel, card) {
      const open = await channels.mayBeWrittenTo(channel);
      const posted = open.ok
        ? await runInTurn(channel, rateLimiter, () => posts.post(channel, card, 'bulk'), callerOf(card))
        : open;
      return posted.ok || posted.failure.kind !== 'absent' ? posted : notThere(channel, posted.failure.cause);
    },
    async redraw({ place }, isWindow, card) {
      if (isWindow) {
        const viewId = readWindowPlace(place);
        return viewId === undefined ? unreadable : windows.draw(viewId, card);
      }
      const where = readMessagePlace(place);
      if (where === undefined) return unreadable;
      // In a direct message somebody is waiting. Channel cards come many at once, and Slack counts all updates together.
      if (isDirect(where)) return posts.draw(where, card, 'interactive');
      return runInTurn('updates', rateLimiter, () => posts.draw(where, card, 'bulk'), place);
    },
    async remove({ place }) {
      const where = readMessagePlace(place);
      if (where === undefined) return unreadable;
      if (isDirect(where)) return posts.remove(where, 'interactive');
      return runInTurn('deletions', rateLimiter, () => posts.remove(where, 'bulk'), place);
    },
    isMember: channels.isMember,
    isPrivate: channels.isPrivate,
    async refreshHome(actor, cards) {
      try {
        await homes.follow(actor, cards);
      } catch (error) {
        log.warn({ event: 'slack.home.failed', error: errorName(error) });
      }
    },
  };
}

const isDirect = ({ channel }: MessagePlace): boolean => channel.startsWith('D');

/** Slack hides a private channel from a bot that is not a member. The operator can fix that, so the card is retried later. */
function notThere(channel: string, cause: string): Outcome<never> {
  const remedy = `Slack shows the bot no channel ${channel}: invite the bot to it, or name another in helpdesk.channels of the policy.`;
  return failed({ kind: 'misconfigured', retry: 'later', cause, remedy });
}

const unreadable = failed({ kind: 'malformed', retry: 'never', cause: 'place-not-understood' });
