// `/api/:method` as Slack answers it: token, scopes, limits and planned faults first, then the method. Every request is
// logged.
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isRecord, type Json, parsed, textOf } from '../json.ts';
import type { Crawler } from './crawler.ts';
import { directoryMethods } from './directory.ts';
import { type Answer, type Faults, faultyAnswer, isAfter } from './faults.ts';
import { messageMethods } from './messages.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';
import { type Method, type Methods, type Reply, refused } from './reply.ts';
import type { ResponseUrls } from './response-urls.ts';
import { viewMethods } from './views.ts';
import type { World } from './world.ts';

export type LoggedRequest = {
  readonly method: string;
  /** Without the token. */
  readonly args: Json;
  readonly isTokenOk: boolean;
  /** Why Slack refuses before it looks at the method: no token, a wrong one, a body that is not JSON. */
  readonly refusal: string | undefined;
  readonly at: number;
  /** 0 until it is answered, and for good where the connection was cut. */
  status: number;
  /** The answer; undefined where it was not JSON or was never sent. */
  reply: Json | undefined;
};

export type ServerContext = {
  readonly world: World;
  readonly crawler: Crawler;
  readonly faults: Faults;
  readonly responseUrls: ResponseUrls;
  readonly requests: LoggedRequest[];
};

const METHODS: Methods = { ...messageMethods, ...viewMethods, ...directoryMethods };

export function mountWebApi(server: FastifyInstance, context: ServerContext): void {
  const rates = context.world.settings.rateLimits ? createRateLimits(context.world.settings.now) : undefined;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.route({
    method: ['GET', 'POST'],
    url: '/api/:method',
    handler: (request, reply) => serve(context, request, reply, (logged) => answerOf(context, rates, logged)),
  });
  server.post('/commands/*', (request, reply) =>
    serve(context, request, reply, () => {
      const { status, body } = context.responseUrls.use(request.url, parsed(textOf(request.body) ?? ''));
      return { send: true, status, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
    }),
  );
}

async function serve(
  { world, faults, requests }: ServerContext,
  request: FastifyRequest,
  reply: FastifyReply,
  run: (logged: LoggedRequest) => Answer,
): Promise<void> {
  reply.hijack();
  const { token, args } = argumentsOf(request);
  const method = methodOf(request);
  const isTokenOk = method === 'response_url' || token === world.settings.botToken;
  const authError = isTokenOk ? undefined : token === undefined ? 'not_authed' : 'invalid_auth';
  const logged: LoggedRequest = {
    ...{ method, args: args ?? {}, status: 0, reply: undefined, at: world.settings.now() },
    isTokenOk,
    refusal: args === undefined ? 'invalid_json' : authError,
  };
  requests.push(logged);
  const fault = faults.take(method);
  if (faults.latencyMs > 0) await delay(faults.latencyMs);
  const real = fault === undefined || isAfter(fault) ? carriedOut(world, logged, run) : undefined;
  await send(reply, logged, fault === undefined ? real : faultyAnswer(fault));
  world.changed({ kind: 'request' });
}

/** An exception in this server itself is recorded, so that no test waits for an answer that will not come. */
function carriedOut(world: World, logged: LoggedRequest, run: (logged: LoggedRequest) => Answer): Answer {
  try {
    return run(logged);
  } catch (error) {
    world.warnings.push(`${logged.method} broke the emulator: ${String(error)}`);
    return faultyAnswer({ kind: 'http', status: 500, body: JSON.stringify({ ok: false, error: 'fatal_error' }) });
  }
}

async function send(reply: FastifyReply, logged: LoggedRequest, answer: Answer | undefined): Promise<void> {
  if (answer === undefined || !answer.send) {
    const hangMs = answer?.hangMs ?? 0;
    if (hangMs === Number.POSITIVE_INFINITY) return;
    await delay(hangMs);
    return void reply.raw.destroy();
  }
  logged.status = answer.status;
  const body = parsed(answer.body);
  logged.reply = isRecord(body) ? body : undefined;
  reply.raw.writeHead(answer.status, answer.headers).end(answer.body);
}

function methodOf(request: FastifyRequest): string {
  const path = new URL(request.url, 'http://localhost').pathname;
  return path.startsWith('/api/') ? decodeURIComponent(path.slice('/api/'.length)) : 'response_url';
}

function answerOf({ world, crawler }: ServerContext, rates: RateLimits | undefined, logged: LoggedRequest): Answer {
  const method = Object.hasOwn(METHODS, logged.method) ? METHODS[logged.method] : undefined;
  if (method === undefined) return jsonAnswer(world, undefined, refused('unknown_method'));
  const waitSeconds = rates?.wait(logged.method, method.perMinute, logged.args);
  if (waitSeconds !== undefined) return faultyAnswer({ kind: 'ratelimited', retryAfterSeconds: waitSeconds });
  const scopes = new Set(world.settings.scopes);
  return jsonAnswer(
    world,
    method,
    refusal(method, scopes, logged) ?? method.run({ world, crawler, args: logged.args, scopes }),
  );
}

function refusal(method: Method, scopes: ReadonlySet<string>, logged: LoggedRequest): Reply | undefined {
  if (logged.refusal !== undefined) return refused(logged.refusal);
  if (method.scope === undefined || scopes.has(method.scope)) return undefined;
  return refused('missing_scope', { needed: method.scope, provided: [...scopes].join(',') });
}

function jsonAnswer(world: World, method: Method | undefined, reply: Reply): Answer {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'x-oauth-scopes': world.settings.scopes.join(','),
    ...(method?.scope === undefined ? {} : { 'x-accepted-oauth-scopes': method.scope }),
  };
  return { send: true, status: 200, headers, body: JSON.stringify(reply) };
}

/** Fields that hold JSON where the body is a form. */
const JSON_FIELDS = ['blocks', 'attachments', 'view', 'metadata'];

function argumentsOf(request: FastifyRequest): { token: string | undefined; args: Json | undefined } {
  const text = textOf(request.body) ?? '';
  const isJson = (request.headers['content-type'] ?? '').startsWith('application/json');
  const json = isJson ? parsed(text) : undefined;
  const query = new URL(request.url, 'http://localhost').searchParams;
  const form = isJson ? [] : [...query, ...new URLSearchParams(text)];
  const { token, ...args } = isRecord(json) ? json : Object.fromEntries(form);
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const unfolded = Object.entries(args).map(([key, value]) => [
    key,
    JSON_FIELDS.includes(key) && typeof value === 'string' ? (parsed(value) ?? value) : value,
  ]);
  const isBroken = isJson && !isRecord(json);
  // As at Slack, a token inside a JSON body or in the URL does not count.
  return {
    token: bearer ?? (isJson || query.has('token') ? undefined : textOf(token)),
    args: isBroken ? undefined : Object.fromEntries(unfolded),
  };
}
