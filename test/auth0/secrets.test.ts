// Marked addresses, codes, tokens, tickets and secrets go through every port, with good and with faulty answers; none
// may appear in a log, an error or a metric.
import { describe, expect, it } from 'vitest';
import { grantTypesFor } from '../../src/auth0/application.ts';
import { accountId, contactRef, flowId } from '../../src/flows/ids.ts';
import type { Outcome } from '../../src/flows/outcome.ts';
import { answerOf, application, codeTo, jane, startTenant, type Tenant, withLocks } from './tenant.ts';

const mark = 'zqx';
const work = `work-${mark}@acme.test`;
const home = `home-${mark}@private-${mark}.test`;
const phone = '+4917055501987';
const username = `user-${mark}`;
const account = accountId('auth0|65a0000000000000000000aa');
const email = contactRef('email|65a0000000000000000000ab');
const sms = contactRef('sms|65a0000000000000000000ac');
const grants = grantTypesFor(true);
const secret = `secret-${mark}-of-the-application`;

/** Auth0 repeats what it was sent in texts, error codes and headers. */
const echo = {
  statusCode: 400,
  error: `${home} ${secret}`,
  errorCode: `${mark}`,
  code: home,
  message: `Query validation error: '${home}' ${phone} ${secret}`,
  error_description: `${home} ${phone} 918273`,
};

function add(tenant: Tenant): void {
  tenant.emulator.control.addUser({
    userId: account,
    connection: 'CorpUsers',
    email: work,
    username,
    givenName: `Name${mark}`,
    password: `Old-${mark}-Password-1`,
    appMetadata: { [`key-${mark}`]: `value-${mark}` },
    contacts: [
      { provider: 'email', address: home, userId: email.slice(6) },
      { provider: 'sms', address: phone, userId: sms.slice(4) },
    ],
  });
}

async function everything(tenant: Tenant): Promise<readonly Outcome<unknown>[]> {
  const { auth0, clock } = tenant;
  const outcomes: Outcome<unknown>[] = [];
  const since = clock.now();
  const matched = await auth0.directory.match(work, jane.actor);
  outcomes.push(await auth0.directory.owner(account));
  outcomes.push(matched, await auth0.directory.givenName(account), await auth0.directory.inspect(account, withLocks));
  for (const ref of [email, sms]) {
    outcomes.push(await auth0.codes.send(account, ref));
    outcomes.push(await auth0.codes.check(account, ref, '918273', since));
    const code = tenant.emulator.control.lastCodeTo(ref === email ? home : phone);
    if (code !== undefined) outcomes.push(await auth0.codes.check(account, ref, code, since));
  }
  outcomes.push(...(await enrolment(tenant)));
  outcomes.push(await auth0.tickets.mint(account, 600), await auth0.tickets.voidAll(account));
  outcomes.push(await auth0.locks.isLocked(account), await auth0.locks.lift(account));
  outcomes.push(await auth0.sessions.end(account), await auth0.passwordChanges.since(since, [account]));
  const typed = { current: `Old-${mark}-Password-1`, password: `New-${mark}-Password-2`, browser: '198.51.100.7' };
  outcomes.push(await auth0.knownPasswords.change(account, typed));
  outcomes.push(await auth0.check());
  return outcomes;
}

/** On an account of its own: proving contacts would use up what the rest needs. */
async function enrolment({ auth0, clock, emulator }: Tenant): Promise<readonly Outcome<unknown>[]> {
  const own = accountId('auth0|65a0000000000000000000ad');
  emulator.control.addUser({ userId: own, connection: 'CorpUsers', email: `other-${work}` });
  const outcomes: Outcome<unknown>[] = [];
  const since = clock.now();
  const redirectUri = 'https://latchkey.acme.test/enrol/callback';
  const begun = await auth0.signIns.begin({ redirectUri, loginHint: work });
  if (begun.ok) {
    const { pending } = begun.value;
    const query = new URLSearchParams({ code: `code-${mark}`, state: pending.state });
    outcomes.push(await auth0.signIns.finish(pending, new URL(`${redirectUri}?${query}`)));
  }
  for (const to of [
    { channel: 'email', address: `new-${home}` },
    { channel: 'sms', address: `${phone}8` },
  ] as const) {
    outcomes.push(await auth0.newContacts.start(to));
    outcomes.push(await auth0.newContacts.check(own, to, '918273', since));
    const code = emulator.control.lastCodeTo(to.address);
    if (code === undefined) continue;
    const verdict = await auth0.newContacts.check(own, to, code, since);
    outcomes.push(verdict);
    if (!verdict.ok || verdict.value.is !== 'proven') continue;
    const { contact } = verdict.value;
    outcomes.push(await auth0.newContacts.link(own, contact, since), await auth0.newContacts.confirm(own, contact));
    outcomes.push(await auth0.enrolments.contacts(own), await auth0.newContacts.unlink(own, contact, since));
    outcomes.push(await auth0.newContacts.discard(contact, since, false));
    outcomes.push(await auth0.importContact(own, to, since));
  }
  outcomes.push(
    await auth0.enrolments.bind(own, jane.actor, flowId('a-request'), clock.now()),
    await auth0.enrolments.isOwn(own, jane.actor, work),
  );
  outcomes.push(await auth0.countCoverage({ name: 'these', by: 'connection', value: 'CorpUsers' }));
  return outcomes;
}

function expectNothing(tenant: Tenant, outcomes: readonly Outcome<unknown>[]): void {
  const failures = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.failure]));
  const codes = tenant.emulator.control.outbox.flatMap(({ code }) => code ?? []);
  for (const text of [...tenant.lines, JSON.stringify(failures), JSON.stringify(tenant.observed)]) {
    for (const planted of [mark, phone, phone.slice(1), '918273', ...codes, 'eyJ', 'ticket=', 'Bearer']) {
      expect(text).not.toContain(planted);
    }
  }
}

describe('nothing secret is logged or told', () => {
  it('on a good day', async () => {
    await using tenant = await startTenant({ clientSecret: secret }, { clientSecret: secret, grants });
    add(tenant);
    const outcomes = await everything(tenant);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expectNothing(tenant, outcomes);
  });

  it.each([400, 401, 403, 404, 409, 429, 500])('when Auth0 answers %i and repeats what it was sent', async (status) => {
    await using tenant = await startTenant({ clientSecret: secret }, { clientSecret: secret, grants });
    add(tenant);
    await tenant.auth0.warmUp();
    for (const path of [
      /users-by-email/,
      /passwordless/,
      /identities/,
      /users\/(email|sms)/,
      /tickets/,
      /user-blocks/,
      /revoke|sessions|refresh/,
      /logs/,
      /oauth\/token/,
    ]) {
      tenant.emulator.control.faults.next({ path, times: 10 }, { status, body: echo, headers: { 'x-echo': secret } });
    }
    const outcomes = await everything(tenant);
    expect(outcomes.some(({ ok }) => !ok)).toBe(true);
    expectNothing(tenant, outcomes);
  });

  it.each([
    ['HTML', { html: `<html>${home} ${phone} ${secret}</html>` }],
    ['another shape', { status: 200, body: { user_id: work, identities: home, blocked: phone, ticket: secret } }],
    ['a lost connection', { disconnect: true as const }],
    ['a lost answer', { lose: true as const }],
  ])('when Auth0 answers with %s', async (_name, odd) => {
    await using tenant = await startTenant({ clientSecret: secret, timeoutMs: 500 }, { clientSecret: secret, grants });
    add(tenant);
    await tenant.auth0.warmUp();
    tenant.emulator.control.faults.next({ path: /.*/, times: 100 }, odd);
    expectNothing(tenant, await everything(tenant));
  });

  it.each([
    'foreignSignature',
    'wrongSub',
    'wrongAud',
    'wrongIssuer',
    'staleIat',
    'noIdToken',
    'mfaRequired',
    'idMismatch',
    'sessionsUnavailable',
    'logsForbidden',
  ] as const)('when Auth0 misbehaves by %s', async (misbehaviour) => {
    await using tenant = await startTenant({ clientSecret: secret }, { clientSecret: secret, grants });
    add(tenant);
    tenant.emulator.control.misbehave[misbehaviour] = true;
    expectNothing(tenant, await everything(tenant));
  });

  it('when the credentials are wrong', async () => {
    await using tenant = await startTenant({ clientSecret: secret }, { clientSecret: application.clientSecret });
    add(tenant);
    expectNothing(tenant, await everything(tenant));
  });

  it('with its planted code really on its way', async () => {
    await using tenant = await startTenant();
    add(tenant);
    answerOf(await tenant.auth0.codes.send(account, email));
    expect(codeTo(tenant, home)).toMatch(/^\d{6}$/);
  });
});
