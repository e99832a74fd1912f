// Users through the Management API: read, find by address, change, delete.
import { z } from 'zod';
import { presentUser, storedAddress } from './accounts.ts';
import { type Answer, insufficientScope, noContent, ok, problem, userNotFound } from './answer.ts';
import { type Call, invalidQuery, type ManagementRoute, parsePayload, pick } from './call.ts';
import { connectionNamed } from './connections.ts';
import { changePassword, isComplexEnough, refusalOf, throughConnector } from './passwords.ts';
import type { Connection, User } from './state.ts';
import type { Tenant } from './tenant.ts';
import { createUser } from './user-creation.ts';
import { searchUsers } from './user-search.ts';

const metadata = z.record(z.string(), z.unknown());
const phone = z.string().regex(/^\+[0-9]{1,15}$/);

const patchBody = z.looseObject({
  blocked: z.boolean().optional(),
  email: z.email().nullable().optional(),
  email_verified: z.boolean().optional(),
  phone_number: phone.nullable().optional(),
  phone_verified: z.boolean().optional(),
  username: z.string().min(1).max(128).nullable().optional(),
  password: z.string().min(1).nullable().optional(),
  connection: z.string().min(1).optional(),
  client_id: z.string().min(1).optional(),
  name: z.string().min(1).max(300).optional(),
  nickname: z.string().min(1).max(300).optional(),
  given_name: z.string().min(1).max(150).optional(),
  family_name: z.string().min(1).max(150).optional(),
  app_metadata: metadata.optional(),
  user_metadata: metadata.optional(),
});
type PatchBody = z.infer<typeof patchBody>;

const exclusive = [
  ['password', 'email'],
  ['password', 'email_verified'],
  ['username', 'email'],
  ['username', 'email_verified'],
  ['username', 'password'],
] as const;

/** Metadata is merged at its first level only; `null` removes a key. */
function merge(into: Record<string, unknown>, changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...into, ...changes }).filter(([, value]) => value !== null));
}

function connectionFor(tenant: Tenant, user: User, body: PatchBody): Connection | Answer {
  const name = body.connection ?? user.identities[0]?.connection ?? '';
  const held = user.identities.some((identity) => identity.connection === name);
  return (held ? connectionNamed(tenant, name) : undefined) ?? problem(400, 'Connection does not exist.');
}

/**
 * What Auth0 answers where its connector refuses or is away is not published; the names are the connector's own (auth0/ad-ldap-connector).
 * Whoever signs in with the old password elsewhere stays signed in, and no time of a change is noted.
 */
function writeBack(tenant: Tenant, connection: Connection, user: User, password: string): Answer | undefined {
  if (!connection.online) return problem(500, 'The connector did not answer.');
  if (!isComplexEnough(password)) return problem(400, 'PasswordComplexityError: Password does not meet complexity');
  user.password = throughConnector(password);
  user.updatedAt = tenant.now();
  user.blocked = false;
  return undefined;
}

function setPassword(tenant: Tenant, user: User, body: PatchBody, password: string, ip: string): Answer | undefined {
  const connection = connectionFor(tenant, user, body);
  if ('status' in connection) return connection;
  if (connection.strategy !== 'auth0' && !connection.writeBack) {
    return problem(400, 'Connection is not supported for this operation.');
  }
  if (connection.strategy !== 'auth0') return writeBack(tenant, connection, user, password);
  const refusal = refusalOf(user, password);
  if (refusal !== undefined) return problem(400, `${refusal.name}: ${refusal.message}`);
  changePassword(tenant, user, password, ip);
  // The documented side effect that makes a reset of a blocked account dangerous.
  user.blocked = false;
  return undefined;
}

function applyProfile(user: User, body: PatchBody): void {
  if (typeof body.email === 'string') user.email = storedAddress(user.identities[0]?.provider ?? '', body.email);
  if (body.email_verified !== undefined) user.emailVerified = body.email_verified;
  if (typeof body.phone_number === 'string') user.phoneNumber = body.phone_number;
  if (body.phone_verified !== undefined) user.phoneVerified = body.phone_verified;
  if (typeof body.username === 'string') user.username = body.username;
  user.name = body.name ?? user.name;
  user.nickname = body.nickname ?? user.nickname;
  user.givenName = body.given_name ?? user.givenName;
  user.familyName = body.family_name ?? user.familyName;
}

const metadataOnly: ReadonlySet<string> = new Set(['app_metadata', 'user_metadata']);

function updateUser(tenant: Tenant, call: Call): Answer {
  const parsed = parsePayload(patchBody, call.body);
  if (!parsed.ok) return parsed.answer;
  const body = parsed.value;
  const touchesMore = Object.keys(body).some((key) => !metadataOnly.has(key));
  if (touchesMore && !call.scopes.includes('update:users')) return insufficientScope(['update:users']);
  const user = tenant.users.get(call.params['id'] ?? '');
  if (user === undefined) return userNotFound;
  const clash = exclusive.find(([one, other]) => body[one] !== undefined && body[other] !== undefined);
  if (clash !== undefined) return problem(400, `Cannot update ${clash.join(' and ')} simultaneously.`);
  if (typeof body.password === 'string') {
    const refused = setPassword(tenant, user, body, body.password, call.ip);
    if (refused !== undefined) return refused;
  }
  applyProfile(user, body);
  if (body.blocked !== undefined) user.blocked = body.blocked;
  user.appMetadata = merge(user.appMetadata, body.app_metadata ?? {});
  user.userMetadata = merge(user.userMetadata, body.user_metadata ?? {});
  user.updatedAt = tenant.now();
  return ok(presentUser(user));
}

function listByEmail(tenant: Tenant, { query }: Call): Answer {
  const email = query['email'];
  if (email === undefined || email === '') return invalidQuery('email', 'Missing required property: email');
  const found = [...tenant.users.values()].filter((user) => user.email === email);
  return ok(found.map((user) => pick(presentUser(user), query)));
}

const read = ['read:users'];

export const userRoutes: readonly ManagementRoute[] = [
  { method: 'GET', path: '/users-by-email', scopes: read, group: 'read-users', answer: listByEmail },
  { method: 'GET', path: '/users', scopes: read, group: 'read-users', answer: searchUsers },
  {
    method: 'GET',
    path: '/users/:id',
    scopes: read,
    group: 'read-users',
    answer: (tenant, { params, query }) => {
      const user = tenant.users.get(params['id'] ?? '');
      return user === undefined ? userNotFound : ok(pick(presentUser(user), query));
    },
  },
  { method: 'POST', path: '/users', scopes: ['create:users'], group: 'write-users', answer: createUser },
  {
    method: 'PATCH',
    path: '/users/:id',
    scopes: ['update:users', 'update:users_app_metadata'],
    group: 'write-users',
    answer: updateUser,
  },
  {
    method: 'DELETE',
    path: '/users/:id',
    scopes: ['delete:users'],
    group: 'delete-users',
    // Auth0 also answers 204 for a user who does not exist.
    answer: (tenant, { params }) => {
      tenant.users.delete(params['id'] ?? '');
      return noContent;
    },
  },
];
