// A request as its client is answered: the step that is due, or how it has ended.
import type { Links } from '../../engine/links.ts';
import type { Instant } from '../../flows/ids.ts';
import type { Flow } from '../../flows/state.ts';
import type { RestAnswer } from './answers.ts';
import type { NextStep } from './api.ts';
import type { RestVisit } from './before-proof.ts';
import { insteadOf, stepOf } from './steps.ts';

export interface Looks {
  status(visit: RestVisit, flow: Flow): RestAnswer;
  /** For whoever asked for another step. */
  instead(visit: RestVisit, flow: Flow): RestAnswer;
}

export function createLooks(links: Pick<Links, 'urlOf'>, clock: { now(): Instant }): Looks {
  const look = () => ({ urlOf: links.urlOf, now: clock.now() });
  return {
    status: ({ session }, flow) => stepOf(session.id, flow, look()),
    instead: ({ session }, flow) => insteadOf(session.id, flow, look()),
  };
}

export const dueIn = (answer: RestAnswer): NextStep | undefined =>
  answer.is === 'step' ? answer.attributes.nextStep : answer.nextStep;
