// Auth0's brute-force blocks: by user id, and by a name, which is everybody's who has that name in any connection.
// Knows nothing of an administrator's block, which is no business of these routes.
import type { AccountId } from '../flows/ids.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult } from './errors.ts';
import type { Management } from './management.ts';
import type { OwnName } from './own-names.ts';
import { blocksAnswer, nothing } from './schemas.ts';

/** Under which name it is counted, and in which connection, as far as Auth0 says so. */
export interface BruteForceBlock {
  readonly identifier?: string | undefined;
  readonly connection?: string | undefined;
}

/** Each is one request of the scarcest group. */
export interface Blocks {
  byId(account: AccountId): Promise<CallResult<readonly BruteForceBlock[]>>;
  byName(name: string): Promise<CallResult<readonly BruteForceBlock[]>>;
  liftById(account: AccountId): Promise<CallResult<void>>;
  liftByName(name: string): Promise<CallResult<void>>;
}

export function createBlocks(management: Management): Blocks {
  return {
    byId: async (account) =>
      listed(
        await management.ask(endpoints.readBlocks, blocksAnswer, (client, o) => client.userBlocks.list(account, {}, o)),
      ),
    byName: async (identifier) =>
      listed(
        await management.ask(endpoints.readBlocksOf, blocksAnswer, (client, options) =>
          client.userBlocks.listByIdentifier({ identifier }, options),
        ),
      ),
    liftById: (account) =>
      management.ask(endpoints.liftBlocks, nothing, (client, options) => client.userBlocks.delete(account, options)),
    liftByName: (identifier) =>
      management.ask(endpoints.liftBlocksOf, nothing, (client, options) =>
        client.userBlocks.deleteByIdentifier({ identifier }, options),
      ),
  };
}

function listed(
  reply: CallResult<{ readonly blocked_for?: readonly BruteForceBlock[] | undefined }>,
): CallResult<readonly BruteForceBlock[]> {
  return reply.ok ? { ok: true, value: reply.value.blocked_for ?? [] } : reply;
}

/**
 * Whose a block is that stands under one of an account's names. Where Auth0 does not say in which connection, a verified
 * address still names its owner; a user name does not.
 */
export function isOwn({ connection }: BruteForceBlock, own: OwnName): boolean {
  const isSaid = connection !== undefined && !connection.startsWith('con_');
  return isSaid ? own.connections.includes(connection) : own.isAddress;
}
