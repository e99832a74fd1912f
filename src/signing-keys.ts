// Keyed hashes from the operator's SECRET_KEYS: the first key signs, all verify, so that keys can be rotated.
// Every purpose has a key of its own, so a signature for one purpose is not valid for another.
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

export interface SigningKeys {
  /** 43 characters of base64url (HMAC-SHA-256). */
  sign(purpose: string, text: string): string;
  /** Takes the same time whichever key fits, or none. */
  verify(purpose: string, text: string, mac: string): boolean;
  /** One for each key: where a stored hash is looked up by its value, any of them may be it. */
  signAll(purpose: string, text: string): readonly string[];
}

/** A key of 32 bytes for one purpose from each of the operator's keys, in their order. */
export const deriveKeys = (keys: readonly Uint8Array[], purpose: string): readonly Uint8Array[] =>
  keys.map((key) => new Uint8Array(hkdfSync('sha256', key, '', `latchkey/1/${purpose}`, 32)));

/** `keys`: 32 random bytes each, at least one. Purposes are few and fixed, e.g. `link`. */
export function createSigningKeys(keys: readonly Uint8Array[]): SigningKeys {
  if (keys.length === 0) throw new Error('no secret keys');
  const derived = new Map<string, readonly Uint8Array[]>();

  function keysFor(purpose: string): readonly Uint8Array[] {
    const known = derived.get(purpose);
    if (known !== undefined) return known;
    const made = deriveKeys(keys, purpose);
    derived.set(purpose, made);
    return made;
  }

  const macOf = (key: Uint8Array, text: string): string => createHmac('sha256', key).update(text).digest('base64url');

  return {
    sign: (purpose, text) => {
      const [first] = keysFor(purpose);
      if (first === undefined) throw new Error('no secret keys');
      return macOf(first, text);
    },
    signAll: (purpose, text) => keysFor(purpose).map((key) => macOf(key, text)),
    verify: (purpose, text, mac) => {
      // Compared as text: decoding would accept a second spelling of the same bytes.
      const given = Buffer.from(mac);
      return keysFor(purpose)
        .map((key) => Buffer.from(macOf(key, text)))
        .map((expected) => expected.length === given.length && timingSafeEqual(expected, given))
        .includes(true);
    },
  };
}
