// Sends a new password, by either way, and finds out what became of it where no answer came.
import type { Control } from 'ldapts';
import type { DirectoryTime, Read } from './attributes.ts';
import type { AttributeChange, DirectoryConnection } from './connection.ts';
import type { Controllers } from './controllers.ts';
import { isAboutController, resultCodes, type Trouble, windowsErrors } from './errors.ts';
import { type Look, type SettleOptions, settle } from './lost-answer.ts';

export type PasswordSending =
  | { readonly is: 'set' | 'lost' | 'unknown' }
  /** The directory's rules, or its filters; it does not say which. */
  | { readonly is: 'rules' | 'wrong-password' | 'locked' }
  | { readonly is: 'troubled'; readonly trouble: Trouble };

export interface PasswordTarget {
  readonly name: string;
  /** As it was read on this controller before. */
  readonly setAt: Read<DirectoryTime>;
}

export async function sendPassword(
  connection: DirectoryConnection,
  controllers: Controllers,
  options: SettleOptions,
  { name, setAt }: PasswordTarget,
  changes: readonly AttributeChange[],
  control?: Control,
): Promise<PasswordSending> {
  const done = await connection.modify(name, changes, control);
  if (done.ok) return { is: 'set' };
  const { trouble } = done;
  if (trouble.is === 'answered') return refusal(trouble);
  if (isAboutController(trouble)) return { is: 'troubled', trouble };
  const settled = await settle(controllers, connection.url, options, (again) => lookAtPassword(again, name, setAt));
  return { is: ({ done: 'set', 'not-done': 'lost', unknown: 'unknown' } as const)[settled] };
}

/** Windows answers a reset that breaks a rule with 53, where it and Samba answer everything else with 19. */
function refusal(trouble: Extract<Trouble, { is: 'answered' }>): PasswordSending {
  const { code, number } = trouble;
  if (code !== resultCodes.constraint && code !== resultCodes.unwilling) return { is: 'troubled', trouble };
  switch (number) {
    case windowsErrors.rules:
      return { is: 'rules' };
    case windowsErrors.wrongPassword:
      return { is: 'wrong-password' };
    case windowsErrors.lockedOut:
      return { is: 'locked' };
    default:
      return { is: 'troubled', trouble };
  }
}

/** Windows may set 0 with a new password: where it was 0 before, nothing can be told from it. */
async function lookAtPassword(
  connection: DirectoryConnection,
  name: string,
  before: Read<DirectoryTime>,
): Promise<Look> {
  const now = await readSetAt(connection, name);
  if (now === 'not-known' || before === 'not-known') return 'unclear';
  if (now !== before) return 'done';
  return now === 'zero' ? 'unclear' : 'not-yet';
}

async function readSetAt(connection: DirectoryConnection, name: string): Promise<Read<DirectoryTime>> {
  const read = await connection.read(name, ['pwdLastSet']);
  return read.ok ? (read.value?.time('pwdLastSet') ?? 'not-known') : 'not-known';
}

/**
 * Whether the person has to change the new password at once. Windows demands it after every reset, unless the service account may
 * take it back (MS-SAMR 3.1.1.8.7).
 */
export async function takeBackMustChange(connection: DirectoryConnection, name: string): Promise<Read<boolean>> {
  const setAt = await readSetAt(connection, name);
  if (setAt !== 'zero') return setAt === 'not-known' ? setAt : false;
  const done = await connection.modify(name, [{ operation: 'replace', attribute: 'pwdLastSet', value: '-1' }]);
  if (!done.ok && done.trouble.is === 'answered') return true;
  const after = await readSetAt(connection, name);
  return after === 'not-known' ? after : after === 'zero';
}
