// *It wasn't me*, from the notice about a changed contact. Whoever has the link may press: it can only stop things. Opening it
// changes nothing.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isForeign } from '../inbound/foreign-request.ts';
import type { EnrolmentDesk } from './enrolment-desk.ts';
import { type Linked, page, unknownToken } from './page-routes.ts';

export function addNotMe(scope: FastifyInstance, desk: EnrolmentDesk): void {
  const { access, pages, publicUrl } = desk;
  const screens = pages.enrolment;

  const look = async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    const token = tokenIn(request);
    const looked = await desk.ask(request, () => access.lookAtNotice(token ?? unknownToken));
    return answer(reply, token === undefined && looked.is === 'live' ? 'dead' : looked.is);
  };

  /** The answer is the page itself: at another address it would say to everybody that something was stopped. */
  const press = async (request: FastifyRequest<Linked>, reply: FastifyReply) => {
    if (isForeign(request, publicUrl)) return page(reply, 403, pages.foreign());
    const token = tokenIn(request);
    if (token === undefined) return look(request, reply);
    const { is } = await desk.ask(request, () => access.disown(token));
    return answer(reply, is);
  };

  function answer(reply: FastifyReply, is: 'live' | 'dead' | 'done' | 'unreachable'): FastifyReply {
    if (is === 'unreachable') reply.header('retry-after', '10');
    return page(reply, statusOf[is], screens.notMe(is));
  }

  scope.get<Linked>('/enrol/not-me/:token', look);
  scope.post<Linked>('/enrol/not-me/:token', press);
}

/** As `engine/notice-links` makes it: a link's token, the number of the change, and its time. */
const tokenShape = /^[\w-]{22}\.[\w-]{43}\.\d{1,4}\.[a-z\d]{1,10}$/;
const tokenIn = ({ params: { token } }: FastifyRequest<Linked>): string | undefined =>
  tokenShape.test(token) ? token : undefined;

const statusOf = { live: 200, done: 200, dead: 404, unreachable: 503 } as const;
