// A contact is added: an address, the code that is sent to it, the link. Nothing is linked without a code that was accepted at that
// very address.
import { attemptFrom, cooledFrom, sendFrom } from './budget.ts';
import { afterVerdict, freshCode, triedCode } from './code-life.ts';
import { type ListedContact, listed } from './contact.ts';
import { changed, discardProven, endBy, managing, neverLinked, notDone } from './contact-change.ts';
import { type Decision, delay, ignored, type Moment, type Moved, moved, redraw, resting, tooSoon } from './decision.ts';
import type { Effect } from './effect.ts';
import type { ChallengedNew, CheckingNew, Linking, Managing, NewContact, SendingNew } from './enrolment-state.ts';
import type { FlowEvent } from './event.ts';
import { type ContactRef, later, latest } from './ids.ts';
import { checkSeconds, sendSeconds } from './limits.ts';
import { isDeadCode } from './state.ts';

/** Counted here, so that parallel requests share one budget. The address is known only to the request that gave it. */
export function sendCode(state: Managing | ChallengedNew, draft: NewContact, moment: Moment): Decision {
  const { now, policy, budget } = moment;
  const refusal = resting(moment);
  if (refusal !== undefined) return endBy(state, refusal, moment);
  const attempt = attemptFrom(budget, policy.limits, now);
  if (attempt > now) return moved(managing(state, { is: 'attempts-spent', again: attempt }), [redraw]);
  const cooledAt = cooledFrom(budget, policy.limits, draft.key, now);
  if (cooledAt > now) return tooSoon(cooledAt);
  const again = sendFrom(budget, policy.limits, now);
  if (again > now) return moved(managing(state, { is: 'sends-spent', again }), [redraw]);
  const { account } = state;
  const next: SendingNew = { ...managing(state), at: 'sending-new', draft, sendUntil: later(now, sendSeconds) };
  return moved(next, [{ do: 'send-new-code', account, channel: draft.channel }, redraw], ['send']);
}

export function sendingNew(state: SendingNew, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'new-code.sent': {
      const { contact } = event;
      const isNew = contact !== undefined && !state.sentTo.includes(contact);
      const next: ChallengedNew = {
        ...managing(state),
        sentTo: isNew ? [...state.sentTo, contact] : state.sentTo,
        at: 'challenged-new',
        draft: state.draft,
        ...freshCode(moment),
      };
      return moved(next, [redraw], ['sent']);
    }
    case 'new-code.not-sent': {
      const news = event.because === 'limited' ? { is: event.because, again: event.again } : { is: event.because };
      // An answer that was lost says nothing about the code: it may still arrive.
      return moved(managing(state, news), [redraw], event.because === 'unreachable' ? ['adrift'] : []);
    }
    case 'deadline':
      return moment.now >= state.sendUntil
        ? moved(managing(state, { is: 'unreachable' }), [redraw], ['adrift'])
        : ignored('stale');
    default:
      return ignored('stale');
  }
}

/** Reserves the attempt. The move to `checking-new` makes sure that only one of many parallel submissions is checked. */
export function submit(state: ChallengedNew, moment: Moment): Decision {
  const { now, policy, budget } = moment;
  const refusal = resting(moment);
  if (refusal !== undefined) return endBy(state, refusal, moment);
  const again = attemptFrom(budget, policy.limits, now);
  if (again > now) return moved(managing(state, { is: 'attempts-spent', again }), [redraw]);
  if (isDeadCode(state.after)) return ignored('stale');
  if (now >= state.codeUntil) return moved({ ...state, after: 'expired' }, [redraw]);
  const { after: _after, news: _news, ...challenge } = state;
  const next: CheckingNew = {
    ...challenge,
    at: 'checking-new',
    ...triedCode(state, now),
  };
  const { account, draft } = state;
  return moved(next, [{ do: 'check-new-code', account, channel: draft.channel }, redraw], ['attempt']);
}

export function checkingNew(state: CheckingNew, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'contact.proven':
      return moment.now >= state.checkUntil
        ? discarding(event.contact, back(state, 'unchecked', moment))
        : link(state, event.contact, moment);
    case 'contact.not-new':
      // The code was right, so it was no failure.
      return event.because === 'already-yours' ? alreadyTheirs(state, event.contact) : notNew(state, event.because);
    case 'new-code.rejected':
      return back(state, event.because, moment);
    case 'new-code.unchecked':
      return unchecked(state, event, moment);
    case 'new-code.denied':
      return moved(managing(state, { is: 'refused' }), [redraw]);
    case 'deadline':
      return moment.now >= state.checkUntil ? back(state, 'unchecked', moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

const notNew = (state: CheckingNew, because: 'elsewhere' | 'already-yours'): Moved =>
  moved(managing(state, { is: because }), [redraw], ['passed']);

/** A contact from a file is confirmed by any code that comes back from it, also by one that its owner asked for here. */
function alreadyTheirs(state: CheckingNew, contact: ContactRef | undefined): Moved {
  const isMeant = ({ ref, unconfirmed }: ListedContact): boolean => ref === contact && unconfirmed === true;
  const known = state.contacts.find(isMeant);
  if (known === undefined) return notNew(state, 'already-yours');
  const { unconfirmed: _, ...confirmed } = known;
  const contacts = state.contacts.map((each) =>
    each === known ? { ...confirmed, confirmedNow: true as const } : each,
  );
  return moved(
    managing({ ...state, contacts }, { is: 'confirmed', masked: known.masked }),
    [{ do: 'confirm-contact', account: state.account, contact: known.ref }, redraw],
    ['passed'],
  );
}

function link(state: CheckingNew, contact: ContactRef, moment: Moment): Moved {
  const refusal = resting(moment);
  if (refusal !== undefined) return discarding(contact, endBy(state, refusal, moment));
  const { channel, masked } = state.draft;
  const next: Linking = {
    ...managing(state),
    at: 'linking',
    about: { ref: contact, channel, masked },
    delayed: false,
    until: latest(state.until, later(moment.now, checkSeconds)),
  };
  return moved(next, [{ do: 'link-contact', account: state.account, contact }, redraw], ['passed']);
}

/** The code was right, but nothing comes of it. */
function discarding(contact: ContactRef, decision: Moved): Moved {
  const isAbout = (effect: Effect): boolean => effect.do === 'discard-contact' && effect.contact === contact;
  return { ...decision, effects: [discardProven(contact), ...decision.effects.filter((each) => !isAbout(each))] };
}

/** Back to the code input, or to "send a new one" where this code has no attempts left. */
function back(state: CheckingNew, because: ChallengedNew['after'], { now }: Moment): Moved {
  const { checkUntil: _until, ...challenge } = state;
  return moved({ ...challenge, at: 'challenged-new', after: afterVerdict(state, because, now) }, [redraw]);
}

type Unchecked = Extract<FlowEvent, { type: 'new-code.unchecked' }>;

/** Where the provider did not look at the code, both the code and the day get the attempt back. */
function unchecked(state: CheckingNew, event: Unchecked, moment: Moment): Decision {
  if (event.because === 'limited')
    return moved(managing(state, { is: 'limited', again: event.again }), [redraw], ['void']);
  if (event.because === 'unknown') return back(state, 'unchecked', moment);
  return { ...back({ ...state, attemptsLeft: state.attemptsLeft + 1 }, 'unchecked', moment), counts: ['void'] };
}

export function linking(state: Linking, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'contact.linked': {
      const contacts = listed(event.contacts, moment.policy.contacts, moment.now);
      return changed({ ...state, contacts }, 'added', moment);
    }
    case 'contact.not-new':
      return moved(managing(state, { is: event.because }), [redraw]);
    case 'effect.delayed':
      return event.of === 'link-contact' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
    case 'effect.doubtful':
      return event.of === 'link-contact' ? notDone(state, event, neverLinked(state)) : ignored('stale');
    default:
      return ignored('stale');
  }
}
