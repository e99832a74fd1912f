// Sets a new password without the old one, as an administrator would, and lifts the lock where that is wanted.
import { type BerWriter, Control } from 'ldapts';
import { failed, type Outcome, success } from '../flows/outcome.ts';
import type { Read } from './attributes.ts';
import type { DirectoryConnection } from './connection.ts';
import type { Controllers, Elsewhere } from './controllers.ts';
import type { SettleOptions } from './lost-answer.ts';
import { type BrokenRule, brokenRules } from './password-rules.ts';
import { sendPassword, takeBackMustChange } from './password-set.ts';
import { checkedPassword, type UnusablePassword, withPasswordValues } from './password-value.ts';
import { cannotWrite, type DirectoryScope, type Prepared, prepare, type Unfit, undone } from './preparation.ts';
import { liftLock } from './unlock.ts';

/** What can stand against a new password. `rules` with nothing in `broken`: the directory refused it and does not say why. */
export type NotTaken =
  | { readonly because: Unfit | 'lost' }
  | { readonly because: 'unusable'; readonly problem: UnusablePassword }
  | { readonly because: 'rules'; readonly broken: readonly BrokenRule[] };

/** What is so after a password was set. */
export interface PasswordSet {
  /** The person has to change it at the next sign-in, because the directory demands it and we may not take it back. */
  readonly mustChange: Read<boolean>;
  /** `lifted`: it was locked, and is not any more. `locked`: it still is. */
  readonly lock: 'none' | 'lifted' | 'locked' | 'not-known';
}

/** A failure always means that nothing was done. `unknown`: no answer came, and it could not be read what became of it. */
export type ResetResult =
  | ({ readonly is: 'done'; readonly isHistoryChecked: boolean } & PasswordSet)
  | ({ readonly is: 'not-done' } & NotTaken)
  | { readonly is: 'unknown' };

export interface ResetOrder {
  readonly password: string;
  /** A reset alone leaves the account locked. */
  readonly unlock: boolean;
}

/** LDAP_SERVER_POLICY_HINTS_OID, MS-ADTS 3.1.1.3.4.1.27: earlier passwords are refused in a reset, too. */
export const policyHints = '1.2.840.113556.1.4.2239';

class PolicyHints extends Control {
  constructor() {
    super(policyHints, { critical: true });
  }

  /** SEQUENCE { INTEGER 1 } */
  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(Buffer.from([0x30, 3, 2, 1, 1]), 4);
  }
}

export async function reset(
  connection: DirectoryConnection,
  controllers: Controllers,
  scope: DirectoryScope & SettleOptions,
  guid: string,
  order: ResetOrder,
): Promise<Outcome<ResetResult> | Elsewhere> {
  const checked = checkedPassword(order.password);
  if (checked.is === 'unusable') return refused({ because: 'unusable', problem: checked.because });
  if (connection.root.isReadOnly) return cannotWrite;
  const prepared = await prepare(connection, scope, guid);
  if (prepared.is === 'troubled') return undone(prepared.trouble);
  if (prepared.is === 'absent') return refused({ because: 'absent' });
  if (prepared.unfit !== undefined) return refused({ because: prepared.unfit });
  const { attributes, name } = prepared.found.record;
  const broken = brokenRules(checked.password, prepared.found.rules, attributes);
  if (broken.length > 0) return refused({ because: 'rules', broken });
  const isHistoryChecked = connection.root.controls.has(policyHints);
  const sending = await withPasswordValues([checked.password], ([value = Buffer.alloc(0)]) =>
    sendPassword(
      connection,
      controllers,
      scope,
      { name, setAt: attributes.time('pwdLastSet') },
      [{ operation: 'replace', attribute: 'unicodePwd', value }],
      isHistoryChecked ? new PolicyHints() : undefined,
    ),
  );
  switch (sending.is) {
    case 'set': {
      const after = await finish(connection, controllers, scope, prepared.found, order.unlock);
      return success({ is: 'done', isHistoryChecked, ...after });
    }
    case 'lost':
      return refused({ because: 'lost' });
    case 'unknown':
      return success({ is: 'unknown' });
    case 'rules':
      return refused({ because: 'rules', broken: [] });
    case 'troubled':
      return undone(sending.trouble);
    default:
      return failed({ kind: 'refused', retry: 'never', cause: `ldap: a reset answered with ${sending.is}` });
  }
}

const refused = (reason: NotTaken): Outcome<ResetResult> => success({ is: 'not-done', ...reason });

/** What follows a password that was set: each step may fail, and takes nothing back. */
export async function finish(
  connection: DirectoryConnection,
  controllers: Controllers,
  options: SettleOptions,
  { record, state }: Prepared,
  isToUnlock: boolean,
): Promise<PasswordSet> {
  const steps = async (open: DirectoryConnection): Promise<PasswordSet> => {
    const mustChange = await takeBackMustChange(open, record.name);
    if (state.locked === false) return { mustChange, lock: 'none' };
    if (!isToUnlock) return { mustChange, lock: 'locked' };
    const lifted = await liftLock(open, controllers, options, record);
    const lock = lifted.is === 'lifted' ? 'lifted' : lifted.is === 'unknown' ? 'not-known' : 'locked';
    return { mustChange, lock };
  };
  if (connection.isOpen()) return steps(connection);
  const again = await controllers.useOnly(connection.url, steps);
  return again.ok ? again.value : { mustChange: 'not-known', lock: state.locked === false ? 'none' : 'not-known' };
}
