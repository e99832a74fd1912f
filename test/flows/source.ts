// The sources as text: what each file imports, and its code without comments and string literals.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Source {
  /** Relative to the project's root, with `/`: `src/flows/decide.ts`. */
  readonly path: string;
  readonly text: string;
}

const root = join(import.meta.dirname, '../..');

export function sourcesIn(folder: string): readonly Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: relative(root, file).replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }))
    .sort((a, b) => a.path.localeCompare(b.path));
}

const statement = /(?:^|[\n;}])\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*(['"])([^'"\n]+)\1/g;
const call = /\b(?:import|require)\s*\(\s*(['"`])([^'"`\n]+)\1/g;

/** The imports: as `src/…` where it is a file of the project, otherwise as written. */
export function importsOf({ path, text }: Source): readonly string[] {
  const found = [...text.matchAll(statement), ...text.matchAll(call)].map((match) => match[2] ?? '');
  return found.map((name) => (name.startsWith('.') ? join(path, '..', name).replaceAll('\\', '/') : name));
}

const literal = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/;
const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//;
const either = new RegExp(`${literal.source}|(${comment.source})`, 'g');

export const withoutComments = (text: string): string =>
  text.replace(either, (found, remark) => (remark === undefined ? found : ''));
export const withoutTexts = (text: string): string => withoutComments(text).replace(new RegExp(literal, 'g'), "''");

/** The string literals in the code, without their quotation marks; of a template literal, all of its content. */
export const textsIn = (text: string): readonly string[] =>
  (withoutComments(text).match(new RegExp(literal, 'g')) ?? []).map((found) => found.slice(1, -1).replaceAll('\\', ''));
