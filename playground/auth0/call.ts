// The types of a Management API route and of a call to it, and how its body is read.
import type { z } from 'zod';
import { type Answer, problem } from './answer.ts';
import type { LimitGroup } from './limits.ts';
import type { Tenant } from './tenant.ts';

export type Call = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly ip: string;
  readonly scopes: readonly string[];
};

export type ManagementRoute = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v2`. */
  readonly path: string;
  /** Any one of these scopes suffices. */
  readonly scopes: readonly string[];
  readonly group: LimitGroup;
  readonly answer: (tenant: Tenant, call: Call) => Answer | Promise<Answer>;
};

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly answer: Answer };

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `'Additional properties not allowed: ${issue.keys.join(', ')}'`;
  const place = issue.path.length === 0 ? '' : ` on property ${issue.path.join('.')}`;
  return `'${issue.message}'${place}`;
}

export function parsePayload<T>(schema: z.ZodType<T>, body: unknown): Parsed<T> {
  const result = schema.safeParse(body);
  if (result.success) return { ok: true, value: result.data };
  const [first] = result.error.issues;
  const text = first === undefined ? "'Invalid'" : describe(first);
  return { ok: false, answer: problem(400, `Payload validation error: ${text}.`, 'invalid_body') };
}

export function invalidQuery(property: string, text: string): Answer {
  return problem(400, `Query validation error: '${text}' on property ${property}.`, 'invalid_query_string');
}

/** Reads an integer from the query; returns `undefined` where it is no number between the two bounds. */
export function integerIn(
  query: Readonly<Record<string, string>>,
  name: string,
  range: { readonly fallback: number; readonly from: number; readonly to: number },
): number | undefined {
  const text = query[name];
  if (text === undefined) return range.fallback;
  const value = Number(text);
  return Number.isInteger(value) && value >= range.from && value <= range.to ? value : undefined;
}

/** Applies `fields` and `include_fields` as the Management API does. */
export function pick(record: Readonly<Record<string, unknown>>, query: Readonly<Record<string, string>>) {
  const named = (query['fields'] ?? '').split(',').filter((field) => field !== '');
  if (named.length === 0) return record;
  const including = query['include_fields'] !== 'false';
  return Object.fromEntries(Object.entries(record).filter(([key]) => named.includes(key) === including));
}
