// English for the adapters' own texts: about a platform's buttons, windows and chats, never about a flow.
import type { AppCopy, CommandCopy, SlackCopy, TeamsCopy } from '../platform-copy.ts';

export const app: AppCopy = {
  subject: 'passwords and accounts',
  short: 'Reset your password or unlock your account, without waiting for the helpdesk',
  full:
    'In a private chat, write unlock, reset-password, change-password or enroll. A code that we send to one of your recovery contacts, or your sign-in, makes sure it is you. ' +
    'If your company requires it, the helpdesk approves in its own channel. Nobody will ever ask you for the code.',
};

export const commands: CommandCopy = {
  reset: "Reset your password, with a code to make sure it's you",
  unlock: "Unlock your account, with a code to make sure it's you",
  change: 'Change a password that you still know',
  enroll: 'See, add and remove your recovery contacts',
  status: 'See where your request stands',
  cancel: 'Cancel your request',
  help: 'See what I can do for you',
};

export const slack: SlackCopy = {
  handle: (handle) => `${handle} in Slack`,
  moment: 'One moment…',
  momentTitle: 'One moment',
  oldButton: 'This button is from an old message. Please start again, for example on my Home tab.',
  oldWindow: 'This window is out of date. Please close it and start again.',
  noWindow: "Slack couldn't open a window just now. Nothing has changed. Please press the button again.",
  sentInPrivate: "I've sent you the answer as a direct message.",
  finished: 'All done here. You can close this window.',
};

export const teams: TeamsCopy = {
  handle: (handle) => `${handle} in Teams`,
  back: 'Go back',
  required: 'Please fill this in.',
  oldButton:
    'This button is from an old message. Please start again: type unlock, reset-password, change-password or enroll.',
  answeredInPrivate: "I've answered you in our private chat.",
  writeInPrivate:
    "I can only help you in a private chat, and I can't start one with you. Please open a chat with me and ask there. If you can't find me, add me under Apps.",
  employeesOnly: 'Only employees of this company can use this, so nothing was done.',
  cannotConfirm: "We couldn't check with Teams who you are. Nothing has changed. Please try again in a moment.",
  notHere: "You aren't in this conversation any more, so nothing was done.",
  stillAtIt: 'This is taking a little longer. The message will update by itself.',
  noted: 'Got it. The message will update by itself.',
  pressAgain: "Your version of Teams can't show the answer here. Please update Teams and press the button again.",
};
