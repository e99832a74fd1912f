// A person's own recovery contacts: what they have, and the way to the browser where they change them.
import type { ListedContact } from '../../flows/contact.ts';
import type { MadeChange } from '../../flows/enrolment-state.ts';
import type { Copy } from '../copy/copy.ts';
import type { Action, Line } from './card.ts';
import { line } from './card-parts.ts';

/** More are never shown in one message. The page in the browser shows all. */
const shownAtMost = 10;

export function contactLines(contacts: readonly ListedContact[], copy: Copy): readonly Line[] {
  return [
    line(copy.contactsIntro(contacts.length)),
    ...contacts.slice(0, shownAtMost).map((contact) => line(copy.listedContact(contact))),
    ...(contacts.length === 1 ? [line(copy.haveTwo, 'quiet')] : []),
  ];
}

export const changeLines = (changes: readonly MadeChange[], copy: Copy): readonly Line[] =>
  changes
    .slice(-shownAtMost)
    .map((change) =>
      line(change.what === 'added' ? copy.contactAdded(change) : copy.contactRemoved(change), 'success'),
    );

/** The first one that is missing comes first. */
export function enrolLinks(contacts: readonly ListedContact[], url: string, copy: Copy): readonly Action[] {
  const link = (label: string, wish: string): Action => ({
    kind: 'link',
    act: 'follow-link',
    label,
    url: `${url}/${wish}`,
  });
  return [
    link(copy.addEmail, 'email'),
    link(copy.addPhone, 'phone'),
    ...(contacts.length > 0 ? [link(copy.removeContact, 'remove')] : []),
  ];
}
