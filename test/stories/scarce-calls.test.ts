// How many calls a request needs of the group with Auth0's lowest rate limit: tickets, locks, sessions. 150 a minute on
// most plans.
import { describe, expect } from 'vitest';
import { savesPassword } from './browser.ts';
import { eventually } from './chat.ts';
import { janesAccount, janesPhone } from './people.ts';
import { platforms } from './platform.ts';
import { recordersOf } from './recorder.ts';
import { type Scene, story } from './story.ts';

const isScarce =
  /^\/api\/v2\/(tickets|user-blocks|sessions|refresh-tokens|users\/[^/]+\/(sessions|refresh-tokens|revoke-access))\b/;

/** The calls since the last look, e.g. `POST tickets`. */
function scarceCalls({ auth0 }: Scene): () => readonly string[] {
  let seen = 0;
  return () => {
    const fresh = auth0.requests.slice(seen);
    seen = auth0.requests.length;
    return fresh.filter(({ path }) => isScarce.test(path)).map(({ method, route }) => `${method} ${route}`);
  };
}

describe.concurrent.each(platforms)('On $name, of the scarcest calls', (platform) => {
  story(platform, 'a reset makes two: for the ticket, and to end the sessions', async (scene) => {
    const { jane, proves, opensTicket } = scene;
    const asked = scarceCalls(scene);
    await proves('reset-password');
    await jane.reads('Choose a new password');
    expect(asked()).toEqual([]);
    const ticket = await opensTicket(jane.linkOf('Choose a new password'));
    await jane.reads('page is open');
    expect(asked()).toEqual(['POST /api/v2/tickets/password-change']);
    await savesPassword(ticket, 'A-new-Passw0rd-2026');
    await jane.reads("You're being signed out everywhere else");
    expect(asked()).toEqual(['POST /api/v2/users/:id/revoke-access']);
  });

  story(platform, 'an unlock makes one look before the approval, and six in all', async (scene) => {
    const { jane, sam, proves, auth0 } = scene;
    const asked = scarceCalls(scene);
    auth0.lock(janesAccount);
    await proves('unlock');
    await sam.seesCard(/Open until/);
    expect(asked()).toEqual(['GET /api/v2/user-blocks/:id']);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    expect(asked()).toEqual([
      'DELETE /api/v2/user-blocks/:id',
      'GET /api/v2/user-blocks',
      'GET /api/v2/user-blocks',
      'GET /api/v2/user-blocks/:id',
    ]);
    expect(auth0.user(janesAccount).locked).toBe(false);
  });

  story(platform, 'an unlock of a contact alone makes six', async (scene) => {
    const { jane, sam, proves, auth0 } = scene;
    const asked = scarceCalls(scene);
    auth0.lockContact('sms', janesPhone);
    await proves('unlock');
    await sam.seesCard(/Open until/);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    expect(asked().length).toBeLessThanOrEqual(6);
    await eventually(
      () =>
        auth0.requests.some(
          ({ method, path }) => method === 'DELETE' && path.includes(encodeURIComponent(janesPhone)),
        ) || undefined,
      () => 'the contact is still locked',
    );
  });

  story(platform, 'an unlock of nothing makes four', async (scene) => {
    const { jane, proves } = scene;
    const asked = scarceCalls(scene);
    await proves('unlock');
    await jane.reads("Your account isn't locked");
    expect(asked().length).toBe(4);
  });

  const busy = { status: 429, headers: { 'retry-after': '1' }, body: { errorCode: 'too_many_requests' } };

  story(platform, 'a press for which there is no room waits its turn', async (scene) => {
    const { jane, proves, opensTicket, auth0 } = scene;
    await proves('reset-password');
    await jane.reads('Choose a new password');
    auth0.faults.next({ path: /tickets/, times: 2 }, busy);
    await opensTicket(jane.linkOf('Choose a new password'));
    await jane.reads('page is open');
  });

  story(platform, 'an unlock for which there is no room waits its turn, and nobody reads of trouble', async (scene) => {
    const { jane, sam, proves, auth0, world } = scene;
    auth0.lock(janesAccount);
    auth0.faults.next({ path: /user-blocks/, times: 2 }, busy);
    await proves('unlock');
    await sam.seesCard(/Open until/);
    auth0.faults.next({ method: 'DELETE', path: /user-blocks/, times: 2 }, busy);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
    const moved = world.logged().match(/"retry":"later","retryAfterMs":\d+/g) ?? [];
    expect(moved.length).toBeGreaterThanOrEqual(4);
    const handed = recordersOf(world).map((recorder) => JSON.stringify(recorder.handed()));
    expect(handed.join()).toContain("You're unlocked");
    expect(handed.join()).not.toContain("can't reach");
  });
});
