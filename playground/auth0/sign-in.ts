// A login with a password, reduced to its result: enough to show that an account can really be used.
import { mainIdentity, objectId } from './accounts.ts';
import { forgetFailures, identifiersOf, isBlocked, recordFailure } from './blocks.ts';
import { writeLog } from './logs.ts';
import type { User } from './state.ts';
import type { Tenant } from './tenant.ts';

export type SignIn =
  | { readonly ok: true }
  | { readonly error: 'unknown-user' | 'wrong-password' | 'locked' | 'blocked' | 'ip-blocked'; readonly ok?: never };

/** The IP address from which an employee usually signs in. `lock` counts its failures under it as well. */
export const usualIp = '203.0.113.24';

function findUser(tenant: Tenant, who: string): User | undefined {
  const byId = tenant.users.get(who);
  if (byId !== undefined) return byId;
  const name = who.toLowerCase();
  return [...tenant.users.values()].find((user) => {
    const { provider } = mainIdentity(user);
    return (
      (provider === 'auth0' || provider === 'ad') &&
      identifiersOf(user).some((identifier) => identifier.toLowerCase() === name)
    );
  });
}

function openSession(tenant: Tenant, user: User, ip: string): void {
  const now = tenant.now();
  const session = { id: objectId(), createdAt: now, ip };
  user.sessions.push(session);
  user.refreshTokens.push({ id: objectId(), createdAt: now, sessionId: session.id });
  user.lastLoginAt = now;
  user.lastIp = ip;
  user.loginsCount += 1;
}

export function signIn(tenant: Tenant, who: string, password: string, ip: string = usualIp): SignIn {
  if (tenant.blockedIps.has(ip)) {
    writeLog(tenant, { type: 'limit_mu', description: 'Blocked IP Address', userName: who, ip });
    return { error: 'ip-blocked' };
  }
  const user = findUser(tenant, who);
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
  openSession(tenant, user, ip);
  writeLog(tenant, { type: 's', description: 'Successful login', user, connection, ip });
  return { ok: true };
}
