// Matches a platform user to one account with contacts, or refuses. The refusal does not say whether an account exists.
import { close, type Decision, ignored, type Moment, moved, redraw, tell } from './decision.ts';
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
      if (event.of !== 'identify' || state.delayed) return ignored('stale');
      return moved({ ...state, delayed: true }, [tell]);
    case 'effect.failed':
      if (event.of !== 'identify') return ignored('stale');
      return close(state, { outcome: 'failed', because: event.because }, moment.now);
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
