// Rules → gates for this account; who may approve for whom. Pure: the file is read and checked elsewhere.

import type { ContactRules } from './contact.ts';
import { type AccountId, type ActorId, livesInDirectory } from './ids.ts';
import type { Limits } from './limits.ts';
import type { DirectoryBarrier, LockFacts } from './lock.ts';
import type { FlowKind } from './state.ts';

/**
 * `approvals`: how many different people must approve. 0: none. `proofs`: how often the person proves who they are; absent: once.
 * Two proofs are codes from two different contacts, or one from a contact and a recovery code.
 */
export interface Gates {
  readonly approvals: number;
  readonly proofs?: 1 | 2;
}

/** `via`: absent: a link of ours, which leads to the page; `email`: the provider mails a link of its own. */
export interface ResetGates extends Gates {
  readonly via?: 'ticket' | 'email';
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The condition of a rule. Every key that is named must be there with that value, in nested objects too. All items of a list
 * must be contained. A single value counts as a list of one, so that `roles: admin` matches everybody who has that role.
 */
export interface When {
  readonly connection?: string;
  readonly app_metadata?: { readonly [key: string]: Json };
  /** Whether the account has a second factor for signing in. */
  readonly multifactor?: boolean;
}

export interface Rule {
  readonly when?: When;
  readonly reset?: ResetGates;
  readonly unlock?: Gates;
  readonly change?: { readonly via: ChangeWay };
}

/**
 * How somebody changes a password that they know: `sign-in` by signing in anew at the provider; `form` by typing the old one on a page
 * of ours.
 */
export type ChangeWay = 'sign-in' | 'form';

/** The provider's current record of an account. Never stored. */
export interface AccountFacts {
  readonly connection: string;
  readonly appMetadata: { readonly [key: string]: Json };
  /** Whether the provider says that it has a second factor for signing in. */
  readonly multifactor: boolean;
  /** An administrator blocked it. */
  readonly disabled: boolean;
  /** A brute-force lock exists, or that of a directory. Absent where locks were not read, see `FactsRead`. */
  readonly locked?: boolean;
  /** What is known of the lock. Absent where there is none, or nothing is known but that it stands. */
  readonly lock?: LockFacts;
  /** The directory in which the account lives says that it is not to be touched. Absent where no directory was asked. */
  readonly barrier?: DirectoryBarrier;
  /**
   * Where its person chooses a new password: on the provider's own page, by a ticket; here, on a page of ours; or nowhere, because
   * neither is possible.
   */
  readonly choosesPassword: 'at-provider' | 'here' | 'nowhere';
  /** Whether the chat person who asks is bound to it now. Absent where nobody was named, see `FactsRead`. */
  readonly binding?: 'bound' | 'others' | 'free';
}

/** What is read in addition to the account's record. Each of these costs calls, and the provider allows few of them. */
export interface FactsRead {
  readonly locks: boolean;
  /**
   * Whether a password is to be set: then a directory in which the account lives is asked as well. `new`: the old one is forgotten;
   * `known`: it is typed.
   */
  readonly password?: 'new' | 'known';
  /** The chat person who asks. Costs no call: the account's record says who is bound to it. */
  readonly actor?: ActorId;
}

export const flowKinds: readonly FlowKind[] = ['reset', 'unlock', 'change', 'enroll'];

/** The kinds that rules put gates before. The others need the password, and nothing more that a rule could ask for. */
export type GatedKind = Exclude<FlowKind, 'change' | 'enroll'>;
export const gatedKinds: readonly GatedKind[] = ['reset', 'unlock'];

export const isGated = (kind: FlowKind): kind is GatedKind => kind === 'reset' || kind === 'unlock';

const noGates: Gates = { approvals: 0 };

/** Used where no matching rule names the kind. */
export const defaultGates: Readonly<Record<GatedKind, Gates>> = { reset: { approvals: 0 }, unlock: { approvals: 1 } };

/**
 * Somebody who adds a contact to another person's account cannot use it before the owner has had a day to hear of it. A company that
 * begins from a file begins with contacts that nobody has confirmed yet, so they can be used.
 */
export const defaultContactRules: ContactRules = { coolOffHours: 24, blockedDomains: [], unconfirmed: 'usable' };

export interface PolicyRules {
  readonly rules: readonly Rule[];
  /** `required`: only a chat person who is bound to the account may recover it. */
  readonly binding: 'optional' | 'required';
  /** Whether there is a helpdesk channel. Without one, no flow waits for an approval that cannot come. */
  readonly hasHelpdesk: boolean;
  readonly limits: Limits;
  readonly contacts: ContactRules;
  /** How many approvals every request needs beyond those of its rule. Absent: none. */
  readonly extraApprovals?: number;
  /**
   * Once the first code of a reset or an unlock is accepted, everybody who is bound to the account is told: nobody vouches for whoever
   * asks. Absent: the person is in the chat in which they would be told.
   */
  readonly announcesRequests?: true;
}

/** Whether a chat person with this binding may recover the account at all. */
export const mayRecover = (binding: 'bound' | 'others' | 'free', rule: PolicyRules['binding']): boolean =>
  binding === 'bound' || (binding === 'free' && rule === 'optional');

/** The same at a later look: its owner may have bound another chat user meanwhile. Nobody was named: yes. */
export const mayStillRecover = ({ binding }: AccountFacts, rule: PolicyRules['binding']): boolean =>
  binding === undefined || mayRecover(binding, rule);

/** The first matching rule that names this kind decides: a rule about unlocks says nothing about resets. */
export function gatesFor(rules: readonly Rule[], kind: FlowKind, facts: AccountFacts): Gates {
  if (kind === 'enroll') return gatesOfRemoval(rules, facts);
  if (kind === 'change') return noGates;
  return rules[ruleFor(rules, kind, facts)]?.[kind] ?? defaultGates[kind];
}

/** Whether the provider mails its own link for a new password. A page of ours needs no link of the provider, so there the rule is void. */
export const isLinkMailed = (rules: readonly Rule[], facts: AccountFacts): boolean =>
  facts.choosesPassword === 'at-provider' && rules[ruleFor(rules, 'reset', facts)]?.reset?.via === 'email';

export const someLinksAreMailed = (rules: readonly Rule[]): boolean =>
  rules.some(({ reset }) => reset?.via === 'email');

/** The index of the rule that decides; -1: none, and the default holds. */
export const ruleFor = (rules: readonly Rule[], kind: GatedKind | 'change', facts: AccountFacts): number =>
  rules.findIndex((rule) => rule[kind] !== undefined && matches(rule.when, facts));

/**
 * The first matching rule that names `change` decides, and without one it is a sign-in. Whoever has a second factor signs in with it:
 * no form is a way around it. A directory looks at the old password itself,
 * and at none where it is not to be asked: whatever the rules say, no sign-in at the provider changes a password there.
 */
export function changeWayFor(rules: readonly Rule[], account: AccountId, facts: AccountFacts): ChangeWay {
  if (livesInDirectory(account)) return facts.choosesPassword === 'here' ? 'form' : 'sign-in';
  if (facts.multifactor) return 'sign-in';
  return rules[ruleFor(rules, 'change', facts)]?.change?.via ?? 'sign-in';
}

/**
 * Where a contact is taken out with codes: as many proofs as the account's strictest rule asks for, so that one stolen phone does not
 * strip the account of what its owner has left; and the approvals of a reset. Nobody can give those for a removal, but whoever has
 * them gets a password, and with that a sign-in.
 */
function gatesOfRemoval(rules: readonly Rule[], facts: AccountFacts): Gates {
  const { approvals } = gatesFor(rules, 'reset', facts);
  const isStrict = gatedKinds.some((kind) => gatesFor(rules, kind, facts).proofs === 2);
  return { approvals, ...(isStrict ? { proofs: 2 } : {}) };
}

function kindsBehind(kind: FlowKind): readonly GatedKind[] {
  if (kind === 'change') return [];
  return kind === 'enroll' ? gatedKinds : [kind];
}

/** Whether some account may need two proofs for a request of this kind. */
export const mayNeedTwoProofs = (rules: readonly Rule[], kind: FlowKind): boolean =>
  kindsBehind(kind).some((gated) => rules.some((rule) => rule[gated]?.proofs === 2));

/** Whether the rules alone say that every account needs two proofs for a request of this kind. */
export const allNeedTwoProofs = (rules: readonly Rule[], kind: FlowKind): boolean =>
  kindsBehind(kind).some((gated) => isForAll(rules, gated, ({ proofs }) => proofs === 2));

/** The same for the approvals without which no password is reset. */
export const allNeedApproval = (rules: readonly Rule[]): boolean =>
  isForAll(rules, 'reset', ({ approvals }) => approvals > 0);

function isForAll(rules: readonly Rule[], kind: GatedKind, holds: (gates: Gates) => boolean): boolean {
  const named = rules.flatMap((rule) => (rule[kind] === undefined ? [] : [{ when: rule.when, gates: rule[kind] }]));
  return named.some(({ when }) => when === undefined) && named.every(({ gates }) => holds(gates));
}

type MatchedFacts = Pick<AccountFacts, 'connection' | 'appMetadata'> & { readonly multifactor?: boolean };

function matches(when: When | undefined, facts: MatchedFacts): boolean {
  if (when === undefined) return true;
  if (when.connection !== undefined && when.connection !== facts.connection) return false;
  if (when.multifactor !== undefined && when.multifactor !== facts.multifactor) return false;
  return when.app_metadata === undefined || contains(facts.appMetadata, when.app_metadata);
}

/** Whether `outer` matches every account that `inner` matches. Tested with the account that has only what `inner` demands. */
export function liesWithin(inner: When | undefined, outer: When | undefined): boolean {
  if (inner === undefined) return outer === undefined;
  const { connection = '', app_metadata: appMetadata = {}, multifactor } = inner;
  return matches(outer, { connection, appMetadata, ...(multifactor === undefined ? {} : { multifactor }) });
}

function contains(actual: Json | undefined, wanted: Json): boolean {
  if (isList(wanted)) return wanted.every((item) => contains(actual, item));
  if (isList(actual)) return actual.some((item) => contains(item, wanted));
  if (wanted === null || typeof wanted !== 'object') return actual === wanted;
  if (actual === null || typeof actual !== 'object') return false;
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(actual, key) && contains(actual[key], value));
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/**
 * Somebody who decides about a request. `entitled`: whether the platform or the policy lets them decide, asked when they
 * press the button. `account`: the account of their work address, where there is one. `isSameAs`: they are the person of the
 * request, or have approved it already, under another id on this or another platform. `distinctFrom`: everybody who is known
 * to be a different human. Anybody who is not in that list might be the same human.
 */
export interface Approver {
  readonly by: ActorId;
  readonly entitled: boolean;
  readonly account?: AccountId;
  readonly isSameAs?: 'person' | 'approver';
  readonly distinctFrom?: readonly ActorId[];
}

export type ApproverVerdict = 'may-decide' | 'not-an-approver' | 'self-approval' | 'already-decided' | 'not-told-apart';

/**
 * Nobody decides about their own request, twice, or without being entitled, whichever id or platform they use. Two ids may
 * belong to one human: only somebody who is known to differ from the person and from all earlier approvers may decide.
 */
export function approverVerdict(
  who: Approver,
  person: ActorId,
  approvals: readonly { readonly by: ActorId }[],
): ApproverVerdict {
  if (who.by === person || who.isSameAs === 'person') return 'self-approval';
  if (!who.entitled) return 'not-an-approver';
  if (who.isSameAs === 'approver' || approvals.some(({ by }) => by === who.by)) return 'already-decided';
  const others = [person, ...approvals.map(({ by }) => by)];
  return others.every((other) => who.distinctFrom?.includes(other) === true) ? 'may-decide' : 'not-told-apart';
}

/**
 * Somebody who has approved may still deny: a late doubt counts more than an early yes. Somebody who may be the same human
 * as an approver may deny for the same reason. Somebody who may be the person of the request only cancels it by denying.
 */
export const mayDeny = (verdict: ApproverVerdict): boolean =>
  verdict !== 'self-approval' && verdict !== 'not-an-approver';
