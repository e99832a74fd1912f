// The emulated tenant's sign-in in a browser, and what the token endpoint makes of the code, over real HTTP.
import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { describe, expect, it } from 'vitest';
import type { Auth0Options } from '../../playground/auth0/server.ts';
import { createVisitor, type Shown, type Visitor } from '../../playground/auth0/visitor.ts';
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
  type Reply,
  type TestTenant,
  textField,
} from './auth0-tenant.ts';

const callback = 'https://latchkey.acme.test/enrol/callback';
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');
const ada = 'ad|CorpAD|a1b2c3';
const adaPassword = 'Silver-Birch-58';

type Query = Readonly<Record<string, string | undefined>>;

const usual: Query = {
  response_type: 'code',
  client_id: clientId,
  redirect_uri: callback,
  scope: 'openid',
  state: 'the-state',
  nonce: 'the-nonce',
  code_challenge: challenge,
  code_challenge_method: 'S256',
  prompt: 'login',
  max_age: '0',
};

function authorizeUrl(changes: Query = {}): string {
  const url = new URL(`https://${domain}/authorize`);
  for (const [name, value] of Object.entries({ ...usual, ...changes })) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

type Rig = { readonly tenant: TestTenant; readonly visitor: Visitor };

async function open(options: Partial<Auth0Options> = {}): Promise<Rig> {
  const tenant = await openTenant({ callbacks: [callback], ...options });
  tenant.control.addUser({
    userId: ada,
    connection: 'CorpAD',
    email: 'Ada.Okafor@acme.test',
    username: 'aokafor',
    password: adaPassword,
  });
  return { tenant, visitor: createVisitor(tenant.url) };
}

const answerOf = (url: URL): Record<string, string> => Object.fromEntries(url.searchParams);
const away = (shown: Shown): URL => {
  if (shown.kind === 'away') return shown.to;
  throw new Error(`stayed on a page: ${shown.html}`);
};
const pageOf = (shown: Shown): Extract<Shown, { kind: 'page' }> => {
  if (shown.kind === 'page') return shown;
  throw new Error(`was sent to ${shown.to.href}`);
};

function redeem({ tenant }: Rig, code: string | undefined, changes: Query = {}): Promise<Reply> {
  const body = { redirect_uri: callback, code_verifier: verifier, code, ...changes };
  const client = { client_id: clientId, client_secret: clientSecret };
  return tenant.post('/oauth/token', { grant_type: 'authorization_code', ...client, ...body });
}

async function codeOf({ visitor }: Rig, changes: Query = {}, name = 'jane@acme.test', password = janePassword) {
  const back = await visitor.signIn(authorizeUrl(changes), name, password);
  return back.searchParams.get('code') ?? '';
}

const claimsOf = (reply: Reply): JWTPayload => decodeJwt(textField(reply.body, 'id_token'));
const seconds = ({ tenant }: Rig): number => Math.floor(tenant.clock.nowMs / 1000);

describe('a request to sign in', () => {
  it.each([
    ['without a client', { client_id: undefined }, 400, 'Missing required parameter: client_id'],
    ['of an unknown client', { client_id: 'SomebodyElse' }, 400, 'Unknown client: SomebodyElse'],
    ['without a callback', { redirect_uri: undefined }, 400, 'Missing required parameter: redirect_uri'],
    ['to a foreign callback', { redirect_uri: 'https://evil.test/' }, 403, 'Callback URL mismatch'],
    ['to a callback with a query', { redirect_uri: `${callback}?a=1` }, 403, 'Callback URL mismatch'],
    ['to a callback with a slash more', { redirect_uri: `${callback}/` }, 403, 'Callback URL mismatch'],
  ] as const)('%s gets an error page, and is never sent anywhere', async (_name, changes, status, text) => {
    const { visitor } = await open();
    const page = pageOf(await visitor.open(authorizeUrl(changes)));
    expect(page.status).toBe(status);
    expect(page.html).toContain(text);
  });

  it('a callback that was never registered is refused', async () => {
    const { visitor } = await open({ callbacks: [] });
    expect(pageOf(await visitor.open(authorizeUrl())).status).toBe(403);
  });

  it.each([
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no scope', { scope: undefined }, 'invalid_request'],
    ['a scope without openid', { scope: 'profile email' }, 'invalid_scope'],
    ['no nonce', { nonce: undefined }, 'invalid_request'],
    ['no code challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a challenge that is no hash', { code_challenge: 'short' }, 'invalid_request'],
    ['no challenge method', { code_challenge_method: undefined }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a prompt that does not exist', { prompt: 'shout' }, 'invalid_request'],
    ['prompts that exclude each other', { prompt: 'none login' }, 'invalid_request'],
    ['an age that is no number', { max_age: '-1' }, 'invalid_request'],
    ['a connection that does not exist', { connection: 'Nowhere' }, 'invalid_request'],
    ['a connection that the page does not offer', { connection: 'google' }, 'invalid_request'],
  ] as const)('with %s goes back with the error and the state', async (_name, changes, error) => {
    const { visitor } = await open();
    const back = away(await visitor.open(authorizeUrl(changes)));
    expect(back.href.startsWith(`${callback}?`)).toBe(true);
    expect(answerOf(back)).toEqual({ error, error_description: expect.any(String), state: 'the-state' });
  });

  it('without a state goes back without one', async () => {
    const { visitor } = await open();
    const back = away(await visitor.open(authorizeUrl({ state: undefined })));
    expect(answerOf(back)).toEqual({ error: 'invalid_request', error_description: expect.stringContaining('state') });
  });

  it('is refused where the application lacks the grant, and so is a code', async () => {
    const rig = await open({ grants: ['client_credentials'] });
    const back = away(await rig.visitor.open(authorizeUrl()));
    expect(answerOf(back)).toMatchObject({ error: 'unauthorized_client', state: 'the-state' });
    const reply = await redeem(rig, 'any');
    expect([reply.status, field(reply.body, 'error')]).toEqual([403, 'unauthorized_client']);
  });
});

describe('the sign-in page', () => {
  it('has the name filled in, and nothing that a hint can break out of', async () => {
    const { visitor } = await open();
    const page = pageOf(await visitor.open(authorizeUrl({ login_hint: 'jane"><script>@acme.test' })));
    expect(page.status).toBe(200);
    expect(page.html).toContain('value="jane&quot;&gt;&lt;script&gt;@acme.test"');
    expect(page.html).not.toContain('<script');
  });

  it('signs in and goes back with a code and the state', async () => {
    const rig = await open();
    const back = await rig.visitor.signIn(authorizeUrl(), 'jane@acme.test', janePassword);
    expect(answerOf(back)).toEqual({ code: expect.stringMatching(/^[\w-]{32}$/), state: 'the-state' });
    expect(rig.tenant.control.logs.at(-1)).toMatchObject({ type: 's', user_id: jane });
    expect(rig.tenant.control.user(jane)).toMatchObject({ sessions: 1, refreshTokens: 0 });
  });

  it.each([
    ['their address in other capitals', 'ada.okafor@ACME.test'],
    ['their user name', 'AOkafor'],
  ])('takes a person of Active Directory by %s', async (_name, name) => {
    const rig = await open();
    expect(claimsOf(await redeem(rig, await codeOf(rig, {}, name, adaPassword))).sub).toBe(ada);
  });

  it.each([
    ['a wrong password', 'jane@acme.test', 'wrong', 'Wrong email, user name or password.'],
    ['an unknown name', 'nobody@acme.test', janePassword, 'Wrong email, user name or password.'],
    ['the address of a contact', 'jane.doe@mail.test', janePassword, 'Wrong email, user name or password.'],
  ])('stays with a sentence after %s, and can be tried again', async (_name, username, password, text) => {
    const { visitor } = await open();
    await visitor.open(authorizeUrl());
    const page = pageOf(await visitor.send({ username, password }));
    expect(page.status).toBe(400);
    expect(page.html).toContain(text);
    expect(page.html).toContain(`value="${username}"`);
    const back = away(await visitor.send({ username: 'jane@acme.test', password: janePassword }));
    expect(back.searchParams.has('code')).toBe(true);
  });

  it('tells that the account is locked, or the address blocked', async () => {
    const { tenant, visitor } = await open();
    tenant.control.lock(jane);
    await visitor.open(authorizeUrl());
    const jane1 = { username: 'jane@acme.test', password: janePassword };
    expect(pageOf(await visitor.send(jane1)).html).toContain('multiple consecutive login attempts');
    tenant.control.blockIp('203.0.113.24');
    expect(pageOf(await visitor.send(jane1)).html).toContain('suspicious login behavior');
  });

  it('counts wrong passwords: the tenth locks the account', async () => {
    const { tenant, visitor } = await open();
    await visitor.open(authorizeUrl());
    for (let failure = 0; failure < 10; failure += 1) await visitor.send({ username: 'jane@acme.test', password: 'x' });
    expect(tenant.control.user(jane).locked).toBe(true);
  });

  it('sends a person whom an administrator blocked back with an error, or tells them where the switch says so', async () => {
    const { tenant, visitor } = await open();
    tenant.control.adminBlock(jane, true);
    const back = await visitor.signIn(authorizeUrl(), 'jane@acme.test', janePassword);
    expect(answerOf(back)).toMatchObject({ error: 'unauthorized', error_description: 'user is blocked' });
    tenant.control.misbehave.blockedToldOnPage = true;
    await visitor.open(authorizeUrl());
    const page = pageOf(await visitor.send({ username: 'jane@acme.test', password: janePassword }));
    expect(page.html).toContain('blocked by an administrator');
  });

  it('Cancel, and an Action that refuses, go back with access_denied', async () => {
    const { tenant, visitor } = await open();
    await visitor.open(authorizeUrl());
    expect(answerOf(away(await visitor.send({ action: 'cancel' })))).toMatchObject({ error: 'access_denied' });
    tenant.control.misbehave.signInDenied = true;
    const back = await visitor.signIn(authorizeUrl(), 'jane@acme.test', janePassword);
    expect(answerOf(back)).toMatchObject({ error: 'access_denied', state: 'the-state' });
    expect(back.searchParams.has('code')).toBe(false);
  });

  it('refuses a form without its secret value', async () => {
    const { tenant, visitor } = await open();
    await visitor.open(authorizeUrl());
    for (const csrf of ['', 'guessed']) {
      const page = pageOf(await visitor.send({ csrf, username: 'jane@acme.test', password: janePassword }));
      expect(page.status).toBe(403);
      await visitor.open(authorizeUrl());
    }
    expect(tenant.control.user(jane).sessions).toBe(0);
  });

  it('is of one browser, once, and for an hour', async () => {
    const { tenant, visitor } = await open();
    await visitor.open(authorizeUrl());
    const address = `${tenant.url}${tenant.control.requests.at(-1)?.path ?? ''}`;
    const other = createVisitor(tenant.url);
    expect(pageOf(await other.open(address)).status).toBe(400);
    expect(pageOf(await visitor.open(address)).status).toBe(200);
    tenant.clock.nowMs += 3_600_000;
    expect(pageOf(await visitor.open(address)).status).toBe(400);
    await visitor.signIn(authorizeUrl(), 'jane@acme.test', janePassword);
    const used = tenant.control.requests.findLast(({ route }) => route === '/u/login')?.path ?? '';
    expect(pageOf(await visitor.open(`${tenant.url}${used}`)).html).toContain('pressed the back button');
  });

  it('lets a person choose between accounts with one address, and asks nothing where there is one connection', async () => {
    const rig = await open();
    const twin = 'auth0|5f7c8ec7c33c6c004bbafe55';
    rig.tenant.control.addUser({
      userId: twin,
      connection: 'CorpUsers',
      email: 'ada.okafor@acme.test',
      password: adaPassword,
    });
    const html = pageOf(await rig.visitor.open(authorizeUrl())).html;
    expect(html).toContain('<option value="CorpUsers">');
    for (const [connection, sub] of [
      ['CorpUsers', twin],
      ['CorpAD', ada],
    ] as const) {
      await rig.visitor.open(authorizeUrl());
      const back = away(
        await rig.visitor.send({ username: 'ada.okafor@acme.test', password: adaPassword, connection }),
      );
      expect(claimsOf(await redeem(rig, back.searchParams.get('code') ?? '')).sub).toBe(sub);
    }
    expect(pageOf(await rig.visitor.open(authorizeUrl({ connection: 'CorpAD' }))).html).not.toContain('<select');
    const named = await rig.visitor.send({
      username: 'ada.okafor@acme.test',
      password: adaPassword,
      connection: 'CorpUsers',
    });
    expect(claimsOf(await redeem(rig, away(named).searchParams.get('code') ?? '')).sub).toBe(ada);
  });
});

describe('the sign-in page of a passwordless connection', () => {
  async function byCode(rig: Rig, connection: 'email' | 'sms', address: string) {
    const asked = pageOf(await rig.visitor.open(authorizeUrl({ connection, login_hint: address })));
    expect(asked.html).not.toContain('name="password"');
    const sent = pageOf(await rig.visitor.send({ username: address }));
    expect(sent.html).toContain('name="code"');
    const wrong = pageOf(await rig.visitor.send({ code: 'none' }));
    expect([wrong.status, wrong.html]).toEqual([400, expect.stringContaining('invalid')]);
    const code = rig.tenant.control.lastCodeTo(address) ?? '';
    return claimsOf(await redeem(rig, away(await rig.visitor.send({ code })).searchParams.get('code') ?? ''));
  }

  it.each([
    ['email', janeMail],
    ['sms', janePhone],
  ] as const)('signs in to the account to which the contact is linked: %s', async (connection, address) => {
    const rig = await open();
    const claims = await byCode(rig, connection, address);
    expect(claims).toMatchObject({ sub: jane, auth_time: seconds(rig) });
    expect(rig.tenant.control.logs.findLast(({ type }) => type === 's')).toMatchObject({
      user_id: jane,
      client_id: clientId,
      connection,
      strategy: connection,
      strategy_type: 'passwordless',
      details: { session_id: claims['sid'], prompts: [{ connection, strategy: connection }] },
    });
    const { body } = await rig.tenant.api('GET', `/users/${encodeURIComponent(jane)}/sessions`);
    expect(JSON.stringify(body)).toContain(`"methods":[{"name":"${connection}"`);
  });

  it('asks for an address that can be one', async () => {
    const { visitor } = await open();
    await visitor.open(authorizeUrl({ connection: 'email' }));
    expect(pageOf(await visitor.send({ username: 'nobody' })).status).toBe(400);
    expect(answerOf(away(await visitor.send({ action: 'cancel' })))).toMatchObject({ error: 'access_denied' });
  });

  it('sends whom an administrator blocked back with an error', async () => {
    const { tenant, visitor } = await open();
    await visitor.open(authorizeUrl({ connection: 'email' }));
    await visitor.send({ username: janeMail });
    tenant.control.adminBlock(jane, true);
    const back = away(await visitor.send({ code: tenant.control.lastCodeTo(janeMail) ?? '' }));
    expect(answerOf(back)).toMatchObject({ error: 'unauthorized' });
  });

  it('is in the log as the switches say', async () => {
    const rig = await open();
    const last = () => rig.tenant.control.logs.findLast(({ type }) => type === 's');
    rig.tenant.control.misbehave.logsWithoutSession = true;
    await byCode(rig, 'email', janeMail);
    expect(JSON.stringify(last())).not.toContain('session_id');
    rig.tenant.control.misbehave.logsNameMainConnection = true;
    rig.tenant.control.misbehave.logsUnderContact = true;
    await byCode(rig, 'email', janeMail);
    expect(last()).toMatchObject({ connection: 'CorpUsers', user_id: expect.stringMatching(/^email\|/) });
    expect(last()).toMatchObject({ details: { prompts: [{ connection: 'email' }] } });
  });

  it('differs in the log from a sign-in with a password', async () => {
    const rig = await open();
    const claims = claimsOf(await redeem(rig, await codeOf(rig)));
    expect(rig.tenant.control.logs.findLast(({ type }) => type === 's')).toMatchObject({
      ...{ user_id: jane, connection: 'CorpUsers', strategy: 'auth0', strategy_type: 'database' },
      details: { session_id: claims['sid'], prompts: [{ connection: 'CorpUsers' }] },
    });
  });
});

describe('a session at the tenant', () => {
  it('signs in silently without a prompt, and keeps the time of its beginning', async () => {
    const rig = await open();
    await codeOf(rig);
    const began = seconds(rig);
    rig.tenant.clock.nowMs += 600_000;
    const back = away(await rig.visitor.open(authorizeUrl({ prompt: undefined, max_age: '3600' })));
    const claims = claimsOf(await redeem(rig, back.searchParams.get('code') ?? ''));
    expect(claims).toMatchObject({ sub: jane, auth_time: began, iat: began + 600 });
  });

  it.each([
    ['prompt=login', { prompt: 'login', max_age: undefined }, 0],
    ['select_account', { prompt: 'select_account', max_age: undefined }, 0],
    ['an age of nothing, at once', { prompt: undefined, max_age: '0' }, 0],
    ['a smaller age', { prompt: undefined, max_age: '60' }, 61_000],
    ['another connection', { prompt: undefined, max_age: undefined, connection: 'CorpAD' }, 0],
    ['a session older than a week', { prompt: undefined, max_age: undefined }, 169 * 3_600_000],
  ] as const)('is not enough for %s', async (_name, changes, laterMs) => {
    const rig = await open();
    await codeOf(rig);
    rig.tenant.clock.nowMs += laterMs;
    expect(pageOf(await rig.visitor.open(authorizeUrl(changes))).html).toContain('name="password"');
  });

  it('prompt=none: a session answers at once; without one, or with too old a one, login_required', async () => {
    const rig = await open();
    const silently = { prompt: 'none', max_age: '60' };
    const refused = { error: 'login_required', state: 'the-state' };
    expect(answerOf(away(await rig.visitor.open(authorizeUrl(silently))))).toMatchObject(refused);
    await codeOf(rig);
    expect(answerOf(away(await rig.visitor.open(authorizeUrl(silently))))).toHaveProperty('code');
    rig.tenant.clock.nowMs += 61_000;
    expect(answerOf(away(await rig.visitor.open(authorizeUrl(silently))))).toMatchObject(refused);
  });

  it('ends with the sessions of the account, and is refused to a blocked one', async () => {
    const rig = await open();
    await codeOf(rig);
    rig.tenant.control.adminBlock(jane, true);
    const silently = authorizeUrl({ prompt: 'none', max_age: undefined });
    expect(answerOf(away(await rig.visitor.open(silently)))).toMatchObject({ error: 'unauthorized' });
    rig.tenant.control.adminBlock(jane, false);
    await rig.tenant.api('DELETE', `/users/${encodeURIComponent(jane)}/sessions`);
    expect(answerOf(away(await rig.visitor.open(silently)))).toMatchObject({ error: 'login_required' });
  });

  it('no cookie is given out that scripts can read', async () => {
    const { tenant } = await open();
    const { pathname, search } = new URL(authorizeUrl());
    const response = await fetch(`${tenant.url}${pathname}${search}`, { redirect: 'manual' });
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/HttpOnly.*SameSite=Lax/)]);
  });
});

describe('the code', () => {
  it('becomes a token that the published keys verify', async () => {
    const rig = await open();
    const reply = await redeem(rig, await codeOf(rig));
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        id_token: expect.any(String),
        scope: 'openid',
        expires_in: 86_400,
        token_type: 'Bearer',
      },
    ]);
    const keys = createRemoteJWKSet(new URL(`${rig.tenant.url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(textField(reply.body, 'id_token'), keys, {
      issuer: `https://${domain}/`,
      audience: clientId,
      algorithms: ['RS256'],
      currentDate: new Date(rig.tenant.clock.nowMs),
    });
    const now = seconds(rig);
    expect(payload).toMatchObject({ sub: jane, nonce: 'the-nonce', auth_time: now, iat: now, sid: expect.any(String) });
  });

  it('says when the person signed in only where an age was asked for, as Auth0', async () => {
    const rig = await open();
    expect(claimsOf(await redeem(rig, await codeOf(rig, { max_age: undefined })))).not.toHaveProperty('auth_time');
  });

  it.each([
    ['a code that was never given out', async () => 'invented', {}, 'Invalid authorization code'],
    [
      'a wrong verifier',
      codeOf,
      { code_verifier: randomBytes(32).toString('base64url') },
      'Failed to verify code verifier',
    ],
    ['no verifier', codeOf, { code_verifier: undefined }, 'Failed to verify code verifier'],
    [
      'another callback',
      codeOf,
      { redirect_uri: 'https://latchkey.acme.test/change/callback' },
      'The redirect URI is wrong',
    ],
    ['no callback', codeOf, { redirect_uri: undefined }, 'The redirect URI is wrong'],
  ] as const)('is refused for %s, and is then used up', async (_name, obtain, changes, text) => {
    const rig = await open();
    const code = await obtain(rig);
    const reply = await redeem(rig, code, changes);
    expect([reply.status, reply.body]).toEqual([
      403,
      { error: 'invalid_grant', error_description: expect.stringContaining(text) },
    ]);
    expect((await redeem(rig, code)).status).toBe(403);
  });

  it('works once', async () => {
    const rig = await open();
    const code = await codeOf(rig);
    expect((await redeem(rig, code)).status).toBe(200);
    const again = await redeem(rig, code);
    expect([again.status, again.body]).toEqual([
      403,
      { error: 'invalid_grant', error_description: 'Invalid authorization code' },
    ]);
  });

  it.each([
    [59_999, 200],
    [60_000, 403],
  ])('after %i ms answers %i', async (laterMs, status) => {
    const rig = await open();
    const code = await codeOf(rig);
    rig.tenant.clock.nowMs += laterMs;
    expect((await redeem(rig, code)).status).toBe(status);
  });

  it('is refused without the code, with a wrong secret, and for an account that is gone', async () => {
    const rig = await open();
    expect((await redeem(rig, undefined)).status).toBe(400);
    const code = await codeOf(rig);
    expect((await redeem(rig, code, { client_secret: 'guessed' })).status).toBe(401);
    rig.tenant.control.removeUser(jane);
    expect((await redeem(rig, code)).status).toBe(403);
  });
});

describe('every attack on the token of a sign-in can be had', () => {
  it.each([
    ['wrongAud', { aud: 'SomeOtherClientId' }],
    ['wrongIssuer', { iss: 'https://other-tenant.eu.auth0.test/' }],
    ['wrongSub', { sub: 'auth0|000000000000000000000000' }],
    ['oldAuthTime', { auth_time: Date.parse('2026-03-02T07:00:00Z') / 1000 }],
    ['wrongNonce', { nonce: 'of-another-sign-in' }],
    ['noAuthTime', { auth_time: undefined }],
    ['noNonce', { nonce: undefined }],
  ] as const)('%s', async (lie, claims) => {
    const rig = await open();
    rig.tenant.control.misbehave[lie] = true;
    const told = claimsOf(await redeem(rig, await codeOf(rig)));
    for (const [name, value] of Object.entries(claims)) expect([name, told[name]]).toEqual([name, value]);
  });

  it('the answer of a colleague, a foreign key, no token at all', async () => {
    const rig = await open();
    rig.tenant.control.misbehave.subIs = ada;
    expect(claimsOf(await redeem(rig, await codeOf(rig))).sub).toBe(ada);
    rig.tenant.control.calm();
    rig.tenant.control.misbehave.foreignSignature = true;
    const forged = textField((await redeem(rig, await codeOf(rig))).body, 'id_token');
    const keys = createRemoteJWKSet(new URL(`${rig.tenant.url}/.well-known/jwks.json`));
    await expect(jwtVerify(forged, keys)).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
    rig.tenant.control.calm();
    rig.tenant.control.misbehave.noIdToken = true;
    expect((await redeem(rig, await codeOf(rig))).body).not.toHaveProperty('id_token');
  });
});

describe('openid-client', () => {
  it('signs in from discovery to claims', async () => {
    const { tenant, visitor } = await open({ now: Date.now });
    const rewritten: openid.CustomFetch = (url, init) =>
      fetch(url.replace(`https://${domain}`, tenant.url), { ...init, body: init.body ?? null });
    const config = await openid.discovery(
      new URL(`https://${domain}/`),
      clientId,
      {},
      openid.ClientSecretPost(clientSecret),
      { [openid.customFetch]: rewritten },
    );
    openid.enableNonRepudiationChecks(config);
    const url = openid.buildAuthorizationUrl(config, {
      ...{ redirect_uri: callback, scope: 'openid', state: 'state-1', nonce: 'nonce-1' },
      ...{ code_challenge: challenge, code_challenge_method: 'S256', max_age: '0', prompt: 'login' },
    });
    expect(url.origin).toBe(`https://${domain}`);
    const back = await visitor.signIn(url.href, 'jane@acme.test', janePassword);
    const tokens = await openid.authorizationCodeGrant(config, back, {
      pkceCodeVerifier: verifier,
      expectedState: 'state-1',
      expectedNonce: 'nonce-1',
      maxAge: 0,
      idTokenExpected: true,
    });
    expect(tokens.claims()).toMatchObject({ sub: jane, nonce: 'nonce-1' });
  });
});
