// Why tests were skipped: shown behind the title of each, and once for all at the end of a run, with a plain count.
import type { Reporter, TestCase, TestModule } from 'vitest/node';

const mark = / \(skipped: (.+?)\)(?: >|$)/;

/**
 * The title with the reason for skipping, e.g. `the pages (skipped: no Chromium)`; the plain title where there is none.
 */
export const titled = (title: string, reason: string | undefined): string =>
  reason === undefined ? title : `${title} (skipped: ${reason})`;

function reasonOf(test: TestCase): string {
  const result = test.result();
  if (test.options.mode === 'todo') return 'it is still to be written';
  if (result.state === 'pending') return 'the run ended before';
  const note = result.state === 'skipped' ? result.note : undefined;
  return note ?? mark.exec(test.fullName)?.[1] ?? 'no reason is given';
}

const several = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** One line for each reason, the most frequent first. */
function reasonLines(skipped: readonly TestCase[]): string[] {
  const byReason = Map.groupBy(skipped, reasonOf);
  return [...byReason]
    .toSorted(([, some], [, others]) => others.length - some.length)
    .map(([reason, tests]) => {
      const files = new Set(tests.map(({ module }) => module.moduleId));
      return `skipped ${several(tests.length, 'test')} in ${several(files.size, 'file')}: ${reason}`;
    });
}

function summary(modules: readonly TestModule[], mishaps: number): string {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const of = (...states: readonly string[]) => tests.filter((test) => states.includes(test.result().state));
  const broken = modules.filter((module) => module.state() === 'failed' && !someFailed(module)).length;
  const skipped = of('skipped', 'pending');
  const counts = `${of('passed').length} passed, ${of('failed').length} failed, ${skipped.length} skipped`;
  const more = [
    ...(broken > 0 ? [`${several(broken, 'file')} could not run`] : []),
    ...(mishaps > 0 ? [`${several(mishaps, 'error')} outside any test`] : []),
  ];
  return [...reasonLines(skipped), [counts, ...more].join(', ')].join('\n');
}

const someFailed = (module: TestModule): boolean =>
  [...module.children.allTests()].some((test) => test.result().state === 'failed');

/** Runs after the default reporter, so that the count is the last line of a run. */
export const skippedReporter = (): Reporter => ({
  onTestRunEnd: (modules, unhandledErrors) => {
    process.stdout.write(`${summary(modules, unhandledErrors.length)}\n`);
  },
});
