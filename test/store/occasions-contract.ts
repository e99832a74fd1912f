// What happened to an account without a request: kept once, told once, whoever tells it; and its notices are nobody's requests.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { begin } from '../../src/flows/begin.ts';
import { type AccountId, contactRef, flowId, type Instant, type LinkId } from '../../src/flows/ids.ts';
import { isNotice, type Occasion } from '../../src/flows/notice.ts';
import { defaultContactRules } from '../../src/flows/policy.ts';
import type { KeptOccasion, TellOccasion } from '../../src/flows/store.ts';
import { connect } from '../../src/store/connection.ts';
import { openOperatorStore } from '../../src/store/operator/open.ts';
import {
  after,
  beginFlow,
  drain,
  intakeOf,
  movedBy,
  policy,
  provenFlow,
  someAccount,
  someone,
  start,
} from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

const changed = (at: Instant): Occasion => ({ what: 'password-changed', at });
const imported: Occasion = {
  what: 'contact-imported',
  made: {
    ...{ what: 'added', at: start, usableFrom: after(86_400) },
    contact: { ref: contactRef('email|9'), channel: 'email', masked: 'j•••@h•••.net', unconfirmed: true },
  },
};
const requested = (kind: 'reset' | 'unlock', at: Instant): Occasion => ({ what: 'requested-elsewhere', kind, at });
const claiming = (now: Instant, limit = 10) => ({ now, leaseMs: 60_000, limit });
const newId = () => flowId(randomBytes(16).toString('base64url'));
const telling = (people: TellOccasion['people'], now: Instant = start): TellOccasion => ({
  ...{ people, now, rules: defaultContactRules, newId },
});
function only(claimed: readonly KeptOccasion[]): KeptOccasion {
  const [one, ...more] = claimed;
  if (one === undefined || more.length > 0) throw new Error(`there are ${claimed.length}`);
  return one;
}

export function occasionsContract({ url, store, another, restart }: Harness): void {
  /** It is kept, and handed out at the same moment as the only one. */
  async function claimed(occasion: Occasion, at: Instant, account = someAccount()): Promise<KeptOccasion> {
    await store().occasions.keep(account, occasion, at);
    return only(await store().occasions.claim(occasion.what, claiming(at)));
  }

  /** A request whose page for a new password is open. */
  async function openedPage(account: AccountId) {
    const { id, actor } = await provenFlow(store(), { account });
    await drain(store(), start);
    const facts = {
      ...{ connection: 'CorpUsers', appMetadata: {}, multifactor: false, disabled: false },
      choosesPassword: 'at-provider' as const,
    };
    const ready = await movedBy(store(), id, { type: 'account.inspected', facts });
    const link = ready.state.at === 'link-ready' ? ready.state.link : unlinked();
    await movedBy(store(), id, { type: 'link.opened', link });
    const { state } = await movedBy(store(), id, { type: 'ticket.minted' });
    return { id, actor, again: state.at === 'changing' ? state.again : undefined };
  }

  test('what was asked on the web is told to everybody, once for each request, as what it is, and survives a restart', async () => {
    const account = someAccount();
    const both = [requested('reset', start), requested('unlock', start)];
    for (const occasion of both) {
      expect(await store().occasions.keep(account, occasion, start)).toBe('kept');
      expect(await (await another()).occasions.keep(account, occasion, after(1))).toBe('known');
    }
    const again = await restart();
    expect(await again.occasions.claim('password-changed', claiming(after(1)))).toEqual([]);
    const waiting = await again.occasions.claim('requested-elsewhere', claiming(after(1)));
    expect(waiting.map(({ occasion }) => occasion)).toEqual(expect.arrayContaining([...both]));
    expect(waiting).toHaveLength(2);
    const people = [someone(), someone('teams')];
    for (const kept of waiting) {
      const told = await again.occasions.tell(kept, telling(people, after(1)));
      const flows = told.is === 'told' ? told.flows : [];
      const { what: because, ...one } = kept.occasion;
      expect(flows.map(({ actor }) => actor)).toEqual(people);
      for (const { kind, state } of flows) {
        expect(isNotice(state)).toBe(true);
        expect({ kind, state }).toMatchObject({
          kind: 'kind' in one ? one.kind : '',
          state: { ending: { because, provenAt: start } },
        });
      }
      expect(await again.occasions.tell(kept, telling(people, after(1)))).toEqual({ is: 'known' });
    }
    const orders = await again.claim(after(1), 60_000, 10);
    expect(orders.map(({ effect }) => effect.do)).toEqual(['show', 'show', 'show', 'show']);
    expect(await again.occasions.claim('requested-elsewhere', claiming(after(900)))).toEqual([]);
  });

  test('that a request on the web changed the password is told beside the request itself, once', async () => {
    const account = someAccount();
    const changedAt = after(90);
    const done: Occasion = { what: 'requested-elsewhere', kind: 'reset', at: start, changedAt };
    expect(await store().occasions.keep(account, requested('reset', start), start)).toBe('kept');
    expect(await store().occasions.keep(account, done, after(100))).toBe('kept');
    expect(await store().occasions.keep(account, done, after(101))).toBe('known');
    const again = await restart();
    const waiting = await again.occasions.claim('requested-elsewhere', claiming(after(101)));
    expect(waiting.map(({ occasion }) => occasion)).toEqual([requested('reset', start), done]);
    for (const kept of waiting) {
      const told = await again.occasions.tell(kept, telling([someone()], after(101)));
      const [notice] = told.is === 'told' ? told.flows : [];
      const ending = notice?.state.at === 'closed' ? notice.state.ending : undefined;
      const {
        what: because,
        at: provenAt,
        kind: _kind,
        ...change
      } = kept.occasion.what === 'requested-elsewhere' ? kept.occasion : done;
      expect(ending).toEqual({ outcome: 'done', because, provenAt, ...change });
    }
  });

  test.each(['reset', 'unlock'] as const)(
    '"it wasn\'t me" about a %s on the web ends that request at once, and every other one of the account',
    async (kind) => {
      const [owner, account] = [someone(), someAccount()];
      const visitor = someone('web');
      const { id } = await provenFlow(store(), { account, actor: visitor, kind });
      await drain(store(), start);
      const kept = await claimed(requested(kind, start), start, account);
      const told = await store().occasions.tell(kept, telling([owner]));
      const [notice] = told.is === 'told' ? told.flows : [];
      if (notice === undefined) throw new Error('not told');
      await drain(store(), start);
      await movedBy(store(), notice.id, { type: 'disowned', by: owner }, after(60));
      expect(await store().read(id)).toMatchObject({ state: { at: 'closed', ending: { because: 'frozen' } } });
      const orders = await store().claim(after(60), 60_000, 20);
      const acts = orders.filter(({ flow, effect }) => flow.id === notice.id && effect.do !== 'show');
      expect(acts[0]?.effect.do).toBe(kind === 'reset' ? 'void-tickets' : 'end-sessions');
    },
  );

  test('of reports of one change within a minute one is kept, also where two instances get them at the same moment', async () => {
    const account = someAccount();
    const other = await another();
    const kept = await Promise.all(
      [0, 1, -2, 59, 30].map((seconds, nth) =>
        (nth % 2 === 0 ? store() : other).occasions.keep(account, changed(after(seconds)), start),
      ),
    );
    expect(kept.filter((answer) => answer === 'kept').length).toBeGreaterThanOrEqual(1);
    const claimed = await store().occasions.claim('password-changed', claiming(start));
    // -2 and 59 are more than a minute apart, and each is kept where it came first.
    expect(claimed.length).toBeLessThanOrEqual(2);
    expect(await store().occasions.keep(account, changed(after(1)), start)).toBe('known');
  });

  test.each([
    [0, 'known'],
    [59.999, 'known'],
    [-59.999, 'known'],
    [60, 'kept'],
    [-60, 'kept'],
  ] as const)('a report %d s from the one that is kept is %s, also after it was told', async (seconds, answer) => {
    const [account, other] = [someAccount(), someAccount()];
    expect(await store().occasions.keep(account, changed(start), start)).toBe('kept');
    const [kept] = await store().occasions.claim('password-changed', claiming(start));
    await store().occasions.tell(kept ?? only([]), telling([someone()]));
    expect(await store().occasions.keep(account, changed(after(seconds)), start)).toBe(answer);
    expect(await store().occasions.keep(other, changed(start), start)).toBe('kept');
  });

  test('a contact of an account is kept once, and another account has its own', async () => {
    const account = someAccount();
    expect(await store().occasions.keep(account, imported, start)).toBe('kept');
    expect(await (await another()).occasions.keep(account, imported, after(500))).toBe('known');
    expect(await store().occasions.keep(someAccount(), imported, start)).toBe('kept');
  });

  test('what is kept survives a restart, is handed out to one, and again where that one is silent', async () => {
    const account = someAccount();
    await store().occasions.keep(account, imported, start);
    const again = await restart();
    expect(await again.occasions.claim('password-changed', claiming(start))).toEqual([]);
    const kept = only(await again.occasions.claim('contact-imported', claiming(start)));
    expect(kept).toEqual({ key: kept.key, account, occasion: imported, reportedAt: start, tries: 1 });
    expect(await (await another()).occasions.claim('contact-imported', claiming(after(59)))).toEqual([]);
    expect(only(await (await another()).occasions.claim('contact-imported', claiming(after(60))))).toMatchObject({
      tries: 2,
    });
  });

  test('the oldest are handed out first, and no more than asked for', async () => {
    for (const second of [2, 0, 1]) await store().occasions.keep(someAccount(), changed(after(second)), after(second));
    const claimed = await store().occasions.claim('password-changed', claiming(after(9), 2));
    expect(claimed.map(({ reportedAt }) => reportedAt).toSorted()).toEqual([after(0), after(1)]);
  });

  test('everybody is told once, whoever comes second; and the sessions are ended once', async () => {
    const account = someAccount();
    const people = [someone(), someone('teams')];
    const kept = await claimed(changed(after(-5)), start, account);
    const other = await another();
    const answers = await Promise.all([
      store().occasions.tell(kept, telling(people)),
      other.occasions.tell(kept, telling(people)),
    ]);
    expect(answers.map(({ is }) => is).toSorted()).toEqual(['known', 'told']);
    const orders = await store().claim(start, 60_000, 10);
    expect(orders.map(({ effect }) => effect.do).toSorted()).toEqual(['end-sessions', 'show', 'show']);
    expect(new Set(orders.map(({ flow }) => flow.actor))).toEqual(new Set(people));
    expect(orders.every(({ flow }) => isNotice(flow.state) && flow.startedAt === start)).toBe(true);
    expect(await store().occasions.claim('password-changed', claiming(after(900)))).toEqual([]);
  });

  test('a change that a request made is not told: it waits for it, or has told it', async () => {
    const account = someAccount();
    const { id, actor } = await openedPage(account);
    const waited = await claimed(changed(after(60)), after(60), account);
    expect(await store().occasions.tell(waited, telling([actor], after(60)))).toEqual({ is: 'known' });
    await movedBy(store(), id, { type: 'password.changed', changedAt: after(60) }, after(62));
    await store().occasions.keep(account, changed(after(119)), after(119));
    expect(await store().occasions.claim('password-changed', claiming(after(119)))).toEqual([]);
    const second = await claimed(changed(after(121)), after(121), account);
    expect(await store().occasions.tell(second, telling([actor], after(121)))).toMatchObject({ is: 'told' });
  });

  test('while a page is being opened again, it is asked once more later', async () => {
    const account = someAccount();
    const { id, actor, again } = await openedPage(account);
    await movedBy(store(), id, { type: 'link.opened', link: again?.link ?? unlinked() }, after(30));
    const kept = await claimed(changed(after(31)), after(31), account);
    expect(await store().occasions.tell(kept, telling([actor], after(31)))).toEqual({ is: 'unclear' });
    await store().occasions.postpone(kept.key, after(36));
    expect(await store().occasions.claim('password-changed', claiming(after(35)))).toEqual([]);
    only(await store().occasions.claim('password-changed', claiming(after(36))));
  });

  test('what is closed without telling anybody is not handed out again', async () => {
    const kept = await claimed(imported, start);
    await store().occasions.close(kept.key);
    await store().occasions.postpone(kept.key, start);
    expect(await store().occasions.claim('contact-imported', claiming(after(900)))).toEqual([]);
    expect(await store().occasions.tell(kept, telling([someone()]))).toEqual({ is: 'known' });
  });

  test('a notice is no request of its person: not their last one, none that is open, and it takes no other one’s place', async () => {
    const [actor, account] = [someone(), someAccount()];
    const lost = intakeOf(actor, 'reset', start);
    await store().accept(lost);
    const own = await beginFlow(store(), { actor, kind: 'unlock' });
    await movedBy(store(), own.id, { type: 'cancelled', by: actor });
    const kept = await claimed(changed(after(5)), after(5), account);
    await store().occasions.tell(kept, telling([actor], after(5)));
    expect((await store().latestFlowOf(actor))?.id).toBe(own.id);
    expect(await store().openFlowsOf(actor)).toEqual([]);
    expect((await store().tally()).open).toEqual({});
    const begun = await store().begin({ intake: lost, id: newId(), ...begin(after(6), policy.limits), now: after(6) });
    expect(begun).toMatchObject({ began: true, flow: { state: { at: 'identifying' } } });
  });

  test('"it wasn\'t me" about a contact from a file takes it out for everybody who was told of it', async () => {
    const [one, two, account] = [someone(), someone('teams'), someAccount()];
    const kept = await claimed(imported, start, account);
    const told = await store().occasions.tell(kept, telling([one, two]));
    const [first, second] = told.is === 'told' ? told.flows : [];
    await drain(store(), start);
    if (first === undefined || second === undefined) throw new Error('not told');
    await movedBy(store(), first.id, { type: 'disowned', by: one }, after(60));
    expect(await store().read(second.id)).toMatchObject({ state: { disownedAt: after(60) } });
    const orders = await store().claim(after(60), 60_000, 20);
    // Of the first one the end of the sessions comes before it.
    expect(orders.flatMap(({ flow, effect }) => (effect.do === 'show' ? [] : [[flow.id, effect.do]]))).toEqual(
      expect.arrayContaining([
        [first.id, 'end-sessions'],
        [second.id, 'unlink-contact'],
      ]),
    );
  });

  test('it is known whether somebody is bound to an account, until they are forgotten', async () => {
    const [actor, account] = [someone(), someAccount()];
    expect(await store().bindings.isBound(account)).toBe(false);
    await store().bindings.keep(actor, account, start);
    expect(await (await another()).bindings.isBound(account)).toBe(true);
    await store().bindings.forget(actor);
    expect(await store().bindings.isBound(account)).toBe(false);
  });

  test('everybody who was bound to an account is known, the first first, and nobody who was forgotten or bound to another', async () => {
    const [account, other] = [someAccount(), someAccount()];
    const [one, two, three, four] = [someone(), someone('teams'), someone(), someone()];
    const { bindings } = store();
    expect(await bindings.peopleOf(account)).toEqual([]);
    await bindings.keep(two, account, after(2));
    await bindings.keep(one, account, after(1));
    await bindings.keep(three, account, start);
    await bindings.keep(four, other, start);
    await bindings.forget(three);
    expect(await (await another()).bindings.peopleOf(account)).toEqual([one, two]);
  });

  test('what is told or too old is forgotten after two days, and not before', async () => {
    const account = someAccount();
    await store().occasions.keep(account, changed(start), start);
    await store().sweep(after(2 * 86_400 - 1));
    expect(await store().occasions.keep(account, changed(after(1)), start)).toBe('known');
    await store().sweep(after(2 * 86_400));
    expect(await store().occasions.keep(account, changed(after(1)), start)).toBe('kept');
  });

  test('an operator’s command keeps it, and a server tells it', async () => {
    const operator = await openOperatorStore(url());
    try {
      expect(await operator.occasions.keep(someAccount(), imported, start)).toBe('kept');
    } finally {
      await operator.close();
    }
    only(await store().occasions.claim('contact-imported', claiming(start)));
  });

  test('a row that cannot be read holds up nobody', async () => {
    const { db } = connect(url());
    const damaged = someAccount();
    await store().occasions.keep(damaged, imported, start);
    await store().occasions.keep(someAccount(), imported, after(1));
    await db.updateTable('occasions').set({ made: '{"what":"bound","at":1}' }).where('account', '=', damaged).execute();
    await db.destroy();
    const readable = only(await store().occasions.claim('contact-imported', claiming(after(1))));
    expect(readable.account).not.toBe(damaged);
  });
}

function unlinked(): LinkId {
  throw new Error('there is no link');
}
