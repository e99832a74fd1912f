// What an account's rule asks for beside the first code: a code from another contact, or a recovery code.
import { randomBytes } from 'node:crypto';
import type { RequestResult, Requests } from '../../bot/requests.ts';
import type { Requester } from '../../bot/take-request.ts';
import { deliveryId, type Instant } from '../../flows/ids.ts';
import type { SelfServiceAccess } from '../../flows/self-service-access.ts';
import { showPerson } from '../../flows/show.ts';
import type { Channel, Flow } from '../../flows/state.ts';
import { type ProblemAnswer, problem, type RestAnswer } from './answers.ts';
import type { RestVisit } from './before-proof.ts';
import { dueIn, type Looks } from './looks.ts';

export interface SecondProofParts {
  readonly access: Pick<SelfServiceAccess, 'proven' | 'actorOf'>;
  readonly requests: Pick<
    Requests,
    'submitCode' | 'submitRecoveryCode' | 'useRecoveryCode' | 'reconsider' | 'choose' | 'resend'
  >;
  readonly clock: { now(): Instant };
  readonly looks: Looks;
}

export type ProvenStep = (visit: RestVisit, flow: Flow) => Promise<RestAnswer>;

export interface SecondProofSteps {
  checkCode(channel: Channel, otp: string): ProvenStep;
  resend(channel: Channel): ProvenStep;
  chooseContact(contact: string): ProvenStep;
  checkRecoveryCode(recoveryCode: string): ProvenStep;
}

/** Longer than most answers of the provider take, and shorter than what clients wait for. */
export const patienceMs = 5_000;
export const unreachableMs = 10_000;

export function createSecondProof(parts: SecondProofParts): SecondProofSteps {
  const { requests, clock, looks } = parts;
  const { by, later, screenOf, ordered } = createActs(parts);
  const isAwaited = (flow: Flow, channel: Channel): boolean => {
    const screen = screenOf(flow);
    return (screen.shows === 'enter-code' || screen.shows === 'code-dead') && screen.contact.channel === channel;
  };

  /** Undefined: it was accepted, or is still being looked at. */
  function whyNotAccepted(visit: RestVisit, flow: Flow): ProblemAnswer | undefined {
    const screen = screenOf(flow);
    const nextStep = dueIn(looks.status(visit, flow));
    if (screen.shows === 'code-dead') {
      if (screen.why === 'used-up') return problem('OTP_WRONG', { attemptsLeft: 0, nextStep });
      return problem('OTP_EXPIRED', { nextStep });
    }
    if (screen.shows !== 'enter-code') return undefined;
    if (screen.after === 'wrong') return problem('OTP_WRONG', { attemptsLeft: screen.attemptsLeft, nextStep });
    const inMs = screen.checkFrom === undefined ? unreachableMs : screen.checkFrom - clock.now();
    return problem('SERVICE_UNAVAILABLE', { nextStep, inMs });
  }

  return {
    checkCode: (channel, otp) => async (visit, flow) => {
      if (!isAwaited(flow, channel)) return looks.instead(visit, flow);
      const dead = screenOf(flow).shows === 'code-dead' ? whyNotAccepted(visit, flow) : undefined;
      if (dead !== undefined) return dead;
      const result = await requests.submitCode(flow, by(visit), otp);
      if (result.is === 'unchanged' && (result.because === 'not-a-code' || result.because === 'code-too-short'))
        return problem('OTP_WRONG', { detail: 'NOT_A_CODE', nextStep: dueIn(looks.status(visit, flow)) });
      if (result.is !== 'moved') return ordered(visit, flow, result);
      const tried = await later(visit, result.flow);
      return whyNotAccepted(visit, tried) ?? looks.status(visit, tried);
    },
    resend: (channel) => async (visit, flow) =>
      isAwaited(flow, channel)
        ? ordered(visit, flow, await requests.resend(flow, by(visit)))
        : looks.instead(visit, flow),
    chooseContact: (contact) => async (visit, flow) => {
      const shown = screenOf(flow).shows;
      const isChosen = shown === 'enter-code' || shown === 'code-dead' || shown === 'enter-recovery-code';
      const open = isChosen ? flowIn(await requests.reconsider(flow, by(visit)), flow) : flow;
      const screen = screenOf(open);
      if (screen.shows !== 'choose-contact') return looks.instead(visit, open);
      if (!screen.contacts.some(({ ref }) => ref === contact))
        return problem('CONTACT_UNKNOWN', { pointer: '/contact', nextStep: 'CONTACT_REQUIRED' });
      return ordered(visit, open, await requests.choose(open, by(visit), contact));
    },
    checkRecoveryCode: (recoveryCode) => async (visit, flow) => {
      const isAsked = screenOf(flow).shows === 'enter-recovery-code';
      const open = isAsked ? flow : flowIn(await requests.useRecoveryCode(flow, by(visit)), flow);
      if (screenOf(open).shows !== 'enter-recovery-code') return looks.instead(visit, open);
      const nextStep = 'RECOVERY_CODE_REQUIRED';
      const result = await requests.submitRecoveryCode(open, by(visit), recoveryCode);
      if (result.is === 'unchanged' && result.because === 'not-a-recovery-code')
        return problem('RECOVERY_CODE_WRONG', { detail: 'NOT_A_CODE', nextStep });
      if (result.is !== 'moved') return ordered(visit, open, result);
      const tried = await later(visit, result.flow);
      const screen = screenOf(tried);
      if (screen.shows !== 'enter-recovery-code') return looks.status(visit, tried);
      if (screen.after === 'wrong') return problem('RECOVERY_CODE_WRONG', { nextStep });
      return problem('SERVICE_UNAVAILABLE', { nextStep, inMs: unreachableMs });
    },
  };
}

const flowIn = (result: RequestResult, otherwise: Flow): Flow => ('flow' in result ? result.flow : otherwise);

function createActs({ access, clock, looks }: SecondProofParts) {
  const later = async (visit: RestVisit, flow: Flow): Promise<Flow> =>
    (await access.proven(visit.session, patienceMs)) ?? flow;
  return {
    later,
    screenOf: (flow: Flow) => showPerson(flow, clock.now()),
    by: ({ session }: RestVisit): Requester => ({
      actor: access.actorOf(session),
      delivery: deliveryId(`rest ${randomBytes(16).toString('base64url')}`),
    }),
    /** What became of an order: a step, or from when on it is possible. */
    async ordered(visit: RestVisit, flow: Flow, result: RequestResult): Promise<RestAnswer> {
      if (result.is === 'moved') return looks.status(visit, await later(visit, result.flow));
      const present = await later(visit, flow);
      const again = result.is === 'unchanged' ? result.again : undefined;
      if (again === undefined) return looks.instead(visit, present);
      return problem('TOO_MANY_REQUESTS', {
        ...{ nextStep: dueIn(looks.status(visit, present)), inMs: again - clock.now() },
      });
    },
  };
}
