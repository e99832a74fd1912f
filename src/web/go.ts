// The page behind the link from the chat, with one button. Opening the page changes nothing, so link scanners do no harm. Pressing
// the button redirects once to the provider's page. The link service (`LinkAccess`) decides whether a link is valid.
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { unreachable } from '../flows/unreachable.ts';
import { leaveBodiesUnread } from '../inbound/request-body.ts';
import { isForeign } from './foreign-request.ts';
import { type Linked, limitVisits, orUnreachable, page, tokenIn, unknownToken } from './page-routes.ts';
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

const notLookedUp = 'a link could not be looked up';

export function createGo(options: GoOptions): FastifyPluginAsync {
  const { links, pages, publicUrl, ticketOrigins, visitsPerMinute } = options;

  const look = async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    const token = tokenIn(request);
    const looked = await orUnreachable(request, () => links.look(token ?? unknownToken), notLookedUp);
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
    const opened = await orUnreachable(
      request,
      () => (token === undefined ? openUnknown(links) : links.open(token, isWaiting)),
      notLookedUp,
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
    await limitVisits(scope, visitsPerMinute);
    scope.get<Linked>('/go/:token', look);
    scope.post<Linked>('/go/:token', open);
  };
}

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
