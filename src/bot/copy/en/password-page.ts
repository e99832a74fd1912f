// English for the page on which a new password is chosen.
import type { PasswordWords, RulesToTell } from '../../../text/password-words.ts';

const choosePassword = 'Choose a new password';

/** The kinds of characters. */
export const kinds = {
  lower: 'small letters',
  upper: 'capital letters',
  digit: 'digits',
  sign: 'signs such as ! or #',
  'other-letter': 'letters of other alphabets',
};

function kindsRule({ atLeast, of }: NonNullable<RulesToTell['kinds']>): string {
  const names = of.map((kind) => kinds[kind]);
  const listed = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  if (atLeast < of.length) return `At least ${atLeast} of these ${of.length}: ${names.join(', ')}.`;
  return of.length === 1 ? `It needs ${listed}.` : `It needs all of these: ${listed}.`;
}

const lengthRule = ({ minLength, maxLength }: RulesToTell): string => {
  const least = `At least ${minLength} characters`;
  if (maxLength === undefined) return `${least}. A sentence is fine.`;
  const fewer = maxLength.counts === 'bytes' ? ', or fewer with accents or emoji' : '';
  return `${least}, at most ${maxLength.of}${fewer}. A sentence is fine.`;
};

/** Where not all are known. */
export const furtherRules = 'There may be further rules for your account. If one refuses your password, we’ll say so.';

const historyRule = (history: NonNullable<RulesToTell['history']>): string => {
  if (history === 'some') return 'None of your earlier passwords.';
  return history === 1 ? 'Not your present password.' : `None of your last ${history} passwords.`;
};

export const passwordPage: PasswordWords = {
  live: (givenName) => ({
    title: choosePassword,
    heading:
      givenName === undefined
        ? ['Continue to choose a new password']
        : [{ name: givenName }, ', continue to choose a new password'],
    paragraphs: [['You choose it on the next page.']],
    button: 'Continue',
    note: ['Works for a few minutes.'],
    foot: ['Didn’t ask for this? Close this page and press “It wasn’t me” in your chat.'],
  }),
  page: (givenName) => ({
    title: choosePassword,
    heading: givenName === undefined ? [choosePassword] : [{ name: givenName }, ', choose a new password'],
    paragraphs: [],
    foot: ['Didn’t ask for this? Close this page and press “It wasn’t me” in your chat.'],
  }),
  changePage: {
    title: 'Change your password',
    heading: ['Change your password'],
    paragraphs: [],
    foot: ['Didn’t ask for this? Close this page. Nothing is changed without your current password.'],
  },
  account: (username) => ['For the account ', { code: username }],
  rulesHeading: 'Your new password',
  rules: (rules) => [
    lengthRule(rules),
    ...(rules.isAsciiOnly === true
      ? ['Only letters without accents, digits, spaces and signs such as ! or #. Not ä, ß, é or €.']
      : []),
    ...(rules.kinds === undefined ? [] : [kindsRule(rules.kinds)]),
    ...(rules.repeatsAtMost === undefined
      ? []
      : [`No character more than ${rules.repeatsAtMost === 1 ? 'once' : `${rules.repeatsAtMost} times`} in a row.`]),
    'No name or email address of yours.',
    'No password that many people use.',
    ...(rules.history === undefined ? [] : [historyRule(rules.history)]),
    ...(rules.isComplete ? [] : [furtherRules]),
  ],
  currentLabel: 'Current password',
  currentHint: 'The one you have now. Forgotten it? Close this page and press “Forgot password” in your chat.',
  oldWrong: (left) =>
    `This isn’t your current password. ${left === 1 ? 'You have 1 try left.' : `You have ${left} tries left.`}`,
  label: 'New password',
  confirmLabel: 'New password again',
  confirmHint: 'The same once more, so that a typing mistake is noticed.',
  reveal: 'Show passwords',
  hide: 'Hide passwords',
  button: 'Save new password',
  saving: 'Saving…',
  wrongHeading: 'Your password isn’t changed yet',
  wrong: {
    empty: 'Type a new password.',
    'current-empty': 'Type your current password.',
    'same-as-current': 'This is your current password. Choose another one.',
    unequal: 'The two passwords are not the same. Type both again.',
    'too-short': 'This password is too short.',
    'too-long': 'This password is too long.',
    'too-plain': 'This password needs more kinds of characters.',
    'too-repetitive': 'This password has too many of the same character in a row.',
    'too-common': 'Many people use this password, so it’s easy to guess.',
    'holds-name': 'This password contains your name or email address.',
    'not-writable': 'This password contains something that can’t be typed again, like a line break.',
    'not-ascii': 'This password contains a letter or sign that your account can’t take, such as ä, é or €.',
    'too-weak': 'This password is too weak for your account: it’s too short or has too few kinds of characters.',
    'used-before': 'You’ve used this password before.',
  },
  wrongSomehow: 'The rules of your account refuse this password. Choose another one.',
  triesLeft: (left) => (left === 1 ? 'You have 1 try left.' : `You have ${left} tries left.`),
  beingSaved: {
    title: 'One moment',
    heading: ['Your new password is being saved'],
    paragraphs: [
      ['It was sent a moment ago. If you did that in another window, the answer comes there, and in your chat.'],
      ['If this is the only page you see, wait a moment and try again. That does no harm.'],
    ],
    button: 'Try again',
  },
  done: {
    title: 'Your new password is saved',
    heading: ['Your new password is saved'],
    paragraphs: [
      ['Sign in with it from now on. We’re signing you out everywhere else.'],
      ['Your chat confirms it. Wasn’t it you? Press “It wasn’t me” there.'],
    ],
  },
  doneForOnce: {
    title: 'Your new password is saved',
    heading: ['Your new password is saved, for one sign-in'],
    paragraphs: [
      ['Sign in with it now. You’ll then be asked to choose another one: your company’s directory demands it.'],
      ['Your chat confirms it. Wasn’t it you? Press “It wasn’t me” there.'],
    ],
  },
  spent: {
    title: 'Your password isn’t changed',
    heading: ['None of these passwords was accepted'],
    paragraphs: [
      ['Your password is not changed.'],
      ['Go back to your chat to start again, or ask the helpdesk from there.'],
    ],
  },
  oldSpent: {
    title: 'Your password isn’t changed',
    heading: ['That wasn’t your current password'],
    paragraphs: [
      ['There are no tries left, and your password is not changed.'],
      ['Forgotten it? Go back to your chat and press “Forgot password”, or ask the helpdesk from there.'],
    ],
  },
  blocked: {
    title: 'Your password isn’t changed',
    heading: ['Your password can’t be changed right now'],
    paragraphs: [['Your password is not changed.'], ['Your chat says what you can do.']],
  },
  signInNeeded: {
    title: 'Sign in to go on',
    heading: ['Your account needs more than the password'],
    paragraphs: [['Nothing is changed yet. Sign in on the next page, then choose your new password.']],
    button: 'Sign in',
  },
  change: {
    title: 'Change your password',
    heading: ['Continue to change your password'],
    paragraphs: [['On the next page, you sign in or type your current password.']],
    button: 'Continue',
    note: ['Works for a few minutes.'],
    foot: ['Didn’t ask for this? Close this page. Nothing is changed without your current password.'],
  },
  unconfirmed: {
    title: 'We don’t know yet whether your password is saved',
    heading: ['We don’t know yet whether your password is saved'],
    paragraphs: [
      ['The sign-in service didn’t answer. We’re checking, and your chat will tell you what we find.'],
      ['You can close this page. You can try to sign in with your new password meanwhile.'],
    ],
  },
};
