// The browser's requests with a ticket: a GET changes nothing; a POST of a good password uses the ticket up.
import type { FastifyInstance } from 'fastify';
import { mainIdentity } from './accounts.ts';
import { writeLog } from './logs.ts';
import { styleSheet } from './look.ts';
import { field, pageHeaders, show } from './page-reply.ts';
import { deadTicketPage, type FormProblem, resetPage, successPage } from './pages.ts';
import { changePassword, type PolicyRefusal, refusalOf, strengthRules } from './passwords.ts';
import type { User } from './state.ts';
import type { Tenant } from './tenant.ts';
import { type LiveTicket, liveTicket } from './tickets.ts';

function problemWith(user: User, password: string, repeated: string): FormProblem | undefined {
  if (password !== repeated) return { kind: 'mismatch' };
  const refusal = refusalOf(user, password);
  return refusal === undefined ? undefined : { kind: 'policy', refusal, rules: strengthRules(password) };
}

function form(tenant: Tenant, { ticket, user }: LiveTicket, problem: FormProblem | undefined): string {
  return resetPage({
    company: tenant.name,
    email: user.email ?? '',
    secret: ticket.secret,
    rules: strengthRules(''),
    problem,
  });
}

/** The password is changed, and the ticket used up. */
export function finish(tenant: Tenant, { ticket, user }: LiveTicket, password: string, ip: string): void {
  ticket.status = 'used';
  changePassword(tenant, user, password, ip);
  if (ticket.markEmailAsVerified) user.emailVerified = true;
  if (tenant.misbehave.ticketLiftsAdminBlock) user.blocked = false;
  writeLog(tenant, {
    type: 'scp',
    description: 'You can now login to the application with the new password.',
    user,
    connection: mainIdentity(user).connection,
    ip,
    details: {
      title: 'Change password',
      email: user.email,
      body: { ticket: 'redacted', email: user.email, tenant: tenant.name },
    },
  });
}

/** The log has a refusal by the policy. */
export function fail(tenant: Tenant, user: User, refusal: PolicyRefusal, ip: string): void {
  const { connection } = mainIdentity(user);
  const description = `${refusal.name}: ${refusal.message}`;
  writeLog(tenant, { type: 'fcp', description, user, connection, ip });
}

export function mountResetPage(server: FastifyInstance, tenant: Tenant): void {
  server.get('/u/look.css', (_request, reply) =>
    reply.headers({ 'cache-control': 'max-age=300' }).type('text/css; charset=utf-8').send(styleSheet),
  );

  server.get('/u/reset-verify', (request, reply) => {
    const live = liveTicket(tenant, field(request.query, 'ticket'));
    if (live === undefined) return show(reply, 404, deadTicketPage(tenant.name));
    return show(reply, 200, form(tenant, live, undefined));
  });

  server.post('/u/reset-verify', (request, reply) => {
    const live = liveTicket(tenant, field(request.query, 'ticket'));
    if (live === undefined) return show(reply, 404, deadTicketPage(tenant.name));
    const password = field(request.body, 'password-reset');
    const problem = problemWith(live.user, password, field(request.body, 're-enter-password'));
    if (problem !== undefined) {
      if (problem.kind === 'policy') fail(tenant, live.user, problem.refusal, request.ip);
      return show(reply, 400, form(tenant, live, problem));
    }
    finish(tenant, live, password, request.ip);
    // Redirects to an address without the ticket, so that a reload does not send the password again.
    return reply.headers(pageHeaders()).redirect('/u/reset-success', 303);
  });

  server.get('/u/reset-success', (_request, reply) => show(reply, 200, successPage(tenant.name)));
}
