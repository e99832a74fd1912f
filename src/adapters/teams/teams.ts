// The Teams adapter: puts its parts together, first the outbound side, then the inbound side. Decides nothing.
import type { Logger } from 'pino';
import { createBackground } from '../../concurrency/background-tasks.ts';
import { createRateLimiter } from '../../concurrency/rate-limiter.ts';
import { untilFinished } from '../../concurrency/stop-times.ts';
import { createReportUnknown } from '../../engine/unmatched.ts';
import type { ActorId } from '../../flows/ids.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import type { Clock, Unmatched } from '../../flows/ports.ts';
import { createRefusalLog } from '../../inbound/refusal-log.ts';
import type { Observe } from '../../outbound/observe.ts';
import type { Inbound, Listeners, Outbound } from '../adapter.ts';
import { createRenderQueue } from '../render-queue.ts';
import { objectIdOf, sameCase } from './actor.ts';
import { createChannels } from './channels.ts';
import { createChats } from './chats.ts';
import { createConnector } from './connector.ts';
import type { TeamsContext } from './context.ts';
import { createDeduplication } from './deduplication.ts';
import { createTeamsChecks } from './diagnosis.ts';
import { type Library, loadLibrary } from './library.ts';
import { createMessenger } from './messenger.ts';
import { createNameCache } from './name-cache.ts';
import { createNames } from './names.ts';
import { createOrigins, type Origins } from './origins.ts';
import { createPeople } from './people.ts';
import { createPosts } from './posts.ts';
import { createReceive } from './receive.ts';
import { createReceiver, type RefusedBecause } from './receiver.ts';
import type { TeamsReferences } from './references.ts';
import { createRoster } from './roster.ts';
import { createServices } from './services.ts';
import { type ConnectorKeys, createConnectorKeys } from './signing-keys.ts';
import { createBotToken } from './token.ts';
import { createVerifier } from './verify.ts';

export interface TeamsConfig {
  readonly appId: string;
  readonly appPassword: string;
  /** The only tenant whose people may use this. */
  readonly tenantId: string;
  /** Where the Bot Connector's signing keys are described; default Microsoft's. */
  readonly openIdMetadataUrl?: string;
  /** Default Microsoft's. */
  readonly loginUrl?: string;
  /** Origins that may be the connector; default Microsoft's public cloud. */
  readonly serviceUrls?: readonly string[];
}

export interface TeamsOptions {
  readonly config: TeamsConfig;
  /** Where people can be reached. To be kept for as long as the app is installed. */
  readonly references: TeamsReferences;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after each request to Teams and to Entra. */
  readonly observe?: Observe;
  /** Called for each request of somebody whom Teams does not vouch for. */
  readonly observeUnmatched?: (reason: Unmatched) => void;
  /** Monotonic milliseconds, for what is remembered for seconds. */
  readonly elapsedMs?: () => number;
}

/** The bot's registration, as Entra confirms it. */
export interface Registration {
  readonly appId: string;
  readonly tenantId: string;
}

export interface Teams extends Outbound {
  /** For the operator: that Entra knows this app and its secret, or what is wrong with them. */
  check(): Promise<Outcome<Registration>>;
}

const microsoft = {
  openIdMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  loginUrl: 'https://login.microsoftonline.com',
};
/** Refreshed in the background before they are old, so that no request has to wait for known keys. */
const keysEveryMs = 6 * 3600 * 1000;
/** Below Teams' 7 messages a second, 8 in two and 60 in thirty, and below the lease under which the engine performs a post. */
const postRate = { everyMs: 600, atOnce: 5, waitAtMostMs: 4_000 };

/** The outbound side. It knows nothing of the inbound side. */
export async function createTeams(options: TeamsOptions): Promise<Teams> {
  const { references, clock, log } = options;
  const observe = options.observe === undefined ? {} : { observe: options.observe };
  const elapsed = options.elapsedMs === undefined ? {} : { now: options.elapsedMs };
  const identity = identityOf(options.config);
  const { appId, appPassword, tenantId, openIdMetadataUrl, loginUrl } = identity;
  const origins = createOrigins(options.config.serviceUrls);
  const token = createBotToken({ loginUrl, tenantId, appId, appPassword, clock, log, ...observe });
  const library = await loadLibrary({ appId, tenantId, openIdMetadataUrl, loginUrl, origins, token });
  const connector = createConnector({ library, token, origins, appId, tenantId, log, ...observe });
  const services = createServices(references, origins);
  const cache = createNameCache();
  const roster = createRoster({ connector, tenantId, names: cache });
  const isOurs = (actor: ActorId): boolean => objectIdOf(actor, tenantId) !== undefined;
  const names = createNames({ isOurs, references, roster, cache });
  const chats = createChats({ references, roster, connector });
  const renderQueue = createRenderQueue();
  const posts = createPosts({ connector, names, renderQueue, tenantId });
  const keys = createConnectorKeys({ metadataUrl: openIdMetadataUrl, appId, log, follow: library.follow });
  const outbound = { library, keys, origins, chats, roster, posts, names, renderQueue, appId, tenantId };
  return {
    messenger: createMessenger({
      ...{ posts, chats, services, tenantId },
      channels: createChannels({ connector, services, tenantId, ...elapsed }),
      rateLimiter: createRateLimiter({ ...postRate, now: () => clock.now() }),
    }),
    people: createPeople({ references, roster, tenantId }),
    nameOf: names.of,
    async warmUp() {
      await Promise.all([keys.refresh(), token.read()]);
    },
    async check() {
      const read = await token.read();
      return read.ok ? success({ appId, tenantId }) : read;
    },
    checks: (setUp) =>
      createTeamsChecks({
        ...{ connector, services, references, origins, tenantId, metadataUrl: openIdMetadataUrl, setUp },
        // A token of its own: the one that is kept may be older than the secret that is set.
        login: () => createBotToken({ loginUrl, tenantId, appId, appPassword, clock, log }).read(),
      }),
    listen: async (listeners) => createInbound(outbound, listeners, options),
  };
}

function identityOf(config: TeamsConfig) {
  const { appId, appPassword } = config;
  const tenantId = sameCase(config.tenantId);
  if (appId === '' || appPassword === '' || tenantId === '') {
    throw new Error('Teams needs TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID');
  }
  const { openIdMetadataUrl, loginUrl } = { ...microsoft, ...config };
  return { appId, appPassword, tenantId, openIdMetadataUrl, loginUrl };
}

interface OutboundParts
  extends Pick<TeamsContext, 'chats' | 'roster' | 'posts' | 'names' | 'renderQueue' | 'tenantId'> {
  readonly library: Library;
  readonly keys: ConnectorKeys;
  readonly origins: Origins;
  readonly appId: string;
}

/** Mounts `POST /api/messages`. */
function createInbound(
  { library, keys, origins, appId, ...outbound }: OutboundParts,
  { conversation, priorityQueue }: Listeners,
  { clock, log, observeUnmatched = () => undefined }: TeamsOptions,
): Inbound {
  const { tenantId } = outbound;
  const background = createBackground(log, 'teams.background.failed');
  const deduplication = createDeduplication(clock);
  const receive = createReceive({
    ...outbound,
    ...{ conversation, priorityQueue, deduplication, background, clock, log },
    unknown: createReportUnknown(log, observeUnmatched),
  });
  const verifier = createVerifier({ appId, tenantId, origins, keys });
  const refusals = createRefusalLog<RefusedBecause>(log, 'teams.refused');
  const refreshing = setInterval(() => void keys.refresh(), keysEveryMs).unref();
  return {
    plugin: createReceiver({ library, verifier, receive, priorityQueue, refusals, log }),
    async stop(deadline = untilFinished()) {
      clearInterval(refreshing);
      refusals.stop();
      await background.settled(deadline.leftMs());
    },
    underWay: background.count,
  };
}
