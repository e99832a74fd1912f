import { mkdirSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import axe from 'axe-core';
import type { FastifyInstance } from 'fastify';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Opened } from '../../src/web/link-access.ts';
import { browserMissing, closeBrowser, openContext } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { busyToken, createLinks, createStandIn, deadToken, liveToken } from './stand-in.ts';

const shots = new URL('../../test-results/', import.meta.url).pathname;
const phone = { width: 390, height: 844 };

describe.skipIf(browserMissing !== undefined)(titled('the pages in Chromium', browserMissing), () => {
  afterAll(closeBrowser);
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(() => {
    mkdirSync(shots, { recursive: true });
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  /** A sign-in page at another origin, like the provider's. */
  async function signInPage() {
    const seen: string[] = [];
    const provider: Server = createHttpServer((request, response) => {
      seen.push(`${request.method} ${request.url} from ${request.headers.referer ?? 'nowhere'}`);
      response.setHeader('content-type', 'text/html').end('<title>Sign-in page</title>');
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      provider.closeAllConnections();
      await new Promise((resolve) => provider.close(resolve));
    });
    const address = provider.address();
    const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    return { origin, seen: () => seen.filter((line) => !line.includes('favicon')) };
  }

  async function served(
    options: {
      answers?: readonly Opened[];
      givenName?: string;
      auth0Origin?: string;
      companyName?: string;
      gate?: Promise<void>;
    } = {},
  ) {
    const { links, opened } = createLinks(options.answers, options.givenName);
    let server: FastifyInstance | undefined;
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    ({ server } = await createStandIn({
      publicUrl: origin,
      links: {
        ...links,
        open: (token, isWaiting) => (options.gate ?? Promise.resolve()).then(() => links.open(token, isWaiting)),
      },
      companyName: options.companyName ?? 'Acme Rockets',
      ...(options.auth0Origin === undefined ? {} : { auth0Origin: options.auth0Origin }),
    }));
    await server.listen({ host: '127.0.0.1', port });
    closing.push(() => server.close());
    return { origin, opened };
  }

  async function tab(options: BrowserContextOptions = {}): Promise<{ page: Page; diagnose: string[] }> {
    const context = await openContext({ viewport: phone, deviceScaleFactor: 2, ...options });
    closing.push(() => context.close());
    const page = await context.newPage();
    const diagnose: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('the server responded with a status of'))
        diagnose.push(message.text());
    });
    page.on('pageerror', (error) => diagnose.push(error.message));
    return { page, diagnose };
  }

  async function violations(page: Page): Promise<unknown> {
    if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
    return page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))",
    );
  }

  const visits: Readonly<Record<string, (page: Page, origin: string) => Promise<unknown>>> = {
    live: (page, origin) => page.goto(`${origin}/go/${liveToken}`),
    dead: (page, origin) => page.goto(`${origin}/go/${deadToken}`),
    busy: (page, origin) => page.goto(`${origin}/go/${busyToken}`),
    unreachable: async (page, origin) => {
      await page.goto(`${origin}/go/${liveToken}`);
      await page.getByRole('button').click();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  };

  for (const [kind, visit] of Object.entries(visits)) {
    it(`the ${kind} page is accessible and fits a phone, by day and by night`, async () => {
      const { origin } = await served({ answers: [{ is: 'unreachable' }], givenName: 'Jane' });
      const { page, diagnose } = await tab();
      await visit(page, origin);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.screenshot({ path: `${shots}go-${kind}-${colorScheme}.png` });
        expect(await violations(page)).toEqual([]);
      }
      expect(diagnose).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(phone.width);
    });
  }

  it.each([
    ['on a desktop', 1280, 800],
    ['on a small phone', 320, 480],
    ['at twice the size', 195, 422],
  ])('%s nothing is cut off', async (_where, width, height) => {
    const { origin } = await served({
      givenName: 'Maximiliane-Friederike',
      companyName: 'Donaudampfschifffahrtsgesellschaft AG',
    });
    const { page } = await tab({ viewport: { width, height } });
    await page.goto(`${origin}/go/${liveToken}`);
    await page.screenshot({ path: `${shots}go-live-${width}.png`, fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const box = await page.getByRole('button').boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
  });

  it('says aloud, in order: the company, what this is, the one button', async () => {
    const { origin } = await served({ givenName: 'Jane' });
    const { page } = await tab();
    await page.goto(`${origin}/go/${liveToken}`);
    expect(await page.title()).toBe('Choose a new password · Acme Rockets');
    expect(await page.locator('body').ariaSnapshot()).toMatch(
      /banner:[\s\S]*Acme Rockets[\s\S]*main:[\s\S]*heading "Jane, continue to choose a new password" \[level=1\][\s\S]*button "Continue"[\s\S]*contentinfo:/,
    );
  });

  it('the keyboard reaches the button first and shows where it is', async () => {
    const { origin } = await served();
    const { page } = await tab();
    await page.goto(`${origin}/go/${liveToken}`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Continue');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineWidth')).toBe('3px');
    await page.screenshot({ path: `${shots}go-live-focus.png` });
  });

  for (const javaScriptEnabled of [true, false]) {
    it(`one press leads to the sign-in page at the other origin, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const provider = await signInPage();
      const url = `${provider.origin}/u/reset-verify?ticket=planted#`;
      const { origin, opened } = await served({
        answers: [{ is: 'ticket', url }, { is: 'dead' }],
        auth0Origin: provider.origin,
      });
      const { page, diagnose } = await tab({ javaScriptEnabled });
      await page.goto(`${origin}/go/${liveToken}`);
      await page.getByRole('button').click();
      await page.waitForURL(`${provider.origin}/**`);
      expect(await page.title()).toBe('Sign-in page');
      expect(provider.seen()).toEqual(['GET /u/reset-verify?ticket=planted from nowhere']);
      expect([opened.length, diagnose]).toEqual([1, []]);
      await page.goBack();
      await page.reload();
      expect(await page.getByRole('heading').textContent()).toBe('This link doesn’t work any more');
    });
  }

  it('a double press opens the link once and still arrives', async () => {
    const provider = await signInPage();
    let release = () => {};
    const pressedTwice = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { origin, opened } = await served({
      answers: [{ is: 'ticket', url: `${provider.origin}/u/reset-verify?ticket=planted#` }, { is: 'dead' }],
      auth0Origin: provider.origin,
      gate: pressedTwice,
    });
    const { page } = await tab();
    await page.goto(`${origin}/go/${liveToken}`);
    // Once the form has been submitted, Chromium no longer answers questions about the page: the page has to report by
    // itself.
    await page.evaluate(`{
      const button = document.querySelector('button');
      new MutationObserver(() => console.info(button.textContent)).observe(button, { childList: true });
    }`);
    const told = page.waitForEvent('console', (message) => message.type() === 'info');
    await page.getByRole('button').dblclick({ noWaitAfter: true });
    expect((await told).text()).toBe('Opening…');
    release();
    await page.waitForURL(`${provider.origin}/**`);
    expect(opened).toHaveLength(1);
  });

  it('a ticket at a host that the page did not name is one press more, and arrives', async () => {
    const provider = await signInPage();
    const { origin } = await served({
      answers: [{ is: 'ticket', url: `${provider.origin}/u/reset-verify?ticket=planted#` }],
    });
    const { page, diagnose } = await tab();
    await page.goto(`${origin}/go/${liveToken}`);
    await page.getByRole('button').click();
    await page.getByRole('link', { name: 'Continue' }).waitFor();
    await page.screenshot({ path: `${shots}go-elsewhere.png` });
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Continue' }).click();
    await page.waitForURL(`${provider.origin}/**`);
    expect(provider.seen()).toEqual(['GET /u/reset-verify?ticket=planted from nowhere']);
    expect(diagnose).toEqual([]);
  });

  it('a form on somebody else’s page cannot press the button', async () => {
    const { origin, opened } = await served();
    const evil = createHttpServer((_request, response) => {
      response
        .setHeader('content-type', 'text/html')
        .end(`<form method="post" action="${origin}/go/${liveToken}"><button>Win</button></form>`);
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      evil.closeAllConnections();
      await new Promise((resolve) => evil.close(resolve));
    });
    const address = evil.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { page } = await tab();
    await page.goto(`http://localhost:${port}/`);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'Open the link from your chat' }).waitFor();
    expect(opened).toHaveLength(0);
  });
});

/** The page's own origin must be known before the server that is configured with it listens. */
async function freePort(): Promise<number> {
  const probe = createHttpServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
