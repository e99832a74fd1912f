// How long a stop and each of its steps may take, in milliseconds. The one place for it: a limit inside must end before the one around
// it, or nothing is left to close the database and to say what was not finished.

import { createDeadline, type Deadline } from './deadline.ts';

/** A stop in all. Container engines kill after ten seconds, others later. */
export const stopWithinMs = 8_000;
/**
 * For how long the process still serves everybody after it has said at `/readyz` that it leaves: until a load balancer that looks every
 * second sends no more requests here. Others are told before the signal, as Kubernetes is by `preStop`.
 */
export const leavingMs = 2_000;
/** To close the database, and to say what is left. */
const closingMs = 500;

/** From then on: answers, and the work that goes on after an answer. As long as all of it together takes, not each. */
export const finishedWithinMs = stopWithinMs - leavingMs - closingMs;
/** A sender may take longer over a body, and Auth0 over an answer, than a stop may: then the connection is closed. */
export const answeredWithinMs = finishedWithinMs - 1_000;
/** Orders are begun only for so long: longer than most answers take. Slack and Teams wait for three and five seconds. */
export const orderedWithinMs = answeredWithinMs - 2_000;

/** The end of what is finished, counted from now. */
export const untilFinished = (): Deadline => createDeadline({ answerMs: finishedWithinMs });
