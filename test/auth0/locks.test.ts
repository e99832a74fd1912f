import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountId } from '../../src/flows/ids.ts';
import { answerOf, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
let began = 0;
const ann = accountId('ad|Corp-AD|1');
beforeAll(async () => {
  tenant = await startTenant();
  tenant.emulator.control.addUser({ userId: ann, connection: 'Corp-AD', email: 'ann@acme.test' });
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  tenant.emulator.control.calm();
  tenant.emulator.control.adminBlock(jane.account, false);
  tenant.requests();
  began = tenant.emulator.control.requests.length;
});

const blocked = { status: 200, body: { blocked_for: [{ identifier: jane.workEmail, ip: '203.0.113.9' }] } };
/** The identifiers that were asked about or unblocked in the last test. */
const named = (method: string) =>
  tenant.emulator.control.requests
    .slice(began)
    .filter((request) => request.method === method && request.path.startsWith('/api/v2/user-blocks?'))
    .map(({ path }) => new URL(path, 'http://x').searchParams.get('identifier'));
const deletions = () => tenant.requests().filter((request) => request.startsWith('DELETE'));

describe('lifting', () => {
  it('takes away every lock, whichever name and place it stands on', async () => {
    tenant.emulator.control.lock(jane.account, { ip: '203.0.113.1' });
    tenant.emulator.control.lock(jane.account, { ip: '203.0.113.2' });
    tenant.emulator.control.lockContact('email', jane.email);
    tenant.emulator.control.lockContact('sms', jane.phone);
    expect(answerOf(await tenant.auth0.locks.lift(jane.account))).toBe('lifted');
    expect(answerOf(await tenant.auth0.locks.isLocked(jane.account))).toBe(false);
    expect(tenant.emulator.control.signIn(jane.workEmail, 'old-Password-1').ok).toBe(true);
  });

  it('asks by user id, and by name only for what is linked', async () => {
    tenant.emulator.control.lockContact('sms', jane.phone);
    tenant.requests();
    answerOf(await tenant.auth0.locks.lift(jane.account));
    expect(named('GET')).toEqual([jane.email, jane.phone]);
    expect(named('DELETE')).toEqual([jane.phone]);
    expect(deletions()).toContain(`DELETE /api/v2/user-blocks/${jane.account}`);
  });

  it('works for AD accounts', async () => {
    tenant.emulator.control.lock(ann);
    expect(answerOf(await tenant.auth0.locks.lift(ann))).toBe('lifted');
    expect(tenant.emulator.control.user(ann).locked).toBe(false);
  });

  it('leaves an account that an administrator blocked alone', async () => {
    tenant.emulator.control.lock(jane.account);
    tenant.emulator.control.adminBlock(jane.account, true);
    tenant.requests();
    expect(answerOf(await tenant.auth0.locks.lift(jane.account))).toBe('disabled');
    expect(deletions()).toEqual([]);
    tenant.emulator.control.adminBlock(jane.account, false);
    answerOf(await tenant.auth0.locks.lift(jane.account));
  });

  it('tries again where a lock closed in between', async () => {
    tenant.emulator.control.faults.next({ method: 'GET', path: /user-blocks\// }, blocked);
    expect(answerOf(await tenant.auth0.locks.lift(jane.account))).toBe('lifted');
    expect(deletions().filter((request) => request.includes(jane.account))).toHaveLength(2);
  });

  it('does not claim success while something still stands', async () => {
    tenant.emulator.control.faults.next({ method: 'GET', path: /user-blocks\//, times: 2 }, blocked);
    expect(failureOf(await tenant.auth0.locks.lift(jane.account))).toMatchObject({ kind: 'refused' });
  });

  it('may have happened where one deletion was lost', async () => {
    tenant.emulator.control.faults.next({ method: 'DELETE', path: /user-blocks\// }, { lose: true });
    expect(failureOf(await tenant.auth0.locks.lift(jane.account))).toMatchObject({
      kind: 'unreachable',
      mayHaveHappened: true,
    });
  });

  it('of an account that is gone answers absent', async () => {
    expect(failureOf(await tenant.auth0.locks.lift(accountId('auth0|gone')))).toMatchObject({ kind: 'absent' });
  });
});
