// Translates Teams' failures into ours, by status and code only, never by message text. No text of an answer is passed on.
import { z } from 'zod';
import type { Failure } from '../../flows/outcome.ts';
import { parseJson } from '../../outbound/answer-text.ts';

/** An answer of the connector that is not a success. */
export interface Refused {
  readonly status: number;
  /** `error.code` of the answer, if it is well-formed. */
  readonly code?: string;
  readonly retryAfterMs?: number;
}

const secretRemedy =
  'Set TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID to those of the bot’s own single-tenant registration.';

/** Source: msteams-docs, conversation-messages, status codes of the bot conversation APIs. */
export function connectorFailure({ status, code, retryAfterMs }: Refused): Failure {
  const cause = code ?? `http-${status}`;
  if (status === 401) return { kind: 'misconfigured', retry: 'later', cause, remedy: secretRemedy };
  if (status === 429) {
    return { kind: 'rate-limited', retry: 'later', retryAfterMs: retryAfterMs ?? unknownPauseMs, cause: 'throttled' };
  }
  if (status === 403) return { kind: 'refused', retry: 'never', cause };
  if (status === 404) return { kind: 'absent', retry: 'never', cause };
  if (status === 412) return { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause };
  if (status >= 500) return { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause };
  return { kind: 'refused', retry: 'never', cause };
}

/** Used where Teams answers 429 without `Retry-After`. */
const unknownPauseMs = 5_000;

const connectorError = z.object({ error: z.object({ code: z.string() }) });
const codeShape = /^[A-Za-z][A-Za-z0-9]{1,63}$/;

export function codeOf(body: string): string | undefined {
  const parsed = connectorError.safeParse(jsonOf(body));
  return parsed.success && codeShape.test(parsed.data.error.code) ? parsed.data.error.code : undefined;
}

const entraError = z.object({ error: z.string(), error_codes: z.array(z.int()).optional() });

/** By Entra's error number. Source: learn.microsoft.com, Microsoft Entra authentication and authorization error codes. */
const remedies: Readonly<Record<number, string>> = {
  7000215: 'TEAMS_APP_PASSWORD is not a secret of this app: paste the value of a client secret, not its id.',
  7000222: 'The client secret has expired: make a new one and set TEAMS_APP_PASSWORD.',
  7000216: 'Entra received no secret: set TEAMS_APP_PASSWORD to the value of a client secret of this app.',
  700016: 'TEAMS_APP_ID is not an app of the tenant TEAMS_TENANT_ID: take both from the same app registration.',
  7000229: 'TEAMS_APP_ID is an app of another tenant: register the bot’s app in TEAMS_TENANT_ID, as single tenant.',
  7000112: 'The app is disabled in Entra: enable it under Enterprise applications → the app → Properties.',
  90002: 'TEAMS_TENANT_ID is not a tenant: copy the Directory (tenant) ID of the app registration.',
  900023: 'TEAMS_TENANT_ID is not the id of a tenant: copy the Directory (tenant) ID of the app registration.',
  53003: 'A Conditional Access policy of the tenant blocks this app: allow it for the address of this server.',
  500011: 'The tenant does not know the Bot Framework: create the Azure Bot with this app registration first.',
};

export function loginFailure({ status, retryAfterMs }: Refused, body: string): Failure {
  if (status === 429) return connectorFailure({ status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  const answer = jsonOf(body);
  // Every refusal of Entra is JSON. Anything else is a gateway's page, whatever its status.
  if (status >= 500 || answer === undefined) return notEntra(status);
  const parsed = entraError.safeParse(answer);
  const number = parsed.success ? parsed.data.error_codes?.[0] : undefined;
  const cause = number === undefined ? `login-http-${status}` : `AADSTS${number}`;
  return {
    kind: 'misconfigured',
    retry: 'later',
    cause,
    remedy: (number === undefined ? undefined : remedies[number]) ?? secretRemedy,
  };
}

/** Without a token the call to Teams never left. */
export const notEntra = (status: number): Failure => ({
  ...{ kind: 'unreachable', retry: 'later', mayHaveHappened: false },
  cause: `login-http-${status}`,
});

/** Entra's and the connector's errors are a few hundred characters. Anything longer than this is not parsed. */
const charsAtMost = 64 * 1024;

const jsonOf = (text: string): unknown => (text.length > charsAtMost ? undefined : parseJson(text));
