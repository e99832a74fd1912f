import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContactsFile } from '../../src/cli/contacts-file.ts';
import { type ImportOptions, type ImportTarget, importContacts } from '../../src/cli/import-contacts.ts';
import type { Channel, EnrolledContact } from '../../src/flows/contact.ts';
import type { NewAddress } from '../../src/flows/enrolment-ports.ts';
import { type AccountId, accountId, contactRef, instant } from '../../src/flows/ids.ts';
import { type Failure, failed, success } from '../../src/flows/outcome.ts';
import { defaultContactRules } from '../../src/flows/policy.ts';
import type { Match, NoMatch } from '../../src/flows/ports.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-import-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const silent: Failure = { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause: 'timeout' };
const busy: Failure = { kind: 'rate-limited', retry: 'later', retryAfterMs: 7_000, cause: '429' };
const odd: Failure = { kind: 'malformed', retry: 'never', cause: 'odd' };
const forbidden: Failure = { kind: 'misconfigured', retry: 'never', cause: '403', remedy: 'Grant create:users.' };

const jane = accountId('auth0|jane');
const mike = accountId('auth0|mike');
const account = (id: AccountId): Match => ({ is: 'account', account: id, binding: 'free', contacts: [] });
const none = (because: NoMatch): Match => ({ is: 'none', because });
const everybody = { 'jane@acme.example': account(jane), 'mike@acme.example': account(mike) };

/** A tenant in memory. What is in `troubles` happens first, one at each call. */
function createTenant(accounts: Readonly<Record<string, Match>>) {
  const owners = new Map<string, AccountId>();
  const calls: string[] = [];
  const troubles: (Failure | undefined)[] = [];
  /** Whatever the match says. */
  const resting: Channel[] = [];
  const ownerOf = (account: AccountId, { address }: NewAddress) => {
    const owner = owners.get(address);
    return owner === undefined ? 'nobody' : owner === account ? 'this-account' : 'elsewhere';
  };
  const answer = <T>(call: string, value: () => T) => {
    calls.push(call);
    const trouble = troubles.shift();
    return trouble === undefined ? success(value()) : failed(trouble);
  };
  const target: ImportTarget = {
    accountOf: async (workEmail) => answer('account', () => accounts[workEmail.toLowerCase()] ?? none('absent')),
    ownerOf: async (account, address) => answer('owner', () => ownerOf(account, address)),
    link: async (account, address) =>
      answer('link', () => {
        const owner = ownerOf(account, address);
        if (owner === 'nobody') owners.set(address.address, account);
        if (owner !== 'nobody') return { is: owner === 'this-account' ? 'already' : 'elsewhere' };
        return { is: 'linked', rests: resting.includes(address.channel) };
      }),
  };
  return { target, owners, calls, troubles, resting };
}

interface Changes extends Partial<ImportOptions> {
  /** Between the look at the first line and the first row. */
  readonly before?: (path: string) => Promise<void>;
}

async function run(content: string, tenant: ReturnType<typeof createTenant>, changes: Changes = {}) {
  const path = join(folder, `${Math.random()}.csv`);
  await writeFile(path, content);
  const lines: { event: string; line: number; level: number; problem?: string; contacts?: object[] }[] = [];
  const texts: string[] = [];
  const log = pino({ base: null }, { write: (text: string) => void texts.push(text) });
  let at = 0;
  const waits: number[] = [];
  const seen: number[] = [];
  const { before = async () => undefined, ...options } = changes;
  const file = await openContactsFile(path);
  await before(path);
  const summary = await importContacts(file, {
    apply: true,
    fromLine: 1,
    rules: { ...defaultContactRules, phoneCountries: ['DE'], blockedDomains: ['acme.org'] },
    target: tenant.target,
    tell: async () => 'untold',
    clock: { now: () => instant(at) },
    log,
    signal: new AbortController().signal,
    progress: ({ line }) => void seen.push(line),
    pause: async (ms) => {
      waits.push(ms);
      at += Math.max(0, ms);
    },
    ...options,
  });
  lines.push(...texts.map((text) => JSON.parse(text)));
  const said = lines.map(({ line, problem, contacts }) => [line, problem ?? contacts]);
  return { summary, lines, said, texts: texts.join(''), waits, seen };
}

const one = (channel: 'email' | 'sms', result: string, more: object = {}) => [{ channel, result, ...more }];

describe('contacts from a file', () => {
  const content = `account,email,phone
jane@acme.example,Jane@Home.example,0151 23456789
mike@acme.example,mike@home.example,
`;

  it('are not linked by a trial, which says of each row what would become of it', async () => {
    const tenant = createTenant(everybody);
    const { said, summary } = await run(content, tenant, { apply: false });
    expect(said).toEqual([
      [2, [...one('email', 'would-link'), ...one('sms', 'would-link')]],
      [3, one('email', 'would-link')],
    ]);
    expect(summary).toEqual({ rows: 2, counts: { 'would-link': 3 }, ended: 'whole', lastLine: 3 });
    expect(tenant.owners.size).toBe(0);
    expect(tenant.calls).not.toContain('link');
  });

  it('are linked in their normal form, and a second run leaves them alone', async () => {
    const tenant = createTenant(everybody);
    const first = await run(content, tenant);
    expect(first.summary).toMatchObject({ rows: 2, counts: { linked: 3 }, ended: 'whole' });
    expect([...tenant.owners]).toEqual([
      ['jane@home.example', jane],
      ['+4915123456789', jane],
      ['mike@home.example', mike],
    ]);
    const second = await run(content, tenant);
    expect(second.summary).toMatchObject({ rows: 2, counts: { already: 3 }, ended: 'whole' });
    expect((await run(content, tenant, { apply: false })).summary.counts).toEqual({ already: 3 });
  });

  it('are told without an address: the line of the file and the id of the account', async () => {
    const { texts, lines } = await run(content, createTenant(everybody));
    expect(texts).not.toMatch(/@|home\.example|23456789/);
    expect(lines[0]).toMatchObject({ event: 'contacts.import.row', line: 2, level: 30, account: jane });
  });

  it.each([
    ['no-account', 'absent'],
    ['ambiguous', 'ambiguous'],
    ['unverified', 'unverified'],
    ['other-connection', 'other-connection'],
    ['unreadable', 'unreadable'],
  ] as const)('are not linked where the account is none: %s', async (problem, because) => {
    const tenant = createTenant({ 'jane@acme.example': none(because) });
    for (const apply of [false, true]) {
      const { said, summary, lines } = await run('account,email\njane@acme.example,a@b.example\n', tenant, { apply });
      expect(said).toEqual([[2, problem]]);
      expect(lines[0]?.level).toBe(40);
      expect(summary.counts).toEqual({ [problem]: 1 });
    }
    expect(tenant.owners.size).toBe(0);
  });

  it.each([
    ['own-domain', 'email', 'jane@acme.example'],
    ['own-domain', 'email', 'jane@mail.ACME.example'],
    ['blocked-domain', 'email', 'jane@acme.org'],
    ['malformed', 'email', 'jane'],
    ['malformed', 'phone', 'none'],
    ['not-a-mobile', 'phone', '+49 30 901820'],
    ['country', 'phone', '+1 202 555 0143'],
  ])('are refused by the same rules as those that a person types: %s, %s %s', async (result, column, typed) => {
    const tenant = createTenant(everybody);
    for (const apply of [false, true]) {
      const { said } = await run(`account,${column}\njane@acme.example,${typed}\n`, tenant, { apply });
      expect(said).toEqual([[2, one(column === 'email' ? 'email' : 'sms', result)]]);
    }
    expect(tenant.calls).toEqual([]);
  });

  it('are refused without the other contact of the row', async () => {
    const tenant = createTenant(everybody);
    const { said } = await run('account,email,phone\njane@acme.example,jane@acme.org,+4915123456789\n', tenant);
    expect(said).toEqual([[2, [...one('email', 'blocked-domain'), ...one('sms', 'linked')]]]);
    expect([...tenant.owners.keys()]).toEqual(['+4915123456789']);
  });

  it.each([
    ['nothing in the account’s cell', ',a@b.example', 'bad-account'],
    ['no address in the account’s cell', 'Jane Doe,a@b.example', 'bad-account'],
    ['an address that others read otherwise', 'mi\u212ae@acme.example,a@b.example', 'bad-account'],
    ['no contact', 'jane@acme.example,', 'no-contact'],
  ])('are not looked for in a row with %s', async (_what, row, problem) => {
    const tenant = createTenant(everybody);
    expect((await run(`account,email\n${row}\n`, tenant)).said).toEqual([[2, problem]]);
    expect(tenant.calls).toEqual([]);
  });

  it('that another account has stay there, and it is not told where', async () => {
    const tenant = createTenant(everybody);
    tenant.owners.set('jane@home.example', mike);
    for (const apply of [false, true]) {
      const { said, texts } = await run('account,email\njane@acme.example,jane@home.example\n', tenant, { apply });
      expect(said).toEqual([[2, one('email', 'elsewhere')]]);
      expect(texts).not.toContain(mike);
    }
    expect(tenant.owners.get('jane@home.example')).toBe(mike);
  });

  it('that stand twice in the file are linked once, and the second row names the first', async () => {
    const tenant = createTenant(everybody);
    const twice = `account,email,contact
jane@acme.example,jane@home.example,JANE@home.example
mike@acme.example,jane@home.example,
jane@acme.example,jane@home.example,
`;
    for (const apply of [false, true]) {
      const { said } = await run(twice, tenant, { apply });
      expect(said).toEqual([
        [2, [...one('email', apply ? 'linked' : 'would-link'), ...one('email', 'repeated', { firstLine: 2 })]],
        [3, one('email', 'repeated', { firstLine: 2 })],
        [4, one('email', 'repeated', { firstLine: 2 })],
      ]);
    }
    expect([...tenant.owners]).toEqual([['jane@home.example', jane]]);
  });

  it('are not called repeated after a row whose account was not found', async () => {
    const tenant = createTenant(everybody);
    const { said } = await run('account,email\njone@acme.example,a@b.example\njane@acme.example,a@b.example\n', tenant);
    expect(said).toEqual([
      [2, 'no-account'],
      [3, one('email', 'linked')],
    ]);
  });

  it('begin at a later line where one is named', async () => {
    const tenant = createTenant(everybody);
    const { said } = await run(content, tenant, { fromLine: 3 });
    expect(said).toEqual([[3, one('email', 'linked')]]);
  });
});

describe('a new contact from a file', () => {
  const old = (since?: number): Match => ({
    ...{ is: 'account', account: jane, binding: 'free' },
    contacts: [
      {
        ...{ ref: contactRef('email|old'), channel: 'email', masked: 'o•••@h•••.example' },
        ...(since === undefined ? {} : { since: instant(since) }),
      },
    ],
  });
  const content = 'account,email,phone\njane@acme.example,jane@home.example,0151 23456789\n';
  const heard = async (match: Match, apply = true, resting: readonly Channel[] = []) => {
    const calls: unknown[] = [];
    const tell: ImportOptions['tell'] = async (account, { channel }, { rests }) => {
      calls.push([account, channel, rests]);
      return 'told';
    };
    const tenant = createTenant({ 'jane@acme.example': match });
    tenant.resting.push(...resting);
    const done = await run(content, tenant, { apply, tell });
    return { ...done, calls };
  };

  const bound: Match = { is: 'account', account: jane, binding: 'others', contacts: [] };

  it.each<[string, Match]>([
    ['has an older contact', old(-1)],
    ['has a contact of which nobody knows since when', old()],
    ['is bound to a chat', bound],
  ])('is told to whoever has the account already: it %s', async (_what, match) => {
    const { calls, summary, said } = await heard(match);
    expect(calls).toHaveLength(2);
    expect(summary).toMatchObject({ counts: { linked: 2 }, told: 2 });
    expect(said).toEqual([
      [2, [...one('email', 'linked', { notice: 'told' }), ...one('sms', 'linked', { notice: 'told' })]],
    ]);
  });

  it.each<[string, Match, readonly Channel[]]>([
    ['beside one that can never be used', old(-1), []],
    ['as the second of its row', bound, ['sms']],
    ['after a removal', bound, ['email', 'sms']],
    ['beside an older one', old(-1), ['email', 'sms']],
  ])('is told to rest where that was written down, whatever the account had: %s', async (_what, match, resting) => {
    const { calls } = await heard(match, true, resting);
    expect(calls).toEqual([
      [jane, 'email', resting.includes('email')],
      [jane, 'sms', resting.includes('sms')],
    ]);
  });

  it.each<[string, Match, boolean]>([
    ['to an account that has nothing yet', account(jane), true],
    ['to a contact that this import has linked itself', old(0), true],
    ['in a trial', old(-1), false],
  ])('is not told %s', async (_what, match, apply) => {
    const { calls, summary } = await heard(match, apply);
    expect(calls).toEqual([]);
    expect(summary).not.toHaveProperty('told');
    expect(summary).not.toHaveProperty('untold');
  });

  it.each(['already', 'elsewhere'] as const)('is not told where nothing was linked: %s', async (reply) => {
    const tenant = createTenant({ 'jane@acme.example': old(-1) });
    for (const address of ['jane@home.example', '+4915123456789'])
      tenant.owners.set(address, reply === 'already' ? jane : mike);
    const { summary } = await run(content, tenant);
    expect(summary).toEqual({ rows: 1, counts: { [reply]: 2 }, ended: 'whole', lastLine: 2 });
  });

  it('is counted where nobody could be told', async () => {
    const { summary } = await run(content, createTenant({ 'jane@acme.example': old(-1) }));
    expect(summary).toEqual({ rows: 1, counts: { linked: 2 }, ended: 'whole', lastLine: 2, untold: 2 });
  });
});

describe('an import, when Auth0', () => {
  const content = 'account,email\njane@acme.example,jane@home.example\nmike@acme.example,mike@home.example\n';

  it('asks it to wait, waits as long and a little longer, and fails nothing', async () => {
    const tenant = createTenant(everybody);
    tenant.troubles.push(...Array.from({ length: 9 }, () => busy));
    const { summary, waits } = await run(content, tenant);
    expect(summary).toMatchObject({ counts: { linked: 2 }, ended: 'whole' });
    expect(waits.filter((ms) => ms === 9_000)).toHaveLength(9);
  });

  it('is asked no faster than its limits for everybody allow', async () => {
    const tenant = createTenant(everybody);
    const linking = await run(content, tenant);
    expect(linking.waits).toEqual([1_000, 1_000]);
    const looking = await run(content, tenant);
    expect(looking.waits).toEqual([500, 500]);
    const nothing = await run('account,email\njane@acme.example,jane\n', tenant);
    expect(nothing.waits).toEqual([]);
  });

  it('does not answer for a moment, tries again', async () => {
    const tenant = createTenant(everybody);
    tenant.troubles.push(silent, silent, silent);
    const { summary } = await run(content, tenant);
    expect(summary).toMatchObject({ counts: { linked: 2 }, ended: 'whole' });
  });

  it('fails at one row, goes on with the next, and says so', async () => {
    const tenant = createTenant(everybody);
    tenant.troubles.push(silent, silent, silent, silent);
    const { summary, said, lines } = await run(content, tenant);
    expect(summary).toMatchObject({ counts: { failed: 1, linked: 1 }, ended: 'whole' });
    expect(said[0]).toEqual([2, 'failed']);
    expect(lines[0]).toMatchObject({ level: 40, failure: 'unreachable', cause: 'timeout' });
  });

  it('fails at a link, keeps the address free for a later row', async () => {
    const tenant = createTenant(everybody);
    tenant.troubles.push(undefined, odd);
    const { said } = await run(`${content}jane@acme.example,jane@home.example\n`, tenant);
    expect(said[0]).toEqual([2, one('email', 'failed')]);
    expect(said[2]).toEqual([4, one('email', 'linked')]);
  });

  it('is silent for three minutes, ends and says up to which line all is known', async () => {
    const tenant = createTenant(everybody);
    const rows = Array.from({ length: 1_000 }, () => 'jane@acme.example,jane@home.example\n').join('');
    tenant.troubles.push(undefined, undefined, ...Array.from({ length: 4_000 }, () => silent));
    const { summary } = await run(`account,email\nmike@acme.example,m@home.example\n${rows}`, tenant);
    expect(summary.ended).toBe('dead');
    expect(summary.counts).toMatchObject({ linked: 1 });
    expect(summary.rows).toBeLessThan(100);
    // Every later row has failed: whoever goes on after this line leaves none of them out.
    expect(summary.lastLine).toBe(2);
  });

  it('does not let us, ends at the first row with the remedy', async () => {
    const tenant = createTenant(everybody);
    tenant.troubles.push(undefined, forbidden);
    const { summary } = await run(content, tenant);
    expect(summary).toMatchObject({ rows: 1, counts: { failed: 1 }, ended: 'refused', remedy: 'Grant create:users.' });
  });

  it('does not let us any more, says up to which line all is known, and nothing is left out from there on', async () => {
    const tenant = createTenant(everybody);
    tenant.troubles.push(undefined, undefined, undefined, forbidden);
    const { summary } = await run(content, tenant);
    expect(summary).toMatchObject({ rows: 2, counts: { linked: 1, failed: 1 }, ended: 'refused', lastLine: 2 });
    const rest = await run(content, tenant, { fromLine: summary.lastLine + 1 });
    expect(rest.summary).toMatchObject({ rows: 1, counts: { linked: 1 }, ended: 'whole' });
  });
});

describe('an import whose file cannot be read on', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, nth) => `jane@acme.example,j${nth}@home.example\n`).join('');

  it('does every row before the bad line, says so, and is gone on with after the line is mended', async () => {
    const tenant = createTenant(everybody);
    const bad = `account,email\n${rows(5_000)}jane@acme.example,ja"ne@home.example\nmike@acme.example,mike@home.example\n`;
    const { summary, seen } = await run(bad, tenant);
    expect(summary).toEqual({
      rows: 5_000,
      counts: { linked: 5_000 },
      ended: 'unreadable',
      lastLine: 5_001,
      remedy: 'The file cannot be used: line 5002 has a quotation mark in the middle of a value.',
    });
    expect(tenant.owners.size).toBe(5_000);
    expect(seen.at(-1)).toBe(5_001);
    const rest = await run(bad.replace('ja"ne', 'jane'), tenant, { fromLine: summary.lastLine + 1 });
    expect(rest.said).toEqual([
      [5_002, one('email', 'linked')],
      [5_003, one('email', 'linked')],
    ]);
  });

  it('names the line to go on from where it has read none, also when it began late', async () => {
    const bad = 'account,email\na,b,c\n';
    expect((await run(bad, createTenant(everybody))).summary).toMatchObject({
      rows: 0,
      ended: 'unreadable',
      lastLine: 0,
    });
    const late = await run(bad, createTenant(everybody), { fromLine: 500 });
    expect(late.summary).toMatchObject({ rows: 0, ended: 'unreadable', lastLine: 499 });
  });

  it('has vanished, or became shorter: says so', async () => {
    const content = `account,email\n${rows(5)}`;
    const gone = await run(content, createTenant(everybody), { before: (path) => rm(path) });
    expect(gone.summary).toMatchObject({ rows: 0, ended: 'unreadable', remedy: expect.stringContaining('ENOENT') });
    const shorter = await run(content, createTenant(everybody), { before: (path) => truncate(path, 80) });
    expect(shorter.summary).toMatchObject({ rows: 1, ended: 'unreadable', remedy: expect.stringContaining('changed') });
  });

  it('breaks off by a fault of our own, says how far it came, and the log names the fault', async () => {
    const tenant = createTenant(everybody);
    const target: ImportTarget = {
      ...tenant.target,
      accountOf: async (workEmail) => {
        if (workEmail.startsWith('mike')) throw new TypeError('odd');
        return tenant.target.accountOf(workEmail);
      },
    };
    const { summary, lines } = await run(`account,email\n${rows(2)}mike@acme.example,m@home.example\n`, tenant, {
      target,
    });
    expect(summary).toEqual({ rows: 2, counts: { linked: 2 }, ended: 'broken', lastLine: 3 });
    expect(lines.at(-1)).toMatchObject({ event: 'contacts.import.broken', level: 50, err: { type: 'TypeError' } });
  });
});

it('a long file needs no more memory than a short one', { timeout: 120_000 }, async () => {
  const count = 40_000;
  const path = join(folder, 'long.csv');
  const rows = Array.from({ length: count }, (_, nth) => `p${nth}@acme.example,p${nth}@home.example\n`);
  await writeFile(path, `account,email\n${rows.join('')}`);
  rows.length = 0;
  const heaps: number[] = [];
  let done = 0;
  const summary = await importContacts(await openContactsFile(path), {
    ...{ apply: false, fromLine: 1, rules: defaultContactRules, clock: { now: () => instant(0) } },
    target: {
      accountOf: async (workEmail) => success(account(accountId(`auth0|${workEmail}`))),
      ownerOf: async () => success('nobody'),
      link: async () => success({ is: 'linked', rests: false }),
    },
    tell: async () => 'untold',
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    progress: () => {
      done += 1;
      if (done % 10_000 !== 0) return;
      collectGarbage();
      heaps.push(process.memoryUsage().heapUsed);
    },
    pause: async () => undefined,
  });
  expect(summary).toMatchObject({ rows: count, counts: { 'would-link': count } });
  const [first = 0] = heaps;
  // Kept rows would be 30,000 times some hundred bytes more.
  expect(heaps.map((each) => Math.max(0, each - first))).toSatisfy((grown: number[]) =>
    grown.every((each) => each < 4_000_000),
  );
});

describe('an import that is stopped', () => {
  const content = 'account,email\njane@acme.example,jane@home.example\nmike@acme.example,mike@home.example\n';

  it('finishes the row, and the next run does the rest', async () => {
    const tenant = createTenant(everybody);
    const stop = new AbortController();
    const { summary } = await run(content, tenant, { signal: stop.signal, progress: () => stop.abort() });
    expect(summary).toEqual({ rows: 1, counts: { linked: 1 }, ended: 'stopped', lastLine: 2 });
    expect((await run(content, tenant)).summary.counts).toEqual({ already: 1, linked: 1 });
  });

  it.each([
    ['it waits for the rate limit', busy],
    ['Auth0 does not answer', silent],
  ])('while %s, ends at once and calls no row failed', async (_when, trouble) => {
    const tenant = createTenant(everybody);
    const stop = new AbortController();
    tenant.troubles.push(...Array.from({ length: 100 }, () => trouble));
    const { summary, said } = await run(content, tenant, { signal: stop.signal, pause: async () => stop.abort() });
    expect(summary).toEqual({ rows: 0, counts: {}, ended: 'stopped', lastLine: 0 });
    expect(said).toEqual([]);
    expect(tenant.calls.length).toBeLessThan(4);
  });
});

describe('a contact from a file, of an account to which a chat is bound', () => {
  const file = 'account,email\njane@acme.example,new@home.example\n';
  const day = 86_400_000;
  const confirmed: EnrolledContact = {
    ...{ ref: contactRef('email|new'), channel: 'email', masked: 'n•••@h•••.example' },
    ...{ since: instant(0), rests: true },
  };
  const fresh = (since: number): EnrolledContact => ({ ...confirmed, since: instant(since), unconfirmed: true });

  /** `lists`: what the record says when the row is read, and after that. */
  function boundTenant(binding: 'others' | 'free', ...lists: readonly (readonly EnrolledContact[])[]) {
    const tenant = createTenant({});
    const left = [...lists];
    const contactsNow = () => (left.length > 1 ? left.shift() : left[0]) ?? [];
    const accountOf: ImportTarget['accountOf'] = async () =>
      success({ is: 'account', account: accountId('auth0|jane'), binding, contacts: contactsNow() });
    return { ...tenant, target: { ...tenant.target, accountOf } };
  }

  it('is left to a server, with its mask and from when it can be used', async () => {
    const made: unknown[] = [];
    const leaveToChats: ImportOptions['leaveToChats'] = async (account, change) => {
      made.push([account, change]);
      return 'kept';
    };
    const { summary, lines } = await run(file, boundTenant('others', [], [fresh(0)]), { leaveToChats });
    expect(made).toEqual([
      [
        'auth0|jane',
        {
          ...{ what: 'added', at: 0, usableFrom: day },
          contact: { ref: 'email|new', channel: 'email', masked: 'n•••@h•••.example', unconfirmed: true },
        },
      ],
    ]);
    expect(summary).toMatchObject({ inChat: 1 });
    expect(summary).not.toHaveProperty('notInChat');
    expect(lines[0]).toMatchObject({ chats: { told: 1, untold: 0 } });
  });

  it.each([
    ['the database takes nothing', async () => 'failed' as const],
    ['there is no database', undefined],
  ])('is counted as not told where %s', async (_why, leaveToChats) => {
    const tenant = boundTenant('others', [], [fresh(0)]);
    const { summary } = await run(file, tenant, leaveToChats === undefined ? {} : { leaveToChats });
    expect(summary).toMatchObject({ notInChat: 1 });
    expect(summary).not.toHaveProperty('inChat');
  });

  it.each([
    ['that an earlier run has linked and not told', fresh(0), 'kept', 1],
    ['that an earlier run has told', fresh(0), 'known', undefined],
    ['that was linked more than a day before', fresh(-day), 'kept', undefined],
    ['that is confirmed', confirmed, 'kept', undefined],
  ] as const)('%s is left to a server once, and only where it is news', async (_which, contact, answer, inChat) => {
    const tenant = boundTenant('others', [contact]);
    tenant.owners.set('new@home.example', accountId('auth0|jane'));
    const { summary } = await run(file, tenant, { leaveToChats: async () => answer });
    expect(summary.inChat).toBe(inChat);
    expect(summary).not.toHaveProperty('notInChat');
  });

  it('of an account to which nobody is bound is left to nobody, nor is one in a trial', async () => {
    const leaveToChats = async () => {
      throw new Error('asked');
    };
    await run(file, boundTenant('free', [], [fresh(0)]), { leaveToChats });
    const { summary } = await run(file, boundTenant('others', [], [fresh(0)]), { leaveToChats, apply: false });
    expect(summary).not.toHaveProperty('notInChat');
  });
});
