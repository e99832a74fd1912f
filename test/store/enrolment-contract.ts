// What the store does for enrolment: who is bound to which account, and an account that is known only from the sign-in.
import { expect, test } from 'vitest';
import { contactRef, type Instant } from '../../src/flows/ids.ts';
import type { Flow } from '../../src/flows/state.ts';
import {
  after,
  beginFlow,
  challengedFlow,
  contacts,
  drain,
  movedBy,
  provenFlow,
  report,
  someAccount,
  someone,
  start,
} from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

const draft = { channel: 'email', masked: 'n•••@n•••.com', key: contactRef('new|1') } as const;

export function enrolmentContract({ store, another, restart }: Harness): void {
  /** Nothing but the sign-in says whose account it is. */
  const waitsForSignIn = async (): Promise<Flow> => {
    const { id } = await beginFlow(store(), { kind: 'enroll' });
    return movedBy(store(), id, { type: 'person.unknown' });
  };
  const managingFlow = async (account = someAccount(), now: Instant = start): Promise<Flow> => {
    const { id } = await waitsForSignIn();
    await movedBy(store(), id, { type: 'signed-in', account }, now);
    return movedBy(store(), id, { type: 'actor.bound', contacts }, now);
  };

  test('a chat person is found under the account to which they were bound last, by every instance', async () => {
    const [actor, other] = [someone(), someone('teams')];
    const [first, second] = [someAccount(), someAccount()];
    expect(await store().bindings.accountOf(actor)).toBeUndefined();
    await store().bindings.keep(actor, first, start);
    await store().bindings.keep(other, first, start);
    await store().bindings.keep(actor, second, after(1));
    expect(await (await another()).bindings.accountOf(actor)).toBe(second);
    expect(await (await restart()).bindings.accountOf(other)).toBe(first);
  });

  test('a binding is kept until it is forgotten, however old it is', async () => {
    const [actor, other, account] = [someone(), someone(), someAccount()];
    for (const each of [actor, other]) await store().bindings.keep(each, account, start);
    await store().sweep(after(400 * 24 * 3_600), () => true);
    expect(await store().bindings.accountOf(actor)).toBe(account);
    await store().bindings.forget(actor);
    expect(await store().bindings.accountOf(actor)).toBeUndefined();
    expect(await store().bindings.accountOf(other)).toBe(account);
  });

  test('a frozen account is seen to be frozen at the sign-in, also where only the sign-in says whose it is', async () => {
    const account = someAccount();
    const { id, actor } = await provenFlow(store(), { account });
    await movedBy(store(), id, { type: 'disowned', by: actor });
    const enrolment = await waitsForSignIn();
    const signedIn = await movedBy(store(), enrolment.id, { type: 'signed-in', account }, after(1));
    expect(signedIn.state).toMatchObject({ at: 'closed', account, ending: { because: 'frozen' } });
  });

  test('a newer enrolment of an account takes the place of the one before, also where only the sign-ins say whose they are', async () => {
    const account = someAccount();
    const [first, second] = [await managingFlow(account), await waitsForSignIn()];
    await movedBy(store(), second.id, { type: 'signed-in', account }, after(1));
    expect((await store().read(first.id))?.state).toMatchObject({ at: 'closed', ending: { because: 'superseded' } });
  });

  test('codes to new addresses count into the hour of the account', async () => {
    const account = someAccount();
    const { id } = await managingFlow(account);
    await movedBy(store(), id, { type: 'address.given', draft });
    const reset = await beginFlow(store());
    await movedBy(store(), reset.id, { type: 'person.identified', account, contacts });
    const request = { type: 'code.requested', by: reset.actor, contact: contactRef('email|1') } as const;
    // The code may go to this very contact: with two under way, one would be taken for the other.
    expect(await report(store(), reset.id, request)).toMatchObject({ kind: 'ignored', because: 'sending-elsewhere' });
    await movedBy(store(), id, { type: 'new-code.sent' });
    expect(await report(store(), reset.id, request)).toMatchObject({ kind: 'moved' });
  });

  test('a code to a new address proves nothing in a reset that was waiting for its own', async () => {
    const account = someAccount();
    const reset = await challengedFlow(store(), { account });
    const { id } = await managingFlow(account);
    await movedBy(store(), id, { type: 'address.given', draft });
    await movedBy(store(), id, { type: 'new-code.sent' });
    const typed = await movedBy(store(), reset.id, { type: 'code.submitted', by: reset.actor });
    expect(typed.state).toMatchObject({ at: 'challenged', after: 'used-up' });
  });

  test('a notice that cannot be sent holds up no change, and the changes of a request come in order', async () => {
    const { id } = await managingFlow();
    await drain(store(), start);
    await movedBy(store(), id, { type: 'removal.asked', contact: contactRef('email|1') });
    await drain(store(), start);
    await movedBy(store(), id, { type: 'contact.unlinked', contacts });
    await movedBy(store(), id, { type: 'removal.asked', contact: contactRef('email|1') });
    const claimed = (await store().claim(start, 60_000, 10)).map(({ effect }) => effect.do);
    expect(claimed).toEqual(expect.arrayContaining(['announce', 'unlink-contact']));
  });
}
