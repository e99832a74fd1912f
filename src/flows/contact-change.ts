// What adding a contact and taking one out have in common: back to the list, the announcement, and what is undone.
import type { MaskedContact } from './contact.ts';
import { close, type Moment, type Moved, moved, redraw, tell } from './decision.ts';
import type { Effect } from './effect.ts';
import type {
  ContactChangeMade,
  EnrolmentNews,
  Linking,
  MadeChange,
  Managing,
  SignedInState,
  Unlinking,
} from './enrolment-state.ts';
import type { FlowEvent } from './event.ts';
import type { AccountId, ContactRef, Instant } from './ids.ts';
import type { Removing } from './state.ts';

/** Back to the list, with what came of the last act. */
export function managing(from: SignedInState, news?: EnrolmentNews): Managing {
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

export type NotDone = Extract<FlowEvent, { type: 'effect.failed' | 'effect.doubtful' }>;

export function notDone(state: Linking | Unlinking, event: NotDone, more: readonly Effect[]): Moved {
  const news: EnrolmentNews =
    event.type === 'effect.failed' && event.because === 'limited'
      ? { is: 'limited', again: event.again }
      : { is: isForGood(event) ? 'refused' : 'unreachable' };
  return moved(managing(state, news), [...more, redraw]);
}

export const isForGood = (event: NotDone): boolean =>
  event.type === 'effect.failed' && (event.because === 'refused-by-provider' || event.because === 'not-permitted');

export interface RecordedChange {
  readonly next: Managing;
  readonly effects: readonly Effect[];
}

/** To the older contacts, and to everybody else who is bound to the account. Neither waits for the other. */
export const announced = (account: AccountId, nth: number, made: MadeChange): readonly Effect[] =>
  (['mail', 'chat'] as const).map((by) => ({ do: 'announce', by, account, change: nth, made }));

/** The change is recorded and announced, so that whoever has an older contact can say "it wasn't me". */
function change(state: Linking | Unlinking, what: ContactChangeMade['what'], now: Instant): RecordedChange {
  const { account, about: contact, changes } = state;
  const from = what === 'added' ? state.contacts.find(({ ref }) => ref === contact.ref)?.usableFrom : undefined;
  const wait = from === undefined ? {} : { usableFrom: from };
  const made: MadeChange = { what, contact, at: now, ...wait };
  const next = managing({ ...state, changes: [...changes, made] }, { is: what, masked: contact.masked, ...wait });
  return { next, effects: announced(account, changes.length, made) };
}

/** The same, where it is all that a request does. */
export function removedBy(account: AccountId, contact: MaskedContact, now: Instant) {
  const made: MadeChange = { what: 'removed', contact, at: now };
  return { made, announce: announced(account, 0, made) };
}

export function changed(state: Linking | Unlinking, what: ContactChangeMade['what'], moment: Moment): Moved {
  const { next, effects } = change(state, what, moment.now);
  return moved(next, [...effects, tell]);
}

export const finish = (state: SignedInState, { now }: Moment): Moved =>
  close(state, { outcome: 'done', because: 'enrolled' }, now);

type Ended = ReturnType<typeof close>;
type EndedAs = Parameters<typeof close>[1];

/** Ends it for a reason that doubts the person: what they added is taken out again. */
export const endBy = (state: SignedInState, ending: EndedAs, moment: Moment): Ended =>
  endWith(state, ending, moment, takenBack(state.account, state.changes));

/** Ends it because the account is paused, by a word that says nothing about this person: what they added stays. */
export function endKeeping(state: SignedInState, ending: EndedAs, moment: Moment): Ended {
  const closing = endWith(state, ending, moment, []);
  return { ...closing, state: { ...closing.state, inPart: 'nothing' } };
}

function endWith(state: SignedInState, ending: EndedAs, { now }: Moment, undoing: readonly Effect[]): Ended {
  const { from, effects } = openEnd(state, now);
  const closing = close(from, ending, now);
  return { ...closing, effects: [...effects, ...undoing, ...closing.effects] };
}

/**
 * Ended while something is under way of which nobody knows how far it came: what may be linked or bound is taken out, and a removal
 * is finished and announced, so that no contact goes unheard.
 */
export function openEnd(
  state: SignedInState,
  now: Instant,
): { readonly from: SignedInState; readonly effects: readonly Effect[] } {
  switch (state.at) {
    case 'binding-actor':
      return { from: state, effects: [{ do: 'unbind-actor', account: state.account }] };
    case 'linking':
      return { from: state, effects: neverLinked(state) };
    case 'unlinking': {
      const { next, effects } = removedLater(state, now);
      return { from: next, effects };
    }
    default:
      return { from: state, effects: [] };
  }
}

/** The same of a removal with codes. */
export function openEndByCode({ account, removal }: Pick<Removing, 'account' | 'removal'>, now: Instant) {
  const { made, announce } = removedBy(account, removal.about, now);
  return {
    enrolment: { changes: [made], contacts: removal.others },
    effects: [takeOut({ account }, removal.about.ref), ...announce],
  };
}

/**
 * Nobody knows how far the removal came. It is finished without the person, and announced now: otherwise a contact could be taken
 * out while nobody hears of it.
 */
export function removedLater(state: Unlinking, now: Instant): RecordedChange {
  const { ref } = state.about;
  const contacts = state.contacts.filter((contact) => contact.ref !== ref);
  const { next, effects } = change({ ...state, contacts }, 'removed', now);
  return { next, effects: [takeOut(state, ref), ...effects] };
}

const takeOut = ({ account }: Pick<SignedInState, 'account'>, contact: ContactRef): Effect => ({
  do: 'unlink-contact',
  ...{ account, contact, report: false },
});

/** The code at this contact was right, but it is not linked: nobody has what was made for it. */
export const discardProven = (contact: ContactRef): Effect => ({ do: 'discard-contact', contact, isProven: true });

/** Nobody knows how far the link came. It is taken out by ids, harmless where it never was, and nothing is left of it. */
export const neverLinked = (state: Linking): readonly Effect[] => [
  takeOut(state, state.about.ref),
  discardProven(state.about.ref),
];

/**
 * Takes out again what was added, and the chat person, if they are new. What was removed cannot be put back: its owner enrols it
 * anew. The chat person goes first: that makes the fewest calls, and stops them for good.
 */
export const takenBack = (account: AccountId, changes: readonly MadeChange[]): readonly Effect[] => [
  ...(changes.some(({ what }) => what === 'bound') ? [{ do: 'unbind-actor', account } as const] : []),
  ...changes.flatMap((made) => (made.what === 'added' ? [takeOut({ account }, made.contact.ref)] : [])),
];
