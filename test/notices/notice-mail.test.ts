// How a notice looks in a mail program that is a browser: on a phone, in the dark, without its style.
import { mkdirSync } from 'node:fs';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copy } from '../../src/bot/copy/language.ts';
import { noticeMail } from '../../src/notices/notice-mail.ts';
import type { NoticeFacts } from '../../src/text/notice-copy.ts';
import { browserMissing, closeBrowser, openContext } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { sentAt } from './mail-server.ts';

const shots = new URL('../../test-results/', import.meta.url).pathname;
const disownUrl = `https://latchkey.test/enrol/not-me/${'f'.repeat(22)}.${'M'.repeat(43)}.0.abc`;
const facts: NoticeFacts = {
  what: 'added',
  company: 'Acme Rockets',
  contact: { channel: 'email', masked: 'j•••@n•••.test' },
  at: sentAt,
  usableFrom: sentAt + 86_400_000,
  platform: 'teams',
  mayDisown: true,
  isHelpdeskTold: true,
  helpdeskContact: 'call 4711 or mail help@acme.example',
};
const htmlOf = (change: Partial<NoticeFacts> = {}): string => mailOf({ ...facts, ...change }).html;
const mailOf = (told: NoticeFacts) => noticeMail(copy.notices.contactChanged(told), copy.notices.language, disownUrl);

describe('a notice of new recovery codes', () => {
  const { contact: _contact, usableFrom: _from, ...codes } = { ...facts, what: 'recovery-codes' as const };

  it('names no contact, and says what they are good for and how to stop it', () => {
    const { subject, text } = mailOf(codes);
    expect(subject).toBe('New recovery codes for your account at Acme Rockets');
    expect(text).toContain('New recovery codes were created for your account at Acme Rockets');
    expect(text).toContain('Earlier recovery codes no longer work');
    expect(text).toContain('We then void the recovery codes, and disconnect the chat that asked for this');
    expect(text).toContain(disownUrl);
    expect(text).not.toMatch(/•|Email|Phone/);
  });
});

describe('a notice of a contact that an administrator added from a file', () => {
  const { platform: _platform, ...imported } = { ...facts, mayDisown: false };

  it('says who added it, asks whether it is theirs, and has nothing to press', () => {
    const { subject, text, html } = mailOf(imported);
    expect(subject).toBe('New recovery contact for your account at Acme Rockets');
    expect(text).toContain('Email: j•••@n•••.test');
    expect(text).toContain('Added by: your administrator');
    expect(text).toContain('Is it yours? Then there is nothing to do.');
    expect(text).toContain(
      'Not yours? Then somebody else would get codes for your account. Tell your helpdesk at once:',
    );
    expect(text).toContain('Helpdesk: call 4711');
    expect(`${text}${html}`).not.toMatch(/Asked for in|It wasn.t me|not-me/);
  });

  it('says from when it can be used, or that it has to be confirmed first', () => {
    expect(mailOf(imported).text).toContain('Whoever can read messages there can reset your password');
    const { text } = mailOf({ ...imported, mustBeConfirmed: true });
    expect(text).toContain('It can’t be used before you confirm it.');
    expect(text).toContain('Is it yours? Then confirm it when you have a minute: add it once more');
    expect(text).not.toContain('nothing to do');
    expect(text).not.toContain('Whoever can read messages there');
  });
});

describe.skipIf(browserMissing !== undefined)(titled('a notice in Chromium', browserMissing), () => {
  beforeAll(() => void mkdirSync(shots, { recursive: true }));
  afterAll(closeBrowser);

  async function shown(html: string, colorScheme: 'light' | 'dark', width = 390): Promise<Page> {
    const context = await openContext({ viewport: { width, height: 844 }, colorScheme, deviceScaleFactor: 2 });
    const page = await context.newPage();
    await page.setContent(html);
    return page;
  }

  async function violations(page: Page): Promise<readonly string[]> {
    await page.evaluate(axe.source);
    const found = await page.evaluate<readonly string[]>(
      'axe.run(document).then((r) => r.violations.map(({ id }) => id))',
    );
    return found;
  }

  const wordsOf = (page: Page): Promise<string> =>
    page.evaluate<string>("document.body.innerText.replaceAll(/\\s+/g, ' ')");

  it.each([
    ['light', 390],
    ['dark', 390],
    ['light', 320],
    ['dark', 1_280],
  ] as const)('fits, and has no fault of accessibility: %s, %i px', async (colorScheme, width) => {
    const { platform: _platform, ...imported } = { ...facts, mayDisown: false, mustBeConfirmed: true };
    const pages = [{}, { what: 'removed', mayDisown: false }, { what: 'recovery-codes' }] as const;
    for (const change of [...pages.map((each) => ({ ...facts, ...each })), imported]) {
      const page = await shown(mailOf(change).html, colorScheme, width);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await violations(page)).toEqual([]);
      await page.screenshot({
        path: `${shots}notice-${'what' in change ? change.what : 'added'}-${colorScheme}-${width}.png`,
        fullPage: true,
      });
      await page.context().close();
    }
  });

  it('is dark where the person reads in the dark', async () => {
    const grounds: unknown[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await shown(htmlOf(), colorScheme);
      grounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      await page.context().close();
    }
    expect(grounds).toEqual(['rgb(243, 241, 236)', 'rgb(16, 19, 18)']);
  });

  it('has a button that is large enough for a thumb', async () => {
    const page = await shown(htmlOf(), 'light');
    const button = page.getByRole('link', { name: 'It wasn’t me' });
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    expect(await button.getAttribute('href')).toBe(disownUrl);
    await page.context().close();
  });

  it('reads the same from top to bottom where a mail program drops its style', async () => {
    const html = htmlOf();
    const page = await shown(html, 'light');
    const styled = await wordsOf(page);
    await page.setContent(html.replace(/<style>.*<\/style>/s, ''));
    expect(await wordsOf(page)).toBe(styled);
    await page.screenshot({ path: `${shots}notice-unstyled.png`, fullPage: true });
    await page.context().close();
  });
});
