import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createSigningKeys } from '../../src/signing-keys.ts';

const [older, newer, foreign] = [randomBytes(32), randomBytes(32), randomBytes(32)];

it('what the first key signed is verified by any set that still holds that key', () => {
  const mac = createSigningKeys([older]).sign('link', 'text');
  expect(mac).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(createSigningKeys([newer, older]).verify('link', 'text', mac)).toBe(true);
  expect(createSigningKeys([newer, older]).sign('link', 'text')).not.toBe(mac);
  expect(createSigningKeys([newer, foreign]).verify('link', 'text', mac)).toBe(false);
});

it('a mark counts for its purpose and its text only', () => {
  const keys = createSigningKeys([older]);
  const mac = keys.sign('link', 'text');
  expect(keys.verify('session', 'text', mac)).toBe(false);
  expect(keys.verify('link', 'texts', mac)).toBe(false);
});

it('no second spelling of a mark is accepted, nor one of another length', () => {
  const keys = createSigningKeys([older]);
  const mac = keys.sign('link', 'text');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const spellings = [...alphabet].map((letter) => `${mac.slice(0, -1)}${letter}`).filter((other) => other !== mac);
  for (const wrong of [...spellings, '', mac.slice(1), `${mac}=`, `${mac}A`]) {
    expect(keys.verify('link', 'text', wrong)).toBe(false);
  }
});

it('no keys is a mistake', () => {
  expect(() => createSigningKeys([])).toThrow('no secret keys');
});
