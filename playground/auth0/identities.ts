// Linking and unlinking identities.
import { z } from 'zod';
import { mainIdentity, presentIdentity } from './accounts.ts';
import { type Answer, created, ok, problem, userNotFound } from './answer.ts';
import { type Call, type ManagementRoute, parsePayload } from './call.ts';
import { check } from './keys.ts';
import type { Identity, ProfileData, User } from './state.ts';
import type { Tenant } from './tenant.ts';

const linkBody = z
  .strictObject({
    provider: z.string().optional(),
    connection_id: z.string().optional(),
    user_id: z.union([z.string().min(1), z.int()]).optional(),
    link_with: z.string().optional(),
  })
  .refine((body) => Object.keys(body).length > 0, { error: 'Too few properties' });

type Secondary = { readonly kind: 'user'; readonly user: User } | { readonly kind: 'refused'; readonly answer: Answer };

function refuse(status: number, message: string): Secondary {
  return { kind: 'refused', answer: problem(status, message) };
}

async function byToken(tenant: Tenant, token: string): Promise<Secondary> {
  const checked = await check(tenant.keys, token, {
    issuer: tenant.issuer,
    audience: tenant.clientId,
    now: tenant.now(),
  });
  if (checked.kind !== 'valid' || checked.payload.sub === undefined) {
    return refuse(400, 'Invalid token (link_with).');
  }
  const user = tenant.users.get(checked.payload.sub);
  return user === undefined ? refuse(400, 'Provided secondary account not found.') : { kind: 'user', user };
}

function byId(tenant: Tenant, provider: string, id: string): Secondary {
  const user = tenant.users.get(`${provider}|${id}`);
  if (user !== undefined) return { kind: 'user', user };
  const linked = [...tenant.users.values()].some((each) =>
    each.identities.some((identity) => identity.provider === provider && identity.id === id),
  );
  if (linked) return refuse(409, 'Specified identity already exists.');
  return refuse(400, 'Linking to an inexistent identity is not allowed.');
}

function profileOf(user: User): ProfileData {
  return {
    ...(user.email === undefined ? {} : { email: user.email, email_verified: user.emailVerified ?? false }),
    ...(user.phoneNumber === undefined ? {} : { phone_number: user.phoneNumber, phone_verified: user.phoneVerified }),
  };
}

/** The secondary user ceases to exist as a user of its own, and its metadata is lost. */
export function linkUsers(tenant: Tenant, primary: User, secondary: User): void {
  const [own, ...others] = secondary.identities;
  if (own === undefined) return;
  primary.identities.push({ ...own, profileData: profileOf(secondary) }, ...others);
  primary.updatedAt = tenant.now();
  tenant.users.delete(secondary.userId);
}

async function link(tenant: Tenant, { params, body }: Call): Promise<Answer> {
  const parsed = parsePayload(linkBody, body);
  if (!parsed.ok) return parsed.answer;
  const primary = tenant.users.get(params['id'] ?? '');
  if (primary === undefined) return userNotFound;
  const { provider, user_id: id, link_with: token, connection_id: connectionId } = parsed.value;
  if (connectionId !== undefined && !tenant.connections.some((each) => each.id === connectionId)) {
    return problem(400, 'The provider/connection is not configured.');
  }
  if (token === undefined && (provider === undefined || id === undefined)) {
    return problem(400, "Payload validation error: 'Missing required property: user_id'.", 'invalid_body');
  }
  const secondary = token === undefined ? byId(tenant, provider ?? '', String(id ?? '')) : await byToken(tenant, token);
  if (secondary.kind === 'refused') return secondary.answer;
  if (secondary.user === primary) return problem(400, 'Main identity and the new one are the same.');
  const { email, phoneNumber } = secondary.user;
  const address = (provider === 'sms' ? phoneNumber : email) ?? 'none';
  tenant.witnessed.push({ what: 'linked', account: primary.userId, address, at: tenant.now() });
  linkUsers(tenant, primary, secondary.user);
  return created(primary.identities.map(presentIdentity));
}

/** The linked identity becomes a user of its own again, without metadata. */
function split(tenant: Tenant, user: User, identity: Identity): void {
  const profile = identity.profileData;
  const { provider, id, connection } = identity;
  user.identities = user.identities.filter((each) => each !== identity);
  user.updatedAt = tenant.now();
  const userId = `${provider}|${id}`;
  tenant.users.set(userId, {
    ...user,
    userId,
    createdAt: tenant.now(),
    email: profile?.email,
    emailVerified: profile?.email_verified ?? false,
    phoneNumber: profile?.phone_number,
    phoneVerified: profile?.phone_verified ?? false,
    username: undefined,
    name: profile?.name ?? profile?.email ?? profile?.phone_number ?? userId,
    nickname: profile?.email?.split('@')[0] ?? profile?.phone_number ?? userId,
    givenName: undefined,
    familyName: undefined,
    identities: [{ provider, id, connection }],
    appMetadata: {},
    userMetadata: {},
    blocked: false,
    password: undefined,
    record: {},
    passwordHistory: [],
    lastPasswordResetAt: undefined,
    lastLoginAt: undefined,
    lastIp: undefined,
    loginsCount: 0,
    sessions: [],
    refreshTokens: [],
  });
}

function unlink(tenant: Tenant, { params }: Call): Answer {
  const user = tenant.users.get(params['id'] ?? '');
  if (user === undefined) return userNotFound;
  const identity = user.identities.find(
    (each) => each.provider === params['provider'] && each.id === params['user_id'],
  );
  if (identity === undefined) return problem(400, 'The user exists, but does not contain the given identity.');
  if (identity === mainIdentity(user)) return problem(400, 'Main identity cannot be removed.');
  split(tenant, user, identity);
  return ok(user.identities.map(presentIdentity));
}

const scopes = ['update:users'];

export const identityRoutes: readonly ManagementRoute[] = [
  { method: 'POST', path: '/users/:id/identities', scopes, group: 'write-users', answer: link },
  {
    method: 'DELETE',
    path: '/users/:id/identities/:provider/:user_id',
    scopes,
    group: 'delete-users',
    answer: unlink,
  },
];
