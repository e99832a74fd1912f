// The look of Teams on the page: no accessibility violation in any state, and a picture of each state.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { looks, picture, violations } from './page-violations.ts';
import { type Visit, visit } from './page-visit.ts';

const pictures = new URL('../../test-results/playground/', import.meta.url).pathname;

describe.skipIf(browserMissing !== undefined)(titled('Teams on the page', browserMissing), () => {
  afterAll(closeBrowser);
  let here: Visit;
  afterEach(() => here.close());

  it.each(looks)('has no accessibility violation on its way (%s)', { timeout: 120_000 }, async (name, how) => {
    here = await visit(how);
    const { page, slack, helpdesk, around, card } = here;
    const goTo = (pane: string) => (name === 'phone' ? page.locator(`[data-goto="${pane}"]`).click() : undefined);
    const look = async (state: string) => {
      await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))');
      await picture(page, `${pictures}teams-${name}-${state}.png`);
      expect(await violations(page), state).toEqual([]);
    };
    await here.goesTo('employee', 'Teams');
    await goTo('helpdesk');
    await here.goesTo('helpdesk', 'Teams');
    await goTo('world');
    await around.getByRole('button', { name: 'Lock it' }).click();
    await goTo('employee');
    await card.getByRole('button', { name: 'Locked out' }).waitFor();
    await look('1-start');
    await slack.getByRole('button', { name: 'Commands of Latchkey' }).click();
    await slack.getByRole('option').first().waitFor();
    await look('2-commands');
    await slack.getByRole('combobox').press('Escape');
    await here.says('unlock');
    await card.getByRole('button', { name: 'Send code' }).waitFor();
    await look('3-contacts');
    await card.getByRole('button', { name: 'Send code' }).click();
    const code = await here.code();
    await card.getByRole('textbox').fill(code === '000000' ? '111111' : '000000');
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.getByText('2 tries left').first().waitFor();
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.getByText('Please fill this in.').waitFor();
    await look('4-wrong');
    await card.getByRole('textbox').fill(code);
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.getByText("You're verified.").waitFor();
    await card.getByRole('button', { name: "It wasn't me" }).click();
    await card.getByRole('button', { name: 'Stop it and sign me out' }).waitFor();
    await look('5-asked');
    await goTo('helpdesk');
    await helpdesk.getByRole('button', { name: 'Gus' }).click();
    await helpdesk.getByRole('button', { name: 'Approve' }).click();
    await helpdesk.locator('.card-remark').waitFor();
    await look('6-refused');
    await helpdesk.getByRole('button', { name: 'Sam' }).click();
    await helpdesk.getByRole('button', { name: 'Deny…' }).click();
    await helpdesk.getByRole('radio').first().waitFor();
    await look('7-deny');
    await helpdesk.getByRole('button', { name: 'Go back' }).click();
    await helpdesk.getByRole('button', { name: 'Approve' }).click();
    await helpdesk.getByText(/approved by/).waitFor();
    await goTo('employee');
    await card.getByText("You're unlocked").waitFor();
    await look('8-done');
    expect(here.diagnose).toEqual([]);
  });
});
