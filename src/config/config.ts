// Reads the environment into a Config, for the server or for one command of the operator's tool.
// Refuses doubtful values, and names every problem at once.
import type { z } from 'zod';
import { envFileOf } from './env-file.ts';
import type { MailServer } from './mail-server.ts';
import type { DatabaseAddress, LogLevel } from './parsers.ts';
import {
  configError,
  deploySettings,
  type Environment,
  given,
  type Problem,
  pages,
  problemsOf,
  proxyVariables,
  settings,
} from './variables.ts';

export interface Config {
  readonly isProduction: boolean;
  readonly listen: { readonly host: string; readonly port: number };
  /** An origin without a slash at its end. Every link is built from it. */
  readonly publicUrl: string;
  readonly database: DatabaseAddress;
  /** 32 random bytes each; the first signs, all verify. */
  readonly secretKeys: readonly Uint8Array[];
  /**
   * A file that POLICY_FILE names must exist. In production the default file must exist too, so that nobody runs on defaults
   * without knowing it.
   */
  readonly policyFile: 'built-in' | { readonly path: string; readonly mustExist: boolean };
  readonly logLevel: LogLevel;
  readonly auth0: {
    readonly domain: string;
    /** `https://<domain>/`, whatever address the requests go to. */
    readonly issuer: string;
    /** The tenant's own domain; the same as `domain` unless that is a custom domain. */
    readonly tenantDomain: string;
    /** Where all requests go in place of the two domains, if it is set; no slash at its end. */
    readonly baseUrl?: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  /** Absent where the adapter is off. `apiUrl` ends in `/api/`. */
  readonly slack?: { readonly signingSecret: string; readonly botToken: string; readonly apiUrl?: string };
  /** Absent where the adapter is off. `serviceUrls` are origins; what is absent is Microsoft's public cloud. */
  readonly teams?: {
    readonly appId: string;
    readonly appPassword: string;
    readonly tenantId: string;
    readonly openIdMetadataUrl?: string;
    readonly loginUrl?: string;
    readonly serviceUrls?: readonly string[];
  };
  /** Absent: notices go by chat only. */
  readonly mail?: MailServer;
  /** The proxies whose `X-Forwarded-For` is believed; empty: nobody's. */
  readonly trustProxy: readonly string[];
  /** Absent: `/hooks/auth0` is off. */
  readonly webhookSecret?: string;
}

type Parsed = z.infer<ReturnType<typeof settings>>;

/** Throws one `ConfigError` that names every problem. */
export function readConfig(env: Environment): Config {
  const set = given(env);
  const isProduction = isProductionIn(set);
  const result = settings(isProduction).safeParse(set);
  const problems = [
    ...problemsOf(result.error),
    ...contradictions(set),
    ...unverifiedTls(set),
    ...unreadableProxies(set),
  ];
  refuse(env, problems, 'Latchkey can start');
  if (!result.success) throw configError(problems, 'Latchkey can start');
  return asConfig(result.data);
}

const notSet = /^is not set\b/;

/** Throws a `ConfigError` if there is a problem with these settings or with the `.env` file that they were completed from. */
function refuse(env: Environment, problems: readonly Problem[], before: string): void {
  const { problems: ofFile, taken, unclear } = envFileOf(env);
  if (problems.length === 0 && ofFile.length === 0) return;
  // A line that was not understood may be the one that sets it.
  const isCertain = ({ variable, what }: Problem): boolean =>
    !notSet.test(what) || (unclear !== 'all' && !unclear.has(variable));
  throw configError(problems.filter(isCertain), before, ofFile, (variable) => taken.get(variable));
}

const isProductionIn = (set: Environment): boolean => set['NODE_ENV'] === 'production';

/**
 * The settings of single commands. They run before the other settings are known: the secrets of an app are made with its
 * manifest.
 * Throws one `ConfigError` like `readConfig`, about these settings only.
 */
export const readForMigrating = (env: Environment): Pick<Config, 'database'> => {
  const { DATABASE_URL } = readPart(env, 'migrate', (all) => all.pick({ NODE_ENV: true, DATABASE_URL: true }));
  return { database: DATABASE_URL };
};

export const readForSlackManifest = (env: Environment): Pick<Config, 'publicUrl' | 'policyFile'> => {
  const part = readPart(env, 'manifest slack', (all) =>
    all.pick({ NODE_ENV: true, PUBLIC_URL: true, POLICY_FILE: true }),
  );
  return { publicUrl: part.PUBLIC_URL, policyFile: policyFileOf(part.POLICY_FILE, false) };
};

export const readForTeamsManifest = (env: Environment): { readonly publicUrl: string; readonly appId: string } => {
  const part = readPart(env, 'manifest teams', (all) =>
    all.pick({ NODE_ENV: true, PUBLIC_URL: true }).extend({ TEAMS_APP_ID: all.shape.TEAMS_APP_ID.unwrap() }),
  );
  return { publicUrl: part.PUBLIC_URL, appId: part.TEAMS_APP_ID };
};

/** The operator's commands on the database, beside a running server. */
export const readForOperator = (env: Environment, command: string): Pick<Config, 'database' | 'policyFile'> => {
  const part = readPart(env, command, (all) => all.pick({ NODE_ENV: true, DATABASE_URL: true, POLICY_FILE: true }));
  return { database: part.DATABASE_URL, policyFile: policyFileOf(part.POLICY_FILE, part.NODE_ENV === 'production') };
};

const forAuth0 = {
  NODE_ENV: true,
  POLICY_FILE: true,
  AUTH0_DOMAIN: true,
  AUTH0_CLIENT_ID: true,
  AUTH0_CLIENT_SECRET: true,
  AUTH0_TENANT_DOMAIN: true,
  AUTH0_BASE_URL: true,
} as const;

export const readForAuth0 = (env: Environment, command: string): Pick<Config, 'auth0' | 'policyFile'> => {
  const part = readPart(env, command, (all) => all.pick(forAuth0));
  return { auth0: auth0Of(part), policyFile: policyFileOf(part.POLICY_FILE, part.NODE_ENV === 'production') };
};

/** `publicUrl`, `mail`: absent where they are not set. Then nobody is told by mail. */
export interface ForImport extends Pick<Config, 'auth0' | 'policyFile' | 'mail' | 'database'> {
  readonly publicUrl?: string;
}

export const readForImport = (env: Environment): ForImport => {
  const part = readPart(env, 'contacts import', (all) =>
    all
      .pick({ NODE_ENV: true, SMTP_URL: true, DATABASE_URL: true })
      .extend({ PUBLIC_URL: all.shape.PUBLIC_URL.optional() }),
  );
  return {
    ...readForAuth0(env, 'contacts import'),
    database: part.DATABASE_URL,
    ...(part.SMTP_URL === undefined ? {} : { mail: part.SMTP_URL }),
    ...(part.PUBLIC_URL === undefined ? {} : { publicUrl: part.PUBLIC_URL }),
  };
};

/** Of a command that looks up an account at Auth0 and in the database. */
export const readForAccounts = (
  env: Environment,
  command: string,
): Pick<Config, 'database' | 'auth0' | 'policyFile'> => {
  const part = readPart(env, command, (all) => all.pick({ ...forAuth0, DATABASE_URL: true }));
  const policyFile = policyFileOf(part.POLICY_FILE, part.NODE_ENV === 'production');
  return { database: part.DATABASE_URL, auth0: auth0Of(part), policyFile };
};

/** Whose access reads the tenant: never the bot's own application, which must not have the scopes for it. */
export interface DeployAccess {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface ForAuth0Manifest extends Pick<Config, 'publicUrl' | 'policyFile'> {
  readonly tenantDomain: string;
  readonly baseUrl?: string;
  /** Absent before the application is made. */
  readonly clientId?: string;
  /** Absent: Latchkey takes no notices. */
  readonly hookSecret?: string;
  /** Absent: the tenant is not read. */
  readonly deploy?: DeployAccess;
}

export const readForAuth0Manifest = (env: Environment): ForAuth0Manifest => {
  const part = readPart(env, 'manifest auth0', (all) =>
    all
      .pick({ NODE_ENV: true, PUBLIC_URL: true, POLICY_FILE: true, WEBHOOK_SECRET: true })
      .extend({
        AUTH0_DOMAIN: all.shape.AUTH0_DOMAIN,
        AUTH0_TENANT_DOMAIN: all.shape.AUTH0_TENANT_DOMAIN,
        AUTH0_BASE_URL: all.shape.AUTH0_BASE_URL,
        AUTH0_CLIENT_ID: all.shape.AUTH0_CLIENT_ID.optional(),
        ...deploySettings,
      })
      .superRefine(
        ({ AUTH0_DEPLOY_CLIENT_ID: id, AUTH0_DEPLOY_CLIENT_SECRET: secret, AUTH0_CLIENT_ID: own }, context) => {
          const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
          if (id !== undefined && secret === undefined) {
            refuse('AUTH0_DEPLOY_CLIENT_SECRET', 'is not set, but AUTH0_DEPLOY_CLIENT_ID is');
          }
          if (id === undefined && secret !== undefined) {
            refuse('AUTH0_DEPLOY_CLIENT_ID', 'is not set, but AUTH0_DEPLOY_CLIENT_SECRET is');
          }
          if (id !== undefined && id === own) {
            refuse(
              'AUTH0_DEPLOY_CLIENT_ID',
              'is the bot’s own application, which must not have the scopes to set up a tenant. Make another one',
            );
          }
        },
      ),
  );
  const { AUTH0_DEPLOY_CLIENT_ID: deployId, AUTH0_DEPLOY_CLIENT_SECRET: deploySecret } = part;
  return {
    publicUrl: part.PUBLIC_URL,
    policyFile: policyFileOf(part.POLICY_FILE, false),
    tenantDomain: part.AUTH0_TENANT_DOMAIN ?? part.AUTH0_DOMAIN,
    ...(part.AUTH0_BASE_URL === undefined ? {} : { baseUrl: part.AUTH0_BASE_URL }),
    ...(part.AUTH0_CLIENT_ID === undefined ? {} : { clientId: part.AUTH0_CLIENT_ID }),
    ...(part.WEBHOOK_SECRET === undefined ? {} : { hookSecret: part.WEBHOOK_SECRET }),
    ...(deployId === undefined || deploySecret === undefined
      ? {}
      : { deploy: { clientId: deployId, clientSecret: deploySecret } }),
  };
};

function readPart<Part extends z.ZodType>(
  env: Environment,
  command: string,
  pick: (all: ReturnType<typeof settings>) => Part,
): z.output<Part> {
  const set = given(env);
  const result = pick(settings(isProductionIn(set))).safeParse(set);
  const before = `\`latchkey ${command}\` can do its work`;
  refuse(env, problemsOf(result.error), before);
  if (!result.success) throw configError(problemsOf(result.error), before);
  return result.data;
}

/** Node's own switch: with it neither Auth0 nor a platform nor the database has to prove its identity. */
const unverifiedTls = (set: Environment): Problem[] =>
  isProductionIn(set) && set['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
    ? [
        {
          variable: 'NODE_TLS_REJECT_UNAUTHORIZED',
          what: 'is 0: whoever stands in between could pose as Auth0, a platform or the database. Remove it; for a certificate authority of your own set NODE_EXTRA_CA_CERTS',
        },
      ]
    : [];

/** A proxy that cannot be understood would be found out only by the first call. */
const unreadableProxies = (set: Environment): Problem[] =>
  proxyVariables
    .filter((variable) => !['http:', 'https:', undefined].includes(protocolOf(set[variable])))
    .map((variable) => ({
      variable,
      what: 'is not the address of a proxy. Write it as http://proxy.example:3128, with user:password@ before the host where it asks for them',
    }));

/** Undefined if the variable is not set; empty if it is no URL. */
function protocolOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return URL.parse(value)?.protocol ?? '';
}

/** Problems in the combination of several variables. */
function contradictions(given: Environment): Problem[] {
  const has = (name: string): boolean => given[name] !== undefined;
  const isSlackOn = has('SLACK_SIGNING_SECRET');
  const isTeamsOn = has('TEAMS_APP_ID');
  const idle = isTeamsOn ? undefined : Object.keys(given).find((name) => name.startsWith('TEAMS_'));
  const hasIdleSlack = !isSlackOn && (has('SLACK_BOT_TOKEN') || has('SLACK_API_URL'));
  const missing = (isTeamsOn ? ['TEAMS_APP_PASSWORD', 'TEAMS_TENANT_ID'] : []).filter((name) => !has(name));
  const of = (isSo: boolean, variable: string, what: string): Problem[] => (isSo ? [{ variable, what }] : []);
  return [
    ...missing.map((variable) => ({ variable, what: `is not set, but Teams is on. ${pages.bot}` })),
    ...of(idle !== undefined, 'TEAMS_APP_ID', `is not set, so Teams is off, but ${idle} is set. ${pages.bot}`),
    ...of(isSlackOn && !has('SLACK_BOT_TOKEN'), 'SLACK_BOT_TOKEN', `is not set, but Slack is on. ${pages.install}`),
    ...of(
      hasIdleSlack,
      'SLACK_SIGNING_SECRET',
      `is not set, so Slack is off, but its other settings are. ${pages.basic}`,
    ),
    ...of(
      !isSlackOn && !isTeamsOn && idle === undefined && !hasIdleSlack,
      'SLACK_SIGNING_SECRET',
      `is not set, and TEAMS_APP_ID is not either: at least one of them must be. ${pages.basic}`,
    ),
  ];
}

function asConfig(parsed: Parsed): Config {
  const { SLACK_SIGNING_SECRET: signingSecret, SLACK_BOT_TOKEN: botToken, SLACK_API_URL: apiUrl } = parsed;
  return {
    isProduction: parsed.NODE_ENV === 'production',
    listen: { host: parsed.HOST, port: parsed.PORT },
    publicUrl: parsed.PUBLIC_URL,
    database: parsed.DATABASE_URL,
    secretKeys: parsed.SECRET_KEYS,
    policyFile: policyFileOf(parsed.POLICY_FILE, parsed.NODE_ENV === 'production'),
    logLevel: parsed.LOG_LEVEL,
    auth0: auth0Of(parsed),
    ...(signingSecret !== undefined && botToken !== undefined
      ? { slack: { signingSecret, botToken, ...(apiUrl === undefined ? {} : { apiUrl }) } }
      : {}),
    ...teamsOf(parsed),
    ...(parsed.SMTP_URL === undefined ? {} : { mail: parsed.SMTP_URL }),
    trustProxy: parsed.TRUST_PROXY ?? [],
    ...(parsed.WEBHOOK_SECRET === undefined ? {} : { webhookSecret: parsed.WEBHOOK_SECRET }),
  };
}

type Auth0Settings =
  | 'AUTH0_DOMAIN'
  | 'AUTH0_TENANT_DOMAIN'
  | 'AUTH0_BASE_URL'
  | 'AUTH0_CLIENT_ID'
  | 'AUTH0_CLIENT_SECRET';

const auth0Of = (parsed: Pick<Parsed, Auth0Settings>): Config['auth0'] => ({
  domain: parsed.AUTH0_DOMAIN,
  issuer: `https://${parsed.AUTH0_DOMAIN}/`,
  tenantDomain: parsed.AUTH0_TENANT_DOMAIN ?? parsed.AUTH0_DOMAIN,
  ...(parsed.AUTH0_BASE_URL === undefined ? {} : { baseUrl: parsed.AUTH0_BASE_URL }),
  clientId: parsed.AUTH0_CLIENT_ID,
  clientSecret: parsed.AUTH0_CLIENT_SECRET,
});

/** Where the policy is, whatever else is wrong; undefined if POLICY_FILE itself cannot be used. */
export function policyFileIn(env: Environment, mayBeAbsent: boolean): Config['policyFile'] | undefined {
  const set = given(env);
  const named = settings(false).shape.POLICY_FILE.safeParse(set['POLICY_FILE']);
  return named.success ? policyFileOf(named.data, isProductionIn(set) && !mayBeAbsent) : undefined;
}

const policyFileOf = (named: string | undefined, isProduction: boolean): Config['policyFile'] =>
  named === 'built-in' ? named : { path: named ?? './policy.yaml', mustExist: named !== undefined || isProduction };

function teamsOf(parsed: Parsed): Pick<Config, 'teams'> {
  const { TEAMS_APP_ID: appId, TEAMS_APP_PASSWORD: appPassword, TEAMS_TENANT_ID: tenantId } = parsed;
  if (appId === undefined || appPassword === undefined || tenantId === undefined) return {};
  const { TEAMS_OPENID_METADATA_URL: keys, TEAMS_LOGIN_URL: loginUrl, TEAMS_SERVICE_URLS: serviceUrls } = parsed;
  return {
    teams: {
      appId,
      appPassword,
      tenantId,
      ...(keys === undefined ? {} : { openIdMetadataUrl: keys }),
      ...(loginUrl === undefined ? {} : { loginUrl }),
      ...(serviceUrls === undefined ? {} : { serviceUrls }),
    },
  };
}
