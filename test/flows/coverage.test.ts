// The flows' own tests reach every branch of src/flows. Measured by V8 in the sources as they run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isSampled } from '../sampling.ts';
import { titled } from '../skipped-reporter.ts';
import { unreachedLines } from './coverage.ts';
import { sourcesIn } from './source.ts';

const root = join(import.meta.dirname, '../..');
const config = fileURLToPath(new URL('./coverage.config.ts', import.meta.url));

/** These lines make a function total where the types cannot express that it already is. */
const excused: readonly string[] = [
  "return { shows: 'approved', approvals, outcome, askedAt: state.proof?.at ?? at };",
  'return instant(Math.max(now, later(leaving ?? now, windowSeconds)));',
];

/** It runs the same tests once more, three times as slow. */
const notAsked = isSampled ? 'CI=true counts what the tests of the flows reach' : undefined;

describe.skipIf(notAsked !== undefined)(titled('the tests of the flows', notAsked), () => {
  it('reach every branch of every file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-coverage-'));
    try {
      const vitest = join(root, 'node_modules/vitest/vitest.mjs');
      const run = spawnSync(process.execPath, [vitest, 'run', '--config', config, '--root', root], {
        cwd: root,
        env: { ...process.env, NODE_V8_COVERAGE: folder, LATCHKEY_RUNS: '2000' },
        encoding: 'utf8',
      });
      expect(run.status, run.stdout + run.stderr).toBe(0);
      const unreached = unreachedLines(folder, sourcesIn('src/flows'), root);
      expect(unreached.filter((line) => !excused.some((one) => line.endsWith(one)))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 1_800_000);
});

describe('the count', () => {
  const path = 'src/flows/planted.ts';
  const text = ['// why', 'export const pick = (is: boolean): number =>', '  is', '    ? 1', '    : 2;', ''].join('\n');
  const at = (part: string) => text.indexOf(part);
  const report = (ranges: readonly { startOffset: number; endOffset: number; count: number }[]): readonly string[] => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-coverage-'));
    const url = pathToFileURL(join(root, path)).href;
    writeFileSync(join(folder, 'one.json'), JSON.stringify({ result: [{ url, functions: [{ ranges }] }] }));
    const lines = unreachedLines(folder, [{ path, text }], root);
    rmSync(folder, { recursive: true });
    return lines;
  };
  const whole = { startOffset: 0, endOffset: text.length, count: 1 };

  it('names the branch that was never taken', () => {
    const other = { startOffset: at(': 2'), endOffset: at(';'), count: 0 };
    expect(report([whole, other])).toEqual([`${path}:5: : 2;`]);
  });

  it('names every line of a file that was never loaded, and none of one that was reached', () => {
    expect(report([{ ...whole, count: 0 }])).toHaveLength(4);
    expect(report([whole])).toEqual([]);
  });
});
