// Makes the pictures of this folder anew: the icon for Slack, and the playground as the README shows it, by a real visit in Chromium.
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
