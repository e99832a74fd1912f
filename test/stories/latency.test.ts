// How long a person waits when every outside call takes 150 ms, counted in calls that wait for each other. A busy
// machine makes each call longer, but does not add one.
import { describe, expect } from 'vitest';
import { shows } from './chat.ts';
import { inARow, watchCalls } from './outside-calls.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';
import type { World } from './world.ts';

const latencyMs = 150;
/** A timer may fire a little early. */
const callMs = latencyMs - 2;

/**
 * In Slack the modal opens before anything is known about the person. Teams has no modal: its first card already says
 * whose request it is, after four calls, or six where the chat or a token must be fetched first.
 */
const untilWindow: Readonly<Record<string, number>> = { Slack: 1, Teams: 6 };

function slowDown({ auth0, slack, teams }: World): void {
  auth0.control.faults.set({ latencyMs });
  slack.control.faults.latencyMs = latencyMs;
  if (teams !== undefined) teams.control.faults.latencyMs = latencyMs;
}

/** The first request after a start may wait for tokens and keys as well. */
async function isWarm({ url }: World): Promise<void> {
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 120_000 }).toBe(200);
}

/** The outside calls that waited for each other, from the action until the person sees this. */
async function waited({ world, jane }: Scene, act: () => Promise<void>, wanted: string | RegExp): Promise<string[]> {
  const watch = watchCalls(world);
  const before = jane.screen();
  const seen = Promise.withResolvers<number>();
  const look = (): void => {
    if (jane.screen() !== before && shows(jane.screen(), wanted)) seen.resolve(performance.now());
  };
  const stops = [world.slack.control.onChange(look), world.teams?.control.onChange(look)];
  try {
    const actedAt = performance.now();
    await act();
    const seenAt = await seen.promise;
    return inARow(watch.calls, actedAt, seenAt, callMs).map(({ name }) => name);
  } finally {
    for (const stop of stops) stop?.();
    watch.stop();
  }
}

describe.each(platforms)('On $name, where every outside call takes 150 ms,', (platform) => {
  story(
    platform,
    'the first window comes within one second of the command',
    async (scene) => {
      await isWarm(scene.world);
      slowDown(scene.world);
      const calls = await waited(scene, () => scene.jane.fires('reset-password'), /./);
      expect(calls.length, calls.join(', ')).toBeGreaterThan(0);
      expect(calls.length, calls.join(', ')).toBeLessThanOrEqual(untilWindow[platform.name] ?? 0);
      expect(calls.length * latencyMs).toBeLessThan(1_000);
    },
    { isAlone: true },
  );

  story(
    platform,
    'the answer to a code comes after two of them: one proves, the other looks at the account',
    async (scene) => {
      await scene.getsCode('reset-password');
      slowDown(scene.world);
      await scene.jane.types(scene.code());
      const calls = await waited(scene, scene.jane.submits, "You're verified");
      expect(calls).toHaveLength(2);
    },
    { isAlone: true },
  );
});
