// For each claim about two proofs, a `decide` that breaks it.
import { moved, redraw } from '../../src/flows/decision.ts';
import { later } from '../../src/flows/ids.ts';
import type { FirstProof } from '../../src/flows/state.ts';
import { account, email, gateless, jane, noon, text } from './cast.ts';
import type { provingTwice } from './claims-proving-twice.ts';
import { instead, misheard, type Sabotage, spoilt } from './sabotage.ts';

const first: FirstProof = { channel: 'email', at: noon, contact: email.ref, recoveryCodes: 10 };

/** Whoever has proven one thing is asked for nothing more. */
const satisfiedWithOne = misheard((subject, state, event, moment) => [
  subject,
  state,
  event,
  event.type === 'account.inspected' ? { ...moment, policy: gateless } : moment,
]);

/** The contact that was proven is offered once more. */
const forgetful = misheard((subject, state, event, moment) => [
  subject,
  state.at === 'inspecting' && state.remaining !== undefined
    ? { ...state, remaining: { ...state.remaining, contacts: [email, text] } }
    : state,
  event,
  moment,
]);

/** Believes that everybody has a recovery code that has rested. */
const generous = misheard((subject, state, event, moment) => [
  subject,
  state,
  event,
  { ...moment, recoveryCodes: { left: 1, madeAt: later(noon, -365 * 86_400) } },
]);

export const secondProofSabotages: Readonly<Record<keyof typeof provingTwice, Sabotage>> = {
  'nothing that a rule with two proofs asks for is granted after one accepted code': satisfiedWithOne,
  'the same contact never counts twice': forgetful,
  'the contact that was proven is neither offered nor asked again for the second proof': forgetful,
  'a recovery code never stands alone': instead(
    (_subject, state, event) =>
      state.at === 'choosing-contact' && state.first === undefined && event.type === 'recovery-code.chosen',
    (_subject, _state, _event, { now }) =>
      moved(
        { at: 'entering-recovery-code', account, contacts: [email], first, after: 'asked', until: later(now, 900) },
        [redraw],
      ),
  ),
  'a recovery code is asked for only where the account has one that has rested, or had one when that was found out':
    generous,
  'an attempt of a recovery code is counted before it is checked, and only one is under way': spoilt((decision) =>
    decision.state.at === 'checking-recovery-code' ? { ...decision, counts: [] } : decision,
  ),
  'a recovery code that was wrong, or that nobody looked at for certain, stays counted': spoilt(
    (decision, _subject, _state, event) =>
      event.type === 'recovery-code.unchecked' ? { ...decision, counts: ['void'] } : decision,
  ),
  'a frozen account checks no recovery code': misheard((subject, state, event, moment) => [
    subject,
    state,
    event,
    { ...moment, budget: { counted: moment.budget.counted } },
  ]),
  'the first proof is never lost: not by going back, nor by a wrong code, nor at the end': spoilt(
    (decision, _subject, _state, event) => {
      if (event.type !== 'contact.reconsidered' || decision.state.at !== 'choosing-contact') return decision;
      const { first: _first, ...rest } = decision.state;
      return { ...decision, state: rest };
    },
  ),
  'whoever goes back chooses again among the same contacts': spoilt((decision, _subject, state) =>
    state.at === 'entering-recovery-code' && decision.state.at === 'choosing-contact'
      ? { ...decision, state: { ...decision.state, contacts: [email, text] } }
      : decision,
  ),
  '"it wasn\'t me" after one of two proofs ends it, freezes the account and voids its recovery codes': instead(
    (_subject, state, event) =>
      state.at === 'choosing-contact' && state.first !== undefined && event.type === 'disowned' && event.by === jane,
    () => ({ kind: 'ignored', because: 'stale' }),
  ),
  'whatever freezes the account voids its recovery codes, unless somebody else made them and only one chat is doubted; nothing else does':
    spoilt(({ voidsRecoveryCodes: _voids, ...decision }) => decision),
  'whoever has given one of two proofs is told so lastingly, in the request or at its end': spoilt((decision) => ({
    ...decision,
    effects: decision.effects.map((effect) => (effect.do === 'show' ? { ...effect, lasting: false } : effect)),
  })),
  'somebody with one of two proofs is not taken for verified by the helpdesk': spoilt((decision) => {
    if (decision.state.at !== 'closed') return decision;
    const { isHalfProven: _half, ...rest } = decision.state;
    return { ...decision, state: rest };
  }),
  'where no second proof is possible, the request ends at once, and the helpdesk gets a card': spoilt((decision) => ({
    ...decision,
    effects: decision.effects.filter((effect) => effect.do !== 'show' || effect.to !== 'helpdesk'),
  })),
};
