// The list of contacts, and removing one. Every press is answered with a redirect to a page, so reloading and going back
// repeat nothing; what the page has to tell travels in the sealed cookie.
import type { FastifyInstance } from 'fastify';
import { contactRef } from '../flows/ids.ts';
import { type EnrolmentDesk, sessionOf, toldOf } from './enrolment-desk.ts';
import { page } from './page-routes.ts';

const contactsPath = '/enrol/contacts';
const codePath = '/enrol/code';
const refCharsAtMost = 255;

export function addContacts(scope: FastifyInstance, desk: EnrolmentDesk): void {
  const { access, pages, cookie } = desk;
  const screens = pages.enrolment;

  const list = desk.signedInVisit(async (visit) => {
    const { request, reply, session } = visit;
    const view = await desk.seen(visit, contactsPath);
    if (view === undefined) return visit.reply;
    if (view.challenge !== undefined) return reply.redirect(codePath, 303);
    if (session.address !== undefined && request.method === 'GET') {
      // It has been dealt with, so it is not kept any longer.
      const { address: _, ...rest } = session;
      await cookie.write(reply, rest);
    }
    return page(reply, 200, screens.contacts(desk.shown(visit, view)));
  });

  const askToRemove = desk.signedInVisit(async (visit) => {
    const { reply, session } = visit;
    const view = await desk.seen(visit, '/enrol/remove');
    if (view === undefined) return visit.reply;
    const asked = view.contacts.find(({ ref }) => ref === session.asked);
    if (asked === undefined) return reply.redirect(contactsPath, 303);
    return page(reply, 200, screens.removal(desk.shown(visit, view), asked.ref));
  });

  const remove = desk.signedInPress(async (press) => {
    const { request, session, form } = press;
    const contact = contactRef(form.get('contact') ?? '');
    if (contact === '' || contact.length > refCharsAtMost) return desk.goOn(press, contactsPath);
    if (form.get('confirmed') !== '1') return desk.goOn(press, '/enrol/remove', { asked: contact });
    const removed = await desk.ask(request, () => access.remove(sessionOf(session), contact));
    return desk.goOn(press, contactsPath, removed.is === 'removing' ? {} : toldOf(removed));
  });

  const done = desk.signedInPress(async (press) => {
    const { request, reply, session } = press;
    const finished = await desk.ask(request, () => access.finish(sessionOf(session)));
    if (finished.is !== 'done') return desk.goOn(press, contactsPath, toldOf(finished));
    cookie.clear(reply);
    return reply.redirect('/enrol/done', 303);
  });

  scope.get(contactsPath, list);
  scope.get('/enrol/remove', askToRemove);
  scope.post('/enrol/remove', remove);
  scope.get('/enrol/done', async (_request, reply) => page(reply, 200, screens.finished()));
  scope.post('/enrol/done', done);
}
