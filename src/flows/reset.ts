// What is particular to a reset: our link leads to the provider's own page, where the password change is detected; or to ours, see
// own-page.
import {
  close,
  type Decision,
  giveUp,
  ignored,
  type Moment,
  type Moved,
  moved,
  redraw,
  resting,
  tell,
} from './decision.ts';
import type { Effect } from './effect.ts';
import type { Change, Page } from './ending.ts';
import type { FlowEvent } from './event.ts';
import { type AccountId, type Instant, type LinkId, later, latest } from './ids.ts';
import { oldPasswordTries, openSeconds, passwordTries, reopensAtMost, seenSeconds, skewSeconds } from './limits.ts';
import type {
  Changing,
  ChoosingPassword,
  Closed,
  FlowState,
  Granted,
  LinkReady,
  Mailing,
  Opening,
  PasswordHere,
} from './state.ts';

export function readyLink(granted: Granted, where: PasswordHere, moment: Moment): Moved {
  const until = later(moment.now, moment.policy.limits.linkSeconds);
  return moved({ ...granted, ...where, at: 'link-ready', link: moment.freshLink, retried: false, until }, [tell]);
}

export function linkReady(state: LinkReady, event: FlowEvent, moment: Moment): Decision {
  if (event.type !== 'link.opened' || event.link !== state.link) return ignored('stale');
  const refusal = resting(moment);
  if (refusal !== undefined) return close(state, refusal, moment.now);
  if (state.isHere === true) return openOwnPage(state);
  const { retried: _retried, again: _again, isHere: _isHere, isKnown: _isKnown, ...ready } = state;
  const next: Opening = { ...ready, at: 'opening', openUntil: later(moment.now, openSeconds) };
  return moved(next, [{ do: 'mint-ticket', account: state.account }]);
}

/** The link stays: it leads back to the page as long as it lives. */
function openOwnPage({ account, proof, approvals, link, isKnown, until }: LinkReady): Moved {
  const next: ChoosingPassword = {
    ...{ at: 'choosing-password', account, proof, approvals, link },
    left: passwordTries,
    ...(isKnown === undefined ? {} : { oldLeft: oldPasswordTries }),
    until,
  };
  return moved(next, [redraw]);
}

/** The HTTP request that opened the link holds the ticket. The flow only learns whether there is one. */
export function opening(state: Opening, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'ticket.minted':
      // After the deadline nobody waits for the ticket any more: it is not handed over.
      return moment.now >= state.openUntil ? notOpened(state, moment) : minted(state, moment);
    case 'ticket.not-minted':
      return notMinted(state, event, moment);
    case 'person.refused':
      return withoutTicket(state, close(state, { outcome: 'refused', because: event.because }, moment.now));
    case 'deadline':
      return moment.now >= state.openUntil ? notOpened(state, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

type NotMinted = Extract<FlowEvent, { type: 'ticket.not-minted' }>;

function notMinted(state: Opening, event: NotMinted, moment: Moment): Decision {
  const { because } = event;
  if (because === 'unreachable') return notOpened(state, moment);
  if (because === 'disabled' || because === 'unsupported') {
    return withoutTicket(state, close(state, { outcome: 'refused', because }, moment.now, 'tell'));
  }
  if (because !== 'limited') return withoutTicket(state, giveUp(state, { because }, moment.now));
  const { again } = event;
  // If the link expires before it can be opened, the person learns it now. A page that is open goes on until its own end.
  if (state.before === undefined && again >= state.until) return giveUp(state, { because, again }, moment.now);
  return notOpened(state, moment, again);
}

/** Only where the page had been opened before: otherwise no ticket was issued. */
const withoutTicket = (state: Opening, closing: Moved): Moved =>
  state.before === undefined ? closing : voiding(state.account, closing);

export const voiding = (account: AccountId, closing: Moved): Moved => ({
  ...closing,
  effects: [{ do: 'void-tickets', account }, ...closing.effects],
});

/** A person who leaves the page can open it again: with a new link each time, as long as the first one would have lived. */
function minted(state: Opening, { now, policy, freshLink }: Moment): Decision {
  const { account, proof, approvals, before, until: linkUntil } = state;
  const left = before === undefined ? reopensAtMost : before.left - 1;
  const next: Changing = {
    ...{ at: 'changing', account, proof, approvals },
    openedAt: before?.openedAt ?? now,
    until: later(now, policy.limits.linkSeconds + seenSeconds),
    ...(left > 0 && now < linkUntil ? { again: { link: freshLink, until: linkUntil, left } } : {}),
    ...(before === undefined ? {} : { reopenedAt: now }),
  };
  return moved(next, [tell]);
}

/** No ticket reached anybody, so the same link may be opened again until it expires. */
function notOpened(state: Opening, moment: Moment, again?: Instant): Decision {
  const { openUntil: _openUntil, before, ...rest } = state;
  if (before !== undefined) return backToPage(state, before, moment, again);
  if (moment.now >= state.until) return close(state, { outcome: 'expired', because: 'link' }, moment.now);
  return moved({ ...rest, at: 'link-ready', retried: true, ...(again === undefined ? {} : { again }) }, [redraw]);
}

/**
 * Back to the page that was opened before. Its ticket may be void, because a newer one may exist that reached nobody. The link
 * stays, unless it expires before the provider would create a page.
 */
function backToPage(
  state: Opening,
  before: NonNullable<Opening['before']>,
  { now }: Moment,
  permitted: Instant = now,
): Decision {
  if (now >= before.until) return close(state, { outcome: 'expired', because: 'password' }, now);
  const { account, proof, approvals, link, until } = state;
  const { left, ...page } = before;
  const again = latest(now, permitted) < until ? { again: { link, until, left } } : {};
  return moved({ at: 'changing', account, proof, approvals, ...page, ...again, reopenedAt: now }, [redraw]);
}

export function changing(state: Changing, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'password.changed':
      return isOfPage(state, event.changedAt) ? done(state, event.changedAt, moment) : ignored('stale');
    case 'link.opened':
      return openAgain(state, event.link, moment);
    case 'deadline':
      return withoutLink(state, moment);
    default:
      return ignored('stale');
  }
}

function done(state: Changing, changedAt: Instant, moment: Moment): Decision {
  const closed = changedOn(state, changedAt, moment);
  // The password may have been saved with an earlier ticket: then the one that was issued after it would still work.
  return state.reopenedAt === undefined ? closed : voiding(state.account, closed);
}

/** The end, after the person has chosen a new password at the provider. */
export function changedOn(state: Changing | Mailing, changedAt: Instant, { now }: Moment): Moved {
  const closing = close(state, { outcome: 'done', because: 'password-changed', ...changed(changedAt) }, now);
  return { ...closing, effects: [endOldSessions(state.account), ...closing.effects] };
}

function openAgain(state: Changing, link: LinkId, moment: Moment): Decision {
  const { account, proof, approvals, openedAt, until, again } = state;
  if (again === undefined || link !== again.link || moment.now >= again.until) return ignored('stale');
  const refusal = resting(moment);
  if (refusal !== undefined) return voiding(account, close(state, refusal, moment.now));
  const next: Opening = {
    ...{ at: 'opening', account, proof, approvals, link },
    until: again.until,
    openUntil: later(moment.now, openSeconds),
    before: { openedAt, until, left: again.left },
  };
  return moved(next, [{ do: 'mint-ticket', account }]);
}

/** The link has expired; the page that is open has more time. */
function withoutLink(state: Changing, { now }: Moment): Decision {
  const { again, ...rest } = state;
  return again === undefined || now < again.until ? ignored('stale') : moved(rest, [redraw]);
}

/** Whether this report of a ticket opened the page: only then the ticket may be handed over. */
export const hasOpened = (from: FlowState, to: FlowState): boolean =>
  from.at === 'opening' && to.at === 'changing' && (from.before === undefined || to.until > from.before.until);

/** Whether a password change can have been made on this page. An earlier change was made by somebody else or on an older page. */
export const isOfPage = ({ openedAt, until }: Page, changedAt: Instant): boolean =>
  changedAt >= later(openedAt, -skewSeconds) && changedAt < until;

export const changed = (changedAt: Instant): Change => ({ changedAt, sessions: 'ending' });

/** Whether a password change may have been made on the page that the person has not been told about. */
export const isPageUnseen = ({ page, ending, lateChange }: Closed): boolean =>
  page !== undefined && ending.because !== 'password-changed' && lateChange === undefined;

/** Sessions that were signed in with the old password are not covered by the proof, so they end. */
export const endOldSessions = (account: AccountId): Effect => ({ do: 'end-sessions', account, report: true });
