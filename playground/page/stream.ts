// The state as Server-Sent Events: sent at once when a change is reported, and checked regularly for changes that
// nobody reports.
import type { FastifyReply, FastifyRequest } from 'fastify';

export type Stream = {
  /** Keeps the connection open until the visitor leaves or `close` is called. */
  join(request: FastifyRequest, reply: FastifyReply): void;
  /** Something may have changed. Several calls in the same turn lead to one check. */
  nudge(): void;
  close(): void;
};

const gatherMs = 25;
const lookEveryMs = 400;

/** `read` returns the state as one line of JSON. */
export function createStream(read: () => string): Stream {
  const visitors = new Set<FastifyReply['raw']>();
  let last = '';
  let gathering: NodeJS.Timeout | undefined;

  const look = (): void => {
    gathering = undefined;
    if (visitors.size === 0) return;
    const state = read();
    if (state === last) return;
    last = state;
    for (const visitor of visitors) visitor.write(eventOf(state));
  };
  const regularly = setInterval(look, lookEveryMs);

  return {
    join(request, reply) {
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      last = read();
      reply.raw.write(`retry: 1000\n\n${eventOf(last)}`);
      visitors.add(reply.raw);
      request.raw.once('close', () => visitors.delete(reply.raw));
    },
    nudge() {
      gathering ??= setTimeout(look, gatherMs);
    },
    close() {
      clearInterval(regularly);
      clearTimeout(gathering);
      for (const visitor of visitors) visitor.end();
      visitors.clear();
    },
  };
}

const eventOf = (state: string): string => `event: state\ndata: ${state}\n\n`;
