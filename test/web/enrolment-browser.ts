// A real browser before the pages of enrolment, with a sign-in page at another origin, and a stand-in that remembers what was done.
import { createServer as createHttpServer } from 'node:http';
import axe from 'axe-core';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { freePort } from '../../playground/free-port.ts';
import type { EnrolmentAccess, EnrolmentView } from '../../src/flows/enrolment-access.ts';
import { contactRef, type Instant, instant, later } from '../../src/flows/ids.ts';
import { createSigningKeys, deriveKeys } from '../../src/signing-keys.ts';
import { openContext } from '../browser.ts';
import { account, aView, flow, keyOf, linkToken, noticeToken, returnedSignIn } from './enrolment-stand-in.ts';
import { createStandIn } from './stand-in.ts';

export const rightCode = '918273';

/** What a request remembers. Tests change `view` and `taken` directly. */
export interface Remembered {
  view: EnrolmentView;
  /** Whether the next address is taken. */
  taken: boolean;
  readonly calls: string[];
  /** What is found out about the sign-in. */
  confirmed: Awaited<ReturnType<EnrolmentAccess['confirmSignIn']>>;
  /** What is added waits for it. */
  gate: Promise<void>;
}

function createRemembering(now: () => Instant, authorizeUrl: () => string) {
  const memory: Remembered = {
    view: aView({ contacts: [] }),
    taken: true,
    confirmed: { is: 'signed-in', session: { flow, account } },
    calls: [],
    gate: Promise.resolve(),
  };
  const set = (change: Partial<EnrolmentView>): void => {
    const { challenge: _challenge, news: _news, ...view } = memory.view;
    memory.view = { ...view, ...change };
  };
  const masks = { email: 'j•••@h•••.example', sms: '•••23' };
  const access: EnrolmentAccess = {
    look: async (token) => (token === linkToken ? { is: 'live', platform: 'slack' } : { is: 'dead' }),
    beginSignIn: async () => ({
      is: 'redirect',
      url: authorizeUrl(),
      flow,
      pending: { state: 's', nonce: 'n', verifier: 'v', startedAt: now() },
    }),
    finishSignIn: async (_flow, _pending, returned) =>
      returned.searchParams.get('state') === 's'
        ? { is: 'returned', signIn: { ...returnedSignIn, returnedAt: now() } }
        : { is: 'mismatched' },
    confirmSignIn: async () => memory.confirmed,
    view: async () => memory.view,
    async add(_session, channel, typed) {
      memory.calls.push(`add ${channel} ${typed}`);
      await memory.gate;
      if (!memory.taken) return { is: 'not-taken', because: 'own-domain' };
      const times = { resendFrom: later(now(), 60), codeUntil: later(now(), 180) };
      set({ challenge: { channel, masked: masks[channel], attemptsLeft: 3, after: 'sent', ...times } });
      return { is: 'sending', address: { channel, address: typed } };
    },
    async resend() {
      memory.calls.push('resend');
      return { is: 'sending' };
    },
    async submitCode(_session, { channel }, typed) {
      memory.calls.push(`code ${typed}`);
      if (!/^\d{6}$/.test(typed)) return { is: 'not-a-code' };
      const { challenge, contacts } = memory.view;
      if (challenge !== undefined && typed !== rightCode)
        set({ challenge: { ...challenge, after: 'wrong', attemptsLeft: 2 } });
      if (challenge === undefined || typed !== rightCode) return { is: 'checking' };
      const ref = contactRef(`${channel}|${contacts.length}`);
      const isFirst = contacts.length === 0;
      const usableFrom = isFirst ? {} : { usableFrom: later(now(), 86_400) };
      const added = { ref, channel, masked: masks[channel], since: now(), ...usableFrom };
      set({
        contacts: [...contacts, added],
        news: { is: 'added', masked: added.masked, ...(isFirst ? {} : { usableFrom: later(now(), 86_400) }) },
      });
      return { is: 'checking' };
    },
    async forget() {
      memory.calls.push('forget');
      set({});
      return { is: 'done' };
    },
    async remove(_session, contact) {
      memory.calls.push(`remove ${contact}`);
      const gone = memory.view.contacts.find(({ ref }) => ref === contact);
      const contacts = memory.view.contacts.filter(({ ref }) => ref !== contact);
      set({ contacts, ...(gone === undefined ? {} : { news: { is: 'removed', masked: gone.masked } }) });
      return { is: 'removing' };
    },
    async makeRecoveryCodes() {
      memory.calls.push('codes');
      return { is: 'made', codes: Array.from({ length: 10 }, (_, n) => `7XK4P-Q9T2-MW0${n}`) };
    },
    async finish() {
      memory.calls.push('finish');
      return { is: 'done' };
    },
    lookAtNotice: async (token) => ({ is: token === noticeToken ? 'live' : 'dead' }),
    async disown() {
      memory.calls.push('disown');
      return { is: 'done' };
    },
  };
  return { memory, access };
}

export async function serve(closing: (() => Promise<unknown>)[]) {
  const provider = createHttpServer(({ url = '' }, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      url.startsWith('/authorize')
        ? `<title>Sign-in page</title><form action="${origin}/enrol/callback"><input type="hidden" name="code" value="c"><input type="hidden" name="state" value="s"><button>Log in</button></form>`
        : '',
    );
  });
  const providerOrigin = await listening(provider);
  closing.push(async () => {
    provider.closeAllConnections();
    await new Promise((resolve) => provider.close(resolve));
  });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const now = (): Instant => instant(Date.now());
  const { memory, access } = createRemembering(now, () => `${providerOrigin}/authorize?state=s`);
  const { server, lines } = await createStandIn({
    publicUrl: origin,
    auth0Origin: providerOrigin,
    enrolment: {
      access,
      clock: { now },
      cookieKeys: deriveKeys([keyOf('a')], 'enrolment-cookie'),
      formKeys: createSigningKeys([keyOf('a')]),
      offersRecoveryCodes: true,
    },
  });
  await server.listen({ host: '127.0.0.1', port });
  closing.push(() => server.close());
  return { origin, memory, lines };
}

export async function openTab(closing: (() => Promise<unknown>)[], options: BrowserContextOptions = {}) {
  const context: BrowserContext = await openContext({
    viewport: { width: 390, height: 844 },
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    ...options,
  });
  closing.push(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('the server responded with a status of'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { context, page, complaints };
}

export async function comesBack(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/enrol/${linkToken}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Log in' }).click();
}

export async function signIn(page: Page, origin: string): Promise<void> {
  await comesBack(page, origin);
  await page.waitForURL(`${origin}/enrol/contacts`);
}

export async function violations(page: Page): Promise<unknown> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))",
  );
}

async function listening(server: ReturnType<typeof createHttpServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}
