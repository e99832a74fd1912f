// One world: emulated Auth0, Slack, Teams and a mail server with their people, and the product connected to them, in this process and
// on one clock. The product is configured as an operator would do it, by its environment and its policy.
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { callbacksAt, neededScopes } from '../src/auth0/application.ts';
import { lookScopes } from '../src/auth0/scopes.ts';
import { compose } from '../src/compose.ts';
import { readConfig } from '../src/config/config.ts';
import { directorySettings } from '../src/config/directories.ts';
import { parsePolicy } from '../src/config/policy/policy-file.ts';
import { instant } from '../src/flows/ids.ts';
import { type Auth0Server, startAuth0 } from './auth0/server.ts';
import {
  type Account,
  cast,
  connection,
  directoryConnection,
  helpdeskChannel,
  ownPageConnection,
  teamsGeneralChannel,
  teamsHelpdeskChannel,
} from './cast.ts';
import { createWorldClock, type WorldClock } from './clock.ts';
import type { PlaygroundDirectory } from './directory.ts';
import { freePort } from './free-port.ts';
import { type MailServer, startMail } from './mail/server.ts';
import { type Slack, startSlack } from './slack/server.ts';
import { startTeams, type Teams } from './teams/server.ts';

export type World = {
  /** Increases with every new world of this process. */
  readonly number: number;
  readonly clock: WorldClock;
  readonly auth0: Auth0Server;
  readonly slack: Slack;
  readonly teams: Teams;
  readonly mail: MailServer;
  /** Only in the world that has one. */
  readonly directory?: PlaygroundDirectory;
  readonly productUrl: string;
  readonly botUserId: string;
  /** Moves the clock of everything and lets the product process what is due. */
  pass(ms: number): void;
  /** Calls the listener when something visible may have changed. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
};

const policy = `
companyName: Acme
connections: [${connection}, ${directoryConnection}, ${ownPageConnection}]
setPasswordHere: [${ownPageConnection}]
helpdesk:
  channels: ["slack:${helpdeskChannel.id}", "teams:${teamsHelpdeskChannel.id}"]
  approvers: { teams: members }
  contact: call 555 0100 or visit room 101
rules:
  - when: { app_metadata: { privileged: true } }
    reset:  { approvals: 0, proofs: 2 }
    unlock: { approvals: 1, proofs: 2 }
  - reset:  { approvals: 0 }
    unlock: { approvals: 1 }
web: { enabled: true }
`;

const auth0Domain = 'acme.eu.auth0.test';
const botUserId = 'U0LATCHKEY';
const teamsApp = { appId: '9d2b6c1e-4f57-4a08-8e3b-6b1f00000001', tenantId: '9d2b6c1e-4f57-4a08-8e3b-6b1f00000002' };
let worlds = 0;

/** `directory`: stays when the world is made anew. */
export async function startWorld(log: Logger, directory?: PlaygroundDirectory): Promise<World> {
  const clock = createWorldClock();
  const secrets = {
    auth0: secret(),
    signing: randomBytes(16).toString('hex'),
    botToken: `xoxb-${secret()}`,
    teams: secret(),
    webhook: secret(),
  };
  const [auth0, slack, teams, mail, port] = await Promise.all([
    ...startEmulators(clock, secrets),
    startMail(clock.now),
    freePort(),
  ]);
  addPeople(auth0, slack, teams, directory);
  const publicUrl = `http://127.0.0.1:${port}`;
  sayWhoAsks(auth0);
  auth0.control.setCallbacks(callbacksAt(publicUrl));
  const config = readConfig({
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    DATABASE_URL: 'sqlite::memory:',
    SECRET_KEYS: randomBytes(32).toString('base64'),
    AUTH0_DOMAIN: auth0Domain,
    AUTH0_CLIENT_ID: 'latchkey-playground',
    AUTH0_CLIENT_SECRET: secrets.auth0,
    AUTH0_BASE_URL: auth0.url,
    SLACK_SIGNING_SECRET: secrets.signing,
    SLACK_BOT_TOKEN: secrets.botToken,
    SLACK_API_URL: slack.apiUrl,
    SMTP_URL: mail.url,
    WEBHOOK_SECRET: secrets.webhook,
    ...teamsSettings(teams, secrets.teams),
  });
  const rules = parsePolicy(`${policy}${directory?.policy ?? ''}`, 'the playground’s policy');
  const product = await compose(config, rules, {
    directories: directorySettings(rules, directory === undefined ? {} : { DIRECTORY_PASSWORD: directory.password }),
    clock: { now: () => instant(clock.now()) },
    log,
    firstCountInMs: 0,
  });
  const isReady = Promise.withResolvers<void>();
  const { url: productUrl } = await product.start(isReady.resolve);
  await isReady.promise;
  slack.control.connect(`${productUrl}/slack/events`);
  await connectTeams(teams, productUrl);
  const endStream = streamLog(auth0, `${productUrl}/hooks/auth0`, secrets.webhook);
  worlds += 1;
  return {
    number: worlds,
    clock,
    auth0,
    slack,
    teams,
    mail,
    ...(directory === undefined ? {} : { directory }),
    productUrl,
    botUserId,
    pass(ms) {
      clock.pass(ms);
      product.wake();
    },
    onChange(listener) {
      const ends = [
        slack.control.onChange(listener),
        teams.control.onChange(listener),
        auth0.control.onDelivery(listener),
        auth0.control.onLog(listener),
        mail.onMail(listener),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    async close() {
      endStream();
      await product.stop();
      await Promise.all([slack.close(), teams.close(), auth0.close(), mail.close()]);
    },
  };
}

/** As Auth0's log stream does it. So a password that is changed with *Forgot password?* is told in chat. */
function streamLog({ control }: Auth0Server, to: string, bearer: string): () => void {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/x-ndjson' };
  return control.onLog((entry) => {
    const body = JSON.stringify({ log_id: entry.log_id, data: entry });
    fetch(to, { method: 'POST', headers, body }).catch(() => undefined);
  });
}

/** As the files of `latchkey manifest auth0` do it, so that the doctor has nothing to say. */
function sayWhoAsks({ control }: Auth0Server): void {
  const text = '{{ code }} is your code for {{ application.name }}. Nobody will ever ask you for it.';
  for (const { name, options } of control.connections()) {
    if (name === 'email') Object.assign(options, { email: { body: text } });
    if (name === 'sms') Object.assign(options, { template: text });
  }
}

const secret = (): string => randomBytes(24).toString('base64url');
type Secrets = Readonly<Record<'auth0' | 'signing' | 'botToken' | 'teams' | 'webhook', string>>;

function startEmulators({ now }: WorldClock, secrets: Secrets) {
  return [
    startAuth0({
      domain: auth0Domain,
      clientId: 'latchkey-playground',
      clientSecret: secrets.auth0,
      now,
      ticketOrigin: 'self',
      tenantName: 'Acme',
      // As `latchkey manifest auth0` grants them.
      scopes: [...neededScopes, ...lookScopes],
      disableSignUp: true,
    }),
    startSlack({
      signingSecret: secrets.signing,
      botToken: secrets.botToken,
      teamId: 'T0ACME',
      appId: 'A0LATCHKEY',
      botUserId,
      botName: 'Latchkey',
      teamName: 'Acme',
      now,
    }),
    startTeams({ ...teamsApp, appPassword: secrets.teams, botName: 'Latchkey', limits: true, now }),
  ] as const;
}

const teamsSettings = (teams: Teams, appPassword: string) => ({
  TEAMS_APP_ID: teamsApp.appId,
  TEAMS_APP_PASSWORD: appPassword,
  TEAMS_TENANT_ID: teamsApp.tenantId,
  TEAMS_OPENID_METADATA_URL: teams.openIdMetadataUrl,
  TEAMS_LOGIN_URL: teams.loginUrl,
  TEAMS_SERVICE_URLS: teams.url,
});

/**
 * The company's administrator has installed the app for everybody: the bot is notified and can write to them from then
 * on.
 */
async function connectTeams(teams: Teams, productUrl: string): Promise<void> {
  teams.control.connect(`${productUrl}/api/messages`);
  await Promise.all(cast.map(({ objectId }) => teams.client(objectId).install()));
}

/**
 * In a world with a directory, the account is the one that is really there, and its person has a contact. The address is written as in
 * Slack, so that Auth0 finds it.
 */
function inDirectory({ email, ...usual }: Account, directory: PlaygroundDirectory | undefined): Account {
  if (directory === undefined) return { ...usual, ...(email === undefined ? {} : { email }) };
  return { ...usual, userId: directory.account, contacts: [{ provider: 'email', address: 'omar.haddad@gmail.test' }] };
}

/** Adds all people to Auth0, Slack and Teams. */
function addPeople(auth0: Auth0Server, slack: Slack, teams: Teams, directory?: PlaygroundDirectory): void {
  for (const { id, objectId, name, realName, email, isGuest = false, account: usual } of cast) {
    const account = usual?.connection === directoryConnection ? inDirectory(usual, directory) : usual;
    slack.control.addUser({ id, name, realName, email, ...(isGuest ? { is_restricted: true } : {}) });
    teams.control.addUser({
      ...{ aadObjectId: objectId, name: realName, email, locale: 'en-GB' },
      ...(isGuest ? { userRole: 'guest', upn: `${email.replace('@', '_')}#EXT#@acme.test` } : {}),
    });
    if (account === undefined) continue;
    const [givenName = name, familyName = ''] = realName.split(' ');
    auth0.control.addUser({ connection, email, ...account, name: realName, givenName, familyName });
    // The account is signed in on a laptop and a phone: a change of the password must end both sessions.
    for (const _device of ['laptop', 'phone']) auth0.control.signIn(account.userId, account.password);
  }
  const helpdesk = cast.filter(({ isHelpdesk }) => isHelpdesk === true);
  slack.control.addChannel({ ...helpdeskChannel, members: helpdesk.map(({ id }) => id), isPrivate: true });
  for (const [channel, members] of [
    [teamsGeneralChannel, cast],
    [teamsHelpdeskChannel, helpdesk],
  ] as const) {
    const { team: teamName, ...named } = channel;
    teams.control.addTeamChannel({ ...named, teamName, members: members.map(({ objectId }) => objectId) });
  }
}
