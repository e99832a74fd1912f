// The processes (instances) that work on this database. A dead one is noticed by its free lock, a hanging one by its missing
// heartbeat.
// Its row is then deleted, and with the row it loses everything that it held.
import { randomInt } from 'node:crypto';
import { createSingleFlight } from '../concurrency/single-flight.ts';
import type { InstanceLocks } from './instance-locks.ts';
import type { InstanceRow } from './tables.ts';
import type { Transactions } from './transactions.ts';

/**
 * Without a heartbeat for this long an instance counts as hanging. That is ten checks, so that a busy moment of the machine does
 * not count.
 */
const hangMs = 5_000;
/** An instance that has not checked for this long may already count as dead, so it starts nothing new. */
const certainMs = hangMs / 2;
/** 48 bits: exact as a JavaScript number, and large enough that no key comes twice. */
const keys = 2 ** 48 - 1;

export interface Instances {
  /** The id under which this instance claims work. Undefined: it may count as dead, and must start nothing. */
  current(): string | undefined;
  /** Writes this instance's heartbeat, and deletes the rows of dead instances. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** What the last check saw of another instance. */
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
  const once = createSingleFlight<'look', void>();
  let lookedAt: number | undefined;
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
    // No heartbeat is written if there is no other instance to see it.
    if (others.length > 0) await rows.beat(registration.id());
    const now = elapsedMs();
    // If this instance itself was paused, it cannot know whether the others were silent: it starts counting again.
    const previous = lookedAt === undefined || now - lookedAt > certainMs ? new Map<string, Sighting>() : sightings;
    sightings = new Map(others.map((row) => [row.id, sighted(row, free.has(row.lock_key), previous.get(row.id), now)]));
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
    look: () => once('look', look),
    async close() {
      await rows.forget(registration.id()).catch(() => undefined);
      await locks.release();
    },
  };
}

/** The row and the lock of this instance. */
interface Registration {
  id(): string;
  /** After a lost connection: keeps our row if nobody has deleted it meanwhile, otherwise makes a new one. */
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
  /** Only if the row has not changed since it was read: an instance with a newer heartbeat or a new lock is alive. */
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

const sighted = (row: InstanceRow, isFree: boolean, previous: Sighting | undefined, now: number): Sighting => ({
  beats: row.beats,
  beatsSince: previous?.beats === row.beats ? previous.beatsSince : now,
  freeSince: isFree ? (previous?.freeSince ?? now) : undefined,
});

const isGone = (seen: Sighting | undefined, graceMs: number, now: number): boolean =>
  seen !== undefined &&
  (now - seen.beatsSince >= hangMs || (seen.freeSince !== undefined && now - seen.freeSince >= graceMs));
