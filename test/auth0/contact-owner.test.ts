import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NewAddress } from '../../src/flows/enrolment-ports.ts';
import { accountId } from '../../src/flows/ids.ts';
import { answerOf, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

const mike = accountId('auth0|65a000000000000000000002');
const free: NewAddress = { channel: 'email', address: 'mike@home.test' };
const taken: readonly NewAddress[] = [
  { channel: 'email', address: jane.email },
  { channel: 'sms', address: jane.phone },
];

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
  tenant.emulator.control.addUser({ userId: mike, connection: 'CorpUsers', email: 'mike@acme.test' });
});
afterAll(() => tenant[Symbol.asyncDispose]());

const owner = async (account: typeof mike, to: NewAddress) => answerOf(await tenant.auth0.ownerOfContact(account, to));

it.each(taken)('an address is this account’s where it is linked to it: %j', async (to) => {
  expect(await owner(jane.account, to)).toBe('this-account');
});

it.each(taken)('an address is elsewhere where another account has it: %j', async (to) => {
  expect(await owner(mike, to)).toBe('elsewhere');
});

it('an address is nobody’s where no account has it, and where a passwordless user has it alone', async () => {
  expect(await owner(mike, free)).toBe('nobody');
  tenant.emulator.control.sendCode('email', free.address);
  expect(await owner(mike, free)).toBe('nobody');
});

it('an address does not make the query say something else', async () => {
  const address = `x" OR identities.profileData.email:"${jane.email}`;
  tenant.requests();
  const answer = await tenant.auth0.ownerOfContact(mike, { channel: 'email', address });
  expect(answer.ok && answer.value !== 'nobody').toBe(false);
});

it('asking whose an address is changes nothing, and logs no address', async () => {
  tenant.requests();
  await owner(mike, free);
  await owner(jane.account, free);
  expect(tenant.requests().filter((call) => !call.startsWith('GET '))).toEqual([]);
  expect(tenant.lines.join('')).not.toContain('home.test');
});

it('a blocked account can have nothing new', async () => {
  tenant.emulator.control.adminBlock(mike, true);
  expect(failureOf(await tenant.auth0.ownerOfContact(mike, free))).toMatchObject({ kind: 'refused' });
  tenant.emulator.control.adminBlock(mike, false);
});
