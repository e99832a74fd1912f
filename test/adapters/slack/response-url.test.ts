// Where an answer to a press may be sent: Slack's own origin, and not where it redirects to.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResponseUrls } from '../../../src/adapters/slack/response-url.ts';

const body = { text: 'Approved.' };

/** A server that keeps the paths that were asked for. */
async function listening(answer: (path: string) => { readonly status: number; readonly location?: string }) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const { status, location } = answer(path);
    response.writeHead(status, location === undefined ? {} : { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, asked, port, url: `http://127.0.0.1:${port}` };
}

let slack: Awaited<ReturnType<typeof listening>>;
let stranger: Awaited<ReturnType<typeof listening>>;
const close = (server: Server) => new Promise((resolve) => server.close(resolve));
beforeEach(async () => {
  stranger = await listening(() => ({ status: 200 }));
  slack = await listening((path) =>
    path === '/moved' ? { status: 307, location: `${stranger.url}/steal` } : { status: 200 },
  );
});
afterEach(() => Promise.all([close(slack.server), close(stranger.server)]));

const send = (url: string, apiUrl = `${slack.url}/api/`) => createResponseUrls(apiUrl).send(url, 'whisper', body);
const refused = { ok: false, failure: { kind: 'refused', cause: 'response-url-of-a-stranger' } };

describe('an answer to a press', () => {
  it('goes to the origin of Slack', async () => {
    expect(await send(`${slack.url}/answer`)).toMatchObject({ ok: true });
    expect(slack.asked).toEqual(['/answer']);
  });

  it.each([
    'https://hooks.slack.com.evil.test/actions/T1/2/3',
    'https://hooks.slack.com.evil/actions/T1/2/3',
    'https://hooks.slack.com@evil.test/actions/T1/2/3',
    'https://evil.test/https://hooks.slack.com/actions',
    'https://hooks.slack.com:8443/actions/T1/2/3',
    'http://hooks.slack.com/actions/T1/2/3',
    'https://slack.com/actions/T1/2/3',
    'hooks.slack.com',
    '',
  ])('goes to no address but Slack’s own: %s', async (url) => {
    expect(await send(url)).toMatchObject(refused);
  });

  it('goes to no address that only begins like Slack’s', async () => {
    // `http://127.0.0.1:4` begins `http://127.0.0.1:40123`.
    const shorter = `http://127.0.0.1:${String(stranger.port).slice(0, -1)}/api/`;
    expect(await send(`${stranger.url}/steal`, shorter)).toMatchObject(refused);
    expect(stranger.asked).toEqual([]);
  });

  it('follows no redirect', async () => {
    expect(await send(`${slack.url}/moved`)).toMatchObject({ ok: false });
    expect(slack.asked).toEqual(['/moved']);
    expect(stranger.asked).toEqual([]);
  });
});
