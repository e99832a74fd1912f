import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountId } from '../../src/flows/ids.ts';
import { answerOf, application, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant({}, { ticketOrigin: 'self' });
  tenant.emulator.control.addUser({ userId: 'ad|Corp-AD|1', connection: 'Corp-AD', email: 'ann@acme.test' });
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  tenant.emulator.control.calm();
  tenant.emulator.control.adminBlock(jane.account, false);
  tenant.emulator.control.requests.length = 0;
});

const bodies = () =>
  tenant.emulator.control.requests.filter(({ path }) => path.includes('/tickets/')).map(({ body }) => body);
const isAlive = async (url: string) => !(await (await fetch(url)).text()).includes('expired');

async function minted(ttlSeconds = 600): Promise<string> {
  const ticket = answerOf(await tenant.auth0.tickets.mint(jane.account, ttlSeconds));
  if (ticket.is !== 'ticket') throw new Error(ticket.is);
  return ticket.url;
}

describe('a ticket', () => {
  it('lives as long as it is told and says nothing else to Auth0', async () => {
    await minted(600);
    expect(bodies()).toEqual([{ user_id: jane.account, ttl_sec: 600 }]);
  });

  it('never lives longer than asked for, and never Auth0’s five days', async () => {
    await minted(599.9);
    expect(bodies()).toEqual([{ user_id: jane.account, ttl_sec: 599 }]);
    for (const none of [0, 0.5, -1, Number.NaN]) {
      expect(failureOf(await tenant.auth0.tickets.mint(jane.account, none))).toMatchObject({ kind: 'refused' });
    }
    expect(bodies()).toHaveLength(1);
  });

  it('is handed on as Auth0 gave it', async () => {
    expect(await minted()).toMatch(/\/u\/reset-verify\?ticket=[\w-]+#$/);
  });

  it('is not minted for an account that an administrator blocked, read right before', async () => {
    tenant.emulator.control.adminBlock(jane.account, true);
    expect(answerOf(await tenant.auth0.tickets.mint(jane.account, 600))).toEqual({ is: 'disabled' });
    expect(bodies()).toEqual([]);
  });

  it('is not asked for where Auth0 has none: AD, and accounts without an address', async () => {
    tenant.emulator.control.addUser({ userId: 'auth0|noaddress', connection: 'CorpUsers', username: 'nobody' });
    for (const id of ['ad|Corp-AD|1', 'auth0|noaddress']) {
      expect(answerOf(await tenant.auth0.tickets.mint(accountId(id), 600))).toEqual({ is: 'unsupported' });
    }
    expect(bodies()).toEqual([]);
  });

  it('that Auth0 does not support after all is unsupported', async () => {
    tenant.emulator.control.faults.next(
      { path: /tickets/ },
      {
        status: 400,
        body: { statusCode: 400, error: 'Bad Request', message: 'x', errorCode: 'operation_not_supported' },
      },
    );
    expect(answerOf(await tenant.auth0.tickets.mint(jane.account, 600))).toEqual({ is: 'unsupported' });
  });

  it.each(['http://elsewhere.test/u/reset-verify?ticket=x#', 'javascript:alert(1)', 'not a link'])(
    'that leads to %s is not handed on',
    async (ticket) => {
      tenant.emulator.control.faults.next({ path: /tickets/ }, { status: 201, body: { ticket } });
      expect(failureOf(await tenant.auth0.tickets.mint(jane.account, 600))).toMatchObject({ kind: 'malformed' });
    },
  );
});

const route = { method: 'POST', path: /^\/dbconnections\/change_password$/ };
const mailRequests = () => tenant.emulator.control.requests.filter(({ path }) => route.path.test(path));
const mailedLink = (): string => {
  const mail = tenant.emulator.control.outbox.findLast(({ to }) => to === jane.workEmail);
  return /https?:\S+/.exec(mail?.text ?? '')?.[0] ?? 'no link';
};

describe('a link that Auth0 mails', () => {
  it('is asked for with the account’s own address and connection, and nothing else; a secret is not needed', async () => {
    expect(answerOf(await tenant.auth0.tickets.mail(jane.account))).toBe('asked');
    expect(mailRequests().map(({ body, headers }) => [body, headers['content-type']])).toEqual([
      [{ client_id: application.clientId, connection: 'CorpUsers', email: jane.workEmail }, 'application/json'],
    ]);
    expect(await isAlive(mailedLink())).toBe(true);
  });

  it('is voided by a newer one, by a ticket, and with all others', async () => {
    for (const voids of [
      () => tenant.auth0.tickets.mail(jane.account),
      () => tenant.auth0.tickets.mint(jane.account, 600),
      () => tenant.auth0.tickets.voidAll(jane.account),
    ]) {
      answerOf(await tenant.auth0.tickets.mail(jane.account));
      const link = mailedLink();
      expect((await voids()).ok).toBe(true);
      expect(await isAlive(link)).toBe(false);
    }
  });

  it('is not asked for where an administrator blocked the account, read right before', async () => {
    tenant.emulator.control.adminBlock(jane.account, true);
    expect(answerOf(await tenant.auth0.tickets.mail(jane.account))).toBe('disabled');
    expect(mailRequests()).toEqual([]);
  });

  it('is not asked for where Auth0 mails none: AD, and accounts without an address', async () => {
    tenant.emulator.control.addUser({ userId: 'auth0|noaddress2', connection: 'CorpUsers', username: 'noone' });
    for (const id of ['ad|Corp-AD|1', 'auth0|noaddress2'])
      expect(answerOf(await tenant.auth0.tickets.mail(accountId(id)))).toBe('unsupported');
    expect(mailRequests()).toEqual([]);
  });

  it.each([
    [
      { status: 429, headers: { 'retry-after': '60' } },
      { kind: 'rate-limited', retryAfterMs: 60_000 },
    ],
    [{ status: 400, body: { error: 'invalid_request' } }, { kind: 'refused' }],
    [{ status: 500 }, { kind: 'unreachable', mayHaveHappened: true }],
    [{ lose: true }, { kind: 'unreachable', mayHaveHappened: true }],
  ] as const)('that is answered by %j is a failure', async (reply, failure) => {
    tenant.emulator.control.faults.next(route, reply);
    expect(failureOf(await tenant.auth0.tickets.mail(jane.account))).toMatchObject(failure);
    tenant.clock.pass(61_000);
  });

  it('is counted by account: whoever has to wait holds up nobody else', async () => {
    tenant.emulator.control.addUser({ userId: 'auth0|second', connection: 'CorpUsers', email: 'second@acme.test' });
    tenant.emulator.control.faults.next(route, { status: 429, headers: { 'retry-after': '60' } });
    expect(failureOf(await tenant.auth0.tickets.mail(jane.account))).toMatchObject({ kind: 'rate-limited' });
    expect(failureOf(await tenant.auth0.tickets.mail(jane.account))).toMatchObject({ kind: 'rate-limited' });
    expect(mailRequests()).toHaveLength(1);
    expect(answerOf(await tenant.auth0.tickets.mail(accountId('auth0|second')))).toBe('asked');
    tenant.clock.pass(61_000);
    expect(answerOf(await tenant.auth0.tickets.mail(jane.account))).toBe('asked');
  });

  it('leaves no address in a log line', async () => {
    answerOf(await tenant.auth0.tickets.mail(jane.account));
    expect(tenant.lines.join('')).not.toContain(jane.workEmail);
  });
});

describe('voiding', () => {
  it('makes every ticket that is out worthless', async () => {
    const url = await minted();
    expect(await isAlive(url)).toBe(true);
    answerOf(await tenant.auth0.tickets.voidAll(jane.account));
    expect(await isAlive(url)).toBe(false);
    expect(bodies().at(-1)).toEqual({ user_id: jane.account, ttl_sec: 1 });
  });

  it('works on a blocked account too: an older ticket could lift the block', async () => {
    const url = await minted();
    tenant.emulator.control.adminBlock(jane.account, true);
    answerOf(await tenant.auth0.tickets.voidAll(jane.account));
    expect(await isAlive(url)).toBe(false);
  });

  it('does nothing where there can be no ticket', async () => {
    answerOf(await tenant.auth0.tickets.voidAll(accountId('ad|Corp-AD|1')));
    expect(bodies()).toEqual([]);
  });
});
