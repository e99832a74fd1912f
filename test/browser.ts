// A real Chromium for tests that look at pages. If the machine has none, the tests say so and are skipped.
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';

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
  context.setDefaultTimeout(10_000);
  return context;
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
