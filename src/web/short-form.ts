// Reads the forms of our own pages: a few short fields, and nothing but forms.
import type { FastifyRequest } from 'fastify';
import { createBodyReader } from '../inbound/request-body.ts';

const bodyBytesAtMost = 4 * 1024;
const bodiesBytesAtMost = 4 * 1024 * 1024;
const bodyWithinMs = 10_000;

/** Throws an error with the status of the answer. */
export function createFormReader(): (request: FastifyRequest) => Promise<URLSearchParams> {
  const bodies = createBodyReader({
    bytesAtMost: bodyBytesAtMost,
    totalBytesAtMost: bodiesBytesAtMost,
    withinMs: bodyWithinMs,
  });
  return async ({ raw, headers }) => {
    if (!isForm(headers['content-type'])) throw refusedWith(415);
    const read = await bodies.read(raw);
    if (!read.ok) throw refusedWith(read.status);
    return new URLSearchParams(read.body.toString());
  };
}

export const isForm = (type: string | undefined): boolean =>
  /^application\/x-www-form-urlencoded *(?:;|$)/i.test(type ?? '');

const refusedWith = (statusCode: number): Error => Object.assign(new Error('not one of our forms'), { statusCode });
