// English for people and their recovery contacts.
import type { ListedContact, UnusableBecause } from '../../../flows/contact.ts';
import type { MadeChange } from '../../../flows/enrolment-state.ts';
import { actorParts, type Instant } from '../../../flows/ids.ts';
import type { Channel } from '../../../flows/state.ts';
import { unreachable } from '../../../flows/unreachable.ts';
import type { Text } from '../../cards/card.ts';
import type { EnrolmentCopy } from '../enrolment-copy.ts';
import { from, fromDay, platformName } from './sentence-parts.ts';

const b = (strong: string) => ({ strong });
const dated = (time: Instant) => ({ time, withDay: true }) as const;
const kinds: Readonly<Record<Channel, string>> = { email: 'Email ', sms: 'Text ' };
/** The same in the middle of a sentence. */
const things: Readonly<Record<Channel, string>> = { email: 'email ', sms: 'phone ' };

const unusable: Readonly<Record<UnusableBecause, string>> = {
  'own-domain': "can't be used: it's a work address, which you can't read when you're locked out",
  'blocked-domain': "can't be used: your company doesn't allow this provider",
  unverified: "can't be used: it isn't verified",
  unclear: "can't be used: we can't tell exactly which address or number it is",
};

/** Since when it is there always comes first: somebody who does not know a contact looks for that. */
function state({ since, usableFrom, unconfirmed, confirmedNow, unusable: because }: ListedContact): Text {
  const added: Text = since === undefined ? [' · added by your administrator'] : [' · since ', dated(since)];
  if (because !== undefined) return [...added, ` · ${unusable[because]}`];
  return [
    ...added,
    ...(confirmedNow === true ? [' · confirmed now'] : []),
    ...(usableFrom === undefined ? [] : [' · can be used from ', fromDay(usableFrom)]),
    ...(unconfirmed === true ? [' · not yet confirmed'] : []),
  ];
}

function usable(what: 'added' | 'recovery-codes', usableFrom: Instant | undefined): Text {
  const subject = what === 'added' ? 'It' : 'They';
  return usableFrom === undefined
    ? [`${subject} can be used now.`]
    : [`${subject} can be used from `, fromDay(usableFrom), '.'];
}

function intro(usable: number, listed: number): string {
  if (usable > 0) return "If you can't get into your account, we send a code to one of these:";
  return listed > 0
    ? 'You have no recovery contact that can be used. Add one, and you can get back into your account by yourself.'
    : 'You have no recovery contact yet. With one, you can get back into your account by yourself.';
}

const takenOut = {
  'under-way': ' is being removed again…',
  done: ' was removed again.',
  failed: " couldn't be removed. The helpdesk has to do it.",
  kept: ' stays in your account.',
};
const disconnected = {
  'under-way': 'This chat is being disconnected from your work account…',
  done: 'This chat was disconnected from your work account.',
  failed: "This chat couldn't be disconnected from your work account. The helpdesk has to do it.",
  kept: 'This chat stays connected to your work account.',
};
const madeElsewhere: Readonly<Record<MadeChange['what'], string>> = {
  added: 'A recovery contact was added to your account',
  removed: 'A recovery contact was removed from your account',
  'recovery-codes': 'New recovery codes were created for your account',
  bound: 'Another chat was connected to your account',
};

export const enrolment: EnrolmentCopy = {
  contactsIntro: (usable, listed) => [intro(usable, listed)],
  moreContacts: (count) => [count === 1 ? 'And 1 more.' : `And ${count} more.`],
  lastRemoved: ['That was your last one. If you forget your password now, only the helpdesk can help.'],
  listedContact: (contact) => [kinds[contact.channel], b(contact.masked), ...state(contact)],
  howToConfirm: ['To confirm a contact, add it once more: we send a code there, and you type it in.'],
  haveTwo: ['Add a second one: if you lose this one, you can still get in.'],
  signInToChange: (until) => [
    'Adding one opens your browser, where you sign in with your work account. You can do that until ',
    from(until),
    '.',
  ],
  cannotSignIn: (recovery) =>
    recovery === 'cannot'
      ? ["Can't sign in? Ask the helpdesk."]
      : [
          "Can't sign in? Send me ",
          b('reset-password'),
          ' or ',
          b('unlock'),
          recovery === 'can' ? '.' : ". If that doesn't work, ask the helpdesk.",
        ],
  goOnInBrowser: [
    "You're signed in. Continue in your browser. This list updates by itself. Closed the page? Start again.",
  ],
  changingContacts: ['One moment. Your contacts are being changed…'],
  contactAdded: ({ contact, usableFrom }) => [
    `Added: ${things[contact.channel]}`,
    b(contact.masked),
    ...(usableFrom === undefined ? ['. It can be used now.'] : ['. It can be used from ', fromDay(usableFrom), '.']),
  ],
  contactRemoved: ({ contact }) => [`Removed: ${things[contact.channel]}`, b(contact.masked), '.'],
  recoveryCodesMade: (usableFrom) => [
    'New recovery codes were created. Earlier ones no longer work.',
    ...(usableFrom === undefined ? [] : [' The new ones can be used from ', fromDay(usableFrom), '.']),
  ],
  actorBound: (isFirst) => [
    isFirst
      ? 'This chat is now connected to your work account.'
      : 'This chat is now connected to your work account, too.',
  ],
  takenBack: (change, undone) => {
    switch (change.what) {
      case 'recovery-codes':
        return ['Your recovery codes no longer work.'];
      case 'bound':
        return [disconnected[undone ?? 'under-way']];
      case 'added':
        return [b(change.contact.masked), takenOut[undone ?? 'under-way']];
      case 'removed':
        return [
          b(change.contact.masked),
          " was removed and can't be put back by us. Add it again when your account is safe.",
        ];
      default:
        return unreachable(change);
    }
  },
  changedElsewhere: ({ what, contact, at, usableFrom, actor }) => [
    [
      b(madeElsewhere[what]),
      ...(contact === undefined ? [] : [`: ${things[contact.channel]}`, b(contact.masked)]),
      ' · ',
      dated(at),
    ],
    [
      what === 'bound' ? 'It is the chat account of ' : 'Asked for by ',
      { person: actor, isSubject: true },
      ` in ${platformName(actorParts(actor).platform)}.`,
    ],
    ...(what === 'added' || what === 'recovery-codes' ? [usable(what, usableFrom)] : []),
  ],
  wasItYou: (mayDisown) =>
    mayDisown
      ? [
          'Was this you? Then there is nothing to do. ',
          b('Not you?'),
          ' Press the button below. A page opens and asks you once more.',
        ]
      : ['Was this you? Then there is nothing to do. ', b('Not you?'), ' Tell your helpdesk at once.'],
  lookingUpContacts: ['Looking up your recovery contacts…'],
  contactsNotKnown: ["We can't look up your recovery contacts right now. Everything else here works."],
  homeContactsTitle: 'Your recovery contacts',
  addEmail: 'Add email',
  addPhone: 'Add phone',
  remove: 'Remove',
  removeThis: (channel, masked) => ['Remove ', things[channel], b(masked), '?'],
  removesThis: (channel, masked) => ["You're removing ", things[channel], b(masked), '.'],
  removeLast: ['It is your last one. Without it, only the helpdesk can help if you forget your password.'],
  removeByCode: [
    "First we make sure that it's you: with a code from another of your contacts, or with a sign-in from your browser.",
  ],
  removeBySignIn: (isLast) => [
    isLast
      ? 'To remove it, sign in from your browser with your work account.'
      : "To remove it, sign in from your browser with your work account. A code from another contact can't be used for this.",
  ],
  removeUntil: (until) => ['Choose before ', from(until), '. Nothing is removed yet.'],
  removing: (masked) => ['Removing ', b(masked), '…'],
  codeAt: (masked) => `Get a code at ${masked}`,
  signInToRemove: 'Sign in from your browser',
  keepContact: 'Keep it',
  changeContacts: 'Add or remove',
  ownContacts: 'Recovery contacts',
  enrollNow: 'Add a recovery contact',
  confirmContact: 'Confirm my contact',
  enrollSecond: 'Add another contact',
  welcome: [
    'Hello! If you forget your password or your account is locked, I get you back in. Write ',
    b('help'),
    ' to see how.',
  ],
  contactsOn: (time) => ['Your recovery contacts, as they were on ', dated(time), ':'],
  contactNeeded: [
    'For that you need a recovery contact: an email or a phone of your own that you can reach without your work account. Adding one takes a minute.',
  ],
  reminder: [
    "By the way: you have no recovery contact yet. Adding one takes a minute, and you won't need the helpdesk if you forget your password.",
  ],
  stopReminding: "Don't remind me",
  remindersStopped: ["I won't remind you any more. When you want to add a recovery contact, write ", b('enroll'), '.'],
};
