// The REST flow from its beginning to its end, as the published contract has it.
import { describe, expect, it } from 'vitest';
import { eventually } from '../stories/chat.ts';
import { janesAccount, janesEmail, people } from '../stories/people.ts';
import { dueIn, root, saidBy } from './client.ts';
import { clientOf, codeTo, comesTo, names, proves, startRest, wrongFor } from './world.ts';

const good = 'Kraken-under-9-bridges';
const jane = people.jane.email;

it('a forgotten password is replaced as the published sequence has it, in documents of the published shape', async () => {
  const world = await startRest();
  const client = clientOf(world);
  const selected = await client.post('/flows/password-reset/select');
  const identified = await client.post('/username/identify/', { username: jane });
  const otp = await codeTo(world, janesEmail);
  const wrong = await client.post('/verification/email/otp/check/', { otp: wrongFor(world) });
  const checked = await client.post('/verification/email/otp/check/', { otp });
  const refused = await client.post('/password/set/', { newPassword: 'short' });
  const set = await client.post('/password/set/', { newPassword: good });
  expect([selected, identified, wrong, checked, refused, set].map(saidBy)).toEqual([
    [200, 'OK', 'USERNAME_REQUIRED'],
    [200, 'OK', 'EMAIL_OTP_REQUIRED'],
    [400, 'OTP_WRONG', 'EMAIL_OTP_REQUIRED'],
    [200, 'OK', 'NEW_PASSWORD_REQUIRED'],
    [400, 'PASSWORD_POLICY_VIOLATED', 'NEW_PASSWORD_REQUIRED'],
    [200, 'OK', undefined],
  ]);
  expect(world.auth0.control.signIn(janesAccount, good).ok).toBe(true);
  const id = selected.json.data?.id;
  for (const { json } of [selected, identified, checked, set]) {
    expect(json.data).toMatchObject({ type: 'public-self-service.session', id });
  }
  for (const { json, headers, status } of [selected, identified, wrong, checked, refused, set]) {
    expect(json.meta.type).toBe('jsonapi.metadata.document');
    expect(json.meta.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    for (const error of json.errors ?? []) expect(error).toMatchObject({ id: expect.any(String), status: `${status}` });
  }
  const [first] = refused.json.errors ?? [];
  expect(first).toMatchObject({ source: { pointer: '/newPassword' }, meta: { detail: 'TOO_SHORT' } });
  expect(set.json.data?.attributes).toEqual({ result: 'PASSWORD_CHANGED' });
  expect(saidBy(await client.get('/status'))).toEqual([200, 'OK', undefined]);
  expect(saidBy(await client.post('/password/set/', { newPassword: `${good}-2` }))).toEqual([
    ...[401, 'NOT_AUTHORIZED', undefined],
  ]);
});

it('the session’s cookie is HttpOnly and strict, for these routes alone', async () => {
  const world = await startRest();
  const response = await fetch(`${world.url}${root}/flows/password-reset/select/`, { method: 'POST' });
  const [cookie = ''] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^latchkey_session=[\w.-]+; Max-Age=(?:900|899); Path=\/rest; HttpOnly; SameSite=Strict$/);
});

it('a slash at the end of a path makes no difference', async () => {
  const world = await startRest();
  for (const slash of ['', '/']) {
    const client = clientOf(world);
    expect(saidBy(await client.post(`/flows/password-reset/select${slash}`))).toEqual([200, 'OK', 'USERNAME_REQUIRED']);
    expect(saidBy(await client.get(`/status${slash}`))).toEqual([200, 'OK', 'USERNAME_REQUIRED']);
    const early = await client.post(`/password/set${slash}`, { newPassword: good });
    expect(saidBy(early)).toEqual([401, 'NOT_AUTHORIZED', 'USERNAME_REQUIRED']);
  }
});

it('a step out of order is answered with the step that is due, before the proof and after it', async () => {
  const world = await startRest();
  const client = clientOf(world);
  const steps = [
    ['/username/identify/', { username: jane }],
    ['/verification/email/otp/check/', { otp: '123456' }],
    ['/verification/sms/otp/check/', { otp: '123456' }],
    ['/verification/email/otp/resend/', undefined],
    ['/verification/contact/select/', { contact: 'email|1' }],
    ['/verification/recovery-code/check/', { recoveryCode: '0A1B2-C3D4-E5F6' }],
    ['/password/set/', { newPassword: good }],
  ] as const;
  const tryAllBut = async (due: string, ...rights: string[]): Promise<void> => {
    for (const [path, body] of steps.filter(([path]) => !rights.includes(path))) {
      expect([path, ...saidBy(await client.post(path, body))]).toEqual([path, 401, 'NOT_AUTHORIZED', due]);
    }
    expect(saidBy(await client.get('/status'))).toEqual([200, 'OK', due]);
  };
  await client.post('/flows/password-reset/select');
  await tryAllBut('USERNAME_REQUIRED', '/username/identify/');
  await client.post('/username/identify/', { username: jane });
  await tryAllBut('EMAIL_OTP_REQUIRED', '/verification/email/otp/check/', '/verification/email/otp/resend/');
  await client.post('/verification/email/otp/check/', { otp: await codeTo(world, janesEmail) });
  await tryAllBut('NEW_PASSWORD_REQUIRED', '/password/set/');
  expect(saidBy(await client.post('/password/set/', { newPassword: good }))).toEqual([200, 'OK', undefined]);
});

describe('a code', () => {
  it('that is wrong can be tried again; with the last try the session ends, and every further request is refused', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await names(client, jane);
    const right = await codeTo(world, janesEmail);
    const otp = wrongFor(world);
    const first = await client.post('/verification/email/otp/check/', { otp });
    expect([...saidBy(first), first.json.errors?.[0]?.meta]).toEqual([
      ...[400, 'OTP_WRONG', 'EMAIL_OTP_REQUIRED', { attemptsLeft: 2 }],
    ]);
    await client.post('/verification/email/otp/check/', { otp });
    const held = client.cookie();
    const last = await client.post('/verification/email/otp/check/', { otp });
    expect(saidBy(last)).toEqual([400, 'AUTHENTICATION_FAILED', undefined]);
    expect(client.cookie()).toBeUndefined();
    client.holds(held);
    for (const answer of [
      await client.post('/verification/email/otp/resend/'),
      await client.post('/verification/email/otp/check/', { otp: right }),
      await client.post('/username/identify/', { username: jane }),
      await client.post('/password/set/', { newPassword: good }),
      await client.get('/status'),
    ])
      expect(saidBy(answer)).toEqual([401, 'NOT_AUTHORIZED', undefined]);
  });

  it('that is none costs no try', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await names(client, jane);
    for (const otp of ['', '12', 'abcdef', '1234567890123', '😀'.repeat(6)]) {
      const answer = await client.post('/verification/email/otp/check/', { otp });
      expect([...saidBy(answer), answer.json.errors?.[0]?.meta]).toEqual([
        ...[400, 'OTP_WRONG', 'EMAIL_OTP_REQUIRED', { detail: 'NOT_A_CODE' }],
      ]);
    }
    const checked = await client.post('/verification/email/otp/check/', { otp: await codeTo(world, janesEmail) });
    expect(dueIn(checked)).toBe('NEW_PASSWORD_REQUIRED');
  });

  it('is a text message where the policy says so', async () => {
    const world = await startRest({ more: 'setPasswordHere: [CorpUsers]\nselfService: { proof: sms }' });
    const client = clientOf(world);
    expect(dueIn(await names(client, jane))).toBe('SMS_OTP_REQUIRED');
    const otp = await codeTo(world, '+4915700000012');
    const elsewhere = await client.post('/verification/email/otp/check/', { otp });
    expect(saidBy(elsewhere)).toEqual([401, 'NOT_AUTHORIZED', 'SMS_OTP_REQUIRED']);
    const checked = await client.post('/verification/sms/otp/check/', { otp });
    expect(dueIn(checked)).toBe('NEW_PASSWORD_REQUIRED');
  });
});

describe('text messages', () => {
  it('that Auth0 refuses do not use up those of the day, and those that are sent do', async () => {
    const world = await startRest({
      more: 'setPasswordHere: [CorpUsers]\nselfService: { proof: sms, textsPerDay: 1 }',
    });
    const { control } = world.auth0;
    const starts = () => control.requests.filter(({ path }) => path === '/passwordless/start').length;
    control.faults.next({ path: /passwordless\/start/ }, { status: 400, body: JSON.stringify({ error: 'no' }) });
    await names(clientOf(world), jane);
    await eventually(
      () => (starts() === 1 ? true : undefined),
      () => 'Auth0 was not asked',
    );
    world.pass(61);
    const client = clientOf(world);
    await names(client, jane);
    const otp = await codeTo(world, '+4915700000012');
    expect(dueIn(await client.post('/verification/sms/otp/check/', { otp }))).toBe('NEW_PASSWORD_REQUIRED');
    const metrics = async () => (await fetch(`${world.url}/metrics`)).text();
    expect(await metrics()).toContain('latchkey_typed_texts_total{country="DE"} 1');
    world.pass(3_600);
    await names(clientOf(world), jane);
    await eventually(
      async () => ((await metrics()).includes('latchkey_typed_texts_capped_total 1') ? true : undefined),
      () => 'the second one of the day was not capped',
    );
    expect(starts()).toBe(2);
  });
});

describe('where the password is chosen elsewhere', () => {
  it('the answer has the link to the page, and no password is taken', async () => {
    const world = await startRest({ more: '' });
    const client = clientOf(world);
    const checked = await proves(world, client);
    expect(saidBy(checked)).toEqual([200, 'OK', 'PASSWORD_LINK_REQUIRED']);
    const { link = '', until } = checked.json.data?.attributes ?? {};
    expect(link).toMatch(new RegExp(`^${world.url}/go/`));
    expect(Date.parse(until ?? '')).toBeGreaterThan(world.now());
    world.planted.add(link);
    const early = await client.post('/password/set/', { newPassword: good });
    expect(saidBy(early)).toEqual([401, 'NOT_AUTHORIZED', 'PASSWORD_LINK_REQUIRED']);
  });

  it('and Auth0 mails its own link, the answer says that', async () => {
    const world = await startRest({ more: 'rules: [{ reset: { approvals: 0, via: email } }]' });
    const client = clientOf(world);
    await proves(world, client);
    const mailed = await comesTo(client, 'PASSWORD_LINK_MAILED');
    expect(mailed.json.data?.attributes).toEqual({ nextStep: 'PASSWORD_LINK_MAILED', until: expect.any(String) });
    expect(Number(mailed.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
