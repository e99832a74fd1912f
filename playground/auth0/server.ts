// The emulated Auth0 tenant as a real HTTP server on loopback, for the playground and the tests. The product does not
// know about it: only AUTH0_BASE_URL points to it.
import type { AddressInfo } from 'node:net';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { oauthError, ok, problem } from './answer.ts';
import { mountClassicPage } from './classic-page.ts';
import { ensureConnection } from './connections.ts';
import { type Auth0Control, createControl } from './control.ts';
import { createFaultGate } from './faults.ts';
import { mountForgotPage } from './forgot-page.ts';
import { createKeyring, jwks } from './keys.ts';
import { mountLogin } from './login.ts';
import { mountManagement } from './management.ts';
import type { Fields } from './passwordless.ts';
import { send } from './reply.ts';
import type { RequestEntry } from './request-log.ts';
import { askForResetMail, resetMailAnswer } from './reset-mail.ts';
import { mountResetPage } from './reset-page.ts';
import { createTenant, type LockoutMode, type Tenant } from './tenant.ts';
import { answerStart, answerToken, discovery } from './token-endpoint.ts';
import { watch } from './watch.ts';

/**
 * The scopes that the bot's application needs (see the reference), and read access to the log for the check whether a
 * call took effect.
 */
export const usualScopes: readonly string[] = [
  'read:users',
  'update:users',
  'update:users_app_metadata',
  'create:users',
  'delete:users',
  'create:user_tickets',
  'read:connections',
  'read:connections_options',
  'read:sessions',
  'delete:sessions',
  'read:refresh_tokens',
  'delete:refresh_tokens',
  'read:logs',
];

export const usualGrants: readonly string[] = [
  'client_credentials',
  'authorization_code',
  'http://auth0.com/oauth/grant-type/passwordless/otp',
];

export type Auth0Options = {
  /** As in AUTH0_DOMAIN. The issuer is `https://<domain>/`, whatever address the server listens on. */
  readonly domain: string;
  /** The tenant's own domain, where `domain` is a custom one. The Management API accepts no other audience. */
  readonly tenantDomain?: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** In epoch milliseconds. */
  readonly now?: () => number;
  readonly port?: number;
  readonly host?: string;
  /** With these it speaks https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The origin of the ticket URLs; `'self'` is the address of this server. Default `https://<domain>`. */
  readonly ticketOrigin?: string;
  /** Turns Auth0's token buckets on. */
  readonly limits?: boolean;
  readonly scopes?: readonly string[];
  readonly tenantName?: string;
  /** Lifetime of a code. Default 180. */
  readonly codeSeconds?: number;
  readonly lockoutMode?: LockoutMode;
  readonly trustForwardedFor?: boolean;
  /** Addresses to which a sign-in may return, exactly. Default none; `control.setCallbacks` can set them later. */
  readonly callbacks?: readonly string[];
  /** The application's grant types. Default: the three that it needs. */
  readonly grants?: readonly string[];
  /** Whether the passwordless connections refuse unknown addresses. */
  readonly disableSignUp?: boolean;
};

export type Auth0Server = {
  readonly url: string;
  readonly control: Auth0Control;
  close(): Promise<void>;
};

function nameFrom(domain: string): string {
  const [label = 'Acme'] = domain.split('.');
  return label.charAt(0).toUpperCase() + label.slice(1);
}

async function createTenantFrom(options: Auth0Options): Promise<Tenant> {
  const tenant = createTenant(
    {
      domain: options.domain,
      tenantDomain: options.tenantDomain ?? options.domain,
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      now: options.now ?? Date.now,
      name: options.tenantName ?? nameFrom(options.domain),
      trustForwardedFor: options.trustForwardedFor ?? false,
    },
    await createKeyring(),
    options.limits === true ? new Map() : undefined,
    {
      grants: options.grants ?? usualGrants,
      scopes: options.scopes ?? usualScopes,
      callbacks: options.callbacks ?? [],
      lockoutMode: options.lockoutMode ?? 'count_per_identifier_and_ip',
    },
  );
  ensureConnection(tenant, 'CorpUsers', 'auth0');
  for (const provider of ['email', 'sms'] as const) {
    const { options: made } = ensureConnection(tenant, provider, provider);
    made['disable_signup'] = options.disableSignUp ?? false;
    made['totp'] = { length: 6, time_step: options.codeSeconds ?? 180 };
  }
  return tenant;
}

/** SDKs also send `content-type: application/json` with requests that have no body. */
function readJson(server: FastifyInstance): void {
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body);
    if (text.trim() === '') {
      done(null, undefined);
      return;
    }
    try {
      done(null, JSON.parse(text));
    } catch {
      done(Object.assign(new Error('Request body is not valid JSON'), { statusCode: 400 }));
    }
  });
}

function fieldsOf(body: unknown): Fields {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

function forwardedFor({ headers }: FastifyRequest): string | undefined {
  const forwarded = headers['auth0-forwarded-for'];
  return typeof forwarded === 'string' ? forwarded : undefined;
}

function mountAuthentication(server: FastifyInstance, tenant: Tenant): void {
  server.post('/oauth/token', async (request, reply) =>
    send(reply, await answerToken(tenant, fieldsOf(request.body), request.ip, forwardedFor(request))),
  );
  server.post('/passwordless/start', (request, reply) =>
    send(reply, answerStart(tenant, fieldsOf(request.body), request.ip, forwardedFor(request))),
  );
  server.post('/dbconnections/change_password', (request, reply) => {
    const refused = askForResetMail(tenant, request.body, request.ip);
    return refused === undefined ? reply.type('text/html; charset=utf-8').send(resetMailAnswer) : send(reply, refused);
  });
  server.get('/.well-known/jwks.json', (_request, reply) => send(reply, ok(jwks(tenant.keys))));
  server.get('/.well-known/openid-configuration', (_request, reply) => send(reply, ok(discovery(tenant))));
}

function mountErrors(server: FastifyInstance): void {
  server.setNotFoundHandler((_request, reply) => send(reply, problem(404, 'Not Found')));
  server.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    const text = error instanceof Error ? error.message : 'unknown';
    if (request.url.startsWith('/api/v2/')) {
      return send(reply, problem(status, `Payload validation error: '${text}'.`, 'invalid_body'));
    }
    return send(reply, oauthError(status, 'invalid_request', text));
  });
}

export async function startAuth0(options: Auth0Options): Promise<Auth0Server> {
  const tenant = await createTenantFrom(options);
  const injector = createFaultGate(tenant.now);
  const requests: RequestEntry[] = [];
  const server: FastifyInstance = fastify({
    logger: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 500 },
    https: options.tls ?? null,
  });
  readJson(server);
  await server.register(formbody);
  await server.register(cookie);
  watch(server, tenant, injector, requests);
  mountAuthentication(server, tenant);
  mountManagement(server, tenant);
  mountResetPage(server, tenant);
  mountClassicPage(server, tenant);
  mountForgotPage(server, tenant);
  mountLogin(server, tenant);
  mountErrors(server);
  const host = options.host ?? '127.0.0.1';
  await server.listen({ host, port: options.port ?? 0 });
  const address: AddressInfo | string | null = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `${options.tls === undefined ? 'http' : 'https'}://${host}:${port}`;
  if (options.ticketOrigin !== undefined) {
    tenant.ticketOrigin = options.ticketOrigin === 'self' ? url : options.ticketOrigin;
  }
  return {
    url,
    control: createControl(tenant, injector.faults, requests),
    close: async () => {
      injector.close();
      await server.close();
    },
  };
}
