// The REST flow for people who cannot reach chat: the routes under /rest/. Translates between documents and the session; decides nothing.
import fastifyCookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { RestCopy } from '../../bot/copy/rest-copy.ts';
import type { Instant } from '../../flows/ids.ts';
import { isStoreUnavailable } from '../../flows/store.ts';
import { answerThrown } from '../../inbound/raw-route.ts';
import { type ProblemAnswer, problem, send } from './answers.ts';
import { isForeignBrowser } from './foreign-browser.ts';
import { createDescription } from './openapi.ts';
import { createRoutes, type RestRoute, type RoutesParts } from './routes.ts';

export interface RestOptions extends RoutesParts {
  /** Of one client's address, IPv6 by its network: an office is behind one. */
  readonly perMinute?: { readonly names: number; readonly others: number };
  /** For those who write a client. */
  readonly words: RestCopy;
}

const namesPerMinute = 60;
const othersPerMinute = 600;
const noLimitHeaders = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

export function createRest(options: RestOptions): FastifyPluginAsync {
  const { perMinute = { names: namesPerMinute, others: othersPerMinute } } = options;
  const routes = createRoutes(options);
  return async (root) => {
    await root.register(
      async (scope) => {
        await scope.register(fastifyCookie);
        await scope.register(rateLimit, {
          ...{ max: perMinute.others, timeWindow: 60_000 },
          ...{ addHeaders: noLimitHeaders, addHeadersOnExceeding: noLimitHeaders },
        });
        const described = { method: 'GET', path: descriptionPath } as const;
        answerErrors(scope, [...routes, described], options.clock);
        const description = createDescription(options.words, apiVersion);
        for (const url of [descriptionPath, `${descriptionPath}/`]) scope.get(url, async () => description);
        for (const route of routes) addRoute(scope, route, options, perMinute.names);
      },
      { prefix },
    );
  };
}

const prefix = '/rest';
const descriptionPath = '/openapi.json';
/** Of the contract. It grows without a new one; a change of what it promises needs one. */
const apiVersion = '1.0.0';

/** With and without a slash at its end. */
function addRoute(
  scope: FastifyInstance,
  { method, path, handle, isName }: RestRoute,
  { clock, publicUrl }: RestOptions,
  namesAtMost: number,
): void {
  for (const url of [path, `${path}/`]) {
    scope.route({
      ...{ method, url, config: isName === true ? { rateLimit: { max: namesAtMost } } : {} },
      async handler(request, reply) {
        const isForeign = isForeignBrowser(request.headers, publicUrl);
        const answer = isForeign ? problem('FOREIGN_ORIGIN') : await handle(request, reply);
        return send(reply, answer, clock.now());
      },
    });
  }
}

/** What is thrown, or not found, is answered with a document too. */
function answerErrors(
  scope: FastifyInstance,
  routes: readonly Pick<RestRoute, 'method' | 'path'>[],
  clock: { now(): Instant },
): void {
  scope.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]?.replace(/\/$/, '');
    const known = routes.filter((route) => `${prefix}${route.path}` === path);
    if (known.length === 0) return send(reply, problem('NOT_FOUND'), clock.now());
    reply.header('allow', known.map(({ method }) => (method === 'GET' ? 'GET, HEAD' : method)).join(', '));
    return send(reply, problem('METHOD_NOT_ALLOWED'), clock.now());
  });
  answerThrown(scope, (status, error, request, reply) => {
    const answer = thrownAs(error, status);
    if (answer.problems[0].code === 'INTERNAL_ERROR')
      request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
    return send(reply, answer, clock.now());
  });
}

const storeAgainMs = 5_000;

function thrownAs(error: unknown, status: number): ProblemAnswer {
  if (isStoreUnavailable(error)) return problem('SERVICE_UNAVAILABLE', { inMs: storeAgainMs });
  if (status === 429) return problem('TOO_MANY_REQUESTS');
  if (status === 413) return problem('TOO_LARGE');
  if (status === 415) return problem('UNSUPPORTED_MEDIA_TYPE');
  return status >= 400 && status < 500 ? problem('INVALID_DOCUMENT') : problem('INTERNAL_ERROR');
}
