// The pages under /recover in a real browser: on a phone, in the dark, by keyboard, without scripts, read aloud.
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contactRef, instant, later, linkId } from '../../src/flows/ids.ts';
import type { FlowState } from '../../src/flows/state.ts';
import { browserMissing, closeBrowser, hasFocus } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { openTab, violations } from './enrolment-browser.ts';
import { account, proven, rightCode, serveRecovery } from './recovery-browser.ts';

const shots = new URL('../../test-results/', import.meta.url).pathname;
const now = instant(Date.now());
const proof = { channel: 'email' as const, at: now };
const until = later(now, 600);
const mail = { ref: contactRef('email|1'), channel: 'email' as const, masked: 'j•••@h•••.example' };
const phone = { ref: contactRef('sms|1'), channel: 'sms' as const, masked: '•••12' };
const first = { ...proof, contact: mail.ref, recoveryCodes: 3 };
const second = { account, contacts: [phone], first, until };

/** What a request shows after the first proof. */
const states: Readonly<Record<string, FlowState>> = {
  'one-moment': proven,
  'sign-in-delayed': { at: 'inspecting', account, proof, delayed: true, until },
  'second-contact': { at: 'choosing-contact', ...second, contacts: [phone, mail] },
  'second-code': {
    ...{ at: 'challenged', ...second, contact: phone.ref, attemptsLeft: 2, after: 'wrong' },
    ...{ resendFrom: later(now, 30), codeUntil: later(now, 180) },
  },
  'second-code-dead': {
    ...{ at: 'challenged', ...second, contact: phone.ref, attemptsLeft: 0, after: 'expired' },
    ...{ resendFrom: later(now, -30), codeUntil: later(now, -1) },
  },
  'recovery-code': { at: 'entering-recovery-code', ...second, after: 'asked' },
  approval: {
    ...{ at: 'awaiting-approval', account, proof, needed: 2, approvals: [], askedAt: now },
    ...{ usualSeconds: 240, earlierUnlocks: 0, until },
  },
  link: { at: 'link-ready', account, proof, approvals: [], link: linkId('l'), retried: false, until },
  opened: {
    ...{ at: 'changing', account, proof, approvals: [], openedAt: now, until },
    again: { link: linkId('l'), until, left: 1 },
  },
  changed: {
    ...{ at: 'closed', account, proof, approvals: [], closedAt: now, helpdeskKnows: false },
    ending: { outcome: 'done', because: 'password-changed', changedAt: now, sessions: 'asked' },
  },
  denied: {
    ...{ at: 'closed', account, proof, approvals: [], closedAt: now, helpdeskKnows: true },
    ending: { outcome: 'refused', because: 'disabled' },
  },
};

describe.skipIf(browserMissing !== undefined)(titled('The pages under /recover', browserMissing), () => {
  let closing: (() => Promise<unknown>)[] = [];
  let served: Awaited<ReturnType<typeof serveRecovery>>;

  beforeAll(() => void mkdirSync(shots, { recursive: true }));
  beforeEach(async () => {
    served = await serveRecovery('call 4711');
    closing = [served.close];
  });
  afterEach(async () => {
    for (const close of closing.reverse()) await close();
  });
  afterAll(closeBrowser);

  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor();
  /** Pages that load themselves again stay as they are. */
  async function typesName(page: Page): Promise<void> {
    await page.goto(`${served.origin}/recover?login_hint=jane%40acme.example&kind=unlock`);
    await press(page, 'Send a code');
    await heading(page, 'Enter the code');
  }
  async function proves(page: Page): Promise<void> {
    await typesName(page);
    await page.getByLabel('Code').fill(rightCode);
    await press(page, 'Continue');
    await page.waitForURL(`${served.origin}/recover/next`);
  }

  const visits: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    start: (page) => page.goto(`${served.origin}/recover`),
    async 'last-try'(page) {
      await typesName(page);
      await page.goto(`${served.origin}/recover`);
      await page.getByRole('link', { name: 'Go to your last try' }).waitFor();
    },
    async empty(page) {
      await page.goto(`${served.origin}/recover`);
      await press(page, 'Send a code');
      await page.getByRole('alert').waitFor();
    },
    code: typesName,
    async 'code-wrong'(page) {
      await typesName(page);
      await page.getByLabel('Code').fill('111111');
      await press(page, 'Continue');
      await page.getByRole('alert').waitFor();
    },
    async spent(page) {
      served.memory.left = 1;
      await typesName(page);
      await page.getByLabel('Code').fill('111111');
      await press(page, 'Continue');
      await heading(page, /no tries left/);
    },
    async queue(page) {
      served.memory.crowdedMs = 60_000;
      await page.goto(`${served.origin}/recover?login_hint=jane%40acme.example`);
      await press(page, 'Send a code');
      await heading(page, 'Many people are asking right now');
    },
    'signed-out': (page) => page.goto(`${served.origin}/recover/code`),
    'no-such-page': (page) => page.goto(`${served.origin}/recover/elsewhere`),
    ...Object.fromEntries(
      Object.entries(states).map(([name, state]) => [
        name,
        async (page: Page) => {
          served.memory.state = state;
          await proves(page);
        },
      ]),
    ),
  };

  it.each(Object.keys(visits).filter((name) => name !== 'one-moment'))(
    'have no barriers and fit a phone, in the dark, and at 320 px: %s',
    async (name) => {
      const { page, complaints } = await openTab(closing, { reducedMotion: 'reduce' });
      await visits[name]?.(page);
      expect(await violations(page)).toEqual([]);
      await page.screenshot({ path: `${shots}recover-${name}.png`, fullPage: true });
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page)).toEqual([]);
      await page.screenshot({ path: `${shots}recover-${name}-dark.png`, fullPage: true });
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      await page.emulateMedia({ forcedColors: 'active' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      expect(complaints).toEqual([]);
    },
    30_000,
  );

  it('fill the name from login_hint and use nothing else of the query', async () => {
    const { page } = await openTab(closing);
    await page.goto(`${served.origin}/recover?login_hint=%22%3E%3Cb%3Ejane%40acme.example&kind=unlock&name=eve`);
    expect(await page.getByLabel('Your work address').inputValue()).toBe('"><b>jane@acme.example');
    expect(await page.getByLabel('Forgot your password?').isChecked()).toBe(true);
  });

  it('can be used by keyboard alone', async () => {
    const { page } = await openTab(closing);
    await page.goto(`${served.origin}/recover`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByLabel('Locked out?').isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.type('jane@acme.example');
    await page.keyboard.press('Enter');
    await hasFocus(page, '#code');
    await page.keyboard.type('111111');
    await page.keyboard.press('Enter');
    await hasFocus(page, '[role=alert]');
    await page.getByLabel('Code').focus();
    served.memory.state = states['link'] ?? proven;
    await page.keyboard.type(rightCode);
    await page.keyboard.press('Enter');
    await heading(page, 'You’re verified');
  });

  it('take a browser that runs scripts in the usual lane, once it has computed something, also after the press', async () => {
    const { page } = await openTab(closing);
    await typesName(page);
    expect(served.memory.lanes).toEqual(['usual']);
  });

  it('work without scripts: in the slow lane, and a page that waits goes on by itself', async () => {
    const { page } = await openTab(closing, { javaScriptEnabled: false });
    served.memory.crowdedMs = 1_000;
    await page.goto(`${served.origin}/recover?login_hint=jane%40acme.example`);
    await press(page, 'Send a code');
    await heading(page, 'Many people are asking right now');
    served.memory.crowdedMs = undefined;
    await heading(page, 'Enter the code');
    expect([served.memory.names, served.memory.lanes]).toEqual([['jane@acme.example'], ['slow']]);
    served.memory.state = states['approval'] ?? proven;
    await page.getByLabel('Code').fill(rightCode);
    await press(page, 'Continue');
    await page.getByText('The helpdesk has been asked').waitFor();
  });

  it('show the next state without a press, when what was under way is done', async () => {
    const { page } = await openTab(closing, { javaScriptEnabled: false });
    await proves(page);
    served.memory.state = states['link'] ?? proven;
    await heading(page, 'You’re verified');
  });

  it('send what is chosen and typed for the second proof, and nothing that is none of it', async () => {
    const { page } = await openTab(closing);
    served.memory.state = states['second-contact'] ?? proven;
    await proves(page);
    await page.getByLabel('Text •••12').check();
    await press(page, 'Send code');
    await press(page, 'Use a recovery code');
    served.memory.state = states['recovery-code'] ?? proven;
    await page.reload();
    await page.getByLabel('Recovery code').fill('0A1B2-C3D4E-5F60');
    await press(page, 'Verify');
    await press(page, 'Cancel this request');
    await heading(page, 'Enter a recovery code');
    expect(served.memory.acts).toEqual([
      { do: 'send-code', contact: phone.ref },
      { do: 'choose-recovery-code' },
      { do: 'submit-recovery-code', typed: '0A1B2-C3D4E-5F60' },
      { do: 'cancel' },
    ]);
  });
});
