// The steps until a code was accepted. Every answer comes from the session, so it is the same whoever was named.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HeldSession, SelfServiceAccess, TypedCodeAnswer } from '../../flows/self-service-access.ts';
import type { Channel } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { notAuthorized, problem, type RestAnswer } from './answers.ts';
import type { RestSessions } from './session.ts';
import { codeStep } from './steps.ts';

/** A request of a client that holds a session. */
export interface RestVisit {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly session: HeldSession;
}

export interface BeforeProofParts {
  readonly access: SelfServiceAccess;
  readonly sessions: RestSessions;
  /** Where codes are sent to. */
  readonly proof: Channel;
  /** How long a client may hold its session, without a proof and with one. */
  readonly seconds: { readonly before: number; readonly after: number };
}

export interface BeforeProof {
  identify(visit: RestVisit, username: string): Promise<RestAnswer>;
  /** The session with the code's claim, where it was accepted. */
  check(visit: RestVisit, otp: string): Promise<RestAnswer | { readonly is: 'proven'; readonly session: HeldSession }>;
  resend(visit: RestVisit): Promise<RestAnswer>;
}

const busyMs = 1_000;

export function createBeforeProof({ access, sessions, proof, seconds }: BeforeProofParts): BeforeProof {
  const nextStep = codeStep(proof);
  const asked = ({ id }: HeldSession): RestAnswer => ({ is: 'step', session: id, attributes: { nextStep } });

  async function notAccepted(
    { reply, session }: RestVisit,
    said: Exclude<TypedCodeAnswer, { is: 'accepted' }>,
  ): Promise<RestAnswer> {
    switch (said.is) {
      case 'wrong': {
        const { claim, left: attemptsLeft } = said;
        if (attemptsLeft === 0) {
          sessions.forget(reply);
          return problem('AUTHENTICATION_FAILED');
        }
        await sessions.keep(reply, { ...session, claim }, seconds.before);
        return problem('OTP_WRONG', { attemptsLeft, nextStep });
      }
      case 'not-a-code':
        return problem('OTP_WRONG', { detail: 'NOT_A_CODE', nextStep });
      case 'expired':
        return problem('OTP_EXPIRED', { nextStep });
      case 'busy':
        return problem('BUSY', { nextStep, inMs: busyMs });
      case 'ended':
        return notAuthorized();
      default:
        return unreachable(said);
    }
  }

  return {
    async identify({ reply, session }, username) {
      const identified = await access.identify(session, username, 'program');
      if (identified.is === 'crowded')
        return problem('TOO_MANY_REQUESTS', { nextStep: 'USERNAME_REQUIRED', inMs: identified.inMs });
      if (identified.is === 'used') return notAuthorized(nextStep);
      await sessions.keep(reply, session, seconds.before);
      return asked(session);
    },
    async check(visit, otp) {
      const said = await access.check(visit.session, otp);
      if (said.is !== 'accepted') return notAccepted(visit, said);
      const session = { ...visit.session, claim: said.claim };
      await sessions.keep(visit.reply, session, seconds.after);
      return { is: 'proven', session };
    },
    async resend({ session }) {
      const resent = await access.resend(session);
      if (resent.is === 'too-soon') return problem('TOO_MANY_REQUESTS', { nextStep, inMs: resent.inMs });
      return resent.is === 'ended' ? notAuthorized() : asked(session);
    },
  };
}
