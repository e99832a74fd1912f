// The events that move a flow: what a person, an effect or the clock reported. They carry no code, address or link.

import type { EnrolledContact } from './contact.ts';
import type { EffectName } from './effect.ts';
import type { DenyReason, RefusedPerson } from './ending.ts';
import type { NewContact } from './enrolment-state.ts';
import type { AccountId, ActorId, ContactRef, Instant, LinkId } from './ids.ts';
import type { DirectoryBarrier } from './lock.ts';
import type { PasswordRule } from './password-rule.ts';
import type { AccountFacts, Approver } from './policy.ts';
import type { DeadCode } from './state.ts';

/** Written or pressed by a person. `by` is the user that the platform authenticated; it is compared with the flow's own person. */
type PersonEvent =
  | { readonly type: 'code.requested'; readonly by: ActorId; readonly contact: ContactRef }
  /** The code itself is not part of the event: it is kept in memory only. */
  | { readonly type: 'code.submitted'; readonly by: ActorId }
  | { readonly type: 'contact.reconsidered'; readonly by: ActorId }
  /** In the chat, of the list of their own contacts. */
  | { readonly type: 'removal.chosen'; readonly by: ActorId; readonly contact: ContactRef }
  /** As the second proof, in place of another contact. */
  | { readonly type: 'recovery-code.chosen'; readonly by: ActorId }
  /** Like `code.submitted`: the recovery code itself is kept in memory only. */
  | { readonly type: 'recovery-code.submitted'; readonly by: ActorId }
  /** The mail with the provider's link once more. */
  | { readonly type: 'mail.requested'; readonly by: ActorId }
  | { readonly type: 'cancelled'; readonly by: ActorId }
  | { readonly type: 'disowned'; readonly by: ActorId };

type HelpdeskEvent = Approver &
  (
    | { readonly type: 'approval.given' }
    | { readonly type: 'approval.denied'; readonly reason: DenyReason }
    | { readonly type: 'doubt.retried' }
    | { readonly type: 'doubt.settled' }
  );

/**
 * By an administrator on the command line, whose operating system vouches for them; who it was is kept beside the flows.
 * They never grant anything: what is ended is over, what is retried had every proof and approval, and a pause that is lifted leaves
 * every proof to be given again.
 */
type OperatorEvent =
  | { readonly type: 'operator.ended' }
  /** The unlock that nobody knows about is ordered again. */
  | { readonly type: 'operator.retried' }
  /** The account need not rest any longer after "it wasn't me". */
  | { readonly type: 'pause.lifted' };

/** Reported by the code that performs effects. */
type EffectEvent =
  | {
      readonly type: 'person.identified';
      readonly account: AccountId;
      readonly contacts: readonly EnrolledContact[];
      /** Whether this chat person is bound to the account by an enrolment, or only other ones are; or nobody is, as where it is absent. */
      readonly binding?: 'bound' | 'others' | 'free';
      /** The code goes to this contact at once: the person is not asked to which, because the choice would say whose account it is. */
      readonly sendTo?: ContactRef;
    }
  /** No account, or more than one. The person is told the same as if the account had no contact. */
  | { readonly type: 'person.unknown' }
  | { readonly type: 'person.refused'; readonly because: RefusedPerson }
  | { readonly type: 'code.sent'; readonly contact: ContactRef }
  | { readonly type: 'code.accepted' }
  | { readonly type: 'code.rejected'; readonly because: 'wrong' | DeadCode }
  /** The check gave no verdict. `not-asked`: the provider certainly did not look at the code. */
  | { readonly type: 'code.unchecked'; readonly because: 'not-asked' | 'unknown' }
  /** The provider did not look at the code because of a rate limit, and looks at none before `again`. */
  | { readonly type: 'code.unchecked'; readonly because: 'limited'; readonly again: Instant }
  /**
   * The provider refuses to check: the account or the contact is blocked there, a login rule denies it, or this application lacks
   * a right. Nothing is proven, and waiting does not help.
   */
  | { readonly type: 'code.denied' }
  | { readonly type: 'proof.mismatched' }
  /** It was unused until now. `left`: how many are left. */
  | { readonly type: 'recovery-code.accepted'; readonly left: number }
  | { readonly type: 'recovery-code.rejected' }
  /** Nobody knows whether it was looked at, and so used up. */
  | { readonly type: 'recovery-code.unchecked' }
  | { readonly type: 'account.inspected'; readonly facts: AccountFacts }
  | { readonly type: 'account.found-disabled' }
  /** The directory in which it lives says so. Nothing was done. */
  | { readonly type: 'account.found-barred'; readonly barrier: DirectoryBarrier }
  /** It was lifted, and stood again at once. */
  | { readonly type: 'lock.stood-again' }
  | { readonly type: 'lock.lifted' }
  | { readonly type: 'ticket.minted' }
  | { readonly type: 'ticket.not-minted'; readonly because: 'unreachable' | 'disabled' | 'unsupported' | RefusalReason }
  | { readonly type: 'ticket.not-minted'; readonly because: 'limited'; readonly again: Instant }
  /** The provider took the order to mail its own link. Whether a mail arrives it does not say. */
  | { readonly type: 'link.mailed' }
  | { readonly type: 'link.not-mailed'; readonly because: 'disabled' | 'unsupported' }
  | { readonly type: 'password.changed'; readonly changedAt: Instant }
  /** The provider took the password that was sent in this request; or a later look has found that it had. */
  | {
      readonly type: 'password.set';
      readonly at: Instant;
      /** Whoever signs in with it has to choose another one. */
      readonly mustChange?: true;
    }
  /** Certainly not set, by these rules of the account; none: by one that the provider does not name. */
  | {
      readonly type: 'password.refused';
      readonly rules: readonly PasswordRule[];
      /** The old password was looked at first, and is that of the account. */
      readonly isOldRight?: true;
    }
  /** Certainly not set, for a reason that is not the password's. */
  | { readonly type: 'password.not-set'; readonly because: 'unreachable' | 'disabled' | 'unsupported' | RefusalReason }
  /**
   * Nor set: the old one is wrong; or it may be right and is not enough for the provider; or none was looked at, because the account takes
   * no password now, or one more wrong one could lock it.
   */
  | { readonly type: 'old-password.rejected'; readonly because: 'wrong' | 'not-enough' | 'locked' | 'no-tries' }
  /** Nor set: the account takes another password only from then on. No old one was looked at. */
  | { readonly type: 'password.too-soon'; readonly from: Instant }
  | { readonly type: 'password.not-set'; readonly because: 'limited'; readonly again: Instant }
  /** No answer came: it may have been set, or may still be. */
  | { readonly type: 'password.unknown' }
  /** What a later look at the account has found. `not-set`: for certain. `unknown`: the account does not say. */
  | { readonly type: 'password.not-seen'; readonly is: 'not-set' | 'unknown' }
  | { readonly type: 'sessions.ended'; readonly how: 'asked' | 'unavailable' }
  /** Not done yet; it will be tried again. `again`: the other side asked to wait until then. */
  | { readonly type: 'effect.delayed'; readonly of: EffectName; readonly again?: Instant }
  | ({ readonly type: 'effect.failed'; readonly of: EffectName } & Giving)
  /** No card could be posted in any channel of the helpdesk. */
  | { readonly type: 'helpdesk.unreachable' }
  /** All tries are used up, and at least one of them may have been carried out. */
  | { readonly type: 'effect.doubtful'; readonly of: EffectName };

/** Trying again does not help. `not-permitted`: it concerns everybody, until an administrator has changed something. */
export type RefusalReason = 'refused-by-provider' | 'not-permitted';

/** Why nothing is tried any more. `limited`: the other side takes no request before `again`, and the flow ends earlier. */
export type Giving =
  | { readonly because: 'unreachable' | RefusalReason }
  | { readonly because: 'limited'; readonly again: Instant };

/** What a person does in the browser, signed in; and what the provider says of it. Addresses and codes are not part of it. */
type EnrolmentEvent =
  /** A fresh sign-in of this account, which is that of the chat person. Also to change a known password. */
  | { readonly type: 'signed-in'; readonly account: AccountId }
  /** `binding`: they had not been bound before; absent: they had. */
  | {
      readonly type: 'actor.bound';
      readonly contacts: readonly EnrolledContact[];
      readonly binding?: 'first' | 'another';
    }
  | { readonly type: 'address.given'; readonly draft: NewContact }
  | { readonly type: 'address.dropped' }
  /** `contact`: the identity to which it was sent, where the provider says so. */
  | { readonly type: 'new-code.sent'; readonly contact?: ContactRef }
  | { readonly type: 'new-code.not-sent'; readonly because: 'unreachable' | 'refused' }
  | { readonly type: 'new-code.not-sent'; readonly because: 'limited'; readonly again: Instant }
  | { readonly type: 'new-code.submitted' }
  /** The provider accepted the code, and its token names this contact, which no account has. */
  | { readonly type: 'contact.proven'; readonly contact: ContactRef }
  | { readonly type: 'new-code.rejected'; readonly because: 'wrong' | DeadCode }
  | { readonly type: 'new-code.unchecked'; readonly because: 'not-asked' | 'unknown' }
  | { readonly type: 'new-code.unchecked'; readonly because: 'limited'; readonly again: Instant }
  /** The provider refuses to check, or its token is about somebody else. Nothing is proven. */
  | { readonly type: 'new-code.denied' }
  /** The address belongs to another account, or to this one already. */
  | { readonly type: 'contact.not-new'; readonly because: 'elsewhere' }
  /** `contact`: which one; absent where it is not known. */
  | { readonly type: 'contact.not-new'; readonly because: 'already-yours'; readonly contact?: ContactRef }
  | { readonly type: 'contact.linked'; readonly contacts: readonly EnrolledContact[] }
  | { readonly type: 'removal.asked'; readonly contact: ContactRef }
  | { readonly type: 'contact.unlinked'; readonly contacts: readonly EnrolledContact[] }
  /** The signed-in person makes a new set. Told before the set exists, so that none is made in silence. */
  | { readonly type: 'recovery-codes.renewed' }
  | { readonly type: 'enrolment.finished' }
  /** What was taken back is out of the account. `contact`: which one; absent: the binding of the chat person. */
  | { readonly type: 'change.undone'; readonly contact?: ContactRef }
  /** It is not, and nothing is tried any more. */
  | { readonly type: 'change.not-undone'; readonly contact?: ContactRef }
  /** An older contact says that it was not them who made this change: the number of the change, from 0. */
  | { readonly type: 'change.disowned'; readonly change: number };

/**
 * `change.opened`: the link for a known password, with what is known of the account. `password.submitted`: on the page that this link has
 * opened. No password is part of it.
 */
type LinkEvent =
  | { readonly type: 'link.opened' | 'password.submitted'; readonly link: LinkId }
  | { readonly type: 'change.opened'; readonly link: LinkId; readonly facts: AccountFacts };

/** Whose changes of the account are not trusted any more, since somebody said "it wasn't me" about one request. */
export interface Doubt {
  /** The chat person of that request. */
  readonly of: ActorId;
  /**
   * `all`: everybody is doubted. `theirs`: only this chat person, who said so and was connected too short a time ago to speak about
   * what anybody else did.
   */
  readonly reach: 'all' | 'theirs';
  /** What this chat person changed since then in requests that have ended is taken back. */
  readonly theirsSince: Instant;
  /** The same of everybody else. Absent: nothing of that is taken back. */
  readonly othersSince?: Instant;
  /** They said so themselves: requests that have ended leave them connected. */
  readonly staysConnected?: true;
}

/**
 * `superseded`: a newer flow of the same account and kind; `account.frozen`: another flow of the account was disowned. The account's
 * enrolments that have ended of late hear it too.
 */
type OutsideEvent =
  | { readonly type: 'deadline' }
  | { readonly type: 'superseded' }
  | { readonly type: 'account.frozen'; readonly until: Instant; readonly doubt?: Doubt };

export type FlowEvent =
  | PersonEvent
  | HelpdeskEvent
  | OperatorEvent
  | EffectEvent
  | EnrolmentEvent
  | LinkEvent
  | OutsideEvent;
export type EventType = FlowEvent['type'];
