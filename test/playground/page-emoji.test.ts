// The signs on cards are visible on machines without a font for emoji, such as the one that runs these tests.
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { type Visit, visit } from './page-visit.ts';

describe.skipIf(browserMissing !== undefined)(titled('A sign on the page', browserMissing), () => {
  afterAll(closeBrowser);
  let here: Visit;
  beforeEach(async () => {
    here = await visit();
  });
  afterEach(() => here.close());

  const isDrawn = async (within: Locator, label: string): Promise<void> => {
    const sign = within.getByRole('img', { name: label }).first();
    await sign.waitFor();
    expect(await sign.boundingBox()).toMatchObject({ width: expect.closeTo(16, -1), height: expect.closeTo(16, -1) });
    expect(await here.page.locator('body').innerText()).not.toMatch(/\p{Emoji_Presentation}|\u26a0|\ufe0f/u);
  };
  const wrong = async (): Promise<string> => ((await here.code()) === '000000' ? '111111' : '000000');

  it('is a drawing in Slack', async () => {
    const { window, slack } = here;
    await here.proves('/reset-password');
    await isDrawn(window, 'Done');
    await window.getByRole('button', { name: 'Close', exact: true }).click();
    await isDrawn(slack.locator('article').last(), 'Done');
  });

  it('is a drawing in Teams, in the label of an input too', async () => {
    const { card } = here;
    await here.goesTo('employee', 'Teams');
    await here.says('reset-password');
    await card.getByRole('button', { name: 'Send code' }).click();
    await card.getByRole('textbox').fill(await wrong());
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.getByText('2 tries left').first().waitFor();
    await isDrawn(card, 'Attention');
    await card.getByRole('textbox').fill(await here.code());
    await card.getByRole('button', { name: 'Verify' }).click();
    await isDrawn(card, 'Done');
  });
});
