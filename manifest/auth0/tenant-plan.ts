// The tenant's side as files for auth0-deploy-cli: what Latchkey needs, united with what the tenant has. Pure: it is given what was
// read. The tool replaces what its files list and never merges, so a part that was not seen is left out, with the step by hand.
import { grantTypesFor, neededScopes } from '../../src/auth0/application.ts';
import { lookScopes } from '../../src/auth0/scopes.ts';
import { holdsKeyword } from './changes.ts';
import { mailConnection, textConnection } from './code-connections.ts';
import { type Draft, fileName, type Installation, json, left, type TenantPlan, unread, write } from './draft.ts';
import { employees } from './employees.ts';
import { hostedPage } from './hosted-page.ts';
import { logStream } from './log-stream.ts';
import { actions, bindings } from './login-actions.ts';
import { resetMail } from './mails.ts';
import type { SeenTenant } from './seen.ts';

export function planTenant(about: Installation, seen: SeenTenant | undefined): TenantPlan {
  const draft: Draft = { files: new Map(), replaced: new Map(), parts: [], steps: [], warnings: [] };
  application(about, seen, draft);
  apiGrant(about, seen, draft);
  employees(about, seen, draft);
  mailConnection(about, seen, draft);
  textConnection(about, seen, draft);
  protection(seen, draft);
  const bound = actions(about, seen, draft);
  bindings(bound, seen, draft);
  forgotPassword(about, seen, draft);
  hostedPage(about, seen, draft);
  const streamFiles = logStream(about, seen, draft);
  return { ...draft, streamFiles };
}

function application(
  { clientName, callbacks, checksPasswords }: Installation,
  seen: SeenTenant | undefined,
  draft: Draft,
): void {
  const before = seen?.client;
  const metadata = before?.['client_metadata'];
  const after = {
    name: clientName,
    app_type: 'regular_web',
    is_first_party: true,
    oidc_conformant: true,
    grant_types: grantTypesFor(checksPasswords),
    callbacks,
    token_endpoint_auth_method: 'client_secret_post',
    // So that Auth0 counts codes of people in a browser by their own address.
    is_token_endpoint_ip_header_trusted: true,
    jwt_configuration: { ...Object(before?.['jwt_configuration']), alg: 'RS256' },
    ...(metadata === undefined ? {} : { client_metadata: metadata }),
  };
  write(
    draft,
    `application “${clientName}”`,
    `clients/${fileName(clientName)}.json`,
    after,
    seen === undefined ? 'unseen' : before,
  );
  if (before === undefined) {
    draft.steps.push(
      `After the import: copy the application's client id and secret (Applications → ${clientName} → Settings) into AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, and run this command again.`,
    );
  }
}

/** What the doctor reads belongs to it: without it the server says `ready` of what it cannot see. Decision 0066 weighs that. */
export const grantedScopes = ({ hasFewestScopes }: Pick<Installation, 'hasFewestScopes'>): readonly string[] =>
  hasFewestScopes ? neededScopes : [...neededScopes, ...lookScopes];

function apiGrant(about: Installation, seen: SeenTenant | undefined, draft: Draft): void {
  const { clientName, tenantDomain } = about;
  const what = 'scopes of the Management API';
  const scopes = grantedScopes(about);
  if (seen?.grantScope.is === 'unseen') {
    draft.steps.push(left(what, seen.grantScope.why, `authorize the application with ${scopes.join(' ')}`));
    return;
  }
  const scope = seen?.grantScope.value;
  const after = {
    client_id: clientName,
    audience: `https://${tenantDomain}/api/v2/`,
    subject_type: 'client',
    scope: scopes,
  };
  const before = scope === undefined ? undefined : { ...after, scope };
  write(draft, what, 'grants/latchkey.json', after, seen === undefined ? 'unseen' : before);
}

/** Latchkey allows ten wrong codes a day; at a threshold of ten Auth0 would block the contact with the tenth, for up to 30 days. */
const attemptsAtLeast = 11;

function protection(seen: SeenTenant | undefined, draft: Draft): void {
  const step = 'Security → Attack Protection → Brute-force Protection: on, with a threshold above ten';
  if (seen === undefined || seen.protection.is === 'unseen') {
    const why = seen?.protection.is === 'unseen' ? seen.protection.why : unread;
    draft.steps.push(left('attack protection', why, step));
    return;
  }
  // The tool wants all three files. The other two are as the tenant has them.
  const { 'brute-force-protection': force, ...others } = seen.protection.value;
  const shields = Array.isArray(force['shields']) ? force['shields'] : [];
  const attempts = typeof force['max_attempts'] === 'number' ? force['max_attempts'] : 10;
  const after = {
    ...force,
    enabled: true,
    shields: shields.includes('block') ? shields : [...shields, 'block'],
    max_attempts: Math.max(attempts, attemptsAtLeast),
  };
  write(draft, 'brute-force protection', 'attack-protection/brute-force-protection.json', after, force);
  const { enabled, allowlist } = others['suspicious-ip-throttling'];
  if (enabled !== false && Array.isArray(allowlist) && allowlist.length === 0)
    draft.steps.push(
      'If Latchkey calls Auth0 from a fixed address: Security → Attack Protection → Suspicious IP Throttling, put it on the allow list. All codes are checked from there, and wrong ones may count.',
    );
  for (const [name, value] of Object.entries(others)) draft.files.set(`attack-protection/${name}.json`, json(value));
}

/** What Auth0 uses if a template says nothing: five days (D:customize/email/email-templates). */
const usualLinkSeconds = 432_000;

function forgotPassword({ linkSeconds }: Installation, seen: SeenTenant | undefined, draft: Draft): void {
  const what = 'mail of “Forgot password?”';
  const from = seen?.mailFrom.is === 'seen' ? seen.mailFrom.value : undefined;
  const why = whyNoResetMail(seen, from);
  const before = seen?.resetMail.is === 'seen' ? seen.resetMail.value : undefined;
  if (why !== undefined) {
    const step = `Branding → Email Templates → Change Password (Link): URL lifetime ${linkSeconds} seconds`;
    draft.steps.push(left(what, why, step));
    return;
  }
  const lifetime = before?.['urlLifetimeInSeconds'];
  const after = {
    template: 'reset_email',
    from,
    subject: resetMail.subject,
    syntax: 'liquid',
    enabled: true,
    ...before,
    urlLifetimeInSeconds: Math.min(typeof lifetime === 'number' ? lifetime : usualLinkSeconds, linkSeconds),
    body: './reset_email.html',
  };
  const text = before?.['body'];
  const body = typeof text === 'string' ? text : resetMail.body;
  draft.files.set('emails/reset_email.html', body);
  // The tool takes the text from a file of its own; compared is the text.
  write(draft, what, 'emails/reset_email.json', { ...after, body }, before);
  draft.files.set('emails/reset_email.json', json(after));
}

function whyNoResetMail(seen: SeenTenant | undefined, from: string | undefined): string | undefined {
  if (seen === undefined) return unread;
  if (seen.resetMail.is === 'unseen') return seen.resetMail.why;
  const before = seen.resetMail.value;
  if (before === undefined && (from === undefined || from === '')) {
    return 'the tenant has no text of its own for it, and no sender is known for ours';
  }
  return holdsKeyword(before) ? 'it has a text that the deploy tool would take for a keyword (## or @@)' : undefined;
}
