// Back from the provider's sign-in page. Whoever has signed in gets a new session.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createSingleFlight } from '../concurrency/single-flight.ts';
import type { EnrolmentAccess } from '../flows/enrolment-access.ts';
import { freshSession, type Kept } from './enrolment-cookie.ts';
import type { EnrolmentDesk } from './enrolment-desk.ts';
import { page } from './page-routes.ts';
import { contactsPart } from './pages/contacts-page.ts';
import { fieldOf } from './pages/session-notice.ts';

type Finished = Awaited<ReturnType<EnrolmentAccess['finishSignIn']>> | { readonly is: 'unreachable' };
type SigningIn = Extract<Kept, { at: 'signing-in' }>;

export function addReturn(scope: FastifyInstance, desk: EnrolmentDesk): void {
  const { access, pages, publicUrl, clock, cookie } = desk;
  const screens = pages.enrolment;
  /** Two of one sign-in at once, as after a double press on the provider's page, have the same result. */
  const once = createSingleFlight<string, Finished>();

  const comeBack = async (request: FastifyRequest, reply: FastifyReply) => {
    // A scanner asks with HEAD. The answer of the provider is good for one look.
    if (request.method === 'HEAD') return page(reply, 200, '');
    const kept = await cookie.read(request);
    if (kept === undefined) return page(reply, 401, screens.signedOut());
    if (kept.at === 'signed-in') return reply.redirect('/enrol/contacts', 303);
    const { flow, pending } = kept;
    if (pending === undefined) return reply.redirect('/enrol/again', 303);
    const finished = await once(pending.state, () =>
      desk.ask<Finished>(request, () => access.finishSignIn(flow, pending, returnedIn(request, publicUrl))),
    );
    return settle(reply, kept, finished);
  };

  async function settle(reply: FastifyReply, kept: SigningIn, finished: Finished): Promise<FastifyReply> {
    switch (finished.is) {
      case 'signed-in':
        await cookie.write(reply, { at: 'signed-in', ...freshSession(clock.now()), ...finished.session });
        return reply.redirect(`/enrol/contacts${kept.wish === undefined ? '' : `#${partOf[kept.wish]}`}`, 303);
      case 'over':
        cookie.clear(reply);
        return page(reply, 410, screens.over());
      case 'mismatched':
        // The answer to another sign-in, perhaps of another tab. The one that this browser waits for can still come.
        await cookie.write(reply, { ...kept, because: 'mismatched' });
        return reply.redirect('/enrol/again', 303);
      default: {
        const { pending: _, ...rest } = kept;
        await cookie.write(reply, { ...rest, because: finished.is });
        return reply.redirect('/enrol/again', 303);
      }
    }
  }

  scope.get('/enrol/callback', comeBack);
}

/** Where the page opens. At a field, the browser puts the cursor into it, and unfolds the part in which it is. */
const partOf = { email: fieldOf.email, phone: fieldOf.sms, remove: contactsPart } as const;

/** Built on PUBLIC_URL: behind a proxy the request's own host is another one. */
function returnedIn({ raw: { url = '' } }: FastifyRequest, publicUrl: string): URL {
  const returned = new URL('/enrol/callback', publicUrl);
  const query = url.indexOf('?');
  if (query !== -1) returned.search = url.slice(query);
  return returned;
}
