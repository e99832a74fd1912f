// The password-realm grant of the emulated Auth0: as strict as the real one, as far as that is known.
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { passwordRealmGrant } from '../../playground/auth0/password-grant.ts';
import type { Auth0Options } from '../../playground/auth0/server.ts';
import {
  clientId,
  clientSecret,
  domain,
  field,
  jane,
  janeMail,
  janePassword,
  openTenant,
  otpGrant,
  textField,
} from './auth0-tenant.ts';

const grants = ['client_credentials', 'authorization_code', otpGrant, passwordRealmGrant];
const browser = { 'auth0-forwarded-for': '198.51.100.7' };

async function withGrant(options: Partial<Auth0Options> = {}) {
  const tenant = await openTenant({ grants, ...options });
  const ask = async (change: Record<string, string | undefined> = {}, headers: Record<string, string> = {}) => {
    const fields = {
      ...{ grant_type: passwordRealmGrant, client_id: clientId, client_secret: clientSecret, realm: 'CorpUsers' },
      ...{ username: 'jane@acme.test', password: janePassword, scope: 'openid' },
      ...change,
    };
    const reply = await tenant.post('/oauth/token', fields, headers);
    return { ...reply, said: [reply.status, field(reply.body, 'error')] };
  };
  return { ...tenant, ask };
}

describe('a name and a password', () => {
  it('that are right bring a token of that account, and are written down as a sign-in', async () => {
    const { ask, api, control } = await withGrant();
    const logins = async () =>
      Number(field((await api('GET', `/users/${encodeURIComponent(jane)}`)).body, 'logins_count') ?? 0);
    const before = await logins();
    const reply = await ask();
    expect(reply.status).toBe(200);
    expect(decodeJwt(textField(reply.body, 'id_token'))).toMatchObject({
      sub: jane,
      aud: clientId,
      iss: `https://${domain}/`,
    });
    expect(field((await ask({ scope: undefined })).body, 'id_token')).toBeUndefined();
    expect(await logins()).toBe(before + 2);
    expect(control.logs.map(({ type }) => type)).toContain('sepft');
    expect(control.witnessed).toContainEqual({ what: 'knew-password', account: jane, at: expect.any(Number) });
  });

  it('may be written with capitals', async () => {
    const { ask } = await withGrant();
    expect((await ask({ username: 'Jane@ACME.test' })).status).toBe(200);
  });

  it.each([
    ['a wrong password', { password: 'something else' }],
    ['no such name', { username: 'nobody@acme.test' }],
    ['the id of the account as its name', { username: jane }],
    ['a linked contact as its name', { username: janeMail }],
  ])('are not both right: %s', async (_what, change) => {
    const { ask } = await withGrant();
    const reply = await ask(change);
    expect(reply.said).toEqual([403, 'invalid_grant']);
    expect(field(reply.body, 'error_description')).toBe('Wrong email or password.');
  });

  it.each([
    ['no realm', { realm: undefined }],
    ['a realm that does not exist', { realm: 'Nowhere' }],
    ['a realm of codes', { realm: 'email' }],
    ['a realm of Active Directory', { realm: 'CorpAD' }],
    ['no password', { password: undefined }],
    ['no name', { username: undefined }],
  ])('are not looked at with %s', async (_what, change) => {
    const { ask, control } = await withGrant();
    control.addUser({ userId: 'ad|CorpAD|1', connection: 'CorpAD', email: 'ann@acme.test' });
    expect((await ask(change)).said).toEqual([400, 'invalid_request']);
  });

  it.each([
    ['the grant is not switched on', { grants: grants.slice(0, 3) }, {}, [403, 'unauthorized_client']],
    ['the secret is wrong', {}, { client_secret: 'guess' }, [401, 'access_denied']],
  ])('are not looked at where %s', async (_what, options, change, said) => {
    const { ask, control } = await withGrant(options);
    expect((await ask(change)).said).toEqual(said);
    expect(control.logs.some(({ type }) => type === 'sepft')).toBe(false);
  });

  it('are not enough where a second factor is asked for, by the account or by a policy', async () => {
    const { ask, control } = await withGrant();
    control.addUser({
      ...{ userId: 'auth0|mia', connection: 'CorpUsers', email: 'mia@acme.test', password: 'Mias-Password-1' },
      multifactor: ['guardian'],
    });
    const mia = { username: 'mia@acme.test', password: 'Mias-Password-1' };
    expect((await ask(mia)).said).toEqual([403, 'mfa_required']);
    expect((await ask({ ...mia, password: 'wrong' })).said).toEqual([403, 'invalid_grant']);
    control.misbehave.mfaRequired = true;
    expect((await ask()).said).toEqual([403, 'mfa_required']);
    expect(control.logs.some(({ type }) => type === 'sepft')).toBe(false);
  });

  it('of an account that an administrator blocked: only the right password is told so', async () => {
    const { ask, control } = await withGrant();
    control.adminBlock(jane, true);
    expect((await ask()).said).toEqual([403, 'unauthorized']);
    expect((await ask({ password: 'wrong' })).said).toEqual([403, 'invalid_grant']);
  });
});

describe('wrong passwords', () => {
  it('block the account with the tenth, together with those of the sign-in page', async () => {
    const { ask, control } = await withGrant();
    for (let turn = 0; turn < 5; turn += 1) control.signIn(jane, 'wrong', '127.0.0.1');
    for (let turn = 0; turn < 5; turn += 1) expect((await ask({ password: 'wrong' })).status).toBe(403);
    expect((await ask()).said).toEqual([429, 'too_many_attempts']);
    expect(control.user(jane).locked).toBe(true);
  });

  it('count by the address of the browser where the tenant believes it, and by ours elsewhere', async () => {
    const trusting = await withGrant({ trustForwardedFor: true });
    for (let turn = 0; turn < 10; turn += 1) await trusting.ask({ password: 'wrong' }, browser);
    expect((await trusting.ask({}, browser)).said).toEqual([429, 'too_many_attempts']);
    expect((await trusting.ask()).status).toBe(200);
    const doubting = await withGrant();
    for (let turn = 0; turn < 10; turn += 1) await doubting.ask({ password: 'wrong' }, browser);
    expect((await doubting.ask()).said).toEqual([429, 'too_many_attempts']);
  });

  it('are forgotten with a right one', async () => {
    const { ask } = await withGrant();
    for (let turn = 0; turn < 9; turn += 1) await ask({ password: 'wrong' });
    expect((await ask()).status).toBe(200);
    for (let turn = 0; turn < 9; turn += 1) await ask({ password: 'wrong' });
    expect((await ask()).status).toBe(200);
  });

  it('are not even looked at from an address that is blocked', async () => {
    const { ask, control } = await withGrant({ trustForwardedFor: true });
    control.blockIp('198.51.100.7');
    expect((await ask({}, browser)).said).toEqual([429, 'too_many_attempts']);
    expect((await ask()).status).toBe(200);
  });
});
