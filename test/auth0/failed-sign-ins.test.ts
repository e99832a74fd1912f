// Why an account is locked, as the tenant's log tells it: how often, since when and from where sign-ins failed.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { usualIp } from '../../playground/auth0/sign-in.ts';
import { originIn } from '../../src/auth0/sign-in-origin.ts';
import { accountId } from '../../src/flows/ids.ts';
import { factsRead } from '../../src/flows/inspection.ts';
import type { LockFacts } from '../../src/flows/lock.ts';
import { answerOf, createPorts, jane, startTenant, type Tenant, withLocks } from './tenant.ts';

const ada = accountId('ad|Corp-AD|0a1b2c3d');
const minuteMs = 60_000;

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
  tenant.emulator.control.addUser({ userId: ada, connection: 'Corp-AD', email: 'ada@acme.test', username: 'ada' });
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(async () => {
  const { control } = tenant.emulator;
  control.calm();
  control.setLogDelay(0);
  control.setClockAhead(0);
  for (const id of [jane.account, ada]) answerOf(await tenant.auth0.locks.lift(id));
  // Nothing of an earlier test is in the day of this one.
  tenant.clock.pass(26 * 60 * minuteMs);
});

async function lockOf(id = jane.account, of: Pick<Tenant, 'auth0'> = tenant): Promise<LockFacts | undefined> {
  const facts = answerOf(await of.auth0.directory.inspect(id, withLocks));
  expect(facts.locked).toBe(true);
  return facts.lock;
}

interface Given {
  readonly [field: string]: unknown;
}
const minutesAgo = (minutes: number): string => new Date(tenant.clock.now() - minutes * minuteMs).toISOString();
const entry = (minutes: number, given: Given = {}): Given => ({
  type: 'fp',
  date: minutesAgo(minutes),
  user_id: jane.account,
  user_name: jane.workEmail,
  connection: 'CorpUsers',
  client_id: 'OutlookClientId',
  client_name: 'Outlook',
  ip: '198.51.100.77',
  isMobile: true,
  user_agent: 'Mobile Safari 18.5.0 / iOS 18.5.0',
  location_info: { country_code: 'DE', city_name: 'Hamburg' },
  ...given,
});
/** The account is locked, and the log has these entries and no others. */
async function lockWith(entries: readonly Given[], id = jane.account): Promise<LockFacts | undefined> {
  tenant.emulator.control.lock(id);
  tenant.emulator.control.faults.next({ path: /api\/v2\/logs/ }, { status: 200, body: entries });
  return lockOf(id);
}
const fromPhone = { application: 'Outlook', device: 'phone', country: 'DE' };
const fromLaptop = { application: 'Intranet', device: 'computer', country: 'DE' };

describe('a lock', () => {
  it('is told with how often, since when and from where sign-ins failed, the most frequent origin first', async () => {
    const { control } = tenant.emulator;
    control.fails(jane.account, 2);
    const began = tenant.clock.now();
    tenant.clock.pass(10 * minuteMs);
    control.lock(jane.account);
    const locked = tenant.clock.now();
    tenant.clock.pass(5 * minuteMs);
    expect(await lockOf()).toEqual({
      of: 'provider',
      since: locked,
      signIns: {
        count: 10,
        since: began,
        origins: [
          { ...fromPhone, count: 8 },
          { ...fromLaptop, count: 2 },
        ],
      },
    });
  });

  it('is told in times of our clock, where that of Auth0 is another', async () => {
    tenant.emulator.control.setClockAhead(10 * minuteMs);
    const ports = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
    for (let answer = 0; answer < 5; answer += 1) await ports.auth0.directory.givenName(jane.account);
    const began = tenant.clock.now();
    tenant.emulator.control.lock(jane.account);
    const lock = await lockOf(jane.account, ports);
    // The clock is measured by whole seconds.
    expect(Math.abs((lock?.signIns?.since ?? 0) - began)).toBeLessThan(2_000);
    expect(Math.abs((lock?.since ?? 0) - began)).toBeLessThan(2_000);
  });

  it('names no address, no browser and no name that somebody typed', async () => {
    const told = JSON.stringify(
      await lockWith([entry(3, { user_name: 'typed-by-somebody@example.net' }), entry(2), entry(1)]),
    );
    expect(told).toContain('Outlook');
    for (const kept of ['198.51.100.77', usualIp, 'Safari', 'iOS', 'Hamburg', 'typed-by-somebody', jane.workEmail])
      expect(told).not.toContain(kept);
    expect(tenant.lines.join()).not.toContain('198.51.100.77');
  });

  it('is told with three origins at most', async () => {
    const apps = ['A', 'B', 'B', 'C', 'C', 'D', 'D', 'D'];
    const lock = await lockWith(apps.map((client_name, nth) => entry(nth, { client_name })));
    expect(lock?.signIns?.count).toBe(8);
    expect(lock?.signIns?.origins.map(({ application, count }) => [application, count])).toEqual([
      ['D', 3],
      ['B', 2],
      ['C', 2],
    ]);
  });

  it('is told with the number alone, where no entry says from where it came', async () => {
    const bare = { client_name: '', isMobile: false, user_agent: '', location_info: null };
    expect((await lockWith([entry(2, bare), entry(5, bare)]))?.signIns).toMatchObject({ count: 2, origins: [] });
  });
});

describe('counted are', () => {
  it('failed sign-ins of this account alone', async () => {
    const lock = await lockWith([
      entry(1),
      entry(2, { user_id: 'auth0|somebody-else' }),
      entry(3, { user_id: undefined }),
      entry(4, { type: 's' }),
      entry(5, { type: 'fu' }),
      entry(6, { type: 'f' }),
    ]);
    expect(lock?.signIns).toMatchObject({ count: 1, since: tenant.clock.now() - minuteMs });
  });

  it('in a directory, those that are known by the name alone, in its own connection', async () => {
    const named = { user_id: '', connection: 'Corp-AD' };
    const lock = await lockWith(
      [
        entry(1, { ...named, user_name: 'ADA@acme.test' }),
        entry(2, { ...named, user_name: 'ada' }),
        entry(3, { ...named, user_id: ada }),
        entry(4, { ...named, user_name: 'ada', connection: 'Other-AD' }),
        entry(5, { ...named, user_name: 'adam' }),
        entry(6, { ...named, user_name: 'ada', connection: undefined }),
        entry(7, { ...named, user_name: 'ada', user_id: 'ad|Corp-AD|somebody-else' }),
      ],
      ada,
    );
    expect(lock?.signIns).toMatchObject({ count: 3, since: tenant.clock.now() - 3 * minuteMs });
    const asked = tenant.emulator.control.requests.at(-1)?.path ?? '';
    expect(asked).not.toContain('auth0|');
  });

  it('those since the last unlock', async () => {
    const { control } = tenant.emulator;
    control.lock(jane.account);
    answerOf(await tenant.auth0.locks.lift(jane.account));
    tenant.clock.pass(10 * minuteMs);
    control.lock(jane.account);
    const again = tenant.clock.now();
    expect((await lockOf())?.signIns).toMatchObject({ count: 10, since: again });
  });

  it('those of a day, and no older one', async () => {
    const lock = await lockWith([entry(1), entry(24 * 60 - 1), entry(24 * 60 + 1)]);
    expect(lock?.signIns).toMatchObject({ count: 2, since: tenant.clock.now() - (24 * 60 - 1) * minuteMs });
    expect(lock?.signIns).not.toHaveProperty('isAtLeast');
  });

  it('those that an application has sent for somebody, and one attempt once', async () => {
    const sent = { type: 'fepft' };
    const lock = await lockWith([entry(1, sent), entry(2, sent), entry(2), entry(3, { ...sent, client_id: 'Mail' })]);
    expect(lock?.signIns?.count).toBe(3);
  });

  it('not those of which nobody knows when they were', async () => {
    expect(await lockWith([entry(1, { date: 'soon' }), entry(1, { date: undefined })])).toBeUndefined();
  });
});

describe('where there are more than a page', () => {
  const full = (count: number, from = 0) => Array.from({ length: count }, (_, nth) => entry(nth + from));

  it('at least those of the page are told, and not since when it is locked', async () => {
    const lock = await lockWith([...full(49), entry(48, { type: 'limit_wc' })]);
    expect(lock).toEqual({
      of: 'provider',
      signIns: {
        count: 49,
        isAtLeast: true,
        since: tenant.clock.now() - 48 * minuteMs,
        origins: [{ ...fromPhone, count: 49 }],
      },
    });
  });

  it.each([
    ['an older one', () => entry(24 * 60 + 1)],
    ['the last unlock', () => entry(60, { type: 'ublkdu' })],
  ])('the number is known where %s is among them', async (_, last) => {
    const lock = await lockWith([...full(49), last()]);
    expect(lock?.signIns?.count).toBe(49);
    expect(lock?.signIns).not.toHaveProperty('isAtLeast');
  });
});

describe('since when it is locked', () => {
  it('is when the first address was blocked', async () => {
    const blocked = { type: 'limit_wc' };
    const lock = await lockWith([entry(1, blocked), entry(2), entry(4, blocked), entry(5)]);
    expect(lock?.since).toBe(tenant.clock.now() - 4 * minuteMs);
  });

  it('is not told where it may have begun before what the log has', async () => {
    const lock = await lockWith([entry(1), entry(4, { type: 'limit_wc' })]);
    expect(lock).not.toHaveProperty('since');
    expect(lock?.signIns?.count).toBe(1);
  });
});

describe('what cannot be read is not told, and the unlock goes on', () => {
  it.each([
    ['the right is missing', { status: 403, body: { errorCode: 'insufficient_scope' } }],
    ['there is no log', { status: 404 }],
    ['the tenant does not understand the search', { status: 400 }],
    ['the limit is reached', { status: 429, headers: { 'retry-after': '2' } }],
    ['Auth0 has trouble', { status: 503 }],
    ['the answer is another one', { status: 200, body: { statusCode: 200 } }],
    ['the entries are other ones', { status: 200, body: [null, 7, 'fp', { type: ['fp'] }] }],
    ['a page of a proxy comes', { html: '<html>busy</html>', status: 200 }],
    ['the connection is lost', { disconnect: true as const }],
    ['the log is empty', { status: 200, body: [] }],
  ])('where %s', async (_, reply) => {
    tenant.emulator.control.lock(jane.account);
    tenant.emulator.control.faults.next({ path: /api\/v2\/logs/ }, reply);
    const seen = tenant.lines.length;
    expect(await lockOf()).toBeUndefined();
    const levels = tenant.lines.slice(seen).map((line) => JSON.parse(line).level);
    expect(levels.filter((level) => level > 20)).toEqual([]);
    // For a pause that Auth0 asked for.
    tenant.clock.pass(10_000);
  });

  it('where no answer comes, and nobody waits longer than a second for it', async () => {
    tenant.emulator.control.lock(jane.account);
    tenant.emulator.control.faults.next({ path: /api\/v2\/logs/ }, { hang: true });
    const began = performance.now();
    expect(await lockOf()).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  it('where the log is late', async () => {
    tenant.emulator.control.setLogDelay(minuteMs);
    tenant.emulator.control.lock(jane.account);
    expect(await lockOf()).toBeUndefined();
  });

  it('where Auth0 has asked for a pause in reading its log, and it is not asked again', async () => {
    tenant.emulator.control.lock(jane.account);
    const limited = { status: 429, headers: { 'retry-after': '30' } };
    tenant.emulator.control.faults.next({ path: /api\/v2\/logs/ }, limited);
    await tenant.auth0.passwordChanges.since(tenant.clock.now(), [jane.account]);
    tenant.requests();
    expect(await lockOf()).toBeUndefined();
    expect(tenant.requests().filter((request) => request.includes('logs'))).toEqual([]);
    tenant.clock.pass(60_000);
  });

  it('where nothing is locked: then nothing is told of failed sign-ins', async () => {
    tenant.emulator.control.fails(jane.account, 3);
    const facts = answerOf(await tenant.auth0.directory.inspect(jane.account, withLocks));
    expect(facts).toMatchObject({ locked: false });
    expect(facts).not.toHaveProperty('lock');
  });

  it.each(['reset', 'change', 'enroll'] as const)('for %s: the log is not asked', async (kind) => {
    tenant.emulator.control.lock(jane.account);
    tenant.requests();
    expect(answerOf(await tenant.auth0.directory.inspect(jane.account, factsRead[kind]))).not.toHaveProperty('lock');
    expect(tenant.requests().filter((request) => request.includes('logs'))).toEqual([]);
  });
});

describe('an origin is', () => {
  const of = (given: Given) => originIn({ ...given });

  it.each<readonly [string, Given, unknown]>([
    ['a phone where the entry says so', { isMobile: true }, { device: 'phone' }],
    ['a phone by its browser', { user_agent: 'Chrome Mobile 138.0.0 / Android 15.0.0' }, { device: 'phone' }],
    [
      'a computer where there is a browser',
      { isMobile: false, user_agent: 'Edge 138 / Windows' },
      { device: 'computer' },
    ],
    ['a computer by its browser', { user_agent: 'Firefox 140.0.0 / Mac OS X 14.5.0' }, { device: 'computer' }],
    ['no device where there was no browser', { isMobile: false }, {}],
    ['no device where there was no browser, only spaces', { isMobile: false, user_agent: '  ' }, {}],
    ['no device where the browser is not known', { user_agent: 'Other 0.0.0 / Other 0.0.0' }, {}],
    ['no device where it is a tablet', { isMobile: true, user_agent: 'Mobile Safari 18.5.0 / iPad OS' }, {}],
    ['no device where the entry contradicts itself', { isMobile: false, user_agent: 'Safari / iPhone' }, {}],
  ])('%s', (_, given, origin) => {
    expect(of(given)).toEqual(origin);
  });

  it.each(['DE', 'VN', 'US', 'XK', 'GB'])('the country %s', (code) => {
    expect(of({ location_info: { country_code: code } })).toEqual({ country: code });
  });

  it.each(['', 'de', 'DEU', 'ZZ', 'XA', 'XB', 'AA', 'QO', 'EU', 'A1', 'T1', 'AP', 'D', '🇩🇪', '12', 'DE\n'])(
    'no country: %j',
    (code) => {
      expect(of({ location_info: { country_code: code } })).toEqual({});
    },
  );

  it('an application under the name that it has, on one line and no longer than forty characters', () => {
    expect(of({ client_name: ' Mail\u202e \n app ' })).toEqual({ application: 'Mail app' });
    expect(of({ client_name: 'Very long name of an application of a company' })).toEqual({
      application: 'Very long name of an application of a c…',
    });
  });

  it.each([
    '',
    '\u200b',
    'jane@acme.test',
    'Laptop of jane.doe@gmail.test, the second one of this year',
    '198.51.100.7',
    'Printer (10.1.2.3)',
    '2001:db8::7',
    'https://app.acme.test/callback?code=1',
    'www.acme.test',
    `${'A'.repeat(60)} jane@acme.test`,
  ])('not an application whose name holds an address: %j', (name) => {
    expect(of({ client_name: name })).toEqual({});
  });
});
