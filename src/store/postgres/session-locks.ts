// The lock of an instance on PostgreSQL: an advisory lock in a session of its own. The server releases it when the
// connection ends, and so when the process dies.
import pg from 'pg';
import type { InstanceLocks } from '../instance-locks.ts';
import { storeUnavailable } from '../store-unavailable.ts';
import { connectTimeoutMs, translatePostgres } from './dialect.ts';

/** A connection that does not answer within this time is lost: the server may have gone without closing it. */
const answerTimeoutMs = 2_000;

/** A key of 48 bits as `pg_locks` shows it: the upper half in `classid`, the lower one in `objid`. */
const freeKeys = `
  select key from unnest($1::bigint[]) as key where not exists (
    select 1 from pg_locks
    where locktype = 'advisory' and granted and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
      and classid = (key >> 32)::oid and objid = (key & 4294967295)::oid
  )`;

export function createSessionLocks(url: string): InstanceLocks {
  let session: pg.Client | undefined;

  const drop = async (): Promise<void> => {
    const dropped = session;
    session = undefined;
    await dropped?.end().catch(() => undefined);
  };

  const lose = (client: pg.Client): void => {
    if (session === client) session = undefined;
    client.end().catch(() => undefined);
  };

  return {
    async hold(key) {
      await drop();
      const client = new pg.Client({
        connectionString: url,
        connectionTimeoutMillis: connectTimeoutMs,
        query_timeout: answerTimeoutMs,
        keepAlive: true,
        application_name: 'latchkey instance',
      });
      client.on('error', () => lose(client));
      client.on('end', () => lose(client));
      try {
        await client.connect();
        const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [key]);
        if (rows[0]?.taken !== true) throw storeUnavailable('locked', 'the lock of an instance');
        session = client;
      } catch (error) {
        lose(client);
        throw translatePostgres(error);
      }
    },
    isHeld: () => session !== undefined,
    async free(keys) {
      const client = session;
      if (client === undefined) throw storeUnavailable('unreachable', 'no session');
      try {
        // Sent even if there are no other instances: only an answer shows that the connection, and so our lock, is still there.
        const { rows } = await client.query<{ key: string }>(freeKeys, [keys]);
        return new Set(rows.map(({ key }) => Number(key)));
      } catch (error) {
        lose(client);
        throw translatePostgres(error);
      }
    },
    release: drop,
    graceMs: 800,
  };
}
