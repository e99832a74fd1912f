// Error messages about a policy file: each names file, line and column, and for an unknown key the nearest known one.
import { type Document, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { z } from 'zod';
import { nearestName } from '../nearest-name.ts';
import { invisible } from '../parsers.ts';
import { isOfLaterRelease, keysAt } from './schema.ts';

type Issue = z.core.$ZodIssue;

export function diagnose(document: Document, issue: Issue, at: (offset: number) => string): string[] {
  if (issue.code !== 'unrecognized_keys') {
    return [`${at(offsetOf(document, issue.path))}: ${keyPath(issue.path)}${issue.message}`];
  }
  const known = keysAt(issue.path);
  return issue.keys.map((key) => {
    const place = at(offsetOf(document, issue.path, key));
    if (isOfLaterRelease(issue.path, key))
      return `${place}: \`${key}\`${inside(issue.path)} is not part of this release. Remove it`;
    const near = nearestName(key, known);
    const hint = near === undefined ? `Known here: ${known.join(', ')}` : `Did you mean \`${near}\`?`;
    return `${place}: unknown key \`${key}\`${inside(issue.path)}. ${hint}`;
  });
}

const pathText = (path: Issue['path']): string =>
  path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('');
const keyPath = (path: Issue['path']): string => (path.length === 0 ? 'the policy ' : `\`${pathText(path)}\` `);
const inside = (path: Issue['path']): string => (path.length === 0 ? '' : ` in \`${pathText(path)}\``);

/** Offset of the value at `path`, or of a key in it; of the nearest enclosing value if that is missing. */
function offsetOf(document: Document, path: Issue['path'], key?: string): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (isScalar(pair?.key)) return pair.key.range?.[0] ?? 0;
  }
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
}

/** The keys at the top whose values may have been lost to a mistake in the YAML. */
export function keysInError(document: Document): readonly string[] {
  const { contents, errors } = document;
  if (!isMap(contents)) return [];
  const begins = contents.items.map(({ key }) => (isScalar(key) ? (key.range?.[0] ?? 0) : 0));
  return contents.items.flatMap(({ key }, index) => {
    const [from, to] = [begins[index] ?? 0, begins[index + 1] ?? Number.POSITIVE_INFINITY];
    // A mistake may be noticed where the next key begins.
    const isHit = errors.some(({ pos }) => pos[0] >= from && pos[0] <= to);
    return isHit && isScalar(key) ? [String(key.value)] : [];
  });
}

/** Texts for people may have any sign; the rest is compared with names at Auth0 and the platforms. */
const forPeople = new Set(['companyName', 'contact']);

/** Signs that nobody sees, in keys and in names: what is compared with them would never be equal. */
export function unseen(document: Document, at: (offset: number) => string): string[] {
  const found: string[] = [];
  // Not by recursion: a file that was named by mistake may be nested as deep as it is long.
  const waiting: unknown[] = [document.contents];
  for (let node = waiting.pop(); waiting.length > 0 || node !== undefined; node = waiting.pop()) {
    if (isMap(node)) {
      for (const { key, value } of node.items)
        waiting.push(key, ...(isScalar(key) && forPeople.has(String(key.value)) ? [] : [value]));
    } else if (isSeq(node)) for (const item of node.items) waiting.push(item);
    else if (isScalar(node) && typeof node.value === 'string' && hasUnseen(node.value))
      found.push(
        `${at(node.range?.[0] ?? 0)}: holds an invisible character, as web pages and word processors put in. Type it anew`,
      );
  }
  return found;
}

const hasUnseen = (text: string): boolean => invisible.test(text) || /\p{Cc}/u.test(text);
