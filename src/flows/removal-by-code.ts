// A contact is taken out in the chat, without a sign-in: with a code from another contact of the account, and with as many proofs as the
// account's rules ask for. The contact itself proves nothing here.
import { send } from './challenge.ts';
import { type ListedContact, listed, masked, usableNow } from './contact.ts';
import { isForGood, openEndByCode, removedBy } from './contact-change.ts';
import { close, type Decision, delay, giveUp, ignored, type Moment, type Moved, moved, redraw } from './decision.ts';
import type { Effect } from './effect.ts';
import type { Removal, SigningIn } from './enrolment-state.ts';
import type { FlowEvent } from './event.ts';
import { type AccountId, type ContactRef, type Instant, later } from './ids.ts';
import { allNeedApproval, allNeedTwoProofs } from './policy.ts';
import { usableRecoveryCodes } from './second-proof.ts';
import { type ChoosingContact, type Closed, listedAccount, type Proof, type Removing, type Subject } from './state.ts';

/** The list waits for a sign-in in the browser. Until then, a contact can be taken out with a code. */
export function listedInChat(subject: Subject, state: SigningIn, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'removal.chosen':
      return choose(state, event.contact, moment);
    case 'contact.reconsidered': {
      const { removal, ...rest } = state;
      return removal === undefined ? ignored('stale') : moved(rest, [redraw]);
    }
    case 'code.requested':
      return prove(subject, state, event.contact, moment);
    default:
      return ignored('stale');
  }
}

function choose(state: SigningIn, contact: ContactRef, moment: Moment): Decision {
  if (!state.contacts.some(({ ref }) => ref === contact)) return ignored('stale');
  const others = state.contacts.filter(({ ref }) => ref !== contact);
  const { policy, now } = moment;
  const usable = usableNow(others, policy.contacts, now);
  const isEnough = usable.length > 1 || usableRecoveryCodes(moment) > 0 || !allNeedTwoProofs(policy.rules, 'enroll');
  // The rules say so for everybody, so this tells nothing about the account; and no code is sent in vain.
  const proving = isEnough && !allNeedApproval(policy.rules) ? usable : [];
  return moved({ ...state, removal: { contact, proving } }, [redraw]);
}

function prove(subject: Subject, state: SigningIn, contact: ContactRef, moment: Moment): Decision {
  const { removal, contacts } = state;
  const account = listedAccount(state);
  const about = contacts.find(({ ref }) => ref === removal?.contact);
  if (account === undefined || removal === undefined || about === undefined) return ignored('stale');
  const choosing: ChoosingContact = {
    at: 'choosing-contact',
    account,
    contacts: removal.proving,
    removal: { about: masked(about), others: contacts.filter((other) => other !== about) },
    until: later(moment.now, moment.policy.limits.flowSeconds),
  };
  if (moment.rival === 'busy') return close(choosing, { outcome: 'refused', because: 'elsewhere' }, moment.now);
  const sent = send(subject, choosing, contact, moment);
  const goesOn = sent.kind === 'moved' && sent.state.at === 'sending';
  return goesOn && moment.rival === 'replaceable' ? { ...sent, supersede: true } : sent;
}

/** The proof is complete. */
export function takeOutProven(account: AccountId, proof: Proof, removal: Removal, moment: Moment): Moved {
  const until = later(moment.now, moment.policy.limits.flowSeconds);
  const next: Removing = { at: 'removing', account, proof, removal, delayed: false, until };
  return moved(next, [{ do: 'unlink-contact', account, contact: removal.about.ref, report: true }, redraw]);
}

export function removing(state: Removing, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'contact.unlinked':
      return done(state, listed(event.contacts, moment.policy.contacts, moment.now), moment);
    case 'effect.delayed':
      return event.of === 'unlink-contact' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
    case 'effect.doubtful':
      if (event.of !== 'unlink-contact') return ignored('stale');
      return event.type === 'effect.failed' && isForGood(event)
        ? giveUp(state, event, moment.now)
        : finishLater(state, moment);
    default:
      return ignored('stale');
  }
}

/** Nobody knows how far it came. It is finished without the person, and announced now, so that nothing goes unheard. */
export function finishLater(state: Removing, { now }: Moment): Moved {
  const { enrolment, effects } = openEndByCode(state, now);
  return ending(state, enrolment, effects, now);
}

function done(state: Removing, contacts: readonly ListedContact[], { now }: Moment): Moved {
  const { made, announce } = removedBy(state.account, state.removal.about, now);
  return ending(state, { changes: [made], contacts }, announce, now);
}

function ending(
  state: Removing,
  enrolment: NonNullable<Closed['enrolment']>,
  effects: readonly Effect[],
  now: Instant,
): Moved {
  const ended = close(state, { outcome: 'done', because: 'enrolled' }, now);
  return { ...ended, state: { ...ended.state, enrolment }, effects: [...effects, ...ended.effects] };
}
