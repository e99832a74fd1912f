// The Slack adapter: puts its parts together. Translates and forwards; decides nothing.
import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import type { Conversation } from '../../bot/conversation.ts';
import type { Messenger } from '../../bot/messenger.ts';
import { createBackground } from '../../concurrency/background-tasks.ts';
import { createPriorityQueue } from '../../concurrency/priority-queue.ts';
import { createRateLimiter } from '../../concurrency/rate-limiter.ts';
import type { ActorId } from '../../flows/ids.ts';
import type { Outcome } from '../../flows/outcome.ts';
import type { Clock, People } from '../../flows/ports.ts';
import type { ConversationReferences } from '../../flows/store.ts';
import { createRefusalLog } from '../../inbound/refusal-log.ts';
import type { Observe } from '../../outbound/observe.ts';
import { createReplyThrottle } from '../courtesy.ts';
import { createRenderQueue } from '../render-queue.ts';
import { createChannels } from './channels.ts';
import { createSlackApi } from './client.ts';
import { createCommands } from './commands.ts';
import type { Listening } from './context.ts';
import { listenToHome } from './home-opened.ts';
import { createHomeViews } from './home-view.ts';
import { createHomeVisits } from './home-visits.ts';
import { createInstalled, type Installation } from './installation.ts';
import { listenToMessages } from './messages.ts';
import { createMessenger } from './messenger.ts';
import { createPeople } from './people.ts';
import { createPosts } from './posts.ts';
import { listenToPresses } from './presses.ts';
import { createReceiver, type RefusedBecause } from './receiver.ts';
import { createResponseUrls } from './response-url.ts';
import { listenToSubmissions } from './submissions.ts';
import { createVerifier } from './verify.ts';
import { createWindows } from './windows.ts';

export interface SlackConfig {
  readonly signingSecret: string;
  /** Single-workspace install. */
  readonly botToken: string;
  /** Web API base, ending in `/api/`; default Slack's. */
  readonly apiUrl?: string;
}

export interface SlackOptions {
  readonly config: SlackConfig;
  /** Asked for at each use: the conversation needs this adapter's messenger first. */
  readonly conversation: () => Conversation;
  /** Where it is kept who looked at their home page. */
  readonly whereabouts: ConversationReferences;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after each request to Slack. */
  readonly observe?: Observe;
  /** `acme` or `acme-` makes `/acme-unlock`. */
  readonly commandPrefix?: string;
  readonly companyName?: string;
}

export interface Slack {
  readonly messenger: Messenger;
  readonly people: People;
  /** What somebody in Slack is called, for cards elsewhere; undefined where Slack does not say. */
  readonly nameOf: (actor: ActorId) => Promise<string | undefined>;
  /** Mounts `POST /slack/events`. */
  readonly plugin: FastifyPluginAsync;
  /** Learns whose token this is, so that the first request need not, and looks at the helpdesk's channels. Never fails. */
  warmUp(): Promise<void>;
  /** For the operator: whose token this is, with its scopes, or what is wrong with it. */
  check(): Promise<Outcome<Installation>>;
  /** Waits a bounded time for what goes on behind answered requests. */
  stop(): Promise<void>;
}

const stopWithinMs = 5_000;
/** Below the lease under which the engine performs a post. */
const postWaitAtMostMs = 4_000;

export async function createSlack(options: SlackOptions): Promise<Slack> {
  const { config, conversation, whereabouts, clock, log, commandPrefix, companyName } = options;
  const observe = options.observe === undefined ? {} : { observe: options.observe };
  const apiUrl = config.apiUrl === undefined ? {} : { apiUrl: config.apiUrl };
  const api = createSlackApi({ token: config.botToken, ...apiUrl, log, ...observe });
  const installed = createInstalled(api);
  const renderQueue = createRenderQueue();
  const background = createBackground(log, 'slack.background.failed');
  const people = createPeople(api, installed);
  const posts = createPosts(api, renderQueue);
  const windows = createWindows(api, renderQueue);
  const visits = createHomeVisits(whereabouts, clock);
  const homes = createHomeViews({ api, conversation, visits, ...(companyName === undefined ? {} : { companyName }) });
  const channels = createChannels({ api, installed });
  const now = (): number => clock.now();
  const pace = createRateLimiter({ everyMs: 1_000, atOnce: 1, waitAtMostMs: postWaitAtMostMs, now });
  const gate = createVerifier({ signingSecret: config.signingSecret, clock });
  const listening: Listening = {
    conversation,
    windows,
    posts,
    homes,
    responses: createResponseUrls(config.apiUrl, options.observe),
    renderQueue,
    background,
    priorityQueue: createPriorityQueue(),
    installed,
    replyThrottle: createReplyThrottle(clock),
    openings: createRateLimiter({ everyMs: 1_000, atOnce: 1, waitAtMostMs: 3_000, now }),
    log,
  };
  const commands = createCommands(listening, commandPrefix);
  const refusals = createRefusalLog<RefusedBecause>(log, 'slack.refused');
  const { app, plugin } = await createReceiver({
    signingSecret: config.signingSecret,
    ...{ gate, installed, commands, refusals, log },
  });
  listenToMessages(app, listening);
  listenToPresses(app, listening);
  listenToSubmissions(app, listening);
  listenToHome(app, listening);
  return {
    messenger: createMessenger({ posts, windows, homes, channels, pace, log }),
    people,
    nameOf: people.nameOf,
    plugin,
    async warmUp() {
      await installed.read();
    },
    check: installed.read,
    async stop() {
      refusals.stop();
      await background.settled(stopWithinMs);
    },
  };
}
