// Every state and effect that the types allow, for fast-check.
import fc from 'fast-check';
import type { Effect } from '../../src/flows/effect.ts';
import { accountId, contactRef, instant, knownActor, linkId } from '../../src/flows/ids.ts';
import type { Approval, Ending, FlowState, MaskedContact, Proof } from '../../src/flows/state.ts';

const account = fc.string().map(accountId);
const actor = fc.string().map(knownActor);
const ref = fc.string().map(contactRef);
const link = fc.string().map(linkId);
const at = fc.nat({ max: 4_000_000_000_000 }).map(instant);
const channel = fc.constantFrom('email' as const, 'sms' as const);
const flag = fc.boolean();
const number = fc.nat({ max: 100 });

const contacts: fc.Arbitrary<MaskedContact[]> = fc.array(fc.record({ ref, channel, masked: fc.string() }));
const proof: fc.Arbitrary<Proof> = fc.record({ channel, at });
const approvals: fc.Arbitrary<Approval[]> = fc.array(
  fc.record({ by: actor, at, account }, { requiredKeys: ['by', 'at'] }),
);
const is = <const Value>(value: Value) => fc.constant(value);
const oneOf = <const Value>(...values: Value[]) => fc.constantFrom(...values);

const change = { changedAt: at, sessions: oneOf('ending', 'asked', 'unavailable') };

const endings: fc.Arbitrary<Ending> = fc.oneof(
  fc.record({ outcome: is('done'), because: oneOf('unlocked', 'not-locked') }),
  fc.record({ outcome: is('done'), because: is('unlocked'), isAgain: is(true) }),
  fc.record({
    outcome: is('done'),
    because: is('password-changed'),
    ...change,
  }),
  fc.record({
    outcome: is('refused'),
    because: oneOf('no-contact', 'no-helpdesk', 'elsewhere', 'bot', 'unconfirmed-email'),
  }),
  fc.record({ outcome: is('refused'), because: oneOf('attempts-spent', 'unlocks-spent', 'frozen'), again: at }),
  fc.record({ outcome: is('refused'), because: is('denied'), by: actor, reason: oneOf('suspicious', 'not-entitled') }),
  fc.record({ outcome: is('expired'), because: oneOf('flow', 'approval', 'link', 'password') }),
  fc.record({ outcome: is('cancelled'), because: oneOf('person', 'superseded') }),
  fc.record({
    outcome: is('failed'),
    because: oneOf('unreachable', 'unconfirmed', 'helpdesk-unreachable', 'settled-by-helpdesk'),
  }),
);

const challenge = { account, contacts, contact: ref, attemptsLeft: number, resendFrom: at, codeUntil: at, until: at };
const granted = { account, proof, approvals };

type States = { readonly [Place in FlowState['at']]: fc.Arbitrary<Extract<FlowState, { at: Place }>> };

export const statesByPlace: States = {
  identifying: fc.record({ at: is('identifying'), delayed: flag, until: at }),
  'choosing-contact': fc.record({ at: is('choosing-contact'), account, contacts, until: at }),
  sending: fc.record({ at: is('sending'), account, contacts, contact: ref, delayed: flag, until: at }),
  challenged: fc.record({
    ...challenge,
    at: is('challenged'),
    after: oneOf('sent', 'wrong', 'unchecked', 'used-up', 'expired', 'too-old'),
  }),
  checking: fc.record({ ...challenge, at: is('checking'), checkUntil: at }),
  inspecting: fc.record({ at: is('inspecting'), account, proof, delayed: flag, until: at }),
  'awaiting-approval': fc.record(
    {
      ...granted,
      at: is('awaiting-approval'),
      needed: number,
      askedAt: at,
      usualSeconds: number,
      earlierUnlocks: number,
      until: at,
    },
    { requiredKeys: ['at', 'account', 'proof', 'approvals', 'needed', 'askedAt', 'earlierUnlocks', 'until'] },
  ),
  fulfilling: fc.record({ ...granted, at: is('fulfilling'), delayed: flag, until: at }),
  'link-ready': fc.record({ ...granted, at: is('link-ready'), link, retried: flag, until: at }),
  opening: fc.record(
    {
      ...{ ...granted, at: is('opening'), link, until: at, openUntil: at },
      before: fc.record({ openedAt: at, until: at, left: number }),
    },
    { requiredKeys: ['account', 'proof', 'approvals', 'at', 'link', 'until', 'openUntil'] },
  ),
  changing: fc.record(
    {
      ...{ ...granted, at: is('changing'), openedAt: at, until: at },
      ...{ again: fc.record({ link, until: at, left: number }), reopenedAt: at },
    },
    { requiredKeys: ['account', 'proof', 'approvals', 'at', 'openedAt', 'until'] },
  ),
  'in-doubt': fc.record({ ...granted, at: is('in-doubt'), since: at, until: at }),
  closed: fc.record(
    {
      ...{ at: is('closed'), ending: endings, closedAt: at, account, proof, approvals, helpdeskKnows: flag },
      ...{ page: fc.record({ openedAt: at, until: at }), lateChange: fc.record(change), disownedAt: at },
    },
    { requiredKeys: ['at', 'ending', 'closedAt', 'approvals', 'helpdeskKnows'] },
  ),
};

export const anyState: fc.Arbitrary<FlowState> = fc.oneof(...Object.values<fc.Arbitrary<FlowState>>(statesByPlace));

export const anyEffect: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({ do: is('identify') }),
  fc.record({ do: oneOf('send-code', 'check-code'), account, contact: ref }),
  fc.record({ do: oneOf('inspect-account', 'lift-lock', 'mint-ticket', 'void-tickets'), account }),
  fc.record({ do: is('end-sessions'), account, report: flag }),
  fc.record({ do: is('show'), to: oneOf('person', 'helpdesk'), lasting: flag }),
);
