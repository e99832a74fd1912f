// Matches a platform user to one account with contacts, or refuses. The refusal does not say whether an account exists.

import { send } from './challenge.ts';
import { changeFirst } from './change.ts';
import { listed, usableContacts } from './contact.ts';
import { close, type Decision, delay, giveUp, ignored, type Moment, type Moved, moved, redraw } from './decision.ts';
import type { SigningIn } from './enrolment-state.ts';
import type { FlowEvent } from './event.ts';
import { type ContactRef, later } from './ids.ts';
import { allNeedTwoProofs, type GatedKind, mayRecover } from './policy.ts';
import { usableRecoveryCodes } from './second-proof.ts';
import type { ChoosingContact, Identifying, Subject } from './state.ts';

export function identifying(subject: Subject, state: Identifying, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'person.identified':
      if (subject.kind === 'enroll') return signInFirst(state, event, moment);
      if (subject.kind === 'change') return changeFirst(state, event, moment);
      return identified({ ...subject, kind: subject.kind }, state, event, moment);
    case 'person.unknown':
      if (subject.kind === 'enroll') return signInFirst(state, undefined, moment);
      if (subject.kind === 'change') return changeFirst(state, undefined, moment);
      return close(state, { outcome: 'refused', because: 'no-contact' }, moment.now);
    case 'person.refused':
      return close(state, { outcome: 'refused', because: event.because }, moment.now);
    case 'effect.delayed':
      return event.of === 'identify' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
      return event.of === 'identify' ? giveUp(state, event, moment.now) : ignored('stale');
    default:
      return ignored('stale');
  }
}

type Identified = Extract<FlowEvent, { type: 'person.identified' }>;

function identified(
  subject: Subject & { readonly kind: GatedKind },
  state: Identifying,
  { account, contacts, binding, sendTo }: Identified,
  moment: Moment,
): Decision {
  const { now, policy, budget } = moment;
  const { usable, next } = usableContacts(contacts, policy.contacts, now);
  const chooseContact = { at: 'choosing-contact' as const, account, contacts: usable, until: state.until };
  // Told like an account without contacts: an enrolment helps with both.
  if (!mayRecover(binding ?? 'free', policy.binding)) {
    return close(chooseContact, { outcome: 'refused', because: 'no-contact' }, now);
  }
  if (moment.rival === 'busy') return close(state, { outcome: 'refused', because: 'elsewhere' }, now);
  if (next !== undefined) {
    return close(chooseContact, { outcome: 'refused', because: 'contacts-resting', again: next }, now);
  }
  if (usable.length === 0) {
    const because = contacts.every(({ unusable }) => unusable !== undefined) ? 'no-contact' : 'contact-unconfirmed';
    return close(chooseContact, { outcome: 'refused', because }, now);
  }
  const frozen = budget.frozenUntil;
  if (frozen !== undefined && frozen > now) {
    return close(chooseContact, { outcome: 'refused', because: 'frozen', again: frozen }, now);
  }
  // The rules say so for everybody, so this tells nothing about the account; and no code is sent in vain.
  if (usable.length === 1 && usableRecoveryCodes(moment) === 0 && allNeedTwoProofs(policy.rules, subject.kind)) {
    return close(chooseContact, { outcome: 'refused', because: 'second-proof-impossible' }, now);
  }
  const begun =
    sendTo === undefined ? moved(chooseContact, [redraw]) : sendAtOnce(subject, chooseContact, sendTo, moment);
  return moment.rival === 'replaceable' && begun.state.at !== 'closed' ? { ...begun, supersede: true } : begun;
}

/** A code that cannot be sent yet may be asked for later. */
function sendAtOnce(subject: Subject, state: ChoosingContact, contact: ContactRef, moment: Moment): Moved {
  const sent = send(subject, state, contact, moment);
  return sent.kind === 'moved' ? sent : moved(state, [redraw]);
}

/**
 * Whoever enrols signs in, so the account need not be known before: two accounts may have one address, or the directory writes it
 * in capitals. What the platform vouches for decides whether the account that was signed in to is theirs.
 *
 * So only the account of a chat person who is bound to it is named, and has one open enrolment: they go on where they asked last.
 * Whose account it may not be ends nothing before they have signed in.
 */
function signInFirst(state: Identifying, known: Identified | undefined, moment: Moment): Decision {
  const { now, policy, freshLink, rival } = moment;
  const isBound = known?.binding === 'bound';
  if (isBound && rival === 'busy') return close(state, { outcome: 'refused', because: 'elsewhere' }, now);
  // Of an account that may not be theirs, nobody sees the contacts before the sign-in, not even masked.
  const isTheirs = known !== undefined && mayRecover(known.binding ?? 'free', policy.binding);
  const next: SigningIn = {
    at: 'signing-in',
    ...(isBound ? { account: known.account } : isTheirs ? { found: known.account } : {}),
    contacts: isTheirs ? listed(known.contacts, policy.contacts, now) : [],
    link: freshLink,
    until: later(now, policy.limits.linkSeconds),
  };
  const waiting = moved(next, [redraw]);
  return isBound && rival === 'replaceable' ? { ...waiting, supersede: true } : waiting;
}
