// Parts of English sentences that several texts use.
import type { Approval, DenyReason } from '../../../flows/state.ts';
import type { Text } from '../../cards/card.ts';

/** The approvers of a request, as `A and B`. */
export const people = (approvals: readonly Approval[]): Text =>
  approvals.flatMap((approval, index) => [...(index === 0 ? [] : [' and ']), { person: approval.by }]);

const told: Readonly<Record<DenyReason, string>> = {
  'not-convinced': "they couldn't make sure that it's you",
  suspicious: 'the request looked unusual',
  'contact-helpdesk': 'please talk to them first',
  'not-entitled': "this account mustn't be changed",
};

/** What the person reads of a denial. The agent reads it too, before they choose. */
export const declined = (reason: DenyReason): string => `The helpdesk declined: ${told[reason]}.`;

export const minutes = (seconds: number): string => {
  const whole = Math.max(1, Math.round(seconds / 60));
  return whole === 1 ? '1 minute' : `${whole} minutes`;
};
