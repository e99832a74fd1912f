// An unlock by hand on the playground's page: Jane asks, the helpdesk decides.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { type Visit, visit } from './page-visit.ts';

describe.skipIf(browserMissing !== undefined)(
  titled('A visitor unlocks an account on the page', browserMissing),
  () => {
    afterAll(closeBrowser);
    let here: Visit;
    beforeEach(async () => {
      here = await visit();
    });
    afterEach(() => here.close());

    it('with the approval of Sam, and Jane signs in with the password she had', async () => {
      const { slack, helpdesk, around, window } = here;
      await around.getByRole('button', { name: 'Lock it' }).click();
      await around.getByText('Locked since').waitFor();
      await here.proves('/unlock');
      await helpdesk.getByRole('button', { name: 'Approve' }).click();
      await helpdesk.getByText(/approved by/).waitFor();
      await window.getByText("You're unlocked").waitFor();
      await window.getByRole('button', { name: 'Close', exact: true }).click();
      await slack.locator('article').getByText("You're unlocked").waitFor();
      await around.getByText('Not locked').waitFor();
      await around.getByLabel('Sign in as Jane').fill('Winter-Garden-24');
      await around.getByRole('button', { name: 'Try' }).click();
      await around.getByText('Signed in.').waitFor();
      await here.page.getByText('Done. Jane is back in.').waitFor();
      expect(here.diagnose).toEqual([]);
    });

    it('somebody who may not decide is refused in private, and nothing changes', async () => {
      const { helpdesk, around } = here;
      await around.getByRole('button', { name: 'Lock it' }).click();
      await here.proves('/unlock');
      await helpdesk.getByRole('button', { name: 'Gus' }).click();
      await helpdesk.getByRole('button', { name: 'Approve' }).click();
      await helpdesk.locator('.only-you').getByText("You aren't an approver").waitFor();
      await around.getByText('Locked since').waitFor();
      await helpdesk.getByRole('button', { name: 'Sam' }).click();
      await expect.poll(() => helpdesk.locator('.only-you').count()).toBe(0);
    });

    it('nobody approves their own request', async () => {
      const { slack, helpdesk } = here;
      await slack.getByRole('button', { name: 'Sam' }).click();
      here.world().auth0.control.lock('auth0|65f2a7c10d3be94a1c5e0a03');
      await here.proves('/unlock');
      await helpdesk.getByRole('button', { name: 'Approve' }).click();
      await helpdesk.locator('.only-you').getByText('This is your own request').waitFor();
    });

    it('a denial asks for the reason in a window, and Jane reads it', async () => {
      const { slack, helpdesk, around, window } = here;
      await around.getByRole('button', { name: 'Lock it' }).click();
      await here.proves('/unlock');
      await window.getByRole('button', { name: 'Close', exact: true }).click();
      await helpdesk.getByRole('button', { name: 'Deny…' }).click();
      const form = helpdesk.getByRole('dialog');
      await form.getByRole('radio', { name: 'They should talk to us first' }).check();
      await form.getByRole('button', { name: 'Deny', exact: true }).click();
      await slack.getByText('The helpdesk declined: please talk to them first').waitFor();
      await helpdesk.getByText(/denied by/).waitFor();
    });

    it('what cannot be undone is asked twice, in the message: the window has no such button', async () => {
      const { window, slack, helpdesk, around } = here;
      await around.getByRole('button', { name: 'Lock it' }).click();
      await here.proves('/unlock');
      expect(await window.getByRole('button', { name: "It wasn't me" }).count()).toBe(0);
      await window.getByRole('button', { name: 'Close', exact: true }).click();
      const disown = slack.locator('article').getByRole('button', { name: "It wasn't me" });
      await disown.click();
      const question = slack.getByRole('alertdialog');
      await question.getByRole('button', { name: 'Go back' }).click();
      await question.waitFor({ state: 'detached' });
      await disown.click();
      await question.getByRole('button', { name: 'Stop it and sign me out' }).click();
      await helpdesk.getByText("It wasn't me").waitFor();
    });

    it('a fresh world has forgotten everything', async () => {
      const { page, slack, around } = here;
      await around.getByRole('button', { name: 'Lock it' }).click();
      await here.says("I'm locked out");
      await slack.getByRole('button', { name: 'Forgot password' }).waitFor();
      await page.getByRole('button', { name: 'Start over' }).click();
      await around.getByText('Not locked').waitFor();
      await expect.poll(() => slack.locator('article').count()).toBe(0);
      await here.says('/reset-password');
      await here.window.getByRole('button', { name: 'Send code' }).waitFor();
    });
  },
);
