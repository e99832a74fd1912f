// A platform on which stories are told: how people are there, and what differs in what they read.
import type { Chat, Desk } from './chat.ts';
import type { Who } from './people.ts';
import { slack } from './slack-platform.ts';
import { teams } from './teams-platform.ts';
import type { World, WorldOptions } from './world.ts';

export interface Platform {
  readonly name: string;
  /** The world of a company that has this platform and no other. */
  readonly options: WorldOptions;
  chat(world: World, who: Who): Chat;
  /** A channel seen by one of its members; the helpdesk's unless told. */
  desk(world: World, who: Who, room?: string): Desk;
  /** What somebody is called where others read of them. */
  calls(who: Who): string;
  /** `helpdesk` of a policy: in which rooms cards stand, and who may decide where not everybody there. */
  helpdesk(how: { readonly rooms?: readonly string[]; readonly approvers?: readonly Who[] }): string;
  /** Makes a channel, or changes it. */
  room(world: World, room: string, how: Room): void;
  /** There the same human is written otherwise from now on. */
  respells(world: World, who: Who, how: { readonly email: string; readonly realName?: string }): void;
  /** Somebody is not with the company any more. */
  leaves(world: World, who: Who): void;
  /** Nobody can be looked up until what this answers is called. */
  saysNothingOfPeople(world: World): () => void;
  /** No card can be posted to the helpdesk until the world is calm again. */
  takesNoCards(world: World): void;
  /** Who does not belong here, and what they are told. */
  readonly strangers: readonly (readonly [Who, string])[];
}

export interface Room {
  readonly members: readonly Who[];
  /** The bot was never let in, or was removed. */
  readonly isClosed?: boolean;
}

export { slack, teams };
export const platforms: readonly Platform[] = [slack, teams];
