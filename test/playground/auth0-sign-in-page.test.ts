// The emulated tenant's sign-in page in a real browser: without script, with the keyboard alone, on a phone, in the dark.
import { createServer } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { browserMissing, closeBrowser, openContext } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { clientId, jane, janePassword, openTenant, type TestTenant } from './auth0-tenant.ts';
import { looks, picture, violations } from './page-violations.ts';

const pictures = new URL('../../test-results/playground/', import.meta.url).pathname;

/** An application at another origin, to which the browser comes back. */
async function startApplication(): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<title>Back</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/enrol/callback`;
}

async function open(): Promise<{ readonly tenant: TestTenant; readonly url: string; readonly callback: string }> {
  const callback = await startApplication();
  const tenant = await openTenant({ callbacks: [callback] });
  tenant.control.addUser({ userId: 'ad|CorpAD|a1b2c3', connection: 'CorpAD', email: 'Ada@acme.test' });
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id: clientId, redirect_uri: callback, scope: 'openid' },
    ...{ state: 'the-state', nonce: 'the-nonce', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' },
    ...{ login_hint: 'jane@acme.test', prompt: 'login', max_age: '0' },
  });
  return { tenant, callback, url: `${tenant.url}/authorize?${query}` };
}

const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

describe.skipIf(browserMissing !== undefined)(titled('the sign-in page in a browser', browserMissing), () => {
  afterAll(closeBrowser);

  it.each(looks)('is accessible and fits: %s', async (name, look) => {
    const { url } = await open();
    const context = await openContext(look);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(url);
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await picture(page, `${pictures}sign-in-${name}.png`);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').filter({ hasText: 'Wrong email' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await picture(page, `${pictures}sign-in-wrong-${name}.png`);
    await page.goto(url.replace(clientId, 'SomebodyElse'));
    await page.getByRole('alert').filter({ hasText: 'Unknown client' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('signs in without script, with the keyboard alone, and comes back', async () => {
    const { tenant, url, callback } = await open();
    const context = await openContext({ javaScriptEnabled: false });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(url);
    expect(await page.getByLabel('Email address or user name').inputValue()).toBe('jane@acme.test');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(janePassword);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${callback}?code=*&state=the-state`);
    expect(tenant.control.user(jane).sessions).toBe(1);
    await page.goBack();
    await page.getByRole('alert').filter({ hasText: 'pressed the back button' }).waitFor();
  });

  it('Cancel needs no password', async () => {
    const { url, callback } = await open();
    const context = await openContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForURL(`${callback}?error=access_denied*`);
  });
});
