// Reads the titles of the tests from a source file, without running it.
import { parseAst } from 'vitest/node';

/** From the outermost `describe` to the test. `.+` stands for a part that is known only at run time. */
export type Path = readonly RegExp[];

/** `it` and `test` are Vitest's. The others are our own: each declares a test with a world of its own. */
const tests = new Set(['it', 'test', 'story', 'openStory', 'mailStory', 'tells', 'tellsAt', 'attack']);

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/**
 * Tests that are switched off prove nothing and are left out. Tests that are skipped only where the machine lacks
 * something are included.
 */
export function readTitles(source: string): readonly Path[] {
  const found: Path[] = [];
  visit(parseAst(source, { lang: 'ts' }), [], found);
  return found;
}

function visit(value: unknown, path: Path, found: Path[]): void {
  if (Array.isArray(value)) for (const item of value) visit(item, path, found);
  if (!isNode(value)) return;
  const inside = value['type'] === 'CallExpression' ? enter(value, path, found) : path;
  if (inside === undefined) return;
  for (const [key, member] of Object.entries(value)) {
    if (key !== 'type') visit(member, inside, found);
  }
}

/** The path inside this call; undefined where nothing in it runs. */
function enter(call: Node, path: Path, found: Path[]): Path | undefined {
  const names = namesOf(call['callee']);
  const [root = ''] = names;
  if (!tests.has(root) && root !== 'describe') return path;
  if (names.includes('skip') || names.includes('todo') || names.includes('fails')) return undefined;
  const [first, second] = Array.isArray(call['arguments']) ? call['arguments'] : [];
  const title = patternOf(first) ?? patternOf(second);
  if (title === undefined) return path;
  const inside = [...path, new RegExp(`^${title}$`, 'u')];
  if (tests.has(root) && /\p{L}{2}/u.test(title)) found.push(inside);
  return inside;
}

/** `describe.each(x)('…')` → describe, each. */
function namesOf(callee: unknown): readonly string[] {
  if (!isNode(callee)) return [];
  if (callee['type'] === 'Identifier') return [String(callee['name'])];
  if (callee['type'] === 'CallExpression') return namesOf(callee['callee']);
  if (callee['type'] !== 'MemberExpression' || !isNode(callee['property'])) return [];
  return [...namesOf(callee['object']), String(callee['property']['name'])];
}

function patternOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node['type'] === 'Literal') return typeof node['value'] === 'string' ? pattern(node['value']) : undefined;
  if (node['type'] !== 'TemplateLiteral' || !Array.isArray(node['quasis'])) return undefined;
  return node['quasis'].map((quasi: { value: { cooked: string } }) => pattern(quasi.value.cooked)).join('.+');
}

/** The values of a table are placeholders; everything else is taken literally. */
const pattern = (text: string): string =>
  text
    .split(/%[sdifjo]|\$[a-z]\w*(?:\.\w+)*/iu)
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join('.+');
