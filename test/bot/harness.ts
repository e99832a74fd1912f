// The presenter with a real store, and a platform that records what is drawn. Time stands still unless a test moves it.

import type { Card } from '../../src/bot/cards/card.ts';
import { en } from '../../src/bot/copy/en/en.ts';
import type { WindowRef } from '../../src/bot/inbound.ts';
import type { Messenger, Place } from '../../src/bot/messenger.ts';
import { createPresentation, type Presentation } from '../../src/bot/surfaces/presenter.ts';
import { createLinks } from '../../src/engine/links.ts';
import { type ActorId, type Instant, later } from '../../src/flows/ids.ts';
import { type Outcome, success } from '../../src/flows/outcome.ts';
import type { FlowStore } from '../../src/flows/store.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { openStore } from '../../src/store/store.ts';
import { start } from '../store/contract-moment.ts';

export interface Drawn {
  readonly target: string;
  readonly card: Card;
}

export interface Harness {
  readonly store: FlowStore;
  readonly presentation: Presentation;
  /** Every update of an existing message, oldest first. */
  readonly redrawn: Drawn[];
  /** The targets of removed messages, oldest first. */
  readonly removed: string[];
  /** Every new message, with the person or channel it went to. */
  readonly posted: Drawn[];
  readonly homes: ActorId[];
  /** The result of the next drawings and posts. */
  answer: (target: string) => Outcome<'drawn' | 'gone'>;
  now(): Instant;
  pass(seconds: number): void;
  /** Resolves when no call to the store is under way any more. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export async function startHarness(): Promise<Harness> {
  let now = start;
  const opened = await openStore({ url: 'sqlite::memory:' });
  const { store, quiet } = watched(opened);
  const harness: Omit<Harness, 'presentation'> = {
    store,
    redrawn: [],
    removed: [],
    posted: [],
    homes: [],
    answer: () => success('drawn'),
    now: () => now,
    pass(seconds) {
      now = later(now, seconds);
    },
    quiet,
    close: () => opened.close(),
  };
  const links = createLinks({ sign: (_, text) => text, verify: () => false }, 'https://latchkey.test');
  const log = createLogger({ level: 'silent' });
  const presentation = createPresentation({
    store,
    messengers: new Map([['slack', messengerOn(harness)]]),
    helpdesk: [{ platform: 'slack', channel: 'C0HELPDESK' }],
    approvers: {},
    links,
    contactLists: { known: () => undefined, read: async () => ({ is: 'unknown' }), forget: () => undefined },
    ways: { hasChannel: true },
    copy: en,
    names: {
      nameOf: async () => undefined,
      ownerOf: async () => ({ people: [], called: 'Somebody' }),
      unnamed: 'somebody',
    },
    clock: { now: () => now },
    log,
  });
  return Object.assign(harness, { presentation });
}

export const windowNamed = (name: string): WindowRef => ({ target: `view:${name}`, place: JSON.stringify({ name }) });

function messengerOn(harness: Omit<Harness, 'presentation'>): Messenger {
  let nth = 0;
  const post = async (to: string, card: Card): Promise<Outcome<Place>> => {
    const answered = harness.answer(to);
    if (!answered.ok) return answered;
    harness.posted.push({ target: to, card });
    nth += 1;
    const target = `message:${to}:${nth}`;
    return success({ target, place: JSON.stringify({ at: target }) });
  };
  return {
    platform: 'slack',
    keepsTyped: true,
    tell: (actor, card) => post(actor, card),
    post,
    async redraw({ target }, _isWindow, card) {
      harness.redrawn.push({ target, card });
      return harness.answer(target);
    },
    async remove({ place }) {
      const answered = harness.answer(`remove ${place}`);
      if (!answered.ok) return answered;
      harness.removed.push(place);
      return success(undefined);
    },
    isMember: async () => success(true),
    isPrivate: async () => success(true),
    async refreshHome(actor) {
      harness.homes.push(actor);
    },
  };
}

/** Knows when no call is under way and none follows at once. */
function watched(store: FlowStore): { readonly store: FlowStore; quiet(): Promise<void> } {
  let underWay = 0;
  const counting = new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        underWay += 1;
        try {
          return await member.apply(target, args);
        } finally {
          underWay -= 1;
        }
      };
    },
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    store: counting,
    async quiet() {
      for (let calm = 0; calm < 10; calm += 1) {
        if (underWay > 0) calm = 0;
        await turn();
      }
    },
  };
}
