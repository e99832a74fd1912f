// The schema of every request that we send and every answer that we read. No other field of an answer is kept.
import { z } from 'zod';

/** Auth0 leaves fields out or, for some connections, sends null. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
/** Fields of linked identities: a value that is not understood is dropped, and an identity without it is not a contact. */
const ownText = z.string().min(1).optional().catch(undefined);
/** Whatever is not a boolean counts as "not verified". */
const flag = z.boolean().optional().catch(false);

const identityAnswer = z.object({
  connection: z.string(),
  provider: z.string(),
  user_id: z.union([z.string(), z.number()]).transform(String),
  profileData: z
    .object({
      email: ownText,
      email_verified: flag,
      phone_number: ownText,
      phone_verified: flag,
      username: ownText,
    })
    .optional()
    .catch(undefined),
});

export const userAnswer = z.object({
  user_id: z.string().min(1),
  email: text,
  email_verified: flag,
  username: text,
  phone_number: text,
  phone_verified: flag,
  given_name: text,
  identities: z.array(identityAnswer).min(1),
  app_metadata: z.record(z.string(), z.json()).nullish(),
  /** Anything but a boolean refuses the answer: a block must not be overlooked. */
  blocked: z.boolean().optional(),
  last_password_reset: text,
});
export type UserAnswer = z.infer<typeof userAnswer>;
export type IdentityAnswer = z.infer<typeof identityAnswer>;

export const usersAnswer = z.array(userAnswer);

export const blocksAnswer = z.object({
  /** Auth0's documentation calls `connection` an identifier and says no more: it may be a name, or an id like `con_…`. */
  blocked_for: z.array(z.object({ identifier: ownText, connection: ownText })).optional(),
});

/** No policy needs a link that is valid for more than a day. */
export const longestTtlSeconds = 86_400;
export const ticketRequest = z.strictObject({
  user_id: z.string().min(1),
  /** Never 0: Auth0 takes that as five days. */
  ttl_sec: z.int().min(1).max(longestTtlSeconds),
});
export const ticketAnswer = z.object({ ticket: z.url() });

export const revokeAccessRequest = z.strictObject({ preserve_refresh_tokens: z.literal(false) });

/** Answers without a body. */
export const nothing = z.unknown().transform(() => undefined);

const logEntry = z.object({ type: ownText, user_id: ownText, date: ownText });
export type LogEntry = z.infer<typeof logEntry>;
/** A plain list, or an object with totals, which some tenants still send. */
export const logsAnswer = z.union([
  z.array(logEntry),
  z.object({ logs: z.array(logEntry) }).transform((page) => page.logs),
]);

export const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

const credentials = { client_id: z.string().min(1), client_secret: z.string().min(1) };
export const startRequest = z.discriminatedUnion('connection', [
  z.strictObject({ ...credentials, connection: z.literal('email'), email: z.string().min(3), send: z.literal('code') }),
  z.strictObject({
    ...credentials,
    connection: z.literal('sms'),
    phone_number: z.string().min(4),
    send: z.literal('code'),
  }),
]);
export const startAnswer = z.object({ _id: ownText });

export const otpGrant = 'http://auth0.com/oauth/grant-type/passwordless/otp';
/**
 * The form of a code; anything else is wrong, without asking Auth0. Auth0 permits 4 to 40 digits (`options.totp.length`), NIST
 * requires at least 6.
 */
export const codeShape = /^\d{6,40}$/;
export const exchangeRequest = z.strictObject({
  ...credentials,
  grant_type: z.literal(otpGrant),
  realm: z.enum(['email', 'sms']),
  username: z.string().min(1),
  otp: z.string().regex(codeShape),
  /** `openid` and no more: no refresh token, no profile. */
  scope: z.literal('openid'),
});
export const exchangeAnswer = z.object({ id_token: z.string().min(1) });

/** Both forms of a refusal: the Management API's `errorCode` and OAuth's `error`. The text is read only where no code decides. */
export const refusalAnswer = z.object({
  errorCode: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
});
