// Wires the Slack adapter: first the outbound half, then the inbound half. Decides nothing.
import type { Logger } from 'pino';
import { createBackground } from '../../concurrency/background-tasks.ts';
import { createRateLimiter } from '../../concurrency/rate-limiter.ts';
import { untilFinished } from '../../concurrency/stop-times.ts';
import type { Outcome } from '../../flows/outcome.ts';
import type { Clock } from '../../flows/ports.ts';
import type { ConversationReferences } from '../../flows/store.ts';
import { createRefusalLog } from '../../inbound/refusal-log.ts';
import type { Observe } from '../../outbound/observe.ts';
import type { Inbound, Listeners, Outbound } from '../adapter.ts';
import { createRenderQueue } from '../render-queue.ts';
import { createBoltApp } from './bolt-app.ts';
import { createChannels } from './channels.ts';
import { createSlackApi } from './client.ts';
import type { SlackContext } from './context.ts';
import { createSlackChecks } from './diagnosis.ts';
import { createHeardSignatures, type HeardSignatures } from './heard-signatures.ts';
import { createHomeViews } from './home-view.ts';
import { createHomeVisits } from './home-visits.ts';
import { createInstalled, type Installation } from './installation.ts';
import { createMessenger } from './messenger.ts';
import { createPeople } from './people.ts';
import { createPosts } from './posts.ts';
import { createReceive } from './receive.ts';
import { createReceiver, type RefusedBecause } from './receiver.ts';
import { createResponseUrls } from './response-url.ts';
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
  /** Stores who opened their home page, and when. */
  readonly conversationReferences: ConversationReferences;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after each request to Slack. */
  readonly observe?: Observe;
  /** Called when Slack says that it withholds events, because there are too many. */
  readonly onEventsWithheld?: () => void;
  /** `acme` or `acme-` makes `/acme-unlock`. */
  readonly commandPrefix?: string;
  readonly companyName?: string;
  /** Monotonic milliseconds, for what is remembered for seconds. */
  readonly elapsedMs?: () => number;
}

export interface Slack extends Outbound {
  /** For the operator: the workspace and scopes of the token, or what is wrong with it. */
  check(): Promise<Outcome<Installation>>;
}

/** Shorter than the lease with which the engine performs a post. */
const postWaitAtMostMs = 4_000;

/** The outbound half: everything that calls Slack. It does not depend on the inbound half. */
export async function createSlack(options: SlackOptions): Promise<Slack> {
  const { config, conversationReferences, clock, log, companyName } = options;
  const observe = options.observe === undefined ? {} : { observe: options.observe };
  const apiUrl = config.apiUrl === undefined ? {} : { apiUrl: config.apiUrl };
  const api = createSlackApi({ token: config.botToken, ...apiUrl, log, ...observe });
  const installed = createInstalled(api);
  const renderQueue = createRenderQueue();
  const people = createPeople(api, installed);
  const posts = createPosts(api, renderQueue);
  const windows = createWindows(api, renderQueue);
  const visits = createHomeVisits(conversationReferences, clock);
  const homes = createHomeViews({ api, visits, ...(companyName === undefined ? {} : { companyName }) });
  const elapsed = options.elapsedMs === undefined ? {} : { now: options.elapsedMs };
  const channels = createChannels({ api, installed, ...elapsed });
  const now = (): number => clock.now();
  const rateLimiter = createRateLimiter({ everyMs: 1_000, atOnce: 1, waitAtMostMs: postWaitAtMostMs, now });
  const heard = createHeardSignatures();
  const outboundParts = { heard, installed, renderQueue, posts, windows, homes };
  return {
    messenger: createMessenger({ posts, windows, homes, channels, rateLimiter, log }),
    people,
    nameOf: people.nameOf,
    async warmUp() {
      await installed.read();
    },
    check: installed.read,
    checks: (setUp) =>
      createSlackChecks({ api, people, heard: heard.sofar, signingSecret: config.signingSecret, clock, setUp }),
    listen: (listeners) => createInbound(outboundParts, listeners, options),
  };
}

interface OutboundParts extends Pick<SlackContext, 'installed' | 'renderQueue' | 'posts' | 'windows' | 'homes'> {
  readonly heard: HeardSignatures;
}

/** The inbound half: mounts `POST /slack/events`. */
async function createInbound(
  { heard, ...outboundParts }: OutboundParts,
  { conversation, priorityQueue }: Listeners,
  { config, clock, log, commandPrefix, observe, onEventsWithheld }: SlackOptions,
): Promise<Inbound> {
  const background = createBackground(log, 'slack.background.failed');
  const now = (): number => clock.now();
  const context: SlackContext = {
    ...outboundParts,
    conversation,
    responses: createResponseUrls(config.apiUrl, observe),
    background,
    priorityQueue,
    homeRateLimiter: createRateLimiter({ everyMs: 1_000, atOnce: 1, waitAtMostMs: 3_000, now }),
    log,
  };
  const { installed } = outboundParts;
  const refusals = createRefusalLog<RefusedBecause>(log, 'slack.refused');
  const verifier = createVerifier({ signingSecret: config.signingSecret, clock });
  const receiver = createReceiver({
    ...{ verifier, refusals, installed, heard, log },
    ...(onEventsWithheld === undefined ? {} : { onEventsWithheld }),
  });
  const receive = createReceive(context, commandPrefix);
  await createBoltApp({ receiver, receive, installed, refusals, log });
  return {
    plugin: receiver.plugin,
    async stop(deadline = untilFinished()) {
      refusals.stop();
      await background.settled(deadline.leftMs());
    },
    underWay: background.count,
  };
}
