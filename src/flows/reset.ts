// What is particular to a reset: a link of ours, pressed once, turns into the provider's own page; then the change is seen.
import { close, type Decision, ignored, type Moment, type Moved, moved, redraw, resting, tell } from './decision.ts';
import type { Effect } from './effect.ts';
import type { FlowEvent } from './event.ts';
import { type AccountId, type Instant, later } from './ids.ts';
import { openSeconds, seenSeconds, skewSeconds } from './limits.ts';
import type { Change, Changing, Closed, Granted, LinkReady, Opening, Page } from './state.ts';

export function readyLink(granted: Granted, moment: Moment): Moved {
  const until = later(moment.now, moment.policy.limits.linkSeconds);
  return moved({ ...granted, at: 'link-ready', link: moment.freshLink, retried: false, until }, [tell]);
}

export function linkReady(state: LinkReady, event: FlowEvent, moment: Moment): Decision {
  if (event.type !== 'link.opened' || event.link !== state.link) return ignored('stale');
  const rest = resting(moment);
  if (rest !== undefined) return close(state, rest, moment.now);
  const { retried: _retried, ...ready } = state;
  const next: Opening = { ...ready, at: 'opening', openUntil: later(moment.now, openSeconds) };
  return moved(next, [{ do: 'mint-ticket', account: state.account }]);
}

/** The request that pressed the link holds the ticket; here only whether there is one. */
export function opening(state: Opening, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'ticket.minted':
      // Whoever is later than the deadline has a ticket that nobody waits for: it is not handed over.
      return moment.now >= state.openUntil ? backToLink(state, moment) : minted(state, moment);
    case 'ticket.not-minted':
      if (event.because === 'unreachable') return backToLink(state, moment);
      return close(state, { outcome: 'refused', because: event.because }, moment.now, 'tell');
    case 'person.refused':
      return close(state, { outcome: 'refused', because: event.because }, moment.now);
    case 'deadline':
      return moment.now >= state.openUntil ? backToLink(state, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

function minted(state: Opening, moment: Moment): Decision {
  const { account, proof, approvals } = state;
  const until = later(moment.now, moment.policy.limits.linkSeconds + seenSeconds);
  const next: Changing = { at: 'changing', account, proof, approvals, openedAt: moment.now, until };
  return moved(next, [tell]);
}

/** No ticket reached anybody, so the same link may be pressed again while it lives. */
function backToLink(state: Opening, moment: Moment): Decision {
  if (moment.now >= state.until) return close(state, { outcome: 'expired', because: 'link' }, moment.now);
  const { openUntil: _openUntil, ...rest } = state;
  return moved({ ...rest, at: 'link-ready', retried: true }, [redraw]);
}

export function changing(state: Changing, event: FlowEvent, moment: Moment): Decision {
  if (event.type !== 'password.changed' || !isOfPage(state, event.changedAt)) return ignored('stale');
  const closing = close(
    state,
    { outcome: 'done', because: 'password-changed', ...changed(event.changedAt) },
    moment.now,
  );
  return { ...closing, effects: [endOldSessions(state.account), ...closing.effects] };
}

/** Whether a change of the password can have come from there. An earlier one is somebody else's work, or an older one's. */
export const isOfPage = ({ openedAt, until }: Page, changedAt: Instant): boolean =>
  changedAt >= later(openedAt, -skewSeconds) && changedAt < until;

export const changed = (changedAt: Instant): Change => ({ changedAt, sessions: 'ending' });

/** Whether a new password may have been chosen there of which the person has not been told. */
export const isPageUnseen = ({ page, ending, lateChange }: Closed): boolean =>
  page !== undefined && ending.because !== 'password-changed' && lateChange === undefined;

/** Whoever is signed in with the old password is not by what was just proven. */
export const endOldSessions = (account: AccountId): Effect => ({ do: 'end-sessions', account, report: true });
