// The emulated Management API's search for users: the queries that count people, paging, and an index that lags behind.
import { describe, expect, it } from 'vitest';
import { field, jane, openTenant, path, type Reply, type TestTenant } from './auth0-tenant.ts';

const nina = 'auth0|5f7c8ec7c33c6c004bbafe91';
const ada = 'ad|CorpAD|a1b2c3';
const inCorpUsers = 'identities.connection:"CorpUsers"';
const enrolled = `${inCorpUsers} AND identities.provider:(email OR sms)`;

async function open(): Promise<TestTenant> {
  const tenant = await openTenant();
  tenant.control.addUser({ userId: nina, connection: 'CorpUsers', email: 'nina@acme.test' });
  tenant.control.addUser({ userId: ada, connection: 'CorpAD', email: 'Ada@acme.test' });
  return tenant;
}

function search(tenant: TestTenant, query: Readonly<Record<string, string>>): Promise<Reply> {
  return tenant.api('GET', `/users?${new URLSearchParams({ search_engine: 'v3', ...query })}`);
}

const idsIn = (users: unknown): readonly unknown[] =>
  Array.isArray(users) ? users.map((user: unknown) => field(user, 'user_id')) : ['no list'];
const totalOf = async (tenant: TestTenant, q: string): Promise<unknown> =>
  field((await search(tenant, { q, include_totals: 'true', per_page: '0' })).body, 'total');

describe('the search for users', () => {
  it.each([
    ['a connection', inCorpUsers, [jane, nina]],
    ['another connection', 'identities.connection:"CorpAD"', [ada]],
    ['a provider', 'identities.provider:"ad"', [ada]],
    ['a provider, with a contact', 'identities.provider:"auth0" AND identities.provider:("email" OR "sms")', [jane]],
    ['a connection that does not exist', 'identities.connection:"Nowhere"', []],
    ['a connection, with a contact', enrolled, [jane]],
    ['the same with quotes', `${inCorpUsers} AND identities.provider:("sms" OR "email")`, [jane]],
    [
      'a connection in which nobody has a contact',
      'identities.connection:"CorpAD" AND identities.provider:(email OR sms)',
      [],
    ],
  ])('finds by %s', async (_name, q, ids) => {
    expect(idsIn((await search(await open(), { q })).body)).toEqual(ids);
  });

  it('counts, and pages, and gives only the fields that are asked for', async () => {
    const tenant = await open();
    const query = { q: inCorpUsers, include_totals: 'true', per_page: '1', page: '1', fields: 'user_id' };
    expect((await search(tenant, query)).body).toEqual({
      start: 1,
      limit: 1,
      length: 1,
      total: 2,
      users: [{ user_id: nina }],
    });
    expect(idsIn((await search(tenant, {})).body)).toEqual([jane, nina, ada]);
  });

  it('finds a user by the address, whatever its capitals, and by no part of it', async () => {
    const { api, control } = await open();
    control.addUser({ userId: 'ad|CorpAD|ada', connection: 'CorpAD', email: 'Ada.Byron@Acme.test' });
    const idsFor = async (address: string) => {
      const query = new URLSearchParams({ search_engine: 'v3', q: `email:"${address}"` });
      const { body } = await api('GET', `/users?${query}`);
      return Array.isArray(body) ? body.map((user) => field(user, 'user_id')) : body;
    };
    expect(await idsFor('ada.byron@acme.test')).toEqual(['ad|CorpAD|ada']);
    expect(await idsFor('Ada.Byron@Acme.test')).toEqual(['ad|CorpAD|ada']);
    expect(await idsFor('byron@acme.test')).toEqual([]);
  });

  it.each([
    ['another field', { q: 'nickname:"jane"' }, 'on property q'],
    ['a wildcard', { q: 'identities.connection:Corp*' }, 'on property q'],
    ['an empty query', { q: '' }, 'on property q'],
    ['half a query', { q: `${inCorpUsers} AND` }, 'on property q'],
    ['a query without the engine', { q: inCorpUsers, search_engine: undefined }, "The 'q' parameter is available only"],
    ['an engine of the past', { q: inCorpUsers, search_engine: 'v2' }, 'Use search_engine=v3 instead.'],
    ['the first engine', { q: inCorpUsers, search_engine: 'v1' }, 'not allowed to use search_engine=v1'],
    ['an engine that does not exist', { q: inCorpUsers, search_engine: 'v4' }, 'on property search_engine'],
    ['more than a hundred a page', { q: inCorpUsers, per_page: '101' }, 'on property per_page'],
    ['a page that is no number', { q: inCorpUsers, page: 'x' }, 'on property page'],
    ['anything after the first thousand', { q: inCorpUsers, per_page: '100', page: '10' }, 'first 1000 records'],
  ] as const)('refuses %s', async (_name, query, text) => {
    const asked = Object.entries({ search_engine: 'v3', ...query }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const reply = await (await open()).api('GET', `/users?${new URLSearchParams(asked)}`);
    expect([reply.status, field(reply.body, 'message')]).toEqual([400, expect.stringContaining(text)]);
  });

  it('goes as far as the thousandth record', async () => {
    expect((await search(await open(), { q: inCorpUsers, per_page: '100', page: '9' })).status).toBe(200);
  });

  it('shows changes late where a test says so: a user added, a contact linked, a user deleted', async () => {
    const tenant = await open();
    tenant.control.setSearchDelay(10_000);
    const steps = [
      () =>
        tenant.control.addUser({
          userId: 'auth0|5f7c8ec7c33c6c004bbafe92',
          connection: 'CorpUsers',
          email: 'new@acme.test',
        }),
      async () => {
        const made = await tenant.api('POST', '/users', { connection: 'email', email: 'nina@mail.test' });
        const [, id = ''] = String(field(made.body, 'user_id')).split('|');
        await tenant.api('POST', `/users/${path(nina)}/identities`, { provider: 'email', user_id: id });
      },
      () => tenant.api('DELETE', `/users/${path(jane)}`),
    ];
    const counts = async () => [await totalOf(tenant, inCorpUsers), await totalOf(tenant, enrolled)];
    const seen = [await counts()];
    for (const step of steps) {
      await step();
      seen.push(await counts());
      tenant.clock.nowMs += 9_999;
      seen.push(await counts());
      tenant.clock.nowMs += 1;
      seen.push(await counts());
    }
    expect(seen).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
      [3, 1],
      [3, 1],
      [3, 1],
      [3, 2],
      [3, 2],
      [3, 2],
      [2, 1],
    ]);
    tenant.control.setSearchDelay(0);
    tenant.control.removeUser(nina);
    expect(await counts()).toEqual([1, 0]);
  });
});
