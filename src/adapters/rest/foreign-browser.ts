// Whether a browser sends this for another site's page. Programs send neither of these headers. A page of another site cannot send
// `X-Same-Domain` without asking first, and nobody who asks is allowed to.
import type { IncomingHttpHeaders } from 'node:http';

export function isForeignBrowser(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  if (headers['x-same-domain'] === '1') return false;
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && origin !== publicUrl;
}
