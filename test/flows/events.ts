// Every variant of an event that can reach a flow: the right person, the wrong one, each reason, each effect, each
// link.
import type { EffectName } from '../../src/flows/effect.ts';
import type { DenyReason, RefusedPerson } from '../../src/flows/ending.ts';
import type { Doubt, EventType, FlowEvent } from '../../src/flows/event.ts';
import { type ActorId, type Instant, instant, later } from '../../src/flows/ids.ts';
import type { FlowKind, FlowState } from '../../src/flows/state.ts';
import {
  account,
  ada,
  addedNow,
  directoryAccount,
  email,
  enrolled,
  factsOf,
  foreignContact,
  foreignLink,
  freshLink,
  fromFile,
  healthy,
  jane,
  kim,
  mallory,
  newEmail,
  newText,
  noon,
  restedText,
  restingText,
  sam,
  samsAccount,
  text,
} from './cast.ts';

const shared: readonly EffectName[] = ['identify', 'show'];
const ofRecovery: readonly EffectName[] = [
  'send-code',
  'check-code',
  'check-recovery-code',
  'inspect-account',
  'lift-lock',
  'mint-ticket',
  'mail-link',
  'set-password',
  'look-at-password',
  'void-tickets',
  'end-sessions',
];
const ofEnrolment: readonly EffectName[] = [
  'bind-actor',
  'unbind-actor',
  'send-new-code',
  'check-new-code',
  'link-contact',
  'unlink-contact',
  'confirm-contact',
  'announce',
  'discard-contact',
];
/** The others of an enrolment are carried out at once by a call, or nobody waits for them. */
const waitedForToEnrol: readonly EffectName[] = [
  ...(['identify', 'bind-actor', 'link-contact', 'unlink-contact', 'send-code', 'inspect-account'] as const),
];
/** To change a known password. What a call carries out at once is not waited for. */
const waitedForToChange: readonly EffectName[] = ['identify', 'inspect-account', 'look-at-password'];
const effects: readonly EffectName[] = [...shared, ...ofRecovery, ...ofEnrolment];
const refusals: readonly RefusedPerson[] = ['bot', 'deactivated', 'guest', 'invited', 'external', 'unconfirmed-email'];
const reasons: readonly DenyReason[] = ['not-convinced', 'suspicious', 'contact-helpdesk', 'not-entitled'];

const spoken: readonly FlowEvent[] = [jane, sam, mallory].flatMap((by): readonly FlowEvent[] => [
  ...[email.ref, text.ref, foreignContact].map((contact) => ({ type: 'code.requested' as const, by, contact })),
  { type: 'code.submitted', by },
  { type: 'contact.reconsidered', by },
  { type: 'recovery-code.chosen', by },
  { type: 'recovery-code.submitted', by },
  { type: 'mail.requested', by },
  { type: 'cancelled', by },
  { type: 'disowned', by },
]);

const apartFrom = (by: ActorId): readonly ActorId[] => [jane, sam, kim, ada].filter((other) => other !== by);
/**
 * Entitled or not, with an account or without, and known to differ from everybody else; and an approver who, under
 * another id, is the person or has already approved.
 */
const deciders = [
  ...[jane, sam, kim, mallory].flatMap((by) =>
    [true, false].map((entitled) => ({
      ...{ by, entitled, distinctFrom: apartFrom(by) },
      ...(by === sam ? { account: samsAccount } : {}),
    })),
  ),
  ...(['person', 'approver'] as const).map((isSameAs) => ({ by: kim, entitled: true, isSameAs, distinctFrom: [] })),
];
const decided: readonly FlowEvent[] = deciders.flatMap((who): readonly FlowEvent[] => [
  { type: 'approval.given', ...who },
  ...reasons.map((reason) => ({ type: 'approval.denied' as const, ...who, reason })),
  { type: 'doubt.retried', ...who },
  { type: 'doubt.settled', ...who },
]);
/**
 * On one platform and across two: known to differ from nobody, from the person only, from approvers only, and from
 * everybody.
 */
const hardlyKnown: readonly FlowEvent[] = [
  ...[kim, ada].flatMap((by) =>
    [[], [jane], [sam], [sam, kim, ada]].map((distinctFrom) => ({
      type: 'approval.given' as const,
      ...{ by, entitled: true, distinctFrom },
    })),
  ),
  { type: 'approval.given', by: sam, entitled: true },
  { type: 'approval.given', by: ada, entitled: true, distinctFrom: apartFrom(ada) },
  { type: 'approval.denied', by: ada, entitled: true, reason: 'suspicious' },
  { type: 'doubt.retried', by: ada, entitled: true },
  { type: 'doubt.settled', by: sam, entitled: true, distinctFrom: [] },
];

/** Shorter than a code lives, longer than that, and longer than a request lives. */
const pauses = [30, 400, 7200].map((seconds) => later(noon, seconds));

const reported: readonly FlowEvent[] = [
  ...[[], [email, text], [restingText], [email, restingText], [restedText]].map((contacts) => ({
    ...{ type: 'person.identified' as const, account, contacts },
  })),
  ...(['bound', 'others', 'free'] as const).map((binding) => ({
    ...{ type: 'person.identified' as const, account, contacts: [email, text], binding },
  })),
  { type: 'person.identified', account, contacts: [fromFile] },
  { type: 'person.unknown' },
  ...refusals.map((because) => ({ type: 'person.refused' as const, because })),
  ...[email.ref, text.ref, foreignContact].map((contact) => ({ type: 'code.sent' as const, contact })),
  { type: 'code.accepted' },
  ...(['wrong', 'used-up', 'expired', 'too-old'] as const).map((because) => ({
    type: 'code.rejected' as const,
    because,
  })),
  ...(['not-asked', 'unknown'] as const).map((because) => ({ type: 'code.unchecked' as const, because })),
  ...pauses.map((again) => ({ type: 'code.unchecked' as const, because: 'limited' as const, again })),
  { type: 'code.denied' },
  { type: 'proof.mismatched' },
  { type: 'recovery-code.accepted', left: 9 },
  { type: 'recovery-code.rejected' },
  { type: 'recovery-code.unchecked' },
  ...factsOf.map((facts) => ({ type: 'account.inspected' as const, facts })),
  { type: 'account.found-disabled' },
  { type: 'account.found-barred', barrier: 'protected' },
  { type: 'lock.stood-again' },
  { type: 'lock.lifted' },
  { type: 'ticket.minted' },
  { type: 'link.mailed' },
  ...(['disabled', 'unsupported'] as const).map((because) => ({ type: 'link.not-mailed' as const, because })),
  { type: 'helpdesk.unreachable' },
  ...(['unreachable', 'disabled', 'unsupported', 'refused-by-provider', 'not-permitted'] as const).map((because) => ({
    type: 'ticket.not-minted' as const,
    because,
  })),
  ...pauses.map((again) => ({ type: 'ticket.not-minted' as const, because: 'limited' as const, again })),
  // Long before; just before the permitted clock difference; at the start; in time; and just too late.
  ...[-3600, -2.001, 0, 300, 630].map((seconds) => ({
    type: 'password.changed' as const,
    changedAt: later(noon, seconds),
  })),
  ...[0, 30].map((seconds) => ({ type: 'password.set' as const, at: later(noon, seconds) })),
  ...[[], ['used-before'] as const].map((rules) => ({ type: 'password.refused' as const, rules })),
  { type: 'password.refused', rules: ['too-common'], isOldRight: true },
  ...(['unreachable', 'disabled', 'unsupported', 'refused-by-provider', 'not-permitted'] as const).map((because) => ({
    type: 'password.not-set' as const,
    because,
  })),
  ...pauses.map((again) => ({ type: 'password.not-set' as const, because: 'limited' as const, again })),
  { type: 'password.unknown' },
  ...(['not-set', 'unknown'] as const).map((is) => ({ type: 'password.not-seen' as const, is })),
  ...(['asked', 'unavailable'] as const).map((how) => ({ type: 'sessions.ended' as const, how })),
  ...effects.flatMap((of): readonly FlowEvent[] => [
    { type: 'effect.delayed', of },
    { type: 'effect.delayed', of, again: later(noon, 30) },
    { type: 'effect.failed', of, because: 'unreachable' },
    { type: 'effect.failed', of, because: 'refused-by-provider' },
    { type: 'effect.failed', of, because: 'not-permitted' },
    { type: 'effect.failed', of, because: 'limited', again: later(noon, 3600) },
    { type: 'effect.doubtful', of },
  ]),
];

const takenOut = { type: 'change.undone', contact: enrolled.ref } as const;
const undoings: readonly FlowEvent[] = [takenOut, { type: 'change.undone' }, { type: 'change.not-undone' }];

const enrolling: readonly FlowEvent[] = [
  ...[account, samsAccount].map((signedIn) => ({ type: 'signed-in' as const, account: signedIn })),
  { type: 'actor.bound', contacts: [email, restingText] },
  { type: 'actor.bound', contacts: [], binding: 'first' },
  { type: 'actor.bound', contacts: [email, restingText], binding: 'another' },
  ...[newEmail, newText].map((draft) => ({ type: 'address.given' as const, draft })),
  { type: 'address.dropped' },
  { type: 'new-code.sent', contact: enrolled.ref },
  { type: 'new-code.sent' },
  ...(['unreachable', 'refused'] as const).map((because) => ({ type: 'new-code.not-sent' as const, because })),
  ...pauses.map((again) => ({ type: 'new-code.not-sent' as const, because: 'limited' as const, again })),
  { type: 'new-code.submitted' },
  { type: 'contact.proven', contact: enrolled.ref },
  ...(['wrong', 'used-up', 'expired', 'too-old'] as const).map((because) => ({
    ...{ type: 'new-code.rejected' as const, because },
  })),
  ...(['not-asked', 'unknown'] as const).map((because) => ({ type: 'new-code.unchecked' as const, because })),
  ...pauses.map((again) => ({ type: 'new-code.unchecked' as const, because: 'limited' as const, again })),
  { type: 'new-code.denied' },
  ...(['elsewhere', 'already-yours'] as const).map((because) => ({ type: 'contact.not-new' as const, because })),
  { type: 'contact.not-new', because: 'already-yours', contact: email.ref },
  ...[[enrolled], [email, addedNow]].map((contacts) => ({ type: 'contact.linked' as const, contacts })),
  ...[email.ref, foreignContact].map((contact) => ({ type: 'removal.asked' as const, contact })),
  { type: 'contact.unlinked', contacts: [] },
  ...[email.ref, text.ref, foreignContact].map((contact) => ({ type: 'removal.chosen' as const, by: jane, contact })),
  { type: 'removal.chosen', by: mallory, contact: text.ref },
  { type: 'recovery-codes.renewed' },
  { type: 'enrolment.finished' },
  ...[0, 1, 2].map((change) => ({ type: 'change.disowned' as const, change })),
  ...undoings,
];

/** Behind the link of somebody who knows their password, and of an account in a directory. */
const inDirectory: readonly FlowEvent[] = [
  ...(['bound', 'free'] as const).map((binding) => ({
    ...{ type: 'person.identified' as const, account: directoryAccount, contacts: [], binding },
  })),
  { type: 'signed-in', account: directoryAccount },
];
const changing: readonly FlowEvent[] = [
  ...inDirectory,
  ...[freshLink, foreignLink].flatMap((link) =>
    (['at-provider', 'here'] as const).map((choosesPassword) => ({
      ...{ type: 'change.opened' as const, link },
      facts: { ...healthy, choosesPassword },
    })),
  ),
  ...(['wrong', 'not-enough', 'locked', 'no-tries'] as const).map((because) => ({
    ...{ type: 'old-password.rejected' as const, because },
  })),
  { type: 'password.too-soon', from: later(noon, 86_400) },
];

const since = { theirsSince: later(noon, -60), othersSince: later(noon, -60) };
/** By an older contact; by somebody else who is new, or the same chat person; and about what came later. */
const doubts: readonly Doubt[] = [
  { of: mallory, reach: 'all', ...since },
  { of: mallory, reach: 'theirs', theirsSince: later(noon, -60), staysConnected: true },
  { of: jane, reach: 'theirs', theirsSince: later(noon, -60), staysConnected: true },
  { of: jane, reach: 'all', theirsSince: later(noon, 30), othersSince: later(noon, 30) },
];

const outside: readonly FlowEvent[] = [
  { type: 'link.opened', link: freshLink },
  { type: 'link.opened', link: foreignLink },
  { type: 'password.submitted', link: freshLink },
  { type: 'password.submitted', link: foreignLink },
  ...changing,
  { type: 'deadline' },
  { type: 'superseded' },
  { type: 'operator.ended' },
  { type: 'operator.retried' },
  { type: 'pause.lifted' },
  { type: 'account.frozen', until: later(noon, 3600) },
  ...doubts.map((doubt) => ({ type: 'account.frozen' as const, until: later(noon, 3600), doubt })),
];

const everyEvent: readonly FlowEvent[] = [...spoken, ...decided, ...hardlyKnown, ...reported, ...enrolling, ...outside];

const typesOf = (events: readonly FlowEvent[]): ReadonlySet<EventType> => new Set(events.map(({ type }) => type));
const common: ReadonlySet<EventType> = new Set([
  ...(['cancelled', 'disowned', 'person.identified', 'person.unknown', 'person.refused'] as const),
  // Of a removal with codes.
  ...(['code.requested', 'code.submitted', 'contact.reconsidered', 'code.sent', 'code.accepted'] as const),
  ...(['code.rejected', 'code.unchecked', 'code.denied', 'proof.mismatched', 'account.inspected'] as const),
  ...(['recovery-code.chosen', 'recovery-code.submitted', 'recovery-code.accepted'] as const),
  ...(['recovery-code.rejected', 'recovery-code.unchecked'] as const),
  ...(['effect.delayed', 'effect.failed', 'effect.doubtful', 'deadline', 'superseded', 'account.frozen'] as const),
  ...(['operator.ended', 'operator.retried', 'pause.lifted'] as const),
]);
const enrolmentTypes = typesOf(enrolling);

const changeTypes = typesOf(changing);
/** Nobody sends a code, and nobody of the helpdesk agrees. */
const waitedForInChange: ReadonlySet<EventType> = new Set([
  ...changeTypes,
  ...(['cancelled', 'disowned', 'person.identified', 'person.unknown', 'person.refused'] as const),
  ...(['effect.delayed', 'effect.failed', 'effect.doubtful', 'deadline', 'superseded', 'account.frozen'] as const),
  ...(['operator.ended', 'operator.retried', 'pause.lifted', 'account.inspected', 'sessions.ended'] as const),
  ...(['link.opened', 'ticket.minted', 'ticket.not-minted', 'password.changed', 'password.submitted'] as const),
  ...(['password.set', 'password.refused', 'password.not-set', 'password.unknown', 'password.not-seen'] as const),
]);
const ofChangeOnly: ReadonlySet<FlowEvent> = new Set(changing);

function isOfChange(event: FlowEvent): boolean {
  return 'of' in event ? waitedForToChange.includes(event.of) : waitedForInChange.has(event.type);
}

function isOfAnotherKind(kind: FlowKind, event: FlowEvent): boolean {
  if (kind === 'change') return !isOfChange(event);
  if (ofChangeOnly.has(event)) return true;
  if ('of' in event) return kind === 'enroll' ? !waitedForToEnrol.includes(event.of) : ofEnrolment.includes(event.of);
  return !common.has(event.type) && enrolmentTypes.has(event.type) !== (kind === 'enroll');
}

/** How somebody is identified matters only while that is waited for. */
const ofIdentifying: ReadonlySet<FlowEvent> = new Set(
  [...reported, ...changing].filter(({ type }) => type === 'person.identified').slice(3),
);

/** What tells nothing new about this kind: whether an account lives in a directory, or what its locks are. */
function isNeedless(kind: FlowKind, event: FlowEvent): boolean {
  if (kind !== 'change') return ofDirectory.has(event);
  return event.type === 'account.inspected' && event.facts.locked !== undefined;
}
const ofDirectory: ReadonlySet<FlowEvent> = new Set(inDirectory);

function listsOf(kind: FlowKind) {
  const needed = everyEvent.filter((event) => !isNeedless(kind, event));
  const own = needed.filter((event) => !isOfAnotherKind(kind, event));
  return {
    own,
    ownLater: own.filter((event) => !ofIdentifying.has(event)),
    foreign: needed.filter((event) => isOfAnotherKind(kind, event)),
  };
}
const lists: Readonly<Record<FlowKind, ReturnType<typeof listsOf>>> = {
  reset: listsOf('reset'),
  unlock: listsOf('unlock'),
  change: listsOf('change'),
  enroll: listsOf('enroll'),
};

const foreignTo: Readonly<Record<FlowKind, ReadonlySet<FlowEvent>>> = {
  reset: new Set(lists.reset.foreign),
  unlock: new Set(lists.unlock.foreign),
  change: new Set(lists.change.foreign),
  enroll: new Set(lists.enroll.foreign),
};
/** Whether a request of this kind never waits for this event of the walk. */
export const isForeign = (kind: FlowKind, event: FlowEvent): boolean => foreignTo[kind].has(event);

/** Otherwise the walk would never end: a person may change their contacts as often as they like. */
const changesAtMost = 2;
const begins: ReadonlySet<EventType> = new Set(['address.given', 'removal.asked', 'recovery-codes.renewed']);

/**
 * A password is changed before, at and after the time at which its page was opened, whenever that was. What a request of this kind
 * never waits for is `foreign`.
 */
export function eventsFor(state: FlowState, kind: FlowKind) {
  const { foreign } = lists[kind];
  const own = state.at === 'identifying' ? lists[kind].own : lists[kind].ownLater;
  if ('changes' in state && state.changes.filter(({ what }) => what !== 'bound').length >= changesAtMost) {
    return { own: own.filter(({ type }) => !begins.has(type)), foreign };
  }
  // Each order of what was taken back would be a state of its own.
  if (state.at === 'closed' && state.undone !== undefined) {
    return { own: own.filter((event) => event === takenOut || !undoings.includes(event)), foreign };
  }
  const page = state.at === 'closed' ? state.page : openPageOf(state);
  if (page === undefined) return { own, foreign };
  const moved = own.map((event) =>
    event.type === 'password.changed'
      ? { ...event, changedAt: instant(event.changedAt - noon + page.openedAt) }
      : event.type === 'password.set'
        ? { ...event, at: instant(event.at - noon + page.openedAt) }
        : event,
  );
  return { own: moved, foreign };
}

function openPageOf(state: FlowState): { readonly openedAt: Instant } | undefined {
  if (state.at === 'changing') return state;
  if (state.at === 'mailing') return { openedAt: state.since };
  return state.at === 'setting-password' || state.at === 'confirming-password' ? { openedAt: state.since } : undefined;
}

/**
 * Complete by type: a new event or state does not compile until it is listed, and the walk fails until it is reached.
 */
const named: Readonly<Record<EventType, true>> = {
  'code.requested': true,
  'code.submitted': true,
  'contact.reconsidered': true,
  'recovery-code.chosen': true,
  'recovery-code.submitted': true,
  'mail.requested': true,
  cancelled: true,
  disowned: true,
  'approval.given': true,
  'approval.denied': true,
  'doubt.retried': true,
  'doubt.settled': true,
  'operator.ended': true,
  'operator.retried': true,
  'pause.lifted': true,
  'person.identified': true,
  'person.unknown': true,
  'person.refused': true,
  'code.sent': true,
  'code.accepted': true,
  'code.rejected': true,
  'code.unchecked': true,
  'code.denied': true,
  'proof.mismatched': true,
  'recovery-code.accepted': true,
  'recovery-code.rejected': true,
  'recovery-code.unchecked': true,
  'account.inspected': true,
  'account.found-disabled': true,
  'account.found-barred': true,
  'lock.stood-again': true,
  'lock.lifted': true,
  'ticket.minted': true,
  'ticket.not-minted': true,
  'link.mailed': true,
  'link.not-mailed': true,
  'password.changed': true,
  'password.submitted': true,
  'password.set': true,
  'password.refused': true,
  'password.not-set': true,
  'password.unknown': true,
  'password.not-seen': true,
  'password.too-soon': true,
  'old-password.rejected': true,
  'change.opened': true,
  'sessions.ended': true,
  'helpdesk.unreachable': true,
  'effect.delayed': true,
  'effect.failed': true,
  'effect.doubtful': true,
  'link.opened': true,
  deadline: true,
  superseded: true,
  'account.frozen': true,
  'signed-in': true,
  'actor.bound': true,
  'address.given': true,
  'address.dropped': true,
  'new-code.sent': true,
  'new-code.not-sent': true,
  'new-code.submitted': true,
  'contact.proven': true,
  'new-code.rejected': true,
  'new-code.unchecked': true,
  'new-code.denied': true,
  'contact.not-new': true,
  'contact.linked': true,
  'removal.chosen': true,
  'removal.asked': true,
  'contact.unlinked': true,
  'recovery-codes.renewed': true,
  'enrolment.finished': true,
  'change.disowned': true,
  'change.undone': true,
  'change.not-undone': true,
};
export const everyEventType: readonly string[] = Object.keys(named);

const places: Readonly<Record<FlowState['at'], FlowState['at']>> = {
  identifying: 'identifying',
  'choosing-contact': 'choosing-contact',
  sending: 'sending',
  challenged: 'challenged',
  checking: 'checking',
  'entering-recovery-code': 'entering-recovery-code',
  'checking-recovery-code': 'checking-recovery-code',
  inspecting: 'inspecting',
  'awaiting-approval': 'awaiting-approval',
  fulfilling: 'fulfilling',
  'change-ready': 'change-ready',
  'link-ready': 'link-ready',
  opening: 'opening',
  mailing: 'mailing',
  changing: 'changing',
  'choosing-password': 'choosing-password',
  'setting-password': 'setting-password',
  'confirming-password': 'confirming-password',
  'in-doubt': 'in-doubt',
  'signing-in': 'signing-in',
  'binding-actor': 'binding-actor',
  managing: 'managing',
  'sending-new': 'sending-new',
  'challenged-new': 'challenged-new',
  'checking-new': 'checking-new',
  linking: 'linking',
  unlinking: 'unlinking',
  removing: 'removing',
  closed: 'closed',
};
export const everyPlace: readonly FlowState['at'][] = Object.values(places);
