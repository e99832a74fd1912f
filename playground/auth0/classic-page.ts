// The tenant's own page for a new password, where its administrator has switched one on: the page behind a ticket, and the address to
// which it posts. Auth0 documents the fields of the page and not the address. What that answers is as others have watched it
// (github.com/auth0/auth0-custom-password-reset-hosted-page); what nobody has described is refused with 500.
import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mainIdentity } from './accounts.ts';
import { connectionNamed } from './connections.ts';
import { renderLiquid } from './liquid.ts';
import { field, show } from './page-reply.ts';
import { deadTicketPage } from './pages.ts';
import { type PolicyRefusal, refusalBesideStrength } from './passwords.ts';
import { fail, finish } from './reset-page.ts';
import type { User } from './state.ts';
import { type Strength, strengthOf } from './strength.ts';
import type { Tenant } from './tenant.ts';
import { customPageOf, type LiveTicket, liveTicket } from './tickets.ts';

/** A page that loads anything from elsewhere shows it: the browser reports it, and the test fails. */
const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};
const cookieName = '_csrf';

const tokenOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

function policyOf(tenant: Tenant, user: User): { readonly level: string; readonly options: unknown } {
  const options = connectionNamed(tenant, mainIdentity(user).connection)?.options ?? {};
  const level = options['passwordPolicy'];
  return { level: typeof level === 'string' ? level : 'none', options: options['password_complexity_options'] };
}

function shortestOf(options: unknown): number | undefined {
  const { min_length: least } = Object(options);
  return typeof least === 'number' ? least : undefined;
}

function fieldsFor(tenant: Tenant, { ticket, user }: LiveTicket, csrf: string): Readonly<Record<string, unknown>> {
  const { level, options } = policyOf(tenant, user);
  const { settings } = tenant.configuration;
  const isText = tenant.misbehave.complexityAsText;
  return {
    ...{ email: user.email, ticket: ticket.secret, csrf_token: csrf, lang: 'en', password_policy: level },
    password_complexity_options: isText ? JSON.stringify(options) : options,
    'password_complexity_options.min_length': isText ? undefined : shortestOf(options),
    'tenant.name': tenant.name,
    'tenant.friendly_name': settings['friendly_name'],
    'tenant.picture_url': settings['picture_url'],
    'tenant.support_email': settings['support_email'],
    'tenant.support_url': settings['support_url'],
  };
}

function looks(tenant: Tenant, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const html = customPageOf(tenant);
  const live = liveTicket(tenant, field(request.query, 'ticket'));
  if (html === undefined || live === undefined) return show(reply, 404, deadTicketPage(tenant.name));
  const secret = request.cookies[cookieName] ?? randomBytes(24).toString('base64url');
  return reply
    .setCookie(cookieName, secret, { path: '/', httpOnly: true, sameSite: 'lax' })
    .headers(headers)
    .type('text/html; charset=utf-8')
    .send(renderLiquid(html, fieldsFor(tenant, live, tokenOf(secret))));
}

const descriptions: Readonly<Record<PolicyRefusal['name'], string>> = {
  PasswordStrengthError: '',
  PasswordHistoryError: 'You may not reuse any of the last 5 passwords. This password was used a minute ago.',
  PasswordDictionaryError: 'Password is not allowed, it might be too common.',
  PasswordNoUserInfoError: 'Password is based on user information',
};

const refused = (reply: FastifyReply, { name, message }: PolicyRefusal, strength?: Strength): FastifyReply =>
  reply.code(400).send({
    ...{ name, message, code: 'invalid_password' },
    description: strength ?? descriptions[name],
    ...(strength === undefined ? {} : { policy: strength.rules.map(({ message: text }) => `* ${text}`).join('\n') }),
    statusCode: 400,
  });

const broken = (reply: FastifyReply): FastifyReply => reply.code(500).type('text/plain').send('Internal Server Error');

function takes(tenant: Tenant, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { body } = request;
  const secret = request.cookies[cookieName];
  if (secret === undefined || field(body, '_csrf') !== tokenOf(secret)) {
    const error = { name: 'CsrfInvalidTokenError', message: 'Invalid CSRF token', code: 'invalid_csrf_token' };
    return reply.code(403).send({ ...error, statusCode: 403 });
  }
  const live = liveTicket(tenant, field(body, 'ticket'));
  const password = field(body, 'newPassword');
  if (live === undefined || field(body, 'email') !== (live.user.email ?? '')) return broken(reply);
  if (password === '' || password !== field(body, 'confirmNewPassword')) return broken(reply);
  const { level, options } = policyOf(tenant, live.user);
  const strength = strengthOf(password, level, shortestOf(options));
  const weak = { name: 'PasswordStrengthError', message: 'Password is too weak' } as const;
  const refusal = strength.verified ? refusalBesideStrength(live.user, password) : weak;
  if (refusal !== undefined) {
    fail(tenant, live.user, refusal, request.ip);
    return refused(reply, refusal, refusal === weak ? strength : undefined);
  }
  finish(tenant, live, password, request.ip);
  return reply.code(200).send({});
}

export function mountClassicPage(server: FastifyInstance, tenant: Tenant): void {
  server.get('/lo/reset', (request, reply) => looks(tenant, request, reply));
  server.post('/lo/reset', (request, reply) => takes(tenant, request, reply));
}
