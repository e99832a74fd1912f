// The database is unavailable for a while: nobody is told that a request was accepted when it was not, and nothing is
// lost.
import { DatabaseSync } from 'node:sqlite';
import { describe } from 'vitest';
import { platforms } from './platform.ts';
import { story } from './story.ts';
import type { World } from './world.ts';

/** Another process locks the database, as a backup or an operator's shell may do. */
function locks({ databaseFile }: World): () => void {
  const other = new DatabaseSync(databaseFile);
  other.exec('BEGIN EXCLUSIVE');
  return () => {
    other.exec('ROLLBACK');
    other.close();
  };
}

describe.each(platforms)('On $name, a locked database', (platform) => {
  story(
    platform,
    'is apologised for, and the same command works when it is free',
    async (scene) => {
      const { jane, world } = scene;
      const free = locks(world);
      await jane.asks('reset-password');
      await jane.hears(/went wrong on our side. Nothing has changed/);
      free();
      await jane.asks('reset-password');
      await jane.seesInWindow('Send the code to');
      await scene.logs(/a (?:command|message) was not taken in/);
    },
    { isTroubled: true, isAlone: true },
  );
});
