// The browser of somebody who changes a known password, on its way through a fresh sign-in: from the link in the chat to the provider,
// and back to the page for a new password.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../flows/ports.ts';
import type { BegunSignIn, ChangeAccess } from '../flows/sign-in-access.ts';
import { createSealer } from '../inbound/sealed-cookie.ts';
import { createSessionCookie, freshSession, type SessionCookie } from '../inbound/session-cookie.ts';
import { mayLeadToSignIn } from './headers.ts';
import { type KeptSignIn, keptSignIn } from './kept-sign-in.ts';
import type { LinkAccess } from './link-access.ts';
import type { createLinkAnswers } from './link-answers.ts';
import { orUnreachable, page } from './page-routes.ts';
import type { Pages } from './pages/pages.ts';
import { addSignInReturn } from './sign-in-return.ts';

export interface ChangeOptions {
  readonly access: ChangeAccess;
  readonly clock: Clock;
  /** 32 bytes each, derived for this cookie alone: the first seals, all open. */
  readonly cookieKeys: readonly Uint8Array[];
}

const paths = { callback: '/change/callback', checking: '/change/checking', again: '/change/again' } as const;

export const createChangeCookie = ({ cookieKeys, clock }: ChangeOptions, publicUrl: string) =>
  createSessionCookie<KeptSignIn>({
    ...{ name: 'latchkey_change', path: '/change', schema: keptSignIn, clock },
    sealer: createSealer(cookieKeys, clock),
    isSecure: publicUrl.startsWith('https:'),
  });

export const keepChange =
  (cookie: SessionCookie<KeptSignIn>, { clock }: ChangeOptions) =>
  (reply: FastifyReply, token: string, { flow, pending }: BegunSignIn): Promise<void> =>
    cookie.write(reply, { at: 'signing-in', ...freshSession(clock.now()), flow, token, pending });

export function addChangeReturn(
  scope: FastifyInstance,
  { access }: ChangeOptions,
  parts: {
    readonly cookie: SessionCookie<KeptSignIn>;
    readonly links: LinkAccess;
    readonly pages: Pages;
    readonly publicUrl: string;
    readonly answer: ReturnType<typeof createLinkAnswers>;
  },
): void {
  const { cookie, links, pages, publicUrl, answer } = parts;
  const ask = <T>(request: FastifyRequest, work: () => Promise<T>) =>
    orUnreachable(request, work, 'a sign-in to change a password could not go on');
  addSignInReturn(scope, {
    ...{ paths, refusedEvent: 'change.callback.refused', access, cookie, screens: pages.change, publicUrl, ask },
    goOn: (reply) => reply.redirect(paths.again, 303),
    async signedIn({ result: { token, isFirst }, request, reply }) {
      const link = `/go/${token}`;
      // Once by itself: the press came before the sign-in. Whoever comes back to this address presses the button.
      if (!isFirst) return reply.redirect(link, 303);
      const opened = await ask(request, () => links.open(token, () => !reply.raw.destroyed));
      return answer({ request, reply, token, again: link }, opened);
    },
  });

  /** Why the sign-in came to nothing. Its own address, so that the provider's answer does not stay in the browser's. */
  scope.get(paths.again, async (request, reply) => {
    const kept = await cookie.read(request);
    if (kept === undefined) return page(reply, 401, pages.change.signedOut());
    const again = `/go/${kept.token}`;
    return page(mayLeadToSignIn(reply), 200, pages.change.turnedBack(kept.because ?? 'unfinished', {}, again));
  });
}
