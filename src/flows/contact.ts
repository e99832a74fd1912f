// A person's contact as requests know it: an id and a mask, never the address.
import { type ContactRef, type Instant, later } from './ids.ts';
import { hourSeconds } from './limits.ts';

export type Channel = 'email' | 'sms';

/** `masked` is all that is shown before and after proof, e.g. `j•••@g•••.com` or `•••12`. */
export interface MaskedContact {
  readonly ref: ContactRef;
  readonly channel: Channel;
  readonly masked: string;
  /** It came from a file, and no code has come back from it yet. */
  readonly unconfirmed?: true;
}

/**
 * Why a contact can never be used: it is at a domain of the company's, or at one that the policy blocks; the provider calls it
 * unverified; or it cannot be read without doubt.
 */
export type UnusableBecause = 'own-domain' | 'blocked-domain' | 'unverified' | 'unclear';

/** A contact as its owner sees it in the list of their contacts. */
export interface EnrolledContact extends MaskedContact {
  /** When it was linked here; absent where an administrator linked it by other means. */
  readonly since?: Instant;
  /** It was not the first: it cannot be used before the cool-off has passed since `since`. */
  readonly rests?: true;
  /** Only in lists for its owner, so that it can be seen and removed. */
  readonly unusable?: UnusableBecause;
}

/** The same, with what the policy makes of it. */
export interface ListedContact extends MaskedContact {
  readonly since?: Instant;
  /** It is too new to be used before. */
  readonly usableFrom?: Instant;
  /** It came from a file, and a code has come back from it in this request. */
  readonly confirmedNow?: true;
  readonly unusable?: UnusableBecause;
}

/** What a contact must be, and when it may be used. */
export interface ContactRules {
  /** A new contact, unless the first, cannot be used before. 0: at once. */
  readonly coolOffHours: number;
  /** ISO 3166, the first of them for numbers without a country code. Absent: all countries. */
  readonly phoneCountries?: readonly string[];
  /** In ASCII. Nothing at these domains or below them is a contact; those of the work address come in addition. */
  readonly blockedDomains: readonly string[];
  /** Whether a contact that came from a file may be used for recovery before a code has come back from it. */
  readonly unconfirmed: 'usable' | 'not-usable';
}

/** From when the contact can be used; undefined: now. One that rests since nobody knows when rests until somebody mends that. */
export function usableFrom(
  { since, rests }: EnrolledContact,
  { coolOffHours }: Pick<ContactRules, 'coolOffHours'>,
  now: Instant,
): Instant | undefined {
  if (rests !== true) return undefined;
  const from = later(since ?? now, coolOffHours * hourSeconds);
  return from > now ? from : undefined;
}

export const listed = (contacts: readonly EnrolledContact[], rules: ContactRules, now: Instant): ListedContact[] =>
  contacts.map((contact) => {
    const { rests: _rests, ...shown } = contact;
    const from = usableFrom(contact, rules, now);
    return from === undefined ? shown : { ...shown, usableFrom: from };
  });

/** Which of a list can be used now, without what only the list shows. */
export const usableNow = (
  contacts: readonly ListedContact[],
  rules: Pick<ContactRules, 'unconfirmed'>,
  now: Instant,
): readonly MaskedContact[] =>
  contacts
    .filter(({ unusable }) => unusable === undefined)
    .filter(({ usableFrom: from }) => from === undefined || from <= now)
    .filter(({ unconfirmed }) => unconfirmed !== true || rules.unconfirmed === 'usable')
    .map(masked);

/** How many of these can be used, now or when their cool-off is over. */
export const countUsable = (contacts: readonly ListedContact[]): number =>
  contacts.filter(({ unusable }) => unusable === undefined).length;

/** What can be used now, without what only its owner's list shows; and from when the next one can, where none can be used. */
export function usableContacts(
  contacts: readonly EnrolledContact[],
  rules: ContactRules,
  now: Instant,
): { readonly usable: readonly MaskedContact[]; readonly next?: Instant } {
  const known = contacts.filter(
    ({ unconfirmed, unusable }) => unusable === undefined && (unconfirmed !== true || rules.unconfirmed === 'usable'),
  );
  const usable = known.filter((contact) => usableFrom(contact, rules, now) === undefined).map(masked);
  const [next] = known.flatMap((contact) => usableFrom(contact, rules, now) ?? []).toSorted((a, b) => a - b);
  return usable.length > 0 || next === undefined ? { usable } : { usable, next };
}

export const masked = ({ ref, channel, masked: mask, unconfirmed }: MaskedContact): MaskedContact => ({
  ...{ ref, channel, masked: mask },
  ...(unconfirmed === undefined ? {} : { unconfirmed }),
});
