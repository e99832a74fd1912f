// A tenant with a page of its own for a new password: the request goes on there, and ends in the chat. Told on both platforms.
import { describe, expect } from 'vitest';
import { resetPageHtml } from '../../manifest/auth0/reset-page.ts';
import { copy } from '../../src/bot/copy/language.ts';
import { opens, savesOnTenantsPage, ticketDies } from './browser.ts';
import { eventually } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const newPassword = 'Kraken under 9 bridges';

/** From the chat through the proof to the page of the tenant. */
async function opensTenantsPage({ auth0, jane, proves, opensTicket }: Scene): Promise<string> {
  auth0.configuration.settings['change_password'] = {
    enabled: true,
    html: resetPageHtml({ companyName: 'Acme Rockets', contact: 'call 4711' }, copy.pages),
  };
  await proves('reset-password');
  await jane.reads('Choose a new password');
  const ticket = await opensTicket(jane.linkOf('Choose a new password'));
  await jane.reads('page is open');
  return ticket;
}

describe.concurrent.each(platforms)('On $name, the tenant’s own page for a new password', (platform) => {
  story(platform, 'says whose account it is and how to reach a person, and nothing of a chat', async (scene) => {
    const { text, status } = await opens(await opensTenantsPage(scene));
    expect(status).toBe(200);
    const [shown = ''] = /<body>[\s\S]*<script>/.exec(text) ?? [];
    for (const said of ['Acme Rockets', 'For the account <code>jane@acme.example.com</code>', 'call 4711'])
      expect(shown).toContain(said);
    expect(shown).not.toMatch(/\bchat\b/i);
  });

  story(platform, 'takes a new password: the chat confirms it, sessions end, and the page is gone', async (scene) => {
    const { auth0, jane } = scene;
    auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');
    const ticket = await opensTenantsPage(scene);
    expect(await savesOnTenantsPage(ticket, newPassword)).toBe(200);
    await jane.reads('Password changed');
    expect(auth0.user(janesAccount).password).toBe(newPassword);
    await eventually(
      () => (auth0.user(janesAccount).sessions === 0 ? true : undefined),
      () => 'sessions are still open',
    );
    await ticketDies(ticket);
  });

  story(platform, 'refuses a password by the rules of the account, and takes the next one', async (scene) => {
    const { auth0, jane } = scene;
    const ticket = await opensTenantsPage(scene);
    expect(await savesOnTenantsPage(ticket, 'Old-Passw0rd-of-Jane')).toBe(400);
    expect(auth0.user(janesAccount).password).toBe('Old-Passw0rd-of-Jane');
    expect(await savesOnTenantsPage(ticket, newPassword)).toBe(200);
    await jane.reads('Password changed');
  });

  story(platform, 'is void as soon as its person says that it was not them', async (scene) => {
    const { auth0, jane } = scene;
    const ticket = await opensTenantsPage(scene);
    await jane.presses("It wasn't me");
    await ticketDies(ticket);
    expect(await savesOnTenantsPage(ticket, newPassword)).not.toBe(200);
    expect(auth0.user(janesAccount).password).toBe('Old-Passw0rd-of-Jane');
  });
});
