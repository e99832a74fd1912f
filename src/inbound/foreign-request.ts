// Whether a form was sent from another site. Every route that takes a press asks this first.
import type { FastifyRequest } from 'fastify';

/**
 * Our pages forbid referrers, so their own forms send `Origin: null`. `Sec-Fetch-Site: none` is a request that no page caused, such
 * as a reload.
 */
export function isForeign(request: FastifyRequest, publicUrl: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin } = request.headers;
  return origin !== undefined && origin !== 'null' && origin !== publicUrl;
}
