// A real Chromium for tests that look at pages. Found where the machine has one; where not, tests say what they lacked.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const executablePath = places.find((path) => path !== undefined && path !== '' && existsSync(path));

/** Why there is no browser; undefined where there is one. Meant for `describe.skipIf` and the title beside it. */
export const browserMissing: string | undefined =
  executablePath === undefined ? 'no Chromium: install it or set CHROMIUM to its path' : undefined;

/** With a profile of its own that is thrown away; undefined where `browserMissing` says why. */
export async function launchBrowser(): Promise<Browser | undefined> {
  if (executablePath === undefined) return undefined;
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
