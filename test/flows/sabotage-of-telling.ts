// For each claim about what people are told without having asked, a `decide` that breaks it.
import { account } from './cast.ts';
import { isTold, type telling } from './claims-telling.ts';
import { instead, misheard, type Sabotage, spoilt, without } from './sabotage.ts';

export const tellingSabotages: Readonly<Record<keyof typeof telling, Sabotage>> = {
  'what somebody is told without having asked stays ended, and orders nothing but safety and drawings': spoilt(
    (decision, _subject, state) =>
      isTold(state, 'changed-elsewhere')
        ? { ...decision, effects: [...decision.effects, { do: 'lift-lock', account }] }
        : decision,
  ),
  'whoever is told of a password changed elsewhere stops it: pause, sessions, helpdesk, though they have proven nothing':
    instead(
      (_subject, state, event) => isTold(state, 'changed-elsewhere') && event.type === 'disowned',
      () => ({ kind: 'ignored', because: 'closed' }),
    ),
  'whoever is told of a request on the web stops it: pause, sessions, tickets of a reset, helpdesk, though they have proven nothing':
    spoilt((decision, _subject, state) =>
      isTold(state, 'requested-elsewhere') ? without(decision, 'void-tickets') : decision,
    ),
  'a request that no chat vouches for is announced with the first code that is accepted, and no other request is':
    spoilt((decision) => without(decision, 'announce-request')),
  'a request that no chat vouches for skips no approval: those of its rule and those beyond': misheard(
    (subject, state, event, moment) => {
      const { extraApprovals: _beyond, ...policy } = moment.policy;
      return [subject, state, event, { ...moment, policy }];
    },
  ),
  'a contact from a file is taken out by the word of whoever is believed about everybody, and by no other': spoilt(
    (decision, _subject, state) => (isTold(state, 'contact-imported') ? without(decision, 'unlink-contact') : decision),
  ),
};
