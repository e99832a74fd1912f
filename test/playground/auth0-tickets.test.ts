// Password tickets of the emulated Auth0 and their page, over HTTP and in a real browser.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { browserMissing, closeBrowser, openContext } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { field, jane, janePassword, openTenant, type TestTenant, textField } from './auth0-tenant.ts';

const newPassword = 'Fresh-and-long-2';

async function mint(tenant: TestTenant, extra: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const reply = await tenant.api('POST', '/tickets/password-change', { user_id: jane, ttl_sec: 600, ...extra });
  return textField(reply.body, 'ticket');
}

async function submit(ticket: string, password: string, repeated: string = password) {
  const response = await fetch(ticket, {
    method: 'POST',
    body: new URLSearchParams({ 'password-reset': password, 're-enter-password': repeated }),
  });
  return { status: response.status, html: await response.text() };
}

async function statusOf(ticket: string): Promise<number> {
  return (await fetch(ticket)).status;
}

describe('minting a ticket', () => {
  it('answers an address at the tenant that ends in #', async () => {
    const tenant = await openTenant({ ticketOrigin: 'https://acme.eu.auth0.test' });
    expect(await mint(tenant)).toMatch(/^https:\/\/acme\.eu\.auth0\.test\/u\/reset-verify\?ticket=[\w-]{32}#$/);
  });

  it('lives as long as asked, and five days where nobody asked', async () => {
    const tenant = await openTenant();
    const short = await mint(tenant, { ttl_sec: 60 });
    tenant.clock.nowMs += 60_000;
    expect(await statusOf(short)).toBe(404);
    const long = await mint(tenant, { ttl_sec: undefined });
    tenant.clock.nowMs += 432_000_000 - 1;
    expect(await statusOf(long)).toBe(200);
    tenant.clock.nowMs += 1;
    expect(await statusOf(long)).toBe(404);
  });

  it('voids the tickets before it', async () => {
    const tenant = await openTenant();
    const older = await mint(tenant);
    const newer = await mint(tenant);
    expect([await statusOf(older), await statusOf(newer)]).toEqual([404, 200]);
  });

  it('also goes by connection and address', async () => {
    const tenant = await openTenant();
    const id = tenant.control.connections().find(({ name }) => name === 'CorpUsers')?.id;
    const body = { connection_id: id, email: 'jane@acme.test', ttl_sec: 60 };
    expect((await tenant.api('POST', '/tickets/password-change', body)).status).toBe(201);
  });

  it.each([
    ['an unknown key', { user_id: jane, new_password: 'x' }, 400, 'Additional properties not allowed: new_password'],
    ['nobody', {}, 400, 'Missing required property'],
    ['an unknown user', { user_id: 'auth0|nobody' }, 404, 'User not found.'],
    [
      'a directory user',
      { user_id: 'ad|CorpAD|a1b2' },
      400,
      "The user's main connection does not support this operation.",
    ],
    ['a user without an address', { user_id: 'auth0|silent' }, 400, 'The user does not have an email address.'],
    ['an unknown client', { user_id: jane, client_id: 'Other' }, 400, 'The client does not exist'],
    ['an organization', { user_id: jane, organization_id: 'org_1' }, 400, 'The organization does not exist'],
    ['a negative life', { user_id: jane, ttl_sec: -1 }, 400, 'ttl_sec'],
    [
      'a foreign identity',
      { user_id: jane, identity: { user_id: 'x', provider: 'auth0' } },
      400,
      'does not contain the given identity',
    ],
    [
      'an unknown connection',
      { connection_id: 'con_0000000000000009', email: 'a@acme.test' },
      400,
      'The connection with id con_0000000000000009 does not exist.',
    ],
  ])('is refused for %s', async (_what, body, status, message) => {
    const tenant = await openTenant();
    tenant.control.addUser({ userId: 'ad|CorpAD|a1b2', connection: 'CorpAD', email: 'kim@acme.test' });
    tenant.control.addUser({ userId: 'auth0|silent', connection: 'CorpUsers' });
    const reply = await tenant.api('POST', '/tickets/password-change', body);
    expect([reply.status, field(reply.body, 'message')]).toEqual([status, expect.stringContaining(message)]);
  });
});

describe('the page behind a ticket', () => {
  it('changes nothing by being looked at, however often', async () => {
    const tenant = await openTenant();
    const ticket = await mint(tenant);
    const before = tenant.control.user(jane);
    for (const method of ['GET', 'HEAD', 'GET']) await fetch(ticket, { method });
    expect(tenant.control.user(jane)).toEqual(before);
    expect(await statusOf(ticket)).toBe(200);
    expect(tenant.control.requests.filter(({ browser, changed }) => browser && changed)).toEqual([]);
  });

  it('sets the password once, unlocks, ends sessions, keeps refresh tokens and writes scp', async () => {
    const tenant = await openTenant();
    tenant.control.signIn(jane, janePassword);
    tenant.control.lock(jane);
    const ticket = await mint(tenant);
    expect((await submit(ticket, newPassword)).status).toBe(200);
    expect(tenant.control.user(jane)).toMatchObject({
      locked: false,
      password: newPassword,
      passwordChangedAt: tenant.clock.nowMs,
      sessions: 0,
      refreshTokens: 1,
    });
    expect(tenant.control.logs.filter(({ type }) => type === 'scp')).toMatchObject([{ user_id: jane }]);
    expect((await submit(ticket, 'Another-one-33')).status).toBe(404);
    expect(tenant.control.signIn(jane, newPassword)).toEqual({ ok: true });
  });

  it('leaves an administrator’s block, unless the tenant is told that a ticket lifts it', async () => {
    const tenant = await openTenant();
    tenant.control.adminBlock(jane, true);
    await submit(await mint(tenant), newPassword);
    expect(tenant.control.user(jane).blocked).toBe(true);
    tenant.control.misbehave.ticketLiftsAdminBlock = true;
    await submit(await mint(tenant), 'Another-one-33');
    expect(tenant.control.user(jane).blocked).toBe(false);
  });

  it.each([
    ['weak', 'short', 'short', 'too weak'],
    ['the old one', janePassword, janePassword, 'used that password before'],
    ['common', 'Password1!', 'Password1!', 'too common'],
    ['about the person', 'Jane-and-more-1', 'Jane-and-more-1', 'your name or address'],
    ['mistyped', newPassword, 'Fresh-and-long-3', 'not the same'],
  ])('refuses a password that is %s and keeps the ticket', async (_what, password, repeated, sentence) => {
    const tenant = await openTenant();
    const ticket = await mint(tenant);
    const { status, html } = await submit(ticket, password, repeated);
    expect(status).toBe(400);
    expect(html).toContain(sentence);
    expect(html).not.toContain(password);
    expect(tenant.control.user(jane).password).toBe(janePassword);
    expect(await statusOf(ticket)).toBe(200);
  });

  it('is served without script, framing or caching', async () => {
    const tenant = await openTenant();
    const response = await fetch(await mint(tenant));
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toMatch(/<script|<style| style=/);
  });
});

async function openPage(width: number, scheme: 'light' | 'dark'): Promise<Page> {
  const context = await openContext({ viewport: { width, height: 800 }, colorScheme: scheme, bypassCSP: true });
  onTestFinished(() => context.close());
  return context.newPage();
}

async function violations(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ content: axe.source });
  const found: unknown = await page.evaluate('axe.run().then((r) => r.violations.map((v) => v.id))');
  return Array.isArray(found) ? found.map(String) : ['axe gave no answer'];
}

describe.skipIf(browserMissing !== undefined)(titled('in a browser', browserMissing), () => {
  afterAll(closeBrowser);
  it.each([
    ['a phone, light', 360, 'light'],
    ['a desk, dark', 1280, 'dark'],
  ] as const)('a person changes the password on %s', async (_what, width, scheme) => {
    const tenant = await openTenant();
    const page = await openPage(width, scheme);
    const ticket = await mint(tenant);
    await page.goto(ticket);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('New password', { exact: true }).fill('short');
    await page.getByLabel('Re-enter new password').fill('short');
    await page.getByRole('button', { name: 'Reset password' }).click();
    await page.getByRole('alert').filter({ hasText: 'too weak' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('New password', { exact: true }).fill(newPassword);
    await page.getByLabel('Re-enter new password').fill(newPassword);
    await page.getByRole('button', { name: 'Reset password' }).click();
    await page.getByRole('heading', { level: 1, name: 'Password changed!', exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(ticket);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Invalid link');
    expect(await violations(page)).toEqual([]);
    const overflow: unknown = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    expect(tenant.control.user(jane).password).toBe(newPassword);
  });
});
