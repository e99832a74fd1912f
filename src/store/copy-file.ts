// A file that appears as a whole or not at all, and that only this user may read. For copies of the database, of either kind.
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

export interface NewFile {
  readonly file: string;
  /** Replaces a file that is there. */
  readonly force: boolean;
}

/** `write` gets the path of an empty file beside it. Returns the size in bytes. Throws with one sentence. */
export async function writeWhole({ file, force }: NewFile, write: (path: string) => Promise<void>): Promise<number> {
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder}`);
  if (existsSync(file) && !force)
    throw new Error(`${file} is there already. Take another name, or --force to replace it`);
  const part = join(folder, `.${basename(file)}.part-${process.pid}`);
  rmSync(part, { force: true });
  closeSync(openSync(part, 'wx', 0o600));
  try {
    await write(part);
    chmodSync(part, 0o600);
    const { size } = statSync(part);
    flush(part);
    // Again: somebody may have written it meanwhile.
    if (existsSync(file) && !force)
      throw new Error(`${file} is there already. Take another name, or --force to replace it`);
    renameSync(part, file);
    flush(folder);
    return size;
  } finally {
    for (const rest of [part, `${part}-journal`, `${part}-wal`, `${part}-shm`]) rmSync(rest, { force: true });
  }
}

/** So that it survives the loss of power. Windows cannot open a folder for that. */
export function flush(path: string): void {
  if (process.platform === 'win32' && statSync(path).isDirectory()) return;
  const handle = openSync(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Where a file is or would be, with every link followed. */
function placeOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(resolve(path));
  return join(existsSync(folder) ? realpathSync(folder) : folder, basename(path));
}

/** The database itself, under whatever name, or one of the files that SQLite and Latchkey keep beside it. */
export function belongsToDatabase(file: string, database: string): boolean {
  const [place, live] = [placeOf(file), placeOf(database)];
  if (
    place === live ||
    /^-(?:wal|shm|journal|instance-\d+)$/.test(place.startsWith(live) ? place.slice(live.length) : '')
  )
    return true;
  if (!existsSync(place) || !existsSync(live)) return false;
  const [one, other] = [statSync(place), statSync(live)];
  return one.ino === other.ino && one.dev === other.dev;
}

/** In UTC, to the second, as a file may be named on every system. */
export const inName = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
