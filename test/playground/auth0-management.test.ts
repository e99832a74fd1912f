// The emulated Management API: permissions, refusals, and what a call really changes.
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { field, jane, janeMail, janePassword, openTenant, path, textField } from './auth0-tenant.ts';

const newPassword = 'Fresh-and-long-2';

describe('the door', () => {
  it('answers 401 without a token, with a foreign one and with an expired one', async () => {
    const tenant = await openTenant();
    const token = await tenant.token();
    const statusWith = async (authorization: string) =>
      (await fetch(`${tenant.url}/api/v2/users/${path(jane)}`, { headers: { authorization } })).status;
    expect(await statusWith('')).toBe(401);
    expect(await statusWith('Bearer a.b.c')).toBe(401);
    expect(await statusWith(`Bearer ${token}`)).toBe(200);
    tenant.clock.nowMs += 86_401_000;
    expect(await statusWith(`Bearer ${token}`)).toBe(401);
  });

  it('answers 401 to tokens that were revoked, and takes newer ones', async () => {
    const tenant = await openTenant();
    const old = await tenant.token();
    tenant.control.revokeManagementTokens();
    tenant.clock.nowMs += 1;
    const statusWith = async (token: string) =>
      (await fetch(`${tenant.url}/api/v2/users/${path(jane)}`, { headers: { authorization: `Bearer ${token}` } }))
        .status;
    expect(await statusWith(old)).toBe(401);
    expect(await statusWith(await tenant.token())).toBe(200);
  });

  it('enforces the scope of each route', async () => {
    const tenant = await openTenant();
    const token = await tenant.token('read:users');
    const reply = await tenant.post(
      '/api/v2/tickets/password-change',
      { user_id: jane },
      { authorization: `Bearer ${token}` },
    );
    expect(reply.status).toBe(403);
    expect(reply.body).toMatchObject({ errorCode: 'insufficient_scope' });
  });

  it('spends the token buckets when limits are on', async () => {
    const tenant = await openTenant({ limits: true });
    const replies = [];
    for (let turn = 0; turn < 11; turn += 1) replies.push(await tenant.api('GET', `/user-blocks/${path(jane)}`));
    const last = replies.at(-1);
    expect(replies[0]?.headers.get('x-ratelimit-limit')).toBe('10');
    expect([last?.status, field(last?.body, 'errorCode')]).toEqual([429, 'too_many_requests']);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    tenant.clock.nowMs += 60_000;
    expect((await tenant.api('GET', `/user-blocks/${path(jane)}`)).status).toBe(200);
  });

  it('sends fifty codes an hour and no more when limits are on', async () => {
    const tenant = await openTenant({ limits: true });
    for (let turn = 0; turn < 50; turn += 1) await tenant.sendCode('email', janeMail);
    expect((await tenant.sendCode('email', janeMail)).status).toBe(429);
    expect(tenant.control.outbox).toHaveLength(50);
  });
});

describe('users', () => {
  it('shows a user without `blocked` until somebody is blocked', async () => {
    const tenant = await openTenant();
    const before = await tenant.api('GET', `/users/${path(jane)}`);
    expect(before.body).not.toHaveProperty('blocked');
    expect(before.body).not.toHaveProperty('last_password_reset');
    tenant.control.adminBlock(jane, true);
    expect((await tenant.api('GET', `/users/${path(jane)}`)).body).toHaveProperty('blocked', true);
  });

  it('shows contacts as linked identities with their verified address', async () => {
    const tenant = await openTenant();
    const { body } = await tenant.api('GET', `/users/${path(jane)}?fields=identities`);
    expect(Object.keys(body ?? {})).toEqual(['identities']);
    expect(field(body, 'identities')).toMatchObject([
      { provider: 'auth0', connection: 'CorpUsers' },
      {
        provider: 'email',
        user_id: expect.stringMatching(/^[0-9a-f]{24}$/),
        profileData: { email: janeMail, email_verified: true },
      },
      { provider: 'sms', profileData: { phone_number: expect.any(String), phone_verified: true } },
    ]);
  });

  it('finds by the exact lower-case work address and never by a contact', async () => {
    const tenant = await openTenant();
    const find = async (email: string) =>
      (await tenant.api('GET', `/users-by-email?email=${encodeURIComponent(email)}`)).body;
    expect(await find('jane@acme.test')).toMatchObject([{ user_id: jane }]);
    expect(await find('Jane@acme.test')).toEqual([]);
    expect(await find(janeMail)).toEqual([]);
    expect((await tenant.api('GET', '/users-by-email')).status).toBe(400);
  });

  it('merges app_metadata at its first level and removes what is null', async () => {
    const tenant = await openTenant();
    const patch = (metadata: unknown) => tenant.api('PATCH', `/users/${path(jane)}`, { app_metadata: metadata });
    await patch({ latchkey: { first: 1 }, team: 'red' });
    const reply = await patch({ latchkey: { second: 2 }, team: null });
    expect(field(reply.body, 'app_metadata')).toEqual({ latchkey: { second: 2 } });
  });

  it('lifts an administrator’s block when a password is set', async () => {
    const tenant = await openTenant();
    tenant.control.adminBlock(jane, true);
    expect((await tenant.api('PATCH', `/users/${path(jane)}`, { password: newPassword })).status).toBe(200);
    expect(tenant.control.user(jane)).toMatchObject({ blocked: false, password: newPassword });
  });

  it.each([
    ['short', 'PasswordStrengthError: Password is too weak'],
    [janePassword, 'PasswordHistoryError: Password has previously been used'],
    ['Password1!', 'PasswordDictionaryError: Password is too common'],
    ['Jane-and-more-1', 'PasswordNoUserInfoError: Password contains user information'],
  ])('refuses the password %s', async (password, message) => {
    const tenant = await openTenant();
    const reply = await tenant.api('PATCH', `/users/${path(jane)}`, { password });
    expect(reply.body).toEqual({ statusCode: 400, error: 'Bad Request', message });
  });

  it('refuses a password together with an address, and on a directory without write-back', async () => {
    const tenant = await openTenant();
    tenant.control.addUser({ userId: 'ad|CorpAD|a1b2', connection: 'CorpAD', email: 'Kim@acme.test' });
    const both = await tenant.api('PATCH', `/users/${path(jane)}`, { password: newPassword, email: 'new@acme.test' });
    const directory = () => tenant.api('PATCH', `/users/${path('ad|CorpAD|a1b2')}`, { password: newPassword });
    expect(field(both.body, 'message')).toBe('Cannot update password and email simultaneously.');
    expect(field((await directory()).body, 'message')).toBe('Connection is not supported for this operation.');
    tenant.control.setConnection('CorpAD', { writeBack: true });
    expect((await directory()).status).toBe(200);
  });

  it('takes a password through a connector that is connected: not a plain one, and only ASCII arrives as it was', async () => {
    const tenant = await openTenant();
    const kim = 'ad|CorpAD|a1b2';
    tenant.control.addUser({ userId: kim, connection: 'CorpAD', email: 'Kim@acme.test', password: 'Old-one-1' });
    const set = (password: string) => tenant.api('PATCH', `/users/${path(kim)}`, { password });
    tenant.control.setConnection('CorpAD', { writeBack: true, online: false });
    expect((await set(newPassword)).status).toBe(500);
    tenant.control.setConnection('CorpAD', { online: true });
    expect(field((await set('plainly-plain')).body, 'message')).toMatch(/^PasswordComplexityError/);
    expect(tenant.control.signIn(kim, 'Old-one-1').ok).toBe(true);
    expect((await set(newPassword)).status).toBe(200);
    expect(tenant.control.signIn(kim, newPassword).ok).toBe(true);
    expect((await set('Übergrößen-9-träger')).status).toBe(200);
    expect(tenant.control.signIn(kim, 'Übergrößen-9-träger').ok).toBeUndefined();
  });

  it('creates passwordless users, once each', async () => {
    const tenant = await openTenant();
    const create = () =>
      tenant.api('POST', '/users', { connection: 'email', email: 'new@mail.test', verify_email: false });
    const first = await create();
    expect(first.status).toBe(201);
    expect((await create()).status).toBe(409);
    expect((await tenant.api('DELETE', `/users/${path(textField(first.body, 'user_id'))}`)).status).toBe(204);
    expect((await tenant.api('DELETE', '/users/nobody')).status).toBe(204);
    const unknown = await tenant.api('POST', '/users', { connection: 'email', email: 'a@mail.test', colour: 'red' });
    expect(unknown.status).toBe(400);
  });
});

describe('identities', () => {
  it('links a passwordless user, who then proves the primary, and unlinks it again', async () => {
    const tenant = await openTenant();
    const loner = tenant.control.addPasswordlessUser({
      provider: 'email',
      address: 'second@mail.test',
      verified: true,
    });
    const [, id] = loner.userId.split('|');
    const linked = await tenant.api('POST', `/users/${path(jane)}/identities`, { provider: 'email', user_id: id });
    expect(linked.status).toBe(201);
    expect(linked.body).toHaveLength(4);
    expect((await tenant.api('GET', `/users/${path(loner.userId)}`)).status).toBe(404);
    const again = await tenant.api('POST', `/users/${path(jane)}/identities`, { provider: 'email', user_id: id });
    expect(again.status).toBe(409);
    const unlinked = await tenant.api('DELETE', `/users/${path(jane)}/identities/email/${id}`);
    expect([unlinked.status, field(unlinked.body, 'length')]).toEqual([200, undefined]);
    expect((await tenant.api('GET', `/users/${path(loner.userId)}`)).body).toMatchObject({ email: 'second@mail.test' });
  });

  it.each([
    ['email', 'second@mail.test'],
    ['sms', '+4915100000066'],
  ] as const)(
    'a code proves the address alone before linking, the primary after it, and again the address alone after unlinking: %s',
    async (provider, address) => {
      const tenant = await openTenant();
      const provenBy = async () => {
        await tenant.sendCode(provider, address);
        const answer = await tenant.exchange(provider, address, tenant.control.lastCodeTo(address) ?? '');
        return decodeJwt(textField(answer.body, 'id_token')).sub ?? '';
      };
      const own = await provenBy();
      expect(own).toMatch(new RegExp(`^${provider}\\|`));
      const [, id = ''] = own.split('|');
      await tenant.api('POST', `/users/${path(jane)}/identities`, { provider, user_id: id });
      expect(await provenBy()).toBe(jane);
      expect((await tenant.api('DELETE', `/users/${path(own)}`)).status).toBe(204);
      expect(await provenBy()).toBe(jane);
      await tenant.api('DELETE', `/users/${path(jane)}/identities/${provider}/${id}`);
      expect(await provenBy()).toBe(own);
      expect((await tenant.api('DELETE', `/users/${path(own)}`)).status).toBe(204);
      expect(tenant.control.users()).toHaveLength(1);
    },
  );

  it('gives an identity to one account of fifty that ask for it at once', async () => {
    const tenant = await openTenant();
    const kim = 'auth0|5f7c8ec7c33c6c004bbafe99';
    tenant.control.addUser({ userId: kim, connection: 'CorpUsers', email: 'kim@acme.test' });
    const loner = tenant.control.addPasswordlessUser({ provider: 'email', address: 'second@mail.test' });
    const body = { provider: 'email', user_id: loner.userId.split('|')[1] };
    const asked = Array.from({ length: 50 }, (_, nth) => (nth % 2 === 0 ? jane : kim));
    const answers = await Promise.all(asked.map((id) => tenant.api('POST', `/users/${path(id)}/identities`, body)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 201).map(({ body: told }) => field(told, 'message'));
    expect(new Set(others)).toEqual(new Set(['Specified identity already exists.']));
    expect(tenant.control.user(jane).contacts.length + tenant.control.user(kim).contacts.length).toBe(3);
  });

  it('refuses to link a user to themselves, an identity that does not exist, and to an account that is gone', async () => {
    const tenant = await openTenant();
    const link = async (userId: string, provider: string, id: string) => {
      const answer = await tenant.api('POST', `/users/${path(userId)}/identities`, { provider, user_id: id });
      return [answer.status, field(answer.body, 'message')];
    };
    expect(await link(jane, 'auth0', jane.split('|')[1] ?? '')).toEqual([
      400,
      'Main identity and the new one are the same.',
    ]);
    expect(await link(jane, 'email', 'none')).toEqual([400, 'Linking to an inexistent identity is not allowed.']);
    const loner = tenant.control.addPasswordlessUser({ provider: 'email', address: 'second@mail.test' });
    expect((await link('auth0|nobody', 'email', loner.userId.split('|')[1] ?? ''))[0]).toBe(404);
    expect(tenant.control.users()).toHaveLength(2);
  });

  it('links by a token of the second account', async () => {
    const tenant = await openTenant();
    await tenant.sendCode('email', 'third@mail.test');
    const code = tenant.control.lastCodeTo('third@mail.test') ?? '';
    const tokens = await tenant.exchange('email', 'third@mail.test', code);
    const link = (linkWith: string) => tenant.api('POST', `/users/${path(jane)}/identities`, { link_with: linkWith });
    expect((await link('not.a.token')).status).toBe(400);
    expect((await link(textField(tokens.body, 'id_token'))).status).toBe(201);
    expect(tenant.control.user(jane).contacts.map(({ address }) => address)).toContain('third@mail.test');
  });

  it('never lets go of the main identity', async () => {
    const tenant = await openTenant();
    const [, id] = jane.split('|');
    const reply = await tenant.api('DELETE', `/users/${path(jane)}/identities/auth0/${id}`);
    expect(field(reply.body, 'message')).toBe('Main identity cannot be removed.');
  });
});

describe('locks', () => {
  it('shows and lifts a brute-force block by user and by name, and leaves the administrator’s alone', async () => {
    const tenant = await openTenant();
    tenant.control.adminBlock(jane, true);
    tenant.control.lock(jane, { ip: '203.0.113.9' });
    const listed = await tenant.api('GET', `/user-blocks/${path(jane)}`);
    expect(listed.body).toEqual({
      blocked_for: [{ identifier: 'jane@acme.test', ip: '203.0.113.9', connection: 'CorpUsers' }],
    });
    expect((await tenant.api('DELETE', `/user-blocks/${path(jane)}`)).status).toBe(204);
    expect(tenant.control.user(jane)).toMatchObject({ locked: false, blocked: true });
    tenant.control.lock(jane);
    const byName = '/user-blocks?identifier=jane%40acme.test';
    expect(field((await tenant.api('GET', byName)).body, 'blocked_for')).toHaveLength(1);
    expect((await tenant.api('DELETE', byName)).status).toBe(204);
    expect(tenant.control.logs.filter(({ type }) => type === 'ublkdu')).toHaveLength(2);
  });

  it('does not show a contact’s block under its user, only under its address', async () => {
    const tenant = await openTenant();
    tenant.control.lockContact('email', janeMail);
    expect((await tenant.api('GET', `/user-blocks/${path(jane)}`)).body).toEqual({ blocked_for: [] });
    const { body } = await tenant.api('GET', `/user-blocks?identifier=${encodeURIComponent(janeMail)}`);
    expect(field(body, 'blocked_for')).toHaveLength(1);
  });

  it('names no address in Account Lockout mode', async () => {
    const tenant = await openTenant({ lockoutMode: 'count_per_identifier' });
    tenant.control.lock(jane);
    const { body } = await tenant.api('GET', `/user-blocks/${path(jane)}`);
    expect(body).toEqual({ blocked_for: [{ identifier: 'jane@acme.test', connection: 'CorpUsers' }] });
    expect(tenant.control.signIn(jane, janePassword, '198.51.100.99')).toEqual({ error: 'locked' });
  });
});

describe('sessions and refresh tokens', () => {
  it('lists and ends them', async () => {
    const tenant = await openTenant();
    tenant.control.signIn(jane, janePassword);
    tenant.control.signIn(jane, janePassword);
    const { body } = await tenant.api('GET', `/users/${path(jane)}/sessions`);
    expect(field(body, 'sessions')).toHaveLength(2);
    expect((await tenant.api('DELETE', `/users/${path(jane)}/sessions`)).status).toBe(202);
    expect(tenant.control.user(jane)).toMatchObject({ sessions: 0, refreshTokens: 2 });
    const revoked = await tenant.api('POST', '/refresh-tokens/revoke', { user_id: jane });
    expect([revoked.status, tenant.control.user(jane).refreshTokens]).toEqual([202, 0]);
  });

  it('revokes all access, or keeps the refresh tokens when told to', async () => {
    const tenant = await openTenant();
    tenant.control.signIn(jane, janePassword);
    const revoke = (body: unknown) => tenant.api('POST', `/users/${path(jane)}/revoke-access`, body);
    expect((await revoke({ preserve_refresh_tokens: true })).status).toBe(202);
    expect(tenant.control.user(jane)).toMatchObject({ sessions: 0, refreshTokens: 1 });
    await revoke({});
    expect(tenant.control.user(jane)).toMatchObject({ refreshTokens: 0 });
  });

  it('does without on a plan that has no such routes', async () => {
    const tenant = await openTenant();
    tenant.control.misbehave.sessionsUnavailable = true;
    const reply = await tenant.api('DELETE', `/users/${path(jane)}/refresh-tokens`);
    expect([reply.status, field(reply.body, 'message')]).toEqual([403, 'This feature is not enabled for this tenant.']);
  });
});

describe('the tenant log', () => {
  it('finds a password change by type, user and time', async () => {
    const tenant = await openTenant();
    const { body } = await tenant.api('POST', '/tickets/password-change', { user_id: jane, ttl_sec: 600 });
    const since = new Date(tenant.clock.nowMs).toISOString();
    tenant.clock.nowMs += 5_000;
    await fetch(textField(body, 'ticket'), {
      method: 'POST',
      body: new URLSearchParams({ 'password-reset': newPassword, 're-enter-password': newPassword }),
    });
    const search = async (q: string) =>
      (await tenant.api('GET', `/logs?${new URLSearchParams({ q, sort: 'date:-1' })}`)).body;
    expect(await search(`type:scp AND user_id:"${jane}" AND date:[${since} TO *]`)).toMatchObject([
      { type: 'scp', user_id: jane, connection: 'CorpUsers', ip: '127.0.0.1' },
    ]);
    expect(await search(`type:scp AND date:[* TO ${since}]`)).toEqual([]);
    expect(await search(`type:scp AND NOT user_id:"${jane}"`)).toEqual([]);
    expect(await search('type:(nonsense')).toMatchObject({ statusCode: 400 });
    const own = await tenant.api('GET', `/users/${path(jane)}/logs?per_page=1`);
    expect(own.body).toMatchObject([{ type: 'scp' }]);
  });

  it('goes on from a checkpoint, oldest first', async () => {
    const tenant = await openTenant();
    tenant.control.signIn(jane, 'wrong');
    tenant.control.signIn(jane, janePassword);
    const [first] = tenant.control.logs;
    const { body } = await tenant.api('GET', `/logs?from=${first?.log_id}&take=2`);
    expect(body).toMatchObject([{ type: 's' }, { type: 'seccft' }]);
    expect((await tenant.api('GET', '/logs?take=101')).status).toBe(400);
  });

  it('counts when asked and hides what has not settled', async () => {
    const tenant = await openTenant();
    tenant.control.signIn(jane, janePassword);
    tenant.control.setLogDelay(10_000);
    const query = '/logs?q=type%3As&include_totals=true&per_page=5';
    expect((await tenant.api('GET', query)).body).toMatchObject({ total: 0, logs: [] });
    tenant.clock.nowMs += 10_000;
    expect((await tenant.api('GET', query)).body).toMatchObject({ start: 0, limit: 5, length: 1, total: 1 });
  });

  it('is closed where the scope is missing', async () => {
    const tenant = await openTenant();
    tenant.control.misbehave.logsForbidden = true;
    expect((await tenant.api('GET', '/logs')).body).toMatchObject({ errorCode: 'insufficient_scope' });
  });
});

describe('connections', () => {
  it('lists by name, shows one, and knows a connector that is offline', async () => {
    const tenant = await openTenant();
    const directory = tenant.control.addConnection('CorpAD', 'ad');
    const named = await tenant.api('GET', '/connections?name=CorpUsers&fields=id,name,strategy');
    expect(named.body).toEqual([{ id: expect.stringMatching(/^con_\w{16}$/), name: 'CorpUsers', strategy: 'auth0' }]);
    expect((await tenant.api('GET', `/connections/${directory.id}`)).body).toMatchObject({ strategy: 'ad' });
    expect((await tenant.api('GET', `/connections/${directory.id}/status`)).status).toBe(200);
    tenant.control.setConnection('CorpAD', { online: false });
    const offline = await tenant.api('GET', `/connections/${directory.id}/status`);
    expect([offline.status, field(offline.body, 'message')]).toEqual([404, 'not connected to any node']);
  });
});
