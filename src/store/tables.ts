// The tables as the queries see them: the same on SQLite and PostgreSQL. Instants are milliseconds since 1970, flags 0 or 1.
import type { Generated, Kysely } from 'kysely';

export interface FlowRow {
  readonly id: string;
  readonly kind: string;
  readonly actor: string;
  readonly started_at: number;
  readonly version: number;
  /** Copies of `state.at`, `accountOf(state)` and `dueAt(state)`, so that queries can use them. */
  readonly place: string;
  readonly account: string | null;
  readonly is_open: number;
  readonly due_at: number | null;
  readonly closed_at: number | null;
  /** `closed_at`, if the person had opened the password page. */
  readonly page_closed_at: number | null;
  /** `page_closed_at`, as long as no password change was seen. */
  readonly page_unseen_at: number | null;
  /** `closed_at`, until the flow's surfaces are removed. */
  readonly shown_closed_at: number | null;
  /** When the helpdesk approved, and how long that took. */
  readonly approved_at: number | null;
  readonly approval_seconds: number | null;
  /**
   * The instance that holds the flow: it has the secret of an act under way, or it began a flow that the person has not acted on
   * yet.
   */
  readonly held_by: string | null;
  readonly state: string;
  /** The version in which `state` is stored; null: 1. */
  readonly state_version: number | null;
  /** The version with the latest news for each viewer; null: none yet. */
  readonly person_news: number | null;
  readonly helpdesk_news: number | null;
  /** 1: nobody asked for it, see flows/notice.ts; null: a request. */
  readonly is_notice: number | null;
}

/** A request that was stored before it was acknowledged; `flow` is null until the request is begun. */
export interface IntakeRow {
  readonly delivery: string;
  readonly actor: string;
  readonly kind: string;
  readonly at: number;
  readonly flow: string | null;
  /** The instance that is to begin it. */
  readonly taken_by: string | null;
}

export interface OutboxRow {
  /** `flow/version/n`. */
  readonly key: string;
  readonly flow: string;
  readonly lane: string;
  readonly version: number;
  readonly n: number;
  readonly effect: string;
  /** The version in which `effect` is stored; null: 1. */
  readonly effect_version: number | null;
  readonly ordered_at: number;
  /** When it may be claimed: at once, at the time to which it was postponed, or at the end of its lease. */
  readonly ready_at: number;
  readonly lease_token: string | null;
  /** The instance that holds the lease. */
  readonly lease_owner: string | null;
  readonly tries: number;
  readonly in_doubt: number;
}

/** An order that is not tried any more, as its row in the outbox was, until it is too old to matter. */
export interface GivenUpRow
  extends Pick<
    OutboxRow,
    'key' | 'flow' | 'lane' | 'version' | 'n' | 'effect' | 'effect_version' | 'ordered_at' | 'tries' | 'in_doubt'
  > {
  readonly given_up_at: number;
  /** The kind of the last failure. */
  readonly failure: string;
}

/** What somebody did on the command line. */
export interface OperatorActRow {
  readonly id: Generated<number>;
  readonly at: number;
  readonly who: string;
  readonly did: string;
  /** The id of a request, an order or an account. */
  readonly about: string;
  readonly because: string | null;
  /** Null: begun, and nobody knows whether it was done. */
  readonly result: string | null;
}

export interface CountRow {
  readonly id: Generated<number>;
  readonly account: string;
  readonly what: string;
  readonly flow: string;
  readonly at: number;
  /** The contact of the code, if the count is about a code. */
  readonly contact: string | null;
}

export interface SurfaceRow {
  readonly flow: string;
  readonly viewer: string;
  readonly target: string;
  readonly platform: string;
  readonly place: string;
  readonly is_window: number;
  readonly drawn_version: number;
  /** The version with which the message was posted; null: not known, or a window. */
  readonly posted_version: number | null;
}

/**
 * A process that works on this database. `beats` is its heartbeat, which grows while it lives and other instances are there to
 * see it.
 */
export interface InstanceRow {
  readonly id: string;
  readonly lock_key: number;
  readonly beats: number;
}

/** What happened to an account without a request here. */
export interface OccasionRow {
  readonly key: string;
  readonly account: string;
  /** `Occasion.what`. */
  readonly what: string;
  /** When it happened. */
  readonly at: number;
  /**
   * What else is to be told, as JSON. Of an imported contact: the change, without the address. Of a request on the web: when the password
   * was changed, if that is told.
   */
  readonly made: string | null;
  readonly reported_at: number;
  /** From when a server may tell it, or try again; null: it is told, or there was nobody to tell. */
  readonly ready_at: number | null;
  readonly tries: number;
}

/** Somebody who typed a name. `codes`: how many were ordered that may have been sent. `passed`: 1 when one was accepted. */
export interface TypedSessionRow {
  readonly id: string;
  readonly actor: string;
  readonly kind: string;
  /** A keyed hash. */
  readonly name_hash: string;
  /** The name, sealed; null from `sealed_until` on. */
  readonly sealed_name: string | null;
  readonly sealed_until: number | null;
  readonly started_at: number;
  readonly codes: number;
  /** When the last one was ordered. */
  readonly code_at: number;
  readonly tries: number;
  /** Those of the last code. */
  readonly code_tries: number;
  /** Those of which somebody was asked, without the accepted one. */
  readonly failures: number;
  readonly passed: number;
  /** Of the browser whose try is looked at, or was accepted. */
  readonly claim: string | null;
  readonly claimed_at: number | null;
  /** How many codes were sent, and when the last one was. */
  readonly sent: number;
  readonly sent_at: number | null;
  readonly ended_at: number | null;
}

export interface Tables {
  readonly flows: FlowRow;
  readonly intakes: IntakeRow;
  readonly inbox: { readonly delivery: string; readonly at: number };
  readonly outbox: OutboxRow;
  readonly given_up: GivenUpRow;
  readonly operator_acts: OperatorActRow;
  /** The row that a decision about an account locks. */
  readonly accounts: {
    readonly account: string;
    readonly frozen_until: number | null;
    /** Limits count only what was counted after this. */
    readonly lifted_at: number | null;
  };
  readonly counts: CountRow;
  readonly surfaces: SurfaceRow;
  readonly whereabouts: {
    readonly actor: string;
    readonly platform: string;
    readonly place: string;
    readonly at: number;
  };
  readonly bindings: { readonly actor: string; readonly account: string; readonly at: number };
  readonly nudges: { readonly actor: string; readonly at: number; readonly is_off: number };
  /** The newest set of each account. `hash`: a keyed hash; the code is stored nowhere. `used_at`: null while it can be used. */
  readonly recovery_codes: {
    readonly account: string;
    readonly hash: string;
    readonly made_at: number;
    readonly used_at: number | null;
  };
  /** Copies that the operator made. */
  readonly backups: { readonly at: number; readonly file: string };
  /** Ended by an operator's command, and not counted yet. */
  readonly uncounted_endings: { readonly flow: string };
  readonly occasions: OccasionRow;
  readonly typed_sessions: TypedSessionRow;
  /** Text messages to people who typed a name: `n` of them at that time. */
  readonly typed_texts: { readonly country: string; readonly at: number; readonly n: number };
  readonly instances: InstanceRow;
  readonly heartbeat: { readonly id: number; readonly beats: number };
}

export type Database = Kysely<Tables>;

const ours: Readonly<Record<keyof Tables | 'kysely_migration' | 'kysely_migration_lock', true>> = {
  ...{ flows: true, intakes: true, inbox: true, outbox: true, given_up: true, operator_acts: true, accounts: true },
  ...{ counts: true, surfaces: true, whereabouts: true, bindings: true, nudges: true, recovery_codes: true },
  ...{
    backups: true,
    uncounted_endings: true,
    occasions: true,
    typed_sessions: true,
    typed_texts: true,
    instances: true,
    heartbeat: true,
    kysely_migration: true,
    kysely_migration_lock: true,
  },
};
/** Those of the migration among them. */
export const tableNames: readonly string[] = Object.keys(ours);
