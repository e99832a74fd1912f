import { describe, expect, it } from 'vitest';
import { instant } from '../../src/flows/ids.ts';
import { readEntries } from '../../src/web/hooks.ts';
import { createStandIn } from './stand-in.ts';

const secret = 'hook-secret-1';
const at = '2026-01-05T10:45:00.000Z';
const changed = {
  type: 'scp',
  user_id: 'auth0|jane',
  date: at,
  log_id: '9002',
  details: { email: 'jane@planted.example' },
};
const expected = [{ account: 'auth0|jane', at: instant(Date.parse(at)) }];
const bearer = { authorization: `Bearer ${secret}` };

async function post(payload: string, headers: Record<string, string> = bearer, change = {}) {
  const standIn = await createStandIn({ webhookSecret: secret, ...change });
  const answer = await standIn.server.inject({ method: 'POST', url: '/hooks/auth0', headers, payload });
  return { ...standIn, answer };
}

describe('a changed password is understood', () => {
  const stream = { log_id: '9002', data: changed };
  const other = { log_id: '9001', data: { type: 's', date: at, user_id: 'auth0|sam' } };
  const bodies: Readonly<Record<string, string>> = {
    'as JSON lines': `${JSON.stringify(other)}\n${JSON.stringify(stream)}\n`,
    'as JSON lines with other line ends': `${JSON.stringify(other)}\r\n\r\n${JSON.stringify(stream)}`,
    'as an array': JSON.stringify([other, stream]),
    'as an array over many lines': JSON.stringify([other, stream], undefined, 2),
    'as one object': JSON.stringify(stream),
    'as one flat object': JSON.stringify(changed),
    'as a batch': JSON.stringify({ logs: [other, changed] }),
  };
  for (const [name, body] of Object.entries(bodies)) {
    it(name, async () => {
      for (const type of ['application/json', 'application/x-ndjson', 'text/plain', undefined]) {
        const { answer, changes } = await post(body, {
          ...bearer,
          ...(type === undefined ? {} : { 'content-type': type }),
        });
        expect([answer.statusCode, answer.body]).toEqual([204, '']);
        expect(changes).toEqual(expected);
      }
    });
  }

  it('with the bare secret too', async () => {
    expect((await post(JSON.stringify(changed), { authorization: secret })).changes).toEqual(expected);
  });
});

describe('what cannot be read', () => {
  it('is counted and passed over, and the rest counts', async () => {
    const bad = [
      '{"data":',
      'null',
      '7',
      '"scp"',
      '{}',
      '{"data":{"type":7}}',
      '{"type":"scp"}',
      '{"type":"scp","user_id":"a","date":"yesterday"}',
    ];
    const { answer, changes, metricsText } = await post([...bad, JSON.stringify(changed)].join('\n'));
    expect(answer.statusCode).toBe(204);
    expect(changes).toEqual(expected);
    expect(await metricsText()).toContain(`latchkey_hook_entries_skipped_total ${bad.length}`);
  });

  it('is an empty body, or nonsense, or deeply nested', () => {
    expect(readEntries('')).toEqual({ changes: [], skipped: 0 });
    expect(readEntries('\u0000\u0001')).toEqual({ changes: [], skipped: 1 });
    expect(readEntries('['.repeat(100_000)).changes).toEqual([]);
    expect(readEntries(JSON.stringify({ ...changed, user_id: 'a'.repeat(256) }))).toEqual({ changes: [], skipped: 1 });
  });

  it('is larger than a megabyte', async () => {
    expect((await post(`[${' '.repeat(1024 * 1024)}]`)).answer.statusCode).toBe(413);
  });
});

describe('who may tell', () => {
  it('nobody without the secret, and nothing happens', async () => {
    for (const headers of [
      {},
      { authorization: '' },
      { authorization: 'Bearer ' },
      { authorization: `Bearer ${secret}x` },
      { authorization: `Bearer ${secret.slice(1)}` },
      { authorization: `Basic ${secret}` },
      { 'x-authorization': secret },
    ]) {
      const { answer, changes } = await post(JSON.stringify(changed), headers);
      expect([answer.statusCode, changes.length]).toEqual([401, 0]);
    }
  });

  it('nobody where no secret is set: there is no such address', async () => {
    const { server } = await createStandIn();
    const answer = await server.inject({ method: 'POST', url: '/hooks/auth0', headers: bearer, payload: '{}' });
    expect([answer.statusCode, answer.json()]).toMatchObject([404, { error: 'not-found' }]);
  });
});

describe('guesses at the secret', () => {
  const addressed = (remoteAddress: string, authorization: string) => ({
    method: 'POST' as const,
    url: '/hooks/auth0',
    headers: { authorization },
    payload: JSON.stringify(changed),
    remoteAddress,
  });

  it('are answered ten times a minute and address, then told to wait; the right one gets in all the same', async () => {
    const { server, lines } = await createStandIn({ webhookSecret: secret });
    const codes = [];
    for (let n = 0; n < 30; n += 1)
      codes.push((await server.inject(addressed('192.0.2.1', `Bearer guess-${n}`))).statusCode);
    expect(codes).toEqual([...Array(10).fill(401), ...Array(20).fill(429)]);
    const late = await server.inject(addressed('192.0.2.1', 'Bearer guess'));
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect((await server.inject(addressed('192.0.2.2', 'Bearer guess'))).statusCode).toBe(401);
    for (const address of ['192.0.2.1', '192.0.2.3'])
      expect((await server.inject(addressed(address, bearer.authorization))).statusCode).toBe(204);
    expect(lines.filter((line) => line.includes('hook.refused') && line.includes('wrong-secret'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('hook.refused') && line.includes('guessed'))).toHaveLength(1);
  });

  it('from many addresses are a hundred a minute in total', async () => {
    const { server, lines } = await createStandIn({ webhookSecret: secret });
    const codes = [];
    for (let n = 0; n < 150; n += 1)
      codes.push((await server.inject(addressed(`198.51.100.${n}`, 'Bearer guess'))).statusCode);
    expect(codes).toEqual([...Array(100).fill(401), ...Array(50).fill(429)]);
    expect((await server.inject(addressed('203.0.113.9', bearer.authorization))).statusCode).toBe(204);
    expect(lines.filter((line) => line.includes('"level":"warn"')).length).toBeLessThan(5);
  });

  it('are not counted where the bearer is right, however often Auth0 comes', async () => {
    const { server, changes } = await createStandIn({ webhookSecret: secret });
    for (let n = 0; n < 150; n += 1)
      expect((await server.inject(addressed('192.0.2.1', bearer.authorization))).statusCode).toBe(204);
    expect(changes).toHaveLength(150);
  });
});

it('a failure behind it asks the stream to come again', async () => {
  const onPasswordChanged = () => Promise.reject(new Error('database is gone'));
  expect((await post(JSON.stringify(changed), bearer, { onPasswordChanged })).answer.statusCode).toBe(500);
});

it('nothing of body or secret is in the log', async () => {
  const lines = [];
  for (const body of [
    JSON.stringify(changed),
    '{"details":"jane@planted.example',
    '{"type":"scp","email":"jane@planted.example"}',
  ]) {
    lines.push(...(await post(body)).lines, ...(await post(body, { authorization: 'wrong-planted' })).lines);
  }
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join('')).not.toMatch(/planted|jane|hook-secret/);
});
