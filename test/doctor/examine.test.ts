import { describe, expect, it } from 'vitest';
import type { Check, Finding } from '../../src/doctor/check.ts';
import { examine, hasFailed, statesOf } from '../../src/doctor/examine.ts';

const ok = (check: string): Finding => ({ check, state: 'ok', what: 'It works.' });
const run = async (checks: readonly Check[]) => {
  const broken: string[] = [];
  const findings = await examine({ checks, eachWithinMs: 30, onBroken: (name) => broken.push(name) });
  return { findings, broken };
};

describe('the doctor', () => {
  it('looks with all checks at once, and reports in their order', async () => {
    const second = Promise.withResolvers<readonly Finding[]>();
    const { findings } = await run([
      { name: 'one', run: () => second.promise },
      {
        name: 'two',
        run: async () => {
          second.resolve([ok('one')]);
          return [ok('two')];
        },
      },
    ]);
    expect(findings.map(({ check }) => check)).toEqual(['one', 'two']);
  });

  it('turns a check that throws into a finding, and hides no other behind it', async () => {
    const { findings, broken } = await run([
      { name: 'one', run: () => Promise.reject(new Error('a secret in an error')) },
      { name: 'two', run: async () => [ok('two')] },
    ]);
    expect(findings).toEqual([
      expect.objectContaining({ check: 'one', state: 'failed', remedy: expect.any(String) }),
      ok('two'),
    ]);
    expect(broken).toEqual(['one']);
    expect(JSON.stringify(findings)).not.toContain('a secret');
  });

  it('waits for no check for longer than its time, and hides no other behind it', async () => {
    const { findings } = await run([
      { name: 'one', run: () => new Promise(() => undefined) },
      { name: 'two', run: async () => [ok('two')] },
    ]);
    const what = 'not seen: it took more than 0 seconds.';
    expect(findings).toEqual([expect.objectContaining({ check: 'one', state: 'skipped', what }), ok('two')]);
    expect(hasFailed(findings)).toBe(false);
    expect(findings.some(({ stopsReady }) => stopsReady === true)).toBe(false);
  });

  const stopping = (check: string): Finding => ({ ...ok(check), state: 'failed', remedy: 'Do it.', stopsReady: true });
  it.each([
    ['both are wrong', stopping('one'), stopping('two'), ['one', 'two']],
    ['the other works', stopping('one'), ok('two'), []],
    ['the other could not be seen', stopping('one'), { ...ok('two'), state: 'skipped' } as const, []],
  ])('lets one of two alternatives stop a server only where %s', async (_what, first, second, stops) => {
    const { findings } = await run([
      { name: 'one', alternative: 'platform', run: async () => [first] },
      { name: 'two', alternative: 'platform', run: async () => [second] },
      { name: 'three', alternative: 'helpdesk-channel', run: async () => [stopping('three')] },
      { name: 'four', run: async () => [stopping('four')] },
    ]);
    expect(findings.filter(({ stopsReady }) => stopsReady === true).map(({ check }) => check)).toEqual([
      ...stops,
      'three',
      'four',
    ]);
    expect(findings.map(({ state }) => state)).toEqual([first.state, second.state, 'failed', 'failed']);
  });

  it('lets an alternative that does not end in time stop no server', async () => {
    const { findings } = await run([
      { name: 'one', alternative: 'platform', run: async () => [stopping('one')] },
      { name: 'two', alternative: 'platform', run: () => new Promise(() => undefined) },
    ]);
    expect(findings.some(({ stopsReady }) => stopsReady === true)).toBe(false);
  });

  it.each([
    ['failed', ['ok', 'failed', 'warning', 'skipped']],
    ['warning', ['skipped', 'warning', 'ok']],
    ['skipped', ['ok', 'skipped']],
    ['ok', ['ok', 'ok']],
  ] as const)('calls a check %s if that is the worst of its findings', (worst, states) => {
    expect(statesOf(states.map((state) => ({ check: 'one', state, what: '' }))).get('one')).toBe(worst);
  });

  it('calls nothing wrong that could not be seen or is only doubtful', () => {
    const all = (['ok', 'warning', 'skipped'] as const).map((state) => ({ check: 'one', state, what: '' }));
    expect(hasFailed(all)).toBe(false);
    expect(hasFailed([...all, { check: 'one', state: 'failed', what: '' }])).toBe(true);
  });
});
