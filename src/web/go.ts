// The page behind the link from the chat, with one button. Opening the page changes nothing, so link scanners do no harm. Pressing
// the button redirects once to the provider's page, or shows our own for a new password, or leads to a sign-in. The link service
// (`LinkAccess`) decides whether a link is valid.
import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { browserAddress } from '../inbound/browser-address.ts';
import { isForeign } from '../inbound/foreign-request.ts';
import { leaveBodiesUnread, turnAway } from '../inbound/request-body.ts';
import { addChangeReturn, type ChangeOptions, createChangeCookie, keepChange } from './change.ts';
import { mayLeadToSignIn } from './headers.ts';
import type { LinkAccess } from './link-access.ts';
import { createLinkAnswers, suffixOf } from './link-answers.ts';
import { type Linked, limitVisits, orUnreachable, page, tokenIn, unknownToken } from './page-routes.ts';
import type { Pages } from './pages/pages.ts';
import { createFormReader } from './short-form.ts';

export interface GoOptions {
  readonly links: LinkAccess;
  readonly pages: Pages;
  readonly publicUrl: string;
  /** Origins to which the browser may follow the form's redirect. */
  readonly ticketOrigins: readonly string[];
  /** The sign-in of somebody who knows their password. Absent: nobody changes one so. */
  readonly change?: ChangeOptions;
  readonly visitsPerMinute?: number;
}

const notLookedUp = 'a link could not be looked up';

export function createGo(options: GoOptions): FastifyPluginAsync {
  const { links, pages, publicUrl, ticketOrigins, change, visitsPerMinute } = options;
  const cookie = change === undefined ? undefined : createChangeCookie(change, publicUrl);
  const keepSignIn =
    change === undefined || cookie === undefined
      ? () => Promise.reject(new Error('nobody signs in to change a password'))
      : keepChange(cookie, change);
  const answer = createLinkAnswers({ pages, ticketOrigins, keepSignIn });

  const look = async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    const token = tokenIn(request);
    const looked = await orUnreachable(request, () => links.look(token ?? unknownToken), notLookedUp);
    switch (token === undefined ? 'dead' : looked.is) {
      case 'live':
        return page(mayLead(looked, reply), 200, pages.live(looked.is === 'live' ? looked : {}));
      case 'busy':
        return page(reply, 200, pages.busy());
      case 'saving':
        return page(reply, 200, pages.passwordSaving());
      case 'unreachable':
        return page(mayLeadToSignIn(reply).header('retry-after', '10'), 503, pages.unreachable());
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
    return answer({ request, reply, token: token ?? unknownToken }, opened);
  };

  return async (scope) => {
    ignoreBodies(scope);
    await limitVisits(scope, visitsPerMinute);
    await scope.register(fastifyCookie);
    scope.get<Linked>('/go/:token', look);
    scope.post<Linked>('/go/:token', open);
    scope.get<Linked>('/go/:token/password', toButton);
    scope.post<Linked>('/go/:token/password', createSave(options, answer));
    if (change !== undefined && cookie !== undefined)
      addChangeReturn(scope, change, { cookie, links, pages, publicUrl, answer });
  };
}

const mayLead = (looked: object, reply: FastifyReply): FastifyReply =>
  'isChange' in looked ? mayLeadToSignIn(reply) : reply;

/** Whoever reloads the page for a password, or comes back to it, begins at the button: a GET changes nothing and shows no form. */
const toButton = async (request: FastifyRequest<Linked>, reply: FastifyReply) =>
  reply.redirect(`/go/${tokenIn(request) ?? unknownToken}`, 303);

/** What was typed on our page for a new password. */
function createSave({ links, pages, publicUrl }: GoOptions, answer: ReturnType<typeof createLinkAnswers>) {
  const readForm = createFormReader(passwordFormBytesAtMost);
  return async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    if (isForeign(request, publicUrl)) return page(reply, 403, pages.foreign());
    const token = tokenIn(request);
    const read = await readForm(request);
    if (!read.ok) return turnAway(request, reply, read.status);
    const { form } = read;
    const browser = browserAddress(request);
    const current = form.get('current');
    const typed = {
      ...{ password: form.get('password') ?? '', confirm: form.get('confirm') ?? '' },
      ...(current === null ? {} : { current }),
      ...(browser === undefined ? {} : { browser }),
    };
    const saved = await orUnreachable(
      request,
      () => (token === undefined ? openUnknown(links) : links.submit(token, typed)),
      notLookedUp,
    );
    // The page stands at another path than the button.
    const known = token ?? unknownToken;
    return answer({ request, reply, token: known, again: `/go/${known}${suffixOf(request)}` }, saved);
  };
}

/** A malformed token is looked up like a dead one and never opened. */
async function openUnknown(links: LinkAccess): Promise<{ readonly is: 'dead' }> {
  await links.look(unknownToken);
  return { is: 'dead' };
}

/** The press needs only the token, so the body of its form is not read. */
function ignoreBodies(scope: FastifyInstance): void {
  leaveBodiesUnread(scope);
  scope.addHook('onRequest', async ({ headers }) => {
    if (Number(headers['content-length'] ?? 0) > bodyBytesAtMost) throw Object.assign(new Error('too large'), tooLarge);
  });
}
const bodyBytesAtMost = 16 * 1024;
/** Three fields of 512 characters, each of which may take nine bytes in a form. */
const passwordFormBytesAtMost = 16 * 1024;
const tooLarge = { statusCode: 413 };
