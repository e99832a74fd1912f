// Everything that the emulated tenant stores, as plain data in memory. The behaviour is in the sibling files; nothing
// here handles HTTP.

export type ProfileData = {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly phone_number?: string;
  readonly phone_verified?: boolean;
  readonly username?: string;
  readonly name?: string;
};

export type Identity = {
  readonly provider: string;
  /** Without the provider's prefix: `507f…` of `auth0|507f…`, `Conn|guid` of `ad|Conn|guid`. */
  readonly id: string;
  readonly connection: string;
  readonly profileData?: ProfileData;
};

export type Session = { readonly id: string; readonly createdAt: number; readonly ip: string };
export type RefreshToken = { readonly id: string; readonly createdAt: number; readonly sessionId: string };

export type User = {
  readonly userId: string;
  readonly createdAt: number;
  updatedAt: number;
  email: string | undefined;
  /** Undefined where nobody said: Auth0's connector for Active Directory leaves the field out. */
  emailVerified: boolean | undefined;
  phoneNumber: string | undefined;
  phoneVerified: boolean;
  username: string | undefined;
  name: string;
  nickname: string;
  givenName: string | undefined;
  familyName: string | undefined;
  identities: Identity[];
  appMetadata: Record<string, unknown>;
  userMetadata: Record<string, unknown>;
  blocked: boolean;
  password: string | undefined;
  /** Merged over the record that the API returns. */
  readonly record: Readonly<Record<string, unknown>>;
  passwordHistory: string[];
  lastPasswordResetAt: number | undefined;
  lastLoginAt: number | undefined;
  lastIp: string | undefined;
  loginsCount: number;
  sessions: Session[];
  refreshTokens: RefreshToken[];
};

export type Connection = {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
  online: boolean;
  /** An AD connector with write-back enabled accepts passwords by PATCH. */
  writeBack: boolean;
};

export type Code = {
  readonly code: string;
  readonly expiresAt: number;
  wrong: number;
  status: 'live' | 'dead' | 'used';
};

export type Ticket = {
  readonly secret: string;
  readonly userId: string;
  readonly expiresAt: number;
  readonly markEmailAsVerified: boolean;
  status: 'live' | 'used' | 'void';
};

export type Block = {
  readonly identifier: string;
  readonly ip: string | undefined;
  readonly connection: string;
  readonly lockedAt: number;
  readonly lastFailureAt: number;
};

export type LogEntry = {
  readonly log_id: string;
  readonly _id: string;
  readonly date: string;
  readonly type: string;
  readonly description: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly ip: string;
  readonly isMobile: boolean;
  readonly user_id?: string;
  readonly user_name?: string;
  readonly connection?: string;
  readonly connection_id?: string;
  readonly strategy?: string;
  readonly strategy_type?: string;
  readonly details?: Readonly<Record<string, unknown>>;
};

/** A message that was delivered to a mailbox or a phone. `code` is absent where a link was sent. */
export type Delivery = {
  readonly to: string;
  readonly channel: 'email' | 'sms';
  readonly code: string | undefined;
  readonly at: number;
  readonly text: string;
};

/** Ways in which Auth0 may answer wrongly or differently. Each is off until a test or the page turns it on. */
export type Misbehaviour = {
  foreignSignature: boolean;
  wrongSub: boolean;
  wrongAud: boolean;
  wrongIssuer: boolean;
  staleIat: boolean;
  /** A proxy on the way removes the header `Date`. */
  noDate: boolean;
  noIdToken: boolean;
  mfaRequired: boolean;
  /** The `_id` in the answer of passwordless start is not that of the identity. */
  idMismatch: boolean;
  /** 403 "This feature is not enabled for this tenant." for sessions and refresh tokens. */
  sessionsUnavailable: boolean;
  /** 403 insufficient_scope for everything under logs. */
  logsForbidden: boolean;
  /** Start answers 200, but no mail or text message arrives. */
  codesLost: boolean;
  /** No code is sent to a linked contact whose primary account is blocked. Unconfirmed at Auth0, hence a switch. */
  silentWhenPrimaryBlocked: boolean;
  /** Using a ticket also clears an administrator's block. Unconfirmed at Auth0, hence a switch. */
  ticketLiftsAdminBlock: boolean;
  /** Passwordless start refuses unknown addresses. */
  signUpDisabled: boolean;
  /** Codes have four digits, the smallest length that `options.totp.length` allows. */
  shortCodes: boolean;
};

export function noMisbehaviour(): Misbehaviour {
  return {
    foreignSignature: false,
    wrongSub: false,
    wrongAud: false,
    wrongIssuer: false,
    staleIat: false,
    noDate: false,
    noIdToken: false,
    mfaRequired: false,
    idMismatch: false,
    sessionsUnavailable: false,
    logsForbidden: false,
    codesLost: false,
    silentWhenPrimaryBlocked: false,
    ticketLiftsAdminBlock: false,
    signUpDisabled: false,
    shortCodes: false,
  };
}
