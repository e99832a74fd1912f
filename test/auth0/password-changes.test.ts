import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountId, instant } from '../../src/flows/ids.ts';
import { answerOf, createPorts, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
const others = Array.from({ length: 30 }, (_, index) => accountId(`auth0|other${index}`));
beforeAll(async () => {
  tenant = await startTenant({}, { ticketOrigin: 'self' });
  for (const userId of others) {
    tenant.emulator.control.addUser({ userId, connection: 'CorpUsers', email: `${userId.slice(6)}@acme.test` });
  }
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  tenant.emulator.control.calm();
  tenant.clock.pass(600_000);
  tenant.requests();
});
const fresh = () => createPorts({ baseUrl: tenant.emulator.url }, tenant.clock).auth0.passwordChanges;
const logEntry = (entry: object) => ({ type: 'scp', user_id: jane.account, ...entry });
const log = (entries: readonly object[]) =>
  tenant.emulator.control.faults.next({ path: /\/logs/ }, { status: 200, body: entries });
const iso = (ms: number) => new Date(ms).toISOString();

/** As Jane would do it on Auth0's own page. */
async function janeChangesHerPassword(password: string) {
  const ticket = answerOf(await tenant.auth0.tickets.mint(jane.account, 600));
  if (ticket.is !== 'ticket') throw new Error(ticket.is);
  const page = await (await fetch(ticket.url)).text();
  const fields = new URLSearchParams();
  for (const [, name, value] of page.matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)) {
    if (name !== undefined && value !== undefined) fields.set(name, value);
  }
  for (const [, name] of page.matchAll(/<input[^>]*name="([^"]*[pP]assword[^"]*)"/g))
    if (name !== undefined) fields.set(name, password);
  const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? ticket.url;
  const saved = await fetch(new URL(action, ticket.url), { method: 'POST', body: fields });
  if (!saved.ok) throw new Error(`not saved: ${saved.status}`);
}

describe('password changes', () => {
  it('are seen in the log, once the person saved a new password', async () => {
    const since = tenant.clock.now();
    expect(answerOf(await tenant.auth0.passwordChanges.since(since, [jane.account]))).toEqual([]);
    tenant.clock.pass(5_000);
    await janeChangesHerPassword('new-Password-1!');
    const at = tenant.clock.now();
    tenant.clock.pass(5_000);
    expect(answerOf(await tenant.auth0.passwordChanges.since(since, [jane.account]))).toEqual([
      { account: jane.account, at },
    ]);
  });

  it('are searched for all accounts at once', async () => {
    const changes = fresh();
    answerOf(await changes.since(tenant.clock.now(), [jane.account, ...others]));
    expect(tenant.requests()).toEqual(['POST /oauth/token', 'GET /api/v2/logs']);
  });

  it('are not looked for where nobody waits', async () => {
    expect(answerOf(await fresh().since(tenant.clock.now(), []))).toEqual([]);
    expect(tenant.requests()).toEqual([]);
  });

  it('of other accounts, other kinds and earlier times are left out, whatever the search gave', async () => {
    const since = tenant.clock.now();
    log([
      logEntry({ date: iso(since + 1_000), user_id: 'auth0|stranger' }),
      logEntry({ date: iso(since + 1_000), type: 'fcp' }),
      logEntry({ date: iso(since - 2_001) }),
      logEntry({ date: { $date: 1 } }),
      logEntry({}),
      { unexpected: true },
      logEntry({ date: iso(since - 1_000) }),
      logEntry({ date: iso(since + 1_000) }),
    ]);
    const found = answerOf(await fresh().since(since, [jane.account]));
    expect(found.map(({ at }) => at - since)).toEqual([-1_000, 1_000]);
  });

  it('are read from a page with totals too', async () => {
    const since = tenant.clock.now();
    tenant.emulator.control.faults.next(
      { path: /\/logs/ },
      { status: 200, body: { start: 0, limit: 100, length: 1, total: 1, logs: [logEntry({ date: iso(since) })] } },
    );
    expect(answerOf(await fresh().since(since, [jane.account]))).toHaveLength(1);
  });

  it('are followed over full pages, but not for ever', async () => {
    const since = tenant.clock.now();
    const page = Array.from({ length: 100 }, () => logEntry({ date: iso(since), user_id: 'auth0|stranger' }));
    log(page);
    log([...page.slice(1), logEntry({ date: iso(since) })]);
    log([logEntry({ date: iso(since - 5_000) })]);
    expect(answerOf(await fresh().since(since, [jane.account]))).toHaveLength(1);
    expect(tenant.requests().filter((request) => request.endsWith('/logs'))).toHaveLength(3);
  });

  it('are read from the accounts where the log is forbidden, and the log is let be for ten minutes', async () => {
    const since = tenant.clock.now();
    await janeChangesHerPassword('new-Password-2!');
    tenant.emulator.control.misbehave.logsForbidden = true;
    const changes = fresh();
    expect(answerOf(await changes.since(since, [jane.account, accountId('auth0|gone')]))).toMatchObject([
      { account: jane.account },
    ]);
    tenant.requests();
    answerOf(await changes.since(since, [jane.account]));
    expect(tenant.requests()).toEqual([`GET /api/v2/users/${jane.account}`]);
    tenant.clock.pass(601_000);
    tenant.emulator.control.misbehave.logsForbidden = false;
    answerOf(await changes.since(since, [jane.account]));
    expect(tenant.requests()).toEqual(['GET /api/v2/logs']);
  });

  it('of many accounts without a log are read twenty at a time, everybody in turn', async () => {
    tenant.emulator.control.misbehave.logsForbidden = true;
    const changes = fresh();
    const read = async () => {
      tenant.requests();
      answerOf(await changes.since(instant(tenant.clock.now()), others));
      return tenant.requests().filter((request) => request.includes('/users/'));
    };
    const first = await read();
    const second = await read();
    expect(first).toHaveLength(20);
    expect(second).toHaveLength(20);
    expect(new Set([...first, ...second]).size).toBe(30);
  });

  it('are read from the accounts while the log is ill, but not where there are too many requests already', async () => {
    const since = tenant.clock.now();
    await janeChangesHerPassword('new-Password-3!');
    tenant.emulator.control.faults.next({ path: /\/logs/ }, { status: 503 });
    expect(answerOf(await fresh().since(since, [jane.account]))).toHaveLength(1);
    tenant.requests();
    tenant.emulator.control.faults.next({ path: /\/logs/ }, { status: 429 });
    expect(failureOf(await fresh().since(since, [jane.account]))).toMatchObject({ kind: 'rate-limited' });
    expect(tenant.requests().filter((request) => request.includes('/users/'))).toEqual([]);
  });

  it('are in the accounts themselves before the log has them', async () => {
    const since = tenant.clock.now();
    await janeChangesHerPassword('new-Password-4!');
    tenant.requests();
    expect(answerOf(await fresh().recorded(since, [jane.account]))).toHaveLength(1);
    expect(tenant.requests()).not.toContain('GET /api/v2/logs');
  });

  it('that cannot be asked for now are a failure, not "none"', async () => {
    tenant.emulator.control.faults.next({ path: /\/logs/ }, { status: 500 });
    tenant.emulator.control.faults.next({ path: /\/users/ }, { status: 500 });
    expect(failureOf(await fresh().since(tenant.clock.now(), [jane.account]))).toMatchObject({ kind: 'unreachable' });
  });
});
