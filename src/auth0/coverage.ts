// How many accounts of a connection have a contact, for statistics: Auth0's search is a few seconds behind.
import type { Outcome } from '../flows/outcome.ts';
import { endpoints } from './endpoints.ts';
import { refused } from './errors.ts';
import type { Management } from './management.ts';
import { totalAnswer } from './schemas.ts';

export interface Coverage {
  readonly accounts: number;
  /** With a passwordless identity, usable or not. */
  readonly withContact: number;
}

export type CountCoverage = (connection: string) => Promise<Outcome<Coverage>>;

export function createCountCoverage(management: Management): CountCoverage {
  const count = (q: string) =>
    management.ask(endpoints.searchUsers, totalAnswer, async (client, options) => {
      const page = await client.users.list(
        { q, search_engine: 'v3', include_totals: true, per_page: 1, fields: 'user_id' },
        options,
      );
      return page.response;
    });
  return async (connection) => {
    // Auth0 permits no other names; what is quoted in a query must not end the quotation.
    if (!/^[\w-]{1,128}$/.test(connection)) return refused('not the name of a connection');
    const ofConnection = `identities.connection:"${connection}"`;
    const [all, enrolled] = await Promise.all([
      count(ofConnection),
      count(`${ofConnection} AND identities.provider:("email" OR "sms")`),
    ]);
    if (!all.ok) return all;
    if (!enrolled.ok) return enrolled;
    return { ok: true, value: { accounts: all.value, withContact: enrolled.value } };
  };
}
