import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkCode } from '../../src/engine/code-check.ts';
import { createDeadlines } from '../../src/engine/deadlines.ts';
import { createDeliver, type Deliver } from '../../src/engine/deliver.ts';
import { createFlowNotifier } from '../../src/engine/flow-notifier.ts';
import { takeOver } from '../../src/engine/instance-takeover.ts';
import { createWorker } from '../../src/engine/worker.ts';
import { contactRef, later, linkId } from '../../src/flows/ids.ts';
import { defaultLimits } from '../../src/flows/limits.ts';
import { failed, success } from '../../src/flows/outcome.ts';
import { defaultContactRules, type PolicyRules } from '../../src/flows/policy.ts';
import type { Codes } from '../../src/flows/ports.ts';
import type { Flow } from '../../src/flows/state.ts';
import type { FlowStore } from '../../src/flows/store.ts';
import { connect } from '../../src/store/connection.ts';
import { openStore } from '../../src/store/store.ts';
import {
  beginFlow,
  challengedFlow,
  contacts,
  drain,
  lockedAccount,
  movedBy,
  provenFlow,
  someAccount,
  start,
} from '../store/contract-moment.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-take-over-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const [contact] = contacts.map(({ ref }) => ref);
if (contact === undefined) throw new Error('somebody without a contact proves nothing');
let made = 0;
let url = '';
/** The instance that dies, and the one that goes on. */
let dying: FlowStore;
let store: FlowStore;
let logged: string[] = [];
const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
const clock = { now: () => start };
const policy: PolicyRules = {
  rules: [],
  binding: 'optional',
  contacts: defaultContactRules,
  hasHelpdesk: true,
  limits: { ...defaultLimits, resendSeconds: 0 },
};
const nothing = () => failed({ kind: 'refused', retry: 'never', cause: 'not of this test' } as const);

beforeEach(async () => {
  made += 1;
  url = `sqlite:${join(folder, `${made}.db`)}`;
  dying = await openStore({ url });
  store = await openStore({ url });
  logged = [];
});
afterEach(async () => {
  await store.close();
});

const delivering = (): Deliver =>
  createDeliver({
    store,
    clock,
    policy,
    changes: createFlowNotifier(store),
    newLinkId: () => linkId('L'.repeat(22)),
    wake: { raise: () => undefined },
  });

/** What the surviving instance shows without being asked. */
async function goesOn(): Promise<readonly Flow[]> {
  await dying.close();
  const shown: Flow[] = [];
  await store.alive();
  const show = (flow: Flow): void => void shown.push(flow);
  await takeOver({ store, clock, deliver: delivering(), wake: { raise: () => undefined }, show, log });
  return shown;
}

describe('where an instance died', () => {
  test('in the middle of a check, the person can type again, her try counted, and a late verdict changes nothing', async () => {
    const { id, actor } = await challengedFlow(dying);
    const lost = await movedBy(dying, id, { type: 'code.submitted', by: actor });
    await goesOn();
    const back = await store.read(id);
    expect(back?.state).toMatchObject({ at: 'challenged', after: 'unchecked', attemptsLeft: 2 });
    const again = await movedBy(store, id, { type: 'code.submitted', by: actor });
    const codes: Codes = { send: async () => nothing(), check: async () => success('wrong') };
    const order = { do: 'check-code', account: someAccount(), contact } as const;
    await checkCode(lost, order, '123456', { codes, clock, deliver: delivering(), log });
    expect(await store.read(id)).toEqual(again);
    await checkCode(again, order, '123456', { codes, clock, deliver: delivering(), log });
    expect((await store.read(id))?.state).toMatchObject({ at: 'challenged', after: 'wrong' });
  });

  test('in the middle of opening the link, the same link can be pressed again', async () => {
    const { id } = await provenFlow(dying);
    const ready = await movedBy(dying, id, lockedAccount);
    if (ready.state.at !== 'link-ready') throw new Error(ready.state.at);
    await movedBy(dying, id, { type: 'link.opened', link: ready.state.link });
    await goesOn();
    expect((await store.read(id))?.state).toMatchObject({ at: 'link-ready', link: ready.state.link, retried: true });
  });

  test('in the middle of sending a code to a new address, or of checking it, the person can go on in the browser', async () => {
    const draft = { channel: 'email', masked: 'n•••@n•••.com', key: contactRef('new|1') } as const;
    const { id } = await beginFlow(dying, { kind: 'enroll' });
    await movedBy(dying, id, { type: 'person.unknown' });
    await movedBy(dying, id, { type: 'signed-in', account: someAccount() });
    await movedBy(dying, id, { type: 'actor.bound', contacts });
    await movedBy(dying, id, { type: 'address.given', draft });
    await goesOn();
    expect((await store.read(id))?.state).toMatchObject({ at: 'managing', news: { is: 'unreachable' } });
    const second = await openStore({ url });
    await movedBy(second, id, { type: 'address.given', draft }, later(start, 60));
    await movedBy(second, id, { type: 'new-code.sent' }, later(start, 60));
    await movedBy(second, id, { type: 'new-code.submitted' }, later(start, 60));
    dying = second;
    await goesOn();
    expect((await store.read(id))?.state).toMatchObject({ at: 'challenged-new', after: 'unchecked', attemptsLeft: 2 });
  });

  test('before a request was to be seen anywhere, it becomes a message; where it stands somewhere, none', async () => {
    const unseen = await beginFlow(dying);
    const seen = await beginFlow(dying);
    const place = { platform: 'slack', target: 'window', place: '{}', isWindow: true, drawnVersion: 1 };
    await dying.keepSurface({ flow: seen.id, viewer: 'person', ...place });
    expect((await goesOn()).map(({ id }) => id)).toEqual([unseen.id]);
  });

  test('while a code was being sent, it is sent again, and no other request gets one that it could be taken for', async () => {
    const account = someAccount();
    const { id, actor } = await beginFlow(dying);
    await movedBy(dying, id, { type: 'person.identified', account, contacts });
    await drain(dying, start);
    await movedBy(dying, id, { type: 'code.requested', by: actor, contact });
    const claimed = await dying.claim(start, 60_000, 10);
    expect(claimed.map(({ effect }) => effect.do)).toContain('send-code');
    await goesOn();
    let sent = 0;
    const codes: Codes = {
      check: async () => nothing(),
      send: async () => {
        sent += 1;
        return success('email');
      },
    };
    const refused = async () => nothing();
    const world = {
      codes,
      people: { lookUp: refused },
      directory: {
        match: refused,
        bound: refused,
        inspect: refused,
        givenName: refused,
        owner: refused,
        hasAddress: refused,
      },
      tickets: { mint: refused, mail: refused, voidAll: refused },
      locks: { lift: refused, isLocked: refused },
      sessions: { end: refused },
      presenter: { show: async () => success(undefined) },
      enrolments: {
        contacts: refused,
        isOwn: refused,
        bind: refused,
        unbind: refused,
        boundPeople: refused,
        workDomain: refused,
      },
      newContacts: {
        ...{ start: refused, check: refused, link: refused },
        ...{ unlink: refused, discard: refused, confirm: refused },
      },
      passwords: { page: refused, set: refused, settled: refused },
      knownPasswords: { change: refused },
      notices: { contactChanged: refused, beforeRemoval: async () => async () => undefined },
      chatNotices: { tell: refused },
      bindings: store.bindings,
      occasions: store.occasions,
      clock,
      log,
      noticeUrl: () => 'https://latchkey.example/enrol/notice/x',
    };
    const deliver = delivering();
    const quiet = { observe: () => undefined, reportUnmatched: () => undefined };
    const worker = createWorker({ store, clock, policy, world, deliver, log, random: () => 0, ...quiet });
    await worker.startDue(() => undefined);
    await worker.idle();
    expect(sent).toBe(1);
    expect((await store.read(id))?.state.at).toBe('challenged');
    const other = await beginFlow(store, { actor, kind: 'unlock' });
    await movedBy(store, other.id, { type: 'person.identified', account, contacts });
    const asked = await deliver(other.id, { type: 'code.requested', by: actor, contact });
    expect(asked).toMatchObject({ kind: 'ignored', because: 'too-soon', again: later(start, 60) });
  });
});

test('what a process of the first release gives back is carried out at once, before that one leases it again', async () => {
  let woken = 0;
  const wake = {
    raise() {
      woken += 1;
    },
  };
  const left = (returned: number) => ({
    ...store,
    takeOver: async () => ({ freed: 0, returned, flows: [] }),
  });
  const parts = { clock, deliver: delivering(), wake, show: () => undefined, log };
  await takeOver({ ...parts, store: left(0) });
  expect(woken).toBe(0);
  await takeOver({ ...parts, store: left(2) });
  expect(woken).toBe(1);
  expect(logged).toEqual([]);
  await dying.close();
});

describe('a request whose time has come', () => {
  test('and that cannot be read keeps nobody behind it from their turn, and is told of once', async () => {
    const broken = await beginFlow(store, { now: later(start, -1_000) });
    const fine = await beginFlow(store, { now: later(start, -950) });
    const { db } = connect(url);
    await db.updateTable('flows').set({ state: 'unreadable' }).where('id', '=', broken.id).execute();
    await db.destroy();
    const deliverDeadlines = createDeadlines(store, clock, delivering(), log);
    expect(await deliverDeadlines()).toBe(true);
    expect(await deliverDeadlines()).toBe(false);
    expect((await store.read(fine.id))?.state.at).toBe('closed');
    await deliverDeadlines();
    expect(logged.filter((line) => line.includes(broken.id))).toHaveLength(1);
    await dying.close();
  });
});
