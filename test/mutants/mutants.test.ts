// The list of mutants fits the code and the tests as they are now. A sample of them is put to the test, another one each
// day; `npm run mutants` puts all of them to it.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimNames } from '../flows/claims.ts';
import { runClaims } from '../flows/run.ts';
import { isRun } from '../security/claims.ts';
import { readTitles } from '../security/titles.ts';
import { mutants } from './all.ts';
import { type Mutant, testOf } from './mutant.ts';
import { survivors } from './survivors.ts';
import { changed, openWorkshop, type Workshop } from './workshop.ts';

const sourceOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Whether this piece of a title can be part of a test's. A table fills in what follows the first words. */
function mayBe(title: string, { source }: RegExp): boolean {
  const [first = ''] = source.slice(1, -1).split('.+');
  const words = first.replaceAll(/\\(.)/g, '$1');
  return words.includes(title) || title.includes(words);
}

/** One line for each mutant that no longer fits. */
function misfits({ name, file, ...mutant }: Mutant): readonly string[] {
  const found: string[] = [];
  try {
    changed(sourceOf(file), { name, file, ...mutant });
  } catch (error) {
    found.push(String(error));
  }
  return found;
}

describe('the list of mutants', () => {
  it('changes code that is there, each in one place', () => {
    expect(mutants.flatMap(misfits)).toEqual([]);
  });

  it('has each name once, and explains no mutant that is not there', () => {
    const names = mutants.map(({ name }) => name);
    expect(names.filter((name, nth) => names.indexOf(name) !== nth)).toEqual([]);
    expect(Object.keys(survivors).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('names tests that are there', () => {
    const files = [...new Set(mutants.flatMap(({ tests }) => tests.map((test) => testOf(test).file)))];
    const paths = new Map(files.map((file) => [file, readTitles(sourceOf(file)).flat()]));
    const isThere = (file: string, title: string): boolean =>
      paths.get(file)?.some((pattern) => mayBe(title, pattern)) === true ||
      claimNames.some((claim) => claim.includes(title)) ||
      runClaims.some((claim) => claim.includes(title));
    expect(files.filter((file) => !isRun(file))).toEqual([]);
    const named = mutants.flatMap(({ tests }) => tests.map(testOf));
    expect(named.flatMap(({ file, titles }) => titles.filter((title) => !isThere(file, title)))).toEqual([]);
  });

  it.each([
    ['is not there', 'nowhere to be found', '0 places'],
    ['is there more than once', 'const', 'places'],
  ])('finds out a text that %s', (_how, find, says) => {
    const [first] = mutants;
    expect(first && misfits({ ...first, find }).join()).toContain(says);
  });
});

/** These tests take seconds. Stories, races and the walk take longer, and are for `npm run mutants`. */
const isQuick = ({ tests }: Mutant): boolean =>
  tests.every((test) =>
    /^test\/(?:adapters|auth0|bot|config|flows\/(?:policy|budget)|inbound|observability|text|web)\b/.test(test),
  );
const pool = mutants.filter((mutant) => isQuick(mutant) && survivors[mutant.name] === undefined);
const sampleSize = 3;
const today = Math.floor(Date.now() / 86_400_000);
const todays = Array.from({ length: sampleSize }, (_, nth) => pool[(today * sampleSize + nth) % pool.length]).filter(
  (mutant) => mutant !== undefined,
);

describe('a mutant is noticed by the tests that it names', () => {
  let workshop: Workshop;
  beforeAll(() => {
    workshop = openWorkshop();
  });
  afterAll(() => workshop.close());

  it.each(todays.map((mutant) => [mutant.name, mutant] as const))('%s', { timeout: 120_000 }, async (_name, mutant) => {
    expect(await workshop.judge(mutant)).toMatchObject({ is: 'killed' });
  });

  it('and no other change is: a comment breaks nothing', { timeout: 120_000 }, async () => {
    const file = 'src/text/bounded-text.ts';
    const find = '/** At most its first';
    const tests = ['test/text/case-folding.test.ts › is noticed: the Kelvin sign'] as const;
    const harmless = { name: 'harmless', file, find, replace: `// Nothing.\n${find}`, tests, why: 'none' } as const;
    expect(await workshop.judge(harmless)).toMatchObject({ is: 'survived' });
    const nowhere = { ...harmless, tests: ['test/text/case-folding.test.ts › no such title'] } as const;
    expect(await workshop.judge(nowhere)).toMatchObject({ is: 'unfit' });
    const broken = { ...harmless, replace: `export const = 7;\n${find}` } as const;
    expect(await workshop.judge(broken)).toMatchObject({ is: 'unfit' });
    expect(sourceOf(file)).not.toContain('Nothing.');
  });
});
