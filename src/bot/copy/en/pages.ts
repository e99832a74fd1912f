// English for the web pages.
import type { PageCopy } from '../../../text/page-copy.ts';
import { enrolmentPages } from './enrolment-pages.ts';
import { hostedPage } from './hosted-page.ts';
import { passwordPage } from './password-page.ts';
import { recoveryPages } from './recovery-pages.ts';
import { waitFor } from './sentence-parts.ts';
import { changePages } from './sign-in-pages.ts';

const choosePassword = 'Choose a new password';
const onceOnly = ['Works once, for a few minutes.'];

export const pages: PageCopy = {
  language: 'en',
  promise: ['Nobody from the helpdesk will ever ask you for a password or a code.'],
  opening: 'Opening…',
  about: (company, isHere) => ({
    title: 'Passwords and accounts',
    heading: ['A bot for passwords and accounts'],
    paragraphs: [
      [
        `People at ${company} use this bot in their chat to reset or change their password, or unlock their account. To start, send it `,
        { code: 'help' },
        ' there. There is nothing to do on this page.',
      ],
      [
        { strong: 'Who runs it.' },
        ` ${company}, using the program Latchkey. It sends nothing to the makers of Latchkey.`,
      ],
      [
        { strong: 'What it keeps.' },
        ' Who asked for what and when, how they were verified, who approved it and how it ended; of contacts only a few characters, like j•••@g•••.com. All of this is kept for about a month. Kept for a year: whether you want reminders, and what an administrator did about a request. Kept longer: what it needs to write to you in your chat, to know which account is yours, and to check your recovery codes, but not the codes.',
      ],
      [
        { strong: 'What it never keeps.' },
        ` Passwords, codes, links, email addresses and phone numbers. The recovery contacts that you add are kept by the sign-in service, with your account. ${isHere ? 'You choose a password on the sign-in page, or on a page of this bot, which passes it on and keeps nothing of it.' : 'You choose a password on the sign-in page and nowhere else.'}`,
      ],
      [
        { strong: 'Terms.' },
        ' Use it for your own account only. For anything else, or to ask what it has stored about you, contact your helpdesk.',
      ],
    ],
  }),
  live: (givenName) => ({
    title: choosePassword,
    heading:
      givenName === undefined
        ? ['Continue to choose a new password']
        : [{ name: givenName }, ', continue to choose a new password'],
    paragraphs: [['You’ll go to your company’s sign-in page and set it there.']],
    button: 'Continue',
    note: onceOnly,
    foot: ['Didn’t ask for this? Close this page and press “It wasn’t me” in your chat.'],
  }),
  dead: {
    title: 'This link doesn’t work any more',
    heading: ['This link doesn’t work any more'],
    paragraphs: [
      ['A link works once, and only for a few minutes. Opening it now has changed nothing.'],
      [
        'If you’ve just set your new password, you’re done. If not, go back to your chat: there is a button to continue.',
      ],
    ],
  },
  busy: {
    title: 'One moment',
    heading: ['This link is being opened'],
    paragraphs: [
      ['The button was pressed a moment ago. If you did that in another window, the sign-in page opens there.'],
      ['If this is the only page you see, wait a moment and try again. Pressing twice does no harm.'],
    ],
    button: 'Try again',
  },
  unreachable: {
    title: 'We can’t reach the sign-in service',
    heading: ['We can’t reach the sign-in service right now'],
    paragraphs: [['Nothing has changed, and your link still works. Wait a moment, then try again.']],
    button: 'Try again',
  },
  limited: (seconds) => ({
    title: 'The sign-in service is very busy',
    heading: ['The sign-in service is very busy right now'],
    paragraphs: [[`Nothing has changed, and your link still works. Try again in ${waitFor(seconds)}.`]],
    button: 'Try again',
  }),
  refused: {
    title: 'Only the helpdesk can help with this one',
    heading: ['Only the helpdesk can help with this one'],
    paragraphs: [
      ['Your password can’t be changed here. Nothing has changed.'],
      ['Go back to your chat and ask the helpdesk from there.'],
    ],
  },
  foreign: {
    title: 'Open the link from your chat',
    heading: ['Open the link from your chat'],
    paragraphs: [
      ['Another website tried to press this button for you. Nothing has changed.'],
      ['To continue, open the link from your chat and press the button yourself.'],
    ],
  },
  elsewhere: (host) => ({
    title: choosePassword,
    heading: ['One more step'],
    paragraphs: [['Your company’s sign-in page is at ', { strong: host }, '.']],
    button: 'Continue',
    note: onceOnly,
  }),
  crowded: {
    title: 'Please wait a minute',
    heading: ['Please wait a minute'],
    paragraphs: [
      ['There are too many requests from your network right now. Nothing has changed.'],
      ['Wait a minute, then open the link again.'],
    ],
  },
  broken: (reference) => ({
    title: 'Something went wrong',
    heading: ['Something went wrong on our side'],
    paragraphs: [
      [
        'Go back to your chat and try again from there, or contact the helpdesk and give them this reference: ',
        { code: reference },
        '.',
      ],
    ],
  }),
  enrolment: enrolmentPages,
  change: changePages,
  recovery: recoveryPages,
  password: passwordPage,
  hosted: hostedPage,
};
