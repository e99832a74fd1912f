// Faults of the emulated Auth0, and its log of requests and changes.
import { describe, expect, it } from 'vitest';
import { field, jane, janeMail, openTenant, otherThan, path, type TestTenant, textField } from './auth0-tenant.ts';

const jwks = '/.well-known/jwks.json';

async function outcome(call: Promise<Response>): Promise<number | 'cut'> {
  try {
    return (await call).status;
  } catch {
    return 'cut';
  }
}

async function untilAsked(tenant: TestTenant, count: number): Promise<void> {
  for (let turn = 0; turn < 200 && tenant.control.requests.length < count; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(tenant.control.requests.length).toBeGreaterThanOrEqual(count);
}

describe('faults', () => {
  it('down: connections are cut and nothing changes', async () => {
    const tenant = await openTenant();
    tenant.control.faults.set({ mode: 'down' });
    await expect(tenant.sendCode('email', janeMail)).rejects.toThrow();
    expect(tenant.control.outbox).toEqual([]);
    expect(tenant.control.requests).toMatchObject([{ status: 0, changed: false }]);
    tenant.control.faults.set({ mode: 'normal' });
    expect((await tenant.sendCode('email', janeMail)).status).toBe(200);
  });

  it('slow: answers late, and closing the server ends the wait', async () => {
    const tenant = await openTenant();
    tenant.control.faults.set({ mode: 'slow', slowMs: 20 });
    const startedAt = performance.now();
    expect(await outcome(fetch(`${tenant.url}${jwks}`))).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(19);
    tenant.control.faults.set({ mode: 'slow', slowMs: 30_000 });
    const waiting = outcome(fetch(`${tenant.url}${jwks}`));
    await untilAsked(tenant, 2);
    await tenant.close();
    expect(await waiting).toBe('cut');
  });

  it('rate-limited: 429 with the documented headers in both dialects', async () => {
    const tenant = await openTenant();
    const token = await tenant.token();
    tenant.control.faults.set({ mode: 'rate-limited', retryAfterSeconds: 7 });
    const start = await tenant.sendCode('email', janeMail);
    expect([start.status, field(start.body, 'error')]).toEqual([429, 'too_many_requests']);
    const response = await fetch(`${tenant.url}/api/v2/users/${path(jane)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(await response.json()).toEqual({
      statusCode: 429,
      error: 'Too Many Requests',
      message: 'Global limit has been reached',
      errorCode: 'too_many_requests',
    });
    expect(tenant.control.outbox).toEqual([]);
  });

  it('next: answers oddly as often as told, and only what matches', async () => {
    const tenant = await openTenant();
    const { faults } = tenant.control;
    faults.next(
      { method: 'POST', path: /^\/passwordless\/start/, times: 2 },
      { status: 503, body: { error: 'later' } },
    );
    faults.next({ path: /jwks/ }, { html: '<h1>Maintenance</h1>', status: 200 });
    const page = await fetch(`${tenant.url}${jwks}`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const statuses = [];
    for (let turn = 0; turn < 3; turn += 1) statuses.push((await tenant.sendCode('email', janeMail)).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(tenant.control.outbox).toHaveLength(1);
    expect(tenant.control.requests.map(({ changed }) => changed)).toEqual([false, false, false, true]);
  });

  it('next: hangs until the caller gives up, and cuts', async () => {
    const tenant = await openTenant();
    tenant.control.faults.next({ path: /jwks/ }, { hang: true });
    tenant.control.faults.next({ path: /jwks/ }, { disconnect: true });
    const patience = new AbortController();
    const hanging = outcome(fetch(`${tenant.url}${jwks}`, { signal: patience.signal }));
    await untilAsked(tenant, 1);
    patience.abort();
    expect(await hanging).toBe('cut');
    expect(await outcome(fetch(`${tenant.url}${jwks}`))).toBe('cut');
    expect(await outcome(fetch(`${tenant.url}${jwks}`))).toBe(200);
  });

  it('next: loses the answer of a request that it carried out', async () => {
    const tenant = await openTenant();
    tenant.control.faults.next({ path: /start/ }, { lose: true });
    await expect(tenant.sendCode('email', janeMail)).rejects.toThrow();
    expect(tenant.control.outbox).toHaveLength(1);
    expect(tenant.control.requests).toMatchObject([{ status: 0, changed: true }]);
  });
});

describe('a moment between two calls', () => {
  it('before: acts once, before the call is carried out, and on no other call', async () => {
    const tenant = await openTenant();
    const { control } = tenant;
    await tenant.sendCode('email', janeMail);
    control.faults.before({ method: 'POST', path: /^\/oauth\/token/ }, () => control.adminBlock(jane, true));
    expect(field((await tenant.api('GET', `/users/${path(jane)}`)).body, 'blocked')).toBe(true);
    control.adminBlock(jane, false);
    expect(field((await tenant.api('GET', `/users/${path(jane)}`)).body, 'blocked')).toBeUndefined();
    expect((await tenant.exchange('email', janeMail, control.lastCodeTo(janeMail) ?? '')).status).toBe(200);
  });

  it('after: the call still finds the old state, the next one the new', async () => {
    const tenant = await openTenant();
    const { control } = tenant;
    const user = `/users/${path(jane)}`;
    await tenant.token();
    control.faults.after({ path: /\/users\// }, async () => {
      await Promise.resolve();
      control.removeUser(jane);
    });
    const statuses = [await tenant.api('GET', user), await tenant.api('GET', user)].map(({ status }) => status);
    expect(statuses).toEqual([200, 404]);
  });

  it('waits for a call that is carried out, and ends with calm', async () => {
    const tenant = await openTenant();
    const { faults } = tenant.control;
    let acts = 0;
    const count = (): void => {
      acts += 1;
    };
    faults.before({ path: /jwks/ }, count);
    faults.after({ path: /jwks/ }, count);
    faults.next({ path: /jwks/ }, { status: 503 });
    await fetch(`${tenant.url}${jwks}`);
    expect(acts).toBe(0);
    await fetch(`${tenant.url}${jwks}`);
    expect(acts).toBe(2);
    faults.before({ path: /jwks/ }, count);
    tenant.control.calm();
    await fetch(`${tenant.url}${jwks}`);
    expect(acts).toBe(2);
  });
});

describe('the request log', () => {
  it('does not count what was answered in place of the tenant', async () => {
    const tenant = await openTenant();
    tenant.control.faults.next({ path: /start/ }, { status: 200, body: { _id: 'x' } });
    expect((await tenant.sendCode('email', janeMail)).status).toBe(200);
    expect(tenant.control.requests).toMatchObject([{ status: 200, changed: false }]);
  });

  it('says which requests changed something', async () => {
    const tenant = await openTenant();
    await tenant.sendCode('email', janeMail);
    const code = tenant.control.lastCodeTo(janeMail) ?? '';
    await tenant.exchange('email', janeMail, otherThan(code));
    await tenant.exchange('email', janeMail, code);
    await tenant.api('GET', `/users/${path(jane)}`);
    await tenant.api('POST', '/tickets/password-change', { user_id: 'auth0|nobody' });
    const { body } = await tenant.api('POST', '/tickets/password-change', { user_id: jane, ttl_sec: 60 });
    await fetch(textField(body, 'ticket'));
    const rows = tenant.control.requests.map(({ method, route, status, changed }) => [method, route, status, changed]);
    expect(rows).toEqual([
      ['POST', '/passwordless/start', 200, true],
      ['POST', '/oauth/token', 403, true],
      ['POST', '/oauth/token', 200, true],
      ['POST', '/oauth/token', 200, false],
      ['GET', '/api/v2/users/:id', 200, false],
      ['POST', '/api/v2/tickets/password-change', 404, false],
      ['POST', '/api/v2/tickets/password-change', 201, true],
      ['GET', '/u/reset-verify', 200, false],
    ]);
    expect(tenant.control.requests[0]?.bodyKeys).toContain('send');
    expect(JSON.stringify(tenant.control.requests.map(({ headers }) => headers))).not.toContain('Bearer');
  });

  it('answers a body that is not JSON with 400', async () => {
    const tenant = await openTenant();
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect([response.status, field(await response.json(), 'error')]).toEqual([400, 'invalid_request']);
    expect(await outcome(fetch(`${tenant.url}/nothing/here`))).toBe(404);
  });
});
