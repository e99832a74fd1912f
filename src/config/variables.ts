// Every environment variable: name, form, meaning, default; and the messages about wrong ones.
// Reads only what it is given, and never repeats a value in a message.
import { z } from 'zod';
import { mailServer } from './mail-server.ts';
import { nearestName } from './nearest-name.ts';
import {
  auth0Domain,
  chosenSecret,
  database,
  directoryId,
  host,
  logLevelIn,
  networks,
  nodeEnv,
  origins,
  port,
  publicUrl,
  secret,
  secretKeys,
  slackApiUrl,
  slackBotToken,
  slackSigningSecret,
  text,
  upstream,
} from './parsers.ts';

/** Where an admin finds what is missing. */
export const pages = {
  basic: 'Slack: api.slack.com/apps → your app → Basic Information → Signing Secret',
  install: 'Slack: your app → OAuth & Permissions → Bot User OAuth Token, it begins with xoxb-',
  bot: 'Entra admin centre → App registrations → the bot’s app',
  application: 'Auth0: Applications → your application → Settings',
  webhook: 'Make one with: openssl rand -hex 32',
};

/**
 * Settings of what is not built yet, each with what it would be for. None of them protects anything by being set, so they do not stop
 * the start; but whoever sets one is told that it has no effect.
 */
const notUsed = {
  SLACK_CLIENT_ID: 'installing by OAuth',
  SLACK_CLIENT_SECRET: 'installing by OAuth',
  SLACK_APP_TOKEN: 'Socket Mode',
} as const;
type NotUsed = keyof typeof notUsed;
const isNotUsed = (variable: string): variable is NotUsed => Object.hasOwn(notUsed, variable);

const later = (variable: NotUsed) =>
  z
    .unknown()
    .optional()
    .meta({ meaning: `for ${notUsed[variable]}; not used by this version` });

export const settings = (isProduction: boolean) =>
  z.object({
    NODE_ENV: nodeEnv.optional().meta({ meaning: '`production` refuses what only a trial may do' }),
    HOST: host.default('127.0.0.1').meta({ meaning: 'address that the server listens on', shown: '127.0.0.1' }),
    PORT: port.default(3000).meta({ meaning: 'port that the server listens on', shown: '3000' }),
    PUBLIC_URL: publicUrl(isProduction).meta({
      meaning: 'https origin that people’s browsers reach; http on loopback only for a trial',
    }),
    DATABASE_URL: database(isProduction).default({ kind: 'sqlite', path: './data/latchkey.db' }).meta({
      meaning: 'sqlite:PATH or postgres://…, on another machine with ?sslmode=verify-full',
      shown: 'sqlite:./data/latchkey.db',
    }),
    SECRET_KEYS: secretKeys.meta({
      meaning: '32-byte base64 keys, comma-separated; the first signs, all verify: put a new one in front to rotate',
    }),
    POLICY_FILE: text('').optional().meta({
      meaning:
        'the policy, YAML, or `built-in` for the built-in defaults; without a file there they hold, with a warning, but production does not start',
      shown: './policy.yaml',
    }),
    LOG_LEVEL: logLevelIn(isProduction)
      .default('info')
      .meta({ meaning: 'fatal, error, warn, info, debug, trace, or silent, but not in production', shown: 'info' }),
    AUTH0_DOMAIN: auth0Domain.meta({ meaning: 'tenant or custom domain, e.g. acme.eu.auth0.com' }),
    AUTH0_CLIENT_ID: secret(pages.application).meta({ meaning: 'client id of the one confidential application' }),
    AUTH0_CLIENT_SECRET: secret(pages.application).meta({ meaning: 'its client secret' }),
    AUTH0_TENANT_DOMAIN: auth0Domain.optional().meta({
      meaning:
        'the tenant’s own domain, where AUTH0_DOMAIN is a custom one: the Management API has it as its audience and is called there',
      shown: 'AUTH0_DOMAIN',
    }),
    AUTH0_BASE_URL: upstream('https://proxy.example.com').optional().meta({
      meaning: 'send every Auth0 request here instead of to these domains; the issuer stays',
    }),
    SLACK_SIGNING_SECRET: slackSigningSecret(pages.basic).optional().meta({ meaning: 'turns Slack on' }),
    SLACK_BOT_TOKEN: slackBotToken(pages.install).optional().meta({ meaning: 'the bot’s token; needed with Slack' }),
    SLACK_CLIENT_ID: later('SLACK_CLIENT_ID'),
    SLACK_CLIENT_SECRET: later('SLACK_CLIENT_SECRET'),
    SLACK_APP_TOKEN: later('SLACK_APP_TOKEN'),
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
    SMTP_URL: mailServer(isProduction).optional().meta({
      meaning:
        'the mail server for notices about changed contacts: smtps://USER:PASSWORD@HOST:465?from=NAME <ADDRESS>, or smtp:// and port 587 for STARTTLS; without it they go by chat only',
    }),
    // Read where the policy names it, see `directories.ts`: without such a directory it is not looked at.
    DIRECTORY_PASSWORD: z.unknown().optional().meta({
      meaning:
        'the password of the service account in Active Directory; a directory of the policy may name another variable',
    }),
    TRUST_PROXY: networks.optional().meta({
      meaning:
        'addresses or networks of the reverse proxy, comma-separated, whose X-Forwarded-For is believed: to limit requests, and to tell Auth0 where a browser is',
      shown: 'nobody’s',
    }),
    WEBHOOK_SECRET: chosenSecret(pages.webhook).optional().meta({
      meaning:
        'bearer token that Auth0’s log stream presents to /hooks/auth0, at least 128 random bits; without it the route is off',
    }),
  });

/**
 * Of `latchkey manifest auth0` alone, which reads the tenant with another application than the bot's. Names of their own: the deploy
 * tool's would be ours. The server never reads them.
 */
export const deploySettings = {
  AUTH0_DEPLOY_CLIENT_ID: secret(pages.application)
    .optional()
    .meta({ meaning: 'for `manifest auth0` only: the application that deploys; not for the server' }),
  AUTH0_DEPLOY_CLIENT_SECRET: secret(pages.application).optional().meta({ meaning: 'its client secret' }),
};

/** The names of all settings, also of those that this version does not use. */
export const settingNames: readonly string[] = [...Object.keys(settings(true).shape), ...Object.keys(deploySettings)];

/** Not ours, but where they are set the calls to Auth0 and the platforms go through them. */
export const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** One sentence about one variable, e.g. `is not set. Set it to …`. */
export interface Problem {
  readonly variable: string;
  readonly what: string;
}

/** `lines`: what is wrong, each by itself. `about`: the setting, or `.env`. */
export type ConfigError = Error & {
  readonly name: 'ConfigError';
  readonly problems: readonly Problem[];
  readonly lines: readonly { readonly about: string; readonly what: string }[];
};
export const isConfigError = (error: unknown): error is ConfigError =>
  error instanceof Error && error.name === 'ConfigError';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as not set: shells and compose files leave such variables. */
export const given = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));

export const problemsOf = (error: z.ZodError | undefined): Problem[] =>
  (error?.issues ?? []).map((issue) => ({ variable: String(issue.path[0]), what: issue.message }));

/**
 * `before` says what needs the settings, e.g. `Latchkey can start`; `file` what is wrong with the `.env` file as a whole or with a
 * line of it; `lineOf` in which line of it a setting stands.
 */
export function configError(
  problems: readonly Problem[],
  before: string,
  file: readonly string[] = [],
  lineOf: (variable: string) => number | undefined = () => undefined,
): ConfigError {
  const order = settingNames;
  const sorted = [...problems].sort((a, b) => order.indexOf(a.variable) - order.indexOf(b.variable));
  const told = sorted.map(({ variable, what }) => ({
    ...{ about: variable, what: `${variable}${placeOf(lineOf(variable))} ${what}.` },
  }));
  const lines = told.map(({ what }) => `  ${what}`);
  const count = lines.length === 1 ? 'One setting needs' : `${lines.length} settings need`;
  const message = [
    ...(file.length === 0
      ? []
      : [`The file .env needs attention before ${before}:`, ...file.map((one) => `  ${one}.`)]),
    ...(lines.length === 0 ? [] : [`${count} attention before ${before}:`, ...lines]),
    'All settings: npm run latchkey -- help env',
  ];
  const all = [...file.map((one) => ({ about: '.env', what: `${one}.` })), ...told];
  return Object.assign(new Error(message.join('\n')), { name: 'ConfigError' as const, problems: sorted, lines: all });
}

const placeOf = (line: number | undefined): string => (line === undefined ? '' : ` (.env:${line})`);

const settingName = /^(?:AUTH0|SLACK|TEAMS|LATCHKEY)_/;
/** A shorter name is one letter away from many names of other programs. */
const lettersAtLeast = 8;

/**
 * Variables that look like settings but are unknown, each with the name that was perhaps meant: by their beginning, or because one
 * letter makes them a setting. Empty ones are included.
 */
export function unknownSettings(env: Environment): readonly { readonly variable: string; readonly nearest?: string }[] {
  const known = settingNames;
  const long = known.filter((name) => name.length >= lettersAtLeast);
  return Object.keys(env)
    .filter((variable) => !known.includes(variable))
    .flatMap((variable) => {
      if (!settingName.test(variable)) {
        const nearest = nearestName(variable, long, 1);
        return nearest === undefined ? [] : [{ variable, nearest }];
      }
      const nearest = nearestName(variable, known);
      return [nearest === undefined ? { variable } : { variable, nearest }];
    });
}

/** The settings that are set and that nothing in this version uses, each with what it would be for. */
export const settingsNotUsed = (env: Environment): readonly { readonly variable: string; readonly for: string }[] =>
  Object.keys(given(env))
    .filter(isNotUsed)
    .map((variable) => ({ variable, for: notUsed[variable] }));

/** The text of `latchkey help env`. */
export function describeEnv(): string {
  const rows = Object.entries({ ...settings(true).shape, ...deploySettings }).map(([name, schema]) => {
    const { meaning, shown } = schema.meta() ?? {};
    const needed = schema.safeParse(undefined).success ? '' : 'required';
    return { name, note: typeof shown === 'string' ? `default ${shown}` : needed, meaning: String(meaning) };
  });
  const width = Math.max(...rows.map((row) => row.name.length)) + 2;
  return [
    'Settings, read from the environment, and from the file .env in the folder where Latchkey is started. The environment wins.',
    'An empty one counts as not set, also beside one in the file; one that is not understood stops the start.',
    'Slack needs SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN together; Teams TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID.',
    '',
    ...rows.map(({ name, note, meaning }) => `${name.padEnd(width)}${meaning}${note === '' ? '' : ` [${note}]`}`),
  ].join('\n');
}
