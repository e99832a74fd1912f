// Asks the platform, right before an unlock or a reset, whether the person still works here: in the minutes between the proof
// and an approval they may have been dismissed.
import { withTimeout } from '../concurrency/timeout.ts';
import type { RefusedPerson } from '../flows/ending.ts';
import type { ActorId } from '../flows/ids.ts';
import { failed, isFinal, type Outcome, success } from '../flows/outcome.ts';
import type { People } from '../flows/ports.ts';

/** Part of the time that all calls of one effect have together. */
const lookUpWithinMs = 8_000;

/** Why the person is refused; undefined: they are an employee. Somebody whom the platform no longer knows has left the company. */
export async function refusalOf(actor: ActorId, people: People): Promise<Outcome<RefusedPerson | undefined>> {
  const asked = await withTimeout(people.lookUp(actor), lookUpWithinMs);
  if (asked === undefined) return unreachable('people-too-slow');
  if (asked.ok) return success(asked.value.is === 'refused' ? asked.value.because : undefined);
  const { kind, cause } = asked.failure;
  if (isFinal(kind)) return success('deactivated');
  // `mayHaveHappened` is about the unlock or the ticket, and those were certainly not tried yet.
  return kind === 'unreachable' ? unreachable(cause) : asked;
}

const unreachable = (cause: string) => failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause });
