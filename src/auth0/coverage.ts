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

/** Accounts that are counted together. `name`: for people. */
export interface CoverageGroup {
  readonly name: string;
  readonly by: 'connection' | 'provider';
  /** The connection's name, or the provider as Auth0 calls it. */
  readonly value: string;
}

/** By connection, where the policy names some. Otherwise employees are in every database and every Active Directory. */
export const coverageGroups = (connections: readonly string[] | undefined): readonly CoverageGroup[] =>
  connections?.map((name) => ({ name, by: 'connection', value: name })) ?? [
    { name: 'every database', by: 'provider', value: 'auth0' },
    { name: 'every Active Directory', by: 'provider', value: 'ad' },
  ];

export type CountCoverage = (group: CoverageGroup) => Promise<Outcome<Coverage>>;

export function createCountCoverage(management: Management): CountCoverage {
  const count = (q: string) =>
    management.ask(endpoints.searchUsers, totalAnswer, async (client, options) => {
      const page = await client.users.list(
        { q, search_engine: 'v3', include_totals: true, per_page: 1, fields: 'user_id' },
        options,
      );
      return page.response;
    });
  return async ({ by, value }) => {
    // Auth0 permits no other names; what is quoted in a query must not end the quotation.
    if (!/^[\w-]{1,128}$/.test(value)) return refused('not the name of a connection');
    const ofGroup = `identities.${by}:"${value}"`;
    const [all, enrolled] = await Promise.all([
      count(ofGroup),
      count(`${ofGroup} AND identities.provider:("email" OR "sms")`),
    ]);
    if (!all.ok) return all;
    if (!enrolled.ok) return enrolled;
    return { ok: true, value: { accounts: all.value, withContact: enrolled.value } };
  };
}
