// Pieces of English sentences that several texts need.
import type { Approval } from '../../../flows/state.ts';
import type { Text } from '../../cards/card.ts';

/** `A and B`, by whom a request was approved. */
export const people = (approvals: readonly Approval[]): Text =>
  approvals.flatMap((approval, index) => [...(index === 0 ? [] : [' and ']), { person: approval.by }]);

export const minutes = (seconds: number): string => {
  const whole = Math.max(1, Math.round(seconds / 60));
  return whole === 1 ? '1 minute' : `${whole} minutes`;
};
