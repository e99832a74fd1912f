// Back from the provider's sign-in page: redeem what it gave to the browser, then find out how the person signed in. Each step is a
// request of its own, and its result is in the cookie before the next begins, so a process that dies in between costs a reload.
// Meanwhile the browser shows a page.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createSingleFlight } from '../concurrency/single-flight.ts';
import type { ConfirmedSignIn, SignInAccess } from '../flows/sign-in-access.ts';
import { createRefusalLog } from '../inbound/refusal-log.ts';
import type { SessionCookie } from '../inbound/session-cookie.ts';
import type { KeptSignIn } from './kept-sign-in.ts';
import { page } from './page-routes.ts';
import type { SignInPages } from './pages/sign-in-pages.ts';

type Unreachable = { readonly is: 'unreachable' };
type Finished = Awaited<ReturnType<SignInAccess<unknown>['finishSignIn']>> | Unreachable;
type TurnedBack = NonNullable<KeptSignIn['because']> | 'over';

export interface SignInReturnParts<SignedIn> {
  readonly paths: { readonly callback: string; readonly checking: string; readonly again: string };
  /** The name of the log event for an answer of the provider that is not looked at. */
  readonly refusedEvent: `${string}.refused`;
  readonly access: SignInAccess<SignedIn>;
  /** `signed-in`: the browser has been through it. */
  readonly cookie: Pick<SessionCookie<KeptSignIn>, 'write' | 'clear'> & {
    read(request: FastifyRequest): Promise<KeptSignIn | { readonly at: 'signed-in' } | undefined>;
  };
  readonly screens: Pick<SignInPages, 'checking' | 'unreachable' | 'signedOut' | 'over'>;
  readonly publicUrl: string;
  ask<T>(request: FastifyRequest, ask: () => Promise<T>): Promise<T | Unreachable>;
  /** For a browser that has signed in before. */
  goOn(reply: FastifyReply): FastifyReply;
  signedIn(visit: SignedInVisit<SignedIn>): Promise<FastifyReply>;
}

export interface SignedInVisit<SignedIn> {
  readonly kept: KeptSignIn;
  readonly signIn: NonNullable<KeptSignIn['signIn']>;
  readonly result: SignedIn;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What is longer does not fit into a cookie, and is nothing that a provider sends. */
const returnedCharsAtMost = 1_500;

/**
 * Why an answer of the provider was not looked at. `no-session`: this browser has begun no sign-in, or too long ago. `repeated`: it has
 * brought its answer before.
 */
type Refused = 'no-session' | 'repeated';

export function addSignInReturn<SignedIn>(scope: FastifyInstance, parts: SignInReturnParts<SignedIn>): void {
  type Confirmed = ConfirmedSignIn<SignedIn> | Unreachable;
  const { paths, access, cookie, screens, ask } = parts;
  const refusals = createRefusalLog<Refused>(scope.log, parts.refusedEvent);
  scope.addHook('onClose', async () => refusals.stop());
  /** Two of one sign-in at once, as after a double press on the provider's page, have the same result. */
  const redeemed = createSingleFlight<string, Finished>();
  const confirmed = createSingleFlight<string, Confirmed>();

  const comeBack = onTheWay(parts, refusals.note, async (kept, request, reply) => {
    if (kept.pending === undefined) {
      refusals.note('repeated');
      return reply.redirect(kept.signIn === undefined ? paths.again : paths.checking, 303);
    }
    const returned = queryOf(request);
    if (returned.length > returnedCharsAtMost) return turnBack(parts, reply, kept, 'mismatched');
    await cookie.write(reply, { ...kept, returned });
    return page(reply, 200, screens.checking(paths.checking, false));
  });

  const check = onTheWay(
    parts,
    () => undefined,
    async (kept, request, reply) => {
      if (kept.signIn !== undefined) return confirm(kept, kept.signIn, request, reply);
      if (kept.pending === undefined || kept.returned === undefined) return reply.redirect(paths.again, 303);
      return redeem(kept, kept.pending, kept.returned, request, reply);
    },
  );

  async function redeem(
    kept: KeptSignIn,
    pending: NonNullable<KeptSignIn['pending']>,
    returned: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const url = new URL(paths.callback, parts.publicUrl);
    url.search = returned;
    const finished = await redeemed(`${pending.state} ${returned}`, () =>
      ask<Finished>(request, () => access.finishSignIn(kept.flow, pending, url)),
    );
    if (finished.is !== 'returned') return turnBack(parts, reply, kept, finished.is);
    const { pending: _pending, returned: _returned, because: _because, ...rest } = kept;
    await cookie.write(reply, { ...rest, signIn: finished.signIn });
    return reply.redirect(paths.checking, 303);
  }

  async function confirm(
    kept: KeptSignIn,
    signIn: NonNullable<KeptSignIn['signIn']>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const result = await confirmed(kept.id, () =>
      ask<Confirmed>(request, () => access.confirmSignIn(kept.flow, signIn)),
    );
    switch (result.is) {
      case 'signed-in':
        return parts.signedIn({ kept, signIn, result, request, reply });
      case 'unreachable':
        return page(reply.header('retry-after', '10'), 503, screens.unreachable(paths.checking));
      case 'waiting':
        return page(reply, 200, screens.checking(paths.checking, result.isLate));
      default:
        return turnBack(parts, reply, kept, result.is);
    }
  }

  scope.get(paths.callback, comeBack);
  scope.get(paths.checking, check);
}

/** For a browser that is on its way through the sign-in. `note` hears of every other one. */
const onTheWay =
  <SignedIn>(
    { cookie, screens, goOn }: SignInReturnParts<SignedIn>,
    note: (because: Refused) => void,
    go: (kept: KeptSignIn, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ) =>
  async (request: FastifyRequest, reply: FastifyReply) => {
    // A scanner asks with HEAD. The answer of the provider is good for one look.
    if (request.method === 'HEAD') return page(reply, 200, '');
    const kept = await cookie.read(request);
    if (kept === undefined) {
      note('no-session');
      return page(reply, 401, screens.signedOut());
    }
    if (kept.at === 'signing-in') return go(kept, request, reply);
    note('repeated');
    return goOn(reply);
  };

async function turnBack<SignedIn>(
  { cookie, screens, paths }: SignInReturnParts<SignedIn>,
  reply: FastifyReply,
  kept: KeptSignIn,
  because: TurnedBack,
): Promise<FastifyReply> {
  if (because === 'over') {
    cookie.clear(reply);
    return page(reply, 410, screens.over());
  }
  const { pending, returned: _returned, signIn: _signIn, ...rest } = kept;
  // The answer to another sign-in, perhaps of another tab. The one that this browser waits for can still come.
  const isAwaited = because === 'mismatched' && pending !== undefined;
  await cookie.write(reply, { ...rest, ...(isAwaited ? { pending } : {}), because });
  return reply.redirect(paths.again, 303);
}

/** The query alone: behind a proxy the request's own host is another one than PUBLIC_URL names. */
function queryOf({ raw: { url = '' } }: FastifyRequest): string {
  const query = url.indexOf('?');
  return query === -1 ? '' : url.slice(query);
}
