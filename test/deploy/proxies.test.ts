// The samples for reverse proxies: what they forward, what they keep to themselves, and that no secret address is in their logs.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../playground/free-port.ts';
import { titled } from '../skipped-reporter.ts';
import { read, root } from './files.ts';

const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find((path) => existsSync(path));
const nginxMissing = nginx === undefined ? 'no nginx' : undefined;
const caddyMissing = spawnSync('caddy', ['version']).status === 0 ? undefined : 'no caddy';
const forwarded = [
  '/',
  '/slack/events',
  '/api/messages',
  '/hooks/auth0',
  '/go/secret',
  '/enrol',
  '/enrol/secret/add',
  '/rest/openapi.json',
  '/recover',
  '/recover/code',
];
const kept = ['/readyz', '/healthz', '/metrics', '/metrics/', '/anything', '/goat'];

/** The same of every proxy. `ask`: calls it from outside. */
function forwardsWhatIsForOutside(ask: (path: string) => Promise<Response>): void {
  it.each(forwarded)('forwards %s, and says who called', async (path) => {
    const answer = await ask(path);
    expect(await answer.json()).toEqual({ path, from: '127.0.0.1' });
  });

  it.each(kept)('keeps %s to itself', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });
}

async function ends(folder: string, proxy: ChildProcess | undefined, upstream: Server | undefined): Promise<void> {
  proxy?.kill('SIGTERM');
  upstream?.close();
  upstream?.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
}

describe.skipIf(nginxMissing !== undefined)(titled('nginx', nginxMissing), () => {
  let folder = '';
  let port = 0;
  let upstreamPort = 0;
  let proxy: ChildProcess | undefined;
  let upstream: Server | undefined;
  const ask = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { host: 'latchkey.acme.example' } });
  const logs = (): string =>
    ['access.log', 'error.log'].map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-nginx-'));
    [port, upstreamPort] = [await freePort(), await freePort()];
    // Without TLS and with other ports; all else as it stands in the file.
    const [, secure = ''] = read('deploy/nginx/latchkey.conf')
      .split(/^server \{$/m)
      .slice(1);
    const site = `server {${secure}`
      .replace(/^ *listen 443 ssl;$/m, `listen 127.0.0.1:${port};`)
      .replace(/^ *(?:listen \[::\]|ssl_).*$/gm, '')
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${upstreamPort}`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (one) => `${one}_temp_path ${folder}/t;`,
    );
    await writeFile(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log info; events {}
       http { access_log ${folder}/access.log; ${temporary.join(' ')}\n${site}\n}`,
    );
    upstream = createServer((request, response) => {
      response.end(JSON.stringify({ path: request.url, from: request.headers['x-forwarded-for'] }));
    });
    await new Promise<void>((resolve) => upstream?.listen(upstreamPort, '127.0.0.1', resolve));
    proxy = spawn(nginx ?? '', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
    await vi.waitFor(async () => expect((await ask('/')).status).toBe(200), { timeout: 60_000 });
  });
  afterAll(() => ends(folder, proxy, upstream));

  forwardsWhatIsForOutside(ask);

  it('has no secret address in its logs, also when Latchkey does not answer', async () => {
    upstream?.closeAllConnections();
    await new Promise<void>((resolve) => void upstream?.close(() => resolve()));
    for (const path of ['/go/a-secret', '/enrol/a-secret', '/hooks/auth0']) expect((await ask(path)).status).toBe(502);
    await expect.poll(logs).toMatch(/connect\(\) failed.*hooks/);
    expect(logs()).toContain('GET /slack/events');
    expect(logs()).not.toMatch(/secret/);
  });

  it('reads the whole file', () => {
    const site = join(folder, 'whole.conf');
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=latchkey.acme.example'],
      ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
    ]);
    expect(made.status).toBe(0);
    const text = read('deploy/nginx/latchkey.conf')
      .replace('/etc/ssl/latchkey.acme.example.pem', join(folder, 'cert.pem'))
      .replace('/etc/ssl/private/latchkey.acme.example.key', join(folder, 'key.pem'));
    return writeFile(site, `pid ${folder}/pid2; events {} http { access_log off;\n${text}\n}`).then(() => {
      const { status, stderr } = spawnSync(nginx ?? '', ['-t', '-p', folder, '-c', site], { encoding: 'utf8' });
      expect({ status, stderr }).toMatchObject({ status: 0 });
    });
  });
});

describe.skipIf(caddyMissing !== undefined)(titled('Caddy', caddyMissing), () => {
  const file = read('deploy/caddy/Caddyfile');
  let folder = '';
  let port = 0;
  let proxy: ChildProcess | undefined;
  let upstream: Server | undefined;
  let log = '';
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-caddy-'));
    port = await freePort();
    const upstreamPort = await freePort();
    // Without TLS and with other ports; all else as it stands in the file.
    const site = file
      .replace(/^\{$/m, '{\n  admin off')
      .replace(/^latchkey\.acme\.example \{$/m, `http://127.0.0.1:${port} {\n  bind 127.0.0.1`)
      .replace('127.0.0.1:3000', `127.0.0.1:${upstreamPort}`);
    await writeFile(join(folder, 'Caddyfile'), site);
    upstream = createServer((request, response) => {
      // As the press on a link: on to the ticket at Auth0.
      if (request.url === '/go/press') response.writeHead(303, { location: 'https://acme.example/?ticket=a-secret' });
      response.end(JSON.stringify({ path: request.url, from: request.headers['x-forwarded-for'] }));
    });
    await new Promise<void>((resolve) => upstream?.listen(upstreamPort, '127.0.0.1', resolve));
    proxy = spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    });
    proxy.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    await vi.waitFor(async () => expect((await ask('/')).status).toBe(200), { timeout: 60_000 });
  });
  afterAll(() => ends(folder, proxy, upstream));

  forwardsWhatIsForOutside(ask);

  it('has no secret address in its logs, also when Latchkey does not answer', async () => {
    const pressed = await fetch(`http://127.0.0.1:${port}/go/press`, {
      ...{ redirect: 'manual', headers: { referer: 'https://latchkey.acme.example/go/a-secret' } },
    });
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, expect.stringContaining('a-secret')]);
    upstream?.closeAllConnections();
    await new Promise<void>((resolve) => void upstream?.close(() => resolve()));
    for (const path of ['/go/a-secret', '/enrol/a-secret', '/enrol/a-secret/add?with=a-secret', '/hooks/auth0'])
      expect((await ask(path)).status).toBe(502);
    await expect.poll(() => log).toMatch(/http\.log\.error.*connection refused.*\/hooks\/auth0/);
    await expect.poll(() => log).toMatch(/http\.log\.access.*\/hooks\/auth0/);
    expect(log).toContain('"uri":"/go/…"');
    expect(log).toContain('"uri":"/slack/events"');
    expect(log).not.toMatch(/secret/);
  });

  it('reads the whole file', () => {
    const args = ['adapt', '--adapter', 'caddyfile', '--config', join(root, 'deploy/caddy/Caddyfile')];
    const { status, stderr } = spawnSync('caddy', args, { encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });
});

it('installing.md shows what stands in the files', () => {
  const bare = (text: string): string => text.replace(/^ +/gm, '');
  const installing = read('docs/installing.md');
  const shown = [...installing.matchAll(/^```(nginx|caddyfile)\n([\s\S]*?)^```$/gm)];
  expect(shown.map(([, language]) => language)).toEqual(['nginx', 'caddyfile']);
  const files = { nginx: 'deploy/nginx/latchkey.conf', caddyfile: 'deploy/caddy/Caddyfile' };
  for (const [, language, text = ''] of shown)
    expect(bare(read(language === 'nginx' ? files.nginx : files.caddyfile))).toContain(bare(text));
});
