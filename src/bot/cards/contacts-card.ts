// A person's own recovery contacts: what they have, and the way to the browser where they change them.
import { type Channel, countUsable, type ListedContact } from '../../flows/contact.ts';
import { type MadeChange, type Undone, undoneOf } from '../../flows/enrolment-state.ts';
import type { PersonScreen } from '../../flows/screen.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Copy } from '../copy/copy.ts';
import type { Action, Line, PressAction, Text } from './card.ts';
import { line, press } from './card-parts.ts';

/** More are never shown in one message. The page in the browser shows all. */
const shownAtMost = 8;
const changesAtMost = 3;

/** `canRemove`: each with its own button. */
export function contactLines(
  contacts: readonly ListedContact[],
  copy: Copy,
  { canRemove = false }: { readonly canRemove?: boolean } = {},
): readonly Line[] {
  const hidden = contacts.length - shownAtMost;
  const usable = countUsable(contacts);
  return [
    line(copy.contactsIntro(usable, contacts.length)),
    ...contacts.slice(0, shownAtMost).map((contact) => ({
      ...line(copy.listedContact(contact)),
      ...(canRemove ? { button: removeButton(contact, copy) } : {}),
    })),
    ...(hidden > 0 ? [line(copy.moreContacts(hidden), 'quiet')] : []),
    ...(contacts.some(({ unconfirmed }) => unconfirmed === true) ? [line(copy.howToConfirm, 'quiet')] : []),
    ...(usable === 1 ? [line(copy.haveTwo, 'quiet')] : []),
  ];
}

/** What each is and since when, without what can be done with it. */
export const listedLines = (contacts: readonly ListedContact[], copy: Copy): readonly Line[] => [
  ...contacts.slice(0, shownAtMost).map((contact) => line(copy.listedContact(contact))),
  ...(contacts.length > shownAtMost ? [line(copy.moreContacts(contacts.length - shownAtMost), 'quiet')] : []),
];

const removeButton = ({ ref, channel, masked }: ListedContact, copy: Copy): PressAction =>
  press('remove-contact', copy.remove, {
    ...{ contact: ref, opensWindow: true },
    spoken: `${copy.remove} ${copy.contactOption(channel, masked)}`,
  });

type Removal = Extract<PersonScreen, { shows: 'remove-contact' }>;

/** More would not fit beside the other buttons. */
const provingAtMost = 3;

/** What taking this contact out means, and each way to do it. `url`: to the sign-in. */
export function removalLines({ contact, proving, isLast, until }: Removal, copy: Copy): readonly Line[] {
  return [
    line(copy.removeThis(contact.channel, contact.masked)),
    ...(isLast ? [line(copy.removeLast, 'alert')] : []),
    line(proving.length > 0 ? copy.removeByCode : copy.removeBySignIn(isLast)),
    line(copy.removeUntil(until), 'quiet'),
  ];
}

export function removalActions({ proving }: Removal, url: string | undefined, copy: Copy): readonly Action[] {
  const codes = proving.slice(0, provingAtMost).map(({ ref, masked }, nth) =>
    press('send-code', copy.codeAt(masked), {
      ...{ contact: ref, opensWindow: true },
      style: nth === 0 ? 'primary' : 'normal',
    }),
  );
  const link: readonly Action[] =
    url === undefined
      ? []
      : [
          {
            ...{ kind: 'link', act: 'follow-link', label: copy.signInToRemove, url: `${url}/remove` },
            ...(codes.length > 0 ? { isSecondary: true } : {}),
          },
        ];
  return [...codes, ...link, press('other-contact', copy.keepContact)];
}

/** The latest ones, and what it means that there is no contact left. */
export const changeLines = (
  changes: readonly MadeChange[],
  contacts: readonly ListedContact[],
  copy: Copy,
): readonly Line[] => [
  ...changes.slice(-changesAtMost).map((change) => line(changeText(change, copy), 'success')),
  ...(countUsable(contacts) === 0 && changes.at(-1)?.what === 'removed' ? [line(copy.lastRemoved, 'alert')] : []),
];

function changeText(change: MadeChange, copy: Copy): Text {
  switch (change.what) {
    case 'added':
      return copy.contactAdded(change);
    case 'removed':
      return copy.contactRemoved(change);
    case 'recovery-codes':
      return copy.recoveryCodesMade(change.usableFrom);
    case 'bound':
      return copy.actorBound(change.isFirst === true);
    default:
      return unreachable(change);
  }
}

/** The same after "it wasn't me". */
export const takenBackLines = (
  changes: readonly MadeChange[],
  undone: readonly Undone[],
  copy: Copy,
): readonly Line[] =>
  changes.slice(-changesAtMost).map((change) => {
    const is = undoneOf(change, undone);
    return line(copy.takenBack(change, is), is === 'failed' ? 'alert' : 'normal');
  });

/** The kind that is missing comes first. As long as there are not two contacts, it is the main button. */
export function enrolLinks(contacts: readonly ListedContact[], url: string, copy: Copy): readonly Action[] {
  const link = (label: string, wish: string, isMain = false): Action => ({
    kind: 'link',
    act: 'follow-link',
    label,
    url: `${url}/${wish}`,
    ...(isMain ? {} : { isSecondary: true }),
  });
  const has = (channel: Channel): boolean =>
    contacts.some((contact) => contact.channel === channel && contact.unusable === undefined);
  const additions = [
    { label: copy.addEmail, wish: 'email' },
    { label: copy.addPhone, wish: 'phone' },
  ];
  const wanted = has('email') && !has('sms') ? additions.toReversed() : additions;
  return wanted.map(({ label, wish }, nth) => link(label, wish, nth === 0 && countUsable(contacts) < 2));
}
