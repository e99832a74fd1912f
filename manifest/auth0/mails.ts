// The texts of the two mails and of the text message that Auth0 itself sends. They say what was asked for, who asked, and that
// nobody will ask for the code.

/** Liquid: `application.name`, `tenant.friendly_name` and `code` are filled in by Auth0. */
export const codeMail = {
  subject: 'Your code: {{ code }}',
  body: `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width"></head>
<body style="font-family: system-ui, sans-serif; line-height: 1.5; max-width: 34rem; margin: 2rem auto; padding: 0 1rem">
<p>Your code is</p>
<p style="font-size: 2rem; letter-spacing: .2em"><strong>{{ code }}</strong></p>
<p>It was asked for in {{ application.name }}, in the chat of {{ tenant.friendly_name }}: to reset a password, to unlock an account, or to add or confirm this address as a recovery contact. Type it there and nowhere else.</p>
<p><strong>Nobody from the helpdesk will ever ask for it.</strong> Whoever does wants your account.</p>
<p>Was it not you? Do not pass the code on. Nothing changes without it. Tell your helpdesk.</p>
</body>
</html>
`,
} as const;

/** A text message has room for one sentence more than the code. */
export const codeText =
  '{{ code }} is your code for {{ application.name }}: to reset a password, unlock an account or add this number. Nobody will ever ask you for it.';

/** The mail of *Forgot password?* on the login page, where the tenant has no text of its own. */
export const resetMail = {
  subject: 'Reset your password',
  body: `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width"></head>
<body style="font-family: system-ui, sans-serif; line-height: 1.5; max-width: 34rem; margin: 2rem auto; padding: 0 1rem">
<p>Somebody asked on the sign-in page of {{ tenant.friendly_name }} to reset the password of this account.</p>
<p><a href="{{ url }}">Choose a new password</a></p>
<p>The link works once, and only for a few minutes.</p>
<p>Was it not you? Do nothing: your password stays as it is. If it happens again, tell your helpdesk.</p>
</body>
</html>
`,
} as const;
