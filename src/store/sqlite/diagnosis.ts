// What the operator's doctor looks at in a SQLite file: the disk below it, its mode, and that it can be written. Nothing is changed:
// the one write is taken back.
import { existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Finding } from '../../doctor/check.ts';
import { type Instant, instant } from '../../flows/ids.ts';
import { backupFinding, found, stepsFinding } from '../diagnosis-parts.ts';
import { knownSteps } from '../migrations/migrations.ts';

export interface SqliteDiagnosis {
  readonly path: string;
  readonly now: Instant;
  /**
   * False within the server: waiting for a lock there would wait for the server's own transaction, which cannot go on meanwhile.
   * Default: true.
   */
  readonly isBesideServer?: boolean;
  /** Injected by tests. */
  readonly statfs?: (path: string) => Promise<FileSystem>;
  readonly open?: (path: string) => DatabaseSync;
}

export interface FileSystem {
  readonly type: number;
  /** Blocks for users without privileges. */
  readonly bavail: number;
  /** Bytes in a block. */
  readonly bsize: number;
}

export async function sqliteFindings(parts: SqliteDiagnosis): Promise<readonly Finding[]> {
  const { path } = parts;
  if (path === ':memory:')
    return [found('disk', 'skipped', 'The database is in memory, as only a trial may have it: a restart loses it.')];
  const folder = nearestFolder(dirname(resolve(path)));
  const disk = await diskFindings(folder, parts.statfs ?? statfs);
  if (!existsSync(path)) {
    const none = `There is no database at ${path} yet: \`latchkey migrate\` or the first start makes it.`;
    return [...disk, found('write', 'skipped', none)];
  }
  return [...disk, ...modeFindings(path), ...openedFindings(parts)];
}

const nearestFolder = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));

type Kind = 'network' | 'unknown' | 'memory' | 'container';

/** Source: statfs(2) and linux/magic.h. */
const kinds: ReadonlyMap<number, readonly [Kind, string]> = new Map([
  [0x6969, ['network', 'NFS']],
  [0x517b, ['network', 'SMB']],
  [0xff534d42, ['network', 'CIFS']],
  [0xfe534d42, ['network', 'SMB']],
  [0x01021997, ['network', '9P']],
  [0x00c36400, ['network', 'Ceph']],
  [0x5346414f, ['network', 'AFS']],
  [0x0bd00bd0, ['network', 'Lustre']],
  [0x47504653, ['network', 'GPFS']],
  [0x01161970, ['network', 'GFS2']],
  [0x7461636f, ['network', 'OCFS2']],
  [0x65735546, ['unknown', 'FUSE']],
  [0x01021994, ['memory', 'tmpfs']],
  [0x858458f6, ['memory', 'ramfs']],
  [0x794c7630, ['container', 'overlay']],
]);

const elsewhere: Readonly<Record<Kind, readonly ['failed' | 'warning', string, string]>> = {
  network: [
    'failed',
    'a network share: SQLite’s locks do not hold there, and the file can be damaged',
    'Put the file on a local disk, or use PostgreSQL.',
  ],
  unknown: [
    'warning',
    'a file system whose place cannot be told',
    'Make sure that it is a local disk and no network share.',
  ],
  memory: ['warning', 'memory: it is lost when the machine restarts', 'Put the file on a disk.'],
  container: [
    'warning',
    'the container’s own layer: it is lost with the container',
    'Mount a volume for the folder of the database.',
  ],
};

async function diskFindings(folder: string, look: (path: string) => Promise<FileSystem>): Promise<readonly Finding[]> {
  const { type, bavail, bsize } = await look(folder);
  return [placeFinding(folder, type >>> 0), spaceFinding(folder, bavail * bsize)];
}

function placeFinding(folder: string, type: number): Finding {
  if (process.platform !== 'linux')
    return found('disk', 'skipped', `Whether ${folder} is on a local disk cannot be seen on this system.`);
  const [kind, name] = kinds.get(type) ?? [];
  if (kind === undefined) return found('disk', 'ok', `${folder} is on no network share.`);
  const [state, what, remedy] = elsewhere[kind];
  return found('disk', state, `${folder} is on ${what} (${name}).`, remedy);
}

const megabyte = 1024 * 1024;
const fullBelow = 50 * megabyte;
const lowBelow = 1024 * megabyte;

function spaceFinding(folder: string, freeBytes: number): Finding {
  const free = `${Math.floor(freeBytes / megabyte)} MB are free in ${folder}.`;
  const remedy = 'Make room: without it no request can be stored, and none is taken.';
  if (freeBytes < fullBelow) return found('space', 'failed', free, remedy);
  return freeBytes < lowBelow ? found('space', 'warning', free, remedy) : found('space', 'ok', free);
}

function modeFindings(path: string): readonly Finding[] {
  if (process.platform === 'win32') return [found('file-mode', 'skipped', 'Windows has no such modes.')];
  const open = [path, `${path}-wal`, `${path}-shm`].filter(
    (file) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0,
  );
  if (open.length === 0) return [found('file-mode', 'ok', 'Only this user may read the database.')];
  return [
    found(
      'file-mode',
      'warning',
      `Other users of this machine may read ${open.join(', ')}: it says who asked for help and when.`,
      `Run chmod 600 ${open.join(' ')}; the server does so at its next start.`,
    ),
  ];
}

const busyTimeoutMs = 2_000;

function openedFindings({ path, now, isBesideServer = true, ...injected }: SqliteDiagnosis): readonly Finding[] {
  const timeout = isBesideServer ? busyTimeoutMs : 0;
  const open = injected.open ?? ((file: string) => new DatabaseSync(file, { timeout }));
  let database: DatabaseSync | undefined;
  try {
    database = open(path);
    return [journalFinding(database), writeFinding(database, isBesideServer), ...contentFindings(database, now)];
  } catch (error) {
    return [notWritten(error)];
  } finally {
    database?.close();
  }
}

function journalFinding(database: DatabaseSync): Finding {
  const mode = Object(database.prepare('pragma journal_mode').get())['journal_mode'];
  if (mode === 'wal') return found('journal', 'ok', 'The database keeps a write-ahead log.');
  return found(
    'journal',
    'warning',
    `The database keeps no write-ahead log (its journal is ${String(mode)}).`,
    'Restart the server: it turns it on. If it stays off, the disk does not allow it.',
  );
}

/** A table is made and taken back, so that nothing has to be there before. */
function writeFinding(database: DatabaseSync, isBesideServer: boolean): Finding {
  try {
    database.exec('begin immediate');
    database.exec('create table latchkey_doctor (was integer)');
    database.exec('rollback');
    return found('write', 'ok', 'The database can be written.');
  } catch (error) {
    if (!isBesideServer && resultCode(error) === busy)
      return found('write', 'skipped', 'The server itself was writing, so no trial was made.');
    return notWritten(error);
  }
}

const busy = 5;

function resultCode(error: unknown): number | undefined {
  const { errcode } = Object(error);
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** SQLite's primary result codes, https://sqlite.org/rescode.html */
const troubles: ReadonlyMap<number, readonly [string, string]> = new Map([
  [
    5,
    [
      'is locked by another process',
      'Look which process holds it: `fuser FILE`. A copy is made with `latchkey backup`.',
    ],
  ],
  [
    8,
    [
      'is read-only',
      'Let the user that runs Latchkey own the file and its folder, on a disk that is mounted for writing.',
    ],
  ],
  [10, ['is on a disk that fails', 'Look at the disk; restore the last copy if the file is damaged.']],
  [11, ['is damaged', 'Stop the server and restore the last copy (RUNBOOK.md).']],
  [13, ['is on a full disk', 'Make room.']],
  [14, ['cannot be opened', 'Let the user that runs Latchkey own the file and its folder.']],
  [26, ['is no database', 'Correct DATABASE_URL, or restore the last copy (RUNBOOK.md).']],
]);

function notWritten(error: unknown): Finding {
  const number = resultCode(error);
  const [what, remedy] = troubles.get(number ?? -1) ?? [
    'cannot be used',
    'Look up the number at sqlite.org/rescode.html.',
  ];
  return found('write', 'failed', `The database ${what} (SQLite ${number ?? 'gives no number'}).`, remedy);
}

function contentFindings(database: DatabaseSync, now: Instant): readonly Finding[] {
  const has = (table: string): boolean =>
    database.prepare("select 1 from sqlite_master where type = 'table' and name = ?").get(table) !== undefined;
  const steps = has('kysely_migration')
    ? database
        .prepare('select name from kysely_migration')
        .all()
        .map((row) => String(row['name']))
    : undefined;
  const last = has('backups') ? database.prepare('select max(at) as at from backups').get()?.['at'] : undefined;
  const findings = [stepsFinding(steps, knownSteps('sqlite'))];
  // Nothing is lost with an empty database.
  if (steps === undefined) return findings;
  return [...findings, backupFinding(typeof last === 'number' ? instant(last) : undefined, now)];
}
