// A stranger sends a hundred thousand forged requests, all different: nothing of them stays in memory.
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Fastify from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTeams } from '../../../src/adapters/teams/teams.ts';
import { createPriorityQueue } from '../../../src/concurrency/priority-queue.ts';
import { instant } from '../../../src/flows/ids.ts';
import { type Script, scriptedConversation } from '../slack/scripted-conversation.ts';
import { everyForgery, type Forged, pipelined } from './forged-wire.ts';
import { createReferencesInMemory } from './references-in-memory.ts';
import { appId, appPassword, type Scene, setScene, tenantId } from './scene.ts';

const isWhole = process.env['CI'] !== undefined || process.env['GATE_FLOOD'] === 'all';
const requests = isWhole ? 100_000 : 10_000;
/** By then code is compiled, pools are filled and caches are full. */
const warmUp = 2_500;
const atOnce = 250;
/** For all of them together: ten bytes for each of a hundred thousand. */
const leftAtMostBytes = 1024 * 1024;

let scene: Scene;
let script: Script;
let forgeries: readonly Forged[];
beforeEach(async () => {
  scene = await setScene();
  script = scriptedConversation();
  forgeries = await everyForgery(scene);
});
afterEach(() => scene.close());

describe('forged requests of every kind, by the thousand', () => {
  it('leave memory flat, and botbuilder’s list of issuers as it was', async () => {
    if (!isWhole) console.info(`${requests} forged requests; a hundred thousand with CI=true or GATE_FLOOD=all`);
    const issuers = issuersOfLibrary();
    const before = { issuers: issuers.length, asked: scene.control.requests.length };
    const { port, close } = await silentServer();
    expect(await leftBy(port, requests)).toBeLessThan(leftAtMostBytes);
    expect(issuers.length).toBe(before.issuers);
    // However many unknown key ids there were, the keys were fetched once.
    const asked = scene.control.requests.slice(before.asked).map(({ kind }) => kind);
    expect(asked.filter((kind) => kind !== 'metadata' && kind !== 'keys')).toEqual([]);
    expect(asked.filter((kind) => kind === 'metadata').length).toBeLessThanOrEqual(2);
    expect([...script.said, ...script.answered, ...script.pressed]).toEqual([]);
    await close();
  }, 300_000);

  it('would be noticed if a kilobyte of each were kept', async () => {
    const kept: Buffer[] = [];
    const { port, close } = await silentServer(() => kept.push(Buffer.alloc(1_024)));
    expect(await leftBy(port, 2_000)).toBeGreaterThan(leftAtMostBytes);
    expect(kept.length).toBe(warmUp + 2_000);
    await close();
  }, 120_000);
});

/** How many bytes so many forged requests leave in memory, after those of the warm-up. */
async function leftBy(port: number, count: number): Promise<number> {
  await flood(port, 0, warmUp);
  const warm = bytesHeld();
  await flood(port, warmUp, warmUp + count);
  return bytesHeld() - warm;
}

async function flood(port: number, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += atOnce) {
    const batch = Array.from({ length: atOnce }, (_, offset) => forgeryAt(first + offset));
    const answers = await pipelined(
      port,
      batch.map(({ request }) => request),
    );
    expect(answers).toEqual(batch.map(({ status }) => String(status)));
  }
}

function forgeryAt(nth: number): { readonly status: number; readonly request: string } {
  const forged = forgeries[nth % forgeries.length];
  if (forged === undefined) throw new Error('no forgeries');
  return { status: forged.status, request: forged.request(nth) };
}

/** The same adapter on a server that logs nothing: the product is measured, not a scene that keeps every line. */
async function silentServer(onRequest: () => void = () => undefined) {
  const { openIdMetadataUrl, loginUrl, url } = scene.teams;
  const adapter = await createTeams({
    config: { appId, appPassword, tenantId, openIdMetadataUrl, loginUrl, serviceUrls: [url] },
    references: createReferencesInMemory(),
    clock: { now: () => instant(Date.now()) },
    log: pino({ level: 'silent' }),
  });
  const server = Fastify({ forceCloseConnections: true });
  server.addHook('onRequest', async () => onRequest());
  const { plugin } = await adapter.listen({ conversation: script, priorityQueue: createPriorityQueue() });
  await server.register(plugin);
  const { port } = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  return { port: Number(port), close: () => server.close() };
}

function issuersOfLibrary(): readonly string[] {
  const requireHere = createRequire(import.meta.url);
  const folder = requireHere.resolve('botframework-connector');
  const parameters = createRequire(folder)('./auth/tokenValidationParameters');
  return parameters.ToBotFromBotOrEmulatorTokenValidationParameters.issuer;
}

/** Heap and external memory: buffers and keys are outside the heap. */
function bytesHeld(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') for (let times = 0; times < 3; times += 1) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
