// Reads what a client sends: a short JSON object, in UTF-8, whose one member is a text. Nothing else is taken, and nothing is repaired.
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { createBodyReader } from '../../inbound/request-body.ts';
import { type ProblemAnswer, problem } from './answers.ts';

/** A password of 512 characters, each written as two escapes, and the rest of the document. */
const bytesAtMost = 8 * 1024;
const bodiesBytesAtMost = 4 * 1024 * 1024;
const bodyWithinMs = 10_000;

export type ReadJson<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly answer: ProblemAnswer };

export interface JsonReader {
  /** Of a request whose body says nothing: there is none, or it is an empty object. */
  readNothing(request: FastifyRequest): Promise<ReadJson<undefined>>;
  read<T>(request: FastifyRequest, schema: z.ZodType<T>): Promise<ReadJson<T>>;
}

/** Of a member of a JSON document twice, one reader takes the first and another the last. So there is one member, or the body is refused. */
const oneMember = /^\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*"(?:[^"\\]|\\.)*"\s*\}\s*$/;
const noMember = /^\s*\{\s*\}\s*$/;

const refused = (answer: ProblemAnswer) => ({ ok: false, answer }) as const;
const invalid = (detail: string, pointer?: string) =>
  refused(problem('INVALID_DOCUMENT', { detail, ...(pointer === undefined ? {} : { pointer }) }));

export function createJsonReader(): JsonReader {
  const bodiesUnderWay = createBodyReader({ bytesAtMost, totalBytesAtMost: bodiesBytesAtMost, withinMs: bodyWithinMs });

  async function textOf(request: FastifyRequest): Promise<ReadJson<string>> {
    if (!isPlain(request.headers['content-encoding'])) return refused(problem('UNSUPPORTED_MEDIA_TYPE'));
    const type = request.headers['content-type'];
    if (type !== undefined && !isJsonBody(type)) return refused(problem('UNSUPPORTED_MEDIA_TYPE'));
    const read = await bodiesUnderWay.read(request.raw);
    if (!read.ok) return refused(unreadOf(read.status));
    if (read.body.length > 0 && type === undefined) return refused(problem('UNSUPPORTED_MEDIA_TYPE'));
    const text = decoded(read.body);
    read.body.fill(0);
    return text === undefined ? invalid('NOT_UTF8') : { ok: true, value: text };
  }

  return {
    async readNothing(request) {
      const text = await textOf(request);
      if (!text.ok) return text;
      return text.value === '' || noMember.test(text.value)
        ? { ok: true, value: undefined }
        : invalid('UNEXPECTED_BODY');
    },
    async read(request, schema) {
      const text = await textOf(request);
      return text.ok ? parsedBody(text.value, schema) : text;
    },
  };
}

export function parsedBody<T>(text: string, schema: z.ZodType<T>): ReadJson<T> {
  if (text === '') return invalid('BODY_MISSING');
  const json = parsedJson(text);
  if (json === undefined) return invalid('NOT_JSON');
  const parsed = schema.safeParse(json.value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const member = issue?.path[0];
    if (issue?.code === 'unrecognized_keys') return invalid('UNKNOWN_MEMBER');
    if (member === undefined) return invalid('NOT_AN_OBJECT');
    return invalid(isThere(json.value, member) ? 'WRONG_TYPE' : 'MEMBER_MISSING', `/${String(member)}`);
  }
  return oneMember.test(text) ? { ok: true, value: parsed.data } : invalid('DUPLICATE_MEMBER');
}

function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const isThere = (value: unknown, member: PropertyKey): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, member);

/** Undefined: it is not UTF-8. A byte-order mark stays, so that it is no JSON. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const isPlain = (encoding: string | undefined): boolean => encoding === undefined || /^ *identity *$/i.test(encoding);

export const isJsonBody = (type: string | undefined): boolean =>
  /^ *application\/json *(?:; *charset *= *"?utf-8"? *)?$/i.test(type ?? '');

function unreadOf(status: number): ProblemAnswer {
  if (status === 413) return problem('TOO_LARGE');
  if (status === 408) return problem('REQUEST_TIMEOUT');
  return status === 503 ? problem('SERVICE_UNAVAILABLE', { inMs: 5_000 }) : problem('INVALID_DOCUMENT');
}
