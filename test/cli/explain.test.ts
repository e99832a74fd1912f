// `latchkey explain`, as a real process against an emulated tenant and a store that is open as a server has it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Auth0Server, startAuth0 } from '../../playground/auth0/server.ts';
import { instant } from '../../src/flows/ids.ts';
import type { FlowStore } from '../../src/flows/store.ts';
import { openStore } from '../../src/store/store.ts';
import { application, jane } from '../auth0/tenant.ts';
import { challengedFlow, movedBy, provenFlow } from '../store/contract-moment.ts';
import { runLatchkey } from './run-latchkey.ts';

const mike = { account: 'auth0|65a000000000000000000002', workEmail: 'mike@acme.test' };
const now = () => instant(Date.now());
let folder = '';
let emulator: Auth0Server;
let store: FlowStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-explain-'));
  emulator = await startAuth0(application);
  emulator.control.addConnection('Partners', 'auth0');
  emulator.control.addUser({
    ...{ userId: jane.account, connection: 'CorpUsers', email: jane.workEmail },
    contacts: [
      { provider: 'email', address: jane.email, userId: '65a0000000000000000000e1' },
      { provider: 'email', address: 'jane@mail.acme.test', userId: '65a0000000000000000000e2' },
    ],
  });
  store = await openStore({ url: `sqlite:${folder}/latchkey.db` });
  await policy('helpdesk: { channels: ["slack:C0HELPDESK"] }\n');
});
afterEach(async () => {
  await store.close();
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

const policy = (more: string) => writeFile(join(folder, 'policy.yaml'), `connections: [CorpUsers]\n${more}`);
const env = () => ({
  ...{ DATABASE_URL: `sqlite:${folder}/latchkey.db`, POLICY_FILE: `${folder}/policy.yaml`, NODE_ENV: 'development' },
  ...{ AUTH0_DOMAIN: application.domain, AUTH0_BASE_URL: emulator.url },
  ...{ AUTH0_CLIENT_ID: application.clientId, AUTH0_CLIENT_SECRET: application.clientSecret },
});
const explain = (...words: readonly string[]) => runLatchkey(['explain', ...words], env());
async function explained(...words: readonly string[]) {
  const { code, out, err } = await explain(...words, '--json');
  if (out === '') throw new Error(err);
  return { code, ...JSON.parse(out) };
}
const because = ({ hindrances }: { readonly hindrances: readonly { readonly because: string }[] }) =>
  hindrances.map((each) => each.because);

describe('latchkey explain', { timeout: 120_000 }, () => {
  it('says that a request would go through, by which rule, with which contacts, and shows no address', async () => {
    await policy(
      'rules:\n  - when: { connection: Elsewhere }\n    reset: { approvals: 2 }\n  - reset: { approvals: 0 }\n',
    );
    expect(await explained(jane.workEmail, 'reset')).toMatchObject({
      ...{ code: 0, ok: true, account: jane.account, rule: 'rule 2 of 2', needs: { proofs: 1, approvals: 0 } },
      contacts: [
        { channel: 'email', masked: 'j•••@g•••.test', usable: true },
        { channel: 'email', masked: 'j•••@m•••.test', usable: false, because: 'own-domain-contact' },
      ],
      counters: { wrongCodesToday: { used: 0, of: 10 }, codesThisHour: { used: 0, of: 3 } },
    });
    const { out, err } = await explain(jane.workEmail, 'reset');
    expect(out).toContain('A reset would go through.');
    expect(out).toContain('Bound chat users: none. The policy says: binding optional.');
    for (const address of [jane.workEmail, jane.email, jane.phone]) expect(`${out}${err}`).not.toContain(address);
  });

  it('says how the person gets to the page for a new password', async () => {
    for (const [rules, link] of [
      ['', 'ticket'],
      ['rules: [{ reset: { approvals: 0, via: email } }]\n', 'email'],
      ['setPasswordHere: [CorpUsers]\n', 'own-page'],
    ] as const) {
      await policy(rules);
      expect(await explained(jane.workEmail, 'reset')).toMatchObject({ ok: true, link });
    }
    await policy('rules: [{ reset: { approvals: 0, via: email } }]\n');
    expect((await explain(jane.workEmail, 'reset')).out).toContain('a link that Auth0 mails to the work address');
    expect(await explained(jane.workEmail, 'unlock')).not.toHaveProperty('link');
  });

  it('says which way somebody changes a password that they know, and that it needs no contact', async () => {
    emulator.control.addUser({ userId: mike.account, connection: 'CorpUsers', email: mike.workEmail });
    for (const [rules, way, said] of [
      ['', 'sign-in', 'Needs a fresh sign-in'],
      ['rules: [{ change: { via: form } }]\n', 'form', 'Needs the old password'],
    ] as const) {
      await policy(rules);
      expect(await explained(mike.workEmail, 'change')).toMatchObject({ code: 0, ok: true, kind: 'change', way });
      expect((await explain(mike.workEmail, 'change')).out).toContain(said);
    }
    expect(await explained(mike.workEmail, 'reset')).not.toHaveProperty('way');
  });

  it('says what hinders the change of a known password: a block, or wrong ones of the day with the form', async () => {
    emulator.control.adminBlock(jane.account, true);
    const blocked = await explained(jane.workEmail, 'change');
    expect([blocked.code, because(blocked)]).toEqual([1, ['disabled']]);
    expect((await explain('nobody@acme.test', 'change')).out).toContain('The person signs in first');
  });

  it('counts the chat users who are bound, by platform', async () => {
    emulator.control.addUser({
      ...{ userId: mike.account, connection: 'CorpUsers', email: mike.workEmail },
      appMetadata: { latchkey: { actors: ['slack:T0ACME:U1', 'slack:T0ACME:U2', 'teams:T1:U3'] } },
    });
    const { out } = await explain(mike.workEmail, 'reset');
    expect(out).toContain('Bound chat users: 2 in slack, 1 in teams. The policy says');
  });

  it('says that no account has the address', async () => {
    expect(await explained('nobody@acme.test', 'reset')).toMatchObject({ code: 1, ok: false, because: 'absent' });
  });

  it('says that several accounts have it, and which', async () => {
    emulator.control.addUser({ userId: mike.account, connection: 'CorpUsers', email: jane.workEmail });
    expect(await explained(jane.workEmail, 'reset')).toMatchObject({
      ...{ code: 1, because: 'ambiguous' },
      found: [
        { account: jane.account, verdict: 'counts' },
        { account: mike.account, verdict: 'counts' },
      ],
    });
  });

  it('says that the address is not verified', async () => {
    emulator.control.addUser({
      userId: mike.account,
      connection: 'CorpUsers',
      email: mike.workEmail,
      emailVerified: false,
    });
    expect(await explained(mike.workEmail, 'reset')).toMatchObject({
      ...{ code: 1, because: 'unverified', found: [{ account: mike.account, verdict: 'unverified' }] },
    });
  });

  it('says that only an account of another connection has it', async () => {
    emulator.control.addUser({ userId: mike.account, connection: 'Partners', email: mike.workEmail });
    expect(await explained(mike.workEmail, 'reset')).toMatchObject({
      ...{ code: 1, because: 'other-connection', found: [{ connection: 'Partners' }] },
    });
  });

  it('says that an administrator has blocked the account, which the person must not see before the proof', async () => {
    emulator.control.adminBlock(jane.account, true);
    const told = await explained(jane.workEmail, 'unlock');
    expect(told).toMatchObject({ code: 1, ok: false, disabled: true });
    expect(because(told)).toEqual(['disabled']);
  });

  it('says that the account has no contact', async () => {
    emulator.control.addUser({ userId: mike.account, connection: 'CorpUsers', email: mike.workEmail });
    expect(because(await explained(mike.workEmail, 'reset'))).toContain('no-contact');
  });

  it('says that nobody is bound where the policy asks for that', async () => {
    await policy('binding: required\n');
    const told = await explained(jane.workEmail, 'reset');
    expect(because(told)).toEqual(['no-contact']);
    expect(told).toMatchObject({ code: 1, binding: { policy: 'required', bound: {} } });
  });

  it('says that an approval is needed and that there is nobody to ask', async () => {
    await policy('rules:\n  - reset: { approvals: 1 }\n');
    expect(because(await explained(jane.workEmail, 'reset'))).toEqual(['no-helpdesk']);
  });

  it('says that two proofs are needed and only one can be given', async () => {
    await policy('rules:\n  - reset: { approvals: 0, proofs: 2 }\n');
    const told = await explained(jane.workEmail, 'reset');
    expect(because(told)).toEqual(['second-proof-impossible']);
    expect(told.needs).toEqual({ proofs: 2, approvals: 0 });
  });

  it('says until when the account is paused, by address and by account id', async () => {
    const { id, actor } = await provenFlow(store, { account: jane.account, now: now() });
    await movedBy(store, id, { type: 'disowned', by: actor }, now());
    for (const who of [jane.workEmail, jane.account]) {
      const told = await explained(who, 'reset');
      expect(because(told)).toEqual(['frozen']);
      expect(told.pausedUntil).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    }
  });

  it('says what is used up and from when there is more, in words too; and an operator gives it back by the address', async () => {
    for (let nth = 0; nth < 3; nth += 1) {
      const { id, actor } = await challengedFlow(store, { account: jane.account, now: now() });
      await movedBy(store, id, { type: 'cancelled', by: actor }, now());
    }
    const told = await explained(jane.workEmail, 'reset');
    expect(because(told)).toContain('sends-spent');
    expect(told.counters.codesThisHour).toMatchObject({ used: 3, of: 3, nextAt: expect.stringMatching(/Z$/) });
    const { out } = await explain(jane.workEmail, 'reset');
    expect(out).toContain(`codes in an hour: 3 of 3, the next from ${told.counters.codesThisHour.nextAt}`);

    const lift = ['pauses', 'lift', jane.workEmail, '--because', 'a test', '--by', 'Mo', '--yes'];
    const lifted = await runLatchkey(lift, env());
    expect(lifted.code).toBe(0);
    expect(`${lifted.out}${lifted.err}`).not.toContain(jane.workEmail);
    expect(lifted.err).toContain(`"about":"${jane.account}"`);
    expect(lifted.err).toMatch(/"who":"Mo \(.+?\)"/);
    expect(because(await explained(jane.workEmail, 'reset'))).not.toContain('sends-spent');
    const nobody = await runLatchkey(['pauses', 'lift', 'nobody@acme.test', ...lift.slice(3)], env());
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('absent') });
  });

  it('says that an unlock has nothing to do, and that it would go through', async () => {
    expect(await explained(jane.workEmail, 'unlock')).toMatchObject({
      code: 0,
      ok: true,
      locked: false,
      needless: true,
    });
  });

  it('says why the account is locked, and shows no address of whoever tried', async () => {
    emulator.control.lock(jane.account, { ip: '198.51.100.77' });
    expect(await explained(jane.workEmail, 'unlock')).toMatchObject({
      ...{ code: 0, locked: true },
      lock: {
        ...{ of: 'provider', since: expect.stringMatching(/Z$/) },
        signIns: { count: 10, since: expect.stringMatching(/Z$/), origins: [{ application: 'Outlook', count: 10 }] },
      },
    });
    const { out } = await explain(jane.workEmail, 'unlock');
    expect(out).toMatch(
      /Locked at Auth0 since \S+Z\. Auth0’s log of the last day: 10 failed sign-ins since \S+Z, from/,
    );
    expect(out).toContain('from Outlook, phone, DE (10).');
    expect(out).not.toContain('198.51.100.77');
  });

  it('says that Auth0 did not answer, by another exit code', async () => {
    emulator.control.faults.mode = 'down';
    expect(await explain(jane.workEmail, 'reset')).toMatchObject({
      ...{ code: 2, out: '', err: expect.stringContaining('Auth0 did not say') },
    });
  });
});
