// The app's icons, made of pixels from its one drawing. A PNG needs only a header, deflated pixel rows and three checksums.
import { crc32, deflateSync } from 'node:zlib';
import { brandColor, isInFrame, isInKeyhole } from '../src/web/pages/logo.ts';

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];

const [red = 0, green = 0, blue = 0] = Buffer.from(brandColor.slice(1), 'hex');
const ground: Pixel = [red, green, blue, 0xff];
const white: Pixel = [0xff, 0xff, 0xff, 0xff];

/** Full colour, to the edges: the platforms round the corners themselves. */
export const colorIcon = (size: number): Uint8Array =>
  png(size, (x, y) => mixed(ground, white, share(isInKeyhole, x, y, size)));

/** White on transparent. */
export const outlineIcon = (size: number): Uint8Array =>
  png(size, (x, y) => {
    const inked = share((px, py) => isInFrame(px, py) || isInKeyhole(px, py), x, y, size);
    return [0xff, 0xff, 0xff, Math.round(255 * inked)];
  });

const samples = 4;

/** How much of a pixel lies within the shape, from 0 to 1. The shape gets coordinates from 0 to 1. */
function share(isWithin: (x: number, y: number) => boolean, x: number, y: number, size: number): number {
  let within = 0;
  for (let nth = 0; nth < samples * samples; nth += 1) {
    const px = (x + ((nth % samples) + 0.5) / samples) / size;
    const py = (y + (Math.floor(nth / samples) + 0.5) / samples) / size;
    if (isWithin(px, py)) within += 1;
  }
  return within / (samples * samples);
}

function mixed(below: Pixel, above: Pixel, part: number): Pixel {
  const at = (nth: 0 | 1 | 2 | 3): number => Math.round(below[nth] + (above[nth] - below[nth]) * part);
  return [at(0), at(1), at(2), at(3)];
}

/** Source: W3C, Portable Network Graphics: signature, IHDR, IDAT, IEND; 8 bits a channel, colour type 6 is RGBA. */
function png(size: number, pixelAt: (x: number, y: number) => Pixel): Uint8Array {
  const rowBytes = 1 + 4 * size;
  const rows = Buffer.alloc(rowBytes * size);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) rows.set(pixelAt(x, y), y * rowBytes + 1 + 4 * x);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
