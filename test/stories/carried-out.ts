// Waits until the product has done everything that was asked for, so that what has not happened by then never will.
import { instant } from '../../src/flows/ids.ts';
import { openStore } from '../../src/store/store.ts';
import { eventually } from './chat.ts';
import type { World } from './world.ts';

export async function isCarriedOut({ databaseFile, now }: World): Promise<void> {
  const store = await openStore({ url: `sqlite:${databaseFile}` });
  const isBegun = async (): Promise<boolean> => {
    for await (const intakes of store.unbegun(instant(now() + 1))) if (intakes.length > 0) return false;
    return true;
  };
  try {
    await eventually(
      async () => {
        if (!(await isBegun())) return undefined;
        const next = await store.nextWake();
        const { waitingEffects } = await store.tally();
        return waitingEffects === 0 && (next === undefined || next > now()) ? true : undefined;
      },
      () => 'something is still waiting',
    );
  } finally {
    await store.close();
  }
}
