// The look of a person's recovery contacts on both platforms: no accessibility violation in any state, and a picture of each.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { looks, picture, violations } from './page-violations.ts';
import { type Visit, visit } from './page-visit.ts';

const pictures = new URL('../../test-results/playground/', import.meta.url).pathname;

describe.skipIf(browserMissing !== undefined)(titled('Recovery contacts on the page', browserMissing), () => {
  afterAll(closeBrowser);
  let here: Visit;
  afterEach(() => here.close());

  const lookAs = (prefix: string) => async (state: string) => {
    await here.page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))');
    await picture(here.page, `${pictures}contacts-${prefix}-${state}.png`);
    expect(await violations(here.page), state).toEqual([]);
  };

  it.each(looks)('have no accessibility violation in Slack (%s)', { timeout: 120_000 }, async (name, how) => {
    here = await visit(how);
    const look = lookAs(`slack-${name}`);
    const { slack, window } = here;
    await here.says('/enroll');
    await window.getByRole('link', { name: 'Add phone' }).waitFor();
    await look('1-window');
    await window.getByRole('button', { name: 'Close', exact: true }).click();
    await slack.getByRole('button', { name: 'Nina' }).click();
    await here.says('hi');
    await slack.getByRole('button', { name: "Don't remind me" }).waitFor();
    await look('2-reminder');
    await slack.getByRole('button', { name: "Don't remind me" }).click();
    await slack.getByText("I won't remind you any more.").waitFor();
    await here.says('unlock');
    await slack.getByText('If you can still sign in').waitFor();
    await look('3-none');
    await slack.getByRole('button', { name: 'Home' }).click();
    await slack.getByText('You have no recovery contact yet. With one').waitFor();
    await look('4-home-none');
    await slack.getByRole('button', { name: 'Jane' }).click();
    await slack.getByRole('button', { name: 'Home' }).click();
    await slack.getByRole('link', { name: 'Add email' }).waitFor();
    await look('5-home-open');
  });

  it.each(looks)('have no accessibility violation in Teams (%s)', { timeout: 120_000 }, async (name, how) => {
    here = await visit(how);
    const look = lookAs(`teams-${name}`);
    const { slack, card } = here;
    await here.goesTo('employee', 'Teams');
    await here.says('enroll');
    await card.getByRole('link', { name: 'Add phone' }).waitFor();
    await look('1-card');
    await slack.getByRole('button', { name: 'Nina' }).click();
    await card.getByRole('button', { name: 'Add a recovery contact' }).waitFor();
    await look('2-welcome');
    await here.says('hi');
    await card.getByRole('button', { name: "Don't remind me" }).waitFor();
    await look('3-reminder');
  });
});
