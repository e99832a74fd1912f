// A mutant: one change of the code that breaks a claim, and the tests that must notice.

export interface Mutant {
  /** In kebab case; `npm run mutants -- <name>` runs it alone. */
  readonly name: string;
  /** Relative to the repository root. */
  readonly file: string;
  /** Occurs exactly once in the file. Short, so that other changes of the file leave it alone. */
  readonly find: string;
  readonly replace: string;
  /**
   * `test/file.test.ts › title`, `test/file.test.ts › outer › inner`, or only the file. At least one of them must fail.
   * Each part is a piece of a title.
   */
  readonly tests: readonly [string, ...string[]];
  /** The claim that this change breaks. */
  readonly why: string;
}

/** The file and the titles of a test that a mutant names. */
export function testOf(named: string): { readonly file: string; readonly titles: readonly string[] } {
  const [file = '', ...titles] = named.split(' › ');
  return { file, titles };
}

/** A contract is no test file. It is run by this one, which needs nothing but SQLite. */
const runsContracts = 'test/store/sqlite.test.ts';
export const runnableFile = (file: string): string => (file.endsWith('-contract.ts') ? runsContracts : file);
