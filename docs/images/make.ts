// Makes the pictures of this folder anew: the icon for Slack, the playground and a page of enrolment as the README
// shows them, by real visits in Chromium.
//   npm run pictures
import { writeFileSync } from 'node:fs';
import { colorIcon } from '../../manifest/icons.ts';
import { closeBrowser } from '../../test/browser.ts';
import { type Visit, visit } from '../../test/playground/page-visit.ts';

const at = (name: string): string => new URL(name, import.meta.url).pathname;
const wide = { viewport: { width: 1440, height: 900 } };

writeFileSync(at('icon.png'), colorIcon(512));
await take('playground', askedInSlack);
await take('playground-teams', askedInTeams);
await takeEnrolment();
await closeBrowser();

async function take(name: string, tell: (here: Visit) => Promise<void>): Promise<void> {
  const here = await visit(wide);
  await tell(here);
  // Nothing is drawn as pointed at.
  await here.page.mouse.move(0, 0);
  await here.page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))');
  await here.page.screenshot({ path: at(`${name}.png`) });
  await here.close();
}

/** Nina, who has set up nothing, has just added an address in the browser. */
async function takeEnrolment(): Promise<void> {
  const here = await visit(wide);
  await here.slack.getByRole('button', { name: 'Nina' }).click();
  await here.says('/enroll');
  const link = here.window.getByRole('link', { name: 'Add email' });
  const [page] = await Promise.all([here.page.context().waitForEvent('page'), link.click()]);
  await page.setViewportSize({ width: 760, height: 860 });
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .getByLabel(/email|user/i)
    .first()
    .fill('nina.park@acme.test');
  await page.getByLabel(/password/i).fill('Paper-Lantern-7');
  await page.getByLabel(/password/i).press('Enter');
  await page.getByLabel('Email address').fill('nina@home.test');
  await page.getByRole('button', { name: 'Send a code' }).first().click();
  await here.page.locator('[data-code]').first().waitFor();
  await page.getByLabel('Code', { exact: true }).fill(await here.code());
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('was added').waitFor();
  await page.mouse.move(0, 0);
  await page.screenshot({ path: at('enrolment.png') });
  await here.close();
}

async function locks({ around }: Visit): Promise<void> {
  await around.getByRole('button', { name: 'Lock it' }).click();
  await around.getByText('Locked since').waitFor();
}

async function closesWindow({ window }: Visit): Promise<void> {
  await window.getByRole('button', { name: 'Close', exact: true }).click();
  await window.waitFor({ state: 'detached' });
}

/** Jane waits, and the card stands in the helpdesk's channel. */
async function askedInSlack(here: Visit): Promise<void> {
  await locks(here);
  await here.proves('/unlock');
  await closesWindow(here);
  await here.slack.locator('article').getByText('The helpdesk has been asked').waitFor();
  await here.helpdesk.getByRole('button', { name: 'Approve' }).waitFor();
}

/** Jane types the code into the card, and a request of Sam's waits for the helpdesk. */
async function askedInTeams(here: Visit): Promise<void> {
  await here.goesTo('employee', 'Teams');
  await here.goesTo('helpdesk', 'Teams');
  await here.slack.getByRole('button', { name: 'Sam' }).click();
  here.world().auth0.control.lock('auth0|65f2a7c10d3be94a1c5e0a03');
  await here.provesInTeams('unlock');
  await here.helpdesk.getByRole('button', { name: 'Ada' }).click();
  await here.slack.getByRole('button', { name: 'Jane' }).click();
  await here.says('reset-password');
  await here.card.getByRole('button', { name: 'Send code' }).click();
  await here.card.getByRole('textbox').waitFor();
}
