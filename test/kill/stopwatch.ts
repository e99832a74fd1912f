// Runs inside the real process, ahead of it (NODE_OPTIONS=--import): counts its operations and kills it at the one asked for,
// moves its clock, and shortens the pauses of its loops. The product is untouched and knows nothing of this.
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * An operation is a request to the outside that was answered, or a commit that wrote something; one that can have changed
 * nothing is none, unless KILL_TEST_READINGS says `yes`.
 * `after`: killed when the operation is done and nobody in the process knows yet. `before`: when it is about to begin.
 */
export interface Aim {
  /** As `Operation`; absent: any. */
  readonly name?: string;
  /** Counted from the moment at which the aim is taken. */
  readonly nth: number;
  readonly when: 'before' | 'after';
}

/** What the process tells the test, where it was asked to. */
export interface Operation {
  /** `commit`, or method and path with ids left out. */
  readonly operation: string;
}

/** What the test tells the process. */
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
  // A process that is killed would leave nothing for the next start, and there are many.
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
});
process.channel?.unref();

function die(where: string): void {
  writeSync(2, `\nkilled ${where}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** What only looks leaves the world as it was, and the home page is drawn whole each time: dying around it is dying before it. */
const readings = new Set(['auth.test', 'bots.info', 'users.info', 'conversations.info', 'conversations.members']);
const isReading = (name: string): boolean =>
  name.startsWith('GET ') || name.endsWith('/views.publish') || readings.has(name.slice(name.lastIndexOf('/') + 1));

/** Begins the next operation; what it answers is to be called when that operation is done. */
function operation(name: string): () => void {
  if (isReading(name) && !settings.readings) return () => undefined;
  if (tells) process.send?.({ operation: name } satisfies Operation);
  if (aim === undefined || (aim.name ?? name) !== name) return () => undefined;
  counted += 1;
  if (counted !== aim.nth) return () => undefined;
  if (aim.when === 'before') die(`before ${name} ${counted}`);
  return () => die(`after ${name} ${aim?.nth}`);
}

const realNow = Date.now;
Date.now = () => realNow() + shiftMs;

/** Of a request's own patience nothing is taken: only the loops' sleeping is shortened. */
const patience = new Set([2_300, 2_500, 2_600, 8_000]);
const realSetTimeout = globalThis.setTimeout;
globalThis.setTimeout = Object.assign(
  (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    realSetTimeout(work, ms > 300 && !patience.has(ms) ? ms / settings.haste : ms, ...args),
  realSetTimeout,
);

const realFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const { pathname } = new URL(input instanceof Request ? input.url : String(input));
  const path = pathname.replace(/\/[^/]*(?:%7C|\|)[^/]*/gi, '/:id').replace(/^\/commands\/.*/, '/commands/:id');
  const done = operation(`${init?.method ?? 'GET'} ${path}`);
  const response = await realFetch(input, init);
  done();
  return response;
};

/** A commit that wrote nothing leaves the world as it was: it is no operation. */
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
