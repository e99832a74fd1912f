// botbuilder is no longer supported: it is used in one folder only, and is not loaded when Teams is off.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const mentions = /(?:from|import|import\(|require\()\s*['"](?:botbuilder|botframework)[^'"]*['"]/;

it('is imported in src/adapters/teams and nowhere else, under no name but its own', () => {
  const importing = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => mentions.test(readFileSync(join(root, 'src', file), 'utf8')));
  expect(importing.filter((file) => !file.startsWith(join('adapters', 'teams') + sep))).toEqual([]);
  for (const file of importing) {
    expect(readFileSync(join(root, 'src', file), 'utf8')).not.toMatch(/['"](?:botbuilder-|botframework-|@azure\/)/);
  }
});

it('is not loaded by importing the adapter, only by making it', async () => {
  await import('../../../src/adapters/teams/teams.ts');
  const { cache } = createRequire(import.meta.url);
  const loaded = () => Object.keys(cache).filter((file) => file.includes(`${sep}botbuilder`));
  expect(loaded()).toEqual([]);
  await import('botbuilder');
  expect(loaded()).not.toEqual([]);
});
