// Every answer of the emulated Auth0, compared with Auth0's published API descriptions, which are not part of this
// repository. LATCHKEY_SCHEMAS names the folder that has them; without it these tests are skipped.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { managementRoutes } from '../../playground/auth0/management.ts';
import { usualScopes } from '../../playground/auth0/server.ts';
import { createVisitor } from '../../playground/auth0/visitor.ts';
import { schemaFile, schemasMissing } from '../schemas.ts';
import { titled } from '../skipped-reporter.ts';
import {
  domain,
  field,
  jane,
  janeMail,
  janePassword,
  janePhone,
  openTenant,
  otherThan,
  path,
  type Reply,
  type TestTenant,
  textField,
} from './auth0-tenant.ts';

const names = ['auth0-management-openapi.json', 'auth0-authentication-openapi.json'] as const;
const [managementFile, authenticationFile] = [schemaFile(names[0]), schemaFile(names[1])];
const missing = schemasMissing(...names);

type Descriptions = { readonly ajv: Ajv2020; readonly management: unknown; readonly authentication: unknown };

function read(file: string): object {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return typeof value === 'object' && value !== null ? value : {};
}

function loadDescriptions(): Descriptions {
  const ajv = new Ajv2020({ strict: false, unicodeRegExp: false, logger: false, allErrors: true });
  addFormats.default(ajv);
  const management = read(managementFile);
  ajv.addSchema(management, 'mgmt');
  const authentication = read(authenticationFile);
  ajv.addSchema(authentication, 'auth');
  return { ajv, management, authentication };
}

function pointer(...parts: readonly string[]): string {
  return parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
}

/** Problems of the answer; empty where it matches the description. */
function diagnose({ ajv }: Descriptions, key: 'mgmt' | 'auth', route: string, method: string, reply: Reply): unknown {
  const place = ['paths', route, method.toLowerCase(), 'responses', String(reply.status)];
  const ref = `${key}#/${pointer(...place, 'content', 'application/json', 'schema')}`;
  const validate = ajv.getSchema(ref);
  if (validate === undefined) return `no schema at ${ref}`;
  return validate(reply.body) === true ? [] : validate.errors;
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

/** The texts that Auth0 publishes for one status of one route. */
function publishedTexts(
  { management }: Descriptions,
  route: string,
  method: string,
  status: number,
): readonly string[] {
  const responses = field(field(field(field(management, 'paths'), route), method.toLowerCase()), 'responses');
  const response = field(responses, String(status));
  if (typeof response !== 'object' || response === null) return [];
  return Object.entries(response).flatMap(([name, text]) =>
    (name === 'description' || name.startsWith('x-description')) && typeof text === 'string' ? [withoutStop(text)] : [],
  );
}

function described(route: string): string {
  return route.replace('/api/v2', '').replaceAll(/:(\w+)/g, '{$1}');
}

type Step = { readonly method: string; readonly path: string; readonly body?: unknown; readonly status: number };

async function prepare(): Promise<TestTenant> {
  const scopes = [...usualScopes, 'read:tenant_settings', 'delete:anomaly_blocks'];
  const tenant = await openTenant({ scopes, ticketOrigin: `https://${domain}` });
  tenant.control.addUser({
    userId: 'auth0|5f7c8ec7c33c6c004bbafe99',
    connection: 'CorpUsers',
    email: 'kim@acme.test',
    appMetadata: { privileged: true },
  });
  tenant.control.addUser({ userId: 'ad|CorpAD|a1b2c3', connection: 'CorpAD', email: 'Ada@acme.test' });
  tenant.control.addPasswordlessUser({
    provider: 'sms',
    address: '+4915100000099',
    userId: '5f7c8ec7c33c6c004bbafe77',
  });
  tenant.control.adminBlock('auth0|5f7c8ec7c33c6c004bbafe99', true);
  tenant.control.signIn(jane, janePassword);
  tenant.control.signIn(jane, 'wrong');
  tenant.control.lock(jane);
  return tenant;
}

const user = `/users/${path(jane)}`;
const kim = `/users/${path('auth0|5f7c8ec7c33c6c004bbafe99')}`;
const nobody = `/users/${path('auth0|nobody')}`;
const identity = { provider: 'sms', user_id: '5f7c8ec7c33c6c004bbafe77' };
const steps: readonly Step[] = [
  { method: 'GET', path: user, status: 200 },
  { method: 'GET', path: kim, status: 200 },
  { method: 'GET', path: nobody, status: 404 },
  { method: 'GET', path: '/users?search_engine=v3&q=identities.connection%3A%22CorpUsers%22', status: 200 },
  {
    method: 'GET',
    path: '/users?search_engine=v3&include_totals=true&q=identities.connection%3A%22CorpUsers%22%20AND%20identities.provider%3A(email%20OR%20sms)',
    status: 200,
  },
  { method: 'GET', path: '/users?q=name%3Ajane', status: 400 },
  { method: 'GET', path: '/users?search_engine=v2&q=name%3Ajane', status: 400 },
  { method: 'GET', path: '/users?search_engine=v1', status: 400 },
  { method: 'GET', path: '/users?search_engine=v3&q=name%3Ajane', status: 400 },
  { method: 'GET', path: '/users?search_engine=v3&per_page=100&page=10', status: 400 },
  { method: 'GET', path: '/users-by-email?email=jane%40acme.test', status: 200 },
  { method: 'GET', path: '/users-by-email', status: 400 },
  { method: 'GET', path: `/user-blocks/${path(jane)}`, status: 200 },
  { method: 'GET', path: '/user-blocks/nobody', status: 404 },
  { method: 'GET', path: '/user-blocks?identifier=jane%40acme.test', status: 200 },
  { method: 'GET', path: '/user-blocks', status: 400 },
  { method: 'GET', path: `${user}/sessions`, status: 200 },
  { method: 'GET', path: `${user}/refresh-tokens`, status: 200 },
  { method: 'GET', path: `${nobody}/sessions`, status: 404 },
  { method: 'GET', path: `${user}/logs`, status: 200 },
  { method: 'GET', path: '/logs', status: 200 },
  { method: 'GET', path: '/logs?include_totals=true&per_page=2', status: 200 },
  { method: 'GET', path: '/logs?per_page=101', status: 400 },
  { method: 'GET', path: '/connections', status: 200 },
  { method: 'GET', path: '/connections?include_totals=true', status: 200 },
  { method: 'GET', path: '/connections?take=2', status: 200 },
  { method: 'GET', path: '/connections/con_0000000000000009', status: 404 },
  { method: 'GET', path: '/tenants/settings', status: 200 },
  { method: 'POST', path: '/tickets/password-change', body: { user_id: jane, ttl_sec: 60 }, status: 201 },
  { method: 'POST', path: '/tickets/password-change', body: { user_id: jane, sooner: true }, status: 400 },
  { method: 'POST', path: '/tickets/password-change', body: { user_id: 'auth0|nobody' }, status: 404 },
  { method: 'POST', path: '/tickets/password-change', body: { user_id: 'ad|CorpAD|a1b2c3' }, status: 400 },
  { method: 'POST', path: '/tickets/password-change', body: { user_id: jane, client_id: 'x' }, status: 400 },
  { method: 'POST', path: '/tickets/password-change', body: { user_id: jane, organization_id: 'x' }, status: 400 },
  { method: 'PATCH', path: user, body: { app_metadata: { latchkey: { since: 1 } } }, status: 200 },
  { method: 'PATCH', path: user, body: { password: 'x', email: 'x@acme.test' }, status: 400 },
  { method: 'PATCH', path: user, body: { password: 'x', connection: 'Nowhere' }, status: 400 },
  { method: 'PATCH', path: `/users/${path('ad|CorpAD|a1b2c3')}`, body: { password: 'Fresh-1-x' }, status: 400 },
  { method: 'PATCH', path: nobody, body: {}, status: 404 },
  { method: 'POST', path: '/users', body: { connection: 'email', email: 'new@mail.test' }, status: 201 },
  { method: 'POST', path: '/users', body: { connection: 'email', email: 'new@mail.test' }, status: 409 },
  { method: 'POST', path: '/users', body: { connection: 'Nowhere' }, status: 400 },
  { method: 'POST', path: '/users', body: { connection: 'CorpAD', email: 'x@acme.test' }, status: 400 },
  {
    method: 'POST',
    path: '/users',
    body: { connection: 'CorpUsers', email: 'x@acme.test', password: 'Fresh-1-x' },
    status: 201,
  },
  { method: 'POST', path: `${user}/identities`, body: identity, status: 201 },
  { method: 'POST', path: `${user}/identities`, body: identity, status: 409 },
  { method: 'POST', path: `${user}/identities`, body: { ...identity, user_id: 'none' }, status: 400 },
  { method: 'POST', path: `${user}/identities`, body: { link_with: 'x' }, status: 400 },
  { method: 'DELETE', path: `${user}/identities/sms/5f7c8ec7c33c6c004bbafe77`, status: 200 },
  { method: 'DELETE', path: `${user}/identities/auth0/5f7c8ec7c33c6c004bbafe82`, status: 400 },
  { method: 'POST', path: '/refresh-tokens/revoke', body: {}, status: 400 },
  { method: 'POST', path: '/refresh-tokens/revoke', body: { user_id: 'auth0|nobody' }, status: 400 },
  { method: 'POST', path: '/refresh-tokens/revoke', body: { user_id: jane }, status: 202 },
  { method: 'POST', path: `${user}/revoke-access`, body: {}, status: 202 },
  { method: 'DELETE', path: `${user}/sessions`, status: 202 },
  { method: 'DELETE', path: `${user}/refresh-tokens`, status: 202 },
  { method: 'DELETE', path: `/user-blocks/${path(jane)}`, status: 204 },
  { method: 'DELETE', path: '/user-blocks?identifier=jane%40acme.test', status: 204 },
  { method: 'DELETE', path: '/anomaly/blocks/ips/203.0.113.9', status: 204 },
  { method: 'DELETE', path: kim, status: 204 },
];

const stream = { name: 'Elsewhere', type: 'http', sink: { httpEndpoint: 'https://siem.acme.test/hook' } };
const template = {
  template: 'reset_email',
  body: 'x',
  from: 'a@acme.test',
  subject: 'x',
  syntax: 'liquid',
  enabled: true,
};
const newConnection = { name: 'sms-2', strategy: 'sms', options: { name: 'sms-2', brute_force_protection: true } };
const action = { name: 'greets', code: '', supported_triggers: [{ id: 'post-login', version: 'v3' }] };
/** Braces stand for the id of something that is there, see `filled`. */
const configurationSteps: readonly Step[] = [
  { method: 'GET', path: '/clients', status: 200 },
  { method: 'GET', path: '/clients?include_totals=true&is_global=true', status: 200 },
  { method: 'GET', path: '/clients?take=1', status: 200 },
  { method: 'GET', path: `/clients/LatchkeyClient00`, status: 200 },
  { method: 'GET', path: '/clients/nobody', status: 404 },
  { method: 'POST', path: '/clients', body: { name: 'Wiki', app_type: 'spa' }, status: 201 },
  { method: 'POST', path: '/clients', body: { title: 'Wiki' }, status: 400 },
  { method: 'PATCH', path: '/clients/LatchkeyClient00', body: { callbacks: ['https://x.test/'] }, status: 200 },
  { method: 'PATCH', path: '/clients/nobody', body: { callbacks: [] }, status: 404 },
  { method: 'GET', path: '/client-grants', status: 200 },
  { method: 'GET', path: '/client-grants?take=1', status: 200 },
  {
    method: 'POST',
    path: '/client-grants',
    body: { client_id: 'LatchkeyClient00', audience: `https://${domain}/api/v2/`, scope: [] },
    status: 409,
  },
  {
    method: 'POST',
    path: '/client-grants',
    body: { client_id: 'nobody', audience: `https://${domain}/api/v2/` },
    status: 404,
  },
  { method: 'POST', path: '/client-grants', body: { client_id: 'nobody', audience: 'x' }, status: 404 },
  { method: 'PATCH', path: '/client-grants/{grant}', body: { scope: ['read:users'] }, status: 200 },
  { method: 'PATCH', path: '/client-grants/nobody', body: { scope: [] }, status: 404 },
  { method: 'GET', path: '/connections/{email}/clients', status: 200 },
  { method: 'GET', path: '/connections/con_0000000000000009/clients', status: 404 },
  { method: 'POST', path: '/connections', body: newConnection, status: 201 },
  { method: 'POST', path: '/connections', body: newConnection, status: 409 },
  { method: 'PATCH', path: '/connections/{email}', body: { options: {} }, status: 400 },
  { method: 'PATCH', path: '/connections/{email}', body: { display_name: 'Mail' }, status: 200 },
  { method: 'PATCH', path: '/connections/{email}/clients', body: [], status: 400 },
  { method: 'PATCH', path: '/connections/{email}/clients', body: [{ client_id: 'nobody', status: true }], status: 404 },
  { method: 'GET', path: '/connections-directory-provisionings', status: 403 },
  { method: 'GET', path: '/connections/{email}/scim-configuration', status: 404 },
  { method: 'POST', path: '/actions/actions', body: action, status: 201 },
  { method: 'POST', path: '/actions/actions', body: { name: 'greets' }, status: 400 },
  { method: 'POST', path: '/actions/actions/{action}/deploy', status: 400 },
  { method: 'POST', path: '/actions/actions/{action}/deploy', status: 202 },
  { method: 'PATCH', path: '/actions/actions/{action}', body: { secrets: [{ name: 'S', value: 'x' }] }, status: 200 },
  { method: 'PATCH', path: '/actions/actions/nobody', body: {}, status: 404 },
  { method: 'GET', path: '/actions/actions', status: 200 },
  { method: 'GET', path: '/actions/actions/{action}', status: 200 },
  { method: 'GET', path: '/actions/actions/nobody', status: 404 },
  { method: 'GET', path: '/actions/modules', status: 200 },
  { method: 'GET', path: '/actions/triggers', status: 200 },
  {
    method: 'PATCH',
    path: '/actions/triggers/post-login/bindings',
    body: { bindings: [{ ref: { type: 'action_name', value: 'greets' }, display_name: 'greets' }] },
    status: 200,
  },
  { method: 'GET', path: '/actions/triggers/post-login/bindings', status: 200 },
  { method: 'GET', path: '/attack-protection/brute-force-protection', status: 200 },
  { method: 'GET', path: '/attack-protection/suspicious-ip-throttling', status: 200 },
  { method: 'GET', path: '/attack-protection/breached-password-detection', status: 200 },
  { method: 'GET', path: '/attack-protection/bot-detection', status: 403 },
  { method: 'GET', path: '/attack-protection/captcha', status: 403 },
  { method: 'PATCH', path: '/attack-protection/brute-force-protection', body: { max_attempts: 20 }, status: 200 },
  { method: 'PATCH', path: '/attack-protection/brute-force-protection', body: { max_attempts: 0 }, status: 400 },
  { method: 'PATCH', path: '/attack-protection/suspicious-ip-throttling', body: {}, status: 200 },
  { method: 'PATCH', path: '/attack-protection/breached-password-detection', body: {}, status: 200 },
  { method: 'POST', path: '/log-streams', body: stream, status: 200 },
  { method: 'POST', path: '/log-streams', body: { ...stream, sink: { httpEndpoint: 'http://x.test' } }, status: 400 },
  { method: 'GET', path: '/log-streams', status: 200 },
  { method: 'PATCH', path: '/log-streams/{stream}', body: { status: 'paused' }, status: 200 },
  { method: 'POST', path: '/email-templates', body: template, status: 200 },
  { method: 'PATCH', path: '/email-templates/reset_email', body: { urlLifetimeInSeconds: 600 }, status: 200 },
  { method: 'PATCH', path: '/email-templates/welcome_email', body: {}, status: 404 },
  { method: 'GET', path: '/email-templates/reset_email', status: 200 },
  { method: 'GET', path: '/emails/provider', status: 200 },
  { method: 'GET', path: '/branding/phone/providers', status: 200 },
  { method: 'GET', path: '/custom-domains', status: 200 },
  { method: 'GET', path: '/custom-domains?take=50', status: 200 },
  { method: 'GET', path: '/prompts', status: 200 },
  { method: 'PATCH', path: '/tenants/settings', body: { friendly_name: 'Acme' }, status: 200 },
  { method: 'PATCH', path: '/tenants/settings', body: { nickname: 'Acme' }, status: 400 },
  { method: 'GET', path: '/resource-servers?include_totals=true', status: 200 },
];

function filled(text: string, { control }: TestTenant): string {
  const { clientGrants, actions, logStreams } = control.configuration;
  return text
    .replace('{grant}', clientGrants[0]?.id ?? '')
    .replace('{email}', control.connections().find(({ name }) => name === 'email')?.id ?? '')
    .replace('{action}', actions[0]?.id ?? '')
    .replace('{stream}', logStreams[0]?.id ?? '');
}

/** Auth0 publishes these as "The message will vary depending on the cause"; the last not at all, but its own tool waits on it. */
const varying = /^(Payload|Query) validation error: |^Insufficient scope|must be in the 'built' state/;

async function compare(tenant: TestTenant, made: readonly Step[]): Promise<void> {
  const descriptions = loadDescriptions();
  for (const step of made) {
    const reply = await tenant.api(step.method, filled(step.path, tenant), step.body);
    const route = described(tenant.control.requests.at(-1)?.route ?? '');
    const name = `${step.method} ${route} ${reply.status}`;
    expect([name, reply.body, reply.status]).toEqual([name, reply.body, step.status]);
    if ([200, 201, 202].includes(reply.status) && reply.body !== '') {
      expect([name, diagnose(descriptions, 'mgmt', route, step.method, reply)]).toEqual([name, []]);
    }
    if (reply.status < 400) continue;
    const message = withoutStop(textField(reply.body, 'message'));
    if (varying.test(message)) continue;
    expect([name, publishedTexts(descriptions, route, step.method, reply.status)]).toEqual([
      name,
      expect.arrayContaining([message]),
    ]);
  }
}

describe.skipIf(missing !== undefined)(titled('the published Management description', missing), () => {
  it('describes every answer, and every sentence in a refusal', async () => {
    await compare(await prepare(), steps);
  });

  it('describes what an administrator reads and sets up', async () => {
    const scopes = managementRoutes.flatMap((route) => route.scopes);
    const tenant = await openTenant({
      scopes: [...new Set(scopes), 'read:connections_options', 'update:connections_options'],
    });
    // With one grant only, the answer would fit two of the published forms.
    tenant.control.addClient({ id: 'Deployer', name: 'Deployer', secret: 'x', fields: {} }, ['read:clients']);
    // The description of a provider demands a property that it forbids.
    tenant.control.configuration.phoneProviders = [];
    tenant.control.configuration.customDomains = [
      {
        custom_domain_id: 'cd_1',
        domain: 'login.acme.test',
        primary: true,
        status: 'ready',
        type: 'auth0_managed_certs',
      },
    ];
    await compare(tenant, configurationSteps);
  });

  it('describes a connection by its id', async () => {
    const descriptions = loadDescriptions();
    const tenant = await prepare();
    for (const { id } of tenant.control.connections()) {
      const reply = await tenant.api('GET', `/connections/${id}`);
      expect(diagnose(descriptions, 'mgmt', '/connections/{id}', 'GET', reply)).toEqual([]);
    }
  });

  it('knows every route, and the scopes that it asks for', () => {
    const { management } = loadDescriptions();
    for (const { method, path: route, scopes } of managementRoutes) {
      const operation = field(field(field(management, 'paths'), described(route)), method.toLowerCase());
      const security = field(operation, 'security');
      const published = (Array.isArray(security) ? security : []).flatMap(
        (each) => field(each, 'oAuth2ClientCredentials') ?? [],
      );
      expect([route, published]).toEqual([route, expect.arrayContaining([...scopes])]);
    }
  });
});

describe.skipIf(missing !== undefined)(titled('the published Authentication description', missing), () => {
  it('describes start, the parameters of a sign-in and the token endpoint, granted and refused', async () => {
    const descriptions = loadDescriptions();
    const callback = 'https://latchkey.acme.test/enrol/callback';
    const tenant = await openTenant({ callbacks: [callback] });
    const client = { client_id: 'LatchkeyClient00', client_secret: 'a-secret-of-the-one-application' };
    const mail = await tenant.sendCode('email', janeMail);
    const code = tenant.control.lastCodeTo(janeMail) ?? '';
    const starts = [
      mail,
      await tenant.sendCode('sms', janePhone),
      await tenant.post('/passwordless/start', { ...client, connection: 'pigeon', send: 'code' }),
    ];
    const audience = `https://${domain}/api/v2/`;
    const tokens = [
      await tenant.exchange('email', janeMail, otherThan(code)),
      await tenant.exchange('email', janeMail, code),
      await tenant.post('/oauth/token', { grant_type: 'client_credentials', ...client, audience }),
      await tenant.post('/oauth/token', { grant_type: 'client_credentials', client_id: 'x' }),
      await tenant.post('/oauth/token', client),
    ];
    const verifier = 'v'.repeat(43);
    const asked = {
      ...{ response_type: 'code', client_id: client.client_id, redirect_uri: callback, scope: 'openid' },
      ...{ state: 'state', nonce: 'nonce', prompt: 'login', max_age: '0', code_challenge_method: 'S256' },
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    };
    const address = `${tenant.url}/authorize?${new URLSearchParams(asked)}`;
    const back = await createVisitor(tenant.url).signIn(address, 'jane@acme.test', janePassword);
    const signedIn = { grant_type: 'authorization_code', ...client, redirect_uri: callback, code_verifier: verifier };
    for (const code of [back.searchParams.get('code'), 'used']) {
      tokens.push(await tenant.post('/oauth/token', { ...signedIn, code }));
    }
    tokens.push(await tenant.post('/oauth/token', signedIn));
    tenant.control.faults.set({ mode: 'rate-limited' });
    tokens.push(await tenant.exchange('email', janeMail, code));
    expect([...starts, ...tokens].map(({ status }) => status)).toEqual([
      200, 200, 400, 403, 200, 200, 401, 400, 200, 403, 400, 429,
    ]);
    const names = field(field(field(field(descriptions.authentication, 'paths'), '/authorize'), 'get'), 'parameters');
    const published = Array.isArray(names) ? names.map((each: unknown) => field(each, 'name')) : [];
    expect(published).toEqual(expect.arrayContaining(Object.keys(asked)));
    for (const reply of starts) {
      expect(diagnose(descriptions, 'auth', '/passwordless/start', 'POST', reply)).toEqual([]);
    }
    for (const reply of tokens) {
      expect(diagnose(descriptions, 'auth', '/oauth/token', 'POST', reply)).toEqual([]);
    }
  });
});
