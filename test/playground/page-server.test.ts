// The page's server: it serves only this machine's browser, and refuses unexpected requests.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../../playground/page/server.ts';
import { startPlayground } from './page-visit.ts';

describe('The page’s server', () => {
  let playground: Page;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(() => playground.close());

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${playground.url}/api/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('listens on loopback only', () => {
    expect(playground.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(playground.world().productUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('sends the page with a policy that lets nothing in from elsewhere', async () => {
    const answer = await fetch(playground.url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(await answer.text()).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });

  it('gives no file that is not the page’s own', async () => {
    for (const path of ['/../server.ts', '/%2e%2e/server.ts', '/server.ts', '/package.json'])
      expect((await fetch(`${playground.url}${path}`)).status, path).toBe(404);
  });

  it('refuses requests of other pages, and under other names', async () => {
    const act = { act: 'lock', user: 'U0JANE' };
    expect((await post(act, { origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await post(act, { 'content-type': 'text/plain' })).status).toBe(400);
    expect(playground.world().auth0.control.user('auth0|65f2a7c10d3be94a1c5e0a01').locked).toBe(false);
    expect((await post(act)).status).toBe(200);
    expect(playground.world().auth0.control.user('auth0|65f2a7c10d3be94a1c5e0a01').locked).toBe(true);
  });

  it.each([
    ['{'],
    [{}],
    [{ act: 'lock', user: 'U0NOBODY' }],
    [{ act: 'pass', minutes: 7 }],
    [{ act: 'eval', code: '1' }],
    [{ act: 'teams-say', user: 'U0JANE', place: '19:elsewhere@thread.tacv2', text: 'unlock' }],
    [
      {
        act: 'teams-press',
        user: 'U0JANE',
        conversation: 'a:1',
        message: '1',
        action: { type: 'Action.Http', title: '' },
      },
    ],
  ])('answers what it does not understand with 400: %j', async (body) => {
    expect((await post(body)).status).toBe(400);
  });

  it('a press on what has gone meanwhile is nobody’s mistake', async () => {
    const surface = { kind: 'modal', viewId: 'V0GONE' };
    const answer = await post({ act: 'press', user: 'U0JANE', surface, blockId: 'b', actionId: 'a' });
    expect(await answer.json()).toEqual({ ok: true });
  });

  it('a press on a card that has gone meanwhile is nobody’s mistake, and reaches nobody', async () => {
    const sent = playground.world().teams.control.deliveries.length;
    const action = { type: 'Action.Execute', title: 'Approve', verb: 'approve' };
    const where = { conversation: '19:helpdesk@thread.tacv2;messageid=1', message: '1' };
    const answer = await post({ act: 'teams-press', user: 'U0JANE', ...where, action, inputs: {} });
    expect(await answer.json()).toEqual({ ok: true });
    expect(playground.world().teams.control.deliveries.length).toBe(sent);
  });

  it('sends the renderer of cards as its package built it', async () => {
    const answer = await fetch(`${playground.url}/adaptivecards.js`);
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    expect(await answer.text()).toContain('AdaptiveCards');
  });

  it('escapes nothing away: what people type reaches the page as they typed it', async () => {
    await post({ act: 'say', user: 'U0SAM', channel: 'D0SAM', text: '<img src=x onerror=alert(1)> & so on' });
    const answer = await fetch(`${playground.url}/api/events`);
    const reader = answer.body?.getReader();
    let read = '';
    while (reader !== undefined && !read.includes('so on')) {
      const { value, done } = await reader.read();
      if (done) break;
      read += new TextDecoder().decode(value);
    }
    await reader?.cancel();
    expect(read).toContain('<img src=x onerror=alert(1)>');
  });
});
