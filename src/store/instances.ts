// Which processes work on this database. A dead one is noticed by its lock, one that hangs by its silence; either loses what
// it had in hand by losing its row.
import { randomInt } from 'node:crypto';
import type { InstanceLocks } from './instance-locks.ts';
import type { InstanceRow } from './tables.ts';
import type { Transactions } from './transactions.ts';

/** Silent for so long is hanging. Ten looks: a moment of a busy machine is no death. */
const hangMs = 5_000;
/** Who has not looked for so long does not know whether it still counts as living, and begins nothing. */
const certainMs = hangMs / 2;
/** 48 bits: exact in JavaScript, and never met twice. */
const keys = 2 ** 48 - 1;

export interface Instances {
  /** The id under which things are taken in hand; undefined: this instance may count as dead, and must begin nothing. */
  current(): string | undefined;
  /** Says that this instance lives, and takes the row of whoever does not. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** How another instance was seen last. */
interface Sighting {
  readonly beats: number;
  readonly beatsSince: number;
  readonly freeSince: number | undefined;
}

export async function joinInstances(
  transactions: Transactions,
  locks: InstanceLocks,
  elapsedMs: () => number,
): Promise<Instances> {
  const rows = instanceRows(transactions);
  const registration = createRegistration(transactions, locks);
  let lookedAt: number | undefined;
  let looking: Promise<void> | undefined;
  let sightings = new Map<string, Sighting>();

  const otherRows = async (): Promise<readonly InstanceRow[]> => {
    if (!locks.isHeld()) await registration.renew();
    const present = await rows.all();
    if (present.some((row) => row.id === registration.id())) return present.filter(isOther);
    await registration.renew();
    return (await rows.all()).filter(isOther);
  };
  const isOther = (row: InstanceRow): boolean => row.id !== registration.id();

  const look = async (): Promise<void> => {
    const others = await otherRows();
    const free = await locks.free(others.map((row) => row.lock_key));
    // Where nobody else is there to see it, nothing is written.
    if (others.length > 0) await rows.beat(registration.id());
    const now = elapsedMs();
    // An instance that was away itself has not seen that the others were silent.
    const before = lookedAt === undefined || now - lookedAt > certainMs ? new Map<string, Sighting>() : sightings;
    sightings = new Map(others.map((row) => [row.id, sighted(row, free.has(row.lock_key), before.get(row.id), now)]));
    lookedAt = now;
    for (const row of others) {
      if (isGone(sightings.get(row.id), locks.graceMs, now)) await rows.remove(row);
    }
  };

  await registration.renew();
  return {
    current() {
      const isCertain = lookedAt === undefined || elapsedMs() - lookedAt <= certainMs;
      return locks.isHeld() && isCertain ? registration.id() : undefined;
    },
    look() {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    async close() {
      await rows.forget(registration.id()).catch(() => undefined);
      await locks.release();
    },
  };
}

/** The row and the lock of this instance. */
interface Registration {
  id(): string;
  /** After a lost connection the old row stays ours if nobody has taken it meanwhile; otherwise there is a new one. */
  renew(): Promise<void>;
}

function createRegistration({ once }: Transactions, locks: InstanceLocks): Registration {
  let id = '';
  let lockKey = 0;
  return {
    id: () => id,
    async renew() {
      const key = locks.isHeld() ? lockKey : randomInt(1, keys);
      if (!locks.isHeld()) await locks.hold(key);
      lockKey = key;
      const kept = await once((db) =>
        db.updateTable('instances').set({ lock_key: key }).where('id', '=', id).returning('id').executeTakeFirst(),
      );
      if (kept !== undefined) return;
      const fresh = String(randomInt(1, keys));
      await once((db) => db.insertInto('instances').values({ id: fresh, lock_key: key, beats: 0 }).execute());
      id = fresh;
    },
  };
}

const instanceRows = ({ once, read }: Transactions) => ({
  all: () => read((db) => db.selectFrom('instances').selectAll().execute()),
  beat: (id: string) =>
    once((db) =>
      db
        .updateTable('instances')
        .set((eb) => ({ beats: eb('beats', '+', 1) }))
        .where('id', '=', id)
        .execute(),
    ),
  /** Only as it was seen: an instance that has beaten since, or has a new lock, lives. */
  remove: ({ id, beats, lock_key }: InstanceRow) =>
    once((db) =>
      db
        .deleteFrom('instances')
        .where('id', '=', id)
        .where('beats', '=', beats)
        .where('lock_key', '=', lock_key)
        .execute(),
    ),
  forget: (id: string) => once((db) => db.deleteFrom('instances').where('id', '=', id).execute()),
});

const sighted = (row: InstanceRow, isFree: boolean, before: Sighting | undefined, now: number): Sighting => ({
  beats: row.beats,
  beatsSince: before?.beats === row.beats ? before.beatsSince : now,
  freeSince: isFree ? (before?.freeSince ?? now) : undefined,
});

const isGone = (seen: Sighting | undefined, graceMs: number, now: number): boolean =>
  seen !== undefined &&
  (now - seen.beatsSince >= hangMs || (seen.freeSince !== undefined && now - seen.freeSince >= graceMs));
