// What the routes that answer with pages have in common.
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Tokens cannot be guessed (128 random bits and an HMAC), so this limit protects the server, not the links. It is high
 * enough for an office behind one address on a Monday morning, including scanners that open every link.
 */
const defaultVisitsPerMinute = 3_000;
const noLimitHeaders = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

export async function limitVisits(scope: FastifyInstance, visitsPerMinute = defaultVisitsPerMinute): Promise<void> {
  await scope.register(rateLimit, {
    max: visitsPerMinute,
    timeWindow: 60_000,
    addHeaders: noLimitHeaders,
    addHeadersOnExceeding: noLimitHeaders,
  });
}

export interface Linked {
  Params: { readonly token: string; readonly wish?: string };
}

const tokenShape = /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/;
/** Looked up in place of a malformed token, so that the answer takes as long as for a real one. No link has this token. */
export const unknownToken = `${'_'.repeat(22)}.${'_'.repeat(43)}`;

/** Undefined if it is malformed: then it is looked up like a dead one and never used. */
export const tokenIn = (request: FastifyRequest<Linked>): string | undefined =>
  tokenShape.test(request.params.token) ? request.params.token : undefined;

/** Turns an error of what stands behind the pages into `unreachable`. `said` is for the log. */
export async function orUnreachable<T>(
  request: FastifyRequest,
  ask: () => Promise<T>,
  said: string,
): Promise<T | { readonly is: 'unreachable' }> {
  try {
    return await ask();
  } catch (error) {
    request.log.error({ err: error }, said);
    return { is: 'unreachable' };
  }
}

export const page = (reply: FastifyReply, status: number, html: string) =>
  reply.code(status).type('text/html; charset=utf-8').send(html);
