// How a person comes to the product, in words that hold everywhere: in a chat, on the pages under /recover, or by a program that uses REST.
import type { GatedKind } from '../../src/flows/policy.ts';
import { chatEntrance } from './chat-entrance.ts';
import { pageEntrance } from './page-entrance.ts';
import { type Platform, slack, teams } from './platform.ts';
import { restEntrance } from './rest-entrance.ts';
import type { Said } from './said.ts';
import type { Scene } from './story.ts';

export interface Entrance {
  readonly name: string;
  /** The same, where it goes without saying where the helpdesk is. */
  readonly short: string;
  /** Of the company: the helpdesk is there. */
  readonly platform: Platform;
  /** A chat says who the person is. Otherwise they have only typed their work address. */
  readonly isVouched: boolean;
  /** Whether the person can end their request here. */
  readonly canCancel: boolean;
  /** Jane, in her chat, or with a browser or a program that has not been here yet. */
  visit(scene: Scene): Visit;
}

/** Each act is over when it was answered. Each look fails unless what the person gets says so. */
export interface Visit {
  /** Begins a request, and asks for a code where that is possible. */
  asks(what: GatedKind): Promise<void>;
  types(code: string): Promise<void>;
  /** Types a code that has expired, where it can still be typed: in a chat its field is gone. */
  typesLate(code: string): Promise<void>;
  /** Asks for another code. */
  sendsAgain(): Promise<void>;
  /** A code was sent a moment ago. She is told that another one can be asked for later, and cannot have it now. */
  hasToWaitForAnotherCode(): Promise<void>;
  /** Has the code for the second proof sent to her other contact. */
  asksForSecondCode(): Promise<void>;
  /** She has had all codes of the hour. What she can do all the same brings no other. */
  asksForMoreThanTheHourHas(): Promise<void>;
  /** The same code once more, where no code is asked for any more: from another tab, or by a program. */
  insistsOn(code: string): Promise<void>;
  /** Nothing that she has leads to a new password, and what she sends all the same is refused. */
  hasNoWayToSave(password: string): Promise<void>;
  /** Opens what the entrance has for a new password: Auth0's page, or ours. A program that sets it has nothing to open. */
  opensPage(): Promise<void>;
  /** Saves it there. Opens it before, where that was not done. */
  saves(password: string): Promise<void>;
  /** What she has open takes no password any more. */
  savesInVain(password: string): Promise<void>;
  /** Only where `canCancel`. */
  cancels(): Promise<void>;
  /** Lets the time pass, before what she has open. */
  waits(seconds: number): Promise<void>;
  sees(said: Said): Promise<void>;
}

/** Of everything that is asked for without a chat. */
export const openToAll = 'web: { enabled: true }\nrest: { enabled: true }\n';

export const onPage = pageEntrance(slack);
export const overRest = restEntrance(slack);
export const entrances: readonly Entrance[] = [chatEntrance(slack), chatEntrance(teams), onPage, overRest];
/** And those without a chat in a company whose helpdesk is in Teams. */
export const everyEntrance: readonly Entrance[] = [...entrances, pageEntrance(teams), restEntrance(teams)];
