// Reads what a tenant has, with the credentials of the application that will deploy. Only GET requests, besides the one for the
// token. A part that cannot be read is said to be unseen, never to be empty.
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { createTransport } from '../../src/auth0/transport.ts';
import { retryAfterMs } from '../../src/outbound/retry-after.ts';
import {
  answers,
  type Protection,
  protections,
  type Seen,
  type SeenAction,
  type SeenBinding,
  type SeenConnection,
  type SeenEmployees,
  type SeenStream,
  type SeenTenant,
  type Trigger,
  triggers,
} from './seen.ts';

export interface TenantAccess {
  /** The tenant's own domain. */
  readonly tenantDomain: string;
  /** Takes the place of the domain in every request. */
  readonly baseUrl?: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Whose {
  /** The application is found by its id, or, before there is one, by its name. */
  readonly clientId: string | undefined;
  readonly clientName: string;
  /** Of the employees; undefined: every database and Active Directory. */
  readonly connections: readonly string[] | undefined;
  /** With which the log stream is compared. It is kept nowhere. */
  readonly hookSecret: string | undefined;
  /** Whether the tenant's own page for a new password is to be written. Its settings are read only then. */
  readonly wantsResetPage: boolean;
}

/** One sentence for the operator. */
export type TenantError = Error & { readonly name: 'TenantError' };
export const isTenantError = (error: unknown): error is TenantError =>
  error instanceof Error && error.name === 'TenantError';
const tenantError = (text: string): TenantError => Object.assign(new Error(text), { name: 'TenantError' as const });

const timeoutMs = 15_000;
/** On the smallest plan two calls a second are allowed. */
const triesAtMost = 10;
const longestPauseMs = 60_000;
const pageSize = 100;

type Answer = { readonly status: number; readonly body: unknown };
type Get = (path: string) => Promise<Answer>;

/** Throws a `TenantError` if there is no way in, or if the applications cannot be listed. */
export async function readTenant(access: TenantAccess, whose: Whose): Promise<SeenTenant> {
  const get = await open(access);
  const clientNames = await listClients(get);
  const id = clientIdIn(clientNames, whose);
  const client =
    id === undefined ? undefined : await required(get, `/clients/${encodeURIComponent(id)}`, answers.fields);
  const audience = encodeURIComponent(`https://${access.tenantDomain}/api/v2/`);
  return {
    clientNames,
    client,
    grantScope: id === undefined ? nothing : await grantScopeOf(get, id, audience),
    connections: await connectionsOf(get),
    phoneProvider: await part(get, '/branding/phone/providers', answers.phoneProviders, ({ providers }) =>
      providers.some(({ disabled }) => disabled !== true),
    ),
    mailFrom: await absentable(get, '/emails/provider', answers.mailProvider, (it) => it.default_from_address ?? ''),
    resetMail: await absentable(get, '/email-templates/reset_email', answers.fields, (template) => template),
    resetPage: whose.wantsResetPage
      ? await part(get, '/tenants/settings?fields=change_password', answers.settings, (it) => it.change_password ?? {})
      : { is: 'unseen', why: 'nobody asked for it' },
    protection: await protectionOf(get),
    actions: await actionsOf(get),
    bindings: await bindingsOf(get),
    employees: await employeesOf(get, id, whose.connections),
    streams: await part(get, '/log-streams', answers.streams, (streams) =>
      streams.map((stream) => seenStream(stream, whose.hookSecret)),
    ),
  };
}

const nothing = { is: 'seen', value: undefined } as const;

async function open({ tenantDomain, baseUrl, clientId, clientSecret }: TenantAccess): Promise<Get> {
  const transport = createTransport({ domain: tenantDomain, baseUrl, timeoutMs });
  async function ask(path: string, init: RequestInit, triesLeft = triesAtMost): Promise<Answer> {
    const exchange = await transport(`https://${tenantDomain}${path}`, init);
    if (exchange.is === 'broken') throw tenantError(`Auth0 did not answer (${exchange.code}).`);
    if (exchange.status !== 429 || triesLeft <= 1) return exchange;
    const asked = retryAfterMs(exchange.headers.get('retry-after'), Date.now()) ?? 1_000;
    await wait(Math.min(Math.max(asked, 500), longestPauseMs));
    return ask(path, init, triesLeft - 1);
  }
  const token = await ask('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: `https://${tenantDomain}/api/v2/`,
    }).toString(),
  });
  const { data } = z.object({ access_token: z.string() }).safeParse(token.body);
  if (token.status !== 200 || data === undefined) {
    throw tenantError(
      `Auth0 gives no token to AUTH0_DEPLOY_CLIENT_ID (${token.status}). Check both settings, and that this application is authorized for the Auth0 Management API. If AUTH0_DOMAIN is a custom domain, set AUTH0_TENANT_DOMAIN too.`,
    );
  }
  return (path) => ask(`/api/v2${path}`, { headers: { authorization: `Bearer ${data.access_token}` } });
}

const scopeText = z.object({ errorCode: z.literal('insufficient_scope') });

/** Why a part was not seen. No text of Auth0's is repeated. */
function whyNot(path: string, { status, body }: Answer): string {
  const what = path.split('?')[0] ?? path;
  if (scopeText.safeParse(body).success) return `the deploying application may not read ${what}: grant it the scope`;
  if (status === 403) return `this tenant's plan does not allow ${what}`;
  return `${what} answered ${status} in a form that is not known`;
}

async function part<In, Out>(
  get: Get,
  path: string,
  schema: z.ZodType<In>,
  use: (value: In) => Out,
): Promise<Seen<Out>> {
  const answer = await get(path);
  const { data } = schema.safeParse(answer.body);
  if (answer.status !== 200 || data === undefined) return { is: 'unseen', why: whyNot(path, answer) };
  return { is: 'seen', value: use(data) };
}

/** A 404 says that the tenant has no such thing. */
async function absentable<In, Out>(
  get: Get,
  path: string,
  schema: z.ZodType<In>,
  use: (value: In) => Out,
): Promise<Seen<Out | undefined>> {
  const answer = await get(path);
  if (answer.status === 404) return nothing;
  return part(async () => answer, path, schema, use);
}

async function required<In>(get: Get, path: string, schema: z.ZodType<In>): Promise<In> {
  const read = await part(get, path, schema, (value) => value);
  if (read.is === 'unseen') throw tenantError(`Without its applications nothing can be written: ${read.why}.`);
  return read.value;
}

async function listClients(get: Get): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (let page = 0, total = 1; page * pageSize < total; page += 1) {
    const path = `/clients?fields=client_id,name&include_totals=true&per_page=${pageSize}&page=${page}`;
    const read = await required(get, path, answers.clients);
    total = read.total;
    for (const { client_id: id, name = '' } of read.clients) names.set(id, name);
  }
  return names;
}

function clientIdIn(names: ReadonlyMap<string, string>, { clientId, clientName }: Whose): string | undefined {
  if (clientId !== undefined) {
    if (!names.has(clientId)) throw tenantError('This tenant has no application with the id in AUTH0_CLIENT_ID.');
    const name = names.get(clientId);
    if ([...names.values()].filter((each) => each === name).length > 1) {
      throw tenantError(
        `Two applications are called “${name}”, and the deploy tool knows applications by their name. Rename one of them.`,
      );
    }
    return clientId;
  }
  const found = [...names].filter(([, name]) => name === clientName);
  if (found.length > 1) {
    throw tenantError(`Two applications are called “${clientName}”. Set AUTH0_CLIENT_ID, and rename one of them.`);
  }
  return found[0]?.[0];
}

const grantScopeOf = (get: Get, id: string, audience: string): Promise<SeenTenant['grantScope']> =>
  part(
    get,
    `/client-grants?take=${pageSize}&client_id=${encodeURIComponent(id)}&audience=${audience}`,
    answers.grants,
    ({ client_grants: grants }) => (grants.length === 0 ? undefined : grants.flatMap(({ scope = [] }) => scope)),
  );

async function connectionsOf(get: Get): Promise<SeenTenant['connections']> {
  const email = await connectionOf(get, 'email');
  if (email.is === 'unseen') return email;
  const sms = await connectionOf(get, 'sms');
  if (sms.is === 'unseen') return sms;
  return { is: 'seen', value: { email: email.value, sms: sms.value } };
}

/** There is at most one connection of each passwordless strategy that a code can be asked of: the one that has its name. */
async function connectionOf(get: Get, strategy: 'email' | 'sms'): Promise<Seen<SeenConnection | undefined>> {
  const path = `/connections?take=${pageSize}&strategy=${strategy}&name=${strategy}`;
  const found = await part(get, path, answers.connections, ({ connections: [first] }) => first);
  if (found.is === 'unseen' || found.value === undefined) return found.is === 'unseen' ? found : nothing;
  const { id, name, options, is_domain_connection: isDomainConnection } = found.value;
  const clients = await clientsOf(get, id);
  return clients.is === 'unseen'
    ? clients
    : { is: 'seen', value: { id, name, options, isDomainConnection, clients: clients.value } };
}

async function clientsOf(get: Get, id: string): Promise<Seen<readonly string[]>> {
  const clients: string[] = [];
  for (let from: string | undefined = ''; from !== undefined; ) {
    const where = `/connections/${encodeURIComponent(id)}/clients?take=${pageSize}`;
    const path: string = from === '' ? where : `${where}&from=${encodeURIComponent(from)}`;
    const read: Seen<z.infer<typeof answers.connectionClients>> = await part(
      get,
      path,
      answers.connectionClients,
      (value) => value,
    );
    if (read.is === 'unseen') return read;
    clients.push(...read.value.clients.map(({ client_id: client }) => client));
    from = read.value.next;
  }
  return { is: 'seen', value: clients };
}

const seenStream = (
  { name = '', type = 'unknown', sink }: z.infer<typeof answers.streams>[number],
  hookSecret: string | undefined,
): SeenStream => ({
  ...{ name, type, endpoint: sink?.httpEndpoint },
  ...{ contentType: sink?.httpContentType, contentFormat: sink?.httpContentFormat },
  token: hookSecret !== undefined && sink?.httpAuthorization === `Bearer ${hookSecret}` ? 'ours' : 'other',
  hasHeaders: (sink?.httpCustomHeaders ?? []).length > 0,
});

/** Each costs a call. */
const employeeConnectionsAtMost = 50;

async function employeesOf(
  get: Get,
  client: string | undefined,
  wanted: readonly string[] | undefined,
): Promise<SeenTenant['employees']> {
  const all: z.infer<typeof answers.connections>['connections'] = [];
  for (let from: string | undefined = ''; from !== undefined; ) {
    const where = `/connections?take=${pageSize}&fields=id,name,strategy`;
    const path: string = from === '' ? where : `${where}&from=${encodeURIComponent(from)}`;
    const read: Seen<z.infer<typeof answers.connections>> = await part(get, path, answers.connections, (it) => it);
    if (read.is === 'unseen') return read;
    all.push(...read.value.connections);
    from = read.value.next;
  }
  const chosen = all.filter(({ name, strategy = '' }) => wanted?.includes(name) ?? ['auth0', 'ad'].includes(strategy));
  const seen: SeenEmployees[] = [];
  for (const { id, name } of chosen.slice(0, employeeConnectionsAtMost)) {
    const clients = await clientsOf(get, id);
    if (clients.is === 'unseen') return clients;
    seen.push({ name, isOn: client !== undefined && clients.value.includes(client) });
  }
  return { is: 'seen', value: seen };
}

type Fields = z.infer<typeof answers.fields>;

async function protectionOf(get: Get): Promise<SeenTenant['protection']> {
  const read: Partial<Record<Protection, Fields>> = {};
  for (const name of protections) {
    const one = await part(get, `/attack-protection/${name}`, answers.fields, (value) => value);
    if (one.is === 'unseen') return one;
    read[name] = one.value;
  }
  const { 'brute-force-protection': force = {}, 'breached-password-detection': breached = {} } = read;
  return {
    is: 'seen',
    value: {
      'brute-force-protection': force,
      'breached-password-detection': breached,
      'suspicious-ip-throttling': read['suspicious-ip-throttling'] ?? {},
    },
  };
}

async function actionsOf(get: Get): Promise<SeenTenant['actions']> {
  const all = new Map<string, SeenAction>();
  for (let page = 0, total = 1; page * pageSize < total; page += 1) {
    const path = `/actions/actions?per_page=${pageSize}&page=${page}`;
    const read = await part(get, path, answers.actions, (value) => value);
    if (read.is === 'unseen') return read;
    total = read.value.total;
    for (const { name, code = '', runtime, dependencies, secrets, ...one } of read.value.actions)
      all.set(name, {
        ...{ code, runtime, dependencies, secrets: secrets?.map((secret) => secret.name) },
        triggers: one.supported_triggers?.map(({ id, version }) => ({ id, version })),
        isDeployed: one.all_changes_deployed,
      });
  }
  return { is: 'seen', value: all };
}

async function bindingsOf(get: Get): Promise<SeenTenant['bindings']> {
  const read: Record<Trigger, readonly SeenBinding[]> = { 'post-login': [], 'post-change-password': [] };
  for (const trigger of triggers) {
    const path = `/actions/triggers/${trigger}/bindings?per_page=${pageSize}`;
    const one = await part(get, path, answers.bindings, (value) => value);
    if (one.is === 'unseen') return one;
    const { total, bindings } = one.value;
    const named = bindings.flatMap(({ action, display_name: displayName }) =>
      action === undefined ? [] : [{ action: action.name, displayName: displayName ?? action.name }],
    );
    // A binding that was left out of the list would be taken off the trigger.
    if (named.length < total) return { is: 'unseen', why: `not every Action that runs at ${trigger} has a name` };
    read[trigger] = named;
  }
  return { is: 'seen', value: read };
}
