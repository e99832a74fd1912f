// The app's two icons, a keyhole, drawn by code. A PNG needs only a header, deflated pixel rows and three checksums.
import { crc32, deflateSync } from 'node:zlib';

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];

const navy: Pixel = [0x1f, 0x2a, 0x44, 0xff];
const white: Pixel = [0xff, 0xff, 0xff, 0xff];

/** 192 × 192, full colour. */
export const colorIcon = (): Uint8Array =>
  png(192, (x, y) =>
    mixed(
      navy,
      white,
      share((px, py) => isKeyhole(px, py, 0.72), x, y, 192),
    ),
  );

/** 32 × 32, white on transparent. */
export const outlineIcon = (): Uint8Array =>
  png(32, (x, y) => {
    const inked = share((px, py) => isRing(px, py) || isKeyhole(px, py, 0.62), x, y, 32);
    return [0xff, 0xff, 0xff, Math.round(255 * inked)];
  });

/** Coordinates from −1 to 1, y downwards. */
function isKeyhole(x: number, y: number, size: number): boolean {
  const [px, py] = [x / size, y / size];
  const isHead = px * px + (py + 0.3) ** 2 <= 0.42 ** 2;
  const isStem = py >= -0.1 && py <= 0.8 && Math.abs(px) <= 0.14 + 0.2 * Math.max(0, py);
  return isHead || isStem;
}

function isRing(x: number, y: number): boolean {
  const radius = Math.hypot(x, y);
  return radius <= 0.96 && radius >= 0.84;
}

const samples = 4;

/** How much of a pixel lies within the shape, from 0 to 1. */
function share(isWithin: (x: number, y: number) => boolean, x: number, y: number, size: number): number {
  let within = 0;
  for (let nth = 0; nth < samples * samples; nth += 1) {
    const px = (x + ((nth % samples) + 0.5) / samples) / size;
    const py = (y + (Math.floor(nth / samples) + 0.5) / samples) / size;
    if (isWithin(2 * px - 1, 2 * py - 1)) within += 1;
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
