// Links contacts to accounts and takes them out again. Decision 0044 says why in this order: what makes a contact rest is written
// before what makes it usable, so that a process that dies in between has made nothing easier.
import type { NewContacts } from '../flows/enrolment-ports.ts';
import type { AccountId, ContactRef, Instant } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import { type Account, readAccount } from './account.ts';
import type { AccountRecords } from './account-records.ts';
import { contactsOf } from './contacts.ts';
import { endpoints } from './endpoints.ts';
import {
  type EnrolmentRecord,
  isBeingRemoved,
  mustRest,
  type RecordChange,
  withConfirmation,
  withNote,
  withoutNote,
  withRemoval,
} from './enrolment-record.ts';
import { type CallResult, type Failed, refused } from './errors.ts';
import type { Management } from './management.ts';
import { isLinked, type PasswordlessUsers, partsOf } from './passwordless-users.ts';

export interface ContactLinksParts {
  readonly management: Management;
  readonly records: AccountRecords;
  readonly users: PasswordlessUsers;
  /** In ASCII: no contact is used at these or below them. */
  readonly ownDomains: readonly string[];
  readonly coolOffMs: number;
}

interface NewLink {
  readonly account: AccountId;
  readonly ref: ContactRef;
  readonly at: Instant;
  /** It came from a file, so no code has proven it. */
  readonly isUnconfirmed: boolean;
}

/** `rests`: what is written down of it, read after it was linked. */
export type LinkReply = { readonly is: 'linked'; readonly rests: boolean } | { readonly is: 'elsewhere' };

export interface ContactLinks extends Pick<NewContacts, 'unlink' | 'confirm'> {
  /** Only within the account's turn, see `AccountRecords`. */
  link(link: NewLink): Promise<CallResult<LinkReply>>;
}

export function createContactLinks(parts: ContactLinksParts): ContactLinks {
  const { records } = parts;
  return {
    link: (link) => linkContact(parts, link),
    unlink: (account, ref, at) => records.inTurn(account, () => unlinkContact(parts, { account, ref, at })),
    confirm: async (account, ref) => {
      const reply = await records.inTurn(account, () =>
        records.change(account, ({ enrolment }) => withConfirmation(enrolment, ref)),
      );
      return reply.ok ? done : reply;
    },
  };
}

const done = { ok: true, value: undefined } as const;

const elsewhere = { ok: true, value: { is: 'elsewhere' } } as const;

async function linkContact(parts: ContactLinksParts, link: NewLink): Promise<CallResult<LinkReply>> {
  const { management, records, users } = parts;
  const { account: id, ref } = link;
  const before = await readAccount(management, id);
  if (!before.ok) return before;
  if (isLinked(before.value, ref)) return settle(parts, link);
  if (before.value.isDisabled) return refused('the account is disabled');
  const contact = await users.read(ref);
  if (!contact.ok) return contact;
  if (contact.value.is === 'taken') return elsewhere;
  const noted = await records.change(id, (account) => noteOf(parts, link, account));
  if (!noted.ok) return noted;
  // One that is gone is tried all the same: only Auth0 knows whether it is linked somewhere or does not exist.
  const linked = await users.link(id, ref);
  if (linked.ok) return settle(parts, link);
  return linked.failure.kind === 'unreachable' || linked.failure.kind === 'rate-limited'
    ? linked
    : notLinked(parts, link, linked);
}

function noteOf(parts: ContactLinksParts, { ref, at, isUnconfirmed }: NewLink, account: Account): RecordChange {
  const rests = mustRest(account.enrolment, hasOthers(parts, account, ref), at, parts.coolOffMs);
  return withNote(account.enrolment, ref, { at, rests, unconfirmed: isUnconfirmed }, linkedRefs(account));
}

/** An identity that cannot be read may be a contact. */
const hasOthers = ({ ownDomains }: ContactLinksParts, account: Account, ref: ContactRef): boolean =>
  account.hasUnreadIdentity ||
  contactsOf(account.linked, account.email, ownDomains).some((contact) => contact.ref !== ref);

const linkedRefs = ({ linked }: Account): ReadonlySet<string> =>
  new Set(linked.map(({ provider, user_id: id }) => `${provider}|${id}`));

/**
 * It is linked. Where another process has overwritten the note meanwhile, it is written again, and the contact rests: whether it
 * was the first cannot be told any more.
 */
async function settle(
  { records }: ContactLinksParts,
  { account: id, ref, at, isUnconfirmed }: NewLink,
): Promise<CallResult<LinkReply>> {
  const settled = await records.change(id, (account) =>
    hasNote(account.enrolment, ref)
      ? { is: 'nothing' }
      : withNote(account.enrolment, ref, { at, rests: true, unconfirmed: isUnconfirmed }, linkedRefs(account)),
  );
  if (!settled.ok) return settled;
  const { enrolment } = settled.value;
  if (isLinked(settled.value, ref)) return { ok: true, value: { is: 'linked', rests: isNotedToRest(enrolment, ref) } };
  const cause = `${endpoints.linkIdentity.name}: not there when it was read again`;
  return { ok: false, failure: { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause } };
}

const hasNote = ({ notes }: EnrolmentRecord, ref: ContactRef): boolean => notes?.has(ref) === true;

/** One whose note cannot be read rests. */
function isNotedToRest({ notes }: EnrolmentRecord, ref: ContactRef): boolean {
  const note = notes?.get(ref);
  return note?.is !== 'clear' || note.rests;
}

/** Auth0 refused: somebody else was quicker, for this account or another, or the contact or the account is gone. */
async function notLinked(parts: ContactLinksParts, link: NewLink, refusal: Failed): Promise<CallResult<LinkReply>> {
  const { management, records } = parts;
  const after = await readAccount(management, link.account);
  if (!after.ok) return after.failure.kind === 'absent' ? refusal : after;
  if (isLinked(after.value, link.ref)) return settle(parts, link);
  const forgotten = await records.change(link.account, ({ enrolment }) => withoutNote(enrolment, link.ref));
  if (!forgotten.ok && forgotten.failure.kind !== 'refused') return forgotten;
  return whoseNow(parts, link.ref, refusal);
}

/**
 * For a contact that somebody else has, Auth0 may answer 409, or 400 as for one that does not exist: then whoever is no user of their
 * own any more is somebody's. To one that was deleted meanwhile the same is said: nobody can tell the two apart.
 */
async function whoseNow(
  { users }: ContactLinksParts,
  ref: ContactRef,
  refusal: Failed,
): Promise<CallResult<LinkReply>> {
  if (refusal.status === 409) return elsewhere;
  if (refusal.failure.kind !== 'refused') return refusal;
  const contact = await users.read(ref);
  if (!contact.ok) return contact;
  return contact.value.is === 'loose' ? refusal : elsewhere;
}

interface Removal {
  readonly account: AccountId;
  readonly ref: ContactRef;
  readonly at: Instant;
}

async function unlinkContact(parts: ContactLinksParts, { account: id, ref, at }: Removal): Promise<Outcome<void>> {
  const { management, records, users } = parts;
  if (partsOf(ref) === undefined) return refused('not a contact');
  const before = await readAccount(management, id);
  // Its contacts went with it.
  if (!before.ok) return before.failure.kind === 'absent' ? done : before;
  if (isLinked(before.value, ref)) {
    const marked = await records.change(id, ({ enrolment }) => withRemoval(enrolment, ref, at));
    // A record that cannot be read is no reason to leave a contact in: as long as it is so, every contact rests.
    if (!marked.ok && marked.failure.kind !== 'refused') return marked;
    const unlinked = await users.unlink(id, ref);
    const after = await readAccount(management, id);
    if (!after.ok) return unlinked.ok ? after : unlinked;
    if (isLinked(after.value, ref)) return unlinked.ok ? stillThere : unlinked;
  } else if (!hasNote(before.value.enrolment, ref)) {
    // Not ours, or removed entirely before.
    return done;
  } else if (!isBeingRemoved(before.value.enrolment, ref)) {
    // Noted before a link that did not come about: the user may be that of another application.
    return forgetNote(parts, id, ref);
  }
  // It was this account's alone, by this read and the record; so what is left of it is nobody's.
  const removed = await users.remove(ref, () => true);
  if (!removed.ok) return removed;
  return forgetNote(parts, id, ref);
}

async function forgetNote({ records }: ContactLinksParts, id: AccountId, ref: ContactRef): Promise<Outcome<void>> {
  const forgotten = await records.change(id, ({ enrolment }) => withoutNote(enrolment, ref));
  return forgotten.ok || forgotten.failure.kind === 'refused' ? done : forgotten;
}

const stillThere = {
  ok: false,
  failure: {
    kind: 'unreachable',
    retry: 'later',
    mayHaveHappened: true,
    cause: `${endpoints.unlinkIdentity.name}: still there when it was read again`,
  },
} as const;
