// What the engine needs from a database, in the flows' terms. One call is one transaction. Implemented in src/store.
import type { ContactRules } from './contact.ts';
import type { Decision, Ignored, Moment, RecoveryCodeSet } from './decision.ts';
import type { Effect } from './effect.ts';
import type { FlowEvent } from './event.ts';
import type { AccountId, ActorId, DeliveryId, FlowId, Instant } from './ids.ts';
import type { Occasion } from './notice.ts';
import type { Failure } from './outcome.ts';
import type { Viewer } from './screen.ts';
import type { Flow, FlowKind, FlowState, Open } from './state.ts';
import type { TypedSessions } from './typed-session.ts';

/** A request that is stored before it is acknowledged, and processed afterwards. Holds no secret. */
export interface Intake {
  readonly delivery: DeliveryId;
  readonly actor: ActorId;
  readonly kind: FlowKind;
  readonly at: Instant;
}

/** What the store has read in the same transaction, for the decision. */
export type Known = Pick<
  Moment,
  'budget' | 'rival' | 'isSendingElsewhere' | 'recoveryCodes' | 'earlier' | 'usualApprovalSeconds'
>;

export type Decider = (flow: Flow, event: FlowEvent, known: Known) => Decision;

/** One event that is applied to one flow. */
export interface Transition {
  readonly flow: FlowId;
  readonly event: FlowEvent;
  readonly now: Instant;
  readonly decide: Decider;
  /** Absent for deadlines and for the reports of effects. Once it has moved the flow, the same id again is a `duplicate`. */
  readonly delivery?: DeliveryId;
  /** The claimed effect that this event reports on: it is settled in the same transaction, whatever is decided. */
  readonly settles?: Lease;
  /** Why the settled effect is not tried any more: it is kept for the operator. */
  readonly givesUp?: Failure['kind'];
  /** The version of the flow that this event is about. Where the flow has moved on since, the event changes nothing. */
  readonly asOf?: number;
}

export type Applied =
  | {
      readonly kind: 'moved';
      readonly flow: Flow;
      /** Effects that are never stored (see `isVolatile`): the caller holds their secret and performs them at once. */
      readonly volatile: readonly Effect[];
    }
  | (Ignored & { readonly flow: Flow })
  | { readonly kind: 'duplicate'; readonly flow: Flow }
  /** No such flow, or the lease was lost to another worker: nothing was written. */
  | { readonly kind: 'unknown' };

/** Whether a method failed because the database is unavailable. Anything else that a method throws is a bug. */
export const isStoreUnavailable = (error: unknown): boolean =>
  error instanceof Error && error.name === 'StoreUnavailable';

/** The right to perform one effect for a limited time. Lost when another worker claims it after that, or when its instance is dead. */
export interface Lease {
  readonly key: string;
  readonly token: string;
}

export interface ClaimedEffect {
  readonly lease: Lease;
  readonly flow: Flow;
  readonly effect: Effect;
  /** How often it was claimed before, crashes included. */
  readonly earlierTries: number;
  /** A lease on it was lost before: a process died or hung in the middle. */
  readonly isInDoubt: boolean;
  readonly orderedAt: Instant;
}

/**
 * A place where a viewer sees a flow: a message or an open window. `target` is unique within flow and viewer,
 * `place` is the platform's own reference as JSON text (message id, view id), opaque here.
 */
export interface Surface {
  readonly flow: FlowId;
  readonly viewer: Viewer;
  readonly platform: string;
  readonly target: string;
  readonly place: string;
  readonly isWindow: boolean;
  readonly drawnVersion: number;
  /** The version with which the message was posted. Absent: not known, or a window. */
  readonly postedVersion?: number;
}

/**
 * Where a person can be written to, for platforms on which a user id is not enough for that. `place` is the adapter's own
 * JSON, with ids only, opaque here.
 */
export interface ConversationReferences {
  /** Adds or replaces. */
  keep(actor: ActorId, place: string, now: Instant): Promise<void>;
  find(actor: ActorId): Promise<string | undefined>;
  forget(actor: ActorId): Promise<void>;
  /** The reference that was kept last, for any person of this platform. */
  latest(platform: string): Promise<string | undefined>;
}

/** Which account a chat person was bound to. A hint: the account's own record decides. */
export interface Bindings {
  accountOf(actor: ActorId): Promise<AccountId | undefined>;
  /** Adds or replaces. */
  keep(actor: ActorId, account: AccountId, now: Instant): Promise<void>;
  forget(actor: ActorId): Promise<void>;
  /** Whether somebody was bound to this account here. */
  isBound(account: AccountId): Promise<boolean>;
  /** Everybody who was bound to this account here, who was bound first first. */
  peopleOf(account: AccountId): Promise<readonly ActorId[]>;
}

/** What happened to an account without a request here, until its people are told. */
export interface KeptOccasion {
  readonly key: string;
  readonly account: AccountId;
  readonly occasion: Occasion;
  readonly reportedAt: Instant;
  /** How often it was claimed, this time included. */
  readonly tries: number;
}

export interface TellOccasion {
  /** Everybody who is bound to the account, by its own record. */
  readonly people: readonly ActorId[];
  readonly now: Instant;
  readonly rules: ContactRules;
  readonly newId: () => FlowId;
}

/** `known`: a request made the change, or somebody was faster. `unclear`: a request is at work; ask again in a moment. */
export type ToldOccasion =
  | { readonly is: 'told'; readonly flows: readonly Flow[] }
  | { readonly is: 'known' | 'unclear' };

export interface Occasions {
  /** Durable when it resolves. `known`: the same was reported before. Nobody is asked whether there is somebody to tell. */
  keep(account: AccountId, occasion: Occasion, now: Instant): Promise<'kept' | 'known'>;
  /** Those that are due, the oldest first. Nobody else gets them for `leaseMs`. */
  claim(
    what: Occasion['what'],
    how: { readonly now: Instant; readonly leaseMs: number; readonly limit: number },
  ): Promise<readonly KeptOccasion[]>;
  /** Begins a notice for each of the people, with its orders, and closes the occasion. */
  tell(kept: KeptOccasion, telling: TellOccasion): Promise<ToldOccasion>;
  /** There is nobody to tell, or it is too old. */
  close(key: string): Promise<void>;
  postpone(key: string, at: Instant): Promise<void>;
}

/** Reminders to people who have no recovery contact. Kept for a year. */
export interface Nudges {
  /**
   * Whether this person may be reminded: not since `before`, and they have not said no, here or in another chat that is bound to the
   * same account.
   */
  isDue(actor: ActorId, before: Instant): Promise<boolean>;
  /** The same for this chat alone, and counts as a reminder now. Of many calls at once, one gets true. */
  claim(actor: ActorId, before: Instant, now: Instant): Promise<boolean>;
  /** The person does not want to be reminded. */
  stop(actor: ActorId, now: Instant): Promise<void>;
  /** Undoes `stop`, also in the other chats that are bound to the same account. */
  resume(actor: ActorId): Promise<void>;
}

/** The codes that people keep on paper. Only keyed hashes of them are known here. */
export interface RecoveryCodes {
  /** Replaces the account's codes. `frozen`: nothing was changed, because somebody said "it wasn't me". */
  make(account: AccountId, hashes: readonly string[], now: Instant): Promise<'made' | 'frozen'>;
  /**
   * Uses up a code, once. `candidates`: the hashes of what was typed, one for each key. `madeUntil`: a code that was made later is
   * as good as none. `left`: how many are left. A process that dies right after this has used up a code that does not count: the
   * person takes another one.
   */
  use(
    account: AccountId,
    candidates: readonly string[],
    now: Instant,
    madeUntil: Instant,
  ): Promise<{ readonly is: 'used'; readonly left: number } | { readonly is: 'unknown' }>;
  /** Undefined where none were made, or all were voided. */
  find(account: AccountId): Promise<RecoveryCodeSet | undefined>;
}

/**
 * All results, in batches: other work can run between two batches. Rows that this release cannot read are left out and do
 * not hold up the rows after them.
 */
export type Pieces<T> = AsyncIterable<readonly T[]>;

/** What a dead or hanging instance has left behind. */
export interface TakenOver {
  /** How many of its leases are free now. */
  readonly freed: number;
  /** Leases that are free from now on because their living holder, of the first release, cannot read what it has leased. */
  readonly returned: number;
  /**
   * Flows that it was working on: what it held in memory for them is lost, or their person sees nothing yet. Each flow is
   * returned once in the lifetime of this instance; of many, only some per call.
   */
  readonly flows: readonly Flow[];
}

/** Requests that are acknowledged but have no flow yet. */
export interface Intakes {
  /** Durable when it resolves. Many calls in one tick share one commit. */
  accept(intake: Intake): Promise<'accepted' | 'duplicate'>;
  /** Requests that were accepted before `before` but never begun, and younger ones whose instance is gone; oldest first. */
  unbegun(before: Instant): Pieces<Intake>;
  /**
   * The open flow of this person and kind, or a new one with `state` and `effects`. Marks the intake as begun.
   * `began` is false where an open one is continued.
   */
  begin(request: {
    readonly intake: Intake;
    readonly id: FlowId;
    readonly state: FlowState;
    readonly effects: readonly Effect[];
    readonly now: Instant;
  }): Promise<{ readonly flow: Flow; readonly began: boolean }>;
}

export interface Flows {
  read(flow: FlowId): Promise<Flow | undefined>;
  /** The open flows of one person, newest first. */
  openFlowsOf(actor: ActorId): Promise<readonly Flow[]>;
  /** The newest flow of one person, open or closed. */
  latestFlowOf(actor: ActorId): Promise<Flow | undefined>;
  /** Flows in this state, oldest first. */
  flowsAt(at: Open['at']): Pieces<Flow>;
  /** Flows that ended after `after`, whose person had got the page for a new password, without a detected change; oldest first. */
  pagesUnseen(after: Instant): Pieces<Flow>;
  /** Flows of these accounts whose person is at that page, or was when the flow ended after `after`; also where a change was detected. */
  pagesOf(accounts: readonly AccountId[], after: Instant): Pieces<Flow>;
  /** Open flows whose `dueAt` has passed, the longest overdue first. */
  overdue(now: Instant): Pieces<FlowId>;
  /**
   * Writes in one transaction: inbox row, decision, compare-and-set, counts, outbox rows, freeze. Applies to other flows of
   * the account what follows: `superseded` to the rival where the decision says so, `account.frozen` to every open one on a freeze.
   */
  apply(transition: Transition): Promise<Applied>;
}

/** Effects that wait to be performed. */
export interface Outbox {
  /**
   * Effects that are due, leased for `leaseMs`: only the oldest per flow and lane. The lanes are: acting, drawing for the
   * person, drawing for the helpdesk.
   */
  claim(now: Instant, leaseMs: number, limit: number): Promise<readonly ClaimedEffect[]>;
  /** Settles an effect that has no event to report. False where the lease was lost. */
  /** `givesUp`: it was not done, and is kept for the operator. */
  finish(lease: Lease, now: Instant, givesUp?: Failure['kind']): Promise<boolean>;
  /**
   * Gives the effect back, to be claimed again at `at`. `waiting`: it only waits for its turn, and no try is counted.
   * False where the lease was lost.
   */
  postpone(lease: Lease, at: Instant, because?: 'failed' | 'waiting'): Promise<boolean>;
}

/** The messages and windows in which flows are shown. */
export interface Surfaces {
  surfaces(flow: FlowId, viewer: Viewer): Promise<readonly Surface[]>;
  /** Every known surface at exactly this place, of any flow. */
  surfacesAt(platform: string, place: string): Promise<readonly Surface[]>;
  /** Adds or replaces by (flow, viewer, target). */
  keepSurface(surface: Surface): Promise<void>;
  /** Records which version was drawn. Never goes back to an older one. */
  markDrawn(surface: Surface, version: number): Promise<void>;
  dropSurface(surface: Surface): Promise<void>;
}

/** The other instances on the same database. */
export interface Takeover {
  /** Records that this instance is alive and finds those that are not. To be called twice a second, or the instance counts as hanging. */
  alive(): Promise<void>;
  /** Takes over what the instances that `alive` found dead or hanging have left behind. */
  takeOver(now: Instant): Promise<TakenOver>;
}

export interface Maintenance {
  /** The next instant at which `claim` or `overdue` will return something; undefined: nothing is waiting. */
  nextWake(): Promise<Instant | undefined>;
  /** How many flows are open, by state, and how many outbox rows are waiting, for the operator. */
  tally(): Promise<{
    readonly open: Readonly<Record<string, number>>;
    readonly waitingEffects: number;
    /** When the oldest effect was ordered that is not settled yet. */
    readonly oldestEffectAt?: number;
    /** From when the next effect can be claimed; may be to come. */
    readonly readySince?: number;
  }>;
  /** Requests that an operator's command has ended. Each is returned to one caller only, who counts it. */
  takeUncounted(): Promise<readonly Flow[]>;
  /** Removes inbox ids, settled effects, surfaces and counts that are too old to matter. In small steps, while `isWanted` says so. */
  sweep(now: Instant, isWanted?: () => boolean): Promise<void>;
  /** Resolves when a write would succeed. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The ports that the engine uses. */
export type EngineStore = Intakes & Flows & Outbox & Surfaces & Takeover & Maintenance;

/** The whole store as one object. Callers ask only for the ports that they need. */
export interface FlowStore extends Intakes, Flows, Outbox, Surfaces, Takeover, Maintenance {
  readonly conversationReferences: ConversationReferences;
  readonly bindings: Bindings;
  readonly occasions: Occasions;
  readonly nudges: Nudges;
  readonly recoveryCodes: RecoveryCodes;
  readonly typedSessions: TypedSessions;
}
