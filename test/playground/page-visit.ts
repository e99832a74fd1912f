// A visitor of the playground's page in a real browser, for the tests in this folder.
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { type Page as PageServer, startPage } from '../../playground/page/server.ts';
import { startWorld, type World } from '../../playground/world.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { openContext } from '../browser.ts';

export type Visit = {
  readonly page: Page;
  readonly world: () => World;
  /** Everything that the page logged to its console. */
  readonly diagnose: readonly string[];
  /** The employee's pane. It shows Slack until `goesTo` is called. */
  readonly slack: Locator;
  readonly helpdesk: Locator;
  readonly around: Locator;
  /** The modal over the employee's Slack. */
  readonly window: Locator;
  /** The newest card in the employee's Teams. */
  readonly card: Locator;
  goesTo(pane: 'employee' | 'helpdesk', platform: 'Slack' | 'Teams'): Promise<void>;
  says(words: string): Promise<void>;
  /** The newest code in the mailbox or on the phone, as the visitor reads it. */
  code(): Promise<string>;
  /** From `/reset-password` or `/unlock` until the code is accepted. */
  proves(command: string): Promise<void>;
  /** The same in Teams, in the card. */
  provesInTeams(command: string): Promise<void>;
  close(): Promise<void>;
};

const silent = createLogger({ level: 'silent' });

export function startPlayground(): Promise<PageServer> {
  return startWorld(silent).then((world) => startPage({ world, freshWorld: () => startWorld(silent), port: 0 }));
}

export async function visit(how: BrowserContextOptions = {}): Promise<Visit> {
  const playground = await startPlayground();
  const context = await openContext({ viewport: { width: 1440, height: 900 }, ...how });
  const page = await context.newPage();
  const diagnose: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') diagnose.push(message.text());
  });
  page.on('pageerror', (error) => diagnose.push(error.message));
  await page.goto(playground.url);
  await page.locator('#app').waitFor();
  return {
    ...actsOn(page),
    page,
    diagnose,
    world: playground.world,
    async close() {
      await context.close();
      await playground.close();
    },
  };
}

function actsOn(page: Page) {
  const pane = (name: string) => page.locator(`.pane[data-pane="${name}"]`);
  const slack = pane('employee');
  const window = slack.getByRole('dialog');
  const card = slack.locator('form.ac').last();
  const says = async (words: string): Promise<void> => {
    const composer = slack.getByRole('combobox');
    await composer.fill(words);
    await composer.press('Enter');
  };
  const code = async (): Promise<string> => (await page.locator('[data-code]').first().textContent()) ?? '';
  return {
    slack,
    window,
    card,
    says,
    code,
    helpdesk: pane('helpdesk'),
    around: pane('world'),
    goesTo: (name: 'employee' | 'helpdesk', platform: 'Slack' | 'Teams') =>
      pane(name).getByRole('button', { name: platform, exact: true }).click(),
    async proves(command: string): Promise<void> {
      await says(command);
      await window.getByRole('button', { name: 'Send code' }).click();
      await window.getByLabel('Code', { exact: true }).fill(await code());
      await window.getByRole('button', { name: 'Verify' }).click();
      await window.getByText("You're verified.").waitFor();
    },
    async provesInTeams(command: string): Promise<void> {
      await says(command);
      await card.getByRole('button', { name: 'Send code' }).click();
      await card.getByRole('textbox').fill(await code());
      await card.getByRole('button', { name: 'Verify' }).click();
      await card.getByText("You're verified.").waitFor();
    },
  };
}
