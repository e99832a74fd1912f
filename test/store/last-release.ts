// The source tree of the last release, from this repository's history.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The commit of the last release. Update it with every release. */
const commit = '27cb6d934c07c5a3a5362f3b6cc478e74fa0e5ef';
const project = resolve(import.meta.dirname, '../..');

const git = (...args: readonly string[]): Buffer =>
  execFileSync('git', args, { cwd: project, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 100_000_000 });

/** Why the last release is not available; undefined where it is. */
export const lastReleaseMissing = whyMissing();

function whyMissing(): string | undefined {
  try {
    git('cat-file', '-e', `${commit}^{commit}`);
    return undefined;
  } catch {
    return 'the last release is not in the history of this folder: fetch all of it with git';
  }
}

/** Unpacks the tree and links this project's packages. Returns its path; the caller removes it. */
export function unpackLastRelease(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-last-release-'));
  execFileSync('tar', ['-x', '-C', folder], { input: git('archive', commit, 'src', 'package.json') });
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
