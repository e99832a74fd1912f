// The source tree of the last release, out of this repository's own history.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The commit of the last release. To be set to the next one when that is out. */
const commit = '27cb6d934c07c5a3a5362f3b6cc478e74fa0e5ef';
const project = resolve(import.meta.dirname, '../..');

const git = (...args: readonly string[]): Buffer =>
  execFileSync('git', args, { cwd: project, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 100_000_000 });

/** Why it cannot be had; undefined: it can. */
export const lastReleaseLacks = lackOf();

function lackOf(): string | undefined {
  try {
    git('cat-file', '-e', `${commit}^{commit}`);
    return undefined;
  } catch {
    return 'the last release is not in the history of this folder: fetch all of it with git';
  }
}

/** Unpacked, with the packages of this project. Where it is; whoever asked for it removes it. */
export function unpackLastRelease(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-last-release-'));
  execFileSync('tar', ['-x', '-C', folder], { input: git('archive', commit, 'src', 'package.json') });
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
