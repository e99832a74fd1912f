// For each claim about interleavings, a `decide` that breaks it.
import { moved, redraw, tell } from '../../src/flows/decision.ts';
import { instant, later } from '../../src/flows/ids.ts';
import { account, freshLink } from './cast.ts';
import type { RunClaim } from './run.ts';
import {
  blindToThePerson,
  instead,
  misheard,
  rivalless,
  type Sabotage,
  spoilt,
  unlimited,
  without,
} from './sabotage.ts';
import { believesEverything } from './sabotage-of-enrolment.ts';

const uncounted = spoilt((decision) => ({ ...decision, counts: [] }));
const lockLifting = instead(
  (_subject, state, event) => state.at === 'closed' && event.type === 'cancelled',
  (_subject, _state, _event, { now }) =>
    moved(
      {
        ...{ at: 'fulfilling', account, proof: { channel: 'email', at: instant(0) }, approvals: [], delayed: false },
        until: later(now, 900),
      },
      [{ do: 'lift-lock', account }, tell],
      ['unlock'],
    ),
);

export const runSabotages: Readonly<Record<RunClaim, Sabotage>> = {
  'no lock is lifted, no ticket minted and no forgotten password set without a code that the provider accepted in that request':
    misheard((subject, state, event, moment) => [
      subject,
      state,
      event.type === 'code.rejected' ? { type: 'code.accepted' } : event,
      moment,
    ]),
  'no known password is changed without a sign-in of that account in that request, or an old password that was right':
    instead(
      (_subject, state, event) => state.at === 'change-ready' && event.type === 'link.opened',
      (_subject, state, _event, { now }) =>
        moved(
          {
            ...{ at: 'opening', account, proof: { channel: 'sign-in', at: now }, approvals: [] },
            ...{ link: state.at === 'change-ready' ? state.link : freshLink },
            ...{ until: later(now, 600), openUntil: later(now, 45) },
          },
          [{ do: 'mint-ticket', account }],
        ),
    ),
  'no request has more than three wrong old passwords looked at': (honest) =>
    unlimited(
      spoilt((decision) =>
        'oldLeft' in decision.state ? { ...decision, state: { ...decision.state, oldLeft: 3, left: 5 } } : decision,
      )(honest),
    ),
  'where the provider asked for more than the old password, that request sends none again': spoilt((decision) => {
    if (decision.state.at !== 'change-ready') return decision;
    const { needsSignIn: _needs, ...state } = decision.state;
    return { ...decision, state };
  }),
  'nobody is proven by an old password that was wrong, whatever the account says later': spoilt(
    (decision, { kind }, _state, event, { now }) =>
      kind === 'change' && event.type === 'password.set' && decision.state.at === 'closed'
        ? { ...decision, state: { ...decision.state, proof: { channel: 'old-password', at: now } } }
        : decision,
  ),
  'where two proofs are asked for, none without codes of two different contacts, or of a contact and a recovery code':
    misheard((subject, state, event, moment) => [
      subject,
      state,
      event,
      {
        ...moment,
        policy: {
          ...moment.policy,
          rules: moment.policy.rules.map(({ reset, unlock, ...rest }) => ({
            ...rest,
            ...(reset === undefined ? {} : { reset: { ...reset, proofs: 1 as const } }),
            ...(unlock === undefined ? {} : { unlock: { ...unlock, proofs: 1 as const } }),
          })),
        },
      },
    ]),
  'a recovery code that was wrong, used or void proves nothing': misheard((subject, state, event, moment) => [
    subject,
    state,
    event.type === 'recovery-code.rejected' ? { type: 'recovery-code.accepted', left: 1 } : event,
    moment,
  ]),
  'a recovery code whose verdict is lost costs that code alone: the request asks for another one, and keeps its first proof':
    spoilt((decision, _subject, state, event, { now }) =>
      state.at === 'checking-recovery-code' && event.type === 'deadline'
        ? {
            ...decision,
            state: {
              ...{ at: 'closed', ending: { outcome: 'cancelled', because: 'superseded' }, closedAt: now },
              ...{ account, approvals: [], helpdeskKnows: false },
            },
          }
        : decision,
    ),
  'none without the approvals of as many different approvers, none of them the person': blindToThePerson,
  'a code that was ordered for another request proves nothing for this one': unlimited,
  'at most one fulfilment a request': lockLifting,
  'a link that has opened the page opens it never again, and no page is opened after its first link has expired':
    spoilt((decision, _subject, state) =>
      state.at === 'opening' && decision.state.at === 'changing' && decision.state.again !== undefined
        ? { ...decision, state: { ...decision.state, again: { ...decision.state.again, link: state.link } } }
        : decision,
    ),
  "the provider refuses no more codes of an account in a day than the day's budget, over all requests": spoilt(
    (decision, _subject, _state, event) =>
      event.type === 'code.rejected' ? { ...decision, counts: ['void'] } : decision,
  ),
  'the provider refuses no more tries of one code than it has': spoilt((decision, _subject, state) =>
    'attemptsLeft' in decision.state && state.at === 'checking'
      ? { ...decision, state: { ...decision.state, attemptsLeft: 1, after: 'wrong' } }
      : decision,
  ),
  "no more codes are ordered in an hour than the hour's budget, over all requests": uncounted,
  'between two codes for one contact lies the cool-down, over all requests, unless the first came back rightly or is used up':
    unlimited,
  "no more unlocks are ordered in a day than the day's budget, over all requests": unlimited,
  'while the account rests nothing is given': (honest) =>
    misheard((subject, state, event, moment) => [
      subject,
      state,
      event,
      { ...moment, budget: { counted: moment.budget.counted } },
    ])(
      instead(
        (_subject, _state, event) => event.type === 'account.frozen',
        () => ({ kind: 'ignored', because: 'too-soon' }),
      )(honest),
    ),
  'an account has one open request a kind': rivalless,
  'a closed request stays closed, and acts no more': instead(
    (_subject, state, event) => state.at === 'closed' && event.type === 'code.submitted',
    (_subject, state) =>
      moved({ at: 'identifying', delayed: false, until: state.at === 'closed' ? state.closedAt : state.until }, [
        redraw,
      ]),
  ),
  'a ticket that somebody holds is voided when its request is broken off': spoilt((decision) =>
    without(decision, 'void-tickets'),
  ),
  'a contact is linked only in a request that its person signed in for, after a code came back from its address there':
    believesEverything,
  'no code goes to a contact before its cool-off is over, whichever were taken out before': misheard(
    (subject, state, event, moment) => [
      subject,
      state,
      event,
      { ...moment, policy: { ...moment.policy, contacts: { ...moment.policy.contacts, coolOffHours: 0 } } },
    ],
  ),
  'what is linked in the end was announced, and nobody has disowned it': spoilt((decision) => ({
    ...decision,
    effects: decision.effects.filter((effect) => effect.do !== 'unlink-contact' || effect.report),
  })),
  // They are left connected, and are told that this is meant.
  'whoever is bound in the end was announced, and nobody has disowned it': spoilt((decision) => ({
    ...without(decision, 'unbind-actor'),
    state: decision.state.at === 'closed' ? { ...decision.state, undone: [{ is: 'kept' }] } : decision.state,
  })),
  'no contact is taken out unheard: it was announced, or somebody said that it was not them': spoilt((decision) =>
    without(decision, 'announce'),
  ),
  'wherever a request stands both sides can be shown it, and its orders are still wanted': spoilt((decision) => ({
    ...decision,
    effects: [...decision.effects, { do: 'identify' }],
  })),
};
