// A contact is taken out.

import { listed } from './contact.ts';
import { changed, endBy, isForGood, managing, type NotDone, notDone, removedLater } from './contact-change.ts';
import { type Decision, delay, ignored, type Moment, type Moved, moved, redraw, resting, tell } from './decision.ts';
import type { ChallengedNew, Managing, Unlinking } from './enrolment-state.ts';
import type { FlowEvent } from './event.ts';
import type { ContactRef } from './ids.ts';

export function remove(state: Managing | ChallengedNew, ref: ContactRef, moment: Moment): Decision {
  const refusal = resting(moment);
  if (refusal !== undefined) return endBy(state, refusal, moment);
  const found = state.contacts.find((contact) => contact.ref === ref);
  if (found === undefined) return ignored('stale');
  const { channel, masked } = found;
  const next: Unlinking = { ...managing(state), at: 'unlinking', about: { ref, channel, masked }, delayed: false };
  return moved(next, [{ do: 'unlink-contact', account: state.account, contact: ref, report: true }, redraw]);
}

export function unlinking(state: Unlinking, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'contact.unlinked': {
      const contacts = listed(event.contacts, moment.policy.contacts, moment.now);
      return changed({ ...state, contacts }, 'removed', moment);
    }
    case 'effect.delayed':
      return event.of === 'unlink-contact' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
    case 'effect.doubtful':
      return event.of === 'unlink-contact' ? notUnlinked(state, event, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

function notUnlinked(state: Unlinking, event: NotDone, moment: Moment): Moved {
  if (isForGood(event)) return notDone(state, event, []);
  const { next, effects } = removedLater(state, moment.now);
  return moved(next, [...effects, tell]);
}
