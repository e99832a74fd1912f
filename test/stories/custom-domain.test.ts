// A company whose people sign in at a domain of its own.
import { describe, expect } from 'vitest';
import { savesPassword } from './browser.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { story } from './story.ts';

describe.concurrent.each(platforms)('On $name, at a tenant with a custom domain', (platform) => {
  story(
    platform,
    'a reset goes its way',
    async ({ jane, proves, opensTicket }) => {
      await proves('reset-password');
      await jane.reads('Choose a new password');
      const policy = (await fetch(jane.linkOf('Choose a new password') ?? '')).headers.get('content-security-policy');
      expect(policy).toMatch(/form-action [^;]*https:\/\/login\.acme\.test[ ;]/);
      expect(policy).toMatch(/form-action [^;]*https:\/\/acme\.eu\.auth0\.test(?:[ ;]|$)/);
      const ticket = await opensTicket(jane.linkOf('Choose a new password'));
      expect(await savesPassword(ticket, 'A-new-Passw0rd-2026')).toBe(303);
      await jane.reads('Password changed at');
    },
    { customDomain: true },
  );

  story(
    platform,
    'an unlock goes its way',
    async ({ jane, sam, auth0, proves }) => {
      auth0.lock(janesAccount);
      await proves('unlock');
      await sam.seesCard('Unlock');
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
      expect(auth0.user(janesAccount).locked).toBe(false);
    },
    { customDomain: true },
  );
});
