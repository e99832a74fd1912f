// What an administrator of the tenant sets up: applications and their grants, Actions, protection, mail, streams. Plain data
// that tests and the page change directly; the routes are in the sibling files.
import { randomBytes } from 'node:crypto';

type Fields = Record<string, unknown>;

export type Client = {
  readonly id: string;
  name: string;
  readonly secret: string;
  /** Everything else that the API shows. */
  fields: Fields;
};

export type ClientGrant = {
  readonly id: string;
  readonly clientId: string;
  readonly audience: string;
  readonly subjectType: string;
  scope: readonly string[];
  /** Everything else that the API shows. */
  fields: Fields;
};

export type Action = {
  readonly id: string;
  name: string;
  code: string;
  runtime: string;
  dependencies: readonly Readonly<Fields>[];
  /** With their values, which the API never shows. A secret without a value has none. */
  secrets: readonly { readonly name: string; readonly value: string | undefined }[];
  triggers: readonly { readonly id: string; readonly version: string }[];
  /** What runs; undefined until the first deployment. */
  deployedCode: string | undefined;
  isAllDeployed: boolean;
  /** How many requests to deploy are refused because the Action is still being built. */
  buildsLeft: number;
};

export type Binding = { readonly id: string; readonly actionId: string; readonly displayName: string };

export type LogStream = { readonly id: string; readonly type: string; fields: Fields };

export const protections = [
  'brute-force-protection',
  'suspicious-ip-throttling',
  'breached-password-detection',
] as const;
export type Protection = (typeof protections)[number];

export type Configuration = {
  readonly clients: Client[];
  readonly clientGrants: ClientGrant[];
  readonly actions: Action[];
  /** By trigger, in the order in which they run. */
  readonly bindings: Map<string, readonly Binding[]>;
  readonly protection: Record<Protection, Fields>;
  readonly logStreams: LogStream[];
  /** Log streams are not on every plan. */
  hasLogStreams: boolean;
  readonly emailTemplates: Map<string, Fields>;
  /** As the API shows it; undefined where mail goes out by Auth0's own provider. */
  emailProvider: Fields | undefined;
  phoneProviders: readonly Readonly<Fields>[];
  customDomains: readonly Readonly<Fields>[];
  settings: Fields;
  prompts: Fields;
  /** Whether `GET /connections` still shows the deprecated `enabled_clients`. Newer tenants do not. */
  showsEnabledClients: boolean;
};

/** Letters and digits, as long as Auth0's own. */
export const newClientId = (): string => randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'x');

export const newId = (prefix: string): string => `${prefix}_${randomBytes(8).toString('hex')}`;

export const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** An application without which a tenant cannot be: it holds the classic pages. */
const globalClient = (): Client => ({
  id: newClientId(),
  name: 'All Applications',
  secret: newClientId(),
  fields: { global: true, custom_login_page_on: false, callbacks: [], is_first_party: true },
});

export function createConfiguration(about: {
  readonly name: string;
  readonly domain: string;
  readonly audience: string;
  readonly client: Client;
  readonly scopes: readonly string[];
  readonly bruteForceMode: string;
}): Configuration {
  const configuration: Configuration = {
    clients: [globalClient(), about.client],
    clientGrants: [],
    actions: [],
    bindings: new Map(),
    protection: {
      'brute-force-protection': {
        enabled: true,
        shields: ['block', 'user_notification'],
        mode: about.bruteForceMode,
        allowlist: [],
        max_attempts: 10,
      },
      'suspicious-ip-throttling': {
        enabled: true,
        shields: ['admin_notification', 'block'],
        allowlist: [],
        stage: {
          'pre-login': { max_attempts: 100, rate: 864_000 },
          'pre-user-registration': { max_attempts: 50, rate: 1_728_000 },
        },
      },
      'breached-password-detection': {
        enabled: false,
        shields: [],
        admin_notification_frequency: [],
        method: 'standard',
        stage: { 'pre-user-registration': { shields: [] }, 'pre-change-password': { shields: [] } },
      },
    },
    logStreams: [],
    hasLogStreams: true,
    emailTemplates: new Map(),
    emailProvider: {
      name: 'smtp',
      enabled: true,
      default_from_address: `no-reply@${about.domain}`,
      credentials: { smtp_host: `smtp.${about.domain}`, smtp_port: 587, smtp_user: 'mailer' },
    },
    phoneProviders: [
      {
        id: newId('pro'),
        name: 'twilio',
        channel: 'phone',
        disabled: false,
        configuration: {
          sid: 'AC00000000000000000000000000000000',
          default_from: '+15005550006',
          delivery_methods: ['text'],
        },
      },
    ],
    customDomains: [],
    settings: {
      friendly_name: about.name,
      support_email: `support@${about.domain}`,
      support_url: `https://${about.domain}/support`,
      change_password: { enabled: false, html: '' },
      flags: { enable_client_connections: false },
      session_lifetime: 168,
      idle_session_lifetime: 72,
    },
    prompts: { universal_login_experience: 'new', identifier_first: false, webauthn_platform_first_factor: false },
    showsEnabledClients: false,
  };
  grant(configuration, about.client.id, about.audience, about.scopes);
  return configuration;
}

/** Authorizes the application for the Management API with exactly these scopes. */
export function grant(
  configuration: Configuration,
  clientId: string,
  audience: string,
  scope: readonly string[],
): ClientGrant {
  const made: ClientGrant = { id: newId('cgr'), clientId, audience, subjectType: 'client', scope, fields: {} };
  configuration.clientGrants.push(made);
  return made;
}

export const clientOf = (configuration: Configuration, id: string): Client | undefined =>
  configuration.clients.find((client) => client.id === id);

export const grantTypesOf = (configuration: Configuration, clientId: string): readonly string[] =>
  textsIn(clientOf(configuration, clientId)?.fields['grant_types']);

export const scopesOf = (configuration: Configuration, clientId: string, audience: string): readonly string[] =>
  configuration.clientGrants.find(
    (each) => each.clientId === clientId && each.audience === audience && each.subjectType === 'client',
  )?.scope ?? [];
