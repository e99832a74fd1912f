// What the operator's commands share: the database, who they are, the question before an act, its record, and how things are printed.
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { databaseUrl } from '../config/database-url.ts';
import { instant } from '../flows/ids.ts';
import { createLogger } from '../observability/logger.ts';
import { redactLine } from '../observability/redaction.ts';
import { type OperatorStore, openOperatorStore } from '../store/operator/open.ts';
import { type Arguments, usageError } from './arguments.ts';

export const clock = { now: () => instant(Date.now()) };

export interface Operator {
  readonly store: OperatorStore;
  /** The name that is kept with what is done. */
  readonly who: string;
  readonly log: Logger;
}

/** Opens the database for one command and closes it after that. */
export async function withOperator(
  { database }: Pick<Config, 'database'>,
  args: Arguments,
  env: NodeJS.ProcessEnv,
  command: (operator: Operator) => Promise<number>,
): Promise<number> {
  const who = whoIs(args.value('by'), env);
  const store = await openOperatorStore(databaseUrl(database));
  try {
    return await command({ store, who, log: createLogger({ level: 'info', stream: process.stderr }) });
  } finally {
    await store.close();
  }
}

/** The user of the operating system, which vouches for it; and the name that they give themselves. */
export function whoIs(by: string | undefined, env: NodeJS.ProcessEnv): string {
  const sudoer = env['SUDO_USER'] ?? '';
  const user = sudoer === '' ? userName() : `${sudoer} by sudo`;
  return plain(by === undefined ? user : `${by} (${user})`, 200);
}

/** A user without a name, as in some containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** What somebody typed, as it may be kept and printed: one line, without addresses, codes, links or invisible characters. */
export const plain = (text: string, charsAtMost: number): string =>
  redactLine(text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()).slice(0, charsAtMost);

interface Lever {
  /** The command, e.g. `requests end`. */
  readonly did: string;
  readonly about: string;
  readonly because?: string;
  /** It undoes a protection: logged as a warning. */
  readonly isGrave?: true;
}

/** `done: false`: it was refused, and why. */
export type LeverResult = { readonly done: boolean; readonly says: string };

/** Writes who does what before it is done and what came of it afterwards, into the database and the log. Returns the exit code. */
export async function carryOut(
  { store, who, log }: Operator,
  act: Lever,
  work: () => Promise<LeverResult>,
): Promise<number> {
  const { did, about, because, isGrave } = act;
  const reason = because === undefined ? {} : { because };
  const id = await store.acts.begin({ at: clock.now(), who, did, about, ...reason });
  const { done, says } = await work();
  await store.acts.end(id, done ? 'done' : 'refused');
  const fields = { event: 'operator.act', who, did, about, ...reason, result: done ? 'done' : 'refused' };
  if (isGrave === true && done) log.warn(fields, 'an operator undid a protection');
  else log.info(fields, 'an operator ran a command');
  if (done) print(says);
  else complain(says);
  return done ? 0 : 1;
}

/** Asks a person at a terminal. Automation says `--yes`. */
export async function confirm(args: Arguments, what: string): Promise<boolean> {
  process.stderr.write(`${what}\n`);
  if (args.has('yes')) return true;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw usageError('nobody can be asked here, so say --yes if this is what you want');
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await questions.question('Go on? Type yes: ');
  questions.close();
  const isYes = answer.trim() === 'yes';
  if (!isYes) complain('nothing was done');
  return isYes;
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const complain = (text: string): void => void process.stderr.write(`latchkey: ${text}\n`);
export const printJson = (value: unknown): void => print(JSON.stringify(value, undefined, 2));

/** In UTC, to the second. */
export const time = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
export const timeOrNone = (at: number | undefined): string => (at === undefined ? '–' : time(at));

/** Columns that are as wide as their widest cell. No cell has an address or an invisible character. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map((cell) => plain(cell, 200)));
  const widths = head.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `--limit`, 50 where it is not given. */
export function limitOf(args: Arguments): number {
  const text = args.value('limit') ?? '50';
  if (!/^[1-9]\d{0,3}$/.test(text)) throw usageError('--limit is a number from 1 to 9999');
  return Number(text);
}

/** Throws unless there are exactly so many. */
export function expectWords({ words }: Arguments, count: number, what: string): void {
  if (words.length !== count) throw usageError(`this needs ${what}`);
}
