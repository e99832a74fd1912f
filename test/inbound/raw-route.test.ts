// Routes that read their own bodies, on a real server: what they refuse, what they log, and when their answer was sent.
import { once } from 'node:events';
import { connect } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createReceiver as createSlackReceiver } from '../../src/adapters/slack/receiver.ts';
import { createReceiver as createTeamsReceiver } from '../../src/adapters/teams/receiver.ts';
import { createPriorityQueue } from '../../src/concurrency/priority-queue.ts';
import { answerSent, createRawRoutes } from '../../src/inbound/raw-route.ts';

const limits = { bytesAtMost: 16, totalBytesAtMost: 64 * 1024, withinMs: 10_000 };
let server: FastifyInstance;
afterEach(() => server.close());

function kept() {
  const lines: Record<string, unknown>[] = [];
  const counted: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const refusals = { note: (because: string) => void counted.push(because), stop: () => undefined };
  return { lines, counted, log, refusals };
}

async function start(plugin: FastifyPluginAsync): Promise<string> {
  server = Fastify({ forceCloseConnections: true });
  await server.register(plugin);
  return server.listen({ host: '127.0.0.1', port: 0 });
}

async function startRoute(handle: (body: Buffer) => string) {
  const { lines, counted, log, refusals } = kept();
  const routes = createRawRoutes<'stranger'>(limits, refusals);
  const url = await start(async (scope) => {
    routes.mount(scope, log, 'test.failed');
    scope.post('/', async (request, reply) => {
      if (request.headers['x-stranger'] !== undefined) return routes.refuse(request, reply, 401, 'stranger');
      const body = await routes.read(request, reply);
      return body === undefined ? reply : reply.send(handle(body));
    });
  });
  const send = async (body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { method: 'POST', body, headers });
    return { status: response.status, text: await response.text() };
  };
  return { lines, counted, send };
}

describe('a route that reads its own body', () => {
  it('gets the bytes', async () => {
    const { send, counted } = await startRoute((body) => `got ${body}`);
    expect(await send('some bytes')).toEqual({ status: 200, text: 'got some bytes' });
    expect(counted).toEqual([]);
  });

  it.each([
    ['is too long', 'x'.repeat(17), {}, 413, 'too-large'],
    ['is refused by the route', 'x', { 'x-stranger': '1' }, 401, 'stranger'],
  ])('counts what %s, and answers with nothing but a status', async (_how, body, headers, status, because) => {
    const { send, counted, lines } = await startRoute(() => 'taken');
    expect(await send(body, headers)).toEqual({ status, text: '' });
    expect([counted, lines]).toEqual([[because], []]);
  });

  it('counts what the server itself cannot read', async () => {
    const { send, counted, lines } = await startRoute(() => {
      throw Object.assign(new Error('odd'), { statusCode: 415 });
    });
    expect(await send('x')).toEqual({ status: 415, text: '' });
    expect([counted, lines]).toEqual([['unreadable'], []]);
  });

  it('logs a fault of ours by its name, and says nothing of it in the answer', async () => {
    const { send, counted, lines } = await startRoute(() => {
      throw new TypeError('secret detail');
    });
    expect(await send('x')).toEqual({ status: 500, text: '' });
    expect(counted).toEqual([]);
    expect(lines).toMatchObject([{ level: 50, event: 'test.failed', error: 'TypeError' }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});

describe('a fault of ours while a request is looked at', () => {
  const broken = (): never => {
    throw new RangeError('inside');
  };
  const never = () => Promise.reject(new Error('not reached'));
  const receivers: readonly [string, string, (parts: ReturnType<typeof kept>) => FastifyPluginAsync, string][] = [
    [
      'Slack',
      '/slack/events',
      ({ log, refusals }) =>
        createSlackReceiver({
          ...{ log, refusals },
          verifier: { admitHeaders: broken, admit: broken, forget: () => undefined },
          installed: { known: () => undefined },
          heard: { unfitting: () => undefined, fitting: () => undefined },
        }).plugin,
      'slack.delivery.failed',
    ],
    [
      'Teams',
      '/api/messages',
      ({ log, refusals }) =>
        createTeamsReceiver({
          ...{ log, refusals, receive: never, priorityQueue: createPriorityQueue() },
          verifier: { admitBearer: broken, admitBody: broken },
          library: { process: never, clientFor: never, follow: async () => undefined },
        }),
      'teams.activity.failed',
    ],
  ];

  it.each(receivers)(
    'of %s is logged, and answered with a status and nothing else',
    async (_name, path, make, event) => {
      const parts = kept();
      const url = await start(make(parts));
      const response = await fetch(url + path, { method: 'POST', body: '{}' });
      expect([response.status, await response.text()]).toEqual([500, '']);
      expect(parts.lines).toMatchObject([{ level: 50, event, error: 'RangeError' }]);
    },
  );
});

describe('whether an answer was sent', () => {
  /** The route answers once the test has set it free. `asksLate`: it asks only after the connection is gone. */
  async function answering(asksLate = false) {
    const came = Promise.withResolvers<void>();
    const free = Promise.withResolvers<void>();
    const found = Promise.withResolvers<boolean>();
    const url = await start(async (scope) => {
      scope.get('/', async (_request, reply) => {
        if (asksLate) await once(reply.raw, 'close');
        void answerSent(reply).then(found.resolve);
        came.resolve();
        await free.promise;
        return reply.send('ok');
      });
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    return { came: came.promise, free: free.resolve, found: found.promise, socket };
  }

  it('is true where it was', async () => {
    const { came, free, found, socket } = await answering();
    await came;
    free();
    expect(await found).toBe(true);
    socket.destroy();
  });

  it('is false where the other side has closed the connection', async () => {
    const { came, found, socket } = await answering();
    await came;
    socket.destroy();
    expect(await found).toBe(false);
  });

  it('is false where the other side had closed the connection before', async () => {
    const { came, found, socket } = await answering(true);
    await once(socket, 'connect');
    setImmediate(() => socket.destroy());
    await came;
    expect(await found).toBe(false);
  });
});
