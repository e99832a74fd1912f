// Handling of every Management API request: bearer token, scopes, rate limits, the log of writes, then the route
// itself.
import type { FastifyInstance } from 'fastify';
import { actionRoutes } from './actions.ts';
import { type Answer, insufficientScope, problem } from './answer.ts';
import { blockRoutes } from './blocks.ts';
import type { Call, ManagementRoute } from './call.ts';
import { clientGrantRoutes, clientRoutes } from './clients.ts';
import { connectionRoutes } from './connections.ts';
import { identityRoutes } from './identities.ts';
import { check } from './keys.ts';
import { drawManagement } from './limits.ts';
import { logRoutes, writeLog } from './logs.ts';
import { send } from './reply.ts';
import { sessionRoutes } from './sessions.ts';
import type { Tenant } from './tenant.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { ticketRoutes } from './tickets.ts';
import { userRoutes } from './users.ts';

export const managementRoutes: readonly ManagementRoute[] = [
  ...userRoutes,
  ...identityRoutes,
  ...sessionRoutes,
  ...logRoutes,
  ...blockRoutes,
  ...ticketRoutes,
  ...connectionRoutes,
  ...clientRoutes,
  ...clientGrantRoutes,
  ...actionRoutes,
  ...tenantRoutes,
];

type Bearer =
  | { readonly kind: 'scopes'; readonly scopes: readonly string[] }
  | { readonly kind: 'refused'; readonly answer: Answer };

function refuse(message: string): Bearer {
  const answer = problem(401, message);
  return { kind: 'refused', answer: { ...answer, headers: { 'www-authenticate': 'Bearer' } } };
}

async function readBearer(tenant: Tenant, header: string | undefined): Promise<Bearer> {
  const [, token] = /^Bearer (\S+)$/i.exec(header ?? '') ?? [];
  if (token === undefined) return refuse('Invalid token.');
  const checked = await check(tenant.keys, token, {
    issuer: tenant.issuer,
    audience: tenant.audience,
    now: tenant.now(),
  });
  if (checked.kind === 'expired') return refuse('Expired token received for JSON Web Token validation.');
  if (checked.kind === 'invalid') return refuse('Invalid signature received for JSON Web Token validation.');
  const { scope, iat_ms: mintedAt } = checked.payload;
  const revokedAt = tenant.tokensRevokedAt;
  if (revokedAt !== undefined && typeof mintedAt === 'number' && mintedAt <= revokedAt) {
    return refuse('Invalid token.');
  }
  return { kind: 'scopes', scopes: typeof scope === 'string' ? scope.split(' ') : [] };
}

function record(tenant: Tenant, route: ManagementRoute, call: Call, answer: Answer): void {
  if (route.method === 'GET') return;
  const worked = answer.status < 400;
  const user = tenant.users.get(call.params['id'] ?? call.params['user_id'] ?? '');
  writeLog(tenant, {
    type: worked ? 'sapi' : 'fapi',
    description: `${route.method} ${route.path}`,
    ip: call.ip,
    details: {
      request: { method: route.method.toLowerCase(), path: `/api/v2${route.path}`, channel: 'api' },
      response: { statusCode: answer.status },
      ...(user === undefined ? {} : { target: { user_id: user.userId } }),
    },
  });
}

async function answerRoute(
  tenant: Tenant,
  route: ManagementRoute,
  authorization: string | undefined,
  call: Omit<Call, 'scopes'>,
): Promise<Answer> {
  const bearer = await readBearer(tenant, authorization);
  if (bearer.kind === 'refused') return bearer.answer;
  if (!route.scopes.some((scope) => bearer.scopes.includes(scope))) return insufficientScope(route.scopes);
  const allowance =
    tenant.managementBuckets === undefined
      ? undefined
      : drawManagement(tenant.managementBuckets, route.group, tenant.now());
  if (allowance?.allowed === false) {
    return problem(429, 'Global limit has been reached', 'too_many_requests', allowance.headers);
  }
  const full: Call = { ...call, scopes: bearer.scopes };
  const answer = await route.answer(tenant, full);
  record(tenant, route, full, answer);
  return allowance === undefined ? answer : { ...answer, headers: { ...allowance.headers, ...answer.headers } };
}

/** Of a repeated query parameter the last value counts, which is all that these routes need. */
function flat(values: unknown): Readonly<Record<string, string>> {
  if (typeof values !== 'object' || values === null) return {};
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, String(Array.isArray(value) ? value.at(-1) : value)]),
  );
}

export function mountManagement(server: FastifyInstance, tenant: Tenant): void {
  for (const route of managementRoutes) {
    server.route({
      method: route.method,
      url: `/api/v2${route.path}`,
      handler: async (request, reply) => {
        const answer = await answerRoute(tenant, route, request.headers.authorization, {
          params: flat(request.params),
          query: flat(request.query),
          body: request.body,
          ip: request.ip,
        });
        return send(reply, answer);
      },
    });
  }
}
