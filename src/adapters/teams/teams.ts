// The Teams adapter: puts its parts together. Translates and forwards; decides nothing.
import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import type { Card } from '../../bot/cards/card.ts';
import type { Conversation } from '../../bot/conversation.ts';
import type { Messenger } from '../../bot/messenger.ts';
import { createBackground } from '../../concurrency/background-tasks.ts';
import { createPriorityQueue } from '../../concurrency/priority-queue.ts';
import { createRateLimiter } from '../../concurrency/rate-limiter.ts';
import type { ActorId, FlowId } from '../../flows/ids.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import type { Clock, People } from '../../flows/ports.ts';
import { createRefusalLog } from '../../inbound/refusal-log.ts';
import type { Observe } from '../../outbound/observe.ts';
import { createReplyThrottle } from '../courtesy.ts';
import { createRenderQueue } from '../render-queue.ts';
import { objectIdOf, sameCase } from './actor.ts';
import { createChannels } from './channels.ts';
import { createChats } from './chats.ts';
import { createConnector } from './connector.ts';
import { createDeduplication } from './deduplication.ts';
import { loadLibrary } from './library.ts';
import { createMessenger } from './messenger.ts';
import { createNames } from './names.ts';
import { createOrigins } from './origins.ts';
import { createPeople } from './people.ts';
import { createPosts } from './posts.ts';
import { createReceive } from './receive.ts';
import { createReceiver, type RefusedBecause } from './receiver.ts';
import type { TeamsReferences } from './references.ts';
import { createRoster, type Roster } from './roster.ts';
import { createServices } from './services.ts';
import { createConnectorKeys } from './signing-keys.ts';
import { createBotToken } from './token.ts';
import { createVerifier } from './verify.ts';

export interface TeamsConfig {
  readonly appId: string;
  readonly appPassword: string;
  /** The one tenant whose people may use this. */
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
  /** Asked for at each use: the conversation needs this adapter's messenger first. */
  readonly conversation: () => Conversation;
  /** Where people can be reached; to be kept for as long as the app is installed. */
  readonly references: TeamsReferences;
  /** What people of other platforms are called, e.g. the person of a request that was made in Slack. */
  readonly nameElsewhere?: (actor: ActorId) => Promise<string | undefined>;
  /** What the helpdesk sees of a flow now, asked for in `platform:channel`; without it a press on its card is answered with a sentence. */
  readonly helpdeskCard?: (flow: FlowId, channel: string) => Promise<Card | undefined>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after each request to Teams and to Entra. */
  readonly observe?: Observe;
}

/** Whose bot this is, as far as Entra says so. */
export interface Registration {
  readonly appId: string;
  readonly tenantId: string;
}

export interface Teams {
  readonly messenger: Messenger;
  readonly people: People;
  /** What somebody in Teams is called; undefined where Teams does not say. */
  readonly nameOf: (actor: ActorId) => Promise<string | undefined>;
  /** Mounts `POST /api/messages`. */
  readonly plugin: FastifyPluginAsync;
  /** Gets the bot's token and the connector's keys, so that no request need wait for them. Where they are not to be had, the first request asks. */
  warmUp(): Promise<void>;
  /** For the operator: that Entra knows this app and its secret, or what is wrong with them. */
  check(): Promise<Outcome<Registration>>;
  /** Waits a bounded time for what goes on behind answered requests. */
  stop(): Promise<void>;
}

const microsoft = {
  openIdMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  loginUrl: 'https://login.microsoftonline.com',
};
const stopWithinMs = 5_000;
/** Nobody ever waits for keys that were known and grew old. */
const keysEveryMs = 6 * 3600 * 1000;
/** Below Teams' 7 messages a second, 8 in two and 60 in thirty, and below the lease under which the engine performs a post. */
const postPace = { everyMs: 600, atOnce: 5, waitAtMostMs: 4_000 };

export async function createTeams(options: TeamsOptions): Promise<Teams> {
  const { config, conversation, references, nameElsewhere, helpdeskCard, clock, log } = options;
  const observe = options.observe === undefined ? {} : { observe: options.observe };
  const { appId, appPassword } = config;
  const tenantId = sameCase(config.tenantId);
  if (appId === '' || appPassword === '' || tenantId === '') {
    throw new Error('Teams needs TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID');
  }
  const { openIdMetadataUrl, loginUrl } = { ...microsoft, ...config };
  const origins = createOrigins(config.serviceUrls);
  const token = createBotToken({ loginUrl, tenantId, appId, appPassword, clock, log, ...observe });
  const library = await loadLibrary({ appId, tenantId, openIdMetadataUrl, loginUrl, origins, token });
  const connector = createConnector({ library, token, origins, appId, tenantId, log, ...observe });
  const services = createServices(references, origins);
  const names = createNames({
    isOurs: (actor) => objectIdOf(actor, tenantId) !== undefined,
    references,
    roster: (): Roster => roster,
    ...(nameElsewhere === undefined ? {} : { elsewhere: nameElsewhere }),
  });
  const roster = createRoster({ connector, tenantId, onSeen: names.note });
  const chats = createChats({ references, roster, connector });
  const renderQueue = createRenderQueue();
  const posts = createPosts({ connector, names, renderQueue, tenantId });
  const priorityQueue = createPriorityQueue();
  const background = createBackground(log, 'teams.background.failed');
  const receive = createReceive({
    conversation,
    arrivals: createDeduplication(clock),
    ...{ chats, roster, posts, names, renderQueue, background, priorityQueue, tenantId, clock, log },
    replyThrottle: createReplyThrottle(clock),
    ...(helpdeskCard === undefined ? {} : { helpdeskCard }),
  });
  const keys = createConnectorKeys({ metadataUrl: openIdMetadataUrl, appId, log, follow: library.follow });
  const gate = createVerifier({ appId, tenantId, origins, keys });
  const refusals = createRefusalLog<RefusedBecause>(log, 'teams.refused');
  let refreshing: NodeJS.Timeout | undefined;
  return {
    messenger: createMessenger({
      ...{ posts, chats, services, tenantId },
      channels: createChannels({ connector, services, tenantId }),
      pace: createRateLimiter({ ...postPace, now: () => clock.now() }),
    }),
    people: createPeople({ references, roster, tenantId }),
    nameOf: names.of,
    plugin: createReceiver({ library, gate, receive, priorityQueue, refusals, log }),
    async warmUp() {
      refreshing ??= setInterval(() => void keys.refresh(), keysEveryMs).unref();
      await Promise.all([keys.refresh(), token.read()]);
    },
    async check() {
      const read = await token.read();
      return read.ok ? success({ appId, tenantId }) : read;
    },
    async stop() {
      clearInterval(refreshing);
      refusals.stop();
      await background.settled(stopWithinMs);
    },
  };
}
