// The small part of Lucene's query syntax that a log search needs:
// field:value, field:"value", field:val*, field:[a TO b], AND, OR, NOT, parentheses.
import { unreachable } from '../unreachable.ts';
import type { LogEntry } from './state.ts';

export type LogQuery =
  | { readonly kind: 'all' }
  | { readonly kind: 'term'; readonly field: string; readonly value: string }
  | {
      readonly kind: 'range';
      readonly field: string;
      readonly from: string;
      readonly to: string;
      readonly openFrom: boolean;
      readonly openTo: boolean;
    }
  | { readonly kind: 'not'; readonly query: LogQuery }
  | { readonly kind: 'and'; readonly left: LogQuery; readonly right: LogQuery }
  | { readonly kind: 'or'; readonly left: LogQuery; readonly right: LogQuery };

const tokenPattern = /\s*(\(|\)|(?:-)?[\w.]+:(?:"[^"]*"|[[{][^\]}]*[\]}]|[^\s()]+)|AND\b|OR\b|NOT\b)/y;

function tokenize(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    tokenPattern.lastIndex = at;
    const [, token] = tokenPattern.exec(text) ?? [];
    if (token === undefined) return undefined;
    tokens.push(token);
    at = tokenPattern.lastIndex;
  }
  return tokens;
}

function clause(token: string): LogQuery | undefined {
  if (token.startsWith('-')) {
    const query = clause(token.slice(1));
    return query === undefined ? undefined : { kind: 'not', query };
  }
  const colon = token.indexOf(':');
  if (colon < 1) return undefined;
  const field = token.slice(0, colon);
  const value = token.slice(colon + 1);
  if (/^[[{]/.test(value)) {
    const [, open, from, to, close] = /^([[{])(\S+) TO (\S+)([\]}])$/.exec(value) ?? [];
    if (from === undefined || to === undefined) return undefined;
    return { kind: 'range', field, from, to, openFrom: open === '{', openTo: close === '}' };
  }
  return { kind: 'term', field, value: value.replace(/^"(.*)"$/, '$1') };
}

type Rest = { readonly query: LogQuery; readonly next: number };

function parseUnary(tokens: readonly string[], at: number): Rest | undefined {
  const token = tokens[at];
  if (token === undefined || token === ')' || token === 'AND' || token === 'OR') return undefined;
  if (token === 'NOT') {
    const inner = parseUnary(tokens, at + 1);
    return inner === undefined ? undefined : { query: { kind: 'not', query: inner.query }, next: inner.next };
  }
  if (token === '(') {
    const inner = parseOr(tokens, at + 1);
    return inner === undefined || tokens[inner.next] !== ')' ? undefined : { query: inner.query, next: inner.next + 1 };
  }
  const query = clause(token);
  return query === undefined ? undefined : { query, next: at + 1 };
}

function parseAnd(tokens: readonly string[], at: number): Rest | undefined {
  let left = parseUnary(tokens, at);
  while (left !== undefined && tokens[left.next] === 'AND') {
    const right = parseUnary(tokens, left.next + 1);
    left = right === undefined ? undefined : joined('and', left, right);
  }
  return left;
}

/** Adjacent clauses mean OR, which is Lucene's default. */
function parseOr(tokens: readonly string[], at: number): Rest | undefined {
  let left = parseAnd(tokens, at);
  while (left !== undefined && left.next < tokens.length && tokens[left.next] !== ')') {
    const right = parseAnd(tokens, tokens[left.next] === 'OR' ? left.next + 1 : left.next);
    left = right === undefined ? undefined : joined('or', left, right);
  }
  return left;
}

function joined(kind: 'and' | 'or', left: Rest, right: Rest): Rest {
  return { query: { kind, left: left.query, right: right.query }, next: right.next };
}

/** Returns `undefined` where this server does not understand the query. */
export function parseLogQuery(text: string): LogQuery | undefined {
  if (text.trim() === '' || text.trim() === '*') return { kind: 'all' };
  const tokens = tokenize(text);
  if (tokens === undefined) return undefined;
  const parsed = parseOr(tokens, 0);
  return parsed === undefined || parsed.next !== tokens.length ? undefined : parsed.query;
}

function textOf(entry: LogEntry, field: string): string | undefined {
  const record: Readonly<Record<string, unknown>> = entry;
  const value = record[field];
  return typeof value === 'string' ? value : undefined;
}

/** A date may be shortened (`2026-01-01`); both bounds are compared as instants. */
function instant(text: string): number {
  return text === '*' ? Number.NaN : Date.parse(text);
}

function inRange(range: Extract<LogQuery, { kind: 'range' }>, text: string): boolean {
  const value = Date.parse(text);
  const from = instant(range.from);
  const to = instant(range.to);
  const afterFrom = Number.isNaN(from) || (range.openFrom ? value > from : value >= from);
  const beforeTo = Number.isNaN(to) || (range.openTo ? value < to : value <= to);
  return !Number.isNaN(value) && afterFrom && beforeTo;
}

export function matches(query: LogQuery, entry: LogEntry): boolean {
  switch (query.kind) {
    case 'all':
      return true;
    case 'term': {
      const text = textOf(entry, query.field);
      if (text === undefined) return false;
      return query.value.endsWith('*') ? text.startsWith(query.value.slice(0, -1)) : text === query.value;
    }
    case 'range': {
      const text = textOf(entry, query.field);
      return text !== undefined && inRange(query, text);
    }
    case 'not':
      return !matches(query.query, entry);
    case 'and':
      return matches(query.left, entry) && matches(query.right, entry);
    case 'or':
      return matches(query.left, entry) || matches(query.right, entry);
    default:
      return unreachable(query);
  }
}
