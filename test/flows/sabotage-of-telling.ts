// For each claim about what people are told without having asked, a `decide` that breaks it.
import { account } from './cast.ts';
import { isTold, type telling } from './claims-telling.ts';
import { instead, type Sabotage, spoilt, without } from './sabotage.ts';

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
  'a contact from a file is taken out by the word of whoever is believed about everybody, and by no other': spoilt(
    (decision, _subject, state) => (isTold(state, 'contact-imported') ? without(decision, 'unlink-contact') : decision),
  ),
};
