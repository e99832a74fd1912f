// Signing keys of the tenant: issues and checks RS256 tokens, publishes the JWKS, rotates the keys.
import { randomBytes } from 'node:crypto';
import {
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';

type SigningKey = { readonly kid: string; readonly privateKey: CryptoKey; readonly jwk: JWK };
export type Keyring = { current: SigningKey; readonly published: SigningKey[] };

async function generateKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = randomBytes(16).toString('base64url');
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } };
}

// RSA generation is the slowest operation here, so all tenants of one process start with the same key, and share one
// foreign key for forgeries.
let firstKey: Promise<SigningKey> | undefined;
let foreignKey: Promise<SigningKey> | undefined;

export async function createKeyring(): Promise<Keyring> {
  firstKey ??= generateKey();
  const current = await firstKey;
  return { current, published: [current] };
}

/** From now on a new key signs. The old one stays published unless it is revoked. */
export async function rotate(keyring: Keyring, options: { readonly revokeOld?: boolean } = {}): Promise<void> {
  const next = await generateKey();
  if (options.revokeOld === true) keyring.published.length = 0;
  keyring.published.unshift(next);
  keyring.current = next;
}

export function jwks(keyring: Keyring): { readonly keys: readonly JWK[] } {
  return { keys: keyring.published.map((key) => key.jwk) };
}

/** Signs with the current key, or with a foreign key under the current key's id. */
export async function sign(keyring: Keyring, payload: JWTPayload, signer: 'own' | 'foreign' = 'own'): Promise<string> {
  foreignKey ??= signer === 'foreign' ? generateKey() : undefined;
  const stranger = signer === 'foreign' ? await foreignKey : undefined;
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keyring.current.kid })
    .sign((stranger ?? keyring.current).privateKey);
}

export type Checked =
  | { readonly kind: 'valid'; readonly payload: JWTPayload }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' };

export async function check(
  keyring: Keyring,
  token: string,
  expected: { readonly issuer: string; readonly audience: string; readonly now: number },
): Promise<Checked> {
  try {
    const keys = createLocalJWKSet({ keys: keyring.published.map((key) => key.jwk) });
    const { payload } = await jwtVerify(token, keys, {
      issuer: expected.issuer,
      audience: expected.audience,
      algorithms: ['RS256'],
      currentDate: new Date(expected.now),
    });
    return { kind: 'valid', payload };
  } catch (error) {
    const expired = error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED';
    return { kind: expired ? 'expired' : 'invalid' };
  }
}
