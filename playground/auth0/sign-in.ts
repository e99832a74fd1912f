// A login with a password, reduced to its result: enough to show that an account can really be used.
import { holderOf, mainIdentity, objectId, type PasswordlessProvider, storedAddress } from './accounts.ts';
import { forgetFailures, identifiersOf, isBlocked, recordFailure } from './blocks.ts';
import { connectionNamed } from './connections.ts';
import { type Whence, writeLog } from './logs.ts';
import { exchangeCode, startPasswordless } from './passwordless.ts';
import type { Identity, Session, User } from './state.ts';
import type { Tenant } from './tenant.ts';

export type SignIn =
  | { readonly ok: true }
  | { readonly error: 'unknown-user' | 'wrong-password' | 'locked' | 'blocked' | 'ip-blocked'; readonly ok?: never };

/** The IP address from which an employee usually signs in. `lock` counts its failures under it as well. */
export const usualIp = '203.0.113.24';

/** What the log says of a place, by the address from which somebody came. */
const germany = {
  country_code: 'DE',
  country_code3: 'DEU',
  country_name: 'Germany',
  city_name: 'Hamburg',
  latitude: 53.5511,
  longitude: 9.9937,
  time_zone: 'Europe/Berlin',
  continent_code: 'EU',
};

/** With what employees usually sign in: `phone` is where an old password is forgotten. */
export const usual: Readonly<Record<'laptop' | 'phone', Whence>> = {
  laptop: {
    application: 'Intranet',
    userAgent: 'Chrome 138.0.0 / Windows 10.0.0',
    isMobile: false,
    location: germany,
  },
  phone: { application: 'Outlook', userAgent: 'Mobile Safari 18.5.0 / iOS 18.5.0', isMobile: true, location: germany },
};

/** A wrong password, as the published schema of this type has it. */
export function logWrongPassword(
  tenant: Tenant,
  attempt: {
    readonly user: User | undefined;
    readonly userName?: string;
    readonly connection: string;
    readonly ip: string;
    readonly from?: Whence | undefined;
  },
): void {
  const description = 'Wrong email or password.';
  writeLog(tenant, { type: 'fp', description, details: { error: { message: description } }, ...attempt });
}

/** Connections in which people have a password: databases and Active Directory. */
const withPassword: ReadonlySet<string> = new Set(['auth0', 'ad']);

/** The connection in which people sign in by a code; undefined for any other. */
export function passwordlessIn(tenant: Tenant, connection: string | undefined): PasswordlessProvider | undefined {
  const strategy = connection === undefined ? undefined : connectionNamed(tenant, connection)?.strategy;
  return strategy === 'email' || strategy === 'sms' ? strategy : undefined;
}

/** The names of the connections that a sign-in page offers by itself. */
export function passwordConnections(tenant: Tenant): readonly string[] {
  return tenant.connections
    .filter(({ strategy, clients }) => withPassword.has(strategy) && clients.has(tenant.clientId))
    .map(({ name }) => name);
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

function openSession(tenant: Tenant, user: User, ip: string, method: Session['method']): Session {
  const now = tenant.now();
  const session = { id: objectId(), createdAt: now, ip, method };
  user.sessions.push(session);
  user.lastLoginAt = now;
  user.lastIp = ip;
  user.loginsCount += 1;
  return session;
}

/** What the tenant's log says of a sign-in in the browser. The fields are those of the published description of type `s`. */
function logSignIn(tenant: Tenant, { user, session }: Authenticated, identity: Identity): void {
  const { misbehave } = tenant;
  const main = mainIdentity(user);
  const of = misbehave.logsWithoutSession ? {} : { session_id: session.id };
  const { id: connectionId, strategy } = connectionNamed(tenant, identity.connection) ?? {};
  const prompt = {
    name: session.method === 'pwd' ? 'prompt-authenticate' : 'prompt-passwordless',
    connection: identity.connection,
    connection_id: connectionId,
    strategy,
    identity: identity.id,
    completedAt: session.createdAt,
    requiredCaptcha: false,
    ...of,
  };
  writeLog(tenant, {
    type: 's',
    description: 'Successful login',
    user,
    ...(misbehave.logsUnderContact ? { userId: `${identity.provider}|${identity.id}` } : {}),
    connection: misbehave.logsNameMainConnection ? main.connection : identity.connection,
    ip: session.ip,
    details: { prompts: [prompt], completedAt: session.createdAt, ...of },
  });
}

type Failure = Extract<SignIn, { readonly error: string }>;
export type Authenticated = { readonly user: User; readonly session: Session };

/** Checks name and password, and begins a session. With a connection, only its people are looked at. */
export function authenticate(
  tenant: Tenant,
  attempted: {
    readonly who: string;
    readonly password: string;
    readonly ip: string;
    readonly connection?: string;
    readonly from?: Whence;
  },
): Authenticated | Failure {
  const { who, password, ip, from } = attempted;
  if (tenant.blockedIps.has(ip)) {
    writeLog(tenant, { type: 'limit_mu', description: 'Blocked IP Address', userName: who, ip });
    return { error: 'ip-blocked' };
  }
  const user = findUser(tenant, who, attempted.connection);
  if (user === undefined) {
    writeLog(tenant, { type: 'fu', description: 'Wrong email or username.', userName: who, ip, from });
    return { error: 'unknown-user' };
  }
  const { connection } = mainIdentity(user);
  const attempt = { identifier: identifiersOf(user)[0] ?? user.userId, ip, connection, user };
  if (isBlocked(tenant, attempt)) return { error: 'locked' };
  if (user.password !== password) {
    logWrongPassword(tenant, { user, connection, ip, from });
    recordFailure(tenant, attempt);
    return { error: 'wrong-password' };
  }
  if (user.blocked) {
    writeLog(tenant, { type: 'f', description: 'user is blocked', user, connection, ip });
    return { error: 'blocked' };
  }
  forgetFailures(tenant, attempt);
  const authenticated = { user, session: openSession(tenant, user, ip, 'pwd') };
  logSignIn(tenant, authenticated, mainIdentity(user));
  return authenticated;
}

/** Sends a code to an address that somebody typed into the sign-in page. False: it is none. */
export function sendLoginCode(tenant: Tenant, provider: PasswordlessProvider, address: string, ip: string): boolean {
  const to = provider === 'email' ? { email: address } : { phone_number: address };
  return startPasswordless(tenant, { connection: provider, send: 'code', ...to }, ip).status === 200;
}

/** Checks a code, and begins a session of the account to which the address is linked, or of the passwordless user. */
export function authenticateByCode(
  tenant: Tenant,
  attempted: {
    readonly provider: PasswordlessProvider;
    readonly address: string;
    readonly code: string;
    readonly ip: string;
  },
): Authenticated | 'wrong-code' | 'blocked' {
  const { provider, address, code, ip } = attempted;
  const exchanged = exchangeCode(tenant, { realm: provider, username: address, otp: code }, ip);
  if (exchanged.kind === 'refused') return holderOf(tenant, provider, address)?.user.blocked ? 'blocked' : 'wrong-code';
  const { user } = exchanged;
  const identity = holderOf(tenant, provider, storedAddress(provider, address))?.identity ?? mainIdentity(user);
  const authenticated = { user, session: openSession(tenant, user, ip, provider) };
  logSignIn(tenant, authenticated, identity);
  return authenticated;
}

/** A sign-in of an app on one of the person's devices, which also gets a refresh token. */
export function signIn(tenant: Tenant, who: string, password: string, ip: string = usualIp): SignIn {
  const result = authenticate(tenant, { who, password, ip, from: usual.laptop });
  if ('error' in result) return result;
  const { user, session } = result;
  user.refreshTokens.push({ id: objectId(), createdAt: tenant.now(), sessionId: session.id });
  return { ok: true };
}
