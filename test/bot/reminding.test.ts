// When a person is reminded that they have no recovery contact.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OwnContacts } from '../../src/bot/contact-list.ts';
import { createReminding, type Reminding } from '../../src/bot/reminding.ts';
import { actorId, contactRef, type Instant, instant, later } from '../../src/flows/ids.ts';
import type { FlowStore } from '../../src/flows/store.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { openStore } from '../../src/store/store.ts';

const nina = actorId({ platform: 'teams', tenant: 't', user: 'nina' });
const day = 86_400;
const week = 7 * day;
const none: OwnContacts = { is: 'contacts', contacts: [] };
const unusable: OwnContacts = {
  is: 'contacts',
  contacts: [{ ref: contactRef('email|1'), channel: 'email', masked: 'n•••@a•••.com', unusable: 'own-domain' }],
};
const one: OwnContacts = {
  is: 'contacts',
  contacts: [{ ref: contactRef('email|1'), channel: 'email', masked: 'n•••@h•••.net' }],
};

let now: Instant;
let store: FlowStore;
let own: OwnContacts | Promise<OwnContacts>;
let looks: number;
let reminding: Reminding;

beforeEach(async () => {
  now = instant(Date.parse('2026-03-02T10:45:00Z'));
  store = await openStore({ url: 'sqlite::memory:' });
  own = none;
  looks = 0;
  reminding = createReminding({
    nudges: store.nudges,
    contactLists: {
      async read() {
        looks += 1;
        return own;
      },
    },
    clock: { now: () => now },
    log: createLogger({ level: 'silent' }),
  });
});
afterEach(() => store.close());

describe('somebody without a contact', () => {
  it('is reminded once a week at most', async () => {
    expect(await reminding.isDue(nina)).toBe(true);
    expect(await reminding.isDue(nina)).toBe(false);
    now = later(now, week - 1);
    expect(await reminding.isDue(nina)).toBe(false);
    now = later(now, 1);
    expect(await reminding.isDue(nina)).toBe(true);
  });

  it('is reminded although they have one that can never be used', async () => {
    own = unusable;
    expect(await reminding.isDue(nina)).toBe(true);
  });

  it('is not reminded after they said no, until they ask for their contacts', async () => {
    await reminding.stop(nina);
    now = later(now, 5 * week);
    expect(await reminding.isDue(nina)).toBe(false);
    expect(looks).toBe(0);
    await reminding.resume(nina);
    expect(await reminding.isDue(nina)).toBe(true);
  });

  it('is reminded on the next occasion where their contacts were not known on this one', async () => {
    own = { is: 'unknown' };
    expect(await reminding.isDue(nina)).toBe(false);
    own = new Promise(() => undefined);
    expect(await reminding.isDue(nina)).toBe(false);
    own = none;
    expect(await reminding.isDue(nina)).toBe(true);
  });
});

describe('nobody is reminded', () => {
  it('who has a contact; and they are looked up once a week', async () => {
    own = one;
    expect(await reminding.isDue(nina)).toBe(false);
    expect(await reminding.isDue(nina)).toBe(false);
    expect(looks).toBe(1);
  });

  it('who is no employee', async () => {
    own = { is: 'not-shown' };
    expect(await reminding.isDue(nina)).toBe(false);
  });

  it('where the store fails, and nothing else breaks', async () => {
    await store.close();
    expect(await reminding.isDue(nina)).toBe(false);
    await reminding.resume(nina);
    store = await openStore({ url: 'sqlite::memory:' });
  });
});
