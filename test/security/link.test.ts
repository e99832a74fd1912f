// The link opens one thing, for one press, while the person wants it. Attacks on each of these three rules.
import { request } from 'node:http';
import { describe, expect } from 'vitest';
import { opens, pressesContinue } from '../stories/browser.ts';
import { eventually } from '../stories/chat.ts';
import { janesAccount } from '../stories/people.ts';
import { slack as platform } from '../stories/platform.ts';
import { type Scene, story } from '../stories/story.ts';
import { submitsForm, windowOf } from './forgery.ts';

const button = 'Choose a new password';
const samsEmail = 'sam.agent@home.example.net';
const tickets = ({ auth0 }: Scene) => auth0.requests.filter(({ path }) => path.includes('/tickets/'));

async function getsLink({ proves, chat }: Scene, who: 'jane' | 'sam' = 'jane'): Promise<string> {
  const person = chat(who);
  await (who === 'jane' ? proves('reset-password') : proves('reset-password', person, samsEmail));
  await person.reads(button);
  return person.linkOf(button) ?? 'no link';
}

/** User agents as published or seen in logs. What counts is that crawlers open every link, often, and first. */
const agents = [
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 SafeLinks',
  'Mozilla/5.0 (compatible; Proofpoint URL Defense)',
  'Mimecast-URL-Scanner/1.0',
];

/** `fetch` does not allow choosing the Host header. */
const asks = (url: string, method: string, headers: Record<string, string>) =>
  new Promise<{ status: number; head: string; body: string }>((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          head: JSON.stringify(response.headers),
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });

describe('a link', () => {
  story(platform, 'that scanners looked at fifty times first still opens once, and signs nobody in', async (scene) => {
    const link = await getsLink(scene);
    const looks = await Promise.all(
      agents.flatMap((agent) =>
        Array.from({ length: 10 }, (_, nth) =>
          fetch(link, { method: nth % 2 === 0 ? 'GET' : 'HEAD', headers: { 'user-agent': agent }, redirect: 'manual' }),
        ),
      ),
    );
    expect(looks).toHaveLength(50);
    for (const look of looks) {
      expect(look.status).toBe(200);
      expect(look.headers.get('set-cookie')).toBeNull();
      await look.arrayBuffer();
    }
    expect(tickets(scene)).toEqual([]);
    const pressed = await pressesContinue(link);
    expect(pressed.status).toBe(303);
    expect(pressed.headers.get('set-cookie')).toBeNull();
    expect(tickets(scene)).toHaveLength(1);
    expect((await pressesContinue(link)).status).toBe(404);
  });

  story(platform, 'is built from PUBLIC_URL, whatever Host the requests name', async (scene) => {
    const { jane, world, code, getsCode } = scene;
    const lies = { host: 'evil.test', 'x-forwarded-host': 'evil.test', forwarded: 'host=evil.test;proto=https' };
    await getsCode('reset-password');
    const answer = await submitsForm(world, 'jane', windowOf(world, 'jane'), code(), { headers: lies });
    expect(answer.body).not.toContain('evil.test');
    await jane.reads(button);
    const link = jane.linkOf(button) ?? '';
    expect(link.startsWith(`${world.url}/go/`)).toBe(true);
    const page = await asks(link, 'GET', lies);
    expect(page).toMatchObject({ status: 200 });
    expect(page.head + page.body).not.toContain('evil.test');
    const pressed = await asks(link, 'POST', lies);
    expect(pressed).toMatchObject({ status: 303 });
    expect(pressed.head).not.toContain('evil.test');
    expect(pressed.head).toContain(world.auth0.url);
  });

  story(platform, 'of one request is not opened by the mark of another', async (scene) => {
    const janes = await getsLink(scene);
    const sams = await getsLink(scene, 'sam');
    const crossed = `${janes.slice(0, janes.lastIndexOf('.'))}${sams.slice(sams.lastIndexOf('.'))}`;
    for (const url of [crossed, `${janes}A`, janes.slice(0, -1), `${janes}.${janes.slice(-43)}`]) {
      expect((await opens(url)).status).toBe(404);
      expect((await pressesContinue(url)).status).toBe(404);
    }
    expect(tickets(scene)).toEqual([]);
    await scene.opensTicket(janes);
    await scene.opensTicket(sams);
    expect(tickets(scene).map(({ body }) => body)).toMatchObject([{ user_id: janesAccount }, {}]);
  });

  story(platform, 'whose ticket is being fetched when she says "It wasn\'t me" leads nowhere', async (scene) => {
    const { jane, auth0 } = scene;
    const link = await getsLink(scene);
    auth0.faults.set({ latencyMs: 600 });
    const pressing = pressesContinue(link);
    await eventually(
      () => (auth0.requests.at(-1)?.status === 0 ? true : undefined),
      () => 'nobody asks Auth0',
    );
    await jane.pressesInMessage("It wasn't me");
    const pressed = await pressing;
    expect(pressed).toMatchObject({ status: 404, location: undefined });
    auth0.faults.set({ latencyMs: 0 });
    await jane.reads('this wasn');
    expect((await pressesContinue(link)).status).toBe(404);
    await jane.closesWindow();
    await jane.asks('reset-password');
    await jane.sees('Password resets and unlocks for your account are paused');
  });

  story(platform, 'may be neither framed, kept, passed on nor scripted, alive or dead', async (scene) => {
    const live = await getsLink(scene);
    for (const url of [live, `${live}A`, `${scene.world.url}/go/`, `${scene.world.url}/`]) {
      for (const method of ['GET', 'POST'] as const) {
        const { headers } = await fetch(url, { method, redirect: 'manual' });
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('referrer-policy')).toBe('no-referrer');
        expect(headers.get('x-frame-options')).toBe('DENY');
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        const policy = headers.get('content-security-policy') ?? '';
        expect(policy).toContain("default-src 'none'");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toMatch(/unsafe|\*/);
      }
    }
  });
});
