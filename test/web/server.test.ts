import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { openRequest } from '../adapters/open-request.ts';
import { createStandIn, liveToken } from './stand-in.ts';

const open: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function listening(change: Parameters<typeof createStandIn>[0] = {}) {
  const standIn = await createStandIn(change);
  open.push(standIn.server);
  const url = await standIn.server.listen({ host: '127.0.0.1', port: 0 });
  return { ...standIn, url, port: Number(new URL(url).port) };
}

/** The server's answer to bytes that no regular client would send. */
const raw = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer));
  });

describe('the address of a visitor', () => {
  it('is not taken from X-Forwarded-For where no proxy is trusted, and the operator is told once', async () => {
    const { server, lines } = await createStandIn({ trustProxy: [], visitsPerMinute: 2 });
    const visit = (address: string) =>
      server.inject({ url: `/go/${liveToken}`, headers: { 'x-forwarded-for': address } });
    const statuses = [];
    for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3'])
      statuses.push((await visit(address)).statusCode);
    expect(statuses).toEqual([200, 200, 429]);
    expect(lines.filter((line) => line.includes('web.proxy.untrusted'))).toHaveLength(1);
  });
});

describe('every answer tells the browser to load, frame, keep and pass on nothing', () => {
  for (const url of [`/go/${liveToken}`, '/go/x', '/healthz', '/metrics', '/nowhere', '/go/%zz', '/']) {
    it(url.slice(0, 10), async () => {
      const { server } = await createStandIn();
      const { headers } = await server.inject(url);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-robots-tag': 'noindex, nofollow',
        'strict-transport-security': 'max-age=31536000',
      });
      const policy = String(headers['content-security-policy']).split(';');
      expect(policy).toEqual([
        "default-src 'none'",
        expect.stringMatching(/^style-src 'sha256-[A-Za-z0-9+/=]{44}'$/),
        expect.stringMatching(/^script-src 'sha256-[A-Za-z0-9+/=]{44}'$/),
        'img-src data:',
        "form-action 'self' https://acme.eu.auth0.com",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]);
      expect(headers['set-cookie']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
    });
  }

  it('but asks for https only where that is what people reach', async () => {
    const { server } = await createStandIn({ publicUrl: 'http://127.0.0.1:3000' });
    expect((await server.inject('/healthz')).headers['strict-transport-security']).toBeUndefined();
  });

  it('and names every host to which tickets lead', async () => {
    const { server } = await createStandIn({
      auth0Origin: 'http://127.0.0.1:4001',
      ticketOrigins: ['https://acme.eu.auth0.com'],
    });
    const policy = String((await server.inject('/healthz')).headers['content-security-policy']);
    expect(policy).toContain("form-action 'self' http://127.0.0.1:4001 https://acme.eu.auth0.com;");
  });
});

describe('the operator’s probes', () => {
  it('alive and ready', async () => {
    const { server } = await createStandIn();
    expect((await server.inject('/healthz')).json()).toEqual({ ok: true });
    const ready = await server.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([
      200,
      { ok: true, parts: { database: 'ok' }, checks: { 'auth0.scopes': 'warning' } },
    ]);
  });

  it('not ready, naming the part', async () => {
    const { server } = await createStandIn({
      ready: async () => ({ ok: false, parts: { database: 'ok', auth0: 'failing' }, checks: {} }),
    });
    const ready = await server.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([
      503,
      { ok: false, parts: { database: 'ok', auth0: 'failing' }, checks: {} },
    ]);
    expect((await server.inject('/healthz')).statusCode).toBe(200);
  });

  it('not ready where nobody can tell', async () => {
    const { server } = await createStandIn({ ready: () => Promise.reject(new Error('gone')) });
    expect((await server.inject('/readyz')).statusCode).toBe(503);
  });

  it('metrics as Prometheus reads them', async () => {
    const { server } = await createStandIn();
    await server.inject(`/go/${liveToken}`);
    const metrics = await server.inject('/metrics');
    expect(metrics.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(metrics.body).toContain('latchkey_http_seconds_count{route="/go/:token",status="2xx"} 1');
  });
});

describe('where nothing answers', () => {
  it('people get a page and programs a word', async () => {
    const { server } = await createStandIn();
    const page = await server.inject({ url: '/nowhere', headers: { accept: 'text/html,*/*' } });
    expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect((await server.inject('/nowhere')).json()).toMatchObject({ error: 'not-found' });
  });

  it('our own mistake shows as a reference only, and the log has its cause', async () => {
    const { server, lines } = await createStandIn({
      plugins: [
        async (scope) => {
          scope.get('/broken/:token', async () => {
            throw new Error('the inner cause');
          });
        },
      ],
    });
    const page = await server.inject({ url: '/broken/planted', headers: { accept: 'text/html' } });
    const word = await server.inject('/broken/planted');
    expect([page.statusCode, word.statusCode]).toEqual([500, 500]);
    for (const answer of [page, word]) {
      expect(answer.body).toContain(String(answer.headers['x-request-id']));
      expect(answer.body).not.toMatch(/inner cause|planted/);
    }
    const log = lines.join('');
    expect(log).toContain('the inner cause');
    expect(log).toContain('"route":"/broken/:token"');
    expect(log).not.toContain('planted');
  });
});

describe('what nobody wanted', () => {
  const headers = { 'content-type': 'application/json', 'content-length': String(200 * 1024) };

  it.each([
    ['/nowhere', 404],
    ['/healthz', 404],
    ['/hooks/auth0', 401],
    [`/go/${liveToken}`, 413],
  ])(
    'is not read: a request to %s is answered before its body has come, and its connection ended',
    async (path, status) => {
      const { port } = await listening({ webhookSecret: 'hook-secret-1' });
      const askedAt = performance.now();
      const answer = await openRequest(port, path, headers).ended;
      // The hook would wait for a body for ten seconds.
      expect(performance.now() - askedAt).toBeLessThan(8_000);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*connection: close`, 'i'));
    },
  );

  it('is one line and then a number in the log', async () => {
    const { server, lines } = await createStandIn({ webhookSecret: 'hook-secret-1' });
    for (let nth = 0; nth < 10; nth += 1) {
      expect((await server.inject({ method: 'POST', url: '/hooks/auth0', payload: '{}' })).statusCode).toBe(401);
      expect((await server.inject(`/nowhere/${nth}`)).statusCode).toBe(404);
    }
    await server.close();
    const told = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'info' || level === 'warn');
    expect(told.map(({ event, because, times }) => [event, because, times])).toEqual([
      ['hook.refused', 'wrong-secret', undefined],
      ['web.refused', 'no-such-page', undefined],
      ...told.slice(2).map(({ event, because }) => [event, because, 9]),
    ]);
    expect(told).toHaveLength(4);
  });
});

it('a link that is none makes one line in the log however often it is visited, and one number', async () => {
  const { server, lines } = await createStandIn();
  for (let n = 0; n < 10; n += 1) {
    expect((await server.inject({ url: `/go/made-up-${n}` })).statusCode).toBe(404);
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await server.inject({ method: 'POST', url: `/go/${liveToken}`, headers })).statusCode).toBe(403);
    const long = { 'content-length': '20000' };
    expect((await server.inject({ method: 'POST', url: `/go/${liveToken}`, headers: long })).statusCode).toBe(413);
  }
  await server.close();
  const told = lines.map((text) => JSON.parse(text)).filter(({ level }) => level !== 'debug');
  expect(told.map(({ event, because, times }) => [event, because, times])).toEqual([
    ['web.refused', 'dead-link', undefined],
    ['web.refused', 'foreign', undefined],
    ['web.refused', 'too-large', undefined],
    ['web.refused', 'dead-link', 9],
    ['web.refused', 'foreign', 9],
    ['web.refused', 'too-large', 9],
  ]);
});

it('the log shows the route, its answer and a name of our own for the request', async () => {
  const { server, lines } = await createStandIn();
  const answer = await server.inject({ url: `/go/${liveToken}`, headers: { 'x-request-id': 'planted\nname' } });
  const line = lines.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'answered');
  expect(line).toMatchObject({
    level: 'info',
    method: 'GET',
    route: '/go/:token',
    status: 200,
    request: answer.headers['x-request-id'],
  });
  expect(lines.join('')).not.toContain('planted');
});

it('platforms’ routes are not held back by the limit on visits', async () => {
  const plugin = async (scope: FastifyInstance) => void scope.post('/slack/events', async () => ({ ok: true }));
  const { server } = await createStandIn({ plugins: [plugin], visitsPerMinute: 1 });
  for (let n = 0; n < 50; n += 1) {
    expect((await server.inject({ method: 'POST', url: '/slack/events' })).statusCode).toBe(200);
  }
});

describe('over a real connection', () => {
  it('nonsense is answered with 400 and leaves nothing of itself in the log', async () => {
    const { port, lines } = await listening();
    const token = `${'P'.repeat(22)}.${'q'.repeat(43)}`;
    expect(await raw(port, `GET /go/${token} HTTP/1.1\r\nHost: a\r\nBad header planted@example.com\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect(await raw(port, `planted@example.com /go/${token}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(port, `GET /go/${token}?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431/,
    );
    expect(lines.join('')).not.toMatch(/planted|qqqq/);
  });

  it('the Host header decides nothing', async () => {
    const { port } = await listening();
    const answer = await raw(
      port,
      `GET /go/${liveToken} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(answer).not.toContain('evil.example');
  });

  it('closing waits for what is under way and lets idle connections go', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let entered = () => {};
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const slow = async (scope: FastifyInstance) =>
      void scope.get('/slow', async () => {
        entered();
        await held;
        return { ok: true };
      });
    const { server, url } = await listening({ plugins: [slow] });
    await (await fetch(`${url}/healthz`)).text();
    const answer = fetch(`${url}/slow`);
    await inside;
    const closed = server.close();
    release();
    expect((await answer).status).toBe(200);
    await closed;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});
