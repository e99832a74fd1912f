// Preloaded into the real process (NODE_OPTIONS=--import): counts its operations and kills it at the given one, moves
// its clock, and shortens the sleeps of its loops. The product's code is unchanged and does not know about it.
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * An operation is an answered request to another system, or a commit that wrote something. A request that can have
 * changed nothing does not count, unless KILL_TEST_READINGS is `yes`. `after`: killed when the operation is done,
 * before anything in the process can react. `before`: killed when it is about to begin.
 */
export interface Aim {
  /** The operation's name, as in `Operation`; absent: any. */
  readonly name?: string;
  /** Counted from the moment at which the aim was set. */
  readonly nth: number;
  readonly when: 'before' | 'after';
}

/**
 * What the process reports to the test: an operation, when asked to (`commit`, or method and path without ids); and that it has no aim any
 * more.
 */
export type Report = { readonly operation: string } | 'no aim';

/** What the test sends to the process. */
export type Order = { readonly aim: Aim | undefined } | { readonly passMs: number } | 'tell' | 'keep-compiled';

const settings = {
  shiftMs: Number(process.env['KILL_TEST_SHIFT_MS'] ?? 0),
  haste: Number(process.env['KILL_TEST_HASTE'] ?? 1),
  aim: process.env['KILL_TEST_AIM'],
  readings: process.env['KILL_TEST_READINGS'] === 'yes',
};

let shiftMs = settings.shiftMs;
let aim: Aim | undefined = settings.aim === undefined ? undefined : JSON.parse(settings.aim);
let counted = 0;
let tells = false;

process.on('message', (order: Order) => {
  // A killed process would not write its compile cache for the next start, and there are many starts.
  if (order === 'keep-compiled') return flushCompileCache();
  if (order === 'tell') {
    tells = true;
    return;
  }
  if ('passMs' in order) {
    shiftMs += order.passMs;
    return;
  }
  aim = order.aim;
  tells = false;
  counted = 0;
  if (aim === undefined) process.send?.('no aim' satisfies Report);
});
process.channel?.unref();

function die(where: string): void {
  writeSync(2, `\nkilled ${where}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Requests that only read, and the home page, which is drawn whole each time. Dying around one of them equals dying
 * before it.
 */
const readings = new Set(['auth.test', 'bots.info', 'users.info', 'conversations.info', 'conversations.members']);
const isReading = (name: string): boolean =>
  name.startsWith('GET ') || name.endsWith('/views.publish') || readings.has(name.slice(name.lastIndexOf('/') + 1));

/** Starts the next operation; the returned function must be called when that operation is done. */
function operation(name: string): () => void {
  if (isReading(name) && !settings.readings) return () => undefined;
  if (tells) process.send?.({ operation: name } satisfies Report);
  if (aim === undefined || (aim.name ?? name) !== name) return () => undefined;
  counted += 1;
  if (counted !== aim.nth) return () => undefined;
  if (aim.when === 'before') die(`before ${name} ${counted}`);
  return () => die(`after ${name} ${aim?.nth}`);
}

const realNow = Date.now;
Date.now = () => realNow() + shiftMs;

/** Timeouts of requests are not shortened: only the sleeps of the loops are. */
const requestTimeouts = new Set([2_300, 2_500, 2_600, 8_000]);
const realSetTimeout = globalThis.setTimeout;
globalThis.setTimeout = Object.assign(
  (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    realSetTimeout(work, ms > 300 && !requestTimeouts.has(ms) ? ms / settings.haste : ms, ...args),
  realSetTimeout,
);

const realFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const { pathname } = new URL(input instanceof Request ? input.url : String(input));
  const path = pathname
    .replace(/\/[^/]*(?:%7C|\|)[^/]*/gi, '/:id')
    .replace(/^\/commands\/.*/, '/commands/:id')
    .replace(/(\/identities\/\w+)\/.*/, '$1/:id');
  const done = operation(`${init?.method ?? 'GET'} ${path}`);
  const response = await realFetch(input, init);
  done();
  return response;
};

/** A commit that wrote nothing is not counted as an operation. */
const realPrepare = DatabaseSync.prototype.prepare;
DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql, options) {
  const statement = realPrepare.call(this, sql, options);
  const verb = /^(begin|commit)\b/i.exec(sql)?.[1]?.toLowerCase();
  if (verb === undefined) return statement;
  const changes = realPrepare.call(this, 'select total_changes() as changes');
  const count = (): number => Number(changes.get()?.['changes']);
  return watched(statement, verb === 'begin' ? () => startsAt.set(this, count()) : undefined, () =>
    count() === startsAt.get(this) ? undefined : operation('commit'),
  );
};
const startsAt = new WeakMap<DatabaseSync, number>();

function watched(
  statement: StatementSync,
  begin: (() => void) | undefined,
  commit: () => (() => void) | undefined,
): StatementSync {
  const realRun = statement.run.bind(statement);
  statement.run = () => {
    begin?.();
    const done = begin === undefined ? commit() : undefined;
    const result = realRun();
    done?.();
    return result;
  };
  return statement;
}
