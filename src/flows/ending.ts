// How a request can end, and what is known about a page or a password change at that time.
import type { ActorId, Instant } from './ids.ts';
import type { DirectoryBarrier } from './lock.ts';

export type DenyReason = 'not-convinced' | 'suspicious' | 'contact-helpdesk' | 'not-entitled';

/** A detected password change, and what became of the old sessions. */
export interface Change {
  readonly changedAt: Instant;
  /** `asked`: the provider accepted the order to end them; `unavailable`: the plan does not offer it, or it failed. */
  readonly sessions: 'ending' | 'asked' | 'unavailable';
}

/** From when until when a password could be set on the page. */
export interface Page {
  readonly openedAt: Instant;
  readonly until: Instant;
}

/** `byMail`: its link was mailed by the provider, and works for days where nobody voids it. */
export interface LeftPage extends Page {
  readonly byMail?: true;
}

export type Ending =
  | {
      readonly outcome: 'done';
      readonly because: 'unlocked' | 'not-locked';
      /** The account had been unlocked not long before: something keeps locking it. */
      readonly isAgain?: true;
    }
  | ({
      readonly outcome: 'done';
      readonly because: 'password-changed';
      /** Whoever signs in with it has to choose another one. */
      readonly mustChange?: true;
    } & Change)
  /** Not by a request here: see notice.ts. `sessions`: only for the first of the account's people, for whom they are ended. */
  | {
      readonly outcome: 'done';
      readonly because: 'changed-elsewhere';
      readonly changedAt: Instant;
      readonly sessions?: Change['sessions'];
    }
  /** An administrator linked a contact from a file: `changes` beside it says which. `mustBeConfirmed`: the policy says so. */
  | { readonly outcome: 'done'; readonly because: 'contact-imported'; readonly mustBeConfirmed?: true }
  /**
   * Somebody whom no chat vouches for asks for what the kind of this notice says. `provenAt`: when their code was accepted. `changedAt`:
   * this notice tells that they have a new password. See notice.ts.
   */
  | {
      readonly outcome: 'done';
      readonly because: 'requested-elsewhere';
      readonly provenAt: Instant;
      readonly changedAt?: Instant;
    }
  /** The person has signed in, and has changed their contacts or not: `changes` beside it says which. */
  | { readonly outcome: 'done'; readonly because: 'enrolled' }
  | {
      readonly outcome: 'refused';
      readonly because:
        | 'no-contact'
        /** All contacts came from a file, and the policy does not let them be used before a code came back from them. */
        | 'contact-unconfirmed'
        | 'disabled'
        | 'unsupported'
        | 'proof-mismatch'
        | 'denied-by-provider'
        | 'disowned'
        | 'elsewhere'
        | 'no-helpdesk'
        /** The account's rule asks for two proofs, and it has one contact and no recovery code that can be used. */
        | 'second-proof-impossible'
        /** As many passwords as may be tried were refused by the account's rules. */
        | 'passwords-refused'
        /** As many old passwords as may be tried were wrong. */
        | 'old-passwords-wrong'
        /** The account takes no password now: it is locked, or one more wrong one could lock it. */
        | 'password-blocked'
        /** Codes alone take no contact out of an account whose password they alone would not reset. */
        | 'sign-in-needed'
        | RefusedPerson;
    }
  /** The directory in which the account lives does not let it be touched. */
  | { readonly outcome: 'refused'; readonly because: 'barred'; readonly barrier: DirectoryBarrier }
  | { readonly outcome: 'refused'; readonly because: Spent | 'changed-too-soon'; readonly again: Instant }
  | { readonly outcome: 'refused'; readonly because: 'denied'; readonly by: ActorId; readonly reason: DenyReason }
  | { readonly outcome: 'expired'; readonly because: 'flow' | 'approval' | 'link' | 'password' }
  /** `operator`: an administrator ended it. */
  | { readonly outcome: 'cancelled'; readonly because: 'person' | 'superseded' | 'operator' }
  | {
      readonly outcome: 'failed';
      /**
       * `unconfirmed`: nobody knows whether the unlock was carried out, and nobody has checked. `password-unconfirmed`: nor whether the
       * new password was set, and it could not be read. `locked-again`: the lock was lifted, and stood again at once.
       */
      readonly because:
        | 'unreachable'
        | 'refused-by-provider'
        | 'not-permitted'
        | 'unconfirmed'
        | 'locked-again'
        | 'password-unconfirmed'
        | 'helpdesk-unreachable'
        | 'settled-by-helpdesk';
    }
  | { readonly outcome: 'failed'; readonly because: Limited; readonly again: Instant };

/** The provider takes no more requests, or sends no more codes, before `again`. */
export type Limited = 'limited' | 'codes-limited';

/**
 * Which limit was used up; or that the account is frozen, or that all its contacts are too new. `again` beside it says until when.
 */
export type Spent = 'attempts-spent' | 'sends-spent' | 'unlocks-spent' | 'frozen' | 'contacts-resting';

/** Why a platform user is not an employee who may use this. */
export type RefusedPerson = 'bot' | 'deactivated' | 'guest' | 'invited' | 'external' | 'unconfirmed-email';

/** When the password was changed, if that is how the request ended, or what its notice tells. */
export const changeIn = (ending: Ending): { readonly changedAt?: Instant } =>
  'changedAt' in ending && ending.changedAt !== undefined ? { changedAt: ending.changedAt } : {};
