import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { noteBudget } from '../../src/auth0/budgets.ts';
import { createTransport } from '../../src/auth0/transport.ts';

const said: unknown[] = [];
function note(
  method: string,
  url: string,
  remaining: string | undefined,
  headers: Record<string, string> = {},
): unknown {
  said.length = 0;
  const stated = new Headers(remaining === undefined ? {} : { 'x-ratelimit-remaining': remaining });
  noteBudget((...words) => said.push(words), url, { method, headers }, stated);
  return said[0];
}
const host = 'https://acme.eu.auth0.com';

it('what is left is told for the group of each call', () => {
  expect(note('POST', `${host}/passwordless/start`, '41')).toEqual(['passwordless', 41, 3_600_000]);
  expect(note('POST', `${host}/api/v2/tickets/password-change`, '9')).toEqual(['other', 9, 60_000]);
  expect(note('GET', `${host}/api/v2/users/auth0%7C1?fields=email`, '38')).toEqual(['read-users', 38, 60_000]);
  expect(note('PATCH', `${host}/api/v2/users/auth0%7C1`, '0')).toEqual(['write-users', 0, 60_000]);
  expect(note('GET', `${host}/api/v2/logs?q=x`, '7')).toEqual(['read-logs', 7, 60_000]);
});

it('nothing is told where Auth0 says nothing, or something else than a number', () => {
  for (const remaining of [undefined, '', 'many', '-1', '1.5', '1e3', '9'.repeat(30)])
    expect(note('POST', `${host}/passwordless/start`, remaining)).toBeUndefined();
});

it('the budget of a browser is not taken for ours', () => {
  const forwarded = { 'auth0-forwarded-for': '192.0.2.7' };
  expect(note('POST', `${host}/passwordless/start`, '3', forwarded)).toBeUndefined();
});

it('a route that two groups share says nothing', () => {
  expect(note('POST', `${host}/oauth/token`, '3')).toBeUndefined();
  expect(note('GET', `${host}/elsewhere`, '3')).toBeUndefined();
});

it('each answer of Auth0 is looked at', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-ratelimit-remaining': '49' }).end('{}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const seen: unknown[] = [];
  const transport = createTransport({
    domain: 'acme.eu.auth0.com',
    baseUrl: `http://127.0.0.1:${port}`,
    timeoutMs: 5_000,
    observeBudget: (...words) => seen.push(words),
  });
  await transport(`${host}/passwordless/start`, { method: 'POST', body: '{}' });
  server.close();
  expect(seen).toEqual([['passwordless', 49, 3_600_000]]);
});
