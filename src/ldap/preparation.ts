// What every act does first: find the account, read its state and its rules, and refuse what must never be touched.
import type { Failure } from '../flows/outcome.ts';
import { type AccountRecord, readAccountRecord } from './account-record.ts';
import { type Barrier, barrierOf, type DirectoryState, stateOf } from './account-state.ts';
import type { DirectoryConnection } from './connection.ts';
import type { Elsewhere } from './controllers.ts';
import { failureOf, isAboutController, type Trouble } from './errors.ts';
import { type PasswordRules, readPasswordRules } from './password-rules.ts';
import { protectionOf, sidsOf } from './protected-accounts.ts';

export interface DirectoryScope {
  /** Only accounts below it exist for us: best the OU on which the rights are delegated. */
  readonly baseDn: string;
  /** Further groups, by DN or SID, whose members are never touched. */
  readonly protectedGroups: readonly string[];
}

export interface Prepared {
  readonly record: AccountRecord;
  readonly state: DirectoryState;
  readonly rules: PasswordRules;
}

/** `absent`: no such user below the base. `protected`: an administrator's account. */
export type Unfit = 'absent' | 'protected' | Barrier;

export type Preparation =
  | { readonly is: 'found'; readonly found: Prepared; readonly unfit?: Exclude<Unfit, 'absent'> }
  | { readonly is: 'absent' }
  | { readonly is: 'troubled'; readonly trouble: Trouble };

/** Reads only. The state of an account that must not be touched is read as well, for whoever asks about it. */
export async function prepare(
  connection: DirectoryConnection,
  scope: DirectoryScope,
  guid: string,
): Promise<Preparation> {
  const groups = await sidsOf(connection, scope.protectedGroups);
  if (!groups.ok) return { is: 'troubled', trouble: groups.trouble };
  const record = await readAccountRecord(connection, scope.baseDn, guid);
  if (!record.ok) return { is: 'troubled', trouble: record.trouble };
  if (record.value === undefined) return { is: 'absent' };
  const { attributes } = record.value;
  const rules = await readPasswordRules(connection, attributes);
  if (!rules.ok) return { is: 'troubled', trouble: rules.trouble };
  const state = stateOf(attributes, rules.value, connection.root.now);
  const protection = protectionOf(record.value, groups.value);
  const unfit = protection === 'none' ? barrierOf(state) : protection;
  const found = { record: record.value, state, rules: rules.value };
  return { is: 'found', found, ...(unfit === undefined ? {} : { unfit }) };
}

/** A request that changed nothing came to nothing: here for good, or at this controller only. */
export function undone(trouble: Trouble): { readonly ok: false; readonly failure: Failure } | Elsewhere {
  const failure = failureOf(trouble);
  if (failure.kind === 'unreachable') {
    const certain = { ...failure, mayHaveHappened: false };
    return isAboutController(trouble) || trouble.is === 'lost'
      ? { elsewhere: certain }
      : { ok: false, failure: certain };
  }
  return isAboutController(trouble) ? { elsewhere: failure } : { ok: false, failure };
}

export const cannotWrite: Elsewhere = {
  elsewhere: { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'ldap: a read-only controller' },
};
