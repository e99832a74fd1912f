// One emulated tenant: its settings and its data, passed to every route. It has no behaviour of its own: each file
// implements what it does with the tenant.
import { type Configuration, createConfiguration, newId } from './configuration.ts';
import type { Keyring } from './keys.ts';
import type { Buckets } from './limits.ts';
import {
  type Block,
  type BrowserSession,
  type Code,
  type Connection,
  type Delivery,
  type Grant,
  type IndexedUser,
  type LogEntry,
  type Misbehaviour,
  noMisbehaviour,
  type OpenSignIn,
  type Ticket,
  type User,
  type Witnessed,
} from './state.ts';

export type LockoutMode = 'count_per_identifier_and_ip' | 'count_per_identifier';

export type TenantSettings = {
  /** Of the issuer: the tenant's own or a custom one. */
  readonly domain: string;
  /** Of the Management API's audience: always the tenant's own. */
  readonly tenantDomain: string;
  /** Of the application that sends codes and signs people in. */
  clientId: string;
  clientSecret: string;
  readonly now: () => number;
  readonly name: string;
  /** Whether the passwordless limit counts by the address in `auth0-forwarded-for`. */
  readonly trustForwardedFor: boolean;
};

/** What the tenant's configuration begins with. */
export type FirstConfiguration = {
  /** The application's grant types, without which the token endpoint and `/authorize` refuse. */
  readonly grants: readonly string[];
  /** Scopes that the bot's application has for the Management API. */
  readonly scopes: readonly string[];
  /** The application's registered callbacks. */
  readonly callbacks: readonly string[];
  readonly lockoutMode: LockoutMode;
};

export type Tenant = TenantSettings & {
  readonly configuration: Configuration;
  /** The Management API as one of the tenant's APIs. */
  readonly apiId: string;
  readonly issuer: string;
  readonly audience: string;
  readonly keys: Keyring;
  readonly users: Map<string, User>;
  readonly connections: Connection[];
  readonly codes: Map<string, Code>;
  readonly tickets: Map<string, Ticket>;
  readonly failures: Map<string, number>;
  readonly blockedIps: Set<string>;
  readonly misbehave: Misbehaviour;
  readonly outbox: Delivery[];
  readonly deliveryListeners: Set<(delivery: Delivery) => void>;
  readonly logs: LogEntry[];
  readonly witnessed: Witnessed[];
  readonly logListeners: Set<(entry: LogEntry) => void>;
  /** By the value in the address of the sign-in page. */
  readonly openSignIns: Map<string, OpenSignIn>;
  /** By the authorization code. */
  readonly codeGrants: Map<string, Grant>;
  /** By the browser's cookie. */
  readonly browserSessions: Map<string, BrowserSession>;
  /** Rate limits of passwordless codes. */
  buckets: Buckets | undefined;
  /** Rate limits of the Management API. */
  managementBuckets: Buckets | undefined;
  blocks: Block[];
  ticketOrigin: string;
  /** Management tokens issued before this instant get 401. */
  tokensRevokedAt: number | undefined;
  /** How long a log entry stays invisible to the API, as in the real log. */
  logDelayMs: number;
  /** How long a change of a user stays invisible to the search, as at Auth0. */
  searchDelayMs: number;
  /** What the search finds from which moment on, oldest first. Empty without a delay. */
  readonly searchIndex: { readonly at: number; readonly users: readonly IndexedUser[] }[];
  /** How far `now` is ahead of the clock in the settings. */
  clockAheadMs: number;
};

export function createTenant(
  settings: TenantSettings,
  keys: Keyring,
  buckets: Buckets | undefined,
  first: FirstConfiguration,
): Tenant {
  const audience = `https://${settings.tenantDomain}/api/v2/`;
  const client = {
    id: settings.clientId,
    name: 'Latchkey',
    secret: settings.clientSecret,
    fields: {
      app_type: 'regular_web',
      is_first_party: true,
      oidc_conformant: true,
      grant_types: first.grants,
      callbacks: first.callbacks,
      token_endpoint_auth_method: 'client_secret_post',
      is_token_endpoint_ip_header_trusted: settings.trustForwardedFor,
      jwt_configuration: { alg: 'RS256' },
    },
  };
  const tenant: Tenant = {
    ...settings,
    now: () => settings.now() + tenant.clockAheadMs,
    issuer: `https://${settings.domain}/`,
    audience,
    apiId: newId('rs'),
    configuration: createConfiguration({
      name: settings.name,
      domain: settings.domain,
      audience,
      client,
      scopes: first.scopes,
      bruteForceMode: first.lockoutMode,
    }),
    keys,
    users: new Map(),
    connections: [],
    codes: new Map(),
    tickets: new Map(),
    failures: new Map(),
    blockedIps: new Set(),
    misbehave: noMisbehaviour(),
    outbox: [],
    deliveryListeners: new Set(),
    logs: [],
    witnessed: [],
    logListeners: new Set(),
    openSignIns: new Map(),
    codeGrants: new Map(),
    browserSessions: new Map(),
    buckets,
    managementBuckets: buckets,
    blocks: [],
    ticketOrigin: `https://${settings.domain}`,
    tokensRevokedAt: undefined,
    logDelayMs: 0,
    searchDelayMs: 0,
    searchIndex: [],
    clockAheadMs: 0,
  };
  return tenant;
}
