// Matches a platform user to one account with contacts, or refuses. The refusal does not say whether an account exists.
import { close, type Decision, delay, giveUp, ignored, type Moment, moved, redraw } from './decision.ts';
import type { FlowEvent } from './event.ts';
import type { AccountId } from './ids.ts';
import type { Identifying, MaskedContact, Subject } from './state.ts';

export function identifying(_subject: Subject, state: Identifying, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'person.identified':
      return identified(state, event.account, event.contacts, moment);
    case 'person.unknown':
      return close(state, { outcome: 'refused', because: 'no-contact' }, moment.now);
    case 'person.refused':
      return close(state, { outcome: 'refused', because: event.because }, moment.now);
    case 'effect.delayed':
      return event.of === 'identify' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
      return event.of === 'identify' ? giveUp(state, event, moment.now) : ignored('stale');
    default:
      return ignored('stale');
  }
}

function identified(
  state: Identifying,
  account: AccountId,
  contacts: readonly MaskedContact[],
  moment: Moment,
): Decision {
  const chooseContact = { at: 'choosing-contact' as const, account, contacts, until: state.until };
  if (moment.rival === 'busy') return close(state, { outcome: 'refused', because: 'elsewhere' }, moment.now);
  if (contacts.length === 0) return close(chooseContact, { outcome: 'refused', because: 'no-contact' }, moment.now);
  const frozen = moment.budget.frozenUntil;
  if (frozen !== undefined && frozen > moment.now) {
    return close(chooseContact, { outcome: 'refused', because: 'frozen', again: frozen }, moment.now);
  }
  const next = moved(chooseContact, [redraw]);
  return moment.rival === 'replaceable' ? { ...next, supersede: true } : next;
}
