// Back from the sign-in that begins an enrolment. Whoever has signed in gets a new session.
import type { FastifyInstance } from 'fastify';
import { freshSession } from '../inbound/session-cookie.ts';
import type { EnrolmentDesk } from './enrolment-desk.ts';
import { contactsPart } from './pages/contacts-page.ts';
import { fieldOf } from './pages/session-notice.ts';
import { addSignInReturn } from './sign-in-return.ts';

const paths = { callback: '/enrol/callback', checking: '/enrol/checking', again: '/enrol/again' } as const;

export function addReturn(scope: FastifyInstance, desk: EnrolmentDesk): void {
  const { access, pages, publicUrl, cookie, ask } = desk;
  addSignInReturn(scope, {
    ...{ paths, refusedEvent: 'enrolment.callback.refused', access, cookie, screens: pages.enrolment, publicUrl, ask },
    goOn: (reply) => reply.redirect('/enrol/contacts', 303),
    async signedIn({ kept, signIn, result, reply }) {
      // It is as old as the sign-in, however long this took.
      await cookie.write(reply, { at: 'signed-in', ...freshSession(signIn.returnedAt), ...result.session });
      return reply.redirect(`/enrol/contacts${kept.wish === undefined ? '' : `#${partOf[kept.wish]}`}`, 303);
    },
  });
}

/** Where the page opens. At a field, the browser puts the cursor into it, and unfolds the part in which it is. */
const partOf = { email: fieldOf.email, phone: fieldOf.sms, remove: contactsPart } as const;
