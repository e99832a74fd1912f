// The mail that goes out: encrypted or not at all, one address a message, and what each refusal of a server means.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Failure, Outcome } from '../../src/flows/outcome.ts';
import { stopwatch } from '../cpu-time.ts';
import { titled } from '../skipped-reporter.ts';
import {
  certificateMissing,
  createTestMail,
  login,
  type MailServer,
  type MailServerBehaviour,
  makeCertificate,
  message,
  refusal,
  startMailServer,
  trust,
} from './mail-server.ts';

function failureOf(outcome: Outcome<unknown>): Failure {
  if (outcome.ok) throw new Error('expected a failure');
  return outcome.failure;
}

describe.skipIf(certificateMissing !== undefined)(titled('mail', certificateMissing), () => {
  const trusted = certificateMissing === undefined ? makeCertificate() : { key: '', cert: '' };
  beforeAll(() => trust(trusted));

  const open: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
  });

  async function server(behaviour: MailServerBehaviour = {}): Promise<MailServer> {
    const started = await startMailServer({ ...trusted, ...behaviour });
    open.push(started);
    return started;
  }

  function mailTo(port: number, options: Parameters<typeof createTestMail>[1] = {}) {
    const made = createTestMail(port, options);
    open.push({ [Symbol.asyncDispose]: async () => made.mail.close() });
    return made;
  }

  /** A server that only does what `talk` says. */
  async function rawServer(talk: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const raw: Server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      talk(socket);
    });
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
    open.push({
      [Symbol.asyncDispose]: () => {
        for (const socket of sockets) socket.destroy();
        return new Promise((resolve) => raw.close(() => resolve()));
      },
    });
    return (raw.address() as AddressInfo).port;
  }

  describe('is delivered', () => {
    it.each([
      ['by STARTTLS', { tls: 'starttls' }, {}],
      ['by TLS from the start', { tls: 'implicit' }, { secure: true }],
    ] as const)('%s, after a login', async (_how, options, behaviour) => {
      const { delivered, logins, port } = await server(behaviour);
      const { mail, observed } = mailTo(port, options);
      expect(await mail.send(message())).toEqual({ ok: true, value: undefined });
      expect(delivered).toMatchObject([{ from: 'no-reply@acme.test', to: ['jane.doe@gmail.test'], isEncrypted: true }]);
      expect(logins).toEqual([login.user]);
      expect(observed).toEqual(['send ok']);
    });

    it('without a login where none is set', async () => {
      const { delivered, logins, port } = await server({ authOptional: true });
      const { mail } = mailTo(port, { isAnonymous: true });
      expect((await mail.send(message())).ok).toBe(true);
      expect([delivered.length, logins.length]).toEqual([1, 0]);
    });

    it('in clear to a trial’s server on this machine', async () => {
      const { delivered, port } = await server({ disabledCommands: ['STARTTLS'], authOptional: true });
      const { mail } = mailTo(port, { tls: 'none', isAnonymous: true });
      expect((await mail.send(message())).ok).toBe(true);
      expect(delivered).toMatchObject([{ isEncrypted: false }]);
    });

    it('with the time of our clock, its own id, and the mark of a machine', async () => {
      const { delivered, port } = await server();
      await mailTo(port).mail.send(message());
      const [{ raw } = { raw: '' }] = delivered;
      const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
      expect(head).toContain('From: Latchkey <no-reply@acme.test>\r\n');
      expect(head).toContain('To: jane.doe@gmail.test\r\n');
      expect(head).toContain('Message-ID: <abc-DEF_123@acme.test>\r\n');
      expect(head).toContain('Date: Mon, 02 Mar 2026 08:45:30 +0000\r\n');
      expect(head).toContain('Auto-Submitted: auto-generated\r\n');
      expect(head).toContain('X-Auto-Response-Suppress: All\r\n');
      expect(head).not.toMatch(/^(?:X-Mailer|List-|Cc|Bcc|Reply-To)/im);
    });

    it('several over one connection', async () => {
      const { delivered, connections, port } = await server();
      const { mail } = mailTo(port);
      for (const to of ['a@one.test', 'b@two.test', 'c@three.test']) await mail.send(message({ to }));
      expect(delivered.map(({ to }) => to)).toEqual([['a@one.test'], ['b@two.test'], ['c@three.test']]);
      expect(connections()).toBe(1);
    });
  });

  describe('never leaves', () => {
    it('where the server does not offer STARTTLS: no login, no address', async () => {
      const { delivered, logins, port } = await server({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
      const failure = failureOf(await mailTo(port).mail.send(message()));
      expect(failure).toMatchObject({ kind: 'unreachable', retry: 'later', mayHaveHappened: false });
      expect(failure.cause).toContain('no STARTTLS');
      expect([delivered.length, logins.length]).toEqual([0, 0]);
    });

    it('where somebody in between takes STARTTLS out of the answer, and that passes when they are gone', async () => {
      const seen: string[] = [];
      const port = await rawServer((socket) => {
        socket.write('220 mail.test ESMTP\r\n');
        socket.on('data', (data) => {
          seen.push(String(data));
          if (/^EHLO/.test(String(data))) socket.write('250-mail.test\r\n250 AUTH PLAIN LOGIN\r\n');
          else socket.write('250 ok\r\n');
        });
      });
      expect(failureOf(await mailTo(port).mail.send(message()))).toMatchObject({ kind: 'unreachable', retry: 'later' });
      expect(seen.join('')).not.toMatch(/AUTH|MAIL FROM|gmail/);
    });

    it.each([
      ['starttls', false],
      ['implicit', true],
    ] as const)('with a certificate that nobody vouches for: %s', async (tls, secure) => {
      const { delivered, logins, port } = await server({ ...makeCertificate(), secure });
      const failure = failureOf(await mailTo(port, { tls }).mail.send(message()));
      expect(failure).toMatchObject({ kind: 'unreachable', retry: 'later', mayHaveHappened: false });
      expect(failure.cause).toContain('SELF_SIGNED');
      expect([delivered.length, logins.length]).toEqual([0, 0]);
    });

    it('to the right certificate for another host', async () => {
      const other = makeCertificate('DNS:mail.elsewhere.test');
      trust(other);
      const { delivered, port } = await server(other);
      const failure = failureOf(await mailTo(port).mail.send(message()));
      expect(failure).toMatchObject({ cause: 'mail: ERR_TLS_CERT_ALTNAME_INVALID', mayHaveHappened: false });
      expect(delivered).toEqual([]);
    });
  });

  it('goes to one address, and what looks like two goes to none', async () => {
    const { delivered, connections, port } = await server();
    const { mail } = mailTo(port);
    for (const to of [
      'jane@gmail.test,mallory@evil.test',
      'jane@gmail.test, mallory@evil.test',
      'jane@gmail.test\r\nBcc: mallory@evil.test',
      'jane@gmail.test\nmallory@evil.test',
      'jane@gmail.test;mallory@evil.test',
      'mallory@evil.test <jane@gmail.test>',
      '"mallory@evil.test," jane@gmail.test',
      '',
    ])
      expect(failureOf(await mail.send(message({ to })))).toMatchObject({ kind: 'refused', retry: 'never' });
    expect(connections()).toBe(0);
    await mail.send(message());
    expect(delivered).toHaveLength(1);
  });

  it('takes no header from a subject or a sender’s name', async () => {
    const { delivered, port } = await server();
    const sender = { name: 'Latchkey\r\nBcc: mallory@evil.test', address: 'no-reply@acme.test' };
    const { mail } = mailTo(port, { sender });
    await mail.send(message({ subject: 'Acme\r\nBcc: mallory@evil.test\r\n\r\nA body of their own' }));
    expect(delivered[0]?.to).toEqual(['jane.doe@gmail.test']);
    expect(delivered[0]?.raw).not.toMatch(/^(?:Bcc|A body of their own)/im);
  });

  it('reads no file and no URL for a message', async () => {
    const { delivered, port } = await server();
    const { mail } = mailTo(port);
    const html = '<img src="file:///etc/hostname"><img src="http://127.0.0.1:9/x.png">';
    expect((await mail.send(message({ html, text: '/etc/hostname' }))).ok).toBe(true);
    expect(delivered[0]?.raw.match(/Content-Type: /g)).toHaveLength(3);
  });

  it('goes to addresses beyond ASCII where the server takes them, and its domain is written as DNS has it', async () => {
    const { delivered, port } = await server();
    const { mail } = mailTo(port);
    await mail.send(message({ to: 'jane@münchen.test' }));
    await mail.send(message({ to: 'jörg@acme.test' }));
    expect(delivered.map(({ to }) => to)).toEqual([['jane@münchen.test'], ['jörg@acme.test']]);
    expect(delivered[0]?.raw).toContain('To: jane@xn--mnchen-3ya.test\r\n');
  });

  describe('that is not taken', () => {
    const refused: readonly (readonly [what: string, behaviour: MailServerBehaviour, expected: Partial<Failure>])[] = [
      [
        'mailbox does not exist',
        { to: () => refusal(550, '5.1.1 no') },
        { kind: 'refused', retry: 'never', cause: 'mail: 550 5.1.1 RCPT' },
      ],
      [
        'message is spam',
        { data: () => refusal(554, '5.7.1 no') },
        { kind: 'refused', retry: 'never', cause: 'mail: 554 5.7.1 DATA' },
      ],
      [
        'mailbox is full',
        { to: () => refusal(452, '4.2.2 full') },
        { kind: 'unreachable', retry: 'later', mayHaveHappened: false },
      ],
      [
        'server is greylisting',
        { to: () => refusal(450, '4.7.1 later') },
        { kind: 'rate-limited', retry: 'later', retryAfterMs: 60_000 },
      ],
      ['server has enough of us', { from: () => refusal(421, '4.7.0 slow') }, { kind: 'rate-limited', retry: 'later' }],
      ['server counts messages', { data: () => refusal(454, 'Throttling') }, { kind: 'rate-limited', retry: 'later' }],
      [
        'server is ill',
        { data: () => refusal(451, '4.3.0 ill') },
        { kind: 'unreachable', retry: 'later', mayHaveHappened: false },
      ],
      [
        'sender is not ours',
        { from: () => refusal(553, '5.7.1 not yours') },
        { kind: 'misconfigured', retry: 'never' },
      ],
      ['login is demanded', { from: () => refusal(530, '5.7.0 log in') }, { kind: 'misconfigured', retry: 'never' }],
      [
        'login does not work now',
        { loginAnswer: () => refusal(454, '4.7.0 ill') },
        { kind: 'unreachable', retry: 'later' },
      ],
      [
        'login is wrong',
        { loginAnswer: () => refusal(535, '5.7.8 no') },
        { kind: 'misconfigured', retry: 'later', cause: 'mail: 535 5.7.8 AUTH' },
      ],
      ['session is out of order', { to: () => refusal(503, '5.5.1 order') }, { kind: 'unreachable', retry: 'later' }],
    ];
    it.each(refused)('because the %s keeps its meaning', async (_what, behaviour, expected) => {
      const { delivered, port } = await server(behaviour);
      expect(failureOf(await mailTo(port).mail.send(message()))).toMatchObject(expected);
      expect(delivered).toEqual([]);
    });

    it('because the password is wrong names the setting, and not the password', async () => {
      const { port } = await server();
      const wrong = { user: login.user, password: 'planted-password' };
      const { mail, lines } = mailTo(port, { login: wrong });
      const failure = failureOf(await mail.send(message()));
      expect(failure).toMatchObject({
        kind: 'misconfigured',
        retry: 'later',
        remedy: expect.stringContaining('SMTP_URL'),
      });
      await mail.check();
      expect(`${JSON.stringify(failure)}${lines.join('')}`).not.toMatch(/planted|mailer@|gmail/);
    });

    it('says nothing of what the server wrote: it may hold the address', async () => {
      const { port } = await server({ to: (address) => refusal(550, `5.1.1 <${address}> planted`) });
      const { mail, lines } = mailTo(port);
      const failure = failureOf(await mail.send(message()));
      expect(`${JSON.stringify(failure)}${lines.join('')}`).not.toMatch(/planted|gmail|jane/);
    });

    it('because nobody listens', async () => {
      const { port, ...started } = await startMailServer(trusted);
      await started[Symbol.asyncDispose]();
      const failure = failureOf(await mailTo(port).mail.send(message()));
      expect(failure).toEqual({
        kind: 'unreachable',
        retry: 'later',
        mayHaveHappened: false,
        cause: 'mail: ECONNREFUSED',
      });
    });

    it('because no such host exists', async () => {
      const failure = failureOf(await mailTo(25, { host: 'mail.invalid' }).mail.send(message()));
      expect(failure).toMatchObject({ kind: 'unreachable', retry: 'later', mayHaveHappened: false });
    });

    const silences: readonly (readonly [what: string, talk: (socket: Socket) => void])[] = [
      ['says nothing', () => undefined],
      ['falls silent after its greeting', (socket) => void socket.write('220 mail.test ESMTP\r\n')],
      [
        'never comes to an end',
        (socket) => {
          socket.write('220 mail.test ESMTP\r\n');
          const drip = setInterval(() => socket.write('250-mail.test\r\n'), 20);
          socket.on('close', () => clearInterval(drip));
        },
      ],
    ];
    it.each(silences)('because the server %s: no longer than the deadline', async (_what, talk) => {
      const port = await rawServer(talk);
      const passedMs = stopwatch();
      const failure = failureOf(await mailTo(port, { timeoutMs: 400 }).mail.send(message()));
      expect(failure).toMatchObject({ kind: 'unreachable', retry: 'later', cause: 'mail: timeout' });
      expect(passedMs()).toBeLessThan(2_000);
    });

    it('because the server hangs up on each: it is tried once, and repeating is the caller’s', async () => {
      let connections = 0;
      const port = await rawServer((socket) => {
        connections += 1;
        socket.end();
      });
      expect(failureOf(await mailTo(port).mail.send(message()))).toMatchObject({ kind: 'unreachable', retry: 'later' });
      expect(connections).toBe(1);
    });
  });

  describe('the check', () => {
    it('logs in, and sends nothing', async () => {
      const { delivered, logins, port } = await server();
      const { mail, observed } = mailTo(port);
      expect(await mail.check()).toEqual({ ok: true, value: undefined });
      expect([delivered.length, logins.length]).toEqual([0, 1]);
      expect(observed).toEqual(['login ok']);
    });

    it('asks once in five minutes while all is well', async () => {
      let at = 0;
      const { logins, port } = await server();
      const { mail } = mailTo(port, { now: () => at });
      for (at of [0, 1_000, 299_000]) await mail.check();
      expect(logins).toHaveLength(1);
      at = 301_000;
      await mail.check();
      expect(logins).toHaveLength(2);
    });

    it('asks once in two minutes after a wrong login, so that no account is locked', async () => {
      let at = 0;
      const { logins, port } = await server();
      const { mail, lines } = mailTo(port, { now: () => at, login: { user: login.user, password: 'wrong' } });
      for (at of [0, 1_000, 119_000]) expect((await mail.check()).ok).toBe(false);
      expect(logins).toHaveLength(1);
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({
        event: 'mail.unavailable',
        failure: { kind: 'misconfigured', cause: 'mail: 535 5.7.8 AUTH' },
      });
      at = 121_000;
      await mail.check();
      expect(logins).toHaveLength(2);
    });

    it('says when the server lets us in again', async () => {
      let at = 0;
      let isIll = true;
      const { port } = await server({ loginAnswer: () => (isIll ? refusal(454, '4.7.0 ill') : undefined) });
      const { mail, lines } = mailTo(port, { now: () => at });
      await mail.warmUp();
      isIll = false;
      at = 121_000;
      await mail.check();
      expect(lines.map((line) => JSON.parse(line).event)).toEqual(['mail.unavailable', 'mail.available']);
    });

    it('keeps no probe waiting, and asks a silent server once at a time', async () => {
      let connections = 0;
      const port = await rawServer(() => {
        connections += 1;
      });
      const { mail } = mailTo(port, { timeoutMs: 20_000, checkWithinMs: 300 });
      const passedMs = stopwatch();
      const answers = await Promise.all([mail.check(), mail.check()]);
      expect(passedMs()).toBeLessThan(2_000);
      expect(answers.map(failureOf)).toMatchObject([{ cause: 'mail: timeout' }, { cause: 'mail: timeout' }]);
      await mail.check();
      expect(connections).toBe(1);
    });

    it('of a server that never comes to an end is over at the deadline, and asks again later', async () => {
      let at = 0;
      let connections = 0;
      const port = await rawServer((socket) => {
        connections += 1;
        socket.write('220 mail.test ESMTP\r\n');
        const drip = setInterval(() => socket.write('250-mail.test\r\n'), 20);
        socket.on('close', () => clearInterval(drip));
      });
      const { mail } = mailTo(port, { now: () => at, timeoutMs: 300 });
      expect(failureOf(await mail.check())).toMatchObject({ cause: 'mail: timeout' });
      at = 121_000;
      await mail.check();
      expect(connections).toBe(2);
    });
  });

  it('NODE_EXTRA_CA_CERTS lets a certificate authority of the company vouch for the server', async () => {
    const own = makeCertificate();
    const { delivered, port } = await server(own);
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-mail-'));
    const file = join(folder, 'ca.pem');
    writeFileSync(file, own.cert);
    const harness = new URL('mail-server.ts', import.meta.url).pathname;
    const script = `
      import { createTestMail, message } from ${JSON.stringify(harness)};
      const { mail } = createTestMail(${port});
      console.log((await mail.send(message())).ok);
      mail.close();`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      env: { PATH: process.env['PATH'] ?? '', NODE_EXTRA_CA_CERTS: file },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect((await text(child.stdout)).trim()).toBe('true');
    expect(delivered).toHaveLength(1);
    rmSync(folder, { recursive: true, force: true });
  });
});
