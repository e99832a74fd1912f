// For each claim about enrolment, a `decide` that breaks it.
import { type Moved, moved, redraw } from '../../src/flows/decision.ts';
import type { FlowState } from '../../src/flows/state.ts';
import { account, enrolled, foreignContact, mallory, samsAccount } from './cast.ts';
import type { enrolling } from './claims-enrolling.ts';
import { instead, misheard, type Sabotage, spoilt, unlimited, without } from './sabotage.ts';

const ignoring = (type: string, at?: FlowState['at']): Sabotage =>
  instead(
    (_subject, state, event) => event.type === type && (at === undefined || state.at === at),
    () => ({ kind: 'ignored', because: 'stale' }),
  );
/** As if every cool-off were over. */
const neverResting = (state: FlowState): FlowState =>
  state.at === 'signing-in'
    ? { ...state, contacts: state.contacts.map(({ usableFrom: _from, ...contact }) => contact) }
    : state;
const withoutTakingOut = (decision: Moved): Moved => ({
  ...decision,
  effects: decision.effects.filter((effect) => effect.do !== 'unlink-contact' || effect.report),
});

export const enrolmentSabotages: Readonly<Record<keyof typeof enrolling, Sabotage>> = {
  'nothing of an account is changed in an enrolment without a fresh sign-in of that very account in it': spoilt(
    (decision) => ({
      ...decision,
      effects: decision.effects.map((effect) =>
        effect.do === 'bind-actor' ? { ...effect, account: samsAccount } : effect,
      ),
    }),
  ),
  'nothing is removed without a sign-in in this request, or codes of other contacts, as many as the rules ask for':
    spoilt((decision) => ({
      ...decision,
      effects: decision.effects.map((effect) =>
        effect.do === 'unlink-contact' && effect.report && decision.state.at === 'removing'
          ? { ...effect, contact: foreignContact }
          : effect,
      ),
    })),
  'a removal with codes is announced, however it ends, unless it is refused for good': spoilt(
    (decision, _subject, state) => (state.at === 'removing' ? without(decision, 'announce') : decision),
  ),
  'nothing is linked without a code that was sent to that very address, typed and accepted in this request': spoilt(
    (decision) => ({
      ...decision,
      effects: decision.effects.map((effect) =>
        effect.do === 'link-contact' ? { ...effect, contact: foreignContact } : effect,
      ),
    }),
  ),
  'a sign-in with another account than that of the chat person changes nothing': misheard(
    (subject, state, event, moment) => [
      subject,
      state,
      event.type === 'signed-in' ? { ...event, account } : event,
      moment,
    ],
  ),
  'before the sign-in, an enrolment names the account only of a chat person who is bound to it': spoilt((decision) =>
    decision.state.at === 'signing-in' ? { ...decision, state: { ...decision.state, account } } : decision,
  ),
  'whoever is not bound goes on with the account that they sign in to, whichever one their address led to': instead(
    (_subject, state, event) =>
      event.type === 'signed-in' && state.at === 'signing-in' && (state.found ?? event.account) !== event.account,
    () => ({ kind: 'ignored', because: 'not-yours' }),
  ),
  'the list of one account is shown of no other': spoilt((decision) =>
    decision.state.at === 'binding-actor'
      ? { ...decision, state: { ...decision.state, contacts: [enrolled] } }
      : decision,
  ),
  'a removal with codes is of the account whose contacts were listed': spoilt((decision) =>
    decision.state.at === 'sending' && decision.state.removal !== undefined
      ? { ...decision, state: { ...decision.state, account: samsAccount } }
      : decision,
  ),
  'a new contact is not offered before its cool-off is over, nor an unconfirmed one where the policy forbids it':
    misheard((subject, state, event, moment) => [
      subject,
      state,
      event.type === 'person.identified'
        ? { ...event, contacts: event.contacts.map(({ rests: _rests, ...contact }) => contact) }
        : event,
      moment,
    ]),
  'the list of contacts says from when each can be used': misheard((subject, state, event, moment) => [
    subject,
    state,
    event.type === 'person.identified'
      ? { ...event, contacts: event.contacts.map(({ rests: _rests, ...contact }) => contact) }
      : event,
    moment,
  ]),
  'a removal is proven with what can be used alone: no contact that rests, and not the one that is removed': misheard(
    (subject, state, event, moment) => [subject, neverResting(state), event, moment],
  ),
  'no code for a removal goes to a contact that rests, nor to the one that is removed': spoilt(
    (decision, _subject, state) => ({
      ...decision,
      effects: decision.effects.map((effect) =>
        effect.do === 'send-code' && state.at === 'signing-in' && state.removal !== undefined
          ? { ...effect, contact: state.removal.contact }
          : effect,
      ),
    }),
  ),
  'whoever has only contacts that rest is told from when, and gets no code': misheard(
    (subject, state, event, moment) => [
      subject,
      state,
      event,
      { ...moment, policy: { ...moment.policy, contacts: { ...moment.policy.contacts, coolOffHours: 0 } } },
    ],
  ),
  'whoever has only contacts that are not confirmed is told so where the policy wants them confirmed, and gets no code':
    misheard((subject, state, event, moment) => [
      subject,
      state,
      event,
      { ...moment, policy: { ...moment.policy, contacts: { ...moment.policy.contacts, unconfirmed: 'usable' } } },
    ]),
  'only a bound chat person recovers an account that somebody is bound to, or where the policy asks for it': misheard(
    (subject, state, event, moment) => [
      subject,
      state,
      event.type === 'person.identified' ? { ...event, binding: 'bound' } : event,
      moment,
    ],
  ),
  'a contact that is not confirmed is confirmed by its first code': spoilt((decision) =>
    without(decision, 'confirm-contact'),
  ),
  'a change of the contacts is announced when it is made, with its number': spoilt((decision) =>
    without(decision, 'announce'),
  ),
  'a chat person who is new is a change, and is announced unless there is nobody to tell': spoilt(
    (decision, _subject, _state, event) => (event.type === 'actor.bound' ? without(decision, 'announce') : decision),
  ),
  'a chat person who is not known to be bound is taken out again, however the request ends': spoilt((decision) =>
    without(decision, 'unbind-actor'),
  ),
  'a chat person who is new is taken out again where somebody says that it was not them': spoilt((decision) =>
    without(decision, 'unbind-actor'),
  ),
  'the word of somebody else who was connected a moment ago takes nothing back': misheard(
    (subject, state, event, moment) => {
      const isForeign = event.type === 'account.frozen' && event.doubt?.of === mallory;
      return [subject, state, isForeign ? { ...event, doubt: { ...event.doubt, reach: 'all' } } : event, moment];
    },
  ),
  'what is not taken back is said to stay, and an older contact is still heard about it': spoilt((decision) => {
    if (decision.state.at !== 'closed') return decision;
    const { inPart: _, ...state } = decision.state;
    return { ...decision, state };
  }),
  'whoever was new when they made a change that is disowned is doubted since they were connected': misheard(
    (subject, state, event, moment) => {
      const { earlier: _, ...rest } = moment;
      return [subject, state, event, event.type === 'change.disowned' ? rest : moment];
    },
  ),
  'what was taken back is told as done when it is done, and the helpdesk hears of what is not': misheard(
    (subject, state, event, moment) => [
      subject,
      state,
      event.type === 'change.not-undone' ? { ...event, type: 'change.undone' } : event,
      moment,
    ],
  ),
  'what a request has changed is only added to': spoilt((decision) =>
    'changes' in decision.state
      ? { ...decision, state: { ...decision.state, changes: decision.state.changes.slice(-1) } }
      : decision,
  ),
  'whatever may have been taken out is announced, also where somebody says that it was not them': spoilt(
    (decision, _subject, _state, event) =>
      event.type === 'contact.unlinked' ? decision : without(decision, 'announce'),
  ),
  'a removal that is not known to be done is finished': spoilt(withoutTakingOut),
  'a contact that is not known to be linked is taken out again, however the request goes on': spoilt(withoutTakingOut),
  'what was added is taken out again where the account is frozen or somebody says that it was not them':
    spoilt(withoutTakingOut),
  'what was made for a code that never came back is deleted at the end': spoilt((decision) =>
    without(decision, 'discard-contact'),
  ),
  'what a right code has proven is deleted where it is not linked': spoilt((decision) => ({
    ...decision,
    effects: decision.effects.map((effect) =>
      effect.do === 'discard-contact' ? { do: effect.do, contact: effect.contact } : effect,
    ),
  })),
  'nothing is deleted as proven but what a right code has proven in this request': spoilt((decision) => ({
    ...decision,
    effects: decision.effects.map((effect) =>
      effect.do === 'discard-contact' ? { ...effect, isProven: true } : effect,
    ),
  })),
  'an older contact is heard for a week, whatever has become of the request': ignoring('change.disowned', 'closed'),
  'an older contact is heard once, for a week, and about a change that was made': misheard(
    (subject, state, event, moment) => {
      if (event.type !== 'change.disowned' || state.at !== 'closed') return [subject, state, event, moment];
      const { disownedAt: _at, ...rest } = state;
      return [subject, rest, event, moment];
    },
  ),
  'what a request of this kind never waits for does nothing to it': instead(
    (_subject, state, event) => state.at === 'choosing-contact' && event.type === 'contact.linked',
    (_subject, state) => moved(state, [redraw]),
  ),
  'nobody who is not the person presses anything in an enrolment': misheard((subject, state, event, moment) => [
    subject,
    state,
    event.type === 'cancelled' && event.by === mallory ? { ...event, by: subject.actor } : event,
    moment,
  ]),
  'between two codes for one new address lies the cool-down': unlimited,
};

/** A check that asks nobody: what was typed counts as proven. */
export const believesEverything: Sabotage = misheard((subject, state, event, moment) => [
  subject,
  state,
  event.type === 'new-code.rejected' ? { type: 'contact.proven', contact: enrolled.ref } : event,
  moment,
]);
