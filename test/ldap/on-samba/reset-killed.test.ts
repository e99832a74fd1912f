// The process is killed around each request to the directory during a reset: before it arrives, and after it was carried out.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { read } from '../../kill/invariants.ts';
import { newPassword } from '../../kill/person.ts';
import { runStory } from '../../kill/sweep.ts';
import { sample } from '../../sampling.ts';
import { titled } from '../../skipped-reporter.ts';
import type { Operation } from '../ber.ts';
import { missing } from '../domain.ts';
import { firstPassword } from '../seed.ts';
import { type Killable, type Point, pointsOf, startKillable, write } from './killed.ts';

const dayMs = 86_400_000;

describe.skipIf(missing !== undefined)(titled('a reset in the directory whose process is killed', missing), () => {
  let here: Killable;
  beforeAll(async () => {
    here = await startKillable(10);
  }, 120_000);
  afterAll(() => here?.end());

  /** One person's whole story. `requests`: what came to the directory from the code on. */
  async function reset(point?: Point) {
    const { domain, proxy, harness } = here;
    const person = await domain.person();
    // The process's clock is moved in these stories and the directory's is not: a password of just now would look newer than it is.
    await domain.samba.datePassword(person.dn, new Date(Date.now() - dayMs));
    const newcomer = harness.newcomer(undefined, person.account);
    let before = 0;
    let isKilled = false;
    const wrong = await runStory(harness, newcomer, 'reset-in-directory', 'code', () => {
      before = proxy.seen.length;
      if (point === undefined) return;
      proxy.strikeAt(point.skip, point.when, () => {
        isKilled = true;
        harness.kill();
      });
    });
    return {
      ...{ wrong, isKilled, requests: proxy.seen.slice(before) },
      endings: read(harness, newcomer).flows.map(({ ending }) => ending),
      signIns: {
        old: await domain.admin.signIn(person.dn, firstPassword),
        new: await domain.admin.signIn(person.dn, newPassword),
      },
    };
  }

  /** Of what came to the directory: how many passwords it took, and whether it had taken one when the process died. */
  function taken(requests: readonly Operation[], { skip, when }: Point) {
    const arrived = requests.filter((_, nth) => nth !== skip || when === 'after');
    const untilDeath = requests.slice(0, when === 'after' ? skip + 1 : skip);
    return {
      passwords: arrived.filter((one) => one === write).length,
      hadOne: untilDeath.includes(write),
    };
  }

  it('takes one password and no second, and the chat says what is so: changed where it was set, else not known, and then changed', {
    timeout: 1_200_000,
  }, async () => {
    const undisturbed = await reset();
    expect(undisturbed.wrong.join('\n\n')).toBe('');
    expect(undisturbed.requests.filter((one) => one === write)).toHaveLength(1);
    const points = pointsOf(undisturbed.requests);
    const nth = undisturbed.requests.indexOf(write);
    // Whatever else is left out, both sides of the write are not.
    const sampled = [...new Set([...sample(points, 9), ...points.filter(({ skip }) => skip === nth)])];
    for (const point of sampled) {
      const where = `${point.when} request ${point.skip}`;
      const { wrong, isKilled, requests, endings, signIns } = await reset(point);
      expect(wrong.join('\n\n'), where).toBe('');
      expect({ isKilled, signIns }, where).toEqual({ isKilled: true, signIns: { old: '52e', new: 'ok' } });
      const { passwords, hadOne } = taken(requests, point);
      expect(passwords, where).toBe(1);
      // Nothing is called unknown that can be known. An old time proves nothing, so a write that never arrived can not be.
      if (hadOne) expect(endings, where).toEqual(['password-changed']);
      else if (point.skip === nth) expect(endings, where).toContain('password-unconfirmed');
    }
  });
});
