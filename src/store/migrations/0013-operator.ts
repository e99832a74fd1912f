// Migration 0013: orders that were given up, for the operator; from when the limits of an account count again; and what operators did.
import { type Kysely, sql } from 'kysely';
import type { DialectName } from './0001-first.ts';

export async function addOperator(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  await createGivenUp(db);
  await db.schema.alterTable('accounts').addColumn('lifted_at', 'bigint').execute();
  await createOperatorActs(db, dialect);
}

/** No reference to `flows`: a request is removed thirty days after its end, whether an order of it was given up or not. */
async function createGivenUp(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('given_up')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('flow', 'text', (column) => column.notNull())
    .addColumn('lane', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('effect', 'text', (column) => column.notNull())
    .addColumn('effect_version', 'integer')
    .addColumn('ordered_at', 'bigint', (column) => column.notNull())
    .addColumn('given_up_at', 'bigint', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('in_doubt', 'integer', (column) => column.notNull())
    .addColumn('failure', 'text', (column) => column.notNull())
    .execute();
  await sql`create index given_up_at on given_up (given_up_at, key)`.execute(db);
}

async function createOperatorActs(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  await db.schema
    .createTable('operator_acts')
    .addColumn('id', dialect === 'sqlite' ? 'integer' : 'bigserial', (column) =>
      dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
    )
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('who', 'text', (column) => column.notNull())
    .addColumn('did', 'text', (column) => column.notNull())
    .addColumn('about', 'text', (column) => column.notNull())
    .addColumn('because', 'text')
    .addColumn('result', 'text')
    .execute();
  await sql`create index operator_acts_about on operator_acts (about, id)`.execute(db);
  await sql`create index operator_acts_at on operator_acts (at)`.execute(db);
}
