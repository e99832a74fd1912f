// English for the pages under /recover, as far as they are the same for every name.
import type { RecoveryWords } from '../../../text/recovery-words.ts';
import { person } from './person.ts';
import { waitFor } from './sentence-parts.ts';

const startAgain = 'Start again';

export const recoveryPages: RecoveryWords = {
  start: {
    title: 'Get back into your account',
    heading: ['Can’t sign in?'],
    intro: (company) => [
      `For people at ${company} who can’t reach the chat. We send a code to the recovery contact that you set up earlier.`,
    ],
    question: 'What happened?',
    reset: 'Forgot your password?',
    unlock: 'Locked out?',
    label: 'Your work address',
    hint: 'The whole address, like name@company.com',
    empty: 'Type your work address.',
    button: 'Send a code',
    lastTry: 'Did you begin in this browser a moment ago?',
    toLastTry: 'Go to your last try',
  },
  code: {
    title: 'Enter the code',
    heading: ['Enter the code'],
    sent: {
      email: [
        'If that is your account and you enrolled a personal email address, a code is on its way there. It works for 3 minutes. Look for it, then come back to this page in this browser.',
      ],
      sms: [
        'If that is your account and you enrolled a phone, a code is on its way there as a text message. It works for 3 minutes. Look for it, then come back to this page in this browser.',
      ],
    },
    label: 'Code',
    hint: '6 digits',
    button: 'Continue',
    notACode: 'A code has 6 digits. This didn’t count as a try.',
    wrong: (left) => `That isn’t the code. ${left === 1 ? '1 try' : `${left} tries`} left.`,
    expired: 'That code has expired. Send a new one.',
    busy: 'Your last code is still being checked. Wait a moment, then type it again. This didn’t count as a try.',
    resent: ['If a code can be sent, another one is on its way. Only the newest code works.'],
    resend: 'Send again',
    resendIn: (seconds) => [`No code yet? You can ask for another one in ${waitFor(seconds)}.`],
    noCode: 'No code?',
    noCodeAdvice: (contact) => [
      ['Look in the spam folder of your personal mailbox.'],
      ['Asked for a code a moment ago, in another try? Wait a minute, then press “Send again”.'],
      [
        'Is the helpdesk still deciding about an earlier try? Then no code comes: go back to its page, or call the helpdesk.',
      ],
      ['Check that you typed your whole work address, without typing errors. If you’re not sure, start again.'],
      ['No recovery contact yet, or nothing helps? ', contact === undefined ? 'Call your helpdesk.' : contact],
    ],
    startAgain,
  },
  notARecoveryCode: person.notARecoveryCode,
  pressed: 'One moment…',
  problem: 'There is a problem',
  queue: (seconds, isSlow) => ({
    title: 'Many people are asking right now',
    heading: ['Many people are asking right now'],
    paragraphs: [
      [`This page goes on by itself in ${waitFor(seconds)}. Leave it open: nothing has been sent yet.`],
      ...(isSlow ? [['It’s quicker in a browser with JavaScript turned on.']] : []),
    ],
    button: 'Continue',
  }),
  spent: {
    title: 'No tries left',
    heading: ['That wasn’t the code, and there are no tries left'],
    paragraphs: [['Nothing has changed. Start again to get a new code.']],
    button: startAgain,
  },
  signedOut: {
    title: 'Start again',
    heading: ['This page has expired'],
    paragraphs: [
      ['Its page has not been open for 15 minutes, or you began in another browser.'],
      [
        'If you’ve just saved a new password, you’re done: sign in with it. Was the helpdesk to unlock your account? Try to sign in. If nothing of this helps, start again.',
      ],
    ],
    button: startAgain,
  },
  stale: {
    title: 'Start again',
    heading: ['This page is from an earlier try'],
    paragraphs: [['You’ve started again since, perhaps in another tab. Nothing has changed.']],
    button: 'Go to your present try',
  },
  unreadable: {
    title: 'Something went wrong',
    heading: ['This couldn’t be read'],
    paragraphs: [['What was sent is too long, or doesn’t come from this page. Nothing has changed.']],
    button: startAgain,
  },
  unreachable: {
    title: 'Something went wrong',
    heading: ['Something went wrong on our side'],
    paragraphs: [['Nothing has changed. Wait a moment, then try again.']],
    button: 'Try again',
  },
  foreign: {
    title: 'Open this page yourself',
    heading: ['Open this page yourself'],
    paragraphs: [['Another website tried to press this button for you. Nothing has changed.']],
    button: startAgain,
  },
  dead: {
    title: 'There is no such page',
    heading: ['There is no such page'],
    paragraphs: [['Can’t sign in? Begin here.']],
    button: 'Begin',
  },
  help: (contact) =>
    contact === undefined ? ['Need a person? Call your helpdesk.'] : ['Need a person? Helpdesk: ', contact],
};
