// What is answered where nothing else answers: no such page, a request that cannot be read, too many, our own mistake.
// Says nothing about the cause but to the log.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pages } from './pages/pages.ts';

export function addErrorPages(server: FastifyInstance, pages: Pages): void {
  server.setNotFoundHandler((request, reply) => sendMishap(request, reply, 404, pages));
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = statusOf(error);
    if (status >= 500) request.log.error({ err: error, route: routeOf(request) }, 'a request failed');
    return sendMishap(request, reply, status, pages);
  });
}

const statusOf = ({ statusCode = 500 }: FastifyError): number =>
  statusCode >= 400 && statusCode < 600 ? statusCode : 500;

/** The pattern of the route, never the address: that may hold a token. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';

function sendMishap(request: FastifyRequest, reply: FastifyReply, status: number, pages: Pages) {
  if (!isForPeople(request)) return reply.code(status).send({ error: nameOf(status), reference: request.id });
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(pageOf(request, status, pages));
}

/** Whoever follows a link from a chat, and whatever else says that it reads pages. */
const isForPeople = (request: FastifyRequest): boolean =>
  request.url.startsWith('/go/') || (request.headers.accept ?? '').includes('text/html');

function pageOf(request: FastifyRequest, status: number, pages: Pages): string {
  if (status === 429) return pages.crowded();
  return status >= 500 ? pages.broken(request.id) : pages.dead();
}

function nameOf(status: number): string {
  if (status === 404) return 'not-found';
  if (status === 413) return 'too-large';
  if (status === 429) return 'too-many-requests';
  return status >= 500 ? 'internal' : 'bad-request';
}
