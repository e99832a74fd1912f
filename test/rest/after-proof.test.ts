// After the proof the step is what the person would see in chat: what the rules of the account ask for, and how the request ends.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endedAs } from '../../src/adapters/rest/endings.ts';
import { detailsOf } from '../../src/adapters/rest/password-details.ts';
import { instant } from '../../src/flows/ids.ts';
import { eventually } from '../stories/chat.ts';
import { createEnrolmentBrowser } from '../stories/enrolment-browser.ts';
import { janesAccount, janesEmail, janesPhone, people } from '../stories/people.ts';
import { slackChat } from '../stories/slack-chat.ts';
import type { World } from '../stories/world.ts';
import { codeIn, dueIn, saidBy } from './client.ts';
import { clientOf, codeTo, proves, startRest, wrongFor } from './world.ts';

const good = 'Kraken-under-9-bridges';
const here = 'setPasswordHere: [CorpUsers]';
const writes = ({ auth0 }: World) =>
  auth0.control.requests.filter(
    ({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('"password"'),
  );

describe('a second proof', () => {
  const more = `${here}\nrules: [{ reset: { approvals: 0, proofs: 2 }, unlock: { approvals: 0, proofs: 2 } }]`;
  const sms = '/verification/sms/otp/check/';

  it('is a code from another contact, which is chosen by its id and shown masked', async () => {
    const world = await startRest({ more });
    const client = clientOf(world);
    const checked = await proves(world, client);
    expect(saidBy(checked)).toEqual([200, 'OK', 'CONTACT_REQUIRED']);
    const [contact, ...others] = checked.json.data?.attributes.contacts ?? [];
    expect([contact, others]).toEqual([{ id: expect.any(String), channel: 'sms', masked: '•••12' }, []]);
    const unknown = await client.post('/verification/contact/select/', { contact: 'sms|nobody' });
    expect([...saidBy(unknown), unknown.json.errors?.[0]?.source?.pointer]).toEqual([
      ...[400, 'CONTACT_UNKNOWN', 'CONTACT_REQUIRED', '/contact'],
    ]);
    const chosen = await client.post('/verification/contact/select/', { contact: contact?.id });
    expect(saidBy(chosen)).toEqual([200, 'OK', 'SMS_OTP_REQUIRED']);
    expect(chosen.json.data?.attributes.contact?.masked).toBe('•••12');
    const otp = await codeTo(world, janesPhone);
    const elsewhere = await client.post('/verification/email/otp/check/', { otp });
    expect(saidBy(elsewhere)).toEqual([401, 'NOT_AUTHORIZED', 'SMS_OTP_REQUIRED']);
    const wrong = await client.post(sms, { otp: wrongFor(world, janesPhone) });
    expect([...saidBy(wrong), wrong.json.errors?.[0]?.meta]).toEqual([
      ...[400, 'OTP_WRONG', 'SMS_OTP_REQUIRED', { attemptsLeft: 2 }],
    ]);
    const none = await client.post(sms, { otp: 'none' });
    expect([...saidBy(none), none.json.errors?.[0]?.meta?.detail]).toEqual([
      ...[400, 'OTP_WRONG', 'SMS_OTP_REQUIRED', 'NOT_A_CODE'],
    ]);
    const early = await client.post('/verification/sms/otp/resend/');
    expect(saidBy(early)).toEqual([429, 'TOO_MANY_REQUESTS', 'SMS_OTP_REQUIRED']);
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(writes(world)).toHaveLength(0);
    expect(saidBy(await client.post(sms, { otp }))).toEqual([200, 'OK', 'NEW_PASSWORD_REQUIRED']);
    expect(saidBy(await client.post('/password/set/', { newPassword: good }))).toEqual([200, 'OK', undefined]);
  });

  it('whose code is too old is sent again', async () => {
    const world = await startRest({ more: `${more}\nlimits: { codesPerHour: 6 }` });
    const client = clientOf(world);
    const [contact] = (await proves(world, client)).json.data?.attributes.contacts ?? [];
    await client.post('/verification/contact/select/', { contact: contact?.id });
    const otp = await codeTo(world, janesPhone);
    world.pass(181);
    expect([codeIn(await client.post(sms, { otp })), dueIn(await client.get('/status'))]).toEqual([
      ...['OTP_EXPIRED', 'SMS_OTP_REQUIRED'],
    ]);
    expect(saidBy(await client.post('/verification/sms/otp/resend/'))).toEqual([200, 'OK', 'SMS_OTP_REQUIRED']);
    const again = await client.post(sms, { otp: await codeTo(world, janesPhone, 2) });
    expect(dueIn(again)).toBe('NEW_PASSWORD_REQUIRED');
  });

  it('is a recovery code, where there is no other contact', async () => {
    const world = await startRest({ more });
    const codes = await makesRecoveryCodes(world);
    const client = clientOf(world);
    const checked = await proves(world, client, { username: people.petra.email, to: 'petra@home.example.net' });
    expect(saidBy(checked)).toEqual([200, 'OK', 'RECOVERY_CODE_REQUIRED']);
    const path = '/verification/recovery-code/check/';
    const none = await client.post(path, { recoveryCode: 'none' });
    expect(saidBy(none)).toEqual([400, 'RECOVERY_CODE_WRONG', 'RECOVERY_CODE_REQUIRED']);
    const wrong = await client.post(path, { recoveryCode: '00000-0000-0000' });
    expect(saidBy(wrong)).toEqual([400, 'RECOVERY_CODE_WRONG', 'RECOVERY_CODE_REQUIRED']);
    const right = await client.post(path, { recoveryCode: codes[0] });
    expect(dueIn(right)).toBe('NEW_PASSWORD_REQUIRED');
  });

  it('that is impossible ends the request', async () => {
    const world = await startRest({
      more: `${here}\nrules: [{ when: { app_metadata: { privileged: true } }, reset: { approvals: 0, proofs: 2 } }, { reset: { approvals: 0 } }]`,
    });
    const client = clientOf(world);
    const ended = await proves(world, client, { username: people.petra.email, to: 'petra@home.example.net' });
    expect([...saidBy(ended), ended.json.errors?.[0]?.meta?.detail]).toEqual([
      ...[403, 'HELPDESK_NEEDED', undefined, 'SECOND_PROOF_IMPOSSIBLE'],
    ]);
  });
});

/** Ten codes, made in the browser a day ago. */
async function makesRecoveryCodes(world: World): Promise<readonly string[]> {
  const petra = slackChat(world, 'petra');
  await petra.writes('enroll');
  await petra.reads('sign in with your work account');
  const browser = createEnrolmentBrowser(world);
  const link = (petra.linkOf('Add email') ?? 'no link').replace(/\/email$/, '');
  await browser.signsIn(link, people.petra.email, 'Old-Passw0rd-of-theirs');
  await browser.opens(`${world.url}/enrol/recovery-codes`);
  await browser.sends('/recovery-codes');
  const codes = [...browser.html().matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code = '']) => code);
  await browser.sends('/recovery-codes', { saved: '1' });
  await browser.sends('/done');
  world.pass(24 * 3600 + 60);
  return codes;
}

describe('a new password', () => {
  it('that does not keep a rule is refused with one error for each rule, and another one can be sent', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await proves(world, client);
    const wrong = [
      ['', ['TOO_SHORT']],
      ['Kr4k-n!', ['TOO_SHORT']],
      ['Kraken-9-bridges'.repeat(5), ['TOO_LONG']],
      ['kraken-under-nine-bridges', ['MISSING_CHARACTER_CLASS']],
      ['Password2026!', ['COMMON']],
      ['Jane-Doe-forever-1', ['CONTAINS_NAME']],
      [`${good}\n`, ['CONTROL_CHARACTER']],
      ['short', ['TOO_SHORT', 'MISSING_CHARACTER_CLASS', 'COMMON']],
    ] as const;
    for (const [newPassword, details] of wrong) {
      const answer = await client.post('/password/set/', { newPassword });
      expect([newPassword, ...saidBy(answer)]).toEqual([
        ...[newPassword, 400, 'PASSWORD_POLICY_VIOLATED', 'NEW_PASSWORD_REQUIRED'],
      ]);
      const errors = answer.json.errors ?? [];
      expect(errors.every(({ source, code }) => source?.pointer === '/newPassword' && code === errors[0]?.code)).toBe(
        true,
      );
      expect(errors.map(({ meta }) => meta?.detail)).toEqual(details);
      if (newPassword !== '') expect(answer.text).not.toContain(newPassword);
    }
    expect(writes(world)).toHaveLength(0);
    expect(saidBy(await client.post('/password/set/', { newPassword: good }))).toEqual([200, 'OK', undefined]);
  });

  it('that Auth0 refuses is refused by the same rules, five times; then the request ends', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await proves(world, client);
    const refuse = async (message: string) => {
      const body = { statusCode: 400, error: 'Bad Request', message };
      world.auth0.control.faults.next({ method: 'PATCH', path: /users/ }, { status: 400, body });
      return client.post('/password/set/', { newPassword: good });
    };
    const details = [
      ['PasswordStrengthError: Password is too weak', 'TOO_WEAK'],
      ['PasswordHistoryError: Password has previously been used', 'SAME_AS_OLD'],
      ['PasswordDictionaryError: Password is too common', 'COMMON'],
      ['PasswordNoUserInfoError: Password contains user information', 'CONTAINS_NAME'],
    ] as const;
    for (const [index, [message, detail]] of details.entries()) {
      const answer = await refuse(message);
      expect([...saidBy(answer), answer.json.errors?.map(({ meta }) => meta)]).toEqual([
        ...[400, 'PASSWORD_POLICY_VIOLATED', 'NEW_PASSWORD_REQUIRED', [{ detail, attemptsLeft: 4 - index }]],
      ]);
    }
    const last = await refuse('PasswordStrengthError: Password is too weak');
    expect([...saidBy(last), last.json.errors?.[0]?.meta?.detail]).toEqual([
      ...[429, 'LIMIT_REACHED', undefined, 'PASSWORDS_REFUSED'],
    ]);
  });

  it('waits where Auth0 is busy or down, and can be sent again', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await proves(world, client);
    const { faults } = world.auth0.control;
    faults.next({ method: 'GET', path: /users\/auth0/ }, { disconnect: true });
    const down = await client.post('/password/set/', { newPassword: good });
    expect(saidBy(down)).toEqual([503, 'SERVICE_UNAVAILABLE', 'NEW_PASSWORD_REQUIRED']);
    expect(down.headers.get('retry-after')).toBe('10');
    const body = { statusCode: 429, error: 'Too Many Requests' };
    faults.next({ method: 'PATCH', path: /users/ }, { status: 429, headers: { 'retry-after': '120' }, body });
    const busy = await client.post('/password/set/', { newPassword: good });
    expect(saidBy(busy)).toEqual([503, 'SERVICE_UNAVAILABLE', 'NEW_PASSWORD_REQUIRED']);
    expect(busy.headers.get('retry-after')).toBe('120');
    world.pass(121);
    expect(saidBy(await client.post('/password/set/', { newPassword: good }))).toEqual([200, 'OK', undefined]);
  });

  it('of which nobody knows whether it was set is looked at, and found', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await proves(world, client);
    world.auth0.control.faults.next({ method: 'PATCH', path: /users/ }, { lose: true });
    expect(saidBy(await client.post('/password/set/', { newPassword: good }))).toEqual([200, 'OK', 'PENDING']);
    const done = await eventually(
      async () => {
        world.pass(5);
        const answer = await client.get('/status');
        return dueIn(answer) === undefined ? answer : undefined;
      },
      () => 'it was never found',
    );
    expect(done.json.data?.attributes).toEqual({ result: 'PASSWORD_CHANGED' });
    expect(writes(world)).toHaveLength(1);
  });

  it('is not set for an account that an administrator blocked meanwhile', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await proves(world, client);
    world.auth0.control.adminBlock(janesAccount, true);
    const ended = await client.post('/password/set/', { newPassword: good });
    expect([...saidBy(ended), ended.json.errors?.[0]?.meta?.detail]).toEqual([
      ...[403, 'ACCOUNT_BLOCKED', undefined, 'DISABLED'],
    ]);
    expect(writes(world)).toHaveLength(0);
  });

  it('is told to nobody: it is in no log, no row, and no answer', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await proves(world, client);
    const answer = await client.post('/password/set/', { newPassword: good });
    expect(answer.text).not.toContain(good);
    expect(world.logged()).not.toContain(good);
    const stored = Buffer.concat(
      ['', '-wal']
        .map((end) => `${world.databaseFile}${end}`)
        .filter(existsSync)
        .map((file) => readFileSync(file)),
    );
    expect(stored.length).toBeGreaterThan(1_000);
    for (const secret of [good, people.jane.email, janesEmail])
      expect([secret, stored.includes(secret)]).toEqual([secret, false]);
    for (const secret of world.planted) expect(world.logged().includes(secret)).toBe(false);
  });
});

describe('codes of documents', () => {
  it('name how a request ended, with a time where there is one', () => {
    const now = instant(0);
    expect(endedAs({ outcome: 'refused', because: 'frozen', again: instant(90_000) }, now)).toMatchObject({
      answer: { problems: [{ code: 'ACCOUNT_PAUSED', detail: 'FROZEN' }], inMs: 90_000 },
    });
    expect(endedAs({ outcome: 'refused', because: 'barred', barrier: 'smart-card' }, now)).toMatchObject({
      answer: { problems: [{ code: 'HELPDESK_NEEDED', detail: 'SMART_CARD' }] },
    });
    expect(endedAs({ outcome: 'failed', because: 'unreachable' }, now)).toMatchObject({
      answer: { problems: [{ code: 'SERVICE_UNAVAILABLE', detail: 'UNREACHABLE' }] },
    });
    expect(endedAs({ outcome: 'cancelled', because: 'superseded' }, now)).toMatchObject({
      answer: { problems: [{ code: 'CANCELLED', detail: 'SUPERSEDED' }] },
    });
    const changed = { outcome: 'done', because: 'password-changed', changedAt: now, sessions: 'ending' } as const;
    expect(endedAs({ ...changed, mustChange: true }, now)).toEqual({
      ...{ is: 'done', result: 'PASSWORD_CHANGED', mustChange: true },
    });
  });

  it('name each rule of a password once, and say where Auth0 names none', () => {
    expect(detailsOf([], undefined)).toBeUndefined();
    expect(detailsOf([], [])).toEqual(['NOT_ACCEPTED']);
    expect(detailsOf([], ['used-before'])).toEqual(['SAME_AS_OLD']);
    expect(detailsOf(['too-plain', 'too-repetitive'], undefined)).toEqual([
      'MISSING_CHARACTER_CLASS',
      'REPEATED_CHARACTERS',
    ]);
    expect(detailsOf(['empty', 'too-short'], ['not-ascii'])).toEqual(['TOO_SHORT', 'NOT_ASCII']);
  });
});
