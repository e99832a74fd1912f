// English for the web pages of a fresh sign-in.
import type { PageText, Phrase } from '../../../text/page-text.ts';
import type { SignInWords } from '../../../text/sign-in-words.ts';

const again = (heading: string, said: string): PageText => ({
  title: heading,
  heading: [heading],
  paragraphs: [[said]],
  button: 'Sign in again',
});

const turnedBack = (aim: string): SignInWords['turnedBack'] => ({
  unfinished: again('Please sign in first', 'You started to sign in, perhaps in another tab, but didn’t finish.'),
  foreign: {
    title: 'This is another account',
    heading: ['You signed in to another account'],
    paragraphs: [
      [
        'Nothing has changed. The account you signed in to isn’t the one that belongs to the person who asked in the chat.',
      ],
      ['If you have two accounts, sign in again with the other one. If somebody sent you this link, close this page.'],
    ],
    button: 'Sign in again',
  },
  denied: again('You didn’t sign in', 'The sign-in was cancelled or not allowed. Nothing has changed.'),
  mismatched: again(
    'This sign-in can’t be used',
    'Perhaps you started twice, or went back to an earlier page. Nothing has changed.',
  ),
  'not-fresh': again(
    'Please sign in once more',
    `You were already signed in, so you weren’t asked for your password. ${aim}, enter it again.`,
  ),
  'other-way': {
    title: 'Please sign in with your password',
    heading: ['Please sign in with your work password'],
    paragraphs: [
      [
        'Nothing has changed. You signed in without your work password, for example with a code that was sent to a contact.',
      ],
      [`${aim}, sign in again with your work account and its password.`],
      [
        'If you did use your password, wait a minute before you sign in again. If that doesn’t help, ask your helpdesk.',
      ],
    ],
    button: 'Sign in again',
  },
  unreachable: again(
    'We can’t reach the sign-in service right now',
    'Nothing has changed. Wait a moment, then sign in again.',
  ),
  refused: again(
    'The sign-in didn’t work',
    'Nothing has changed. Sign in again. If that doesn’t help, ask your helpdesk.',
  ),
});

/** `aim`: what the sign-in is for, at the beginning of a sentence. */
export const signInWords = (aim: string): Omit<SignInWords, 'over' | 'signedOut'> => ({
  unreachable: {
    title: 'We can’t reach the sign-in service',
    heading: ['We can’t reach the sign-in service right now'],
    paragraphs: [['Nothing has changed. Wait a moment, then try again.']],
    button: 'Try again',
  },
  turnedBack: turnedBack(aim),
  checking: {
    title: 'Checking your sign-in',
    heading: ['Checking your sign-in…'],
    paragraphs: [['This takes a few seconds. The page continues by itself.']],
    button: 'Check again',
  },
  checkingLate: {
    title: 'Still checking your sign-in',
    heading: ['Still checking your sign-in…'],
    paragraphs: [
      ['The sign-in service hasn’t confirmed yet how you signed in. Nothing has changed.'],
      ['Leave this page open: it continues by itself. If it still says this in five minutes, ask your helpdesk.'],
    ],
    button: 'Check again',
  },
});

/** Without the slash: Teams has no such command, and in Slack a company may have put its own word before it. */
const inChat: Phrase = ['In your chat, send the bot ', { code: 'change-password' }, ' and press the button there.'];

export const changePages: SignInWords = {
  ...signInWords('To change your password'),
  over: {
    title: 'This request has ended',
    heading: ['This request has ended'],
    paragraphs: [['Your chat says what became of it.'], ['To change your password, start again. ', ...inChat]],
  },
  signedOut: {
    title: 'Please start again',
    heading: ['You’re not signed in here any more'],
    paragraphs: [
      ['A sign-in lasts for 15 minutes, and only in the browser where you began. Your chat says what was changed.'],
      ['To continue, start again. ', ...inChat],
    ],
  },
};
