// How the emulated tenant answers a browser: the headers of its pages, and what a form sent.
import type { FastifyReply } from 'fastify';

/** `formTarget`: another origin to which the answer to a form may lead. Chromium checks `form-action` for redirects, too. */
export function pageHeaders(formTarget?: string): Readonly<Record<string, string>> {
  const target = formTarget === undefined ? '' : ` ${formTarget}`;
  return {
    'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'${target}; base-uri 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
}

export function show(reply: FastifyReply, status: number, html: string, formTarget?: string): FastifyReply {
  return reply.code(status).headers(pageHeaders(formTarget)).type('text/html; charset=utf-8').send(html);
}

/** One text field of a query or a form; empty where it is missing or was sent more than once. */
export function field(source: unknown, name: string): string {
  if (typeof source !== 'object' || source === null) return '';
  const value: unknown = Object.entries(source).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : '';
}
