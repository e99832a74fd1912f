// The tenant's connections, and the routes that list and change them.
import { randomBytes } from 'node:crypto';
import type { PasswordlessProvider } from './accounts.ts';
import { type Answer, created, insufficientScope, noContent, ok, problem } from './answer.ts';
import { type Call, type ManagementRoute, parsePayload, pick } from './call.ts';
import { clientsOfConnection } from './clients.ts';
import { clientOf } from './configuration.ts';
import { clientStatuses, connectionChanges, newConnection, passwordlessOptions } from './configuration-bodies.ts';
import { page } from './paging.ts';
import type { Connection } from './state.ts';
import type { Tenant } from './tenant.ts';

export function connectionNamed(tenant: Tenant, name: string): Connection | undefined {
  return tenant.connections.find((connection) => connection.name === name);
}

const newId = (): string => `con_${randomBytes(8).toString('hex')}`;

/** What Auth0 sets up for a connection that an administrator creates in the console. */
function usualOptions(name: string, strategy: string): Record<string, unknown> {
  switch (strategy) {
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
      return {
        name,
        email: {
          from: '{{ application.name }} <root@auth0.com>',
          subject: 'Your code',
          syntax: 'liquid',
          body: '{{ code }}',
        },
        brute_force_protection: true,
      };
    case 'sms':
      return { name, syntax: 'liquid', template: 'Your code is {{ code }}', brute_force_protection: true };
    default:
      return { brute_force_protection: true };
  }
}

/** A new connection is on for the bot's application. */
export function ensureConnection(tenant: Tenant, name: string, strategy: string): Connection {
  const existing = connectionNamed(tenant, name);
  if (existing !== undefined) return existing;
  const connection: Connection = {
    id: newId(),
    name,
    strategy,
    options: usualOptions(name, strategy),
    clients: new Set([tenant.clientId]),
    fields: { is_domain_connection: false },
    online: true,
    writeBack: false,
  };
  tenant.connections.push(connection);
  return connection;
}

const fieldIn = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

/** The codes of a passwordless connection. Auth0's defaults: six digits, three minutes. */
export function codesOf(
  tenant: Tenant,
  provider: PasswordlessProvider,
): { readonly digits: number; readonly seconds: number } {
  const totp = connectionNamed(tenant, provider)?.options['totp'];
  const digits = tenant.misbehave.shortCodes ? 4 : Number(fieldIn(totp, 'length') ?? 6);
  return { digits, seconds: Number(fieldIn(totp, 'time_step') ?? 180) };
}

export const refusesSignUp = (tenant: Tenant, provider: PasswordlessProvider): boolean =>
  tenant.misbehave.signUpDisabled || connectionNamed(tenant, provider)?.options['disable_signup'] === true;

/** With what the switches for misbehaviour pretend. */
function optionsShown(tenant: Tenant, { strategy, options }: Connection): Record<string, unknown> {
  if (strategy !== 'email' && strategy !== 'sms') return options;
  const { digits, seconds } = codesOf(tenant, strategy);
  return { ...options, totp: { length: digits, time_step: seconds }, disable_signup: refusesSignUp(tenant, strategy) };
}

function present(tenant: Tenant, connection: Connection, scopes: readonly string[]): Record<string, unknown> {
  const { showsEnabledClients } = tenant.configuration;
  return {
    realms: [connection.name],
    is_domain_connection: false,
    show_as_button: false,
    authentication: { active: true },
    ...connection.fields,
    id: connection.id,
    name: connection.name,
    strategy: connection.strategy,
    ...(scopes.includes('read:connections_options') ? { options: optionsShown(tenant, connection) } : {}),
    ...(showsEnabledClients ? { enabled_clients: [...connection.clients] } : {}),
  };
}

const missing = problem(404, 'The connection does not exist.', 'inexistent_connection');
const read = ['read:connections'];
const update = ['update:connections'];
const group = 'read-connections';

function listConnections(tenant: Tenant, { query, scopes }: Call): Answer {
  const named = tenant.connections
    .filter((connection) => query['name'] === undefined || connection.name === query['name'])
    .filter((connection) => query['strategy'] === undefined || connection.strategy === query['strategy']);
  return page(
    query,
    'connections',
    named.map((connection) => pick(present(tenant, connection, scopes), query)),
  );
}

/** Options of the two passwordless strategies are checked; of the others nothing here depends. */
function faultIn(strategy: string, options: unknown): Answer | undefined {
  if (strategy !== 'email' && strategy !== 'sms') return undefined;
  const parsed = parsePayload<unknown>(passwordlessOptions[strategy], options);
  return parsed.ok ? undefined : parsed.answer;
}

const noPhoneProvider = problem(
  400,
  'Tenant Phone Provider not set. Connection can not be enable on a client.',
  'invalid_body',
);

/** Whether a text message can be sent by it: by the tenant's provider, or by one of its own. */
function canBeEnabled({ configuration }: Tenant, { strategy, options }: Connection): boolean {
  if (strategy !== 'sms') return true;
  const own = options['twilio_sid'] !== undefined || options['gateway_url'] !== undefined;
  return own || configuration.phoneProviders.some((provider) => provider['disabled'] !== true);
}

function createConnection(tenant: Tenant, { body, scopes }: Call): Answer {
  const parsed = parsePayload(newConnection, body);
  if (!parsed.ok) return parsed.answer;
  const { name, strategy, options = {}, enabled_clients: clients = [], ...fields } = parsed.value;
  if (connectionNamed(tenant, name) !== undefined) {
    return problem(409, 'A connection with the same name already exists', 'conflict');
  }
  const fault = faultIn(strategy, options);
  if (fault !== undefined) return fault;
  const connection: Connection = {
    ...{ id: newId(), name, strategy, options, fields, online: true, writeBack: false },
    clients: new Set(clients),
  };
  if (clients.length > 0 && !canBeEnabled(tenant, connection)) {
    return problem(400, 'No phone provider configured for the tenant', 'invalid_body');
  }
  tenant.connections.push(connection);
  return created(present(tenant, connection, scopes));
}

/** "The entire options object is overridden", and so is the list of applications. */
function changeConnection(tenant: Tenant, { params, body, scopes }: Call): Answer {
  const connection = tenant.connections.find((each) => each.id === params['id']);
  if (connection === undefined) return missing;
  const parsed = parsePayload(connectionChanges, body);
  if (!parsed.ok) return parsed.answer;
  const { options, enabled_clients: clients, ...fields } = parsed.value;
  if (options !== undefined) {
    if (!scopes.includes('update:connections_options')) return insufficientScope(['update:connections_options']);
    const fault = faultIn(connection.strategy, options);
    if (fault !== undefined) return fault;
    connection.options = options;
  }
  if (clients !== undefined) {
    connection.clients.clear();
    for (const id of clients) connection.clients.add(id);
  }
  connection.fields = { ...connection.fields, ...fields };
  return ok(present(tenant, connection, scopes));
}

function changeClients(tenant: Tenant, { params, body }: Call): Answer {
  const connection = tenant.connections.find((each) => each.id === params['id']);
  if (connection === undefined) return missing;
  const parsed = parsePayload(clientStatuses, body);
  if (!parsed.ok) return parsed.answer;
  if (parsed.value.some(({ client_id: id }) => clientOf(tenant.configuration, id) === undefined)) {
    return problem(404, 'The client does not exist', 'inexistent_client');
  }
  if (parsed.value.some(({ status }) => status) && !canBeEnabled(tenant, connection)) return noPhoneProvider;
  for (const { client_id: id, status } of parsed.value) {
    if (status) connection.clients.add(id);
    else connection.clients.delete(id);
  }
  return noContent;
}

export const connectionRoutes: readonly ManagementRoute[] = [
  { method: 'GET', path: '/connections', scopes: read, group, answer: listConnections },
  {
    method: 'GET',
    path: '/connections/:id',
    scopes: read,
    group,
    answer: (tenant, { params, query, scopes }) => {
      const connection = tenant.connections.find((each) => each.id === params['id']);
      return connection === undefined ? missing : ok(pick(present(tenant, connection, scopes), query));
    },
  },
  {
    method: 'GET',
    path: '/connections/:id/status',
    scopes: read,
    group,
    answer: (tenant, { params }) => {
      const connection = tenant.connections.find((each) => each.id === params['id']);
      if (connection === undefined) return problem(404, 'Connection not found.', 'inexistent_connection');
      return connection.online ? ok({ online: true }) : problem(404, 'not connected to any node');
    },
  },
  { method: 'POST', path: '/connections', scopes: ['create:connections'], group: 'other', answer: createConnection },
  { method: 'PATCH', path: '/connections/:id', scopes: update, group: 'other', answer: changeConnection },
  clientsOfConnection,
  { method: 'PATCH', path: '/connections/:id/clients', scopes: update, group: 'other', answer: changeClients },
  {
    method: 'GET',
    path: '/connections-directory-provisionings',
    scopes: ['read:directory_provisionings'],
    group: 'other',
    answer: () => problem(403, 'The inbound directory provisioning feature is not enabled for this tenant'),
  },
  {
    method: 'GET',
    path: '/connections/:id/scim-configuration',
    scopes: ['read:scim_config'],
    group: 'other',
    answer: () => problem(404, 'Not Found'),
  },
];
