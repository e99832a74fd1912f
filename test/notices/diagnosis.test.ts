// What the operator's doctor says about the mail server: one planted fault a case, and the remedy that it names.
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/doctor/check.ts';
import { createMailChecks } from '../../src/notices/diagnosis.ts';
import type { MailOptions } from '../../src/notices/mail.ts';
import { titled } from '../skipped-reporter.ts';
import {
  certificateMissing,
  createTestMail,
  login,
  type MailServerBehaviour,
  makeCertificate,
  refusal,
  startMailServer,
  trust,
} from './mail-server.ts';

describe.skipIf(certificateMissing !== undefined)(titled('the doctor at the mail server', certificateMissing), () => {
  const closers: (() => PromiseLike<void> | void)[] = [];
  const certificate = makeCertificate();
  beforeAll(() => trust(certificate));
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function look(behaviour: MailServerBehaviour = {}, options: Partial<MailOptions> = {}) {
    const server = await startMailServer({ ...certificate, ...behaviour });
    const { mail } = createTestMail(server.port, options);
    closers.push(
      () => mail.close(),
      () => server[Symbol.asyncDispose](),
    );
    const findings = (await Promise.all(createMailChecks(mail).map((check) => check.run()))).flat();
    return { findings, server };
  }
  const wrong = (what: string, remedy: string): readonly Finding[] => [
    {
      ...{ check: 'mail.server', state: 'failed' },
      ...{ what: expect.stringContaining(what), remedy: expect.stringContaining(remedy) },
    },
  ];

  it.each([
    ['by STARTTLS', { tls: 'starttls' }, {}],
    ['with TLS from the start', { tls: 'implicit' }, { secure: true }],
  ] as const)('signs in %s, and sends nothing', async (_how, options, behaviour) => {
    const { findings, server } = await look(behaviour, options);
    expect(findings).toMatchObject([{ check: 'mail.server', state: 'ok' }]);
    expect([server.logins, server.delivered]).toEqual([[login.user], []]);
  });

  it('fails a login that is refused, and names neither user nor password', async () => {
    const { findings } = await look({}, { login: { user: login.user, password: 'another-password' } });
    expect(findings).toEqual(wrong('535 5.7.8', 'user name and password in SMTP_URL'));
    for (const secret of [login.user, login.password, 'another-password'])
      expect(JSON.stringify(findings)).not.toContain(secret);
  });

  it('fails a server without STARTTLS, to which nothing is said', async () => {
    const { findings, server } = await look({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
    expect(findings).toEqual(wrong('no STARTTLS', 'port 465'));
    expect(server.logins).toEqual([]);
  });

  it('fails a certificate that is for another host', async () => {
    const other = makeCertificate('DNS:elsewhere.test');
    trust(other);
    const { findings } = await look(other);
    expect(findings).toEqual(wrong('ERR_TLS_CERT_ALTNAME_INVALID', 'as its certificate does'));
  });

  it('fails a certificate that nobody vouches for', async () => {
    const { findings } = await look(makeCertificate());
    expect(findings).toEqual(wrong('SELF_SIGNED', 'NODE_EXTRA_CA_CERTS'));
  });

  it('fails a host at which nobody listens', async () => {
    const { findings } = await look({}, { port: 9 });
    expect(findings).toEqual(wrong('ECONNREFUSED', 'host and port in SMTP_URL'));
  });

  it('stops no server: recovery works without mail', async () => {
    const { findings } = await look({ loginAnswer: () => refusal(535, '5.7.8 wrong') });
    expect(findings.map(({ state, stopsReady }) => [state, stopsReady])).toEqual([['failed', undefined]]);
  });

  it('waits for a slow server longer than a probe does', async () => {
    const server = await startMailServer({ ...certificate });
    const { mail } = createTestMail(server.port, { checkWithinMs: 0 });
    closers.push(
      () => mail.close(),
      () => server[Symbol.asyncDispose](),
    );
    expect((await mail.check()).ok).toBe(false);
    expect((await mail.look()).ok).toBe(true);
  });
});
