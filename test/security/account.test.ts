// What can happen to an account at Auth0 through us, and what never can.
import { describe, expect, it } from 'vitest';
import { calls } from '../../src/auth0/call.ts';
import { janesAccount } from '../stories/people.ts';
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
        await jane.sees('That code is used up');
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

  it('is touched by nothing but this list: no factor, no password, no profile, no other account', () => {
    const writes = Object.values(calls)
      .map(({ route }) => route)
      .filter((route) => !route.startsWith('GET '));
    expect(new Set(writes)).toEqual(
      new Set([
        'POST /oauth/token',
        'POST /passwordless/start',
        'POST /tickets/password-change',
        'DELETE /user-blocks/{id}',
        'DELETE /user-blocks',
        'POST /users/{id}/revoke-access',
        'DELETE /users/{user_id}/sessions',
        'DELETE /users/{user_id}/refresh-tokens',
      ]),
    );
    expect(new Set(Object.values(calls).flatMap(({ scopes }) => scopes))).toEqual(
      new Set([
        'read:users',
        'update:users',
        'create:user_tickets',
        'read:logs',
        'delete:sessions',
        'delete:refresh_tokens',
      ]),
    );
  });
});
