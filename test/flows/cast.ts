// The people, the account and the rules of every walk. Only ids, as in production.
import type { EnrolledContact } from '../../src/flows/contact.ts';
import type { RecoveryCodeSet } from '../../src/flows/decision.ts';
import type { NewContact } from '../../src/flows/enrolment-state.ts';
import { accountId, actorId, contactRef, flowId, instant, later, linkId } from '../../src/flows/ids.ts';
import { defaultLimits, type Limits } from '../../src/flows/limits.ts';
import type { LockFacts } from '../../src/flows/lock.ts';
import type { Occasion } from '../../src/flows/notice.ts';
import {
  type AccountFacts,
  defaultContactRules,
  type Gates,
  type PolicyRules,
  type Rule,
} from '../../src/flows/policy.ts';
import type { FlowKind, MaskedContact, Subject } from '../../src/flows/state.ts';

export const noon = instant(Date.UTC(2026, 0, 5, 12));

export const jane = actorId({ platform: 'slack', tenant: 'T1', user: 'JANE' });
/** The same employee on the other platform: another actor, the same account. */
export const janeElsewhere = actorId({ platform: 'teams', tenant: 'X1', user: 'JANE' });
export const sam = actorId({ platform: 'slack', tenant: 'T1', user: 'SAM' });
export const kim = actorId({ platform: 'slack', tenant: 'T1', user: 'KIM' });
/** A helpdesk agent on the other platform. */
export const ada = actorId({ platform: 'teams', tenant: 'X1', user: 'ADA' });
/** Neither the person nor an agent. */
export const mallory = actorId({ platform: 'slack', tenant: 'T1', user: 'MALLORY' });

export const account = accountId('auth0|jane');
export const samsAccount = accountId('auth0|sam');
/** Lives in a directory of the company. */
export const directoryAccount = accountId('ad|corp|5f1c');
export const email: MaskedContact = { ref: contactRef('email|1'), channel: 'email', masked: 'j•••@g•••.com' };
export const text: MaskedContact = { ref: contactRef('sms|1'), channel: 'sms', masked: '•••12' };
export const foreignContact = contactRef('email|mallory');

/** An address that is being enrolled, the contact that it becomes, and another one of each. */
export const newEmail: NewContact = { channel: 'email', masked: 'n•••@n•••.com', key: contactRef('new|email') };
export const newText: NewContact = { channel: 'sms', masked: '•••34', key: contactRef('new|sms') };
export const enrolled: MaskedContact = { ref: contactRef('email|2'), channel: 'email', masked: newEmail.masked };
export const addedNow: EnrolledContact = { ...enrolled, since: noon, rests: true };
export const fromFile: MaskedContact = { ...email, unconfirmed: true };
/** Linked an hour ago, and a day and a second ago; none of them was the first. */
export const restingText: EnrolledContact = { ...text, since: later(noon, -3_600), rests: true };
export const restedText: EnrolledContact = { ...text, since: later(noon, -86_401), rests: true };

/** What is told without having been asked for. */
export const occasions: readonly Occasion[] = [
  { what: 'password-changed', at: later(noon, -30) },
  { what: 'contact-imported', made: { what: 'added', contact: { ...enrolled, unconfirmed: true }, at: noon } },
  { what: 'requested-elsewhere', kind: 'reset', at: later(noon, -30) },
  { what: 'requested-elsewhere', kind: 'unlock', at: later(noon, -30) },
  { what: 'requested-elsewhere', kind: 'reset', at: later(noon, -90), changedAt: later(noon, -30) },
];

export const freshLink = linkId('fresh-link');
export const foreignLink = linkId('foreign-link');

export const thisFlow = flowId('this-flow');
export const otherFlow = flowId('other-flow');
export const subjectOf = (kind: FlowKind): Subject => ({ id: thisFlow, kind, actor: jane, startedAt: noon });

/** Lower limits than in production, so that every limit is reached within a few steps. */
export const walkLimits: Limits = { ...defaultLimits, codeAttempts: 2 };

const gates = (of: Gates) => ({ reset: of, unlock: of });
/** The same gates for everybody. For accounts that say `mailed` the provider mails its own link. */
const rulesWith = (of: Gates): readonly Rule[] => [
  { when: { app_metadata: { mailed: true } }, reset: { ...of, via: 'email' }, unlock: of },
  gates(of),
];
const asking = (approvals: number, hasHelpdesk = true, proofs?: 2): PolicyRules => ({
  rules: rulesWith({ approvals, ...(proofs === undefined ? {} : { proofs }) }),
  hasHelpdesk,
  limits: walkLimits,
  contacts: defaultContactRules,
  binding: 'optional',
});
export const gateless = asking(0);
/** With 0, 1 and 2 approvals, and one that requires an approval that nobody can give. */
export const policies: readonly PolicyRules[] = [gateless, asking(1), asking(2), asking(1, false)];

/** With two proofs, and no approval or one. Everybody needs two by these rules, which matters only where a person is identified. */
export const strictPolicies: readonly PolicyRules[] = [asking(0, true, 2), asking(1, true, 2)];

/** For whoever typed a name: one approval more than the rule asks for, which may be none or one; and where nobody can give it. */
export const unvouchedPolicies: readonly PolicyRules[] = [asking(0), asking(1), asking(0, false)].map((policy) => ({
  ...{ ...policy, extraApprovals: 1, announcesRequests: true },
}));

/** A known password is changed on a page of ours. Without it, at the provider after a sign-in. */
export const formPolicy: PolicyRules = { ...gateless, rules: [{ change: { via: 'form' } }] };

/** Recovery codes that can be used; that are used up; and that are too new. Without them, none were made. */
export const recoveryCodeSets: readonly RecoveryCodeSet[] = [
  { left: 10, madeAt: later(noon, -30 * 86_400) },
  { left: 0, madeAt: later(noon, -30 * 86_400) },
  { left: 10, madeAt: later(noon, -3_600) },
];

/** Asked about where a person is identified only. */
export const identifyingPolicies: readonly PolicyRules[] = [
  { ...gateless, binding: 'required' },
  { ...gateless, contacts: { ...defaultContactRules, unconfirmed: 'not-usable' } },
];

export const healthy: AccountFacts = {
  connection: 'CorpUsers',
  appMetadata: {},
  multifactor: false,
  disabled: false,
  locked: true,
  choosesPassword: 'at-provider',
};
/** From where somebody tried: the only words of the flows that an administrator has made up. */
export const mailOnPhone = { application: 'Outlook', device: 'phone', country: 'DE' } as const;
/** Both locks, with everything that can be known of them. */
const bothLocks: LockFacts = {
  ...{ of: 'both', failures: 10, since: later(noon, -600), until: later(noon, 1_200), spreadMinutes: 15 },
  signIns: {
    ...{ count: 12, isAtLeast: true, since: later(noon, -900) },
    origins: [
      { ...mailOnPhone, count: 8 },
      { device: 'computer', count: 4 },
    ],
  },
};
const both = [true, false];
const { locked: _, ...unlooked } = healthy;
/** Absent: the locks were not looked up. */
const lookedFor = [{ locked: true, lock: bothLocks }, { locked: false }, {}];
const whereChosen = ['at-provider', 'here', 'nowhere'] as const;
/** In a directory: not to be touched at all, or only its lock. */
const barred: readonly AccountFacts[] = [
  { ...unlooked, barrier: 'protected' },
  { ...unlooked, barrier: 'lock-kept', lock: { of: 'directory' } },
];
const mailed: AccountFacts = { ...healthy, appMetadata: { mailed: true } };
export const factsOf: readonly AccountFacts[] = [
  ...both.flatMap((disabled) =>
    lookedFor.flatMap((locks) =>
      whereChosen.map((choosesPassword) => ({ ...unlooked, disabled, choosesPassword, ...locks })),
    ),
  ),
  ...barred,
  mailed,
  { ...mailed, choosesPassword: 'here' },
];
