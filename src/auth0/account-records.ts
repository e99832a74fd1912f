// Changes what enrolment keeps in an account's record. Auth0 takes the whole of it and knows no condition for a write, so another
// process may write in between: what was written is read again, and written again where it is missing.
import { createKeyedQueue } from '../concurrency/keyed-queue.ts';
import type { AccountId } from '../flows/ids.ts';
import { type Account, readAccount } from './account.ts';
import { endpoints } from './endpoints.ts';
import type { RecordChange } from './enrolment-record.ts';
import type { CallResult } from './errors.ts';
import type { Management } from './management.ts';
import { nothing, recordRequest } from './schemas.ts';

export interface AccountRecords {
  /** Runs `work` after all earlier work of this process on the account. */
  inTurn<T>(account: AccountId, work: () => Promise<T>): Promise<T>;
  /**
   * Makes the change, and answers with the account as it was read when nothing was left to change. `change` is called with what
   * stands there now, as often as it takes. Only within `inTurn`.
   */
  change(account: AccountId, change: (account: Account) => RecordChange): Promise<CallResult<Account>>;
}

/** The last is for reading only. More often than this nobody else writes within a second. */
const roundsAtMost = 5;

export function createAccountRecords(management: Management): AccountRecords {
  const write = (id: AccountId, latchkey: Extract<RecordChange, { is: 'change' }>['stored']) => {
    const request = recordRequest.parse({ app_metadata: { latchkey } });
    return management.ask(endpoints.writeRecord, nothing, (client, options) =>
      client.users.update(id, request, options),
    );
  };
  return {
    inTurn: createKeyedQueue(),
    change: async (id, change) => {
      for (let round = 1; round <= roundsAtMost; round += 1) {
        const account = await readAccount(management, id);
        if (!account.ok) return account;
        const next = change(account.value);
        if (next.is === 'nothing') return account;
        if (next.is === 'refused') return { ok: false, failure: { ...unwritable, cause: next.because } };
        const written = round === roundsAtMost ? undefined : await write(id, next.stored);
        if (written?.ok === false) return written;
      }
      const cause = `${endpoints.writeRecord.name}: somebody else writes the same record`;
      return { ok: false, failure: { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause } };
    },
  };
}

const unwritable = {
  kind: 'refused',
  retry: 'never',
  remedy: 'Look at app_metadata.latchkey of the account in Auth0. Where something else stands there, remove it.',
} as const;
