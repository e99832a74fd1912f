// The description at /rest/openapi.json: it is well-formed, says what is there, and is enough to write a client from.
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { janesAccount, janesEmail, people } from '../stories/people.ts';
import { codeTo, startRest } from './world.ts';

const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  requestBody: z
    .object({
      content: z.object({
        'application/json': z.object({ schema: z.object({ properties: z.record(z.string(), z.unknown()) }) }),
      }),
    })
    .optional(),
});
const description = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.partialRecord(z.enum(['get', 'post']), operation)),
});
type Description = z.output<typeof description>;

async function read(url: string): Promise<{ readonly whole: Record<string, unknown>; readonly known: Description }> {
  const response = await fetch(`${url}/rest/openapi.json`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  const whole = z.record(z.string(), z.unknown()).parse(await response.json());
  return { whole, known: description.parse(whole) };
}

/** A client that knows the description alone: it calls by name, and sends the members that are described. */
function clientFrom(url: string, { paths }: Description) {
  const jar = new Map<string, string>();
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, one]) => (one === undefined ? [] : [{ path, method, ...one }])),
  );
  return async (name: string, ...values: readonly string[]) => {
    const found = operations.find(({ operationId }) => operationId === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    const members = Object.keys(found.requestBody?.content['application/json'].schema.properties ?? {});
    const body = Object.fromEntries(members.map((member, index) => [member, values[index]]));
    const response = await fetch(`${url}${found.path}`, {
      method: found.method,
      headers: {
        cookie: [...jar].map(([key, value]) => `${key}=${value}`).join('; '),
        ...(members.length === 0 ? {} : { 'content-type': 'application/json' }),
      },
      ...(members.length === 0 ? {} : { body: JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(key, value);
    }
    return z.object({ data: z.object({ attributes: z.record(z.string(), z.unknown()) }) }).parse(await response.json());
  };
}

it('the description is well-formed OpenAPI 3.1', async () => {
  const world = await startRest();
  const { whole, known } = await read(world.url);
  expect(known.openapi).toMatch(/^3\.1\./);
  const validated = await new Validator().validate(whole);
  expect(validated).toEqual({ valid: true });
});

it('every request that is described is there, and says with what else it is refused', async () => {
  const world = await startRest();
  const { known } = await read(world.url);
  const described = Object.entries(known.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => ({ path, method })),
  );
  expect(described).toHaveLength(11);
  for (const { path, method } of described) {
    const other = await fetch(`${world.url}${path}`, { method: 'DELETE' });
    expect([path, other.status, other.headers.get('allow')]).toEqual([
      ...[path, 405, method === 'get' ? 'GET, HEAD' : 'POST'],
    ]);
  }
});

it('a client that is written from the description alone resets a password', async () => {
  const world = await startRest();
  const { known } = await read(world.url);
  const call = clientFrom(world.url, known);
  const steps = [await call('selectReset'), await call('identify', people.jane.email)];
  steps.push(await call('checkEmail', await codeTo(world, janesEmail)));
  steps.push(await call('setPassword', 'Kraken-under-9-bridges'));
  expect(steps.map(({ data }) => data.attributes['nextStep'] ?? data.attributes['result'])).toEqual([
    ...['USERNAME_REQUIRED', 'EMAIL_OTP_REQUIRED', 'NEW_PASSWORD_REQUIRED', 'PASSWORD_CHANGED'],
  ]);
  expect(world.auth0.control.signIn(janesAccount, 'Kraken-under-9-bridges').ok).toBe(true);
});
