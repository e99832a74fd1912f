// One world: emulated Auth0 and Slack with their people, and the product between them, in this process and on one clock.
// The product is configured as an operator would configure it, by its environment and its policy.
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { compose } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { instant } from '../src/flows/ids.ts';
import { parsePolicy } from '../src/policy-file.ts';
import { type Auth0Server, startAuth0 } from './auth0/server.ts';
import { cast, connection, helpdeskChannel } from './cast.ts';
import { createWorldClock, type WorldClock } from './clock.ts';
import { freePort } from './free-port.ts';
import { type Slack, startSlack } from './slack/server.ts';

export type World = {
  /** Rises with every fresh world of this process. */
  readonly number: number;
  readonly clock: WorldClock;
  readonly auth0: Auth0Server;
  readonly slack: Slack;
  readonly productUrl: string;
  readonly botUserId: string;
  /** Moves the clock of everything and lets the product look at what is due. */
  pass(ms: number): void;
  /** Something that can be seen may have changed. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
};

const policy = `
companyName: Acme
connections: [${connection}]
helpdesk:
  channels: ["slack:${helpdeskChannel.id}"]
`;

const botUserId = 'U0LATCHKEY';
let worlds = 0;

export async function startWorld(log: Logger): Promise<World> {
  const clock = createWorldClock();
  const secret = () => randomBytes(24).toString('base64url');
  const ours = { auth0Secret: secret(), signingSecret: secret(), botToken: `xoxb-${secret()}` };
  const [auth0, slack, port] = await Promise.all([
    startAuth0({
      domain: 'acme.eu.auth0.test',
      clientId: 'latchkey-playground',
      clientSecret: ours.auth0Secret,
      now: clock.now,
      ticketOrigin: 'self',
      tenantName: 'Acme',
    }),
    startSlack({
      signingSecret: ours.signingSecret,
      botToken: ours.botToken,
      teamId: 'T0ACME',
      appId: 'A0LATCHKEY',
      botUserId,
      botName: 'Latchkey',
      teamName: 'Acme',
      now: clock.now,
    }),
    freePort(),
  ]);
  settle(auth0, slack);
  const publicUrl = `http://127.0.0.1:${port}`;
  const config = readConfig({
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    DATABASE_URL: 'sqlite::memory:',
    SECRET_KEYS: randomBytes(32).toString('base64'),
    AUTH0_DOMAIN: 'acme.eu.auth0.test',
    AUTH0_CLIENT_ID: 'latchkey-playground',
    AUTH0_CLIENT_SECRET: ours.auth0Secret,
    AUTH0_BASE_URL: auth0.url,
    SLACK_SIGNING_SECRET: ours.signingSecret,
    SLACK_BOT_TOKEN: ours.botToken,
    SLACK_API_URL: slack.apiUrl,
  });
  const product = await compose(config, parsePolicy(policy, 'the playground’s policy'), {
    clock: { now: () => instant(clock.now()) },
    log,
  });
  const { url: productUrl } = await product.start();
  slack.control.connect(`${productUrl}/slack/events`);
  worlds += 1;
  return {
    number: worlds,
    clock,
    auth0,
    slack,
    productUrl,
    botUserId,
    pass(ms) {
      clock.pass(ms);
      product.wake();
    },
    onChange(listener) {
      const ends = [
        slack.control.onChange(listener),
        auth0.control.onDelivery(listener),
        auth0.control.onLog(listener),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    async close() {
      await product.stop();
      await Promise.all([slack.close(), auth0.close()]);
    },
  };
}

/** Everybody moves in. */
function settle(auth0: Auth0Server, slack: Slack): void {
  for (const { id, name, realName, email, isGuest = false, account } of cast) {
    slack.control.addUser({ id, name, realName, email, ...(isGuest ? { is_restricted: true } : {}) });
    if (account === undefined) continue;
    const [givenName = name, familyName = ''] = realName.split(' ');
    auth0.control.addUser({ ...account, connection, email, name: realName, givenName, familyName });
    // A laptop and a phone that are signed in: a change of the password must end both.
    for (const _device of ['laptop', 'phone']) auth0.control.signIn(account.userId, account.password);
  }
  const members = cast.filter(({ isHelpdesk }) => isHelpdesk === true).map(({ id }) => id);
  slack.control.addChannel({ ...helpdeskChannel, members, isPrivate: true });
}
