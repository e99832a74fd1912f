// The only place that turns an error of the mail server or the connection to it into a Failure. Decides by status and code. The
// server's text is never passed on: it may repeat the address.
import { z } from 'zod';
import type { Failure } from '../flows/outcome.ts';
import { brokenConnection } from '../outbound/network-error.ts';

const field = z.string().max(200).optional().catch(undefined);
const thrown = z.object({
  code: field,
  /** Node's code, where `code` is nodemailer's. */
  originalCode: field,
  /** The command that was not carried out, e.g. `RCPT TO`, `AUTH PLAIN`, `CONN`. */
  command: field,
  responseCode: z.int().min(200).max(599).optional().catch(undefined),
  /** The server's reply. Only its beginning, an enhanced status code (RFC 3463), is read. */
  response: z
    .string()
    .transform((reply) => /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1])
    .optional()
    .catch(undefined),
  timeoutType: field,
});
type Thrown = z.infer<typeof thrown>;

/** Longer than greylisting, and than the windows in which providers count. */
const pauseMs = 60_000;

export function mailFailure(error: unknown): Failure {
  const seen = thrown.safeParse(error).data ?? {};
  const { responseCode: status } = seen;
  return status === undefined ? withoutReply(seen) : status < 500 ? notNow(seen, status) : notAtAll(seen, status);
}

const unreachable = (cause: string, mayHaveHappened: boolean): Failure => ({
  ...{ kind: 'unreachable', retry: 'later', mayHaveHappened },
  cause: `mail: ${cause}`,
});

function withoutReply({ code, originalCode, timeoutType }: Thrown): Failure {
  switch (code) {
    case 'EABORT':
    case 'ETIMEDOUT':
      return unreachable('timeout', timeoutType === undefined || timeoutType === 'SOCKET_TIMEOUT');
    case 'EAUTH':
    case 'ENOAUTH':
      return badLogin('mail: no way to log in');
    // Nodemailer itself will not send this: a character that the server does not take, or a message that is too long for it.
    case 'EENVELOPE':
    case 'EMESSAGE':
      return { kind: 'refused', retry: 'never', cause: `mail: ${code}` };
    default:
      break;
  }
  const known =
    z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{2,50}$/)
      .safeParse(originalCode ?? code).data ?? 'no-answer';
  const how = brokenConnection(Object.assign(new Error('mail'), { code: known }))?.how;
  return unreachable(known, how !== 'unsent' && code !== 'EDNS' && code !== 'ETLS');
}

const causeOf = ({ response, command }: Thrown, status: number): string =>
  [status, response, /^[A-Z]{4}/.exec(command ?? '')?.[0]].filter((part) => part !== undefined).join(' ');

/** Statuses and codes by which servers say "too many": RFC 3463 (4.7.x: policy), Exchange (432, 4.3.2), Gmail (4.2.1), SES (454). */
function notNow(seen: Thrown, status: number): Failure {
  const cause = causeOf(seen, status);
  const isLogin = seen.command?.startsWith('AUTH') === true;
  const isCounted = /^4\.7\.|^4\.3\.2$|^4\.2\.1$/.test(seen.response ?? '') || status === 432 || status === 454;
  return isCounted && !isLogin
    ? { kind: 'rate-limited', retry: 'later', retryAfterMs: pauseMs, cause: `mail: ${cause}` }
    : unreachable(cause, false);
}

function notAtAll(seen: Thrown, status: number): Failure {
  const cause = causeOf(seen, status);
  // Whoever stands in between can take STARTTLS out of the answer. That must not end the notice for good.
  if (seen.code === 'ETLS') return unreachable(`no STARTTLS, ${cause}`, false);
  if (status === 503) return unreachable(cause, false);
  if (seen.code === 'EAUTH') return badLogin(`mail: ${cause}`);
  if (status === 530 || seen.command === 'MAIL FROM') {
    const remedy =
      'Let the login of SMTP_URL send as the address in its `from`; the mail server may also demand a login.';
    return { kind: 'misconfigured', retry: 'never', cause: `mail: ${cause}`, remedy };
  }
  const isAboutTheMail = seen.command === 'RCPT TO' || seen.command === 'DATA';
  if (!isAboutTheMail) return unreachable(cause, false);
  return { kind: 'refused', retry: 'never', cause: `mail: ${cause}`, remedy: 'Look into the log of the mail server.' };
}

/** `later`: the password may be in the middle of a rotation. */
const badLogin = (cause: string): Failure => ({
  ...{ kind: 'misconfigured', retry: 'later', cause },
  remedy: 'Check the user name and password in SMTP_URL, with special characters in percent form.',
});
