// POST /users: creates database and passwordless users through the Management API.
import { z } from 'zod';
import { insertPasswordless, insertUser, objectId, presentUser, storedAddress } from './accounts.ts';
import { type Answer, created, problem } from './answer.ts';
import { type Call, parsePayload } from './call.ts';
import { connectionNamed } from './connections.ts';
import { refusalOf } from './passwords.ts';
import type { Connection } from './state.ts';
import type { Tenant } from './tenant.ts';

const metadata = z.record(z.string(), z.unknown());
const phone = z.string().regex(/^\+[0-9]{1,15}$/);

const createBody = z.strictObject({
  connection: z.string().min(1),
  email: z.email().optional(),
  email_verified: z.boolean().optional(),
  verify_email: z.boolean().optional(),
  phone_number: phone.optional(),
  phone_verified: z.boolean().optional(),
  user_id: z.string().max(255).regex(/^\S*$/).optional(),
  username: z.string().min(1).max(128).optional(),
  password: z.string().min(1).optional(),
  name: z.string().min(1).max(300).optional(),
  nickname: z.string().min(1).max(300).optional(),
  given_name: z.string().min(1).max(150).optional(),
  family_name: z.string().min(1).max(150).optional(),
  picture: z.string().optional(),
  blocked: z.boolean().optional(),
  app_metadata: metadata.optional(),
  user_metadata: metadata.optional(),
});
type CreateBody = z.infer<typeof createBody>;

const exists = problem(409, 'User already exists.', 'auth0_idp_error');

function isTaken(tenant: Tenant, connection: Connection, body: CreateBody): boolean {
  const email = body.email === undefined ? undefined : storedAddress('auth0', body.email);
  return [...tenant.users.values()].some((user) =>
    user.identities.some((identity, index) => {
      if (identity.connection !== connection.name) return false;
      const held = index === 0 ? { email: user.email, phone: user.phoneNumber } : undefined;
      const heldEmail = held?.email ?? identity.profileData?.email;
      const heldPhone = held?.phone ?? identity.profileData?.phone_number;
      return (
        (email !== undefined && heldEmail === email) ||
        (body.phone_number !== undefined && heldPhone === body.phone_number)
      );
    }),
  );
}

function createPasswordless(tenant: Tenant, connection: Connection, body: CreateBody): Answer {
  const provider = connection.strategy === 'sms' ? 'sms' : 'email';
  const address = provider === 'sms' ? body.phone_number : body.email;
  if (address === undefined) {
    const missing = provider === 'sms' ? 'phone_number' : 'email';
    return problem(400, `Payload validation error: 'Missing required property: ${missing}'.`, 'invalid_body');
  }
  const verified = provider === 'sms' ? body.phone_verified : body.email_verified;
  const user = insertPasswordless(tenant, { provider, address, verified: verified ?? false });
  user.appMetadata = { ...body.app_metadata };
  return created(presentUser(user));
}

function createDatabaseUser(tenant: Tenant, connection: Connection, body: CreateBody): Answer {
  const { email, password } = body;
  if (email === undefined || password === undefined) {
    const missing = email === undefined ? 'email' : 'password';
    return problem(400, `Payload validation error: 'Missing required property: ${missing}'.`, 'invalid_body');
  }
  const user = insertUser(tenant, {
    userId: `auth0|${body.user_id ?? objectId()}`,
    connection: connection.name,
    email,
    emailVerified: body.email_verified ?? false,
    blocked: body.blocked ?? false,
    ...(body.username === undefined ? {} : { username: body.username }),
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.nickname === undefined ? {} : { nickname: body.nickname }),
    ...(body.given_name === undefined ? {} : { givenName: body.given_name }),
    ...(body.family_name === undefined ? {} : { familyName: body.family_name }),
    ...(body.app_metadata === undefined ? {} : { appMetadata: body.app_metadata }),
    ...(body.user_metadata === undefined ? {} : { userMetadata: body.user_metadata }),
  });
  const refusal = refusalOf(user, password);
  if (refusal !== undefined) {
    tenant.users.delete(user.userId);
    return problem(400, `${refusal.name}: ${refusal.message}`);
  }
  user.password = password;
  return created(presentUser(user));
}

export function createUser(tenant: Tenant, call: Call): Answer {
  const parsed = parsePayload(createBody, call.body);
  if (!parsed.ok) return parsed.answer;
  const connection = connectionNamed(tenant, parsed.value.connection);
  if (connection === undefined) return problem(400, 'Connection does not exist.');
  if (isTaken(tenant, connection, parsed.value)) return exists;
  switch (connection.strategy) {
    case 'auth0':
      return createDatabaseUser(tenant, connection, parsed.value);
    case 'email':
    case 'sms':
      return createPasswordless(tenant, connection, parsed.value);
    default:
      return problem(
        400,
        'Connection does not support user creation through the API. It must either be a database or passwordless connection.',
      );
  }
}
