// The platforms on which every story is told.
import type { Chat, Desk } from './chat.ts';
import type { Who } from './people.ts';
import { slackChat, slackDesk } from './slack-chat.ts';
import type { World } from './world.ts';

export interface Platform {
  readonly name: string;
  chat(world: World, who: Who): Chat;
  /** The helpdesk's channel, seen by one of its members. */
  desk(world: World, who: Who): Desk;
}

export const slack: Platform = { name: 'Slack', chat: slackChat, desk: (world, who) => slackDesk(world, who) };
export const platforms: readonly Platform[] = [slack];
