// RSA keys: those that the Bot Connector publishes, and foreign ones.
import { randomBytes } from 'node:crypto';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK } from 'jose';

export type SigningKey = {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** The public key, for forgeries that use it as an HMAC secret. */
  readonly spki: string;
  readonly jwk: JWK;
};

async function generateKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomBytes(20).toString('base64url');
  const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', x5t: kid };
  return { kid, privateKey, publicKey, spki: await exportSPKI(publicKey), jwk };
}

// RSA generation is the slowest operation here, so all emulated services of one process start with the same keys.
const shared = new Map<string, Promise<SigningKey>>();

/** The key of this name; one for the whole process. */
export function keyNamed(name: 'connector' | 'other-channel' | 'stranger' | 'entra'): Promise<SigningKey> {
  const key = shared.get(name) ?? generateKey();
  shared.set(name, key);
  return key;
}

export type Keyring = {
  /** Signs requests to the bot. */
  current: SigningKey;
  /** Published, but endorsed for another channel. */
  readonly otherChannel: SigningKey;
  readonly stranger: SigningKey;
  readonly published: { readonly key: SigningKey; readonly endorsements: readonly string[] }[];
};

export async function createKeyring(): Promise<Keyring> {
  const [current, otherChannel, stranger] = await Promise.all([
    keyNamed('connector'),
    keyNamed('other-channel'),
    keyNamed('stranger'),
  ]);
  const published = [
    { key: current, endorsements: ['msteams'] },
    { key: otherChannel, endorsements: ['webchat'] },
  ];
  return { current, otherChannel, stranger, published };
}

/** From now on a new key signs. The old one stays published unless it is revoked. */
export async function rotate(keyring: Keyring, options: { readonly revokeOld?: boolean } = {}): Promise<void> {
  const old = keyring.current;
  const next = await generateKey();
  keyring.published.unshift({ key: next, endorsements: ['msteams'] });
  keyring.current = next;
  if (options.revokeOld !== true) return;
  const index = keyring.published.findIndex(({ key }) => key === old);
  keyring.published.splice(index, 1);
}

export function jwks(keyring: Keyring): { readonly keys: readonly object[] } {
  return { keys: keyring.published.map(({ key, endorsements }) => ({ ...key.jwk, endorsements })) };
}
