// Teams on the playground's page, by hand: both flows in the chat, decisions in the channel, and across to Slack.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { teamsCommands } from '../../src/adapters/teams/features.ts';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { type Visit, visit } from './page-visit.ts';

describe.skipIf(browserMissing !== undefined)(titled('A visitor in Teams', browserMissing), () => {
  afterAll(closeBrowser);
  let here: Visit;
  beforeEach(async () => {
    here = await visit();
    await here.goesTo('employee', 'Teams');
  });
  afterEach(() => here.close());

  const locks = async () => {
    await here.around.getByRole('button', { name: 'Lock it' }).click();
    await here.around.getByText('Locked since').waitFor();
  };

  it('resets a password, from the word to the card that says when it was changed', async () => {
    const { page, slack, card } = here;
    await here.provesInTeams('reset-password');
    const link = card.getByRole('link', { name: 'Choose a new password' });
    const [browserTab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await browserTab.getByRole('heading', { name: 'Jane, continue to choose a new password' }).waitFor();
    await browserTab.getByRole('button', { name: 'Continue' }).click();
    await browserTab.getByLabel('New password', { exact: true }).fill('Blue-Kettle-42!');
    await browserTab.getByLabel('Re-enter new password').fill('Blue-Kettle-42!');
    await browserTab.getByRole('button', { name: 'Reset password' }).click();
    await browserTab.getByText('Password changed!').waitFor();
    await card.getByText(/Password changed at \d?\d:\d\d/).waitFor();
    await page.getByText('Done. The message says when').waitFor();
    await expect.poll(() => slack.getByRole('link').count()).toBe(0);
    expect(here.diagnose).toEqual([]);
  });

  it('is told of a wrong code in the card, and the right one still works', async () => {
    const { card } = here;
    await here.says('reset-password');
    await card.getByRole('button', { name: 'Send code' }).click();
    const code = await here.code();
    await card.getByRole('textbox').fill(code === '000000' ? '111111' : '000000');
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.getByText("That isn't the code. 2 tries left.").waitFor();
    await card.getByRole('textbox', { name: 'Code', exact: true }).waitFor();
    await card.getByRole('textbox').fill(code);
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.getByText("You're verified.").waitFor();
  });

  it('is told beside the input what is missing, and nothing is sent', async () => {
    const { card } = here;
    await here.says('unlock');
    await card.getByRole('button', { name: 'Send code' }).click();
    await card.getByRole('textbox').waitFor();
    const sent = here.world().teams.control.deliveries.length;
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.getByText('Please fill this in.').waitFor();
    expect(here.world().teams.control.deliveries.length).toBe(sent);
  });

  it.each(['Slack', 'Teams'] as const)('is unlocked by the approval of Sam in %s', async (platform) => {
    const { page, helpdesk, card, around } = here;
    await here.goesTo('helpdesk', platform);
    await locks();
    await here.provesInTeams('unlock');
    await helpdesk.getByRole('button', { name: 'Approve' }).click();
    await helpdesk.getByText(/approved by/).waitFor();
    await card.getByText("You're unlocked").waitFor();
    await around.getByText('Not locked').waitFor();
    await page.getByText('Done. Jane is back in.').waitFor();
    await here.goesTo('helpdesk', platform === 'Slack' ? 'Teams' : 'Slack');
    await helpdesk.getByText(/approved by/).waitFor();
    expect(await helpdesk.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(here.diagnose).toEqual([]);
  });

  it('approves as Sam what somebody asked for in Slack', async () => {
    const { helpdesk, window } = here;
    await here.goesTo('employee', 'Slack');
    await here.goesTo('helpdesk', 'Teams');
    await locks();
    await here.proves('/unlock');
    await helpdesk.getByRole('button', { name: 'Approve' }).click();
    await helpdesk.getByText(/approved by/).waitFor();
    await window.getByText("You're unlocked").waitFor();
    expect(here.diagnose).toEqual([]);
  });

  it('declines with a reason in a card that only the one who declines sees', async () => {
    const { helpdesk, card } = here;
    await here.goesTo('helpdesk', 'Teams');
    await locks();
    await here.provesInTeams('unlock');
    await helpdesk.getByRole('button', { name: 'Deny…' }).click();
    await helpdesk.getByRole('radio', { name: 'They should talk to us first' }).check();
    await helpdesk.getByRole('button', { name: 'Ada' }).click();
    await helpdesk.getByRole('button', { name: 'Approve' }).waitFor();
    await helpdesk.getByRole('button', { name: 'Sam' }).click();
    await helpdesk.getByRole('radio', { name: 'They should talk to us first' }).check();
    await helpdesk.getByRole('button', { name: 'Deny', exact: true }).click();
    await card.getByText('The helpdesk declined: please talk to them first').waitFor();
    await helpdesk.getByText(/denied by/).waitFor();
  });

  it('is refused in private where they may not decide', async () => {
    const { helpdesk, around } = here;
    await here.goesTo('helpdesk', 'Teams');
    await locks();
    await here.provesInTeams('unlock');
    await helpdesk.getByRole('button', { name: 'Gus' }).click();
    await helpdesk.getByRole('button', { name: 'Approve' }).click();
    await helpdesk.locator('.card-remark').waitFor();
    await around.getByText('Locked since').waitFor();
    await helpdesk.getByRole('button', { name: 'Sam' }).click();
    await expect.poll(() => helpdesk.locator('.card-remark').count()).toBe(0);
  });

  it('is asked twice about what cannot be undone, inside the card', async () => {
    const { card, helpdesk } = here;
    await locks();
    await here.provesInTeams('unlock');
    await card.getByRole('button', { name: "It wasn't me" }).click();
    await card.getByRole('button', { name: 'Stop it and sign me out' }).click();
    await helpdesk.getByText("It wasn't me").waitFor();
  });

  it('is answered in private to a command said in a channel', async () => {
    const { slack, card } = here;
    await slack.getByRole('button', { name: 'General' }).click();
    await here.says('unlock');
    await slack.getByText('only what begins with @Latchkey').waitFor();
    await here.says('@Latchkey unlock');
    await slack.getByText('answered you in our private chat').waitFor();
    await slack.getByRole('button', { name: /^Latchkey/ }).click();
    await card.getByRole('button', { name: 'Send code' }).waitFor();
  });

  it('finds the commands by the keyboard, and goes on from card to card without losing the place', async () => {
    const { page, slack, card } = here;
    await slack.getByRole('button', { name: 'Commands of Latchkey' }).focus();
    await page.keyboard.press('Enter');
    const composer = slack.getByRole('combobox');
    await expect.poll(() => composer.evaluate((node) => node.matches(':focus'))).toBe(true);
    for (const { title, description } of teamsCommands) {
      expect(await slack.getByRole('option', { name: title }).filter({ hasText: description }).count(), title).toBe(1);
    }
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await composer.inputValue()).toBe('unlock');
    await page.keyboard.press('Enter');
    await card.getByRole('button', { name: 'Send code' }).focus();
    await page.keyboard.press('Enter');
    const code = card.getByRole('textbox');
    await code.waitFor();
    await expect.poll(() => code.evaluate((node) => node.matches(':focus'))).toBe(true);
  });
});
