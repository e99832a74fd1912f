// The documents of the REST flow, as schemas: what is read, what is answered, and the description at /rest/openapi.json come from here.
import { z } from 'zod';

/** What the client has to do next. `PENDING` and `APPROVAL_REQUIRED`: ask `status` again. */
export const nextSteps = [
  'USERNAME_REQUIRED',
  'EMAIL_OTP_REQUIRED',
  'SMS_OTP_REQUIRED',
  'CONTACT_REQUIRED',
  'RECOVERY_CODE_REQUIRED',
  'APPROVAL_REQUIRED',
  'PENDING',
  'NEW_PASSWORD_REQUIRED',
  'PASSWORD_LINK_REQUIRED',
  'PASSWORD_LINK_MAILED',
] as const;
export type NextStep = (typeof nextSteps)[number];

export const errorCodes = [
  'INVALID_DOCUMENT',
  'OTP_WRONG',
  'OTP_EXPIRED',
  'AUTHENTICATION_FAILED',
  'RECOVERY_CODE_WRONG',
  'CONTACT_UNKNOWN',
  'PASSWORD_POLICY_VIOLATED',
  'NOT_AUTHORIZED',
  'FOREIGN_ORIGIN',
  'APPROVAL_DENIED',
  'ACCOUNT_BLOCKED',
  'ACCOUNT_PAUSED',
  'HELPDESK_NEEDED',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'REQUEST_TIMEOUT',
  'BUSY',
  'OUTCOME_UNKNOWN',
  'EXPIRED',
  'CANCELLED',
  'TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'TOO_MANY_REQUESTS',
  'LIMIT_REACHED',
  'INTERNAL_ERROR',
  'SERVICE_UNAVAILABLE',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** Of the document. */
export const statusOf: Readonly<Record<ErrorCode, number>> = {
  INVALID_DOCUMENT: 400,
  OTP_WRONG: 400,
  OTP_EXPIRED: 400,
  AUTHENTICATION_FAILED: 400,
  RECOVERY_CODE_WRONG: 400,
  CONTACT_UNKNOWN: 400,
  PASSWORD_POLICY_VIOLATED: 400,
  NOT_AUTHORIZED: 401,
  FOREIGN_ORIGIN: 403,
  APPROVAL_DENIED: 403,
  ACCOUNT_BLOCKED: 403,
  ACCOUNT_PAUSED: 403,
  HELPDESK_NEEDED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  BUSY: 409,
  OUTCOME_UNKNOWN: 409,
  EXPIRED: 410,
  CANCELLED: 410,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  LIMIT_REACHED: 429,
  INTERNAL_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
};

/** The rule that a new password does not keep. */
export const passwordDetails = [
  'SAME_AS_OLD',
  'TOO_SHORT',
  'TOO_LONG',
  'MISSING_CHARACTER_CLASS',
  'REPEATED_CHARACTERS',
  'TOO_WEAK',
  'COMMON',
  'CONTAINS_NAME',
  'CONTROL_CHARACTER',
  'NOT_ASCII',
  'NOT_ACCEPTED',
] as const;
export type PasswordDetail = (typeof passwordDetails)[number];

export const results = ['PASSWORD_CHANGED', 'UNLOCKED', 'NOT_LOCKED'] as const;
export type FlowResult = (typeof results)[number];

/** What each step sends: one member, and no more. */
export const bodies = {
  identify: z.strictObject({ username: z.string() }),
  code: z.strictObject({ otp: z.string() }),
  recoveryCode: z.strictObject({ recoveryCode: z.string() }),
  contact: z.strictObject({ contact: z.string() }),
  password: z.strictObject({ newPassword: z.string() }),
} as const;

const documentType = 'jsonapi.metadata.document';
const sessionType = 'public-self-service.session';

const instantText = z.iso.datetime({ offset: true });
const meta = z.strictObject({
  type: z.literal(documentType),
  timestamp: instantText,
});
const maskedContact = z.strictObject({ id: z.string(), channel: z.enum(['email', 'sms']), masked: z.string() });

const attributes = z.strictObject({
  nextStep: z.enum(nextSteps).exactOptional(),
  result: z.enum(results).exactOptional(),
  mustChange: z.literal(true).exactOptional(),
  contact: maskedContact.exactOptional(),
  contacts: z.array(maskedContact).exactOptional(),
  recoveryCode: z.literal(true).exactOptional(),
  approvals: z.strictObject({ needed: z.int(), given: z.int() }).exactOptional(),
  link: z.url().exactOptional(),
  until: instantText.exactOptional(),
});
export type StepAttributes = z.output<typeof attributes>;

export const sessionDocument = z
  .strictObject({
    data: z.strictObject({ type: z.literal(sessionType), id: z.string(), attributes }),
    meta,
  })
  .meta({ id: 'SessionDocument' });
export type SessionDocument = z.output<typeof sessionDocument>;

const problem = z.strictObject({
  id: z.string(),
  status: z.string(),
  code: z.enum(errorCodes),
  source: z.strictObject({ pointer: z.string() }).exactOptional(),
  meta: z.strictObject({ detail: z.string().exactOptional(), attemptsLeft: z.int().exactOptional() }).exactOptional(),
});
export const errorDocument = z
  .strictObject({
    errors: z.array(problem).min(1),
    meta: meta.extend({ nextStep: z.enum(nextSteps).exactOptional() }),
  })
  .meta({ id: 'ErrorDocument' });
export type ErrorDocument = z.output<typeof errorDocument>;

export const documentTypes = { document: documentType, session: sessionType } as const;
