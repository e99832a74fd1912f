// What the routes of enrolment share: who is signed in in this browser, and whether a form comes from a page of that session.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EnrolmentAccess, EnrolmentSession, EnrolmentTrouble, EnrolmentView } from '../flows/enrolment-access.ts';
import type { Clock } from '../flows/ports.ts';
import { isForeign } from '../inbound/foreign-request.ts';
import { createSealer } from '../inbound/sealed-cookie.ts';
import {
  createEnrolmentCookie,
  type EnrolmentCookie,
  type Kept,
  type SignedIn,
  type Told,
} from './enrolment-cookie.ts';
import { mayLeadToSignIn } from './headers.ts';
import { orUnreachable, page } from './page-routes.ts';
import type { HiddenFields } from './pages/form-parts.ts';
import type { Pages } from './pages/pages.ts';
import type { Shown } from './pages/shown.ts';
import { createFormReader } from './short-form.ts';

export interface EnrolmentOptions {
  readonly access: EnrolmentAccess;
  readonly pages: Pages;
  readonly publicUrl: string;
  readonly clock: Clock;
  /** 32 bytes each, derived for this cookie alone: the first seals, all open. */
  readonly cookieKeys: readonly Uint8Array[];
  /** Signs the tokens in forms. */
  readonly formKeys: {
    sign(purpose: string, text: string): string;
    verify(purpose: string, text: string, mac: string): boolean;
  };
  /** Whether *Recovery codes* are offered at all. */
  readonly offersRecoveryCodes: boolean;
  readonly visitsPerMinute?: number;
}

export type Visitor = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export interface Visit {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly session: SignedIn;
}
export type FormPress = Visit & { readonly form: URLSearchParams };

export interface EnrolmentDesk extends EnrolmentOptions {
  readonly cookie: EnrolmentCookie;
  /** Hidden fields for every form of this session's pages. */
  fieldsFor(kept: Kept): HiddenFields;
  /** For a press: not from another site, and from a page of the session that the cookie names. */
  pressed(
    handle: (kept: Kept, form: URLSearchParams, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ): Visitor;
  /** The same, where somebody has signed in. */
  signedInPress(handle: (press: FormPress) => Promise<FastifyReply>): Visitor;
  /** A page for somebody who has signed in. */
  signedInVisit(handle: (visit: Visit) => Promise<FastifyReply>): Visitor;
  /** Asks `access`. An error of it is told as `unreachable`. */
  ask<T>(request: FastifyRequest, ask: () => Promise<T>): Promise<T | { readonly is: 'unreachable' }>;
  /** What the request shows now. Undefined: there is nothing to show, and the answer has been sent. `way`: of the page that asks. */
  seen(visit: Visit, way: string): Promise<EnrolmentView | undefined>;
  shown(visit: Visit, view: EnrolmentView): Shown;
  /** To the next page, which tells what came of the press. */
  goOn(visit: Visit, way: string, change?: SessionChange): Promise<FastifyReply>;
}

/** What a press leaves in the cookie. Whatever is not named is forgotten, but for the address. */
export type SessionChange = Partial<Pick<SignedIn, 'address' | 'told' | 'asked' | 'codesOf'>>;

/** For what is under way. A page that shows nothing new yet is loaded again. */
const patienceMs = 4_000;
const formPurpose = 'enrolment-form';

export function createEnrolmentDesk(options: EnrolmentOptions): EnrolmentDesk {
  const { access, pages, publicUrl, clock, formKeys, offersRecoveryCodes } = options;
  const screens = pages.enrolment;
  const sealer = createSealer(options.cookieKeys, clock);
  const cookie = createEnrolmentCookie(sealer, clock, publicUrl.startsWith('https:'));
  const readForm = createFormReader();
  const marked = ({ id, flow }: Kept): string => `${id}.${flow}`;

  const desk: EnrolmentDesk = {
    ...options,
    cookie,
    fieldsFor: (kept) => ({ form: formKeys.sign(formPurpose, marked(kept)) }),
    pressed: (handle) => async (request, reply) => {
      if (isForeign(request, publicUrl)) return page(reply, 403, pages.foreign());
      const read = await readForm(request);
      if (!read.ok) return page(reply, read.status, screens.unreadable());
      const { form } = read;
      const kept = await cookie.read(request);
      if (kept === undefined) return page(reply, 401, screens.signedOut());
      const isOurs = formKeys.verify(formPurpose, marked(kept), form.get('form') ?? '');
      return isOurs ? handle(kept, form, request, reply) : page(reply, 409, screens.stale());
    },
    signedInPress: (handle) =>
      desk.pressed(async (kept, form, request, reply) =>
        kept.at === 'signed-in' ? handle({ request, reply, form, session: kept }) : notSignedIn(reply, kept),
      ),
    signedInVisit: (handle) => async (request, reply) => {
      const session = await cookie.read(request);
      return session?.at === 'signed-in' ? handle({ request, reply, session }) : notSignedIn(reply, session);
    },
    ask: (request, ask) => orUnreachable(request, ask, 'an enrolment could not go on'),
    async seen(visit, way) {
      const { request, reply, session } = visit;
      const patience = request.method === 'HEAD' ? 0 : patienceMs;
      const view = await desk.ask(request, () => access.view(sessionOf(session), patience));
      if (view.is === 'view' && !view.isBusy) return view;
      // A reply is a promise of its own end: to return it from here would wait for that.
      if (view.is === 'view') page(reply, 200, screens.busy(way));
      else tellTrouble(visit, view, way, desk);
      return undefined;
    },
    shown: ({ session }, view) => ({
      view,
      now: clock.now(),
      fields: desk.fieldsFor(session),
      offersRecoveryCodes,
      ...(session.told === undefined ? {} : { told: session.told }),
    }),
    async goOn({ reply, session }, way, change = {}) {
      const { told: _told, asked: _asked, ...kept } = session;
      await cookie.write(reply, { ...kept, ...change });
      return reply.redirect(way, 303);
    },
  };

  /** Whoever has begun to sign in can go on at once. */
  const notSignedIn = (reply: FastifyReply, kept: Kept | undefined): FastifyReply =>
    kept?.at === 'signing-in'
      ? page(mayLeadToSignIn(reply), 401, screens.turnedBack(kept.because ?? 'unfinished', desk.fieldsFor(kept)))
      : page(reply, 401, screens.signedOut());

  return desk;
}

function tellTrouble(
  { reply }: Visit,
  trouble: EnrolmentTrouble,
  way: string,
  { cookie, pages, clock }: EnrolmentDesk,
): FastifyReply {
  const screens = pages.enrolment;
  switch (trouble.is) {
    case 'over':
      cookie.clear(reply);
      return page(reply, 410, screens.over());
    case 'refused':
      return page(reply, 409, screens.refused());
    case 'limited': {
      const now = clock.now();
      const seconds = Math.max(1, Math.ceil((trouble.again - now) / 1000));
      return page(reply.header('retry-after', String(seconds)), 503, screens.limited(trouble.again, now, way));
    }
    default:
      return page(reply.header('retry-after', '10'), 503, screens.unreachable(way));
  }
}

export const sessionOf = ({ flow, account }: SignedIn): EnrolmentSession => ({ flow, account });

/** What the next page says. `over` needs no word: the next page finds it by itself. */
export function toldOf(
  trouble: EnrolmentTrouble,
  kept: { channel?: 'email' | 'sms'; typed?: string } = {},
): { told?: Told } {
  switch (trouble.is) {
    case 'over':
      return {};
    case 'limited':
      return { told: { is: 'limited', again: trouble.again, ...kept } };
    default:
      return { told: { is: trouble.is, ...kept } };
  }
}
