// What a run prints at its end, taken from real runs of a small folder.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { titled } from './skipped-reporter.ts';

const root = join(import.meta.dirname, '..');
mkdirSync(join(root, 'test-results'), { recursive: true });
/** Inside the project, so that vitest can be resolved from it. */
const folder = mkdtempSync(join(root, 'test-results', 'skipped-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The last lines that a run of these files prints. */
function ends(files: Readonly<Record<string, string>>, ...args: readonly string[]): string {
  const here = mkdtempSync(join(folder, 'run-'));
  const reporter = JSON.stringify(join(root, 'test/skipped-reporter.ts'));
  writeFileSync(
    join(here, 'vitest.config.ts'),
    `import { skippedReporter } from ${reporter};
     export default { test: { globals: true, include: ['*.test.ts'], reporters: ['default', skippedReporter()] } };`,
  );
  for (const [name, text] of Object.entries(files)) writeFileSync(join(here, `${name}.test.ts`), text);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const run = spawnSync(process.execPath, [vitest, 'run', '--root', here, ...args], { cwd: here, encoding: 'utf8' });
  return run.stdout.trimEnd().split('\n\n').at(-1) ?? '';
}

const noBrowser = titled('the page', 'no browser');

describe('a run', () => {
  it('ends with a plain count, and says once for each lack how much it skipped', () => {
    expect(
      ends({
        one: `describe.skip(${JSON.stringify(noBrowser)}, () => { it('a', () => {}); describe('b', () => it('c', () => {})); });
              it('d', () => {});`,
        two: `it.skip(${JSON.stringify(noBrowser)}, () => {}); it('e', ({ skip }) => skip('no database')); it('f', () => {});`,
      }),
    ).toBe(
      [
        'skipped 3 tests in 2 files: no browser',
        'skipped 1 test in 1 file: no database',
        '2 passed, 0 failed, 4 skipped',
      ].join('\n'),
    );
  });

  it('without a skip ends with the count alone', () => {
    expect(ends({ one: `it('a', () => {}); it('b', () => { throw new Error('no'); });` })).toBe(
      '1 passed, 1 failed, 0 skipped',
    );
  });

  it('does not pass over what gives no reason, or could not run at all', () => {
    expect(
      ends({
        one: `it.skip('a', () => {}); it.todo('b');`,
        two: `throw new Error('no');`,
        three: `it('c', () => {});`,
      }),
    ).toBe(
      [
        'skipped 1 test in 1 file: no reason is given',
        'skipped 1 test in 1 file: it is still to be written',
        '1 passed, 0 failed, 2 skipped, 1 file could not run',
      ].join('\n'),
    );
  });
});
