// The emulated Microsoft Teams: Bot Connector, Entra's login and the connector's keys on loopback, and the people who
// use it. The product knows only addresses: TEAMS_LOGIN_URL, TEAMS_OPENID_METADATA_URL, and the service URL in
// activities.
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { createActivities } from './activities.ts';
import { createCardCheck } from './card-check.ts';
import { createChannelTokens } from './channel-token.ts';
import { type Client, createClient } from './client.ts';
import { type Addresses, mountConnector, type ServerContext } from './connector.ts';
import { type Control, createControl } from './control.ts';
import { createDeliveries } from './deliveries.ts';
import { createFaults } from './faults.ts';
import { createKeyring } from './keys.ts';
import { createLogin } from './login.ts';
import { createRateLimits } from './rate-limits.ts';
import { settingsOf, type TeamsOptions } from './settings.ts';
import { createWorld } from './world.ts';

export type Teams = {
  /** The origin of all URLs below. */
  readonly url: string;
  /** The service URL in every activity, with its trailing slash. */
  readonly serviceUrl: string;
  readonly loginUrl: string;
  readonly openIdMetadataUrl: string;
  readonly control: Control;
  /** By Entra object id. */
  client(userId: string): Client;
  close(): Promise<void>;
};

/** Bots cache keys by URL for a day, so every start uses new URLs, even on the same port. */
function addresses(): Addresses {
  const start = randomUUID();
  return {
    service: '/emea/',
    login: '/login',
    metadata: `/${start}/v1/.well-known/openidconfiguration`,
    keys: `/${start}/v1/.well-known/keys`,
  };
}

export async function startTeams(options: TeamsOptions): Promise<Teams> {
  const settings = settingsOf(options);
  const world = createWorld(settings);
  const keyring = await createKeyring();
  const paths = addresses();
  let url = '';
  const tokens = createChannelTokens(settings, keyring);
  const deliveries = createDeliveries(world, tokens, options.messagesUrl);
  const context: ServerContext = {
    ...{ world, keyring, paths, requests: [], origin: () => url },
    cards: createCardCheck(settings),
    rates: settings.limits ? createRateLimits(settings.now) : undefined,
    login: createLogin(settings),
    book: createFaults(),
  };
  const activities = createActivities(world, () => url + paths.service);
  const clientDesk = { world, cards: context.cards, activities, deliveries };
  const server = Fastify({
    forceCloseConnections: true,
    bodyLimit: 8 * 1024 * 1024,
    routerOptions: { maxParamLength: 1000 },
  });
  mountConnector(server, context);
  url = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  return {
    url,
    serviceUrl: url + paths.service,
    loginUrl: url + paths.login,
    openIdMetadataUrl: url + paths.metadata,
    control: createControl(context, clientDesk, (kind) => tokens.authorization(kind, url + paths.service)),
    client: (userId) => createClient(clientDesk, userId),
    async close() {
      deliveries.close();
      await server.close();
    },
  };
}
