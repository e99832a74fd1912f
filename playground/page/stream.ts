// The state as Server-Sent Events: at once when something changed, and looked at regularly for what reports no change.
import type { FastifyReply, FastifyRequest } from 'fastify';

export type Stream = {
  /** Keeps the connection; it ends with the visitor or with `close`. */
  join(request: FastifyRequest, reply: FastifyReply): void;
  /** Something may have changed. Many calls in one moment are one look. */
  nudge(): void;
  close(): void;
};

const gatherMs = 25;
const lookEveryMs = 400;

/** `read` gives the state as one line of JSON. */
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
