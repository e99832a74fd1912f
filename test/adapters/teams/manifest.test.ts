// The Teams app package, compared with Microsoft's published manifest schema and with what the adapter really accepts.
import { readFileSync } from 'node:fs';
import { crc32, inflateRawSync, inflateSync } from 'node:zlib';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { colorIcon, outlineIcon } from '../../../manifest/icons.ts';
import { teamsManifest, teamsPackage } from '../../../manifest/teams/manifest.ts';
import { isHigher, nextPackage, versionAt, versionOf } from '../../../manifest/teams/version.ts';
import { teamsCommands } from '../../../src/adapters/teams/features.ts';
import { copy } from '../../../src/bot/copy/language.ts';
import { intentOf } from '../../../src/bot/intent.ts';
import { schemaFile, schemasMissing } from '../../schemas.ts';
import { titled } from '../../skipped-reporter.ts';
import { appId } from './scene.ts';

const schema = 'teams-manifest.schema.json';
const missing = schemasMissing(schema);
const options = { appId, publicUrl: 'https://latchkey.acme.example' };
const manifest = teamsManifest(options);

describe('the Teams manifest', () => {
  it.skipIf(missing !== undefined)(titled('is what Microsoft’s schema describes', missing), () => {
    const problems = validatorOf(schemaFile(schema));
    expect(problems(manifest)).toEqual([]);
    expect(problems(teamsManifest({ ...options, name: 'Account Help', version: '1.2.3' }))).toEqual([]);
    expect(problems(teamsManifest({ ...options, name: 'A company whose name is longer than thirty letters' }))).toEqual(
      [],
    );
    // The schema is read as a later draft than it declares: check that it still refuses what it should.
    expect(problems({ ...manifest, accentColor: 'navy' })).not.toEqual([]);
    expect(problems({ ...manifest, somethingElse: 1 })).not.toEqual([]);
    expect(problems({ ...manifest, manifestVersion: '1.29' })).not.toEqual([]);
    expect(problems({ ...manifest, id: 'latchkey' })).not.toEqual([]);
  });

  it('asks for no permission, no domain and no file, and for standard channels only', () => {
    expect(JSON.stringify(manifest)).not.toMatch(/webApplicationInfo|authorization|validDomains|supportedChannelTypes/);
    expect(manifest.bots).toHaveLength(1);
    expect(manifest.bots[0]).toMatchObject({ botId: appId, scopes: ['personal', 'team'], supportsFiles: false });
  });

  it('offers its commands in private only, and each means what it says', () => {
    const lists = manifest.bots[0]?.commandLists ?? [];
    expect(lists.map(({ scopes }) => scopes)).toEqual([['personal']]);
    expect(lists[0]?.commands.map(({ title }) => title)).toEqual([
      'reset-password',
      'unlock',
      'change-password',
      'enroll',
      'status',
      'cancel',
      'help',
    ]);
    for (const { title, intent } of teamsCommands) expect(intentOf(title, copy.intentWords)).toBe(intent);
  });
});

describe('the app package', () => {
  it('is a zip of the manifest and both icons at its root, the same bytes each time', () => {
    const files = unzip(Buffer.from(teamsPackage(options)));
    expect([...files.keys()]).toEqual(['manifest.json', 'color.png', 'outline.png']);
    expect(files.get('color.png')?.equals(colorIcon(192))).toBe(true);
    expect(files.get('outline.png')?.equals(outlineIcon(32))).toBe(true);
    expect(JSON.parse(files.get('manifest.json')?.toString() ?? '')).toEqual(JSON.parse(JSON.stringify(manifest)));
    expect(Buffer.compare(Buffer.from(teamsPackage(options)), Buffer.from(teamsPackage(options)))).toBe(0);
  });

  it('has a color icon of 192 pixels without holes', () => {
    const { size, pixels } = readPng(Buffer.from(colorIcon(192)));
    expect(size).toEqual([192, 192]);
    expect(pixels.every(([, , , alpha]) => alpha === 255)).toBe(true);
    expect(new Set(pixels.map(String)).size).toBeGreaterThan(2);
  });

  it('has an outline icon of 32 pixels, white on transparent', () => {
    const { size, pixels } = readPng(Buffer.from(outlineIcon(32)));
    expect(size).toEqual([32, 32]);
    expect(pixels.every(([red, green, blue]) => red === 255 && green === 255 && blue === 255)).toBe(true);
    const opaque = pixels.filter(([, , , alpha]) => alpha > 128).length;
    expect(opaque).toBeGreaterThan(100);
    expect(opaque).toBeLessThan(32 * 32 * 0.6);
    expect(pixels[0]?.[3]).toBe(0);
  });
});

describe('the version of the app', () => {
  const morning = Date.parse('2026-11-30T09:30:00Z');
  const make =
    (more: { readonly name?: string; readonly publicUrl?: string } = {}) =>
    (version: string) =>
      teamsPackage({ ...options, ...more, version });

  it.skipIf(missing !== undefined)(titled('is one that Teams takes', missing), () => {
    expect(versionAt(morning)).toBe('1.20261130.34200');
    expect(validatorOf(schemaFile(schema))(teamsManifest({ ...options, version: versionAt(morning) }))).toEqual([]);
  });

  it('rises with time, over midnight and the end of the year', () => {
    const moments = [
      '2026-11-30T09:30:00Z',
      '2026-11-30T23:59:59Z',
      '2026-12-01T00:00:00Z',
      '2026-12-31T23:59:59Z',
      '2027-01-01T00:00:00Z',
    ];
    const versions = moments.map((at) => versionAt(Date.parse(at)));
    for (const [nth, version] of versions.entries()) {
      for (const earlier of versions.slice(0, nth)) expect(isHigher(version, earlier)).toBe(true);
      for (const later of versions.slice(nth)) expect(isHigher(version, later)).toBe(false);
    }
    expect(isHigher(versionAt(morning), '0.1.0')).toBe(true);
  });

  it('stays while nothing has changed, so that nobody uploads the same again', () => {
    const first = nextPackage(undefined, morning, make());
    expect(first.isSame).toBe(false);
    const second = nextPackage(first.bytes, morning + 86_400_000, make());
    expect(second).toEqual({ bytes: first.bytes, version: first.version, isSame: true });
  });

  it.each([
    ['the address', { publicUrl: 'https://help.acme.example' }],
    ['the name', { name: 'Account Help' }],
  ])('rises when %s has changed', (_what, change) => {
    const first = nextPackage(undefined, morning, make());
    const second = nextPackage(first.bytes, morning + 1_000, make(change));
    expect(second.isSame).toBe(false);
    expect(isHigher(second.version, first.version)).toBe(true);
    expect(versionOf(second.bytes)).toBe(second.version);
  });

  it('rises within the same second too, and when the clock was set back', () => {
    let last = nextPackage(undefined, morning, make());
    for (const [nth, at] of [morning, morning, morning - 86_400_000].entries()) {
      const next = nextPackage(last.bytes, at, make({ name: `Help ${nth}` }));
      expect(isHigher(next.version, last.version)).toBe(true);
      last = next;
    }
  });

  it('rises without the file of the last time, because only the moment counts', () => {
    const first = nextPackage(undefined, morning, make());
    expect(isHigher(nextPackage(undefined, morning + 1_000, make({ name: 'Help' })).version, first.version)).toBe(true);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no zip', Buffer.from('not a zip file at all, but longer than its header')],
    ['half a package', Buffer.from(teamsPackage(options)).subarray(0, 120)],
  ])('is not read from %s', (_what, bytes) => {
    expect(versionOf(bytes)).toBeUndefined();
    expect(nextPackage(bytes, morning, make()).version).toBe(versionAt(morning));
  });
});

/**
 * The schema declares draft-04 but uses `const`, of draft-06. Without its declaration ajv reads it as draft-07, where
 * both mean the same.
 */
function validatorOf(file: string): (manifest: unknown) => readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
  const validate = ajv.compile(schema);
  return (one) => {
    validate(one);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

/** Reads the central directory, as every unpacker does. */
function unzip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.length - 22;
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50);
  const files = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let nth = 0; nth < bytes.readUInt16LE(end + 10); nth += 1) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    const [packed, length] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
    const name = bytes.subarray(at + 46, at + 46 + length).toString();
    const local = bytes.readUInt32LE(at + 42);
    expect(bytes.readUInt32LE(local)).toBe(0x04034b50);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = inflateRawSync(bytes.subarray(start, start + packed));
    expect(crc32(data)).toBe(bytes.readUInt32LE(at + 16));
    files.set(name, data);
    at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
}

function readPng(bytes: Buffer) {
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const idat = bytes.indexOf('IDAT');
  const rows = inflateSync(bytes.subarray(idat + 4, idat + 4 + bytes.readUInt32BE(idat - 4)));
  const pixels = Array.from({ length: width * height }, (_, nth) => {
    const at = Math.floor(nth / width) * (1 + 4 * width) + 1 + 4 * (nth % width);
    return [rows[at] ?? 0, rows[at + 1] ?? 0, rows[at + 2] ?? 0, rows[at + 3] ?? 0] as const;
  });
  return { size: [width, height], pixels };
}
