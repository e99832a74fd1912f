// A tenant that people reach under the company's own domain. Auth0 knows its Management API only by the tenant's own domain.
import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, application, codeTo, createPorts, failureOf, jane, startTenant } from './tenant.ts';

const custom = 'login.acme.test';
const own = application.domain;

describe('with a custom domain', () => {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => nock.cleanAll());
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });

  it('the Management API is called at the tenant’s own domain with its audience, all else at the custom one', async () => {
    const token = nock(`https://${own}`)
      .post('/oauth/token', (body) => body.audience === `https://${own}/api/v2/`)
      .reply(200, { access_token: 'a-token', expires_in: 60 });
    const keys = nock(`https://${custom}`).get('/.well-known/jwks.json').reply(200, { keys: [] });
    const users = nock(`https://${own}`).get('/api/v2/users-by-email').query(true).reply(200, []);
    const { auth0 } = createPorts({ domain: custom, tenantDomain: own });
    await auth0.check();
    answerOf(await auth0.directory.match(jane.workEmail, jane.actor));
    for (const call of [token, keys, users]) expect(call.isDone()).toBe(true);
  });

  it('codes are sent and exchanged at the custom domain', async () => {
    nock(`https://${own}`).post('/oauth/token').reply(200, { access_token: 'a-token', expires_in: 60 });
    const contact = { provider: 'email', connection: 'email', user_id: jane.emailRef.slice('email|'.length) };
    nock(`https://${own}`)
      .get(/\/api\/v2\/users\//)
      .times(2)
      .reply(200, {
        user_id: jane.account,
        email: jane.workEmail,
        identities: [
          { provider: 'auth0', connection: 'CorpUsers', user_id: jane.account.slice('auth0|'.length) },
          { ...contact, profileData: { email: jane.email, email_verified: true } },
        ],
      });
    nock(`https://${custom}`).get('/.well-known/jwks.json').reply(200, { keys: [] });
    const start = nock(`https://${custom}`).post('/passwordless/start').reply(200, { _id: contact.user_id });
    const exchange = nock(`https://${custom}`).post('/oauth/token').reply(403, { error: 'invalid_grant' });
    const { auth0, clock } = createPorts({ domain: custom, tenantDomain: own });
    answerOf(await auth0.codes.send(jane.account, jane.emailRef));
    expect(answerOf(await auth0.codes.check(jane.account, jane.emailRef, '123456', clock.now()))).toBe('wrong');
    for (const call of [start, exchange]) expect(call.isDone()).toBe(true);
  });
});

describe('at a tenant with a custom domain', () => {
  const tenantWith = (tenantDomain?: string) =>
    startTenant(
      { domain: custom, ...(tenantDomain === undefined ? {} : { tenantDomain }) },
      { domain: custom, tenantDomain: own },
    );

  it('a code proves the account: its token is by the custom domain', async () => {
    await using tenant = await tenantWith(own);
    const since = tenant.clock.now();
    answerOf(await tenant.auth0.codes.send(jane.account, jane.emailRef));
    const code = codeTo(tenant, jane.email);
    expect(answerOf(await tenant.auth0.codes.check(jane.account, jane.emailRef, code, since))).toBe('accepted');
  });

  it('a token by the tenant’s own domain proves nothing', async () => {
    await using tenant = await startTenant({ domain: custom, tenantDomain: own }, { domain: own, tenantDomain: own });
    const since = tenant.clock.now();
    answerOf(await tenant.auth0.codes.send(jane.account, jane.emailRef));
    const code = codeTo(tenant, jane.email);
    expect(answerOf(await tenant.auth0.codes.check(jane.account, jane.emailRef, code, since))).toBe('mismatched');
  });

  it('a ticket is asked for at the custom domain', async () => {
    await using tenant = await tenantWith(own);
    answerOf(await tenant.auth0.tickets.mint(jane.account, 600));
    const asked = tenant.emulator.control.requests.find(({ path }) => path.endsWith('/tickets/password-change'));
    expect(asked?.headers['auth0-custom-domain']).toBe(custom);
  });

  it.each([
    ['not set', undefined],
    ['set to the custom domain', custom],
  ])('whose own domain is %s, the operator reads which setting is missing', async (_name, tenantDomain) => {
    await using tenant = await tenantWith(tenantDomain);
    expect(failureOf(await tenant.auth0.check())).toMatchObject({
      kind: 'misconfigured',
      cause: 'management-token: 403 access_denied',
      remedy: expect.stringContaining('set AUTH0_TENANT_DOMAIN'),
    });
  });

  it('a wrong secret is still told as one', async () => {
    await using tenant = await startTenant(
      { domain: custom, tenantDomain: own, clientSecret: 'another' },
      { domain: custom, tenantDomain: own },
    );
    expect(failureOf(await tenant.auth0.check())).toMatchObject({
      remedy: expect.stringContaining('Check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET'),
    });
  });
});

it('without a custom domain a ticket is asked for without naming one', async () => {
  await using tenant = await startTenant();
  answerOf(await tenant.auth0.tickets.mint(jane.account, 600));
  const asked = tenant.emulator.control.requests.find(({ path }) => path.endsWith('/tickets/password-change'));
  expect(asked?.headers['auth0-custom-domain']).toBeUndefined();
});
