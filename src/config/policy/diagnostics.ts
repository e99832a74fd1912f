// Error messages about a policy file: each names file, line and column, and for an unknown key the nearest known one.
import { type Document, isMap, isNode, isScalar } from 'yaml';
import type { z } from 'zod';
import { nearestName } from '../nearest-name.ts';
import { keysAt } from './schema.ts';

type Issue = z.core.$ZodIssue;

export function diagnose(document: Document, issue: Issue, at: (offset: number) => string): string[] {
  if (issue.code !== 'unrecognized_keys') {
    return [`${at(offsetOf(document, issue.path))}: ${keyPath(issue.path)}${issue.message}`];
  }
  const known = keysAt(issue.path);
  return issue.keys.map((key) => {
    const near = nearestName(key, known);
    const hint = near === undefined ? `Known here: ${known.join(', ')}` : `Did you mean \`${near}\`?`;
    return `${at(offsetOf(document, issue.path, key))}: unknown key \`${key}\`${inside(issue.path)}. ${hint}`;
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
