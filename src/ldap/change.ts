// Changes a password for somebody who knows the old one. Sent as the service account, so that it works with an expired password,
// too. The directory counts a wrong old password as a failed sign-in, so a try is made only where it cannot lock the account.
import type { Instant } from '../flows/ids.ts';
import { type Outcome, success } from '../flows/outcome.ts';
import { isPossible } from '../text/new-password.ts';
import type { Read } from './attributes.ts';
import type { DirectoryConnection } from './connection.ts';
import type { Controllers, Elsewhere } from './controllers.ts';
import type { SettleOptions } from './lost-answer.ts';
import { type OwnTries, sparedTries } from './old-password-tries.ts';
import { brokenRules } from './password-rules.ts';
import { sendPassword } from './password-set.ts';
import { checkedPassword, withPasswordValues } from './password-value.ts';
import { cannotWrite, type DirectoryScope, type Prepared, prepare, undone } from './preparation.ts';
import { finish, type NotTaken, type PasswordSet } from './reset.ts';

/** `no-tries`: one more wrong old password could lock the account, or three were wrong. */
export type NotChanged =
  | NotTaken
  | { readonly because: 'locked' | 'wrong-password' | 'no-tries' }
  /** Both by the directory's clock. */
  | { readonly because: 'too-soon'; readonly from: Instant; readonly askedAt: Read<Instant> };

/** A failure always means that nothing was done. */
export type ChangeResult =
  | ({ readonly is: 'done' } & Pick<PasswordSet, 'mustChange'>)
  | ({ readonly is: 'not-done' } & NotChanged)
  | { readonly is: 'unknown' };

export interface ChangeOrder {
  /** As it was typed: it was set elsewhere, in whatever form. */
  readonly old: string;
  readonly password: string;
}

export async function change(
  connection: DirectoryConnection,
  controllers: Controllers,
  scope: DirectoryScope & SettleOptions & { readonly tries: OwnTries },
  guid: string,
  order: ChangeOrder,
): Promise<Outcome<ChangeResult> | Elsewhere> {
  const checked = checkedPassword(order.password);
  if (checked.is === 'unusable') return refused({ because: 'unusable', problem: checked.because });
  if (!isPossible(order.old)) return refused({ because: 'wrong-password' });
  if (connection.root.isReadOnly) return cannotWrite;
  const prepared = await prepare(connection, scope, guid);
  if (prepared.is === 'troubled') return undone(prepared.trouble);
  if (prepared.is === 'absent') return refused({ because: 'absent' });
  if (prepared.unfit !== undefined) return refused({ because: prepared.unfit });
  const against = reasonAgainst(prepared.found, connection, checked.password);
  if (against !== undefined) return refused(against);
  if (!scope.tries.take(guid)) return refused({ because: 'no-tries' });
  const { attributes, name } = prepared.found.record;
  const sending = await withPasswordValues([order.old, checked.password], ([old = empty, value = empty]) =>
    sendPassword(connection, controllers, scope, { name, setAt: attributes.time('pwdLastSet') }, [
      { operation: 'delete', attribute: 'unicodePwd', value: old },
      { operation: 'add', attribute: 'unicodePwd', value },
    ]),
  );
  switch (sending.is) {
    case 'set': {
      scope.tries.clear(guid);
      const { mustChange } = await finish(connection, controllers, scope, prepared.found, false);
      return success({ is: 'done', mustChange });
    }
    case 'wrong-password':
    case 'locked':
    case 'lost':
      return refused({ because: sending.is });
    case 'unknown':
      return success({ is: 'unknown' });
    case 'rules':
      // It looked at the old password first.
      scope.tries.clear(guid);
      return refused({ because: 'rules', broken: [] });
    default:
      return undone(sending.trouble);
  }
}

const empty = Buffer.alloc(0);
const refused = (reason: NotChanged): Outcome<ChangeResult> => success({ is: 'not-done', ...reason });

/** Everything that is known before the old password is put to the test. */
function reasonAgainst(found: Prepared, { root }: DirectoryConnection, password: string): NotChanged | undefined {
  const { state, rules, record } = found;
  if (state.locked !== false) return { because: 'locked' };
  const { changeFrom } = state;
  if (changeFrom === 'not-known') return { because: 'not-readable' };
  if (changeFrom !== 'now' && (root.now === 'not-known' || root.now < changeFrom))
    return { because: 'too-soon', from: changeFrom, askedAt: root.now };
  const broken = brokenRules(password, rules, record.attributes);
  if (broken.length > 0) return { because: 'rules', broken };
  const spared = sparedTries(record.attributes, rules, root.now);
  if (spared === 'not-known') return { because: 'not-readable' };
  return spared < 1 ? { because: 'no-tries' } : undefined;
}
