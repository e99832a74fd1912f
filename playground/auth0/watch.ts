// Runs before every route: logs the request, applies the faults, and records the result.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { FaultInjector } from './faults.ts';
import { keepBody, type RequestEntry, remember, settle } from './request-log.ts';
import type { Tenant } from './tenant.ts';
import { noteUsers } from './user-search.ts';

function newEntry(tenant: Tenant, request: FastifyRequest): RequestEntry {
  const { authorization: _authorization, cookie: _cookie, ...headers } = request.headers;
  return {
    at: tenant.now(),
    method: request.method,
    path: request.url,
    route: request.routeOptions.url ?? '',
    status: 0,
    changed: false,
    browser: ['/u/', '/lo/', '/authorize'].some((start) => request.url.startsWith(start)),
    bodyKeys: [],
    body: undefined,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  };
}

/** The result is recorded before the answer is sent, so that a test that has the answer always finds it. */
export function watch(
  server: FastifyInstance,
  tenant: Tenant,
  injector: FaultInjector,
  requests: RequestEntry[],
): void {
  const entries = new WeakMap<FastifyRequest, RequestEntry>();
  const carriedOut = new WeakSet<FastifyRequest>();
  const lost = new WeakSet<FastifyRequest>();
  server.addHook('onRequest', async (request, reply) => {
    // By the tenant's clock; without it Node would write the time of this machine.
    if (tenant.misbehave.noDate) reply.raw.sendDate = false;
    else reply.header('date', new Date(tenant.now()).toUTCString());
    const entry = newEntry(tenant, request);
    entries.set(request, entry);
    remember(requests, entry);
  });
  server.addHook('preValidation', async (request, reply) => {
    const entry = entries.get(request);
    if (entry !== undefined) keepBody(entry, request.body);
    const verdict = await injector.pass(request, reply);
    if (verdict === 'answered') return reply;
    carriedOut.add(request);
    if (verdict === 'go-on-then-cut') lost.add(request);
    return undefined;
  });
  server.addHook('onSend', async (request, reply, payload) => {
    if (carriedOut.has(request)) await injector.passed(request);
    if (request.method !== 'GET') noteUsers(tenant);
    const entry = entries.get(request);
    if (entry !== undefined) settle(entry, reply.statusCode, carriedOut.has(request));
    if (lost.has(request)) {
      if (entry !== undefined) entry.status = 0;
      reply.hijack();
      request.raw.socket.destroy();
    }
    return payload;
  });
}
