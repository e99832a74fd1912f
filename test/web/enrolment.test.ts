// Every route under /enrol, with every answer that can come from behind it.
import { describe, expect, it } from 'vitest';
import type { EnrolmentAccess, EnrolmentTrouble, EnrolmentView } from '../../src/flows/enrolment-access.ts';
import { instant, later } from '../../src/flows/ids.ts';
import {
  aChallenge,
  account,
  aView,
  createEnrolment,
  flow,
  linkToken,
  mail,
  noticeToken,
  ownAddress,
  phone,
  returnedSignIn,
  signInUrl,
  start,
} from './enrolment-stand-in.ts';
import { createStandIn, deadToken } from './stand-in.ts';

type AddressRefusal = Extract<Awaited<ReturnType<EnrolmentAccess['add']>>, { is: 'not-taken' }>['because'];

const session = { flow, account };
const returned = { is: 'returned', signIn: returnedSignIn } as const;
const link = `/enrol/${linkToken}`;
const notice = `/enrol/not-me/${noticeToken}`;

async function signedIn(options: Parameters<typeof createEnrolment>[0] = {}) {
  const enrolment = await createEnrolment(options);
  const browser = enrolment.browser();
  await browser.signIn();
  return { ...enrolment, browser, made: () => enrolment.calls.filter(([name]) => !/SignIn/.test(name)) };
}

/** As above, while a code to the person's new address is awaited. */
async function challenged(change: Parameters<typeof aChallenge>[0] = {}) {
  const all = await signedIn();
  await all.browser.press('/enrol/email', { address: 'jane@home.example' });
  all.answers.view = aView({ challenge: aChallenge(change) });
  return all;
}

/** The answers to two requests at once: what they ask behind the pages is held until both have come, and others behind them. */
async function both<T>(
  hold: (gate: Promise<void>) => { readonly entered: Promise<void> },
  send: () => Promise<T>,
  others: () => Promise<unknown>,
): Promise<readonly [T, T]> {
  const gate = Promise.withResolvers<void>();
  const { entered } = hold(gate.promise);
  const first = send();
  await entered;
  const second = send();
  for (let n = 0; n < 5; n += 1) await others();
  gate.resolve();
  return [await first, await second];
}

describe('nothing of it', () => {
  it('is there before it is wired', async () => {
    const { server } = await createStandIn();
    for (const url of ['/enrol', link, '/enrol/contacts', notice]) {
      expect((await server.inject(url)).statusCode).toBe(404);
      expect((await server.inject({ method: 'POST', url })).statusCode).toBe(404);
    }
  });

  it('offers recovery codes where there are none', async () => {
    const { browser } = await signedIn({ offersRecoveryCodes: false });
    expect((await browser.get('/enrol/contacts')).body).not.toContain('recovery-codes');
    expect((await browser.get('/enrol/recovery-codes')).status).toBe(404);
    expect((await browser.press('/enrol/recovery-codes')).status).toBe(404);
  });
});

describe('without a link', () => {
  it('the page says how to start in the chat', async () => {
    const { browser } = await createEnrolment();
    const answer = await browser().get('/enrol');
    expect([answer.status, answer.setCookie]).toEqual([200, undefined]);
    expect(answer.body).toContain('<code>enroll</code>');
  });
});

describe('the link', () => {
  it('says what it is and from where, with one button', async () => {
    const { browser } = await createEnrolment();
    const { status, body } = await browser().get(link);
    expect(status).toBe(200);
    expect(body).toContain('Sign in to set up your recovery contacts');
    expect(body).toContain('Didn’t you ask for this in Slack?');
    expect(body.match(/<button/g)).toHaveLength(1);
    expect(body).not.toContain(linkToken);
  });

  it('changes nothing when it is looked at, however often and by whatever', async () => {
    const { browser, calls } = await createEnrolment();
    const scanner = browser();
    for (let round = 0; round < 50; round += 1) {
      for (const answer of [await scanner.get(link), await scanner.head(link)]) {
        expect([answer.status, answer.setCookie]).toEqual([200, undefined]);
      }
    }
    expect(calls).toEqual([]);
  });

  it('leads to the sign-in by one press, and what must be kept goes into the sealed cookie', async () => {
    const { browser, calls } = await createEnrolment();
    const answer = await browser().post(link, {});
    expect([answer.status, answer.location, answer.body]).toEqual([303, signInUrl, '']);
    expect(calls).toEqual([['beginSignIn', linkToken]]);
    expect(answer.setCookie).toMatch(
      /^latchkey_enrol=[\w.-]+; Max-Age=900; Path=\/enrol; HttpOnly; Secure; SameSite=Lax$/,
    );
    for (const secret of ['plantedState', 'plantedNonce', 'plantedVerifier', linkToken]) {
      expect(answer.setCookie).not.toContain(secret);
    }
  });

  it('sets a cookie that works over http only where that is what people reach', async () => {
    const { browser } = await createEnrolment({ publicUrl: 'http://127.0.0.1:3000' });
    expect((await browser().post(link, {})).setCookie).not.toContain('Secure');
  });

  it('may lead on from the provider to a sign-in page of the company, and no other page of ours may', async () => {
    const { browser } = await createEnrolment();
    const policy = async (url: string) => String((await browser().get(url)).headers['content-security-policy']);
    expect(await policy(link)).toContain("form-action 'self' https: https://acme.eu.auth0.com;");
    expect(await policy('/enrol/contacts')).toContain("form-action 'self' https://acme.eu.auth0.com;");
  });

  it.each([
    ['unreachable', 503, 'Nothing has changed. Wait a moment, then try again.'],
    ['refused', 409, 'Only the helpdesk can help'],
    ['dead', 404, 'This link doesn’t work any more'],
  ] as const)('that is %s is told kindly, and leaves no cookie', async (is, status, words) => {
    const { browser, answers } = await createEnrolment();
    answers.beginSignIn = { is };
    const answer = await browser().post(link, {});
    expect([answer.status, answer.setCookie]).toEqual([status, undefined]);
    expect(answer.body).toContain(words);
  });

  it('that is dead, guessed or misspelt gets one page, byte for byte, and begins nothing', async () => {
    const { browser, calls } = await createEnrolment();
    const bodies = new Set<string>();
    for (const token of [
      deadToken,
      linkToken.slice(1),
      `${linkToken}x`,
      '__proto__',
      '%zz',
      '%00',
      'a'.repeat(5_000),
    ]) {
      const answers = [await browser().get(`/enrol/${token}`)];
      if (token !== deadToken) answers.push(await browser().post(`/enrol/${token}`, {}));
      for (const { status, body, setCookie } of answers) {
        expect([status, setCookie]).toEqual([404, undefined]);
        bodies.add(body);
      }
    }
    expect([bodies.size, calls.length]).toEqual([1, 0]);
  });
});

it('the link that has been used leads whoever signed in with it back to where they were, and nobody else', async () => {
  const { browser, answers } = await signedIn();
  answers.look = { is: 'dead' };
  answers.beginSignIn = { is: 'dead' };
  for (const answer of [await browser.get(link), await browser.post(link, {})]) {
    expect([answer.status, answer.location]).toEqual([303, '/enrol/contacts']);
  }
  const { cookie } = browser;
  browser.cookie = undefined;
  for (const answer of [await browser.get(link), await browser.post(link, {})]) expect(answer.status).toBe(404);
  expect(cookie).toBeDefined();
});

describe('coming back from the sign-in', () => {
  const back = '/enrol/callback?code=plantedCode&state=plantedState';

  it('hands on exactly what was kept and what came, and gives the browser a new session', async () => {
    const { browser, calls } = await createEnrolment();
    const visitor = browser();
    await visitor.post(link, {});
    const before = visitor.cookie;
    await visitor.get(back, { host: 'evil.example' });
    const redeemed = await visitor.get('/enrol/checking', { host: 'evil.example' });
    expect([redeemed.status, redeemed.location]).toEqual([303, '/enrol/checking']);
    const answer = await visitor.get('/enrol/checking');
    expect([answer.status, answer.location]).toEqual([303, '/enrol/contacts']);
    const [, , pending, returned] = calls[1] ?? [];
    expect(pending).toEqual({
      state: 'plantedState',
      nonce: 'plantedNonce',
      verifier: 'plantedVerifier',
      startedAt: start,
    });
    expect(String(returned)).toBe(`https://latchkey.example.com${back}`);
    expect(calls[2]).toEqual(['confirmSignIn', flow, returnedSignIn]);
    expect(visitor.cookie).not.toBe(before);
    expect((await visitor.get('/enrol/contacts')).body).toContain('Your recovery contacts');
  });

  it.each([
    ['email', '#email'],
    ['phone', '#phone'],
    ['remove', '#contacts'],
    ['<script>', ''],
  ])('from the chat’s button “%s” opens the page where that is done, also after a second try', async (wish, part) => {
    const { browser, answers } = await createEnrolment();
    const visitor = browser();
    answers.finishSignIn = { is: 'denied' };
    await visitor.post(`${link}/${encodeURIComponent(wish)}`, {});
    await visitor.comesBack(back);
    answers.finishSignIn = returned;
    await visitor.get('/enrol/again');
    await visitor.post('/enrol/again', { form: visitor.hidden('form') });
    expect((await visitor.comesBack(back)).location).toBe(`/enrol/contacts${part}`);
  });

  it('asks once, however often the browser comes back', async () => {
    const { browser, calls, hold } = await createEnrolment();
    const visitor = browser();
    await visitor.post(link, {});
    await visitor.get(back);
    for (const [name, way] of [
      ['finishSignIn', '/enrol/checking'],
      ['confirmSignIn', '/enrol/contacts'],
    ] as const) {
      const answers = await both(
        (gate) => hold(name, gate),
        () => visitor.get('/enrol/checking'),
        () => visitor.get('/enrol/again'),
      );
      expect(answers.map(({ location }) => location)).toEqual([way, way]);
      expect(calls.filter(([called]) => called === name)).toHaveLength(1);
    }
    for (const path of [back, '/enrol/checking']) expect((await visitor.get(path)).location).toBe('/enrol/contacts');
  });

  it('shows a page at once, which goes on by itself without a script, and asks nobody yet', async () => {
    const { browser, calls } = await createEnrolment();
    const visitor = browser();
    await visitor.post(link, {});
    const { status, body } = await visitor.get(back);
    expect([status, calls.map(([name]) => name)]).toEqual([200, ['beginSignIn']]);
    expect(body).toContain('Checking your sign-in…');
    expect(body).toContain('<meta http-equiv="refresh" content="0; url=/enrol/checking">');
    expect(body).not.toMatch(/planted/);
  });

  it.each([
    [false, 'Checking your sign-in…'],
    [true, 'Still checking your sign-in…'],
  ])(
    'waits on a page that goes on by itself, as long as nobody knows how they signed in: late %s',
    async (isLate, words) => {
      const { browser, answers, calls } = await createEnrolment();
      answers.confirmSignIn = { is: 'waiting', isLate };
      const visitor = browser();
      await visitor.signIn();
      for (let look = 0; look < 3; look += 1) {
        const { status, body } = await visitor.get('/enrol/checking');
        expect(status).toBe(200);
        expect(body).toContain(words);
        expect(body).toContain('<meta http-equiv="refresh" content="0; url=/enrol/checking">');
      }
      // The provider's answer was redeemed, so its address only leads on.
      expect((await visitor.get(back)).location).toBe('/enrol/checking');
      expect((await visitor.get('/enrol/contacts')).status).toBe(401);
      answers.confirmSignIn = { is: 'signed-in', session };
      expect((await visitor.get('/enrol/checking')).location).toBe('/enrol/contacts');
      expect(calls.filter(([name]) => name === 'finishSignIn')).toHaveLength(1);
    },
  );

  it('loses nothing where the check breaks: the page leads to it again', async () => {
    const { access, answers, ...first } = await createEnrolment();
    let isBroken = true;
    const { browser } = await createEnrolment({
      access: {
        ...access,
        confirmSignIn: async (...asked) => {
          if (isBroken) throw new Error('database is gone');
          return access.confirmSignIn(...asked);
        },
      },
    });
    expect(first.calls).toEqual([]);
    const visitor = browser();
    await visitor.signIn();
    const { status, body } = await visitor.get('/enrol/checking');
    expect(status).toBe(503);
    expect(body).toContain('href="/enrol/checking"');
    isBroken = false;
    expect((await visitor.get('/enrol/checking')).location).toBe('/enrol/contacts');
  });

  it('lasts fifteen minutes from the sign-in on, however long the check took', async () => {
    const { browser, clock, answers } = await createEnrolment();
    answers.confirmSignIn = { is: 'waiting', isLate: true };
    const visitor = browser();
    await visitor.signIn();
    clock.at = later(start, 600);
    answers.confirmSignIn = { is: 'signed-in', session };
    expect((await visitor.get('/enrol/checking')).setCookie).toContain('Max-Age=300;');
    clock.at = later(start, 900);
    expect((await visitor.get('/enrol/contacts')).status).toBe(401);
  });

  it('by what is too long for a cookie is not taken, and the real one still is', async () => {
    const { browser, calls } = await createEnrolment();
    const visitor = browser();
    await visitor.post(link, {});
    expect((await visitor.get(`${back}&error_description=${'x'.repeat(5_000)}`)).location).toBe('/enrol/again');
    expect((await visitor.get(`${back}&session_state=${'x'.repeat(1_400)}`)).status).toBe(200);
    expect((await visitor.comesBack(back)).location).toBe('/enrol/contacts');
    expect(calls.filter(([name]) => name === 'finishSignIn')).toHaveLength(1);
  });

  it('is not checked before it has come back', async () => {
    const { browser, calls } = await createEnrolment();
    const visitor = browser();
    await visitor.post(link, {});
    expect((await visitor.get('/enrol/checking')).location).toBe('/enrol/again');
    expect((await browser().get('/enrol/checking')).status).toBe(401);
    expect(calls.map(([name]) => name)).toEqual(['beginSignIn']);
  });

  it('by a scanner’s HEAD, or without the cookie, asks nobody', async () => {
    const { browser, calls } = await createEnrolment();
    const visitor = browser();
    await visitor.post(link, {});
    await visitor.get(back);
    for (const path of [back, '/enrol/checking']) expect((await visitor.head(path)).status).toBe(200);
    const stranger = await browser().get(back);
    expect([stranger.status, stranger.setCookie]).toEqual([401, undefined]);
    expect(stranger.body).toContain('<code>enroll</code>');
    expect(calls.filter(([name]) => name === 'finishSignIn')).toEqual([]);
  });

  it.each([
    ['foreign', 'You signed in to another account'],
    ['denied', 'You didn’t sign in'],
    ['mismatched', 'This sign-in can’t be used'],
    ['not-fresh', 'Please sign in once more'],
    ['unreachable', 'We can’t reach the sign-in service'],
    ['refused', 'The sign-in didn’t work'],
  ] as const)(
    'that is %s signs nobody in, says so at an address without a code, and starts again by one press',
    async (is, words) => {
      const { browser, answers, calls } = await createEnrolment();
      answers.finishSignIn = { is };
      const visitor = browser();
      await visitor.signIn();
      const page = await visitor.get('/enrol/again');
      expect(page.body).toContain(words);
      expect((await visitor.get('/enrol/contacts')).status).toBe(401);
      const again = await visitor.post('/enrol/again', {
        form: visitor.hidden('form') || /value="([^"]+)"/.exec(page.body)?.[1] || '',
      });
      expect([again.status, again.location]).toEqual([303, signInUrl]);
      expect(calls.filter(([name]) => name === 'beginSignIn')).toHaveLength(2);
    },
  );

  it.each([
    ['other-way', 'Please sign in with your work password'],
    ['foreign', 'You signed in to another account'],
    ['refused', 'The sign-in didn’t work'],
  ] as const)('that turns out to be %s signs nobody in, says so, and starts again by one press', async (is, words) => {
    const { browser, answers, calls } = await createEnrolment();
    answers.confirmSignIn = { is };
    const visitor = browser();
    await visitor.signIn();
    expect((await visitor.get('/enrol/again')).body).toContain(words);
    expect((await visitor.get('/enrol/contacts')).status).toBe(401);
    expect((await visitor.get('/enrol/checking')).location).toBe('/enrol/again');
    await visitor.get('/enrol/again');
    expect((await visitor.post('/enrol/again', { form: visitor.hidden('form') })).location).toBe(signInUrl);
    expect(calls.filter(([name]) => name === 'confirmSignIn')).toHaveLength(1);
  });

  it('that has not happened yet is told in every other tab, which can sign in at once', async () => {
    const { browser, calls } = await createEnrolment();
    const visitor = browser();
    await visitor.post(link, {});
    for (const path of ['/enrol/contacts', '/enrol/code', '/enrol/again']) {
      const { body, headers } = await visitor.get(path);
      expect(body).toContain('Please sign in first');
      expect(String(headers['content-security-policy'])).toContain("form-action 'self' https:");
    }
    expect((await visitor.post('/enrol/again', { form: visitor.hidden('form') })).location).toBe(signInUrl);
    expect(calls.map(([name]) => name)).toEqual(['beginSignIn', 'beginSignIn']);
  });

  it('after another tab’s answer still takes the one it waits for, and after its own takes none', async () => {
    const { browser, answers } = await createEnrolment();
    const visitor = browser();
    answers.finishSignIn = { is: 'mismatched' };
    await visitor.signIn();
    answers.finishSignIn = returned;
    expect((await visitor.comesBack(back)).location).toBe('/enrol/contacts');
    const other = browser();
    answers.finishSignIn = { is: 'denied' };
    await other.signIn();
    answers.finishSignIn = returned;
    expect((await other.get(back)).location).toBe('/enrol/again');
  });

  it('a form from before the sign-in is worthless after it', async () => {
    const { browser, answers, calls } = await createEnrolment();
    const visitor = browser();
    answers.finishSignIn = { is: 'mismatched' };
    await visitor.signIn();
    await visitor.get('/enrol/again');
    const form = visitor.hidden('form');
    expect(form).not.toBe('');
    answers.finishSignIn = returned;
    await visitor.comesBack(back);
    expect((await visitor.post('/enrol/done', { form })).status).toBe(409);
    expect(calls.map(([name]) => name)).not.toContain('finish');
  });

  it.each(['finishSignIn', 'confirmSignIn'] as const)(
    'to a request that has ended says how to start again, and forgets the session: %s',
    async (step) => {
      const { browser, answers } = await createEnrolment();
      answers[step] = { is: 'over' };
      const visitor = browser();
      await visitor.post(link, {});
      const answer = await visitor.comesBack(back);
      expect([answer.status, visitor.cookie]).toEqual([410, undefined]);
      expect(answer.body).toContain('<code>enroll</code>');
    },
  );
});

describe('the list', () => {
  it('shows each contact masked, since when, what holds for it, and Remove', async () => {
    const { browser, answers } = await signedIn();
    const rests = later(start, 3_600);
    answers.view = aView({
      contacts: [mail, { ...phone, usableFrom: rests, unconfirmed: true }],
      recoveryCodesLeft: 7,
    });
    const { body } = await browser.get('/enrol/contacts');
    expect(body).toContain('<strong>j•••@h•••.example</strong>');
    expect(body).toContain('<time datetime="2026-01-05T12:00:00.000Z" data-shown="day">5 January 2026</time>');
    expect(body).toContain('Added by your administrator');
    expect(body).toContain('data-shown="moment">2 March 2026, 10:00 UTC</time>');
    expect(body).toContain('Not confirmed yet');
    expect(body).toContain('Remove<span class="aloud"> •••12</span>');
    expect(body).toContain('Recovery codes: 7 left');
  });

  it('says nothing of a cool-off that is over', async () => {
    const { browser, answers } = await signedIn();
    answers.view = aView({ contacts: [{ ...mail, usableFrom: start }] });
    expect((await browser.get('/enrol/contacts')).body).not.toContain('Can be used from');
  });

  it.each([
    [[], 'You have none yet', /<section class="add"><h2>Add an email/],
    [[mail], 'Have two', /<section class="add"><h2>Add a phone/],
    [[phone], 'Have two', /<section class="add"><h2>Add an email/],
    [[mail, phone], 'one of these', /<details class="add"><summary>Add an email/],
  ] as const)('advises what is missing: %#', async (contacts, words, form) => {
    const { browser, answers } = await signedIn();
    answers.view = aView({ contacts });
    const { body } = await browser.get('/enrol/contacts');
    expect(body).toContain(words);
    expect(body).toMatch(form);
    expect(body.includes('I’m done')).toBe(contacts.length > 0);
  });

  const news: readonly (readonly [NonNullable<EnrolmentView['news']>, string])[] = [
    [{ is: 'added', masked: '•••12' }, '<strong>•••12</strong> was added.'],
    [{ is: 'added', masked: '•••12', usableFrom: later(start, 86_400) }, 'It can be used from <time'],
    [{ is: 'removed', masked: '•••12' }, '<strong>•••12</strong> was removed.'],
    [{ is: 'confirmed', masked: 'j•••@h•••.example' }, '<strong>j•••@h•••.example</strong> is confirmed now.'],
    [{ is: 'elsewhere' }, 'belongs to another account'],
    [{ is: 'already-yours' }, 'You have this contact already'],
    [{ is: 'unreachable' }, 'We can’t reach the sign-in service'],
    [{ is: 'refused' }, 'The sign-in service doesn’t allow this'],
    [{ is: 'limited', again: later(start, 90) }, 'Try again in 2 minutes'],
    [{ is: 'limited', again: later(start, 7_200) }, 'Try again from <time'],
    [{ is: 'attempts-spent', again: later(start, 90) }, 'too many wrong codes'],
    [{ is: 'sends-spent', again: later(start, 90) }, 'Too many codes were sent'],
  ];
  it.each(news)('tells what has happened: %o', async (happened, words) => {
    const { browser, answers } = await signedIn();
    answers.view = aView({ news: happened });
    const { body } = await browser.get('/enrol/contacts');
    expect(body).toContain(words);
    const isProblem = !['added', 'removed', 'confirmed', 'already-yours'].includes(happened.is);
    expect(body.includes('role="alert" tabindex="-1" autofocus')).toBe(isProblem);
    expect(body.includes('<title>There is a problem: ')).toBe(isProblem);
  });

  const troubles: readonly (readonly [EnrolmentTrouble, number, string])[] = [
    [{ is: 'unreachable' }, 503, 'href="/enrol/contacts">Try again'],
    [{ is: 'refused' }, 409, 'Only the helpdesk can help'],
    [{ is: 'limited', again: later(start, 30) }, 503, 'Try again in 30 seconds'],
    [{ is: 'over' }, 410, '<code>enroll</code>'],
  ];
  it.each(troubles)('leads on where there is nothing to show: %o', async (trouble, status, words) => {
    const { browser, answers } = await signedIn();
    answers.view = trouble;
    const answer = await browser.get('/enrol/contacts');
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(words);
    expect(browser.cookie === undefined).toBe(trouble.is === 'over');
    if (trouble.is === 'limited') expect(answer.headers['retry-after']).toBe('30');
  });

  it('looks again by itself while something is under way, without a script', async () => {
    const { browser, answers } = await signedIn();
    answers.view = aView({ isBusy: true });
    for (const path of ['/enrol/contacts', '/enrol/code', '/enrol/remove', '/enrol/recovery-codes']) {
      const { status, body } = await browser.get(path);
      expect(status).toBe(200);
      expect(body).toContain(`<meta http-equiv="refresh" content="0; url=${path}">`);
      expect(body).toContain(`href="${path}">Check again`);
    }
  });

  it('lets no contact become markup', async () => {
    const { browser, answers } = await signedIn();
    answers.view = aView({
      contacts: [{ ...mail, masked: '<img src=x>"\'&' }],
      news: { is: 'removed', masked: '<b>' },
    });
    const { body } = await browser.get('/enrol/contacts');
    expect(body).not.toMatch(/<img|<b>/);
    expect(body).toContain('&lt;img src=x&gt;&quot;&#39;&amp;');
  });
});

describe('adding', () => {
  it.each([
    ['/enrol/email', 'email', ' Jane@Home.example '],
    ['/enrol/phone', 'sms', '+44 7700 900123'],
  ] as const)('by %s hands on what was typed and from where, and leads to the code', async (path, channel, typed) => {
    const { browser, made } = await signedIn();
    await browser.get('/enrol/contacts');
    const answer = await browser.post(
      path,
      { form: browser.hidden('form'), address: typed },
      { 'x-forwarded-for': '203.0.113.7' },
    );
    expect([answer.status, answer.location, answer.body]).toEqual([303, '/enrol/code', '']);
    expect(made()).toEqual([['add', session, channel, typed, '203.0.113.7']]);
  });

  it('says nothing of where the browser is, where no trusted proxy has said it', async () => {
    const { browser, made } = await signedIn({ trustProxy: [] });
    await browser.get('/enrol/contacts');
    const fields = { form: browser.hidden('form'), address: 'jane@home.example' };
    await browser.post('/enrol/email', fields, { 'x-forwarded-for': '203.0.113.7' });
    expect(made().at(-1)?.at(-1)).toBeUndefined();
  });

  const reasons: readonly AddressRefusal[] = [
    'empty',
    'malformed',
    'own-domain',
    'blocked-domain',
    'country',
    'not-a-mobile',
    'already-yours',
  ];
  for (const [path, id] of [
    ['/enrol/email', 'email'],
    ['/enrol/phone', 'phone'],
  ] as const) {
    it.each(reasons)(
      `by ${path} of what is not taken (%s) says why, beside the field and first of all, and it stays`,
      async (because) => {
        const { browser, answers } = await signedIn();
        answers.add = { is: 'not-taken', because };
        const answer = await browser.press(path, { address: 'jane@"acme".example' });
        expect([answer.status, answer.location]).toEqual([303, '/enrol/contacts']);
        for (const _ of ['once', 'and again after a reload']) {
          const { body } = await browser.get('/enrol/contacts');
          const why = new RegExp(`<p class="wrong" id="${id}-error">([^<]+)</p>`).exec(body)?.[1] ?? 'nothing';
          expect(body).toContain(`<a href="#${id}">${why}</a>`);
          expect(body).toContain('value="jane@&quot;acme&quot;.example"');
          expect(body).toContain(`aria-describedby="${id}-hint ${id}-error" aria-invalid="true"`);
          expect(body.match(/class="wrong"/g)).toHaveLength(1);
        }
      },
    );
  }

  const troubles: readonly (readonly [EnrolmentTrouble, string])[] = [
    [{ is: 'unreachable' }, 'We can’t reach the sign-in service'],
    [{ is: 'refused' }, 'The sign-in service doesn’t allow this'],
    [{ is: 'limited', again: later(start, 30) }, 'Try again in 30 seconds'],
  ];
  it.each(troubles)('loses nothing that was typed: %o', async (trouble, words) => {
    const { browser, answers } = await signedIn();
    answers.add = trouble;
    expect((await browser.press('/enrol/phone', { address: '+44 7700 900123' })).location).toBe('/enrol/contacts');
    const { body } = await browser.get('/enrol/contacts');
    expect(body).toContain(words);
    expect(body).toContain('value="+44 7700 900123"');
  });

  it('to a request that has ended leads to the page that says so', async () => {
    const { browser, answers } = await signedIn();
    await browser.get('/enrol/contacts');
    answers.add = { is: 'over' };
    answers.view = { is: 'over' };
    const answer = await browser.post('/enrol/email', { form: browser.hidden('form'), address: 'a' });
    expect(answer.location).toBe('/enrol/contacts');
    expect((await browser.get('/enrol/contacts')).status).toBe(410);
  });

  it('takes an absent field as an empty one, and the longest that a form may hold', async () => {
    const { browser, answers, made } = await signedIn();
    answers.add = { is: 'not-taken', because: 'malformed' };
    await browser.press('/enrol/email');
    const long = '\u{1f511}'.repeat(300);
    await browser.press('/enrol/email', { address: long });
    expect(made().map(([, , , typed]) => typed)).toEqual(['', long]);
    expect((await browser.get('/enrol/contacts')).status).toBe(200);
  });

  it('clears what was told once another press is made', async () => {
    const { browser, answers } = await signedIn();
    answers.add = { is: 'not-taken', because: 'malformed' };
    await browser.press('/enrol/email', { address: 'x' });
    await browser.press('/enrol/remove', { contact: mail.ref });
    expect((await browser.get('/enrol/contacts')).body).not.toContain('class="wrong"');
  });
});

describe('the code', () => {
  it('is asked for at the masked address, with the cursor in the field', async () => {
    const { browser } = await challenged();
    const { body } = await browser.get('/enrol/code');
    expect(body).toContain('Enter the code we sent to <strong>j•••@h•••.example</strong>');
    expect(body).toMatch(
      /<input type="text" id="code" name="code"[^>]*autocomplete="one-time-code" inputmode="numeric"[^>]*autofocus>/,
    );
    expect(body).toContain('It works for 3 minutes.');
    expect(body).toContain('You can ask for a new code in 1 minute.');
    expect(body).not.toContain('jane@home.example');
    expect((await browser.get('/enrol/contacts')).location).toBe('/enrol/code');
  });

  it('goes to where the address that waits for it is', async () => {
    const { browser, made } = await challenged();
    const answer = await browser.press('/enrol/code', { code: '123 456' }, '/enrol/code');
    expect([answer.status, answer.location]).toEqual([303, '/enrol/code']);
    expect(made().at(-1)).toEqual(['submitCode', session, ownAddress, '123 456', undefined]);
  });

  it('that is none is told beside the field, and costs nothing', async () => {
    const { browser, answers } = await challenged();
    answers.submitCode = { is: 'not-a-code' };
    await browser.press('/enrol/code', { code: 'abc' }, '/enrol/code');
    const { body } = await browser.get('/enrol/code');
    expect(body).toContain('id="code-error">A code has six digits.');
    expect(body).toContain('<a href="#code">');
  });

  it('for an address that is not awaited any more is told as that, and leads on', async () => {
    const { browser, answers } = await challenged();
    answers.submitCode = { is: 'strayed' };
    expect((await browser.press('/enrol/code', { code: '123456' }, '/enrol/code')).location).toBe('/enrol/code');
    const { body } = await browser.get('/enrol/code');
    expect(body).toContain('The code belongs to another browser');
    expect(body).toContain('action="/enrol/other"');
  });

  it.each([
    [{ after: 'wrong', attemptsLeft: 2 }, 'That isn’t the code. 2 tries left.', true],
    [{ after: 'wrong', attemptsLeft: 1 }, '1 try left.', true],
    [{ after: 'unchecked' }, 'We couldn’t check the code.', true],
    [{ after: 'used-up' }, 'That code no longer works.', false],
    [{ after: 'expired' }, 'That code has expired.', false],
    [{ after: 'too-old' }, 'That code is too old.', false],
  ] as const)('says what came of it: %o', async (change, words, canBeTyped) => {
    const { browser } = await challenged(change);
    const { body } = await browser.get('/enrol/code');
    expect(body).toContain(words);
    expect(body).toContain('role="alert" tabindex="-1" autofocus');
    expect(body.includes('name="code"')).toBe(canBeTyped);
    expect(body).toContain('Send a new code');
    expect(body).toContain('Use another address');
  });

  it('is sent again to the same address, which is kept', async () => {
    const { browser, made } = await challenged();
    expect((await browser.press('/enrol/resend', {}, '/enrol/code')).location).toBe('/enrol/code');
    expect(made().at(-1)).toEqual(['resend', session, ownAddress, undefined]);
    expect((await browser.get('/enrol/code')).body).toContain('name="code"');
  });

  it.each([
    ['/enrol/resend', 'resend'],
    ['/enrol/code', 'submitCode'],
    ['/enrol/other', 'forget'],
  ] as const)('by %s stays where it is when something is in the way', async (path, call) => {
    const { browser, answers } = await challenged();
    answers[call] = { is: 'limited', again: later(start, 42) };
    expect((await browser.press(path, { code: '123456' }, '/enrol/code')).location).toBe('/enrol/code');
    expect((await browser.get('/enrol/code')).body).toContain('Try again in 42 seconds');
  });

  it('is given up for another address', async () => {
    const { browser, answers, made } = await challenged();
    expect((await browser.press('/enrol/other', {}, '/enrol/code')).location).toBe('/enrol/contacts');
    expect(made().at(-1)).toEqual(['forget', session]);
    answers.view = aView({ challenge: aChallenge() });
    expect((await browser.get('/enrol/code')).body).toContain('The code belongs to another browser');
  });

  it('of another browser is not asked for here, and one press starts over', async () => {
    const { browser, answers, made } = await signedIn();
    answers.view = aView({ challenge: aChallenge() });
    const { body } = await browser.get('/enrol/code');
    expect(body).not.toContain('name="code"');
    for (const path of ['/enrol/code', '/enrol/resend']) {
      expect((await browser.press(path, { code: '123456' }, '/enrol/code')).location).toBe('/enrol/code');
    }
    expect(made()).toEqual([]);
    expect((await browser.press('/enrol/other', {}, '/enrol/code')).location).toBe('/enrol/contacts');
  });

  it('is no more asked for once it has been dealt with, and the address is forgotten', async () => {
    const { browser, answers } = await challenged();
    answers.view = aView({ news: { is: 'added', masked: '•••12' } });
    expect((await browser.get('/enrol/code')).location).toBe('/enrol/contacts');
    await browser.head('/enrol/contacts');
    await browser.get('/enrol/contacts');
    answers.view = aView({ challenge: aChallenge() });
    expect((await browser.get('/enrol/code')).body).toContain('The code belongs to another browser');
  });
});

describe('removing', () => {
  it.each([
    ['one of several', [mail, phone], 'Your other contacts stay as they are.'],
    ['the last one', [mail], 'It’s your only contact.'],
    [
      'the only one that can be used',
      [mail, { ...phone, usableFrom: later(start, 60) }],
      'It’s the only one that can be used now.',
    ],
  ] as const)('%s is asked about first, with what it means', async (_, contacts, words) => {
    const { browser, answers, made } = await signedIn();
    answers.view = aView({ contacts });
    expect((await browser.press('/enrol/remove', { contact: mail.ref })).location).toBe('/enrol/remove');
    const { body } = await browser.get('/enrol/remove');
    expect(body).toContain('Remove <strong>j•••@h•••.example</strong>?');
    expect(body).toContain(words);
    expect(body).toContain('href="/enrol/contacts">Keep it');
    expect(made()).toEqual([]);
    const answer = await browser.post('/enrol/remove', {
      form: browser.hidden('form'),
      contact: browser.hidden('contact'),
      confirmed: browser.hidden('confirmed'),
    });
    expect([answer.status, answer.location]).toEqual([303, '/enrol/contacts']);
    expect(made()).toEqual([['remove', session, mail.ref]]);
    expect((await browser.get('/enrol/remove')).location).toBe('/enrol/contacts');
  });

  it.each(['', 'x'.repeat(256)])('nothing that is no contact: %#', async (contact) => {
    const { browser, made } = await signedIn();
    for (const confirmed of ['', '1']) {
      expect((await browser.press('/enrol/remove', { contact, confirmed })).location).toBe('/enrol/contacts');
    }
    expect(made()).toEqual([]);
  });

  it('asks about nothing that is not in the list', async () => {
    const { browser } = await signedIn();
    await browser.press('/enrol/remove', { contact: 'email|somebody-else' });
    expect((await browser.get('/enrol/remove')).location).toBe('/enrol/contacts');
  });

  it('that did not work is told in the list', async () => {
    const { browser, answers } = await signedIn();
    answers.remove = { is: 'unreachable' };
    await browser.press('/enrol/remove', { contact: mail.ref, confirmed: '1' });
    expect((await browser.get('/enrol/contacts')).body).toContain('We can’t reach the sign-in service');
  });
});

describe('recovery codes', () => {
  const path = '/enrol/recovery-codes';

  it('are offered with what it means for earlier ones', async () => {
    const { browser, answers, made } = await signedIn();
    expect((await browser.get(path)).body).toContain('Make ten codes');
    answers.view = aView({ recoveryCodesLeft: 4 });
    expect((await browser.get(path)).body).toContain(
      'You have 4 left. If you make new ones, those don’t work any more.',
    );
    expect(made()).toEqual([]);
  });

  it('say from when they can be used, where they rest', async () => {
    const { browser, answers } = await signedIn();
    const shown = async (): Promise<string> => {
      await browser.get(path);
      return (await browser.post(path, { form: browser.hidden('form'), set: browser.hidden('set') })).body;
    };
    expect(await shown()).not.toContain('They can be used from');
    const usableFrom = instant(Date.parse('2026-03-03T10:45:00Z'));
    answers.makeRecoveryCodes = { is: 'made', codes: ['ABCDE-FGHJ0-KMNPQ'], usableFrom };
    expect(await shown()).toMatch(/They can be used from .*2026-03-03T10:45/);
  });

  it('are shown once: the same form again makes no new ones and shows none', async () => {
    const { browser, made } = await signedIn();
    await browser.get(path);
    const fields = { form: browser.hidden('form'), set: browser.hidden('set') };
    const first = await browser.post(path, fields);
    expect([first.status, first.body.match(/<li><code>/g)?.length]).toEqual([200, 10]);
    const again = await browser.post(path, fields);
    expect([again.status, again.body.includes('These codes were shown before')]).toEqual([200, true]);
    expect(again.body).not.toContain('ABCDE');
    expect((await browser.get(path)).body).not.toContain('ABCDE');
    expect(made()).toHaveLength(1);
    expect((await browser.post(path, { ...fields, saved: '1' })).location).toBe('/enrol/contacts');
  });

  it('are one set for two presses at once', async () => {
    const { browser, made, hold } = await signedIn();
    await browser.get(path);
    const fields = { form: browser.hidden('form'), set: browser.hidden('set') };
    const answers = await both(
      (gate) => hold('makeRecoveryCodes', gate),
      () => browser.post(path, fields),
      () => browser.get('/enrol/contacts'),
    );
    expect(answers.map(({ body }) => body.includes('ABCDE-FGHJ9-KMNPQ'))).toEqual([true, true]);
    expect(made()).toHaveLength(1);
  });

  it('are made only by the form that offers them, and a failure is told in the list', async () => {
    const { browser, answers, made } = await signedIn();
    expect((await browser.press(path, {}, path)).location).toBe(path);
    expect(made()).toEqual([]);
    answers.makeRecoveryCodes = { is: 'unreachable' };
    await browser.get(path);
    const answer = await browser.post(path, { form: browser.hidden('form'), set: browser.hidden('set') });
    expect(answer.location).toBe('/enrol/contacts');
    expect((await browser.get('/enrol/contacts')).body).toContain('We can’t reach the sign-in service');
  });
});

describe('done', () => {
  it('ends the session and says where to look', async () => {
    const { browser, made } = await signedIn();
    expect((await browser.press('/enrol/done')).location).toBe('/enrol/done');
    expect([made(), browser.cookie]).toEqual([[['finish', session]], undefined]);
    expect((await browser.get('/enrol/done')).body).toContain('Your chat shows your contacts.');
  });

  it('stays where it is when that did not work', async () => {
    const { browser, answers } = await signedIn();
    answers.finish = { is: 'unreachable' };
    expect((await browser.press('/enrol/done')).location).toBe('/enrol/contacts');
  });
});

describe('“It wasn’t me”', () => {
  it('is one press, for anybody who has the link, and changes nothing before', async () => {
    const { browser, calls } = await createEnrolment();
    const visitor = browser();
    for (const answer of [await visitor.get(notice), await visitor.head(notice)]) expect(answer.status).toBe(200);
    expect(calls).toEqual([]);
    const answer = await visitor.post(notice, {});
    expect([answer.status, answer.body.includes('We’ve stopped it'), answer.setCookie]).toEqual([200, true, undefined]);
    expect(calls).toEqual([['disown', noticeToken]]);
  });

  it.each([
    ['dead', 404, 'If you’ve pressed the button before, it’s done.'],
    ['unreachable', 503, 'call your helpdesk'],
  ] as const)('that is %s leads on', async (is, status, words) => {
    const { browser, answers } = await createEnrolment();
    answers.disown = { is };
    const answer = await browser().post(notice, {});
    expect([answer.status, answer.body.includes(words)]).toEqual([status, true]);
  });

  it.each([
    [true, 'the helpdesk is told.', 'The helpdesk has been told.'],
    [false, undefined, 'Please tell your helpdesk.'],
  ] as const)('says that the helpdesk is told only where it is: %s', async (isHelpdeskTold, before, after) => {
    const { browser } = await createEnrolment({ isHelpdeskTold });
    const [asked, done] = [await browser().get(notice), await browser().post(notice, {})];
    if (before === undefined) expect(asked.body).not.toContain('helpdesk is told');
    else expect(asked.body).toContain(before);
    expect(done.body).toContain(after);
    for (const { body } of [asked, done]) expect(body).toContain('24 hours');
  });

  it('of a misspelt link stops nothing', async () => {
    const { browser, calls } = await createEnrolment();
    for (const token of [deadToken, 'x', '%zz']) {
      expect((await browser().get(`/enrol/not-me/${token}`)).status).toBe(404);
    }
    expect((await browser().post('/enrol/not-me/x', {})).status).toBe(404);
    expect(calls).toEqual([]);
  });
});

const presses = [
  '/enrol/email',
  '/enrol/phone',
  '/enrol/code',
  '/enrol/resend',
  '/enrol/other',
  '/enrol/remove',
  '/enrol/recovery-codes',
  '/enrol/done',
  '/enrol/again',
] as const;

describe('a press', () => {
  it.each([...presses, link, notice])('at %s from another site is refused', async (path) => {
    const { browser, calls } = await signedIn();
    await browser.get('/enrol/contacts');
    const count = calls.length;
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ]) {
      const answer = await browser.post(
        path,
        { form: browser.hidden('form'), contact: mail.ref, confirmed: '1' },
        headers,
      );
      expect([answer.status, answer.setCookie]).toEqual([403, undefined]);
    }
    expect(calls.length).toBe(count);
  });

  it.each(presses)('at %s needs the token of this session’s form', async (path) => {
    const { browser, calls, browser: own } = await signedIn();
    const other = await signedIn();
    await other.browser.get('/enrol/contacts');
    await own.get('/enrol/contacts');
    const right = own.hidden('form');
    const count = calls.length;
    for (const form of [undefined, '', right.slice(1), `${right}A`, other.browser.hidden('form')]) {
      const answer = await browser.post(path, {
        ...(form === undefined ? {} : { form }),
        confirmed: '1',
        contact: mail.ref,
      });
      expect([answer.status, answer.setCookie]).toEqual([409, undefined]);
      expect(answer.body).toContain('href="/enrol/contacts">Continue');
    }
    expect(calls.length).toBe(count);
  });

  it.each(presses)('at %s without a session leads back to the chat', async (path) => {
    const { browser, calls } = await createEnrolment();
    const answer = await browser().post(path, { form: 'x' });
    expect([answer.status, answer.body.includes('<code>enroll</code>'), calls.length]).toEqual([401, true, 0]);
  });

  it.each([...presses])('at %s needs more than a sign-in that was begun', async (path) => {
    const { browser, answers, calls } = await createEnrolment();
    answers.finishSignIn = { is: 'foreign' };
    const visitor = browser();
    await visitor.signIn();
    await visitor.get('/enrol/again');
    const count = calls.length;
    const answer = await visitor.post(path, { form: visitor.hidden('form'), contact: mail.ref, confirmed: '1' });
    expect([answer.status, calls.length - count]).toEqual(path === '/enrol/again' ? [303, 1] : [401, 0]);
  });

  it('in a tab of an earlier session leads on, and changes nothing', async () => {
    const { browser, made } = await signedIn();
    await browser.get('/enrol/contacts');
    const old = browser.hidden('form');
    await browser.signIn();
    const answer = await browser.post('/enrol/done', { form: old });
    expect([answer.status, made()]).toEqual([409, []]);
    expect((await browser.press('/enrol/done')).status).toBe(303);
  });

  it('is a short form and nothing else', async () => {
    const { browser, server, made } = await signedIn();
    await browser.get('/enrol/contacts');
    const form = browser.hidden('form');
    const send = (type: string | undefined, payload: string) =>
      server.inject({
        method: 'POST',
        url: '/enrol/email',
        payload,
        headers: {
          cookie: `latchkey_enrol=${browser.cookie}`,
          ...(type === undefined ? {} : { 'content-type': type }),
        },
      });
    expect((await send('application/json', JSON.stringify({ form, address: 'a' }))).statusCode).toBe(415);
    expect((await send('multipart/form-data; boundary=x', 'x')).statusCode).toBe(415);
    expect((await send(undefined, `form=${form}`)).statusCode).toBe(415);
    const type = 'application/x-www-form-urlencoded';
    const long = await send(type, `form=${form}&address=${'a'.repeat(5_000)}`);
    expect([long.statusCode, long.body.includes('That was too long')]).toEqual([413, true]);
    expect(made()).toEqual([]);
    expect((await send(`${type};charset=UTF-8`, `form=${form}&address=a`)).statusCode).toBe(303);
  });
});

it.each(['/enrol/email', '/enrol/phone', '/enrol/resend', '/enrol/other'])(
  'loading %s, the address of a press, leads to the list',
  async (path) => {
    const { browser } = await signedIn();
    expect((await browser.get(path)).location).toBe('/enrol/contacts');
  },
);

it('looking at any page changes nothing, with GET or HEAD', async () => {
  const { browser, made } = await signedIn();
  for (const path of [...presses, '/enrol', '/enrol/contacts', '/enrol/callback', '/enrol/checking', link, notice]) {
    await browser.get(path);
    await browser.head(path);
  }
  expect(made()).toEqual([]);
});

it('what breaks behind the pages is told kindly, and the cause goes to the log only', async () => {
  const broken = () => Promise.reject(new Error('database is gone'));
  const { access } = await createEnrolment();
  const all = await signedIn({
    access: {
      ...access,
      ...{ look: broken, lookAtNotice: broken, disown: broken, view: broken, add: broken },
    },
  });
  for (const answer of [
    await all.browser.get(link),
    await all.browser.get(notice),
    await all.browser.post(notice, {}),
    await all.browser.get('/enrol/contacts'),
  ]) {
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '10']);
    expect(answer.body).not.toContain('database');
  }
  expect(all.lines.join('')).toContain('database is gone');
});

it('no token, code, state, address or cookie is in the log, at any level, nor in the metrics', async () => {
  const { browser, lines, metricsText } = await challenged();
  await browser.press('/enrol/code', { code: '918273' }, '/enrol/code');
  await browser.get(notice);
  await browser.post(notice, {});
  const cookie = browser.cookie ?? 'none';
  for (const text of [lines.join(''), await metricsText()]) {
    for (const secret of ['nnnn', 'planted', 'jane@home', '918273', cookie.slice(-40)])
      expect(text).not.toContain(secret);
    expect(text).toContain('/enrol/:token');
    expect(text).toContain('/enrol/callback');
  }
});

it('every answer is kept by nobody and framed by nobody', async () => {
  const { browser } = await signedIn();
  for (const path of ['/enrol', link, '/enrol/contacts', '/enrol/nothing/here', notice]) {
    expect((await browser.get(path)).headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
  }
});

it('a flood is stopped for the address it comes from', async () => {
  const { browser } = await createEnrolment({ visitsPerMinute: 5 });
  for (let n = 0; n < 5; n += 1) expect((await browser().get(link)).status).toBe(200);
  const stopped = await browser().get(link);
  expect([stopped.status, stopped.body.includes('Please wait a minute')]).toEqual([429, true]);
  expect((await browser().get(link, { 'x-forwarded-for': '203.0.113.9' })).status).toBe(200);
});

it('the session ends fifteen minutes after the sign-in, however much was pressed', async () => {
  const { browser, clock } = await signedIn();
  clock.at = later(start, 600);
  const { setCookie } = await browser.press('/enrol/remove', { contact: mail.ref });
  expect(setCookie).toContain('Max-Age=300;');
  clock.at = later(start, 899);
  expect((await browser.get('/enrol/contacts')).status).toBe(200);
  clock.at = later(start, 900);
  const answer = await browser.get('/enrol/contacts');
  expect([answer.status, answer.body.includes('<code>enroll</code>')]).toEqual([401, true]);
  expect(instant(clock.at)).toBe(later(start, 900));
});
