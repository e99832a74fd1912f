// The tenant's connections and the routes that list them.
import { randomBytes } from 'node:crypto';
import { ok, problem } from './answer.ts';
import { integerIn, invalidQuery, type ManagementRoute, pick } from './call.ts';
import { codeLength } from './passwordless.ts';
import type { Connection } from './state.ts';
import type { Tenant } from './tenant.ts';

export function connectionNamed(tenant: Tenant, name: string): Connection | undefined {
  return tenant.connections.find((connection) => connection.name === name);
}

export function ensureConnection(tenant: Tenant, name: string, strategy: string): Connection {
  const existing = connectionNamed(tenant, name);
  if (existing !== undefined) return existing;
  const id = `con_${randomBytes(8).toString('hex')}`;
  const connection: Connection = { id, name, strategy, online: true, writeBack: false };
  tenant.connections.push(connection);
  return connection;
}

function optionsOf(tenant: Tenant, connection: Connection): Record<string, unknown> {
  switch (connection.strategy) {
    case 'auth0':
      return {
        passwordPolicy: 'good',
        password_complexity_options: { min_length: 8 },
        password_history: { enable: true, size: 5 },
        password_dictionary: { enable: true, dictionary: [] },
        password_no_personal_info: { enable: true },
        brute_force_protection: true,
      };
    case 'email':
    case 'sms':
      return {
        totp: { length: codeLength(tenant), time_step: tenant.codeSeconds },
        disable_signup: tenant.disableSignUp || tenant.misbehave.signUpDisabled,
        brute_force_protection: true,
      };
    default:
      return { brute_force_protection: true };
  }
}

function present(tenant: Tenant, connection: Connection): Record<string, unknown> {
  return {
    id: connection.id,
    name: connection.name,
    strategy: connection.strategy,
    options: optionsOf(tenant, connection),
    realms: [connection.name],
    is_domain_connection: false,
    show_as_button: false,
    authentication: { active: true },
  };
}

const missing = problem(404, 'The connection does not exist.', 'inexistent_connection');
const scopes = ['read:connections'];
const group = 'read-connections';

const listConnections: ManagementRoute = {
  method: 'GET',
  path: '/connections',
  scopes,
  group,
  answer: (tenant, { query }) => {
    const perPage = integerIn(query, 'per_page', { fallback: 50, from: 1, to: 100 });
    const page = integerIn(query, 'page', { fallback: 0, from: 0, to: 10_000 });
    const take = integerIn(query, 'take', { fallback: 50, from: 1, to: 100 });
    if (perPage === undefined || page === undefined || take === undefined) return invalidQuery('per_page', 'Invalid');
    const named = tenant.connections
      .filter((connection) => query['name'] === undefined || connection.name === query['name'])
      .filter((connection) => query['strategy'] === undefined || connection.strategy === query['strategy']);
    const shown = named.map((connection) => pick(present(tenant, connection), query));
    if (query['take'] !== undefined || query['from'] !== undefined) {
      const from = integerIn(query, 'from', { fallback: 0, from: 0, to: shown.length });
      if (from === undefined) return invalidQuery('from', 'Invalid');
      const rest = from + take < shown.length ? { next: String(from + take) } : {};
      return ok({ ...rest, connections: shown.slice(from, from + take) });
    }
    const slice = shown.slice(page * perPage, (page + 1) * perPage);
    if (query['include_totals'] !== 'true') return ok(slice);
    return ok({ start: page * perPage, limit: perPage, total: shown.length, connections: slice });
  },
};

const getConnection: ManagementRoute = {
  method: 'GET',
  path: '/connections/:id',
  scopes,
  group,
  answer: (tenant, { params, query }) => {
    const connection = tenant.connections.find((each) => each.id === params['id']);
    return connection === undefined ? missing : ok(pick(present(tenant, connection), query));
  },
};

const getStatus: ManagementRoute = {
  method: 'GET',
  path: '/connections/:id/status',
  scopes,
  group,
  answer: (tenant, { params }) => {
    const connection = tenant.connections.find((each) => each.id === params['id']);
    if (connection === undefined) return problem(404, 'Connection not found.', 'inexistent_connection');
    return connection.online ? ok({ online: true }) : problem(404, 'not connected to any node');
  },
};

const getTenantSettings: ManagementRoute = {
  method: 'GET',
  path: '/tenants/settings',
  scopes: ['read:tenant_settings'],
  group: 'other',
  answer: (tenant, { query }) => {
    const settings = {
      friendly_name: tenant.name,
      support_email: `support@${tenant.domain}`,
      support_url: `https://${tenant.domain}/support`,
      change_password: { enabled: false, html: '' },
      flags: { enable_client_connections: false },
      session_lifetime: 168,
      idle_session_lifetime: 72,
    };
    return ok(pick(settings, query));
  },
};

export const connectionRoutes: readonly ManagementRoute[] = [
  listConnections,
  getConnection,
  getStatus,
  getTenantSettings,
];
