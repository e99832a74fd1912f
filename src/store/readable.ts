// Which rows this release can read. A row of a newer release is left, untouched, to a process of that release.
import { type Expression, type SqlBool, sql } from 'kysely';
import { flowKinds } from '../flows/policy.ts';
import { effectVersion, stateVersion } from './codec.ts';

const kinds = sql.join(flowKinds.map((kind) => sql.lit(kind)));

const isKnown = (table: 'flows' | 'beside') =>
  sql<SqlBool>`(coalesce(${sql.ref(`${table}.state_version`)}, 1) <= ${sql.lit(stateVersion)}
    and ${sql.ref(`${table}.kind`)} in (${kinds}))`;

/** The flow and the open flows of its account must all be readable, because a decision about one considers the others. */
export const isReadableFlow: Expression<SqlBool> = sql<SqlBool>`(${isKnown('flows')} and not exists (
  select 1 from flows as beside
  where beside.account = flows.account and beside.is_open = 1 and not ${isKnown('beside')}
))`;

export const isReadableEffect: Expression<SqlBool> = sql<SqlBool>`(
  coalesce(outbox.effect_version, 1) <= ${sql.lit(effectVersion)}
  and exists (select 1 from flows where flows.id = outbox.flow and ${isReadableFlow})
)`;
