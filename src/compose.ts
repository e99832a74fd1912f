// The only file that knows every concrete part; builds the object graph and decides nothing.
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { createReferenceStore } from './adapters/teams/reference-store.ts';
import { createAuth0 } from './auth0/auth0.ts';
import type { Conversation } from './bot/conversation.ts';
import { en } from './bot/copy/en.ts';
import { createConversation } from './bot/create-conversation.ts';
import { createNames, type NameOf } from './bot/display-names.ts';
import { createApprovers } from './bot/helpdesk/entitlement.ts';
import { createHelpRequest } from './bot/helpdesk/help-request.ts';
import { createTellApart } from './bot/helpdesk/same-person.ts';
import type { Messenger } from './bot/messenger.ts';
import { createPressThrottle } from './bot/press-limit.ts';
import { createPresentation, type Presentation } from './bot/surfaces/presenter.ts';
import { createThrottle } from './bot/throttle.ts';
import { createBackground } from './concurrency/background-tasks.ts';
import type { Config } from './config/config.ts';
import { databaseUrl } from './config/database-url.ts';
import { companyOf, type Policy, policyDoubts } from './config/policy/policy-file.ts';
import { createEngine, type Engine } from './engine/engine.ts';
import { createLinks } from './engine/links.ts';
import { type ActorId, actorParts } from './flows/ids.ts';
import { failed } from './flows/outcome.ts';
import type { Clock, People } from './flows/ports.ts';
import type { FlowStore } from './flows/store.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { createSigningKeys } from './signing-keys.ts';
import { openStore } from './store/store.ts';
import { createServer } from './web/server.ts';

export interface Product {
  readonly server: FastifyInstance;
  readonly platforms: readonly string[];
  /** Listens and begins to work. `url` is where it really listens. */
  start(): Promise<{ readonly url: string }>;
  /** Looks at once at what is due, e.g. because the clock was moved. */
  wake(): void;
  /** Takes no more requests, finishes what is under way, closes the database. */
  stop(): Promise<void>;
}

export interface ComposeOptions {
  readonly clock: Clock;
  readonly log: Logger;
}

const platformNames = ['slack', 'teams'] as const;

export async function compose(config: Config, policy: Policy, options: ComposeOptions): Promise<Product> {
  const { clock, log } = options;
  const store = await openStore({ url: databaseUrl(config.database) });
  const metrics = createMetrics({ tally: () => store.tally() });
  const auth0 = createAuth0({
    ...config.auth0,
    ...(policy.connections === undefined ? {} : { connections: policy.connections }),
    clock,
    log: log.child({ part: 'auth0' }),
    observe: (call, outcome, ms) => metrics.outsideCall('auth0', call, outcome, ms),
  });
  const conversation = later<Conversation>('conversation');
  const presentation = later<Presentation>('presentation');
  const engine = later<Engine>('engine');
  const nameOf = later<NameOf>('names');
  const resumed = createBackground(log, 'resumed.background.failed');
  const adapters = await createAdapters(config, policy, {
    store,
    clock,
    log,
    conversation: conversation.get,
    presentation: presentation.get,
    nameOf: (actor) => nameOf.get()(actor),
    observe: metrics.outsideCall,
  });
  nameOf.set(createNames(new Map(adapters.map((adapter) => [adapter.messenger.platform, adapter.nameOf])), clock));
  const messengers = new Map<string, Messenger>(adapters.map(({ messenger }) => [messenger.platform, messenger]));
  const platforms = platformNames.filter((platform) => messengers.has(platform));
  for (const doubt of policyDoubts(policy, platforms)) log.warn(doubt);
  const people = peopleOf(new Map(adapters.map((adapter) => [adapter.messenger.platform, adapter.people])));
  const approvers = createApprovers({ policy: policy.helpdesk, people, messengers, log: log.child({ part: 'bot' }) });
  const links = createLinks(createSigningKeys(config.secretKeys), config.publicUrl);
  presentation.set(
    createPresentation({
      store,
      messengers,
      helpdesk: policy.helpdesk.channels.filter(({ platform }) => messengers.has(platform)),
      links,
      copy: en,
      nameOf: nameOf.get(),
      clock,
      log: log.child({ part: 'bot' }),
    }),
  );
  engine.set(
    createEngine({
      store,
      clock,
      policy: { ...policy, hasHelpdesk: policy.helpdesk.channels.some(({ platform }) => messengers.has(platform)) },
      world: { ...auth0, people, presenter: presentation.get() },
      passwordChanges: auth0.passwordChanges,
      links,
      log: log.child({ part: 'engine' }),
      observe: metrics.effect,
      onResumed: async (flow) => resumed.run('answer', () => conversation.get().showInMessage(flow.id)),
    }),
  );
  conversation.set(
    createConversation({
      engine: engine.get(),
      store,
      presentation: presentation.get(),
      entitled: approvers.entitled,
      tellApart: createTellApart({ people, directory: auth0.directory }),
      permitted: createThrottle(clock),
      heeds: createPressThrottle(clock),
      askHelpdesk: createHelpRequest({
        helpdesk: policy.helpdesk.channels.filter(({ platform }) => messengers.has(platform)),
        messengers,
        people,
        nameOf: nameOf.get(),
        clock,
        log: log.child({ part: 'bot' }),
      }),
      ...(policy.helpdesk.contact === undefined ? {} : { helpdeskContact: policy.helpdesk.contact }),
      copy: en,
      clock,
      log: log.child({ part: 'bot' }),
      observe: metrics.request,
    }),
  );
  const server = await createServer({
    publicUrl: config.publicUrl,
    auth0Origin: new URL(config.auth0.baseUrl).origin,
    ticketOrigins: [new URL(config.auth0.issuer).origin],
    companyName: companyOf(policy, config.publicUrl),
    links: engine.get().links,
    ...(config.webhookSecret === undefined ? {} : { webhookSecret: config.webhookSecret }),
    onPasswordChanged: (change) => engine.get().passwordChanged(change),
    ready: () =>
      readiness({
        database: store.check,
        auth0: auth0.check,
        ...Object.fromEntries(adapters.map(({ messenger, check }) => [messenger.platform, check])),
        helpdesk: async () => {
          const answer = await approvers.check();
          return { ok: answer.ok && answer.value };
        },
      }),
    metrics,
    log,
    plugins: adapters.map(({ plugin }) => plugin),
  });

  return {
    server,
    platforms,
    async start() {
      const url = await server.listen(config.listen);
      engine.get().start();
      const warmUps = [auth0, ...adapters].map((part) => part.warmUp());
      for (const warm of [...warmUps, approvers.check()]) {
        warm.catch((error: unknown) => log.warn({ err: error }, 'could not prepare; the first request will'));
      }
      return { url };
    },
    wake: () => engine.get().wake(),
    async stop() {
      await server.close();
      await engine.get().stop();
      await Promise.all(adapters.map((adapter) => adapter.stop()));
      await store.close();
    },
  };
}

interface Adapter {
  readonly messenger: Messenger;
  readonly people: People;
  readonly nameOf: NameOf;
  readonly plugin: FastifyPluginAsync;
  warmUp(): Promise<void>;
  check(): Promise<unknown>;
  stop(): Promise<void>;
}

interface AdapterParts {
  readonly store: FlowStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly conversation: () => Conversation;
  readonly presentation: () => Presentation;
  readonly nameOf: NameOf;
  readonly observe: Metrics['outsideCall'];
}

/** Only what is on is loaded: the libraries of a platform cost memory and time. */
async function createAdapters(config: Config, policy: Policy, parts: AdapterParts): Promise<readonly Adapter[]> {
  const { clock, log, conversation, observe } = parts;
  const adapters: Adapter[] = [];
  if (config.slack !== undefined) {
    const { createSlack } = await import('./adapters/slack/slack.ts');
    const { commandPrefix } = policy.slack;
    adapters.push(
      await createSlack({
        config: config.slack,
        conversation,
        whereabouts: parts.store.whereabouts,
        clock,
        log: log.child({ part: 'slack' }),
        observe: (call, outcome, ms) => observe('slack', call, outcome, ms),
        commandPrefix,
      }),
    );
  }
  if (config.teams !== undefined) {
    const { createTeams } = await import('./adapters/teams/teams.ts');
    adapters.push(
      await createTeams({
        config: config.teams,
        conversation,
        references: createReferenceStore(parts.store.whereabouts, clock),
        nameElsewhere: parts.nameOf,
        helpdeskCard: async (flow, channel) =>
          policy.helpdesk.channels.some((known) => `${known.platform}:${known.channel}` === channel)
            ? parts.presentation().helpdeskCard(flow)
            : undefined,
        clock,
        log: log.child({ part: 'teams' }),
        observe: (call, outcome, ms) => observe('teams', call, outcome, ms),
      }),
    );
  }
  return adapters;
}

/** Parts that need each other are tied together here and nowhere else. */
function later<T>(name: string): { get(): T; set(value: T): void } {
  let made: T | undefined;
  return {
    get() {
      if (made === undefined) throw new Error(`${name} was asked for before it was composed`);
      return made;
    },
    set(value) {
      made = value;
    },
  };
}

function peopleOf(byPlatform: ReadonlyMap<string, People>): People {
  return {
    async lookUp(actor: ActorId) {
      const { platform } = actorParts(actor);
      const people = byPlatform.get(platform);
      if (people !== undefined) return people.lookUp(actor);
      return failed({ kind: 'absent', retry: 'never', cause: `no adapter for ${platform}` });
    },
  };
}

type Part = () => Promise<unknown>;

/**
 * Ready is who can store a request and so acknowledge it. That Auth0 or a platform cannot be reached is told, but taking
 * every instance out of the balancer for it would only silence us.
 */
async function readiness(parts: Readonly<Record<string, Part>>) {
  const states = await Promise.all(
    Object.entries(parts).map(async ([name, check]) => {
      const answer = await check().catch(() => ({ ok: false }));
      const failing = typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false;
      return [name, failing ? ('failing' as const) : ('ok' as const)] as const;
    }),
  );
  const isStored = states.every(([name, state]) => name !== 'database' || state === 'ok');
  return { ok: isStored, parts: Object.fromEntries(states) };
}
