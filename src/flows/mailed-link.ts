// Where a rule says `via: email`, the provider mails its own link after the proof. Nobody here sees that link. Only the newest one works,
// and it works for days: so it is voided with the end of the request, whichever that is.
import {
  close,
  type Decision,
  delay,
  giveUp,
  ignored,
  type Moment,
  type Moved,
  mailedPageOf,
  moved,
  redraw,
  resting,
  tell,
  tooSoon,
} from './decision.ts';
import type { FlowEvent } from './event.ts';
import { later } from './ids.ts';
import { mailAgainSeconds, mailedSeconds, mailsAgainAtMost, seenSeconds } from './limits.ts';
import { changedOn, isOfPage, voiding } from './reset.ts';
import type { Changing, Granted, Mailing, Open } from './state.ts';

type Mail = NonNullable<Changing['mail']>;

export function mailLink(granted: Granted, { now, policy }: Moment): Moved {
  const next: Mailing = {
    ...granted,
    ...{ at: 'mailing', since: now, mailsLeft: mailsAgainAtMost },
    ...{ delayed: false, until: later(now, policy.limits.flowSeconds) },
  };
  return moved(next, [{ do: 'mail-link', account: granted.account }, tell]);
}

/**
 * Whatever ends it, the link is voided: an order whose answer was lost may have sent a mail. An order that is being carried out at this
 * moment comes before the one to void.
 */
export function mailing(state: Mailing, event: FlowEvent, moment: Moment): Decision {
  const { account } = state;
  switch (event.type) {
    case 'link.mailed':
      return mailedAt(state, moment);
    case 'link.not-mailed':
      return voiding(account, close(state, { outcome: 'refused', because: event.because }, moment.now, 'tell'));
    case 'person.refused':
      return voiding(account, close(state, { outcome: 'refused', because: event.because }, moment.now));
    case 'password.changed':
      return isOfPage(mailedPageOf(state), event.changedAt)
        ? voiding(account, changedOn(state, event.changedAt, moment))
        : ignored('stale');
    case 'effect.delayed':
      return event.of === 'mail-link' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
      return event.of === 'mail-link' ? voiding(account, giveUp(state, event, moment.now)) : ignored('stale');
    default:
      return ignored('stale');
  }
}

function mailedAt({ account, proof, approvals, since, mailsLeft: left }: Mailing, { now, policy }: Moment): Moved {
  const waitSeconds = Math.max(mailAgainSeconds, policy.limits.resendSeconds);
  const next: Changing = {
    ...{ at: 'changing', account, proof, approvals },
    openedAt: since,
    until: later(now, mailedSeconds + seenSeconds),
    mail: { left, ...(left > 0 ? { resendFrom: later(now, waitSeconds) } : {}) },
  };
  return moved(next, [tell]);
}

export function mailed(state: Changing, mail: Mail, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'mail.requested':
      return askAgain(state, mail, moment);
    case 'password.changed':
      return isOfPage(state, event.changedAt)
        ? voiding(state.account, changedOn(state, event.changedAt, moment))
        : ignored('stale');
    case 'deadline':
      return offerAgain(state, mail, moment);
    default:
      return ignored('stale');
  }
}

/** Counted when it is ordered: each mail voids the one before, and may fill a mailbox. */
function askAgain(state: Changing, { left, resendFrom }: Mail, moment: Moment): Decision {
  if (left <= 0) return ignored('stale');
  if (resendFrom !== undefined && resendFrom > moment.now) return tooSoon(resendFrom);
  const refusal = resting(moment);
  if (refusal !== undefined) return voiding(state.account, close(state, refusal, moment.now));
  const { account, proof, approvals, openedAt: since, until } = state;
  const next: Mailing = {
    ...{ at: 'mailing', account, proof, approvals, since },
    ...{ mailsLeft: left - 1, delayed: false, until },
  };
  return moved(next, [{ do: 'mail-link', account }, tell]);
}

/** The button for another mail appears. */
function offerAgain(state: Changing, { left, resendFrom }: Mail, { now }: Moment): Decision {
  if (resendFrom === undefined || now < resendFrom) return ignored('stale');
  return moved({ ...state, mail: { left } }, [redraw]);
}

/** Whether a link may be in the person's mailbox that works longer than the request waits. */
export const mayHaveMailed = (state: Open): boolean =>
  state.at === 'mailing' || (state.at === 'changing' && state.mail !== undefined);
