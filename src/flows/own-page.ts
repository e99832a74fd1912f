// A person who has proven who they are chooses the new password on a page of ours. Each password costs a try, which is reserved before
// the provider is asked. The password itself never comes here: it lives in the one call that carries it.
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
  tell,
  tooSoon,
} from './decision.ts';
import type { Effect } from './effect.ts';
import type { FlowEvent } from './event.ts';
import { earliest, type Instant, later } from './ids.ts';
import { setSeconds } from './limits.ts';
import { changed, endOldSessions, isOfPage } from './reset.ts';
import type { ChoosingPassword, ConfirmingPassword, SettingPassword } from './state.ts';

type OnOwnPage = ChoosingPassword | SettingPassword | ConfirmingPassword;

export function choosingPassword(state: ChoosingPassword, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'password.submitted':
      return event.link === state.link ? submit(state, moment) : ignored('stale');
    case 'password.set':
      // Of an earlier try, whose report is late.
      return done(state, event.at, moment);
    default:
      return ignored('stale');
  }
}

/** Reserves the try. The move makes sure that of many forms that are sent at once only one is carried out. */
function submit(state: ChoosingPassword, moment: Moment): Decision {
  const refusal = resting(moment);
  if (refusal !== undefined) return close(state, refusal, moment.now);
  const { refused: _refused, again, left, ...page } = state;
  if (again !== undefined && again > moment.now) return tooSoon(again);
  const next: SettingPassword = {
    ...page,
    at: 'setting-password',
    left: left - 1,
    since: moment.now,
    setUntil: later(moment.now, setSeconds),
  };
  return moved(next, [{ do: 'set-password', account: state.account }]);
}

export function settingPassword(state: SettingPassword, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'password.set':
      return done(state, event.at, moment);
    case 'password.changed':
      return isOfPage(ownPageOf(state), event.changedAt) ? done(state, event.changedAt, moment) : ignored('stale');
    case 'password.refused':
      return refused(state, event.rules, moment);
    case 'password.not-set':
      return notSet(state, event, moment);
    case 'password.unknown':
      return confirm(state, moment);
    case 'person.refused':
      return close(state, { outcome: 'refused', because: event.because }, moment.now);
    case 'deadline':
      // Its process has died or hangs, and nobody knows how far it came.
      return moment.now >= state.setUntil ? confirm(state, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

function refused(
  state: SettingPassword,
  rules: Extract<FlowEvent, { type: 'password.refused' }>['rules'],
  moment: Moment,
): Decision {
  if (state.left <= 0) return close(state, { outcome: 'refused', because: 'passwords-refused' }, moment.now);
  return back(state, moment, { refused: rules });
}

type NotSet = Extract<FlowEvent, { type: 'password.not-set' }>;

/** The provider did not look at the password, so the try is given back. */
function notSet(state: SettingPassword, event: NotSet, moment: Moment): Decision {
  const { because } = event;
  const given = { ...state, left: state.left + 1 };
  if (because === 'unreachable') return back(given, moment);
  if (because === 'disabled' || because === 'unsupported') {
    return close(state, { outcome: 'refused', because }, moment.now, 'tell');
  }
  if (because !== 'limited') return giveUp(state, { because }, moment.now);
  const { again } = event;
  return again >= state.until ? giveUp(state, { because, again }, moment.now) : back(given, moment, { again });
}

function back(
  { account, proof, approvals, link, left, until }: SettingPassword,
  moment: Moment,
  more: Pick<ChoosingPassword, 'refused' | 'again'> = {},
): Decision {
  const next: ChoosingPassword = {
    ...{ at: 'choosing-password', account, proof, approvals, link, left },
    ...more,
    until,
  };
  return moment.now >= until ? expired(next, moment) : moved(next, [redraw]);
}

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
      return done(state, event.at, moment);
    case 'password.changed':
      return isOfPage(ownPageOf(state), event.changedAt) ? done(state, event.changedAt, moment) : ignored('stale');
    case 'password.not-seen':
      return event.is === 'not-set' ? notSetAfterAll(state, moment) : unconfirmed(state, moment);
    case 'effect.failed':
      return event.of === 'look-at-password' ? unconfirmed(state, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

/** For certain: so the person may try again, as long as the link lives and has a try left. */
function notSetAfterAll(state: ConfirmingPassword, moment: Moment): Decision {
  const { account, proof, approvals, link, left, linkUntil: until } = state;
  const next: ChoosingPassword = { at: 'choosing-password', account, proof, approvals, link, left, until };
  return left <= 0 || moment.now >= until ? expired(next, moment) : moved(next, [tell]);
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

/** A password that is set here leaves older links to the provider's page usable, and its sessions open. */
function done(state: OnOwnPage, at: Instant, { now }: Moment): Moved {
  const ending = { outcome: 'done', because: 'password-changed', ...changed(earliest(at, now)) } as const;
  const closing = close(state, ending, now);
  const { account } = state;
  return { ...closing, effects: [endOldSessions(account), { do: 'void-tickets', account }, ...closing.effects] };
}
