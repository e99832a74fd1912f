// What axe finds on the playground's page, and the looks in which it is run.
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { isSampled, sample } from '../sampling.ts';

const everyLook = [
  ['desktop', {}],
  ['dark', { colorScheme: 'dark' as const }],
  ['phone', { viewport: { width: 390, height: 800 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
] as const;
export const looks = sample(everyLook);

/**
 * What is wrong, and where, in short. The page's content security policy permits no foreign script, so axe is injected
 * by the browser driver.
 */
export async function violations(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  // Shortened inside the page, because axe's full result is long.
  return page.evaluate(async () => {
    // @ts-expect-error axe is in the browser
    const results: AxeResults = await globalThis.axe.run({
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}

/**
 * Pictures for people who want to look. They take as long as the rest of the test, so they are taken only with
 * PICTURES=1.
 */
export async function picture(page: Page, path: string): Promise<void> {
  if (!isSampled || process.env['PICTURES'] === '1') await page.screenshot({ path });
}
