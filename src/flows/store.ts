// What the engine needs of a database, in the flows' words. One call is one transaction. Implemented in src/store.
import type { Decision, Ignored, Moment } from './decision.ts';
import type { Effect } from './effect.ts';
import type { FlowEvent } from './event.ts';
import type { AccountId, ActorId, DeliveryId, FlowId, Instant } from './ids.ts';
import type { Viewer } from './screen.ts';
import type { Flow, FlowKind, FlowState, Open } from './state.ts';

/** A request taken in durably before it is acknowledged, and worked on afterwards. Holds no secret. */
export interface Intake {
  readonly delivery: DeliveryId;
  readonly actor: ActorId;
  readonly kind: FlowKind;
  readonly at: Instant;
}

/** What the store has read in the same transaction, for the decision. */
export type Known = Pick<Moment, 'budget' | 'rival' | 'isSendingElsewhere' | 'usualApprovalSeconds'>;

export type Decider = (flow: Flow, event: FlowEvent, known: Known) => Decision;

/** One event that is applied to one flow. */
export interface Transition {
  readonly flow: FlowId;
  readonly event: FlowEvent;
  readonly now: Instant;
  readonly decide: Decider;
  /** Absent for the clock and for effects' own reports. Once it has moved the flow, the same id again is a `duplicate`. */
  readonly delivery?: DeliveryId;
  /** The claimed effect that this event reports on: it is settled in the same transaction, whatever is decided. */
  readonly settles?: Lease;
  /** The version of the flow on which this reports: once the flow has moved on, it comes too late and changes nothing. */
  readonly asOf?: number;
}

export type Applied =
  | {
      readonly kind: 'moved';
      readonly flow: Flow;
      /** Orders that are never stored (see `isVolatile`): the caller holds their secret and performs them at once. */
      readonly volatile: readonly Effect[];
    }
  | (Ignored & { readonly flow: Flow })
  | { readonly kind: 'duplicate'; readonly flow: Flow }
  /** No such flow, or the lease was lost to another worker: nothing was written. */
  | { readonly kind: 'unknown' };

/** Whether a method failed because the database cannot be used now; anything else that is thrown is a bug. */
export const isStoreUnavailable = (error: unknown): boolean =>
  error instanceof Error && error.name === 'StoreUnavailable';

/** The right to perform one effect for a while. Lost when another worker claims it after that, and with its instance. */
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
 * Somewhere that a viewer sees a flow: a message or an open window. `target` is unique within flow and viewer,
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
}

/**
 * Where a person can be written to, for platforms on which nobody can be addressed by id alone. `place` is JSON of the
 * platform's own making with ids only, opaque here.
 */
export interface ConversationReferences {
  /** Adds or replaces. */
  keep(actor: ActorId, place: string, now: Instant): Promise<void>;
  find(actor: ActorId): Promise<string | undefined>;
  forget(actor: ActorId): Promise<void>;
  /** What was kept last for anybody of this platform. */
  latest(platform: string): Promise<string | undefined>;
}

/**
 * All there are, however many, a piece at a time: between two of them everybody else has a turn. What this release cannot read
 * is left out, and keeps nobody behind it from their turn.
 */
export type Pieces<T> = AsyncIterable<readonly T[]>;

/** What an instance that died or hangs has left. */
export interface TakenOver {
  /** Leases of it that are free from now on. */
  readonly freed: number;
  /**
   * Flows in whose middle it was: what it held in memory for them is lost, or nobody sees them yet. Each is answered once
   * while this instance lives, some of many at a time.
   */
  readonly flows: readonly Flow[];
}

/** Requests between their acknowledgement and their flow. */
export interface Intakes {
  /** Durable when it resolves. Many calls in one tick share one commit. */
  accept(intake: Intake): Promise<'accepted' | 'duplicate'>;
  /** Requests accepted `before` but never begun, and younger ones whose instance is gone; oldest first. */
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
  /** Flows that stand at this place, oldest first. */
  flowsAt(at: Open['at']): Pieces<Flow>;
  /** Flows that ended after that, whose person had been let to the page for a new password, and no change was seen; oldest first. */
  pagesUnseen(after: Instant): Pieces<Flow>;
  /** Flows of these accounts whose person is at that page, or was when they ended after that, seen or not. */
  pagesOf(accounts: readonly AccountId[], after: Instant): Pieces<Flow>;
  /** Open flows whose `dueAt` has passed, the longest overdue first. */
  overdue(now: Instant): Pieces<FlowId>;
  /**
   * Inbox row, decision, compare-and-set, counts, outbox rows, freeze; and what follows for other flows of the account:
   * `superseded` for the rival where the decision says so, `account.frozen` for every open one where it freezes.
   */
  apply(transition: Transition): Promise<Applied>;
}

/** Orders that wait to be carried out. */
export interface Outbox {
  /** Effects whose turn has come: per flow and lane (acting, drawing for the person, for the helpdesk) the oldest only, leased for `leaseMs`. */
  claim(now: Instant, leaseMs: number, limit: number): Promise<readonly ClaimedEffect[]>;
  /** Settles an effect that reports nothing. False where the lease was lost. */
  finish(lease: Lease, now: Instant): Promise<boolean>;
  /**
   * Gives the effect back, to be claimed again at `at`. `waiting`: it only waits for its turn, and this was no try.
   * False where the lease was lost.
   */
  postpone(lease: Lease, at: Instant, because?: 'failed' | 'waiting'): Promise<boolean>;
}

/** Where flows are to be seen. */
export interface Surfaces {
  surfaces(flow: FlowId, viewer: Viewer): Promise<readonly Surface[]>;
  /** Whatever is known to stand at this very place, of any flow. */
  surfacesAt(platform: string, place: string): Promise<readonly Surface[]>;
  /** Adds or replaces by (flow, viewer, target). */
  keepSurface(surface: Surface): Promise<void>;
  /** Notes what was drawn, never going back to an older version. */
  markDrawn(surface: Surface, version: number): Promise<void>;
  dropSurface(surface: Surface): Promise<void>;
}

/** Who else works on the same database. */
export interface Takeover {
  /** Says that this instance lives, and finds those that do not. To be called twice a second: who does not counts as hanging. */
  alive(): Promise<void>;
  /** What instances have left that `alive` found dead or hanging. */
  takeOver(now: Instant): Promise<TakenOver>;
}

export interface Maintenance {
  /** The earliest instant at which `claim` or `overdue` has something again; undefined: nothing is waiting. */
  nextWake(): Promise<Instant | undefined>;
  /** Counts of open flows by place, of outbox rows waiting, for the operator. */
  tally(): Promise<{ readonly open: Readonly<Record<string, number>>; readonly waitingEffects: number }>;
  /** Removes what no window needs any more: inbox ids, settled effects, surfaces and counts past their age. In small steps, as long as wanted. */
  sweep(now: Instant, isWanted?: () => boolean): Promise<void>;
  /** Answers when a write would succeed. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** What the engine works on. */
export type EngineStore = Intakes & Flows & Outbox & Surfaces & Takeover & Maintenance;

/** All of it, as one object. Whoever uses it asks for the port that they need. */
export interface FlowStore extends Intakes, Flows, Outbox, Surfaces, Takeover, Maintenance {
  readonly conversationReferences: ConversationReferences;
}
