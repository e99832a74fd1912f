// "Forgot password?" of the sign-in page: an address, and a mail with a link to the page for a new password. It never says whether there
// is such an account. Nothing of it passes through the application.
import type { FastifyInstance } from 'fastify';
import { field, pageHeaders, show } from './page-reply.ts';
import { escapeHtml, page } from './pages.ts';
import { mailResetLink } from './reset-mail.ts';
import type { Tenant } from './tenant.ts';

const askPage = (company: string): string =>
  page(
    company,
    'Forgot your password?',
    `<p class="lead">Enter your email address and we will send you instructions to reset your password.</p>
<form method="post" action="/u/reset-password/request">
<div class="field">
<label for="email">Email address</label>
<input id="email" name="email" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="320">
</div>
<button type="submit">Continue</button>
</form>`,
  );

const sentPage = (company: string, address: string): string =>
  page(
    company,
    'Check your email',
    `<p class="lead" role="status">Please check the email address ${escapeHtml(address)} for instructions to reset your password.</p>`,
  );

export function mountForgotPage(server: FastifyInstance, tenant: Tenant): void {
  server.get('/u/reset-password/request', (_request, reply) => show(reply, 200, askPage(tenant.name)));

  server.post('/u/reset-password/request', (request, reply) => {
    const address = field(request.body, 'email').trim();
    if (address === '') return reply.headers(pageHeaders()).redirect('/u/reset-password/request', 303);
    mailResetLink(tenant, address, request.ip);
    return show(reply, 200, sentPage(tenant.name, address));
  });
}
