// Bodies on a real server: limits on length, duration and number at once.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type BodyRead, createBodyReader } from '../../src/inbound/request-body.ts';
import { openRequest } from '../adapters/open-request.ts';

const kilobyte = 1_024;
let close = async (): Promise<void> => undefined;
afterEach(() => close());

/** Records for each request how its body ended, in the order in which that became known. */
async function reading(limits: Partial<Parameters<typeof createBodyReader>[0]> = {}) {
  const bodies = createBodyReader({
    bytesAtMost: 64 * kilobyte,
    totalBytesAtMost: 128 * kilobyte,
    withinMs: 10_000,
    // All requests are equally old, unless a test lets time pass.
    now: () => 0,
    ...limits,
  });
  const became: (readonly [string, BodyRead])[] = [];
  const waiting: (() => void)[] = [];
  let came = 0;
  const server = createServer(async (request, response) => {
    const coming = bodies.read(request);
    came += 1;
    for (const look of waiting.splice(0)) look();
    const read = await coming;
    became.push([String(request.headers['x-name']), read]);
    for (const look of waiting.splice(0)) look();
    response.writeHead(read.ok ? 200 : read.status, { connection: 'close' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return {
    send: (name: string, body: Buffer, length: number | 'unsaid' = body.length) => {
      const said = length === 'unsaid' ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(length) };
      return openRequest(port, '/', { 'x-name': name, ...said }, body);
    },
    /** Resolves when this many are being read, or have been. */
    async begun(count: number) {
      while (came < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async until(count: number) {
      while (became.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
      return became.map(([name, read]) => [name, read.ok ? read.body.length : read.because]);
    },
  };
}

describe('a body', () => {
  it('comes as it was sent, in however many pieces', async () => {
    const { send, until } = await reading();
    const { socket } = send('pieces', Buffer.from('a'), 3_000);
    for (let nth = 1; nth < 3_000; nth += 1) socket.write('b');
    expect(await until(1)).toEqual([['pieces', 3_000]]);
  });

  it('that says it is too long is not begun, one that does not say is not ended', async () => {
    const { send, until } = await reading();
    send('said', Buffer.from('a'), 65 * kilobyte);
    expect(await until(1)).toEqual([['said', 'too-large']]);
    const { socket } = send('unsaid', Buffer.alloc(0), 'unsaid');
    socket.write(`${(65 * kilobyte).toString(16)}\r\n${'x'.repeat(65 * kilobyte)}\r\n`);
    expect((await until(2))[1]).toEqual(['unsaid', 'too-large']);
  });

  it('that dribbles in has so long and no longer', async () => {
    const { send, until } = await reading({ withinMs: 60 });
    const { socket, ended } = send('slow', Buffer.from('a'), 60_000);
    socket.setNoDelay(true);
    const dribble = setInterval(() => socket.write('b'), 5);
    expect(await until(1)).toEqual([['slow', 'slow']]);
    clearInterval(dribble);
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('whose sender goes away is forgotten', async () => {
    const { send, until } = await reading();
    const { socket } = send('gone', Buffer.alloc(10 * kilobyte), 20 * kilobyte);
    await once(socket, 'connect');
    socket.end();
    expect(await until(1)).toEqual([['gone', 'cut-off']]);
  });
});

describe('bodies that are under way', () => {
  it('hold no more than so much together: whoever holds the most goes first, and a small one comes through', async () => {
    const { send, until } = await reading({ totalBytesAtMost: 16 * kilobyte });
    // The longest is refused as soon as its headers arrive; the others hold a few bytes each, and would never end.
    send('long', Buffer.from('a'), 8 * kilobyte);
    for (const name of ['first', 'second', 'third']) send(name, Buffer.from('a'), 3 * kilobyte);
    expect(await until(1)).toEqual([['long', 'crowded']]);
    send('whole', Buffer.alloc(kilobyte));
    expect((await until(2))[1]).toEqual(['whole', kilobyte]);
  });

  it('of the same length: whoever came first goes first', async () => {
    const { send, begun, until } = await reading({ totalBytesAtMost: 16 * kilobyte });
    for (const [nth, name] of ['first', 'second', 'third'].entries()) {
      send(name, Buffer.from('a'), 8 * kilobyte);
      await begun(nth + 1);
    }
    expect(await until(1)).toEqual([['first', 'crowded']]);
  });

  it('of many that each hold a little for long: a whole one that is larger than each of them comes through', async () => {
    let ms = 0;
    const { send, begun, until } = await reading({ totalBytesAtMost: 16 * kilobyte, now: () => ms });
    for (let nth = 1; nth <= 4; nth += 1) {
      send('held', Buffer.from('a'), 4 * kilobyte);
      await begun(nth);
    }
    ms = 1_000;
    send('whole', Buffer.alloc(12 * kilobyte));
    expect(await until(4)).toEqual([
      ['held', 'crowded'],
      ['held', 'crowded'],
      ['held', 'crowded'],
      ['whole', 12 * kilobyte],
    ]);
  });
});
