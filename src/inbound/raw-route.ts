// Routes that read their bodies themselves, within limits, and answer a refusal with a status and nothing else.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { errorName } from '../concurrency/background-tasks.ts';
import type { RefusalLog } from './refusal-log.ts';
import { type BodyReaderOptions, createBodyReader, leaveBodiesUnread, turnAway, type Unread } from './request-body.ts';

/** `unreadable`: fastify could not make sense of the request. */
type UnreadRequest = Unread | 'unreadable';

export interface RawRoutes<Because extends string> {
  /** The body; undefined if it was refused: then it is answered. */
  read(request: FastifyRequest, reply: FastifyReply): Promise<Buffer | undefined>;
  /** Counts a refusal, and answers with this status. */
  refuse(request: FastifyRequest, reply: FastifyReply, status: number, because: Because | UnreadRequest): FastifyReply;
  /**
   * For this scope only, so that other routes keep their parsing: bodies are read by the routes, and what is thrown is answered without
   * a text. A fault of ours is logged as `event`, by the name of the error.
   */
  mount(scope: FastifyInstance, log: Logger, event: `${string}.failed`): void;
}

export function createRawRoutes<Because extends string>(
  limits: BodyReaderOptions,
  refusals: Pick<RefusalLog<Because | UnreadRequest>, 'note'>,
): RawRoutes<Because> {
  const bodies = createBodyReader(limits);
  const refuse: RawRoutes<Because>['refuse'] = (request, reply, status, because) => {
    refusals.note(because);
    return turnAway(request, reply, status);
  };
  return {
    refuse,
    async read(request, reply) {
      const read = await bodies.read(request.raw);
      if (read.ok) return read.body;
      refuse(request, reply, read.status, read.because);
      return undefined;
    },
    mount(scope, log, event) {
      leaveBodiesUnread(scope);
      answerThrown(scope, (status, error, request, reply) => {
        if (status >= 400 && status < 500) return refuse(request, reply, status, 'unreadable');
        log.error({ event, error: errorName(error) });
        return reply.code(500).send();
      });
    },
  };
}

/** For what is thrown in this scope. `status`: as its error says, or 500. */
export function answerThrown(
  scope: FastifyInstance,
  answer: (status: number, error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): void {
  scope.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    return answer(status, error, request, reply);
  });
}

/** Resolves when nothing more can be sent, to whether the whole answer was. */
export function answerSent({ raw }: FastifyReply): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  // Whoever has closed the connection before gives no further event.
  if (raw.closed) resolve(raw.writableFinished);
  raw.once('close', () => resolve(raw.writableFinished));
  return promise;
}
