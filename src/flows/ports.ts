// The ports: what the flows need from outside, in the flows' terms. Implemented in src/auth0, src/store and src/adapters.

import type { RefusedPerson } from './ending.ts';
import type { Binding, EnrolledContact } from './enrolment-ports.ts';
import type { AccountId, ActorId, ContactRef, Instant } from './ids.ts';
import type { DirectoryBarrier } from './lock.ts';
import type { Outcome } from './outcome.ts';
import type { PasswordRule } from './password-rule.ts';
import type { AccountFacts, FactsRead } from './policy.ts';
import type { Channel } from './state.ts';

export interface Clock {
  now(): Instant;
}

/** What a platform says of one of its users. `workEmail` is passed on at once and never stored. */
export type Person =
  | { readonly is: 'employee'; readonly workEmail: string }
  | { readonly is: 'refused'; readonly because: RefusedPerson };

export interface People {
  /** `absent` where the platform does not know the user. */
  lookUp(actor: ActorId): Promise<Outcome<Person>>;
}

/**
 * Why a work email leads to no account. `other-connection`: only accounts in connections that are not employees' have it.
 * `unreadable`: the record of the only one lacks what decides, or has it in an odd form.
 */
export type NoMatch = 'absent' | 'ambiguous' | 'unverified' | 'other-connection' | 'unreadable';
/** Why an account has no contact that may be used. For the operator; the person is told the same for all. */
export type NoContact = 'no-contact' | 'own-domain-contact' | 'unverified-contact' | 'unusable-contact';

/**
 * Why somebody has no account here that they may recover. For the operator's log and metrics only: what the person reads does not tell
 * an account without a contact from none. The platform may not say who writes (`anonymous`).
 */
export type Unmatched = NoMatch | NoContact | NotYet | Barred | RefusedPerson | 'unknown-on-platform' | 'anonymous';
/**
 * Found out after a contact was offered. `blocked`: an administrator blocked the account. `denied`: the provider denied the sign-in with
 * the right code, because of such a block or by a rule of its own.
 */
export type Barred = 'blocked' | 'denied';
/**
 * `not-bound`: the account is bound to other chat users only, or binding is required. `resting-contact`: all contacts are in their
 * cool-off. `unconfirmed-contact`: they came from a file, and the policy does not let them be used before a code came back.
 */
export type NotYet = 'not-bound' | 'resting-contact' | 'unconfirmed-contact';

/** The account of a work email within the policy's connections, or `none` where there is not exactly one. */
export type Match =
  | {
      readonly is: 'account';
      readonly account: AccountId;
      /** Whether the chat person who asks is bound to it. */
      readonly binding: Binding;
      /** Those that can be used, apart from what they say themselves: `rests`, `unconfirmed`. */
      readonly contacts: readonly EnrolledContact[];
      /** Only where none of the contacts can ever be used. */
      readonly lacks?: NoContact;
    }
  | { readonly is: 'none'; readonly because: NoMatch };

/** `people`: the chat people whom the account's record names. `name`: what the directory calls its person; never an address. */
export interface AccountOwner {
  readonly people: readonly ActorId[];
  readonly name?: string;
}

export interface Directory {
  /** Of several accounts with this address, the one to which the actor is bound. */
  match(workEmail: string, actor: ActorId): Promise<Outcome<Match>>;
  /** This account, if its record names the actor; whatever its address is now. */
  bound(account: AccountId, actor: ActorId): Promise<Outcome<Match>>;
  /** Whether an address may belong to the account: its own, or that of a linked identity, enrolled contacts included. */
  hasAddress(account: AccountId, address: string): Promise<Outcome<boolean>>;
  /** Reads the account's record and what `reads` names, nothing else. */
  inspect(account: AccountId, reads: FactsRead): Promise<Outcome<AccountFacts>>;
  /** How to address the person on a page, e.g. `Jane`; undefined where the directory does not say. */
  givenName(account: AccountId): Promise<Outcome<string | undefined>>;
  /** Whose account it is, for the helpdesk. */
  owner(account: AccountId): Promise<Outcome<AccountOwner>>;
}

/**
 * `accepted`: the provider took the code and its signed token names this account, issued after `notBefore`.
 * `too-old`: such a token, but issued before `notBefore`. The code is used up, and nothing is proven.
 * `mismatched`: a token came, but not for this account, or not by this issuer.
 */
export type Verdict = 'accepted' | 'wrong' | 'used-up' | 'expired' | 'too-old' | 'mismatched';

/**
 * `country`: as `phoneCountry` names it. Counts the message where it may be sent. `settle`: to be told afterwards whether it may be on its
 * way; one that surely is not does not stay counted. `again`: from when the next one may be sent.
 */
export type MayText = (
  country: string,
) => Promise<
  | { readonly is: 'yes'; settle(mayBeSent: boolean): Promise<void> }
  | { readonly is: 'not-yet'; readonly again: Instant }
>;

export interface Codes {
  /** Reads the address from the account's linked identity at this moment. `refused` where that identity is no longer linked. */
  /** `mayText`: asked before a text message is sent. Absent: every message may be sent. */
  send(account: AccountId, contact: ContactRef, mayText?: MayText): Promise<Outcome<Channel>>;
  check(account: AccountId, contact: ContactRef, code: string, notBefore: Instant): Promise<Outcome<Verdict>>;
}

export interface Tickets {
  /**
   * A password-change link of the provider, as a secret: hand it on, never store or log it.
   * `refused` with cause `disabled` where an administrator blocked the account meanwhile.
   */
  mint(account: AccountId, ttlSeconds: number): Promise<Outcome<Minted>>;
  /**
   * Asks the provider to mail a link of its own to the account's own address. `asked`: it took the order. Whether a mail arrives it does
   * not say. Only the newest link works, mailed or minted.
   */
  mail(account: AccountId): Promise<Outcome<'asked' | 'disabled' | 'unsupported'>>;
  /** Invalidates every ticket that was issued for the account, mailed ones too. */
  voidAll(account: AccountId): Promise<Outcome<void>>;
}
export type Minted =
  | { readonly is: 'ticket'; readonly url: string }
  | { readonly is: 'disabled' }
  | { readonly is: 'unsupported' };

/** What has to be known of an account's rules before a password is typed. What is absent is not asked for, or could not be read. */
export interface PasswordDemands {
  /** `complete`: all that the provider asks for is here. Otherwise it may ask for more, and says so only when it refuses. */
  readonly isComplete: boolean;
  /** In characters; in UTF-16 units where that is what a directory counts. */
  readonly minLength?: number;
  /** Whatever else is in it would arrive damaged. */
  readonly isAsciiOnly?: true;
  /** In bytes of UTF-8 or in UTF-16 units. */
  readonly maxLength?: { readonly of: number; readonly counts: 'bytes' | 'units' };
  /** At least `atLeast` of these kinds of characters. */
  readonly kinds?: { readonly atLeast: number; readonly of: readonly CharacterKind[] };
  /** No more than this many of the same character in a row. */
  readonly repeatsAtMost?: number;
  /** So many earlier passwords are refused; `some`: the number is not known. */
  readonly history?: number | 'some';
  readonly refusesCommon?: true;
  readonly refusesNames?: true;
}
export type CharacterKind = 'lower' | 'upper' | 'digit' | 'sign' | 'other-letter';

/** For the page, and only while it is made: never stored or logged. */
export interface PasswordPage {
  readonly rules: PasswordDemands;
  /** With which the person signs in, so that a password manager files the password under it. */
  readonly username?: string;
  /** Names and addresses of the person: a password must not hold one. */
  readonly ownWords: readonly string[];
}

/** `unknown`: no answer came, so it may have been set. A failure always means that nothing was done. */
export type SetPassword =
  /** `mustChange`: a directory demands another one at the next sign-in, and we may not take that back. */
  | { readonly is: 'set'; readonly mustChange?: true }
  | { readonly is: 'unknown' | 'disabled' | 'unsupported' }
  /** By these rules; none: by one that the provider does not name. */
  | { readonly is: 'refused'; readonly rules: readonly PasswordRule[] };

/** Sets the passwords that are chosen on a page of ours: one for each kind of accounts. */
export interface Passwords {
  page(account: AccountId): Promise<Outcome<PasswordPage>>;
  /** `password` is a secret: it lives in this call. Reads right before whether the account is disabled. */
  set(account: AccountId, password: string): Promise<Outcome<SetPassword>>;
  /**
   * What the account says about a password that was sent at `since`. Only reads. `not-set`: certainly not, nor will it be. `unknown`: the
   * account does not say.
   */
  settled(
    account: AccountId,
    since: Instant,
  ): Promise<Outcome<{ readonly is: 'set'; readonly at: Instant } | { readonly is: 'not-set' | 'unknown' }>>;
}

/** What somebody typed who knows their password. Secrets: they live in one call. */
export interface TypedChange {
  /** As it was typed. */
  readonly current: string;
  readonly password: string;
  /** The IP address of the person's browser, for the provider, which counts failed sign-ins by it. Absent: not known. */
  readonly browser?: string;
}

/**
 * `wrong`: the old password is not that of the account. `second-factor`: it may be right, but the provider asks for more than it; nothing
 * was changed. `locked`: the account takes no password now. `no-tries`: one more wrong one could lock the account, so none was sent.
 * `isOldRight`: with `refused`, the old password was looked at first, and is right; absent: nothing is said of it.
 */
export type ChangedPassword =
  | Exclude<SetPassword, { readonly is: 'refused' }>
  | { readonly is: 'refused'; readonly rules: readonly PasswordRule[]; readonly isOldRight?: true }
  | { readonly is: 'wrong' | 'second-factor' | 'locked' | 'no-tries' }
  /** The directory lets a password be changed again only after some time. */
  | { readonly is: 'too-soon'; readonly from: Instant };

/** Changes a password for somebody who knows the old one. `Passwords` shows the page for it, and says what a lost answer did. */
export interface KnownPasswords {
  /** Looks at the old password, then sets the new one. Sends one old password at most. A failure always means that nothing was changed. */
  change(account: AccountId, typed: TypedChange): Promise<Outcome<ChangedPassword>>;
}

export interface Locks {
  /**
   * Lifts the brute-force locks of this account and of no other, then checks the result. Never lifts an administrator's block.
   * `refused` where a lock could only be lifted together with another account's.
   */
  lift(account: AccountId): Promise<Outcome<Lifted>>;
}
/** Only with `lifted` was anything done. `stood-again`: it was lifted as well, but to no avail. */
export type Lifted = 'lifted' | 'disabled' | 'stood-again' | { readonly barrier: DirectoryBarrier };

export interface Sessions {
  /**
   * `asked`: the provider accepted the order and works in the background. `unavailable`: this plan does not offer it.
   * `isPatient`: calls for which somebody is waiting go first. Not to be set for a safety measure.
   */
  end(account: AccountId, isPatient?: boolean): Promise<Outcome<'asked' | 'unavailable'>>;
}

export interface PasswordChange {
  readonly account: AccountId;
  readonly at: Instant;
}

export interface PasswordChanges {
  /** Changes of these accounts' passwords at or after `since`, as the provider's log has them. */
  since(since: Instant, accounts: readonly AccountId[]): Promise<Outcome<readonly PasswordChange[]>>;
  /**
   * The same, read from the accounts' own records: costs more calls, but is never late as the log may be. Of many accounts,
   * each call reads only some.
   */
  recorded(since: Instant, accounts: readonly AccountId[]): Promise<Outcome<readonly PasswordChange[]>>;
}
