// Migration 0001: the tables of the first release. Never changed once released; later changes are migrations of their own.
import { type Kysely, sql } from 'kysely';

export type DialectName = 'sqlite' | 'postgres';

export async function createFirstSchema(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  await createFlows(db);
  await createIntake(db);
  await createOutbox(db);
  await createAccounts(db, dialect);
  await createSurfaces(db);
  await db.schema
    .createTable('heartbeat')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('beats', 'bigint', (column) => column.notNull())
    .execute();
  await sql`insert into heartbeat (id, beats) values (1, 0)`.execute(db);
}

async function createFlows(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('flows')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('place', 'text', (column) => column.notNull())
    .addColumn('account', 'text')
    .addColumn('is_open', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('closed_at', 'bigint')
    .addColumn('approved_at', 'bigint')
    .addColumn('approval_seconds', 'integer')
    .addColumn('state', 'text', (column) => column.notNull())
    .execute();
  // At most one open flow of a kind per person and per account. The database enforces it in case the code is wrong.
  await sql`create unique index flows_open_actor on flows (actor, kind) where is_open = 1`.execute(db);
  await sql`create unique index flows_open_account on flows (account, kind) where is_open = 1`.execute(db);
  await sql`create index flows_actor on flows (actor, started_at)`.execute(db);
  await sql`create index flows_place on flows (place, started_at)`.execute(db);
  await sql`create index flows_due on flows (due_at) where due_at is not null`.execute(db);
  await sql`create index flows_closed on flows (closed_at) where closed_at is not null`.execute(db);
  await sql`create index flows_approved on flows (approved_at) where approved_at is not null`.execute(db);
}

async function createIntake(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('intakes')
    .addColumn('delivery', 'text', (column) => column.primaryKey().notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('flow', 'text')
    .execute();
  await sql`create index intakes_unbegun on intakes (at) where flow is null`.execute(db);
  await sql`create index intakes_at on intakes (at)`.execute(db);
  await db.schema
    .createTable('inbox')
    .addColumn('delivery', 'text', (column) => column.primaryKey().notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await sql`create index inbox_at on inbox (at)`.execute(db);
}

async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('outbox')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('flow', 'text', (column) => column.notNull().references('flows.id'))
    .addColumn('lane', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('effect', 'text', (column) => column.notNull())
    .addColumn('ordered_at', 'bigint', (column) => column.notNull())
    .addColumn('ready_at', 'bigint', (column) => column.notNull())
    .addColumn('lease_token', 'text')
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('in_doubt', 'integer', (column) => column.notNull())
    .execute();
  await sql`create unique index outbox_order on outbox (flow, lane, version, n)`.execute(db);
  await sql`create index outbox_ready on outbox (ready_at)`.execute(db);
}

async function createAccounts(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  await db.schema
    .createTable('accounts')
    .addColumn('account', 'text', (column) => column.primaryKey().notNull())
    .addColumn('frozen_until', 'bigint')
    .execute();
  await db.schema
    .createTable('counts')
    .addColumn('id', dialect === 'sqlite' ? 'integer' : 'bigserial', (column) =>
      dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
    )
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('flow', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await sql`create index counts_account on counts (account, id)`.execute(db);
  await sql`create index counts_at on counts (at)`.execute(db);
}

async function createSurfaces(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('surfaces')
    .addColumn('flow', 'text', (column) => column.notNull().references('flows.id').onDelete('cascade'))
    .addColumn('viewer', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('platform', 'text', (column) => column.notNull())
    .addColumn('place', 'text', (column) => column.notNull())
    .addColumn('is_window', 'integer', (column) => column.notNull())
    .addColumn('drawn_version', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('surfaces_pk', ['flow', 'viewer', 'target'])
    .execute();
}
