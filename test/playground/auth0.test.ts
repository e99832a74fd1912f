// Codes and tokens of the emulated Auth0: as strict as the real one, as far as that is known.
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  clientId,
  clientSecret,
  domain,
  field,
  jane,
  janeMail,
  janePassword,
  janePhone,
  openTenant,
  otherThan,
  otpGrant,
  type TestTenant,
  textField,
} from './auth0-tenant.ts';

const wrongMail = { error: 'invalid_grant', error_description: 'Wrong email or verification code.' };
const usedUp = {
  error: 'invalid_grant',
  error_description: "You've reached the maximum number of attempts. Please try to login again.",
};

function lastCode(tenant: TestTenant, address: string): string {
  const code = tenant.control.lastCodeTo(address);
  if (code === undefined) throw new Error('no code was delivered');
  return code;
}

async function freshCode(tenant: TestTenant): Promise<string> {
  await tenant.sendCode('email', janeMail);
  return lastCode(tenant, janeMail);
}

describe('passwordless start', () => {
  it('delivers a six-digit code to a mailbox and to a phone and answers with the identity', async () => {
    const tenant = await openTenant();
    const heard: string[] = [];
    const stop = tenant.control.onDelivery(({ channel }) => heard.push(channel));
    const mail = await tenant.sendCode('email', janeMail);
    const phone = await tenant.sendCode('sms', janePhone);
    stop();
    await tenant.sendCode('sms', janePhone);
    const [mailContact, phoneContact] = tenant.control.user(jane).contacts;
    expect(mail.body).toEqual({ _id: mailContact?.userId, email: janeMail, email_verified: true });
    expect(phone.body).toEqual({ _id: phoneContact?.userId, phone_number: janePhone, phone_verified: true });
    expect(heard).toEqual(['email', 'sms']);
    expect(lastCode(tenant, janePhone)).toMatch(/^\d{6}$/);
  });

  it('mails a link where nobody asked for a code', async () => {
    const tenant = await openTenant();
    await tenant.post('/passwordless/start', {
      client_id: clientId,
      client_secret: clientSecret,
      connection: 'email',
      email: janeMail,
    });
    expect(tenant.control.outbox).toMatchObject([{ to: janeMail, code: undefined }]);
    expect(tenant.control.lastCodeTo(janeMail)).toBeUndefined();
  });

  it('signs an unknown address up, unless sign-up is off', async () => {
    const tenant = await openTenant();
    await tenant.sendCode('email', 'New.Person@mail.test');
    expect(tenant.control.users().map(({ email }) => email)).toContain('new.person@mail.test');
    tenant.control.misbehave.signUpDisabled = true;
    const refused = await tenant.sendCode('email', 'another@mail.test');
    expect([refused.status, field(refused.body, 'error')]).toEqual([400, 'bad.connection']);
  });

  it.each(['email', 'sms'] as const)('sign-up is off as an option of the tenant too: %s', async (provider) => {
    const tenant = await openTenant({ disableSignUp: true });
    const [newcomer, known] = provider === 'email' ? ['another@mail.test', janeMail] : ['+4915100000077', janePhone];
    const refused = await tenant.sendCode(provider, newcomer);
    expect([refused.status, field(refused.body, 'error')]).toEqual([400, 'bad.connection']);
    expect((await tenant.sendCode(provider, known)).status).toBe(200);
    const made = { connection: provider, [provider === 'email' ? 'email' : 'phone_number']: newcomer };
    expect((await tenant.api('POST', '/users', made)).status).toBe(201);
    expect((await tenant.sendCode(provider, newcomer)).status).toBe(200);
    const connections = await tenant.api('GET', `/connections?name=${provider}`);
    expect(connections.body).toMatchObject([{ options: { disable_signup: true } }]);
  });

  it('an unknown address is answered like a known one, and nothing is sent or made, where the switch says so', async () => {
    const tenant = await openTenant();
    tenant.control.misbehave.unknownIgnored = true;
    expect((await tenant.sendCode('email', 'another@mail.test')).status).toBe(200);
    expect((await tenant.sendCode('sms', '+4915100000077')).status).toBe(200);
    expect(tenant.control.outbox).toEqual([]);
    expect(tenant.control.users()).toHaveLength(1);
  });

  it('sends nothing to a passwordless user whom an administrator blocked, and still answers 200', async () => {
    const tenant = await openTenant();
    const loner = tenant.control.addPasswordlessUser({ provider: 'email', address: 'loner@mail.test' });
    tenant.control.adminBlock(loner.userId, true);
    expect((await tenant.sendCode('email', 'loner@mail.test')).status).toBe(200);
    expect(tenant.control.outbox).toEqual([]);
  });

  it.each([
    ['a bad address', { connection: 'email', email: 'nobody' }, 'bad.email'],
    ['a bad number', { connection: 'sms', phone_number: '0151' }, 'bad.phone_number'],
    ['an unknown connection', { connection: 'pigeon' }, 'bad.connection'],
  ])('refuses %s', async (_what, body, error) => {
    const tenant = await openTenant();
    const reply = await tenant.post('/passwordless/start', {
      client_id: clientId,
      client_secret: clientSecret,
      send: 'code',
      ...body,
    });
    expect([reply.status, field(reply.body, 'error')]).toEqual([400, error]);
  });
});

describe('the OTP grant', () => {
  it('proves the primary account, with a token that jose verifies', async () => {
    const tenant = await openTenant({ now: Date.now });
    const reply = await tenant.exchange('email', janeMail, await freshCode(tenant));
    const jwks = createRemoteJWKSet(new URL(`${tenant.url}/.well-known/jwks.json`));
    const idToken = textField(reply.body, 'id_token');
    const { payload } = await jwtVerify(idToken, jwks, {
      issuer: `https://${domain}/`,
      audience: clientId,
      algorithms: ['RS256'],
    });
    expect(payload.sub).toBe(jane);
    expect(field(reply.body, 'token_type')).toBe('Bearer');
  });

  it('gives no id_token without the scope openid', async () => {
    const tenant = await openTenant();
    const reply = await tenant.exchange('email', janeMail, await freshCode(tenant), '');
    expect([reply.status, field(reply.body, 'id_token')]).toEqual([200, undefined]);
  });

  it('accepts a code once', async () => {
    const tenant = await openTenant();
    const code = await freshCode(tenant);
    expect((await tenant.exchange('email', janeMail, code)).status).toBe(200);
    const again = await tenant.exchange('email', janeMail, code);
    expect([again.status, again.body]).toEqual([403, wrongMail]);
  });

  it('accepts the newest code only', async () => {
    const tenant = await openTenant();
    const older = await freshCode(tenant);
    const newer = await freshCode(tenant);
    expect((await tenant.exchange('email', janeMail, older)).body).toEqual(wrongMail);
    expect((await tenant.exchange('email', janeMail, newer)).status).toBe(200);
  });

  it('kills a code with the third wrong one', async () => {
    const tenant = await openTenant();
    const code = await freshCode(tenant);
    const bodies = [];
    for (let turn = 0; turn < 3; turn += 1) {
      bodies.push((await tenant.exchange('email', janeMail, otherThan(code))).body);
    }
    expect(bodies).toEqual([wrongMail, wrongMail, usedUp]);
    expect((await tenant.exchange('email', janeMail, code)).body).toEqual(usedUp);
    expect((await tenant.exchange('email', janeMail, await freshCode(tenant))).status).toBe(200);
  });

  it('lets a code live for 180 seconds', async () => {
    const tenant = await openTenant();
    const inTime = await freshCode(tenant);
    tenant.clock.nowMs += 179_999;
    expect((await tenant.exchange('email', janeMail, inTime)).status).toBe(200);
    const late = await freshCode(tenant);
    tenant.clock.nowMs += 180_000;
    const reply = await tenant.exchange('email', janeMail, late);
    expect(reply.status).toBe(403);
    expect(field(reply.body, 'error_description')).toContain('has expired');
  });

  it('names the phone where a text message was wrong', async () => {
    const tenant = await openTenant();
    await tenant.sendCode('sms', janePhone);
    const reply = await tenant.exchange('sms', janePhone, otherThan(lastCode(tenant, janePhone)));
    expect(field(reply.body, 'error_description')).toBe('Wrong phone number or verification code.');
  });

  it('refuses an account that an administrator blocked', async () => {
    const tenant = await openTenant();
    tenant.control.adminBlock(jane, true);
    const reply = await tenant.exchange('email', janeMail, await freshCode(tenant));
    expect([reply.status, reply.body]).toEqual([403, { error: 'unauthorized', error_description: 'user is blocked' }]);
  });

  it('blocks an address after ten wrong codes, and a locked account does not block its contact', async () => {
    const tenant = await openTenant();
    tenant.control.lock(jane);
    expect((await tenant.exchange('email', janeMail, await freshCode(tenant))).status).toBe(200);
    tenant.control.lockContact('email', janeMail);
    const reply = await tenant.exchange('email', janeMail, await freshCode(tenant));
    expect([reply.status, field(reply.body, 'error')]).toEqual([429, 'too_many_attempts']);
  });

  it('asks for a second factor where a policy does', async () => {
    const tenant = await openTenant();
    tenant.control.misbehave.mfaRequired = true;
    const reply = await tenant.exchange('email', janeMail, await freshCode(tenant));
    expect([reply.status, field(reply.body, 'error')]).toEqual([403, 'mfa_required']);
  });
});

describe('tokens that lie', () => {
  it.each([
    ['wrongSub', 'sub', 'auth0|000000000000000000000000'],
    ['wrongAud', 'aud', 'SomeOtherClientId'],
    ['wrongIssuer', 'iss', 'https://other-tenant.eu.auth0.test/'],
  ] as const)('%s', async (lie, claim, value) => {
    const tenant = await openTenant();
    tenant.control.misbehave[lie] = true;
    const reply = await tenant.exchange('email', janeMail, await freshCode(tenant));
    expect(decodeJwt(textField(reply.body, 'id_token'))[claim]).toBe(value);
  });

  it('staleIat is two hours old', async () => {
    const tenant = await openTenant();
    tenant.control.misbehave.staleIat = true;
    const reply = await tenant.exchange('email', janeMail, await freshCode(tenant));
    expect(decodeJwt(textField(reply.body, 'id_token')).iat).toBe(tenant.clock.nowMs / 1000 - 7200);
  });

  it('foreignSignature passes under the right key id and fails verification', async () => {
    const tenant = await openTenant({ now: Date.now });
    tenant.control.misbehave.foreignSignature = true;
    const reply = await tenant.exchange('email', janeMail, await freshCode(tenant));
    const jwks = createRemoteJWKSet(new URL(`${tenant.url}/.well-known/jwks.json`));
    await expect(jwtVerify(textField(reply.body, 'id_token'), jwks)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  });

  it('noIdToken leaves it out, idMismatch answers a stranger to start', async () => {
    const tenant = await openTenant();
    Object.assign(tenant.control.misbehave, { noIdToken: true, idMismatch: true });
    const start = await tenant.sendCode('email', janeMail);
    expect(field(start.body, '_id')).not.toBe(tenant.control.user(jane).contacts[0]?.userId);
    const reply = await tenant.exchange('email', janeMail, lastCode(tenant, janeMail));
    expect([reply.status, field(reply.body, 'id_token')]).toEqual([200, undefined]);
    tenant.control.calm();
    expect(Object.values(tenant.control.misbehave)).not.toContain(true);
  });

  it('rotateKeys publishes a new key beside the old one, or in its place', async () => {
    const tenant = await openTenant();
    const kids = async () =>
      (await (await fetch(`${tenant.url}/.well-known/jwks.json`)).text()).split('"kid"').length - 1;
    await tenant.control.rotateKeys();
    expect(await kids()).toBe(2);
    await tenant.control.rotateKeys({ revokeOld: true });
    expect(await kids()).toBe(1);
  });
});

describe('the token endpoint', () => {
  it('takes a form as well as JSON', async () => {
    const tenant = await openTenant();
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        audience: `https://${domain}/api/v2/`,
      }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ expires_in: 86_400, token_type: 'Bearer' });
  });

  it.each([
    ['a wrong secret', { grant_type: otpGrant, client_secret: 'guess' }, 401, 'access_denied'],
    ['an unknown grant', { grant_type: 'magic' }, 403, 'unsupported_grant_type'],
    ['a grant that is off', { grant_type: 'password' }, 403, 'unauthorized_client'],
    ['no grant', {}, 400, 'invalid_request'],
    ['a foreign audience', { grant_type: 'client_credentials', audience: 'https://x/' }, 403, 'access_denied'],
    [
      'scopes beyond the grant',
      { grant_type: 'client_credentials', audience: `https://${domain}/api/v2/`, scope: 'read:clients' },
      403,
      'access_denied',
    ],
  ])('refuses %s', async (_what, body, status, error) => {
    const tenant = await openTenant();
    const reply = await tenant.post('/oauth/token', { client_id: clientId, client_secret: clientSecret, ...body });
    expect([reply.status, field(reply.body, 'error')]).toEqual([status, error]);
  });

  it('describes itself at the issuer, wherever it listens', async () => {
    const tenant = await openTenant();
    const response = await fetch(`${tenant.url}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({ issuer: `https://${domain}/` });
  });
});

describe('signing in', () => {
  it('tells a usable account from a locked, a blocked and a mistyped one', async () => {
    const { control } = await openTenant();
    expect(control.signIn('jane@acme.test', janePassword)).toEqual({ ok: true });
    expect(control.signIn(jane, 'something else')).toEqual({ error: 'wrong-password' });
    expect(control.signIn('nobody@acme.test', janePassword)).toEqual({ error: 'unknown-user' });
    control.lock(jane);
    expect(control.signIn(jane, janePassword)).toEqual({ error: 'locked' });
    expect(control.signIn(jane, janePassword, '198.51.100.7')).toEqual({ ok: true });
    control.adminBlock(jane, true);
    expect(control.signIn(jane, janePassword, '198.51.100.7')).toEqual({ error: 'blocked' });
    control.blockIp('198.51.100.7');
    expect(control.signIn(jane, janePassword, '198.51.100.7')).toEqual({ error: 'ip-blocked' });
  });

  it('locks with the tenth wrong password and lets go after thirty days', async () => {
    const { control, clock } = await openTenant();
    for (let turn = 0; turn < 9; turn += 1) control.signIn(jane, 'wrong');
    expect(control.user(jane).locked).toBe(false);
    control.signIn(jane, 'wrong');
    expect(control.user(jane)).toMatchObject({ locked: true, lockedAt: clock.nowMs });
    expect(control.logs.filter(({ type }) => type === 'limit_wc')).toHaveLength(1);
    clock.nowMs += 30 * 24 * 3600 * 1000;
    expect(control.signIn(jane, janePassword)).toEqual({ ok: true });
  });
});
