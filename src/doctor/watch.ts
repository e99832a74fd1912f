// The doctor in a running server: it looks at the start and every hour, and says only what has changed.
// Decision 0057 says what makes a server not ready.
import type { Logger } from 'pino';
import type { Check, CheckState, Finding } from './check.ts';
import { examine, statesOf } from './examine.ts';

export interface WatchOptions {
  /** New ones for each look, so that they may share answers within it. Somebody waits for the first one. */
  readonly checks: (look: 'first' | 'patient') => readonly Check[];
  /** Runs `work` after `firstInMs` and then again and again, `everyMs` after each end. */
  readonly repeat: (name: string, everyMs: number, work: () => Promise<void>, firstInMs: number) => void;
  readonly log: Logger;
  /** The present state of each check. */
  readonly observe: (states: ReadonlyMap<string, CheckState>) => void;
  readonly everyMs?: number;
  readonly firstInMs?: number;
  readonly againMs?: number;
  readonly eachWithinMs?: number;
}

export interface Watch {
  /**
   * The first look. Calls `ready` once nothing is found that stops the server from being ready; until then it looks again every
   * minute. What could not be seen in time does not stop it.
   */
  start(ready: () => void): void;
  /** False from the start on until `ready` was called. Never false again: what changes later at a service stops no instance. */
  isReady(): boolean;
  /** Every check is listed from the start on. */
  states(): ReadonlyMap<string, CheckState | NotYetLooked>;
}

/** Of a check that has not had its turn since the start. */
export type NotYetLooked = 'not-yet-looked';

const hourMs = 3_600_000;
/** The first people after a start come before everything that can wait. */
const afterStartMs = 60_000;
const minuteMs = 60_000;
/** Of the checks that `ready` waits for: people write already. */
const firstWithinMs = 5_000;
/** The many calls of a look go out one by one. */
const patientWithinMs = 300_000;

export function createWatch(options: WatchOptions): Watch {
  const { checks, repeat, log, observe, everyMs = hourMs, firstInMs = afterStartMs, againMs = minuteMs } = options;
  const { eachWithinMs = firstWithinMs } = options;
  const known = new Map<string, readonly Finding[]>();
  /** Until the first look at all. */
  let expected = checks('patient').flatMap(({ name, finds }) => finds ?? [name]);
  let isReady = false;

  async function look(chosen: readonly Check[], withinMs: number): Promise<readonly Finding[]> {
    const onBroken = (check: string, err: unknown): void => log.error({ err, check }, 'a check of the doctor failed');
    const findings = await examine({ checks: chosen, eachWithinMs: withinMs, onBroken });
    for (const [check, members] of Map.groupBy(findings, (one) => one.check)) {
      tellChange(log, known.get(check), members);
      known.set(check, members);
    }
    observe(found());
    return findings;
  }

  const found = (): ReadonlyMap<string, CheckState> => statesOf([...known.values()].flat());
  const states = (): ReadonlyMap<string, CheckState | NotYetLooked> =>
    new Map([...expected.map((check) => [check, 'not-yet-looked' as const] as const), ...found()]);
  const firstOnes = (): readonly Check[] => checks('first').filter(({ isFirst }) => isFirst === true);

  async function lookAtAll(): Promise<void> {
    const present = new Set((await look(checks('patient'), patientWithinMs)).map(({ check }) => check));
    // E.g. of a connection that the policy named before.
    for (const check of [...known.keys()].filter((one) => !present.has(one))) known.delete(check);
    expected = [];
    observe(found());
  }

  async function becomeReady(ready: () => void): Promise<void> {
    if (isReady) return;
    const seen = await look(firstOnes(), eachWithinMs);
    const blocking = seen.filter(({ stopsReady }) => stopsReady === true);
    if (blocking.length > 0) {
      log.error({ event: 'doctor.not-ready', checks: blocking.map(({ check }) => check) }, notReady);
      return;
    }
    isReady = true;
    const unseen = seen.filter(({ state }) => state === 'skipped');
    if (unseen.length > 0) {
      const named = unseen.map(({ check, what }) => `${check}: ${what}`);
      log.warn({ event: 'doctor.not-seen', notSeen: named }, notSeen);
    }
    ready();
  }

  return {
    start(ready) {
      const again = (): Promise<void> => becomeReady(ready);
      repeat('looking whether this server can be ready', againMs, again, 0);
      repeat('looking at the services', everyMs, lookAtAll, firstInMs);
    },
    isReady: () => isReady,
    states,
  };
}

const notReady =
  'not ready: with these settings nobody can be helped. It looks again every minute; `latchkey doctor` says everything';

const notSeen = 'ready, but not all of the settings could be seen: what was not seen is not known to be right';

/** What is as it was is not repeated. What could not be seen is no news, and neither is the first look at what is right. */
function tellChange(log: Logger, before: readonly Finding[] | undefined, now: readonly Finding[]): void {
  const told = new Set((before ?? []).map(({ state, what }) => `${state} ${what}`));
  for (const { check, state, what, remedy } of now) {
    if (told.has(`${state} ${what}`)) continue;
    const line = { event: 'doctor.finding', check, state, what, remedy };
    if (state === 'failed') log.error(line, 'the doctor found something wrong');
    else if (state === 'warning') log.warn(line, 'the doctor found something to look at');
    else log.debug(line, 'the doctor looked');
  }
  const wasBad = before?.some(isBad) === true;
  const [first] = now;
  const isSeen = now.some(({ state }) => state === 'ok');
  if (wasBad && first !== undefined && isSeen && !now.some(isBad))
    log.info({ event: 'doctor.mended', check: first.check, state: first.state }, 'the doctor finds this no longer');
}

const isBad = ({ state }: Finding): boolean => state === 'failed' || state === 'warning';
