// The schema of every request that we send and every answer that we read. No other field of an answer is kept.
import { z } from 'zod';
import { unreadFields } from '../outbound/unread-fields.ts';

/** Auth0 leaves fields out or, for some connections, sends null. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
/**
 * Fields that decide nothing by themselves: a form that is not understood counts as absent. Tenants write lists, numbers and
 * objects into them, by their own scripts and mappers.
 */
const decoration = text.catch(undefined);
/** Fields of linked identities: a value that is not understood is dropped, and an identity without it is not a contact. */
const ownText = z.string().min(1).optional().catch(undefined);
/** Absent and null say nothing. Whatever else is not a boolean counts as "not verified". */
const flag = z
  .union([z.boolean(), z.null().transform(() => undefined)])
  .optional()
  .catch(false);

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
export type IdentityAnswer = z.infer<typeof identityAnswer>;

/** Strict on what decides: the id, the address, the main identity, a block, and what the policy's rules look at. */
export const userAnswer = z
  .object({
    user_id: z.string().min(1),
    email: text,
    email_verified: flag,
    username: decoration,
    phone_number: decoration,
    phone_verified: flag,
    given_name: decoration,
    family_name: decoration,
    name: decoration,
    nickname: decoration,
    /** A linked identity that cannot be read is undefined; its place shows which one is first. */
    identities: z.array(identityAnswer.optional().catch(undefined)).min(1),
    app_metadata: z.record(z.string(), z.json()).nullish(),
    /** Anything but a boolean refuses the answer: a block must not be overlooked. */
    blocked: z.boolean().optional(),
    /** The providers of second factors that the user has enrolled. A rule may ask more of such an account, so doubt counts as one. */
    multifactor: z
      .array(z.unknown())
      .nullish()
      .transform((providers) => (providers ?? []).length > 0)
      .catch(true),
    last_password_reset: decoration,
    created_at: decoration,
    /** Absent: nobody has ever signed in with it. What cannot be read may be any number. */
    logins_count: z
      .int()
      .min(0)
      .nullish()
      .transform((count) => count ?? 0)
      .catch(Number.POSITIVE_INFINITY),
  })
  .refine((user) => mainIdentity(user) !== undefined, { path: ['identities'] });
export type UserAnswer = z.infer<typeof userAnswer>;

/** The identity that the user id is made of. Auth0 lists it first. Undefined where it cannot be told, because one is unreadable. */
export function mainIdentity(user: {
  readonly user_id: string;
  readonly identities: readonly (IdentityAnswer | undefined)[];
}): IdentityAnswer | undefined {
  const own = user.identities.find((each) => each !== undefined && `${each.provider}|${each.user_id}` === user.user_id);
  return own ?? (user.identities.includes(undefined) ? undefined : user.identities[0]);
}

/** One of the users that a search found. `unreadable`: the names of the fields because of which it cannot be judged. */
export type FoundUser =
  | { readonly is: 'user'; readonly user: UserAnswer }
  | { readonly is: 'unreadable'; readonly fields: readonly string[] };

/** Each user is read alone: one that cannot be read does not spoil the others. */
export const usersAnswer = z.array(
  userAnswer
    .transform((user): FoundUser => ({ is: 'user', user }))
    .catch(({ issues }) => ({ is: 'unreadable', fields: unreadFields(issues) })),
);

/** Of a search with totals. */
export const foundUsersAnswer = z.object({ users: usersAnswer }).transform(({ users }) => users);
export const totalAnswer = z.object({ total: z.int().min(0) }).transform(({ total }) => total);

export const blocksAnswer = z.object({
  /** Auth0's documentation calls `connection` an identifier and says no more: it may be a name, or an id like `con_…`. */
  blocked_for: z
    .array(z.object({ identifier: ownText, connection: ownText }).catch({}))
    .nullish()
    .transform((blocks) => blocks ?? []),
});

/** Merged at its first level only: other keys of `app_metadata` stay, and `latchkey` is replaced whole. */
export const recordRequest = z.strictObject({
  app_metadata: z.strictObject({ latchkey: z.record(z.string(), z.json()) }),
});

/** Only the password: Auth0 refuses it together with an address. `connection`: the one of the main identity. */
export const passwordRequest = z.strictObject({ password: z.string().min(1), connection: z.string().min(1) });
/** The changed user is not read. */
export const updatedAnswer = z.looseObject({}).transform(() => undefined);

/** By id, never by a token: the token has proven its part before. */
export const linkRequest = z.strictObject({ provider: z.enum(['email', 'sms']), user_id: z.string().min(1) });

/** `verify_email: false`: or Auth0 mails a link to whoever has the address. */
export const createRequest = z.discriminatedUnion('connection', [
  z.strictObject({
    connection: z.literal('email'),
    email: z.string().min(3),
    email_verified: z.boolean(),
    verify_email: z.literal(false),
  }),
  z.strictObject({ connection: z.literal('sms'), phone_number: z.string().min(4), phone_verified: z.boolean() }),
]);
export const createdAnswer = z.object({ user_id: z.string().min(1) });

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
  z.array(logEntry.catch({})),
  z.object({ logs: z.array(logEntry.catch({})) }).transform((page) => page.logs),
]);

/**
 * Of a sign-in in the browser (type `s`). What is in `details` depends on the type and is published apart from the Management API;
 * `signInDetails` reads it. Any other form of it is `null`.
 */
const signInEntry = z.object({
  type: ownText,
  user_id: ownText,
  client_id: ownText,
  date: ownText,
  connection: ownText,
  strategy: ownText,
  strategy_type: ownText,
  details: z.record(z.string(), z.unknown()).nullish().catch(null),
});
export type SignInEntry = z.infer<typeof signInEntry>;
export const signInsAnswer = z.union([
  z.array(signInEntry.catch({ details: null })),
  z.object({ logs: z.array(signInEntry.catch({ details: null })) }).transform((page) => page.logs),
]);

/** Of a failed sign-in, of a lock, or of its end. Whatever says from where it came is optional; the address is not read. */
const failureEntry = z.object({
  type: ownText,
  user_id: ownText,
  user_name: ownText,
  connection: ownText,
  client_id: ownText,
  client_name: ownText,
  date: ownText,
  isMobile: z.boolean().optional().catch(undefined),
  user_agent: ownText,
  location_info: z.object({ country_code: ownText }).optional().catch(undefined),
});
export type FailureEntry = z.infer<typeof failureEntry>;
export const failuresAnswer = z.union([
  z.array(failureEntry.catch({})),
  z.object({ logs: z.array(failureEntry.catch({})) }).transform((page) => page.logs),
]);

const optional = z.string().optional();
/** Strict: each of these can show that a code was enough, so one that cannot be read leaves the way unknown. */
export const signInDetails = z.object({
  session_id: optional,
  prompts: z
    .array(z.object({ name: optional, connection: optional, strategy: optional, passwordless_amr: optional }))
    .optional(),
});

export const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  /** Words with spaces between them; only the doctor looks at it. */
  scope: decoration,
});

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
export const mailLinkRequest = z.strictObject({
  client_id: z.string().min(1),
  connection: z.string().min(1),
  email: z.string().min(3),
});
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
export const passwordRealmGrant = 'http://auth0.com/oauth/grant-type/password-realm';
/** With a realm the grant `password` may go to the tenant's default directory, so it is this one. */
export const passwordCheckRequest = z.strictObject({
  ...credentials,
  grant_type: z.literal(passwordRealmGrant),
  realm: z.string().min(1),
  username: z.string().min(1),
  password: z.string().min(1),
  scope: z.literal('openid'),
});
export const exchangeAnswer = z.object({ id_token: z.string().min(1) });

/** Both forms of a refusal: the Management API's `errorCode` and OAuth's `error`. The text is read only where no code decides. */
export const refusalAnswer = z.object({
  errorCode: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
});
