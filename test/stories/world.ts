// The product composed as in production, between emulated neighbours on loopback, with a clock that only tests move.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Auth0Server, startAuth0 } from '../../playground/auth0/server.ts';
import { type Slack, startSlack } from '../../playground/slack/server.ts';
import { compose, type Product } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { instant } from '../../src/flows/ids.ts';
import { createLogger } from '../../src/log.ts';
import { parsePolicy } from '../../src/policy-file.ts';
import type { LogLevel } from '../../src/setting.ts';

export const workspace = {
  teamId: 'T0ACME001',
  appId: 'A0LATCHKEY',
  botUserId: 'U0LATCHKEY',
  signingSecret: 'f3a1c09e7b2d4586a1b2c3d4e5f60718',
  botToken: 'xoxb-1111111111-2222222222-AbCdEfGhIjKlMnOpQrStUvWx',
  helpdesk: 'C0HELPDESK',
};
export const janesAccount = 'auth0|650000000000000000000001';
export const janesEmail = 'jane.doe@home.example.net';
export const janesPhone = '+4915700000012';

export interface World {
  readonly auth0: Auth0Server;
  readonly slack: Slack;
  readonly product: Product;
  readonly url: string;
  readonly databaseFile: string;
  /** Everything the product logged, at the level asked for. */
  readonly logged: () => string;
  readonly now: () => number;
  /** Moves the clock of the product and its neighbours, and lets the product look at what is due. */
  pass(seconds: number): void;
  /** Ends the product's process, as far as one process can, and composes it anew on the same database. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

export interface WorldOptions {
  readonly policy?: string;
  readonly logLevel?: LogLevel;
  readonly webhookSecret?: string;
  readonly latencyMs?: number;
  readonly databaseUrl?: string;
}

const usualPolicy = `
companyName: Acme
helpdesk:
  channels: [slack:${workspace.helpdesk}]
`;

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  let shiftMs = 0;
  const now = (): number => Date.now() + shiftMs;
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  const databaseFile = join(folder, 'latchkey.db');
  const auth0 = await startAuth0({
    domain: 'acme.eu.auth0.test',
    clientId: 'latchkey-client',
    clientSecret: 'latchkey-client-secret-0123456789abcdef',
    ticketOrigin: 'self',
    now,
  });
  const slack = await startSlack({ ...workspace, now });
  populate(auth0, slack);
  auth0.control.faults.set({ latencyMs: options.latencyMs ?? 0 });
  if (options.latencyMs !== undefined) slack.control.faults.latencyMs = options.latencyMs;

  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const log = createLogger({ level: options.logLevel ?? 'info', stream });
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1:1',
    DATABASE_URL: options.databaseUrl ?? `sqlite:${databaseFile}`,
    SECRET_KEYS: randomBytes(32).toString('base64'),
    AUTH0_DOMAIN: 'acme.eu.auth0.test',
    AUTH0_CLIENT_ID: 'latchkey-client',
    AUTH0_CLIENT_SECRET: 'latchkey-client-secret-0123456789abcdef',
    AUTH0_BASE_URL: auth0.url,
    SLACK_SIGNING_SECRET: workspace.signingSecret,
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_API_URL: slack.apiUrl,
    ...(options.webhookSecret === undefined ? {} : { WEBHOOK_SECRET: options.webhookSecret }),
  };
  const policy = parsePolicy(options.policy ?? usualPolicy, 'policy.yaml');
  const clock = { now: () => instant(now()) };

  const begin = async (): Promise<{ product: Product; url: string }> => {
    const config = readConfig(env);
    const product = await compose(config, policy, { clock, log });
    const { url } = await product.start();
    slack.control.connect(`${url}/slack/events`);
    return { product, url };
  };
  let { product, url } = await begin();

  return {
    auth0,
    slack,
    databaseFile,
    get product() {
      return product;
    },
    get url() {
      return url;
    },
    logged: () => lines.join(''),
    now,
    pass(seconds) {
      shiftMs += seconds * 1000;
      product.wake();
    },
    async restart() {
      await product.stop();
      ({ product, url } = await begin());
    },
    async end() {
      await product.stop();
      await Promise.all([auth0.close(), slack.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Jane with two contacts; Sam and Ada of the helpdesk; Nina without a contact; Gus, a guest. */
function populate(auth0: Auth0Server, slack: Slack): void {
  const employees = [
    { id: 'U0JANE', name: 'jane', realName: 'Jane Doe', email: 'jane@acme.example.com' },
    { id: 'U0SAM', name: 'sam', realName: 'Sam Agent', email: 'sam@acme.example.com' },
    { id: 'U0ADA', name: 'ada', realName: 'Ada Agent', email: 'ada@acme.example.com' },
    { id: 'U0NINA', name: 'nina', realName: 'Nina New', email: 'nina@acme.example.com' },
  ];
  for (const employee of employees) slack.control.addUser(employee);
  slack.control.addUser({ id: 'U0GUS', name: 'gus', email: 'gus@elsewhere.example.org', is_restricted: true });
  const members = ['U0SAM', 'U0ADA', 'U0JANE'];
  slack.control.addChannel({ id: workspace.helpdesk, name: 'helpdesk', isPrivate: true, members });
  auth0.control.addUser({
    userId: janesAccount,
    connection: 'CorpUsers',
    email: 'jane@acme.example.com',
    emailVerified: true,
    name: 'Jane Doe',
    givenName: 'Jane',
    password: 'Old-Passw0rd-of-Jane',
    contacts: [
      { provider: 'email', address: janesEmail },
      { provider: 'sms', address: janesPhone },
    ],
  });
  auth0.control.addUser({
    userId: 'auth0|650000000000000000000002',
    connection: 'CorpUsers',
    email: 'nina@acme.example.com',
    emailVerified: true,
    name: 'Nina New',
    password: 'Old-Passw0rd-of-Nina',
  });
}
