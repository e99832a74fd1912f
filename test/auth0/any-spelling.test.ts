// The account of an address in a file, however the directory writes it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actorId } from '../../src/flows/ids.ts';
import { answerOf, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await startTenant();
});
afterEach(() => tenant[Symbol.asyncDispose]());

const nobody = actorId({ platform: 'file', tenant: 'none', user: 'none' });
const find = (workEmail: string) => tenant.auth0.matchInAnySpelling(workEmail, nobody);
const adds = (userId: string, email: string, more = {}) =>
  tenant.emulator.control.addUser({ userId, connection: 'CorpAD', email, ...more });
const ada = 'ad|CorpAD|ada';
const inDirectory = 'Ada.Byron@Acme.test';
const search = { path: /\/users\?/ };

describe('an address in a file', () => {
  it.each([
    ['as the directory writes it', inDirectory],
    ['without capitals', 'ada.byron@acme.test'],
    ['with other capitals', 'ADA.Byron@ACME.TEST'],
  ])('finds the account, where it is written %s', async (_how, written) => {
    adds(ada, inDirectory);
    expect(answerOf(await find(written))).toMatchObject({ is: 'account', account: ada });
  });

  it('is searched for only where the address finds nobody', async () => {
    tenant.requests();
    expect(answerOf(await find('JANE@acme.test'))).toMatchObject({ is: 'account', account: jane.account });
    expect(tenant.requests().filter((call) => call === 'GET /api/v2/users')).toEqual([]);
    expect(answerOf(await find('nobody@acme.test'))).toEqual({ is: 'none', because: 'absent' });
    expect(tenant.requests().filter((call) => call === 'GET /api/v2/users')).toHaveLength(1);
  });

  it('is nobody’s where the search minds capitals after all', async () => {
    adds(ada, inDirectory);
    tenant.emulator.control.faults.next(search, {
      status: 200,
      body: { start: 0, limit: 10, length: 0, total: 0, users: [] },
    });
    expect(answerOf(await find('ada.byron@acme.test'))).toEqual({ is: 'none', because: 'absent' });
  });

  it('is nobody’s where the search is behind, and the account has another address by now', async () => {
    adds(ada, inDirectory);
    tenant.emulator.control.setSearchDelay(60_000);
    tenant.emulator.control.removeUser(ada);
    adds(ada, 'Ada.Lovelace@acme.test');
    expect(answerOf(await find('ada.byron@acme.test'))).toEqual({ is: 'none', because: 'absent' });
  });

  it('that two accounts have in two spellings is ambiguous', async () => {
    adds(ada, inDirectory);
    adds('ad|CorpAD|other', 'ADA.BYRON@acme.test');
    expect(answerOf(await find('ada.byron@acme.test'))).toEqual({ is: 'none', because: 'ambiguous' });
  });

  it('is judged by the same rules as any other: an account of another connection is none', async () => {
    adds('samlp|Partner|ada', inDirectory, { connection: 'Partner' });
    expect(answerOf(await find('ada.byron@acme.test'))).toEqual({ is: 'none', because: 'other-connection' });
  });

  it('that could be read as another is not searched for', async () => {
    adds(ada, 'Mike@acme.test');
    tenant.requests();
    expect(answerOf(await find('mi\u212ae@acme.test'))).toEqual({ is: 'none', because: 'absent' });
    expect(tenant.requests()).toEqual([]);
  });

  it('is a failure, not an absence, where the search cannot be asked', async () => {
    tenant.emulator.control.faults.next(search, { status: 503 });
    expect(failureOf(await find('ada.byron@acme.test'))).toMatchObject({ kind: 'unreachable' });
  });
});
