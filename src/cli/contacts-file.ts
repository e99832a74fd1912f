// Reads a file of contacts: CSV → rows, as a stream. Refuses a file that it could misread, with the line. Never repeats what
// stands in the file.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CsvError, type Options, parse } from 'csv-parse';
import { z } from 'zod';
import { foldCase } from '../text/case-folding.ts';

export interface TypedContact {
  readonly channel: 'email' | 'sms';
  readonly typed: string;
}

export interface ContactRow {
  /** The line of the file in which the row ends, from 1. */
  readonly line: number;
  /** How many bytes of the file there are up to the end of the row. */
  readonly endByte: number;
  readonly account: string;
  /** Empty cells are left out. */
  readonly contacts: readonly TypedContact[];
}

export interface ContactsFile {
  readonly sizeBytes: number;
  /** Names of columns that are not read. */
  readonly ignoredColumns: readonly string[];
  /** May be read once. Where the file cannot be read on, gives every row before that place and then throws a `FileRefusal`. */
  readonly rows: AsyncIterable<ContactRow>;
}

export type FileRefusal = Error & { readonly name: 'FileRefusal' };
export const isFileRefusal = (error: unknown): error is FileRefusal =>
  error instanceof Error && error.name === 'FileRefusal';

/** Throws a `FileRefusal` with one sentence, which names the remedy. */
export async function openContactsFile(path: string): Promise<ContactsFile> {
  const { beginning, sizeBytes } = await readBeginning(path);
  const encoding = encodingOf(beginning);
  const head = new TextDecoder(encoding).decode(beginning, { stream: true });
  const delimiter = delimiterOf(head);
  const columns = await readHeader(head, delimiter);
  return {
    sizeBytes,
    ignoredColumns: columns.filter((name) => !isKnown(name)),
    rows: contactsIn({ path, sizeBytes, encoding, delimiter }, columns),
  };
}

const known = ['account', 'email', 'phone', 'contact'] as const;
type Known = (typeof known)[number];
const isKnown = (name: string): name is Known => known.some((one) => one === name);

const beginningBytes = 64 * 1024;
/** No row of two addresses and a number is longer, whatever other columns it has. */
const rowCharsAtMost = 16 * 1024;

async function readBeginning(path: string): Promise<{ readonly beginning: Buffer; readonly sizeBytes: number }> {
  try {
    const file = await open(path);
    try {
      const about = await file.stat();
      if (!about.isFile()) throw refusal('it is not a file. A pipe or a folder cannot be read twice');
      const { buffer, bytesRead } = await file.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
      return { beginning: buffer.subarray(0, bytesRead), sizeBytes: about.size };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isFileRefusal(error)) throw error;
    throw refusal(`it cannot be opened (${codeOf(error)})`);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';

/** Windows writes a mark at the beginning of UTF-16, and sometimes of UTF-8. Whatever has none must be UTF-8. */
function encodingOf(beginning: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = beginning;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (beginning.includes(0)) throw refusal(`it is not text, or in another encoding than UTF-8. ${saveAgain}`);
  return 'utf-8';
}

const saveAgain = 'Save it again as "CSV UTF-8"';

/** The sign that occurs most often in the first line, outside quotation marks. csv-parse's own guess may be a letter (7.0.3). */
function delimiterOf(head: string): string {
  const counts = new Map([',', ';', '\t'].map((sign) => [sign, 0]));
  let isQuoted = false;
  for (const sign of head.trimStart()) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (sign === '\n' || sign === '\r') break;
    else if (counts.has(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  if (most === undefined || most[1] === 0) throw refusal(`its first line has one column only. ${wantedColumns}`);
  return most[0];
}

const wantedColumns =
  'It must name the columns: `account` for the address at work, and `email`, `phone`, or `contact` for either of them';

/** In lower case, in their order. */
async function readHeader(head: string, delimiter: string): Promise<readonly string[]> {
  const parser = parse({ ...options, delimiter, to: 1 });
  parser.end(head);
  const names: string[] = [];
  try {
    for await (const each of parser) names.push(...cells.parse(each).map(foldCase));
  } catch (error) {
    throw unreadable(error);
  }
  if (names.some((name) => name.includes(replacement))) throw wrongEncoding(1);
  const twice = names.find((name, nth) => isKnown(name) && names.indexOf(name) !== nth);
  if (twice !== undefined) throw refusal(`it has two columns named \`${twice}\`. Leave one`);
  if (!names.includes('account')) throw refusal(`it has no column \`account\`. ${wantedColumns}`);
  if (!['email', 'phone', 'contact'].some((name) => names.includes(name)))
    throw refusal(`it has no column with contacts. ${wantedColumns}`);
  return names;
}

const options: Options = { trim: true, skip_empty_lines: true, max_record_size: rowCharsAtMost };

const cells = z.array(z.string());

/** What a decoder writes for bytes that are not in its encoding. */
const replacement = '\ufffd';

async function* contactsIn(file: CsvFile, columns: readonly string[]): AsyncGenerator<ContactRow> {
  let isHeader = true;
  for await (const row of rowsIn(file)) {
    if (row.cells.some((cell) => cell.includes(replacement))) throw wrongEncoding(row.line);
    if (!isHeader) yield contactOf(row, columns);
    isHeader = false;
  }
}

interface CsvFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly encoding: string;
  readonly delimiter: string;
}

interface CsvRow {
  readonly line: number;
  readonly endByte: number;
  readonly cells: readonly string[];
}

async function* rowsIn(file: CsvFile): AsyncGenerator<CsvRow> {
  const read = createParser(file.delimiter);
  for await (const part of textOf(file)) {
    const { rows, error } = await read(part);
    yield* rows;
    if (error instanceof Error) throw unreadable(error);
  }
}

interface Part {
  readonly text: string;
  /** Where it stands in the file. */
  readonly fromByte: number;
  readonly bytes: number;
  readonly isLast: boolean;
}

async function* textOf({ path, sizeBytes, encoding }: CsvFile): AsyncGenerator<Part> {
  const decoder = new TextDecoder(encoding);
  let fromByte = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      if (!(chunk instanceof Uint8Array)) continue;
      const bytes = chunk.length;
      yield { text: decoder.decode(chunk, { stream: true }), fromByte, bytes, isLast: false };
      fromByte += bytes;
    }
  } catch (error) {
    throw refusal(`it cannot be read on (${codeOf(error)})`);
  }
  // Looked at before the last row is given out: in a file that became shorter, that row may end with half an address.
  if (fromByte !== sizeBytes) throw refusal('it has changed while it was read');
  yield { text: decoder.decode(), fromByte, bytes: 0, isLast: true };
}

/**
 * Rows are taken from the parser as it finds them, not from its stream: at an error a stream forgets what nobody has taken yet.
 * The parser counts in UTF-8, whatever the file is in.
 */
function createParser(delimiter: string) {
  let found: { readonly line: number; readonly end: number; readonly cells: readonly string[] }[] = [];
  let parsedBefore = 0;
  const parser = parse({
    ...options,
    delimiter,
    on_record: (record, { lines, bytes }) => {
      found.push({ line: lines, end: bytes, cells: cells.parse(record) });
      return null;
    },
  });
  // What is wrong comes back from the write, too.
  parser.on('error', () => undefined);

  return async ({ text, fromByte, bytes, isLast }: Part) => {
    const error = await new Promise<Error | null | undefined>((resolve) => {
      const done = (fault?: Error | null): void => resolve(fault);
      if (isLast) parser.end(text, 'utf8', done);
      else parser.write(text, 'utf8', done);
    });
    const length = Buffer.byteLength(text);
    const share = bytes / Math.max(1, length);
    const rows: readonly CsvRow[] = found.map(({ line, end, cells }) => {
      return { line, endByte: Math.floor(fromByte + Math.max(0, end - parsedBefore) * share), cells };
    });
    found = [];
    parsedBefore += length;
    return { rows, error };
  };
}

function contactOf({ line, endByte, cells }: CsvRow, columns: readonly string[]): ContactRow {
  const cellOf = (name: Known): string => cells[columns.indexOf(name)] ?? '';
  const either = cellOf('contact');
  const contacts: readonly TypedContact[] = [
    { channel: 'email', typed: cellOf('email') },
    { channel: 'sms', typed: cellOf('phone') },
    { channel: either.includes('@') ? 'email' : 'sms', typed: either },
  ];
  return { line, endByte, account: cellOf('account'), contacts: contacts.filter(({ typed }) => typed !== '') };
}

const refusal = (what: string): FileRefusal =>
  Object.assign(new Error(`The file cannot be used: ${what}.`), { name: 'FileRefusal' as const });

const wrongEncoding = (line: number): FileRefusal =>
  refusal(`line ${line} has signs that are not in the encoding of the file. ${saveAgain}`);

/** The parser's own messages repeat what stands in the file, so only its codes are used. */
function unreadable(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = typeof error['lines'] === 'number' ? `line ${error['lines']}` : 'a line';
  return refusal(`${line} ${sayings[error.code] ?? 'is not CSV'}`);
}

const sayings: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'has another number of columns than the first line',
  CSV_QUOTE_NOT_CLOSED: 'ends the file inside a quotation mark that is opened and never closed',
  CSV_MAX_RECORD_SIZE: 'is far too long. Perhaps a quotation mark above it is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'has a quotation mark in the middle of a value',
  INVALID_OPENING_QUOTE: 'has a quotation mark in the middle of a value',
};
