// Behind the link from the chat: a page with one button. Looking changes nothing, whoever looks and however often;
// pressing redirects once to the provider's own page. What a link is worth is decided by the desk, not here.
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { unreachable } from '../flows/unreachable.ts';
import { leaveBodiesUnread } from '../inbound/request-body.ts';
import type { Pages } from './pages/pages.ts';

export type Looked =
  | { readonly is: 'live'; readonly givenName?: string }
  | { readonly is: 'dead' }
  /** The button was pressed a moment ago and the ticket is on its way. */
  | { readonly is: 'busy' };

export type Opened =
  /** `url` is a secret: it goes to this browser and nowhere else. */
  | { readonly is: 'ticket'; readonly url: string }
  | { readonly is: 'dead' }
  /** Another press came first; the ticket goes to that one, and if nobody gets it, this one may press again. */
  | { readonly is: 'busy' }
  /** Nothing has changed; the same link may be pressed again. */
  | { readonly is: 'unreachable' }
  /** The provider will not, for good. */
  | { readonly is: 'refused' };

/** What a token in a link is worth. Implemented by the engine. */
export interface LinkAccess {
  look(token: string): Promise<Looked>;
  /** `isWaiting`: whether the browser that pressed is still there. */
  open(token: string, isWaiting: () => boolean): Promise<Opened>;
}

export interface GoOptions {
  readonly links: LinkAccess;
  readonly pages: Pages;
  readonly publicUrl: string;
  /** Where a form's redirect may lead without the browser stopping it. */
  readonly ticketOrigins: readonly string[];
  readonly visitsPerMinute?: number;
}

/**
 * Tokens cannot be guessed (128 random bits and a keyed mark), so this protects the machine and not the links: high
 * enough for an office behind one address on a Monday morning, and for every scanner that looks at its mail.
 */
const defaultVisitsPerMinute = 3_000;

const shape = /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/;
/** Asked about in place of what is no token, so that the answer takes as long. No link has this name. */
const nowhere = `${'_'.repeat(22)}.${'_'.repeat(43)}`;

export function createGo(options: GoOptions): FastifyPluginAsync {
  const { links, pages, publicUrl, ticketOrigins, visitsPerMinute = defaultVisitsPerMinute } = options;

  const look = async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    const token = tokenIn(request);
    const looked = await guarded(request, () => links.look(token ?? nowhere));
    switch (token === undefined ? 'dead' : looked.is) {
      case 'live':
        return page(reply, 200, pages.live('givenName' in looked ? looked.givenName : undefined));
      case 'busy':
        return page(reply, 200, pages.busy());
      case 'unreachable':
        return page(reply.header('retry-after', '10'), 503, pages.unreachable());
      default:
        return page(reply, 404, pages.dead());
    }
  };

  const open = async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    if (isForeign(request, publicUrl)) return page(reply, 403, pages.foreign());
    const token = tokenIn(request);
    const isWaiting = (): boolean => !reply.raw.destroyed;
    const opened = await guarded(request, () => (token === undefined ? deadOf(links) : links.open(token, isWaiting)));
    switch (opened.is) {
      case 'ticket':
        return handOver(request, reply, opened.url);
      case 'unreachable':
        return page(reply.header('retry-after', '10'), 503, pages.unreachable());
      case 'busy':
        return page(reply, 200, pages.busy());
      case 'refused':
        return page(reply, 409, pages.refused());
      case 'dead':
        return page(reply, 404, pages.dead());
      default:
        return unreachable(opened);
    }
  };

  /** Only browsers stop a form's redirect to a host that the page did not name: for them it becomes a link. */
  function handOver(request: FastifyRequest, reply: FastifyReply, url: string) {
    const origin = URL.parse(url)?.origin;
    const isNamed = origin !== undefined && ticketOrigins.includes(origin);
    if (isNamed || request.headers['sec-fetch-dest'] !== 'document') return reply.redirect(url, 303);
    request.log.warn(
      { host: URL.parse(url)?.host },
      'tickets lead to a host that is not AUTH0_DOMAIN; set it to that host',
    );
    return page(reply, 200, pages.elsewhere(url));
  }

  return async (scope) => {
    ignoreBodies(scope);
    await scope.register(rateLimit, {
      max: visitsPerMinute,
      timeWindow: 60_000,
      addHeaders: quiet,
      addHeadersOnExceeding: quiet,
    });
    scope.get<Linked>('/go/:token', look);
    scope.post<Linked>('/go/:token', open);
  };
}

interface Linked {
  Params: { readonly token: string };
}

const quiet = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

const tokenIn = (request: FastifyRequest<Linked>): string | undefined =>
  shape.test(request.params.token) ? request.params.token : undefined;

/** What is no token is looked up like a dead one, and never opened. */
async function deadOf(links: LinkAccess): Promise<Opened> {
  await links.look(nowhere);
  return { is: 'dead' };
}

/** The token is all that the press needs: whatever a form sends along is not read. */
function ignoreBodies(scope: FastifyInstance): void {
  leaveBodiesUnread(scope);
  scope.addHook('onRequest', async ({ headers }) => {
    if (Number(headers['content-length'] ?? 0) > bodyBytesAtMost) throw Object.assign(new Error('too large'), tooLarge);
  });
}
const bodyBytesAtMost = 16 * 1024;
const tooLarge = { statusCode: 413 };

/** A desk that cannot be asked has changed nothing. */
async function guarded<T>(request: FastifyRequest, ask: () => Promise<T>): Promise<T | { readonly is: 'unreachable' }> {
  try {
    return await ask();
  } catch (error) {
    request.log.error({ err: error }, 'a link could not be looked up');
    return { is: 'unreachable' };
  }
}

/**
 * Whether the form was sent from another site. Our page forbids referrers, so its own form says `Origin: null`;
 * `none` is a press that no page caused, such as a reload.
 */
function isForeign(request: FastifyRequest, publicUrl: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin } = request.headers;
  return origin !== undefined && origin !== 'null' && origin !== publicUrl;
}

const page = (reply: FastifyReply, status: number, html: string) =>
  reply.code(status).type('text/html; charset=utf-8').send(html);
