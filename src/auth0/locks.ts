// Lifts brute-force locks and looks whether they are gone. Never touches an account that an administrator blocked.
import type { AccountId } from '../flows/ids.ts';
import type { Locks } from '../flows/ports.ts';
import { readAccount } from './account.ts';
import type { Blocks } from './blocks.ts';
import { type Reply, refused } from './errors.ts';
import type { Management } from './management.ts';

/** Somebody may still be typing the old password: the second try meets a lock that closed in between. */
const tries = 2;

export function createLocks(management: Management, blocks: Blocks): Locks {
  async function liftAll(account: AccountId, identifiers: readonly string[]): Promise<Reply<'lifted'>> {
    for (let tried = 0; tried < tries; tried += 1) {
      const lifted = await blocks.lift(account, identifiers);
      if (!lifted.ok) return lifted;
      const left = await blocks.stand(account, identifiers);
      if (!left.ok) return left;
      if (!left.value) return { ok: true, value: 'lifted' };
    }
    return refused('a lock stood again after it was lifted twice');
  }

  return {
    lift: async (account) => {
      const reply = await readAccount(management, account);
      if (!reply.ok) return reply;
      return reply.value.isDisabled ? { ok: true, value: 'disabled' } : liftAll(account, reply.value.identifiers);
    },
    isLocked: async (account) => {
      const reply = await readAccount(management, account);
      return reply.ok ? blocks.stand(account, reply.value.identifiers) : reply;
    },
  };
}
