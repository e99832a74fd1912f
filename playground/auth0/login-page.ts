// The sign-in page of the emulated tenant, and the page for a request that cannot be answered. Plain HTML without
// script.
import { unreachable } from '../unreachable.ts';
import { escapeHtml, page } from './pages.ts';
import type { SignIn } from './sign-in.ts';

type Failure = NonNullable<Extract<SignIn, { readonly error: string }>['error']>;

/** It must not reveal whether there is such an account. */
function sentence(failure: Failure): string {
  switch (failure) {
    case 'unknown-user':
    case 'wrong-password':
      return 'Wrong email, user name or password.';
    case 'locked':
      return 'Your account has been blocked after multiple consecutive login attempts.';
    case 'blocked':
      return 'Your account has been blocked by an administrator.';
    case 'ip-blocked':
      return 'We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.';
    default:
      return unreachable(failure);
  }
}

export type LoginView = {
  readonly company: string;
  /** The value in the page's address. */
  readonly key: string;
  readonly csrf: string;
  readonly name: string;
  /** The connections to choose from; a single one is not shown. */
  readonly connections: readonly string[];
  readonly chosen: string;
  readonly failure: Failure | undefined;
};

function chooser({ connections, chosen }: LoginView): string {
  if (connections.length < 2) return '';
  const options = connections.map((name) => {
    const text = escapeHtml(name);
    return `<option value="${text}"${name === chosen ? ' selected' : ''}>${text}</option>`;
  });
  return `<div class="field">
<label for="connection">Directory</label>
<select id="connection" name="connection">
<option value="">Any directory</option>
${options.join('\n')}
</select>
</div>`;
}

export function loginPage(view: LoginView): string {
  const { failure } = view;
  const about = failure === undefined ? '' : ' aria-describedby="problem" aria-invalid="true"';
  const alert =
    failure === undefined ? '' : `<p class="alert" id="problem" role="alert">${escapeHtml(sentence(failure))}</p>`;
  return page(
    view.company,
    'Welcome',
    `<p class="lead">Log in to ${escapeHtml(view.company)} to continue to Latchkey.</p>
${alert}
<form method="post" action="/u/login?state=${encodeURIComponent(view.key)}">
<input type="hidden" name="csrf" value="${escapeHtml(view.csrf)}">
<div class="field">
<label for="username">Email address or user name</label>
<input id="username" name="username" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="320" value="${escapeHtml(view.name)}"${about}>
</div>
<div class="field">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256"${about}>
</div>
${chooser(view)}
<p class="aside"><a href="/u/reset-password/request">Forgot password?</a></p>
<button type="submit" name="action" value="default">Continue</button>
<button type="submit" name="action" value="cancel" class="second" formnovalidate>Cancel</button>
</form>`,
  );
}

export type CodeLoginView = {
  readonly company: string;
  readonly key: string;
  readonly csrf: string;
  readonly provider: 'email' | 'sms';
  /** What is in the field. */
  readonly address: string;
  /** A code was sent there: it is asked for. */
  readonly isSent: boolean;
  readonly problem: 'no-address' | 'wrong-code' | undefined;
};

const codeProblems = {
  'no-address': 'Enter a valid address.',
  'wrong-code': 'The code you entered is invalid.',
} as const;

/** The same without a password: an address, then the code that was sent to it. */
export function codeLoginPage(view: CodeLoginView): string {
  const { problem, isSent, provider } = view;
  const alert =
    problem === undefined ? '' : `<p class="alert" id="problem" role="alert">${escapeHtml(codeProblems[problem])}</p>`;
  const label = provider === 'email' ? 'Email address' : 'Phone number';
  const field = isSent
    ? `<label for="code">Code</label>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required maxlength="40">`
    : `<label for="username">${label}</label>
<input id="username" name="username" type="text" required maxlength="320" value="${escapeHtml(view.address)}">`;
  return page(
    view.company,
    isSent ? 'Verify your identity' : 'Welcome',
    `<p class="lead">Log in to ${escapeHtml(view.company)} to continue to Latchkey.</p>
${alert}
<form method="post" action="/u/login?state=${encodeURIComponent(view.key)}">
<input type="hidden" name="csrf" value="${escapeHtml(view.csrf)}">
<div class="field">
${field}
</div>
<button type="submit" name="action" value="default">Continue</button>
<button type="submit" name="action" value="cancel" class="second" formnovalidate>Cancel</button>
</form>`,
  );
}

export function errorPage(company: string, text: string): string {
  return page(
    company,
    'Oops!, something went wrong',
    `<p class="sign warn" aria-hidden="true">!</p>
<p class="lead" role="alert">${escapeHtml(text)}</p>`,
  );
}
