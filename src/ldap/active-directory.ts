// Active Directory over LDAPS: the state of an account behind an Auth0 connection, and the acts on it.
// Decision 0068 says what each answer rests on.
import { createKeyedQueue } from '../concurrency/keyed-queue.ts';
import type { Check } from '../doctor/check.ts';
import type { AccountId, Instant } from '../flows/ids.ts';
import { type Outcome, success } from '../flows/outcome.ts';
import { type Observe, observed } from '../outbound/observe.ts';
import { directoryGuid } from './account-id.ts';
import type { DirectoryState } from './account-state.ts';
import type { Read } from './attributes.ts';
import { type ChangeOrder, type ChangeResult, change } from './change.ts';
import type { DirectoryConnection } from './connection.ts';
import { type ControllersOptions, createControllers, type Elsewhere } from './controllers.ts';
import { createDirectoryChecks, type DirectoryChecksOptions } from './diagnosis.ts';
import type { SettleOptions } from './lost-answer.ts';
import { createOwnTries } from './old-password-tries.ts';
import type { PasswordRules } from './password-rules.ts';
import { type DirectoryScope, prepare, type Unfit, undone } from './preparation.ts';
import { type ResetOrder, type ResetResult, reset } from './reset.ts';
import { type UnlockResult, unlock } from './unlock.ts';

export interface ActiveDirectoryOptions
  extends ControllersOptions,
    SettleOptions,
    Omit<DirectoryScope, 'protectedGroups'> {
  /** The Auth0 connection whose accounts live there. */
  readonly connection: string;
  readonly protectedGroups?: readonly string[];
  /** Called after every act, with its duration in milliseconds. */
  readonly observe?: Observe;
}

/** `unfit`: why no act may touch it. What could not be read is `not-known`, and makes it unfit. */
export type Inspection =
  | {
      readonly is: 'account';
      readonly state: DirectoryState;
      readonly rules: PasswordRules;
      readonly unfit?: Unfit;
      /** The directory's own clock when it was asked. */
      readonly askedAt: Read<Instant>;
    }
  | { readonly is: 'absent' };

/** To be asked after a proof only: what it says is nobody else's business. */
export interface ActiveDirectory {
  inspect(account: AccountId): Promise<Outcome<Inspection>>;
  unlock(account: AccountId): Promise<Outcome<UnlockResult>>;
  reset(account: AccountId, order: ResetOrder): Promise<Outcome<ResetResult>>;
  change(account: AccountId, order: ChangeOrder): Promise<Outcome<ChangeResult>>;
  /** For the doctor. */
  checks(options: DirectoryChecksOptions): readonly Check[];
}

export function createActiveDirectory(options: ActiveDirectoryOptions): ActiveDirectory {
  const controllers = createControllers(options);
  const tries = createOwnTries(options.now);
  const inTurn = createKeyedQueue();
  const scope = { ...options, protectedGroups: options.protectedGroups ?? [], tries };

  /** One after the other for each account: two tries at once would each believe that they are the only one. */
  function act<T>(
    name: string,
    account: AccountId,
    absent: T,
    work: (connection: DirectoryConnection, guid: string) => Promise<Outcome<T> | Elsewhere>,
  ): Promise<Outcome<T>> {
    const guid = directoryGuid(account, options.connection);
    if (guid === undefined) return Promise.resolve(success(absent));
    return inTurn(guid, () =>
      observed(options.observe, name, () => controllers.use((connection) => work(connection, guid))),
    );
  }

  return {
    inspect: (account) =>
      act<Inspection>('inspect', account, { is: 'absent' }, (open, guid) => inspect(open, scope, guid)),
    unlock: (account) =>
      act<UnlockResult>('unlock', account, unknownHere, (open, guid) => unlock(open, controllers, scope, guid)),
    reset: (account, order) =>
      act<ResetResult>('reset', account, unknownHere, (open, guid) => reset(open, controllers, scope, guid, order)),
    change: (account, order) =>
      act<ChangeResult>('change', account, unknownHere, (open, guid) => change(open, controllers, scope, guid, order)),
    checks: (wanted) => createDirectoryChecks(controllers, { ...scope, ...wanted }),
  };
}

const unknownHere = { is: 'not-done', because: 'absent' } as const;

async function inspect(
  connection: DirectoryConnection,
  scope: DirectoryScope,
  guid: string,
): Promise<Outcome<Inspection> | Elsewhere> {
  const prepared = await prepare(connection, scope, guid);
  if (prepared.is === 'troubled') return undone(prepared.trouble);
  if (prepared.is === 'absent') return success({ is: 'absent' });
  const { state, rules } = prepared.found;
  const unfit = prepared.unfit === undefined ? {} : { unfit: prepared.unfit };
  return success({ is: 'account', state, rules, askedAt: connection.root.now, ...unfit });
}
