// Error answers: no such page, an unreadable request, too many requests, an internal error. Only the log gets the cause.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pages } from './pages/pages.ts';

export function addErrorPages(server: FastifyInstance, pages: Pages): void {
  server.setNotFoundHandler((request, reply) => sendErrorPage(request, reply, 404, pages));
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = statusOf(error);
    if (status >= 500) request.log.error({ err: error, route: routeOf(request) }, 'a request failed');
    return sendErrorPage(request, reply, status, pages);
  });
}

const statusOf = ({ statusCode = 500 }: FastifyError): number =>
  statusCode >= 400 && statusCode < 600 ? statusCode : 500;

/** The pattern of the route, never the URL, because a URL may hold a token. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';

function sendErrorPage(request: FastifyRequest, reply: FastifyReply, status: number, pages: Pages) {
  if (!isForPeople(request)) return reply.code(status).send({ error: nameOf(status), reference: request.id });
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(pageOf(request, status, pages));
}

/** Whether to answer with a page: for links from a chat, and for clients that accept HTML. */
const isForPeople = (request: FastifyRequest): boolean =>
  request.url.startsWith('/go/') ||
  request.url.startsWith('/enrol/') ||
  request.url.startsWith('/recover') ||
  (request.headers.accept ?? '').includes('text/html');

function pageOf(request: FastifyRequest, status: number, pages: Pages): string {
  if (status === 429) return pages.crowded();
  if (status >= 500) return pages.broken(request.id);
  if (request.url.startsWith('/recover')) return pages.recovery.dead();
  return request.url.startsWith('/enrol') ? pages.enrolment.dead() : pages.dead();
}

function nameOf(status: number): string {
  if (status === 404) return 'not-found';
  if (status === 413) return 'too-large';
  if (status === 429) return 'too-many-requests';
  return status >= 500 ? 'internal' : 'bad-request';
}
