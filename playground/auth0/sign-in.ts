// A login with a password, reduced to its result: enough to show that an account can really be used.
import { mainIdentity, objectId } from './accounts.ts';
import { forgetFailures, identifiersOf, isBlocked, recordFailure } from './blocks.ts';
import { writeLog } from './logs.ts';
import type { Session, User } from './state.ts';
import type { Tenant } from './tenant.ts';

export type SignIn =
  | { readonly ok: true }
  | { readonly error: 'unknown-user' | 'wrong-password' | 'locked' | 'blocked' | 'ip-blocked'; readonly ok?: never };

/** The IP address from which an employee usually signs in. `lock` counts its failures under it as well. */
export const usualIp = '203.0.113.24';

/** Connections in which people have a password: databases and Active Directory. */
const withPassword: ReadonlySet<string> = new Set(['auth0', 'ad']);

/** The names of the connections that a sign-in page can offer. */
export function passwordConnections(tenant: Tenant): readonly string[] {
  return tenant.connections.filter(({ strategy }) => withPassword.has(strategy)).map(({ name }) => name);
}

function findUser(tenant: Tenant, who: string, connection: string | undefined): User | undefined {
  const byId = tenant.users.get(who);
  if (byId !== undefined) return byId;
  const name = who.toLowerCase();
  return [...tenant.users.values()].find((user) => {
    const main = mainIdentity(user);
    return (
      withPassword.has(main.provider) &&
      (connection === undefined || connection === main.connection) &&
      identifiersOf(user).some((identifier) => identifier.toLowerCase() === name)
    );
  });
}

function openSession(tenant: Tenant, user: User, ip: string): Session {
  const now = tenant.now();
  const session = { id: objectId(), createdAt: now, ip };
  user.sessions.push(session);
  user.lastLoginAt = now;
  user.lastIp = ip;
  user.loginsCount += 1;
  return session;
}

type Failure = Extract<SignIn, { readonly error: string }>;
export type Authenticated = { readonly user: User; readonly session: Session };

/** Checks name and password, and begins a session. With a connection, only its people are looked at. */
export function authenticate(
  tenant: Tenant,
  attempted: { readonly who: string; readonly password: string; readonly ip: string; readonly connection?: string },
): Authenticated | Failure {
  const { who, password, ip } = attempted;
  if (tenant.blockedIps.has(ip)) {
    writeLog(tenant, { type: 'limit_mu', description: 'Blocked IP Address', userName: who, ip });
    return { error: 'ip-blocked' };
  }
  const user = findUser(tenant, who, attempted.connection);
  if (user === undefined) {
    writeLog(tenant, { type: 'fu', description: 'Wrong email or username.', userName: who, ip });
    return { error: 'unknown-user' };
  }
  const { connection } = mainIdentity(user);
  const attempt = { identifier: identifiersOf(user)[0] ?? user.userId, ip, connection, user };
  if (isBlocked(tenant, attempt)) return { error: 'locked' };
  if (user.password !== password) {
    writeLog(tenant, { type: 'fp', description: 'Wrong email or password.', user, connection, ip });
    recordFailure(tenant, attempt);
    return { error: 'wrong-password' };
  }
  if (user.blocked) {
    writeLog(tenant, { type: 'f', description: 'user is blocked', user, connection, ip });
    return { error: 'blocked' };
  }
  forgetFailures(tenant, attempt);
  const session = openSession(tenant, user, ip);
  writeLog(tenant, { type: 's', description: 'Successful login', user, connection, ip });
  return { user, session };
}

/** A sign-in of an app on one of the person's devices, which also gets a refresh token. */
export function signIn(tenant: Tenant, who: string, password: string, ip: string = usualIp): SignIn {
  const result = authenticate(tenant, { who, password, ip });
  if ('error' in result) return result;
  const { user, session } = result;
  user.refreshTokens.push({ id: objectId(), createdAt: tenant.now(), sessionId: session.id });
  return { ok: true };
}
