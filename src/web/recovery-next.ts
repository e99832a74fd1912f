// After the first proof: what the request shows now, and what the person can do about it. The same as in the chat.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { contactRef } from '../flows/ids.ts';
import type { ProvenAct } from '../flows/recovery-access.ts';
import { linkFromRecovery } from './link-answers.ts';
import { page } from './page-routes.ts';
import { heldIn, type RecoveryDesk, recoveryPaths, sessionUntil } from './recovery-desk.ts';

/** For what is under way. A page that shows nothing new yet is loaded again. */
const patienceMs = 4_000;

export function addRecoveryNext(scope: FastifyInstance, desk: RecoveryDesk): void {
  const { access, screens, cookie, clock, viewOf } = desk;
  const { code, next } = recoveryPaths;

  const show = desk.visit(async ({ request, reply, kept }) => {
    const patience = request.method === 'HEAD' ? 0 : patienceMs;
    const found = await desk.ask(request, async () => ({
      is: 'asked',
      flow: await access.proven(heldIn(kept), patience),
    }));
    if (!('flow' in found)) return page(reply.header('retry-after', '10'), 503, screens.unreachable(next));
    const { flow } = found;
    if (flow === undefined) return reply.redirect(code, 303);
    const view = viewOf(flow);
    // Whoever waits for the helpdesk may wait longer than a session lasts.
    if (!view.isOver) await cookie.write(reply, { ...kept, until: sessionUntil(clock.now()) });
    const told = kept.told === undefined ? {} : { told: kept.told };
    const token = access.tokenOf(flow);
    const link = token === undefined ? {} : { link: linkFromRecovery(token) };
    if (view.againInSeconds !== undefined && view.againInSeconds > 0)
      reply.header('refresh', String(view.againInSeconds));
    return page(reply, 200, screens.next({ view, fields: desk.fieldsFor(kept), ...told, ...link }));
  });

  const press = desk.pressed(async (pressed) => {
    const { request, kept, form } = pressed;
    const act = actIn(form);
    if (act === undefined) return desk.goOn(pressed, next);
    const done = await desk.ask(request, async () => ({ is: await access.act(heldIn(kept), act) }));
    if (done.is === 'unreachable') return desk.goOn(pressed, next, { told: { is: 'unreachable' } });
    const isNone = done.is === 'not-a-code';
    const told = act.do === 'submit-recovery-code' ? 'not-a-recovery-code' : 'not-a-code';
    return desk.goOn(pressed, next, isNone ? { told: { is: told } } : {});
  });

  scope.get(next, show);
  scope.post(next, press);
}

const posted = z.discriminatedUnion('do', [
  z.object({ do: z.literal(['choose-contact', 'choose-recovery-code', 'mail-again', 'cancel']) }),
  z.object({ do: z.literal('send-code'), contact: z.string().transform(contactRef) }),
  z.object({ do: z.literal(['submit-code', 'submit-recovery-code']), typed: z.string() }),
]);

function actIn(form: URLSearchParams): ProvenAct | undefined {
  const fields = { do: form.get('do'), contact: form.get('contact'), typed: form.get('code') };
  return posted.safeParse(fields).data;
}
