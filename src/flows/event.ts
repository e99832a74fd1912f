// The events that move a flow: what a person, an effect or the clock reported. They carry no code, address or link.
import type { EffectName } from './effect.ts';
import type { AccountId, ActorId, ContactRef, Instant, LinkId } from './ids.ts';
import type { AccountFacts, Approver } from './policy.ts';
import type { DeadCode, DenyReason, MaskedContact, RefusedPerson } from './state.ts';

/** Written or pressed by a person. `by` is the user that the platform authenticated; it is compared with the flow's own person. */
type PersonEvent =
  | { readonly type: 'code.requested'; readonly by: ActorId; readonly contact: ContactRef }
  /** The code itself is not part of the event: it is kept in memory only. */
  | { readonly type: 'code.submitted'; readonly by: ActorId }
  | { readonly type: 'contact.reconsidered'; readonly by: ActorId }
  | { readonly type: 'cancelled'; readonly by: ActorId }
  | { readonly type: 'disowned'; readonly by: ActorId };

type HelpdeskEvent = Approver &
  (
    | { readonly type: 'approval.given' }
    | { readonly type: 'approval.denied'; readonly reason: DenyReason }
    | { readonly type: 'doubt.retried' }
    | { readonly type: 'doubt.settled' }
  );

/** Reported by the code that performs effects. */
type EffectEvent =
  | { readonly type: 'person.identified'; readonly account: AccountId; readonly contacts: readonly MaskedContact[] }
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
  | { readonly type: 'account.inspected'; readonly facts: AccountFacts }
  | { readonly type: 'account.found-disabled' }
  | { readonly type: 'lock.lifted' }
  | { readonly type: 'ticket.minted' }
  | { readonly type: 'ticket.not-minted'; readonly because: 'unreachable' | 'disabled' | 'unsupported' | RefusalReason }
  | { readonly type: 'ticket.not-minted'; readonly because: 'limited'; readonly again: Instant }
  | { readonly type: 'password.changed'; readonly changedAt: Instant }
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

type LinkEvent = { readonly type: 'link.opened'; readonly link: LinkId };

/** `superseded`: a newer flow of the same account and kind; `account.frozen`: another flow of the account was disowned. */
type OutsideEvent =
  | { readonly type: 'deadline' }
  | { readonly type: 'superseded' }
  | { readonly type: 'account.frozen'; readonly until: Instant };

export type FlowEvent = PersonEvent | HelpdeskEvent | EffectEvent | LinkEvent | OutsideEvent;
export type EventType = FlowEvent['type'];
