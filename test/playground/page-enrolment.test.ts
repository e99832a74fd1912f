// What the playground's page has for enrolling: people who start with nothing, and a mailbox for an address that nobody
// has yet.
import { createHash } from 'node:crypto';
import { afterAll, afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { createVisitor } from '../../playground/auth0/visitor.ts';
import { cast } from '../../playground/cast.ts';
import { type MailServer, startMail } from '../../playground/mail/server.ts';
import { startWorld, type World } from '../../playground/world.ts';
import { mailServer } from '../../src/config/mail-server.ts';
import { instant } from '../../src/flows/ids.ts';
import { createMail, type Mail } from '../../src/notices/mail.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { picture, violations } from './page-violations.ts';
import { type Visit, visit } from './page-visit.ts';

const pictures = new URL('../../test-results/playground/', import.meta.url).pathname;
const log = createLogger({ level: 'silent' });
const newcomers = cast.filter(({ account }) => account?.contacts.length === 0);

it('there is somebody without a contact in the database and in Active Directory', () => {
  expect(newcomers.map(({ account }) => account?.userId.split('|')[0])).toEqual(['auth0', 'ad']);
});

describe('A world’s tenant', () => {
  it('lets everybody who starts with nothing sign in for the product, by each of their names', async () => {
    const world = await startWorld(log);
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

/** As a tenant does that lets unknown addresses in. */
function sendsCodeToStranger(control: World['auth0']['control'], channel: 'email' | 'sms', address: string): void {
  for (const { name, options } of control.connections()) if (name === channel) options['disable_signup'] = false;
  control.sendCode(channel, address);
}

/** The product's own sender of mails. */
function mailTo(server: MailServer): Mail {
  const config = mailServer(false).parse(server.url);
  const mail = createMail({ ...config, clock: { now: () => instant(Date.now()) }, log, observe: () => undefined });
  onTestFinished(() => mail.close());
  return mail;
}

const umlauts = `Grüße an Zoë.\n\n${'Ein langer Satz = viele Wörter. '.repeat(12).trim()}\nhttps://latchkey.acme.test/enrol/${'a'.repeat(90)}`;

describe('The mail server of a world', () => {
  it.each([
    ['plain', 'A contact was added', 'Something changed.'],
    [
      'long, with lines, accents and a symbol',
      'Ein neuer Kontakt für Zoë – überprüfen Sie ihn bitte gleich 🔑',
      umlauts,
    ],
    ['in another script', 'Новый контакт', 'Кто-то добавил контакт к вашей учётной записи.\n\nЭто были не вы?'],
  ])('keeps what was sent: %s', async (_name, subject, text) => {
    const server = await startMail(() => 1);
    onTestFinished(() => server.close());
    const seen: string[] = [];
    const end = server.onMail(({ to }) => seen.push(to));
    const message = { to: 'jane@mail.test', subject, text, html: '<p>something else</p>', id: 'a' };
    const mail = mailTo(server);
    expect(await mail.send(message)).toMatchObject({ ok: true });
    expect(server.received).toEqual([{ to: 'jane@mail.test', subject, text, at: 1 }]);
    end();
    await mail.send(message);
    expect(server.received).toHaveLength(2);
    expect(seen).toEqual(['jane@mail.test']);
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
      sendsCodeToStranger(control, provider, address);
      await received.getByText(`To ${address}`).waitFor();
      expect(await here.code()).toBe(control.lastCodeTo(address));
      expect(await received.getByRole('img', { name: kind }).count()).toBe(1);

      const loner = control.users().find(({ userId }) => userId.startsWith(`${provider}|`));
      const [, id = ''] = loner?.userId.split('|') ?? [];
      const nina = cast.find(({ name }) => name === 'Nina')?.account?.userId ?? '';
      const profileData = provider === 'email' ? { email: address } : { phone_number: address };
      control.removeUser(loner?.userId ?? '');
      control.link(nina, { provider, id, connection: provider, profileData });
      sendsCodeToStranger(control, provider, address);
      await around.getByRole('listitem').filter({ hasText: address }).first().waitFor();
      await received.locator('[data-code]').nth(1).waitFor();
      expect(await received.getByText(`To ${address}`).count()).toBe(0);
      await chosen('Omar');
      await received.getByText('Nothing yet.').waitFor();
      await page.getByText('Omar.Haddad@acme.test or ohaddad').waitFor();
      expect(here.diagnose).toEqual([]);
    },
  );

  it('shows a notice to who has the address, at work or at home, and its link opens in a tab of its own', async () => {
    here = await visit();
    const { slack, around, page } = here;
    const { productUrl } = here.world();
    const mail = mailTo(here.world().mail);
    const link = `${productUrl}/enrol/not-me/abc`;
    for (const to of ['nina.park@acme.test', 'Jane.Doe@gmail.test']) {
      const text = `Something changed.\n\nIt wasn’t me: ${link}\n`;
      await mail.send({ to, subject: `A contact of ${to}`, text, html: '', id: 'a' });
    }
    await around.getByText('A contact of Jane.Doe@gmail.test').waitFor();
    await slack.getByRole('button', { name: 'Nina' }).click();
    await around.getByText('A contact of nina.park@acme.test').waitFor();
    expect(await around.getByText('A contact of Jane.Doe@gmail.test').count()).toBe(0);
    await around.getByText('Read it').click();
    // A later event draws the pane again; the mail stays open.
    sendsCodeToStranger(here.world().auth0.control, 'email', 'nobody.yet@mail.test');
    await around.getByText('To nobody.yet@mail.test').waitFor();
    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      around.getByRole('link', { name: link }).click(),
    ]);
    await opened.waitForURL(link);
    await picture(page, `${pictures}mail.png`);
    expect(await violations(page)).toEqual([]);
    await slack.getByRole('button', { name: 'Omar' }).click();
    await around.getByText('A contact of nina.park@acme.test').waitFor({ state: 'detached' });
  });
});
