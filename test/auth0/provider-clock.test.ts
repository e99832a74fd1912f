// Auth0's clock and ours are never quite the same. How the difference is measured, and that nothing goes wrong by it.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createProviderClock } from '../../src/auth0/provider-clock.ts';
import { instant, later } from '../../src/flows/ids.ts';
import { answerOf, codeTo, createClock, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

const minute = 60;
const differences = [20, 40, 60, 90, 10 * minute].flatMap((seconds) => [seconds, -seconds]);

/** A tenant whose clock is ahead of ours, after as many answers as the start of a process and the first steps give. */
async function apart(seconds: number): Promise<Tenant> {
  const tenant = await startTenant({}, { ticketOrigin: 'self' });
  tenant.emulator.control.setClockAhead(seconds * 1000);
  await tenant.auth0.warmUp();
  return tenant;
}

async function changesPassword(tenant: Tenant): Promise<void> {
  const ticket = answerOf(await tenant.auth0.tickets.mint(jane.account, 600));
  if (ticket.is !== 'ticket') throw new Error(ticket.is);
  const url = new URL(ticket.url);
  const fields = { password: 'new-Password-1!', confirm: 'new-Password-1!' };
  const page = await (await fetch(url)).text();
  const names = [...page.matchAll(/<input[^>]*name="([^"]*[pP]assword[^"]*)"/g)].map(([, name]) => name ?? '');
  const hidden = [...page.matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)];
  const body = new URLSearchParams([
    ...hidden.map(([, name, value]): [string, string] => [name ?? '', value ?? '']),
    ...names.map((name): [string, string] => [name, fields.password]),
  ]);
  const saved = await fetch(url, { method: 'POST', body });
  if (!saved.ok) throw new Error(`not saved: ${saved.status}`);
}

describe.each(differences)('where Auth0’s clock is %i s ahead of ours', (seconds) => {
  it('a code that is typed half a minute after the request began is accepted', async () => {
    await using tenant = await apart(seconds);
    const since = tenant.clock.now();
    answerOf(await tenant.auth0.codes.send(jane.account, jane.emailRef));
    tenant.clock.pass(30_000);
    const code = codeTo(tenant, jane.email);
    expect(answerOf(await tenant.auth0.codes.check(jane.account, jane.emailRef, code, since))).toBe('accepted');
  });

  it('a token from two minutes before the request is too old', async () => {
    await using tenant = await apart(seconds);
    answerOf(await tenant.auth0.codes.send(jane.account, jane.emailRef));
    const code = codeTo(tenant, jane.email);
    const since = later(tenant.clock.now(), 2 * minute);
    expect(answerOf(await tenant.auth0.codes.check(jane.account, jane.emailRef, code, since))).toBe('too-old');
  });

  it.each(['since', 'recorded'] as const)(
    'a new password is noticed at once, at its time by our clock: %s',
    async (how) => {
      await using tenant = await apart(seconds);
      const since = tenant.clock.now();
      await changesPassword(tenant);
      const found = answerOf(await tenant.auth0.passwordChanges[how](since, [jane.account]));
      expect(found).toHaveLength(1);
      expect(Math.abs((found[0]?.at ?? 0) - since)).toBeLessThan(1_000);
    },
  );

  it.each(['since', 'recorded'] as const)('a password from before the page was opened is left out: %s', async (how) => {
    await using tenant = await apart(seconds);
    await changesPassword(tenant);
    tenant.clock.pass(5_000);
    expect(answerOf(await tenant.auth0.passwordChanges[how](tenant.clock.now(), [jane.account]))).toEqual([]);
  });

  it('a change that Auth0 reports by itself gets its time by our clock', async () => {
    await using tenant = await apart(seconds);
    answerOf(await tenant.auth0.directory.match(jane.workEmail, jane.actor));
    const at = instant(tenant.clock.now() + seconds * 1000);
    const reported = tenant.auth0.byOurClock({ account: jane.account, at });
    expect(reported.account).toBe(jane.account);
    expect(Math.abs(reported.at - tenant.clock.now())).toBeLessThan(1_000);
  });

  it.each(['retry-after', 'x-ratelimit-reset'])(
    'a pause until an instant of Auth0’s (%s) lasts as long as Auth0 means',
    async (header) => {
      await using tenant = await apart(seconds);
      answerOf(await tenant.auth0.directory.match(jane.workEmail, jane.actor));
      const until = tenant.clock.now() + seconds * 1000 + 30_000;
      const value = header === 'retry-after' ? new Date(until).toUTCString() : String(Math.ceil(until / 1000));
      tenant.emulator.control.faults.next(
        { path: /users-by-email/, times: 2 },
        { status: 429, headers: { [header]: value } },
      );
      const failure = failureOf(await tenant.auth0.directory.match(jane.workEmail, jane.actor));
      expect(failure.kind === 'rate-limited' && Math.abs(failure.retryAfterMs - 30_000)).toBeLessThan(2_000);
    },
  );

  it('the operator reads it once, and the gauge has it', async () => {
    const gauge: number[] = [];
    await using tenant = await startTenant({ observeClock: (ms) => gauge.push(ms) });
    tenant.emulator.control.setClockAhead(seconds * 1000);
    for (let nth = 0; nth < 12; nth += 1) answerOf(await tenant.auth0.directory.match(jane.workEmail, jane.actor));
    const told = tenant.lines.filter((line) => line.includes('auth0.clock')).map((line) => JSON.parse(line));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ level: 40, remedy: expect.stringContaining('NTP') });
    expect(Math.abs(told[0].aheadSeconds - seconds)).toBeLessThan(1);
    expect(Math.abs((gauge.at(-1) ?? 0) - seconds * 1000)).toBeLessThan(1_000);
  });
});

/** Answers with the header that is given, without a server. */
function measuring(clock = createClock()) {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const provider = createProviderClock({ clock, log });
  return {
    lines: () => lines.map((line) => JSON.parse(line)),
    aheadMs: () => provider.now() - clock.now(),
    provider,
    answer(headers: Record<string, string>, tookMs = 40): void {
      const measured = provider.measure();
      clock.pass(tookMs);
      measured(new Headers(headers));
    },
    dated: (seconds: number) => ({ date: new Date(clock.now() + seconds * 1000).toUTCString() }),
    times(count: number, act: () => void): void {
      for (let nth = 0; nth < count; nth += 1) act();
    },
  };
}

describe('the measurement', () => {
  it('is used from the third answer on', () => {
    const { answer, dated, aheadMs } = measuring();
    answer(dated(40));
    answer(dated(40));
    expect(aheadMs()).toBe(0);
    answer(dated(40));
    expect(Math.abs(aheadMs() - 40_000)).toBeLessThan(1_000);
  });

  it.each([3_000, 40_000, -40_000])(
    'is right to a second whatever the fraction of the second is (%i ms)',
    (aheadBy) => {
      const { answer, dated, aheadMs, times } = measuring();
      times(9, () => answer(dated(aheadBy / 1000), 137));
      expect(Math.abs(aheadMs() - aheadBy)).toBeLessThan(1_000);
    },
  );

  it('changes nothing where the clocks differ by less than a second, and nothing is said', () => {
    const { answer, dated, aheadMs, lines, times } = measuring();
    times(30, () => answer(dated(0), 137));
    expect(aheadMs()).toBe(0);
    expect(lines()).toEqual([]);
  });

  it.each([
    ['a forged one', (of: ReturnType<typeof measuring>) => of.answer(of.dated(600))],
    ['an absurd one', (of: ReturnType<typeof measuring>) => of.answer(of.dated(-400 * 86_400))],
    ['one out of a cache', (of: ReturnType<typeof measuring>) => of.answer({ ...of.dated(-300), age: '300' })],
    ['one that took long', (of: ReturnType<typeof measuring>) => of.answer(of.dated(-8), 8_000)],
    ['none', (of: ReturnType<typeof measuring>) => of.answer({})],
    ['one that is no date', (of: ReturnType<typeof measuring>) => of.answer({ date: 'yesterday' })],
    [
      'one without end',
      (of: ReturnType<typeof measuring>) => of.answer({ date: `Mon, 02 Mar 2026 08:10:00 GMT${' '.repeat(100)}x` }),
    ],
  ])('is not moved by single answers with a wrong header: %s', (_name, wrong) => {
    const of = measuring();
    wrong(of);
    of.times(2, () => of.answer(of.dated(0)));
    expect(of.aheadMs()).toBe(0);
    wrong(of);
    expect(of.aheadMs()).toBe(0);
    of.times(5, () => of.answer(of.dated(0)));
    of.times(4, () => wrong(of));
    expect(of.aheadMs()).toBe(0);
    expect(of.lines()).toEqual([]);
  });

  it('follows a clock that is set, and says when they agree again', () => {
    const { answer, dated, aheadMs, lines, times } = measuring();
    times(9, () => answer(dated(40)));
    times(9, () => answer(dated(0)));
    expect(aheadMs()).toBe(0);
    expect(lines().map(({ level }) => level)).toEqual([40, 30]);
  });

  it.each([16 * minute, -16 * minute, 3_600])('of %i s is not believed, and the operator reads it once', (seconds) => {
    const { answer, dated, aheadMs, lines, times } = measuring();
    times(20, () => answer(dated(seconds)));
    expect(aheadMs()).toBe(0);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toMatchObject({ level: 50, event: 'auth0.clock' });
  });

  it('of 2.5 s is said, of 1.4 s is not', () => {
    const small = measuring();
    small.times(9, () => small.answer(small.dated(1.4), 125));
    expect(small.lines()).toEqual([]);
    const large = measuring();
    large.times(9, () => large.answer(large.dated(2.5), 125));
    expect(large.lines()).toHaveLength(1);
  });
});

describe('where no answer has a header Date, nothing is corrected, and a code', () => {
  const verdict = async (seconds: number) => {
    await using tenant = await startTenant();
    tenant.emulator.control.misbehave.noDate = true;
    tenant.emulator.control.setClockAhead(seconds * 1000);
    await tenant.auth0.warmUp();
    const since = tenant.clock.now();
    answerOf(await tenant.auth0.codes.send(jane.account, jane.emailRef));
    const code = codeTo(tenant, jane.email);
    return answerOf(await tenant.auth0.codes.check(jane.account, jane.emailRef, code, since));
  };

  it.each([-58, -30, 30, 58])('is accepted where the clocks differ by less than a minute: %i s', async (seconds) => {
    expect(await verdict(seconds)).toBe('accepted');
  });

  it('looks too old where they differ by more', async () => {
    expect(await verdict(-63)).toBe('too-old');
  });
});
