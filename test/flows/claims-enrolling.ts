// Who may change the contacts of an account, from when a contact counts, and who is heard about it afterwards.
import type { EnrolledContact, ListedContact } from '../../src/flows/contact.ts';
import type { Effect } from '../../src/flows/effect.ts';
import type { Doubt, FlowEvent } from '../../src/flows/event.ts';
import { type ContactRef, later } from '../../src/flows/ids.ts';
import { freezeSeconds } from '../../src/flows/limits.ts';
import { changesOf, type FlowState } from '../../src/flows/state.ts';
import { account, jane, noon } from './cast.ts';
import { answers, answersTo, ignoredAs, isMoved, type MovedStep, moves, orders, shows } from './claim.ts';
import { isForeign } from './events.ts';
import { isShortOfProof } from './ledger.ts';
import type { Step } from './walk.ts';

/** Codes of as many other contacts, or recovery codes, as were asked for in this request. */
const isProvenWithCodes = (step: MovedStep): boolean => {
  const { from, decision, after } = step;
  const removal = 'removal' in from && from.removal !== undefined && 'about' in from.removal ? from.removal : undefined;
  const ordered = decision.effects.flatMap((effect) => (effect.do === 'unlink-contact' ? [effect.contact] : []));
  return (
    removal !== undefined &&
    ordered.every((contact) => contact === removal.about.ref && !after.proven.includes(contact)) &&
    after.proven.some((proof) => proof !== 'recovery-code') &&
    !isShortOfProof(after)
  );
};
const isRemovedWithCodes = ({ from, decision: { state } }: MovedStep): boolean =>
  state.at === 'removing' || from.at === 'removing';

/** What is done at the provider for an enrolment. Taking a contact out again for safety needs nobody's sign-in. */
const needsSignIn = (effect: Effect): boolean =>
  ofSignedIn.has(effect.do) || (effect.do === 'unlink-contact' && effect.report);
const ofSignedIn: ReadonlySet<Effect['do']> = new Set([
  ...(['bind-actor', 'send-new-code', 'check-new-code', 'link-contact', 'announce'] as const),
]);

const takenOut = ({ decision }: MovedStep): readonly ContactRef[] =>
  decision.effects.flatMap((effect) => (effect.do === 'unlink-contact' && !effect.report ? [effect.contact] : []));

/** As an outside observer determines it, from what the account's record says. */
const isResting = ({ rests, since }: EnrolledContact, { moment: { policy, now } }: Step): boolean =>
  rests === true && (since === undefined || now - since < policy.contacts.coolOffHours * 3_600_000);

const canBeUsed = (contact: EnrolledContact, step: Step): boolean =>
  !isResting(contact, step) && (contact.unconfirmed !== true || step.moment.policy.contacts.unconfirmed === 'usable');

/** By what the list of a request says. */
const isListedUsable = (contact: ListedContact, { moment: { policy, now } }: Step): boolean =>
  contact.unusable === undefined &&
  (contact.usableFrom === undefined || contact.usableFrom <= now) &&
  (contact.unconfirmed !== true || policy.contacts.unconfirmed === 'usable');

const usableOf = (state: FlowState, step: Step): readonly ContactRef[] =>
  'contacts' in state ? state.contacts.filter((contact) => isListedUsable(contact, step)).map(({ ref }) => ref) : [];

const sameRefs = (contacts: readonly { readonly ref: ContactRef }[], refs: readonly ContactRef[]): boolean =>
  String(contacts.map(({ ref }) => ref)) === String(refs);

/** For everybody by these rules: an approval is asked for, or two proofs, of which these contacts and the recovery codes give one. */
const isInsufficient = (usable: readonly ContactRef[], { moment }: Step): boolean =>
  moment.policy.rules.every(({ reset }) => (reset?.approvals ?? 0) > 0) ||
  (usable.length < 2 &&
    (moment.recoveryCodes?.left ?? 0) === 0 &&
    moment.policy.rules.every(({ reset }) => reset?.proofs === 2));

type Identified = Extract<FlowEvent, { type: 'person.identified' }>;

/** A reset or an unlock whose person was found while their request was open. */
function identified({ subject, from, event, moment }: Step): Identified | undefined {
  const isInTime = from.at === 'identifying' && moment.now < from.until;
  return (subject.kind === 'reset' || subject.kind === 'unlock') && isInTime && event.type === 'person.identified'
    ? event
    : undefined;
}

const isBoundElsewhere = ({ binding }: Identified, { moment }: Step): boolean =>
  binding === 'others' || (moment.policy.binding === 'required' && binding !== 'bound');

/** The address that is linked now was proven in this step, and its code was ordered, sent and typed before. */
const isProvenNow = ({ from, event, before, decision, moment }: MovedStep): boolean =>
  from.at === 'checking-new' &&
  moment.now < from.checkUntil &&
  event.type === 'contact.proven' &&
  before.newCode?.step === 'typed' &&
  before.newCode.key === from.draft.key &&
  decision.effects.every((effect) => effect.do !== 'link-contact' || effect.contact === event.contact);

const breaksOff = ({ event }: Step): boolean =>
  event.type === 'account.frozen' || event.type === 'disowned' || event.type === 'change.disowned';

/** The account is paused by a word that says nothing about this chat person: by somebody else who was connected a moment ago. */
const isAboutOthers = ({ subject, event }: Step): boolean =>
  event.type === 'account.frozen' && event.doubt?.reach === 'theirs' && event.doubt.of !== subject.actor;

/** Its code has just proven that it is linked to nobody, also where the list of this request still has it from before. */
const isBeingLinked = (state: FlowState, ref: ContactRef): boolean => state.at === 'linking' && state.about.ref === ref;

const isPermanent = ({ event }: Step): boolean =>
  event.type === 'effect.failed' && (event.because === 'refused-by-provider' || event.because === 'not-permitted');

/** What is being taken out, after a sign-in or with codes. */
function removalOf(state: FlowState): ContactRef | undefined {
  if (state.at === 'unlinking') return state.about.ref;
  return state.at === 'removing' ? state.removal.about.ref : undefined;
}

const stopsTakingOut = ({ from, decision }: MovedStep): boolean =>
  removalOf(from) !== undefined && decision.state.at !== from.at;

/** This change, if an older contact may still speak about it. */
function contested({ from, event, moment }: Step): { readonly at: number } | undefined {
  const made = event.type === 'change.disowned' ? announcedIn(from)[event.change] : undefined;
  if (made === undefined || (from.at === 'closed' && from.disownedAt !== undefined && from.inPart === undefined))
    return undefined;
  return moment.now < made.at + 7 * 86_400_000 ? made : undefined;
}

/** What is being removed is told to its owner before it is known to be done. */
const announcedIn = (state: FlowState): readonly { readonly at: number }[] =>
  removalOf(state) === undefined ? changesOf(state) : [...changesOf(state), { at: noon }];

const isOver = ({ from, moment }: Step): boolean => from.at !== 'closed' && moment.now >= from.until;

/** The account is paused, or something is being done to it in another request. */
const isHeldUp = ({ rival, budget, now }: Step['moment']): boolean =>
  rival === 'busy' || (budget.frozenUntil ?? Number.NEGATIVE_INFINITY) > now;

/** The word of an older contact is heard also then, and every other "it wasn't me". */
const isPastItsTime = (step: Step): boolean => isOver(step) && !breaksOff(step);

export const enrolling = {
  'nothing of an account is changed in an enrolment without a fresh sign-in of that very account in it': moves(
    (step) => step.decision.effects.some(needsSignIn) && !isRemovedWithCodes(step),
    ({ subject, decision, after: { signedInAs } }) =>
      subject.kind === 'enroll' &&
      decision.effects.every(
        (effect) => !needsSignIn(effect) || ('account' in effect && effect.account === signedInAs),
      ),
  ),
  'nothing is removed without a sign-in in this request, or codes of other contacts, as many as the rules ask for':
    moves(
      ({ decision }) => decision.effects.some((effect) => effect.do === 'unlink-contact' && effect.report),
      (step) => (step.after.signedInAs !== undefined ? !('proof' in step.decision.state) : isProvenWithCodes(step)),
    ),
  'a removal with codes is announced, however it ends, unless it is refused for good': moves(
    (step) =>
      step.from.at === 'removing' && step.decision.state.at === 'closed' && (isPastItsTime(step) || !isPermanent(step)),
    (step) =>
      orders(step, 'announce') &&
      shows(step, 'person')?.lasting === true &&
      (step.event.type === 'contact.unlinked' || takenOut(step).length === 1),
  ),
  'nothing is linked without a code that was sent to that very address, typed and accepted in this request': moves(
    (step) => orders(step, 'link-contact') || step.decision.state.at === 'linking',
    (step) => step.from.at === 'linking' || isProvenNow(step),
  ),
  'a sign-in with another account than that of the chat person changes nothing': answersTo(
    ['signed-in'],
    ({ from, event }) =>
      event.type === 'signed-in' &&
      from.at !== 'closed' &&
      'account' in from &&
      from.account !== undefined &&
      from.account !== event.account,
    (step) => !isMoved(step) || isOver(step),
  ),
  'before the sign-in, an enrolment names the account only of a chat person who is bound to it': moves(
    ({ subject, decision: { state } }) => subject.kind === 'enroll' && state.at === 'signing-in',
    ({ from, event, decision: { state } }) => {
      const isBound = event.type === 'person.identified' && event.binding === 'bound';
      const named = from.at === 'signing-in' ? from.account : isBound ? event.account : undefined;
      return state.at === 'signing-in' && state.account === named;
    },
  ),
  'whoever is not bound goes on with the account that they sign in to, whichever one their address led to': answersTo(
    ['signed-in'],
    (step) =>
      step.from.at === 'signing-in' && step.from.account === undefined && !isOver(step) && !isHeldUp(step.moment),
    ({ event, decision }) =>
      event.type === 'signed-in' &&
      decision.kind === 'moved' &&
      decision.state.at === 'binding-actor' &&
      decision.state.account === event.account,
  ),
  'the list of one account is shown of no other': moves(
    ({ from, event }) => from.at === 'signing-in' && event.type === 'signed-in' && event.account !== account,
    ({ decision: { state } }) => !('contacts' in state) || state.contacts.length === 0,
  ),
  'a removal with codes is of the account whose contacts were listed': moves(
    ({ subject, after }) => subject.kind === 'enroll' && after.signedInAs === undefined,
    ({ decision: { state, effects } }) =>
      (!('removal' in state) || !('account' in state) || state.account === account) &&
      effects.every((effect) => effect.do !== 'unlink-contact' || effect.account === account),
  ),
  'a new contact is not offered before its cool-off is over, nor an unconfirmed one where the policy forbids it': moves(
    (step) => identified(step) !== undefined && step.decision.state.at === 'choosing-contact',
    (step) => {
      const { state } = step.decision;
      const known = identified(step)?.contacts ?? [];
      const usable = known.filter((contact) => canBeUsed(contact, step)).map(({ ref }) => ref);
      return 'contacts' in state && String(state.contacts.map(({ ref }) => ref)) === String(usable);
    },
  ),
  'the list of contacts says from when each can be used': moves(
    ({ subject, event, decision: { state } }) =>
      subject.kind === 'enroll' &&
      event.type === 'person.identified' &&
      state.at === 'signing-in' &&
      // Somebody whose account others are bound to sees none.
      state.contacts.length > 0,
    (step) => {
      const { event, decision, moment } = step;
      const known = event.type === 'person.identified' ? event.contacts : [];
      const listed = decision.state.at === 'signing-in' ? decision.state.contacts : [];
      return known.every((contact, nth) => {
        const from = listed[nth]?.usableFrom;
        return (
          listed[nth]?.ref === contact.ref && (from !== undefined && from > moment.now) === isResting(contact, step)
        );
      });
    },
  ),
  'a removal is proven with what can be used alone: no contact that rests, and not the one that is removed': moves(
    ({ event, decision: { state } }) => event.type === 'removal.chosen' && state.at === 'signing-in',
    (step) => {
      const { from, event, decision } = step;
      const proving = decision.state.at === 'signing-in' ? (decision.state.removal?.proving ?? []) : [];
      const usable = usableOf(from, step).filter((ref) => event.type === 'removal.chosen' && ref !== event.contact);
      return proving.length === 0 ? usable.length === 0 || isInsufficient(usable, step) : sameRefs(proving, usable);
    },
  ),
  'no code for a removal goes to a contact that rests, nor to the one that is removed': moves(
    (step) => step.subject.kind === 'enroll' && orders(step, 'send-code'),
    (step) => {
      const { from, decision } = step;
      const sent = decision.effects.flatMap((effect) => (effect.do === 'send-code' ? [effect.contact] : []));
      if (from.at === 'signing-in') {
        return sent.every((ref) => ref !== from.removal?.contact && usableOf(from, step).includes(ref));
      }
      const about =
        'removal' in from && from.removal !== undefined && 'about' in from.removal ? from.removal : undefined;
      const others = about?.others.filter((contact) => isListedUsable(contact, step)).map(({ ref }) => ref) ?? [];
      return sent.every((ref) => ref !== about?.about.ref && others.includes(ref));
    },
  ),
  'whoever has only contacts that rest is told from when, and gets no code': moves(
    (step) => {
      const found = identified(step);
      if (found === undefined || isBoundElsewhere(found, step) || step.moment.rival === 'busy') return false;
      const isNone = found.contacts.every((contact) => !canBeUsed(contact, step));
      return isNone && found.contacts.some((contact) => contact.unconfirmed !== true && isResting(contact, step));
    },
    ({ decision: { state }, moment }) =>
      state.at === 'closed' && state.ending.because === 'contacts-resting' && state.ending.again > moment.now,
  ),
  'whoever has only contacts that are not confirmed is told so where the policy wants them confirmed, and gets no code':
    moves(
      (step) => {
        const found = identified(step);
        if (found === undefined || isBoundElsewhere(found, step) || step.moment.rival === 'busy') return false;
        return (
          found.contacts.length > 0 &&
          found.contacts.every(({ unconfirmed }) => unconfirmed === true) &&
          step.moment.policy.contacts.unconfirmed === 'not-usable'
        );
      },
      ({ decision: { state } }) => state.at === 'closed' && state.ending.because === 'contact-unconfirmed',
    ),
  'only a bound chat person recovers an account that somebody is bound to, or where the policy asks for it': moves(
    (step) => {
      const found = identified(step);
      return found !== undefined && isBoundElsewhere(found, step);
    },
    ({ decision: { state, effects } }) =>
      state.at === 'closed' &&
      state.ending.outcome === 'refused' &&
      state.ending.because === 'no-contact' &&
      effects.every((effect) => effect.do === 'show'),
  ),
  'a contact that is not confirmed is confirmed by its first code': moves(
    ({ event, decision: { state } }) => event.type === 'code.accepted' && state.at === 'inspecting',
    (step) => {
      const { from } = step;
      const known = from.at === 'checking' ? from.contacts.find(({ ref }) => ref === from.contact) : undefined;
      return orders(step, 'confirm-contact') === (known?.unconfirmed === true);
    },
  ),
  'a change of the contacts is announced when it is made, with its number': moves(
    ({ from, event, decision: { state } }) =>
      (event.type === 'contact.linked' || event.type === 'contact.unlinked') && 'changes' in from && 'changes' in state,
    (step) => {
      const made = changesOf(step.decision.state);
      return (
        made.length === changesOf(step.from).length + 1 &&
        step.decision.effects.some(
          (effect) =>
            effect.do === 'announce' && effect.change === made.length - 1 && effect.made === made[made.length - 1],
        ) &&
        shows(step, 'person')?.lasting === true
      );
    },
  ),
  'a chat person who is new is a change, and is announced unless there is nobody to tell': moves(
    ({ from, event, decision: { state } }) =>
      from.at === 'binding-actor' && event.type === 'actor.bound' && state.at === 'managing',
    (step) => {
      const { event, decision } = step;
      const binding = event.type === 'actor.bound' ? event.binding : undefined;
      const made = changesOf(decision.state).slice(changesOf(step.from).length);
      const told = decision.effects.flatMap((effect) => (effect.do === 'announce' ? [effect.by] : []));
      if (binding === undefined) return made.length === 0 && told.length === 0;
      return made[0]?.what === 'bound' && String(told) === (binding === 'first' ? '' : 'mail,chat');
    },
  ),
  'a chat person who is not known to be bound is taken out again, however the request ends': moves(
    ({ from, event, decision: { state } }) =>
      from.at === 'binding-actor' &&
      state.at !== 'binding-actor' &&
      !(event.type === 'actor.bound' && state.at === 'managing'),
    (step) => orders(step, 'unbind-actor'),
  ),
  'a chat person who is new is taken out again where somebody says that it was not them': moves(
    (step) => breaksOff(step) && hasBound(step.from) && !isAboutOthers(step),
    (step) => step.decision.state.at !== 'closed' || orders(step, 'unbind-actor') || isTooEarly(step) || stays(step),
  ),
  'the word of somebody else who was connected a moment ago takes nothing back': moves(
    isAboutOthers,
    (step) =>
      step.decision.state.at === 'closed' &&
      step.decision.state.inPart === ('changes' in step.from ? 'nothing' : undefined) &&
      step.decision.state.disownedAt === undefined &&
      takenOut(step).every((ref) => !addedIn(step.from).includes(ref) || isBeingLinked(step.from, ref)) &&
      (!orders(step, 'unbind-actor') || step.from.at === 'binding-actor'),
  ),
  'what is not taken back is said to stay, and an older contact is still heard about it': moves(
    ({ event, decision: { state } }) =>
      event.type === 'account.frozen' &&
      state.at === 'closed' &&
      state.undone?.some(({ is }) => is === 'kept') === true,
    ({ decision: { state } }) => state.at === 'closed' && state.disownedAt !== undefined && state.inPart !== undefined,
  ),
  'whoever was new when they made a change that is disowned is doubted since they were connected': moves(
    ({ from, event, moment: { earlier } }) => {
      const at = changesOf(from)[0]?.at;
      const connected = earlier?.connected;
      return (
        event.type === 'change.disowned' &&
        at !== undefined &&
        !hasBound(from) &&
        connected !== undefined &&
        connected.isFirst !== true &&
        at - connected.at < 86_400_000
      );
    },
    ({ decision: { doubt, state }, moment: { earlier } }) =>
      state.at === 'closed' &&
      state.disconnects === true &&
      doubt?.staysConnected === undefined &&
      (doubt?.theirsSince ?? Number.POSITIVE_INFINITY) <= (earlier?.connected?.at ?? 0),
  ),
  'what was taken back is told as done when it is done, and the helpdesk hears of what is not': moves(
    ({ event, decision: { state } }) =>
      (event.type === 'change.undone' || event.type === 'change.not-undone') &&
      state.at === 'closed' &&
      isUndoing(event),
    (step) => {
      const { from, event, decision } = step;
      if (from.at !== 'closed' || decision.state.at !== 'closed' || !isUndoing(event)) return isOver(step);
      const last = decision.state.undone?.at(-1);
      const is = event.type === 'change.undone' ? 'done' : 'failed';
      const isHeard = is === 'done' || from.disownedAt === undefined || shows(step, 'helpdesk')?.lasting === true;
      return last?.is === is && last.contact === event.contact && isHeard;
    },
  ),
  'what a request has changed is only added to': moves(
    ({ from }) => changesOf(from).length > 0,
    ({ from, decision: { state } }) => changesOf(from).every((made, index) => changesOf(state)[index] === made),
  ),
  'whatever may have been taken out is announced, also where somebody says that it was not them': moves(
    (step) => stopsTakingOut(step) && (isPastItsTime(step) || !isPermanent(step)),
    (step) => orders(step, 'announce') && changesOf(step.decision.state).length === changesOf(step.from).length + 1,
  ),
  'a removal that is not known to be done is finished': moves(
    (step) =>
      stopsTakingOut(step) && (isPastItsTime(step) || (!isPermanent(step) && step.event.type !== 'contact.unlinked')),
    (step) => takenOut(step).some((ref) => ref === removalOf(step.from)),
  ),
  'a contact that is not known to be linked is taken out again, however the request goes on': moves(
    ({ from, event, decision: { state } }) =>
      from.at === 'linking' &&
      state.at !== 'linking' &&
      !(state.at === 'managing' && (event.type === 'contact.linked' || event.type === 'contact.not-new')),
    (step) => step.from.at === 'linking' && takenOut(step).includes(step.from.about.ref),
  ),
  'what was added is taken out again where the account is frozen or somebody says that it was not them': moves(
    (step) => breaksOff(step) && 'changes' in step.from && !isAboutOthers(step),
    (step) => addedIn(step.from).every((ref) => takenOut(step).includes(ref)),
  ),
  'what was made for a code that never came back is deleted at the end': moves(
    ({ from, decision: { state } }) => 'sentTo' in from && from.sentTo.length > 0 && state.at === 'closed',
    ({ from, decision: { effects } }) =>
      'sentTo' in from &&
      from.sentTo.every(
        (ref) =>
          from.contacts.some((contact) => contact.ref === ref) ||
          effects.some((effect) => effect.do === 'discard-contact' && effect.contact === ref),
      ),
  ),
  'what a right code has proven is deleted where it is not linked': moves(
    (step) => unlinkedProof(step) !== undefined,
    (step) => {
      const discarded = step.decision.effects.filter((effect) => effect.do === 'discard-contact');
      return discarded.some((effect) => effect.contact === unlinkedProof(step) && effect.isProven === true);
    },
  ),
  'nothing is deleted as proven but what a right code has proven in this request': moves(
    ({ decision }) => decision.effects.some((effect) => effect.do === 'discard-contact' && effect.isProven === true),
    (step) =>
      step.decision.effects.every(
        (effect) =>
          effect.do !== 'discard-contact' || effect.isProven !== true || effect.contact === unlinkedProof(step),
      ),
  ),
  'an older contact is heard for a week, whatever has become of the request': answersTo(
    ['change.disowned'],
    (step) => contested(step) !== undefined,
    (step) =>
      isMoved(step) &&
      step.decision.state.at === 'closed' &&
      step.decision.state.disownedAt === step.moment.now &&
      step.decision.freezeUntil === later(step.moment.now, freezeSeconds) &&
      orders(step, 'end-sessions') &&
      shows(step, 'helpdesk')?.lasting === true &&
      addedIn(step.from).every((ref) => takenOut(step).includes(ref)),
  ),
  'an older contact is heard once, for a week, and about a change that was made': answersTo(
    ['change.disowned'],
    (step) => contested(step) === undefined,
    (step) => !isMoved(step),
  ),
  'what a request of this kind never waits for does nothing to it': answers(
    ({ subject, event }) => isForeign(subject.kind, event),
    (step) => !isMoved(step) || isOver(step),
  ),
  'nobody who is not the person presses anything in an enrolment': answersTo(
    ['cancelled', 'disowned'],
    ({ subject, event }) => subject.kind === 'enroll' && 'by' in event && event.by !== subject.actor,
    (step) => ignoredAs(step.decision, 'not-yours'),
  ),
  'between two codes for one new address lies the cool-down': answersTo(
    ['address.given'],
    ({ from, event, moment: { budget, now, policy } }) =>
      event.type === 'address.given' &&
      'changes' in from &&
      budget.counted.some(
        ({ what, contact, at }) =>
          what === 'sent' && contact === event.draft.key && now - at < policy.limits.resendSeconds * 1_000,
      ) &&
      budget.counted.every(({ what }) => what !== 'passed'),
    (step) => !isMoved(step) || !orders(step, 'send-new-code'),
  ),
} as const;

/** What was proven by its code and is not linked after all. */
function unlinkedProof({ from, event, decision: { state } }: MovedStep): ContactRef | undefined {
  if (from.at === 'checking-new' && event.type === 'contact.proven') {
    return state.at === 'linking' ? undefined : event.contact;
  }
  if (from.at !== 'linking' || state.at === 'linking') return undefined;
  // Linked, or somebody else has it.
  const isSettled = state.at === 'managing' && (event.type === 'contact.linked' || event.type === 'contact.not-new');
  return isSettled ? undefined : from.about.ref;
}

const hasBound = (state: FlowState): boolean => changesOf(state).some(({ what }) => what === 'bound');

/** An ended enrolment hears of another one's end, and gives back only what it changed since then. */
const isTooEarly = ({ from, event }: Step): boolean =>
  from.at === 'closed' &&
  event.type === 'account.frozen' &&
  changesOf(from).every(({ what, at }) => what !== 'bound' || at < (sinceWhen(event.doubt) ?? at + 1));

const sinceWhen = (doubt: Doubt | undefined) => (doubt?.of === jane ? doubt.theirsSince : doubt?.othersSince);

/** Whoever says so themselves stays connected by what other requests did. */
const stays = ({ from, event }: Step): boolean =>
  from.at === 'closed' && event.type === 'account.frozen' && event.doubt?.staysConnected === true;

const isUndoing = (event: FlowEvent): event is Extract<FlowEvent, { type: 'change.undone' | 'change.not-undone' }> =>
  event.type === 'change.undone' || event.type === 'change.not-undone';

const addedIn = (state: FlowState): readonly ContactRef[] =>
  changesOf(state).flatMap((made) => (made.what === 'added' ? [made.contact.ref] : []));
