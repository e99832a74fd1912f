// The pages under /recover, for people who cannot reach the chat: a name, a code, then the same request as in the chat. What is
// answered before the code was right comes from the session alone, so it is the same for every name.
import fastifyCookie from '@fastify/cookie';
import type { FastifyPluginAsync } from 'fastify';
import { leaveBodiesUnread } from '../inbound/request-body.ts';
import { limitVisits } from './page-routes.ts';
import { addRecoveryCode } from './recovery-code.ts';
import { createRecoveryDesk, type RecoveryOptions } from './recovery-desk.ts';
import { addRecoveryNext } from './recovery-next.ts';
import { addRecoveryStart } from './recovery-start.ts';

export function createRecovery(options: RecoveryOptions): FastifyPluginAsync {
  const desk = createRecoveryDesk(options);
  return async (scope) => {
    leaveBodiesUnread(scope);
    await limitVisits(scope, options.visitsPerMinute);
    await scope.register(fastifyCookie);
    addRecoveryStart(scope, desk);
    addRecoveryCode(scope, desk);
    addRecoveryNext(scope, desk);
  };
}
