// Users as the tenant stores them: creating, finding and presenting them. No HTTP and no permission checks.
import { randomBytes } from 'node:crypto';
import type { Identity, ProfileData, User } from './state.ts';
import type { Tenant } from './tenant.ts';

export type PasswordlessProvider = 'email' | 'sms';

export type NewUser = {
  readonly userId: string;
  readonly connection: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly phoneNumber?: string;
  readonly phoneVerified?: boolean;
  readonly username?: string;
  readonly name?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly nickname?: string;
  readonly appMetadata?: Readonly<Record<string, unknown>>;
  /** The providers of second factors that the user has enrolled, e.g. `guardian`. */
  readonly multifactor?: readonly string[];
  readonly userMetadata?: Readonly<Record<string, unknown>>;
  readonly blocked?: boolean;
  readonly password?: string;
  /** Merged over the record that the API returns, for fields in odd forms; `undefined` leaves a field out. */
  readonly record?: Readonly<Record<string, unknown>>;
};

/** 24 hex digits, as Auth0's own user ids have. */
export function objectId(): string {
  return randomBytes(12).toString('hex');
}

export function splitUserId(userId: string): { readonly provider: string; readonly id: string } {
  const bar = userId.indexOf('|');
  return { provider: userId.slice(0, bar), id: userId.slice(bar + 1) };
}

/** Auth0 lower-cases the addresses of its own users; an AD address stays as the directory wrote it. */
export function storedAddress(provider: string, address: string): string {
  return provider === 'auth0' || provider === 'email' ? address.trim().toLowerCase() : address.trim();
}

function profileOf(user: NewUser): { readonly name: string; readonly nickname: string } {
  const local = user.email?.split('@')[0] ?? user.phoneNumber ?? user.userId;
  return { name: user.name ?? user.email ?? user.phoneNumber ?? user.userId, nickname: user.nickname ?? local };
}

export function insertUser(tenant: Tenant, input: NewUser): User {
  const { provider, id } = splitUserId(input.userId);
  const now = tenant.now();
  const user: User = {
    userId: input.userId,
    createdAt: now,
    updatedAt: now,
    email: input.email === undefined ? undefined : storedAddress(provider, input.email),
    emailVerified: input.emailVerified ?? (provider === 'ad' ? undefined : false),
    phoneNumber: input.phoneNumber,
    phoneVerified: input.phoneVerified ?? false,
    username: input.username,
    ...profileOf(input),
    givenName: input.givenName,
    familyName: input.familyName,
    identities: [{ provider, id, connection: input.connection }],
    appMetadata: { ...input.appMetadata },
    ...(input.multifactor === undefined ? {} : { multifactor: input.multifactor }),
    userMetadata: { ...input.userMetadata },
    blocked: input.blocked ?? false,
    password: input.password,
    record: input.record ?? {},
    passwordHistory: [],
    lastPasswordResetAt: undefined,
    lastLoginAt: undefined,
    lastIp: undefined,
    loginsCount: 0,
    sessions: [],
    refreshTokens: [],
  };
  tenant.users.set(user.userId, user);
  return user;
}

export function mainIdentity(user: User): Identity {
  const [main] = user.identities;
  if (main === undefined) throw new Error('a user without identities');
  return main;
}

function addressOf(user: User, identity: Identity, provider: PasswordlessProvider): string | undefined {
  const profile: ProfileData = identity.profileData ?? {
    ...(user.email === undefined ? {} : { email: user.email }),
    ...(user.phoneNumber === undefined ? {} : { phone_number: user.phoneNumber }),
  };
  return provider === 'email' ? profile.email : profile.phone_number;
}

export type Holder = { readonly user: User; readonly identity: Identity };

/** Whose account has this passwordless address: a user of its own, or a primary user to which it is linked. */
export function holderOf(tenant: Tenant, provider: PasswordlessProvider, address: string): Holder | undefined {
  for (const user of tenant.users.values()) {
    for (const identity of user.identities) {
      if (identity.provider === provider && addressOf(user, identity, provider) === address) return { user, identity };
    }
  }
  return undefined;
}

export function insertPasswordless(
  tenant: Tenant,
  input: {
    readonly provider: PasswordlessProvider;
    readonly address: string;
    readonly verified?: boolean;
    readonly id?: string;
  },
): User {
  const { provider } = input;
  const address = provider === 'email' ? storedAddress('email', input.address) : input.address;
  const verified = input.verified ?? false;
  return insertUser(tenant, {
    userId: `${provider}|${input.id ?? objectId()}`,
    connection: provider,
    ...(provider === 'email'
      ? { email: address, emailVerified: verified }
      : { phoneNumber: address, phoneVerified: verified }),
  });
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

export function presentIdentity(identity: Identity): Record<string, unknown> {
  return {
    connection: identity.connection,
    user_id: identity.id,
    provider: identity.provider,
    isSocial: identity.provider === 'google-oauth2',
    ...(identity.profileData === undefined ? {} : { profileData: identity.profileData }),
  };
}

function present(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** The user as the Management API returns it. Fields that Auth0 omits when unset are omitted here as well. */
export function presentUser(user: User): Record<string, unknown> {
  const { email, phoneNumber } = user;
  const hasMetadata = (metadata: Readonly<Record<string, unknown>>) => Object.keys(metadata).length > 0;
  return present({
    user_id: user.userId,
    email,
    email_verified: email === undefined ? undefined : user.emailVerified,
    phone_number: phoneNumber,
    phone_verified: phoneNumber === undefined ? undefined : user.phoneVerified,
    username: user.username,
    name: user.name,
    nickname: user.nickname,
    given_name: user.givenName,
    family_name: user.familyName,
    picture: `https://cdn.auth0.com/avatars/${encodeURIComponent(user.name.slice(0, 2).toLowerCase())}.png`,
    created_at: iso(user.createdAt),
    updated_at: iso(user.updatedAt),
    identities: user.identities.map(presentIdentity),
    multifactor: user.multifactor,
    app_metadata: hasMetadata(user.appMetadata) ? user.appMetadata : undefined,
    user_metadata: hasMetadata(user.userMetadata) ? user.userMetadata : undefined,
    blocked: user.blocked ? true : undefined,
    last_password_reset: user.lastPasswordResetAt === undefined ? undefined : iso(user.lastPasswordResetAt),
    last_login: user.lastLoginAt === undefined ? undefined : iso(user.lastLoginAt),
    last_ip: user.lastIp,
    logins_count: user.loginsCount === 0 ? undefined : user.loginsCount,
    ...user.record,
  });
}
