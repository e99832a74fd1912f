// What "it wasn't me" does, and how far the word of whoever says it reaches: decision 0061.
import { openEnd, openEndByCode, takenBack } from './contact-change.ts';
import { close, type Decision, ignored, type Moment, type Moved, moved, tell, tellHelpdesk } from './decision.ts';
import type { Effect } from './effect.ts';
import { kept, type MadeChange, type SignedInState, type Undone } from './enrolment-state.ts';
import type { Doubt } from './event.ts';
import { type AccountId, type ActorId, earliest, type Instant, later } from './ids.ts';
import { freezeSeconds, hourSeconds, noticeSeconds } from './limits.ts';
import {
  type Closed,
  type FirstProof,
  type FlowState,
  firstAccepted,
  type Open,
  type Proof,
  type Subject,
} from './state.ts';

/** The request's own chat person, by a button; or whoever has the link of a notice: an older contact, or an older chat person. */
export type Speaker = 'own-chat' | 'notice';

type Disownable = (Extract<Open, { readonly proof?: Proof } | { readonly first?: FirstProof }> | SignedInState) & {
  readonly account: AccountId;
};

/**
 * Something was proven or changed, or may have been: a new password is at the provider. Before that, nobody could have done anything,
 * and "it wasn't me" only cancels the request.
 */
export const isDisownable = (state: Open): state is Disownable =>
  'account' in state &&
  ('proof' in state ||
    'first' in state ||
    'changes' in state ||
    state.at === 'setting-password' ||
    state.at === 'confirming-password');

/** Before the end: the flow ends at once, and a ticket that may have been issued is voided. */
export function disown(subject: Subject, state: Disownable, by: Speaker, moment: Moment): Moved {
  const { from, effects: begun, enrolment } = brokenOff(state, moment.now);
  const closing = close(from, { outcome: 'refused', because: 'disowned' }, moment.now, 'tell');
  const discarded = closing.effects.filter((effect) => effect.do === 'discard-contact');
  const ended: Closed = { ...closing.state, ...(enrolment === undefined ? {} : { enrolment }) };
  const next = disowned(subject, ended, state.account, moment, {
    by,
    // Nobody knows yet whether the chat person is new.
    isUnsure: state.at === 'binding-actor',
    mayHaveTicket: state.at === 'changing' || state.at === 'opening' || state.at === 'mailing',
    begun: [...begun, ...discarded],
  });
  // The code for the second proof may still be on its way.
  return { ...next, counts: closing.counts };
}

interface BrokenOff {
  readonly from: Disownable;
  readonly effects: readonly Effect[];
  /** Of a removal with codes, which is finished. */
  readonly enrolment?: NonNullable<Closed['enrolment']>;
}

function brokenOff(state: Disownable, now: Instant): BrokenOff {
  if ('changes' in state) return openEnd(state, now);
  return state.at === 'removing' ? { from: state, ...openEndByCode(state, now) } : { from: state, effects: [] };
}

interface Disowning {
  readonly by: Speaker;
  readonly isUnsure?: boolean;
  readonly mayHaveTicket?: boolean;
  /** What is ordered because the request was broken off. */
  readonly begun?: readonly Effect[];
}

/**
 * Tickets are voided only where one may have been issued: voiding means minting a newer one, and needs all that minting needs.
 * Contacts are taken out last, because that is tried for the longest.
 */
export function disowned(
  subject: Subject,
  state: Closed,
  account: AccountId,
  moment: Moment,
  { by, isUnsure = false, mayHaveTicket = false, begun = [] }: Disowning,
): Moved {
  const changes = state.enrolment?.changes ?? [];
  const tickets: readonly Effect[] = mayHaveTicket ? [{ do: 'void-tickets', account }] : [];
  const sessions: Effect = { do: 'end-sessions', account, report: false };
  const doubt = doubtOf(subject, state, { by, isUnsure }, moment);
  const { inPart: _inPart, undone = [], pauseLiftedAt: _liftedAt, disconnects: _disconnects, ...rest } = state;
  const isMeant = !isAdministrators(state) || doubt.reach === 'all';
  // What has failed, or was kept, is under way again.
  const done = [...undone.filter(({ is }) => is === 'done'), ...(isMeant ? [] : kept(changes))];
  const next: Closed = {
    ...rest,
    disownedAt: moment.now,
    helpdeskKnows: true,
    ...(done.length === 0 ? {} : { undone: done }),
    ...(doubt.reach === 'theirs' ? { inPart: 'own' } : {}),
    ...(disconnects(doubt, changes, moment) ? { disconnects: true } : {}),
  };
  return {
    ...moved(next, [...tickets, sessions, ...begun, ...takenBack(account, isMeant ? changes : []), tell, tellHelpdesk]),
    freezeUntil: later(moment.now, freezeSeconds),
    doubt,
    ...(voidsRecoveryCodes(doubt, changes, moment) ? { voidsRecoveryCodes: true } : {}),
  };
}

/** A contact from a file is nobody's own: whoever speaks only of what they did themselves does not take it out. */
const isAdministrators = ({ ending }: Closed): boolean => ending.because === 'contact-imported';

const connectedIn = (changes: readonly MadeChange[], { earlier }: Moment) =>
  changes.find((made) => made.what === 'bound') ?? earlier?.connected;

const coolOff = ({ policy }: Moment): number => policy.contacts.coolOffHours * hourSeconds;

/**
 * From when nothing is trusted that was done as this person: the first change; where nothing was changed, the first proof; where a
 * sign-in stands for that, the beginning, because when they signed in is not kept. Of a password that was changed elsewhere, that
 * change; of a request that was made elsewhere, its proof.
 */
function doubtedFrom({ startedAt }: Subject, { enrolment, proof, ending }: Closed): Instant {
  if (ending.because === 'changed-elsewhere') return ending.changedAt;
  if (ending.because === 'requested-elsewhere') return ending.provenAt;
  return enrolment?.changes[0]?.at ?? firstAccepted(proof)?.at ?? startedAt;
}

/**
 * Whoever acted in one request may have added a contact in the next, or in the one before: what still rests, and what came after this
 * act, is not trusted either. But whoever was connected a moment ago may be the attacker, and what they do not trust may be the
 * owner's: their word reaches no further than what they did themselves.
 */
function doubtOf(
  subject: Subject,
  state: Closed,
  { by, isUnsure }: Pick<Required<Disowning>, 'by' | 'isUnsure'>,
  moment: Moment,
): Doubt {
  const of = subject.actor;
  const changes = state.enrolment?.changes ?? [];
  const first = doubtedFrom(subject, state);
  const since = earliest(first, later(moment.now, -coolOff(moment)));
  if (by === 'own-chat') {
    const isNew = isNewAt(moment.now, changes, moment) || (isUnsure && !isKnown(moment));
    const own = { of, staysConnected: true, theirsSince: since } as const;
    return isNew ? { ...own, reach: 'theirs' } : { ...own, reach: 'all', othersSince: since };
  }
  const doubt = { of, reach: 'all', theirsSince: since, othersSince: since } as const;
  const connected = connectedIn(changes, moment);
  // They did this while they were new. So nothing that they have done is trusted, nor that they are connected.
  return connected !== undefined && isNewAt(first, changes, moment)
    ? { ...doubt, theirsSince: earliest(since, connected.at) }
    : doubt;
}

/** Whether the chat person was connected less than a cool-off before, unless as the first. */
function isNewAt(at: Instant, changes: readonly MadeChange[], moment: Moment): boolean {
  const connected = connectedIn(changes, moment);
  return connected !== undefined && connected.isFirst !== true && later(connected.at, coolOff(moment)) > at;
}

const isKnown = ({ earlier }: Moment): boolean => earlier?.connected !== undefined;

/** The chat person of this request was connected in an earlier one, and is taken out by that. */
function disconnects(doubt: Doubt, changes: readonly MadeChange[], { earlier }: Moment): boolean {
  const { theirsSince, staysConnected = false } = doubt;
  const at = earlier?.connected?.at;
  if (staysConnected || at === undefined) return false;
  return at >= theirsSince && changes.every(({ what }) => what !== 'bound');
}

/** Whoever did this may have made the codes, too. */
function voidsRecoveryCodes({ of, reach }: Doubt, changes: readonly MadeChange[], { earlier }: Moment): boolean {
  const own = changes.some(({ what }) => what === 'recovery-codes') ? of : undefined;
  return reach === 'all' || (earlier?.codesBy ?? own) === of;
}

/** Whether this request is not trusted either, while it is open. */
export const isDoubted = (actor: ActorId, doubt: Doubt | undefined): boolean =>
  doubt === undefined || doubt.reach === 'all' || doubt.of === actor;

/** Another request of the account was disowned: what this enrolment, which has ended, changed since then goes, too. */
export function takeBackSince({ actor }: Subject, state: Closed, doubt: Doubt, now: Instant): Decision {
  const { account, enrolment, inPart: _inPart, undone = [], ...rest } = state;
  if (account === undefined || enrolment === undefined || isSettled(state, doubt)) return ignored('closed');
  const isTheirs = actor === doubt.of && !isAdministrators(state);
  const since = isTheirs ? doubt.theirsSince : doubt.othersSince;
  const stays = isTheirs && doubt.staysConnected === true;
  const isMeant = ({ at, what }: MadeChange): boolean =>
    since !== undefined && at >= since && !(stays && what === 'bound');
  const taken = takenBack(account, enrolment.changes.filter(isMeant));
  if (taken.length === 0) return ignored('closed');
  const done = undone.filter(({ is }) => is === 'done');
  const left = kept(enrolment.changes.filter((made) => !isMeant(made))).filter((one) => !isAmong(done, one));
  const known = [...done, ...left];
  const next: Closed = {
    ...{ ...rest, account, enrolment, disownedAt: now },
    ...(known.length === 0 ? {} : { undone: known }),
    ...(doubt.reach === 'theirs' ? { inPart: 'own' } : left.length > 0 ? { inPart: 'later' } : {}),
  };
  return moved(next, [...taken, tell]);
}

const isAmong = (known: readonly Undone[], { contact }: Undone): boolean =>
  known.some((each) => each.contact === contact);

/** All of it was taken back; or so much of it, and now by somebody whose word reaches no further. */
const isSettled = ({ disownedAt, inPart }: Closed, doubt: Doubt): boolean =>
  disownedAt !== undefined && (inPart === undefined || doubt.reach === 'theirs');

/** Whether an older contact is heard about this change of the request, by its number. */
export function isContestable(state: FlowState, change: number, now: Instant): boolean {
  if (state.at === 'closed') {
    const made = state.enrolment?.changes[change];
    const isOpen = state.disownedAt === undefined || state.inPart !== undefined;
    return state.account !== undefined && made !== undefined && isOpen && now < later(made.at, noticeSeconds);
  }
  // Of what is being removed the contact itself is told before it is known to be done.
  if (state.at === 'removing') return change === 0;
  if (!('changes' in state)) return false;
  return change < state.changes.length + (state.at === 'unlinking' ? 1 : 0);
}

/** The owner of an older contact says so, by the link in the notice. */
export function disownChange(subject: Subject, state: Open, change: number, moment: Moment): Decision {
  const isHeard = isDisownable(state) && isContestable(state, change, moment.now);
  return isHeard ? disown(subject, state, 'notice', moment) : ignored('stale');
}

export function disownChangeAfterwards(subject: Subject, state: Closed, change: number, moment: Moment): Decision {
  const { account } = state;
  const isHeard = account !== undefined && isContestable(state, change, moment.now);
  return isHeard ? disowned(subject, state, account, moment, { by: 'notice' }) : ignored('closed');
}
