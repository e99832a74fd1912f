// What every answer tells the browser: load nothing, frame nothing, keep nothing, pass nothing on.
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { pageSources } from './pages/layout.ts';

export interface HeaderOptions {
  readonly publicUrl: string;
  /** Browsers hold a form's redirect against `form-action`, so where tickets lead must be named. */
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
    // The host's neighbours are not ours to decide about.
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
