// Environment → Config. Refuses to start on doubt and names everything that is wrong at once.
// Reads nothing but what it is given, and never repeats a value in a message.
import { z } from 'zod';
import {
  auth0Domain,
  chosenSecret,
  type Database,
  database,
  directoryId,
  host,
  type LogLevel,
  logLevel,
  nodeEnv,
  origins,
  port,
  publicUrl,
  secret,
  secretKeys,
  slackApiUrl,
  slackBotToken,
  text,
  upstream,
} from './setting.ts';

export interface Config {
  readonly isProduction: boolean;
  readonly listen: { readonly host: string; readonly port: number };
  /** An origin without a slash at its end. Every link is built from it. */
  readonly publicUrl: string;
  readonly database: Database;
  /** 32 random bytes each; the first signs, all verify. */
  readonly secretKeys: readonly Uint8Array[];
  /** Only a file that somebody named must exist. */
  readonly policyFile: { readonly path: string; readonly isNamed: boolean };
  readonly logLevel: LogLevel;
  readonly auth0: {
    readonly domain: string;
    /** `https://<domain>/`, whatever address the requests go to. */
    readonly issuer: string;
    /** Where requests go; no slash at its end. */
    readonly baseUrl: string;
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
  /** Absent: `/hooks/auth0` is off. */
  readonly webhookSecret?: string;
}

/** One sentence about one variable, e.g. `is not set. Set it to …`. */
export interface Problem {
  readonly variable: string;
  readonly what: string;
}

export type ConfigError = Error & { readonly name: 'ConfigError'; readonly problems: readonly Problem[] };
export const isConfigError = (error: unknown): error is ConfigError =>
  error instanceof Error && error.name === 'ConfigError';

export type Environment = Readonly<Record<string, string | undefined>>;

const pages = {
  basic: 'Slack: api.slack.com/apps → your app → Basic Information → Signing Secret',
  install: 'Slack: your app → OAuth & Permissions → Bot User OAuth Token, it begins with xoxb-',
  bot: 'Entra admin centre → App registrations → the bot’s app',
  application: 'Auth0: Applications → your application → Settings',
  webhook: 'Make one with: openssl rand -hex 32',
};

/** A setting that this release does not understand stops the start: ignored, it would look as if it were in force. */
const later = (what: string, meaning: string) =>
  z
    .undefined({ error: `is set, but ${what} is not part of this release. Remove it` })
    .optional()
    .meta({ meaning: `${meaning} (not part of this release: must not be set)` });

const environment = (isProduction: boolean, isTrial: boolean) =>
  z.object({
    NODE_ENV: nodeEnv.optional().meta({ meaning: '`production` refuses what only a trial may do' }),
    HOST: host.default('127.0.0.1').meta({ meaning: 'address that the server listens on', shown: '127.0.0.1' }),
    PORT: port.default(3000).meta({ meaning: 'port that the server listens on', shown: '3000' }),
    PUBLIC_URL: publicUrl(isProduction).meta({
      meaning: 'https origin that people’s browsers reach; http on loopback only for a trial',
    }),
    DATABASE_URL: database(isProduction)
      .default({ kind: 'sqlite', path: './data/latchkey.db' })
      .meta({ meaning: 'sqlite:PATH or postgres://…', shown: 'sqlite:./data/latchkey.db' }),
    SECRET_KEYS: secretKeys(isTrial).meta({
      meaning: '32-byte base64 keys, comma-separated; the first signs, all verify: put a new one in front to rotate',
    }),
    POLICY_FILE: text('').optional().meta({
      meaning: 'the policy, YAML; without one at the default place the built-in policy holds',
      shown: './policy.yaml',
    }),
    LOG_LEVEL: logLevel
      .default('info')
      .meta({ meaning: 'fatal, error, warn, info, debug, trace or silent', shown: 'info' }),
    AUTH0_DOMAIN: auth0Domain.meta({ meaning: 'tenant or custom domain, e.g. acme.eu.auth0.com' }),
    AUTH0_CLIENT_ID: text(pages.application).meta({ meaning: 'client id of the one confidential application' }),
    AUTH0_CLIENT_SECRET: secret(pages.application).meta({ meaning: 'its client secret' }),
    AUTH0_BASE_URL: upstream('https://proxy.example.com')
      .optional()
      .meta({ meaning: 'send every Auth0 request here instead of https://AUTH0_DOMAIN; the issuer stays' }),
    SLACK_SIGNING_SECRET: secret(pages.basic).optional().meta({ meaning: 'turns Slack on' }),
    SLACK_BOT_TOKEN: slackBotToken(pages.install).optional().meta({ meaning: 'the bot’s token; needed with Slack' }),
    SLACK_CLIENT_ID: later('installing by OAuth', 'OAuth install'),
    SLACK_CLIENT_SECRET: later('installing by OAuth', 'OAuth install'),
    SLACK_APP_TOKEN: later('Socket Mode', 'Socket Mode'),
    SLACK_API_URL: slackApiUrl
      .optional()
      .meta({ meaning: 'base of Slack’s Web API, ending in /api/', shown: 'https://slack.com/api/' }),
    TEAMS_APP_ID: directoryId(pages.bot).optional().meta({ meaning: 'turns Teams on' }),
    TEAMS_APP_PASSWORD: secret(pages.bot).optional().meta({ meaning: 'the bot’s client secret; needed with Teams' }),
    TEAMS_TENANT_ID: directoryId(pages.bot)
      .optional()
      .meta({ meaning: 'the one Entra tenant whose people may use it; needed with Teams' }),
    TEAMS_OPENID_METADATA_URL: upstream('https://login.botframework.com/v1/.well-known/openidconfiguration')
      .optional()
      .meta({ meaning: 'where the Bot Connector’s signing keys are described', shown: 'Microsoft’s' }),
    TEAMS_LOGIN_URL: upstream('https://login.microsoftonline.com')
      .optional()
      .meta({ meaning: 'token requests go to TEAMS_LOGIN_URL/<tenant>/oauth2/v2.0/token', shown: 'Microsoft’s' }),
    TEAMS_SERVICE_URLS: origins
      .optional()
      .meta({ meaning: 'comma-separated origins that may be the Bot Connector', shown: 'Microsoft’s public cloud' }),
    SMTP_URL: later('sending notices by mail', 'notices by mail'),
    WEBHOOK_SECRET: chosenSecret(pages.webhook)
      .optional()
      .meta({ meaning: 'bearer token that Auth0’s log stream presents to /hooks/auth0; without it the route is off' }),
  });

type Parsed = z.infer<ReturnType<typeof environment>>;

/** Links that nobody else's browser can follow: somebody is trying it out. */
const isOnLoopback = (publicUrl: string | undefined): boolean => /^http:\/\//.test(publicUrl ?? '');

/** Throws one `ConfigError` that names every problem. An empty variable counts as not set, as shells and compose files leave them. */
export function readConfig(env: Environment): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const isProduction = given['NODE_ENV'] === 'production';
  const result = environment(isProduction, !isProduction && isOnLoopback(given['PUBLIC_URL'])).safeParse(given);
  const problems = [...(result.error?.issues.map(asProblem) ?? []), ...contradictions(given)];
  if (!result.success || problems.length > 0) throw configError(problems);
  return asConfig(result.data);
}

const asProblem = (issue: z.core.$ZodIssue): Problem => ({ variable: String(issue.path[0]), what: issue.message });

/** What no single variable can tell. */
function contradictions(given: Environment): Problem[] {
  const has = (name: string): boolean => given[name] !== undefined;
  const isSlackOn = has('SLACK_SIGNING_SECRET');
  const isTeamsOn = has('TEAMS_APP_ID');
  const missing = ['TEAMS_APP_PASSWORD', 'TEAMS_TENANT_ID'].filter((name) => !has(name));
  if (isTeamsOn && missing.length > 0)
    return missing.map((variable) => ({ variable, what: `is not set, but Teams is on. ${pages.bot}` }));
  const idle = Object.keys(given).find((name) => name.startsWith('TEAMS_') && has(name));
  if (!isTeamsOn && idle !== undefined)
    return [{ variable: 'TEAMS_APP_ID', what: `is not set, so Teams is off, but ${idle} is set. ${pages.bot}` }];
  if (isSlackOn && !has('SLACK_BOT_TOKEN'))
    return [{ variable: 'SLACK_BOT_TOKEN', what: `is not set, but Slack is on. ${pages.install}` }];
  if (!isSlackOn && (has('SLACK_BOT_TOKEN') || has('SLACK_API_URL')))
    return [
      {
        variable: 'SLACK_SIGNING_SECRET',
        what: `is not set, so Slack is off, but its other settings are. ${pages.basic}`,
      },
    ];
  if (isSlackOn || isTeamsOn) return [];
  return [
    {
      variable: 'SLACK_SIGNING_SECRET',
      what: `is not set, and TEAMS_APP_ID is not either: at least one of them must be. ${pages.basic}`,
    },
  ];
}

function configError(problems: readonly Problem[]): ConfigError {
  const order = Object.keys(environment(true, false).shape);
  const sorted = [...problems].sort((a, b) => order.indexOf(a.variable) - order.indexOf(b.variable));
  const lines = sorted.map(({ variable, what }) => `  ${variable} ${what}.`);
  const count = lines.length === 1 ? 'One setting needs' : `${lines.length} settings need`;
  const message = [
    `${count} attention before Latchkey can start:`,
    ...lines,
    'All settings: npm run latchkey -- help env',
  ];
  return Object.assign(new Error(message.join('\n')), { name: 'ConfigError' as const, problems: sorted });
}

function asConfig(parsed: Parsed): Config {
  const { SLACK_SIGNING_SECRET: signingSecret, SLACK_BOT_TOKEN: botToken, SLACK_API_URL: apiUrl } = parsed;
  return {
    isProduction: parsed.NODE_ENV === 'production',
    listen: { host: parsed.HOST, port: parsed.PORT },
    publicUrl: parsed.PUBLIC_URL,
    database: parsed.DATABASE_URL,
    secretKeys: parsed.SECRET_KEYS,
    policyFile: { path: parsed.POLICY_FILE ?? './policy.yaml', isNamed: parsed.POLICY_FILE !== undefined },
    logLevel: parsed.LOG_LEVEL,
    auth0: {
      domain: parsed.AUTH0_DOMAIN,
      issuer: `https://${parsed.AUTH0_DOMAIN}/`,
      baseUrl: parsed.AUTH0_BASE_URL ?? `https://${parsed.AUTH0_DOMAIN}`,
      clientId: parsed.AUTH0_CLIENT_ID,
      clientSecret: parsed.AUTH0_CLIENT_SECRET,
    },
    ...(signingSecret !== undefined && botToken !== undefined
      ? { slack: { signingSecret, botToken, ...(apiUrl === undefined ? {} : { apiUrl }) } }
      : {}),
    ...teamsOf(parsed),
    ...(parsed.WEBHOOK_SECRET === undefined ? {} : { webhookSecret: parsed.WEBHOOK_SECRET }),
  };
}

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

/** The text of `latchkey help env`. */
export function describeEnv(): string {
  const rows = Object.entries(environment(true, false).shape).map(([name, schema]) => {
    const { meaning, shown } = schema.meta() ?? {};
    const needed = schema.safeParse(undefined).success ? '' : 'required';
    return { name, note: typeof shown === 'string' ? `default ${shown}` : needed, meaning: String(meaning) };
  });
  const width = Math.max(...rows.map((row) => row.name.length)) + 2;
  return [
    'Settings, read from the environment. An empty one counts as not set; one that is not understood stops the start.',
    'Slack needs SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN together; Teams TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID.',
    '',
    ...rows.map(({ name, note, meaning }) => `${name.padEnd(width)}${meaning}${note === '' ? '' : ` [${note}]`}`),
  ].join('\n');
}
