// What a person can be told about their request, wherever they ask: in a chat, on a page, or by a program that uses REST.
import type { DenyReason } from '../../src/flows/ending.ts';
import { unreachable } from '../../src/flows/unreachable.ts';

export type Said =
  | 'code-asked'
  | 'second-proof-asked'
  | 'second-code-asked'
  /** What was typed can be none. It has cost no try. */
  | 'not-a-code'
  | 'code-expired'
  /** It was wrong for the last time. */
  | 'code-used-up'
  | 'password-asked'
  | 'password-changed'
  | 'unlocked'
  | 'not-locked'
  | 'unanswered'
  /** The code was not typed in time. */
  | 'request-expired'
  | 'link-expired'
  | 'cancelled'
  | 'superseded'
  | 'paused'
  | 'unlocks-spent'
  /** These two are told in a chat alone: whoever typed a name is told nothing of an account before the proof. */
  | 'no-more-codes'
  | 'tries-spent'
  | { readonly is: 'code-wrong'; readonly left: number }
  | { readonly is: 'approval-awaited'; readonly given: number; readonly needed: number }
  | { readonly is: 'denied'; readonly reason: DenyReason }
  | { readonly is: 'password-refused'; readonly rule: PasswordRule };

export type PasswordRule = 'too-short' | 'common';

export const wrongCode = (left: number): Said => ({ is: 'code-wrong', left });
export const approvals = (given: number, needed: number): Said => ({ is: 'approval-awaited', given, needed });
export const denied = (reason: DenyReason): Said => ({ is: 'denied', reason });
export const refused = (rule: PasswordRule): Said => ({ is: 'password-refused', rule });

const reasons: Readonly<Record<DenyReason, string>> = {
  'not-convinced': "they couldn't make sure that it's you",
  suspicious: 'the request looked unusual',
  'contact-helpdesk': 'please talk to them first',
  'not-entitled': "this account can't be changed here",
};
const rules: Readonly<Record<PasswordRule, string>> = {
  'too-short': 'This password is too short',
  common: 'Many people use this password',
};

const words: Readonly<Record<Extract<Said, string>, string | RegExp>> = {
  'code-asked': 'Enter the code we sent to',
  'second-proof-asked': /was correct\. Your account needs one more proof that it's you.*•••12/s,
  'second-code-asked': 'Enter the code we texted to',
  'not-a-code': /A code has 6 digits\. This didn['’]t count as a try\./,
  'code-expired': 'That code has expired.',
  'code-used-up': 'That code no longer works.',
  'password-asked': /You['’]re verified.*Choose a new password/s,
  'password-changed': /Password changed at .*(?:Signing you out|You're being signed out) everywhere else/s,
  unlocked: "You're unlocked. Sign in with your current password.",
  'not-locked': "Your account isn't locked.",
  unanswered: 'Nobody from the helpdesk answered in time. Nothing was changed.',
  'request-expired': 'This request has expired. Nothing was changed.',
  'link-expired': 'The link has expired. Nothing was changed.',
  cancelled: 'Cancelled. Nothing was changed.',
  superseded: 'Replaced by your newer request. Nothing was changed here.',
  'unlocks-spent': 'Your account has reached its daily limit of unlocks.',
  'no-more-codes': 'No more codes for now. You can ask for a new one from',
  'tries-spent': 'Too many wrong codes. To protect your account, you can only try again from',
  paused: 'Password resets and unlocks for your account are paused until',
};

/** As chats and pages both say it. */
export function wordsOf(said: Said): string | RegExp {
  if (typeof said === 'string') return words[said];
  switch (said.is) {
    case 'code-wrong':
      return new RegExp(`That isn['’]t the code\\. ${said.left === 1 ? '1 try' : `${said.left} tries`} left\\.`);
    case 'approval-awaited': {
      const soFar = said.needed > 1 ? `.*${said.given} of ${said.needed} approvals so far` : '';
      return new RegExp(`The helpdesk has been asked${soFar}`, 's');
    }
    case 'denied':
      return `The helpdesk declined: ${reasons[said.reason]}.`;
    case 'password-refused':
      return rules[said.rule];
    default:
      return unreachable(said);
  }
}
