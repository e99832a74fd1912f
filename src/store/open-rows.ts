// Conditions of partial indexes, written exactly as there. With a bound value SQLite would not use them, and read every flow.
import { sql } from 'kysely';

export const isOpenRow = sql<boolean>`is_open = 1`;

/** Of somebody who typed a name (see `isVouched`) and came to no account: so nothing was sent, and nothing was proven. */
export const isStrangerRow = sql<boolean>`account is null and substr(actor, 1, 4) = 'web:'`;
