// A person changes their own recovery contacts, in the browser after a fresh sign-in, and so binds their chat user to the account.
// Nothing is linked without a sign-in of that very account in this flow, and a code that was accepted at that very address.
import { attemptFrom, cooledFrom, sendFrom } from './budget.ts';
import { type ListedContact, listed } from './contact.ts';
import {
  close,
  type Decision,
  delay,
  giveUp,
  ignored,
  type Moment,
  type Moved,
  moved,
  redraw,
  resting,
  tell,
  tooSoon,
} from './decision.ts';
import type { Effect } from './effect.ts';
import type {
  BindingActor,
  ChallengedNew,
  CheckingNew,
  ContactChangeMade,
  EnrolmentNews,
  Linking,
  MadeChange,
  Managing,
  NewContact,
  SendingNew,
  SignedInState,
  SigningIn,
  Unlinking,
} from './enrolment-state.ts';
import type { FlowEvent } from './event.ts';
import { type ContactRef, type Instant, later, latest } from './ids.ts';
import { checkSeconds, codeSeconds, hourSeconds, recoveryCodeSetsPerHour, sendSeconds } from './limits.ts';
import { recoveryCodesFrom } from './second-proof.ts';
import { isDeadCode } from './state.ts';

export function signingIn(state: SigningIn, event: FlowEvent, moment: Moment): Decision {
  if (event.type !== 'signed-in') return ignored('stale');
  const { account } = event;
  if (state.account !== undefined && state.account !== account) return ignored('not-yours');
  if (moment.rival === 'busy') return close(state, { outcome: 'refused', because: 'elsewhere' }, moment.now);
  const refusal = resting(moment);
  if (refusal !== undefined) return close({ ...state, account }, refusal, moment.now);
  const next: BindingActor = {
    at: 'binding-actor',
    ...{ account, contacts: state.contacts, signedInAt: moment.now, changes: [], sentTo: [] },
    ...{ delayed: false, until: sessionEnd(moment) },
  };
  const bound = moved(next, [{ do: 'bind-actor', account }, redraw]);
  return moment.rival === 'replaceable' ? { ...bound, supersede: true } : bound;
}

const sessionEnd = ({ now, policy }: Moment): Instant => later(now, policy.limits.flowSeconds);

export function bindingActor(state: BindingActor, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'actor.bound': {
      const contacts = listed(event.contacts, moment.policy.contacts, moment.now);
      return moved(managing({ ...state, contacts }), [redraw]);
    }
    case 'effect.delayed':
      return event.of === 'bind-actor' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
      return event.of === 'bind-actor' ? giveUp(state, event, moment.now) : ignored('stale');
    case 'effect.doubtful':
      return event.of === 'bind-actor' ? giveUp(state, { because: 'unreachable' }, moment.now) : ignored('stale');
    default:
      return ignored('stale');
  }
}

/** Back to the list, with what came of the last act. */
function managing(from: SignedInState, news?: EnrolmentNews): Managing {
  const { account, contacts, signedInAt, changes, sentTo, until } = from;
  return {
    at: 'managing',
    account,
    contacts,
    signedInAt,
    changes,
    sentTo,
    until,
    ...(news === undefined ? {} : { news }),
  };
}

/** The list, and the code input below it: a person may do anything else meanwhile. */
export function managingContacts(state: Managing | ChallengedNew, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'signed-in':
      // Again, in another tab or after the cookie had gone.
      return event.account === state.account
        ? moved({ ...state, until: sessionEnd(moment) }, [redraw])
        : ignored('not-yours');
    case 'address.given':
      return sendCode(state, event.draft, moment);
    case 'removal.asked':
      return remove(state, event.contact, moment);
    case 'recovery-codes.renewed':
      return renewCodes(state, moment);
    case 'enrolment.finished':
      return finish(state, moment);
    case 'address.dropped':
      return state.at === 'challenged-new' ? moved(managing(state), [redraw]) : ignored('stale');
    case 'new-code.submitted':
      return state.at === 'challenged-new' ? submit(state, moment) : ignored('stale');
    case 'deadline':
      return state.at === 'challenged-new' && !isDeadCode(state.after) && moment.now >= state.codeUntil
        ? moved({ ...state, after: 'expired' }, [redraw])
        : ignored('stale');
    default:
      return ignored('stale');
  }
}

/** Counted here, so that parallel requests share one budget. The address is known only to the request that gave it. */
function sendCode(state: Managing | ChallengedNew, draft: NewContact, moment: Moment): Decision {
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
      const { now, policy, budget } = moment;
      const { limits } = policy;
      const { contact } = event;
      const isNew = contact !== undefined && !state.sentTo.includes(contact);
      const next: ChallengedNew = {
        ...managing(state),
        sentTo: isNew ? [...state.sentTo, contact] : state.sentTo,
        at: 'challenged-new',
        draft: state.draft,
        attemptsLeft: limits.codeAttempts,
        resendFrom: latest(later(now, limits.resendSeconds), sendFrom(budget, limits, now)),
        codeUntil: later(now, codeSeconds),
        after: 'sent',
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
function submit(state: ChallengedNew, moment: Moment): Decision {
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
    attemptsLeft: state.attemptsLeft - 1,
    checkUntil: later(now, checkSeconds),
  };
  const { account, draft } = state;
  return moved(next, [{ do: 'check-new-code', account, channel: draft.channel }, redraw], ['attempt']);
}

export function checkingNew(state: CheckingNew, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'contact.proven':
      return moment.now >= state.checkUntil ? back(state, 'unchecked', moment) : link(state, event.contact, moment);
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
  const contacts = state.contacts.map((each) => (each === known ? confirmed : each));
  return moved(
    managing({ ...state, contacts }, { is: 'already-yours' }),
    [{ do: 'confirm-contact', account: state.account, contact: known.ref }, redraw],
    ['passed'],
  );
}

function link(state: CheckingNew, contact: ContactRef, moment: Moment): Moved {
  const refusal = resting(moment);
  if (refusal !== undefined) return endBy(state, refusal, moment);
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

/** Back to the code input, or to "send a new one" where this code has no attempts left. */
function back(state: CheckingNew, because: ChallengedNew['after'], { now }: Moment): Moved {
  const { checkUntil: _until, ...challenge } = state;
  const isUsedUp = state.attemptsLeft <= 0 && !isDeadCode(because);
  const after = isUsedUp ? 'used-up' : because === 'unchecked' && now >= state.codeUntil ? 'expired' : because;
  return moved({ ...challenge, at: 'challenged-new', after }, [redraw]);
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
      // Nobody knows how far it came, so it is taken out again: by ids, and harmless where it never was.
      return event.of === 'link-contact' ? notDone(state, event, [takeOut(state, state.about.ref)]) : ignored('stale');
    default:
      return ignored('stale');
  }
}

export function unlinking(state: Unlinking, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'contact.unlinked': {
      const contacts = listed(event.contacts, moment.policy.contacts, moment.now);
      return changed({ ...state, contacts }, 'removed', moment);
    }
    case 'effect.delayed':
      return event.of === 'unlink-contact' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
    case 'effect.doubtful':
      return event.of === 'unlink-contact' ? notUnlinked(state, event, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

type NotDone = Extract<FlowEvent, { type: 'effect.failed' | 'effect.doubtful' }>;

function notDone(state: Linking | Unlinking, event: NotDone, more: readonly Effect[]): Moved {
  const news: EnrolmentNews =
    event.type === 'effect.failed' && event.because === 'limited'
      ? { is: 'limited', again: event.again }
      : { is: isForGood(event) ? 'refused' : 'unreachable' };
  return moved(managing(state, news), [...more, redraw]);
}

const isForGood = (event: NotDone): boolean =>
  event.type === 'effect.failed' && (event.because === 'refused-by-provider' || event.because === 'not-permitted');

function notUnlinked(state: Unlinking, event: NotDone, moment: Moment): Moved {
  if (isForGood(event)) return notDone(state, event, []);
  const { next, effects } = removedLater(state, moment);
  return moved(next, [...effects, tell]);
}

/**
 * Nobody knows how far the removal came. It is finished without the person, and announced now: otherwise a contact could be taken
 * out while nobody hears of it.
 */
function removedLater(state: Unlinking, moment: Moment): Change {
  const { ref } = state.about;
  const contacts = state.contacts.filter((contact) => contact.ref !== ref);
  const { next, effects } = change({ ...state, contacts }, 'removed', moment);
  return { next, effects: [takeOut(state, ref), ...effects] };
}

interface Change {
  readonly next: Managing;
  readonly effects: readonly Effect[];
}

/** The change is recorded and announced, so that whoever has an older contact can say "it wasn't me". */
function change(state: Linking | Unlinking, what: ContactChangeMade['what'], { now }: Moment): Change {
  const { account, about: contact, changes } = state;
  const from = what === 'added' ? state.contacts.find(({ ref }) => ref === contact.ref)?.usableFrom : undefined;
  const wait = from === undefined ? {} : { usableFrom: from };
  const made: MadeChange = { what, contact, at: now, ...wait };
  const next = managing({ ...state, changes: [...changes, made] }, { is: what, masked: contact.masked, ...wait });
  return { next, effects: [{ do: 'announce', account, change: changes.length, made }] };
}

function changed(state: Linking | Unlinking, what: ContactChangeMade['what'], moment: Moment): Moved {
  const { next, effects } = change(state, what, moment);
  return moved(next, [...effects, tell]);
}

/** The list, or the code input, stays as it is: the codes are shown in the answer to the request that made them. */
function renewCodes(state: Managing | ChallengedNew, moment: Moment): Decision {
  const refusal = resting(moment);
  if (refusal !== undefined) return endBy(state, refusal, moment);
  const { account, changes } = state;
  const { now, policy } = moment;
  const again = nextSetFrom(changes, now);
  if (again > now) return tooSoon(again);
  const from = recoveryCodesFrom(now, policy.contacts.coolOffHours);
  const made: MadeChange = { what: 'recovery-codes', at: now, ...(from > now ? { usableFrom: from } : {}) };
  const announce: Effect = { do: 'announce', account, change: changes.length, made };
  return moved({ ...state, changes: [...changes, made] }, [announce, tell]);
}

function nextSetFrom(changes: readonly MadeChange[], now: Instant): Instant {
  const oldest = changes.filter(({ what }) => what === 'recovery-codes').at(-recoveryCodeSetsPerHour)?.at;
  return oldest === undefined ? now : later(oldest, hourSeconds);
}

function remove(state: Managing | ChallengedNew, ref: ContactRef, moment: Moment): Decision {
  const refusal = resting(moment);
  if (refusal !== undefined) return endBy(state, refusal, moment);
  const found = state.contacts.find((contact) => contact.ref === ref);
  if (found === undefined) return ignored('stale');
  const { channel, masked } = found;
  const next: Unlinking = { ...managing(state), at: 'unlinking', about: { ref, channel, masked }, delayed: false };
  return moved(next, [{ do: 'unlink-contact', account: state.account, contact: ref, report: true }, redraw]);
}

export const finish = (state: SignedInState, { now }: Moment): Moved =>
  close(state, { outcome: 'done', because: 'enrolled' }, now);

/**
 * The time of the browser session is over. What is under way is not known to be done: an addition is taken out again, a removal is
 * finished.
 */
export function runOut(state: SignedInState, moment: Moment): Moved {
  if (state.at === 'unlinking') {
    const { next, effects } = removedLater(state, moment);
    const ended = finish(next, moment);
    return { ...ended, effects: [...effects, ...ended.effects] };
  }
  if (state.at !== 'linking' && state.at !== 'binding-actor') return finish(state, moment);
  const closing = close(state, { outcome: 'failed', because: 'unreachable' }, moment.now);
  return { ...closing, effects: [...openEnd(state), ...closing.effects] };
}

/** Ends it for a reason that doubts the person: what they added is taken out again. */
export function endBy(
  state: SignedInState,
  ending: Parameters<typeof close>[1],
  { now }: Moment,
): ReturnType<typeof close> {
  const closing = close(state, ending, now);
  return { ...closing, effects: [...openEnd(state), ...takenBack(state.account, state.changes), ...closing.effects] };
}

/** What may be linked at this moment is taken out, if the request ends before that is known. */
export const openEnd = (state: SignedInState): readonly Effect[] =>
  state.at === 'linking' ? [takeOut(state, state.about.ref)] : [];

const takeOut = ({ account }: Pick<SignedInState, 'account'>, contact: ContactRef): Effect => ({
  do: 'unlink-contact',
  ...{ account, contact, report: false },
});

/** Takes out again what was added. What was removed cannot be put back: its owner enrols it anew. */
export const takenBack = (account: SignedInState['account'], changes: readonly MadeChange[]): readonly Effect[] =>
  changes.flatMap((made) => (made.what === 'added' ? [takeOut({ account }, made.contact.ref)] : []));

/** Whether what is under way must be finished or given up before anything else may end this. */
export const isChanging = (state: SignedInState): boolean =>
  state.at === 'linking' || state.at === 'unlinking' || state.at === 'binding-actor';
