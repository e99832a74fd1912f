// `latchkey manifest teams`: writes the app package. Where the file of the last time is there and nothing has changed, it stays.
import { readFileSync, writeFileSync } from 'node:fs';
import { type TeamsManifestOptions, teamsPackage } from '../../manifest/teams/manifest.ts';
import { nextPackage } from '../../manifest/teams/version.ts';

/** Returns what to tell the operator. */
export function writeTeamsPackage(
  file: string,
  options: Omit<TeamsManifestOptions, 'version'>,
  epochMs: number,
): string {
  const before = readIfThere(file);
  const { bytes, version, isSame } = nextPackage(before, epochMs, (each) =>
    teamsPackage({ ...options, version: each }),
  );
  if (isSame) return `${file} is up to date: version ${version}.`;
  write(file, bytes);
  return `Wrote ${file}, version ${version}. Upload it in the Teams admin centre, and roll it out by a set-up policy.`;
}

function write(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    throw notUsable(file, 'written', error);
  }
}

function notUsable(file: string, done: 'read' | 'written', cause: unknown): Error {
  const { code } = Object(cause);
  return new Error(`${file} cannot be ${done} (${code}). Say where: latchkey manifest teams FILE`, { cause });
}

function readIfThere(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (Object(error).code === 'ENOENT') return undefined;
    throw notUsable(file, 'read', error);
  }
}
