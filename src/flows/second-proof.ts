// Some accounts need two proofs: after the first code was accepted, a code from another contact, or one of the recovery codes that
// their owner made. The same contact does not count twice.
import { attemptFrom } from './budget.ts';
import {
  close,
  type Decision,
  ignored,
  type Moment,
  type Moved,
  moved,
  redraw,
  removalOf,
  spentBefore,
  tell,
} from './decision.ts';
import type { FlowEvent } from './event.ts';
import { type Instant, later } from './ids.ts';
import { checkSeconds, hourSeconds } from './limits.ts';
import type {
  AcceptedCode,
  Challenged,
  CheckingRecoveryCode,
  ChoosingContact,
  EnteringRecoveryCode,
  FirstProof,
  Inspecting,
} from './state.ts';

/**
 * New codes rest like a new contact: whoever has the password could otherwise make the second proof in the same minute. The first
 * ones rest as well, because there is a contact beside them.
 */
export function usableRecoveryCodes({ recoveryCodes, policy, now }: Moment): number {
  if (recoveryCodes === undefined) return 0;
  return now >= recoveryCodesFrom(recoveryCodes.madeAt, policy.contacts.coolOffHours) ? recoveryCodes.left : 0;
}

/** When codes that were made at this time can be used. */
export const recoveryCodesFrom = (madeAt: Instant, coolOffHours: number): Instant =>
  later(madeAt, coolOffHours * hourSeconds);

/** The account's rule asks for two proofs, and there is one. The person is told at once where there can be no second one. */
export function askAgain(state: Inspecting, proof: AcceptedCode, moment: Moment): Moved {
  const { now, policy } = moment;
  const recoveryCodes = usableRecoveryCodes(moment);
  const { account, remaining } = state;
  // A request that an earlier release began does not say which contacts are left.
  if (remaining === undefined || (remaining.contacts.length === 0 && recoveryCodes === 0)) {
    return close(state, { outcome: 'refused', because: 'second-proof-impossible' }, now, 'tell');
  }
  const { channel, at } = proof;
  const first: FirstProof = { channel, at, contact: remaining.proven, recoveryCodes };
  const until = later(now, policy.limits.flowSeconds);
  const next = { account, contacts: remaining.contacts, first, ...removalOf(state), until };
  // A lasting message, with "It wasn't me": whoever typed the code may be somebody else.
  return moved(remaining.contacts.length === 0 ? entering(next) : { ...next, at: 'choosing-contact' }, [tell]);
}

type Asked = Pick<EnteringRecoveryCode, 'account' | 'contacts' | 'first' | 'removal' | 'until'>;

function entering(asked: Asked, after: EnteringRecoveryCode['after'] = 'asked'): EnteringRecoveryCode {
  const { account, contacts, first, until } = asked;
  return { at: 'entering-recovery-code', account, contacts, first, ...removalOf(asked), after, until };
}

export function chooseRecoveryCode(state: ChoosingContact | Challenged): Decision {
  const { account, contacts, first, until } = state;
  if (first === undefined || first.recoveryCodes === 0) return ignored('stale');
  return moved(entering({ account, contacts, first, ...removalOf(state), until }), [redraw]);
}

export function enteringRecoveryCode(state: EnteringRecoveryCode, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'recovery-code.submitted':
      return submit(state, moment);
    case 'contact.reconsidered': {
      const { account, contacts, first, until } = state;
      if (contacts.length === 0) return ignored('stale');
      return moved({ at: 'choosing-contact', account, contacts, first, ...removalOf(state), until }, [redraw]);
    }
    default:
      return ignored('stale');
  }
}

/** Reserves the attempt, in the same budget as every other code. Only one of many parallel submissions is checked. */
function submit(state: EnteringRecoveryCode, moment: Moment): Moved {
  const spent = spentBefore(moment);
  if (spent !== undefined) return close(state, spent, moment.now);
  const { after: _after, ...challenge } = state;
  const next: CheckingRecoveryCode = {
    ...challenge,
    at: 'checking-recovery-code',
    checkUntil: later(moment.now, checkSeconds),
  };
  return moved(next, [{ do: 'check-recovery-code', account: state.account }, redraw], ['attempt']);
}

export function checkingRecoveryCode(state: CheckingRecoveryCode, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'recovery-code.accepted':
      return moment.now >= state.checkUntil ? back(state, 'unchecked') : accepted(state, event.left, moment);
    case 'recovery-code.rejected':
      return rejected(state, moment);
    case 'recovery-code.unchecked':
      return back(state, 'unchecked');
    case 'deadline':
      return moment.now >= state.checkUntil ? back(state, 'unchecked') : ignored('stale');
    default:
      return ignored('stale');
  }
}

const back = (state: CheckingRecoveryCode, after: EnteringRecoveryCode['after']): Moved =>
  moved(entering(state, after), [redraw]);

function accepted(state: CheckingRecoveryCode, codesLeft: number, { now, policy }: Moment): Moved {
  const { account, first } = state;
  const next: Inspecting = {
    at: 'inspecting',
    account,
    proof: { channel: 'recovery-code', at: now, first: { channel: first.channel, at: first.at }, codesLeft },
    ...removalOf(state),
    delayed: false,
    until: later(now, policy.limits.flowSeconds),
  };
  return moved(next, [{ do: 'inspect-account', account }, redraw], ['passed']);
}

function rejected(state: CheckingRecoveryCode, { now, policy, budget }: Moment): Moved {
  const again = attemptFrom(budget, policy.limits, now);
  if (again > now) return close(state, { outcome: 'refused', because: 'attempts-spent', again }, now);
  return back(state, 'wrong');
}
