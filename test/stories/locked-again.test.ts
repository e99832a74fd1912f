// An account that locks again soon after an unlock: the person is told the usual cause.
import { describe, expect } from 'vitest';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const tip = /still uses an old password/;

async function isUnlocked(scene: Scene): Promise<string> {
  const { auth0, jane, sam } = scene;
  auth0.lock(janesAccount);
  await scene.proves('unlock');
  await sam.isOffered('Approve', 'Deny…');
  await sam.presses('Approve');
  return jane.reads("You're unlocked");
}

describe.each(platforms)('On $name', (platform) => {
  story(
    platform,
    'an unlock soon after another says what usually locks an account again, and only such a one',
    async (scene) => {
      expect(await isUnlocked(scene)).not.toMatch(tip);
      await scene.sam.isOffered();
      scene.world.pass(40 * 60);
      expect(await isUnlocked(scene)).toMatch(tip);
      await scene.sam.isOffered();
      scene.world.pass(61 * 60);
      expect(await isUnlocked(scene)).not.toMatch(tip);
    },
  );
});
