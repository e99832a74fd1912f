// Parts of English sentences that several texts use.
import type { Approval } from '../../../flows/state.ts';
import type { Text } from '../../cards/card.ts';

/** The approvers of a request, as `A and B`. */
export const people = (approvals: readonly Approval[]): Text =>
  approvals.flatMap((approval, index) => [...(index === 0 ? [] : [' and ']), { person: approval.by }]);

export const minutes = (seconds: number): string => {
  const whole = Math.max(1, Math.round(seconds / 60));
  return whole === 1 ? '1 minute' : `${whole} minutes`;
};
