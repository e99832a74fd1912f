// What the product can do to an account at Auth0, and what it never can.
import { describe, expect, it } from 'vitest';
import { connectorEndpoints, type Endpoint, endpoints, looks } from '../../src/auth0/endpoints.ts';
import { createRequest, linkRequest, passwordRequest, recordRequest } from '../../src/auth0/schemas.ts';
import { accountOf, janesAccount, people } from '../stories/people.ts';
import { slack as platform } from '../stories/platform.ts';
import { story, wrong } from '../stories/story.ts';

describe('an account', () => {
  story(
    platform,
    'is not locked, blocked or otherwise changed by somebody who tries to recover it and fails',
    async (scene) => {
      const { jane, auth0, code, getsCode, world } = scene;
      const before = auth0.user(janesAccount);
      const fails = async (what: 'reset-password' | 'unlock', tries: number): Promise<void> => {
        await getsCode(what);
        for (let nth = 0; nth < tries; nth += 1) {
          await jane.types(wrong(code()));
          await jane.submits();
        }
      };
      for (const what of ['reset-password', 'unlock', 'reset-password'] as const) {
        await fails(what, 3);
        await jane.sees('That code no longer works');
        await jane.closesWindow();
        await jane.writes('cancel');
        await jane.reads('Cancelled');
        world.pass(1900);
      }
      await fails('unlock', 1);
      await jane.sees('Too many wrong codes');
      expect(auth0.user(janesAccount)).toEqual(before);
      expect(auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane')).toEqual({ ok: true });
    },
  );

  describe.each([
    ['a Google profile', { provider: 'google-oauth2', connection: 'google-oauth2' }, true],
    ['an unverified contact', { provider: 'email', connection: 'email' }, false],
    ['an unverified login of another database', { provider: 'auth0', connection: 'Customers' }, false],
  ] as const)('whose address somebody else has linked in %s', (_, identity, isVerified) => {
    story(platform, 'keeps its lock when that person unlocks her own account', async (scene) => {
      const { auth0, helpdeskChannel, chat, proves } = scene;
      const sam = accountOf('sam');
      const profileData = { email: people.jane.email, email_verified: isVerified, username: 'jane' };
      auth0.link(sam, { ...identity, id: '117', profileData });
      auth0.lock(janesAccount);
      const attacker = chat('sam');
      await proves('unlock', attacker, 'sam.agent@home.example.net');
      await attacker.reads("Your account isn't locked");
      auth0.lock(sam);
      await attacker.closesWindow();
      await proves('unlock', attacker, 'sam.agent@home.example.net');
      await helpdeskChannel('ada').presses('Approve');
      await attacker.reads("You're unlocked");
      expect(auth0.user(sam).locked).toBe(false);
      expect(auth0.user(janesAccount).locked).toBe(true);
    });
  });

  it('is touched by nothing but this list: no factor, no password, no profile, no other account', () => {
    const calls = [endpoints, connectorEndpoints, looks].flatMap((some) => Object.values<Endpoint>(some));
    const writes = calls.map(({ route }) => route).filter((route) => !route.startsWith('GET '));
    expect(new Set(writes)).toEqual(
      new Set([
        'POST /oauth/token',
        'POST /passwordless/start',
        'POST /tickets/password-change',
        'POST /dbconnections/change_password',
        'DELETE /user-blocks/{id}',
        'DELETE /user-blocks',
        'POST /users/{id}/revoke-access',
        'DELETE /users/{user_id}/sessions',
        'DELETE /users/{user_id}/refresh-tokens',
        'PATCH /users/{id}',
        'POST /users/{id}/identities',
        'DELETE /users/{id}/identities/{provider}/{user_id}',
        'POST /users',
        'DELETE /users/{id}',
      ]),
    );
    expect(new Set(Object.values(endpoints).flatMap(({ scopes }) => scopes))).toEqual(
      new Set([
        'read:users',
        'update:users',
        'update:users_app_metadata',
        'create:users',
        'delete:users',
        'create:user_tickets',
        'read:logs',
        'delete:sessions',
        'delete:refresh_tokens',
      ]),
    );
  });

  it('has a password written into it by one request, which can hold nothing else', () => {
    const password = { password: 'x', connection: 'CorpUsers' };
    expect(passwordRequest.safeParse(password).success).toBe(true);
    for (const more of [{ blocked: false }, { email: 'x@acme.test' }, { app_metadata: {} }, { password: '' }])
      expect(passwordRequest.safeParse({ ...password, ...more }).success).toBe(false);
  });

  it('has nothing written into it but app_metadata.latchkey, and nothing linked but a passwordless contact', () => {
    const record = { app_metadata: { latchkey: { actors: [] } } };
    expect(recordRequest.safeParse(record).success).toBe(true);
    for (const more of [{ password: 'x' }, { blocked: false }, { email: 'x@acme.test' }, { user_metadata: {} }])
      expect(recordRequest.safeParse({ ...record, ...more }).success).toBe(false);
    expect(recordRequest.safeParse({ app_metadata: { latchkey: {}, privileged: false } }).success).toBe(false);
    for (const provider of ['auth0', 'ad', 'google-oauth2'])
      expect(linkRequest.safeParse({ provider, user_id: '1' }).success).toBe(false);
    expect(linkRequest.safeParse({ link_with: 'token' }).success).toBe(false);
    const created = { connection: 'email', email: 'x@home.test', email_verified: false, verify_email: false };
    expect(createRequest.safeParse(created).success).toBe(true);
    for (const odd of [{ connection: 'CorpUsers' }, { password: 'x' }, { app_metadata: {} }, { verify_email: true }])
      expect(createRequest.safeParse({ ...created, ...odd }).success).toBe(false);
  });
});
