// Whether two people are different: by the addresses that platforms vouch for, and the accounts of a real tenant.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CompareIdentities, createCompareIdentities } from '../../src/bot/helpdesk/same-person.ts';
import { type AccountId, type ActorId, accountId, flowId, instant, knownActor } from '../../src/flows/ids.ts';
import { failed, success } from '../../src/flows/outcome.ts';
import type { People } from '../../src/flows/ports.ts';
import type { Flow, FlowState } from '../../src/flows/state.ts';
import { answerOf, failureOf, jane as janeAtAuth0, startTenant, type Tenant } from '../auth0/tenant.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

const slack = (user: string): ActorId => knownActor(`slack:T1:${user}`);
const teams = (user: string): ActorId => knownActor(`teams:X1:${user}`);
const [jane, sam, kim, ada] = [slack('JANE'), slack('SAM'), slack('KIM'), teams('ADA')];
const accountOf = (who: string): AccountId => accountId(`auth0|${who}`);

beforeEach(() => {
  for (const who of ['sam', 'ada']) {
    tenant.emulator.control.addUser({ userId: accountOf(who), connection: 'CorpUsers', email: `${who}@acme.test` });
  }
  tenant.requests();
});

/**
 * What a platform answers about a person: their address, that they are no employee, or nothing at the moment. It does
 * not know anybody else.
 */
type Said = string | 'left' | 'silent';

function compareIdentities(
  said: Readonly<Record<ActorId, Said>>,
  bound: Readonly<Record<ActorId, AccountId>> = {},
): CompareIdentities {
  const everybody: Readonly<Record<ActorId, Said>> = { [jane]: janeAtAuth0.workEmail, ...said };
  const lookUp: People['lookUp'] = async (actor) => {
    const found = everybody[actor];
    if (found === undefined) return failed({ kind: 'absent', retry: 'never', cause: 'unknown-there' });
    if (found === 'silent')
      return failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: '503' });
    if (found === 'left') return success({ is: 'refused', because: 'deactivated' });
    return success({ is: 'employee', workEmail: found });
  };
  const bindings = { accountOf: async (actor: ActorId) => bound[actor] };
  return createCompareIdentities({ people: { lookUp }, directory: tenant.auth0.directory, bindings });
}

const now = instant(0);
const proof = { channel: 'email', at: now } as const;
type Approved = Readonly<Record<ActorId, AccountId | undefined>>;
const approvalsOf = (approved: Approved) =>
  Object.entries(approved).map(([by, account]) => ({
    ...{ by: knownActor(by), at: now },
    ...(account === undefined ? {} : { account }),
  }));
const flowAt = (state: FlowState): Flow => ({
  ...{ id: flowId('flow'), kind: 'unlock', actor: jane, startedAt: now, state, version: 1 },
});
const waiting = (approved: Approved = {}): Flow =>
  flowAt({
    ...{ at: 'awaiting-approval', account: janeAtAuth0.account, proof, needed: 2, approvals: approvalsOf(approved) },
    ...{ askedAt: now, earlierUnlocks: 0, until: now },
  });
const doubtful = (approved: Approved): Flow =>
  flowAt({
    ...{ at: 'in-doubt', account: janeAtAuth0.account, proof, approvals: approvalsOf(approved) },
    ...{ since: now, until: now },
  });

describe('whoever decides is the person of the request', () => {
  it.each([
    ['on one platform', kim],
    ['across platforms', ada],
  ])('where both have one address, in whatever case, and nothing is asked of Auth0: %s', async (_where, decider) => {
    const told = compareIdentities({ [decider]: ' JANE@acme.TEST' });
    expect(answerOf(await told(decider, waiting(), true))).toEqual({ isSameAs: 'person', distinctFrom: [] });
    expect(tenant.requests()).toEqual([]);
  });

  it.each([
    ['on one platform', kim],
    ['across platforms', ada],
  ])('where one account stands behind both, though it has another address now: %s', async (_where, decider) => {
    const { control } = tenant.emulator;
    control.addUser({ userId: janeAtAuth0.account, connection: 'CorpUsers', email: 'j.doe@acme.test' });
    const told = compareIdentities({ [decider]: 'j.doe@acme.test' });
    expect(answerOf(await told(decider, waiting(), true))).toEqual({ isSameAs: 'person', distinctFrom: [] });
    control.addUser({ userId: janeAtAuth0.account, connection: 'CorpUsers', email: janeAtAuth0.workEmail });
  });
});

describe('whoever decides is somebody who has approved', () => {
  it.each([
    ['on one platform', kim],
    ['across platforms', ada],
  ])('where both have one address: %s', async (_where, decider) => {
    const told = compareIdentities({ [sam]: 'sam@acme.test', [decider]: 'Sam@acme.test' });
    const answer = answerOf(await told(decider, waiting({ [sam]: accountOf('sam') }), true));
    expect(answer).toEqual({ isSameAs: 'approver', distinctFrom: [] });
    expect(tenant.requests()).toEqual([]);
  });

  it.each([
    ['on one platform', kim],
    ['across platforms', ada],
  ])('where one account stands behind both, though it has another address now: %s', async (_where, decider) => {
    tenant.emulator.control.addUser({ userId: accountOf('sam'), connection: 'CorpUsers', email: 's.agent@acme.test' });
    const told = compareIdentities({ [sam]: 'sam@acme.test', [decider]: 's.agent@acme.test' });
    const answer = answerOf(await told(decider, waiting({ [sam]: accountOf('sam') }), true));
    expect(answer).toEqual({ isSameAs: 'approver', distinctFrom: [] });
  });
});

describe('whoever decides is somebody else', () => {
  it('on one platform under another confirmed address, with an account or without, for at most two questions to Auth0', async () => {
    const told = compareIdentities({ [sam]: 'sam@acme.test', [kim]: 'kim@acme.test' });
    expect(answerOf(await told(sam, waiting(), true))).toEqual({ account: accountOf('sam'), distinctFrom: [jane] });
    expect(tenant.requests()).toEqual(['GET /api/v2/users-by-email']);
    expect(answerOf(await told(kim, waiting(), true))).toEqual({ distinctFrom: [jane] });
    expect(tenant.requests()).toHaveLength(2);
  });

  it('than who approved before, whose account is kept: their address is not looked up again', async () => {
    const told = compareIdentities({ [sam]: 'sam@acme.test', [kim]: 'kim@acme.test' });
    const answer = answerOf(await told(kim, waiting({ [sam]: accountOf('sam') }), true));
    expect(answer).toEqual({ distinctFrom: [jane, sam] });
    expect(tenant.requests().filter((request) => request === 'GET /api/v2/users-by-email')).toHaveLength(1);
  });

  it('across platforms by two accounts only', async () => {
    const withAccount = compareIdentities({ [ada]: 'ada@acme.test' });
    expect(answerOf(await withAccount(ada, waiting(), true))).toMatchObject({ distinctFrom: [jane] });
    const without = compareIdentities({ [ada]: 'ada.agent@acme.test' });
    expect(answerOf(await without(ada, waiting(), true))).toEqual({ distinctFrom: [] });
  });

  it('also where AD wrote the address of an account with capitals, as the platform does', async () => {
    tenant.emulator.control.addUser({ userId: 'ad|Corp|byron', connection: 'Corp-AD', email: 'Ada.Byron@acme.test' });
    const told = compareIdentities({ [ada]: 'Ada.Byron@acme.test' });
    expect(answerOf(await told(ada, waiting(), true))).toEqual({ account: 'ad|Corp|byron', distinctFrom: [jane] });
  });

  it('in another company of the same platform by two accounts only', async () => {
    const elsewhere = knownActor('slack:T2:KIM');
    const told = compareIdentities({ [elsewhere]: 'kim@other.test' });
    expect(answerOf(await told(elsewhere, waiting(), true))).toEqual({ distinctFrom: [] });
  });
});

describe('whoever decides might be anybody', () => {
  it('on one platform where the other has no confirmed address any more and one of them no account', async () => {
    const told = compareIdentities({ [jane]: 'left', [sam]: 'sam@acme.test', [kim]: 'kim@acme.test' });
    expect(answerOf(await told(kim, waiting(), true))).toEqual({ distinctFrom: [] });
    expect(answerOf(await told(sam, waiting(), true))).toMatchObject({ distinctFrom: [jane] });
    const gone = compareIdentities({ [sam]: 'left', [kim]: 'kim@acme.test', [slack('ADA')]: 'ada@acme.test' });
    const approved = waiting({ [sam]: accountOf('sam') });
    expect(answerOf(await gone(kim, approved, true))).toEqual({ distinctFrom: [jane] });
    expect(answerOf(await gone(slack('ADA'), approved, true))).toMatchObject({ distinctFrom: [jane, sam] });
  });

  it.each([
    ['in the case of letters beyond A–Z', 'jörg@acme.test', 'JÖRG@acme.test'],
    ['in how an accent is written', 'jörg@acme.test', 'jo\u0308rg@acme.test'],
    ['in how a domain is written', 'kim@münchen.example', 'kim@xn--mnchen-3ya.example'],
    ['in a sign that nobody sees', 'kim@acme.test', 'k\u200bim@acme.test'],
    ['in white space', 'kim@acme.test', 'kim@acme.test\t'],
  ])('on one platform where two addresses differ only %s', async (_how, one, another) => {
    const told = compareIdentities({ [sam]: one, [kim]: another });
    expect(answerOf(await told(kim, waiting({ [sam]: undefined }), true))).toEqual({ distinctFrom: [jane] });
  });

  it.each([
    ['a contact', janeAtAuth0.email],
    ['a contact, in another case', janeAtAuth0.email.toUpperCase()],
  ])('on one platform under an address that is linked to the other’s account: %s', async (_what, address) => {
    const { account: userId, workEmail: email, emailRef } = janeAtAuth0;
    const contacts = [
      { provider: 'email', userId: emailRef.slice('email|'.length), address: janeAtAuth0.email },
    ] as const;
    tenant.emulator.control.addUser({ userId, connection: 'CorpUsers', email, contacts: [...contacts] });
    const told = compareIdentities({ [kim]: address, [sam]: 'sam@acme.test' });
    expect(answerOf(await told(kim, waiting(), true))).toEqual({ distinctFrom: [] });
    const other = answerOf(await told(kim, waiting({ [sam]: accountOf('sam') }), true));
    expect(other).toEqual({ distinctFrom: [sam] });
  });

  it('is no answer where something is to be given and a platform or Auth0 does not say', async () => {
    for (const silent of [jane, sam, kim]) {
      const told = compareIdentities({ [sam]: 'sam@acme.test', [kim]: 'kim@acme.test', [silent]: 'silent' });
      expect(failureOf(await told(kim, waiting({ [sam]: undefined }), true))).toMatchObject({ kind: 'unreachable' });
    }
    const told = compareIdentities({ [kim]: 'kim@acme.test' });
    tenant.emulator.control.faults.set({ mode: 'down' });
    expect((await told(kim, waiting(), true)).ok).toBe(false);
    tenant.emulator.control.faults.clear();
    // Auth0 reads accounts, and cannot say whose the address is.
    tenant.emulator.control.faults.next({ path: /users-by-email/ }, { status: 503 });
    expect(failureOf(await told(kim, waiting(), true))).toMatchObject({ kind: 'unreachable' });
    tenant.emulator.control.faults.clear();
  });

  it('and says no all the same, unless they are known to be the person', async () => {
    tenant.emulator.control.faults.set({ mode: 'down' });
    const told = compareIdentities({ [kim]: 'kim@acme.test', [sam]: 'silent', [ada]: janeAtAuth0.workEmail });
    expect(answerOf(await told(kim, waiting(), false))).toEqual({ distinctFrom: [jane] });
    expect(answerOf(await told(sam, waiting(), false))).toEqual({ distinctFrom: [] });
    expect(answerOf(await told(ada, waiting(), false))).toMatchObject({ isSameAs: 'person' });
    tenant.emulator.control.faults.clear();
  });
});

describe('where nobody vouches for the person, the account of the request says who they are', () => {
  const visitor = knownActor('web:acme:x7Kq');
  const fromWeb = (approved: Approved = {}): Flow => ({ ...waiting(approved), actor: visitor });
  const elsewhere = 'j.doe@elsewhere.test';
  const binds = (...actors: readonly ActorId[]) =>
    tenant.emulator.control.addUser({
      ...{ userId: janeAtAuth0.account, connection: 'CorpUsers', email: janeAtAuth0.workEmail },
      appMetadata: { latchkey: { actors } },
    });

  it.each([
    ['on one platform', kim],
    ['on another', ada],
  ])('whoever’s work address leads to it is the person: %s', async (_where, decider) => {
    const told = compareIdentities({ [decider]: janeAtAuth0.workEmail });
    expect(answerOf(await told(decider, fromWeb(), true))).toEqual({ isSameAs: 'person', distinctFrom: [] });
  });

  it.each([true, false])(
    'whoever was bound to it here is the person, whatever their address is: %s',
    async (mustKnow) => {
      const told = compareIdentities({ [sam]: 'sam@acme.test' }, { [sam]: janeAtAuth0.account });
      expect(answerOf(await told(sam, fromWeb(), mustKnow))).toEqual({ isSameAs: 'person', distinctFrom: [] });
      expect(answerOf(await told(sam, waiting(), mustKnow))).toEqual({ isSameAs: 'person', distinctFrom: [] });
    },
  );

  it('whoever is bound to it by its own record is the person, though nothing here says so', async () => {
    binds(sam);
    const told = compareIdentities({ [sam]: 'sam@acme.test' });
    expect(answerOf(await told(sam, fromWeb(), true))).toEqual({ isSameAs: 'person', distinctFrom: [] });
    binds(jane);
    expect(answerOf(await told(sam, fromWeb(), true))).toEqual({ account: accountOf('sam'), distinctFrom: [visitor] });
    binds();
  });

  it('whoever has another account may decide; whoever has none cannot be told apart', async () => {
    const told = compareIdentities({ [sam]: 'sam@acme.test', [ada]: 'ada@acme.test', [kim]: elsewhere });
    for (const [decider, who] of [
      [sam, 'sam'],
      [ada, 'ada'],
    ] as const) {
      const answer = answerOf(await told(decider, fromWeb(), true));
      expect(answer).toEqual({ account: accountOf(who), distinctFrom: [visitor] });
    }
    expect(answerOf(await told(kim, fromWeb(), true))).toEqual({ distinctFrom: [] });
  });

  it('and an approval waits where Auth0 does not say who is bound to it; a denial does not', async () => {
    const told = compareIdentities({ [sam]: 'sam@acme.test' });
    tenant.emulator.control.faults.next({ path: /users\/auth0/ }, { status: 503 });
    expect(failureOf(await told(sam, fromWeb(), true))).toMatchObject({ kind: 'unreachable' });
    expect(answerOf(await told(sam, fromWeb(), false))).toMatchObject({ distinctFrom: [visitor] });
    tenant.emulator.control.faults.clear();
  });

  it('and a second approver who was bound to the first one’s account is the first one', async () => {
    const told = compareIdentities({ [kim]: elsewhere }, { [kim]: accountOf('sam') });
    const answer = answerOf(await told(kim, fromWeb({ [sam]: accountOf('sam') }), true));
    expect(answer).toEqual({ isSameAs: 'approver', distinctFrom: [] });
  });
});

describe('nothing is asked of anybody', () => {
  const nobodyAsked = createCompareIdentities({
    people: { lookUp: () => Promise.reject(new Error('asked')) },
    directory: tenantless(),
    bindings: { accountOf: () => Promise.reject(new Error('asked')) },
  });

  it('where ids say it: their own request, an approval of theirs, nothing to decide', async () => {
    const nothing = { ok: true, value: { distinctFrom: [] } };
    expect(await nobodyAsked(jane, waiting(), true)).toEqual(nothing);
    expect(await nobodyAsked(sam, waiting({ [sam]: undefined }), true)).toEqual(nothing);
    expect(await nobodyAsked(sam, flowAt({ at: 'identifying', delayed: false, until: now }), true)).toEqual(nothing);
  });

  it('but who approved an act in doubt is told apart from the person again before they order it again', async () => {
    const told = compareIdentities({ [sam]: 'sam@acme.test' });
    const answer = answerOf(await told(sam, doubtful({ [sam]: accountOf('sam') }), true));
    expect(answer).toMatchObject({ distinctFrom: [jane] });
  });
});

function tenantless() {
  const asked = () => Promise.reject(new Error('asked'));
  return { match: asked, bound: asked, hasAddress: asked, inspect: asked, givenName: asked, owner: asked };
}
