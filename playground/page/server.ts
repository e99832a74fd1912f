// The page's server: its files, the state as a stream, and one route for the visitor's actions. Loopback only.
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { cast } from '../cast.ts';
import type { World } from '../world.ts';
import { actSchema, carryOut } from './acts.ts';
import { readAssets } from './asset-files.ts';
import { snapshotOf } from './snapshot.ts';
import { createStream, type Stream } from './stream.ts';

export type PageOptions = {
  readonly world: World;
  readonly freshWorld: () => Promise<World>;
  /** The first port to try. */
  readonly port: number;
};
export type Page = { readonly url: string; readonly world: () => World; close(): Promise<void> };

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
};
const host = '127.0.0.1';
const triedPorts = 20;

export async function startPage(options: PageOptions): Promise<Page> {
  let world = options.world;
  const stream = createStream(() => JSON.stringify(snapshotOf(world)));
  let unwatch = world.onChange(stream.nudge);
  let changing: Promise<void> | undefined;
  const startOver = async (): Promise<void> => {
    const old = world;
    world = await options.freshWorld();
    unwatch();
    unwatch = world.onChange(stream.nudge);
    stream.nudge();
    await old.close();
  };
  const server = fastify({ logger: false, forceCloseConnections: true });
  mount(server, stream, () => world);
  server.post('/api/start-over', async () => {
    changing ??= startOver().finally(() => {
      changing = undefined;
    });
    await changing;
    return { ok: true };
  });
  const url = await listen(server, options.port);
  return {
    url,
    world: () => world,
    async close() {
      unwatch();
      stream.close();
      await server.close();
      await changing;
      await world.close();
    },
  };
}

function mount(server: FastifyInstance, stream: Stream, world: () => World): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (!isOurs(request)) return reply.code(403).send({ ok: false, said: 'This page is for this machine only.' });
    return undefined;
  });
  for (const [path, { body, type }] of readAssets()) server.get(path, (_request, reply) => reply.type(type).send(body));
  // For somebody who cannot reach the chat. The product is at another port in each world.
  server.get('/recover', (_request, reply) => reply.redirect(recoverAt(world()), 303));
  server.get('/api/events', (request, reply) => stream.join(request, reply));
  server.post('/api/act', async (request, reply) => {
    const act = actSchema.safeParse(request.body);
    if (!act.success) return reply.code(400).send({ ok: false, said: 'The page sent something odd. Reload it.' });
    const answer = await carryOut(world(), act.data).catch((error: unknown) => ({
      ok: false,
      said: error instanceof Error ? error.message : 'That did not work.',
    }));
    stream.nudge();
    return answer;
  });
}

/** With the name that a link on a sign-in page would bring. */
function recoverAt({ productUrl }: World): string {
  const [{ email = '' } = {}] = cast;
  return `${productUrl}/recover?${new URLSearchParams({ login_hint: email })}`;
}

/**
 * Refuses other pages in the same browser: they can neither read this page through a host name of their own (DNS
 * rebinding) nor post to it.
 */
function isOurs({ headers: { host: asked = '', origin }, socket: { localPort } }: FastifyRequest): boolean {
  const ours = [`127.0.0.1:${localPort}`, `localhost:${localPort}`];
  return ours.includes(asked) && (origin === undefined || ours.some((own) => origin === `http://${own}`));
}

async function listen(server: FastifyInstance, first: number): Promise<string> {
  for (let port = first; ; port += 1) {
    try {
      return await server.listen({ host, port });
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || port >= first + triedPorts) throw error;
    }
  }
}
