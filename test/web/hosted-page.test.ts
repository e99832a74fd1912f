// The tenant's own page for a new password: as the file that the command writes, and in a real Chromium before an emulated tenant that
// fills in its fields and takes what it posts.
import { mkdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { holdsKeyword } from '../../manifest/auth0/changes.ts';
import { type ResetPageBrand, resetPageHtml } from '../../manifest/auth0/reset-page.ts';
import { renderLiquid } from '../../playground/auth0/liquid.ts';
import { strengthOf } from '../../playground/auth0/strength.ts';
import { copy } from '../../src/bot/copy/language.ts';
import { browserMissing, closeBrowser, hasFocus } from '../browser.ts';
import { textsIn } from '../flows/source.ts';
import { jane, janePassword, openTenant, type TestTenant, textField } from '../playground/auth0-tenant.ts';
import { titled } from '../skipped-reporter.ts';
import { openTab, violations } from './enrolment-browser.ts';

const shots = new URL('../../test-results/', import.meta.url).pathname;
const closing: (() => Promise<unknown>)[] = [];
const good = 'Kraken under 9 bridges';
const brand: ResetPageBrand = { companyName: 'Acme Rockets', contact: 'call 4711 or mail help@acme.example' };
const hostile = `"'></title></style></template></script><script>document.body.dataset.broken='yes'</script><img src=x onerror="document.body.dataset.broken='yes'">--><!-- {{ ticket }} {% raw %} ##PUBLIC_URL## @@PUBLIC_URL@@ &amp; $& `;

const documented = [
  ...['csrf_token', 'ticket', 'email', 'password_policy'],
  ...['password_complexity_options.min_length', 'password_complexity_options'],
];
const tagsIn = (html: string) => [...html.matchAll(/\{\{([^}]*)\}\}/g)].map(([, inside = '']) => inside.trim());

describe('the tenant’s page for a new password, as a file', () => {
  it.each([
    ['of this company', brand, []],
    ['of a company whose name and contact are made to break out', { companyName: hostile, contact: hostile }, []],
    ['without a policy', {}, ['tenant.friendly_name | default: tenant.name']],
  ] as const)('has the fields that Auth0 documents, each escaped, and no others: %s', (_whose, whose, more) => {
    const html = resetPageHtml(whose, copy.pages);
    const allowed = [...documented, ...more].map((name) => `${name} | escape`);
    expect(new Set(tagsIn(html))).toEqual(new Set(allowed));
    expect(html.replaceAll(/\{\{[^}]*\}\}/g, '')).not.toMatch(/\{\{|\{%/);
    // In the text, or in an attribute in quotation marks; never in the script or the style.
    for (const raw of html.matchAll(/<(script|style)>[\s\S]*?<\/\1>/g)) expect(tagsIn(raw[0])).toEqual([]);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(holdsKeyword(html)).toBe(false);
  });

  it('loads nothing, from nowhere', () => {
    const html = resetPageHtml(brand, copy.pages);
    expect(html).not.toMatch(/\ssrc=|@import|url\(|https?:\/\/|import\(/);
    expect([...html.matchAll(/<link[^>]*href="([^"]{0,5})/g)].map(([, start]) => start)).toEqual(['data:']);
  });

  it('says at its head who sees it, what it rests on that Auth0 does not document, and the way back', () => {
    const html = resetPageHtml(brand, copy.pages);
    const head = html.slice(0, html.indexOf('<html'));
    for (const said of [
      'WHO SEES IT',
      '/lo/reset, is NOT',
      'may change at any time',
      'needs JavaScript',
      'THE WAY BACK',
    ])
      expect(head).toContain(said);
    expect(head.slice(head.indexOf('<!--') + 4, head.indexOf('-->'))).not.toContain('--');
  });

  it('is in the repository as it is without a policy, to be pasted by hand', async () => {
    await expect(resetPageHtml({}, copy.pages)).toMatchFileSnapshot('../../manifest/auth0/pages/password_reset.html');
  });

  it('has every sentence from the copy: the script has none of its own', () => {
    const script = readFileSync(new URL('../../manifest/auth0/pages/reset-page.js', import.meta.url), 'utf8');
    expect(textsIn(script).filter((text) => /\w+ [a-z]+ [a-z]/.test(text))).toEqual([]);
  });
});

/** A tenant that has switched the page on, with what a test wants of Jane's account and connection. */
async function tenantWith(options: Readonly<Record<string, unknown>> = {}, whose = brand): Promise<TestTenant> {
  const tenant = await openTenant();
  const { configuration } = tenant.control;
  configuration.settings['change_password'] = { enabled: true, html: resetPageHtml(whose, copy.pages) };
  const connection = tenant.control.connections().find(({ name }) => name === 'CorpUsers');
  Object.assign(connection?.options ?? {}, options);
  return tenant;
}

const mint = async (tenant: TestTenant, user = jane): Promise<string> =>
  textField((await tenant.api('POST', '/tickets/password-change', { user_id: user, ttl_sec: 600 })).body, 'ticket');

const posts = ({ control }: TestTenant) =>
  control.requests.filter(({ method, path }) => method === 'POST' && path === '/lo/reset');

describe('the emulated tenant', () => {
  it.each([
    ['a field that is not documented', '{{ user.password | escape }}'],
    ['a filter that is not known', '{{ email | json }}'],
    ['another tag', '{% if email %}'],
    ['a field that nobody closed', '{{ email'],
    ['a fallback that is not documented', '{{ tenant.name | default: user.name }}'],
  ])('refuses %s', (_what, text) => {
    expect(() => renderLiquid(text, { email: 'jane@acme.test', 'tenant.name': '' })).toThrow(/known|document/);
  });

  it('writes fields as Liquid does: escaped where it is asked for, once, and never read again', () => {
    const fields = { email: `<&'">{{ ticket }}`, ticket: undefined, 'tenant.name': 'Acme', options: { min_length: 9 } };
    expect(renderLiquid('{{ email | escape }}|{{ticket}}|{{- options -}}', fields)).toBe(
      '&lt;&amp;&#39;&#34;&gt;{{ ticket }}||[object Object]',
    );
    expect(renderLiquid('{{ ticket | default: tenant.name }}{{ tenant.name | default: email }}', fields)).toBe(
      'AcmeAcme',
    );
  });

  it('takes nothing without the token and the cookie of the page, nor with a ticket of somebody else', async () => {
    const tenant = await tenantWith();
    const ticket = await mint(tenant);
    const shown = await fetch(ticket);
    const html = await shown.text();
    const [, csrf = ''] = /name="_csrf" value="([^"]*)"/.exec(html) ?? [];
    const cookie = shown.headers.get('set-cookie')?.split(';')[0] ?? '';
    const secret = new URL(ticket).searchParams.get('ticket') ?? '';
    const whole = { _csrf: csrf, ticket: secret, email: 'jane@acme.test', newPassword: good, confirmNewPassword: good };
    const post = async (changes: Partial<typeof whole>, headers: Readonly<Record<string, string>> = { cookie }) => {
      const body = new URLSearchParams({ ...whole, ...changes });
      const { status } = await fetch(`${tenant.url}/lo/reset`, { method: 'POST', headers, body });
      return status;
    };
    expect(await post({}, {})).toBe(403);
    expect(await post({ _csrf: 'another' })).toBe(403);
    expect(await post({ ticket: 'another' })).toBe(500);
    expect(await post({ email: 'sam@acme.test' })).toBe(500);
    expect(await post({ confirmNewPassword: 'another' })).toBe(500);
    expect(await post({ newPassword: 'short', confirmNewPassword: 'short' })).toBe(400);
    expect(tenant.control.user(jane).password).toBe(janePassword);
    expect(await post({})).toBe(200);
    expect(await post({})).toBe(500);
    expect((await fetch(ticket)).status).toBe(404);
  });
});

describe.skipIf(browserMissing !== undefined)(titled('the tenant’s page in Chromium', browserMissing), () => {
  afterAll(closeBrowser);
  beforeAll(() => void mkdirSync(shots, { recursive: true }));
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function stage(tenant: TestTenant, options: BrowserContextOptions = {}, user = jane) {
    const tab = await openTab(closing, options);
    const asked: string[] = [];
    tab.page.on('request', (request) => asked.push(`${request.method()} ${request.url().split('?')[0]}`));
    const ticket = await mint(tenant, user);
    await tab.page.goto(ticket);
    return { ...tab, asked, ticket };
  }

  const first = (page: Page) => page.getByLabel('New password', { exact: true });
  const second = (page: Page) => page.getByLabel('New password again');
  const save = (page: Page) => page.getByRole('button', { name: 'Save new password' });
  const problem = (page: Page) => page.locator('#problem');
  async function send(page: Page, password = good, confirm = password): Promise<void> {
    await first(page).fill(password);
    await second(page).fill(confirm);
    await save(page).click();
  }
  async function forbidScripts(page: Page): Promise<void> {
    await page.route('**/lo/reset*', async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers(), 'content-security-policy': "script-src 'none'" };
      await route.fulfill({ response, headers });
    });
    await page.reload();
  }
  const saved = (page: Page) => hasFocus(page, '#done h1');
  /** The lines of the rules, each with what the page says of it. */
  const rules = (page: Page) => page.locator('#checked li:not(:last-child)').allTextContents();
  const [length8, some, row, same] = [
    'At least 8 characters. A sentence is fine.',
    'At least 3 of these 4: small letters, capital letters, digits, signs such as ! or #.',
    'No character more than 2 times in a row.',
    'The same in both fields.',
  ] as const;

  it('saves a password, says so where the focus is, and asks nobody but the tenant', async () => {
    const tenant = await tenantWith();
    const { page, asked, complaints } = await stage(tenant);
    expect(await page.locator('#account').textContent()).toBe('For the account jane@acme.test');
    await send(page);
    await saved(page);
    expect(tenant.control.user(jane).password).toBe(good);
    expect(await page.locator('body').innerText()).not.toContain('Didn’t ask for this?');
    expect(await page.title()).toBe('Your new password is saved · Acme Rockets');
    expect(await first(page).isVisible()).toBe(false);
    expect(await page.evaluate("document.getElementById('newPassword').value")).toBe('');
    expect(asked).toEqual([`GET ${tenant.url}/lo/reset`, `POST ${tenant.url}/lo/reset`]);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['none', undefined, []],
    ['low', undefined, ['At least 6 characters. A sentence is fine.']],
    ['fair', undefined, [length8, 'All of these: small letters, capital letters, digits.']],
    ['good', undefined, [length8, some]],
    ['excellent', undefined, ['At least 10 characters. A sentence is fine.', some, row]],
    ['none', { min_length: 5 }, ['At least 5 characters. A sentence is fine.']],
    ['good', { min_length: 14 }, ['At least 14 characters. A sentence is fine.', some]],
    ['good', { min_length: 'many' }, [length8, some]],
    ['good', { min_length: 0 }, [length8, some]],
    ['constructor', undefined, []],
    ['of tomorrow', undefined, []],
  ] as const)('tells the rules of the level %s with %j before anything is typed', async (level, options, told) => {
    const settings = { passwordPolicy: level, password_complexity_options: options };
    const tenant = await tenantWith(settings);
    for (const complexityAsText of [false, true]) {
      tenant.control.misbehave.complexityAsText = complexityAsText;
      const { page } = await stage(tenant);
      expect(await rules(page)).toEqual([...told, same]);
      expect(await page.locator('#rules').textContent()).toContain('There may be further rules');
    }
  });

  it('says of each rule in words whether it is met while somebody types, and aloud when they stop', async () => {
    const tenant = await tenantWith({ passwordPolicy: 'excellent', password_complexity_options: undefined });
    const { page } = await stage(tenant);
    const heard = page.locator('#heard');
    expect(await heard.getAttribute('role')).toBe('status');
    const length = 'At least 10 characters. A sentence is fine.';
    await first(page).pressSequentially('aaa');
    expect(await rules(page)).toEqual([`Missing: ${length}`, `Missing: ${some}`, `Missing: ${row}`, same]);
    await heard.filter({ hasText: `Still missing: ${length} ${some} ${row}` }).waitFor();
    await first(page).fill('aabbaabb');
    expect(await rules(page)).toEqual([`Missing: ${length}`, `Missing: ${some}`, `Done: ${row}`, same]);
    await first(page).fill('aabb-AABB-1');
    await second(page).fill('aabb');
    expect(await rules(page)).toEqual([`Done: ${length}`, `Done: ${some}`, `Done: ${row}`, `Missing: ${same}`]);
    await heard.filter({ hasText: `Still missing: ${same}` }).waitFor();
    await second(page).fill('aabb-AABB-1');
    expect(await rules(page)).toEqual([length, some, row, same].map((rule) => `Done: ${rule}`));
    await heard.filter({ hasText: 'Nothing is missing.' }).waitFor();
    await first(page).fill('');
    expect(await rules(page)).toEqual([length, some, row, same]);
  });

  it.each(['none', 'low', 'fair', 'good', 'excellent'])(
    'at the level %s stops no password that Auth0 would take, and lets pass none of plain characters that it would not',
    async (level) => {
      const tenant = await tenantWith({ passwordPolicy: level, password_complexity_options: undefined });
      const { page } = await stage(tenant);
      const character = fc.constantFrom('a', 'B', '7', '!', ' ', 'é', 'Ж', '😀');
      const text = fc.array(character, { minLength: 1, maxLength: 14 }).map((all) => all.join(''));
      const typed = fc.sample(text, { numRuns: 300, seed: 77 });
      const isStopped = await page.evaluate(
        `${JSON.stringify(typed)}.map((password) => {
          const field = document.getElementById('newPassword');
          field.value = password;
          field.dispatchEvent(new Event('input'));
          return document.querySelector('.missing') !== null;
        })`,
      );
      const said = typed.map((password) => strengthOf(password, level, undefined).verified);
      for (const [nth, password] of typed.entries()) {
        const stops = Object(isStopped)[nth];
        if (said[nth] === true || /^[ -~]*$/.test(password))
          expect([password, stops]).toEqual([password, said[nth] === false]);
      }
      if (level !== 'none') expect(new Set(said).size).toBe(2);
    },
  );

  it.each([
    ['nothing', '', '', 'Type a new password.', 'newPassword'],
    ['too little', 'Ab-1', 'Ab-1', 'This password doesn’t meet the rules yet.', 'newPassword'],
    ['two different ones', good, `${good}!`, 'The two passwords are not the same.', 'confirmNewPassword'],
  ])('sends nothing where %s is typed, and leads to the field', async (_what, password, confirm, said, field) => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    await send(page, password, confirm);
    await hasFocus(page, '#problem');
    expect(await problem(page).textContent()).toContain(`Your password isn’t changed yet${said}`);
    expect(await page.locator(`#${field}-error`).textContent()).toContain(said);
    const fieldShown = page.locator(`#${field}`);
    expect(await fieldShown.getAttribute('aria-invalid')).toBe('true');
    expect(await fieldShown.getAttribute('aria-describedby')).toContain(`${field}-error`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await hasFocus(page, `#${field}`);
    expect(await page.title()).toContain('Your password isn’t changed yet');
    expect(posts(tenant)).toEqual([]);
  });

  it.each([
    ['one that was used before', janePassword, 'You’ve used this password before.'],
    ['a common one', 'Summer2026!', 'Many people use this password'],
    ['one with the own name', 'Jane Doe is 9 years', 'contains your name or email address'],
  ])('explains why Auth0 refuses %s, keeps what was typed, and lets another one be sent', async (_what, bad, said) => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    await send(page, bad);
    await hasFocus(page, '#problem');
    expect(await problem(page).textContent()).toContain(said);
    expect(await page.locator('#heard').textContent()).toBe('');
    expect(await first(page).inputValue()).toBe(bad);
    expect(tenant.control.user(jane).password).toBe(janePassword);
    await send(page);
    await saved(page);
    expect(tenant.control.user(jane).password).toBe(good);
  });

  it('learns from Auth0’s answer the rules that it did not know', async () => {
    const tenant = await tenantWith({ passwordPolicy: 'low', password_complexity_options: undefined });
    const { page } = await stage(tenant);
    const connection = tenant.control.connections().find(({ name }) => name === 'CorpUsers');
    Object.assign(connection?.options ?? {}, { passwordPolicy: 'excellent' });
    await send(page, 'kkkraken');
    await hasFocus(page, '#problem');
    expect(await problem(page).textContent()).toContain('This password is too weak. The list says what is missing.');
    expect(await rules(page)).toEqual([
      'Missing: At least 10 characters. A sentence is fine.',
      `Missing: ${some}`,
      `Missing: ${row}`,
      `Done: ${same}`,
    ]);
    await send(page);
    await saved(page);
  });

  it('shows a rule that nobody knew yet in Auth0’s words, as text', async () => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    const unknown = { code: 'sequentialChars', message: 'No %d <b>in</b> sequence, like "%s"', format: [3, '$&abc'] };
    const all = { code: 'shouldContain', items: [{ code: 'numbers' }, { code: 'runes' }, { code: 'toString' }] };
    tenant.control.faults.next(
      { method: 'POST', path: /^\/lo\/reset/ },
      {
        status: 400,
        body: {
          name: 'PasswordStrengthError',
          description: { rules: [unknown, all, { code: 'lengthAtLeast' }, 7, null] },
        },
      },
    );
    await send(page);
    await hasFocus(page, '#problem');
    expect(await rules(page)).toEqual([
      'No 3 <b>in</b> sequence, like "$&abc"',
      'Done: All of these: digits.',
      `Done: ${same}`,
    ]);
  });

  const link = 'the link may be used up';
  const quote = 'The sign-in service says: “Not the name of <b>your</b> cat”';
  const odd = { name: 'ValidationError', description: 'Not the name of <b>your</b> cat' };
  it.each([
    ['a refusal of a script of the tenant', { status: 400, body: odd }, 'isn’t changed yet', [quote, link]],
    ['a refusal without a reason', { status: 400, body: {} }, 'isn’t changed yet', ['was refused', link]],
    ['a name of every object', { status: 400, body: { name: 'toString' } }, 'isn’t changed yet', ['was refused']],
    [
      'a refusal that is no JSON',
      { status: 400, body: '<b>no</b>', contentType: 'text/html' },
      'isn’t',
      ['was refused'],
    ],
    ['a list in the place of an object', { status: 400, body: [1] }, 'isn’t changed yet', ['was refused']],
    ['a rate limit', { status: 429, body: {} }, 'isn’t changed yet', ['still here', 'Wait a few minutes']],
    ['an error', { status: 500, body: {} }, 'We don’t know yet', ['still here', 'Try again', link]],
    ['a proxy’s error', { status: 502, body: '<h1>no</h1>', contentType: 'text/html' }, 'We don’t know', ['Try again']],
    ['a status that is not known', { status: 418, body: {} }, 'We don’t know yet', ['No answer came']],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, 'We don’t know yet', ['No answer came']],
    ['no answer', { disconnect: true } as const, 'We don’t know yet', ['No answer came', 'Try again']],
  ] as const)(
    'says what %s means, keeps what was typed, and lets it be sent again',
    async (_what, reply, heading, said) => {
      const tenant = await tenantWith();
      const { page } = await stage(tenant);
      // A browser may send a request once more by itself where the connection was cut.
      const times = 'disconnect' in reply ? 2 : 1;
      tenant.control.faults.next({ method: 'POST', path: /^\/lo\/reset/, times }, reply);
      await send(page);
      await hasFocus(page, '#problem');
      const text = await problem(page).textContent();
      for (const each of [heading, ...said]) expect(text).toContain(each);
      expect(await page.locator('#problem b').count()).toBe(0);
      expect([await first(page).inputValue(), await second(page).inputValue()]).toEqual([good, good]);
      expect(await save(page).getAttribute('aria-disabled')).toBeNull();
      tenant.control.faults.clear();
      await save(page).click();
      await saved(page);
      expect(tenant.control.user(jane).password).toBe(good);
    },
  );

  it.each([401, 403, 404, 410])(
    'says on %i that the link is dead, and offers nothing that cannot work',
    async (status) => {
      const tenant = await tenantWith();
      const { page } = await stage(tenant);
      tenant.control.faults.next({ method: 'POST', path: /^\/lo\/reset/ }, { status, body: {} });
      await send(page);
      await hasFocus(page, '#dead h1');
      expect(await page.locator('main').innerText()).toContain('This link doesn’t work any more');
      expect(await page.getByRole('button').count()).toBe(0);
    },
  );

  it('says of a page that was open for too long that it must be loaded again, does so, and then saves', async () => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    await page.context().clearCookies();
    await send(page);
    await hasFocus(page, '#problem');
    expect(await problem(page).textContent()).toContain('This page has been open for too long');
    await page.getByRole('button', { name: 'Load this page again' }).click();
    await page.waitForLoadState('load');
    await expect.poll(() => first(page).inputValue()).toBe('');
    await send(page);
    await saved(page);
    expect(tenant.control.user(jane).password).toBe(good);
  });

  it('says of a link that was used or voided meanwhile how to go on', async () => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    await mint(tenant);
    await send(page);
    await hasFocus(page, '#problem');
    expect(await problem(page).textContent()).toContain('Start again where you asked for the link.');
    expect(tenant.control.user(jane).password).toBe(janePassword);
  });

  it('calls a lost answer unknown, and says after the next try that the password may have been saved', async () => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    tenant.control.faults.next({ method: 'POST', path: /^\/lo\/reset/ }, { lose: true });
    await send(page);
    await hasFocus(page, '#problem');
    expect(await problem(page).textContent()).toContain('We don’t know yet whether your password is saved');
    expect(tenant.control.user(jane).password).toBe(good);
    await save(page).click();
    await problem(page).filter({ hasText: 'It may have been saved a moment ago: try to sign in with it.' }).waitFor();
  });

  it.each([
    ['used before', { status: 400, body: { name: 'PasswordHistoryError' } }, '#problem', 'We don’t know yet'],
    ['too old a page', { status: 403, body: { code: 'invalid_csrf_token' } }, '#problem', 'We don’t know yet'],
    ['a dead link', { status: 410, body: {} }, '#dead h1', 'This link doesn’t work any more'],
  ])(
    'after a try without an answer, takes “%s” for no proof that nothing was saved',
    async (_what, reply, place, said) => {
      const tenant = await tenantWith();
      const { page } = await stage(tenant);
      const moment = { method: 'POST', path: /^\/lo\/reset/ };
      tenant.control.faults.next({ ...moment, times: 2 }, { disconnect: true });
      await send(page);
      await hasFocus(page, '#problem');
      expect(await page.locator('body').innerText()).not.toContain('Your password stays as it is');
      tenant.control.faults.clear();
      tenant.control.faults.next(moment, reply);
      const perhaps = page.locator('main').getByText('It may have been saved a moment ago: try to sign in with it.');
      expect(await perhaps.count()).toBe(0);
      await save(page).click();
      await perhaps.first().waitFor();
      await hasFocus(page, place);
      expect(await page.locator('main').innerText()).toContain(said);
      expect(await page.locator('main').innerText()).not.toContain('isn’t changed yet');
    },
  );

  it('gives up waiting after half a minute, and lets it be sent again', async () => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    await page.clock.install();
    await page.reload();
    tenant.control.faults.next({ method: 'POST', path: /^\/lo\/reset/ }, { hang: true });
    await send(page);
    await expect.poll(() => posts(tenant).length).toBe(1);
    expect(await page.getByRole('button', { name: 'Saving…' }).getAttribute('aria-disabled')).toBe('true');
    await page.clock.runFor(29_000);
    expect(await problem(page).isVisible()).toBe(false);
    await page.clock.runFor(2_000);
    await hasFocus(page, '#problem');
    expect(await problem(page).textContent()).toContain('No answer came');
    await save(page).click();
    await saved(page);
  });

  it('sends once for a double press', async () => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    await first(page).fill(good);
    await second(page).fill(good);
    await save(page).dblclick({ noWaitAfter: true });
    await saved(page);
    expect(posts(tenant)).toHaveLength(1);
  });

  it.each([
    ['https://wiki.acme.example/after?x=1', true],
    ['javascript:alert(1)', false],
    ['http://wiki.acme.example/', false],
    ['no address', false],
    [7, false],
  ])('leads on to %s only where that is an address of the web: %s', async (url, leads) => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    tenant.control.faults.next({ method: 'POST', path: /^\/lo\/reset/ }, { status: 200, body: { result_url: url } });
    await send(page);
    await saved(page);
    const goOn = page.getByRole('link', { name: 'Continue' });
    expect(await goOn.count()).toBe(leads ? 1 : 0);
    if (leads) expect(await goOn.getAttribute('href')).toBe(url);
  });

  it('shows fields, names and a policy that are made to break out as the texts that they are', async () => {
    const tenant = await tenantWith({ passwordPolicy: hostile, password_complexity_options: { min_length: hostile } });
    const { configuration } = tenant.control;
    configuration.settings['friendly_name'] = hostile;
    tenant.control.addUser({
      userId: 'auth0|odd',
      connection: 'CorpUsers',
      email: hostile,
      name: 'Odd',
      password: 'x',
    });
    for (const whose of [{ companyName: hostile, contact: hostile }, {}]) {
      configuration.settings['change_password'] = { enabled: true, html: resetPageHtml(whose, copy.pages) };
      const { page, complaints, asked } = await stage(tenant, {}, 'auth0|odd');
      const email = tenant.control.user('auth0|odd').email;
      expect(await page.locator('#account code').textContent()).toBe(email);
      expect(await page.locator('input[name=email]').inputValue()).toBe(email);
      expect((await page.locator('header p').textContent())?.trim()).toBe(hostile.trim());
      expect(await page.title()).toContain('<script>');
      expect(await rules(page)).toEqual([same]);
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.evaluate('document.body.dataset.broken ?? "whole"')).toBe('whole');
      expect(asked).toEqual([`GET ${tenant.url}/lo/reset`]);
      expect(complaints).toEqual([]);
    }
  });

  it('has no line about the account where Auth0 gives no address', async () => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    await page.route('**/lo/reset*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replaceAll('jane@acme.test', '') });
    });
    await page.reload();
    expect(await page.locator('#account').isVisible()).toBe(false);
    expect(await first(page).isVisible()).toBe(true);
  });

  it.each([
    ['JavaScript is off', { javaScriptEnabled: false }],
    ['the tenant forbids scripts in the page', {}],
  ])('where %s it says so and whom to ask, and shows no form that cannot be sent', async (_why, options) => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant, options);
    if (!('javaScriptEnabled' in options)) await forbidScripts(page);
    const text = await page.locator('body').innerText();
    for (const said of ['This page needs JavaScript', 'Nothing is changed.', 'call 4711 or mail help@acme.example'])
      expect(text).toContain(said);
    expect(await page.getByRole('button').count()).toBe(0);
    expect(await page.getByRole('textbox').count()).toBe(0);
  });

  it('is filled in, refused, corrected and saved by the keyboard alone', async () => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    const { keyboard } = page;
    await keyboard.press('Tab');
    await keyboard.type(good);
    await keyboard.press('Tab');
    await keyboard.type('something else');
    await keyboard.press('Enter');
    await hasFocus(page, '#problem');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await hasFocus(page, '#confirmNewPassword');
    await keyboard.press('ControlOrMeta+a');
    await keyboard.type(good);
    await keyboard.press('Tab');
    await hasFocus(page, '#reveal');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await saved(page);
    expect(tenant.control.user(jane).password).toBe(good);
  });

  it('suits password managers and phones; a password can be pasted, shown and hidden, and is sent from hidden fields', async () => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    const seen = await page.evaluate(
      "[...document.querySelectorAll('#reset input:not([type=hidden])')].map((field) => [field.name, field.type, field.autocomplete, field.value, field.maxLength])",
    );
    expect(seen).toEqual([
      ['', 'text', 'username', 'jane@acme.test', -1],
      ['newPassword', 'password', 'new-password', '', -1],
      ['confirmNewPassword', 'password', 'new-password', '', -1],
    ]);
    const sizes = await page.evaluate(
      "[...document.querySelectorAll('input[type=password]')].every((field) => Number.parseFloat(getComputedStyle(field).fontSize) >= 16)",
    );
    expect(sizes).toBe(true);
    for (const button of await page.getByRole('button').all())
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    await first(page).focus();
    await page.evaluate(`document.execCommand('insertText', false, ${JSON.stringify(good)})`);
    const isLetPass = await page.evaluate(
      "document.activeElement.dispatchEvent(new ClipboardEvent('paste', { cancelable: true, bubbles: true }))",
    );
    expect([await first(page).inputValue(), isLetPass]).toEqual([good, true]);
    await page.getByRole('button', { name: 'Show passwords' }).click();
    expect(await second(page).getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Hide passwords' }).click();
    expect(await first(page).getAttribute('type')).toBe('password');
    await page.getByRole('button', { name: 'Show passwords' }).click();
    await second(page).fill(good);
    await save(page).click();
    await saved(page);
    expect(await page.evaluate("document.getElementById('newPassword').type")).toBe('password');
  });

  const views: Readonly<Record<string, (page: Page, tenant: TestTenant) => Promise<unknown>>> = {
    form: (page) => first(page).waitFor(),
    typing: (page) => first(page).fill('kraken'),
    refused: async (page) => {
      await send(page, janePassword);
      await hasFocus(page, '#problem');
    },
    stale: async (page) => {
      await page.context().clearCookies();
      await send(page);
      await hasFocus(page, '#problem');
    },
    unknown: async (page, tenant) => {
      tenant.control.faults.next({ method: 'POST', path: /^\/lo\/reset/, times: 2 }, { disconnect: true });
      await send(page);
      await hasFocus(page, '#problem');
    },
    done: async (page, tenant) => {
      const body = { result_url: 'https://wiki.acme.example/' };
      tenant.control.faults.next({ method: 'POST', path: /^\/lo\/reset/ }, { status: 200, body });
      await send(page);
      await saved(page);
    },
    dead: async (page, tenant) => {
      tenant.control.faults.next({ method: 'POST', path: /^\/lo\/reset/ }, { status: 410, body: {} });
      await send(page);
      await hasFocus(page, '#dead h1');
    },
  };

  for (const [view, reach] of Object.entries(views)) {
    it(`“${view}” is accessible, fits every width by day and night, and is read aloud as it is written down`, async () => {
      const tenant = await tenantWith();
      const { page, complaints } = await stage(tenant);
      await reach(page, tenant);
      for (const media of [
        { colorScheme: 'light' },
        { colorScheme: 'dark' },
        { colorScheme: 'light', forcedColors: 'active' },
      ] as const) {
        await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'none', ...media });
        const name = 'forcedColors' in media ? 'forced' : media.colorScheme;
        await page.screenshot({ path: `${shots}hosted-${view}-${name}.png`, fullPage: true });
        expect(await violations(page)).toEqual([]);
      }
      for (const width of [320, 390, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        if (width === 320) await page.screenshot({ path: `${shots}hosted-${view}-320.png`, fullPage: true });
      }
      // Of the browser itself, where the connection was cut.
      expect(complaints.filter((text) => !text.includes('ERR_EMPTY_RESPONSE'))).toEqual([]);
      const spoken = `${await page.title()}\n\n${await page.locator('body').ariaSnapshot()}\n`;
      await expect(spoken).toMatchFileSnapshot(`read-aloud/hosted-${view}.txt`);
    });
  }

  it('“unscripted” is accessible, fits every width by day and night, and is read aloud as it is written down', async () => {
    const tenant = await tenantWith();
    const { page } = await stage(tenant);
    await forbidScripts(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${shots}hosted-unscripted-${colorScheme}.png`, fullPage: true });
      expect(await violations(page)).toEqual([]);
    }
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    const spoken = `${await page.title()}\n\n${await page.locator('body').ariaSnapshot()}\n`;
    await expect(spoken).toMatchFileSnapshot('read-aloud/hosted-unscripted.txt');
  });
});
