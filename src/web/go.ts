// The page behind the link from the chat, with one button. Opening the page changes nothing, so link scanners do no harm. Pressing
// the button redirects once to the provider's page. The link service (`LinkAccess`) decides whether a link is valid.
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { unreachable } from '../flows/unreachable.ts';
import { leaveBodiesUnread } from '../inbound/request-body.ts';
import type { Pages } from './pages/pages.ts';

export type Looked =
  | { readonly is: 'live'; readonly givenName?: string }
  | { readonly is: 'dead' }
  /** The button was pressed a moment ago, and the ticket is being created. */
  | { readonly is: 'busy' };

export type Opened =
  /** `url` is a secret: send it only to this browser. */
  | { readonly is: 'ticket'; readonly url: string }
  | { readonly is: 'dead' }
  /** Another press came first and gets the ticket. If that one fails, the link can be pressed again. */
  | { readonly is: 'busy' }
  /** Nothing has changed. The same link can be pressed again. */
  | { readonly is: 'unreachable' }
  /** Nothing has changed. The same link can be pressed again, but the provider takes no request before `inMs` have passed. */
  | { readonly is: 'limited'; readonly inMs: number }
  /** The provider refused permanently. */
  | { readonly is: 'refused' };

/** Checks and uses the tokens of links. Implemented by the engine. */
export interface LinkAccess {
  look(token: string): Promise<Looked>;
  /** `isWaiting`: whether the browser that pressed is still connected. */
  open(token: string, isWaiting: () => boolean): Promise<Opened>;
}

export interface GoOptions {
  readonly links: LinkAccess;
  readonly pages: Pages;
  readonly publicUrl: string;
  /** Origins to which the browser may follow the form's redirect. */
  readonly ticketOrigins: readonly string[];
  readonly visitsPerMinute?: number;
}

/**
 * Tokens cannot be guessed (128 random bits and an HMAC), so this limit protects the server, not the links. It is high
 * enough for an office behind one address on a Monday morning, including scanners that open every link.
 */
const defaultVisitsPerMinute = 3_000;

const tokenShape = /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/;
/** Looked up in place of a malformed token, so that the answer takes as long as for a real one. No link has this token. */
const unknownToken = `${'_'.repeat(22)}.${'_'.repeat(43)}`;

export function createGo(options: GoOptions): FastifyPluginAsync {
  const { links, pages, publicUrl, ticketOrigins, visitsPerMinute = defaultVisitsPerMinute } = options;

  const look = async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    const token = tokenIn(request);
    const looked = await orUnreachable(request, () => links.look(token ?? unknownToken));
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
    const opened = await orUnreachable(request, () =>
      token === undefined ? openUnknown(links) : links.open(token, isWaiting),
    );
    switch (opened.is) {
      case 'ticket':
        return handOver(request, reply, opened.url);
      case 'unreachable':
        return page(reply.header('retry-after', '10'), 503, pages.unreachable());
      case 'limited': {
        const seconds = Math.max(1, Math.ceil(opened.inMs / 1000));
        return page(reply.header('retry-after', String(seconds)), 503, pages.limited(seconds));
      }
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

  /** Browsers block a form's redirect to an origin that the page's `form-action` does not name. They get a page with a link instead. */
  function handOver(request: FastifyRequest, reply: FastifyReply, url: string) {
    const origin = URL.parse(url)?.origin;
    const isNamed = origin !== undefined && ticketOrigins.includes(origin);
    if (isNamed || request.headers['sec-fetch-dest'] !== 'document') return reply.redirect(url, 303);
    request.log.warn(
      { host: URL.parse(url)?.host },
      'tickets lead to a host that is neither AUTH0_DOMAIN nor AUTH0_TENANT_DOMAIN; if it is a custom domain, set AUTH0_DOMAIN to it and AUTH0_TENANT_DOMAIN to the tenant’s own',
    );
    return page(reply, 200, pages.elsewhere(url));
  }

  return async (scope) => {
    ignoreBodies(scope);
    await scope.register(rateLimit, {
      max: visitsPerMinute,
      timeWindow: 60_000,
      addHeaders: noLimitHeaders,
      addHeadersOnExceeding: noLimitHeaders,
    });
    scope.get<Linked>('/go/:token', look);
    scope.post<Linked>('/go/:token', open);
  };
}

interface Linked {
  Params: { readonly token: string };
}

const noLimitHeaders = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

const tokenIn = (request: FastifyRequest<Linked>): string | undefined =>
  tokenShape.test(request.params.token) ? request.params.token : undefined;

/** A malformed token is looked up like a dead one and never opened. */
async function openUnknown(links: LinkAccess): Promise<Opened> {
  await links.look(unknownToken);
  return { is: 'dead' };
}

/** The press needs only the token, so the body of the form is not read. */
function ignoreBodies(scope: FastifyInstance): void {
  leaveBodiesUnread(scope);
  scope.addHook('onRequest', async ({ headers }) => {
    if (Number(headers['content-length'] ?? 0) > bodyBytesAtMost) throw Object.assign(new Error('too large'), tooLarge);
  });
}
const bodyBytesAtMost = 16 * 1024;
const tooLarge = { statusCode: 413 };

/** Turns an error of the link service into `unreachable`: nothing was changed then. */
async function orUnreachable<T>(
  request: FastifyRequest,
  ask: () => Promise<T>,
): Promise<T | { readonly is: 'unreachable' }> {
  try {
    return await ask();
  } catch (error) {
    request.log.error({ err: error }, 'a link could not be looked up');
    return { is: 'unreachable' };
  }
}

/**
 * Whether the form was sent from another site. Our page forbids referrers, so its own form sends `Origin: null`. `Sec-Fetch-Site:
 * none` is a request that no page caused, such as a reload.
 */
function isForeign(request: FastifyRequest, publicUrl: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin } = request.headers;
  return origin !== undefined && origin !== 'null' && origin !== publicUrl;
}

const page = (reply: FastifyReply, status: number, html: string) =>
  reply.code(status).type('text/html; charset=utf-8').send(html);
