// What people other than Slack can make the product hold in memory or write to the log.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { type OpenRequest, openRequest, portOf } from '../open-request.ts';
import type { Strangers } from '../strangers-worker.ts';
import { type Scene, secret, setScene } from './scene.ts';

const nowSeconds = Date.parse('2026-03-02T10:43:00Z') / 1_000;
const megabyte = 1_024 * 1_024;
const json = { 'content-type': 'application/json' };
const looksSigned = {
  ...json,
  'x-slack-signature': `v0=${'0'.repeat(64)}`,
  'x-slack-request-timestamp': String(nowSeconds),
};
const signed = (body: string) => ({
  ...looksSigned,
  'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${nowSeconds}:${body}`).digest('hex')}`,
});

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** How much memory buffers hold after a garbage collection. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

let scene: Scene;
afterEach(() => scene.close());

describe('a request whose headers cannot be Slack’s', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['without a signature', json],
    ['with half of a signature', { ...looksSigned, 'x-slack-signature': 'v0=00' }],
    ['without a time', { ...json, 'x-slack-signature': looksSigned['x-slack-signature'] }],
    ['of an hour ago', { ...looksSigned, 'x-slack-request-timestamp': String(nowSeconds - 3_600) }],
    ['of tomorrow', { ...looksSigned, 'x-slack-request-timestamp': String(nowSeconds + 86_400) }],
    ['of a type that Slack never sends', { ...looksSigned, 'content-type': 'text/plain' }],
    ['longer than Slack’s ever are', { ...looksSigned, 'content-length': String(2 * megabyte) }],
    ['of a length that nobody says', { ...json, 'transfer-encoding': 'chunked' }],
  ])('is answered before any of its body has come, and its connection ended: %s', async (_what, headers) => {
    scene = await setScene();
    const length = 'transfer-encoding' in headers ? {} : { 'content-length': String(megabyte) };
    const { ended } = openRequest(portOf(scene.eventsUrl), '/slack/events', { ...length, ...headers });
    expect(await ended).toMatch(/^HTTP\/1\.1 4(?:00|01|13) [\s\S]*connection: close/i);
  });

  it('makes one line in the log however often it comes, and one number', async () => {
    scene = await setScene();
    const { eventsUrl, adapter, logged, jane } = scene;
    for (let nth = 0; nth < 100; nth += 1) {
      expect((await fetch(eventsUrl, { method: 'POST', headers: json, body: '{}' })).status).toBe(401);
      expect((await fetch(eventsUrl, { method: 'POST', headers: looksSigned, body: '{}' })).status).toBe(401);
    }
    expect(await jane.command('/unlock')).toMatchObject({ ok: true });
    await adapter.stop();
    const lines = logged.map((line) => JSON.parse(line)).filter(({ event }) => event === 'slack.refused');
    expect(lines.map(({ because, times }) => [because, times])).toEqual([
      ['unsigned', undefined],
      ['forged', undefined],
      ['unsigned', 99],
      ['forged', 99],
    ]);
  });
});

describe('four hundred requests that could be Slack’s, each with a megabyte that never ends', () => {
  it('hold a few megabytes together, and Slack’s own are answered meanwhile', async () => {
    scene = await setScene();
    const { eventsUrl, jane } = scene;
    const before = heldBytes();
    let most = 0;
    const look = setInterval(() => {
      most = Math.max(most, heldBytes() - before);
    }, 500);
    const workerData: Strangers = {
      ...{ port: portOf(eventsUrl), path: '/slack/events', count: 400, held: 20, bodyBytes: megabyte - 1 },
      headers: { ...looksSigned, 'content-length': String(megabyte) },
    };
    const strangers = new Worker(new URL('../strangers-worker.ts', import.meta.url), { workerData });
    try {
      // By then all but those that fit have been refused; each of the others has sent everything it will send.
      await once(strangers, 'message');
      expect(await jane.command('/unlock')).toMatchObject({ ok: true });
    } finally {
      clearInterval(look);
      most = Math.max(most, heldBytes() - before);
      strangers.postMessage('go');
      await once(strangers, 'exit');
    }
    // Eight megabytes of bodies, and what the buffers of four hundred sockets hold.
    expect(most).toBeLessThan(60 * megabyte);
  }, 120_000);
});

describe('two thousand requests that could be Slack’s, each of four kilobytes that never come', () => {
  it('fill the room, and a larger one of Slack’s own is answered all the same', async () => {
    scene = await setScene();
    const port = portOf(scene.eventsUrl);
    const room = (8 * megabyte) / 4_096;
    const held = { ...looksSigned, 'content-length': '4096' };
    const open: OpenRequest[] = [];
    const full = Promise.withResolvers<void>();
    while (open.length < room + 50) {
      const some = Array.from({ length: 100 }, () => openRequest(port, '/slack/events', held, Buffer.from('{')));
      await Promise.all(some.map(({ socket }) => once(socket, 'connect')));
      // Requests are refused only when the limit is reached.
      for (const { socket } of some) socket.once('data', () => full.resolve());
      open.push(...some);
    }
    await full.promise;
    const body = JSON.stringify({ type: 'url_verification', challenge: 'planted', more: 'x'.repeat(20_000) });
    const answer = await fetch(scene.eventsUrl, { method: 'POST', headers: signed(body), body });
    expect([answer.status, (await answer.text()).includes('planted')]).toEqual([200, true]);
    for (const { socket } of open) socket.destroy();
  }, 120_000);
});

describe('what Slack itself sends', () => {
  it('may be almost a megabyte', async () => {
    scene = await setScene();
    const body = JSON.stringify({ type: 'url_verification', challenge: 'planted', more: 'x'.repeat(900_000) });
    const answer = await fetch(scene.eventsUrl, { method: 'POST', headers: signed(body), body });
    expect([answer.status, (await answer.text()).includes('planted')]).toEqual([200, true]);
  });

  it.each([
    [10, 200],
    [megabyte, 413],
  ])(
    'may come in pieces without saying how many, up to a megabyte: %i bytes are answered with %i',
    async (more, status) => {
      scene = await setScene();
      const body = JSON.stringify({ type: 'url_verification', challenge: 'planted', more: 'x'.repeat(more) });
      const stream = new Blob([body]).stream();
      const init = { method: 'POST', headers: signed(body), body: stream, duplex: 'half' } as const;
      expect((await fetch(scene.eventsUrl, init)).status).toBe(status);
    },
  );
});
