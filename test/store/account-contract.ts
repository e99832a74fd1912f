// One account over all its flows and platforms: shared budgets, one open flow of each kind, one freeze for all.
import { expect, test } from 'vitest';
import { type AccountId, actorParts, contactRef, instant, typedPlatform } from '../../src/flows/ids.ts';
import { defaultLimits, freezeSeconds } from '../../src/flows/limits.ts';
import type { Decider, Known } from '../../src/flows/store.ts';
import {
  after,
  agent,
  beginFlow,
  challengedFlow,
  contacts,
  deciderAt,
  givenBy,
  lockedAccount,
  movedBy,
  policy,
  provenFlow,
  report,
  someAccount,
  someone,
  start,
} from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

export function accountContract({ store, another }: Harness): void {
  const knownBy = async (flow: Parameters<typeof report>[1], now = start): Promise<Known | undefined> => {
    let seen: Known | undefined;
    const decide: Decider = (_flow, _event, known) => {
      seen = known;
      return { kind: 'ignored', because: 'stale' };
    };
    await report(store(), flow, { type: 'deadline' }, now, { decide });
    return seen;
  };

  test('two flows of one account cannot pass a limit together', async () => {
    const strict = { ...policy, limits: { ...policy.limits, codesPerHour: 1 } };
    // This decider does not see the other flow's sending, which would already prevent it: the budget alone must.
    const strictly = deciderAt(start, strict);
    const decide: Decider = (flow, event, known) => strictly(flow, event, { ...known, isSendingElsewhere: false });
    const instances = [store(), await another()] as const;
    const race = async () => {
      const account = someAccount();
      const flows = [await beginFlow(store(), { kind: 'reset' }), await beginFlow(store(), { kind: 'unlock' })];
      for (const { id } of flows) await movedBy(store(), id, { type: 'person.identified', account, contacts });
      const answers = await Promise.all(
        flows.map(({ id, actor }, index) => {
          const contact = contactRef(contacts[0]?.ref ?? '');
          return report(instances[index] ?? store(), id, { type: 'code.requested', by: actor, contact }, start, {
            decide,
          });
        }),
      );
      return answers.map((answer) => (answer.kind === 'moved' ? answer.flow.state.at : answer.kind)).toSorted();
    };
    const races = await Promise.all(Array.from({ length: 10 }, race));
    expect(races).toEqual(Array.from({ length: 10 }, () => ['closed', 'sending']));
  });

  test('what is counted in one flow is known in the other, oldest first, for 31 days', async () => {
    const account = someAccount();
    const { id, actor } = await challengedFlow(store(), { account });
    await movedBy(store(), id, { type: 'code.submitted', by: actor }, after(1));
    await movedBy(store(), id, { type: 'code.unchecked', because: 'not-asked' }, after(1));
    const other = await challengedFlow(store(), { account, kind: 'unlock', now: after(2) });
    const stranger = await challengedFlow(store());
    const counted = (await knownBy(other.id, after(3)))?.budget.counted;
    expect(counted?.map((row) => [row.what, row.flow])).toEqual([
      ['send', id],
      ['sent', id],
      ['attempt', id],
      ['void', id],
      ['send', other.id],
      ['sent', other.id],
    ]);
    expect((await knownBy(stranger.id))?.budget.counted).toHaveLength(2);
    expect((await knownBy(other.id, after(31 * 86_400 + 1)))?.budget.counted).toHaveLength(2);
  });

  test('while one flow is sending a code the other knows, and afterwards for which contact one may be adrift', async () => {
    const account = someAccount();
    const sending = await beginFlow(store(), { kind: 'reset' });
    const other = await beginFlow(store(), { kind: 'unlock' });
    for (const { id } of [sending, other]) {
      await movedBy(store(), id, { type: 'person.identified', account, contacts });
    }
    expect((await knownBy(other.id))?.isSendingElsewhere).toBe(false);
    const contact = contactRef('email|1');
    await movedBy(store(), sending.id, { type: 'code.requested', by: sending.actor, contact });
    expect((await knownBy(other.id))?.isSendingElsewhere).toBe(true);
    expect((await knownBy(sending.id))?.isSendingElsewhere).toBe(false);
    await movedBy(store(), sending.id, { type: 'cancelled', by: sending.actor }, after(1));
    expect(await knownBy(other.id, after(2))).toMatchObject({
      isSendingElsewhere: false,
      budget: {
        counted: [
          { what: 'send', flow: sending.id, at: start, contact },
          { what: 'adrift', flow: sending.id, at: after(1), contact },
        ],
      },
    });
  });

  test('a flow without an account has no budget and counts nothing', async () => {
    const { id } = await beginFlow(store());
    expect(await knownBy(id)).toEqual({ budget: { counted: [] }, rival: 'none', isSendingElsewhere: false });
    const counting: Decider = (flow) => ({ kind: 'moved', state: flow.state, effects: [], counts: ['send'] });
    await expect(report(store(), id, { type: 'deadline' }, start, { decide: counting })).rejects.toThrow(id);
    expect((await store().read(id))?.version).toBe(1);
  });

  test('a newer flow of the same account and kind takes the place of the older one', async () => {
    const account = someAccount();
    const older = await challengedFlow(store(), { account, actor: someone('slack') });
    const newer = await beginFlow(store(), { actor: someone('teams') });
    await movedBy(store(), newer.id, { type: 'person.identified', account, contacts }, after(10));
    const closed = await store().read(older.id);
    expect(closed?.state).toMatchObject({ at: 'closed', ending: { because: 'superseded' }, closedAt: after(10) });
    expect(closed?.version).toBe(older.version + 1);
    expect((await store().read(newer.id))?.state.at).toBe('choosing-contact');
  });

  test('a flow whose act is under way is not replaced', async () => {
    const account = someAccount();
    const older = await provenFlow(store(), { account, kind: 'unlock' });
    await movedBy(store(), older.id, lockedAccount);
    const acting = await movedBy(store(), older.id, givenBy(agent, older.actor));
    expect(acting.state.at).toBe('fulfilling');
    const newer = await beginFlow(store(), { kind: 'unlock' });
    const refused = await movedBy(store(), newer.id, { type: 'person.identified', account, contacts });
    expect(refused.state).toMatchObject({ at: 'closed', ending: { because: 'elsewhere' } });
    expect(await store().read(older.id)).toEqual(acting);
  });

  test('a name that somebody typed ends no request for which a chat vouches, and gets no code beside it', async () => {
    for (const kind of ['reset', 'unlock'] as const) {
      const account = someAccount();
      const inChat = await challengedFlow(store(), { account, actor: someone('teams') });
      const typed = await beginFlow(store(), { actor: someone(typedPlatform), kind });
      const refused = await movedBy(store(), typed.id, { type: 'person.identified', account, contacts }, after(10));
      expect(refused.state).toMatchObject({ at: 'closed', ending: { because: 'elsewhere' } });
      expect(await store().read(inChat.id)).toEqual(inChat);
    }
  });

  test('nor does one that is older than the chat’s: it sends no other code from then on', async () => {
    const account = someAccount();
    const typed = await challengedFlow(store(), { account, kind: 'unlock', actor: someone(typedPlatform) });
    await challengedFlow(store(), { account, actor: someone('slack'), now: after(61) });
    const again = { type: 'code.requested', by: typed.actor, contact: contactRef('email|1') } as const;
    expect(await report(store(), typed.id, again, after(130))).toMatchObject({
      ...{ kind: 'ignored', because: 'sending-elsewhere' },
    });
    // Nor with a rival of its own kind beside the one in chat.
    const reset = await beginFlow(store(), { actor: someone(typedPlatform), kind: 'unlock', now: after(131) });
    const refused = await movedBy(store(), reset.id, { type: 'person.identified', account, contacts }, after(131));
    expect(refused.state).toMatchObject({ ending: { because: 'elsewhere' } });
  });

  test('whoever has lost the browser in which they had proven it begins anew after some minutes, while nothing is under way', async () => {
    const account = someAccount();
    const left = await provenFlow(store(), { account, actor: someone(typedPlatform) });
    expect((await movedBy(store(), left.id, lockedAccount)).state.at).toBe('link-ready');
    const another = async (seconds: number) => {
      const { id } = await beginFlow(store(), { actor: someone(typedPlatform), now: after(seconds) });
      return movedBy(store(), id, { type: 'person.identified', account, contacts }, after(seconds));
    };
    expect((await another(179)).state).toMatchObject({ ending: { because: 'elsewhere' } });
    expect((await another(180)).state.at).toBe('choosing-contact');
    expect((await store().read(left.id))?.state).toMatchObject({ ending: { because: 'superseded' } });
  });

  test('nor one that is proven, but one that is not; and whoever is vouched for takes the place of each', async () => {
    const [unproven, proven] = [someAccount(), someAccount()];
    const asked = await challengedFlow(store(), { account: unproven, actor: someone(typedPlatform) });
    const shown = await provenFlow(store(), { account: proven, actor: someone(typedPlatform) });
    const another = async (account: AccountId, platform: string) => {
      const { id } = await beginFlow(store(), { actor: someone(platform) });
      return movedBy(store(), id, { type: 'person.identified', account, contacts }, after(10));
    };
    expect((await another(unproven, typedPlatform)).state.at).toBe('choosing-contact');
    expect((await store().read(asked.id))?.state).toMatchObject({ ending: { because: 'superseded' } });
    expect((await another(proven, typedPlatform)).state).toMatchObject({ ending: { because: 'elsewhere' } });
    expect(await store().read(shown.id)).toEqual(shown);
    expect((await another(proven, 'slack')).state.at).toBe('choosing-contact');
    expect((await store().read(shown.id))?.state).toMatchObject({ ending: { because: 'superseded' } });
  });

  test.each([
    ['keeps its place while its code is looked at', { claimedAgo: 44 }, 'elsewhere'],
    ['keeps its place once its code was answered', { claimedAgo: 46, outcome: 'passed' }, 'elsewhere'],
    [
      'keeps its place after it was ended by who held it',
      { claimedAgo: 46, outcome: 'passed', isEnded: true },
      'elsewhere',
    ],
    ['gives way where the answer to its code is overdue', { claimedAgo: 46 }, 'superseded'],
    ['gives way where its session was ended before the answer', { claimedAgo: 1, isEnded: true }, 'superseded'],
    ['gives way where no code of its session is looked at', { claimedAgo: 1, outcome: 'failed' }, 'superseded'],
  ] as const)('a proven request with a typed name %s', async (_what, given, ending) => {
    const { claimedAgo, outcome, isEnded }: { claimedAgo: number; outcome?: 'passed' | 'failed'; isEnded?: true } =
      given;
    const account = someAccount();
    const actor = someone(typedPlatform);
    const id = actorParts(actor).user;
    const now = after(100);
    const sessions = store().typedSessions;
    const named = { id, actor, kind: 'reset', nameHash: id, sealedName: 'sealed', until: after(3_600) } as const;
    await sessions.open(named, defaultLimits, start);
    await sessions.reserveTry(id, 'claim', defaultLimits, after(100 - claimedAgo));
    if (outcome !== undefined) await sessions.finishTry(id, 'claim', outcome);
    if (isEnded === true) await sessions.end(id, now);
    const shown = await provenFlow(store(), { account, actor });
    const next = await beginFlow(store(), { actor: someone(typedPlatform) });
    const moved = await movedBy(store(), next.id, { type: 'person.identified', account, contacts }, now);
    const ended = ending === 'superseded' ? await store().read(shown.id) : moved;
    expect(ended?.state).toMatchObject({ at: 'closed', ending: { because: ending } });
  });

  test('of many flows that are matched to one account at once, one stays open', async () => {
    const account = someAccount();
    const instances = [store(), await another()];
    const flows = await Promise.all(Array.from({ length: 12 }, () => beginFlow(store())));
    await Promise.all(
      flows.map(({ id }, index) =>
        report(instances[index % 2] ?? store(), id, { type: 'person.identified', account, contacts }),
      ),
    );
    const states = await Promise.all(flows.map(({ id }) => store().read(id)));
    expect(states.filter((flow) => flow?.state.at === 'choosing-contact')).toHaveLength(1);
    expect(states.filter((flow) => flow?.state.at === 'closed')).toHaveLength(11);
  });

  test('"it was not me" ends every other open flow of the account and lets it rest', async () => {
    const account = someAccount();
    const reset = await provenFlow(store(), { account, kind: 'reset' });
    const unlock = await challengedFlow(store(), { account, kind: 'unlock' });
    const stranger = await challengedFlow(store());
    await movedBy(store(), reset.id, { type: 'disowned', by: reset.actor }, after(5));
    const until = after(5 + freezeSeconds);
    const ended = { at: 'closed', ending: { because: 'frozen', again: until } };
    expect((await store().read(unlock.id))?.state).toMatchObject(ended);
    expect(await store().read(stranger.id)).toEqual(stranger);
    const next = await beginFlow(store(), { now: after(6) });
    const refused = await movedBy(store(), next.id, { type: 'person.identified', account, contacts }, after(6));
    expect(refused.state).toMatchObject(ended);
  });

  test('a rest never becomes shorter', async () => {
    const account = someAccount();
    const flow = await challengedFlow(store(), { account });
    const rest =
      (seconds: number): Decider =>
      ({ state }) => ({ kind: 'moved', state, effects: [], counts: [], freezeUntil: after(seconds) });
    await report(store(), flow.id, { type: 'deadline' }, start, { decide: rest(900) });
    await report(store(), flow.id, { type: 'deadline' }, start, { decide: rest(300) });
    expect((await knownBy(flow.id))?.budget.frozenUntil).toBe(after(900));
    await store().sweep(instant(start + 1));
    expect((await knownBy(flow.id))?.budget.frozenUntil).toBe(after(900));
    await store().sweep(after(901));
    expect((await knownBy(flow.id))?.budget.frozenUntil).toBeUndefined();
  });
}
