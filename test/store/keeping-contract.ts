// Surfaces, ages, tallies, and the errors of a database in trouble.
import { describe, expect, test } from 'vitest';
import { type ActorId, accountId, actorId, type FlowId, later } from '../../src/flows/ids.ts';
import type { Flow } from '../../src/flows/state.ts';
import type { Pieces, Surface } from '../../src/flows/store.ts';
import { connect } from '../../src/store/connection.ts';
import { isStoreUnavailable } from '../../src/store/store-unavailable.ts';
import {
  after,
  agent,
  all,
  beginFlow,
  challengedFlow,
  contacts,
  drain,
  givenBy,
  intakeOf,
  lockedAccount,
  movedBy,
  provenFlow,
  report,
  someAccount,
  someDelivery,
  someone,
  start,
} from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

const day = 86_400;

export function keepingContract({ url, store }: Harness): void {
  const surfaceOf = async (more: Partial<Surface> = {}): Promise<Surface> => ({
    flow: (await beginFlow(store())).id,
    viewer: 'person',
    platform: 'slack',
    target: 'message',
    place: '{"ts":"1"}',
    isWindow: false,
    drawnVersion: 1,
    ...more,
  });

  test('a surface is kept once for its flow, viewer and target', async () => {
    const surface = await surfaceOf();
    const window = { ...surface, target: 'window', isWindow: true };
    const card: Surface = { ...surface, viewer: 'helpdesk' };
    for (const kept of [surface, window, card]) await store().keepSurface(kept);
    const replaced = { ...surface, place: '{"ts":"2"}', drawnVersion: 4 };
    await store().keepSurface(replaced);
    expect(await store().surfaces(surface.flow, 'person')).toEqual([replaced, window]);
    expect(await store().surfaces(surface.flow, 'helpdesk')).toEqual([card]);
    await store().dropSurface(window);
    expect(await store().surfaces(surface.flow, 'person')).toEqual([replaced]);
  });

  test('what stands at a place is found, of whichever flow, and nothing that stands elsewhere', async () => {
    const place = '{"ts":"place"}';
    const one = await surfaceOf({ place });
    const another = await surfaceOf({ place, viewer: 'helpdesk', target: 'channel' });
    const elsewhere = await surfaceOf({ place: '{"ts":"elsewhere"}' });
    for (const kept of [one, another, elsewhere]) await store().keepSurface(kept);
    const found = await store().surfacesAt('slack', place);
    expect(found.toSorted((a, b) => a.viewer.localeCompare(b.viewer))).toEqual([another, one]);
    expect(await store().surfacesAt('teams', place)).toEqual([]);
    await store().dropSurface(one);
    expect(await store().surfacesAt('slack', place)).toEqual([another]);
  });

  test('where a person can be written to is kept once, found, and forgotten', async () => {
    const { conversationReferences: references } = store();
    const other = actorId({ platform: 'teams', tenant: 't', user: 'other' });
    const one = actorId({ platform: 'teams', tenant: 't', user: 'one' });
    expect(await references.find(one)).toBeUndefined();
    await references.keep(one, '{"id":1}', start);
    await references.keep(other, '{"id":2}', after(5));
    expect(await references.latest('teams')).toBe('{"id":2}');
    await references.keep(one, '{"id":3}', after(9));
    expect(await references.find(one)).toBe('{"id":3}');
    expect(await references.latest('teams')).toBe('{"id":3}');
    await references.forget(one);
    expect(await references.find(one)).toBeUndefined();
    expect(await references.latest('slack')).toBeUndefined();
  });

  test('a person is reminded once in a time, however many ask at once, and never after they said no', async () => {
    const { nudges } = store();
    const one = actorId({ platform: 'teams', tenant: 't', user: 'one' });
    const other = actorId({ platform: 'teams', tenant: 't', user: 'other' });
    const claims = await Promise.all(Array.from({ length: 8 }, () => nudges.claim(one, after(-7 * day), start)));
    expect(claims.filter((claimed) => claimed)).toHaveLength(1);
    expect(await nudges.isDue(one, after(-1))).toBe(false);
    expect(await nudges.isDue(other, after(-1))).toBe(true);
    expect(await nudges.isDue(one, start)).toBe(true);
    expect(await nudges.claim(one, start, after(7 * day))).toBe(true);
    await nudges.stop(one, after(7 * day));
    await nudges.stop(other, after(7 * day));
    for (const actor of [one, other]) {
      expect(await nudges.isDue(actor, after(90 * day))).toBe(false);
      expect(await nudges.claim(actor, after(90 * day), after(90 * day))).toBe(false);
    }
    await nudges.resume(one);
    expect(await nudges.claim(one, after(90 * day), after(90 * day))).toBe(true);
    expect(await nudges.isDue(other, after(90 * day))).toBe(false);
  });

  test('a person with two chats of one account is reminded in one of them, and says no in one of them', async () => {
    const { nudges, bindings } = store();
    const inSlack = actorId({ platform: 'slack', tenant: 'T1', user: 'both' });
    const inTeams = actorId({ platform: 'teams', tenant: 't', user: 'both' });
    const stranger = actorId({ platform: 'teams', tenant: 't', user: 'stranger' });
    await bindings.keep(inSlack, accountId('auth0|both'), start);
    await bindings.keep(stranger, accountId('auth0|stranger'), start);
    expect(await nudges.claim(inSlack, after(-7 * day), start)).toBe(true);
    // Nobody knows yet that both are one person.
    expect(await nudges.isDue(inTeams, after(-7 * day))).toBe(true);
    await bindings.keep(inTeams, accountId('auth0|both'), start);
    expect(await nudges.isDue(inTeams, after(-7 * day))).toBe(false);
    expect(await nudges.isDue(stranger, after(-7 * day))).toBe(true);
    expect(await nudges.isDue(inTeams, start)).toBe(true);
    await nudges.stop(inTeams, after(7 * day));
    for (const actor of [inSlack, inTeams]) expect(await nudges.isDue(actor, after(90 * day))).toBe(false);
    expect(await nudges.isDue(stranger, after(90 * day))).toBe(true);
    // Whoever asks for their contacts in one chat takes back what they said in the other.
    await nudges.resume(inSlack);
    for (const actor of [inSlack, inTeams]) expect(await nudges.isDue(actor, after(90 * day))).toBe(true);
  });

  test('who was reminded, and who said no, is forgotten after a year', async () => {
    const { nudges } = store();
    const one = actorId({ platform: 'teams', tenant: 't', user: 'one' });
    await nudges.stop(one, start);
    await store().sweep(after(364 * day));
    expect(await nudges.isDue(one, after(364 * day))).toBe(false);
    await store().sweep(after(365 * day));
    expect(await nudges.isDue(one, after(364 * day))).toBe(true);
  });

  test('what was drawn never goes back to an older version', async () => {
    const surface = await surfaceOf();
    await store().keepSurface(surface);
    await store().markDrawn(surface, 7);
    await store().markDrawn(surface, 5);
    expect(await store().surfaces(surface.flow, 'person')).toEqual([{ ...surface, drawnVersion: 7 }]);
  });

  test('with which version a message was posted is kept, also while it is drawn again', async () => {
    const surface = await surfaceOf({ postedVersion: 3 });
    await store().keepSurface(surface);
    await store().markDrawn(surface, 7);
    expect(await store().surfaces(surface.flow, 'person')).toEqual([{ ...surface, drawnVersion: 7 }]);
    const { postedVersion: _not, ...unknown } = surface;
    await store().keepSurface(unknown);
    expect(await store().surfaces(surface.flow, 'person')).toEqual([unknown]);
  });

  test('the version with the latest news stays with its request, for each viewer, until there is newer news', async () => {
    const { id, actor } = await provenFlow(store(), { kind: 'unlock' });
    await movedBy(store(), id, lockedAccount);
    const unlocking = await movedBy(store(), id, givenBy(agent, actor));
    expect(unlocking.news).toBeUndefined();
    const doubt = await movedBy(store(), id, { type: 'effect.doubtful', of: 'lift-lock' });
    expect(doubt.news).toEqual({ person: doubt.version, helpdesk: doubt.version });
    expect(await store().read(id)).toEqual(doubt);
    const retried = { type: 'doubt.retried', by: agent, entitled: true, distinctFrom: [actor] } as const;
    const again = await movedBy(store(), id, retried);
    expect(again.news).toEqual(doubt.news);
    const done = await movedBy(store(), id, { type: 'lock.lifted' });
    expect((await store().read(id))?.news).toEqual({ person: done.version, helpdesk: doubt.version });
  });

  test('flows are found by where they stand, and tallied', async () => {
    const first = await challengedFlow(store());
    const second = await challengedFlow(store(), { now: after(1) });
    const { id, actor } = await beginFlow(store());
    await movedBy(store(), id, { type: 'cancelled', by: actor });
    await beginFlow(store());
    expect((await all(store().flowsAt('challenged'))).map((flow) => flow.id)).toEqual([first.id, second.id]);
    expect((await store().tally()).open).toEqual({ challenged: 2, identifying: 1 });
    const { waitingEffects, oldestEffectAt, readySince } = await store().tally();
    expect(waitingEffects).toBeGreaterThan(0);
    expect(oldestEffectAt).toBe(start);
    expect(readySince).toBe(start);
  });

  test('who was at the page for a new password when a request ended is found, by time and account', async () => {
    const atPage = async (account = someAccount(), now = start) => {
      const { id, actor } = await provenFlow(store(), { account, now });
      const ready = await movedBy(store(), id, lockedAccount, now);
      if (ready.state.at !== 'link-ready') throw new Error(ready.state.at);
      await movedBy(store(), id, { type: 'link.opened', link: ready.state.link }, now);
      await movedBy(store(), id, { type: 'ticket.minted' }, now);
      await movedBy(store(), id, { type: 'cancelled', by: actor }, now);
      return { id, account };
    };
    const first = await atPage();
    const second = await atPage(someAccount(), after(9));
    const { id, actor } = await provenFlow(store());
    await movedBy(store(), id, { type: 'cancelled', by: actor });
    const found = async (flows: Pieces<Flow>) => (await all(flows)).map((flow) => flow.id);
    expect(await found(store().pagesUnseen(after(-1)))).toEqual([first.id, second.id]);
    expect(await found(store().pagesUnseen(start))).toEqual([second.id]);
    expect(await found(store().pagesOf([first.account], after(-1)))).toEqual([first.id]);
    expect(await found(store().pagesOf([first.account, second.account], start))).toEqual([second.id]);
    expect(await found(store().pagesOf([], after(-1)))).toEqual([]);
    await movedBy(store(), first.id, { type: 'password.changed', changedAt: start }, after(10));
    expect(await found(store().pagesUnseen(after(-1)))).toEqual([second.id]);
    expect(await found(store().pagesOf([first.account], after(-1)))).toEqual([first.id]);
  });

  test('what no window needs any more is forgotten, and not earlier', async () => {
    const { id, actor } = await challengedFlow(store(), { account: someAccount() });
    const surface = { ...(await surfaceOf()), flow: id };
    await store().keepSurface(surface);
    const intake = intakeOf(someone(), 'reset');
    const waiting = intakeOf(someone(), 'reset');
    await store().accept(waiting);
    await store()
      .begin({ intake, id, state: { at: 'identifying', delayed: false, until: after(9) }, effects: [], now: start })
      .catch(() => undefined);
    const delivery = someDelivery();
    await report(store(), id, { type: 'cancelled', by: actor }, start, { delivery });
    await drain(store(), start);

    const rows = async () => {
      const { db } = connect(url());
      const tables = ['inbox', 'intakes', 'counts', 'surfaces', 'flows', 'accounts'] as const;
      const counted = await Promise.all(
        tables.map(async (table) => [table, (await db.selectFrom(table).selectAll().execute()).length] as const),
      );
      await db.destroy();
      return Object.fromEntries(counted);
    };
    const before = await rows();
    await store().sweep(later(start, day - 1));
    expect(await rows()).toEqual({ ...before, accounts: 0 });
    await store().sweep(later(start, day));
    expect(await rows()).toMatchObject({ inbox: 0, intakes: 1, counts: 2, surfaces: 1, flows: 2 });
    await store().sweep(later(start, 2 * day));
    expect(await rows()).toMatchObject({ counts: 2, surfaces: 0, flows: 2 });
    await store().sweep(later(start, 30 * day));
    expect(await rows()).toMatchObject({ counts: 2, flows: 1 });
    await store().sweep(later(start, 31 * day));
    expect(await rows()).toMatchObject({ intakes: 1, counts: 0, flows: 1 });
    expect(await all(store().unbegun(after(1)))).toEqual([waiting]);
  });

  describe('a request of somebody who typed a name', () => {
    const typedFlow = () => beginFlow(store(), { actor: someone('web') });
    const ends = (id: FlowId, actor: ActorId) => movedBy(store(), id, { type: 'cancelled', by: actor });
    const isKept = async (id: FlowId) => (await store().read(id)) !== undefined;

    test.each<[string, (id: FlowId, actor: ActorId) => Promise<unknown>]>([
      ['and came to no account', (id) => movedBy(store(), id, { type: 'person.unknown' })],
      ['and went away before anybody was looked up', ends],
      [
        'and could not be looked up',
        (id) => movedBy(store(), id, { type: 'effect.failed', of: 'identify', because: 'unreachable' }),
      ],
    ])('%s is forgotten after two days, and not earlier', async (_, end) => {
      const { id, actor } = await typedFlow();
      await end(id, actor);
      await drain(store(), start);
      await store().sweep(later(start, 2 * day - 1));
      expect(await isKept(id)).toBe(true);
      await store().sweep(later(start, 2 * day));
      expect(await isKept(id)).toBe(false);
    });

    test.each<[string, () => Promise<Flow>]>([
      ['got a code', () => challengedFlow(store(), { actor: someone('web') })],
      ['proved who they are', () => provenFlow(store(), { actor: someone('web') })],
      [
        'came to an account that gets no code',
        async () => {
          const { id } = await typedFlow();
          return movedBy(store(), id, { type: 'person.identified', account: someAccount(), contacts });
        },
      ],
    ])('and %s is kept for thirty days', async (_, began) => {
      const { id, actor } = await began();
      await ends(id, actor);
      await drain(store(), start);
      await store().sweep(later(start, 30 * day - 1));
      expect(await isKept(id)).toBe(true);
      await store().sweep(later(start, 30 * day));
      expect(await isKept(id)).toBe(false);
    });

    test('is kept while it is open, or an order of it waits', async () => {
      const open = await typedFlow();
      await drain(store(), start);
      const waits = await typedFlow();
      await movedBy(store(), waits.id, { type: 'person.unknown' });
      await store().sweep(later(start, 2 * day));
      expect([await isKept(open.id), await isKept(waits.id)]).toEqual([true, true]);
    });

    test('takes its orders that were given up with it, and no others', async () => {
      const unreachable = { type: 'effect.failed', of: 'identify', because: 'unreachable' } as const;
      const givesUp = async (actor: ActorId) => {
        const { id } = await beginFlow(store(), { actor });
        const [identify] = await store().claim(start, 60_000, 1);
        if (identify === undefined) throw new Error('nothing to do');
        await report(store(), id, unreachable, start, { settles: identify.lease, givesUp: 'unreachable' });
        await drain(store(), start);
        return identify.lease.key;
      };
      const [typed, inChat] = [await givesUp(someone('web')), await givesUp(someone('slack'))];
      const { db } = connect(url());
      const kept = async () =>
        (await db.selectFrom('given_up').select('key').orderBy('key').execute()).map(({ key }) => key);
      await store().sweep(later(start, 2 * day - 1));
      expect(await kept()).toEqual([typed, inChat].toSorted());
      await store().sweep(later(start, 2 * day));
      expect(await kept()).toEqual([inChat]);
      await db.destroy();
    });
  });

  test('a request of somebody in chat who has no account is kept for thirty days', async () => {
    const { id } = await beginFlow(store());
    await movedBy(store(), id, { type: 'person.unknown' });
    await drain(store(), start);
    await store().sweep(later(start, 30 * day - 1));
    expect(await store().read(id)).toBeDefined();
  });

  test('a closed flow whose orders are still waiting is kept', async () => {
    const { id, actor } = await beginFlow(store());
    await movedBy(store(), id, { type: 'cancelled', by: actor });
    await store().sweep(later(start, 40 * day));
    expect((await store().read(id))?.state.at).toBe('closed');
    await drain(store(), after(40 * day));
    await store().sweep(later(start, 40 * day));
    expect(await store().read(id)).toBeUndefined();
  });

  test('a check answers while writing is possible, and says so kindly when it is not', async () => {
    await store().check();
    await store().close();
    const failures = await Promise.all(
      [store().check(), store().nextWake(), store().accept(intakeOf(someone(), 'reset'))].map((call) =>
        call.then(
          () => 'no failure',
          (error: unknown) => error,
        ),
      ),
    );
    expect(failures.every(isStoreUnavailable)).toBe(true);
    expect(failures[0]).toMatchObject({ name: 'StoreUnavailable', cause: 'unreachable' });
  });
}
