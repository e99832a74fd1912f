import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { instant, later } from '../../src/flows/ids.ts';
import { browserMissing, closeBrowser, hasFocus } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { comesBack, openTab, type Remembered, rightCode, serve, signIn, violations } from './enrolment-browser.ts';
import { aChallenge, account, aView, flow, linkToken, mail, noticeToken, phone } from './enrolment-stand-in.ts';
import { deadToken } from './stand-in.ts';

const shots = new URL('../../test-results/', import.meta.url).pathname;
const closing: (() => Promise<unknown>)[] = [];

interface Stage {
  readonly page: Page;
  readonly origin: string;
  readonly memory: Remembered;
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
/** Back from the sign-in in another browser session, on the page that waits: it stays, because its next look finds no page. */
async function waits(page: Page, origin: string, memory: Remembered, isLate: boolean): Promise<void> {
  memory.confirmed = { is: 'waiting', isLate };
  let looks = 0;
  await page.route(`${origin}/enrol/checking`, (route) => {
    looks += 1;
    return looks === 1 ? route.continue() : route.fulfill({ status: 204 });
  });
  await page.context().clearCookies();
  await comesBack(page, origin);
}
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor();

async function typeEmail({ page }: Stage): Promise<void> {
  await page.getByLabel('Email address').fill('jane@home.example');
  await press(page, 'Send a code');
}

/** Until they are shown. */
async function makesCodes(page: Page): Promise<void> {
  await press(page, 'Make ten codes');
  await page.getByRole('list', { name: 'Recovery codes' }).waitFor();
}

const inAnHour = later(instant(Date.now()), 3_600);
const two = [mail, { ...phone, usableFrom: inAnHour, unconfirmed: true as const }];

/** Days, times and what is counted down are others in every run. */
const withoutTimes = (spoken: string): string =>
  spoken
    .replaceAll(/\d{1,2} [A-Z][a-z]+ \d{4}( at|,)? \d{2}:\d{2}( UTC)?/g, 'DAY AT TIME')
    .replaceAll(/\d{1,2} [A-Z][a-z]+ \d{4}/g, 'DAY')
    .replaceAll(/\b\d{1,2}:\d{2}\b/g, 'TIME')
    .replaceAll(/\d+ (seconds?|minutes?)/g, 'SOME TIME')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'ORIGIN');

/** How each page is reached by somebody who has signed in. */
const visits: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  start: ({ page, origin }) => page.goto(`${origin}/enrol`),
  live: ({ page, origin }) => page.goto(`${origin}/enrol/${linkToken}`),
  dead: ({ page, origin }) => page.goto(`${origin}/enrol/${deadToken}`),
  none: ({ page }) => heading(page, 'Your recovery contacts'),
  one: async ({ page, memory }) => {
    memory.view = aView({ news: { is: 'added', masked: mail.masked } });
    await page.reload();
  },
  two: async ({ page, memory }) => {
    memory.view = aView({ contacts: two, recoveryCodesLeft: 7, news: { is: 'removed', masked: '•••99' } });
    await page.reload();
    await page.getByText('Add a phone number').click();
  },
  wrong: async (stage) => {
    stage.memory.taken = false;
    await typeEmail(stage);
    await stage.page.getByRole('alert').waitFor();
  },
  code: async (stage) => {
    await typeEmail(stage);
    await heading(stage.page, /Enter the code/);
  },
  'code-wrong': async (stage) => {
    await typeEmail(stage);
    await stage.page.getByLabel('Code').fill('111111');
    await press(stage.page, 'Confirm');
    await stage.page.getByRole('alert').waitFor();
  },
  'code-expired': async (stage) => {
    await typeEmail(stage);
    await heading(stage.page, /Enter the code/);
    stage.memory.view = aView({ challenge: aChallenge({ after: 'expired' }) });
    await stage.page.reload();
  },
  removal: async ({ page, memory }) => {
    memory.view = aView();
    await page.reload();
    await page.getByRole('button', { name: /^Remove/ }).click();
    await heading(page, /^Remove/);
  },
  'codes-offer': ({ page, origin }) => page.goto(`${origin}/enrol/recovery-codes`),
  codes: async ({ page, origin }) => {
    await page.goto(`${origin}/enrol/recovery-codes`);
    await makesCodes(page);
  },
  'turned-back': async ({ page, origin }) => {
    await page.goto(`${origin}/enrol/${linkToken}`);
    await press(page, 'Sign in');
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await page.goto(`${origin}/enrol/callback?code=c&state=other`);
  },
  checking: async ({ page, origin, memory }) => {
    await waits(page, origin, memory, false);
    await heading(page, /^Checking your sign-in/);
  },
  'checking-late': async ({ page, origin, memory }) => {
    await waits(page, origin, memory, true);
    await heading(page, /^Still checking/);
  },
  'other-way': async ({ page, origin, memory }) => {
    memory.confirmed = { is: 'other-way' };
    await page.context().clearCookies();
    await comesBack(page, origin);
    await heading(page, /work password/);
  },
  done: ({ page, origin }) => page.goto(`${origin}/enrol/done`),
  'not-me': ({ page, origin }) => page.goto(`${origin}/enrol/not-me/${noticeToken}`),
  stopped: async ({ page, origin }) => {
    await page.goto(`${origin}/enrol/not-me/${noticeToken}`);
    await press(page, 'It wasn’t me');
    await heading(page, /stopped/);
  },
};

describe.skipIf(browserMissing !== undefined)(titled('the pages of enrolment in Chromium', browserMissing), () => {
  afterAll(closeBrowser);
  beforeAll(() => {
    mkdirSync(shots, { recursive: true });
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function stage(options: Parameters<typeof openTab>[1] = {}) {
    const served = await serve(closing);
    const tab = await openTab(closing, options);
    return { ...served, ...tab };
  }

  for (const [kind, visit] of Object.entries(visits)) {
    it(`the page “${kind}” is accessible and fits every width, by day and by night`, async () => {
      const all = await stage();
      const { page, origin, complaints } = all;
      await signIn(page, origin);
      await visit(all);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.screenshot({ path: `${shots}enrol-${kind}-${colorScheme}.png`, fullPage: true });
        expect(await violations(page)).toEqual([]);
      }
      for (const width of [320, 390, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        if (width !== 390) await page.screenshot({ path: `${shots}enrol-${kind}-${width}.png`, fullPage: true });
      }
      expect(complaints).toEqual([]);
    });

    it(`the page “${kind}” is read aloud as it is written down`, async () => {
      const all = await stage();
      const { page, origin } = all;
      await signIn(page, origin);
      await visit(all);
      const spoken = `${await page.locator('title').textContent()}\n\n${await page.locator('body').ariaSnapshot()}\n`;
      await expect(withoutTimes(spoken)).toMatchFileSnapshot(`read-aloud/${kind}.txt`);
    });
  }

  it('the fields are large enough that a phone does not zoom, and ask for the right keyboard', async () => {
    const all = await stage();
    const { page, origin } = all;
    await signIn(page, origin);
    await page.getByText('Add a phone number').click();
    const seen = await page.evaluate(
      "[...document.querySelectorAll('input[type=text]')].map((field) => [field.id, field.autocomplete, field.inputMode, Number.parseFloat(getComputedStyle(field).fontSize) >= 16])",
    );
    expect(seen).toEqual([
      ['email', 'email', 'email', true],
      ['phone', 'tel', 'tel', true],
    ]);
  });

  for (const javaScriptEnabled of [true, false]) {
    it(`from the link to a contact and a second one by the keyboard alone, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const { page, origin, memory, complaints } = await stage({ javaScriptEnabled });
      const { keyboard } = page;
      const enter = async (...keys: readonly string[]): Promise<void> => {
        for (const key of keys) await keyboard.press(key);
      };
      await page.goto(`${origin}/enrol/${linkToken}`);
      await enter('Tab', 'Enter');
      await page.getByRole('button', { name: 'Log in' }).waitFor();
      await enter('Tab', 'Enter');
      await page.getByText('You have none yet').waitFor();
      await enter('Tab');
      await keyboard.type('jane@home.example');
      await enter('Enter');
      // The cursor stands in the field.
      await hasFocus(page, '#code');
      await keyboard.type(rightCode);
      await enter('Enter');
      await page.getByText('was added.').waitFor();
      await page.getByText('Have two').waitFor();
      await enter('Tab', 'Tab');
      await keyboard.type('+44 7700 900123');
      await enter('Enter');
      await hasFocus(page, '#code');
      await keyboard.type(rightCode);
      await enter('Enter');
      await page.getByText('It can be used from').waitFor();
      expect(memory.view.contacts).toHaveLength(2);
      await page.getByRole('button', { name: 'I’m done' }).press('Enter');
      await heading(page, 'You’re done');
      expect([memory.calls.at(-1), complaints]).toEqual(['finish', []]);
    });
  }

  describe.each([true, false])('by the keyboard alone (script: %s)', (javaScriptEnabled) => {
    /** Presses Tab until the control of this name has the focus, then Enter. */
    async function entersBy(page: Page, name: string): Promise<void> {
      const control = page
        .getByRole('button', { name, exact: true })
        .or(page.getByRole('link', { name, exact: true }))
        .first();
      await control.waitFor();
      const inFocus =
        '[document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText].join().replaceAll(/\\s+/g, " ").trim()';
      for (let presses = 0; presses < 30; presses += 1) {
        await page.keyboard.press('Tab');
        if ((await page.evaluate<string>(inFocus)).startsWith(name)) return page.keyboard.press('Enter');
      }
      throw new Error(`the keyboard does not reach ${name}`);
    }

    async function signedIn() {
      const all = await stage({ javaScriptEnabled });
      all.memory.view = aView({ contacts: two });
      await signIn(all.page, all.origin);
      return all;
    }

    it('a contact is kept, and then removed', async () => {
      const { page, memory } = await signedIn();
      await entersBy(page, `Remove ${mail.masked}`);
      await heading(page, /^Remove/);
      await entersBy(page, 'Keep it');
      await heading(page, 'Your recovery contacts');
      expect(memory.calls).toEqual([]);
      await entersBy(page, `Remove ${mail.masked}`);
      await heading(page, /^Remove/);
      await entersBy(page, 'Remove it');
      await page.getByText('was removed.').waitFor();
      expect(memory.calls).toEqual([`remove ${mail.ref}`]);
    });

    it('a new code is sent, and another address is typed', async () => {
      const all = await signedIn();
      const { page, memory } = all;
      memory.view = aView({ contacts: [] });
      await page.reload();
      await typeEmail(all);
      await heading(page, /Enter the code/);
      memory.view = aView({ challenge: aChallenge({ resendFrom: instant(Date.now() - 1_000) }) });
      await page.reload();
      memory.calls.length = 0;
      // The page that follows looks like this one.
      await Promise.all([page.waitForEvent('domcontentloaded'), entersBy(page, 'Send a new code')]);
      await heading(page, /Enter the code/);
      expect(memory.calls).toEqual(['resend']);
      await entersBy(page, 'Use another address');
      await heading(page, 'Your recovery contacts');
      expect(memory.calls).toEqual(['resend', 'forget']);
    });

    it('recovery codes are made, and left', async () => {
      const { page, memory } = await signedIn();
      memory.view = aView({ contacts: two, recoveryCodesLeft: 7 });
      await page.reload();
      await entersBy(page, 'Recovery codes: 7 left');
      await entersBy(page, 'Make ten new codes');
      await page.getByRole('list', { name: 'Recovery codes' }).waitFor();
      await entersBy(page, 'I’ve saved them');
      await heading(page, 'Your recovery contacts');
      expect(memory.calls).toEqual(['codes']);
    });
  });

  it('while a sign-in is checked each look says the same, calls nobody, and moves no focus; then the page goes on', async () => {
    const { page, origin, memory } = await stage({ javaScriptEnabled: false });
    memory.confirmed = { is: 'waiting', isLate: false };
    // The page looks again by itself as soon as it is there. Every second look finds nothing new, so that the page stays.
    let looks = 0;
    await page.route(`${origin}/enrol/checking`, (route) => {
      looks += 1;
      return looks % 2 === 1 || memory.confirmed.is !== 'waiting' ? route.continue() : route.fulfill({ status: 204 });
    });
    await comesBack(page, origin);
    const spoken: string[] = [];
    for (let seen = 0; seen < 3; seen += 1) {
      await vi.waitUntil(() => looks === 2 * (seen + 1), { timeout: 60_000 });
      // What the document itself says: `page.title()` has another answer while a look is under way.
      spoken.push(`${await page.locator('title').textContent()}\n${await page.locator('body').ariaSnapshot()}`);
      // Nothing is read out before the page itself: neither an alarm nor a message, and the focus is at the beginning.
      expect(await page.locator('[role=alert], [role=status], [aria-live], [autofocus]').count()).toBe(0);
      expect(await page.evaluate('document.activeElement === document.body')).toBe(true);
      if (seen === 2) memory.confirmed = { is: 'signed-in', session: { flow, account } };
      await page.getByRole('link', { name: 'Check again' }).click();
    }
    await heading(page, 'Your recovery contacts');
    expect(new Set(spoken).size).toBe(1);
    expect(spoken[0]).toContain('heading "Checking your sign-in…"');
  });

  it.each([
    ['email', 'Email address'],
    ['phone', 'Mobile number'],
  ])('the button of the chat to add one (%s) leads to its field, also where that is folded', async (wish, label) => {
    const { page, origin, memory } = await stage({ javaScriptEnabled: false });
    memory.view = aView({ contacts: two });
    await page.goto(`${origin}/enrol/${linkToken}/${wish}`);
    await press(page, 'Sign in');
    await press(page, 'Log in');
    await page.getByLabel(label).waitFor();
    await hasFocus(page, `#${wish}`);
  });

  it('what is wrong gets the focus, leads to the field, and what was typed is still there', async () => {
    const all = await stage({ javaScriptEnabled: false });
    const { page, origin } = all;
    await signIn(page, origin);
    all.memory.taken = false;
    await typeEmail(all);
    await hasFocus(page, '[role=alert]');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const field = page.getByLabel('Email address');
    await hasFocus(page, '#email');
    expect(await field.inputValue()).toBe('jane@home.example');
  });

  it('going back and loading again after every step repeats nothing and leads on', async () => {
    const all = await stage();
    const { page, origin, memory } = all;
    await signIn(page, origin);
    await page.goBack();
    await page.goForward();
    await page.waitForURL(`${origin}/enrol/contacts`);
    await typeEmail(all);
    await heading(page, /Enter the code/);
    await page.reload();
    await page.goBack();
    await heading(page, /Enter the code/);
    await page.getByLabel('Code').fill(rightCode);
    await press(page, 'Confirm');
    await page.getByText('was added.').waitFor();
    await page.reload();
    await page.goBack();
    await heading(page, 'Your recovery contacts');
    expect(memory.calls).toEqual(['add email jane@home.example', `code ${rightCode}`]);
  });

  it('the address of a used callback leads on', async () => {
    const { page, origin } = await stage();
    await signIn(page, origin);
    await page.goto(`${origin}/enrol/callback?code=c&state=s`);
    expect(new URL(page.url()).pathname).toBe('/enrol/contacts');
  });

  it('a double press sends one code', async () => {
    const all = await stage();
    const { page, origin, memory } = all;
    await signIn(page, origin);
    const gate = Promise.withResolvers<void>();
    memory.gate = gate.promise;
    await page.getByLabel('Email address').fill('jane@home.example');
    await page.evaluate(`{
      const button = document.querySelector('.add button');
      new MutationObserver(() => console.info(button.textContent)).observe(button, { childList: true });
    }`);
    const told = page.waitForEvent('console', (message) => message.type() === 'info');
    await page.getByRole('button', { name: 'Send a code' }).dblclick({ noWaitAfter: true });
    expect((await told).text()).toBe('One moment…');
    gate.resolve();
    await heading(page, /Enter the code/);
    expect(memory.calls).toEqual(['add email jane@home.example']);
  });

  it('a double press without script leads on', async () => {
    const all = await stage({ javaScriptEnabled: false });
    const { page, origin, memory } = all;
    await signIn(page, origin);
    await page.getByLabel('Email address').fill('jane@home.example');
    await page.getByRole('button', { name: 'Send a code' }).dblclick({ noWaitAfter: true });
    await heading(page, /Enter the code/);
    await page.getByLabel('Code').fill(rightCode);
    await press(page, 'Confirm');
    await page.getByText('was added.').waitFor();
    expect(memory.view.contacts).toHaveLength(1);
  });

  it('two tabs of one sign-in both lead on', async () => {
    const all = await stage();
    const { page, origin, context } = all;
    await signIn(page, origin);
    const second = await context.newPage();
    await second.goto(`${origin}/enrol/contacts`);
    await typeEmail(all);
    await heading(page, /Enter the code/);
    await second.reload();
    await heading(second, /Enter the code/);
    await second.getByLabel('Code').fill(rightCode);
    await press(second, 'Confirm');
    await second.getByText('was added.').waitFor();
    await page.getByLabel('Code').fill(rightCode);
    await press(page, 'Confirm');
    await heading(page, 'Your recovery contacts');
    expect(all.memory.view.contacts).toHaveLength(1);
  });

  it('a tab from before a newer sign-in says so, and leads on', async () => {
    const all = await stage();
    const { page, origin, context } = all;
    await signIn(page, origin);
    await signIn(await context.newPage(), origin);
    await typeEmail(all);
    await heading(page, 'This page is out of date');
    expect(all.memory.calls).toEqual([]);
    await page.getByRole('link', { name: 'Continue' }).click();
    await heading(page, 'Your recovery contacts');
  });

  it('two tabs before the sign-in: the first answer leads to a new start, the other one in', async () => {
    const { page, origin, context } = await stage();
    const second = await context.newPage();
    for (const tab of [page, second]) {
      await tab.goto(`${origin}/enrol/${linkToken}`);
      await press(tab, 'Sign in');
      await tab.getByRole('button', { name: 'Log in' }).waitFor();
    }
    await page.goto(`${origin}/enrol/callback?code=c&state=of-the-first`);
    await heading(page, 'This sign-in can’t be used');
    await second.getByRole('button', { name: 'Log in' }).click();
    await heading(second, 'Your recovery contacts');
    await press(page, 'Sign in again');
    await heading(page, 'This page is out of date');
  });

  it('without its cookie a tab leads back to the chat', async () => {
    const all = await stage();
    const { page, origin, context } = all;
    await signIn(page, origin);
    await context.clearCookies();
    await typeEmail(all);
    await heading(page, 'You’re not signed in here any more');
    await page.getByText('enroll', { exact: true }).waitFor();
    expect(all.memory.calls).toEqual([]);
  });

  it.each([
    ['by itself', ''],
    // As after the sign-in of somebody who pressed "Add email" in the chat.
    ['by itself, where its address names a field', '#email'],
  ])('while something is under way the page goes on %s, without script', async (_how, fragment) => {
    const all = await stage({ javaScriptEnabled: false });
    const { page, origin, memory } = all;
    await signIn(page, origin);
    memory.view = aView({ isBusy: true });
    await page.goto('about:blank');
    await page.goto(`${origin}/enrol/contacts${fragment}`);
    memory.view = aView({ news: { is: 'removed', masked: '•••99' } });
    await page.getByText('was removed.').waitFor();
  });

  it('times are shown in the reader’s own zone where there is script, and in UTC where there is none', async () => {
    for (const [javaScriptEnabled, words] of [
      [true, '2 March 2026 at 11:00'],
      [false, '2 March 2026, 10:00 UTC'],
    ] as const) {
      const { page, origin, memory } = await stage({ javaScriptEnabled });
      await signIn(page, origin);
      memory.view = aView({
        news: { is: 'added', masked: '•••1', usableFrom: instant(Date.parse('2026-03-02T09:59:31Z')) },
      });
      await page.reload();
      expect(await page.getByRole('status').textContent()).toContain(words);
    }
  });

  it('recovery codes are shown once: loading again, going back, or the form again make no others', async () => {
    const { page, origin, memory } = await stage();
    await signIn(page, origin);
    await page.goto(`${origin}/enrol/recovery-codes`);
    await makesCodes(page);
    expect(await page.getByRole('listitem').count()).toBe(10);
    expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(true);
    await page.getByText('Save them before you leave this page.').waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: `${shots}enrol-codes-print.png`, fullPage: true });
    for (const name of ['Print', 'Copy all ten', 'I’ve saved them']) {
      expect(await page.getByRole('button', { name }).isVisible()).toBe(false);
    }
    expect(await page.getByRole('listitem').count()).toBe(10);
    await page.emulateMedia({ media: 'screen' });
    await page.reload();
    await heading(page, 'These codes were shown before');
    expect(await page.getByRole('listitem').count()).toBe(0);
    await page.goBack();
    expect(await page.getByText('7XK4').count()).toBe(0);
    expect(memory.calls).toEqual(['codes']);
  });

  it('recovery codes are copied one a line, and it is said aloud; where copying is not allowed, too', async () => {
    const { page, origin, context } = await stage();
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
    await signIn(page, origin);
    await page.goto(`${origin}/enrol/recovery-codes`);
    await makesCodes(page);
    await press(page, 'Copy all ten');
    await page.getByRole('status').getByText('Copied').waitFor();
    const shown = await page.getByRole('listitem').allTextContents();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(shown.join('\n'));
    await page.evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("no"))');
    await press(page, 'Copy all ten');
    await page.getByRole('status').getByText('Copying isn’t allowed here').waitFor();
  });

  it('each recovery code stands in one line of its own on the narrowest phone', async () => {
    const { page, origin } = await stage();
    await page.setViewportSize({ width: 320, height: 800 });
    await signIn(page, origin);
    await page.goto(`${origin}/enrol/recovery-codes`);
    await makesCodes(page);
    const lines = await page.evaluate(
      "[...document.querySelectorAll('.codes code')].map((code) => code.getClientRects().length)",
    );
    expect(lines).toEqual(Array.from({ length: 10 }, () => 1));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  });

  it('without script, no button beside the recovery codes is shown that would do nothing', async () => {
    const { page, origin } = await stage({ javaScriptEnabled: false });
    await signIn(page, origin);
    await page.goto(`${origin}/enrol/recovery-codes`);
    await makesCodes(page);
    expect(await page.getByRole('button').allTextContents()).toEqual(['I’ve saved them']);
  });

  it('a form on somebody else’s page presses nothing', async () => {
    const { page, origin, memory } = await stage();
    await signIn(page, origin);
    for (const path of ['/enrol/done', `/enrol/not-me/${noticeToken}`]) {
      await page.goto('about:blank');
      await page.setContent(`<form method="post" action="${origin}${path}"><button>Win</button></form>`);
      await press(page, 'Win');
      await heading(page, 'Open the link from your chat');
    }
    expect(memory.calls).toEqual([]);
  });
});
