// Every state and effect that the types allow, for fast-check.
import fc from 'fast-check';
import type { ListedContact } from '../../src/flows/contact.ts';
import type { Effect } from '../../src/flows/effect.ts';
import type { Ending } from '../../src/flows/ending.ts';
import type { EnrolmentNews, MadeChange } from '../../src/flows/enrolment-state.ts';
import { accountId, contactRef, instant, knownActor, linkId } from '../../src/flows/ids.ts';
import {
  applicationCharsAtMost,
  type FailedSignIns,
  type LockFacts,
  originsAtMost,
  type SignInOrigin,
} from '../../src/flows/lock.ts';
import type { Approval, FirstProof, FlowState, MaskedContact, Proof } from '../../src/flows/state.ts';

const account = fc.string().map(accountId);
const actor = fc.string().map(knownActor);
const ref = fc.string().map(contactRef);
const link = fc.string().map(linkId);
const at = fc.nat({ max: 4_000_000_000_000 }).map(instant);
const channel = fc.constantFrom('email' as const, 'sms' as const);
const flag = fc.boolean();
const number = fc.nat({ max: 100 });

const contact: fc.Arbitrary<MaskedContact> = fc.record(
  { ref, channel, masked: fc.string(), unconfirmed: fc.constant(true as const) },
  { requiredKeys: ['ref', 'channel', 'masked'] },
);
const contacts: fc.Arbitrary<MaskedContact[]> = fc.array(contact);
const listed: fc.Arbitrary<ListedContact[]> = fc.array(
  fc.record(
    {
      ref,
      channel,
      masked: fc.string(),
      unconfirmed: fc.constant(true as const),
      since: at,
      usableFrom: at,
      confirmedNow: fc.constant(true as const),
    },
    { requiredKeys: ['ref', 'channel', 'masked'] },
  ),
);
const acceptedCode = fc.record({ channel, at });
const proof: fc.Arbitrary<Proof> = fc.oneof(
  fc.record({ channel, at, first: acceptedCode }, { requiredKeys: ['channel', 'at'] }),
  fc.record({ channel: fc.constantFrom('sign-in' as const, 'old-password' as const), at }),
  fc.record({ channel: fc.constant('recovery-code' as const), at, first: acceptedCode, codesLeft: number }),
);
const first: fc.Arbitrary<FirstProof> = fc.record({ channel, at, contact: ref, recoveryCodes: number });
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
    because: oneOf(
      'no-contact',
      'contact-unconfirmed',
      'no-helpdesk',
      'elsewhere',
      'second-proof-impossible',
      'passwords-refused',
      'old-passwords-wrong',
      'password-blocked',
      'bot',
      'unconfirmed-email',
    ),
  }),
  fc.record({
    outcome: is('refused'),
    because: oneOf('attempts-spent', 'unlocks-spent', 'frozen', 'contacts-resting', 'changed-too-soon'),
    again: at,
  }),
  fc.record({
    outcome: is('refused'),
    because: is('barred'),
    barrier: oneOf('absent', 'protected', 'disabled', 'account-expired', 'smart-card', 'not-readable', 'lock-kept'),
  }),
  fc.record({ outcome: is('done'), because: is('enrolled') }),
  fc.record(
    { outcome: is('done'), because: is('requested-elsewhere'), provenAt: at, changedAt: at },
    { requiredKeys: ['outcome', 'because', 'provenAt'] },
  ),
  fc.record({ outcome: is('refused'), because: is('denied'), by: actor, reason: oneOf('suspicious', 'not-entitled') }),
  fc.record({ outcome: is('expired'), because: oneOf('flow', 'approval', 'link', 'password') }),
  fc.record({ outcome: is('cancelled'), because: oneOf('person', 'superseded') }),
  fc.record({
    outcome: is('failed'),
    because: oneOf('unreachable', 'unconfirmed', 'locked-again', 'helpdesk-unreachable', 'settled-by-helpdesk'),
  }),
);

const removal = fc.record({ about: contact, others: listed });
/** `first` is there while the second proof is awaited. */
const challenge = {
  account,
  contacts,
  contact: ref,
  first,
  removal,
  attemptsLeft: number,
  resendFrom: at,
  codeUntil: at,
};
const ofSecondProof = { account, contacts, first, until: at };
const ofCodeChallenge = [
  ...(['at', 'account', 'contacts', 'contact', 'attemptsLeft', 'resendFrom', 'codeUntil', 'until'] as const),
] as const;
const origin: fc.Arbitrary<SignInOrigin> = fc.record(
  {
    application: fc.string({ maxLength: applicationCharsAtMost }),
    device: oneOf('phone', 'computer'),
    country: oneOf('DE', 'VN'),
    count: number,
  },
  { requiredKeys: ['count'] },
);
const signIns: fc.Arbitrary<FailedSignIns> = fc.record(
  { count: number, isAtLeast: is(true), since: at, origins: fc.array(origin, { maxLength: originsAtMost }) },
  { requiredKeys: ['count', 'since', 'origins'] },
);
const lock: fc.Arbitrary<LockFacts> = fc.record(
  {
    ...{ signIns, of: oneOf('provider', 'directory', 'both'), failures: number, since: at, spreadMinutes: number },
    until: fc.oneof(at, is('lifted')),
  },
  { requiredKeys: ['of'] },
);
const granted = { account, proof, approvals };
/** Without a proof, where the old password is to be one. */
const ownPage = { ...granted, link, left: number, oldLeft: number };
const ofOwnPage = ['account', 'approvals', 'at', 'link', 'left', 'until'] as const;
const ofGranted = ['account', 'proof', 'approvals'] as const;

const made: fc.Arbitrary<MadeChange> = fc.oneof(
  fc.record(
    { what: oneOf('added', 'removed'), contact, at, usableFrom: at },
    { requiredKeys: ['what', 'contact', 'at'] },
  ),
  fc.record({ what: is('recovery-codes'), at, usableFrom: at }, { requiredKeys: ['what', 'at'] }),
  fc.record({ what: is('bound'), at, isFirst: is(true) }, { requiredKeys: ['what', 'at'] }),
);
const news: fc.Arbitrary<EnrolmentNews> = fc.oneof(
  fc.record({ is: oneOf('added', 'removed'), masked: fc.string(), usableFrom: at }, { requiredKeys: ['is', 'masked'] }),
  fc.record({ is: is('confirmed'), masked: fc.string() }),
  fc.record({ is: oneOf('elsewhere', 'already-yours', 'unreachable', 'refused') }),
  fc.record({ is: oneOf('limited', 'attempts-spent', 'sends-spent'), again: at }),
);
const draft = fc.record({ channel, masked: fc.string(), key: ref });
const signedIn = {
  account,
  contacts: listed,
  signedInAt: at,
  changes: fc.array(made),
  sentTo: fc.array(ref),
  news,
  until: at,
};
const always = ['at', 'account', 'contacts', 'signedInAt', 'changes', 'sentTo', 'until'] as const;
const delayed = { delayed: flag, again: at };
const newChallenge = { ...signedIn, draft, attemptsLeft: number, resendFrom: at, codeUntil: at };
const ofChallenge = [...always, 'draft', 'attemptsLeft', 'resendFrom', 'codeUntil'] as const;

const pages = fc.record({ openedAt: at, until: at, byMail: is(true) }, { requiredKeys: ['openedAt', 'until'] });

type States = { readonly [Place in FlowState['at']]: fc.Arbitrary<Extract<FlowState, { at: Place }>> };

export const statesByPlace: States = {
  identifying: fc.record({ at: is('identifying'), delayed: flag, until: at }),
  'choosing-contact': fc.record(
    { at: is('choosing-contact'), account, contacts, first, removal, until: at },
    { requiredKeys: ['at', 'account', 'contacts', 'until'] },
  ),
  sending: fc.record(
    { at: is('sending'), account, contacts, contact: ref, first, removal, delayed: flag, until: at },
    { requiredKeys: ['at', 'account', 'contacts', 'contact', 'delayed', 'until'] },
  ),
  challenged: fc.record(
    {
      ...{ ...challenge, at: is('challenged'), until: at },
      after: oneOf('sent', 'wrong', 'unchecked', 'used-up', 'expired', 'too-old'),
    },
    { requiredKeys: [...ofCodeChallenge, 'after'] },
  ),
  checking: fc.record(
    { ...challenge, at: is('checking'), until: at, checkUntil: at },
    { requiredKeys: [...ofCodeChallenge, 'checkUntil'] },
  ),
  'entering-recovery-code': fc.record({
    ...ofSecondProof,
    at: is('entering-recovery-code'),
    after: oneOf('asked', 'wrong', 'unchecked'),
  }),
  'checking-recovery-code': fc.record({ ...ofSecondProof, at: is('checking-recovery-code'), checkUntil: at }),
  inspecting: fc.record(
    {
      ...{ at: is('inspecting'), account, proof, delayed: flag, until: at },
      remaining: fc.record({ proven: ref, contacts }),
      removal,
    },
    { requiredKeys: ['at', 'account', 'proof', 'delayed', 'until'] },
  ),
  'awaiting-approval': fc.record(
    {
      ...granted,
      at: is('awaiting-approval'),
      lock,
      needed: number,
      askedAt: at,
      usualSeconds: number,
      isHere: is(true),
      isKnown: is(true),
      byMail: is(true),
      earlierUnlocks: number,
      until: at,
    },
    { requiredKeys: ['at', 'account', 'proof', 'approvals', 'needed', 'askedAt', 'earlierUnlocks', 'until'] },
  ),
  fulfilling: fc.record(
    { ...granted, at: is('fulfilling'), lock, delayed: flag, until: at },
    { requiredKeys: [...ofGranted, 'at', 'delayed', 'until'] },
  ),
  'change-ready': fc.record(
    { at: is('change-ready'), account, found: account, proof, link, needsSignIn: is(true), until: at },
    { requiredKeys: ['at', 'link', 'until'] },
  ),
  'link-ready': fc.record(
    { ...granted, at: is('link-ready'), isHere: is(true), isKnown: is(true), link, retried: flag, until: at },
    { requiredKeys: ['account', 'proof', 'approvals', 'at', 'link', 'retried', 'until'] },
  ),
  opening: fc.record(
    {
      ...{ ...granted, at: is('opening'), link, until: at, openUntil: at },
      before: fc.record({ openedAt: at, until: at, left: number }),
    },
    { requiredKeys: ['account', 'proof', 'approvals', 'at', 'link', 'until', 'openUntil'] },
  ),
  mailing: fc.record(
    { ...granted, at: is('mailing'), since: at, mailsLeft: number, ...delayed, until: at },
    { requiredKeys: ['account', 'proof', 'approvals', 'at', 'since', 'mailsLeft', 'delayed', 'until'] },
  ),
  changing: fc.record(
    {
      ...{ ...granted, at: is('changing'), openedAt: at, until: at },
      ...{ again: fc.record({ link, until: at, left: number }), reopenedAt: at },
      mail: fc.record({ left: number, resendFrom: at }, { requiredKeys: ['left'] }),
    },
    { requiredKeys: ['account', 'proof', 'approvals', 'at', 'openedAt', 'until'] },
  ),
  'in-doubt': fc.record(
    { ...granted, at: is('in-doubt'), lock, since: at, until: at },
    { requiredKeys: [...ofGranted, 'at', 'since', 'until'] },
  ),
  'choosing-password': fc.record(
    {
      ...{ ...ownPage, at: is('choosing-password'), until: at, again: at, isOldWrong: is(true) },
      refused: fc.array(oneOf('too-weak', 'too-common', 'used-before', 'holds-name')),
    },
    { requiredKeys: [...ofOwnPage] },
  ),
  'setting-password': fc.record(
    { ...ownPage, at: is('setting-password'), since: at, setUntil: at, until: at },
    { requiredKeys: [...ofOwnPage, 'since', 'setUntil'] },
  ),
  'confirming-password': fc.record(
    { ...ownPage, at: is('confirming-password'), since: at, linkUntil: at, until: at },
    { requiredKeys: [...ofOwnPage, 'since', 'linkUntil'] },
  ),
  removing: fc.record(
    { at: is('removing'), account, proof, removal, ...delayed, until: at },
    { requiredKeys: ['at', 'account', 'proof', 'removal', 'delayed', 'until'] },
  ),
  'signing-in': fc.record(
    {
      ...{ at: is('signing-in'), account, found: account, contacts: listed, link, until: at },
      removal: fc.record({ contact: ref, proving: contacts }),
    },
    { requiredKeys: ['at', 'contacts', 'link', 'until'] },
  ),
  'binding-actor': fc.record(
    { ...signedIn, ...delayed, at: is('binding-actor') },
    { requiredKeys: [...always, 'delayed'] },
  ),
  managing: fc.record({ ...signedIn, at: is('managing') }, { requiredKeys: [...always] }),
  'sending-new': fc.record(
    { ...signedIn, at: is('sending-new'), draft, sendUntil: at },
    { requiredKeys: [...always, 'draft', 'sendUntil'] },
  ),
  'challenged-new': fc.record(
    {
      ...newChallenge,
      at: is('challenged-new'),
      after: oneOf('sent', 'wrong', 'unchecked', 'used-up', 'expired', 'too-old'),
    },
    { requiredKeys: [...ofChallenge, 'after'] },
  ),
  'checking-new': fc.record(
    { ...newChallenge, at: is('checking-new'), checkUntil: at },
    { requiredKeys: [...ofChallenge, 'checkUntil'] },
  ),
  linking: fc.record(
    { ...signedIn, ...delayed, at: is('linking'), about: contact },
    { requiredKeys: [...always, 'delayed', 'about'] },
  ),
  unlinking: fc.record(
    { ...signedIn, ...delayed, at: is('unlinking'), about: contact },
    { requiredKeys: [...always, 'delayed', 'about'] },
  ),
  closed: fc.record(
    {
      ...{ at: is('closed'), ending: endings, closedAt: at, account, proof, approvals, helpdeskKnows: flag },
      ...{ page: pages, lateChange: fc.record(change), disownedAt: at },
      isHalfProven: is(true),
      lock,
      enrolment: fc.record({ changes: fc.array(made), contacts: listed }),
      undone: fc.array(fc.record({ is: oneOf('done', 'failed'), contact: ref }, { requiredKeys: ['is'] })),
    },
    { requiredKeys: ['at', 'ending', 'closedAt', 'approvals', 'helpdeskKnows'] },
  ),
};

export const anyState: fc.Arbitrary<FlowState> = fc.oneof(...Object.values<fc.Arbitrary<FlowState>>(statesByPlace));

export const anyEffect: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({ do: is('identify') }),
  fc.record({ do: oneOf('send-code', 'check-code'), account, contact: ref }),
  fc.record({
    do: oneOf(
      ...(['check-recovery-code', 'inspect-account', 'lift-lock', 'mint-ticket', 'mail-link'] as const),
      ...(['set-password', 'change-password', 'void-tickets'] as const),
    ),
    account,
  }),
  fc.record({ do: is('look-at-password'), account, since: at }),
  fc.record({ do: is('end-sessions'), account, report: flag }),
  fc.record({ do: oneOf('bind-actor', 'unbind-actor'), account }),
  fc.record({ do: oneOf('send-new-code', 'check-new-code'), account, channel }),
  fc.record({ do: oneOf('link-contact', 'confirm-contact'), account, contact: ref }),
  fc.record({ do: is('unlink-contact'), account, contact: ref, report: flag }),
  fc.record({ do: is('discard-contact'), contact: ref, isProven: is(true) }, { requiredKeys: ['do', 'contact'] }),
  fc.record({ do: is('announce'), by: oneOf('mail', 'chat'), account, change: number, made }),
  fc.record(
    { do: is('announce-request'), account, of: oneOf('reset', 'unlock'), at, changedAt: at },
    { requiredKeys: ['do', 'account', 'of', 'at'] },
  ),
  fc.record({ do: is('show'), to: oneOf('person', 'helpdesk'), lasting: flag }),
);
