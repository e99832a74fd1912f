// The guide at the top of the page says only what is so, and never jumps to a step that is not next.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { type Visit, visit } from './page-visit.ts';

describe.skipIf(browserMissing !== undefined)(titled('The guide on the page', browserMissing), () => {
  afterAll(closeBrowser);
  let here: Visit;
  beforeEach(async () => {
    here = await visit();
  });
  afterEach(() => here.close());
  const guide = () => here.page.locator('#guide');
  const next = () => guide().locator('.current');
  const locks = async () => {
    await here.around.getByRole('button', { name: 'Lock it' }).click();
    await here.around.getByText('Locked since').waitFor();
  };
  const waits = async () => {
    await locks();
    await here.proves('/unlock');
    await here.window.getByRole('button', { name: 'Close', exact: true }).click();
    await next().getByText('Approve as Sam').waitFor();
  };
  const saysNotMe = async () => {
    await here.slack.locator('article').last().getByRole('button', { name: "It wasn't me" }).click();
    await here.slack.getByRole('alertdialog').getByRole('button', { name: 'Stop it and sign me out' }).click();
  };

  it('does not say that Jane is back when she says that it was not her', async () => {
    await waits();
    await here.helpdesk.getByRole('button', { name: 'Approve' }).click();
    await guide().getByText('Done. Jane is back in.').waitFor();
    await saysNotMe();
    await guide()
      .getByText(/^Stopped\. Latchkey does nothing/)
      .waitFor();
    expect(await guide().getByText('Jane is back').count()).toBe(0);
  });

  it('wants no approval after a denial', async () => {
    await waits();
    await here.helpdesk.getByRole('button', { name: 'Deny…' }).click();
    await here.helpdesk.getByRole('dialog').getByRole('button', { name: 'Deny', exact: true }).click();
    await guide()
      .getByText(/^Denied\. Jane has read why/)
      .waitFor();
    expect(await next().count()).toBe(0);
  });

  it('wants none when the time is over, when Jane reads whom to call, or when Jane says that it was not her', async () => {
    await waits();
    here.world().pass(901_000);
    await guide().getByText('This request is over.').waitFor();
    expect(await next().count()).toBe(0);
    await here.slack.locator('article').last().getByText('Helpdesk: call 555 0100').waitFor();
    await here.slack.locator('article').last().getByRole('button', { name: "It wasn't me" }).click();
    await here.slack.getByRole('alertdialog').getByRole('button', { name: 'Stop it and sign me out' }).click();
    await guide()
      .getByText(/^Stopped\./)
      .waitFor();
    expect(await next().count()).toBe(0);
  });

  it('does not jump back where Jane asks again for what is still open', async () => {
    await locks();
    await here.says('/unlock');
    await here.window.getByRole('button', { name: 'Send code' }).click();
    await next().getByText('Read it in Jane’s mailbox').waitFor();
    await here.window.getByRole('button', { name: 'Not now' }).last().click();
    await here.says('/unlock');
    await here.window.getByLabel('Code', { exact: true }).waitFor();
    expect(await next().textContent()).toContain('Read it in Jane’s mailbox');
  });

  it('hears also what is written to the bot, and takes no question for a request', async () => {
    await locks();
    await here.says('unlock');
    await next().getByText('Send the code').waitFor();
    await here.slack.getByRole('button', { name: 'Send code' }).click();
    await next().getByText('Read it in Jane’s mailbox').waitFor();
    await here.window.getByRole('button', { name: 'Not now' }).last().click();
    await here.says('/unlock status');
    await here.slack.locator('.only-you').first().waitFor();
    expect(await next().textContent()).toContain('Read it in Jane’s mailbox');
    await here.says('cancel unlock');
    await guide().getByText('This request is over.').waitFor();
    expect(await next().count()).toBe(0);
  });

  it('begins again where the account is locked again', async () => {
    await waits();
    await here.helpdesk.getByRole('button', { name: 'Approve' }).click();
    await guide().getByText('Done. Jane is back in.').waitFor();
    await locks();
    await next().getByText('as Jane').waitFor();
    expect(await next().textContent()).toContain('/unlock');
  });

  it('goes back to the choice of a contact where Jane starts again', async () => {
    await waits();
    here.world().pass(901_000);
    await guide().getByText('This request is over.').waitFor();
    await here.slack.locator('article').last().getByRole('button', { name: 'Start again' }).click();
    await next().getByText('Send the code').waitFor();
  });

  it('wants no approval where an administrator has blocked the account, and does not say to ask again', async () => {
    await locks();
    await here.around.getByRole('button', { name: 'Admin block' }).click();
    await here.around.getByText('Blocked by an administrator').waitFor();
    await here.says('/unlock');
    await here.window.getByRole('button', { name: 'Send code' }).click();
    await here.window.getByLabel('Code', { exact: true }).fill(await here.code());
    await here.window.getByRole('button', { name: 'Verify' }).click();
    await guide()
      .getByText(/^This request is over\. Its message says why/)
      .waitFor();
    expect(await next().count()).toBe(0);
  });

  it('begins with the lock where there was nothing to unlock', async () => {
    await here.says('/unlock');
    await here.window.getByRole('button', { name: 'Send code' }).click();
    await here.window.getByLabel('Code', { exact: true }).fill(await here.code());
    await here.window.getByRole('button', { name: 'Verify' }).click();
    await here.window.getByText("Your account isn't locked").waitFor();
    await guide().getByRole('button', { name: 'Locked out' }).click();
    await next().getByText('Lock Jane’s account').waitFor();
    await locks();
    await next().getByText('as Jane').waitFor();
    expect(await next().textContent()).toContain('/unlock');
  });

  it('tells that a link is dead once Jane says that it was not her', async () => {
    await here.proves('/reset-password');
    await here.window.getByRole('button', { name: 'Close', exact: true }).click();
    await guide().getByRole('button', { name: 'Forgot password' }).click();
    await next().getByText('Open the link').waitFor();
    await saysNotMe();
    await guide()
      .getByText(/^Stopped\./)
      .waitFor();
  });
});
