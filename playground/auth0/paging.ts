// The Management API's three ways to list things: by page, by page with totals, and from a checkpoint on.
import { type Answer, ok } from './answer.ts';
import { integerIn, invalidQuery } from './call.ts';

type Query = Readonly<Record<string, string>>;

/** By checkpoint. An answer without `next` is the last. */
export function pageFrom(query: Query, take: number, key: string, all: readonly unknown[]): Answer {
  const from = integerIn(query, 'from', { fallback: 0, from: 0, to: all.length });
  if (from === undefined) return invalidQuery('from', 'Invalid');
  const rest = from + take < all.length ? { next: String(from + take) } : {};
  return ok({ ...rest, [key]: all.slice(from, from + take) });
}

/** In whichever way the query asks for it. */
export function page(query: Query, key: string, all: readonly unknown[]): Answer {
  const perPage = integerIn(query, 'per_page', { fallback: 50, from: 0, to: 100 });
  const nth = integerIn(query, 'page', { fallback: 0, from: 0, to: 10_000 });
  const take = integerIn(query, 'take', { fallback: 50, from: 1, to: 100 });
  if (perPage === undefined || nth === undefined || take === undefined) return invalidQuery('per_page', 'Invalid');
  if (query['take'] !== undefined || query['from'] !== undefined) return pageFrom(query, take, key, all);
  const slice = all.slice(nth * perPage, (nth + 1) * perPage);
  if (query['include_totals'] !== 'true') return ok(slice);
  return ok({ start: nth * perPage, limit: perPage, total: all.length, [key]: slice });
}
