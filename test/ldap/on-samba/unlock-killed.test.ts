// The process is killed around each request to the directory during an unlock: before it arrives, and after it was carried out.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runStory } from '../../kill/sweep.ts';
import { sample } from '../../sampling.ts';
import { titled } from '../../skipped-reporter.ts';
import { missing } from '../domain.ts';
import { firstPassword } from '../seed.ts';
import { type Killable, pointsOf, startKillable } from './killed.ts';

describe.skipIf(missing !== undefined)(titled('an unlock in the directory whose process is killed', missing), () => {
  let here: Killable;
  beforeAll(async () => {
    here = await startKillable(8);
  }, 120_000);
  afterAll(() => here?.end());

  /** Returns what the domain says to the person's password in the end, and what came to the directory from the code on. */
  async function unlocked(onCode: () => void = () => undefined) {
    const { domain, proxy, harness } = here;
    const person = await domain.person();
    await domain.lockOut(person);
    const newcomer = harness.newcomer(undefined, person.account);
    let before = 0;
    const wrong = await runStory(harness, newcomer, 'unlock', 'code', () => {
      before = proxy.seen.length;
      onCode();
    });
    expect(wrong.join('\n\n')).toBe('');
    return { signIn: await domain.admin.signIn(person.dn, firstPassword), requests: proxy.seen.slice(before) };
  }

  it('ends done at each of them, with one notice, and the password signs in', { timeout: 600_000 }, async () => {
    const undisturbed = await unlocked();
    expect(undisturbed.signIn).toBe('ok');
    // Twice: connect, find, read; then write and look.
    expect(undisturbed.requests.length).toBeGreaterThan(8);
    const sampled = sample(pointsOf(undisturbed.requests), 7);
    let kills = 0;
    for (const { skip, when } of sampled) {
      const { signIn } = await unlocked(() =>
        here.proxy.strikeAt(skip, when, () => {
          kills += 1;
          here.harness.kill();
        }),
      );
      expect(signIn, `${when} request ${skip}`).toBe('ok');
    }
    expect(kills).toBe(sampled.length);
  });
});
