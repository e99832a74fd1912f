// Applications, and which of them are authorized for which API.
import { type Answer, created, ok, problem } from './answer.ts';
import { type Call, integerIn, invalidQuery, type ManagementRoute, parsePayload, pick } from './call.ts';
import { type Client, type ClientGrant, clientOf, newClientId, newId } from './configuration.ts';
import { clientChanges, grantChanges, newClient, newGrant } from './configuration-bodies.ts';
import { page, pageFrom } from './paging.ts';
import type { Tenant } from './tenant.ts';

const readScopes = ['read:clients', 'read:client_keys', 'read:client_credentials', 'read:client_summary'];

function present(tenant: Tenant, client: Client, scopes: readonly string[]): Record<string, unknown> {
  const showsSecret = scopes.includes('read:client_keys') || scopes.includes('read:client_credentials');
  return {
    tenant: tenant.domain.split('.')[0],
    global: false,
    ...client.fields,
    name: client.name,
    client_id: client.id,
    ...(showsSecret ? { client_secret: client.secret } : {}),
  };
}

const isGlobal = (client: Client): boolean => client.fields['global'] === true;

function listClients(tenant: Tenant, { query, scopes }: Call): Answer {
  const wanted = tenant.configuration.clients
    .filter((client) => query['is_global'] === undefined || String(isGlobal(client)) === query['is_global'])
    .filter(
      (client) =>
        query['app_type'] === undefined || query['app_type'].split(',').includes(String(client.fields['app_type'])),
    );
  return page(
    query,
    'clients',
    wanted.map((client) => pick(present(tenant, client, scopes), query)),
  );
}

const missing = problem(404, 'Client not found.', 'inexistent_client');

/** A change of `client_metadata` is merged; `null` removes a key. Everything else is replaced. */
function mergedMetadata(client: Client, changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = changes['client_metadata'];
  if (typeof given !== 'object' || given === null) return {};
  const merged = Object.entries({ ...Object(client.fields['client_metadata']), ...given });
  return { client_metadata: Object.fromEntries(merged.filter(([, value]) => value !== null)) };
}

export const clientRoutes: readonly ManagementRoute[] = [
  { method: 'GET', path: '/clients', scopes: readScopes, group: 'read-clients', answer: listClients },
  {
    method: 'GET',
    path: '/clients/:id',
    scopes: readScopes,
    group: 'read-clients',
    answer: (tenant, { params, query, scopes }) => {
      const client = clientOf(tenant.configuration, params['id'] ?? '');
      return client === undefined ? missing : ok(pick(present(tenant, client, scopes), query));
    },
  },
  {
    method: 'POST',
    path: '/clients',
    scopes: ['create:clients'],
    group: 'other',
    answer: (tenant, { body, scopes }) => {
      const parsed = parsePayload(newClient, body);
      if (!parsed.ok) return parsed.answer;
      const { name, ...fields } = parsed.value;
      const defaults = {
        is_first_party: true,
        callbacks: [],
        grant_types: ['authorization_code', 'client_credentials'],
      };
      const client = {
        id: newClientId(),
        name,
        secret: newClientId() + newClientId(),
        fields: { ...defaults, ...fields },
      };
      tenant.configuration.clients.push(client);
      return created({ ...present(tenant, client, scopes), client_secret: client.secret });
    },
  },
  {
    method: 'PATCH',
    path: '/clients/:id',
    scopes: ['update:clients', 'update:client_keys', 'update:client_credentials'],
    group: 'other',
    answer: (tenant, { params, body, scopes }) => {
      const client = clientOf(tenant.configuration, params['id'] ?? '');
      if (client === undefined) return missing;
      const parsed = parsePayload(clientChanges, body);
      if (!parsed.ok) return parsed.answer;
      const { name, ...changes } = parsed.value;
      client.name = name ?? client.name;
      client.fields = { ...client.fields, ...changes, ...mergedMetadata(client, changes) };
      return ok(present(tenant, client, scopes));
    },
  },
];

const shown = (grant: ClientGrant): Record<string, unknown> => ({
  ...grant.fields,
  id: grant.id,
  client_id: grant.clientId,
  audience: grant.audience,
  scope: grant.scope,
  subject_type: grant.subjectType,
});

function createGrant(tenant: Tenant, { body }: Call): Answer {
  const parsed = parsePayload(newGrant, body);
  if (!parsed.ok) return parsed.answer;
  const { client_id: clientId, audience, scope = [], subject_type: subjectType = 'client', ...fields } = parsed.value;
  if (audience !== tenant.audience) return problem(404, 'Resource server not found', 'inexistent_resource_server');
  if (clientOf(tenant.configuration, clientId) === undefined)
    return problem(404, 'Client not found', 'inexistent_client');
  const { clientGrants } = tenant.configuration;
  const isThere = (each: ClientGrant) =>
    each.clientId === clientId && each.audience === audience && each.subjectType === subjectType;
  if (clientGrants.some(isThere)) {
    return problem(409, 'A resource server with the same identifier already exists.', 'conflict');
  }
  const grant: ClientGrant = { id: newId('cgr'), clientId, audience, subjectType, scope, fields };
  clientGrants.push(grant);
  return created(shown(grant));
}

export const clientGrantRoutes: readonly ManagementRoute[] = [
  {
    method: 'GET',
    path: '/client-grants',
    scopes: ['read:client_grants'],
    group: 'other',
    answer: (tenant, { query }) => {
      const wanted = tenant.configuration.clientGrants
        .filter(({ clientId }) => query['client_id'] === undefined || query['client_id'] === clientId)
        .filter(({ audience }) => query['audience'] === undefined || query['audience'] === audience)
        .filter(({ subjectType }) => query['subject_type'] === undefined || query['subject_type'] === subjectType);
      return page(query, 'client_grants', wanted.map(shown));
    },
  },
  { method: 'POST', path: '/client-grants', scopes: ['create:client_grants'], group: 'other', answer: createGrant },
  {
    method: 'PATCH',
    path: '/client-grants/:id',
    scopes: ['update:client_grants'],
    group: 'other',
    answer: (tenant, { params, body }) => {
      const grant = tenant.configuration.clientGrants.find(({ id }) => id === params['id']);
      if (grant === undefined) return problem(404, 'The client grant does not exist.', 'inexistent_client_grant');
      const parsed = parsePayload(grantChanges, body);
      if (!parsed.ok) return parsed.answer;
      const { scope, ...fields } = parsed.value;
      grant.scope = scope ?? grant.scope;
      grant.fields = { ...grant.fields, ...fields };
      return ok(shown(grant));
    },
  },
];

export const clientsOfConnection: ManagementRoute = {
  method: 'GET',
  path: '/connections/:id/clients',
  scopes: ['read:connections'],
  group: 'read-connections',
  answer: (tenant, { params, query }) => {
    const connection = tenant.connections.find(({ id }) => id === params['id']);
    if (connection === undefined) return problem(404, 'The connection does not exist', 'inexistent_connection');
    const take = integerIn(query, 'take', { fallback: 50, from: 1, to: 100 });
    if (take === undefined) return invalidQuery('take', 'Invalid');
    return pageFrom(
      query,
      take,
      'clients',
      [...connection.clients].map((id) => ({ client_id: id })),
    );
  },
};
