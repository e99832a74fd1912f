// Over which connections calls go out: through the operator's proxy, over TLS with the operator's certificate authority,
// and over connections that outlive a person's pause. Each in a process of its own, as `npm start` does it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { titled } from '../skipped-reporter.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-dispatcher-'));
const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening<S extends Server>(server: S): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Runs these lines in a new process after the dispatcher was set; returns what they print. */
async function inProcess(lines: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const dispatcher = fileURLToPath(new URL('../../src/outbound/dispatcher.ts', import.meta.url));
  const script = `
    import { useProxyAndKeepConnections } from ${JSON.stringify(dispatcher)};
    import { setTimeout as delay } from 'node:timers/promises';
    useProxyAndKeepConnections();
    const tell = (url) => fetch(url).then((r) => r.text(), (e) => e.cause?.code ?? e.cause?.message ?? e.message);
    ${lines}`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return (await text(child.stdout)).trim();
}

describe('a proxy for outgoing calls', () => {
  async function proxy() {
    const asked: string[] = [];
    const server = createHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end('through the proxy');
    });
    server.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    return { asked, url: `127.0.0.1:${await listening(server)}` };
  }

  it.each(['HTTPS_PROXY', 'https_proxy'])('is asked for every https address where %s is set', async (variable) => {
    const { asked, url } = await proxy();
    await inProcess(`await tell('https://acme.eu.auth0.test/api/v2/users');`, { [variable]: `http://${url}` });
    expect(asked).toEqual(['CONNECT acme.eu.auth0.test:443']);
  });

  it('gets the name and password of its address', async () => {
    const { asked, url } = await proxy();
    await inProcess(`await tell('https://slack.test/api/auth.test');`, {
      HTTPS_PROXY: `http://latchkey:secret@${url}`,
    });
    expect(asked).toEqual([`CONNECT slack.test:443 Basic ${Buffer.from('latchkey:secret').toString('base64')}`]);
  });

  it('is not asked for hosts in NO_PROXY', async () => {
    const { asked, url } = await proxy();
    const direct = createHttpServer((_, response) => response.end('direct'));
    const env = { HTTP_PROXY: `http://${url}`, NO_PROXY: '127.0.0.1' };
    const port = await listening(direct);
    expect(await inProcess(`console.log(await tell('http://127.0.0.1:${port}/'));`, env)).toBe('direct');
    expect(asked).toEqual([]);
  });

  it.each(['proxy.example:3128', 'socks5://proxy.example', 'none'])('that reads %s stops the start', (value) => {
    expect(() => readConfig({ HTTPS_PROXY: value })).toThrow(/HTTPS_PROXY is not the address of a proxy/);
    expect(() => readConfig({ HTTPS_PROXY: 'http://proxy.example:3128' })).not.toThrow(/HTTPS_PROXY/);
  });
});

describe('a connection', () => {
  it('is used again after a pause in which Node.js would have closed it', { timeout: 120_000 }, async () => {
    let connections = 0;
    const server = createHttpServer((_, response) => response.end('ok'));
    server.keepAliveTimeout = 0; // no hint: what then happens is for the client to decide
    server.on('connection', () => (connections += 1));
    const url = `http://127.0.0.1:${await listening(server)}/`;
    await inProcess(`await tell('${url}'); await delay(7_000); await tell('${url}'); process.exit();`);
    expect(connections).toBe(1);
  });

  it('is not used again after the time that the server names', { timeout: 120_000 }, async () => {
    let connections = 0;
    const server = createHttpServer((_, response) => response.end('ok'));
    server.keepAliveTimeout = 2_000; // sent to the client as `Keep-Alive: timeout=2`
    server.on('connection', () => (connections += 1));
    const url = `http://127.0.0.1:${await listening(server)}/`;
    const spoken = `await tell('${url}'); await delay(1_900); console.log(await tell('${url}')); process.exit();`;
    expect(await inProcess(spoken)).toBe('ok');
    expect(connections).toBe(2);
  });
});

const missing = spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl';

describe.skipIf(missing !== undefined)(titled('NODE_EXTRA_CA_CERTS', missing), () => {
  it('lets a certificate authority of the company vouch for a server, and without it the server is refused', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...names,
    ];
    expect(spawnSync('openssl', made).status).toBe(0);
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
      response.end('ok'),
    );
    const lines = `console.log(await tell('https://127.0.0.1:${await listening(server)}/')); process.exit();`;
    expect(await inProcess(lines, { NODE_EXTRA_CA_CERTS: cert })).toBe('ok');
    expect(await inProcess(lines)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    rmSync(folder, { recursive: true, force: true });
  });
});
