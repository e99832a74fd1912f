// What the store does for enrolment: who is bound to which account, and an account that is known only from the sign-in.
import { expect, test } from 'vitest';
import { type AccountId, type ActorId, type ContactRef, contactRef, type Instant } from '../../src/flows/ids.ts';
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

const phone = { ref: contactRef('sms|1'), channel: 'sms', masked: '•••12' } as const;
const draft = { channel: 'email', masked: 'n•••@n•••.com', key: contactRef('new|1') } as const;

export function enrolmentContract({ store, another, restart }: Harness): void {
  /** Nothing but the sign-in says whose account it is. */
  const waitsForSignIn = async (now: Instant = start): Promise<Flow> => {
    const { id } = await beginFlow(store(), { kind: 'enroll', now });
    return movedBy(store(), id, { type: 'person.unknown' }, now);
  };
  const managingFlow = async (account = someAccount(), now: Instant = start): Promise<Flow> => {
    const { id } = await waitsForSignIn(now);
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

  test('somebody who asks on both platforms goes on where they asked last', async () => {
    const account = someAccount();
    const asked = async (platform: string) => {
      const { id } = await beginFlow(store(), { kind: 'enroll', actor: someone(platform) });
      return movedBy(store(), id, { type: 'person.identified', account, contacts, binding: 'bound' });
    };
    const [first, second] = [await asked('slack'), await asked('teams')];
    expect((await store().read(first.id))?.state).toMatchObject({ at: 'closed', ending: { because: 'superseded' } });
    expect(second.state).toMatchObject({ at: 'signing-in', account });
  });

  test('somebody whose account it may not be waits beside its owner, and takes their place only with a sign-in', async () => {
    const account = someAccount();
    const begun = await beginFlow(store(), { kind: 'enroll' });
    const owners = await movedBy(store(), begun.id, { type: 'person.identified', account, contacts, binding: 'bound' });
    const { id } = await beginFlow(store(), { kind: 'enroll' });
    const foreign = { type: 'person.identified', account, contacts, binding: 'others' } as const;
    expect((await movedBy(store(), id, foreign)).state).toMatchObject({ at: 'signing-in', contacts: [] });
    expect(await store().read(owners.id)).toEqual(owners);
    expect((await movedBy(store(), id, { type: 'signed-in', account })).state).toMatchObject({
      at: 'binding-actor',
      account,
    });
    expect((await store().read(owners.id))?.state).toMatchObject({ ending: { because: 'superseded' } });
  });

  /** Their address led to this account, and they are not bound to it. */
  const looksAtList = async (account: AccountId, now: Instant = start): Promise<Flow> => {
    const { id } = await beginFlow(store(), { kind: 'enroll', now });
    const two = { account, contacts: [...contacts, phone] };
    const flow = await movedBy(store(), id, { type: 'person.identified', ...two, binding: 'free' }, now);
    expect(flow.state).toMatchObject({ at: 'signing-in', found: account, contacts: two.contacts });
    return flow;
  };

  test('two people whose addresses lead to one account enrol for two at once, and neither ends the other', async () => {
    const [first, second] = [someAccount(), someAccount()];
    const [one, other] = [await looksAtList(first), await looksAtList(first)];
    await movedBy(store(), one.id, { type: 'signed-in', account: first });
    expect((await store().read(other.id))?.state.at).toBe('signing-in');
    await movedBy(store(), other.id, { type: 'signed-in', account: second });
    for (const [{ id }, account] of [[one, first] as const, [other, second] as const]) {
      expect((await store().read(id))?.state).toMatchObject({ at: 'binding-actor', account });
    }
  });

  test('the account that an address led to is not paused by the pause of the one that was signed in to, nor the other way round', async () => {
    const [found, own] = [someAccount(), someAccount()];
    const { id, actor } = await provenFlow(store(), { account: found });
    const enrolment = await looksAtList(found);
    await movedBy(store(), id, { type: 'disowned', by: actor });
    // It is not theirs as far as anybody knows. Signing in to the paused one ends it.
    expect((await store().read(enrolment.id))?.state.at).toBe('signing-in');
    const paused = await looksAtList(found);
    expect((await movedBy(store(), paused.id, { type: 'signed-in', account: found })).state).toMatchObject({
      ...{ at: 'closed', account: found, ending: { because: 'frozen' } },
    });
    expect((await movedBy(store(), enrolment.id, { type: 'signed-in', account: own })).state).toMatchObject({
      ...{ at: 'binding-actor', account: own },
    });
  });

  const removesByCode = async ({ id, actor }: Flow): Promise<Flow> => {
    await movedBy(store(), id, { type: 'removal.chosen', by: actor, contact: phone.ref });
    return movedBy(store(), id, { type: 'code.requested', by: actor, contact: contactRef('email|1') });
  };

  test('a removal with codes counts against the account whose contacts are listed, and takes the place of its other enrolment', async () => {
    const account = someAccount();
    const [managing, asking] = [await managingFlow(account), await looksAtList(account)];
    expect((await removesByCode(asking)).state).toMatchObject({ at: 'sending', account });
    expect((await store().read(managing.id))?.state).toMatchObject({ ending: { because: 'superseded' } });
    const reset = await beginFlow(store());
    await movedBy(store(), reset.id, { type: 'person.identified', account, contacts });
    const request = { type: 'code.requested', by: reset.actor, contact: contactRef('email|1') } as const;
    expect(await report(store(), reset.id, request)).toMatchObject({ kind: 'ignored', because: 'sending-elsewhere' });
  });

  test('a removal with codes ends where the account whose contacts are listed is paused', async () => {
    const account = someAccount();
    const asking = await looksAtList(account);
    const { id, actor } = await provenFlow(store(), { account });
    await movedBy(store(), id, { type: 'disowned', by: actor });
    expect((await removesByCode(asking)).state).toMatchObject({
      ...{ at: 'closed', account, ending: { because: 'frozen' } },
    });
  });

  test('nobody begins an enrolment of their account while a change of it is under way', async () => {
    const account = someAccount();
    const changing = await managingFlow(account);
    await movedBy(store(), changing.id, { type: 'removal.asked', contact: contactRef('email|1') });
    const identified = { type: 'person.identified', account, contacts } as const;
    for (const [binding, end] of [
      ['bound', { at: 'closed', ending: { because: 'elsewhere' } }],
      ['others', { at: 'signing-in' }],
    ] as const) {
      const { id } = await beginFlow(store(), { kind: 'enroll' });
      expect((await movedBy(store(), id, { ...identified, binding })).state).toMatchObject(end);
    }
    expect((await store().read(changing.id))?.state.at).toBe('unlinking');
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

  const added = contactRef('email|2');
  const remaining = [{ ref: added, channel: 'email', masked: 'm•••@m•••.com' }] as const;
  /** An enrolment that is over, in which this contact was taken out, or one was added. */
  const ended = async (account: AccountId, what: 'added' | 'removed', now: Instant): Promise<Flow> => {
    const { id } = await managingFlow(account, now);
    if (what === 'removed') {
      await movedBy(store(), id, { type: 'removal.asked', contact: contactRef('email|1') }, now);
      await movedBy(store(), id, { type: 'contact.unlinked', contacts: [] }, now);
    } else {
      await movedBy(store(), id, { type: 'address.given', draft }, now);
      await movedBy(store(), id, { type: 'new-code.sent' }, now);
      await movedBy(store(), id, { type: 'new-code.submitted' }, now);
      await movedBy(store(), id, { type: 'contact.proven', contact: added }, now);
      await movedBy(store(), id, { type: 'contact.linked', contacts: remaining }, now);
    }
    return movedBy(store(), id, { type: 'enrolment.finished' }, now);
  };
  const takenOut = async (at: Instant): Promise<readonly unknown[]> =>
    (await store().claim(at, 60_000, 100)).flatMap(({ effect }) =>
      effect.do === 'unlink-contact' ? [[effect.account, effect.contact]] : [],
    );
  const day = 24 * 3600;

  test.each([
    ['after it, however late they say so', 0, 60, 3 * day],
    ['before it, as long as that one rests', 120, 60, 600],
  ])('"it wasn’t me" takes out what was added in another request %s', async (_when, removedAt, addedAt, saidAt) => {
    const account = someAccount();
    const inOrder = [
      [removedAt, 'removed'],
      [addedAt, 'added'],
    ] as const;
    const flows = new Map<string, Flow>();
    for (const [at, what] of inOrder.toSorted(([a], [b]) => a - b)) {
      flows.set(what, await ended(account, what, after(at)));
    }
    await drain(store(), after(removedAt + addedAt));
    const removal = flows.get('removed');
    if (removal === undefined) throw new Error('no removal');
    await movedBy(store(), removal.id, { type: 'change.disowned', change: 0 }, after(saidAt));
    expect(await takenOut(after(saidAt))).toEqual([[account, added]]);
    // Said once more about the other one, nothing is done twice.
    const again = await report(store(), flows.get('added')?.id ?? removal.id, { type: 'change.disowned', change: 0 });
    expect(again).toMatchObject({ kind: 'ignored' });
  });

  test('"it wasn’t me" leaves what had rested before it, and what another account has', async () => {
    const [account, other] = [someAccount(), someAccount()];
    await ended(account, 'added', start);
    const { id } = await ended(account, 'removed', after(2 * day));
    await ended(other, 'added', after(2 * day));
    await drain(store(), after(2 * day));
    await movedBy(store(), id, { type: 'change.disowned', change: 0 }, after(2 * day + 60));
    expect(await takenOut(after(2 * day + 60))).toEqual([]);
  });

  test.each([
    ['after it', 60, 120, 180],
    ['before it, as long as that one rests', 120, 60, 180],
  ])(
    '"it wasn’t me" about a recovery takes out what an ended enrolment added %s',
    async (_when, provenAt, addedAt, saidAt) => {
      const [account, other] = [someAccount(), someAccount()];
      const recovery = async () => provenFlow(store(), { account, now: after(provenAt) });
      const early = provenAt < addedAt ? await recovery() : undefined;
      await ended(account, 'added', after(addedAt));
      await ended(other, 'added', after(addedAt));
      const { id, actor } = early ?? (await recovery());
      await drain(store(), after(saidAt));
      await movedBy(store(), id, { type: 'disowned', by: actor }, after(saidAt));
      expect(await takenOut(after(saidAt))).toEqual([[account, added]]);
    },
  );

  test('"it wasn’t me" about a recovery leaves what had rested before it', async () => {
    const account = someAccount();
    await ended(account, 'added', start);
    const { id, actor } = await provenFlow(store(), { account, now: after(2 * day) });
    await drain(store(), after(2 * day));
    await movedBy(store(), id, { type: 'disowned', by: actor }, after(2 * day));
    expect(await takenOut(after(2 * day))).toEqual([]);
  });

  const otherContact = contactRef('email|3');
  /** An enrolment of this chat person that has ended, in which they were connected, or a contact was added. */
  const done = async (
    account: AccountId,
    actor: ActorId,
    { isNew = false, adds, now }: { isNew?: boolean; adds?: ContactRef; now: Instant },
  ): Promise<Flow> => {
    const { id } = await beginFlow(store(), { kind: 'enroll', actor, now });
    await movedBy(store(), id, { type: 'person.unknown' }, now);
    await movedBy(store(), id, { type: 'signed-in', account }, now);
    await movedBy(store(), id, { type: 'actor.bound', contacts, ...(isNew ? { binding: 'another' } : {}) }, now);
    if (adds !== undefined) {
      await movedBy(store(), id, { type: 'address.given', draft: { ...draft, key: contactRef(`new|${adds}`) } }, now);
      await movedBy(store(), id, { type: 'new-code.sent' }, now);
      await movedBy(store(), id, { type: 'new-code.submitted' }, now);
      await movedBy(store(), id, { type: 'contact.proven', contact: adds }, now);
      await movedBy(store(), id, { type: 'contact.linked', contacts: remaining }, now);
    }
    return movedBy(store(), id, { type: 'enrolment.finished' }, now);
  };
  /** In all requests, each in its order. */
  async function takenBack(at: Instant): Promise<readonly unknown[]> {
    const taken: unknown[] = [];
    for (;;) {
      const claimed = await store().claim(at, 60_000, 100);
      if (claimed.length === 0) return taken;
      for (const { effect, flow, lease } of claimed) {
        if (effect.do === 'unlink-contact') taken.push([flow.id, effect.contact]);
        if (effect.do === 'unbind-actor') taken.push([flow.id, 'unbound']);
        await store().finish(lease, at);
      }
    }
  }

  test('"it wasn’t me" from a chat that was connected a moment ago takes out only what that chat added, and an older contact is heard after it', async () => {
    const [account, owner, newcomer] = [someAccount(), someone(), someone('teams')];
    const connecting = await done(account, newcomer, { isNew: true, adds: contactRef('email|9'), now: after(10) });
    const owners = await done(account, owner, { adds: added, now: after(60) });
    const open = await managingFlow(account, after(65));
    const { id } = await done(account, newcomer, { adds: otherContact, now: after(70) });
    expect((await store().read(open.id))?.state).toMatchObject({ ending: { because: 'superseded' } });
    await drain(store(), after(70));
    await movedBy(store(), id, { type: 'disowned', by: newcomer }, after(80));
    const atFirst = await takenBack(after(80));
    expect(atFirst).toHaveLength(2);
    expect(atFirst).toEqual(
      expect.arrayContaining([
        [id, otherContact],
        [connecting.id, 'email|9'],
      ]),
    );
    expect(await store().read(owners.id)).toEqual(owners);
    // The owner's older contact says it about the request that had connected the newcomer.
    await movedBy(store(), connecting.id, { type: 'change.disowned', change: 0 }, after(300));
    expect(await takenBack(after(300))).toEqual(
      expect.arrayContaining([
        [connecting.id, 'unbound'],
        [owners.id, added],
      ]),
    );
  });

  test('"it wasn’t me" about a later request disconnects the chat that an earlier one had connected, days after', async () => {
    const [account, newcomer] = [someAccount(), someone('teams')];
    const connecting = await done(account, newcomer, { isNew: true, now: start });
    const { id } = await done(account, newcomer, { adds: added, now: after(600) });
    await drain(store(), after(600));
    await movedBy(store(), id, { type: 'change.disowned', change: 0 }, after(3 * day));
    expect(await takenBack(after(3 * day))).toEqual(
      expect.arrayContaining([
        [id, added],
        [connecting.id, 'unbound'],
      ]),
    );
  });
}
