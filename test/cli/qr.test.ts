// `latchkey qr`: the address for people who cannot reach the chat, and the code that a phone reads.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'uqr';
import { afterAll, describe, expect, it } from 'vitest';
import { poster, printQr, qrOrder, terminalCode } from '../../src/cli/qr.ts';
import { parsePolicy } from '../../src/config/policy/policy-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-qr-'));
afterAll(() => rmSync(folder, { recursive: true }));

const url = 'https://latchkey.acme.example';
const address = `${url}/recover`;
const on = parsePolicy('companyName: Acme & Sons\nweb: { enabled: true }\n', 'test');

const black = '\u001B[38;5;16;48;5;231m';
const plain = '\u001B[0m';

describe('latchkey qr', () => {
  it('prints the address below a code', () => {
    const { out, code } = printQr({}, url, on);
    expect([out.split('\n').at(-2), code]).toEqual([address, 0]);
    expect(out).toContain(terminalCode(address));
  });

  it('draws every module, in colours of its own, so that a phone reads it on light and dark terminals', () => {
    const drawn = terminalCode(address).split('\n');
    const { data } = encode(address, { ecc: 'M', border: 4 });
    const rows = drawn.flatMap((line) => {
      const cells = line.slice(black.length, -plain.length);
      expect(line).toBe(`${black}${cells}${plain}`);
      return [[...cells].map((cell) => '█▀'.includes(cell)), [...cells].map((cell) => '█▄'.includes(cell))];
    });
    expect(rows.slice(0, data.length)).toEqual(data);
  });

  it('writes a poster of A4 with the code, the address, the company and what it is for', () => {
    const file = join(folder, 'poster.svg');
    expect(printQr({ svg: file }, url, on).out).toContain(`The poster is in ${file}.`);
    const svg = readFileSync(file, 'utf8');
    expect(svg).toContain('width="210mm" height="297mm"');
    expect(svg).toContain('Acme &amp; Sons');
    expect(svg).toContain('Can’t sign in?');
    expect(svg).toContain(`>${address}<`);
    const dark = encode(address, { ecc: 'M', border: 4 }).data.flat().filter(Boolean).length;
    expect(svg.match(/h1v1h-1z/g)).toHaveLength(dark);
    expect(svg).toBe(poster(address, 'Acme & Sons'));
  });

  it('refuses where the pages are off, and writes nothing', () => {
    const file = join(folder, 'none.svg');
    const refused = printQr({ svg: file }, url, parsePolicy('', 'test'));
    expect(refused).toMatchObject({ out: '', code: 1, err: expect.stringContaining('`web: { enabled: true }`') });
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it.each([[['--svg']], [['--svg', 'a', 'b']], [['--png', 'a']], [['a.svg']], [['--svg', '']]])(
    'takes no other words: %j',
    (words) => expect(qrOrder(words)).toBeUndefined(),
  );
});
