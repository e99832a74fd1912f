// The operator's levers as real processes, beside a store that is open as a running server has it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccountId, flowId, instant, later } from '../../src/flows/ids.ts';
import type { Flow } from '../../src/flows/state.ts';
import type { FlowStore } from '../../src/flows/store.ts';
import { openOperatorStore } from '../../src/store/operator/open.ts';
import { openStore } from '../../src/store/store.ts';
import {
  beginFlow,
  challengedFlow,
  contacts,
  deciderAt,
  drain,
  lockedAccount,
  movedBy,
  provenFlow,
  someAccount,
} from '../store/contract-moment.ts';
import { runLatchkey } from './run-latchkey.ts';

let folder = '';
let store: FlowStore;
const now = () => instant(Date.now());
const env = (): Readonly<Record<string, string>> => ({
  DATABASE_URL: `sqlite:${folder}/latchkey.db`,
  POLICY_FILE: 'built-in',
  NODE_ENV: 'development',
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-levers-'));
  store = await openStore({ url: env()['DATABASE_URL'] ?? '' });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const latchkey = (...args: readonly string[]) => runLatchkey(args, env());
const json = async (...args: readonly string[]) => JSON.parse((await latchkey(...args, '--json')).out);

async function disownedFlow(account: AccountId): Promise<Flow> {
  const { id, actor } = await provenFlow(store, { account, now: now() });
  return movedBy(store, id, { type: 'disowned', by: actor }, now());
}

/** An unlock of which nobody knows whether it was carried out. */
async function flowInDoubt(): Promise<Flow> {
  const { id } = await provenFlow(store, { kind: 'unlock', now: now() });
  await movedBy(store, id, lockedAccount, now());
  const by = (await beginFlow(store)).actor;
  const { actor } = (await store.read(id)) ?? (await beginFlow(store));
  await movedBy(store, id, { type: 'approval.given', by, entitled: true, distinctFrom: [actor] }, now());
  await drain(store, later(now(), 1));
  return movedBy(store, id, { type: 'effect.doubtful', of: 'lift-lock' }, now());
}

/** The redraw of a message that no server could do. */
async function givenUpDrawing(): Promise<{ readonly flow: Flow; readonly key: string }> {
  const flow = await beginFlow(store, { now: now() });
  await movedBy(store, flow.id, { type: 'person.unknown' }, now());
  const claimed = await store.claim(now(), 60_000, 10);
  const drawing = claimed.find(({ effect }) => effect.do === 'show');
  if (drawing === undefined) throw new Error('nothing is drawn');
  for (const { lease, effect } of claimed) if (effect.do !== 'show') await store.finish(lease, now());
  await store.finish(drawing.lease, now(), 'unreachable');
  return { flow, key: drawing.lease.key };
}

describe('latchkey requests', { timeout: 120_000 }, () => {
  it('says of what nobody asked for that it is a notice', async () => {
    const [actor, account] = [(await beginFlow(store)).actor, someAccount()];
    await store.occasions.keep(account, { what: 'password-changed', at: now() }, now());
    const claiming = { now: now(), leaseMs: 60_000, limit: 1 };
    const [kept] = await store.occasions.claim('password-changed', claiming);
    if (kept === undefined) throw new Error('nothing to tell');
    const rules = { coolOffHours: 24, blockedDomains: [], unconfirmed: 'usable' } as const;
    await store.occasions.tell(kept, { people: [actor], now: now(), rules, newId: () => flowId('the-notice') });
    const { out } = await latchkey('requests', 'list', '--state', 'closed');
    expect(out).toMatch(/the-notice +reset \(notice\) +closed/);
    expect(await json('requests', 'show', 'the-notice')).toMatchObject({
      ...{ isNotice: true, ended: 'done: changed-elsewhere' },
    });
    expect((await json('requests', 'list')).requests[0]).not.toHaveProperty('isNotice');
  });

  it('lists the open ones, the oldest first, page by page and by filters; and none that is closed', async () => {
    const old = await beginFlow(store, { now: later(now(), -600) });
    const young = await challengedFlow(store, { now: now(), kind: 'unlock' });
    const closed = await beginFlow(store, { now: now() });
    await movedBy(store, closed.id, { type: 'person.unknown' }, now());
    const ids = async (...more: readonly string[]) =>
      (await json('requests', 'list', ...more)).requests.map(({ id }: { id: string }) => id);
    expect(await ids()).toEqual([old.id, young.id]);
    const { requests, next } = await json('requests', 'list', '--limit', '1');
    expect([requests.length, next]).toEqual([1, old.id]);
    expect(await ids('--after', old.id)).toEqual([young.id]);
    expect(await ids('--state', 'challenged')).toEqual([young.id]);
    expect(await ids('--state', 'closed')).toEqual([closed.id]);
    expect(await ids('--kind', 'unlock')).toEqual([young.id]);
    expect(await ids('--platform', 'teams')).toEqual([]);
    expect(await ids('--older', '5m')).toEqual([old.id]);
  });

  it('shows one by the beginning of its id, with what waits for it, and no contact', async () => {
    const { id } = await challengedFlow(store, { now: now() });
    const { out, code } = await latchkey('requests', 'show', id.slice(0, 12));
    expect(code).toBe(0);
    expect(out).toContain('challenged');
    expect(out).toContain('send-code');
    expect(out).not.toContain('•');
  });

  it('ends one at once, orders the redraw of its message, and keeps who did it', async () => {
    const { id } = await challengedFlow(store, { now: now() });
    const { code, out, err } = await latchkey('requests', 'end', id, '--yes', '--by', 'Mo', '--because', 'a test');
    expect([code, out]).toEqual([0, `The request ${id} is ended.\n`]);
    expect((await store.read(id))?.state).toMatchObject({ at: 'closed', ending: { because: 'operator' } });
    expect(JSON.parse(err.split('\n').find((line) => line.includes('operator.act')) ?? '')).toMatchObject({
      ...{ event: 'operator.act', did: 'requests end', about: id, because: 'a test', result: 'done' },
      who: expect.stringMatching(/^Mo \(.+\)$/),
    });
    const { acts } = await json('requests', 'show', id);
    expect(acts).toMatchObject([{ did: 'requests end', who: expect.stringContaining('Mo'), result: 'done' }]);
    expect(await latchkey('requests', 'end', id, '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('has ended already'),
    });
  });

  it('does not end what may be carried out at this moment', async () => {
    const { id } = await provenFlow(store, { now: now() });
    const ready = await movedBy(store, id, lockedAccount, now());
    if (ready.state.at !== 'link-ready') throw new Error(ready.state.at);
    await movedBy(store, id, { type: 'link.opened', link: ready.state.link }, now());
    expect(await latchkey('requests', 'end', id, '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Try again in a minute'),
    });
    expect((await store.read(id))?.state.at).toBe('opening');
  });

  it('asks before it ends one: without a terminal and without --yes nothing happens', async () => {
    const { id } = await challengedFlow(store, { now: now() });
    expect(await latchkey('requests', 'end', id)).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect((await store.read(id))?.state.at).toBe('challenged');
  });

  it('says so where no request, or more than one, begins like this', async () => {
    const { id } = await beginFlow(store, { now: now() });
    await beginFlow(store, { now: now() });
    expect(await latchkey('requests', 'show', 'no-such-id')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no request with this id'),
    });
    const { code, err } = await latchkey('requests', 'end', '', '--yes');
    expect(code).toBe(1);
    expect(err).toContain('several requests begin like this');
    expect(err).toContain(id);
  });

  it.each([
    [['requests'], 'requests list'],
    [['requests', 'list', '--stat', 'open'], 'Did you mean --state?'],
    [['requests', 'list', '--state', 'chalenged'], 'Did you mean challenged?'],
    [['requests', 'list', '--older', 'long'], '30m'],
    [['requests', 'list', '--limit', '0'], '--limit'],
    [['requests', 'end', 'abc', '--yse'], 'there is no option --yse'],
    [['work', 'drop', 'abc', '--yes', '--by'], '--by needs a value'],
    [['pauses', 'lift', 'auth0|1', '--yes'], '--because'],
    [['explain', 'jane@acme.test'], 'explain EMAIL reset'],
    [['explain', 'jane@acme.test', 'chagne'], 'explain EMAIL reset'],
  ] as const)('%j is refused, and says what is right', async (words, says) => {
    expect(await latchkey(...words)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(says) });
  });

  it.each([
    [['requests', 'list'], []],
    [['requests', 'show', 'abc'], []],
    [['requests', 'end', 'abc', '--yes'], []],
    [['pauses', 'list'], []],
    [['pauses', 'lift', 'auth0|1', '--because', 'a test'], []],
    [['pauses', 'lift', 'jane@acme.test', '--because', 'a test'], ['AUTH0_DOMAIN is not set']],
    [['work', 'list'], []],
    [['work', 'retry', 'abc'], []],
    [['work', 'drop', 'abc', '--because', 'a test'], []],
    [['explain', 'jane@acme.test', 'reset'], ['AUTH0_DOMAIN is not set']],
  ] as const)('%j tells everything that is wrong with settings and policy at once', async (words, more) => {
    await writeFile(join(folder, 'policy.yaml'), 'limits: { linkSeconds: ten }\n');
    const wrong = { ...env(), DATABASE_URL: 'mysql://db', POLICY_FILE: join(folder, 'policy.yaml') };
    const { code, err } = await runLatchkey(words, wrong);
    expect(code).toBe(1);
    for (const what of ['DATABASE_URL is neither', '`limits.linkSeconds` must be a whole number', ...more])
      expect(err).toContain(what);
  });

  it('opens no database that is not there, and none that is not of this release', async () => {
    const DATABASE_URL = `sqlite:${folder}/none.db`;
    const run = await runLatchkey(['requests', 'list'], { ...env(), DATABASE_URL });
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining('there is no database at') });
  });
});

describe('latchkey acts list', { timeout: 120_000 }, () => {
  it('shows who used which lever, when, about what and why, the newest first, page by page', async () => {
    const { key } = await givenUpDrawing();
    const { id } = await challengedFlow(store, { now: now() });
    expect(await latchkey('acts', 'list')).toMatchObject({ code: 0, out: 'There is none.\n' });
    await latchkey('requests', 'end', id, '--yes', '--by', 'Mo', '--because', 'a test of jane@acme.example.com');
    await latchkey('requests', 'end', id, '--yes', '--by', 'Mo');
    await latchkey('work', 'drop', key, '--yes', '--by', 'Ria', '--because', 'its person has left');
    const { acts, next } = await json('acts', 'list');
    expect(acts).toMatchObject([
      {
        did: 'work drop',
        about: key,
        who: expect.stringMatching(/^Ria \(/),
        because: 'its person has left',
        result: 'done',
      },
      { did: 'requests end', about: id, who: expect.stringMatching(/^Mo \(/), result: 'done' },
    ]);
    expect(next).toBeUndefined();
    for (const { at } of acts) expect(at).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const first = await json('acts', 'list', '--limit', '1');
    expect(first.acts).toEqual([acts[0]]);
    expect((await json('acts', 'list', '--after', String(first.next))).acts).toEqual([acts[1]]);
    expect((await json('acts', 'list', '--about', id.slice(0, 12))).acts).toEqual([acts[1]]);
    const { out } = await latchkey('acts', 'list');
    expect(out).toMatch(/^at +who +did +about +result +because\n/);
    expect(out.split('\n')[1]).toMatch(/Ria \(.+\) +work drop .* done +its person has left$/);
    expect(out).not.toContain('jane@acme.example.com');
  });

  it('says of an act without a result that nobody knows', async () => {
    const operator = await openOperatorStore(env()['DATABASE_URL'] ?? '');
    await operator.acts.begin({ at: now(), who: 'mo', did: 'work retry', about: 'an-order' });
    await operator.close();
    expect((await json('acts', 'list')).acts).toMatchObject([{ did: 'work retry', result: 'not known' }]);
  });

  it.each([
    [['acts'], 'acts list'],
    [['acts', 'lst'], 'acts list'],
    [['acts', 'list', 'more'], 'no more words'],
    [['acts', 'list', '--abuot', 'x'], 'Did you mean --about?'],
    [['acts', 'list', '--after', 'x'], '--after is a number'],
    [['acts', 'list', '--limit', '0'], '--limit is a number'],
  ])('%j is refused with what to write', async (words, says) => {
    expect(await latchkey(...words)).toMatchObject({ code: 2, err: expect.stringContaining(says) });
  });
});

describe('latchkey pauses', { timeout: 120_000 }, () => {
  it('lists who is paused after "It wasn\'t me" and what is used up, and lifts the pause with a reason', async () => {
    const account = someAccount();
    const { id } = await disownedFlow(account);
    expect(await json('pauses', 'list')).toMatchObject({ accounts: [{ account, pauses: [{ what: 'it-wasnt-me' }] }] });
    const because = 'called on their desk phone, jane@acme.test agreed';
    const { code, err } = await latchkey('pauses', 'lift', account, '--because', because, '--yes');
    expect(code).toBe(0);
    const line = JSON.parse(err.split('\n').find((each) => each.includes('operator.act')) ?? '');
    expect(line).toMatchObject({ level: 'warn', about: account, because: expect.stringContaining('desk phone') });
    expect(err).not.toContain('jane@acme.test');
    expect((await store.read(id))?.state).toMatchObject({ pauseLiftedAt: expect.any(Number) });
    expect(await json('pauses', 'list')).toEqual({ accounts: [] });
    const again = await provenFlow(store, { account, now: now() });
    expect((await movedBy(store, again.id, lockedAccount, now())).state.at).toBe('link-ready');
  });

  it('gives an account its budget back, and takes nothing back from the counters', async () => {
    const account = someAccount();
    for (let nth = 0; nth < 3; nth += 1) {
      const { id, actor } = await challengedFlow(store, { account, now: now() });
      await movedBy(store, id, { type: 'cancelled', by: actor }, now());
    }
    expect(await json('pauses', 'list')).toMatchObject({ accounts: [{ account, pauses: [{ what: 'codes' }] }] });
    const lifted = await latchkey('pauses', 'lift', account, '--because', 'a test', '--yes', '--only', 'budgets');
    expect(lifted.code).toBe(0);
    expect(await json('pauses', 'list')).toEqual({ accounts: [] });
    expect(await latchkey('pauses', 'lift', account, '--because', 'a test', '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing of'),
    });
  });
});

describe('latchkey work', { timeout: 120_000 }, () => {
  it('shows an order that was given up, and orders it again', async () => {
    const { key } = await givenUpDrawing();
    expect(await json('work', 'list')).toMatchObject({
      orders: [{ key, order: 'show to person', state: 'given-up', tries: 1, failure: 'unreachable' }],
    });
    const { code, err } = await latchkey('work', 'retry', key.slice(0, 14), '--yes');
    expect(code).toBe(0);
    expect(err).toContain('there may be two messages');
    const [claimed] = await store.claim(later(now(), 1), 60_000, 10);
    expect(claimed).toMatchObject({ lease: { key }, isInDoubt: true, earlierTries: 0 });
    expect(await json('work', 'list')).toMatchObject({ orders: [] });
  });

  it('sends no code for a request that is over', async () => {
    const { id, actor } = await beginFlow(store, { now: now() });
    const account = someAccount();
    const [contact] = contacts;
    await movedBy(store, id, { type: 'person.identified', account, contacts }, now());
    await drain(store, now());
    if (contact === undefined) throw new Error('no contact');
    await movedBy(store, id, { type: 'code.requested', by: actor, contact: contact.ref }, now());
    const sending = (await store.claim(now(), 60_000, 10)).find(({ effect }) => effect.do === 'send-code');
    if (sending === undefined) throw new Error('no code is sent');
    await store.apply({
      ...{ flow: id, event: { type: 'effect.failed', of: 'send-code', because: 'unreachable' }, now: now() },
      ...{ settles: sending.lease, givesUp: 'unreachable' },
      decide: deciderAt(now()),
    });
    const { code, err } = await latchkey('work', 'retry', sending.lease.key, '--yes');
    expect([code, err]).toEqual([1, expect.stringContaining('nothing is sent or done for a request that is over')]);
    expect((await store.claim(later(now(), 100), 60_000, 10)).some(({ effect }) => effect.do === 'send-code')).toBe(
      false,
    );
  });

  it('orders an unlock in doubt again, with the proof and the approvals that it had', async () => {
    const { id } = await flowInDoubt();
    expect(await json('work', 'list')).toMatchObject({ inDoubt: [{ id }] });
    expect(await latchkey('work', 'drop', id, '--because', 'a test', '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('requests end'),
    });
    expect((await latchkey('work', 'retry', id, '--yes')).code).toBe(0);
    expect((await store.read(id))?.state).toMatchObject({ at: 'fulfilling', approvals: [{}] });
  });

  it('drops one that waits, and its request is told that it failed', async () => {
    const { id } = await beginFlow(store, { now: now() });
    const { code } = await latchkey('work', 'drop', `${id}/1/0`, '--because', 'a test', '--yes');
    expect(code).toBe(0);
    expect((await store.read(id))?.state).toMatchObject({ at: 'closed', ending: { because: 'unreachable' } });
  });

  it('forgets one that was given up only with a reason', async () => {
    const { key } = await givenUpDrawing();
    expect(await latchkey('work', 'drop', key, '--yes')).toMatchObject({ code: 2 });
    expect((await latchkey('work', 'drop', key, '--because', 'seen to by hand', '--yes')).code).toBe(0);
    expect(await json('work', 'list')).toEqual({ orders: [], inDoubt: [] });
    expect(await latchkey('work', 'retry', key, '--yes')).toMatchObject({ code: 1 });
  });

  it('leaves alone what a server is carrying out', async () => {
    const { id } = await beginFlow(store, { now: now() });
    await store.claim(now(), 60_000, 10);
    for (const words of [['retry'], ['drop', '--because', 'a test']]) {
      const [action = '', ...more] = words;
      expect(await latchkey('work', action, `${id}/1/0`, ...more, '--yes')).toMatchObject({
        code: 1,
        err: expect.stringContaining('at this moment'),
      });
    }
  });
});
