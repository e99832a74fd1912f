// Runs one story in a world of its own, and checks afterwards everything that must always hold.
import { expect, it } from 'vitest';
import type { Auth0Control } from '../../playground/auth0/control.ts';
import type { EffectName } from '../../src/flows/effect.ts';
import { pressesContinue } from './browser.ts';
import { type Chat, eventually, type HelpdeskChannel } from './chat.ts';
import { expectInvariants } from './invariants.ts';
import { janesEmail, type Who } from './people.ts';
import type { Platform } from './platform.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

export interface Scene {
  readonly world: World;
  readonly auth0: Auth0Control;
  readonly jane: Chat;
  readonly sam: HelpdeskChannel;
  readonly ada: HelpdeskChannel;
  chat(who: Who): Chat;
  helpdeskChannel(who: Who, room?: string): HelpdeskChannel;
  /** How this person is named in texts for others. */
  calls(who: Who): string;
  /** The newest code in a mailbox or on a phone; by default Jane's mailbox. */
  code(address?: string): string;
  /** From the command until the code is accepted. */
  proves(what: 'reset-password' | 'unlock', person?: Chat, address?: string): Promise<void>;
  /** From the command until the window asks for the code. */
  getsCode(what: 'reset-password' | 'unlock', person?: Chat): Promise<void>;
  /** Presses the button on the page behind the link; returns the URL it led to. */
  opensTicket(link: string | undefined): Promise<string>;
  /** Waits until Auth0 has sent this many codes in total. */
  auth0Sent(codes: number): Promise<void>;
  /** Waits until an order of this effect has failed. */
  fails(effect: EffectName): Promise<void>;
  /**
   * Waits until an order has failed, and lets the time pass until it is tried again: `times` times, or until it is
   * given up or `isOver`.
   */
  triesAgain(effect: EffectName, times?: number, isOver?: () => boolean): Promise<void>;
  /** Waits for a line in the operator's log. */
  logs(text: string | RegExp): Promise<void>;
}

export interface StoryOptions extends WorldOptions {
  /** Refusals by the platform are expected in this story. */
  readonly isTroubled?: boolean;
  /** How often the page for a new password is opened again in this story, without a new proof. */
  readonly reopens?: number;
  /** Something in it blocks the whole process for moments: it must not run concurrently with others. */
  readonly isAlone?: boolean;
}

type Tell = (scene: Scene) => Promise<void>;

/** Stories run concurrently: each has its own world, and waits more than it computes. */
export function story(platform: Platform, title: string, tell: Tell, options: StoryOptions = {}): void {
  const how = options.isAlone === true ? it : it.concurrent;
  how(title, { timeout: 120_000 }, () => runStory(platform, title, tell, options));
}

/** One of several stories under one title, run concurrently because all of them mostly wait. */
export async function runStory(
  platform: Platform,
  title: string,
  tell: Tell,
  options: StoryOptions = {},
): Promise<void> {
  const world = await startWorld({ ...platform.options, ...options });
  try {
    await tell(sceneIn(world, platform));
    await expectInvariants(world, options.isTroubled === true, options.reopens);
  } catch (error) {
    if (error instanceof Error) error.message = `${title}: ${error.message}`;
    throw error;
  } finally {
    await world.end();
  }
}

export function sceneIn(world: World, platform: Platform): Scene {
  const auth0 = world.auth0.control;
  const chat = (who: Who): Chat => platform.chat(world, who);
  const helpdeskChannel = (who: Who, room?: string): HelpdeskChannel => platform.helpdeskChannel(world, who, room);
  const jane = chat('jane');
  const code = (address = janesEmail): string => {
    const found = auth0.lastCodeTo(address);
    if (found === undefined) throw new Error(`no code came to ${address}`);
    return found;
  };
  const getsCode: Scene['getsCode'] = async (what, person = jane) => {
    await person.asks(what);
    await person.sees("We'll send a code to");
    await person.submits();
    await person.sees('Enter the code');
  };
  return {
    world,
    auth0,
    chat,
    helpdeskChannel,
    calls: platform.calls,
    jane,
    sam: helpdeskChannel('sam'),
    ada: helpdeskChannel('ada'),
    code,
    getsCode,
    async proves(what, person = jane, address = janesEmail) {
      await getsCode(what, person);
      await person.types(code(address));
      await person.submits();
    },
    async opensTicket(link) {
      const pressed = await pressesContinue(link ?? 'no link');
      expect(pressed.status).toBe(303);
      const ticket = pressed.location ?? '';
      world.planted.add(new URL(ticket).searchParams.get('ticket') ?? 'no ticket');
      return ticket;
    },
    fails: async (effect) =>
      void (await eventually(
        () => (failuresOf(world, effect).length > 0 ? true : undefined),
        () => `${effect} did not fail`,
        20_000,
      )),
    async triesAgain(effect, times = 200, isOver = () => false) {
      const tries = (): readonly string[] => failuresOf(world, effect);
      for (let nth = 0; nth < times; nth += 1) {
        await eventually(
          () => (tries().length > nth || isOver() ? true : undefined),
          () => `${effect} failed ${tries().length} times only`,
        );
        if (tries().length <= nth) return;
        const next = /"next":"([^"]+)"/.exec(tries().at(-1) ?? '')?.[1];
        if (next === undefined) return;
        world.pass(Math.max(0, Date.parse(next) - world.now()) / 1000 + 0.1);
      }
    },
    auth0Sent: async (codes) =>
      void (await eventually(
        () => (auth0.outbox.length === codes ? true : undefined),
        () => `${auth0.outbox.length} codes`,
      )),
    logs: async (text) =>
      void (await eventually(
        () => (world.logged().match(text) === null ? undefined : true),
        () => `no line with ${String(text)}`,
      )),
  };
}

/** The operator's log lines about failed tries of an order, oldest first. */
const failuresOf = (world: World, effect: EffectName): readonly string[] =>
  world.logged().match(new RegExp(`"effect":"${effect}".*effect (?:failed|given up)`, 'g')) ?? [];

/** Six digits that are not the right code. */
export const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
