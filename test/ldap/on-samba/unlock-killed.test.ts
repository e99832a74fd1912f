// The process is killed around each request to the directory during an unlock: before it arrives, and after it was carried out.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProcessHarness, startProcessHarness } from '../../kill/process-harness.ts';
import { runStory } from '../../kill/sweep.ts';
import { sample } from '../../sampling.ts';
import { titled } from '../../skipped-reporter.ts';
import { type Domain, missing, startDomain } from '../domain.ts';
import { type FaultyProxy, startProxy } from '../proxy.ts';
import { firstPassword, people, serviceDn, servicePassword } from '../seed.ts';

describe.skipIf(missing !== undefined)(titled('an unlock in the directory whose process is killed', missing), () => {
  let domain: Domain;
  let proxy: FaultyProxy;
  let harness: ProcessHarness;
  beforeAll(async () => {
    domain = await startDomain(8, 'its-address');
    proxy = await startProxy(domain.samba);
    const policy = `connections: [CorpUsers, CorpAD]
directories:
  - connection: CorpAD
    urls: ["ldaps://${domain.samba.host}:${proxy.port}"]
    baseDn: "${people}"
    bindDn: "${serviceDn('exact')}"
    caFile: "${domain.samba.caFile}"
`;
    harness = await startProcessHarness({ directory: { policy, password: servicePassword } });
    await harness.up();
  }, 90_000);
  afterAll(async () => {
    await harness?.end();
    await proxy?.close();
    await domain?.stop();
  });

  /** Returns what the domain says to the person's password in the end, and how many requests the directory got. */
  async function unlocked(onCode: () => void = () => undefined) {
    const person = await domain.person();
    await domain.lockOut(person);
    const newcomer = harness.newcomer(undefined, person.account);
    let before = 0;
    const wrong = await runStory(harness, newcomer, 'unlock', 'code', () => {
      before = proxy.seen.length;
      onCode();
    });
    expect(wrong.join('\n\n')).toBe('');
    return { signIn: await domain.admin.signIn(person.dn, firstPassword), requests: proxy.seen.length - before };
  }

  it('ends done at each of them, with one notice, and the password signs in', { timeout: 600_000 }, async () => {
    const undisturbed = await unlocked();
    expect(undisturbed.signIn).toBe('ok');
    // Twice: connect, find, read; then write and look.
    expect(undisturbed.requests).toBeGreaterThan(8);
    const points = Array.from({ length: undisturbed.requests }, (_, skip) =>
      (['before', 'after'] as const).map((when) => ({ skip, when })),
    ).flat();
    const sampled = sample(points, 7);
    let kills = 0;
    for (const { skip, when } of sampled) {
      const { signIn } = await unlocked(() =>
        proxy.strikeAt(skip, when, () => {
          kills += 1;
          harness.kill();
        }),
      );
      expect(signIn, `${when} request ${skip}`).toBe('ok');
    }
    expect(kills).toBe(sampled.length);
  });
});
