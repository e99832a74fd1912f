// The Teams app package, compared with Microsoft's published manifest schema and with what the adapter really accepts.
import { readFileSync } from 'node:fs';
import { crc32, inflateRawSync, inflateSync } from 'node:zlib';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { colorIcon, outlineIcon } from '../../../manifest/icons.ts';
import { teamsManifest, teamsPackage } from '../../../manifest/teams/manifest.ts';
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
