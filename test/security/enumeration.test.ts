// Before the proof, nobody learns from the product whether an account exists, is locked, disabled or monitored: neither
// from what it says, nor from what it asks, nor from its response time.
import { describe, expect, it } from 'vitest';
import type { AddUser } from '../../playground/auth0/people.ts';
import { visibleText } from '../../playground/slack/visible.ts';
import { eventually } from '../stories/chat.ts';
import { startWorld, type World } from '../stories/world.ts';

interface Somebody {
  readonly how: string;
  readonly accounts: readonly (Partial<AddUser> & { readonly isLocked?: true; readonly isDisabled?: true })[];
}

const mail = (address: string) => [{ provider: 'email' as const, address }];
const contact = mail('?@home.example.net');
const noContact = 'You have no recovery contact yet';
const wrongly = ['2 tries left', '1 try left', 'That code no longer works'];

const unknowns: readonly Somebody[] = [
  { how: 'nobody', accounts: [] },
  { how: 'an account without contact', accounts: [{}] },
  { how: 'two accounts', accounts: [{ contacts: contact }, { contacts: contact, connection: 'OtherUsers' }] },
  { how: 'an address that nobody verified', accounts: [{ contacts: contact, emailVerified: false }] },
  { how: 'an account elsewhere', accounts: [{ contacts: contact, connection: 'Customers' }] },
  {
    how: 'a contact at the company itself',
    accounts: [{ contacts: mail('?@acme.example.com') }],
  },
  { how: 'a locked account without contact', accounts: [{ isLocked: true }] },
  { how: 'a disabled account without contact', accounts: [{ isDisabled: true }] },
];

/** A contact that can never be used, of accounts of every kind. */
const atCompany = mail('?@acme.example.com');
const unusable: readonly Somebody[] = [
  { how: 'an ordinary account', accounts: [{ contacts: atCompany }] },
  { how: 'a locked one', accounts: [{ contacts: atCompany, isLocked: true }] },
  { how: 'a disabled one', accounts: [{ contacts: atCompany, isDisabled: true }] },
  { how: 'a privileged one', accounts: [{ contacts: atCompany, appMetadata: { privileged: true } }] },
  { how: 'one of the company directory', accounts: [{ contacts: atCompany, connection: 'CorpAD' }] },
];

const enrolled: readonly Somebody[] = [
  { how: 'an ordinary account', accounts: [{ contacts: contact }] },
  { how: 'a locked one', accounts: [{ contacts: contact, isLocked: true }] },
  { how: 'a disabled one', accounts: [{ contacts: contact, isDisabled: true }] },
  { how: 'a locked and disabled one', accounts: [{ contacts: contact, isLocked: true, isDisabled: true }] },
  { how: 'a privileged one', accounts: [{ contacts: contact, appMetadata: { privileged: true } }] },
  { how: 'one of the company directory', accounts: [{ contacts: contact, connection: 'CorpAD' }] },
];

const policy = `
connections: [CorpUsers, CorpAD, OtherUsers]
rules:
  - when: { app_metadata: { privileged: true } }
    reset: { approvals: 2 }
    unlock: { approvals: 2 }
`;

const idOf = (nth: number): string => `U0SOMEBODY${String(nth).padStart(3, '0')}`;

/** All have the same length and the same first letters, so that nothing differs but their kind. */
function movesIn({ auth0, slack }: World, { accounts }: Somebody, nth: number): string {
  const number = String(nth).padStart(3, '0');
  const email = `person${number}@acme.example.com`;
  slack.control.addUser({ id: idOf(nth), name: `person${number}`, realName: `Person ${number}`, email });
  accounts.forEach(({ isLocked, isDisabled, contacts = [], ...more }, index) => {
    const connection = more.connection ?? 'CorpUsers';
    const key = `9${number}${String(index).padStart(20, '0')}`;
    const userId = connection === 'CorpAD' ? `ad|CorpAD|${key}` : `auth0|${key}`;
    const addressed = contacts.map((one) => ({ ...one, address: one.address.replace('?', `p${number}${index}`) }));
    auth0.control.addUser({ email, name: 'Person', ...more, connection, userId, contacts: addressed });
    if (isLocked) auth0.control.lock(userId);
    if (isDisabled) auth0.control.adminBlock(userId, true);
  });
  return idOf(nth);
}

const screen = ({ slack }: World, id: string): string => {
  const open = slack.control.openView(id);
  return open === undefined ? '' : [visibleText(open.view), ...Object.values(open.errors)].join('\n');
};
const shows = (world: World, id: string, text: string): Promise<unknown> =>
  eventually(
    () => (screen(world, id).includes(text) ? true : undefined),
    () => `${screen(world, id)}\n(wanted: ${text})`,
  );

/** Waits until no emulator has received a request for a while. */
async function quiet({ slack, auth0 }: World): Promise<void> {
  let [seen, since] = [-1, Date.now()];
  await eventually(
    () => {
      const asked = slack.control.requests.length + auth0.control.requests.length;
      const isUnderWay = slack.control.requests.some(({ status }) => status === 0);
      if (asked !== seen || isUnderWay) [seen, since] = [asked, Date.now()];
      return Date.now() - since > 200 ? true : undefined;
    },
    () => 'it is never quiet',
  );
}

interface Transcript {
  /** Everything that was shown to the person, without ids and times; each text once, sorted. */
  readonly shown: readonly string[];
  /** Every drawing of the home page, in order. */
  readonly pages: readonly string[];
  /** The requests to Auth0, by method and route. */
  readonly asked: readonly string[];
}

/** Intermediate screens: shown only if the next one is not ready first. */
const passing = /One moment|Sending a code|Checking your code/;

async function transcript(world: World, id: string, act: () => Promise<void>): Promise<Transcript> {
  const { slack, auth0 } = world;
  await quiet(world);
  const [requests, deliveries, calls] = [slack.control.requests, slack.control.deliveries, auth0.control.requests];
  const [shownBefore, answeredBefore, askedBefore] = [requests.length, deliveries.length, calls.length];
  await act();
  await quiet(world);
  const answered = deliveries.slice(answeredBefore).map(({ kind, status, body }) => `${kind} ${status} ${body}`);
  const asked = requests.slice(shownBefore);
  const drawn = asked.map(({ method, args }) => `${method} ${JSON.stringify(args)}`);
  const pages = asked.filter(({ method }) => method === 'views.publish').map(({ args }) => JSON.stringify(args));
  const shown = [...answered, ...drawn].filter((text) => !passing.test(text)).map((text) => withoutIds(text, id));
  return {
    shown: [...new Set(shown)].sort(),
    pages: pages.map((page) => withoutIds(page, id)),
    asked: calls.slice(askedBefore).map(({ method, route }) => `${method} ${route}`),
  };
}

const withoutIds = (text: string, id: string): string =>
  text
    .replaceAll(id, 'PERSON')
    .replaceAll(`D${id.slice(1)}`, 'DM')
    .replaceAll(/"(view_id|trigger_id|ts|message_ts)":"[^"]*"/g, '"$1":""')
    .replaceAll(/(?<![\w-])[\w-]{22}(?![\w-])/g, 'REQUEST')
    .replaceAll(/email\|[0-9a-f]{24}/g, 'CONTACT')
    .replaceAll(/\b1\d{9}\b/g, 'TIME')
    .replaceAll(/(?<=lk\.code\.)1\d{12}\b/g, 'TIME')
    .replaceAll(/\b\d\d:\d\d(?::\d\d)?\b/g, 'TIME');

async function transcripts(
  people: readonly Somebody[],
  tell: (world: World, id: string) => Promise<void>,
): Promise<Map<string, Transcript>> {
  const world = await startWorld({ policy });
  try {
    const ids = people.map((one, nth) => movesIn(world, one, nth));
    // The very first request fetches tokens and keys.
    const first = movesIn(world, { how: 'the first', accounts: [] }, 999);
    await world.slack.client(first).command('/unlock');
    await shows(world, first, noContact);
    const found = new Map<string, Transcript>();
    for (const [nth, id] of ids.entries()) {
      found.set(people[nth]?.how ?? '', await transcript(world, id, () => tell(world, id)));
    }
    return found;
  } finally {
    await world.end();
  }
}

function expectAlike(found: Map<string, Transcript>, saying: readonly string[]): void {
  const [[, first] = ['', undefined]] = found;
  for (const words of saying) expect(first?.shown.join()).toContain(words);
  for (const [how, one] of found) expect(one, how).toEqual(first);
}

const asksForBoth = async (world: World, id: string): Promise<void> => {
  const client = world.slack.client(id);
  for (const command of ['/reset-password', '/unlock']) {
    await client.command(command);
    await shows(world, id, noContact);
    await client.closeView();
  }
};

const spendsACode = async (world: World, id: string): Promise<void> => {
  const client = world.slack.client(id);
  await client.command('/unlock');
  await shows(world, id, "We'll send a code to");
  await quiet(world);
  await client.submit();
  await shows(world, id, 'Enter the code');
  await quiet(world);
  for (const left of wrongly) {
    await client.fill('000000');
    await client.submit();
    await shows(world, id, left);
    await quiet(world);
  }
};

/** The home page is drawn before the request starts. */
const opensHome = async (world: World, id: string): Promise<void> => {
  await world.slack.client(id).openHome();
  await eventually(
    () => world.slack.control.home(id),
    () => 'no home page',
  );
};

describe.concurrent('before proof', () => {
  it('whoever cannot be helped gets the same bytes and costs the same questions, whatever the reason', async () => {
    const found = await transcripts(unknowns, asksForBoth);
    expectAlike(found, [noContact]);
    for (const { pages } of found.values()) expect(pages).toEqual([]);
  });

  it('whoever has a contact gets the same bytes and costs the same questions, whatever the account is like', async () => {
    const found = await transcripts(enrolled, spendsACode);
    expectAlike(found, ['Enter the code', ...wrongly]);
    for (const { pages } of found.values()) expect(pages).toEqual([]);
  });

  it('and whoever looks at their home page sees it drawn as often, and alike', { timeout: 120_000 }, async () => {
    // A contact at the company is listed for its owner, masked, like any contact of their own: those are compared with each other.
    const withoutList = unknowns.filter(({ how }) => how !== 'a contact at the company itself');
    const asksFromHome = async (world: World, id: string) => {
      await opensHome(world, id);
      await asksForBoth(world, id);
    };
    const [helpless, listed, proving] = await Promise.all([
      transcripts(withoutList, asksFromHome),
      transcripts(unusable, asksFromHome),
      transcripts(enrolled, async (world, id) => {
        await opensHome(world, id);
        await spendsACode(world, id);
      }),
    ]);
    expectAlike(helpless, [noContact]);
    expectAlike(listed, [noContact, "can't be used: it's a work address"]);
    expectAlike(proving, ['Enter the code', ...wrongly]);
    const pagesOf = (found: Map<string, Transcript>) => [...found.values()].map(({ pages }) => pages.length);
    // The visit, its contacts, and the ends of two requests; the same, the choice, the code, and the results of three tries.
    expect(pagesOf(helpless)).toEqual(withoutList.map(() => 4));
    expect(pagesOf(listed)).toEqual(unusable.map(() => 4));
    expect(pagesOf(proving)).toEqual(enrolled.map(() => 7));
  });
});

describe('before proof, one at a time', () => {
  it('the answers for an unknown and an unenrolled person take equally long', { timeout: 120_000 }, async () => {
    const world = await startWorld();
    try {
      const nobody = movesIn(world, { how: 'nobody', accounts: [] }, 1);
      const unenrolled = movesIn(world, { how: 'no contact', accounts: [{}] }, 2);
      const took = new Map<string, number[]>([
        [nobody, []],
        [unenrolled, []],
      ]);
      for (let round = 0; round < 80; round += 1) {
        // A person may ask twenty times a minute.
        if (round % 15 === 0) world.pass(61);
        for (const id of [nobody, unenrolled]) took.get(id)?.push(await answerMs(world, id));
      }
      const [a = 0, b = 0] = [...took.values()].map(median);
      expect(Math.abs(a - b), `${a.toFixed(1)} ms and ${b.toFixed(1)} ms`).toBeLessThan(20);
    } finally {
      await world.end();
    }
  });
});

/** From the command until the answer is in the modal. */
async function answerMs(world: World, id: string): Promise<number> {
  const { control } = world.slack;
  const client = world.slack.client(id);
  const began = performance.now();
  const { promise, resolve } = Promise.withResolvers<number>();
  const off = control.onChange((change) => {
    if (change.kind === 'modal' && screen(world, id).includes(noContact)) resolve(performance.now() - began);
  });
  await client.command('/unlock');
  const ms = await promise;
  off();
  await client.closeView();
  return ms;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
