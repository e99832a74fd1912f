// English for notifications: the first words say what happened or who asks for what.
import type { FlowKind } from '../../../flows/state.ts';
import type { End, PushCopy } from '../copy.ts';

const asksTo: Readonly<Record<FlowKind, string>> = {
  reset: 'asks to reset their password',
  unlock: 'asks to unlock their account',
};
const acts: Readonly<Record<FlowKind, string>> = { reset: 'password reset', unlock: 'unlock' };

export const push: PushCopy = {
  chooseContact: 'Continue: choose where to send your code',
  enterCode: 'Your code has been sent: enter it here',
  helpdeskAsked: "You're verified: the helpdesk has been asked",
  unlocking: "You're verified: unlocking your account",
  link: "You're verified: continue to choose a new password",
  approvedLink: 'Approved: continue to choose a new password',
  inDoubt: 'Not confirmed yet: the helpdesk is checking your unlock',
  ended,
  request: (kind, name) => `${name} ${asksTo[kind]}`,
  doubt: (name) => `Unlock not confirmed: please check the account of ${name}`,
  disowned: (name, isChanged) =>
    isChanged
      ? `It wasn't me: a password was set that ${name} didn't choose. Please call them.`
      : `It wasn't me: ${name} didn't ask for this. Please call them.`,
  helpWanted: (kind, name) => `Help needed: ${acts[kind]} for ${name}`,
  mismatch: (kind, name) => `Please check: the ${acts[kind]} for ${name} was stopped`,
  unanswered: (kind, name) => `Nobody answered: ${acts[kind]} for ${name}`,
  unconfirmed: (name) => `Nobody checked: unlock for ${name}`,
};

function ended({ kind, ending }: End): string | undefined {
  switch (ending.because) {
    case 'unlocked':
      return 'Unlocked: sign in with the password you had';
    case 'password-changed':
      return "Password changed: if it wasn't you, tell us here";
    case 'denied':
      return kind === 'unlock' ? 'Declined: your account was not unlocked' : 'Declined: your password was not changed';
    case 'approval':
      return 'Expired: nobody from the helpdesk answered in time';
    case 'link':
      return 'Expired: start again for a new link';
    case 'password':
      return "Expired: we haven't seen a new password";
    case 'frozen':
      return 'Paused: password resets and unlocks for your account';
    case 'unconfirmed':
      return 'Not confirmed: try to sign in';
    case 'settled-by-helpdesk':
      return 'The helpdesk has taken care of this: try to sign in';
    case 'helpdesk-unreachable':
      return 'Please call the helpdesk: we could not reach them';
    default:
      return undefined;
  }
}
