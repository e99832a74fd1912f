// What the flows need of the world, in the flows' words. Implemented in src/auth0, src/store and src/adapters.
import type { AccountId, ActorId, ContactRef, Instant } from './ids.ts';
import type { Outcome } from './outcome.ts';
import type { AccountFacts, FactsRead } from './policy.ts';
import type { Channel, MaskedContact, RefusedPerson } from './state.ts';

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

/** The account of a work email within the policy's connections, or `none` where there is not exactly one. */
export type Match =
  | { readonly is: 'account'; readonly account: AccountId; readonly contacts: readonly MaskedContact[] }
  | { readonly is: 'none'; readonly because: 'absent' | 'ambiguous' | 'unverified' };

export interface Directory {
  match(workEmail: string): Promise<Outcome<Match>>;
  /** Whether an address may be one of the account's: its own, or of whatever is linked to it, an enrolled contact included. */
  hasAddress(account: AccountId, address: string): Promise<Outcome<boolean>>;
  /** Reads the record, and beside it what `reads` names and no more. */
  inspect(account: AccountId, reads: FactsRead): Promise<Outcome<AccountFacts>>;
  /** How to address the person on a page, e.g. `Jane`; undefined where the directory does not say. */
  givenName(account: AccountId): Promise<Outcome<string | undefined>>;
}

/**
 * `accepted`: the provider took the code and its signed token names this account, issued after `notBefore`.
 * `mismatched`: a token came, but not for this account, not by this issuer, or not fresh.
 */
export type Verdict = 'accepted' | 'wrong' | 'used-up' | 'expired' | 'mismatched';

export interface Codes {
  /** The address is read from the account's linked identity now. `refused` where that identity is not linked any more. */
  send(account: AccountId, contact: ContactRef): Promise<Outcome<Channel>>;
  check(account: AccountId, contact: ContactRef, code: string, notBefore: Instant): Promise<Outcome<Verdict>>;
}

export interface Tickets {
  /**
   * A password-change link of the provider, as a secret: hand it on, never store or log it.
   * `refused` with cause `disabled` where an administrator blocked the account meanwhile.
   */
  mint(account: AccountId, ttlSeconds: number): Promise<Outcome<Minted>>;
  /** Makes every ticket that is out worthless. */
  voidAll(account: AccountId): Promise<Outcome<void>>;
}
export type Minted =
  | { readonly is: 'ticket'; readonly url: string }
  | { readonly is: 'disabled' }
  | { readonly is: 'unsupported' };

export interface Locks {
  /**
   * Lifts the brute-force locks of this account and of no other, and looks again. Never an administrator's block.
   * `refused` where one stands that could only be lifted together with somebody else's.
   */
  lift(account: AccountId): Promise<Outcome<'lifted' | 'disabled'>>;
}

export interface Sessions {
  /**
   * `asked`: the provider accepted the order, it works in the background. `unavailable`: this plan has no such thing.
   * `isPatient`: calls for which somebody waits go first; never for a measure of safety.
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
  /** The same from the accounts' own records: dearer, and never late as a log may be. Of many accounts, some at a time. */
  recorded(since: Instant, accounts: readonly AccountId[]): Promise<Outcome<readonly PasswordChange[]>>;
}
