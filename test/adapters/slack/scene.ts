// The adapter on a real server, an emulated Slack that talks to it over HTTP, and its people.
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { type DestinationStream, type Logger, pino } from 'pino';
import { startSlack } from '../../../playground/slack/server.ts';
import type { Inbound } from '../../../src/adapters/adapter.ts';
import { createSlack, type Slack, type SlackOptions } from '../../../src/adapters/slack/slack.ts';
import { createPriorityQueue } from '../../../src/concurrency/priority-queue.ts';
import { type ActorId, instant } from '../../../src/flows/ids.ts';
import type { ConversationReferences } from '../../../src/flows/store.ts';
import { type Script, type Scripted, scriptedConversation } from './scripted-conversation.ts';

type EmulatedSlack = Awaited<ReturnType<typeof startSlack>>;

export const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const teamId = 'T0ACME';
const botUserId = 'U0LATCHKEY';
const appId = 'A0LATCHKEY';

export interface Scene {
  readonly slack: EmulatedSlack;
  readonly control: EmulatedSlack['control'];
  readonly adapter: Slack & Inbound;
  readonly server: FastifyInstance;
  readonly script: Script;
  readonly eventsUrl: string;
  readonly jane: ReturnType<EmulatedSlack['client']>;
  readonly sam: ReturnType<EmulatedSlack['client']>;
  /** Every line that was logged, at trace level. */
  readonly logged: string[];
  /** How often the app called this method. */
  calls(method: string): number;
  args(method: string): Readonly<Record<string, unknown>> | undefined;
  /** Moves the clock of the adapter and of Slack. */
  passSeconds(seconds: number): void;
  close(): Promise<void>;
}

export interface SceneOptions
  extends Partial<Pick<SlackOptions, 'commandPrefix' | 'companyName' | 'elapsedMs' | 'onEventsWithheld'>> {
  readonly conversation?: Partial<Scripted>;
  readonly rateLimits?: boolean;
  readonly isWarm?: boolean;
  readonly crawlButtons?: boolean;
  readonly enterpriseId?: string;
}

export async function setScene(options: SceneOptions = {}): Promise<Scene> {
  let now = Date.parse('2026-03-02T10:43:00Z');
  const {
    rateLimits = false,
    crawlButtons = false,
    conversation: change,
    isWarm = true,
    enterpriseId,
    ...more
  } = options;
  const slack = await startSlack({
    signingSecret: secret,
    botToken: 'xoxb-of-the-scene',
    teamId,
    appId,
    botUserId,
    now: () => now,
    rateLimits,
    crawlButtons,
    ...(enterpriseId === undefined ? {} : { enterpriseId }),
  });
  const { control } = slack;
  control.addUser({ id: 'U0JANE', name: 'jane', realName: 'Jane Doe', email: 'jane.doe@acme.example' });
  control.addUser({ id: 'U0SAM', name: 'sam', realName: 'Sam Agent', email: 'sam.agent@acme.example' });
  control.addChannel({ id: 'C0HELPDESK', name: 'helpdesk', members: ['U0SAM', 'U0JANE'] });
  const clock = { now: () => instant(now) };
  const priorityQueue = createPriorityQueue();
  const script = scriptedConversation(change, clock, priorityQueue);
  const { log, logged } = keptLog();
  const outbound = await createSlack({
    config: { signingSecret: secret, botToken: 'xoxb-of-the-scene', apiUrl: slack.apiUrl },
    conversationReferences: keptInMemory(),
    clock,
    log,
    ...more,
  });
  const adapter = { ...outbound, ...(await outbound.listen({ conversation: script, priorityQueue })) };
  const loggerInstance: FastifyBaseLogger = log;
  const server = Fastify({ loggerInstance, forceCloseConnections: true });
  server.post('/api/messages', async (request) => ({ isObject: typeof request.body === 'object' }));
  await server.register(adapter.plugin);
  const eventsUrl = `${await server.listen({ host: '127.0.0.1', port: 0 })}/slack/events`;
  control.connect(eventsUrl);
  if (isWarm) await adapter.warmUp();
  const callsOf = (method: string) => control.requests.filter((request) => request.method === method);
  return {
    slack,
    control,
    adapter,
    server,
    script,
    eventsUrl,
    jane: slack.client('U0JANE'),
    sam: slack.client('U0SAM'),
    logged,
    calls: (method) => callsOf(method).length,
    args: (method) => callsOf(method).at(-1)?.args,
    passSeconds(seconds) {
      now += seconds * 1000;
    },
    async close() {
      await server.close();
      await adapter.stop();
      await slack.close();
    },
  };
}

function keptInMemory(): ConversationReferences {
  const kept = new Map<ActorId, string>();
  return {
    keep: async (actor, place) => void kept.set(actor, place),
    find: async (actor) => kept.get(actor),
    forget: async (actor) => void kept.delete(actor),
    latest: async () => undefined,
  };
}

function keptLog(): { readonly log: Logger; readonly logged: string[] } {
  const logged: string[] = [];
  const destination: DestinationStream = { write: (line) => void logged.push(line) };
  return { log: pino({ level: 'trace' }, destination), logged };
}
