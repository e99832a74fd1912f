// Everything that is wrong with what a policy says, in one go: what has been complained of is taken away, and the rest is looked at
// again, because the schema checks how keys go together only where each of them is right.
import type { z } from 'zod';
import { nearestName } from '../nearest-name.ts';
import { keysAt, policySchema } from './schema.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Each look takes something away; a policy needs two or three. */
const looksAtMost = 8;
/** With more mistakes than anybody mends at once, looking further would cost more than it tells. */
const mistakesAtMost = 50;

/**
 * `unreadable`: keys of the file whose values were lost to a mistake in the YAML; nothing is said of them. `parsed` is absent where
 * there is an issue.
 */
export function understand(
  content: unknown,
  unreadable: readonly string[],
): { readonly parsed?: z.infer<typeof policySchema>; readonly issues: readonly Issue[] } {
  let rest = content;
  const gone: Path[] = unreadable.map((key) => [key]);
  for (const path of gone) rest = without(rest, path);
  const issues: Issue[] = [];
  for (let look = 0; look < looksAtMost; look += 1) {
    const result = policySchema.safeParse(rest);
    if (result.success) return issues.length === 0 ? { parsed: result.data, issues } : { issues };
    const wrong = result.error.issues.flatMap(placesOf);
    if (wrong.length + gone.length > mistakesAtMost) {
      if (issues.length === 0) issues.push(...result.error.issues);
      break;
    }
    const meant = result.error.issues.flatMap((issue) => meantBy(issue, rest));
    const isNew = (issue: Issue): boolean =>
      !gone.some((path) => isAbout(issue, path)) &&
      (issue.code === 'unrecognized_keys' || !meant.some((path) => isAbout(issue, path)));
    issues.push(...result.error.issues.filter(isNew));
    gone.push(...meant);
    if (wrong.some((path) => path.length === 0)) break;
    for (const path of wrong) rest = without(rest, path);
    gone.push(...wrong);
  }
  return { issues };
}

const placesOf = (issue: Issue): Path[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [subjectOf(issue)];

/** The keys that are absent because they are misspelt: that they are not there is no mistake of its own. */
function meantBy(issue: Issue, content: unknown): Path[] {
  if (issue.code !== 'unrecognized_keys') return [];
  return issue.keys.flatMap((key) => {
    const meant = nearestName(key, keysAt(issue.path));
    return meant === undefined || isThere(content, [...issue.path, meant]) ? [] : [[...issue.path, meant]];
  });
}

function isThere(content: unknown, [key, ...below]: Path): boolean {
  if (key === undefined) return true;
  const found = Object.entries(content ?? {}).find(([name]) => name === String(key));
  return found !== undefined && isThere(found[1], below);
}

/** A check of several keys names the one that it misses. */
function subjectOf(issue: Issue): Path {
  const about: unknown = issue.code === 'custom' ? issue.params?.['about'] : undefined;
  return Array.isArray(about) ? about : issue.path;
}

/** An issue at, above or below what was taken away follows from that. */
const isAbout = (issue: Issue, path: Path): boolean =>
  placesOf(issue).some((place) =>
    Array.from({ length: Math.min(place.length, path.length) }).every((_, at) => place[at] === path[at]),
  );

/** Matches no account and asks for nothing: the rules before and after it keep their numbers. */
const emptyRule = { when: { connection: '\u0000' }, reset: { approvals: 0 } };

/** A list that has lost an item is taken away as a whole; only a rule leaves its place to an empty one. */
function without(content: unknown, path: Path): unknown {
  const [key, ...below] = path;
  if (Array.isArray(content) || typeof content !== 'object' || content === null || key === undefined) return content;
  const entries = Object.entries(content).flatMap(([name, value]): [string, unknown][] => {
    if (name !== key) return [[name, value]];
    if (key === 'rules' && Array.isArray(value) && typeof below[0] === 'number')
      return [[name, value.map((rule, index) => (index === below[0] ? emptyRule : rule))]];
    return below.length === 0 || Array.isArray(value) ? [] : [[name, without(value, below)]];
  });
  return Object.fromEntries(entries);
}
