// Lifts the directory's own lock of one account, and looks whether it is gone.
import { type Failure, failed, type Outcome, success } from '../flows/outcome.ts';
import type { AccountRecord } from './account-record.ts';
import type { DirectoryConnection } from './connection.ts';
import type { Controllers, Elsewhere } from './controllers.ts';
import { isAboutController } from './errors.ts';
import { type Look, type SettleOptions, settle } from './lost-answer.ts';
import { cannotWrite, type DirectoryScope, prepare, type Unfit, undone } from './preparation.ts';

/**
 * `locked-again`: it was lifted, and stood again at once: something tries an old password. `lost`: no answer came, and the lock
 * stands. `unknown`: no answer came, and it could not be read what became of it. A failure always means that nothing was done.
 */
export type UnlockResult =
  | { readonly is: 'done'; readonly wasLocked: boolean }
  | { readonly is: 'not-done'; readonly because: Unfit | 'locked-again' | 'lost' }
  | { readonly is: 'unknown' };

export async function unlock(
  connection: DirectoryConnection,
  controllers: Controllers,
  scope: DirectoryScope & SettleOptions,
  guid: string,
): Promise<Outcome<UnlockResult> | Elsewhere> {
  if (connection.root.isReadOnly) return cannotWrite;
  const prepared = await prepare(connection, scope, guid);
  if (prepared.is === 'troubled') return undone(prepared.trouble);
  const unfit = prepared.is === 'absent' ? 'absent' : prepared.unfit;
  if (prepared.is === 'absent' || unfit !== undefined) return success({ is: 'not-done', because: unfit ?? 'absent' });
  const { record, state } = prepared.found;
  if (state.locked === false) return success({ is: 'done', wasLocked: false });
  const lifted = await liftLock(connection, controllers, scope, record);
  switch (lifted.is) {
    case 'lifted':
      return success({ is: 'done', wasLocked: true });
    case 'locked-again':
    case 'lost':
      return success({ is: 'not-done', because: lifted.is });
    case 'unknown':
      return success({ is: 'unknown' });
    case 'elsewhere':
      return { elsewhere: lifted.failure };
    default:
      return failed(lifted.failure);
  }
}

export type Lifting =
  | { readonly is: 'lifted' | 'locked-again' | 'lost' | 'unknown' }
  | { readonly is: 'elsewhere' | 'failed'; readonly failure: Failure };

/** Writes 0 and nothing else: Samba would take any time, Windows none. */
export async function liftLock(
  connection: DirectoryConnection,
  controllers: Controllers,
  options: SettleOptions,
  { name }: AccountRecord,
): Promise<Lifting> {
  const done = await connection.modify(name, [{ operation: 'replace', attribute: 'lockoutTime', value: '0' }]);
  if (done.ok) return { is: (await lookAtLock(connection, name)) === 'not-yet' ? 'locked-again' : 'lifted' };
  if (done.trouble.is === 'answered' || isAboutController(done.trouble)) {
    const result = undone(done.trouble);
    return 'elsewhere' in result
      ? { is: 'elsewhere', failure: result.elsewhere }
      : { is: 'failed', failure: result.failure };
  }
  const settled = await settle(controllers, connection.url, options, (again) => lookAtLock(again, name));
  return { is: ({ done: 'lifted', 'not-done': 'lost', unknown: 'unknown' } as const)[settled] };
}

const computed = 'msDS-User-Account-Control-Computed';

async function lookAtLock(connection: DirectoryConnection, name: string): Promise<Look> {
  const read = await connection.read(name, [computed]);
  const bits = read.ok ? (read.value?.whole(computed) ?? 'not-known') : 'not-known';
  if (bits === 'not-known') return 'unclear';
  return (bits & 0x10n) === 0n ? 'done' : 'not-yet';
}
