// Every route of the emulated Teams on one server: the connector's REST interface, Entra's login, the connector's keys.
// Planned faults come first, then the check of the token, then the route. Every request is logged.
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isRecord, type Json, parsed, textOf } from '../json.ts';
import type { Call } from './call.ts';
import type { CardCheck } from './card-check.ts';
import { CHANNEL_ISSUER } from './channel-token.ts';
import { create } from './creation.ts';
import { type FaultBook, type RequestKind, verdictOf } from './faults.ts';
import { note } from './journal.ts';
import { jwks, type Keyring } from './keys.ts';
import type { Fields, Login } from './login.ts';
import type { RateLimits } from './rate-limits.ts';
import { type Answer, DENIED, refused } from './refusal.ts';
import { member, members, pagedMembers } from './roster.ts';
import { remove, send, update } from './sending.ts';
import type { World } from './world.ts';

export type LoggedRequest = {
  readonly kind: RequestKind;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Empty where the route has none. */
  readonly conversation: string;
  readonly activityId: string;
  /** For a login, without the secret. */
  readonly body: unknown;
  /** undefined where no token is needed. */
  readonly isTokenOk: boolean | undefined;
  /** 0 until it is answered, and for good where it never was. */
  status: number;
  reply: unknown;
};

export type Addresses = {
  readonly service: string;
  readonly login: string;
  readonly metadata: string;
  readonly keys: string;
};
export type ServerContext = {
  readonly world: World;
  readonly cards: CardCheck;
  readonly rates: RateLimits | undefined;
  readonly keyring: Keyring;
  readonly login: Login;
  readonly book: FaultBook;
  readonly requests: LoggedRequest[];
  /** Paths on this server. */
  readonly paths: Addresses;
  readonly origin: () => string;
};

type Run = (call: Call) => Answer | Promise<Answer>;

const ACTIVITIES = 'v3/conversations/:conversationId/activities';
const MEMBERS = 'v3/conversations/:conversationId/members';
const ROUTES: readonly (readonly [RequestKind, 'GET' | 'POST' | 'PUT' | 'DELETE', string, Run])[] = [
  ['create', 'POST', 'v3/conversations', create],
  ['send', 'POST', ACTIVITIES, send],
  ['reply', 'POST', `${ACTIVITIES}/:activityId`, send],
  ['update', 'PUT', `${ACTIVITIES}/:activityId`, update],
  ['delete', 'DELETE', `${ACTIVITIES}/:activityId`, remove],
  ['members', 'GET', MEMBERS, members],
  ['member', 'GET', `${MEMBERS}/:memberId`, member],
  ['pagedmembers', 'GET', 'v3/conversations/:conversationId/pagedmembers', pagedMembers],
];

/** One connector behind all of its base paths. The prefix only names a region; `/teams/` is one that nobody knows. */
const REGIONS = ['/', '/:region/', '/:region/:company/'];

export function mountConnector(server: FastifyInstance, context: ServerContext): void {
  const { paths, login } = context;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  for (const [kind, method, path, run] of ROUTES) {
    const handler = (request: FastifyRequest, reply: FastifyReply) => serveBot(context, kind, request, reply, run);
    for (const before of REGIONS) server.route({ method, url: `${before}${path}`, handler });
  }
  server.get(paths.metadata, (request, reply) =>
    serve(context, logOf(context, 'metadata', request), reply, () => metadata(context)),
  );
  server.get(paths.keys, (request, reply) =>
    serve(context, logOf(context, 'keys', request), reply, () => ({ status: 200, body: jwks(context.keyring) })),
  );
  server.post(`${paths.login}/:tenant/oauth2/v2.0/token`, (request, reply) => {
    const { client_secret, ...shown } = formOf(request);
    const fields = client_secret === undefined ? shown : { ...shown, client_secret };
    const logged = { ...logOf(context, 'token', request), body: shown };
    return serve(context, logged, reply, () => login.token(paramsOf(request)['tenant'] ?? '', fields));
  });
  server.setNotFoundHandler((request, reply) =>
    serve(context, logOf(context, 'unknown', request), reply, () => refused('BadArgument', 'Unknown route')),
  );
}

/** As https://login.botframework.com/v1/.well-known/openidconfiguration says it. */
function metadata({ origin, paths }: ServerContext): Answer {
  return {
    status: 200,
    body: {
      issuer: CHANNEL_ISSUER,
      authorization_endpoint: 'https://invalid.botframework.com',
      jwks_uri: origin() + paths.keys,
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['private_key_post'],
    },
  };
}

async function serveBot(
  context: ServerContext,
  kind: RequestKind,
  request: FastifyRequest,
  reply: FastifyReply,
  run: Run,
): Promise<void> {
  const isTokenOk = await context.login.accepts(request.headers.authorization);
  const logged = { ...logOf(context, kind, request), isTokenOk };
  await serve(context, logged, reply, () => {
    if (!isTokenOk) return DENIED;
    const needsBody = request.method === 'POST' || request.method === 'PUT';
    if (needsBody && !isRecord(logged.body)) return refused('BadSyntax');
    return run(callOf(context, request, isRecord(logged.body) ? logged.body : {}));
  });
}

function callOf({ world, cards, rates }: ServerContext, request: FastifyRequest, body: Json): Call {
  const { conversationId = '', activityId = '', memberId = '' } = paramsOf(request);
  const query = new URL(request.url, 'http://localhost').searchParams;
  const chars = (textOf(request.body) ?? '').length;
  return { world, cards, rates, conversationId, activityId, memberId, query, body, chars };
}

function logOf({ world }: ServerContext, kind: RequestKind, request: FastifyRequest): LoggedRequest {
  const { conversationId: conversation = '', activityId = '' } = paramsOf(request);
  const body = parsed(textOf(request.body) ?? '');
  const { method, url: path } = request;
  const at = world.settings.now();
  return {
    ...{ kind, at, method, path, conversation, activityId, body },
    isTokenOk: undefined,
    status: 0,
    reply: undefined,
  };
}

async function serve(
  { world, book, requests }: ServerContext,
  logged: LoggedRequest,
  reply: FastifyReply,
  run: () => Answer | Promise<Answer>,
): Promise<void> {
  reply.hijack();
  note(requests, logged);
  const odd = book.take(logged);
  if (book.faults.latencyMs > 0) await delay(book.faults.latencyMs);
  const verdict = odd === undefined ? undefined : verdictOf(odd);
  if (verdict === undefined) put(reply, logged, await outcome(run));
  else if (verdict.kind === 'answer') put(reply, logged, verdict.answer);
  else {
    if (verdict.isCarriedOut) await outcome(run);
    if (verdict.kind === 'cut') reply.raw.destroy();
  }
  world.changed({ kind: 'request' });
}

/** An exception in this server must be visible as an error, not as a missing answer. */
async function outcome(run: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    return { status: 500, body: { error: { code: 'ServiceError', message: String(error) } } };
  }
}

function put(reply: FastifyReply, logged: LoggedRequest, { status, body, headers }: Answer): void {
  logged.status = status;
  logged.reply = body;
  const type = { 'content-type': 'application/json; charset=utf-8' };
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  reply.raw.writeHead(status, { ...type, ...headers }).end(text);
}

function paramsOf(request: FastifyRequest): Fields {
  return isRecord(request.params) ? Object.fromEntries(texts(request.params)) : {};
}

function formOf(request: FastifyRequest): Fields {
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return isForm ? Object.fromEntries(new URLSearchParams(textOf(request.body) ?? '')) : {};
}

function texts(record: Json): [string, string][] {
  return Object.entries(record).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : []));
}
