// What axe finds on the playground's page, and the looks in which it is asked.
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { inTurn, isSampled } from '../sampling.ts';

const everyLook = [
  ['desktop', {}],
  ['dark', { colorScheme: 'dark' as const }],
  ['phone', { viewport: { width: 390, height: 800 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
] as const;
export const looks = inTurn(everyLook);

/** What is wrong, and where, in few words. The page's own policy lets no script in, so axe comes by the test's own door. */
export async function violations(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  // Told in the page, since the answer about all that is well is long.
  return page.evaluate(async () => {
    // @ts-expect-error axe is in the browser
    const results: AxeResults = await globalThis.axe.run({
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}

/** Kept for whoever wants to look; drawing them takes as long as the rest, so a developer asks for them with PICTURES=1. */
export async function picture(page: Page, path: string): Promise<void> {
  if (!isSampled || process.env['PICTURES'] === '1') await page.screenshot({ path });
}
