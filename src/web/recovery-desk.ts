// What the routes under /recover share: the browser's session, and whether a form comes from a page of it.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Channel } from '../flows/contact.ts';
import { type Instant, later } from '../flows/ids.ts';
import type { RecoveryAccess } from '../flows/recovery-access.ts';
import type { HeldSession } from '../flows/self-service-access.ts';
import type { Flow } from '../flows/state.ts';
import { isForeign } from '../inbound/foreign-request.ts';
import type { SessionCookie } from '../inbound/session-cookie.ts';
import type { RecoveryView } from '../text/recovery-view.ts';
import { orUnreachable, page } from './page-routes.ts';
import type { HiddenFields } from './pages/form-parts.ts';
import type { Pages } from './pages/pages.ts';
import type { RecoveryPages } from './pages/recovery-pages.ts';
import { createRecoveryCookie, type KeptRecovery } from './recovery-cookie.ts';
import { createFormReader } from './short-form.ts';

export interface RecoveryOptions {
  readonly access: RecoveryAccess;
  /** What a page shows of a request after its first proof. */
  readonly viewOf: (flow: Flow) => RecoveryView;
  readonly pages: Pages;
  readonly publicUrl: string;
  readonly clock: { now(): Instant };
  readonly cookieKeys: readonly Uint8Array[];
  /** Signs the tokens in forms. */
  readonly formKeys: {
    sign(purpose: string, text: string): string;
    verify(purpose: string, text: string, mac: string): boolean;
  };
  /** Where codes go to. */
  readonly proof: Channel;
  /** From when on another code may be asked for. */
  readonly resendSeconds: number;
  /** How people reach the helpdesk without this. */
  readonly contact?: string;
  readonly visitsPerMinute?: number;
}

export interface RecoveryVisit {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly kept: KeptRecovery;
}
export type RecoveryPressed = RecoveryVisit & { readonly form: URLSearchParams };
type Visitor = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export interface RecoveryDesk extends RecoveryOptions {
  readonly screens: RecoveryPages;
  readonly cookie: SessionCookie<KeptRecovery>;
  readonly readForm: ReturnType<typeof createFormReader>;
  /** Hidden fields for every form of this session's pages. */
  fieldsFor(kept: KeptRecovery): HiddenFields;
  visit(handle: (visit: RecoveryVisit) => Promise<FastifyReply>): Visitor;
  /** For a press: not from another site, and from a page of the session that the cookie names. */
  pressed(handle: (press: RecoveryPressed) => Promise<FastifyReply>): Visitor;
  /** Asks `access`. An error of it is told as `unreachable`. */
  ask<T>(request: FastifyRequest, ask: () => Promise<T>): Promise<T | { readonly is: 'unreachable' }>;
  /** To the next page, which tells what came of the press. Whatever is not named is forgotten. */
  goOn(
    visit: RecoveryVisit,
    way: string,
    change?: Partial<Pick<KeptRecovery, 'claim' | 'codeAt' | 'told' | 'until'>>,
  ): Promise<FastifyReply>;
}

export const recoveryPaths = {
  start: '/recover',
  wait: '/recover/wait',
  code: '/recover/code',
  next: '/recover/next',
} as const;

const formPurpose = 'recovery-form';
const sessionSeconds = 15 * 60;
export const sessionUntil = (now: Instant): Instant => later(now, sessionSeconds);

export function createRecoveryDesk(options: RecoveryOptions): RecoveryDesk {
  const { pages, publicUrl, formKeys } = options;
  const screens = pages.recovery;
  const cookie = createRecoveryCookie(options);
  const readForm = createFormReader();
  const desk: RecoveryDesk = {
    ...{ ...options, screens, cookie, readForm },
    fieldsFor: ({ id }) => ({ form: formKeys.sign(formPurpose, id) }),
    visit: (handle) => async (request, reply) => {
      const kept = await cookie.read(request);
      return kept === undefined ? page(reply, 401, screens.signedOut()) : handle({ request, reply, kept });
    },
    pressed: (handle) => async (request, reply) => {
      if (isForeign(request, publicUrl)) return page(reply, 403, screens.foreign());
      const read = await readForm(request);
      if (!read.ok) return page(reply, read.status, screens.unreadable());
      const kept = await cookie.read(request);
      if (kept === undefined) return page(reply, 401, screens.signedOut());
      const isOurs = formKeys.verify(formPurpose, kept.id, read.form.get('form') ?? '');
      return isOurs ? handle({ request, reply, kept, form: read.form }) : page(reply, 409, screens.stale());
    },
    ask: (request, ask) => orUnreachable(request, ask, 'a try to get in by a typed name could not go on'),
    async goOn({ reply, kept }, way, change = {}) {
      const { told: _, ...rest } = kept;
      await cookie.write(reply, { ...rest, ...change });
      return reply.redirect(way, 303);
    },
  };
  return desk;
}

export const heldIn = ({ id, kind, claim }: KeptRecovery): HeldSession => ({
  ...{ id, kind },
  ...(claim === undefined ? {} : { claim }),
});
