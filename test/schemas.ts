// Schemas that others publish. They are not part of this repository, and the tests that need them are skipped without
// them.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = process.env['LATCHKEY_SCHEMAS'] ?? resolve(import.meta.dirname, '../../shared/schemas');

export const schemaFile = (name: string): string => resolve(folder, name);

/** Why the tests that need these files are skipped; undefined where all files are there. */
export const schemasMissing = (...names: readonly string[]): string | undefined =>
  names.every((name) => existsSync(schemaFile(name)))
    ? undefined
    : 'no published schemas of Auth0, Slack and Teams: set LATCHKEY_SCHEMAS to the folder that holds them';
