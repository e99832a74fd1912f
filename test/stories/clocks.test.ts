// Auth0's clock is ahead of ours, or behind it. Nobody but the operator notices.
import { describe, expect } from 'vitest';
import { savesPassword } from './browser.ts';
import { eventually } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';
import { webhookSecret } from './world.ts';

const differences = [40, -40, 600, -600];

async function opensPage(scene: Scene): Promise<string> {
  const { jane, world, auth0, getsCode, code, opensTicket } = scene;
  auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');
  await getsCode('reset-password');
  world.pass(30);
  await jane.types(code());
  await jane.submits();
  await jane.reads('Choose a new password');
  return opensTicket(jane.linkOf('Choose a new password'));
}

async function isTold({ jane, auth0 }: Scene): Promise<void> {
  await jane.reads('Password changed at');
  await eventually(
    () => (auth0.user(janesAccount).sessions === 0 ? true : undefined),
    () => 'sessions are still open',
  );
}

describe.concurrent.each(platforms)('On $name', (platform) => {
  describe.each(differences)('where Auth0’s clock is %i s ahead', (seconds) => {
    story(platform, 'a reset goes its way: the code counts, the change is seen, the sessions end', async (scene) => {
      scene.auth0.setClockAhead(seconds * 1000);
      const ticket = await opensPage(scene);
      await savesPassword(ticket, 'A-new-Passw0rd-2026');
      scene.world.pass(15);
      await isTold(scene);
      await scene.logs('auth0.clock');
      expect(scene.sam.cards()).toEqual([]);
    });
  });

  story(
    platform,
    'a change that Auth0’s log stream reports counts, though its clock is ahead or behind',
    async (scene) => {
      const { auth0, world } = scene;
      auth0.setClockAhead(-40_000);
      const ticket = await opensPage(scene);
      await savesPassword(ticket, 'A-new-Passw0rd-2026');
      auth0.misbehave.logsForbidden = true;
      const response = await fetch(`${world.url}/hooks/auth0`, {
        method: 'POST',
        headers: { authorization: `Bearer ${webhookSecret}`, 'content-type': 'application/x-ndjson' },
        body: auth0.logs.map((entry) => JSON.stringify({ log_id: entry.log_id, data: entry })).join('\n'),
      });
      expect(response.status).toBe(204);
      await isTold(scene);
    },
  );

  story(
    platform,
    'a proof that is older than the request proves nothing; a new code does, and nobody is alarmed',
    async (scene) => {
      const { jane, sam, world, auth0, code, proves } = scene;
      auth0.misbehave.staleIat = true;
      await proves('reset-password');
      await jane.sees('That code was sent before this request. Get a new one?');
      await scene.logs('proof too old');
      auth0.misbehave.staleIat = false;
      world.pass(61);
      await jane.presses('Send a new code');
      await jane.sees('Enter the code');
      await jane.types(code());
      await jane.submits();
      await jane.reads('Choose a new password');
      expect(sam.cards()).toEqual([]);
      expect(world.logged()).not.toContain('proof mismatched');
    },
  );
});
