// The doctor in a running server. The moments at which it looks are the test's.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Check, CheckState, Finding } from '../../src/doctor/check.ts';
import { createWatch } from '../../src/doctor/watch.ts';

const right: Finding = { check: 'auth0.connections', state: 'ok', what: 'They exist.' };
const missing: Finding = {
  ...right,
  state: 'failed',
  what: 'One does not exist.',
  remedy: 'Write it.',
  stopsReady: true,
};
const silent: Finding = { ...right, state: 'failed', what: 'Auth0 does not answer.', remedy: 'Wait.' };
const later: Finding = { check: 'auth0.brute-force', state: 'warning', what: 'Too low.', remedy: 'Raise it.' };

function watching(options: { readonly eachWithinMs?: number } = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const works: { readonly everyMs: number; readonly firstInMs: number; readonly work: () => Promise<void> }[] = [];
  const now: { first: readonly Finding[] | Promise<never>; all: readonly Finding[] } = {
    ...{ first: [right], all: [right, later] },
  };
  let observed: ReadonlyMap<string, CheckState> = new Map();
  const checks = (): readonly Check[] => [
    { name: 'first', finds: [right.check], isFirst: true, run: async () => now.first },
    {
      name: 'later',
      finds: [later.check, 'auth0.rare'],
      run: async () => now.all.filter((one) => one !== right),
    },
  ];
  const watch = createWatch({
    ...{ checks, log, ...options },
    repeat: (_name, everyMs, work, firstInMs) => void works.push({ everyMs, firstInMs, work }),
    observe: (states) => {
      observed = new Map(states);
    },
  });
  let readies = 0;
  watch.start(() => {
    readies += 1;
  });
  const at = (index: number) => async () => works[index]?.work();
  const told = (level: number) => lines.filter((line) => line['level'] === level).map((line) => line['event']);
  return {
    watch,
    now,
    works,
    looksFirst: at(0),
    looksAtAll: at(1),
    readies: () => readies,
    told,
    lines,
    observed: () => observed,
  };
}

describe('a server', () => {
  it('is not ready before it has looked, and is when nothing stops it; that is said once', async () => {
    const { watch, looksFirst, readies } = watching();
    expect([watch.isReady(), readies()]).toEqual([false, 0]);
    await looksFirst();
    await looksFirst();
    expect([watch.isReady(), readies()]).toEqual([true, 1]);
  });

  it('with which nobody can be helped is not ready, says so, and looks again every minute until it is', async () => {
    const { watch, now, works, looksFirst, readies, told } = watching();
    now.first = [missing];
    await looksFirst();
    await looksFirst();
    expect([watch.isReady(), readies(), works[0]?.everyMs]).toEqual([false, 0, 60_000]);
    expect(told(50)).toEqual(['doctor.finding', 'doctor.not-ready', 'doctor.not-ready']);
    now.first = [right];
    await looksFirst();
    expect([watch.isReady(), readies()]).toEqual([true, 1]);
  });

  it('that could not see a setting is ready, and says what it does not know to be right', async () => {
    const { watch, now, looksFirst, told } = watching();
    now.first = [{ ...right, state: 'skipped', what: 'not seen. The application lacks the scope read:connections.' }];
    await looksFirst();
    expect([watch.isReady(), watch.states().get(right.check), told(40)]).toEqual([
      true,
      'skipped',
      ['doctor.not-seen'],
    ]);
    const seeing = watching();
    await seeing.looksFirst();
    expect(seeing.told(40)).toEqual([]);
  });

  it('whose service does not answer is ready: it takes requests, and works when the service does', async () => {
    const { watch, now, looksFirst } = watching();
    now.first = [silent];
    await looksFirst();
    expect(watch.isReady()).toBe(true);
  });

  it('that was ready stays ready, whatever somebody changes at a service later', async () => {
    const { watch, now, looksFirst, looksAtAll, told } = watching();
    await looksFirst();
    now.first = [missing];
    await looksAtAll();
    expect(watch.isReady()).toBe(true);
    expect(watch.states().get('auth0.connections')).toBe('failed');
    expect(told(50)).toEqual(['doctor.finding']);
  });

  it('looks at all a minute after the start and then every hour', () => {
    expect(watching().works[1]).toMatchObject({ firstInMs: 60_000, everyMs: 3_600_000 });
  });

  it('says what it finds once, again when it has changed, and when it is gone', async () => {
    const { now, looksAtAll, told } = watching();
    await looksAtAll();
    await looksAtAll();
    expect(told(40)).toEqual(['doctor.finding']);
    now.all = [right, { ...later, what: 'Much too low.' }];
    await looksAtAll();
    expect(told(40)).toEqual(['doctor.finding', 'doctor.finding']);
    now.all = [right, { check: later.check, state: 'ok', what: 'High enough.' }];
    await looksAtAll();
    expect(told(30)).toEqual(['doctor.mended']);
  });

  it('does not take for mended what it could not see', async () => {
    const { now, looksAtAll, told } = watching();
    await looksAtAll();
    now.all = [right, { check: later.check, state: 'skipped', what: 'not seen.' }];
    await looksAtAll();
    expect([told(40), told(30)]).toEqual([['doctor.finding'], []]);
  });

  it('that waited in vain for a first check is ready, and names it as not seen', async () => {
    const { watch, now, looksFirst, told, lines } = watching({ eachWithinMs: 20 });
    now.first = new Promise(() => undefined);
    await looksFirst();
    expect([watch.isReady(), told(50), told(40)]).toEqual([true, [], ['doctor.not-seen']]);
    expect(lines.find(({ event }) => event === 'doctor.not-seen')?.['notSeen']).toEqual([
      'first: not seen: it took more than 0 seconds.',
    ]);
  });

  it('lists what it has not looked at yet, and forgets after the first look at all what is not found', async () => {
    const { watch, now, looksFirst, looksAtAll, observed } = watching();
    expect([...watch.states()]).toEqual([
      [right.check, 'not-yet-looked'],
      [later.check, 'not-yet-looked'],
      ['auth0.rare', 'not-yet-looked'],
    ]);
    await looksFirst();
    expect(Object.fromEntries(watch.states())).toEqual({
      ...{ [right.check]: 'ok', [later.check]: 'not-yet-looked', 'auth0.rare': 'not-yet-looked' },
    });
    // A metric has no such state.
    expect([...observed()]).toEqual([[right.check, 'ok']]);
    now.all = [right, later];
    await looksAtAll();
    expect(Object.fromEntries(watch.states())).toEqual({ [right.check]: 'ok', [later.check]: 'warning' });
  });

  it('forgets what it no longer looks at', async () => {
    const { watch, now, looksAtAll, observed } = watching();
    await looksAtAll();
    expect(observed().get(later.check)).toBe('warning');
    now.all = [right];
    await looksAtAll();
    expect([...watch.states().keys()]).toEqual([right.check]);
    expect([...observed().keys()]).toEqual([right.check]);
  });
});
