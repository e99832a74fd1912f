// Recovery codes are shown in the answer to one press, and never again: a page that shows them when it is loaded would show them to
// whoever sits there next. The same form a second time, after a reload for example, makes no new ones, because those would void the
// ones that were just printed.
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { createSingleFlight } from '../concurrency/single-flight.ts';
import type { EnrolmentAccess } from '../flows/enrolment-access.ts';
import type { SignedIn } from './enrolment-cookie.ts';
import { type EnrolmentDesk, sessionOf, toldOf } from './enrolment-desk.ts';
import { page } from './page-routes.ts';

const contactsPath = '/enrol/contacts';
const path = '/enrol/recovery-codes';
const setCharsAtMost = 22;

type Made = Awaited<ReturnType<EnrolmentAccess['makeRecoveryCodes']>> | { readonly is: 'unreachable' };

export function addRecoveryCodes(scope: FastifyInstance, desk: EnrolmentDesk): void {
  const { access, pages, cookie } = desk;
  const screens = pages.enrolment;
  /** A second press while the first is under way gets the same codes. */
  const once = createSingleFlight<string, Made>();
  const fieldsFor = (session: SignedIn) => ({ ...desk.fieldsFor(session), set: randomBytes(16).toString('base64url') });

  const offer = desk.signedInVisit(async (visit) => {
    const view = await desk.seen(visit, path);
    if (view === undefined) return visit.reply;
    return page(visit.reply, 200, screens.recoveryCodesOffer(view.recoveryCodesLeft, fieldsFor(visit.session)));
  });

  const make = desk.signedInPress(async (press) => {
    const { request, reply, session, form } = press;
    if (form.get('saved') === '1') return desk.goOn(press, contactsPath);
    const set = form.get('set') ?? '';
    if (set.length !== setCharsAtMost) return desk.goOn(press, path);
    if (set === session.codesOf) return page(reply, 200, screens.recoveryCodesGone(fieldsFor(session)));
    const made = await once(`${session.id}.${set}`, () =>
      desk.ask<Made>(request, () => access.makeRecoveryCodes(sessionOf(session))),
    );
    if (made.is !== 'made') return desk.goOn(press, contactsPath, toldOf(made));
    const { told: _, ...rest } = session;
    await cookie.write(reply, { ...rest, codesOf: set });
    return page(reply, 200, screens.recoveryCodes(made, desk.fieldsFor(session)));
  });

  scope.get(path, offer);
  scope.post(path, make);
}
