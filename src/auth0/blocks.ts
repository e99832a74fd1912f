// Auth0's brute-force blocks of one user: by its id and by every name, since a linked user is counted under each apart.
// Knows nothing of an administrator's block, which is no business of these routes.
import type { AccountId } from '../flows/ids.ts';
import { blocksAnswer, nothing } from './answers.ts';
import { calls } from './call.ts';
import type { Failed, Reply } from './errors.ts';
import type { Management } from './management.ts';

export interface Blocks {
  standById(account: AccountId): Promise<Reply<boolean>>;
  standByName(identifier: string): Promise<Reply<boolean>>;
  /** Whether any stands, asked for all of them at once. */
  stand(account: AccountId, identifiers: readonly string[]): Promise<Reply<boolean>>;
  /** Deletes all of them at once. A name that Auth0 does not know has none. */
  lift(account: AccountId, identifiers: readonly string[]): Promise<Reply<void>>;
}

export function createBlocks(management: Management): Blocks {
  const standById = async (account: AccountId): Promise<Reply<boolean>> =>
    standing(
      await management.ask(calls.readBlocks, blocksAnswer, (client, o) => client.userBlocks.list(account, {}, o)),
    );
  const standByName = async (identifier: string): Promise<Reply<boolean>> =>
    standing(
      await management.ask(calls.readBlocksOf, blocksAnswer, (client, options) =>
        client.userBlocks.listByIdentifier({ identifier }, options),
      ),
    );
  const liftById = (account: AccountId): Promise<Reply<void>> =>
    management.ask(calls.liftBlocks, nothing, (client, options) => client.userBlocks.delete(account, options));
  const liftByName = (identifier: string): Promise<Reply<void>> =>
    management.ask(calls.liftBlocksOf, nothing, (client, options) =>
      client.userBlocks.deleteByIdentifier({ identifier }, options),
    );

  return {
    standById,
    standByName,
    stand: async (account, identifiers) =>
      anyOf(await Promise.all([standById(account), ...identifiers.map(standByName)])),
    lift: async (account, identifiers) => {
      const replies = await Promise.all([liftById(account), ...identifiers.map(liftByName)]);
      const failed = replies.find((reply): reply is Failed => !reply.ok);
      return failed === undefined ? { ok: true, value: undefined } : asPartial(failed, replies);
    },
  };
}

function standing(reply: Reply<{ readonly blocked_for?: readonly unknown[] | undefined }>): Reply<boolean> {
  return reply.ok ? { ok: true, value: (reply.value.blocked_for ?? []).length > 0 } : reply;
}

/** One that stands is enough to know, whatever the others failed to say. */
export function anyOf(replies: readonly Reply<boolean>[]): Reply<boolean> {
  if (replies.some((reply) => reply.ok && reply.value)) return { ok: true, value: true };
  return replies.find((reply) => !reply.ok) ?? { ok: true, value: false };
}

/** Where some of the deletions went through, the whole may have happened. */
function asPartial(failed: Failed, replies: readonly Reply<void>[]): Failed {
  const { failure } = failed;
  const isPartial = failure.kind === 'unreachable' && replies.some((reply) => reply.ok);
  return isPartial ? { ...failed, failure: { ...failure, mayHaveHappened: true } } : failed;
}
