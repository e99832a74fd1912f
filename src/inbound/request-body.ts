// Reads request bodies within limits: bytes of one body, bytes of all bodies that are under way, and time.
// A body is read only on demand: a request that is refused for its headers costs no memory.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * `crowded`: all bodies under way held too much, and this one had the highest cost. `cut-off`: the sender closed the connection.
 */
export type Unread = 'too-large' | 'crowded' | 'slow' | 'cut-off';

export type BodyRead =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly because: Unread; readonly status: 400 | 408 | 413 | 503 };

export interface BodyReader {
  read(request: IncomingMessage): Promise<BodyRead>;
}

const statusOf = { 'too-large': 413, crowded: 503, slow: 408, 'cut-off': 400 } as const;
/** The first size of the buffer. Most bodies are no longer. */
const firstBytes = 4 * 1024;

interface Reading {
  /** Bytes that it holds, or has announced. Changed only by the memory budget. */
  bytes: number;
  /** Monotonic milliseconds. */
  readonly since: number;
  readonly end: (because: Unread) => void;
}

/**
 * `bytesAtMost`: of one body. `totalBytesAtMost`: of all that are under way. `withinMs`: from the start of the reading to the
 * last byte.
 */
export interface BodyReaderOptions {
  readonly bytesAtMost: number;
  readonly totalBytesAtMost: number;
  readonly withinMs: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

export function createBodyReader(options: BodyReaderOptions): BodyReader {
  const { bytesAtMost, totalBytesAtMost, withinMs, now = () => performance.now() } = options;
  const memory = createMemoryBudget(totalBytesAtMost, now);
  return {
    async read(request) {
      const announced = Number(request.headers['content-length'] ?? 0);
      if (announced > bytesAtMost) return unread('too-large');
      return new Promise((resolve) => {
        const body = createGrowingBuffer(bytesAtMost);
        const settle = (read: BodyRead): void => {
          if (!memory.leave(reading)) return;
          clearTimeout(timer);
          request.off('data', take).off('end', finish).off('close', cutOff);
          request.pause();
          resolve(read);
        };
        const reading: Reading = { bytes: 0, since: now(), end: (because) => settle(unread(because)) };
        const take = (chunk: Buffer): void => {
          if (body.add(chunk)) memory.hold(reading, Math.max(announced, body.held()));
          else reading.end('too-large');
        };
        const finish = (): void => settle({ ok: true, body: body.taken() });
        const cutOff = (): void => reading.end('cut-off');
        const timer = setTimeout(() => reading.end('slow'), withinMs).unref();
        // A broken connection is an 'error' event of the request, which would end the process if nobody listened.
        request.on('error', cutOff).on('close', cutOff).on('end', finish).on('data', take);
        memory.enter(reading);
        memory.hold(reading, Math.max(announced, firstBytes));
      });
    },
  };
}

const unread = (because: Unread): BodyRead => ({ ok: false, because, status: statusOf[because] });

/**
 * The memory of all bodies under way. If it is too much, the body with the highest cost is dropped: bytes times the time for
 * which they have been held. A platform's own request comes in a moment, so it outlasts attackers who hold a few bytes each for
 * as long as they can; by bytes alone it would be the largest among them. Of equal costs the oldest is dropped.
 */
function createMemoryBudget(bytesAtMost: number, now: () => number) {
  const underWay = new Set<Reading>();
  let total = 0;
  const mostExpensive = (): Reading | undefined => {
    const at = now();
    const costOf = ({ bytes, since }: Reading): number => bytes * (1 + at - since);
    let found: Reading | undefined;
    for (const reading of underWay) if (found === undefined || costOf(reading) > costOf(found)) found = reading;
    return found;
  };
  return {
    enter: (reading: Reading): void => void underWay.add(reading),
    /** False if it was removed before. */
    leave(reading: Reading): boolean {
      if (!underWay.delete(reading)) return false;
      total -= reading.bytes;
      return true;
    },
    hold(reading: Reading, bytes: number): void {
      total += bytes - reading.bytes;
      reading.bytes = bytes;
      while (total > bytesAtMost) mostExpensive()?.end('crowded');
    },
  };
}

/** One buffer instead of a list of chunks: in a list, each chunk of one byte would take a hundred bytes. */
function createGrowingBuffer(bytesAtMost: number) {
  let piece = Buffer.alloc(0);
  let size = 0;
  return {
    held: () => piece.length,
    taken: () => piece.subarray(0, size),
    /** False if the body would exceed its limit. */
    add(chunk: Buffer): boolean {
      const newSize = size + chunk.length;
      if (newSize > bytesAtMost) return false;
      if (newSize > piece.length) {
        const grown = Buffer.allocUnsafeSlow(Math.min(bytesAtMost, Math.max(newSize, 2 * piece.length, firstBytes)));
        piece.copy(grown);
        piece = grown;
      }
      chunk.copy(piece, size);
      size = newSize;
      return true;
    },
  };
}

/** Turns off automatic reading of bodies, in this scope and those in it: each route reads its body itself. */
export function leaveBodiesUnread(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, done) => done(null, undefined));
}

const shortBodyBytes = 16 * 1024;

/** Whether a body of more than a few kilobytes may follow these headers. */
export const mayBeLong = ({
  'content-length': length = '0',
  'transfer-encoding': coding,
}: IncomingHttpHeaders): boolean => coding !== undefined || Number(length) > shortBodyBytes;

/**
 * Answers with a status and no body. A long body that is still to come is not read: the connection is closed after the answer.
 */
export function turnAway({ raw, headers }: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
  if (!raw.complete && mayBeLong(headers)) reply.header('connection', 'close');
  if (status === 503) reply.header('retry-after', '5');
  return reply.code(status).send();
}
