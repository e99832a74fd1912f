// The first page: what happened, and the name. Opening it changes nothing; sending it begins a new session.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GatedKind } from '../flows/policy.ts';
import { isForeign } from '../inbound/foreign-request.ts';
import { beginning } from '../text/bounded-text.ts';
import { page } from './page-routes.ts';
import { type RecoveryDesk, recoveryPaths, sessionUntil } from './recovery-desk.ts';

/** Longer than any name; what is longer is not put back into the field. */
const nameCharsAtMost = 320;

export function addRecoveryStart(scope: FastifyInstance, desk: RecoveryDesk): void {
  const { access, screens, cookie, clock, publicUrl, readForm } = desk;

  const show = async ({ query }: FastifyRequest, reply: FastifyReply) =>
    page(reply, 200, screens.start({ name: hintIn(query), kind: 'reset' }));

  const begin = async (request: FastifyRequest, reply: FastifyReply) => {
    if (isForeign(request, publicUrl)) return page(reply, 403, screens.foreign());
    const read = await readForm(request);
    if (!read.ok) return page(reply, read.status, screens.unreadable());
    const name = read.form.get('name') ?? '';
    const kind: GatedKind = read.form.get('kind') === 'unlock' ? 'unlock' : 'reset';
    if (name.trim() === '') return page(reply, 422, screens.start({ name: '', kind, isEmpty: true }));
    const session = access.begin(kind);
    const identified = await desk.ask(request, () => access.identify(session, name));
    if (identified.is === 'unreachable') return page(reply.header('retry-after', '10'), 503, screens.unreachable());
    if (identified.is === 'crowded') {
      const seconds = Math.max(1, Math.ceil(identified.inMs / 1000));
      return page(reply.header('retry-after', String(seconds)), 429, screens.crowded(seconds));
    }
    const now = clock.now();
    await cookie.write(reply, { ...session, until: sessionUntil(now), codeAt: now });
    return reply.redirect(recoveryPaths.code, 303);
  };

  scope.get(recoveryPaths.start, show);
  scope.post(recoveryPaths.start, begin);
}

/** Of the query, nothing else is used. */
function hintIn(query: unknown): string {
  const hint: unknown = Object(query).login_hint;
  return typeof hint === 'string' ? beginning(hint, nameCharsAtMost) : '';
}
