// The real Management client with the emulated Auth0, through the same URL rewrite that the product uses.
import { ManagementClient, ManagementError } from 'auth0';
import { describe, expect, it } from 'vitest';
import {
  clientId,
  clientSecret,
  domain,
  field,
  jane,
  janePassword,
  openTenant,
  type TestTenant,
} from './auth0-tenant.ts';

function clientFor(tenant: TestTenant): ManagementClient {
  const rewritten: typeof fetch = (input, init) => fetch(String(input).replace(`https://${domain}`, tenant.url), init);
  return new ManagementClient({
    domain,
    clientId,
    clientSecret,
    fetch: rewritten,
    maxRetries: 0,
    timeoutInSeconds: 8,
  });
}

describe('the auth0 package', () => {
  it('reads a user, by id and by address', async () => {
    const tenant = await openTenant();
    const client = clientFor(tenant);
    const user = await client.users.get(jane);
    expect(user.identities?.map(({ provider }) => provider)).toEqual(['auth0', 'email', 'sms']);
    const found = await client.users.listUsersByEmail({ email: 'jane@acme.test' });
    expect(found.map(({ user_id: id }) => id)).toEqual([jane]);
    expect(tenant.control.requests.filter(({ route }) => route === '/oauth/token')).toHaveLength(1);
  });

  it('mints a ticket', async () => {
    const client = clientFor(await openTenant());
    const { ticket } = await client.tickets.changePassword({ user_id: jane, ttl_sec: 600 });
    expect(ticket).toContain('/u/reset-verify?ticket=');
  });

  it('lists and lifts blocks by user and by name', async () => {
    const tenant = await openTenant();
    const client = clientFor(tenant);
    tenant.control.lock(jane);
    expect((await client.userBlocks.list(jane)).blocked_for).toHaveLength(1);
    await client.userBlocks.delete(jane);
    tenant.control.lock(jane);
    const identifier = 'jane@acme.test';
    expect((await client.userBlocks.listByIdentifier({ identifier })).blocked_for).toHaveLength(1);
    await client.userBlocks.deleteByIdentifier({ identifier });
    expect(tenant.control.user(jane).locked).toBe(false);
  });

  it('ends sessions and refresh tokens', async () => {
    const tenant = await openTenant();
    const client = clientFor(tenant);
    tenant.control.signIn(jane, janePassword);
    expect((await client.users.sessions.list(jane)).data).toHaveLength(1);
    expect((await client.users.refreshToken.list(jane)).data).toHaveLength(1);
    await client.users.sessions.delete(jane);
    await client.users.refreshToken.delete(jane);
    tenant.control.signIn(jane, janePassword);
    await client.users.revokeAccess(jane, { preserve_refresh_tokens: false });
    await client.refreshTokens.revoke({ user_id: jane });
    expect(tenant.control.user(jane)).toMatchObject({ sessions: 0, refreshTokens: 0 });
  });

  it('creates, links, unlinks, changes and deletes', async () => {
    const tenant = await openTenant();
    const client = clientFor(tenant);
    const made = await client.users.create({ connection: 'email', email: 'new@mail.test', verify_email: false });
    const id = made.user_id?.split('|')[1] ?? '';
    await client.users.identities.link(jane, { provider: 'email', user_id: id });
    expect(tenant.control.user(jane).contacts).toHaveLength(3);
    await client.users.identities.delete(jane, 'email', id);
    await client.users.delete(`email|${id}`);
    await client.users.update(jane, { app_metadata: { latchkey: { since: 1 } } });
    expect(tenant.control.user(jane)).toMatchObject({ appMetadata: { latchkey: { since: 1 } } });
    expect(tenant.control.users()).toHaveLength(1);
  });

  it('reads logs and connections', async () => {
    const tenant = await openTenant();
    const client = clientFor(tenant);
    tenant.control.signIn(jane, janePassword);
    const logs = await client.logs.list({ per_page: 5, sort: 'date:-1' }, { queryParams: { q: 'type:s' } });
    expect(logs.data.map(({ type }) => type)).toEqual(['s']);
    const own = await client.users.logs.list(jane, { per_page: 5 });
    expect(own.data).toHaveLength(1);
    const connections = await client.connections.list();
    expect(connections.data.map(({ name }) => name)).toEqual(['CorpUsers', 'email', 'sms']);
  });

  it('turns refusals into its own errors', async () => {
    const tenant = await openTenant();
    const refusal: unknown = await clientFor(tenant)
      .users.get('auth0|nobody')
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ManagementError);
    expect(field(refusal, 'statusCode')).toBe(404);
  });
});
