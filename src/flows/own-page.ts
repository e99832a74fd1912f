// A person who has proven who they are, or does so with the old password, chooses the new one on a page of ours. Each password costs a try, which is reserved before
// the provider is asked. The password itself never comes here: it lives in the one call that carries it.

import type { Count } from './budget.ts';
import { signInInstead } from './change.ts';
import {
  close,
  type Decision,
  giveUp,
  ignored,
  type Moment,
  type Moved,
  moved,
  ownPageOf,
  redraw,
  resting,
  spentBefore,
  tell,
  tooSoon,
} from './decision.ts';
import type { Effect } from './effect.ts';
import type { Ending } from './ending.ts';
import type { FlowEvent } from './event.ts';
import { earliest, type Instant, later, livesInDirectory } from './ids.ts';
import { setSeconds } from './limits.ts';
import { changed, endOldSessions, isOfPage } from './reset.ts';
import {
  type ChoosingPassword,
  type ConfirmingPassword,
  isOldPasswordUnseen,
  type Proof,
  type SettingPassword,
} from './state.ts';

type OnOwnPage = ChoosingPassword | SettingPassword | ConfirmingPassword;

export function choosingPassword(state: ChoosingPassword, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'password.submitted':
      return event.link === state.link ? submit(state, moment) : ignored('stale');
    case 'password.set':
      // Of an earlier try, whose report is late.
      return found(state, event.at, moment, event.mustChange);
    default:
      return ignored('stale');
  }
}

/** Reserves the try. The move makes sure that of many forms that are sent at once only one is carried out. */
function submit(state: ChoosingPassword, moment: Moment): Decision {
  // A wrong old password counts as a wrong code does: an account has one number of them for a day.
  const refusal = state.oldLeft === undefined ? resting(moment) : spentBefore(moment);
  if (refusal !== undefined) return close(state, refusal, moment.now);
  const { refused: _refused, isOldWrong: _isOldWrong, again, left, ...page } = state;
  if (again !== undefined && again > moment.now) return tooSoon(again);
  const next: SettingPassword = {
    ...page,
    at: 'setting-password',
    left: left - 1,
    since: moment.now,
    setUntil: later(moment.now, setSeconds),
  };
  const { account } = state;
  return state.oldLeft === undefined
    ? moved(next, [{ do: 'set-password', account }])
    : moved(next, [{ do: 'change-password', account }], ['attempt']);
}

/** What became of the try that was counted for the old password. */
const settledAs = (state: OnOwnPage, as: Count): readonly Count[] => (state.oldLeft === undefined ? [] : [as]);
const counting = (decision: Moved, counts: readonly Count[]): Moved => ({
  ...decision,
  counts: [...decision.counts, ...counts],
});

export function settingPassword(state: SettingPassword, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'password.set':
      return taken(state, event, moment);
    case 'password.changed':
      // While only the old password says who it is, somebody else may have made that change. The call says which it was.
      return isOfPage(ownPageOf(state), event.changedAt) && !isOldPasswordUnseen(state)
        ? found(state, event.changedAt, moment)
        : ignored('stale');
    case 'password.refused':
      return refused(state, event, moment);
    case 'password.not-set':
      return counting(notSet(state, event, moment), settledAs(state, 'void'));
    case 'old-password.rejected':
      return state.oldLeft === undefined ? ignored('stale') : rejected(state, state.oldLeft, event.because, moment);
    case 'password.too-soon':
      return state.oldLeft === undefined ? ignored('stale') : tooSoonAgain(state, event.from, moment);
    case 'password.unknown':
      return confirm(state, moment);
    case 'person.refused': {
      const closing = close(withoutCall(state), { outcome: 'refused', because: event.because }, moment.now);
      return counting(closing, settledAs(state, 'void'));
    }
    case 'deadline':
      // Its process has died or hangs, and nobody knows how far it came.
      return moment.now >= state.setUntil ? confirm(state, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

type Refused = Extract<FlowEvent, { type: 'password.refused' }>;

/** A rule may be broken before anybody looks at the old password: then that says nothing of who it is. */
function refused(setting: SettingPassword, { rules, isOldRight }: Refused, moment: Moment): Decision {
  const state = isOldRight === true ? provenBy(setting, moment.now) : setting;
  const spent = state.left <= 0;
  const decision = spent
    ? close(withoutCall(state), { outcome: 'refused', because: 'passwords-refused' }, moment.now)
    : back(state, moment, { refused: rules });
  return counting(decision, settledAs(state, isOldRight === true ? 'passed' : 'void'));
}

type Rejected = Extract<FlowEvent, { type: 'old-password.rejected' }>;

function rejected(state: SettingPassword, oldLeft: number, because: Rejected['because'], moment: Moment): Moved {
  const { now } = moment;
  if (because === 'not-enough') return counting(notEnough(state, moment), ['passed']);
  if (because === 'locked' || because === 'no-tries') {
    return counting(close(withoutCall(state), blocked, now), ['void']);
  }
  if (oldLeft <= 1 || state.left <= 0) {
    return close(withoutCall(state), { outcome: 'refused', because: 'old-passwords-wrong' }, now);
  }
  return back({ ...state, oldLeft: oldLeft - 1 }, moment, { isOldWrong: true });
}

/** A directory that asks for more cannot be given it: no sign-in at the provider changes a password there. */
function notEnough(state: SettingPassword, moment: Moment): Moved {
  if (livesInDirectory(state.account)) return notPossible(state, 'unsupported', moment);
  return moment.now >= state.until ? expired(withoutCall(state), moment) : moved(signInInstead(state), [redraw]);
}

/** Whoever has proven nothing reads the same of a locked, a blocked and a protected account, and calls nobody. */
function notPossible(state: SettingPassword, because: 'disabled' | 'unsupported', { now }: Moment): Moved {
  return state.proof !== undefined
    ? close(withoutCall(state), { outcome: 'refused', because }, now, 'tell')
    : close(withoutCall(state), blocked, now);
}

const blocked: Ending = { outcome: 'refused', because: 'password-blocked' };

/** The old password was not looked at. */
function tooSoonAgain(state: SettingPassword, again: Instant, moment: Moment): Moved {
  const ending = { outcome: 'refused', because: 'changed-too-soon', again } as const;
  return counting(close(withoutCall(state), ending, moment.now), settledAs(state, 'void'));
}

type NotSet = Extract<FlowEvent, { type: 'password.not-set' }>;

/** The provider did not look at the password, so the try is given back. */
function notSet(state: SettingPassword, event: NotSet, moment: Moment): Moved {
  const { because } = event;
  const given = { ...state, left: state.left + 1 };
  if (because === 'unreachable') return back(given, moment);
  if (because === 'disabled' || because === 'unsupported') return notPossible(state, because, moment);
  if (because !== 'limited') return giveUp(withoutCall(state), { because }, moment.now);
  const { again } = event;
  return again >= state.until
    ? giveUp(withoutCall(state), { because, again }, moment.now)
    : back(given, moment, { again });
}

function back(
  state: SettingPassword,
  moment: Moment,
  more: Pick<ChoosingPassword, 'refused' | 'again' | 'isOldWrong'> = {},
): Moved {
  const next: ChoosingPassword = { ...atThePage(state), ...more };
  return moment.now >= next.until ? expired(next, moment) : moved(next, [redraw]);
}

function atThePage(state: SettingPassword): ChoosingPassword {
  const { since: _since, setUntil: _setUntil, until, ...page } = state;
  return { ...page, at: 'choosing-password', until };
}

/**
 * For an end after which nothing of this request can have been set. So whoever changes the password elsewhere at that time did not do it
 * here; the proof of a reset is not in question then, and its end is as it always was.
 */
const withoutCall = (state: SettingPassword): SettingPassword | ChoosingPassword =>
  state.oldLeft === undefined ? state : atThePage(state);

const expired = (state: OnOwnPage, { now }: Moment): Moved =>
  close(state, { outcome: 'expired', because: 'link' }, now);

function confirm(state: SettingPassword, moment: Moment): Decision {
  const { setUntil: _setUntil, until: linkUntil, ...rest } = state;
  const until = later(moment.now, moment.policy.limits.flowSeconds);
  const next: ConfirmingPassword = { ...rest, at: 'confirming-password', linkUntil, until };
  return moved(next, [{ do: 'look-at-password', account: state.account, since: state.since }, tell]);
}

export function confirmingPassword(state: ConfirmingPassword, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'password.set':
      return found(state, event.at, moment, event.mustChange);
    case 'password.changed':
      return isOfPage(ownPageOf(state), event.changedAt) ? found(state, event.changedAt, moment) : ignored('stale');
    case 'password.not-seen':
      return event.is === 'not-set' ? notSetAfterAll(state, moment) : unconfirmed(state, moment);
    case 'effect.failed':
      return event.of === 'look-at-password' ? unconfirmed(state, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

/**
 * For certain: so the person may try again, as long as the link lives and has a try left. The old password may have been wrong, which
 * nobody heard.
 */
function notSetAfterAll(state: ConfirmingPassword, moment: Moment): Decision {
  const { since: _since, linkUntil: until, left, oldLeft, ...page } = state;
  const old = oldLeft === undefined ? {} : { oldLeft: oldLeft - 1 };
  const next: ChoosingPassword = { ...page, at: 'choosing-password', left, ...old, until };
  const isSpent = left <= 0 || next.oldLeft === 0;
  return isSpent || moment.now >= until ? expired(next, moment) : moved(next, [tell]);
}

/**
 * It may have been set. So what the old password has opened is closed, as after a change, and somebody of the helpdesk hears of it.
 */
export function unconfirmed(state: ConfirmingPassword, { now }: Moment): Moved {
  const { account } = state;
  const closing = close(state, { outcome: 'failed', because: 'password-unconfirmed' }, now, 'tell');
  const safety: readonly Effect[] = [
    { do: 'end-sessions', account, report: false },
    { do: 'void-tickets', account },
  ];
  return { ...closing, effects: [...safety, ...closing.effects] };
}

/** The call itself says so: the old password was right. */
function taken(state: SettingPassword, event: Extract<FlowEvent, { type: 'password.set' }>, moment: Moment): Moved {
  const changedAt = earliest(event.at, moment.now);
  const closing = found(provenBy(state, changedAt), changedAt, moment, event.mustChange);
  return counting(closing, settledAs(state, 'passed'));
}

/**
 * A password that is set here leaves older links to the provider's page usable, and its sessions open. Somebody else may have set it at
 * that time: so this alone proves nobody, and the try for the old password stays counted.
 */
function found(state: OnOwnPage, at: Instant, { now }: Moment, mustChange?: true): Moved {
  const asked = mustChange === undefined ? {} : { mustChange };
  const ending = { outcome: 'done', because: 'password-changed', ...asked, ...changed(earliest(at, now)) } as const;
  const closing = close(state, ending, now);
  const { account } = state;
  return { ...closing, effects: [endOldSessions(account), { do: 'void-tickets', account }, ...closing.effects] };
}

function provenBy(state: SettingPassword, at: Instant): SettingPassword {
  const known: Proof = { channel: 'old-password', at };
  return isOldPasswordUnseen(state) ? { ...state, proof: known } : state;
}
