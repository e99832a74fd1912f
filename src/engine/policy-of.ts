// The policy that holds for a request. Whoever typed a name is vouched for by nobody: their requests need more, and may use up less of
// what the account has, so that strangers leave its owner enough to get in by chat.
import { type ActorId, isVouched } from '../flows/ids.ts';
import type { Limits } from '../flows/limits.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type { TypedLimits } from '../flows/typed-session.ts';

/** How much of a limit is left to people in chat: a third, and at least one where there are two. */
const withoutReserve = (limit: number): number => Math.max(1, limit - Math.max(1, Math.floor(limit / 3)));

const typedLimits = (limits: Limits): Limits => ({
  ...limits,
  codesPerHour: withoutReserve(limits.codesPerHour),
  codeFailuresPerDay: withoutReserve(limits.codeFailuresPerDay),
});

/** What one name may use up. The same numbers as for an account, so that neither shows which of the two it was. */
export const limitsOfName = ({ limits }: Pick<PolicyRules, 'limits'>): TypedLimits => typedLimits(limits);

/** `extraApprovals`: of requests for which no chat vouches. The owner of the account is told of each, in their own chat. */
export function createPolicyOf(policy: PolicyRules, extraApprovals: number): (actor: ActorId) => PolicyRules {
  const typed: PolicyRules = { ...policy, limits: typedLimits(policy.limits), extraApprovals, announcesRequests: true };
  return (actor) => (isVouched(actor) ? policy : typed);
}
