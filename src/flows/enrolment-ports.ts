// The ports of enrolment: a fresh sign-in at the provider, a contact that is new, and what an account's record says about both.

import type { Channel, EnrolledContact, MaskedContact } from './contact.ts';
import type { MadeChange } from './enrolment-state.ts';
import type { AccountId, ActorId, ContactRef, FlowId, Instant } from './ids.ts';
import type { Outcome } from './outcome.ts';

export type { EnrolledContact } from './contact.ts';

/** What must be kept in the browser's sealed cookie between leaving for the provider and coming back. Secret. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** When the browser was sent away, by our clock. The sign-in must not be older. */
  readonly startedAt: Instant;
}

/**
 * A fresh sign-in of an account, of which nobody has said yet how it was made. For the browser's sealed cookie. Times are
 * milliseconds by the provider's clock, and mean something to `SignIns` alone.
 */
export interface ReturnedSignIn {
  readonly account: AccountId;
  /** The provider's name of the browser's session there, where its token says one. */
  readonly session?: string | undefined;
  /** When the browser was sent away, at the earliest. */
  readonly from: number;
  readonly signedInAt: number;
  /** When the provider answered for it. */
  readonly until: number;
  /** The same by our own clock. */
  readonly returnedAt: Instant;
}

export type SignInResult =
  | { readonly is: 'returned'; readonly signIn: ReturnedSignIn }
  /** The person pressed *Cancel* there, or the tenant refused them. */
  | { readonly is: 'denied' }
  /** Another `state`, `nonce` or verifier, a code that was used before, a token of another client: not the answer to this sign-in. */
  | { readonly is: 'mismatched' }
  /** An old session was used: `auth_time` is before `startedAt`, or missing. */
  | { readonly is: 'not-fresh' }
  /** Signed in, but not with an account of the policy's connections. */
  | { readonly is: 'foreign' };

export interface SignIns {
  /** `url` leads to the provider's sign-in page. `loginHint`: the work address, passed on at once and kept nowhere. */
  begin(request: {
    readonly redirectUri: string;
    readonly loginHint?: string;
  }): Promise<Outcome<{ readonly url: string; readonly pending: PendingSignIn }>>;
  /** `returned`: `redirectUri` with the query that the provider gave to the browser. */
  finish(pending: PendingSignIn, returned: URL): Promise<Outcome<SignInResult>>;
  /**
   * By which connection it was made: the browser can choose another one than it was sent to. `own`: a connection of the policy.
   * `other`: a code to a contact, or another connection. `unknown`: the provider has not said it, perhaps not yet; ask again.
   */
  wayOf(signIn: ReturnedSignIn): Promise<Outcome<'own' | 'other' | 'unknown'>>;
}

/**
 * What the provider says of a code that was sent to a new address. `elsewhere`: the address belongs to another account; which one
 * is not told. `yours`: it is linked to this account already.
 */
export type NewContactVerdict =
  | { readonly is: 'proven'; readonly contact: ContactRef }
  | { readonly is: 'elsewhere' }
  /** `contact`: which one; absent where it could not be found out. */
  | { readonly is: 'yours'; readonly contact?: ContactRef }
  | { readonly is: 'wrong' | 'used-up' | 'expired' | 'too-old' | 'mismatched' };

/** `address`: normalised; a secret of this call. */
export interface NewAddress {
  readonly channel: Channel;
  readonly address: string;
}

export interface NewContacts {
  /**
   * Sends a code. `browser`: the address of the person's browser, forwarded to the provider, which counts by it. Answers with the
   * identity to which it was sent, where the provider says so: if the code never comes back, it may have to be discarded.
   */
  start(to: NewAddress, browser?: string): Promise<Outcome<ContactRef | undefined>>;
  /**
   * `browser`: as for `start`. Wrong codes count against a contact at the provider: those of whoever knows a colleague's address
   * must not use up what that colleague has.
   */
  check(
    account: AccountId,
    to: NewAddress,
    code: string,
    notBefore: Instant,
    browser?: string,
  ): Promise<Outcome<NewContactVerdict>>;
  /**
   * Writes down since when, then links. By ids only, so it may be repeated: linked to this account already is `linked`.
   * `elsewhere`: another account has it.
   */
  link(account: AccountId, contact: ContactRef, at: Instant): Promise<Outcome<'linked' | 'elsewhere'>>;
  /** Unlinks and deletes the passwordless user that is left, and forgets what was written down. May be repeated. */
  unlink(account: AccountId, contact: ContactRef, at: Instant): Promise<Outcome<void>>;
  /**
   * Deletes a passwordless user that was made since then and never linked. Leaves one that is linked to any account alone, and one
   * that was signed in with; `isProven`: once does not count, because it was the code of this request.
   */
  discard(contact: ContactRef, since: Instant, isProven: boolean): Promise<Outcome<void>>;
  /** A code came back from a contact that came from a file. */
  confirm(account: AccountId, contact: ContactRef): Promise<Outcome<void>>;
}

/** Who is bound to an account: `bound` this chat person (perhaps among others), `others` only other ones, `free` nobody. */
export type Binding = 'bound' | 'others' | 'free';

/**
 * What binding a chat person came to. `before`: they were bound already. `first`: the account had neither contacts nor other bound
 * people. `another`: it had.
 */
export type NewBinding = 'before' | 'first' | 'another';

/** Somebody who is bound to an account. */
export interface BoundPerson {
  readonly actor: ActorId;
  /** Not while they are as new as a contact in its cool-off: whoever was bound a moment ago must not undo what the owner does. */
  readonly mayDisown: boolean;
}

export interface Enrolments {
  /** Everything that the account has, usable or not, the oldest first. */
  contacts(account: AccountId): Promise<Outcome<readonly EnrolledContact[]>>;
  /**
   * Whether the account that was signed in to is this person's own: in the policy's connections, not disabled, and either bound to
   * them or with exactly their work address apart from upper and lower case.
   */
  isOwn(account: AccountId, actor: ActorId, workEmail: string): Promise<Outcome<boolean>>;
  /**
   * Writes the chat person into the account's record, with the request that bound them, and reads it back. May be repeated: then the
   * answer is the same.
   */
  bind(account: AccountId, actor: ActorId, request: FlowId, at: Instant): Promise<Outcome<NewBinding>>;
  /** Takes the chat person out of the record, if this request has bound them. May be repeated. */
  unbind(account: AccountId, actor: ActorId, request: FlowId): Promise<Outcome<'unbound' | 'not-ours'>>;
  /** The domain of the account's own address, in ASCII; empty where it has none. A bound chat person may have another one. */
  workDomain(account: AccountId): Promise<Outcome<string>>;
  /** Everybody who is bound to the account. */
  boundPeople(account: AccountId, at: Instant): Promise<Outcome<readonly BoundPerson[]>>;
}

/** A change of an account's contacts, as the notices tell it. */
export interface ContactChange {
  readonly account: AccountId;
  readonly actor: ActorId;
  readonly what: MadeChange['what'];
  /** Absent where the change is not about one contact. */
  readonly contact?: MaskedContact;
  readonly at: Instant;
  /** Until then the new contact cannot be used. */
  readonly usableFrom?: Instant;
  /** Where an older contact says *It wasn't me*. A secret of this call. */
  readonly disownUrl: string;
}

/** Tells a bound chat person of a change that was asked for elsewhere: on another platform, or in another workspace. */
export interface ChatNotices {
  /** `unreachable`: there is no way to them here. */
  tell(person: BoundPerson, change: ContactChange): Promise<Outcome<void>>;
}

export interface Notices {
  /**
   * Writes to all other mail contacts of the account and to its work address. `unavailable`: no mail is set up, so the chat alone
   * tells it. May be repeated; at worst a notice comes twice.
   */
  contactChanged(change: ContactChange): Promise<Outcome<'sent' | 'unavailable'>>;
  /**
   * Before a contact is taken out: afterwards nobody knows its address any more, and its owner is the one who must learn of it. The
   * function that is returned tells that contact, once it is out. Both do what they can and never fail.
   */
  beforeRemoval(
    account: AccountId,
    contact: ContactRef,
    at: Instant,
  ): Promise<(change: ContactChange) => Promise<void>>;
}
