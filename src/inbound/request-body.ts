// Bodies of requests: as long as one may be, as much as all that are under way may hold together, and as slow as one may come.
// Nothing is read before somebody asks for it: whoever can be turned away for their headers costs no memory.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** `crowded`: all under way held too much, and this one had cost the most. `cut-off`: the sender went away. */
export type Unread = 'too-large' | 'crowded' | 'slow' | 'cut-off';

export type BodyRead =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly because: Unread; readonly status: 400 | 408 | 413 | 503 };

export interface BodyReader {
  read(request: IncomingMessage): Promise<BodyRead>;
}

const statusOf = { 'too-large': 413, crowded: 503, slow: 408, 'cut-off': 400 } as const;
/** What is set aside for the first bytes. Most bodies are no longer. */
const firstBytes = 4 * 1024;

interface Reading {
  /** What it holds, or says that it will. Changed by the room only. */
  bytes: number;
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly end: (because: Unread) => void;
}

/** `bytesAtMost` of one body, `totalBytesAtMost` of all that are under way, `withinMs` from the first look to the last byte. */
export function createBodyReader(options: {
  readonly bytesAtMost: number;
  readonly totalBytesAtMost: number;
  readonly withinMs: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): BodyReader {
  const { bytesAtMost, totalBytesAtMost, withinMs, now = () => performance.now() } = options;
  const room = createRoom(totalBytesAtMost, now);
  return {
    async read(request) {
      const said = Number(request.headers['content-length'] ?? 0);
      if (said > bytesAtMost) return unread('too-large');
      return new Promise((resolve) => {
        const body = createGrowing(bytesAtMost);
        const settle = (read: BodyRead): void => {
          if (!room.leave(reading)) return;
          clearTimeout(timer);
          request.off('data', take).off('end', finish).off('close', cutOff);
          request.pause();
          resolve(read);
        };
        const reading: Reading = { bytes: 0, since: now(), end: (because) => settle(unread(because)) };
        const take = (chunk: Buffer): void => {
          if (body.add(chunk)) room.hold(reading, Math.max(said, body.held()));
          else reading.end('too-large');
        };
        const finish = (): void => settle({ ok: true, body: body.taken() });
        const cutOff = (): void => reading.end('cut-off');
        const timer = setTimeout(() => reading.end('slow'), withinMs).unref();
        // A connection that breaks is an error of the request's, which would end the process if nobody heard it.
        request.on('error', cutOff).on('close', cutOff).on('end', finish).on('data', take);
        room.enter(reading);
        room.hold(reading, Math.max(said, firstBytes));
      });
    },
  };
}

const unread = (because: Unread): BodyRead => ({ ok: false, because, status: statusOf[because] });

/**
 * All that are under way. Where they are too much together, whoever has cost the most goes: bytes times how long they have been
 * held. A platform's own request comes in a moment, so it outlasts those who hold a few bytes each for as long as they may; by
 * bytes alone it would be the largest among them. Of several that cost the same, who came first goes.
 */
function createRoom(bytesAtMost: number, now: () => number) {
  const underWay = new Set<Reading>();
  let total = 0;
  const dearest = (): Reading | undefined => {
    const at = now();
    const costOf = ({ bytes, since }: Reading): number => bytes * (1 + at - since);
    let found: Reading | undefined;
    for (const reading of underWay) if (found === undefined || costOf(reading) > costOf(found)) found = reading;
    return found;
  };
  return {
    enter: (reading: Reading): void => void underWay.add(reading),
    /** False where it has left before. */
    leave(reading: Reading): boolean {
      if (!underWay.delete(reading)) return false;
      total -= reading.bytes;
      return true;
    },
    hold(reading: Reading, bytes: number): void {
      total += bytes - reading.bytes;
      reading.bytes = bytes;
      while (total > bytesAtMost) dearest()?.end('crowded');
    },
  };
}

/** Bytes in one piece, and not in a list: of a thousand chunks of one byte each would hold a hundred. */
function createGrowing(bytesAtMost: number) {
  let piece = Buffer.alloc(0);
  let size = 0;
  return {
    held: () => piece.length,
    taken: () => piece.subarray(0, size),
    /** False where it would be more than it may. */
    add(chunk: Buffer): boolean {
      const then = size + chunk.length;
      if (then > bytesAtMost) return false;
      if (then > piece.length) {
        const grown = Buffer.allocUnsafeSlow(Math.min(bytesAtMost, Math.max(then, 2 * piece.length, firstBytes)));
        piece.copy(grown);
        piece = grown;
      }
      chunk.copy(piece, size);
      size = then;
      return true;
    },
  };
}

/** No body is read by itself: what a route wants of it, it reads. Only this scope and those in it. */
export function leaveBodiesUnread(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, done) => done(null, undefined));
}

const takenFromStrangersBytes = 16 * 1024;

/** Whether more than next to nothing may follow these headers. */
export const mayBeLong = ({
  'content-length': length = '0',
  'transfer-encoding': coding,
}: IncomingHttpHeaders): boolean => coding !== undefined || Number(length) > takenFromStrangersBytes;

/** An answer without a word. What somebody has still to send is not taken: with the answer the connection ends. */
export function turnAway({ raw, headers }: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
  if (!raw.complete && mayBeLong(headers)) reply.header('connection', 'close');
  if (status === 503) reply.header('retry-after', '5');
  return reply.code(status).send();
}
