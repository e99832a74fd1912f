// The routes of somebody who changes a known password: from the link to the sign-in, and back to the page for a new one.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { accountId, flowId, instant } from '../../src/flows/ids.ts';
import type { ChangeAccess } from '../../src/flows/sign-in-access.ts';
import type { LinkAccess, Opened } from '../../src/web/link-access.ts';
import { createStandIn, deadToken, liveToken, ticket } from './stand-in.ts';

const link = `/go/${liveToken}`;
const goOnToken = `${'N'.repeat(22)}.${'m'.repeat(43)}`;
const signInUrl = 'https://acme.eu.auth0.com/authorize?prompt=login';
const flow = flowId('F'.repeat(22));
const start = instant(Date.UTC(2026, 6, 1, 9));
const pending = { state: 'plantedState', nonce: 'plantedNonce', verifier: 'plantedVerifier', startedAt: start };
const signIn = { account: accountId('auth0|jane'), from: 1, signedInAt: 2, until: 3, returnedAt: start };

type Answers = {
  -readonly [Name in keyof ChangeAccess]: Awaited<ReturnType<ChangeAccess[Name]>>;
};

async function createChange(first: Opened = { is: 'redirect', url: signInUrl, flow, pending }) {
  const calls: (readonly [string, ...unknown[]])[] = [];
  const answers: Answers = {
    finishSignIn: { is: 'returned', signIn },
    confirmSignIn: { is: 'signed-in', token: goOnToken, isFirst: true },
  };
  const links: LinkAccess = {
    look: async (token) => (token === deadToken ? { is: 'dead' } : { is: 'live', isChange: true }),
    async open(token) {
      calls.push(['open', token]);
      return token === goOnToken ? { is: 'ticket', url: ticket } : first;
    },
    submit: async () => ({ is: 'sign-in-needed' }),
  };
  const access: ChangeAccess = {
    async finishSignIn(...asked) {
      calls.push(['finishSignIn', ...asked]);
      return answers.finishSignIn;
    },
    async confirmSignIn(...asked) {
      calls.push(['confirmSignIn', ...asked]);
      return answers.confirmSignIn;
    },
  };
  const clock = { now: () => start };
  const { server, lines } = await createStandIn({ links, change: { access, clock, cookieKeys: [randomBytes(32)] } });
  let cookie = '';
  async function send(method: 'GET' | 'POST' | 'HEAD', url: string, form?: Readonly<Record<string, string>>) {
    const typed = form === undefined ? {} : { payload: new URLSearchParams(form).toString() };
    const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await server.inject({ method, url, headers: { cookie, ...type }, ...typed });
    const set = answer.headers['set-cookie'];
    if (typeof set === 'string') cookie = set.split(';', 1)[0] ?? '';
    return {
      status: answer.statusCode,
      location: answer.headers.location,
      body: answer.body,
      set,
      headers: answer.headers,
    };
  }
  const forget = (): void => {
    cookie = '';
  };
  return { answers, calls, lines, send, forget };
}

/** As far as the page that checks the sign-in. */
async function comesBack() {
  const all = await createChange();
  await all.send('POST', link);
  await all.send('GET', '/change/callback?code=plantedCode&state=plantedState');
  return all;
}

describe('the link of a known password', () => {
  it('says what comes, names nobody, and changes nothing when it is looked at', async () => {
    const { send, calls } = await createChange();
    for (const method of ['GET', 'HEAD'] as const) {
      const { status, set, headers } = await send(method, link);
      expect([status, set]).toEqual([200, undefined]);
      expect(headers['content-security-policy']).toContain("form-action 'self' https:");
    }
    const { body } = await send('GET', link);
    expect(body).toContain('Continue to change your password');
    expect(body.match(/<button/g)).toHaveLength(1);
    expect(calls).toEqual([]);
  });

  it('leads to the sign-in by one press, and what must be kept goes into a sealed cookie of its own', async () => {
    const { send } = await createChange();
    const { status, location, set } = await send('POST', link);
    expect([status, location]).toEqual([303, signInUrl]);
    expect(set).toMatch(/^latchkey_change=[\w.-]+; Max-Age=900; Path=\/change; HttpOnly; Secure; SameSite=Lax$/);
    for (const secret of ['plantedState', 'plantedNonce', 'plantedVerifier', liveToken])
      expect(set).not.toContain(secret);
  });

  it.each([
    [{ is: 'unreachable' }, 503, 'can’t reach the sign-in service'],
    [{ is: 'refused' }, 409, 'Only the helpdesk can help'],
    [{ is: 'limited', inMs: 5_000 }, 503, 'Try again in 5 seconds'],
    [{ is: 'dead' }, 404, 'doesn’t work any more'],
  ] as const)('that answers %j is told kindly, and leaves no cookie', async (opened, status, words) => {
    const { send } = await createChange(opened);
    const answer = await send('POST', link);
    expect([answer.status, answer.set]).toEqual([status, undefined]);
    expect(answer.body).toContain(words);
  });

  it('leads to the sign-in from the page that says that the old password is not enough', async () => {
    const { send } = await createChange();
    const answer = await send('POST', `${link}/password`, { current: 'a', password: 'b', confirm: 'b' });
    expect(answer.body).toContain('Your account needs more than the password');
    expect(answer.body).toContain(`action="${link}"`);
    expect(answer.headers['content-security-policy']).toContain("form-action 'self' https:");
  });
});

describe('the way back from the sign-in', () => {
  it('is kept, then redeemed once, then confirmed, then leads on: each is a request of its own', async () => {
    const { send, calls } = await comesBack();
    const kept = await send('GET', '/change/checking');
    expect([kept.status, kept.location]).toEqual([303, '/change/checking']);
    const url = new URL('https://latchkey.example.com/change/callback?code=plantedCode&state=plantedState');
    expect(calls).toEqual([
      ['open', liveToken],
      ['finishSignIn', flow, pending, url],
    ]);
    const on = await send('GET', '/change/checking');
    expect([on.status, on.location]).toEqual([303, ticket]);
    expect(calls.slice(2)).toEqual([
      ['confirmSignIn', flow, signIn],
      ['open', goOnToken],
    ]);
  });

  it('opens nothing by itself a second time: it leads to the button', async () => {
    const { send, calls, answers } = await comesBack();
    await send('GET', '/change/checking');
    answers.confirmSignIn = { is: 'signed-in', token: goOnToken, isFirst: false };
    const on = await send('GET', '/change/checking');
    expect([on.status, on.location]).toEqual([303, `/go/${goOnToken}`]);
    expect(calls.filter(([name, token]) => name === 'open' && token === goOnToken)).toEqual([]);
  });

  it('is no use without the cookie, nor to a scanner', async () => {
    const { send, calls, forget } = await createChange();
    await send('POST', link);
    expect((await send('HEAD', '/change/callback?code=plantedCode&state=plantedState')).status).toBe(200);
    forget();
    for (const path of ['/change/callback?code=c&state=s', '/change/checking', '/change/again']) {
      const { status, body } = await send('GET', path);
      expect([path, status]).toEqual([path, 401]);
      expect(body).toContain('You’re not signed in here any more');
      expect(body).toContain('<code>change-password</code>');
    }
    expect(calls).toEqual([['open', liveToken]]);
  });

  it.each([
    ['foreign', 'You signed in to another account'],
    ['denied', 'You didn’t sign in'],
    ['mismatched', 'This sign-in can’t be used'],
    ['not-fresh', 'To change your password, enter it again'],
    ['unreachable', 'can’t reach the sign-in service'],
    ['refused', 'The sign-in didn’t work'],
  ] as const)('that is %s says why, and the button signs in again', async (is, words) => {
    const { send, answers } = await comesBack();
    answers.finishSignIn = { is };
    const { status, location } = await send('GET', '/change/checking');
    expect([status, location]).toEqual([303, '/change/again']);
    const { body, headers } = await send('GET', '/change/again');
    expect(body).toContain(words);
    expect(body).toContain(`action="${link}"`);
    expect(headers['content-security-policy']).toContain("form-action 'self' https:");
  });

  it.each(['foreign', 'other-way', 'refused'] as const)('is turned back where whose it is turns out %s', async (is) => {
    const { send, answers, calls } = await comesBack();
    await send('GET', '/change/checking');
    answers.confirmSignIn = { is };
    expect((await send('GET', '/change/checking')).location).toBe('/change/again');
    expect(calls.filter(([name, token]) => name === 'open' && token === goOnToken)).toEqual([]);
  });

  it('waits on a page that looks again by itself, and says when it takes long', async () => {
    const { send, answers } = await comesBack();
    await send('GET', '/change/checking');
    for (const [isLate, words] of [
      [false, 'Checking your sign-in…'],
      [true, 'Still checking your sign-in…'],
    ] as const) {
      answers.confirmSignIn = { is: 'waiting', isLate };
      const { status, body } = await send('GET', '/change/checking');
      expect([status, body.includes(words)]).toEqual([200, true]);
      expect(body).toContain('url=/change/checking');
    }
  });

  it('of a request that has ended says so, and forgets the browser', async () => {
    const { send, answers } = await comesBack();
    answers.finishSignIn = { is: 'over' };
    const { status, body, set } = await send('GET', '/change/checking');
    expect([status, body.includes('This request has ended')]).toEqual([410, true]);
    expect(set).toContain('latchkey_change=;');
  });

  it('is logged without anything that came with it', async () => {
    const { send, lines } = await comesBack();
    await send('GET', '/change/checking');
    await send('GET', '/change/checking');
    for (const secret of ['plantedCode', 'plantedState', 'plantedNonce', 'plantedVerifier', liveToken, goOnToken])
      expect(lines.join('')).not.toContain(secret);
  });
});
