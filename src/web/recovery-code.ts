// Where the code is typed that was sent to a contact of the account, if there is one. Nothing here depends on whether there is.
import type { FastifyInstance } from 'fastify';
import { later } from '../flows/ids.ts';
import { page } from './page-routes.ts';
import { heldIn, type RecoveryDesk, type RecoveryPressed, recoveryPaths } from './recovery-desk.ts';

export function addRecoveryCode(scope: FastifyInstance, desk: RecoveryDesk): void {
  const { access, screens, cookie, clock } = desk;
  const { start, wait, code, next } = recoveryPaths;

  const show = desk.visit(async ({ request, reply, kept }) => {
    if (kept.waits !== undefined) return reply.redirect(wait, 303);
    // A code that was looked at for too long may have been accepted since.
    const proven = await desk.ask(request, async () => ({ is: 'asked', flow: await access.proven(heldIn(kept), 0) }));
    if ('flow' in proven && proven.flow !== undefined) return reply.redirect(next, 303);
    if (kept.told?.is === 'ended') return page(reply, 200, screens.spent());
    const told = kept.told === undefined ? {} : { told: kept.told };
    const shown = { ...told, now: clock.now(), resendFrom: later(kept.codeAt, desk.resendSeconds) };
    return page(reply, 200, screens.code({ ...shown, fields: desk.fieldsFor(kept) }));
  });

  const submit = desk.pressed(async (press) => {
    const { request, kept, form } = press;
    const looked = await desk.ask(request, () => access.check(heldIn(kept), form.get('code') ?? ''));
    switch (looked.is) {
      case 'accepted':
        return desk.goOn(press, next, { claim: looked.claim });
      case 'wrong': {
        const { claim, left } = looked;
        return desk.goOn(press, code, { claim, told: left === 0 ? { is: 'ended' } : { is: 'wrong', left } });
      }
      default:
        return desk.goOn(press, code, { told: { is: looked.is } });
    }
  });

  const resend = desk.pressed(async (press) => {
    const sent = await desk.ask(press.request, () => access.resend(heldIn(press.kept)));
    if (sent.is === 'sent') return desk.goOn(press, code, { codeAt: clock.now(), told: { is: 'resent' } });
    return desk.goOn(press, code, { told: { is: sent.is } });
  });

  const again = desk.pressed(async ({ request, reply, kept }: RecoveryPressed) => {
    // Not waited for: where there is a request to end, it takes longer.
    void desk.ask(request, () => access.end(heldIn(kept)));
    cookie.clear(reply);
    return reply.redirect(start, 303);
  });

  scope.get(code, show);
  scope.post(code, submit);
  scope.post('/recover/resend', resend);
  scope.post('/recover/again', again);
  // Whoever loads the address of a press again comes to a page that leads on.
  for (const path of ['/recover/resend', '/recover/again']) {
    scope.get(path, async (_request, reply) => reply.redirect(code, 303));
  }
}
