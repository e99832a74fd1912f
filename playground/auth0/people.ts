// Adding and inspecting the tenant's users, for tests and the playground page.
import { insertPasswordless, insertUser, mainIdentity, type PasswordlessProvider, splitUserId } from './accounts.ts';
import { blocksOf } from './blocks.ts';
import { ensureConnection } from './connections.ts';
import { linkUsers } from './identities.ts';
import type { User } from './state.ts';
import type { Tenant } from './tenant.ts';

export type AddUser = {
  /** `auth0|…` or `ad|Connection|guid`. */
  readonly userId: string;
  readonly connection: string;
  readonly email?: string;
  /** Default: true; for an AD user nothing, as Auth0's connector makes them. */
  readonly emailVerified?: boolean;
  readonly name?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly nickname?: string;
  readonly username?: string;
  readonly appMetadata?: Readonly<Record<string, unknown>>;
  readonly multifactor?: readonly string[];
  readonly password?: string;
  /** Merged over the record that the API returns, for fields in odd forms; `undefined` leaves a field out. */
  readonly record?: Readonly<Record<string, unknown>>;
  readonly contacts?: readonly {
    readonly provider: PasswordlessProvider;
    readonly address: string;
    /** The 24 hex digits of the identity's own id. */
    readonly userId?: string;
  }[];
};

export type UserSnapshot = {
  readonly userId: string;
  readonly connection: string;
  readonly email: string | undefined;
  readonly name: string;
  /** Whether there is a brute-force block on one of the user's own identifiers. */
  readonly locked: boolean;
  readonly lockedAt: number | undefined;
  /** Blocked by an administrator. */
  readonly blocked: boolean;
  readonly passwordChangedAt: number | undefined;
  readonly password: string | undefined;
  readonly sessions: number;
  readonly refreshTokens: number;
  readonly contacts: readonly { readonly provider: string; readonly address: string; readonly userId: string }[];
  readonly appMetadata: Readonly<Record<string, unknown>>;
};

export function snapshot(tenant: Tenant, user: User): UserSnapshot {
  const [, ...linked] = user.identities;
  const [block] = blocksOf(tenant, user);
  return {
    userId: user.userId,
    connection: mainIdentity(user).connection,
    email: user.email,
    name: user.name,
    locked: block !== undefined,
    lockedAt: block?.lockedAt,
    blocked: user.blocked,
    passwordChangedAt: user.lastPasswordResetAt,
    password: user.password,
    sessions: user.sessions.length,
    refreshTokens: user.refreshTokens.length,
    contacts: linked.map(({ provider, id, profileData }) => ({
      provider,
      address: profileData?.email ?? profileData?.phone_number ?? '',
      userId: id,
    })),
    appMetadata: user.appMetadata,
  };
}

export function addUser(tenant: Tenant, input: AddUser): User {
  const { provider } = splitUserId(input.userId);
  ensureConnection(tenant, input.connection, provider);
  const { contacts, ...profile } = input;
  const isVerified = input.emailVerified ?? (provider === 'ad' ? undefined : true);
  const user = insertUser(tenant, { ...profile, ...(isVerified === undefined ? {} : { emailVerified: isVerified }) });
  for (const contact of contacts ?? []) {
    const secondary = insertPasswordless(tenant, {
      provider: contact.provider,
      address: contact.address,
      verified: true,
      ...(contact.userId === undefined ? {} : { id: contact.userId }),
    });
    linkUsers(tenant, user, secondary);
  }
  return user;
}
