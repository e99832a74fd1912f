// The files in deploy/, for the tests that read them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

export const deployed = (): readonly string[] =>
  readdirSync(join(root, 'deploy'), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(root.length));

/** The documents of a YAML file. Throws where it is none, or names a key twice. */
export const documentsIn = (path: string): readonly unknown[] =>
  parseAllDocuments(read(path), { uniqueKeys: true, merge: true }).map((document) => {
    if (document.errors.length > 0 || document.warnings.length > 0)
      throw new Error(`${path}: ${[...document.errors, ...document.warnings].join('\n')}`);
    return document.toJS();
  });
