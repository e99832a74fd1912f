// The browser's part of a sign-in: from `/authorize` over the sign-in page back to the application with a code.
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mainIdentity } from './accounts.ts';
import { type Asked, readAuthorize, refusal, returnUrl } from './authorize.ts';
import { type CodeLoginView, codeLoginPage, errorPage, type LoginView, loginPage } from './login-page.ts';
import { writeLog } from './logs.ts';
import { field, pageHeaders, show } from './page-reply.ts';
import { sessionLifeMs } from './sessions.ts';
import {
  type Authenticated,
  authenticate,
  authenticateByCode,
  passwordConnections,
  passwordlessIn,
  sendLoginCode,
  usualIp,
} from './sign-in.ts';
import type { OpenSignIn, SignInRequest } from './state.ts';
import type { Tenant } from './tenant.ts';

/** How long a code can be exchanged. */
const codeLifeMs = 60_000;
const pageLifeMs = 3_600_000;
const sessionCookie = 'auth0';
const browserCookie = 'auth0_csrf';
// Without `Secure`: the emulator speaks plain HTTP.
const cookieOptions = { path: '/', httpOnly: true, sameSite: 'lax' } as const;

const random = (): string => randomBytes(24).toString('base64url');

/** Auth0's own words for a sign-in page that is used up, too old, or of another browser. */
const lostPage =
  'You may have pressed the back button, refreshed during login, opened too many login dialogs, or there is some issue with cookies, since we couldn’t find your session. Try logging in again from the application.';

/** A person's own browser is not at this machine: their sign-ins are counted under their usual address. */
const addressOf = (request: FastifyRequest): string => (request.ip === '127.0.0.1' ? usualIp : request.ip);

/** Who is signed in to the tenant in this browser, by a session that the request accepts. */
function standingSession(
  tenant: Tenant,
  request: SignInRequest,
  cookie: string | undefined,
): Authenticated | undefined {
  const known = tenant.browserSessions.get(cookie ?? '');
  const user = tenant.users.get(known?.userId ?? '');
  const session = user?.sessions.find(({ id }) => id === known?.sessionId);
  if (user === undefined || session === undefined) return undefined;
  const ageMs = tenant.now() - session.createdAt;
  const longestMs = request.maxAge === undefined ? sessionLifeMs : Math.min(sessionLifeMs, request.maxAge * 1000);
  // An age of 0 asks for a new sign-in, however little time has passed.
  if (ageMs > longestMs || request.maxAge === 0) return undefined;
  const usedIn = session.method === 'pwd' ? mainIdentity(user).connection : session.method;
  const isElsewhere = request.connection !== undefined && usedIn !== request.connection;
  return isElsewhere ? undefined : { user, session };
}

/** Where the browser goes after a sign-in, silent or not. */
function conclude(tenant: Tenant, request: SignInRequest, { user, session }: Authenticated): string {
  if (user.blocked) return refusal(request, 'unauthorized', 'user is blocked');
  if (tenant.misbehave.signInDenied) return refusal(request, 'access_denied', 'Access denied by an Action');
  const code = random();
  tenant.codeGrants.set(code, {
    request,
    userId: user.userId,
    sessionId: session.id,
    signedInAt: session.createdAt,
    expiresAt: tenant.now() + codeLifeMs,
  });
  return returnUrl(request, { code });
}

function openPage(tenant: Tenant, request: SignInRequest, cookie: string | undefined, reply: FastifyReply) {
  const browser = cookie ?? random();
  const key = random();
  tenant.openSignIns.set(key, { request, browser, csrf: random(), expiresAt: tenant.now() + pageLifeMs });
  return reply
    .headers(pageHeaders())
    .setCookie(browserCookie, browser, cookieOptions)
    .redirect(`/u/login?state=${key}`, 302);
}

function begin(tenant: Tenant, asked: Extract<Asked, { kind: 'sign-in' }>, http: FastifyRequest, reply: FastifyReply) {
  const { request, prompt } = asked;
  const known = prompt === 'login' ? undefined : standingSession(tenant, request, http.cookies[sessionCookie]);
  const away = (url: string) => reply.headers(pageHeaders()).redirect(url, 302);
  if (known !== undefined) {
    const { user } = known;
    writeLog(tenant, { type: 'ssa', description: 'Successful silent authentication', user, ip: addressOf(http) });
    return away(conclude(tenant, request, known));
  }
  if (prompt === 'none') return away(refusal(request, 'login_required', 'Login required'));
  return openPage(tenant, request, http.cookies[browserCookie], reply);
}

type Found = { readonly key: string; readonly open: OpenSignIn };

/** The sign-in that this browser has open; a link to somebody else's page finds nothing. */
function openIn(tenant: Tenant, http: FastifyRequest): Found | undefined {
  const key = field(http.query, 'state');
  const open = tenant.openSignIns.get(key);
  if (open === undefined || tenant.now() >= open.expiresAt) return undefined;
  return http.cookies[browserCookie] === open.browser ? { key, open } : undefined;
}

function showLogin(
  tenant: Tenant,
  { key, open }: Found,
  reply: FastifyReply,
  tried?: Pick<LoginView, 'failure' | 'name' | 'chosen'>,
) {
  const { request, csrf } = open;
  if (passwordlessIn(tenant, request.connection) !== undefined) return showCode(tenant, { key, open }, reply);
  const connections = request.connection === undefined ? passwordConnections(tenant) : [request.connection];
  const blank = { failure: undefined, name: request.loginHint, chosen: '' };
  const html = loginPage({ company: tenant.name, key, csrf, connections, ...(tried ?? blank) });
  return show(reply, tried === undefined ? 200 : 400, html, new URL(request.redirectUri).origin);
}

function showCode(tenant: Tenant, { key, open }: Found, reply: FastifyReply, problem?: CodeLoginView['problem']) {
  const { request, csrf, codeTo } = open;
  const provider = passwordlessIn(tenant, request.connection) ?? 'email';
  const address = codeTo ?? request.loginHint;
  const view = { company: tenant.name, key, csrf, provider, address, isSent: codeTo !== undefined, problem };
  return show(reply, problem === undefined ? 200 : 400, codeLoginPage(view), new URL(request.redirectUri).origin);
}

type Leave = (url: string) => FastifyReply;

function submitCode(tenant: Tenant, found: Found, http: FastifyRequest, reply: FastifyReply, leave: Leave) {
  const { open } = found;
  const provider = passwordlessIn(tenant, open.request.connection) ?? 'email';
  const ip = addressOf(http);
  if (open.codeTo === undefined) {
    const address = field(http.body, 'username').trim();
    if (!sendLoginCode(tenant, provider, address, ip)) return showCode(tenant, found, reply, 'no-address');
    open.codeTo = address;
    return showCode(tenant, found, reply);
  }
  const result = authenticateByCode(tenant, { provider, address: open.codeTo, code: field(http.body, 'code'), ip });
  if (result === 'wrong-code') return showCode(tenant, found, reply, 'wrong-code');
  if (result === 'blocked') return leave(refusal(open.request, 'unauthorized', 'user is blocked'));
  return enter(tenant, open.request, result, reply, leave);
}

function enter(tenant: Tenant, request: SignInRequest, result: Authenticated, reply: FastifyReply, leave: Leave) {
  const cookie = random();
  tenant.browserSessions.set(cookie, { userId: result.user.userId, sessionId: result.session.id });
  reply.setCookie(sessionCookie, cookie, cookieOptions);
  return leave(conclude(tenant, request, result));
}

function submit(tenant: Tenant, found: Found, http: FastifyRequest, reply: FastifyReply) {
  const { key, open } = found;
  const { request } = open;
  const leave = (url: string) => {
    tenant.openSignIns.delete(key);
    return reply.headers(pageHeaders()).redirect(url, 302);
  };
  if (field(http.body, 'action') === 'cancel') {
    return leave(refusal(request, 'access_denied', 'User did not authorize the request'));
  }
  if (passwordlessIn(tenant, request.connection) !== undefined) return submitCode(tenant, found, http, reply, leave);
  const [name, chosen] = [field(http.body, 'username'), field(http.body, 'connection')];
  const connection = request.connection ?? (chosen === '' ? undefined : chosen);
  const result = authenticate(tenant, {
    who: name.trim(),
    password: field(http.body, 'password'),
    ip: addressOf(http),
    ...(connection === undefined ? {} : { connection }),
  });
  if ('error' in result) {
    const { error: failure } = result;
    if (failure === 'blocked' && !tenant.misbehave.blockedToldOnPage) {
      return leave(refusal(request, 'unauthorized', 'user is blocked'));
    }
    return showLogin(tenant, found, reply, { failure, name, chosen });
  }
  return enter(tenant, request, result, reply, leave);
}

export function mountLogin(server: FastifyInstance, tenant: Tenant): void {
  const oops = (reply: FastifyReply, status: number, text: string) => show(reply, status, errorPage(tenant.name, text));

  server.get('/authorize', (http, reply) => {
    const asked = readAuthorize(tenant, http.query);
    if (asked.kind === 'page') return oops(reply, asked.status, asked.text);
    if (asked.kind === 'redirect') return reply.headers(pageHeaders()).redirect(asked.url, 302);
    return begin(tenant, asked, http, reply);
  });

  server.get('/u/login', (http, reply) => {
    const found = openIn(tenant, http);
    return found === undefined ? oops(reply, 400, lostPage) : showLogin(tenant, found, reply);
  });

  server.post('/u/login', (http, reply) => {
    const found = openIn(tenant, http);
    if (found === undefined) return oops(reply, 400, lostPage);
    if (field(http.body, 'csrf') !== found.open.csrf) return oops(reply, 403, 'Invalid CSRF token');
    return submit(tenant, found, http, reply);
  });
}
