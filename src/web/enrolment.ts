// The pages under /enrol, on which a person adds and removes their recovery contacts. What happens is decided behind
// `EnrolmentAccess`; here are the routes, the browser's session, and the protection of forms.
import fastifyCookie from '@fastify/cookie';
import type { FastifyPluginAsync } from 'fastify';
import { leaveBodiesUnread } from '../inbound/request-body.ts';
import { addAdding } from './enrolment-adding.ts';
import { addContacts } from './enrolment-contacts.ts';
import { createEnrolmentDesk, type EnrolmentOptions } from './enrolment-desk.ts';
import { addNotMe } from './enrolment-notice.ts';
import { addRecoveryCodes } from './enrolment-recovery-codes.ts';
import { addReturn } from './enrolment-return.ts';
import { addSignIn } from './enrolment-sign-in.ts';
import { limitVisits } from './page-routes.ts';

export function createEnrolmentPages(options: EnrolmentOptions): FastifyPluginAsync {
  const desk = createEnrolmentDesk(options);
  return async (scope) => {
    leaveBodiesUnread(scope);
    await limitVisits(scope, options.visitsPerMinute);
    await scope.register(fastifyCookie);
    addSignIn(scope, desk);
    addReturn(scope, desk);
    addContacts(scope, desk);
    addAdding(scope, desk);
    if (options.offersRecoveryCodes) addRecoveryCodes(scope, desk);
    addNotMe(scope, desk);
  };
}
