// Every request that this folder can make: its name in logs and metrics, its rate-limit group, and the scopes it needs.
// No other request is ever sent to Auth0. Those of `looks` read how the tenant is set up: no person, and nothing is changed.

/** Auth0 counts each group separately: a pause in one does not affect the others (rate-limit configurations, September 2025). */
export type Limit =
  | 'read-users'
  | 'write-users'
  | 'delete-users'
  | 'read-logs'
  | 'read-clients'
  | 'read-connections'
  | 'other'
  | 'management-token'
  | 'passwordless'
  | 'exchange'
  | 'password-check'
  | 'reset-mail'
  | 'keys';

export interface Endpoint {
  readonly name: string;
  readonly limit: Limit;
  /** For the Management API; empty for the Authentication API. */
  readonly scopes: readonly string[];
  /** Method and path as the published descriptions write them. */
  readonly route: `${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`;
  /** Nobody waits for this call: while other calls of its group have to wait, it lets them go first. */
  readonly isPatient?: true;
  /** Whether the application has the scope is the administrator's choice, so a refusal is no trouble. */
  readonly isOptional?: true;
  /** What the operator can do about a 409. */
  readonly conflictRemedy?: string;
  /** What the operator can do where the application lacks the grant. */
  readonly grantRemedy?: string;
}

export const endpoints = {
  managementToken: { name: 'management-token', limit: 'management-token', scopes: [], route: 'POST /oauth/token' },
  keys: { name: 'keys', limit: 'keys', scopes: [], route: 'GET /.well-known/jwks.json' },
  startPasswordless: {
    name: 'passwordless-start',
    limit: 'passwordless',
    scopes: [],
    route: 'POST /passwordless/start',
  },
  exchangeCode: { name: 'code-exchange', limit: 'exchange', scopes: [], route: 'POST /oauth/token' },
  redeemSignIn: { name: 'sign-in-redeem', limit: 'exchange', scopes: [], route: 'POST /oauth/token' },
  /**
   * Only where a rule of the policy says that known passwords are typed here. In a group of its own: Auth0 counts it by account and
   * address, and a pause must not concern the codes of others.
   */
  checkPassword: {
    ...{ name: 'password-check', limit: 'password-check', scopes: [], route: 'POST /oauth/token' },
    grantRemedy:
      'Allow the application the grant "password-realm" (http://auth0.com/oauth/grant-type/password-realm), or remove `change: { via: form }` from the policy.',
  },
  readUser: { name: 'user-read', limit: 'read-users', scopes: ['read:users'], route: 'GET /users/{id}' },
  findUsers: { name: 'users-by-email', limit: 'read-users', scopes: ['read:users'], route: 'GET /users-by-email' },
  writeRecord: {
    name: 'record-write',
    limit: 'write-users',
    scopes: ['update:users_app_metadata'],
    route: 'PATCH /users/{id}',
  },
  /** Only where the policy names a connection for it. */
  setPassword: { name: 'password-set', limit: 'write-users', scopes: ['update:users'], route: 'PATCH /users/{id}' },
  searchUsers: { name: 'users-search', limit: 'read-users', scopes: ['read:users'], route: 'GET /users' },
  linkIdentity: {
    name: 'identity-link',
    limit: 'write-users',
    scopes: ['update:users'],
    route: 'POST /users/{id}/identities',
  },
  unlinkIdentity: {
    name: 'identity-unlink',
    limit: 'delete-users',
    scopes: ['update:users'],
    route: 'DELETE /users/{id}/identities/{provider}/{user_id}',
  },
  createUser: { name: 'user-create', limit: 'write-users', scopes: ['create:users'], route: 'POST /users' },
  deleteUser: { name: 'user-delete', limit: 'delete-users', scopes: ['delete:users'], route: 'DELETE /users/{id}' },
  readBlocks: { name: 'blocks-read', limit: 'other', scopes: ['read:users'], route: 'GET /user-blocks/{id}' },
  readBlocksOf: { name: 'blocks-read-by-name', limit: 'other', scopes: ['read:users'], route: 'GET /user-blocks' },
  liftBlocks: { name: 'blocks-lift', limit: 'other', scopes: ['update:users'], route: 'DELETE /user-blocks/{id}' },
  liftBlocksOf: { name: 'blocks-lift-by-name', limit: 'other', scopes: ['update:users'], route: 'DELETE /user-blocks' },
  mintTicket: {
    name: 'ticket-mint',
    limit: 'other',
    scopes: ['create:user_tickets'],
    route: 'POST /tickets/password-change',
    conflictRemedy:
      'If the tenant has several custom domains, set AUTH0_DOMAIN to the one for employees and AUTH0_TENANT_DOMAIN to the tenant’s own.',
  },
  /** Only where a rule of the policy says `via: email`. Auth0 counts it by the address to which it mails. */
  mailLink: { name: 'reset-mail', limit: 'reset-mail', scopes: [], route: 'POST /dbconnections/change_password' },
  revokeAccess: {
    name: 'access-revoke',
    limit: 'other',
    scopes: ['delete:sessions', 'delete:refresh_tokens'],
    route: 'POST /users/{id}/revoke-access',
  },
  endSessions: {
    name: 'sessions-end',
    limit: 'other',
    scopes: ['delete:sessions'],
    route: 'DELETE /users/{user_id}/sessions',
  },
  endRefreshTokens: {
    name: 'refresh-tokens-end',
    limit: 'other',
    scopes: ['delete:refresh_tokens'],
    route: 'DELETE /users/{user_id}/refresh-tokens',
  },
  searchLogs: { name: 'logs-search', limit: 'read-logs', scopes: ['read:logs'], route: 'GET /logs' },
  /** What is not known is not told, so this lets the others go first, and a refusal is no trouble. */
  searchFailures: {
    ...{ name: 'failures-search', limit: 'read-logs', scopes: ['read:logs'], route: 'GET /logs' },
    ...{ isPatient: true, isOptional: true },
  },
} as const satisfies Record<string, Endpoint>;

/**
 * Only where the policy lets Auth0's connector write passwords. Without these answers none is sent, so the scope is needed there: a person
 * waits for them.
 */
export const connectorEndpoints = {
  find: { name: 'connector-find', limit: 'read-connections', scopes: ['read:connections'], route: 'GET /connections' },
  status: {
    name: 'connector-status',
    limit: 'read-connections',
    scopes: ['read:connections'],
    route: 'GET /connections/{id}/status',
  },
} as const satisfies Record<string, Endpoint>;

const look = { isPatient: true, isOptional: true } as const;

/** What the doctor reads. The application works without these scopes; what lacks one is then not looked at. */
export const looks = {
  application: {
    ...{ ...look, name: 'application-look', limit: 'read-clients', scopes: ['read:clients'] },
    route: 'GET /clients/{id}',
  },
  connections: {
    ...{ ...look, name: 'connections-look', limit: 'read-connections', scopes: ['read:connections'] },
    route: 'GET /connections',
  },
  connection: {
    ...{ ...look, name: 'connection-look', limit: 'read-connections', scopes: ['read:connections'] },
    route: 'GET /connections/{id}',
  },
  connectionClients: {
    ...{ ...look, name: 'connection-clients-look', limit: 'read-connections', scopes: ['read:connections'] },
    route: 'GET /connections/{id}/clients',
  },
  connectionStatus: {
    ...{ ...look, name: 'connection-status-look', limit: 'read-connections', scopes: ['read:connections'] },
    route: 'GET /connections/{id}/status',
  },
  mailProvider: {
    ...{ ...look, name: 'mail-provider-look', limit: 'other', scopes: ['read:email_provider'] },
    route: 'GET /emails/provider',
  },
  phoneProviders: {
    ...{ ...look, name: 'phone-providers-look', limit: 'other', scopes: ['read:phone_providers'] },
    route: 'GET /branding/phone/providers',
  },
  bruteForce: {
    ...{ ...look, name: 'brute-force-look', limit: 'other', scopes: ['read:attack_protection'] },
    route: 'GET /attack-protection/brute-force-protection',
  },
  throttling: {
    ...{ ...look, name: 'ip-throttling-look', limit: 'other', scopes: ['read:attack_protection'] },
    route: 'GET /attack-protection/suspicious-ip-throttling',
  },
  mailTemplate: {
    ...{ ...look, name: 'mail-template-look', limit: 'other', scopes: ['read:email_templates'] },
    route: 'GET /email-templates/{templateName}',
  },
  bindings: {
    ...{ ...look, name: 'action-bindings-look', limit: 'other', scopes: ['read:actions'] },
    route: 'GET /actions/triggers/{triggerId}/bindings',
  },
  logStreams: {
    ...{ ...look, name: 'log-streams-look', limit: 'other', scopes: ['read:log_streams'] },
    route: 'GET /log-streams',
  },
  customDomains: {
    ...{ ...look, name: 'custom-domains-look', limit: 'other', scopes: ['read:custom_domains'] },
    route: 'GET /custom-domains',
  },
} as const satisfies Record<string, Endpoint>;
