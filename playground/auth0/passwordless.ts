// Passwordless login by code: sends a code, and exchanges it for a token that proves who holds the address.
import { randomInt } from 'node:crypto';
import {
  type Holder,
  holderOf,
  insertPasswordless,
  objectId,
  type PasswordlessProvider,
  storedAddress,
} from './accounts.ts';
import { type Answer, oauthError, ok } from './answer.ts';
import { forgetFailures, isBlocked, recordFailure } from './blocks.ts';
import { codesOf, connectionNamed, refusesSignUp } from './connections.ts';
import { writeLog } from './logs.ts';
import type { Code, Delivery, User } from './state.ts';
import type { Tenant } from './tenant.ts';

/** The third wrong code invalidates the code. */
const wrongCodesAllowed = 3;

export type Fields = Readonly<Record<string, string>>;

function codeKey(provider: PasswordlessProvider, address: string): string {
  return `${provider}:${address}`;
}

function newCode(tenant: Tenant, provider: PasswordlessProvider, key: string): string {
  const previous = tenant.codes.get(key)?.code;
  let code: string;
  const { digits, seconds } = codesOf(tenant, provider);
  do code = String(randomInt(10 ** digits)).padStart(digits, '0');
  while (code === previous);
  tenant.codes.set(key, { code, expiresAt: tenant.now() + seconds * 1000, wrong: 0, status: 'live' });
  return code;
}

export function deliver(tenant: Tenant, delivery: Delivery): void {
  if (tenant.misbehave.codesLost) return;
  tenant.outbox.push(delivery);
  for (const listener of tenant.deliveryListeners) listener(delivery);
}

function deliverCode(tenant: Tenant, provider: PasswordlessProvider, address: string): void {
  const code = newCode(tenant, provider, codeKey(provider, address));
  const text = `${tenant.name}: your verification code is ${code}`;
  deliver(tenant, { to: address, channel: provider, code, at: tenant.now(), text });
}

/**
 * What Auth0 mails when the request did not ask for a code. A link is of no use in a chat, so a test should notice it.
 */
function deliverLink(tenant: Tenant, address: string): void {
  const text = `${tenant.name}: click to log in: ${tenant.issuer}passwordless/verify_redirect?connection=email`;
  deliver(tenant, { to: address, channel: 'email', code: undefined, at: tenant.now(), text });
}

type Requested =
  | { readonly kind: 'address'; readonly provider: PasswordlessProvider; readonly address: string }
  | { readonly kind: 'refused'; readonly answer: Answer };

function requestedAddress(fields: Fields): Requested {
  const connection = fields['connection'];
  if (connection === 'email') {
    const address = storedAddress('email', fields['email'] ?? '');
    if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) return { kind: 'address', provider: 'email', address };
    return { kind: 'refused', answer: oauthError(400, 'bad.email', 'error in email - email format validation failed') };
  }
  if (connection === 'sms') {
    const address = fields['phone_number'] ?? '';
    if (/^\+[0-9]{1,15}$/.test(address)) return { kind: 'address', provider: 'sms', address };
    return {
      kind: 'refused',
      answer: oauthError(400, 'bad.phone_number', 'String does not match pattern: ^\\+[0-9]{1,15}$'),
    };
  }
  return { kind: 'refused', answer: oauthError(400, 'bad.connection', 'Connection does not exist') };
}

function startBody(tenant: Tenant, provider: PasswordlessProvider, address: string, holder: Holder) {
  const { user, identity } = holder;
  const _id = tenant.misbehave.idMismatch ? objectId() : identity.id;
  const profile = identity.profileData;
  if (provider === 'email')
    return { _id, email: address, email_verified: profile?.email_verified ?? user.emailVerified };
  return { _id, phone_number: address, phone_verified: profile?.phone_verified ?? user.phoneVerified };
}

/**
 * Auth0 sends nothing to a passwordless user whom an administrator has blocked; the answer is the same as when it
 * sends.
 */
function isSilenced(tenant: Tenant, { user, identity }: Holder): boolean {
  const linked = identity !== user.identities[0];
  return user.blocked && (!linked || tenant.misbehave.silentWhenPrimaryBlocked);
}

/** Handles the body of `/passwordless/start` once the client is authenticated. */
export function startPasswordless(tenant: Tenant, fields: Fields, ip: string): Answer {
  const requested = requestedAddress(fields);
  if (requested.kind === 'refused') return requested.answer;
  const { provider, address } = requested;
  const connection = connectionNamed(tenant, provider);
  if (connection?.clients.has(tenant.clientId) !== true) {
    return oauthError(400, 'bad.connection', 'Connection does not exist');
  }
  const known = holderOf(tenant, provider, address);
  if (known === undefined && tenant.misbehave.unknownIgnored) {
    const whom = provider === 'email' ? { email: address, email_verified: false } : { phone_number: address };
    return ok({ _id: objectId(), ...whom });
  }
  if (known === undefined && refusesSignUp(tenant, provider)) {
    return oauthError(400, 'bad.connection', 'Public signup is disabled');
  }
  if (known === undefined) insertPasswordless(tenant, { provider, address });
  const holder = holderOf(tenant, provider, address);
  if (holder === undefined) throw new Error('a passwordless user vanished while it was being created');
  if (!isSilenced(tenant, holder)) {
    const asLink = provider === 'email' && fields['send'] !== 'code';
    if (asLink) deliverLink(tenant, address);
    else deliverCode(tenant, provider, address);
    const type = asLink ? 'cls' : 'cs';
    writeLog(tenant, { type, description: 'Code/Link Sent', user: holder.user, connection: provider, ip });
  }
  return ok(startBody(tenant, provider, address, holder));
}

export type Exchange =
  | { readonly kind: 'proved'; readonly user: User; readonly provider: PasswordlessProvider }
  | { readonly kind: 'refused'; readonly answer: Answer };

const usedUp = oauthError(
  403,
  'invalid_grant',
  "You've reached the maximum number of attempts. Please try to login again.",
);
const expired = oauthError(403, 'invalid_grant', 'The verification code has expired. Please try to login again.');
const bruteForce = oauthError(
  429,
  'too_many_attempts',
  "Your account has been blocked after multiple consecutive login attempts. We've sent you an email with instructions on how to unblock it.",
);
const adminBlock = oauthError(403, 'unauthorized', 'user is blocked');

function wrong(provider: PasswordlessProvider): Answer {
  const what = provider === 'email' ? 'email' : 'phone number';
  return oauthError(403, 'invalid_grant', `Wrong ${what} or verification code.`);
}

/** Returns what is wrong with the code, or nothing where it is right. Invalidates the code where Auth0 would. */
function judge(
  tenant: Tenant,
  provider: PasswordlessProvider,
  code: Code | undefined,
  otp: string,
): Answer | undefined {
  if (code === undefined || code.status === 'used') return wrong(provider);
  if (code.status === 'dead') return usedUp;
  if (tenant.now() >= code.expiresAt) return expired;
  if (code.code === otp) {
    code.status = 'used';
    return undefined;
  }
  code.wrong += 1;
  if (code.wrong < wrongCodesAllowed) return wrong(provider);
  code.status = 'dead';
  return usedUp;
}

/**
 * The OTP grant. The token belongs to the account that the code proves; for a linked identity that is the primary
 * user's.
 */
export function exchangeCode(tenant: Tenant, fields: Fields, ip: string): Exchange {
  const realm = fields['realm'];
  const otp = fields['otp'];
  const username = fields['username'];
  if ((realm !== 'email' && realm !== 'sms') || otp === undefined || username === undefined) {
    const missing = otp === undefined ? 'otp' : username === undefined ? 'username' : 'realm';
    return { kind: 'refused', answer: oauthError(400, 'invalid_request', `Missing required parameter: ${missing}`) };
  }
  const address = storedAddress(realm, username);
  const holder = holderOf(tenant, realm, address);
  const user = holder?.user;
  const attempt = { identifier: address, ip, connection: realm, user };
  if (isBlocked(tenant, attempt)) return { kind: 'refused', answer: bruteForce };
  const refusal = judge(tenant, realm, tenant.codes.get(codeKey(realm, address)), otp);
  if (refusal !== undefined || user === undefined) {
    const description = 'Failed exchange of Passwordless OTP for Access Token';
    writeLog(tenant, { type: 'fepotpft', description, user, userName: address, connection: realm, ip });
    recordFailure(tenant, attempt);
    return { kind: 'refused', answer: refusal ?? wrong(realm) };
  }
  forgetFailures(tenant, attempt);
  if (user.blocked) {
    writeLog(tenant, { type: 'f', description: 'user is blocked', user, connection: realm, ip });
    return { kind: 'refused', answer: adminBlock };
  }
  if (realm === 'email' && user.email === address) user.emailVerified = true;
  if (realm === 'sms' && user.phoneNumber === address) user.phoneVerified = true;
  tenant.witnessed.push({ what: 'proven', address, at: tenant.now() });
  return { kind: 'proved', user, provider: realm };
}
