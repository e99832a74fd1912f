import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContactRow, isFileRefusal, openContactsFile } from '../../src/cli/contacts-file.ts';
import { createSeenAddresses } from '../../src/cli/seen-addresses.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-contacts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
async function written(content: string | Uint8Array): Promise<string> {
  count += 1;
  const path = join(folder, `${count}.csv`);
  await writeFile(path, content);
  return path;
}

async function rowsIn(content: string | Uint8Array): Promise<readonly ContactRow[]> {
  const file = await openContactsFile(await written(content));
  const rows: ContactRow[] = [];
  for await (const row of file.rows) rows.push(row);
  return rows;
}

async function refusalOf(content: string | Uint8Array): Promise<string> {
  return rowsIn(content).then(
    () => 'accepted',
    (error: unknown) => {
      if (isFileRefusal(error)) return error.message;
      throw error;
    },
  );
}

const jane = (line: number) => ({
  line,
  endByte: expect.any(Number),
  account: 'jane@acme.example',
  contacts: [{ channel: 'email', typed: 'jane@home.example' }],
});
const plain = 'account,email\njane@acme.example,jane@home.example\n';
const inUtf16 = (text: string, isBig = false): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return isBig ? bytes.swap16() : bytes;
};

describe('a file of contacts', () => {
  it.each<[string, string | Buffer]>([
    ['with commas', plain],
    ['with semicolons', plain.replaceAll(',', ';')],
    ['with tabs', plain.replaceAll(',', '\t')],
    ['with the ends of lines that Windows writes', plain.replaceAll('\n', '\r\n')],
    ['with the ends of lines of an old Mac', plain.replaceAll('\n', '\r')],
    ['without an end of the last line', plain.trimEnd()],
    ['with a mark of UTF-8 at the beginning', `\ufeff${plain}`],
    ['with that mark and quotation marks', '\ufeff"account","email"\n"jane@acme.example","jane@home.example"\n'],
    ['in UTF-16, as Windows writes it', inUtf16(plain)],
    ['in UTF-16, the other way round', inUtf16(plain, true)],
    ['with capitals in the names of columns', plain.replace('account,email', ' Account , EMAIL')],
    ['with the columns the other way round', 'email,account\njane@home.example,jane@acme.example\n'],
    ['with spaces around values', 'account , email\n jane@acme.example ,\tjane@home.example \n'],
    ['with one column for either', 'account,contact\njane@acme.example,jane@home.example\n'],
    ['with columns that are not read', 'name,account,email\n"Doe, Jane",jane@acme.example,jane@home.example\n'],
    [
      'with more semicolons in quotation marks than commas',
      '"a;b;c;d;e",account,email\nx,jane@acme.example,jane@home.example\n',
    ],
    ['with two columns of one name that are not read', 'x,x,account,email\n1,2,jane@acme.example,jane@home.example\n'],
  ])('is read %s', async (_how, content) => {
    expect(await rowsIn(content)).toEqual([jane(2)]);
  });

  it('gives each row the line in which it ends, empty lines included', async () => {
    const rows = await rowsIn(
      'account,email,note\n\na@acme.example,a@home.example,"one\ntwo"\n\n\nb@acme.example,b@home.example,\n',
    );
    expect(rows.map(({ line }) => line)).toEqual([4, 7]);
  });

  it('gives numbers and addresses to their channels, and leaves empty cells out', async () => {
    const rows = await rowsIn(
      'account,email,phone,contact\na@acme.example,a@home.example,+49 151 23456789,\nb@acme.example,,,+49 151 1\nc@acme.example,,,c@home.example\nd@acme.example,,,\n',
    );
    expect(rows.map(({ contacts }) => contacts)).toEqual([
      [
        { channel: 'email', typed: 'a@home.example' },
        { channel: 'sms', typed: '+49 151 23456789' },
      ],
      [{ channel: 'sms', typed: '+49 151 1' }],
      [{ channel: 'email', typed: 'c@home.example' }],
      [],
    ]);
  });

  it('names the columns that it does not read', async () => {
    const { ignoredColumns } = await openContactsFile(await written('Account,E-Mail,email,Note\n'));
    expect(ignoredColumns).toEqual(['e-mail', 'note']);
  });

  it.each<[string, string | Buffer, string]>([
    ['that is empty', '', 'one column only'],
    ['with one column', 'account\njane@acme.example\n', 'one column only'],
    ['without the accounts', 'user,email\njane@acme.example,jane@home.example\n', 'no column `account`'],
    ['without contacts', 'account,mail\njane@acme.example,jane@home.example\n', 'no column with contacts'],
    ['without the names of columns', 'jane@acme.example,jane@home.example\n', 'no column `account`'],
    [
      'with two columns of accounts',
      'account,email,Account\na@b.example,c@d.example,e@f.example\n',
      'two columns named `account`',
    ],
    [
      'with two columns of addresses',
      'account,EMAIL,email\na@b.example,c@d.example,e@f.example\n',
      'two columns named `email`',
    ],
    [
      'in Latin-1',
      Buffer.from('account,email\njane@acme.example,j\u00f6rg@home.example\n', 'latin1'),
      'line 2 has signs',
    ],
    ['in Latin-1 in its first line', Buffer.from('account,email,gr\u00f6\u00dfe\n', 'latin1'), 'line 1 has signs'],
    ['in UTF-16 without a mark', Buffer.from(plain, 'utf16le'), 'another encoding than UTF-8'],
    ['that is no text', Buffer.from('PK\u0003\u0004\0\0account,email'), 'not text'],
    [
      'with a quotation mark that is never closed',
      'account,email\njane@acme.example,"jane@home.example\n',
      'never closed',
    ],
    [
      'with a value that goes on for pages',
      `account,email\njane@acme.example,"${'x\n'.repeat(20_000)}`,
      'far too long',
    ],
    [
      'with a quotation mark in a value',
      'account,email\njane@acme.example,ja"ne@home.example\n',
      'line 2 has a quotation mark',
    ],
    [
      'with a value after a quotation mark',
      'account,email\njane@acme.example,"jane"@home.example\n',
      'line 2 has a quotation mark',
    ],
    [
      'with a column too many',
      'account,email\na@b.example,c@d.example\ne@f.example,g@h.example,x\n',
      'line 3 has another number of columns',
    ],
    ['with a column too few', 'account,email\na@b.example\n', 'line 2 has another number of columns'],
  ])('is refused %s', async (_how, content, says) => {
    const message = await refusalOf(content);
    expect(message).toContain('The file cannot be used: ');
    expect(message).toContain(says);
    expect(message).not.toMatch(/@|jane/);
  });

  it('is refused where there is none, and where it is a folder', async () => {
    await expect(openContactsFile(join(folder, 'nowhere.csv'))).rejects.toThrow('it cannot be opened (ENOENT)');
    await expect(openContactsFile(folder)).rejects.toThrow(/not a file|EISDIR/);
  });

  it('is read the same, however it is written', async () => {
    const cell = fc.string({ unit: fc.constantFrom(...'ab@.;,"\'\t ü\u00a0'), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('utf8', 'bom', 'utf16'),
        async (cells, delimiter, end, encoding) => {
          const quoted = cells.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(delimiter));
          const text = [`account${delimiter}email`, ...quoted].join(end);
          const bytes = encoding === 'utf16' ? inUtf16(text) : `${encoding === 'bom' ? '\ufeff' : ''}${text}`;
          const rows = await rowsIn(bytes);
          expect(rows.map(({ account }) => account)).toEqual(cells.map(([account]) => account));
          expect(rows.map(({ contacts }) => contacts[0]?.typed ?? '')).toEqual(cells.map(([, typed]) => typed));
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** Every row that the file gives, and why it gives no more. */
async function readToTheEnd(path: string, atRow: (nth: number) => Promise<void> = async () => undefined) {
  const file = await openContactsFile(path);
  const rows: ContactRow[] = [];
  try {
    for await (const row of file.rows) {
      rows.push(row);
      await atRow(rows.length);
    }
  } catch (error) {
    if (isFileRefusal(error)) return { file, rows, refusal: error.message };
    throw error;
  }
  return { file, rows, refusal: undefined };
}

const rowsOf = (count: number) => 'jane@acme.example,jane@home.example\n'.repeat(count);

describe('a file that cannot be read on', () => {
  it.each<[string, string | Buffer, string]>([
    [
      'a quotation mark in a value',
      'mi"ke@acme.example,x@home.example\n',
      'line 902 has a quotation mark in the middle',
    ],
    ['a column too many', 'mike@acme.example,x@home.example,x\n', 'line 902 has another number of columns'],
    ['a column too few', 'mike@acme.example\n', 'line 902 has another number of columns'],
    ['a value that goes on for pages', `mike@acme.example,"${'x\n'.repeat(20_000)}`, 'far too long'],
    ['a quotation mark that is never closed', 'mike@acme.example,"mike@home.example\n', 'never closed'],
    ['another encoding', Buffer.from('mike@acme.example,j\u00f6rg@home.example\n', 'latin1'), 'line 902 has signs'],
  ])('gives every row before the line with %s, and none after it', async (_what, line, says) => {
    const content = Buffer.concat([
      Buffer.from(`account,email\n${rowsOf(900)}`),
      Buffer.from(line),
      Buffer.from(rowsOf(5)),
    ]);
    const { rows, refusal } = await readToTheEnd(await written(content));
    expect(rows.map(({ line }) => line)).toEqual(Array.from({ length: 900 }, (_, nth) => nth + 2));
    expect(refusal).toContain(says);
  });

  it('gives every row before that line, however long the file is and wherever the line stands', async () => {
    for (const before of [1, 1_799, 1_800, 1_801, 5_000, 20_000]) {
      const path = await written(`account,email\n${rowsOf(before)}x"\n${rowsOf(5_000)}`);
      const { rows, refusal } = await readToTheEnd(path);
      expect([rows.length, refusal]).toEqual([before, expect.stringContaining(`line ${before + 2} has`)]);
    }
  });

  it('gives no row of which only the beginning is left', async () => {
    const path = await written(`account,email\n${rowsOf(100_000)}`);
    // Cut in the middle of a row that nobody has read yet, while the first one is looked at.
    const cutAt = 'account,email\n'.length + 90_000 * rowsOf(1).length - 4;
    const { rows, refusal } = await readToTheEnd(path, async (nth) => {
      if (nth === 1) await truncate(path, cutAt);
    });
    expect(refusal).toBe('The file cannot be used: it has changed while it was read.');
    expect(rows).toHaveLength(89_999);
    expect(rows.at(-1)?.contacts).toEqual(jane(0).contacts);
  });

  it('is told from one that was read whole: somebody still writes to it', async () => {
    const path = await written(`account,email\n${rowsOf(100_000)}`);
    const { refusal } = await readToTheEnd(path, async (nth) => {
      if (nth === 1) await appendFile(path, 'mike@acme.example,mi');
    });
    expect(refusal).toBe('The file cannot be used: it has changed while it was read.');
  });

  it('has vanished before its first row was asked for', async () => {
    const path = await written(plain);
    const { rows } = await openContactsFile(path);
    await rm(path);
    await expect(rows[Symbol.asyncIterator]().next()).rejects.toThrow(
      'The file cannot be used: it cannot be read on (ENOENT).',
    );
  });
});

describe('where a row of a file of contacts ends', () => {
  it.each<[string, (text: string) => string | Buffer, number]>([
    ['UTF-8', (text) => text, 1],
    ['UTF-8 with a mark', (text) => `\ufeff${text}`, 1],
    ['UTF-16', inUtf16, 2],
  ])('is known to a few bytes in %s, also far behind the beginning', async (_what, encode, bytesPerSign) => {
    const line = 'jane@acme.example,jane@home.example\n';
    const { file, rows } = await readToTheEnd(await written(encode(`account,email\n${line.repeat(10_000)}`)));
    for (const nth of [0, 1, 4_999, 9_998, 9_999]) {
      const end = ('account,email\n'.length + (nth + 1) * line.length) * bytesPerSign;
      expect(Math.abs((rows[nth]?.endByte ?? 0) - end), `row ${nth}`).toBeLessThanOrEqual(4);
    }
    expect(rows.every(({ endByte }) => endByte <= file.sizeBytes)).toBe(true);
  });
});

it('a file of contacts is read as far as its rows are asked for, however long it is', async () => {
  const path = await written(`account,email\n${rowsOf(200_000)}`);
  const { rows } = await readToTheEnd(path, async (nth) => {
    if (nth === 1) await truncate(path, 1_000_000);
  });
  // A reader that had taken the whole file in would know all the rows. A streaming one is a hundred kilobytes ahead.
  expect(rows.length).toBeLessThan(200_000 / 4);
});

describe('the addresses that a file has had', () => {
  it('are found again, with their first line, however many they are', () => {
    const seen = createSeenAddresses();
    for (let line = 1; line <= 20_000; line += 1) seen.add(`a${line}@home.example`, line);
    const wrong = Array.from({ length: 20_000 }, (_, nth) => nth + 1).filter(
      (line) => seen.lineOf(`a${line}@home.example`) !== line,
    );
    expect(wrong).toEqual([]);
    expect(seen.lineOf('b1@home.example')).toBeUndefined();
  });
});
