// A person who knows their password changes it. A link leads to a fresh sign-in at the provider, or to a page of ours that asks for the
// old password too. Before either is accepted, nothing that is known of the account is shown.
import {
  close,
  type Decision,
  ignored,
  type Moment,
  type Moved,
  moved,
  redraw,
  resting,
  spentBefore,
} from './decision.ts';
import type { FlowEvent } from './event.ts';
import { type AccountId, later } from './ids.ts';
import { oldPasswordTries, passwordTries } from './limits.ts';
import { changeWayFor, mayRecover, mayStillRecover } from './policy.ts';
import {
  type ChangeReady,
  type ChoosingPassword,
  type Identifying,
  type Inspecting,
  listedAccount,
  type SettingPassword,
} from './state.ts';

type Identified = Extract<FlowEvent, { type: 'person.identified' }>;

/** Whoever is not matched to an account of theirs reads the same as everybody else: the sign-in shows whose account it is. */
export function changeFirst(state: Identifying, known: Identified | undefined, moment: Moment): Decision {
  const { now, policy, freshLink, rival } = moment;
  const binding = known?.binding ?? 'free';
  const isBound = known !== undefined && binding === 'bound';
  const isTheirs = known !== undefined && mayRecover(binding, policy.binding);
  if (isBound && rival === 'busy') return close(state, { outcome: 'refused', because: 'elsewhere' }, now);
  const next: ChangeReady = {
    at: 'change-ready',
    ...(isBound ? { account: known.account } : isTheirs ? { found: known.account } : {}),
    link: freshLink,
    until: later(now, policy.limits.linkSeconds),
  };
  const waiting = moved(next, [redraw]);
  return isBound && rival === 'replaceable' ? { ...waiting, supersede: true } : waiting;
}

export function changeReady(state: ChangeReady, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'change.opened':
      return event.link === state.link ? openForm(state, event, moment) : ignored('stale');
    case 'signed-in':
      return signedIn(state, event.account, moment);
    default:
      return ignored('stale');
  }
}

/** Where the way is a sign-in, nothing moves before somebody has signed in. */
function openForm(
  state: ChangeReady,
  { facts }: Extract<FlowEvent, { type: 'change.opened' }>,
  moment: Moment,
): Decision {
  const account = listedAccount(state);
  if (account === undefined || state.needsSignIn === true) return ignored('stale');
  if (changeWayFor(moment.policy.rules, account, facts) !== 'form') return ignored('stale');
  if (!mayStillRecover(facts, moment.policy.binding)) return ignored('stale');
  if (moment.rival === 'busy') return close(state, { outcome: 'refused', because: 'elsewhere' }, moment.now);
  const refusal = spentBefore(moment);
  if (refusal !== undefined) return close({ ...state, account }, refusal, moment.now);
  const next: ChoosingPassword = {
    ...{ at: 'choosing-password', account, approvals: [], link: state.link },
    ...{ left: passwordTries, oldLeft: oldPasswordTries, until: state.until },
  };
  return inPlaceOfRival(moved(next, [redraw]), moment);
}

/** From here on the request acts for the account, and an account has one such request. */
const inPlaceOfRival = (going: Moved, { rival }: Moment): Moved =>
  rival === 'replaceable' ? { ...going, supersede: true } : going;

/** The account that was signed in to decides: of two accounts with one address, the other may have been found. */
function signedIn(state: ChangeReady, account: AccountId, moment: Moment): Decision {
  if (state.account !== undefined && state.account !== account) return ignored('not-yours');
  if (moment.rival === 'busy') return close(state, { outcome: 'refused', because: 'elsewhere' }, moment.now);
  const refusal = resting(moment);
  if (refusal !== undefined) return close({ ...state, account }, refusal, moment.now);
  const next: Inspecting = {
    at: 'inspecting',
    account,
    proof: { channel: 'sign-in', at: moment.now },
    delayed: false,
    until: later(moment.now, moment.policy.limits.flowSeconds),
  };
  return inPlaceOfRival(moved(next, [{ do: 'inspect-account', account }, redraw]), moment);
}

/** The old password may be right, and the provider asks for more than that: never around it. The link leads to the sign-in from now on. */
export function signInInstead({ account, proof, link, until }: SettingPassword): ChangeReady {
  const kept = proof === undefined ? {} : { proof };
  return { at: 'change-ready', account, ...kept, link, needsSignIn: true, until };
}
