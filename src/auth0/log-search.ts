// Parts of a search in the tenant's log (docs/deploy-monitor/logs/log-search-query-syntax).

/** As one value of a query, whatever is in it. */
export const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** `YYYY-MM-DD`, the only form of a date that is documented: the log is searched by day. `at`: by Auth0's clock. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
