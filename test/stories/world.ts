// The product composed as in production, between emulators on loopback, with a clock that only stories move.
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { passwordRealmGrant } from '../../playground/auth0/password-grant.ts';
import { type Auth0Server, startAuth0, usualGrants } from '../../playground/auth0/server.ts';
import { type Slack, startSlack } from '../../playground/slack/server.ts';
import type { Teams } from '../../playground/teams/server.ts';
import { callbacksAt } from '../../src/auth0/application.ts';
import { compose, type Product } from '../../src/compose.ts';
import { readConfig } from '../../src/config/config.ts';
import { directorySettings } from '../../src/config/directories.ts';
import { parsePolicy } from '../../src/config/policy/policy-file.ts';
import { instant } from '../../src/flows/ids.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { moveIntoSlack, moveIntoTeams, openAccounts } from './people.ts';
import { openTeams, teamsHelpdesk, teamsSecret } from './teams-world.ts';
import type { WebAnswer } from './web-answers.ts';

export const workspace = {
  teamId: 'T0ACME001',
  appId: 'A0LATCHKEY',
  botUserId: 'U0LATCHKEY',
  signingSecret: 'f3a1c09e7b2d4586a1b2c3d4e5f60718',
  botToken: 'xoxb-1111111111-2222222222-AbCdEfGhIjKlMnOpQrStUvWx',
  helpdesk: 'C0HELPDESK',
};
export const webhookSecret = 'a-webhook-secret-of-forty-characters-0123';
const clientSecret = 'latchkey-client-secret-0123456789abcdef';

/** With these settings an operator's command, as a process of its own, works beside the product. */
export const operatorEnv = ({ auth0, databaseFile }: Pick<World, 'auth0' | 'databaseFile'>) => ({
  AUTH0_DOMAIN: 'acme.eu.auth0.test',
  AUTH0_CLIENT_ID: 'latchkey-client',
  AUTH0_CLIENT_SECRET: clientSecret,
  AUTH0_BASE_URL: auth0.url,
  DATABASE_URL: `sqlite:${databaseFile}`,
  POLICY_FILE: 'built-in',
  NODE_ENV: 'development',
});

export interface World {
  readonly auth0: Auth0Server;
  /** Always running; the product is connected to it unless a story opts out. */
  readonly slack: Slack;
  /** Only where a story has asked for it. */
  readonly teams: Teams | undefined;
  /** The product's URL for browsers; the same before and after a restart. */
  readonly url: string;
  readonly databaseFile: string;
  /** The connection whose passwords the policy lets be set from here. */
  readonly setsPasswordIn: 'CorpUsers' | 'CorpAD' | undefined;
  /** A rule of the policy has Auth0 mail its own link. */
  readonly mailsLinks: boolean;
  /** Everything that the product logged, at every level. */
  readonly logged: () => string;
  readonly now: () => number;
  /** Secrets that occurred so far: typed codes, links, tickets. The leak check at the end searches for them. */
  readonly planted: Set<string>;
  /** What visitors of /recover and programs that use REST were answered, oldest first. */
  readonly answers: WebAnswer[];
  /** Moves the clock of the product and the emulators, and lets the product process what is due. */
  pass(seconds: number): void;
  /** From now on the clock moves by `pass` alone, however long everything takes. */
  stands(): void;
  /** Ends every fault of the emulators. */
  calm(): void;
  /** Ends the product, as far as one process can, and composes it again on the same database. */
  restart(): Promise<void>;
  /** The same, with time between the end and the new start. */
  sleeps(seconds: number): Promise<void>;
  end(): Promise<void>;
}

export interface WorldOptions {
  /** Appended to the usual policy. */
  readonly policy?: string;
  /** Replaces `channels: [slack:C0HELPDESK]`. */
  readonly helpdesk?: string;
  /** Whether the company has Slack. Default true. */
  readonly slack?: boolean;
  /** Whether Slack's rate limits are on; those of Teams always are. */
  readonly slackLimits?: boolean;
  /** Whether the company has Teams, with the same people. */
  readonly teams?: boolean;
  /** Whether people sign in at a domain of the company's own, in place of the tenant's. */
  readonly customDomain?: boolean;
  /** The proxies whose word on where a browser is counts, as `TRUST_PROXY` names them. Default: none. */
  readonly trustProxy?: string;
  /** The company's mail server, as `SMTP_URL` names it. Default: none. */
  readonly smtpUrl?: string;
  /** What nobody waits for is read at Auth0 at once, not after a minute. */
  readonly looksAtOnce?: boolean;
  /** Of the answers to people who typed a name. Default: as in production. */
  readonly beats?: { readonly quickMs: number; readonly checkMs: number };
  /** The password of the service account of the policy's directories. */
  readonly directoryPassword?: string;
}

/** Short enough for stories, and long enough for what the emulators take. */
export const quickBeats = { quickMs: 60, checkMs: 120 };

/** Whether a rule lets people change their password with the old one. */
const changesByForm = ({ policy = '' }: WorldOptions): boolean => policy.includes('via: form');

/** The database syncs every commit to disk; stories use a file system in memory where there is one. */
const quickFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** The emulators with their people, a folder for the database, and the settings with which the product finds all of them. */
export async function openOutside(options: WorldOptions, now: () => number) {
  const tenantDomain = 'acme.eu.auth0.test';
  const domain = options.customDomain === true ? 'login.acme.test' : tenantDomain;
  const [folder, auth0, slack, teams] = await Promise.all([
    mkdtemp(join(quickFolder, 'latchkey-')),
    startAuth0({
      domain,
      tenantDomain,
      clientId: 'latchkey-client',
      clientSecret,
      ticketOrigin: 'self',
      tenantName: 'Acme',
      ...(changesByForm(options) ? { grants: [...usualGrants, passwordRealmGrant] } : {}),
      now,
    }),
    // Fetches every link that could be previewed, whatever the flags are.
    startSlack({ ...workspace, now, crawlButtons: true, rateLimits: options.slackLimits === true }),
    options.teams === true ? openTeams(now) : undefined,
  ]);
  openAccounts(auth0);
  moveIntoSlack(slack, workspace.helpdesk);
  if (teams !== undefined) moveIntoTeams(teams.server, teamsHelpdesk);
  const databaseFile = join(folder, 'latchkey.db');
  const secretKey = randomBytes(32).toString('base64');
  const envAt = (port: number) => ({
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: `sqlite:${databaseFile}`,
    SECRET_KEYS: secretKey,
    AUTH0_DOMAIN: domain,
    ...(options.customDomain === true ? { AUTH0_TENANT_DOMAIN: tenantDomain } : {}),
    AUTH0_CLIENT_ID: 'latchkey-client',
    AUTH0_CLIENT_SECRET: clientSecret,
    AUTH0_BASE_URL: auth0.url,
    WEBHOOK_SECRET: webhookSecret,
    ...(options.smtpUrl === undefined ? {} : { SMTP_URL: options.smtpUrl }),
    ...(options.directoryPassword === undefined ? {} : { DIRECTORY_PASSWORD: options.directoryPassword }),
    ...(options.trustProxy === undefined ? {} : { TRUST_PROXY: options.trustProxy }),
    ...(options.slack === false ? {} : slackEnv(slack)),
    ...teams?.env,
  });
  const helpdesk = options.helpdesk ?? `channels: [slack:${workspace.helpdesk}]`;
  const policy = `companyName: Acme\nhelpdesk: { ${helpdesk} }\n${options.policy ?? ''}`;
  return { folder, auth0, slack, teams, databaseFile, secretKey, envAt, policy };
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  let shiftMs = 0;
  let stoodAt: number | undefined;
  const now = (): number => (stoodAt ?? Date.now()) + shiftMs;
  const { folder, auth0, slack, teams, databaseFile, secretKey, envAt, policy } = await openOutside(options, now);
  const operator = createOperator();
  const log = createLogger({ level: 'trace', stream: operator.stream });
  const begin = async (port: number): Promise<Product> => {
    const clock = { now: () => instant(now()) };
    const read = parsePolicy(policy, 'policy.yaml');
    const directories = directorySettings(read, envAt(port));
    const product = await compose(readConfig(envAt(port)), read, {
      ...{ clock, log, directories },
      ...(options.looksAtOnce === true ? { firstCountInMs: 0 } : {}),
      ...(options.beats === undefined ? {} : { beats: options.beats }),
    });
    try {
      const { url } = await product.start();
      auth0.control.setCallbacks(callbacksAt(url));
      slack.control.connect(`${url}/slack/events`);
      teams?.server.control.connect(`${url}/api/messages`);
      return product;
    } catch (error) {
      await product.stop();
      throw error;
    }
  };
  const began = await onSomePort(async (port) => ({ port, product: await begin(port) }));
  const { port } = began;
  let { product } = began;
  const calm = (): void => {
    auth0.control.calm();
    slack.control.faults.clear();
    teams?.server.control.faults.clear();
  };

  return {
    auth0,
    slack,
    teams: teams?.server,
    databaseFile,
    setsPasswordIn: connectionSetHere(options),
    mailsLinks: (options.policy ?? '').includes('via: email'),
    url: envAt(port).PUBLIC_URL,
    logged: operator.read,
    now,
    answers: [],
    planted: new Set([
      secretKey,
      clientSecret,
      webhookSecret,
      workspace.botToken,
      workspace.signingSecret,
      teamsSecret,
    ]),
    pass(seconds) {
      shiftMs += seconds * 1000;
      product.wake();
    },
    stands() {
      stoodAt = Date.now();
    },
    calm,
    async restart() {
      await product.stop();
      product = await begin(port);
    },
    async sleeps(seconds) {
      await product.stop();
      shiftMs += seconds * 1000;
      product = await begin(port);
    },
    async end() {
      calm();
      await product.stop();
      await Promise.all([auth0.close(), slack.close(), teams?.server.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const connectionSetHere = (options: WorldOptions): World['setsPasswordIn'] => {
  const { policy = '' } = options;
  if (policy.includes('connectorWriteBack: [CorpAD]')) return 'CorpAD';
  return policy.includes('setPasswordHere') || changesByForm(options) ? 'CorpUsers' : undefined;
};

const slackEnv = ({ apiUrl }: Slack) => ({
  SLACK_SIGNING_SECRET: workspace.signingSecret,
  SLACK_BOT_TOKEN: workspace.botToken,
  SLACK_API_URL: apiUrl,
});

/** Reads every line of the log. */
function createOperator() {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, read: () => text };
}

/**
 * Finds a port below the range that the system assigns: the address must be known before the server listens, and be
 * free again after a restart.
 */
async function onSomePort<T>(listen: (port: number) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listen(randomInt(10_240, 32_000));
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || tries === 10) throw error;
    }
  }
}
