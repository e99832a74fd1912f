// The look of the page: no accessibility violation in any state, and a picture of each state.
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { slackCommands } from '../../src/adapters/slack/features.ts';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { looks, picture, violations } from './page-violations.ts';
import { type Visit, visit } from './page-visit.ts';

const pictures = new URL('../../test-results/playground/', import.meta.url).pathname;

describe.skipIf(browserMissing !== undefined)(titled('The page', browserMissing), () => {
  afterAll(closeBrowser);
  let here: Visit;
  afterEach(() => here.close());

  it.each(looks)('has no accessibility violation on its way (%s)', { timeout: 120_000 }, async (name, how) => {
    here = await visit(how);
    const { page, slack, helpdesk, around, window } = here;
    const goTo = (pane: string) => (name === 'phone' ? page.locator(`[data-goto="${pane}"]`).click() : undefined);
    const look = async (state: string) => {
      // The looks differ in colours and layout only, and these states contain all of both.
      if (name !== 'desktop' && /^[279]/.test(state)) return;
      await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))');
      await picture(page, `${pictures}${name}-${state}.png`);
      expect(await violations(page), state).toEqual([]);
    };
    await look('1-start');
    await slack.getByRole('combobox').fill('/');
    await look('2-suggestions');
    await goTo('world');
    await around.getByRole('button', { name: 'Lock it' }).click();
    await around.getByText('Locked since').waitFor();
    await look('3-world');
    await goTo('employee');
    await here.says('/unlock');
    await window.getByRole('button', { name: 'Send code' }).waitFor();
    await look('4-contacts');
    await window.getByRole('button', { name: 'Send code' }).click();
    await window.getByLabel('Code', { exact: true }).fill('000000');
    await window.getByRole('button', { name: 'Verify' }).click();
    await window.getByRole('alert').waitFor();
    await look('5-wrong');
    await window
      .getByLabel('Code', { exact: true })
      .fill((await page.locator('[data-code]').first().textContent()) ?? '');
    await window.getByRole('button', { name: 'Verify' }).click();
    await window.getByText("You're verified.").waitFor();
    await window.getByRole('button', { name: 'Close', exact: true }).click();
    await window.waitFor({ state: 'detached' });
    await slack.getByText('The helpdesk has been asked').waitFor();
    await look('6-asked');
    await goTo('helpdesk');
    await helpdesk.getByRole('button', { name: 'Deny…' }).click();
    await helpdesk.getByRole('dialog').waitFor();
    await look('7-deny');
    await helpdesk.getByRole('button', { name: 'Close', exact: true }).click();
    await helpdesk.getByRole('button', { name: 'Approve' }).click();
    await helpdesk.getByText(/approved by/).waitFor();
    // It fades in, and half faded in it has too little contrast. On a phone it is in the other pane.
    await slack.getByText("You're unlocked").first().waitFor({ state: 'attached' });
    await look('8-approved');
    await goTo('employee');
    await slack.getByText("You're unlocked").waitFor();
    await slack.getByRole('button', { name: 'Home' }).click();
    await slack.getByRole('button', { name: 'Forgot password' }).waitFor();
    await look('9-home');
    expect(here.diagnose).toEqual([]);
  });

  it('can be used with the keyboard alone', async () => {
    here = await visit();
    const { page, slack, window } = here;
    const composer = slack.getByRole('combobox');
    await composer.focus();
    await page.keyboard.type('/');
    for (const { name, description } of slackCommands()) {
      expect(await slack.getByRole('option', { name }).filter({ hasText: description }).count(), name).toBe(1);
    }
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await composer.inputValue()).toBe('/unlock');
    await page.keyboard.press('Enter');
    await window.getByRole('button', { name: 'Send code' }).waitFor();
    const chosen = window.getByRole('radio', { name: 'Email' });
    await expect.poll(() => chosen.evaluate((node) => node.matches(':focus'))).toBe(true);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const code = window.getByLabel('Code', { exact: true });
    await code.waitFor();
    await expect.poll(() => code.evaluate((node) => node.matches(':focus'))).toBe(true);
    await page.keyboard.press('Escape');
    await window.waitFor({ state: 'detached' });
    await expect.poll(() => composer.evaluate((node) => node.matches(':focus'))).toBe(true);
  });

  it.each(['playground', 'playground-teams'])('has its picture, %s', (name) => {
    const picture = readFileSync(new URL(`../../docs/images/${name}.png`, import.meta.url));
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect(picture.length).toBeLessThanOrEqual(300 * 1024);
  });
});
