// Writes a zip file of a few small files, without a dependency. The same files always give the same bytes.
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
}

/** 1 January 1980, the earliest time in a zip file. A fixed time, so that the same files give the same bytes. */
const dosTime = 0;
const dosDate = 0x0021;
const deflated = 8;
/** Version 2.0 of the format, the first with deflate. */
const versionNeeded = 20;
/** Names are UTF-8. */
const flags = 0x0800;

/** Source: PKWARE, .ZIP File Format Specification: local headers with their data, the central directory, its end. */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data } of entries) {
    const packed = deflateRawSync(data, { level: 9 });
    const shared = describe(name, data, packed);
    const local = Buffer.concat([uint32(0x04034b50), shared, uint16(0), Buffer.from(name), packed]);
    const attributes = Buffer.concat([uint16(0), uint16(0), uint16(0), uint32(0), uint32(offset)]);
    central.push(
      Buffer.concat([uint32(0x02014b50), uint16(versionNeeded), shared, uint16(0), attributes, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const counts = [uint16(0), uint16(0), uint16(entries.length), uint16(entries.length)];
  const end = Buffer.concat([uint32(0x06054b50), ...counts, uint32(directory.length), uint32(offset), uint16(0)]);
  return Buffer.concat([...locals, directory, end]);
}

/** The part that both kinds of header have in common. */
function describe(name: string, data: Uint8Array, packed: Uint8Array): Buffer {
  return Buffer.concat([
    ...[uint16(versionNeeded), uint16(flags), uint16(deflated), uint16(dosTime), uint16(dosDate)],
    ...[uint32(crc32(data)), uint32(packed.length), uint32(data.length), uint16(Buffer.byteLength(name))],
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
