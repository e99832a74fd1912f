// Rules → gates for this account; who may approve for whom. Pure: the file is read and checked elsewhere.
import type { AccountId, ActorId } from './ids.ts';
import type { Limits } from './limits.ts';
import type { FlowKind } from './state.ts';

/** How many different people must agree before the act. 0: none. */
export interface Gates {
  readonly approvals: number;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * What an account must look like for a rule to match: every key named must be there with that value, in objects too. A
 * list must be contained, and a single value counts as a list of one, so that `roles: admin` means everybody who is one.
 */
export interface When {
  readonly connection?: string;
  readonly app_metadata?: { readonly [key: string]: Json };
}

export interface Rule {
  readonly when?: When;
  readonly reset?: Gates;
  readonly unlock?: Gates;
}

/** What the provider says of an account at one moment. Never stored. */
export interface AccountFacts {
  readonly connection: string;
  readonly appMetadata: { readonly [key: string]: Json };
  /** An administrator blocked it. */
  readonly disabled: boolean;
  /** A brute-force lock stands. Absent where nobody looked, see `FactsRead`. */
  readonly locked?: boolean;
  /** Whether the provider can give a password-change ticket for it. */
  readonly resettable: boolean;
}

/** What of an account is read beside its own record: each such fact costs calls of which the provider allows few. */
export interface FactsRead {
  readonly locks: boolean;
}

export const flowKinds: readonly FlowKind[] = ['reset', 'unlock'];

/** Used where no matching rule names the kind. */
export const defaultGates: Readonly<Record<FlowKind, Gates>> = { reset: { approvals: 0 }, unlock: { approvals: 1 } };

export interface PolicyRules {
  readonly rules: readonly Rule[];
  /** Whether there is a channel to ask in: without one nobody waits for an approval that cannot come. */
  readonly hasHelpdesk: boolean;
  readonly limits: Limits;
}

/** For each kind the first matching rule that names it decides: a rule about unlocks says nothing about resets. */
export function gatesFor(rules: readonly Rule[], kind: FlowKind, facts: AccountFacts): Gates {
  return rules.find((rule) => rule[kind] !== undefined && matches(rule.when, facts))?.[kind] ?? defaultGates[kind];
}

type Likeness = Pick<AccountFacts, 'connection' | 'appMetadata'>;

function matches(when: When | undefined, facts: Likeness): boolean {
  if (when === undefined) return true;
  if (when.connection !== undefined && when.connection !== facts.connection) return false;
  return when.app_metadata === undefined || contains(facts.appMetadata, when.app_metadata);
}

/** Whether every account that `inner` matches is matched by `outer` too: then it holds for the least such account. */
export function liesWithin(inner: When | undefined, outer: When | undefined): boolean {
  if (inner === undefined) return outer === undefined;
  return matches(outer, { connection: inner.connection ?? '', appMetadata: inner.app_metadata ?? {} });
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
 * Somebody who decides about a request. `entitled`: whether the platform or the policy says that this person may decide, asked
 * at the press. `account`: the one behind their work address, where there is one. `isSameAs`: under another id, here or on
 * another platform, this is the person of the request, or has approved it already. `distinctFrom`: those who were shown to be
 * somebody else. Whoever is missing there might be this one.
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
 * Never oneself, never twice, never without being entitled; under whatever name on whatever platform. Another id is not yet
 * another human: only who was told apart from the person and from everybody before them decides.
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
 * Somebody who has approved may still say no: a doubt that comes late counts more than a yes that came early.
 * And who may be one with an approver is free to say no for the same reason; who may be the person only cancels.
 */
export const mayDeny = (verdict: ApproverVerdict): boolean =>
  verdict !== 'self-approval' && verdict !== 'not-an-approver';
