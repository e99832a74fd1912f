// What Auth0 says is left of its limits, for the operator's metrics. Decides nothing: a pause begins when Auth0 refuses a call.
import { type Endpoint, endpoints, type Limit } from './endpoints.ts';

/** `left`: how many calls of the group may follow at once. `isFullInMs`: after that time without a call it says nothing any more. */
export type ObserveBudget = (limit: Limit, left: number, isFullInMs: number) => void;

/** Where two groups share a route, nothing in the request says which one it was. */
const routes: readonly { readonly limit: Limit; readonly method: string; readonly segments: readonly string[] }[] =
  Object.values(endpoints)
    // What is left for one address says nothing about the next.
    .filter(({ route, limit }: Endpoint) => route !== 'POST /oauth/token' && limit !== 'reset-mail')
    .map(({ route, limit }: Endpoint) => {
      const [method = '', path = ''] = route.split(' ');
      return { limit, method, segments: path.split('/').slice(1) };
    });

/** `{id}` stands for any segment. */
function isOf(segments: readonly string[], pathname: string): boolean {
  const inside = pathname.startsWith('/api/v2/') ? pathname.slice('/api/v2'.length) : pathname;
  const asked = inside.split('/').slice(1);
  if (asked.at(-1) === '') asked.pop();
  return (
    asked.length === segments.length &&
    segments.every((segment, nth) => (segment.startsWith('{') ? asked[nth] !== '' : segment === asked[nth]))
  );
}

/** Fifty codes an hour; the groups of the Management API fill up within a minute (rate-limit configurations, September 2025). */
const hourMs = 3_600_000;
const isFullInMs = (limit: Limit): number => (limit === 'passwordless' ? hourMs : hourMs / 60);

/** Reads the headers of one answer. Auth0 states no budget on some answers, and then nothing is said. */
export function noteBudget(observe: ObserveBudget, url: string, init: RequestInit, headers: Headers): void {
  const stated = headers.get('x-ratelimit-remaining') ?? '';
  if (!/^\d{1,9}$/.test(stated)) return;
  // Counted by the address of a browser, not by ours.
  if (new Headers(init.headers).has('auth0-forwarded-for')) return;
  const pathname = URL.parse(url)?.pathname ?? '';
  const { limit } =
    routes.find(({ method, segments }) => method === (init.method ?? 'GET') && isOf(segments, pathname)) ?? {};
  if (limit !== undefined) observe(limit, Number(stated), isFullInMs(limit));
}
