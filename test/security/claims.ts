// SECURITY.md, read as claims: which row names which tests, and what of it is not so.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claimNames } from '../flows/claims.ts';
import { playClaims } from '../flows/run.ts';
import { readTitles } from './titles.ts';

const root = new URL('../../', import.meta.url).pathname;

/** Titles that stand in a table and not where the test is. */
const tables: Readonly<Record<string, readonly string[]>> = {
  'test/flows/walk.test.ts': claimNames,
  'test/flows/interleavings.test.ts': playClaims,
};

interface Citation {
  readonly file: string;
  readonly titles: readonly string[];
}

/** `[words](test/file.test.ts) “outer › inner”, “another”` */
const citation = /\]\((test\/[^)\s]+)\)((?:[,;]?\s*“[^”]+”)*)/gu;

const citationsIn = (text: string): readonly Citation[] =>
  [...text.matchAll(citation)].map(([, file = '', titles = '']) => ({
    file,
    titles: [...titles.matchAll(/“([^”]+)”/gu)].map(([, title = '']) => title),
  }));

/** The sections whose every row has to name its test. */
const held = /^## (?:Threats|Attacks)/u;

/** One line for each thing that is claimed and not so. */
export function diagnose(page: string): readonly string[] {
  const found: string[] = [];
  let section = '';
  for (const [index, line] of page.split('\n').entries()) {
    if (line.startsWith('## ')) section = line;
    const where = `line ${index + 1}`;
    const citations = citationsIn(line);
    if (held.test(section) && isRow(line) && citations.length === 0) found.push(`${where}: names no test`);
    for (const number of line.matchAll(/\bS-(\d+)/gu)) {
      if (Number(number[1]) < 1 || Number(number[1]) > 82) found.push(`${where}: there is no ${number[0]}`);
    }
    for (const one of citations) found.push(...missing(one).map((what) => `${where}: ${what}`));
  }
  return found;
}

/** A row of a table with something in it: neither its head nor the line under that. */
const isRow = (line: string): boolean => /^\| (?!threat |who )[^-]/u.test(line);

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

/** A test file, or what one of them brings along: contracts are files that every implementation runs. */
function isRun(file: string): boolean {
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
