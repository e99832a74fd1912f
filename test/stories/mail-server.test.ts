// What the operator sees of the mail server: /readyz, the log, and that nobody is kept from recovery by its trouble.
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { login, type MailServer, refusal, startMailServer } from '../notices/mail-server.ts';
import { startWorld, type World } from './world.ts';

const open: { readonly end: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.end();
});

/** A trial's server on this machine: without TLS, as a trial may have it. */
async function mailServer(behaviour: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> {
  const server = await startMailServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, ...behaviour });
  open.push({ end: async () => server[Symbol.asyncDispose]() });
  return server;
}

const urlOf = (port: number, pass = login.password): string =>
  `smtp://${login.user}:${encodeURIComponent(pass)}@127.0.0.1:${port}?from=Latchkey <no-reply@acme.test>`;

async function world(smtpUrl?: string): Promise<World> {
  const started = await startWorld(smtpUrl === undefined ? {} : { smtpUrl });
  open.push(started);
  return started;
}

async function ready({ url }: World): Promise<{ status: number; mail: unknown }> {
  let body: unknown;
  const status = async (): Promise<number> => {
    const answer = await fetch(`${url}/readyz`);
    body = await answer.json();
    return answer.status;
  };
  await expect.poll(status, { timeout: 120_000 }).toBe(200);
  const parts = typeof body === 'object' && body !== null && 'parts' in body ? body.parts : undefined;
  const mail = typeof parts === 'object' && parts !== null && 'mail' in parts ? parts.mail : undefined;
  return { status: 200, mail };
}

describe('the mail server', () => {
  it('is no part of /readyz where there is none', async () => {
    expect(await ready(await world())).toEqual({ status: 200, mail: undefined });
  });

  it('is logged in to at the start, and /readyz says that it works', async () => {
    const server = await mailServer();
    const started = await world(urlOf(server.port));
    await expect.poll(() => server.logins).toEqual([login.user]);
    expect(await ready(started)).toEqual({ status: 200, mail: 'ok' });
    expect(server.logins).toHaveLength(1);
    const metrics = await (await fetch(`${started.url}/metrics`)).text();
    expect(metrics).toContain('latchkey_outside_call_seconds_count{system="mail",call="login",outcome="ok"} 1');
  });

  it('that does not let us in is named by /readyz and the log, takes nobody out of service, and its password is nowhere', async () => {
    const server = await mailServer({ loginAnswer: () => refusal(535, '5.7.8 no') });
    const started = await world(urlOf(server.port, 'planted-password'));
    await expect.poll(() => started.logged()).toContain('mail.unavailable');
    expect(await ready(started)).toEqual({ status: 200, mail: 'failing' });
    expect(started.logged()).toContain('Check the user name and password in SMTP_URL');
    expect(started.logged()).not.toMatch(/planted-password|mailer@/);
    expect(server.logins).toHaveLength(1);
  });

  it('that is silent keeps nobody from reading the rest of /readyz', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = z.object({ port: z.int() }).parse(silent.address());
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    open.push({
      end: async () => {
        for (const socket of sockets) socket.destroy();
        silent.close();
      },
    });
    expect(await ready(await world(urlOf(port)))).toEqual({ status: 200, mail: 'failing' });
  });
});
