// The page on which a new password is chosen, over HTTP and in a real Chromium.
import { mkdirSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../playground/free-port.ts';
import type { LinkAccess, Saved } from '../../src/web/link-access.ts';
import type { PasswordFormShown } from '../../src/web/pages/password-page.ts';
import { browserMissing, closeBrowser, hasFocus } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { openTab, violations } from './enrolment-browser.ts';
import { createStandIn, deadToken, liveToken } from './stand-in.ts';

const shots = new URL('../../test-results/', import.meta.url).pathname;
const closing: (() => Promise<unknown>)[] = [];
const live = `/go/${liveToken}`;
const typed = 'Kraken under 9 bridges';

const form: PasswordFormShown = {
  givenName: 'Jane',
  username: 'jane@acme.example.com',
  rules: {
    isComplete: true,
    minLength: 12,
    maxLength: { of: 72, counts: 'bytes' },
    kinds: { atLeast: 3, of: ['lower', 'upper', 'digit', 'sign'] },
    history: 5,
  },
  faults: [],
  left: 5,
};

/** A link that leads to the page; `answers` to what is typed, the last one repeated. */
function createLinks(answers: readonly Saved[] = [{ is: 'done' }], first: PasswordFormShown = form) {
  const sent: { readonly password: string; readonly confirm: string }[] = [];
  let gate: Promise<void> = Promise.resolve();
  const links: LinkAccess = {
    look: async (token) => (token === liveToken ? { is: 'live', givenName: 'Jane', isHere: true } : { is: 'dead' }),
    open: async (token) => (token === liveToken ? { is: 'form', form: first } : { is: 'dead' }),
    submit: async (token, password) => {
      if (token !== liveToken) return { is: 'dead' };
      sent.push(password);
      await gate;
      return answers[Math.min(sent.length, answers.length) - 1] ?? { is: 'dead' };
    },
  };
  return {
    links,
    sent,
    hold(until: Promise<void>): void {
      gate = until;
    },
  };
}

/** Of somebody who knows their password. */
const known: PasswordFormShown = { ...form, oldLeft: 3 };
const oldWrong: Saved = { is: 'form', form: { ...known, isOldWrong: true, oldLeft: 2, left: 4 } };
const unequal: Saved = { is: 'form', form: { ...form, faults: ['unequal'] } };
const refused: Saved = { is: 'form', form: { ...form, refused: ['used-before'], left: 4 } };
const body = (password: string, confirm = password) => new URLSearchParams({ password, confirm }).toString();
const formType = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the page for a new password', () => {
  it('is shown after the press, and looking at it again begins at the button', async () => {
    const { server } = await createStandIn({ links: createLinks().links });
    const looked = await server.inject(live);
    expect(looked.body).toContain('You choose it on the next page');
    expect(looked.body).not.toContain('New password again');
    const pressed = await server.inject({ method: 'POST', url: live });
    expect(pressed.statusCode).toBe(200);
    expect(pressed.body).toContain(`action="${live}/password"`);
    const again = await server.inject(`${live}/password`);
    expect([again.statusCode, again.headers.location]).toEqual([303, live]);
    expect((await server.inject('/go/misspelt/password')).headers.location).not.toContain('misspelt');
  });

  it('takes a form of two fields, says what is wrong beside them, and repeats no password', async () => {
    const { links, sent } = createLinks([unequal, refused, { is: 'done' }]);
    const { server } = await createStandIn({ links });
    const post = (payload: string) =>
      server.inject({ method: 'POST', url: `${live}/password`, payload, headers: formType });
    const first = await post(body(typed, 'another'));
    expect([first.statusCode, first.body.includes('id="confirm-error"')]).toEqual([422, true]);
    const second = await post(body(typed));
    expect([second.statusCode, second.body.includes('id="password-error"')]).toEqual([422, true]);
    expect(second.body).toContain('You have 4 tries left');
    expect((await post(body(typed))).body).toContain('Your new password is saved');
    expect(sent.map(({ password }) => password)).toEqual([typed, typed, typed]);
    for (const answer of [first, second]) expect(answer.body).not.toContain(typed);
  });

  it.each([
    [{ is: 'done' }, 200, 'Your new password is saved'],
    [{ is: 'spent' }, 409, 'None of these passwords was accepted'],
    [{ is: 'unconfirmed' }, 202, 'We don’t know yet'],
    [{ is: 'dead' }, 404, 'work any more'],
    [{ is: 'busy' }, 200, 'This link is being opened'],
    [{ is: 'saving' }, 200, 'Your new password is being saved'],
    [{ is: 'unreachable' }, 503, 'can’t reach the sign-in service'],
    [{ is: 'limited', inMs: 61_000 }, 503, 'very busy'],
    [{ is: 'refused' }, 409, 'Only the helpdesk'],
  ] as const)(
    'says %j in words, and leads back to the button where the link still works',
    async (answer, status, said) => {
      const { server } = await createStandIn({ links: createLinks([answer]).links });
      const got = await server.inject({
        method: 'POST',
        url: `${live}/password`,
        payload: body(typed),
        headers: formType,
      });
      expect([got.statusCode, got.body.includes(said)]).toEqual([status, true]);
      const goesOn = ['busy', 'saving', 'unreachable', 'limited'].includes(answer.is);
      expect(got.body.includes(`action="${live}"`)).toBe(goesOn);
      expect(got.headers['retry-after'] !== undefined).toBe(status === 503);
    },
  );

  it('takes nothing from another site, nothing but a form, and nothing that is too long', async () => {
    const { links, sent } = createLinks();
    const { server, lines } = await createStandIn({ links });
    const post = (payload: string, headers: Readonly<Record<string, string>>) =>
      server.inject({ method: 'POST', url: `${live}/password`, payload, headers });
    const foreign = await post(body(typed), { ...formType, 'sec-fetch-site': 'cross-site' });
    expect(foreign.statusCode).toBe(403);
    expect((await post(body(typed), { ...formType, origin: 'https://evil.example' })).statusCode).toBe(403);
    expect((await post(JSON.stringify({ password: typed }), { 'content-type': 'application/json' })).statusCode).toBe(
      415,
    );
    expect((await post(body('x'.repeat(20_000)), formType)).statusCode).toBe(413);
    const misspelt = await server.inject({
      ...{ method: 'POST', url: `/go/${deadToken}/password`, payload: body(typed), headers: formType },
    });
    expect(misspelt.statusCode).toBe(404);
    expect(sent).toEqual([]);
    expect(lines.join('')).not.toContain(typed);
  });

  it('says the rules in words before anything is typed, and that there may be more where not all are known', async () => {
    const shown = async (rules: PasswordFormShown['rules']) => {
      const links = { ...createLinks().links, open: async () => ({ is: 'form', form: { ...form, rules } }) as const };
      const { server } = await createStandIn({ links });
      return (await server.inject({ method: 'POST', url: live })).body;
    };
    const all = await shown(form.rules);
    for (const rule of [
      'At least 12 characters, at most 72, or fewer with accents or emoji.',
      'At least 3 of these 4: small letters, capital letters, digits, signs such as ! or #.',
      'None of your last 5 passwords.',
    ])
      expect(all).toContain(rule);
    expect(all).not.toContain('further rules');
    const some = await shown({ isComplete: false });
    expect(some).toContain('At least 8 characters. A sentence is fine.');
    expect(some).toContain('There may be further rules');
  });
});

describe.skipIf(browserMissing !== undefined)(titled('the page for a new password in Chromium', browserMissing), () => {
  afterAll(closeBrowser);
  beforeAll(() => void mkdirSync(shots, { recursive: true }));
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function stage(answers?: readonly Saved[], options: BrowserContextOptions = {}, first = form) {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const made = createLinks(answers, first);
    const { server } = await createStandIn({ publicUrl: origin, links: made.links });
    await server.listen({ host: '127.0.0.1', port });
    closing.push(() => server.close());
    const tab = await openTab(closing, options);
    await tab.page.goto(`${origin}${live}`);
    await tab.page.getByRole('button', { name: 'Continue' }).click();
    await tab.page.getByLabel('New password', { exact: true }).waitFor();
    return { ...tab, ...made, origin };
  }

  const save = (page: Page) => page.getByRole('button', { name: 'Save new password' }).click();
  async function fill(page: Page, password = typed, confirm = password): Promise<void> {
    await page.getByLabel('New password', { exact: true }).fill(password);
    await page.getByLabel('New password again').fill(confirm);
    await save(page);
  }
  const kinds: Readonly<Record<string, readonly Saved[]>> = {
    form: [],
    unequal: [unequal],
    refused: [refused],
    done: [{ is: 'done' }],
    saving: [{ is: 'saving' }],
    spent: [{ is: 'spent' }],
    unconfirmed: [{ is: 'unconfirmed' }],
    'for-one-sign-in': [{ is: 'done', mustChange: true }],
    known: [],
    'known-old-wrong': [oldWrong],
    'known-old-spent': [{ is: 'old-spent' }],
    'known-blocked': [{ is: 'blocked' }],
    'known-needs-sign-in': [{ is: 'sign-in-needed' }],
  };

  for (const [kind, answers] of Object.entries(kinds)) {
    it(`“${kind}” is accessible, fits every width by day and night, and is read aloud as it is written down`, async () => {
      const isKnown = kind.startsWith('known');
      const { page, complaints } = await stage(answers, {}, isKnown ? known : form);
      if (answers.length > 0) {
        if (isKnown) await page.getByLabel('Current password').fill('Whatever-it-is-now-7');
        await fill(page);
        await page.waitForURL('**/password');
      }
      for (const media of [
        { colorScheme: 'light' },
        { colorScheme: 'dark' },
        { colorScheme: 'light', forcedColors: 'active' },
      ] as const) {
        await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'none', ...media });
        const name = 'forcedColors' in media ? 'forced' : media.colorScheme;
        await page.screenshot({ path: `${shots}password-${kind}-${name}.png`, fullPage: true });
        expect(await violations(page)).toEqual([]);
      }
      for (const width of [320, 390, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        if (width === 320) await page.screenshot({ path: `${shots}password-${kind}-320.png`, fullPage: true });
      }
      expect(complaints).toEqual([]);
      const spoken = `${await page.title()}\n\n${await page.locator('body').ariaSnapshot()}\n`;
      await expect(spoken).toMatchFileSnapshot(`read-aloud/password-${kind}.txt`);
    });
  }

  for (const javaScriptEnabled of [true, false]) {
    it(`a password is refused, chosen again and saved by the keyboard alone, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const { page, sent } = await stage([unequal, { is: 'done' }], { javaScriptEnabled });
      const { keyboard } = page;
      await keyboard.press('Tab');
      await keyboard.type(typed);
      await keyboard.press('Tab');
      await keyboard.type('something else');
      await keyboard.press('Enter');
      // What is wrong has the focus and leads to its field.
      await hasFocus(page, '[role=alert]');
      expect(await page.getByLabel('New password', { exact: true }).inputValue()).toBe('');
      await keyboard.press('Tab');
      await keyboard.press('Enter');
      await page.getByLabel('New password', { exact: true }).fill(typed);
      await page.getByLabel('New password again').fill(typed);
      await page.getByLabel('New password again').press('Enter');
      await page.getByRole('heading', { name: 'Your new password is saved' }).waitFor();
      expect(sent.at(-1)).toEqual({ password: typed, confirm: typed });
    });
  }

  it('password managers find an account name and two new passwords, and the fields do not zoom on a phone', async () => {
    const { page } = await stage();
    const seen = await page.evaluate(
      "[...document.querySelectorAll('input')].map((field) => [field.name, field.type, field.autocomplete, field.value, field.maxLength])",
    );
    expect(seen).toEqual([
      ['username', 'text', 'username', 'jane@acme.example.com', -1],
      ['password', 'password', 'new-password', '', -1],
      ['confirm', 'password', 'new-password', '', -1],
    ]);
    const sizes = await page.evaluate(
      "[...document.querySelectorAll('input[type=password]')].every((field) => Number.parseFloat(getComputedStyle(field).fontSize) >= 16)",
    );
    expect(sizes).toBe(true);
    expect(await page.getByRole('textbox').count()).toBe(2);
  });

  it('password managers fill in the old password where it is asked for, and file the new one', async () => {
    const { page, sent } = await stage(undefined, {}, known);
    const seen = await page.evaluate(
      "[...document.querySelectorAll('input')].map((field) => [field.name, field.autocomplete])",
    );
    expect(seen).toEqual([
      ['username', 'username'],
      ['current', 'current-password'],
      ['password', 'new-password'],
      ['confirm', 'new-password'],
    ]);
    await page.getByRole('button', { name: 'Show passwords' }).click();
    expect(await page.getByLabel('Current password').getAttribute('type')).toBe('text');
    await page.getByLabel('Current password').fill('Whatever-it-is-now-7');
    await fill(page);
    await page.getByRole('heading', { name: 'Your new password is saved' }).waitFor();
    expect(sent).toEqual([{ current: 'Whatever-it-is-now-7', password: typed, confirm: typed }]);
  });

  it('a password can be pasted, shown and hidden, and is sent from hidden fields', async () => {
    const { page, sent } = await stage();
    const first = page.getByLabel('New password', { exact: true });
    await first.focus();
    await page.evaluate(`document.execCommand('insertText', false, ${JSON.stringify(typed)})`);
    expect(await first.inputValue()).toBe(typed);
    await page.getByRole('button', { name: 'Show passwords' }).click();
    expect(await first.getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Hide passwords' }).click();
    expect(await first.getAttribute('type')).toBe('password');
    await fill(page);
    await page.getByRole('heading', { name: 'Your new password is saved' }).waitFor();
    expect(sent).toHaveLength(1);
  });

  it('without script there is no button that does nothing', async () => {
    const { page } = await stage(undefined, { javaScriptEnabled: false });
    expect(await page.getByRole('button').allTextContents()).toEqual(['Save new password']);
  });

  it('a double press sends the password once; the way back and a reload send none', async () => {
    const { page, sent, hold } = await stage();
    let release = (): void => undefined;
    hold(
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    await page.getByLabel('New password', { exact: true }).fill(typed);
    await page.getByLabel('New password again').fill(typed);
    await page.getByRole('button', { name: 'Save new password' }).dblclick({ noWaitAfter: true });
    release();
    await page.getByRole('heading', { name: 'Your new password is saved' }).waitFor();
    expect(sent).toHaveLength(1);
    await page.goto(page.url());
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    expect(sent).toHaveLength(1);
  });
});
