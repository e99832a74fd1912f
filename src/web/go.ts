// The page behind the link from the chat, with one button. Opening the page changes nothing, so link scanners do no harm. Pressing
// the button redirects once to the provider's page, or shows our own for a new password. The link service (`LinkAccess`) decides whether a link is valid.
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { unreachable } from '../flows/unreachable.ts';
import { leaveBodiesUnread, turnAway } from '../inbound/request-body.ts';
import { isForeign } from './foreign-request.ts';
import { type Linked, limitVisits, orUnreachable, page, tokenIn, unknownToken } from './page-routes.ts';
import type { Pages } from './pages/pages.ts';
import type { PasswordFormShown } from './pages/password-page.ts';
import { createFormReader } from './short-form.ts';

export type Looked =
  /** `isHere`: the button leads to a page of ours. */
  | { readonly is: 'live'; readonly givenName?: string; readonly isHere?: true }
  | { readonly is: 'dead' }
  /** The button was pressed a moment ago, and the ticket is being created. */
  | { readonly is: 'busy' }
  /** A password is being set. */
  | { readonly is: 'saving' };

export type Opened =
  /** `url` is a secret: send it only to this browser. */
  | { readonly is: 'ticket'; readonly url: string }
  /** The new password is chosen on our own page. */
  | { readonly is: 'form'; readonly form: PasswordFormShown }
  | { readonly is: 'dead' }
  /** Another press came first and gets the ticket. If that one fails, the link can be pressed again. */
  | { readonly is: 'busy' }
  /** On our own page: a password is being set. */
  | { readonly is: 'saving' }
  /** Nothing has changed. The same link can be pressed again. */
  | { readonly is: 'unreachable' }
  /** Nothing has changed. The same link can be pressed again, but the provider takes no request before `inMs` have passed. */
  | { readonly is: 'limited'; readonly inMs: number }
  /** The provider refused permanently. */
  | { readonly is: 'refused' };

/** What became of a password that was typed on our page. */
export type Saved =
  | { readonly is: 'form'; readonly form: PasswordFormShown }
  | { readonly is: 'limited'; readonly inMs: number }
  | { readonly is: 'done' | 'spent' | 'unconfirmed' | 'dead' | 'busy' | 'saving' | 'unreachable' | 'refused' };

/** Checks and uses the tokens of links. Implemented by the engine. */
export interface LinkAccess {
  look(token: string): Promise<Looked>;
  /** `isWaiting`: whether the browser that pressed is still connected. */
  open(token: string, isWaiting: () => boolean): Promise<Opened>;
  /** Both are secrets: they are neither stored nor logged. */
  submit(token: string, typed: { readonly password: string; readonly confirm: string }): Promise<Saved>;
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
  const told = createTold(pages);

  const look = async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    const token = tokenIn(request);
    const looked = await orUnreachable(request, () => links.look(token ?? unknownToken), notLookedUp);
    switch (token === undefined ? 'dead' : looked.is) {
      case 'live':
        return page(reply, 200, pages.live(looked.is === 'live' ? looked : {}));
      case 'busy':
        return page(reply, 200, pages.busy());
      case 'saving':
        return page(reply, 200, pages.passwordSaving());
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
    if (opened.is === 'ticket') return handOver(request, reply, opened.url);
    return told(reply, token ?? unknownToken, opened);
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
    scope.get<Linked>('/go/:token/password', toButton);
    scope.post<Linked>('/go/:token/password', createSave(options, told));
  };
}

/** Whoever reloads the page for a password, or comes back to it, begins at the button: a GET changes nothing and shows no form. */
const toButton = async (request: FastifyRequest<Linked>, reply: FastifyReply) =>
  reply.redirect(`/go/${tokenIn(request) ?? unknownToken}`, 303);

/** What was typed on our page for a new password. */
function createSave({ links, pages, publicUrl }: GoOptions, told: Tell) {
  const readForm = createFormReader(passwordFormBytesAtMost);
  return async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    if (isForeign(request, publicUrl)) return page(reply, 403, pages.foreign());
    const token = tokenIn(request);
    const read = await readForm(request);
    if (!read.ok) return turnAway(request, reply, read.status);
    const typed = { password: read.form.get('password') ?? '', confirm: read.form.get('confirm') ?? '' };
    const saved = await orUnreachable(
      request,
      () => (token === undefined ? openUnknown(links) : links.submit(token, typed)),
      notLookedUp,
    );
    // The page stands at another path than the button.
    return told(reply, token ?? unknownToken, saved, `/go/${token ?? unknownToken}`);
  };
}

type Tell = ReturnType<typeof createTold>;

/** The same words, whether they answer the press or what was typed. `again`: where the button of the answer leads, if not to its own path. */
const createTold =
  (pages: Pages) =>
  (reply: FastifyReply, token: string, said: Exclude<Opened, { readonly is: 'ticket' }> | Saved, again?: string) => {
    switch (said.is) {
      case 'form':
        return page(reply, isRefused(said.form) ? 422 : 200, pages.password(`/go/${token}/password`, said.form));
      case 'done':
        return page(reply, 200, pages.passwordSet());
      case 'spent':
        return page(reply, 409, pages.passwordsRefused());
      case 'unconfirmed':
        return page(reply, 202, pages.passwordUnconfirmed());
      case 'unreachable':
        return page(reply.header('retry-after', '10'), 503, pages.unreachable(again));
      case 'limited': {
        const seconds = Math.max(1, Math.ceil(said.inMs / 1000));
        return page(reply.header('retry-after', String(seconds)), 503, pages.limited(seconds, again));
      }
      case 'busy':
        return page(reply, 200, pages.busy(again));
      case 'saving':
        return page(reply, 200, pages.passwordSaving(again));
      case 'refused':
        return page(reply, 409, pages.refused());
      case 'dead':
        return page(reply, 404, pages.dead());
      default:
        return unreachable(said);
    }
  };

/** A malformed token is looked up like a dead one and never opened. */
async function openUnknown(links: LinkAccess): Promise<{ readonly is: 'dead' }> {
  await links.look(unknownToken);
  return { is: 'dead' };
}

/** Something is wrong with what was typed, or the provider has refused it. */
const isRefused = ({ faults, refused }: PasswordFormShown): boolean => faults.length > 0 || refused !== undefined;

/** The press needs only the token, so the body of its form is not read. */
function ignoreBodies(scope: FastifyInstance): void {
  leaveBodiesUnread(scope);
  scope.addHook('onRequest', async ({ headers }) => {
    if (Number(headers['content-length'] ?? 0) > bodyBytesAtMost) throw Object.assign(new Error('too large'), tooLarge);
  });
}
const bodyBytesAtMost = 16 * 1024;
/** Two fields of 512 characters, each of which may take nine bytes in a form. */
const passwordFormBytesAtMost = 12 * 1024;
const tooLarge = { statusCode: 413 };
