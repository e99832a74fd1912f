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

/** `method`: as the API names what somebody signed in with. */
export type Session = {
  readonly id: string;
  readonly createdAt: number;
  readonly ip: string;
  readonly method: 'pwd' | 'email' | 'sms';
};
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
  readonly multifactor?: readonly string[];
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
  options: Record<string, unknown>;
  /** Ids of the applications that may use it. */
  readonly clients: Set<string>;
  /** Everything else that the API shows. */
  fields: Record<string, unknown>;
  /** Whether a connector of this Active Directory connection is connected. */
  online: boolean;
  /** It takes passwords by PATCH. */
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
  readonly user_agent?: string;
  readonly location_info?: Readonly<Record<string, unknown>>;
  readonly user_id?: string;
  readonly user_name?: string;
  readonly connection?: string;
  readonly connection_id?: string;
  readonly strategy?: string;
  readonly strategy_type?: string;
  readonly details?: Readonly<Record<string, unknown>>;
};

/** What `GET /authorize` asked for, once it has been checked. */
export type SignInRequest = {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly challenge: string;
  readonly scopes: readonly string[];
  readonly loginHint: string;
  /** The only connection that may be used; undefined for any. */
  readonly connection: string | undefined;
  /** In seconds; undefined where it was not asked for. The token says `auth_time` only where it was. */
  readonly maxAge: number | undefined;
};

/** A sign-in page that is open in one browser. */
export type OpenSignIn = {
  readonly request: SignInRequest;
  /** The cookie of the browser to which the page was given. */
  readonly browser: string;
  readonly csrf: string;
  readonly expiresAt: number;
  /** Of a sign-in by code: where the code was sent. */
  codeTo?: string;
};

/** What an authorization code stands for. */
export type Grant = {
  readonly request: SignInRequest;
  readonly userId: string;
  readonly sessionId: string;
  /** When the password was typed, in epoch milliseconds; a code of a silent sign-in has that of its session. */
  readonly signedInAt: number;
  readonly expiresAt: number;
};

/** Whose session a browser's cookie stands for. */
export type BrowserSession = { readonly userId: string; readonly sessionId: string };

/** A user as the search knows them. */
export type IndexedUser = {
  readonly record: Readonly<Record<string, unknown>>;
  readonly identities: readonly Pick<Identity, 'connection' | 'provider' | 'profileData'>[];
};

/** A message that was delivered to a mailbox or a phone. `code` is absent where a link was sent. */
export type Delivery = {
  readonly to: string;
  readonly channel: 'email' | 'sms';
  readonly code: string | undefined;
  readonly at: number;
  readonly text: string;
};

/** What happened at the tenant itself, whatever it answered: for tests that compare who proved what with what was linked. */
export type Witnessed = { readonly at: number } /** An authorization code was redeemed for this account. */ & (
  | { readonly what: 'signed-in'; readonly account: string }
  /** The account's password was given to an application, which asked whether it is right. */
  | { readonly what: 'knew-password'; readonly account: string }
  /** A code that was sent to this address came back. */
  | { readonly what: 'proven'; readonly address: string }
  | { readonly what: 'linked'; readonly account: string; readonly address: string }
);

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
  /** The token of a sign-in does not say when the person signed in. */
  noAuthTime: boolean;
  /** It says that they signed in an hour before they did. */
  oldAuthTime: boolean;
  noNonce: boolean;
  wrongNonce: boolean;
  /** The token of a sign-in belongs to this user, whoever signed in. */
  subIs: string | undefined;
  /** An Action refuses every sign-in in the browser. */
  signInDenied: boolean;
  /** The sign-in page itself tells a person that an administrator blocked them; Auth0 sends them back with an error. */
  blockedToldOnPage: boolean;
  mfaRequired: boolean;
  /** The `_id` in the answer of passwordless start is not that of the identity. */
  idMismatch: boolean;
  /** 403 "This feature is not enabled for this tenant." for sessions and refresh tokens. */
  sessionsUnavailable: boolean;
  /** 403 insufficient_scope for everything under logs. */
  logsForbidden: boolean;
  /** The entry of a sign-in does not say of which session it is. Published as optional, hence a switch. */
  logsWithoutSession: boolean;
  /**
   * The entry of a sign-in names the connection of the account's main identity at its top, whichever was used; its prompts name the
   * right one. The published description permits either, hence a switch.
   */
  logsNameMainConnection: boolean;
  /** The entry of a sign-in by a linked contact has the id of that contact in place of the account's. Unconfirmed at Auth0. */
  logsUnderContact: boolean;
  /** Start answers 200, but no mail or text message arrives. */
  codesLost: boolean;
  /** No code is sent to a linked contact whose primary account is blocked. Unconfirmed at Auth0, hence a switch. */
  silentWhenPrimaryBlocked: boolean;
  /** Using a ticket also clears an administrator's block. Unconfirmed at Auth0, hence a switch. */
  ticketLiftsAdminBlock: boolean;
  /** Passwordless start refuses unknown addresses. */
  signUpDisabled: boolean;
  /** It answers 200 for them and sends nothing. What Auth0 does is not confirmed, hence a switch. */
  unknownIgnored: boolean;
  /** On the tenant's own page for a new password the options are JSON as a text, with no field for the length. Which is so is not confirmed. */
  complexityAsText: boolean;
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
    noAuthTime: false,
    oldAuthTime: false,
    noNonce: false,
    wrongNonce: false,
    subIs: undefined,
    signInDenied: false,
    blockedToldOnPage: false,
    mfaRequired: false,
    idMismatch: false,
    sessionsUnavailable: false,
    logsForbidden: false,
    logsWithoutSession: false,
    logsNameMainConnection: false,
    logsUnderContact: false,
    codesLost: false,
    silentWhenPrimaryBlocked: false,
    ticketLiftsAdminBlock: false,
    signUpDisabled: false,
    unknownIgnored: false,
    complexityAsText: false,
    shortCodes: false,
  };
}
