// Reads the forms of our own pages: a few short fields, and nothing but forms.
import type { FastifyRequest } from 'fastify';
import { createBodyReader } from '../inbound/request-body.ts';

/** Enough for everything but passwords. */
const usualBytesAtMost = 4 * 1024;
const bodiesBytesAtMost = 4 * 1024 * 1024;
const bodyWithinMs = 10_000;

/** `status`: of the answer to what is none of our forms. */
export type ShortForm =
  | { readonly ok: true; readonly form: URLSearchParams }
  | { readonly ok: false; readonly status: number };

/** `bytesAtMost`: of one form. What was read is overwritten at once; the fields are texts, which live until memory is collected. */
export function createFormReader(bytesAtMost = usualBytesAtMost): (request: FastifyRequest) => Promise<ShortForm> {
  const bodies = createBodyReader({
    bytesAtMost,
    totalBytesAtMost: bodiesBytesAtMost,
    withinMs: bodyWithinMs,
  });
  return async ({ raw, headers }) => {
    if (!isForm(headers['content-type'])) return { ok: false, status: 415 };
    const read = await bodies.read(raw);
    if (!read.ok) return { ok: false, status: read.status };
    const form = new URLSearchParams(read.body.toString());
    read.body.fill(0);
    return { ok: true, form };
  };
}

export const isForm = (type: string | undefined): boolean =>
  /^application\/x-www-form-urlencoded *(?:;|$)/i.test(type ?? '');
