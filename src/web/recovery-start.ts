// The first page: what happened, and the name. Opening it changes nothing; sending it begins a new session. Whoever comes when many do
// waits on a page that goes on by itself.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createRateLimiter } from '../concurrency/rate-limiter.ts';
import { later } from '../flows/ids.ts';
import type { GatedKind } from '../flows/policy.ts';
import { clientNetwork } from '../inbound/client-network.ts';
import { isForeign } from '../inbound/foreign-request.ts';
import { createProofOfWork } from '../inbound/proof-of-work.ts';
import { beginning } from '../text/bounded-text.ts';
import { page } from './page-routes.ts';
import type { KeptRecovery } from './recovery-cookie.ts';
import { heldIn, type RecoveryDesk, recoveryPaths, sessionUntil } from './recovery-desk.ts';

/** Longer than any name; what is longer is not put back into the field. */
const nameCharsAtMost = 320;
/** Leading zero bits: about a second of a phone, which begins while the person types. */
const workBits = 16;
/** Names from one network: enough for an office behind one address. */
const namesAtOnce = 30;
const nameEveryMs = 3_000;
/** Whoever sends a thousand forms keeps no more turns than these from the others of their network. */
const reserveWithinMs = 60_000;

type Waiting = NonNullable<KeptRecovery['waits']>;

export function addRecoveryStart(scope: FastifyInstance, desk: RecoveryDesk): void {
  const { access, screens, cookie, clock, publicUrl, readForm, formKeys } = desk;
  const work = createProofOfWork({ keys: formKeys, clock, bits: workBits });
  const networks = createRateLimiter({
    ...{ everyMs: nameEveryMs, atOnce: namesAtOnce, waitAtMostMs: 0, reserveWithinMs, now: clock.now },
  });

  // Whoever has closed the page comes back here. Whatever they typed, their browser has a session.
  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    const lastTry = (await cookie.read(request)) === undefined ? {} : { hasLastTry: true as const };
    const shown = { name: hintIn(request.query), kind: 'reset', work: work.next() } as const;
    return page(reply, 200, screens.start({ ...shown, ...lastTry }));
  };

  const begin = async (request: FastifyRequest, reply: FastifyReply) => {
    if (isForeign(request, publicUrl)) return page(reply, 403, screens.foreign());
    const read = await readForm(request);
    if (!read.ok) return page(reply, read.status, screens.unreadable());
    const { form } = read;
    const name = form.get('name') ?? '';
    const kind: GatedKind = form.get('kind') === 'unlock' ? 'unlock' : 'reset';
    if (name.trim() === '')
      return page(reply, 422, screens.start({ name: '', kind, isEmpty: true, work: work.next() }));
    const hasWorked = work.isDone(form.get('work') ?? '', form.get('worked') ?? '');
    const now = clock.now();
    const waits: Waiting = { name: beginning(name, nameCharsAtMost + 1), isSlow: !hasWorked, isIn: false, from: now };
    return enter({ ...access.begin(kind), until: sessionUntil(now), codeAt: now }, waits, request, reply);
  };

  /** Each limit is asked once; whoever has a turn at one keeps it while they wait for the next. */
  async function enter(kept: KeptRecovery, waits: Waiting, request: FastifyRequest, reply: FastifyReply) {
    if (!waits.isIn) {
      const turn = networks.take(clientNetwork(request.ip), kept.id);
      if ('comeBackInMs' in turn) return wait(kept, waits, turn.comeBackInMs, reply);
    }
    const session = heldIn(kept);
    const identified = await desk.ask(request, () =>
      access.identify(session, waits.name, waits.isSlow ? 'slow' : 'usual'),
    );
    if (identified.is === 'unreachable') return page(reply.header('retry-after', '10'), 503, screens.unreachable());
    if (identified.is === 'crowded') return wait(kept, { ...waits, isIn: true }, identified.inMs, reply);
    const now = clock.now();
    await cookie.write(reply, { ...session, until: sessionUntil(now), codeAt: now });
    return reply.redirect(recoveryPaths.code, 303);
  }

  async function wait(kept: KeptRecovery, waits: Waiting, inMs: number, reply: FastifyReply) {
    const seconds = Math.max(1, Math.ceil(inMs / 1000));
    await cookie.write(reply, { ...kept, waits: { ...waits, from: later(clock.now(), seconds) } });
    reply.headers({ 'retry-after': String(seconds), refresh: `${seconds}; url=${recoveryPaths.wait}` });
    return page(reply, 429, screens.queue(seconds, waits.isSlow));
  }

  const goOn = desk.visit(async ({ request, reply, kept: { waits, ...kept } }) => {
    if (request.method === 'HEAD') return page(reply, 200, '');
    if (waits === undefined) return reply.redirect(recoveryPaths.code, 303);
    const leftMs = waits.from - clock.now();
    return leftMs > 0 ? wait(kept, waits, leftMs, reply) : enter(kept, waits, request, reply);
  });

  scope.get(recoveryPaths.start, show);
  scope.post(recoveryPaths.start, begin);
  scope.get(recoveryPaths.wait, goOn);
}

/** Of the query, nothing else is used. */
function hintIn(query: unknown): string {
  const hint: unknown = Object(query).login_hint;
  return typeof hint === 'string' ? beginning(hint, nameCharsAtMost) : '';
}
