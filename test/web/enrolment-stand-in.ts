// The pages of enrolment with a test double behind them, which records what it is asked, and answers as the test says. And a browser
// that keeps its cookie.

import type { EnrolmentAccess, EnrolmentView } from '../../src/flows/enrolment-access.ts';
import type { EnrolledContact, NewAddress, ReturnedSignIn } from '../../src/flows/enrolment-ports.ts';
import { accountId, contactRef, flowId, type Instant, instant, later } from '../../src/flows/ids.ts';
import { createSigningKeys, deriveKeys } from '../../src/signing-keys.ts';
import type { ServerOptions } from '../../src/web/server.ts';
import { createStandIn, type StandIn } from './stand-in.ts';

export const linkToken = `${'E'.repeat(22)}.${'n'.repeat(43)}`;
export const noticeToken = `${'N'.repeat(22)}.${'n'.repeat(43)}.0.mb3k2z9`;
export const signInUrl = 'https://acme.eu.auth0.com/authorize?state=plantedState';
export const start = instant(Date.parse('2026-03-02T09:00:00Z'));
export const flow = flowId('enrolmentFlow000000000');
export const account = accountId('auth0|jane');
export const returnedSignIn: ReturnedSignIn = {
  account,
  session: 'plantedSession',
  from: start,
  signedInAt: start,
  until: start,
  returnedAt: start,
};
export const ownAddress: NewAddress = { channel: 'email', address: 'jane@home.example' };

export const mail: EnrolledContact = {
  ref: contactRef('email|1'),
  channel: 'email',
  masked: 'j•••@h•••.example',
  since: instant(Date.parse('2026-01-05T12:00:00Z')),
};
export const phone: EnrolledContact = { ref: contactRef('sms|2'), channel: 'sms', masked: '•••12' };

export const aView = (change: Partial<EnrolmentView> = {}): EnrolmentView => ({
  is: 'view',
  contacts: [mail],
  isBusy: false,
  until: later(start, 900),
  ...change,
});

export const aChallenge = (change: Partial<NonNullable<EnrolmentView['challenge']>> = {}) => ({
  channel: 'email' as const,
  masked: 'j•••@h•••.example',
  attemptsLeft: 3,
  resendFrom: later(start, 60),
  codeUntil: later(start, 180),
  after: 'sent' as const,
  ...change,
});

type Answers = { -readonly [Name in keyof EnrolmentAccess]: Awaited<ReturnType<EnrolmentAccess[Name]>> };

export interface Desk {
  /** What each call is answered with; to be changed by the test. */
  readonly answers: Answers;
  /** Every call that may change something, with what it was given. */
  readonly calls: readonly (readonly [name: keyof EnrolmentAccess, ...given: readonly unknown[]])[];
  readonly access: EnrolmentAccess;
  /** The calls of this name are recorded, and answered once the gate opens. `entered`: the first has come. */
  hold(name: keyof EnrolmentAccess, gate: Promise<void>): { readonly entered: Promise<void> };
}

function createDesk(): Desk {
  const calls: (readonly [keyof EnrolmentAccess, ...unknown[]])[] = [];
  const answers: Answers = {
    look: { is: 'live', platform: 'slack' },
    beginSignIn: {
      is: 'redirect',
      url: signInUrl,
      flow,
      pending: { state: 'plantedState', nonce: 'plantedNonce', verifier: 'plantedVerifier', startedAt: start },
    },
    finishSignIn: { is: 'returned', signIn: returnedSignIn },
    confirmSignIn: { is: 'signed-in', session: { flow, account } },
    view: aView(),
    add: { is: 'sending', address: ownAddress },
    resend: { is: 'sending' },
    submitCode: { is: 'checking' },
    forget: { is: 'done' },
    remove: { is: 'removing' },
    makeRecoveryCodes: { is: 'made', codes: Array.from({ length: 10 }, (_, n) => `ABCDE-FGHJ${n}-KMNPQ`) },
    finish: { is: 'done' },
    lookAtNotice: { is: 'live' },
    disown: { is: 'done' },
  };
  const held = new Map<keyof EnrolmentAccess, { readonly gate: Promise<void>; enter(): void }>();
  const noted =
    <Name extends keyof EnrolmentAccess>(name: Name) =>
    async (...given: readonly unknown[]): Promise<Answers[Name]> => {
      calls.push([name, ...given]);
      const holding = held.get(name);
      holding?.enter();
      await holding?.gate;
      return answers[name];
    };
  const access: EnrolmentAccess = {
    look: async (token) => (token === linkToken ? answers.look : { is: 'dead' }),
    beginSignIn: noted('beginSignIn'),
    finishSignIn: noted('finishSignIn'),
    confirmSignIn: noted('confirmSignIn'),
    view: async () => answers.view,
    add: noted('add'),
    resend: noted('resend'),
    submitCode: noted('submitCode'),
    forget: noted('forget'),
    remove: noted('remove'),
    makeRecoveryCodes: noted('makeRecoveryCodes'),
    finish: noted('finish'),
    lookAtNotice: async (token) => (token === noticeToken ? answers.lookAtNotice : { is: 'dead' }),
    disown: noted('disown'),
  };
  const hold: Desk['hold'] = (name, gate) => {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    held.set(name, { gate, enter });
    return { entered };
  };
  return { answers, calls, access, hold };
}

export const keyOf = (sign: string): Uint8Array => new Uint8Array(32).fill(sign.charCodeAt(0));

export interface Enrolment extends StandIn, Desk {
  readonly clock: { now(): Instant; at: Instant };
  browser(): TestBrowser;
}

export async function createEnrolment(
  options: { keys?: readonly Uint8Array[]; offersRecoveryCodes?: boolean; access?: EnrolmentAccess } & Partial<
    Omit<ServerOptions, 'enrolment'>
  > = {},
): Promise<Enrolment> {
  const { keys = [keyOf('a')], offersRecoveryCodes = true, access, ...change } = options;
  const desk = createDesk();
  const clock = { at: start, now: () => clock.at };
  const standIn = await createStandIn({
    ...change,
    enrolment: {
      access: access ?? desk.access,
      clock,
      cookieKeys: deriveKeys(keys, 'enrolment-cookie'),
      formKeys: createSigningKeys(keys),
      offersRecoveryCodes,
    },
  });
  return { ...standIn, ...desk, clock, browser: () => createTestBrowser(standIn) };
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly location: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly setCookie: string | undefined;
}

export interface TestBrowser {
  cookie: string | undefined;
  get(url: string, headers?: Record<string, string>): Promise<Answer>;
  head(url: string): Promise<Answer>;
  /** As our own page's form sends it, with its hidden fields from the page at `from`. */
  press(action: string, fields?: Record<string, string>, from?: string): Promise<Answer>;
  post(url: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  signIn(): Promise<void>;
  /** Opens the address to which the provider sends it, and what the page there and its redirects lead to, as far as they check. */
  comesBack(url: string): Promise<Answer>;
  /** The hidden field `name` of the last page. */
  hidden(name: string): string;
}

const checking = '/enrol/checking';

function createTestBrowser({ server }: StandIn): TestBrowser {
  let last = '';
  const browser: TestBrowser = {
    cookie: undefined,
    get: (url, headers = {}) => send('GET', url, headers),
    head: (url) => send('HEAD', url, {}),
    post: (url, fields, headers = {}) => send('POST', url, headers, new URLSearchParams(fields).toString()),
    async press(action, fields = {}, from = '/enrol/contacts') {
      await browser.get(from);
      return browser.post(action, { form: browser.hidden('form'), ...fields });
    },
    async signIn() {
      await browser.post(`/enrol/${linkToken}`, {});
      await browser.comesBack('/enrol/callback?code=plantedCode&state=plantedState');
    },
    async comesBack(url) {
      const shown = await browser.get(url);
      if (!shown.body.includes(`content="0; url=${checking}"`)) return shown;
      const redeemed = await browser.get(checking);
      return redeemed.location === checking ? browser.get(checking) : redeemed;
    },
    hidden: (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(last)?.[1] ?? '',
  };
  async function send(
    method: 'GET' | 'HEAD' | 'POST',
    url: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<Answer> {
    const answer = await server.inject({
      method,
      url,
      headers: {
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }),
        ...(browser.cookie === undefined ? {} : { cookie: `latchkey_enrol=${browser.cookie}` }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const set = answer.headers['set-cookie'];
    const setCookie = Array.isArray(set) ? set.join() : set;
    const value = /latchkey_enrol=([^;]*)/.exec(setCookie ?? '')?.[1];
    if (value !== undefined) browser.cookie = value === '' ? undefined : value;
    if (method === 'GET') last = answer.body;
    const { location } = answer.headers;
    return {
      status: answer.statusCode,
      body: answer.body,
      location: typeof location === 'string' ? location : undefined,
      headers: answer.headers,
      setCookie,
    };
  }
  return browser;
}
