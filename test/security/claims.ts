// Reads the security documents: which row cites which tests, which citations are wrong, and which requirement has no
// row.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claimNames } from '../flows/claims.ts';
import { runClaims } from '../flows/run.ts';
import { readTitles } from './titles.ts';

const root = new URL('../../', import.meta.url).pathname;

/** S-1 to S-82. */
const requirementsCount = 82;

/** Test titles that are listed in a table in another file than the test. */
const tables: Readonly<Record<string, readonly string[]>> = {
  'test/flows/walk.test.ts': claimNames,
  'test/flows/interleavings.test.ts': runClaims,
};

interface Citation {
  readonly file: string;
  readonly titles: readonly string[];
}

/** `[words](../../test/file.test.ts) “outer › inner”, “another”` */
const citation = /\]\(((?:\.\.\/)*test\/[^)\s]+)\)((?:[,;]?\s*“[^”]+”)*)/gu;

/** `folder` is the document's folder relative to the repository root: links are relative to it. */
const citationsIn = (text: string, folder: string): readonly Citation[] =>
  [...text.matchAll(citation)].map(([, file = '', titles = '']) => ({
    file: join(folder, file),
    titles: [...titles.matchAll(/“([^”]+)”/gu)].map(([, title = '']) => title),
  }));

/** The sections in which every row must cite a test. */
const isHeld = /^## (?:Threats|Attacks)/u;

/** One line for each wrong citation of a document. `path` is relative to the repository root. */
export function diagnose(page: string, path: string): readonly string[] {
  const found: string[] = [];
  let section = '';
  for (const [index, line] of page.split('\n').entries()) {
    if (line.startsWith('## ')) section = line;
    const where = `line ${index + 1}`;
    const citations = citationsIn(line, dirname(path));
    if (isHeld.test(section) && isRow(line) && citations.length === 0) found.push(`${where}: names no test`);
    for (const number of line.matchAll(/\bS-(\d+)/gu)) {
      const known = Number(number[1]) >= 1 && Number(number[1]) <= requirementsCount;
      if (!known) found.push(`${where}: there is no ${number[0]}`);
    }
    for (const one of citations) found.push(...missing(one).map((what) => `${where}: ${what}`));
  }
  return found;
}

/** A table row with content: neither the header nor the line under it. */
const isRow = (line: string): boolean => /^\| (?!threat |what went wrong )[^-]/u.test(line);

/** Whether a row with this status must cite a test. */
const statuses: ReadonlyMap<string, boolean> = new Map([
  ['held', true],
  ['partly', true],
  ['not yet', false],
  ['not applicable', false],
]);

/** `| S-1 | requirement [source] | status | tests, or why |` */
const requirementRow = /^\| S-(\d+) \| .+ \[[^\]]+\] \| ([^|]+) \| ([^|]+) \|$/u;

/** One line for each requirement that has no row, more than one, or a row without its status. */
export function diagnoseRequirements(page: string): readonly string[] {
  const found: string[] = [];
  const seen = new Map<number, number>();
  for (const line of page.split('\n').filter((text) => text.startsWith('| S-') && /^\| S-\d/u.test(text))) {
    const [, number = '', status = '', why = ''] = requirementRow.exec(line) ?? [];
    if (number === '') {
      found.push(`is no row of a requirement, or has no source: ${line}`);
      continue;
    }
    seen.set(Number(number), (seen.get(Number(number)) ?? 0) + 1);
    const needsTest = statuses.get(status);
    if (needsTest === undefined) found.push(`S-${number}: “${status}” is no status`);
    if (needsTest === true && citationsIn(why, '.').length === 0)
      found.push(`S-${number}: ${status}, but names no test`);
    if (status === 'partly' && !/missing|different|does not check/u.test(why)) {
      found.push(`S-${number}: partly, but does not say what is missing`);
    }
  }
  for (let number = 1; number <= requirementsCount; number += 1) {
    const times = seen.get(number) ?? 0;
    if (times !== 1) found.push(`S-${number} is listed ${times} times`);
  }
  return found;
}

function missing({ file, titles }: Citation): readonly string[] {
  if (!existsSync(join(root, file))) return [`${file} does not exist`];
  if (!isRun(file)) return [`${file} is run by no test`];
  if (titles.length === 0) return [`${file} is named without a title`];
  const paths = readTitles(readFileSync(join(root, file), 'utf8'));
  return titles
    .filter((title) => !isTitle(title.split(' › '), paths) && !tables[file]?.includes(title))
    .map((title) => `${file} has no “${title}”`);
}

const isTitle = (cited: readonly string[], paths: ReturnType<typeof readTitles>): boolean =>
  paths.some((path) => {
    const end = path.slice(-cited.length);
    return end.length === cited.length && end.every((pattern, nth) => pattern.test(cited[nth] ?? ''));
  });

let runFiles: ReadonlySet<string> | undefined;

/** A test file, or a contract that test files import and run. */
export function isRun(file: string): boolean {
  runFiles ??= reached(globSync('test/**/*.test.ts', { cwd: root }));
  return runFiles.has(file);
}

function reached(files: readonly string[], seen = new Set<string>()): ReadonlySet<string> {
  for (const file of files) {
    if (seen.has(file) || !existsSync(join(root, file))) continue;
    seen.add(file);
    const source = readFileSync(join(root, file), 'utf8');
    const imported = [...source.matchAll(/from '(\.[^']+\.ts)'/gu)].map(([, path = '']) => join(dirname(file), path));
    reached(
      imported.filter((path) => path.startsWith('test/')),
      seen,
    );
  }
  return seen;
}
