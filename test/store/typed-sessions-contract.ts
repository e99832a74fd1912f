// People who typed a name: what one session, one name and everybody together may use up, also in parallel and over two instances.
import { expect, test } from 'vitest';
import { actorId } from '../../src/flows/ids.ts';
import type { NewTypedSession, TypedLimits } from '../../src/flows/typed-session.ts';
import { connect } from '../../src/store/connection.ts';
import { after, start } from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

const limits: TypedLimits = { codesPerHour: 2, codeFailuresPerDay: 4, codeAttempts: 3, resendSeconds: 60 };

let made = 0;
function someSession(nameHash: string): NewTypedSession {
  made += 1;
  const id = `session-${made}`;
  const actor = actorId({ platform: 'web', tenant: 'typed', user: id });
  return { id, actor, kind: 'reset', nameHash, sealedName: `sealed-${id}`, until: after(3_600) };
}

export function typedSessionsContract({ url, store, another, restart }: Harness): void {
  const sessions = () => store().typedSessions;
  const opened = async (nameHash: string, at = start) => {
    const session = someSession(nameHash);
    return { ...session, ...(await sessions().open(session, limits, at)) };
  };
  const wrong = async (id: string, claim: string, at = after(1)) => {
    const reserved = await sessions().reserveTry(id, claim, limits, at);
    await sessions().finishTry(id, claim, 'failed');
    return reserved;
  };

  test('a session is kept with its name sealed, over a restart', async () => {
    const { id, actor } = await opened('jane');
    await restart();
    expect(await sessions().find(id)).toEqual({
      ...{ id, actor, kind: 'reset', tries: 0, startedAt: start, codeAt: start },
    });
    expect(await sessions().sealedName(id)).toBe(`sealed-${id}`);
    expect([await sessions().find('other'), await sessions().sealedName('other')]).toEqual([undefined, undefined]);
  });

  test('a name is typed once in a session', async () => {
    const session = someSession('jane');
    expect(await sessions().open(session, limits, start)).toEqual({ is: 'open', isReal: true });
    expect(await sessions().open({ ...session, nameHash: 'john' }, limits, start)).toEqual({ is: 'used' });
  });

  test('a name gets as many codes in an hour as the limit says, over all its sessions', async () => {
    expect([await opened('jane'), await opened('jane'), await opened('jane')]).toMatchObject([
      { isReal: true },
      { isReal: true },
      { isReal: false },
    ]);
    expect(await opened('john')).toMatchObject({ isReal: true });
    expect(await opened('jane', after(3_600))).toMatchObject({ isReal: true });
    // The one that only seemed to have got a code took none.
    expect([await opened('jane', after(3_601)), await opened('jane', after(3_602))]).toMatchObject([
      { isReal: true },
      { isReal: false },
    ]);
  });

  test('of twenty at the same time, over two instances, as many get a code', async () => {
    const instances = [store(), await another()];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, nth) =>
        (instances[nth % 2] ?? store()).typedSessions.open(someSession('jane'), limits, start),
      ),
    );
    expect(answers.filter((answer) => answer.is === 'open' && answer.isReal)).toHaveLength(2);
  });

  test('a code has its tries, and then the session is over', async () => {
    const { id } = await opened('jane');
    expect(await wrong(id, 'a')).toEqual({ is: 'reserved', left: 2, isReal: true });
    expect(await wrong(id, 'b')).toEqual({ is: 'reserved', left: 1, isReal: true });
    expect(await wrong(id, 'c')).toEqual({ is: 'reserved', left: 0, isReal: true });
    expect(await wrong(id, 'd')).toEqual({ is: 'ended' });
    expect(await sessions().find(id)).toMatchObject({ tries: 3 });
  });

  test('a name has its wrong tries in a day, over all its sessions; more are counted, and nobody is asked', async () => {
    const [one, two] = [await opened('jane'), await opened('jane')];
    for (const claim of ['a', 'b', 'c']) await wrong(one.id, claim);
    expect(await wrong(two.id, 'd')).toEqual({ is: 'reserved', left: 2, isReal: true });
    expect(await wrong(two.id, 'e')).toEqual({ is: 'reserved', left: 1, isReal: false });
    // What is not asked is not counted either: a name that somebody types for ever is not blocked for ever.
    const later = await opened('jane', after(86_402));
    expect(await wrong(later.id, 'f', after(86_403))).toEqual({ is: 'reserved', left: 2, isReal: true });
  });

  test('an accepted try is no wrong one', async () => {
    const one = await opened('jane');
    for (const claim of ['a', 'b']) await wrong(one.id, claim);
    await sessions().reserveTry(one.id, 'c', limits, after(1));
    await sessions().finishTry(one.id, 'c', 'passed');
    expect(await sessions().find(one.id)).toMatchObject({ claim: 'c' });
    const two = await opened('jane');
    await wrong(two.id, 'd');
    expect(await wrong(two.id, 'e')).toMatchObject({ isReal: true });
  });

  test('one try is looked at at a time, and its claim is kept until it is known', async () => {
    const { id } = await opened('jane');
    await sessions().reserveTry(id, 'a', limits, after(1));
    expect(await sessions().reserveTry(id, 'b', limits, after(2))).toEqual({ is: 'busy' });
    expect(await sessions().find(id)).toMatchObject({ claim: 'a', tries: 1 });
    // Another browser's word about it changes nothing.
    await sessions().finishTry(id, 'b', 'failed');
    expect(await sessions().reserveTry(id, 'c', limits, after(10))).toEqual({ is: 'busy' });
    // For so long nobody is asked about a name without an account: so it is answered as one. The first claim stays in force.
    expect(await sessions().reserveTry(id, 'c', limits, after(45))).toEqual({ is: 'reserved', left: 1, isReal: false });
    expect(await sessions().find(id)).toMatchObject({ claim: 'a', tries: 2 });
    // From then on no answer to the first one counts any more.
    expect(await sessions().reserveTry(id, 'c', limits, after(46))).toEqual({ is: 'reserved', left: 0, isReal: true });
    expect(await sessions().find(id)).toMatchObject({ claim: 'c' });
  });

  test('of fifty tries at the same time, over two instances, one is looked at', async () => {
    const { id } = await opened('jane');
    const instances = [store(), await another()];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, nth) =>
        (instances[nth % 2] ?? store()).typedSessions.reserveTry(id, `claim ${nth}`, limits, after(1)),
      ),
    );
    expect(answers.filter(({ is }) => is === 'reserved')).toHaveLength(1);
  });

  test('after an accepted try no other is looked at', async () => {
    const { id } = await opened('jane');
    await sessions().reserveTry(id, 'a', limits, after(1));
    await sessions().finishTry(id, 'a', 'passed');
    expect(await sessions().reserveTry(id, 'b', limits, after(60))).toEqual({ is: 'ended' });
    expect(await sessions().resend(id, limits, after(60))).toEqual({ is: 'ended' });
    expect(await sessions().find(id)).toMatchObject({ claim: 'a' });
  });

  test('a code that is too old costs no try', async () => {
    const { id } = await opened('jane');
    expect(await sessions().reserveTry(id, 'a', limits, after(180))).toEqual({ is: 'expired' });
    expect(await sessions().find(id)).toMatchObject({ tries: 0 });
  });

  test('another code comes after a while, with tries of its own, and counts in the hour of the name', async () => {
    const { id } = await opened('jane');
    for (const claim of ['a', 'b']) await wrong(id, claim);
    expect(await sessions().resend(id, limits, after(59))).toEqual({ is: 'too-soon', again: after(60) });
    expect(await sessions().resend(id, limits, after(60))).toEqual({ is: 'ordered', isReal: true });
    expect(await sessions().resend(id, limits, after(120))).toEqual({ is: 'ordered', isReal: false });
    expect(await wrong(id, 'c', after(121))).toMatchObject({ left: 2 });
    expect(await opened('jane', after(121))).toMatchObject({ isReal: false });
  });

  test('what has ended stays ended', async () => {
    const { id } = await opened('jane');
    await sessions().end(id, after(1));
    await sessions().end(id, after(9));
    expect(await sessions().find(id)).toMatchObject({ endedAt: after(1) });
    expect(await sessions().reserveTry(id, 'a', limits, after(2))).toEqual({ is: 'ended' });
    expect(await sessions().resend(id, limits, after(120))).toEqual({ is: 'ended' });
  });

  test('unknown sessions are over', async () => {
    expect(await sessions().reserveTry('none', 'a', limits, start)).toEqual({ is: 'ended' });
    expect(await sessions().resend('none', limits, start)).toEqual({ is: 'ended' });
    await sessions().finishTry('none', 'a', 'failed');
    await sessions().end('none', start);
  });

  test('everybody together has so many codes in an hour, over two instances', async () => {
    const [one, two, three] = [await opened('a'), await opened('b'), await opened('c')];
    const other = await another();
    expect(await sessions().takeCode(one.id, 2, start)).toBe(true);
    const both = await Promise.all([
      sessions().takeCode(two.id, 2, start),
      other.typedSessions.takeCode(three.id, 2, start),
    ]);
    expect(both.toSorted()).toEqual([false, true]);
    expect(await sessions().takeCode(one.id, 2, after(3_601))).toBe(true);
  });

  test('each country has so many text messages in a day, over two instances', async () => {
    const other = await another();
    const both = await Promise.all([
      sessions().takeText('DE', 3, start),
      other.typedSessions.takeText('DE', 3, start),
      sessions().takeText('DE', 3, after(5)),
    ]);
    expect(both).toEqual([{ is: 'yes' }, { is: 'yes' }, { is: 'yes' }]);
    expect(await sessions().takeText('DE', 3, after(9))).toEqual({ is: 'not-yet', again: after(86_400) });
    expect(await sessions().takeText('AT', 3, after(9))).toEqual({ is: 'yes' });
    await store().sweep(after(86_399));
    expect(await sessions().takeText('DE', 3, after(86_399))).toMatchObject({ is: 'not-yet' });
    await store().sweep(after(86_400));
    expect(await sessions().takeText('DE', 3, after(86_400))).toEqual({ is: 'yes' });
    expect(await sessions().takeText('FR', 0, start)).toEqual({ is: 'not-yet', again: after(86_400) });
  });

  test('a text message that was surely not sent does not stay counted, and no other one is given back with it', async () => {
    for (const at of [start, start, after(5)]) await sessions().takeText('DE', 3, at);
    await sessions().takeText('AT', 1, start);
    await sessions().giveTextBack('DE', start);
    const other = await another();
    const both = await Promise.all([
      sessions().takeText('DE', 3, after(9)),
      other.typedSessions.takeText('DE', 3, after(9)),
    ]);
    expect(both.map(({ is }) => is).toSorted()).toEqual(['not-yet', 'yes']);
    expect(await sessions().takeText('AT', 1, after(9))).toMatchObject({ is: 'not-yet' });
    // Of those that were counted the first one says from when on the next may be sent.
    await sessions().giveTextBack('DE', start);
    await sessions().takeText('DE', 3, after(10));
    expect(await sessions().takeText('DE', 3, after(11))).toEqual({ is: 'not-yet', again: after(86_405) });
    // What was never counted is not given back.
    await sessions().giveTextBack('DE', start);
    await sessions().giveTextBack('FR', start);
    expect(await sessions().takeText('DE', 3, after(12))).toMatchObject({ is: 'not-yet' });
  });

  test('the name goes with the time of its request, and the rest two days later', async () => {
    const { id } = await opened('jane');
    await store().sweep(after(3_599));
    expect(await sessions().sealedName(id)).toBe(`sealed-${id}`);
    await store().sweep(after(3_600));
    expect(await sessions().sealedName(id)).toBeUndefined();
    expect(await sessions().find(id)).toBeDefined();
    await store().sweep(after(2 * 86_400 - 1));
    expect(await sessions().find(id)).toBeDefined();
    await store().sweep(after(2 * 86_400));
    const { db } = connect(url());
    expect(await db.selectFrom('typed_sessions').selectAll().execute()).toEqual([]);
    await db.destroy();
  });
}
