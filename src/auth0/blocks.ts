// Auth0's brute-force blocks, by user id or by name. A request by name concerns every user with that name, in any connection.
// An administrator's block is something else: these routes neither show nor lift it.
import type { AccountId } from '../flows/ids.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult } from './errors.ts';
import type { Management } from './management.ts';
import type { OwnName } from './own-names.ts';
import { blocksAnswer, nothing } from './schemas.ts';

/** The name under which Auth0 counts failed sign-ins, and the connection. Auth0 may leave out either. */
export interface BruteForceBlock {
  readonly identifier?: string | undefined;
  readonly connection?: string | undefined;
}

/** Each call is one request in the limit group with the lowest limit. */
export interface Blocks {
  byId(account: AccountId): Promise<CallResult<readonly BruteForceBlock[]>>;
  byName(name: string): Promise<CallResult<readonly BruteForceBlock[]>>;
  liftById(account: AccountId): Promise<CallResult<void>>;
  liftByName(name: string): Promise<CallResult<void>>;
}

export function createBlocks(management: Management): Blocks {
  return {
    byId: async (account) =>
      blocksIn(
        await management.ask(endpoints.readBlocks, blocksAnswer, (client, o) => client.userBlocks.list(account, {}, o)),
      ),
    byName: async (identifier) =>
      blocksIn(
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

function blocksIn(
  reply: CallResult<{ readonly blocked_for: readonly BruteForceBlock[] }>,
): CallResult<readonly BruteForceBlock[]> {
  return reply.ok ? { ok: true, value: reply.value.blocked_for } : reply;
}

/**
 * Whether a block that is listed under one of an account's names belongs to this account. If Auth0 does not name the connection,
 * a verified address still identifies its owner; a user name does not.
 */
export function isOwn({ connection }: BruteForceBlock, own: OwnName): boolean {
  const namesConnection = connection !== undefined && !connection.startsWith('con_');
  return namesConnection ? own.connections.includes(connection) : own.isAddress;
}
