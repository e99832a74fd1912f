// The pages that a person sees at Auth0 after opening a password ticket. Plain HTML without script.
import { unreachable } from '../unreachable.ts';
import type { PolicyRefusal, Rule } from './passwords.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

export function page(company: string, title: string, main: string): string {
  const initial = escapeHtml([...company][0]?.toUpperCase() ?? 'A');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} | ${escapeHtml(company)}</title>
<link rel="stylesheet" href="/u/look.css">
</head>
<body>
<main>
<div class="mark" aria-hidden="true">${initial}</div>
<p class="company">${escapeHtml(company)}</p>
<h1>${escapeHtml(title)}</h1>
${main}
</main>
</body>
</html>
`;
}

export type FormProblem =
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'policy'; readonly refusal: PolicyRefusal; readonly rules: readonly Rule[] };

function sentence(problem: FormProblem): string {
  if (problem.kind === 'mismatch') return 'The two passwords are not the same. Type the new password twice.';
  switch (problem.refusal.name) {
    case 'PasswordStrengthError':
      return 'That password is too weak. It needs everything in the list below.';
    case 'PasswordHistoryError':
      return 'You have used that password before. Choose one that is new.';
    case 'PasswordDictionaryError':
      return 'That password is too common. Choose one that is harder to guess.';
    case 'PasswordNoUserInfoError':
      return 'That password contains your name or address. Choose one that does not.';
    default:
      return unreachable(problem.refusal.name);
  }
}

function ruleList(rules: readonly Rule[], judged: boolean): string {
  const items = rules.map(({ text, met }) => {
    const state = judged ? `<span class="state">${met ? 'Met: ' : 'Missing: '}</span>` : '';
    return `<li${judged ? ` class="${met ? 'met' : 'missing'}"` : ''}>${state}${escapeHtml(text)}</li>`;
  });
  return `<div class="rules" id="rules">
<p>Your password must contain:</p>
<ul>
${items.join('\n')}
</ul>
</div>`;
}

function field(id: string, label: string, describedBy: string, invalid: boolean): string {
  return `<div class="field">
<label for="${id}">${label}</label>
<input id="${id}" name="${id}" type="password" autocomplete="new-password" required maxlength="256" aria-describedby="${describedBy}"${
    invalid ? ' aria-invalid="true"' : ''
  }>
</div>`;
}

export function resetPage(view: {
  readonly company: string;
  readonly email: string;
  readonly secret: string;
  readonly rules: readonly Rule[];
  readonly problem: FormProblem | undefined;
}): string {
  const { problem } = view;
  const invalid = problem !== undefined;
  const alert = invalid ? `<p class="alert" id="problem" role="alert">${escapeHtml(sentence(problem))}</p>` : '';
  const about = invalid ? 'problem rules' : 'rules';
  const title = 'Change your password';
  return page(
    view.company,
    title,
    `<p class="lead">Enter a new password below to change your password.</p>
${alert}
<form method="post" action="/u/reset-verify?ticket=${encodeURIComponent(view.secret)}">
<input class="hidden" type="text" name="username" value="${escapeHtml(view.email)}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
${field('password-reset', 'New password', about, invalid)}
${field('re-enter-password', 'Re-enter new password', about, invalid)}
${ruleList(problem?.kind === 'policy' ? problem.rules : view.rules, problem?.kind === 'policy')}
<button type="submit">Reset password</button>
</form>`,
  );
}

export function successPage(company: string): string {
  return page(
    company,
    'Password changed!',
    `<p class="sign" aria-hidden="true">✓</p>
<p class="lead" role="status">Your password has been changed successfully. You can close this page.</p>`,
  );
}

/** The same page for a used, expired, replaced or invented ticket: it must not reveal which. */
export function deadTicketPage(company: string): string {
  return page(
    company,
    'Invalid link',
    `<p class="sign warn" aria-hidden="true">!</p>
<p class="lead" role="alert">Your link to reset the password has expired or has already been used. Ask for a new one.</p>`,
  );
}
