// The routes under /recover, one request at a time: limits by network, what is no form of ours, and what a cookie is good for.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rightCode, serveRecovery } from './recovery-browser.ts';

describe('The routes under /recover', () => {
  let served: Awaited<ReturnType<typeof serveRecovery>>;
  beforeEach(async () => {
    served = await serveRecovery();
  });
  afterEach(() => served.close());

  const send = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${served.origin}${path}`, {
      ...{ method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) },
    });
  const typesName = (from: string, more: Record<string, string> = {}) =>
    send('/recover', { name: 'jane@acme.example', kind: 'reset', ...more }, { 'x-forwarded-for': from });
  const cookieOf = (response: Response): string => response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  const formIn = (html: string): string => /name="form" value="([^"]+)"/.exec(html)?.[1] ?? '';

  it('take thirty names at once from one /64, then say when the next one is let in; another network is not kept waiting', async () => {
    for (let nth = 0; nth < 30; nth += 1) expect((await typesName(`2001:db8:1:2::${nth}`)).status).toBe(303);
    const waiting = await typesName('2001:db8:1:2:ffff::1');
    const seconds = Number(waiting.headers.get('retry-after'));
    expect([waiting.status, waiting.headers.get('refresh')]).toEqual([429, `${seconds}; url=/recover/wait`]);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(3);
    expect(await waiting.text()).toContain('This page goes on by itself');
    expect((await typesName('2001:db8:1:3::1')).status).toBe(303);
    expect((await typesName('203.0.113.9')).status).toBe(303);
    expect(served.memory.names).toHaveLength(32);
  });

  it('let nobody in by asking again before the turn, nor by a look of a scanner', async () => {
    served.memory.crowdedMs = 60_000;
    const cookie = cookieOf(await typesName('203.0.113.9'));
    served.memory.crowdedMs = undefined;
    const early = await fetch(`${served.origin}/recover/wait`, { redirect: 'manual', headers: { cookie } });
    expect(early.status).toBe(429);
    await fetch(`${served.origin}/recover/wait`, { method: 'HEAD', headers: { cookie } });
    expect(served.memory.names).toEqual([]);
  });

  it('take what a browser has computed once: the second name takes the slow lane', async () => {
    const html = await (await fetch(`${served.origin}/recover`)).text();
    const [, work = '', bits = ''] = /data-work="([^"]+)" data-bits="(\d+)"/.exec(html) ?? [];
    let worked = 0;
    const begins = (n: number) => createHash('sha256').update(`${work}:${n}`).digest().readUInt32BE(0);
    while (begins(worked) >>> (32 - Number(bits)) !== 0) worked += 1;
    await typesName('203.0.113.9', { work, worked: String(worked) });
    await typesName('203.0.113.9', { work, worked: String(worked) });
    await typesName('203.0.113.9', { work, worked: '' });
    expect(served.memory.lanes).toEqual(['usual', 'slow', 'slow']);
  });

  it('give a new session at each first page, and a new value of the cookie after each code', async () => {
    const [one, two] = [cookieOf(await typesName('203.0.113.9')), cookieOf(await typesName('203.0.113.9'))];
    const html = await (await fetch(`${served.origin}/recover/code`, { headers: { cookie: one } })).text();
    const form = formIn(html);
    const wrong = await send('/recover/code', { form, code: '111111' }, { cookie: one });
    const right = await send('/recover/code', { form, code: rightCode }, { cookie: cookieOf(wrong) });
    const values = [one, two, cookieOf(wrong), cookieOf(right)];
    expect(new Set(values).size).toBe(4);
    expect(new Set(values.map((value) => value.length)).size).toBe(1);
    expect(right.headers.get('location')).toBe('/recover/next');
    // The form of one session is worth nothing in another.
    expect((await send('/recover/code', { form, code: rightCode }, { cookie: two })).status).toBe(409);
    // Nor is a cookie from before the right code.
    const older = await fetch(`${served.origin}/recover/next`, { redirect: 'manual', headers: { cookie: one } });
    expect(older.headers.get('location')).toBe('/recover/code');
  });

  it('lead from the first page to the last try of this browser, however far it came, and only there', async () => {
    const start = async (cookie = ''): Promise<string> =>
      (await fetch(`${served.origin}/recover`, { headers: { cookie } })).text();
    const leads = 'Go to your last try';
    expect(await start()).not.toContain(leads);
    expect(await start('latchkey_recover=made-up')).not.toContain(leads);
    served.memory.crowdedMs = 60_000;
    const waiting = cookieOf(await typesName('203.0.113.9'));
    served.memory.crowdedMs = undefined;
    const asked = cookieOf(await typesName('203.0.113.9'));
    const html = await (await fetch(`${served.origin}/recover/code`, { headers: { cookie: asked } })).text();
    const proven = cookieOf(await send('/recover/code', { form: formIn(html), code: rightCode }, { cookie: asked }));
    for (const [cookie, to] of [
      [waiting, '/recover/wait'],
      [asked, null],
      [proven, '/recover/next'],
    ] as const) {
      expect(await start(cookie)).toContain(`href="/recover/code">${leads}`);
      const led = await fetch(`${served.origin}/recover/code`, { redirect: 'manual', headers: { cookie } });
      expect(led.headers.get('location')).toBe(to);
    }
  });

  it('keep the cookie to this path, this site and this browser', async () => {
    const [set = ''] = (await typesName('203.0.113.9')).headers.getSetCookie();
    expect(set).toMatch(/^latchkey_recover=[\w.-]+; Max-Age=(?:899|900); Path=\/recover; HttpOnly; SameSite=Strict$/);
  });

  it.each([
    ['from another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['of another origin', { origin: 'https://evil.example' }, 403],
    ['of another type', { 'content-type': 'text/plain' }, 415],
  ])('take no form %s', async (_, headers, status) => {
    for (const path of ['/recover', '/recover/code', '/recover/resend', '/recover/again', '/recover/next'])
      expect([path, (await send(path, { name: 'jane@acme.example' }, headers)).status]).toEqual([path, status]);
    expect(served.memory.names).toEqual([]);
  });

  it('take no form that is longer than any of ours', async () =>
    expect((await send('/recover', { name: 'x'.repeat(5_000) })).status).toBe(413));

  it('log no name, no code and no cookie', async () => {
    const cookie = cookieOf(await typesName('203.0.113.9'));
    const html = await (
      await fetch(`${served.origin}/recover/code?login_hint=eve%40acme.example`, { headers: { cookie } })
    ).text();
    await send('/recover/code', { form: formIn(html), code: '765432' }, { cookie });
    const logged = served.lines.join('\n');
    expect(logged).toContain('/recover/code');
    for (const secret of ['jane', 'acme.example', '765432', cookie.slice(20, 60)]) expect(logged).not.toContain(secret);
  });
});
