// What is particular to a reset: our link, opened once, leads to the provider's own page; then the password change is detected.
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
  const refusal = resting(moment);
  if (refusal !== undefined) return close(state, refusal, moment.now);
  const { retried: _retried, ...ready } = state;
  const next: Opening = { ...ready, at: 'opening', openUntil: later(moment.now, openSeconds) };
  return moved(next, [{ do: 'mint-ticket', account: state.account }]);
}

/** The HTTP request that opened the link holds the ticket. The flow only learns whether there is one. */
export function opening(state: Opening, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'ticket.minted':
      // After the deadline nobody waits for the ticket any more: it is not handed over.
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

/** No ticket reached anybody, so the same link may be opened again until it expires. */
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

/** Whether a password change can have been made on this page. An earlier change was made by somebody else or on an older page. */
export const isOfPage = ({ openedAt, until }: Page, changedAt: Instant): boolean =>
  changedAt >= later(openedAt, -skewSeconds) && changedAt < until;

export const changed = (changedAt: Instant): Change => ({ changedAt, sessions: 'ending' });

/** Whether a password change may have been made on the page that the person has not been told about. */
export const isPageUnseen = ({ page, ending, lateChange }: Closed): boolean =>
  page !== undefined && ending.because !== 'password-changed' && lateChange === undefined;

/** Sessions that were signed in with the old password are not covered by the proof, so they end. */
export const endOldSessions = (account: AccountId): Effect => ({ do: 'end-sessions', account, report: true });
