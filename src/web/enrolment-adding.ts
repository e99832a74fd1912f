// Adding a contact: the address, the code that was sent to it, and what can be done while the code is awaited. The address is only in
// the sealed cookie.
import type { FastifyInstance } from 'fastify';
import type { Channel } from '../flows/state.ts';
import { browserAddress } from '../inbound/browser-address.ts';
import { beginning } from '../text/bounded-text.ts';
import { type EnrolmentDesk, type FormPress, sessionOf, toldOf } from './enrolment-desk.ts';
import { page } from './page-routes.ts';

const contactsPath = '/enrol/contacts';
const codePath = '/enrol/code';
/** Longer than any address; what is longer is not put back into the field. */
const typedCharsAtMost = 320;

export function addAdding(scope: FastifyInstance, desk: EnrolmentDesk): void {
  const { access, pages } = desk;
  const screens = pages.enrolment;

  const add = (channel: Channel) =>
    desk.signedInPress(async (press) => {
      const { request, session, form } = press;
      const typed = form.get('address') ?? '';
      const kept = { channel, typed: beginning(typed, typedCharsAtMost) };
      const added = await desk.ask(request, () =>
        access.add(sessionOf(session), channel, typed, browserAddress(request)),
      );
      if (added.is === 'sending') return desk.goOn(press, codePath, { address: added.address });
      if (added.is !== 'not-taken') return desk.goOn(press, contactsPath, toldOf(added, kept));
      return desk.goOn(press, contactsPath, { told: { is: 'not-taken', because: added.because, ...kept } });
    });

  const codePage = desk.signedInVisit(async (visit) => {
    const { reply, session } = visit;
    const view = await desk.seen(visit, codePath);
    if (view === undefined) return visit.reply;
    if (view.challenge === undefined) return reply.redirect(contactsPath, 303);
    if (session.address === undefined) return page(reply, 200, screens.strayed(desk.fieldsFor(session)));
    return page(reply, 200, screens.code(desk.shown(visit, view)));
  });

  const submit = desk.signedInPress(async (press) => {
    const { request, session, form } = press;
    const { address } = session;
    if (address === undefined) return desk.goOn(press, codePath);
    const typed = form.get('code') ?? '';
    const sent = await desk.ask(request, () =>
      access.submitCode(sessionOf(session), address, typed, browserAddress(request)),
    );
    switch (sent.is) {
      case 'checking':
        return desk.goOn(press, codePath);
      case 'not-a-code':
        return desk.goOn(press, codePath, { told: { is: 'not-a-code' } });
      case 'strayed':
        return desk.goOn(withoutAddress(press), codePath);
      default:
        return desk.goOn(press, codePath, toldOf(sent));
    }
  });

  const resend = desk.signedInPress(async (press) => {
    const { request, session } = press;
    const { address } = session;
    if (address === undefined) return desk.goOn(press, codePath);
    const sent = await desk.ask(request, () => access.resend(sessionOf(session), address, browserAddress(request)));
    return desk.goOn(press, codePath, sent.is === 'sending' ? {} : toldOf(sent));
  });

  const other = desk.signedInPress(async (press) => {
    const { request, session } = press;
    const forgotten = await desk.ask(request, () => access.forget(sessionOf(session)));
    if (forgotten.is !== 'done') return desk.goOn(press, codePath, toldOf(forgotten));
    return desk.goOn(withoutAddress(press), contactsPath);
  });

  scope.post('/enrol/email', add('email'));
  scope.post('/enrol/phone', add('sms'));
  scope.get(codePath, codePage);
  scope.post(codePath, submit);
  scope.post('/enrol/resend', resend);
  scope.post('/enrol/other', other);
  // Whoever loads the address of a press again, after its session ran out for example, comes to a page that leads on.
  for (const path of ['/enrol/email', '/enrol/phone', '/enrol/resend', '/enrol/other']) {
    scope.get(path, async (_request, reply) => reply.redirect(contactsPath, 303));
  }
}

function withoutAddress(press: FormPress): FormPress {
  const { address: _, ...session } = press.session;
  return { ...press, session };
}
