// English for the pages under /recover after the first proof.
import type { Instant } from '../../../flows/ids.ts';
import type { RecoveryCopy } from '../recovery-copy.ts';
import { from } from './sentence-parts.ts';

const t = (time: Instant) => ({ time });

export const recovery: RecoveryCopy = {
  headings: {
    moment: ['One moment'],
    secondProof: ['One more proof that it’s you'],
    recoveryCode: ['Enter a recovery code'],
    asked: ['You’re verified'],
    unlocking: ['Unlocking your account'],
    link: ['You’re verified'],
    opened: ['The password page is open'],
    mailed: ['You’re verified'],
    confirming: ['We don’t know yet whether your password is saved'],
    doubt: ['We don’t know yet whether your account is unlocked'],
    disowned: ['Everything has been stopped'],
  },
  oneMoment: ['This takes a few seconds.'],
  delayed: (until) => [
    'We can’t reach the sign-in service right now. Nothing has changed. We’ll keep trying until ',
    t(until),
    '.',
  ],
  paused: (again) => [
    'The sign-in service is very busy right now. Nothing has changed. We’ll continue at ',
    from(again),
    '.',
  ],
  whenClosed: {
    goesOn: [
      'This page updates by itself. You can close it: we go on without it. To see the answer, open it again in this browser within 15 minutes.',
    ],
    needsYou: [
      'This page updates by itself. Keep it open: you go on here. Closed it? Open it again in this browser within 15 minutes.',
    ],
    saving: ['This page updates by itself. You can close it: your new password counts as soon as it is saved.'],
    reading: ['This page updates by itself. You can close it: the link in the mail works without it.'],
  },
  linkRules: (until) => ['The button works until ', t(until), '.'],
  opened: (until) => ['Save your new password there before ', t(until), '.'],
  mailRules: (until) => ['Only the newest link works, until ', t(until), '.'],
  confirming: (until) => [
    'The sign-in service didn’t answer. We’re checking, and will know by ',
    from(until),
    ' at the latest. You can try to sign in with your new password meanwhile.',
  ],
  recoveryCodesLeft: (left) => {
    const remaining = left === 1 ? 'You have 1 recovery code left.' : `You have ${left} recovery codes left.`;
    if (left > 2) return [remaining];
    const state = left === 0 ? 'That was your last recovery code.' : remaining;
    return [`${state} Once you’re back in your chat, send the bot “enroll” and make new ones.`];
  },
  signIn: ['You’re done. You can close this page.'],
  notMe: ['Wasn’t it you? Press “It wasn’t me” in your chat, or call your helpdesk now.'],
  poster: {
    heading: 'Can’t sign in?',
    what: 'Reset your password or unlock your account.',
    how: 'Point your phone’s camera at the code, or open',
    care: 'Nobody from the helpdesk will ever ask you for a password or a code.',
  },
  approver: 'the helpdesk',
};
