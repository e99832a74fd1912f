// Whether the person of a request still works here, asked of their platform right before the act: between the proof and an
// approval lie minutes in which somebody may have been sent away.

import { withTimeout } from '../concurrency/timeout.ts';
import type { ActorId } from '../flows/ids.ts';
import { failed, type Outcome, success } from '../flows/outcome.ts';
import type { People } from '../flows/ports.ts';
import type { RefusedPerson } from '../flows/state.ts';

/** Of the time that one effect's calls have together. */
const patienceMs = 8_000;

/** The reason why not; undefined: an employee. Whom the platform does not know any more has left. */
export async function refusalOf(actor: ActorId, people: People): Promise<Outcome<RefusedPerson | undefined>> {
  const asked = await withTimeout(people.lookUp(actor), patienceMs);
  if (asked === undefined) return unreachable('people-too-slow');
  if (asked.ok) return success(asked.value.is === 'refused' ? asked.value.because : undefined);
  const { kind, cause } = asked.failure;
  if (kind === 'absent' || kind === 'refused') return success('deactivated');
  // Whatever became of the question, the act itself was certainly not tried.
  return kind === 'unreachable' ? unreachable(cause) : asked;
}

const unreachable = (cause: string) => failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause });
