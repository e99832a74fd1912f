// Which step each route takes, and of whom: each is taken by a session that stands there, or says what is due instead.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { GatedKind } from '../../flows/policy.ts';
import type { HeldSession, SelfServiceAccess, SessionStanding } from '../../flows/self-service-access.ts';
import type { Channel } from '../../flows/state.ts';
import { notAuthorized, type RestAnswer } from './answers.ts';
import { bodies, type NextStep } from './api.ts';
import { type BeforeProof, createBeforeProof, type RestVisit } from './before-proof.ts';
import { createJsonReader } from './bodies.ts';
import { createLooks, type Looks } from './looks.ts';
import { createSetPassword, type NewPasswordParts } from './new-password.ts';
import {
  createSecondProof,
  type ProvenStep,
  patienceMs,
  type SecondProofParts,
  type SecondProofSteps,
} from './second-proof.ts';
import { createRestSessions, type RestSessions, type RestSessionsParts } from './session.ts';
import { codeStep } from './steps.ts';

export interface RoutesParts
  extends Omit<NewPasswordParts, 'access' | 'looks'>,
    Omit<SecondProofParts, 'access' | 'looks'>,
    RestSessionsParts {
  readonly access: SelfServiceAccess;
  /** Where the first code is sent to. */
  readonly proof: Channel;
  /** How long a client may hold its session, without a proof and with one. */
  readonly seconds: { readonly before: number; readonly after: number };
}

type Handle = (request: FastifyRequest, reply: FastifyReply) => Promise<RestAnswer>;

export interface RestRoute {
  readonly method: 'GET' | 'POST';
  /** Without `/rest`. */
  readonly path: string;
  readonly handle: Handle;
  /** It takes a name, so it is limited more. */
  readonly isName?: true;
}

const statusPatienceMs = 2_000;

export function createRoutes(parts: RoutesParts): readonly RestRoute[] {
  const { access, proof } = parts;
  const sessions = createRestSessions(parts);
  const before = createBeforeProof({ ...parts, sessions });
  const looks = createLooks(parts.links, parts.clock);
  const second = createSecondProof({ ...parts, looks });
  const setPassword = createSetPassword({ ...parts, looks });
  const { asked, taken } = createTaking(sessions, access);
  const { instead, proven } = createOrder(parts, looks);
  const { check, resend } = createCodeSteps({ ...parts, looks }, before, second);
  const post = (path: string, handle: Handle): RestRoute => ({
    ...{ method: 'POST', path: `/public/self-service${path}`, handle },
  });
  const identify = taken(bodies.identify, (visit, standing, { username }) =>
    standing === 'new' ? before.identify(visit, username) : instead(visit, standing),
  );
  const status = asked(async (visit, standing) => {
    if (standing === 'over') return notAuthorized();
    if (standing !== 'proven')
      return stepAnswer(visit.session, standing === 'new' ? 'USERNAME_REQUIRED' : codeStep(proof));
    const flow = await access.proven(visit.session, statusPatienceMs);
    return flow === undefined ? notAuthorized() : looks.status(visit, flow);
  });
  return [
    post('/flows/password-reset/select', createSelect('reset', parts, sessions)),
    post('/flows/account-unlock/select', createSelect('unlock', parts, sessions)),
    { ...post('/username/identify', identify), isName: true },
    post('/verification/email/otp/check', taken(bodies.code, check('email'))),
    post('/verification/sms/otp/check', taken(bodies.code, check('sms'))),
    post('/verification/email/otp/resend', asked(resend('email'))),
    post('/verification/sms/otp/resend', asked(resend('sms'))),
    post(
      '/verification/contact/select',
      taken(bodies.contact, (visit, standing, { contact }) => proven(visit, standing, second.chooseContact(contact))),
    ),
    post(
      '/verification/recovery-code/check',
      taken(bodies.recoveryCode, (visit, standing, sent) =>
        proven(visit, standing, second.checkRecoveryCode(sent.recoveryCode)),
      ),
    ),
    post(
      '/password/set',
      taken(bodies.password, (visit, standing, { newPassword }) => proven(visit, standing, setPassword(newPassword))),
    ),
    { ...post('/status', status), method: 'GET' },
  ];
}

const stepAnswer = ({ id }: HeldSession, nextStep: NextStep): RestAnswer => ({
  ...{ is: 'step', session: id },
  attributes: { nextStep },
});

/** Always a new session, whoever holds an older one. */
function createSelect(kind: GatedKind, { access, seconds }: RoutesParts, sessions: RestSessions): Handle {
  const json = createJsonReader();
  return async (request, reply) => {
    const read = await json.readNothing(request);
    if (!read.ok) return read.answer;
    const session = access.begin(kind);
    await sessions.keep(reply, session, seconds.before);
    return stepAnswer(session, 'USERNAME_REQUIRED');
  };
}

type StandingStep = (visit: RestVisit, standing: SessionStanding) => Promise<RestAnswer>;

/** `asked`: a step that sends nothing. `taken`: one that does. */
function createTaking(sessions: RestSessions, access: Pick<SelfServiceAccess, 'standing'>) {
  const json = createJsonReader();
  const go = async (request: FastifyRequest, reply: FastifyReply, step: StandingStep): Promise<RestAnswer> => {
    const session = await sessions.read(request);
    return session === undefined ? notAuthorized() : step({ request, reply, session }, await access.standing(session));
  };
  return {
    asked:
      (step: StandingStep): Handle =>
      async (request, reply) => {
        const read = await json.readNothing(request);
        return read.ok ? go(request, reply, step) : read.answer;
      },
    taken:
      <T>(
        schema: z.ZodType<T>,
        step: (visit: RestVisit, standing: SessionStanding, sent: T) => Promise<RestAnswer>,
      ): Handle =>
      async (request, reply) => {
        const read = await json.read(request, schema);
        return read.ok ? go(request, reply, (visit, standing) => step(visit, standing, read.value)) : read.answer;
      },
  };
}

/** `instead`: for a step that is not due. `proven`: a step after the proof. */
function createOrder({ access, proof }: Pick<RoutesParts, 'access' | 'proof'>, looks: Looks) {
  const instead: StandingStep = async (visit, standing) => {
    if (standing === 'over') return notAuthorized();
    if (standing !== 'proven') return notAuthorized(standing === 'new' ? 'USERNAME_REQUIRED' : codeStep(proof));
    const flow = await access.proven(visit.session, 0);
    return flow === undefined ? notAuthorized() : looks.instead(visit, flow);
  };
  return {
    instead,
    async proven(visit: RestVisit, standing: SessionStanding, step: ProvenStep): Promise<RestAnswer> {
      const flow = standing === 'proven' ? await access.proven(visit.session, 0) : undefined;
      return flow === undefined ? instead(visit, standing) : step(visit, flow);
    },
  };
}

/** The same routes take the code of the first proof and of a second one. */
function createCodeSteps(
  parts: RoutesParts & { readonly looks: Looks },
  before: BeforeProof,
  second: SecondProofSteps,
) {
  const { access, proof, looks } = parts;
  const { proven } = createOrder(parts, looks);
  return {
    check:
      (channel: Channel) =>
      async (visit: RestVisit, standing: SessionStanding, { otp }: { readonly otp: string }): Promise<RestAnswer> => {
        if (standing !== 'asked' || channel !== proof) return proven(visit, standing, second.checkCode(channel, otp));
        const checked = await before.check(visit, otp);
        if (checked.is !== 'proven') return checked;
        const flow = await access.proven(checked.session, patienceMs);
        return flow === undefined ? notAuthorized() : looks.status({ ...visit, session: checked.session }, flow);
      },
    resend:
      (channel: Channel): StandingStep =>
      (visit, standing) =>
        standing === 'asked' && channel === proof
          ? before.resend(visit)
          : proven(visit, standing, second.resend(channel)),
  };
}
