// What is not of the contract is refused with a document that says why, whatever is sent.
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { root } from './client.ts';
import { createStandIn } from './stand-in.ts';
import { startRest } from './world.ts';

type Headers = Readonly<Record<string, string>>;

/** Sends bytes and headers as they are. */
function sends(url: string, method: string, path: string, headers: Headers = {}, body?: string | Uint8Array) {
  return new Promise<{
    status: number;
    headers: Record<string, unknown>;
    code: string;
    detail: string | undefined;
    pointer: string | undefined;
  }>((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers: { ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const [error] = text === '' ? [] : (JSON.parse(text).errors ?? []);
        const told = { code: error?.code ?? 'OK', detail: error?.meta?.detail, pointer: error?.source?.pointer };
        resolve({ status: response.statusCode ?? 0, headers: response.headers, ...told });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = { 'content-type': 'application/json' };
const identify = `${root}/username/identify/`;

describe('a body', () => {
  const bodies: readonly (readonly [string, string | Uint8Array, string, string?])[] = [
    ['that is missing', '', 'BODY_MISSING'],
    ['that is no JSON', '{"username":', 'NOT_JSON'],
    ['of single quotes', "{'username':'a'}", 'NOT_JSON'],
    ['with a comment', '{"username":"a"/**/}', 'NOT_JSON'],
    ['with a comma too many', '{"username":"a",}', 'NOT_JSON'],
    ['of two documents', '{"username":"a"}{"username":"b"}', 'NOT_JSON'],
    ['with a byte-order mark', '\ufeff{"username":"a"}', 'NOT_JSON'],
    ['that is a form', 'username=a', 'NOT_JSON'],
    ['that is null', 'null', 'NOT_AN_OBJECT'],
    ['that is a list', '[{"username":"a"}]', 'NOT_AN_OBJECT'],
    ['that is a text', '"username"', 'NOT_AN_OBJECT'],
    ['without the member', '{}', 'MEMBER_MISSING', '/username'],
    ['with another member', '{"user":"a"}', 'MEMBER_MISSING', '/username'],
    ['with the member in capitals', '{"USERNAME":"a"}', 'MEMBER_MISSING', '/username'],
    ['with one more member', '{"username":"a","admin":true}', 'UNKNOWN_MEMBER'],
    ['with a prototype', '{"username":"a","__proto__":{"admin":true}}', 'UNKNOWN_MEMBER'],
    ['with a number', '{"username":1}', 'WRONG_TYPE', '/username'],
    ['with null', '{"username":null}', 'WRONG_TYPE', '/username'],
    ['with a list', '{"username":["a"]}', 'WRONG_TYPE', '/username'],
    ['with an object', '{"username":{"$ne":""}}', 'WRONG_TYPE', '/username'],
    ['with the member twice', '{"username":"a","username":"b"}', 'DUPLICATE_MEMBER'],
    ['with the member twice, once escaped', '{"username":"a","\\u0075sername":"b"}', 'DUPLICATE_MEMBER'],
    ['with the member twice, with another type first', '{"username":{},"username":"b"}', 'DUPLICATE_MEMBER'],
    ['that is not UTF-8', Buffer.from('{"username":"\xe9"}', 'latin1'), 'NOT_UTF8'],
    ['in UTF-16', Buffer.from('{"username":"a"}', 'utf16le'), 'NOT_JSON'],
  ];

  it('that is not of the contract is refused, with what is wrong', async () => {
    const world = await startRest();
    for (const [what, body, detail, pointer] of bodies) {
      const answer = await sends(world.url, 'POST', identify, json, body);
      expect([what, answer.status, answer.code, answer.detail, answer.pointer]).toEqual([
        ...[what, 400, 'INVALID_DOCUMENT', detail, pointer],
      ]);
    }
  });

  it('of another type is not read, whatever is in it', async () => {
    const world = await startRest();
    const types = [
      ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=a', 'application/jsonp'],
      ...['application/json; charset=utf-16', 'application/json, text/plain', 'text/json', 'application/xml', ''],
    ];
    for (const type of types) {
      const answer = await sends(world.url, 'POST', identify, { 'content-type': type }, '{"username":"a"}');
      expect([type, answer.status, answer.code]).toEqual([type, 415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
    const packed = await sends(world.url, 'POST', identify, { ...json, 'content-encoding': 'gzip' }, 'x');
    expect([packed.status, packed.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
      const answer = await sends(world.url, 'POST', identify, { 'content-type': type }, '{"username":"a"}');
      expect([type, answer.status, answer.code]).toEqual([type, 401, 'NOT_AUTHORIZED']);
    }
  });

  it('that is too large is refused, announced or not', async () => {
    const world = await startRest();
    const body = JSON.stringify({ username: 'a'.repeat(9_000) });
    for (const headers of [json, { ...json, 'transfer-encoding': 'chunked' }]) {
      const answer = await sends(world.url, 'POST', identify, headers, body);
      expect([answer.status, answer.code]).toEqual([413, 'TOO_LARGE']);
    }
  });

  it('is refused where none is expected', async () => {
    const world = await startRest();
    const select = `${root}/flows/password-reset/select`;
    for (const body of ['{"flow":"unlock"}', '[]', 'null', 'x'])
      expect((await sends(world.url, 'POST', select, json, body)).detail).toBe('UNEXPECTED_BODY');
    for (const body of ['{}', ' { } ']) expect((await sends(world.url, 'POST', select, json, body)).status).toBe(200);
  });
});

describe('a request', () => {
  it('of another method is told which one is allowed, and no page of another site is', async () => {
    const world = await startRest();
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      const answer = await sends(world.url, method, identify);
      expect([method, answer.status, answer.headers['allow']]).toEqual([method, 405, 'POST']);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    const posted = await sends(world.url, 'POST', `${root}/status`);
    expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it('to what is not there is answered with a document', async () => {
    const world = await startRest();
    const paths = [
      ...[`${root}/flows/become-admin/select`, `${root}/flows//select`, `${root}/flows/PASSWORD-RESET/select`, root],
      ...['/rest', '/rest/', '/rest/openapi.yaml', `${root}/flows/password-reset/select/more`, `${root}/%2e%2e/status`],
      ...[
        `${root}/flows/%ff/select`,
        `${root}/flows/%/select`,
        `${root}/status//`,
        '/rest/..;/status',
        `${root}/status%00`,
      ],
    ];
    for (const path of paths) {
      const answer = await sends(world.url, 'POST', path, json, '{}');
      expect([path, answer.status, answer.code]).toEqual([path, 404, 'NOT_FOUND']);
    }
  });

  it('of a page of another site is refused, unless it could ask; of our own site and of programs it is taken', async () => {
    const world = await startRest();
    const select = (headers: Headers) => sends(world.url, 'POST', `${root}/flows/password-reset/select`, headers);
    const evil = 'https://evil.example';
    const foreign: readonly Headers[] = [
      { origin: evil },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'same-origin', origin: evil },
      { origin: `${world.url}.evil.example` },
      { 'x-same-domain': '0', origin: evil },
      { 'x-same-domain': 'true', 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      const answer = await select(headers);
      expect([headers, answer.status, answer.code]).toEqual([headers, 403, 'FOREIGN_ORIGIN']);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const own: readonly Headers[] = [
      {},
      { origin: world.url },
      { 'sec-fetch-site': 'same-origin', origin: world.url },
      { 'x-same-domain': '1', origin: evil, 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of own) expect([headers, (await select(headers)).status]).toEqual([headers, 200]);
  });

  it('with odd cookies is refused like one without', async () => {
    const world = await startRest();
    const cookies = [
      'latchkey_session',
      '=',
      ';;;',
      `latchkey_session=${'a'.repeat(8_000)}`,
      'latchkey_session=%ff',
      'latchkey_session="',
    ];
    for (const cookie of cookies) {
      const answer = await sends(world.url, 'GET', `${root}/status`, { cookie });
      expect([cookie, answer.status, answer.code]).toEqual([cookie, 401, 'NOT_AUTHORIZED']);
    }
  });

  it('is limited by the address that it comes from, names more than the rest, and says when to come again', async () => {
    const world = await startRest({ trustProxy: '127.0.0.1' });
    const from = (address: string) => ({ ...json, 'x-forwarded-for': address });
    const named = (address: string) => sends(world.url, 'POST', identify, from(address), '{"username":"a"}');
    const office = await Promise.all(Array.from({ length: 60 }, () => named('203.0.113.7')));
    expect(new Set(office.map(({ status }) => status))).toEqual(new Set([401]));
    const more = await named('203.0.113.7');
    expect([more.status, more.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(Number(more.headers['retry-after'])).toBeGreaterThan(0);
    expect((await named('203.0.113.8')).status).toBe(401);
    await Promise.all(Array.from({ length: 60 }, (_, nth) => named(`2001:db8:1:2::${(nth + 1).toString(16)}`)));
    expect((await named('2001:db8:1:2:ffff::1')).status).toBe(429);
    expect((await named('2001:db8:1:3::1')).status).toBe(401);
    const other = await sends(world.url, 'GET', `${root}/status`, from('203.0.113.7'));
    expect(other.status).toBe(401);
  });
});

it('without the policy’s word the routes are not there', async () => {
  const world = await startRest({ policy: '' });
  const response = await fetch(`${world.url}${root}/flows/password-reset/select`, { method: 'POST' });
  expect(response.status).toBe(404);
  expect((await fetch(`${world.url}/rest/openapi.json`)).status).toBe(404);
});

describe('a fault of ours', () => {
  const failing = (error: Error) => createStandIn({ standing: () => Promise.reject(error) });

  it('is answered with a document that says nothing of it, and is in the log', async () => {
    const { server, cookie, lines } = await failing(new Error('planted'));
    const answer = await server.inject({ url: `${root}/status`, headers: { cookie } });
    expect([answer.statusCode, answer.json().errors[0].code]).toEqual([500, 'INTERNAL_ERROR']);
    expect(answer.body).not.toContain('planted');
    expect(lines.join('')).toContain('a request failed');
  });

  it('of the database says when to come again', async () => {
    const { server, cookie } = await failing(Object.assign(new Error('gone'), { name: 'StoreUnavailable' }));
    const answer = await server.inject({ url: `${root}/status`, headers: { cookie } });
    expect([answer.statusCode, answer.json().errors[0].code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(answer.headers['retry-after']).toBe('5');
  });

  it('with a password or code in the body leaves neither in the log', async () => {
    const { server, cookie, lines } = await failing(new Error('broken'));
    for (const [path, body] of [
      ['/password/set', { newPassword: 'planted-secret' }],
      ['/verification/email/otp/check', { otp: 'planted-secret' }],
      ['/username/identify', { username: 'planted-secret' }],
    ] as const) {
      const answer = await server.inject({ method: 'POST', url: `${root}${path}`, headers: { cookie }, payload: body });
      expect(answer.statusCode).toBe(500);
    }
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join('')).not.toContain('planted-secret');
  });
});

it('too many names from everybody together are told when to come again', async () => {
  const { server, cookie } = await createStandIn({ identify: async () => ({ is: 'crowded', inMs: 1_200 }) });
  const answer = await server.inject({
    ...{ method: 'POST', url: identify, headers: { cookie }, payload: { username: 'a' } },
  });
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '2']);
  expect(answer.json()).toMatchObject({
    errors: [{ code: 'TOO_MANY_REQUESTS' }],
    meta: { nextStep: 'USERNAME_REQUIRED' },
  });
});
