// V8's coverage of natively run tests, mapped to the sources: which code was never reached.
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withoutComments } from './source.ts';

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}
interface Script {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/** Lines of code never reached, as `file:line: text`, over all reports in `folder`. */
export function unreachedLines(
  folder: string,
  sources: readonly { path: string; text: string }[],
  root: string,
): readonly string[] {
  const scripts = readdirSync(folder)
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).result as readonly Script[])
    .filter(({ url }) => url.includes('/src/flows/'));
  return sources
    .filter(({ text }) => hasCode(text))
    .flatMap(({ path, text }) => {
      const url = pathToFileURL(join(root, path)).href;
      const reached = reachedIn(
        text.length,
        scripts.filter((script) => script.url === url),
      );
      return unreachedIn(text, reached).map((line) => `${path}:${line}: ${text.split('\n')[line - 1]?.trim()}`);
    });
}

/** A file that has only types is never loaded. */
function hasCode(text: string): boolean {
  const code = withoutComments(stripTypeScriptTypes(text))
    .replace(/^import\b[^;]*;/gm, '')
    .replace(/export\s*\{\s*\};?/g, '');
  return code.trim() !== '';
}

/** A character was reached if in any report the innermost range around it was executed. */
function reachedIn(length: number, scripts: readonly Script[]): Uint8Array {
  const reached = new Uint8Array(length);
  for (const { functions } of scripts) {
    const here = new Uint8Array(length);
    const ranges = functions
      .flatMap((one) => one.ranges)
      .toSorted((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
    for (const { startOffset, endOffset, count } of ranges) here.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    for (let at = 0; at < length; at += 1) reached[at] ||= here[at] ?? 0;
  }
  return reached;
}

function unreachedIn(text: string, reached: Uint8Array): readonly number[] {
  const lines = new Set<number>();
  // Comments and types are blanks to V8: only the rest of a line counts.
  const code = stripTypeScriptTypes(text).replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (comment) =>
    comment.replace(/[^\n]/g, ' '),
  );
  let line = 1;
  for (let at = 0; at < code.length; at += 1) {
    const character = code[at] ?? '';
    if (character === '\n') line += 1;
    else if (!/[\s{}();,]/.test(character) && reached[at] === 0) lines.add(line);
  }
  return [...lines];
}
