// From the link in the chat to the provider's sign-in page. Opening a link changes nothing.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unreachable } from '../flows/unreachable.ts';
import { isForeign } from '../inbound/foreign-request.ts';
import { freshSession } from '../inbound/session-cookie.ts';
import type { Kept } from './enrolment-cookie.ts';
import type { EnrolmentDesk } from './enrolment-desk.ts';
import { mayLeadToSignIn } from './headers.ts';
import { type Linked, page, tokenIn, unknownToken } from './page-routes.ts';

export function addSignIn(scope: FastifyInstance, desk: EnrolmentDesk): void {
  const { access, pages, publicUrl, clock, cookie } = desk;
  const screens = pages.enrolment;

  const look = async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    const token = tokenIn(request);
    const looked = await desk.ask(request, () => access.look(token ?? unknownToken));
    if (looked.is === 'unreachable') return notReached(reply);
    if (token === undefined) return page(reply, 404, screens.dead());
    if (looked.is === 'dead') return noLink(request, reply);
    return page(mayLeadToSignIn(reply), 200, screens.live(looked.platform));
  };

  /** Whoever has signed in opens the link from the chat once more: they come to where they were. */
  const noLink = async (request: FastifyRequest, reply: FastifyReply) => {
    const kept = await cookie.read(request);
    return kept?.at === 'signed-in' ? reply.redirect('/enrol/contacts', 303) : page(reply, 404, screens.dead());
  };

  const begin = async (request: FastifyRequest, reply: FastifyReply, token: string, wish: Wish) => {
    const begun = await desk.ask(request, () => access.beginSignIn(token));
    switch (begun.is) {
      case 'redirect': {
        const { flow, pending } = begun;
        await cookie.write(reply, { at: 'signing-in', ...freshSession(clock.now()), flow, token, wish, pending });
        return reply.redirect(begun.url, 303);
      }
      case 'unreachable':
        return notReached(reply);
      case 'refused':
        return page(reply, 409, screens.refused());
      case 'dead':
        return noLink(request, reply);
      default:
        return unreachable(begun);
    }
  };

  const notReached = (reply: FastifyReply) =>
    page(mayLeadToSignIn(reply).header('retry-after', '10'), 503, screens.unreachable());

  const press = async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    if (isForeign(request, publicUrl)) return page(reply, 403, pages.foreign());
    const token = tokenIn(request);
    if (token !== undefined) return begin(request, reply, token, wishIn(request));
    await desk.ask(request, () => access.look(unknownToken));
    return page(reply, 404, screens.dead());
  };

  /** Why the sign-in came to nothing. Its own address, so that the provider's answer does not stay in the browser's. */
  const explain = async (request: FastifyRequest, reply: FastifyReply) => {
    const kept = await cookie.read(request);
    if (kept === undefined) return page(reply, 401, screens.signedOut());
    if (kept.at === 'signed-in') return reply.redirect('/enrol/contacts', 303);
    return page(mayLeadToSignIn(reply), 200, screens.turnedBack(kept.because ?? 'unfinished', desk.fieldsFor(kept)));
  };

  const again = desk.pressed(async (kept, _form, request, reply) =>
    kept.at === 'signed-in' ? reply.redirect('/enrol/contacts', 303) : begin(request, reply, kept.token, kept.wish),
  );

  scope.get('/enrol', async (_request, reply) => page(reply, 200, screens.start()));
  scope.get<Linked>('/enrol/:token', look);
  scope.post<Linked>('/enrol/:token', press);
  scope.get<Linked>('/enrol/:token/:wish', look);
  scope.post<Linked>('/enrol/:token/:wish', press);
  scope.get('/enrol/again', explain);
  scope.post('/enrol/again', again);
}

type Wish = Extract<Kept, { at: 'signing-in' }>['wish'];
/** Any other word is as good as none: the link decides. */
const wishIn = ({ params: { wish } }: FastifyRequest<Linked>): Wish =>
  wish === 'email' || wish === 'phone' || wish === 'remove' ? wish : undefined;
