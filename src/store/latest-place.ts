// Where a platform met somebody last, read for the doctor: beside a running server, and before there is a database. Nothing is written.
// A SQLite file is opened for writing all the same: SQLite makes two files beside one with a write-ahead log, and whoever may only
// read leaves them behind.
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openPostgres } from './postgres/dialect.ts';

/** As `ConversationReferences.latest`. Undefined also where the database cannot be read: its own checks say why. */
export async function latestPlace(url: string, platform: string): Promise<string | undefined> {
  try {
    return url.startsWith('sqlite:')
      ? fromFile(url.slice('sqlite:'.length), platform)
      : await fromServer(url, platform);
  } catch {
    return undefined;
  }
}

const order = 'order by at desc limit 1';

const busyTimeoutMs = 2_000;

function fromFile(path: string, platform: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    return textIn(database.prepare(`select place from whereabouts where platform = ? ${order}`).get(platform));
  } finally {
    database.close();
  }
}

async function fromServer(url: string, platform: string): Promise<string | undefined> {
  const pool = openPostgres(url);
  try {
    const { rows } = await pool.query(`select place from whereabouts where platform = $1 ${order}`, [platform]);
    return textIn(rows[0]);
  } finally {
    await pool.end();
  }
}

function textIn(row: unknown): string | undefined {
  const { place } = Object(row);
  return typeof place === 'string' ? place : undefined;
}
