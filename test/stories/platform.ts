// A platform on which stories run: how people use it, and how its texts differ.
import type { Chat, HelpdeskChannel } from './chat.ts';
import type { Who } from './people.ts';
import { slack } from './slack-platform.ts';
import { teams } from './teams-platform.ts';
import type { World, WorldOptions } from './world.ts';

export interface Platform {
  readonly name: string;
  /** The world of a company that has only this platform. */
  readonly options: WorldOptions;
  chat(world: World, who: Who): Chat;
  /** A channel as one of its members sees it; by default the helpdesk's. */
  helpdeskChannel(world: World, who: Who, room?: string): HelpdeskChannel;
  /** The text for notifications of every message there, in each of its versions, oldest message first. */
  notifications(world: World, place: 'jane' | 'helpdesk'): readonly string[];
  /** How this person is named in texts for others. */
  calls(who: Who): string;
  /** The policy's `helpdesk` section: the channels for cards, and the people who may decide if not every member may. */
  helpdesk(how: { readonly rooms?: readonly string[]; readonly approvers?: readonly Who[] }): string;
  /** Creates a channel, or changes it. */
  room(world: World, room: string, how: Room): void;
  /** From now on the platform has another address or name for the same human. */
  respells(world: World, who: Who, how: { readonly email: string; readonly realName?: string }): void;
  /** From now on the platform's record of an employee does not say whether they are a guest. */
  saysNothingOfGuests(world: World, who: Who): void;
  /** The person leaves the company. */
  leaves(world: World, who: Who): void;
  /** No person can be looked up until the returned function is called. */
  saysNothingOfPeople(world: World): () => void;
  /** No card can be posted to the helpdesk until `calm` is called on the world. */
  takesNoCards(world: World): void;
  /** People who are refused, and what they are told. */
  readonly strangers: readonly (readonly [Who, string])[];
}

export interface Room {
  readonly members: readonly Who[];
  /** The bot was never added to it, or was removed. */
  readonly isClosed?: boolean;
}

export { slack, teams };
export const platforms: readonly Platform[] = [slack, teams];
