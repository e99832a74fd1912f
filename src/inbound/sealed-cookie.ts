// Seals what a browser keeps for us: nobody but this program can read or change it. The first key seals, all keys open, so that
// keys can be rotated. Every sealed value has the same length, so the length says nothing about what is in it.
import { createHash } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import type { Instant } from '../flows/ids.ts';

export interface Sealer {
  /** Undefined if the value is too long. `until`: from then on it cannot be opened any more; in full seconds. */
  seal(value: unknown, until: Instant): Promise<string | undefined>;
  /** Undefined if it was not sealed here, for another purpose, with a key that is gone, or has run out. */
  open(sealed: string): Promise<unknown>;
}

/** Of the claims as JSON. The whole cookie stays below the 4096 bytes that every browser keeps (RFC 6265, 6.1). */
const claimBytes = 2_304;
const sealedCharsAtMost = 4_096;

/** `keys`: 32 bytes each, derived for this purpose alone, at least one. */
export function createSealer(keys: readonly Uint8Array[], clock: { now(): Instant }): Sealer {
  const [first] = keys;
  if (first === undefined) throw new Error('no secret keys');
  const named = new Map(keys.map((key) => [nameOf(key), key]));
  const header = { alg: 'dir', enc: 'A256GCM', kid: nameOf(first) };
  const keyNamed = ({ kid = '' }: { kid?: string }): Uint8Array => {
    const key = named.get(kid);
    if (key === undefined) throw new Error('sealed with an unknown key');
    return key;
  };
  return {
    async seal(value, until) {
      const claims = { value, exp: Math.floor(until / 1000), pad: '' };
      const room = claimBytes - Buffer.byteLength(JSON.stringify(claims));
      if (room < 0) return undefined;
      return new EncryptJWT({ ...claims, pad: '.'.repeat(room) }).setProtectedHeader(header).encrypt(first);
    },
    async open(sealed) {
      if (sealed.length > sealedCharsAtMost) return undefined;
      try {
        const { payload } = await jwtDecrypt(sealed, keyNamed, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp'],
        });
        return payload['value'];
      } catch {
        return undefined;
      }
    },
  };
}

/** Tells nothing about the key. */
const nameOf = (key: Uint8Array): string => createHash('sha256').update(key).digest('base64url').slice(0, 11);
