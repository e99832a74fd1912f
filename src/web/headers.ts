// Security headers of every answer: no foreign content, no framing, no caching, no referrer.
import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { pageSources } from './pages/layout.ts';

export interface HeaderOptions {
  readonly publicUrl: string;
  /** Origins of ticket pages. Browsers apply `form-action` to a form's redirect too, so these must be named in it. */
  readonly ticketOrigins: readonly string[];
}

export async function addHeaders(server: FastifyInstance, options: HeaderOptions): Promise<void> {
  const { publicUrl, ticketOrigins } = options;
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: [pageSources.style],
        scriptSrc: [pageSources.script],
        imgSrc: [pageSources.image],
        formAction: ["'self'", ...ticketOrigins],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // Other subdomains are not ours, so HSTS must not include them.
    hsts: publicUrl.startsWith('https:') ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
      'x-request-id': request.id,
    });
  });
}

/**
 * For a page whose form leads to the sign-in. From there the browser may be sent on, for example to a company's own sign-in server,
 * and Chromium applies `form-action` to every redirect on the way. The page has no field, so nothing could be sent astray.
 */
export function mayLeadToSignIn(reply: FastifyReply): FastifyReply {
  const policy = String(reply.getHeader('content-security-policy') ?? '');
  return reply.header('content-security-policy', policy.replace("form-action 'self'", "form-action 'self' https:"));
}
