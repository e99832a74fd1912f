// English for the web pages of enrolment.
import type { EnrolmentWords } from '../../../text/enrolment-words.ts';
import type { ReasonNotTaken } from '../../../text/new-address.ts';
import type { Phrase } from '../../../text/page-text.ts';
import { notMe } from './not-me-pages.ts';
import { recoveryCodes } from './recovery-codes-pages.ts';
import { minutes, platformName, waitFor } from './sentence-parts.ts';
import { signInWords } from './sign-in-pages.ts';

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const clockFormat = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });
const minuteMs = 60_000;

/** Without the slash: Teams has no such command, and in Slack a company may have put its own word before it. */
const inChat: Phrase = ['In your chat, send the bot ', { code: 'enroll' }, ' and press the button there.'];

/** A short wait is told as a duration, because a page does not know the reader's zone. */
const when = (time: number, seconds: number): Phrase =>
  seconds <= 3_600 ? [`in ${waitFor(seconds)}`] : ['from ', { moment: time }];

const emailNotTaken: Readonly<Record<ReasonNotTaken, string>> = {
  empty: 'Type an email address.',
  malformed: 'This doesn’t look like an email address. Check it for typing errors.',
  'own-domain': 'This is a work address. If you’re locked out, you can’t read it either. Use a personal one.',
  'blocked-domain': 'Your company doesn’t allow addresses at this provider. Use another one.',
  country: 'Your company doesn’t allow this address. Use another one.',
  'not-a-mobile': 'This doesn’t look like an email address. Check it for typing errors.',
  'already-yours': 'You’ve already added this address.',
};

const phoneNotTaken: Readonly<Record<ReasonNotTaken, string>> = {
  empty: 'Type a phone number.',
  malformed: 'This doesn’t look like a phone number. Begin with + and the country code.',
  'own-domain': 'Your company doesn’t allow this number. Use another one.',
  'blocked-domain': 'Your company doesn’t allow this number. Use another one.',
  country: 'Your company doesn’t allow numbers of this country. Use another one, or an email address.',
  'not-a-mobile': 'We can’t send a text message to this number. Use a mobile number, without an extension.',
  'already-yours': 'You’ve already added this number.',
};

const signIn = signInWords('To change contacts');

export const enrolmentPages: EnrolmentWords = {
  ...signIn,
  day: (time) => dayFormat.format(time),
  moment: (time) => {
    const up = Math.ceil(time / minuteMs) * minuteMs;
    return `${dayFormat.format(up)}, ${clockFormat.format(up)} UTC`;
  },
  clock: (time) => `${clockFormat.format(Math.ceil(time / minuteMs) * minuteMs)} UTC`,
  start: {
    title: 'Recovery contacts',
    heading: ['Your recovery contacts'],
    paragraphs: [
      ['A recovery contact is a personal email address or phone. If you’re ever locked out, we send a code there.'],
      [{ strong: 'To start: ' }, ...inChat],
    ],
  },
  live: (platform) => ({
    title: 'Your recovery contacts',
    heading: ['Sign in to set up your recovery contacts'],
    paragraphs: [
      [
        'If you’re ever locked out, we send a code to a personal email address or phone. Setting one up takes a minute.',
      ],
      ['First, sign in with your work account, even if you’re signed in already.'],
    ],
    button: 'Sign in',
    foot: [`Didn’t you ask for this in ${platformName(platform)}? Close this page.`],
  }),
  dead: {
    title: 'This link doesn’t work any more',
    heading: ['This link doesn’t work any more'],
    paragraphs: [
      ['A link works for a few minutes only. Opening it now has changed nothing.'],
      ['To continue, get a new one. ', ...inChat],
    ],
  },
  refused: {
    title: 'Only the helpdesk can help with this one',
    heading: ['Only the helpdesk can help with this one'],
    paragraphs: [
      ['The sign-in service doesn’t allow this. Nothing has changed.'],
      ['Go back to your chat and ask the helpdesk from there.'],
    ],
  },
  over: {
    title: 'This request has ended',
    heading: ['This request has ended'],
    paragraphs: [
      ['Your chat says what became of what you added or removed.'],
      ['To change something else, start again. ', ...inChat],
    ],
  },
  signedOut: {
    title: 'Please start again',
    heading: ['You’re not signed in here any more'],
    paragraphs: [
      ['A sign-in lasts for 15 minutes, and only in the browser where you began. What you’ve added so far stays.'],
      ['To continue, start again. ', ...inChat],
    ],
  },
  stale: {
    title: 'This page is out of date',
    heading: ['This page is out of date'],
    paragraphs: [['You’ve signed in again since, perhaps in another tab. Nothing has changed.']],
    button: 'Continue',
  },
  unreadable: {
    title: 'That was too long',
    heading: ['That was too long'],
    paragraphs: [
      ['We couldn’t read what you sent. Perhaps something else was pasted into the field. Nothing has changed.'],
    ],
    button: 'Continue',
  },
  busy: {
    title: 'One moment',
    heading: ['One moment'],
    paragraphs: [['This takes a few seconds. The page continues by itself.']],
    button: 'Check again',
  },
  limited: (time, seconds) => ({
    title: 'The sign-in service is very busy',
    heading: ['The sign-in service is very busy right now'],
    paragraphs: [['Nothing has changed. Try again ', ...when(time, seconds), '.']],
    button: 'Try again',
  }),
  finished: {
    title: 'You’re done',
    heading: ['You’re done'],
    paragraphs: [['Your chat shows your contacts. You can close this page.']],
  },
  problem: 'There is a problem',
  trouble: {
    unreachable: ['We can’t reach the sign-in service right now. Nothing has changed. Wait a moment, then try again.'],
    refused: ['The sign-in service doesn’t allow this. Nothing has changed. Ask your helpdesk.'],
    limited: (time, seconds) => ['Not yet. Try again ', ...when(time, seconds), '.'],
  },
  pressed: 'One moment…',
  contacts: {
    title: 'Your recovery contacts',
    heading: ['Your recovery contacts'],
    intro: (count) => {
      if (count === 0) return ['If you’re ever locked out, we send a code to a recovery contact. You have none yet.'];
      if (count === 1) return ['If you’re ever locked out, we send a code there. Have two, in case you lose one.'];
      return ['If you’re ever locked out, we send a code to one of these.'];
    },
    kind: { email: 'Email', sms: 'Text message' },
    since: (time) => ['Added on ', { day: time }],
    sinceBefore: ['Added by your administrator'],
    usableFrom: (time) => ['Can be used from ', { moment: time }],
    unconfirmed: ['Not confirmed yet. To confirm it, add it once more: we send a code there.'],
    unusable: {
      'own-domain': ['Can’t be used: it’s a work address. If you’re locked out, you can’t read it either.'],
      'blocked-domain': ['Can’t be used: your company doesn’t allow addresses at this provider.'],
      unverified: ['Can’t be used: it isn’t verified.'],
      unclear: ['Can’t be used: we can’t tell exactly which address or number it is.'],
    },
    remove: 'Remove',
    removeWhich: (masked) => masked,
    add: {
      email: {
        heading: 'Add an email address',
        label: 'Email address',
        hint: 'A personal one, which you can read without your work account.',
        button: 'Send a code',
      },
      sms: {
        heading: 'Add a phone number',
        label: 'Mobile number',
        hint: 'With the country code, like +44 7700 900123.',
        button: 'Send a code',
      },
    },
    notTaken: (kind, because) => (kind === 'email' ? emailNotTaken : phoneNotTaken)[because],
    added: (masked, usableFrom) =>
      usableFrom === undefined
        ? [{ strong: masked }, ' was added.']
        : [{ strong: masked }, ' was added. It can be used from ', { moment: usableFrom }, '.'],
    removed: (masked) => [{ strong: masked }, ' was removed.'],
    confirmed: (masked) => [{ strong: masked }, ' is confirmed now.'],
    elsewhere: ['This contact belongs to another account, so it can’t be added here. Use a different one.'],
    alreadyYours: ['You have this contact already. There is nothing to add.'],
    attemptsSpent: (time) => ['There were too many wrong codes. You can add a contact from ', { moment: time }, '.'],
    sendsSpent: (time) => ['Too many codes were sent. You can get another one from ', { moment: time }, '.'],
    recoveryCodes: (left) => (left === undefined ? 'Make recovery codes' : `Recovery codes: ${left} left`),
    done: 'I’m done',
  },
  code: {
    title: 'Enter the code',
    heading: (masked) => ['Enter the code we sent to ', { strong: masked }],
    hint: (kind, seconds) =>
      `It works for ${minutes(seconds)}. ${kind === 'email' ? 'Look in your spam folder, too.' : 'It may take a minute to arrive.'}`,
    label: 'Code',
    button: 'Confirm',
    notACode: 'A code has six digits. Type the digits only.',
    wrong: (left) => `That isn’t the code. ${left === 1 ? '1 try' : `${left} tries`} left.`,
    unchecked: 'We couldn’t check the code. Wait a moment, then confirm it again.',
    dead: {
      'used-up': 'That code no longer works. Get a new one.',
      expired: 'That code has expired. Get a new one.',
      'too-old': 'That code is too old. Get a new one.',
    },
    resend: 'Send a new code',
    resendIn: (seconds) => [`You can ask for a new code in ${waitFor(seconds)}.`],
    other: { email: 'Use another address', sms: 'Use another number' },
    strayed: {
      title: 'Enter the code',
      heading: ['The code belongs to another browser'],
      paragraphs: [
        ['This code was requested in another browser or tab. Enter it there, or start over here with the address.'],
      ],
      button: 'Start over',
    },
  },
  removal: {
    title: 'Remove a contact',
    heading: (masked) => ['Remove ', { strong: masked }, '?'],
    meaning: {
      'one-of-several': ['No code will be sent there any more. Your other contacts stay as they are.'],
      last: [
        { strong: 'It’s your only contact.' },
        ' Without one, you can’t reset your password or unlock your account by yourself. Only the helpdesk can help you then.',
      ],
      'last-usable': [
        { strong: 'It’s the only one that can be used now.' },
        ' Until another one can be used, only the helpdesk can help you if you’re locked out.',
      ],
    },
    confirm: 'Remove it',
    keep: 'Keep it',
  },
  recoveryCodes,
  notMe,
  help: ['Stuck? Send ', { code: 'help' }, ' to the bot in your chat.'],
};
