// English for the tenant's own page for a new password, which Auth0 shows.
import type { HostedPageWords } from '../../../text/hosted-page-words.ts';
import { furtherRules, kinds, passwordPage } from './password-page.ts';

const { wrong, label, confirmLabel, confirmHint, reveal, hide, button, saving } = passwordPage;
const again = 'Start again where you asked for the link.';

export const hostedPage: HostedPageWords = {
  title: 'Choose a new password',
  account: (username) => ['For the account ', { code: username }],
  ...{ label, confirmLabel, confirmHint, reveal, hide, button, saving },
  unscripted: {
    title: 'This page needs JavaScript',
    paragraphs: [
      ['Without it your new password can’t be sent. Nothing is changed.'],
      ['Allow JavaScript for this page and load it again, or open the link in another browser.'],
    ],
  },
  done: {
    title: 'Your new password is saved',
    paragraphs: [
      ['Sign in with it from now on. You can close this page.'],
      ['Wasn’t it you? Tell your helpdesk at once.'],
    ],
  },
  goOn: 'Continue',
  dead: {
    title: 'This link doesn’t work any more',
    paragraphs: [
      ['It has been used, is too old, or there is a newer one. What you sent now has changed nothing.'],
      [again],
    ],
  },
  unasked: ['Didn’t ask for this? Close this page and tell your helpdesk. Your password stays as it is.'],
  help: (contact) =>
    contact === undefined
      ? ['Do you need a person? Ask your helpdesk.']
      : ['Do you need a person? This is how you reach your helpdesk: ', { name: contact }],
  rules: {
    heading: 'Your new password',
    length: (least) => `At least ${least} characters. A sentence is fine.`,
    all: (names) => `All of these: ${names}.`,
    some: (least, count, names) => `At least ${least} of these ${count}: ${names}.`,
    row: (most) => `No character more than ${most} times in a row.`,
    same: 'The same in both fields.',
    more: furtherRules,
    kinds: { lowerCase: kinds.lower, upperCase: kinds.upper, numbers: kinds.digit, specialCharacters: kinds.sign },
    met: 'Done:',
    missing: 'Missing:',
    heardMet: 'Nothing is missing.',
    heardMissing: (rules) => `Still missing: ${rules}`,
  },
  notChanged: passwordPage.wrongHeading,
  notKnown: 'We don’t know yet whether your password is saved',
  wrong: {
    empty: wrong.empty,
    unequal: 'The two passwords are not the same.',
    unmet: 'This password doesn’t meet the rules yet. The list says what is missing.',
    PasswordStrengthError: 'This password is too weak. The list says what is missing.',
    PasswordHistoryError: wrong['used-before'],
    PasswordDictionaryError: wrong['too-common'],
    PasswordNoUserInfoError: wrong['holds-name'],
    somehow: `This password was refused. Choose another one. If that is refused too, the link may be used up. ${again}`,
  },
  quoted: (text) => `The sign-in service says: “${text}”`,
  stale: 'This page has been open for too long. Load it again, then type your new password once more.',
  reload: 'Load this page again',
  tooMany: 'Too many people are trying at the moment. What you typed is still here. Wait a few minutes and try again.',
  failed: `The sign-in service had a problem. What you typed is still here. Try again: that does no harm. If it goes wrong again, the link may be used up or too old. ${again}`,
  perhapsSaved: 'It may have been saved a moment ago: try to sign in with it.',
  noAnswer:
    'No answer came. What you typed is still here. Try again: that does no harm. If the link no longer works then, try to sign in with your new password.',
};
