// What the playground's page has for enrolling: people who start with nothing, and a mailbox for an address that nobody
// has yet.
import { createHash } from 'node:crypto';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createVisitor } from '../../playground/auth0/visitor.ts';
import { cast } from '../../playground/cast.ts';
import { startWorld } from '../../playground/world.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { type Visit, visit } from './page-visit.ts';

const newcomers = cast.filter(({ account }) => account?.contacts.length === 0);

it('there is somebody without a contact in the database and in Active Directory', () => {
  expect(newcomers.map(({ account }) => account?.userId.split('|')[0])).toEqual(['auth0', 'ad']);
});

describe('A world’s tenant', () => {
  it('lets everybody who starts with nothing sign in for the product, by each of their names', async () => {
    const world = await startWorld(createLogger({ level: 'silent' }));
    try {
      const verifier = 'v'.repeat(43);
      const redirectUri = `${world.productUrl}/enrol/callback`;
      const query = new URLSearchParams({
        ...{ response_type: 'code', client_id: 'latchkey-playground', redirect_uri: redirectUri, scope: 'openid' },
        ...{ state: 'state', nonce: 'nonce', prompt: 'login', max_age: '0', code_challenge_method: 'S256' },
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      });
      for (const { email, account } of newcomers) {
        for (const name of [email, account?.username ?? email]) {
          const visitor = createVisitor(world.auth0.url);
          const back = await visitor.signIn(`${world.auth0.url}/authorize?${query}`, name, account?.password ?? '');
          expect(back.href.startsWith(`${redirectUri}?code=`)).toBe(true);
        }
      }
    } finally {
      await world.close();
    }
  });
});

describe.skipIf(browserMissing !== undefined)(titled('The page’s mailbox', browserMissing), () => {
  afterAll(closeBrowser);
  let here: Visit;
  afterEach(() => here.close());

  it.each([
    ['email', 'nina.at.home@mail.test', 'Mail'],
    ['sms', '+12025550188', 'Text message'],
  ] as const)(
    'shows what goes to an address that nobody has yet, and then only to its owner: %s',
    async (provider, address, kind) => {
      here = await visit();
      const { slack, around, page } = here;
      const { control } = here.world().auth0;
      const received = around.getByRole('log');
      const chosen = (name: string) => slack.getByRole('button', { name }).click();
      await chosen('Nina');
      await around.getByText('Nina has enrolled no contact.').waitFor();
      control.sendCode(provider, address);
      await received.getByText(`To ${address}`).waitFor();
      expect(await here.code()).toBe(control.lastCodeTo(address));
      expect(await received.getByRole('img', { name: kind }).count()).toBe(1);

      const loner = control.users().find(({ userId }) => userId.startsWith(`${provider}|`));
      const [, id = ''] = loner?.userId.split('|') ?? [];
      const nina = cast.find(({ name }) => name === 'Nina')?.account?.userId ?? '';
      const profileData = provider === 'email' ? { email: address } : { phone_number: address };
      control.removeUser(loner?.userId ?? '');
      control.link(nina, { provider, id, connection: provider, profileData });
      control.sendCode(provider, address);
      await around.getByRole('listitem').filter({ hasText: address }).first().waitFor();
      await received.locator('[data-code]').nth(1).waitFor();
      expect(await received.getByText(`To ${address}`).count()).toBe(0);
      await chosen('Omar');
      await received.getByText('Nothing yet.').waitFor();
      await page.getByText('Omar.Haddad@acme.test or ohaddad').waitFor();
      expect(here.diagnose).toEqual([]);
    },
  );
});
