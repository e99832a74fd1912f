// The version of the Teams app. Teams takes an upload as an update only if its version is higher than the one before. It is made
// from the moment, so it rises without any memory of what was uploaded before, and stays the same while nothing has changed.
import { inflateRawSync } from 'node:zlib';

/** `1.<day>.<second of the day>` in UTC, e.g. `1.20261130.34200`. */
export function versionAt(epochMs: number): string {
  const at = new Date(epochMs);
  const day = at.toISOString().slice(0, 10).replaceAll('-', '');
  const second = at.getUTCHours() * 3600 + at.getUTCMinutes() * 60 + at.getUTCSeconds();
  return `1.${day}.${second}`;
}

export const isHigher = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const nth = (a ?? []).findIndex((part, at) => part !== b?.[at]);
  return nth !== -1 && (a?.[nth] ?? 0) > (b?.[nth] ?? 0);
};

/** The next one where the clock is behind what was made before. */
const after = (version: string): string => {
  const [major = 1, minor = 0, patch = 0] = version.split('.').map(Number);
  return `${major}.${minor}.${patch + 1}`;
};

/**
 * The package that follows `before`, the bytes of the last one where they are there. `make` makes the package of one version.
 * `isSame`: nothing but the version would change, so it stays.
 */
export function nextPackage(
  before: Uint8Array | undefined,
  epochMs: number,
  make: (version: string) => Uint8Array,
): { readonly bytes: Uint8Array; readonly version: string; readonly isSame: boolean } {
  const old = before === undefined ? undefined : versionOf(before);
  if (before !== undefined && old !== undefined && Buffer.compare(make(old), before) === 0)
    return { bytes: before, version: old, isSame: true };
  const now = versionAt(epochMs);
  const version = old === undefined || isHigher(now, old) ? now : after(old);
  return { bytes: make(version), version, isSame: false };
}

const localHeader = 0x04034b50;
const deflated = 8;
const manifestBytesAtMost = 1024 * 1024;

/** Of a package that `zip.ts` made: its first file is the manifest. Undefined for any other file. */
export function versionOf(bytes: Uint8Array): string | undefined {
  const file = Buffer.from(bytes);
  if (file.length < 30 || file.readUInt32LE(0) !== localHeader || file.readUInt16LE(8) !== deflated) return undefined;
  const nameEnd = 30 + file.readUInt16LE(26);
  if (file.subarray(30, nameEnd).toString() !== 'manifest.json') return undefined;
  const start = nameEnd + file.readUInt16LE(28);
  try {
    const packed = file.subarray(start, start + file.readUInt32LE(18));
    const { version } = Object(JSON.parse(inflateRawSync(packed, { maxOutputLength: manifestBytesAtMost }).toString()));
    return typeof version === 'string' && /^\d{1,9}\.\d{1,9}\.\d{1,9}$/.test(version) ? version : undefined;
  } catch {
    return undefined;
  }
}
