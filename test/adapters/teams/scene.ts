// The adapter on a real server, an emulated Teams that talks to it over HTTP with signed tokens, and its people.
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { NewPerson } from '../../../playground/teams/people.ts';
import { startTeams } from '../../../playground/teams/server.ts';
import type { TeamsOptions as EmulatedOptions } from '../../../playground/teams/settings.ts';
import type { Inbound } from '../../../src/adapters/adapter.ts';
import type { TeamsReferences } from '../../../src/adapters/teams/references.ts';
import { createTeams, type Teams, type TeamsOptions } from '../../../src/adapters/teams/teams.ts';
import { createPriorityQueue } from '../../../src/concurrency/priority-queue.ts';
import { type ActorId, instant, knownActor } from '../../../src/flows/ids.ts';
import { type Script, type Scripted, scriptedConversation } from '../slack/scripted-conversation.ts';
import { createReferencesInMemory } from './references-in-memory.ts';

type EmulatedTeams = Awaited<ReturnType<typeof startTeams>>;

export const appId = '0a0a0a0a-0000-4000-8000-00000000b070';
export const appPassword = 'secret-of-the-scene~8Q';
export const tenantId = '10101010-0000-4000-8000-00000000acae';
export const janeId = '00000000-0000-4000-8000-0000000000a1';
export const samId = '00000000-0000-4000-8000-0000000000a2';
export const helpdesk = '19:helpdesk@thread.tacv2';

export const actorOf = (objectId: string): ActorId => knownActor(`teams:${tenantId}:${objectId}`);
export const jane = actorOf(janeId);
export const sam = actorOf(samId);

export interface Scene {
  readonly teams: EmulatedTeams;
  readonly control: EmulatedTeams['control'];
  readonly adapter: Teams & Inbound;
  readonly references: TeamsReferences;
  readonly server: FastifyInstance;
  readonly script: Script;
  readonly messagesUrl: string;
  readonly jane: ReturnType<EmulatedTeams['client']>;
  readonly sam: ReturnType<EmulatedTeams['client']>;
  /** Every line that was logged, at trace level. */
  readonly logged: string[];
  /** How many requests of this kind the app made. */
  calls(kind: EmulatedTeams['control']['requests'][number]['kind']): number;
  /** Moves the clock of the adapter and of Teams. */
  passSeconds(seconds: number): void;
  close(): Promise<void>;
}

export interface SceneOptions extends Partial<Pick<TeamsOptions, 'references' | 'elapsedMs'>> {
  readonly conversation?: Partial<Scripted>;
  readonly config?: Partial<TeamsOptions['config']>;
  readonly teams?: Partial<EmulatedOptions>;
  readonly people?: readonly NewPerson[];
}

export async function setScene(options: SceneOptions = {}): Promise<Scene> {
  let now = Date.parse('2026-03-02T10:43:00Z');
  const { conversation: change, config, teams: emulated, people = [], ...more } = options;
  const { references = createReferencesInMemory() } = options;
  const teams = await startTeams({ appId, appPassword, tenantId, now: () => now, ...emulated });
  const { control } = teams;
  control.addUser({ aadObjectId: janeId, name: 'Jane Doe', email: 'jane.doe@acme.example' });
  control.addUser({ aadObjectId: samId, name: 'Sam Agent', email: 'sam.agent@acme.example' });
  for (const person of people) control.addUser(person);
  control.addTeamChannel({ id: helpdesk, name: 'Helpdesk', members: [samId, janeId] });
  const clock = { now: () => instant(now) };
  const priorityQueue = createPriorityQueue();
  const script = scriptedConversation(change, clock, priorityQueue);
  const { log, logged } = keptLog();
  const outbound = await createTeams({
    config: {
      appId,
      appPassword,
      tenantId,
      openIdMetadataUrl: teams.openIdMetadataUrl,
      loginUrl: teams.loginUrl,
      // The origin alone, as in Microsoft's own default: activities name the company's path.
      serviceUrls: [teams.url],
      ...config,
    },
    clock,
    log,
    ...more,
    references,
  });
  const adapter = { ...outbound, ...(await outbound.listen({ conversation: script, priorityQueue })) };
  const loggerInstance: FastifyBaseLogger = log;
  const server = Fastify({ loggerInstance, forceCloseConnections: true });
  server.post('/other', async (request) => ({ isObject: typeof request.body === 'object' }));
  await server.register(adapter.plugin);
  const messagesUrl = `${await server.listen({ host: '127.0.0.1', port: 0 })}/api/messages`;
  control.connect(messagesUrl);
  return {
    teams,
    control,
    adapter,
    references,
    server,
    script,
    messagesUrl,
    jane: teams.client(janeId),
    sam: teams.client(samId),
    logged,
    calls: (kind) => control.requests.filter((request) => request.kind === kind).length,
    passSeconds(seconds) {
      now += seconds * 1000;
    },
    async close() {
      await server.close();
      await adapter.stop();
      await teams.close();
    },
  };
}

function keptLog(): { readonly log: Logger; readonly logged: string[] } {
  const logged: string[] = [];
  const destination: DestinationStream = { write: (line) => void logged.push(line) };
  return { log: pino({ level: 'trace' }, destination), logged };
}
