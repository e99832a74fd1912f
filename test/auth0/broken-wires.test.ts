// Connections that hang, break or are never established. On real sockets: only they show how Node's fetch reacts.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport } from '../../src/auth0/transport.ts';
import { stopwatch } from '../cpu-time.ts';
import { answerOf, createPorts, failureOf, jane, startTenant } from './tenant.ts';

const servers: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
});

/** A server that does this with a connection once a request has arrived. */
async function serverThat(does: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => does(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push({ server, sockets });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function exchangeWith(baseUrl: string, timeoutMs = 2_000) {
  const transport = createTransport({ domain: 'acme.test', baseUrl, timeoutMs });
  return transport('https://acme.test/x', { method: 'POST', body: '{}' });
}

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

describe('a connection that', () => {
  it('is never answered ends at the deadline and may have been heard', async () => {
    const url = await serverThat(() => undefined);
    expect(await exchangeWith(url, 60)).toMatchObject({ is: 'broken', how: 'timeout' });
  });

  it('stops in the middle of the answer ends at the deadline too', async () => {
    const url = await serverThat((socket) => socket.write(`${head}content-length: 100\r\n\r\n{"a":`));
    expect(await exchangeWith(url, 60)).toMatchObject({ is: 'broken', how: 'timeout' });
  });

  it('trickles for ever ends at the deadline', async () => {
    const url = await serverThat((socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
      const timer = setInterval(() => socket.write('1\r\n \r\n'), 10);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await exchangeWith(url, 80)).toMatchObject({ is: 'broken', how: 'timeout' });
  });

  it('is reset may have been heard', async () => {
    const url = await serverThat((socket) => socket.resetAndDestroy());
    expect(await exchangeWith(url)).toMatchObject({ is: 'broken', how: 'cut', code: 'ECONNRESET' });
  });

  it('closes without a word may have been heard', async () => {
    const url = await serverThat((socket) => socket.end());
    expect(await exchangeWith(url)).toMatchObject({ is: 'broken', how: 'cut' });
  });

  it('closes in the middle of the answer may have been heard', async () => {
    const url = await serverThat((socket) => socket.end(`${head}content-length: 100\r\n\r\n{"a":`));
    expect(await exchangeWith(url)).toMatchObject({ is: 'broken', how: 'cut' });
  });

  it('speaks no HTTP may have been heard', async () => {
    const url = await serverThat((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    expect(await exchangeWith(url)).toMatchObject({ is: 'broken', how: 'cut' });
  });

  it('never stands was certainly not heard', async () => {
    const url = await serverThat(() => undefined);
    const { server } = servers.splice(0)[0] ?? {};
    server?.close();
    expect(await exchangeWith(url)).toEqual({ is: 'broken', how: 'unsent', code: 'ECONNREFUSED' });
  });

  it('leads to no host was certainly not heard', async () => {
    expect(await exchangeWith('http://nowhere.invalid')).toMatchObject({ is: 'broken', how: 'unsent' });
  });

  it('brings more than anybody can want is cut off', async () => {
    const url = await serverThat((socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
      const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
      for (let each = 0; each < 40; each += 1) socket.write(chunk);
    });
    expect(await exchangeWith(url)).toMatchObject({ is: 'broken', how: 'too-large' });
  });

  it('brings a page beyond any sensible size has brought no answer of Auth0', async () => {
    const url = await serverThat((socket) => {
      socket.write('HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
      for (let each = 0; each < 40; each += 1) socket.write(chunk);
    });
    expect(await exchangeWith(url)).toMatchObject({ is: 'answer', status: 403, isJson: false });
  });

  it('was given up before it began leaves nothing', async () => {
    const transport = createTransport({ domain: 'acme.test', baseUrl: 'http://127.0.0.1:1', timeoutMs: 50 });
    expect(await transport('https://acme.test/x', { signal: AbortSignal.abort() })).toMatchObject({ how: 'unsent' });
  });
});

describe('a redirect', () => {
  it('is not followed, since it would carry the secret elsewhere', async () => {
    let visited = false;
    const elsewhere = await serverThat(() => {
      visited = true;
    });
    const url = await serverThat((socket) =>
      socket.end(`HTTP/1.1 307 Temporary Redirect\r\nlocation: ${elsewhere}/\r\ncontent-length: 0\r\n\r\n`),
    );
    expect(await exchangeWith(url)).toMatchObject({ is: 'answer', status: 307 });
    expect(visited).toBe(false);
  });
});

describe('the ports', () => {
  it('do not wait longer than their deadline, and say that it may have happened', async () => {
    await using tenant = await startTenant({ timeoutMs: 200 });
    await tenant.auth0.warmUp();
    tenant.emulator.control.faults.next({ path: /tickets/ }, { hang: true });
    const passedMs = stopwatch();
    expect(failureOf(await tenant.auth0.tickets.mint(jane.account, 600))).toMatchObject({
      kind: 'unreachable',
      mayHaveHappened: true,
      cause: 'ticket-mint: no answer in time',
    });
    expect(passedMs()).toBeLessThan(2_000);
  });

  it('count a slow token into the same deadline', async () => {
    await using tenant = await startTenant({ timeoutMs: 300 });
    tenant.emulator.control.faults.set({ latencyMs: 200 });
    const passedMs = stopwatch();
    expect(failureOf(await tenant.auth0.directory.match(jane.workEmail, jane.actor))).toMatchObject({
      kind: 'unreachable',
    });
    expect(passedMs()).toBeLessThan(395);
  });

  it('know that nothing happened where nobody listens', async () => {
    const { auth0 } = createPorts({ baseUrl: 'http://127.0.0.1:1' });
    expect(failureOf(await auth0.tickets.mint(jane.account, 600))).toMatchObject({
      kind: 'unreachable',
      mayHaveHappened: false,
    });
  });

  it('treat a code whose check was lost as one that may be spent', async () => {
    await using tenant = await startTenant();
    const since = tenant.clock.now();
    answerOf(await tenant.auth0.codes.send(jane.account, jane.emailRef));
    const code = tenant.emulator.control.lastCodeTo(jane.email) ?? '';
    tenant.emulator.control.faults.next({ path: /oauth\/token/ }, { lose: true });
    const lost = await tenant.auth0.codes.check(jane.account, jane.emailRef, code, since);
    expect(failureOf(lost)).toMatchObject({ kind: 'unreachable', mayHaveHappened: true });
  });

  it('take megabytes for no answer', async () => {
    await using tenant = await startTenant();
    tenant.emulator.control.faults.next({ path: /users-by-email/ }, { status: 200, body: ' '.repeat(2_100_000) });
    expect(failureOf(await tenant.auth0.directory.match(jane.workEmail, jane.actor))).toMatchObject({
      kind: 'malformed',
    });
  });

  it('come back when Auth0 does', async () => {
    await using tenant = await startTenant();
    tenant.emulator.control.faults.set({ mode: 'down' });
    expect(failureOf(await tenant.auth0.check())).toMatchObject({ kind: 'unreachable' });
    await tenant.auth0.warmUp();
    tenant.emulator.control.calm();
    expect((await tenant.auth0.check()).ok).toBe(true);
    expect(answerOf(await tenant.auth0.directory.match(jane.workEmail, jane.actor))).toMatchObject({ is: 'account' });
  });
});
