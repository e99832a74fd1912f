// Reads the forms of our own pages: a few short fields, and nothing but forms.
import type { FastifyRequest } from 'fastify';
import { createBodyReader } from '../inbound/request-body.ts';

const bodyBytesAtMost = 4 * 1024;
const bodiesBytesAtMost = 4 * 1024 * 1024;
const bodyWithinMs = 10_000;

/** `status`: of the answer to what is none of our forms. */
export type ShortForm =
  | { readonly ok: true; readonly form: URLSearchParams }
  | { readonly ok: false; readonly status: number };

export function createFormReader(): (request: FastifyRequest) => Promise<ShortForm> {
  const bodies = createBodyReader({
    bytesAtMost: bodyBytesAtMost,
    totalBytesAtMost: bodiesBytesAtMost,
    withinMs: bodyWithinMs,
  });
  return async ({ raw, headers }) => {
    if (!isForm(headers['content-type'])) return { ok: false, status: 415 };
    const read = await bodies.read(raw);
    return read.ok ? { ok: true, form: new URLSearchParams(read.body.toString()) } : { ok: false, status: read.status };
  };
}

export const isForm = (type: string | undefined): boolean =>
  /^application\/x-www-form-urlencoded *(?:;|$)/i.test(type ?? '');
