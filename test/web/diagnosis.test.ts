// What the operator's doctor says about PUBLIC_URL: one planted fault a case, and the remedy that it names.
import { randomBytes } from 'node:crypto';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import fastify from 'fastify';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/doctor/check.ts';
import { instant } from '../../src/flows/ids.ts';
import { createSigningKeys } from '../../src/signing-keys.ts';
import { type AddressDiagnosis, createAddressChecks } from '../../src/web/diagnosis.ts';
import { answerHeader, answerTo, createQuestion, questionHeader } from '../../src/web/self-proof.ts';
import { certificateMissing, makeCertificate, trust } from '../notices/mail-server.ts';
import { titled } from '../skipped-reporter.ts';
import { createStandIn } from './stand-in.ts';

const secretKey = randomBytes(32);
const keys = createSigningKeys([secretKey]);
const now = Date.now();
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function ours(proofKeys = keys): Promise<string> {
  const { server } = await createStandIn({ proofKeys });
  closers.push(() => server.close());
  return server.listen({ host: '127.0.0.1', port: 0 });
}

type Set = Partial<Pick<AddressDiagnosis, 'resolve' | 'keys'>> & {
  readonly publicUrl: string;
  readonly isServing?: boolean;
  readonly days?: number;
};

async function findings({
  publicUrl,
  isServing = true,
  days = 0,
  ...more
}: Set): Promise<ReadonlyMap<string, Finding>> {
  const checks = createAddressChecks({
    own: { publicUrl, isServing: async () => isServing },
    ...{ keys, clock: { now: () => instant(now + days * 24 * 3600 * 1000) } },
    ...more,
  });
  const all = await Promise.all(checks.map((check) => check.run()));
  for (const one of all.flat())
    if (one.state === 'failed' || one.state === 'warning') expect(one.remedy?.length).toBeGreaterThan(10);
  return new Map(all.flat().map((one) => [one.check, one]));
}

describe('the doctor at the public address', () => {
  it('recognises this installation, whatever other keys it has too', async () => {
    const url = await ours(createSigningKeys([randomBytes(32), secretKey]));
    const found = await findings({ publicUrl: url });
    expect(found.get('address.answer')).toMatchObject({ state: 'ok' });
  });

  it('fails another installation of Latchkey at this address', async () => {
    const found = await findings({ publicUrl: await ours(createSigningKeys([randomBytes(32)])) });
    expect(found.get('address.answer')).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('not this installation'),
      remedy: expect.stringContaining('SECRET_KEYS'),
    });
  });

  it.each([
    ['answers itself', 200, undefined, 'not this installation'],
    [
      'sends visitors on',
      302,
      'https://login.example/sign-in?token=zx81',
      'sends visitors on to https://login.example.',
    ],
    ['sends visitors on to another path', 301, '/welcome', 'sends visitors on'],
  ])('fails a server that %s', async (_why, status, location, what) => {
    const other = fastify();
    other.get('/', (_request, reply) => {
      if (location !== undefined) reply.header('location', location);
      return reply.code(status).send('hello');
    });
    const publicUrl = await other.listen({ host: '127.0.0.1', port: 0 });
    closers.push(() => other.close());
    const found = (await findings({ publicUrl })).get('address.answer');
    expect(found).toMatchObject({ state: 'failed', what: expect.stringContaining(what) });
    expect(JSON.stringify(found)).not.toContain('zx81');
  });

  it.each([
    ['nobody at all', undefined],
    ['a proxy whose server is down', 502],
  ])('fails when %s answers although the server runs, and waits where it does not', async (_who, status) => {
    const proxy = fastify();
    proxy.get('/*', (_request, reply) => reply.code(status ?? 200).send());
    const at = status === undefined ? 'http://127.0.0.1:9' : await proxy.listen({ host: '127.0.0.1', port: 0 });
    closers.push(() => proxy.close());
    expect((await findings({ publicUrl: at })).get('address.answer')).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('PUBLIC_URL'),
    });
    expect((await findings({ publicUrl: at, isServing: false })).get('address.answer')).toMatchObject({
      state: 'skipped',
      what: expect.stringContaining('start it'),
    });
  });

  it('fails a name that is not in the DNS', async () => {
    const resolve = async () => {
      throw Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    };
    const found = await findings({ publicUrl: 'https://latchkey.invalid', resolve });
    expect(found.get('address.name')).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('ENOTFOUND'),
      remedy: expect.stringContaining('DNS'),
    });
  });

  it('warns of an address of this machine', async () => {
    const found = await findings({ publicUrl: await ours() });
    expect(found.get('address.name')).toMatchObject({
      state: 'warning',
      what: expect.stringContaining('this machine'),
    });
    expect(found.get('address.certificate')).toMatchObject({ state: 'skipped' });
    expect(found.get('address.operator-pages')).toMatchObject({ state: 'skipped' });
  });
});

describe('the proof that an answer is ours', () => {
  it('is given to nobody who does not have the keys', async () => {
    const url = await ours();
    const foreign = createQuestion(createSigningKeys([randomBytes(32)])).asked;
    const question = createQuestion(keys);
    const [nonce = ''] = question.asked.split('.');
    for (const asked of ['', 'x', foreign, nonce, `${nonce}.${keys.sign('link', nonce)}`, 'x'.repeat(8_000)]) {
      const { headers } = await fetch(url, { headers: { [questionHeader]: asked } });
      expect(headers.get(answerHeader)).toBeNull();
    }
    const { headers } = await fetch(url, { headers: { [questionHeader]: question.asked } });
    expect(question.isAnsweredBy(headers.get(answerHeader))).toBe(true);
  });

  it('is no question, and fits one question only', () => {
    const [one, other] = [createQuestion(keys), createQuestion(keys)];
    const answer = answerTo(keys, one.asked) ?? '';
    expect(one.isAnsweredBy(answer)).toBe(true);
    expect(other.isAnsweredBy(answer)).toBe(false);
    const [nonce = ''] = one.asked.split('.');
    expect(answerTo(keys, `${nonce}.${answer}`)).toBeUndefined();
  });
});

describe.skipIf(certificateMissing !== undefined)(titled('the certificate of the address', certificateMissing), () => {
  const before = getCACertificates('default');
  afterAll(() => setDefaultCACertificates(before));

  async function secure(certificate = makeCertificate(), text = 'hello'): Promise<string> {
    const server = createHttpsServer(certificate, (_request, response) => void response.end(text));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    closers.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    return `https://localhost:${(server.address() as AddressInfo).port}`;
  }
  const look = async (set: Set) => (await findings(set)).get('address.certificate');
  // Certificates of the tests are valid for two days.
  const believed = makeCertificate();

  it('is failed where nobody vouches for it', async () => {
    expect(await look({ publicUrl: await secure() })).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
      remedy: expect.stringContaining('chain'),
    });
  });

  it('is failed where it is for another host', async () => {
    const other = makeCertificate('DNS:other.example');
    trust(other);
    expect(await look({ publicUrl: await secure(other) })).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('another host'),
    });
  });

  it('warns three weeks before its end, fails after it, and is fine before', async () => {
    trust(believed);
    const publicUrl = await secure(believed);
    expect(await look({ publicUrl })).toMatchObject({
      state: 'warning',
      what: expect.stringMatching(/days left: [12]\)/),
    });
    expect(await look({ publicUrl, days: -19 })).toMatchObject({ state: 'warning' });
    expect(await look({ publicUrl, days: -21 })).toMatchObject({
      state: 'ok',
      what: expect.stringContaining('valid until'),
    });
    expect(await look({ publicUrl, days: 3 })).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('expired on'),
      remedy: expect.stringContaining('Renew'),
    });
  });

  it('is not taken for fine where there is none', async () => {
    const { server } = await createStandIn();
    closers.push(() => server.close());
    const port = new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port;
    expect(await look({ publicUrl: `https://localhost:${port}` })).toMatchObject({ state: 'skipped' });
  });
});

describe('pages for the operator alone', () => {
  const look = async (publicUrl: string) =>
    (await findings({ publicUrl, resolve: async () => undefined })).get('address.operator-pages');
  /** An address of this machine that does not look like one. */
  const elsewhere = (url: string): string => url.replace('127.0.0.1', '[::ffff:127.0.0.1]');

  it('warns where the proxy forwards them', async () => {
    expect(await look(elsewhere(await ours()))).toMatchObject({
      state: 'warning',
      remedy: expect.stringContaining('proxy'),
    });
  });

  it('is content where it does not, whatever its own page says', async () => {
    const proxy = fastify();
    proxy.get('/*', (_request, reply) => reply.code(200).send('<h1>Not here</h1>'));
    const url = await proxy.listen({ host: '127.0.0.1', port: 0 });
    closers.push(() => proxy.close());
    expect(await look(elsewhere(url))).toMatchObject({ state: 'ok' });
  });
});
