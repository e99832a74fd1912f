// English for people and their recovery contacts.
import type { ListedContact } from '../../../flows/contact.ts';
import type { Instant } from '../../../flows/ids.ts';
import type { Text } from '../../cards/card.ts';
import type { EnrolmentCopy } from '../copy.ts';
import { from, fromDay } from './sentence-parts.ts';

const b = (strong: string) => ({ strong });
const dated = (time: Instant) => ({ time, withDay: true }) as const;

function state({ since, usableFrom, unconfirmed }: ListedContact): Text {
  if (usableFrom !== undefined) return [', can be used from ', fromDay(usableFrom)];
  if (unconfirmed === true) return [', not yet confirmed'];
  return since === undefined ? [] : [', since ', dated(since)];
}

export const enrolment: EnrolmentCopy = {
  contactsIntro: (count) => [
    count === 0
      ? 'You have no recovery contact yet. With one you can get back into your account by yourself.'
      : 'We send codes to these contacts when you are locked out.',
  ],
  listedContact: (contact) => [contact.channel === 'email' ? 'Email ' : 'Text ', b(contact.masked), ...state(contact)],
  haveTwo: ['Have two: if you lose one, you still get in.'],
  signInToChange: (until) => [
    'To add or remove one, sign in with your work account in the browser. The button works until ',
    from(until),
    '.',
  ],
  goOnInBrowser: ["You're signed in. Go on in your browser. This list updates by itself."],
  changingContacts: ['One moment. Your contacts are being changed.'],
  contactAdded: ({ contact, usableFrom }) => [
    'Added ',
    b(contact.masked),
    ...(usableFrom === undefined ? ['. It can be used now.'] : ['. It can be used from ', fromDay(usableFrom), '.']),
  ],
  contactRemoved: ({ contact }) => ['Removed ', b(contact.masked), '.'],
  addEmail: 'Add email',
  addPhone: 'Add phone',
  removeContact: 'Remove one',
  ownContacts: 'Recovery contacts',
  enrollNow: 'Add a recovery contact',
};
