// Back from the provider's sign-in page: redeem what it gave to the browser, then find out how the person signed in. Each step is a
// request of its own, and its result is in the cookie before the next begins, so a process that dies in between costs a reload.
// Meanwhile the browser shows a page. Whoever has signed in gets a new session.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createSingleFlight } from '../concurrency/single-flight.ts';
import type { EnrolmentAccess } from '../flows/enrolment-access.ts';
import { createRefusalLog } from '../inbound/refusal-log.ts';
import { freshSession, type Kept } from './enrolment-cookie.ts';
import type { EnrolmentDesk } from './enrolment-desk.ts';
import { page } from './page-routes.ts';
import { contactsPart } from './pages/contacts-page.ts';
import { fieldOf } from './pages/session-notice.ts';

type Unreachable = { readonly is: 'unreachable' };
type Finished = Awaited<ReturnType<EnrolmentAccess['finishSignIn']>> | Unreachable;
type Confirmed = Awaited<ReturnType<EnrolmentAccess['confirmSignIn']>> | Unreachable;
type SigningIn = Extract<Kept, { at: 'signing-in' }>;
type TurnedBack = NonNullable<SigningIn['because']> | 'over';

const checkingPath = '/enrol/checking';
/** What is longer does not fit into a cookie, and is nothing that a provider sends. */
const returnedCharsAtMost = 1_500;

/**
 * Why an answer of the provider was not looked at. `no-session`: this browser has begun no sign-in, or too long ago. `repeated`: it has
 * brought its answer before.
 */
type Refused = 'no-session' | 'repeated';

export function addReturn(scope: FastifyInstance, desk: EnrolmentDesk): void {
  const { access, pages, publicUrl, cookie } = desk;
  const screens = pages.enrolment;
  const refusals = createRefusalLog<Refused>(scope.log, 'enrolment.callback.refused');
  scope.addHook('onClose', async () => refusals.stop());
  /** Two of one sign-in at once, as after a double press on the provider's page, have the same result. */
  const redeemed = createSingleFlight<string, Finished>();
  const confirmed = createSingleFlight<string, Confirmed>();

  const comeBack = onTheWay(desk, refusals.note, async (kept, request, reply) => {
    if (kept.pending === undefined) {
      refusals.note('repeated');
      return reply.redirect(kept.signIn === undefined ? againPath : checkingPath, 303);
    }
    const returned = queryOf(request);
    if (returned.length > returnedCharsAtMost) return turnBack(desk, reply, kept, 'mismatched');
    await cookie.write(reply, { ...kept, returned });
    return page(reply, 200, screens.checking(checkingPath, false));
  });

  const check = onTheWay(
    desk,
    () => undefined,
    async (kept, request, reply) => {
      if (kept.signIn !== undefined) return confirm(kept, kept.signIn, request, reply);
      if (kept.pending === undefined || kept.returned === undefined) return reply.redirect(againPath, 303);
      return redeem(kept, kept.pending, kept.returned, request, reply);
    },
  );

  async function redeem(
    kept: SigningIn,
    pending: NonNullable<SigningIn['pending']>,
    returned: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const url = new URL('/enrol/callback', publicUrl);
    url.search = returned;
    const finished = await redeemed(`${pending.state} ${returned}`, () =>
      desk.ask<Finished>(request, () => access.finishSignIn(kept.flow, pending, url)),
    );
    if (finished.is !== 'returned') return turnBack(desk, reply, kept, finished.is);
    const { pending: _pending, returned: _returned, because: _because, ...rest } = kept;
    await cookie.write(reply, { ...rest, signIn: finished.signIn });
    return reply.redirect(checkingPath, 303);
  }

  async function confirm(
    kept: SigningIn,
    signIn: NonNullable<SigningIn['signIn']>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const result = await confirmed(kept.id, () =>
      desk.ask<Confirmed>(request, () => access.confirmSignIn(kept.flow, signIn)),
    );
    switch (result.is) {
      case 'signed-in':
        // It is as old as the sign-in, however long this took.
        await cookie.write(reply, { at: 'signed-in', ...freshSession(signIn.returnedAt), ...result.session });
        return reply.redirect(`/enrol/contacts${kept.wish === undefined ? '' : `#${partOf[kept.wish]}`}`, 303);
      case 'unreachable':
        return page(reply.header('retry-after', '10'), 503, screens.unreachable(checkingPath));
      case 'waiting':
        return page(reply, 200, screens.checking(checkingPath, result.isLate));
      default:
        return turnBack(desk, reply, kept, result.is);
    }
  }

  scope.get('/enrol/callback', comeBack);
  scope.get(checkingPath, check);
}

/** For a browser that is on its way through the sign-in. `note` hears of every other one. */
const onTheWay =
  (
    { cookie, pages }: EnrolmentDesk,
    note: (because: Refused) => void,
    go: (kept: SigningIn, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ) =>
  async (request: FastifyRequest, reply: FastifyReply) => {
    // A scanner asks with HEAD. The answer of the provider is good for one look.
    if (request.method === 'HEAD') return page(reply, 200, '');
    const kept = await cookie.read(request);
    if (kept === undefined) {
      note('no-session');
      return page(reply, 401, pages.enrolment.signedOut());
    }
    if (kept.at === 'signing-in') return go(kept, request, reply);
    note('repeated');
    return reply.redirect('/enrol/contacts', 303);
  };

async function turnBack(
  { cookie, pages }: EnrolmentDesk,
  reply: FastifyReply,
  kept: SigningIn,
  because: TurnedBack,
): Promise<FastifyReply> {
  if (because === 'over') {
    cookie.clear(reply);
    return page(reply, 410, pages.enrolment.over());
  }
  const { pending, returned: _returned, signIn: _signIn, ...rest } = kept;
  // The answer to another sign-in, perhaps of another tab. The one that this browser waits for can still come.
  const isAwaited = because === 'mismatched' && pending !== undefined;
  await cookie.write(reply, { ...rest, ...(isAwaited ? { pending } : {}), because });
  return reply.redirect(againPath, 303);
}

const againPath = '/enrol/again';
/** Where the page opens. At a field, the browser puts the cursor into it, and unfolds the part in which it is. */
const partOf = { email: fieldOf.email, phone: fieldOf.sms, remove: contactsPart } as const;

/** The query alone: behind a proxy the request's own host is another one than PUBLIC_URL names. */
function queryOf({ raw: { url = '' } }: FastifyRequest): string {
  const query = url.indexOf('?');
  return query === -1 ? '' : url.slice(query);
}
