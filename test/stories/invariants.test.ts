// Checks the checks at the end of every story: each one fails when its rule is broken.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { janesPassword } from './enrolling.ts';
import { createEnrolmentBrowser } from './enrolment-browser.ts';
import { expectInvariants } from './invariants.ts';
import { accountOf, janesAccount, objectIdOf, people } from './people.ts';
import { platforms } from './platform.ts';
import { teamsOf } from './teams-chat.ts';
import { teamsHelpdesk } from './teams-world.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  // Where two proofs are asked for, there are recovery codes.
  const policy = 'rules: [{ reset: { approvals: 0, proofs: 2 }, unlock: { approvals: 0 } }]\n';
  world = await startWorld({ teams: true, policy });
  for (const platform of platforms) {
    const jane = platform.chat(world, 'jane');
    await jane.asks('unlock');
    await jane.seesInWindow('Send the code to');
  }
});
afterAll(() => world.end());

/** Does what the product's token permits, without the product. */
async function asks(method: string, path: string, body?: object): Promise<number> {
  const { url } = world.auth0;
  const credentials = {
    grant_type: 'client_credentials',
    client_id: 'latchkey-client',
    client_secret: 'latchkey-client-secret-0123456789abcdef',
    audience: 'https://acme.eu.auth0.test/api/v2/',
  };
  const headers = { 'content-type': 'application/json' };
  const token = await fetch(`${url}/oauth/token`, { method: 'POST', headers, body: JSON.stringify(credentials) });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  const answer = await fetch(`${url}/api/v2${path}`, {
    method,
    headers: { ...headers, authorization: `Bearer ${bearer}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.status;
}

interface OddAnswer {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

describe('The look at the end of every story', () => {
  const places = [
    ['in the log', '"hostname"'],
    ['in the database file', 'kysely_migration'],
    ['in the metrics', 'latchkey_requests_total'],
    ['in a channel of Slack', 'a word in Slack'],
    ['in a channel of Teams', 'a word in Teams'],
    ['handed to Slack', "We'll send a code"],
    ['handed to Teams', 'AdaptiveCard'],
  ] as const;
  for (const [where, secret] of places) {
    it(`finds a secret ${where}`, async () => {
      if (where === 'in a channel of Slack') await writesInSlack(secret);
      if (where === 'in a channel of Teams') await writesInTeams(secret);
      world.planted.add(secret);
      await expect(expectInvariants(world, true)).rejects.toThrow(where);
      world.planted.delete(secret);
    });
  }

  it('sees a ticket without a proof, and an unblock without one', async () => {
    expect(await asks('POST', '/tickets/password-change', { user_id: janesAccount, ttl_sec: 60 })).toBe(201);
    await expect(expectInvariants(world, true)).rejects.toThrow('an act without proof');
    forget();
    expect(await asks('DELETE', `/user-blocks/${encodeURIComponent(janesAccount)}`)).toBe(204);
    await expect(expectInvariants(world, true)).rejects.toThrow('an act without proof');
    forget();
  });

  it('sees a ticket that lives too long or for ever', async () => {
    for (const body of [{ user_id: janesAccount, ttl_sec: 601 }, { user_id: janesAccount }]) {
      expect(await asks('POST', '/tickets/password-change', body)).toBe(201);
      await expect(expectInvariants(world, true)).rejects.toThrow('ttl_sec');
      forget();
    }
  });

  const safe = { 'cache-control': 'no-store' };
  const odd: readonly (readonly [string, OddAnswer, string])[] = [
    ['a secret in a body', { body: 'a secret' }, 'answered on the web'],
    ['a work address', { body: `for ${people.jane.email}` }, 'answered on the web'],
    ['a contact before a code was accepted', { body: '{"masked":"j•••@h•••.net"}' }, 'a contact shown before'],
    ['what a browser may keep', { headers: {} }, 'answers that a browser may keep'],
    ['a cookie for scripts', { headers: { ...safe, 'set-cookie': 'a=1; SameSite=Strict' } }, 'cookies that scripts'],
    ['a cookie for other sites', { headers: { ...safe, 'set-cookie': 'a=1; HttpOnly' } }, 'cookies that scripts'],
  ];
  it.each(odd)('sees in an answer on the web: %s', async (_what, { headers = safe, body = '' }, said) => {
    world.planted.add('a secret');
    world.answers.push({ path: '/recover', status: 200, headers: new Headers(headers), body, at: world.now() });
    await expect(expectInvariants(world, true)).rejects.toThrow(said);
    world.answers.splice(0);
    world.planted.delete('a secret');
  });

  it('sees an answer on the web that failed, unless trouble is expected', async () => {
    world.answers.push({ path: '/recover', status: 503, headers: new Headers(safe), body: '', at: world.now() });
    await expect(expectInvariants(world, false)).rejects.toThrow('answers that failed');
    await expectInvariants(world, true);
    world.answers.splice(0);
  });

  it('knows the cookie of a session on the web, and the key of the link on a page', async () => {
    const [cookie, key] = ['c'.repeat(43), 'k'.repeat(43)];
    const headers = new Headers({ ...safe, 'set-cookie': `a=${cookie}; HttpOnly; SameSite=Strict` });
    const body = `<form action="/go/some-flow.${key}">`;
    for (const secret of [cookie, key]) {
      await writesInSlack(secret);
      await expectInvariants(world, true);
      const known = secret === cookie ? { headers, body: '' } : { headers: new Headers(safe), body };
      world.answers.push({ ...known, path: '/recover', status: 200, at: world.now() });
      await expect(expectInvariants(world, true)).rejects.toThrow('in a channel of Slack');
      world.answers.splice(0);
    }
  });

  it('sees a contact that is linked without a sign-in, or without a code, of that very account and address', async () => {
    const { control } = world.auth0;
    const at = world.now();
    const signedIn = { what: 'signed-in', account: janesAccount, at } as const;
    const proven = { what: 'proven', address: 'a@home.example.net', at } as const;
    const linked = { what: 'linked', account: janesAccount, address: 'a@home.example.net', at } as const;
    for (const [said, ...events] of [
      ['without a sign-in', proven, linked],
      ['without a sign-in', { ...signedIn, account: 'auth0|other' }, proven, linked],
      ['without a code', signedIn, linked],
      ['without a code', signedIn, { ...proven, address: 'b@home.example.net' }, linked],
      ['before the sign-in', proven, signedIn, linked],
      ['long before', signedIn, { ...proven, at: at - 900_001 }, linked],
    ] as const) {
      control.witnessed.splice(0, control.witnessed.length, ...events);
      await expect(expectInvariants(world, true), said).rejects.toThrow(said);
    }
    control.witnessed.splice(0, control.witnessed.length, signedIn, proven, linked);
    await expectInvariants(world, true);
    control.witnessed.splice(0);
  });

  it('sees a password without a code, and a second one for the same code', async () => {
    const { control } = world.auth0;
    const here = { ...world, setsPasswordIn: 'CorpUsers' as const };
    const set = { password: 'Kraken-under-9-bridges', connection: 'CorpUsers' };
    expect(await asks('PATCH', `/users/${encodeURIComponent(accountOf('sam'))}`, set)).toBe(200);
    const password = control.requests.at(-1);
    if (password === undefined) throw new Error('nothing was asked for');
    await expect(expectInvariants(here, true)).rejects.toThrow('an act without proof');
    const [contact] = control.user(accountOf('sam')).contacts;
    const body = { otp: '123456', username: contact?.address };
    const accepted = { ...password, method: 'POST', path: '/oauth/token', body };
    control.requests.splice(0, control.requests.length, accepted, password);
    await expectInvariants(here, true);
    control.requests.push(password);
    await expect(expectInvariants(here, true)).rejects.toThrow('more passwords than proofs');
    forget();
  });

  it('sees any other change', async () => {
    expect(await asks('PATCH', `/users/${encodeURIComponent(janesAccount)}`, { blocked: false })).toBe(200);
    await expect(expectInvariants(world, true)).rejects.toThrow('changes that are not permitted');
    forget();
    await expectInvariants(world, true);
  });
});

describe('The search for leaks', () => {
  it('knows all that a browser sees of an enrolment: the link, the cookie, the sign-in’s values, the recovery codes', {
    timeout: 120_000,
  }, async () => {
    const jane = platforms[0]?.chat(world, 'jane');
    await jane?.writes('enroll');
    await jane?.reads('sign in with your work account');
    const link = (jane?.linkOf('Add email') ?? 'no link').replace(/\/email$/, '');
    const browser = createEnrolmentBrowser(world);
    const callback = await browser.signsInUntilSentBack(link, people.jane.email, janesPassword);
    await browser.opens(callback);
    await browser.sees(/recovery codes/i);
    await browser.opens(`${world.url}/enrol/recovery-codes`);
    await browser.sends('/recovery-codes');
    const [, shown = 'none'] = /<li><code>([^<]+)</.exec(browser.html()) ?? [];
    const { searchParams } = new URL(callback);
    const secrets = ['code', 'state'].map((name) => searchParams.get(name));
    for (const secret of [...secrets, browser.cookie(), shown, shown.replaceAll('-', '').toLowerCase()]) {
      expect([...world.planted], `${secret}`).toContain(secret);
    }
    await expectInvariants(world, true);
    // The key that opens the link, in a channel.
    await writesInSlack(link.split('.').at(-1) ?? 'no key');
    await expect(expectInvariants(world, true)).rejects.toThrow('in a channel of Slack');
  });
});

const forget = (): void => void world.auth0.control.requests.splice(0);

async function writesInSlack(text: string): Promise<void> {
  const { apiUrl } = world.slack;
  await fetch(`${apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer xoxb-1111111111-2222222222-AbCdEfGhIjKlMnOpQrStUvWx',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ channel: 'C0HELPDESK', text, unfurl_links: false, unfurl_media: false }),
  });
}

async function writesInTeams(text: string): Promise<void> {
  await teamsOf(world).client(objectIdOf('jane')).channelMessage(teamsHelpdesk, text, { mention: false });
}
