// The only place that reads what a directory answers to a request it did not carry out, and what a broken connection means.
// Decides by the code of LDAP and the hexadecimal number at the beginning of the message. Its words are never passed on: they
// differ by version and language, and may name the person.
import { ResultCodeError } from 'ldapts';
import type { Failure } from '../flows/outcome.ts';
import { brokenConnection } from '../outbound/network-error.ts';

export type Trouble =
  /** Not carried out. `number`: the Windows error at the beginning of the message; `data`: that of a sign-in. */
  | { readonly is: 'answered'; readonly code: number; readonly number?: number; readonly data?: number }
  /** No answer. `isSent`: it may have been carried out. */
  | { readonly is: 'lost'; readonly isSent: boolean; readonly cause: string };

export type LdapAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: Trouble };
export const answered = <T>(value: T): LdapAnswer<T> => ({ ok: true, value });
export const troubled = (trouble: Trouble): { readonly ok: false; readonly trouble: Trouble } => ({
  ok: false,
  trouble,
});

/** Results of LDAP, RFC 4511 appendix A. */
export const resultCodes = {
  ...{ operationsError: 1, timeLimitExceeded: 3, referral: 10, adminLimitExceeded: 11, noControl: 12, constraint: 19 },
  ...{ absent: 32, invalidCredentials: 49, noRight: 50, busy: 51, unavailable: 52, unwilling: 53 },
} as const;

/** Windows' own errors: ERROR_INVALID_PASSWORD, ERROR_PASSWORD_RESTRICTION and so on. */
export const windowsErrors = { accessDenied: 0x5, wrongPassword: 0x56, rules: 0x52d, lockedOut: 0x775 } as const;

/** The numbers in the message of a refused sign-in, in hexadecimal as they are written there. */
const signInErrors = {
  ...{ noSuchUser: 0x525, wrongPassword: 0x52e, hours: 0x530, workstation: 0x531, passwordExpired: 0x532 },
  ...{ disabled: 0x533, accountExpired: 0x701, mustChange: 0x773, locked: 0x775 },
} as const;

/** What the client threw. `isSent`: whether the request was on its way. */
export function troubleOf(error: unknown, isSent: boolean): Trouble {
  if (!(error instanceof ResultCodeError)) return { is: 'lost', isSent, cause: lossOf(error) };
  const { code, message } = error;
  // Codes above are the client's own, e.g. for an answer that is none.
  if (code > 123) return { is: 'lost', isSent, cause: 'no-answer' };
  const number = /^([0-9A-Fa-f]{8})(?![0-9A-Za-z])/.exec(message)?.[1];
  const data = code === resultCodes.invalidCredentials ? dataIn(message) : undefined;
  return {
    ...{ is: 'answered', code },
    ...(number === undefined ? {} : { number: Number.parseInt(number, 16) }),
    ...(data === undefined ? {} : { data }),
  };
}

/** In `80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563`. */
function dataIn(message: string): number | undefined {
  const digits = /\bdata ([0-9a-f]{1,8})\b/.exec(message.slice(0, 1_000))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

const timeouts = /^(?:Connection timeout|\w+: Operation timed out)$/;

function lossOf(error: unknown): string {
  const { how, code } = brokenConnection(error) ?? { how: 'cut' };
  if (how === 'timeout' || (error instanceof Error && timeouts.test(error.message.slice(0, 100)))) return 'timeout';
  return code ?? 'no-answer';
}

const numbers = ({ code, number, data }: Extract<Trouble, { is: 'answered' }>): string =>
  [`ldap: ${code}`, number?.toString(16).padStart(8, '0'), data?.toString(16)]
    .filter((part) => part !== undefined)
    .join(' ');

const pauseMs = 5_000;

/** For everything but a sign-in and what an act expects. */
export function failureOf(trouble: Trouble): Failure {
  if (trouble.is === 'lost') return unreachable(trouble.cause, trouble.isSent);
  const cause = numbers(trouble);
  switch (trouble.code) {
    case resultCodes.busy:
    case resultCodes.adminLimitExceeded:
      return { kind: 'rate-limited', retry: 'later', retryAfterMs: pauseMs, cause };
    // The connection is not signed in any more; the controller goes down; it did not have the time; it cannot write.
    case resultCodes.operationsError:
    case resultCodes.unavailable:
    case resultCodes.timeLimitExceeded:
    case resultCodes.referral:
      return { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause };
    case resultCodes.absent:
      return { kind: 'absent', retry: 'never', cause };
    case resultCodes.noRight:
      return { kind: 'misconfigured', retry: 'never', cause, remedy: grantRights };
    case resultCodes.constraint:
      return trouble.number === windowsErrors.accessDenied
        ? { kind: 'misconfigured', retry: 'never', cause, remedy: grantRights }
        : { kind: 'refused', retry: 'never', cause };
    default:
      return { kind: 'refused', retry: 'never', cause };
  }
}

const unreachable = (cause: string, mayHaveHappened: boolean): Failure => ({
  ...{ kind: 'unreachable', retry: 'later', mayHaveHappened, cause: `ldap: ${cause}` },
});

const grantRights =
  'Delegate the rights on the OU to the service account again: Reset Password, and reading and writing lockoutTime and pwdLastSet.';

/** Why the service account is not let in. */
export function signInFailure(trouble: Trouble): Failure {
  if (trouble.is === 'lost') return unreachable(trouble.cause, false);
  if (trouble.code !== resultCodes.invalidCredentials) return failureOf(trouble);
  return { kind: 'misconfigured', retry: 'later', cause: numbers(trouble), remedy: signInRemedy(trouble.data) };
}

function signInRemedy(data: number | undefined): string {
  switch (data) {
    case signInErrors.locked:
      return 'The service account is locked. Find out who tries its password, and unlock it.';
    case signInErrors.disabled:
      return 'The service account is disabled. Enable it.';
    case signInErrors.accountExpired:
      return 'The service account has expired. Extend it.';
    case signInErrors.passwordExpired:
    case signInErrors.mustChange:
      return 'The password of the service account has expired or must be changed. Set a new one, and give it to Latchkey.';
    case signInErrors.hours:
    case signInErrors.workstation:
      return 'The service account may not sign in at this hour or from this machine. Remove that restriction.';
    default:
      return 'Check the name and the password of the service account.';
  }
}

/** Another try would count towards the lock of the service account. Any other reason is told to the right password only. */
export const isWrongPassword = (trouble: Trouble): boolean =>
  trouble.is === 'answered' &&
  trouble.code === resultCodes.invalidCredentials &&
  !rightPassword.some((data) => data === trouble.data);

const { locked, disabled, accountExpired, passwordExpired, mustChange } = signInErrors;
const rightPassword: readonly number[] = [locked, disabled, accountExpired, passwordExpired, mustChange];

/** Nothing was done, and another controller may be able to. */
export const isAboutController = (trouble: Trouble): boolean =>
  trouble.is === 'lost'
    ? !trouble.isSent
    : [resultCodes.referral, resultCodes.busy, resultCodes.unavailable].some((code) => code === trouble.code);
