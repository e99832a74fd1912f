// Brute-force protection: counting failures; adding, listing and deleting blocks. The administrator's `blocked` flag is
// separate and is not handled here.
import { mainIdentity } from './accounts.ts';
import { noContent, ok, userNotFound } from './answer.ts';
import { invalidQuery, type ManagementRoute } from './call.ts';
import { writeLog } from './logs.ts';
import type { Block, User } from './state.ts';
import type { Tenant } from './tenant.ts';

const settingsOf = (tenant: Tenant) => tenant.configuration.protection['brute-force-protection'];

export const failuresUntilBlock = (tenant: Tenant): number => Number(settingsOf(tenant)['max_attempts']);
const blockLifeMs = 30 * 24 * 3600 * 1000;

export type Attempt = {
  readonly identifier: string;
  readonly ip: string;
  readonly connection: string;
  readonly user: User | undefined;
};

function effectiveIp(tenant: Tenant, ip: string): string | undefined {
  return settingsOf(tenant)['mode'] === 'count_per_identifier' ? undefined : ip;
}

function counterKey(tenant: Tenant, attempt: Attempt): string {
  return `${attempt.connection}\n${attempt.identifier}\n${effectiveIp(tenant, attempt.ip) ?? ''}`;
}

function standing(tenant: Tenant): readonly Block[] {
  tenant.blocks = tenant.blocks.filter((block) => tenant.now() - block.lastFailureAt < blockLifeMs);
  return tenant.blocks;
}

export function isBlocked(tenant: Tenant, attempt: Attempt): boolean {
  const ip = effectiveIp(tenant, attempt.ip);
  return standing(tenant).some(
    (block) => block.identifier === attempt.identifier && block.connection === attempt.connection && block.ip === ip,
  );
}

/** Counts one wrong password or code; by default the tenth in a row creates a block. */
export function recordFailure(tenant: Tenant, attempt: Attempt): void {
  const key = counterKey(tenant, attempt);
  const failures = (tenant.failures.get(key) ?? 0) + 1;
  tenant.failures.set(key, failures);
  if (failures < failuresUntilBlock(tenant) || isBlocked(tenant, attempt)) return;
  const now = tenant.now();
  const { identifier, connection, ip, user } = attempt;
  tenant.blocks.push({ identifier, connection, ip: effectiveIp(tenant, ip), lockedAt: now, lastFailureAt: now });
  writeLog(tenant, {
    type: 'limit_wc',
    description: 'Blocked Account',
    user,
    userName: identifier,
    connection,
    ip,
    details: { failures },
  });
}

export function forgetFailures(tenant: Tenant, attempt: Attempt): void {
  tenant.failures.delete(counterKey(tenant, attempt));
}

/** The identifiers under which a user's own logins are counted; linked identities have identifiers of their own. */
export function identifiersOf(user: User): readonly string[] {
  return [user.email, user.username, user.phoneNumber].filter((name) => name !== undefined);
}

type Counted = Pick<Block, 'identifier' | 'connection'>;
type Covers = (counted: Counted) => boolean;

/**
 * Matches the user's own identifiers in the user's own connection: the same identifier in another connection belongs to
 * another account.
 */
const ofUser = (user: User): Covers => {
  const { connection } = mainIdentity(user);
  const names = identifiersOf(user);
  return (counted) => counted.connection === connection && names.includes(counted.identifier);
};

/** Matches everybody who has this identifier, in every connection. */
const under =
  (identifier: string): Covers =>
  (counted) =>
    counted.identifier === identifier;

export const blocksOf = (tenant: Tenant, user: User): readonly Block[] => standing(tenant).filter(ofUser(user));

export const liftBlocksOf = (tenant: Tenant, user: User, ip: string): void => lift(tenant, ofUser(user), user, ip);

function lift(tenant: Tenant, covers: Covers, user: User | undefined, ip: string): void {
  const lifted = standing(tenant).filter(covers);
  tenant.blocks = tenant.blocks.filter((block) => !lifted.includes(block));
  for (const key of tenant.failures.keys()) {
    const [connection = '', identifier = ''] = key.split('\n');
    if (covers({ connection, identifier })) tenant.failures.delete(key);
  }
  for (const block of lifted) {
    const { identifier, connection } = block;
    writeLog(tenant, {
      type: 'ublkdu',
      description: 'User login block released',
      user,
      userName: identifier,
      connection,
      ip,
    });
  }
}

function present(blocks: readonly Block[]): Record<string, unknown> {
  return {
    blocked_for: blocks.map(({ identifier, ip, connection }) => ({
      identifier,
      ...(ip === undefined ? {} : { ip }),
      connection,
    })),
  };
}

const readScopes = ['read:users'];
const writeScopes = ['update:users'];
const group = 'other';

const getById: ManagementRoute = {
  method: 'GET',
  path: '/user-blocks/:id',
  scopes: readScopes,
  group,
  answer: (tenant, { params }) => {
    const user = tenant.users.get(params['id'] ?? '');
    return user === undefined ? userNotFound : ok(present(blocksOf(tenant, user)));
  },
};

const deleteById: ManagementRoute = {
  method: 'DELETE',
  path: '/user-blocks/:id',
  scopes: writeScopes,
  group,
  answer: (tenant, { params, ip }) => {
    const user = tenant.users.get(params['id'] ?? '');
    if (user === undefined) return userNotFound;
    liftBlocksOf(tenant, user, ip);
    return noContent;
  },
};

const missingIdentifier = invalidQuery('identifier', 'Missing required property: identifier');

const getByIdentifier: ManagementRoute = {
  method: 'GET',
  path: '/user-blocks',
  scopes: readScopes,
  group,
  answer: (tenant, { query }) => {
    const identifier = query['identifier'];
    return identifier === undefined ? missingIdentifier : ok(present(standing(tenant).filter(under(identifier))));
  },
};

const deleteByIdentifier: ManagementRoute = {
  method: 'DELETE',
  path: '/user-blocks',
  scopes: writeScopes,
  group,
  answer: (tenant, { query, ip }) => {
    const identifier = query['identifier'];
    if (identifier === undefined) return missingIdentifier;
    const user = [...tenant.users.values()].find((each) => identifiersOf(each).includes(identifier));
    lift(tenant, under(identifier), user, ip);
    return noContent;
  },
};

const deleteIpBlock: ManagementRoute = {
  method: 'DELETE',
  path: '/anomaly/blocks/ips/:id',
  scopes: ['delete:anomaly_blocks'],
  group,
  answer: (tenant, { params }) => {
    tenant.blockedIps.delete(params['id'] ?? '');
    return noContent;
  },
};

export const blockRoutes: readonly ManagementRoute[] = [
  getByIdentifier,
  deleteByIdentifier,
  getById,
  deleteById,
  deleteIpBlock,
];
