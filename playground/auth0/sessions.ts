// Sessions and refresh tokens through the Management API. Only some plans have these routes.
import { z } from 'zod';
import { type Answer, accepted, featureOff, ok, problem, userNotFound } from './answer.ts';
import { type Call, integerIn, invalidQuery, type ManagementRoute, parsePayload } from './call.ts';
import { writeLog } from './logs.ts';
import type { RefreshToken, Session, User } from './state.ts';
import type { Tenant } from './tenant.ts';

export const sessionLifeMs = 168 * 3600 * 1000;

function presentSession(tenant: Tenant, user: User, session: Session): Record<string, unknown> {
  const at = new Date(session.createdAt).toISOString();
  const end = new Date(session.createdAt + sessionLifeMs).toISOString();
  return {
    id: session.id,
    user_id: user.userId,
    created_at: at,
    updated_at: at,
    authenticated_at: at,
    idle_expires_at: end,
    expires_at: end,
    device: { initial_ip: session.ip, last_ip: session.ip, initial_user_agent: 'Mozilla/5.0' },
    clients: [{ client_id: tenant.clientId }],
    authentication: { methods: [{ name: session.method, timestamp: at }] },
  };
}

function presentToken(tenant: Tenant, user: User, token: RefreshToken): Record<string, unknown> {
  return {
    id: token.id,
    user_id: user.userId,
    created_at: new Date(token.createdAt).toISOString(),
    expires_at: null,
    client_id: tenant.clientId,
    session_id: token.sessionId,
    rotating: false,
    resource_servers: [],
  };
}

/** Wraps a route in the checks that all of them share: the plan has the feature, and the user exists. */
function forUser(name: string, answer: (tenant: Tenant, user: User, call: Call) => Answer): ManagementRoute['answer'] {
  return (tenant, call) => {
    if (tenant.misbehave.sessionsUnavailable) return featureOff;
    const user = tenant.users.get(call.params[name] ?? '');
    return user === undefined ? userNotFound : answer(tenant, user, call);
  };
}

function revokeTokens(tenant: Tenant, user: User, ip: string): void {
  if (user.refreshTokens.length > 0) {
    writeLog(tenant, { type: 'srrt', description: 'Successfully revoked a Refresh Token', user, ip });
  }
  user.refreshTokens = [];
}

function list<T>(key: string, of: (tenant: Tenant, user: User) => readonly T[]): ManagementRoute['answer'] {
  return forUser('user_id', (tenant, user, { query }) => {
    const take = integerIn(query, 'take', { fallback: 50, from: 1, to: 100 });
    if (take === undefined) return invalidQuery('take', 'Value must be between 1 and 100');
    return ok({ [key]: of(tenant, user).slice(0, take) });
  });
}

const revokeAccessBody = z.strictObject({
  session_id: z.string().max(50).optional(),
  preserve_refresh_tokens: z.boolean().optional(),
});

const revokeAccess = forUser('id', (tenant, user, { body, ip }) => {
  const parsed = parsePayload(revokeAccessBody, body ?? {});
  if (!parsed.ok) return parsed.answer;
  const { session_id: sessionId, preserve_refresh_tokens: preserve } = parsed.value;
  user.sessions = sessionId === undefined ? [] : user.sessions.filter((session) => session.id !== sessionId);
  if (preserve === true) return accepted;
  if (sessionId === undefined) revokeTokens(tenant, user, ip);
  else user.refreshTokens = user.refreshTokens.filter((token) => token.sessionId !== sessionId);
  return accepted;
});

const revokeBody = z.strictObject({
  ids: z.array(z.string().min(1).max(30)).min(1).max(100).optional(),
  user_id: z.string().min(1).max(300).optional(),
  client_id: z.string().min(1).max(64).optional(),
  audience: z.string().min(1).max(600).optional(),
});

function revoke(tenant: Tenant, { body, ip }: Call): Answer {
  if (tenant.misbehave.sessionsUnavailable) return featureOff;
  const parsed = parsePayload(revokeBody, body);
  if (!parsed.ok) return parsed.answer;
  const { ids, user_id: userId, client_id: clientId, audience } = parsed.value;
  const combined = (ids === undefined) === (userId === undefined) || (audience !== undefined && clientId === undefined);
  if (combined) return problem(400, 'Invalid combination of parameters.');
  if (clientId !== undefined && clientId !== tenant.clientId) return problem(400, 'Client not found.');
  if (audience !== undefined && audience !== tenant.audience) return problem(400, 'Resource server not found.');
  if (userId !== undefined) {
    const user = tenant.users.get(userId);
    if (user === undefined) return problem(400, 'User not found.');
    revokeTokens(tenant, user, ip);
    return accepted;
  }
  for (const user of tenant.users.values()) {
    user.refreshTokens = user.refreshTokens.filter((token) => ids?.includes(token.id) !== true);
  }
  return accepted;
}

const group = 'other';

export const sessionRoutes: readonly ManagementRoute[] = [
  {
    method: 'GET',
    path: '/users/:user_id/sessions',
    scopes: ['read:sessions'],
    group,
    answer: list('sessions', (tenant, user) => user.sessions.map((each) => presentSession(tenant, user, each))),
  },
  {
    method: 'DELETE',
    path: '/users/:user_id/sessions',
    scopes: ['delete:sessions'],
    group,
    answer: forUser('user_id', (_tenant, user) => {
      user.sessions = [];
      return accepted;
    }),
  },
  {
    method: 'GET',
    path: '/users/:user_id/refresh-tokens',
    scopes: ['read:refresh_tokens'],
    group,
    answer: list('tokens', (tenant, user) => user.refreshTokens.map((each) => presentToken(tenant, user, each))),
  },
  {
    method: 'DELETE',
    path: '/users/:user_id/refresh-tokens',
    scopes: ['delete:refresh_tokens'],
    group,
    answer: forUser('user_id', (tenant, user, { ip }) => {
      revokeTokens(tenant, user, ip);
      return accepted;
    }),
  },
  {
    method: 'POST',
    path: '/users/:id/revoke-access',
    scopes: ['delete:sessions', 'delete:refresh_tokens'],
    group,
    answer: revokeAccess,
  },
  { method: 'POST', path: '/refresh-tokens/revoke', scopes: ['delete:refresh_tokens'], group, answer: revoke },
];
