// What a browser is answered that has opened a link from the chat, or sent what was typed behind it.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BegunSignIn } from '../flows/sign-in-access.ts';
import { unreachable } from '../flows/unreachable.ts';
import { mayLeadToSignIn } from './headers.ts';
import type { Opened, Saved } from './link-access.ts';
import { page } from './page-routes.ts';
import type { Pages } from './pages/pages.ts';
import type { PasswordFormShown } from './pages/password-page.ts';

export interface LinkAnswerParts {
  readonly pages: Pages;
  /** Origins to which the browser may follow the form's redirect. */
  readonly ticketOrigins: readonly string[];
  /** Keeps what the browser needs when it comes back from the sign-in. */
  keepSignIn(reply: FastifyReply, token: string, begun: BegunSignIn): Promise<void>;
}

export interface LinkAnswer {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly token: string;
  /** Where the button of the answer leads, if not to its own path. */
  readonly again?: string;
}

export const createLinkAnswers =
  (parts: LinkAnswerParts) =>
  async (to: LinkAnswer, said: Opened | Saved): Promise<FastifyReply> => {
    if (said.is === 'ticket') return handOver(to, said.url, parts);
    if (said.is === 'redirect') {
      await parts.keepSignIn(to.reply, to.token, said);
      return to.reply.redirect(said.url, 303);
    }
    if (isFromRecovery(to.request) && toldThere.has(said.is)) return to.reply.redirect('/recover/next', 303);
    return told(to, said, parts.pages);
  };

/** Whoever came from a page under `/recover` has no chat to go back to. That page says how their request stands. */
const toldThere: ReadonlySet<Told['is']> = new Set([
  ...(['done', 'spent', 'blocked', 'unconfirmed', 'refused', 'dead'] as const),
]);

const fromRecovery = 'from=recover';
const isFromRecovery = ({ query }: FastifyRequest): boolean => Object(query).from === 'recover';
/** The path of a link for somebody on a page under `/recover`. */
export const linkFromRecovery = (token: string): string => `/go/${token}?${fromRecovery}`;
/** Added to every path that leads on from there. */
export const suffixOf = (request: FastifyRequest): string => (isFromRecovery(request) ? `?${fromRecovery}` : '');

type Told = Exclude<Opened | Saved, { readonly is: 'ticket' | 'redirect' }>;

/** The same words, whether they answer the press or what was typed. */
function told({ request, reply, token, again }: LinkAnswer, said: Told, pages: Pages): FastifyReply {
  switch (said.is) {
    case 'form':
      return page(
        reply,
        isRefused(said.form) ? 422 : 200,
        pages.password(`/go/${token}/password${suffixOf(request)}`, said.form),
      );
    case 'done':
      return page(reply, 200, pages.passwordSet(said.mustChange === true));
    case 'spent':
      return page(reply, 409, pages.passwordsRefused());
    case 'old-spent':
      return page(reply, 409, pages.oldPasswordsWrong());
    case 'blocked':
      return page(reply, 409, pages.passwordBlocked());
    case 'sign-in-needed':
      return page(mayLeadToSignIn(reply), 200, pages.passwordNeedsSignIn(`/go/${token}`));
    case 'unconfirmed':
      return page(reply, 202, pages.passwordUnconfirmed());
    case 'unreachable':
      return page(mayLeadToSignIn(reply).header('retry-after', '10'), 503, pages.unreachable(again));
    case 'limited': {
      const seconds = Math.max(1, Math.ceil(said.inMs / 1000));
      const answer = mayLeadToSignIn(reply).header('retry-after', String(seconds));
      return page(answer, 503, pages.limited(seconds, again));
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
}

/**
 * Browsers block a form's redirect to an origin that the page's `form-action` does not name. They get a page with a link instead. A
 * browser that only follows an address is sent on.
 */
function handOver({ request, reply }: LinkAnswer, url: string, { pages, ticketOrigins }: LinkAnswerParts) {
  const origin = URL.parse(url)?.origin;
  const isNamed = origin !== undefined && ticketOrigins.includes(origin);
  const isForm = request.method === 'POST' && request.headers['sec-fetch-dest'] === 'document';
  if (isNamed || !isForm) return reply.redirect(url, 303);
  request.log.warn(
    { host: URL.parse(url)?.host },
    'tickets lead to a host that is neither AUTH0_DOMAIN nor AUTH0_TENANT_DOMAIN; if it is a custom domain, set AUTH0_DOMAIN to it and AUTH0_TENANT_DOMAIN to the tenant’s own',
  );
  return page(reply, 200, pages.elsewhere(url));
}

/** Something is wrong with what was typed, or the provider has refused it. */
const isRefused = ({ faults, refused, isOldWrong }: PasswordFormShown): boolean =>
  faults.length > 0 || refused !== undefined || isOldWrong === true;
