// A person's own recovery contacts: what they have, and the way to the browser where they change them.
import type { Channel, ListedContact } from '../../flows/contact.ts';
import type { MadeChange } from '../../flows/enrolment-state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Copy } from '../copy/copy.ts';
import type { Action, Line, Text } from './card.ts';
import { line } from './card-parts.ts';

/** More are never shown in one message. The page in the browser shows all. */
const shownAtMost = 5;
const changesAtMost = 3;

export function contactLines(contacts: readonly ListedContact[], copy: Copy): readonly Line[] {
  const hidden = contacts.length - shownAtMost;
  return [
    line(copy.contactsIntro(contacts.length)),
    ...contacts.slice(0, shownAtMost).map((contact) => line(copy.listedContact(contact))),
    ...(hidden > 0 ? [line(copy.moreContacts(hidden), 'quiet')] : []),
    ...(contacts.length === 1 ? [line(copy.haveTwo, 'quiet')] : []),
  ];
}

/** The latest ones, and what it means that there is no contact left. */
export const changeLines = (
  changes: readonly MadeChange[],
  contacts: readonly ListedContact[],
  copy: Copy,
): readonly Line[] => [
  ...changes.slice(-changesAtMost).map((change) => line(changeText(change, copy), 'success')),
  ...(contacts.length === 0 && changes.at(-1)?.what === 'removed' ? [line(copy.lastRemoved, 'alert')] : []),
];

function changeText(change: MadeChange, copy: Copy): Text {
  switch (change.what) {
    case 'added':
      return copy.contactAdded(change);
    case 'removed':
      return copy.contactRemoved(change);
    case 'recovery-codes':
      return copy.recoveryCodesMade(change.usableFrom);
    default:
      return unreachable(change);
  }
}

/** The same after "it wasn't me". */
export const takenBackLines = (changes: readonly MadeChange[], copy: Copy): readonly Line[] =>
  changes.slice(-changesAtMost).map((change) => line(copy.takenBack(change)));

/** The kind that is missing comes first. As long as there are not two contacts, it is the main button. */
export function enrolLinks(contacts: readonly ListedContact[], url: string, copy: Copy): readonly Action[] {
  const link = (label: string, wish: string, isMain = false): Action => ({
    kind: 'link',
    act: 'follow-link',
    label,
    url: `${url}/${wish}`,
    ...(isMain ? {} : { isSecondary: true }),
  });
  const has = (channel: Channel): boolean => contacts.some((contact) => contact.channel === channel);
  const additions = [
    { label: copy.addEmail, wish: 'email' },
    { label: copy.addPhone, wish: 'phone' },
  ];
  const wanted = has('email') && !has('sms') ? additions.toReversed() : additions;
  return [
    ...wanted.map(({ label, wish }, nth) => link(label, wish, nth === 0 && contacts.length < 2)),
    ...(contacts.length > 0 ? [link(copy.removeContact, 'remove')] : []),
  ];
}
