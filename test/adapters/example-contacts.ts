// Every shape of a person's list of contacts, for cards that show it.
import type { OwnContacts } from '../../src/bot/contact-list.ts';
import type { ListedContact } from '../../src/flows/contact.ts';
import { contactRef, type Instant, later } from '../../src/flows/ids.ts';

/** One of each state, the oldest first. */
export const exampleContacts = (now: Instant): readonly ListedContact[] => [
  { ref: contactRef('email|65a000000000000000000001'), channel: 'email', masked: 'j•••@g•••.com' },
  { ref: contactRef('sms|65a000000000000000000002'), channel: 'sms', masked: '•••12', since: later(now, -86_400) },
  {
    ref: contactRef('email|65a000000000000000000003'),
    channel: 'email',
    masked: 'j•••@w•••.org',
    since: now,
    usableFrom: later(now, 86_400),
  },
  { ref: contactRef('sms|65a000000000000000000004'), channel: 'sms', masked: '•••34', unconfirmed: true },
];

export function exampleLists(now: Instant): readonly (OwnContacts | undefined)[] {
  const all = exampleContacts(now);
  const many = Array.from({ length: 5 }, (_, nth) =>
    all.map((contact) => ({ ...contact, ref: contactRef(`${contact.ref}${nth}`) })),
  ).flat();
  return [
    undefined,
    { is: 'unknown' },
    { is: 'not-shown' },
    ...[[], all.slice(0, 1), all, many].map((contacts) => ({ is: 'contacts' as const, contacts })),
  ];
}
