// Where a flow is displayed: messages and open windows, each with the version that was last drawn there.
import type { Surface, Surfaces } from '../flows/store.ts';
import { decodeEach, decodeSurface } from './codec.ts';
import type { Database } from './tables.ts';
import type { Transactions } from './transactions.ts';

export function createSurfaces({ read, once }: Transactions): Surfaces {
  return {
    surfaces: (flow, viewer) =>
      read(async (db) => {
        const rows = await db
          .selectFrom('surfaces')
          .selectAll()
          .where('flow', '=', flow)
          .where('viewer', '=', viewer)
          .orderBy('target')
          .execute();
        return rows.map(decodeSurface);
      }),
    surfacesAt: (platform, place) =>
      read(async (db) => {
        const rows = await db
          .selectFrom('surfaces')
          .selectAll()
          .where('place', '=', place)
          .where('platform', '=', platform)
          .orderBy('flow')
          .execute();
        return decodeEach(rows, decodeSurface);
      }),
    keepSurface: (surface) => once((db) => keep(db, surface)),
    markDrawn: (surface, version) => once((db) => markDrawn(db, surface, version)),
    dropSurface: (surface) => once((db) => drop(db, surface)),
  };
}

async function keep(db: Database, surface: Surface): Promise<void> {
  const { flow, viewer, target, platform, place } = surface;
  const drawn = { drawn_version: surface.drawnVersion, posted_version: surface.postedVersion ?? null };
  const seen = { platform, place, is_window: surface.isWindow ? 1 : 0, ...drawn };
  await db
    .insertInto('surfaces')
    .values({ flow, viewer, target, ...seen })
    .onConflict((conflict) => conflict.columns(['flow', 'viewer', 'target']).doUpdateSet(seen))
    .execute();
}

/** Two updates may overtake each other: the newer version counts, whichever is reported last. */
async function markDrawn(db: Database, { flow, viewer, target }: Surface, version: number): Promise<void> {
  await db
    .updateTable('surfaces')
    .set({ drawn_version: version })
    .where('flow', '=', flow)
    .where('viewer', '=', viewer)
    .where('target', '=', target)
    .where('drawn_version', '<', version)
    .execute();
}

async function drop(db: Database, { flow, viewer, target }: Surface): Promise<void> {
  await db
    .deleteFrom('surfaces')
    .where('flow', '=', flow)
    .where('viewer', '=', viewer)
    .where('target', '=', target)
    .execute();
}
