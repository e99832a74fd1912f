import { describe, expect } from 'vitest';
import { opens, savesPassword } from './browser.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { story } from './story.ts';

describe.concurrent.each(platforms)('On $name', (platform) => {
  describe('a person resets her password', () => {
    story(
      platform,
      'in four acts, and reads that it is done within seconds of saving it',
      async ({ jane, auth0, proves, opensTicket }) => {
        await proves('reset-password');
        await jane.sees("You're verified");
        await jane.reads("You're verified");
        const link = jane.linkOf('Choose a new password') ?? '';
        const page = await opens(link);
        expect(page.text).toContain('Jane');
        expect(page.text).toContain('Acme');
        expect(await savesPassword(await opensTicket(link), 'A-new-Passw0rd-2026')).toBe(303);
        await jane.reads('Password changed at');
        expect(jane.linkOf('Choose a new password')).toBeUndefined();
        expect(auth0.signIn(janesAccount, 'A-new-Passw0rd-2026')).toEqual({ ok: true });
      },
    );
  });

  describe('a person unlocks her account', () => {
    story(
      platform,
      'with the approval of somebody else, and reads who it was',
      async ({ jane, sam, auth0, proves }) => {
        auth0.lock(janesAccount);
        await proves('unlock');
        await jane.sees('The helpdesk has been asked');
        await sam.seesCard(/Unlock.*for/s);
        await sam.presses('Approve');
        await jane.reads("You're unlocked");
        await sam.seesCard('approved by');
        expect(auth0.user(janesAccount).locked).toBe(false);
      },
    );
  });
});
