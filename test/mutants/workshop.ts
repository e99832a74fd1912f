// Runs tests against a changed copy of the repository. The repository itself is never written to.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mutant, runnableFile, testOf } from './mutant.ts';

/**
 * `killed`: a named test failed. `survived`: all of them passed. `unfit`: none of them ran, because no title matches or
 * because the changed code does not load.
 */
export interface Verdict {
  readonly is: 'killed' | 'survived' | 'unfit';
  readonly seconds: number;
  /** The first failure of a test, or what the test runner said where nothing ran. */
  readonly detail: string;
}

export interface Workshop {
  /** Applies the change, runs the tests that the mutant names, and takes the change back. */
  judge(mutant: Mutant): Promise<Verdict>;
  /** Runs tests against the unchanged copy. */
  run(tests: readonly string[], walk: Walk): Promise<Verdict>;
  /** Ends what is running and removes the copy. */
  close(): void;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Neither history nor anything that was built or downloaded. `node_modules` is linked. */
const leftOut = new Set(['.git', 'node_modules', 'data']);
/** The slowest named test takes a minute on a busy machine. A change that makes tests hang is noticed. */
const longestMs = 300_000;

export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-mutants-'));
  for (const name of readdirSync(root)) {
    if (!leftOut.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const underWay = new Set<AbortController>();

  async function run(tests: readonly string[], walk: Walk): Promise<Verdict> {
    const controller = new AbortController();
    underWay.add(controller);
    const began = performance.now();
    const report = join(folder, 'report.json');
    rmSync(report, { force: true });
    const { code, said } = await runVitest(folder, tests, report, walk, controller.signal);
    underWay.delete(controller);
    return { ...verdictOf(code, report, said), seconds: (performance.now() - began) / 1000 };
  }

  return {
    run,
    async judge(mutant) {
      const path = join(folder, mutant.file);
      const source = readFileSync(path, 'utf8');
      writeFileSync(path, changed(source, mutant));
      try {
        const isWalked = mutant.tests.some((test) => test.startsWith(walkFile));
        const verdict = await run(mutant.tests, 'quick');
        return verdict.is === 'killed' || !isWalked ? verdict : await run(mutant.tests, 'whole');
      } finally {
        writeFileSync(path, source);
      }
    },
    close() {
      for (const controller of underWay) controller.abort();
      // What was ended a moment ago may still be writing.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Throws where the text to be replaced is not there exactly once. */
export function changed(source: string, { name, file, find, replace }: Mutant): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${name}: ${file} has ${parts.length - 1} places with: ${find}`);
  return parts.join(replace);
}

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** The whole walk over the flows takes half a minute and more; a quick one finds almost everything. */
type Walk = 'quick' | 'whole';
const walkFile = 'test/flows/walk.test.ts';

function runVitest(
  cwd: string,
  tests: readonly string[],
  report: string,
  walk: Walk,
  signal: AbortSignal,
): Promise<Ended> {
  const named = tests.map(testOf);
  const files = [...new Set(named.map(({ file }) => runnableFile(file)))];
  const isWhole = named.some(({ titles }) => titles.length === 0);
  const pattern = isWhole ? [] : ['-t', named.map(patternOf).join('|')];
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...files, ...pattern, '--retry=0', '--maxWorkers=1'];
  const reporting = ['--bail=1', '--reporter=json', `--outputFile=${report}`];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args, ...reporting], {
      cwd,
      env: environment(walk),
      signal,
      detached: true,
    });
    let said = '';
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-4_000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const end = (): void => void (child.pid !== undefined && endGroup(child.pid));
    const timer = setTimeout(end, longestMs);
    signal.addEventListener('abort', end);
    child.on('error', (error) => (signal.aborted ? undefined : reject(error)));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
  });
}

/** The test runner has processes of its own, which must not outlive it. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Without what the outer test runner tells its own processes; `CI`: tests that are otherwise sampled run whole. */
function environment(walk: Walk): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|TEST$|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(own), CI: 'true', LATCHKEY_WALK: walk, LATCHKEY_RUNS: '2000' };
}

/** A title that a table fills in is shortened by the test runner. */
const shortenedTo = 35;
const patternOf = ({ file, titles }: ReturnType<typeof testOf>): string =>
  titles.map((title) => escaped(file === walkFile ? title.slice(0, shortenedTo) : title)).join('.*');

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

function verdictOf(code: number | null, path: string, said: string): Omit<Verdict, 'seconds'> {
  const report = read(path);
  // Without a report the tests hung until they were ended.
  if (report === undefined) return code === null ? { is: 'killed', detail: 'hung' } : { is: 'unfit', detail: said };
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = results.find(({ status }) => status === 'failed');
  if (failed !== undefined) {
    const [message = ''] = failed.failureMessages ?? [];
    return { is: 'killed', detail: `${failed.fullName}: ${message.split('\n', 1)[0]?.slice(0, 300)}` };
  }
  if (report.numPassedTests === 0) {
    const messages = report.testResults.map(({ message = '' }) => message).join('\n');
    return { is: 'unfit', detail: messages.trim() === '' ? 'no test has such a title' : messages.slice(0, 2_000) };
  }
  return code === 0
    ? { is: 'survived', detail: '' }
    : { is: 'killed', detail: `an error outside of the tests: ${said}` };
}

function read(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
