// A real Chromium for tests that look at pages. If the machine has none, the tests say so and are skipped.
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const executablePath = places.find((path) => path !== undefined && path !== '' && existsSync(path));

/** Why there is no browser; undefined where there is one. For `describe.skipIf` and the title beside it. */
export const browserMissing: string | undefined =
  executablePath === undefined ? 'no Chromium: install it or set CHROMIUM to its path' : undefined;

/**
 * The features in the first line cost as much as a test: two pages of Chromium's own for every address bar, which nobody sees,
 * and a process kept ready for the next site. Chromium uses only the last list, so some of Playwright's own entries are
 * repeated.
 */
const features = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'SpareRendererForSitePerProcess'],
  ...[
    'AimEnabled',
    'LensOverlay',
    'MediaRouter',
    'NetworkTimeServiceQuerying',
    'OptimizationHints',
    'PreconnectToSearch',
  ],
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'PaintHolding'],
];

let launched: Promise<Browser> | undefined;

/** A context with its own cookies and storage. One browser serves a whole test file. */
export async function openContext(how: BrowserContextOptions = {}): Promise<BrowserContext> {
  if (executablePath === undefined) throw new Error('there is no browser: see `browserMissing`');
  launched ??= launch(executablePath);
  const context = await (await launched).newContext(how);
  // Only so that what never comes is told: a busy machine may be slow.
  context.setDefaultTimeout(process.env['CI'] === undefined ? 10_000 : 30_000);
  if (isLate) await delayPresses(context, how.javaScriptEnabled !== false);
  return context;
}

/** Waits until this has the focus: a page takes it there a moment after it is drawn. */
export const hasFocus = (page: Page, selector: string): Promise<void> => page.locator(`${selector}:focus`).waitFor();

/**
 * With `LATE_PRESSES=yes` every form and link takes effect half a second after the press, as on a machine that has much to do. A test
 * that goes on without waiting for the page that follows fails then.
 */
const isLate = process.env['LATE_PRESSES'] === 'yes';
const late = `{
  const done = new WeakSet();
  const later = (event, target, again) => {
    if (done.has(target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    done.add(target);
    setTimeout(again, 500);
  };
  addEventListener('submit', (event) => later(event, event.target, () => event.target.requestSubmit(event.submitter)), true);
  addEventListener('click', (event) => {
    const link = event.target.closest('a[href]');
    if (link !== null && link.target !== '_blank') later(event, link, () => link.click());
  }, true);
}`;

async function delayPresses(context: BrowserContext, hasScript: boolean): Promise<void> {
  if (hasScript) {
    await context.addInitScript(late);
    return;
  }
  await context.route('**/*', async (route) => {
    if (route.request().method() === 'POST') await new Promise((resolve) => setTimeout(resolve, 500));
    await route.fallback();
  });
}

/** To be called at the end of every file that opened a context. */
export async function closeBrowser(): Promise<void> {
  const browser = await launched;
  launched = undefined;
  await browser?.close();
}

function launch(path: string): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${features.join()}`,
    ],
  });
}
