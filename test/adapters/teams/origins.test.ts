// To which origins the bot's token may be sent.
import { describe, expect, it } from 'vitest';
import { createOrigins } from '../../../src/adapters/teams/origins.ts';

const { isAllowed } = createOrigins(['https://smba.example.com', 'http://127.0.0.1:4003']);

describe('an address that an activity names', () => {
  it.each(['https://smba.example.com/emea/', 'https://SMBA.example.com', 'http://127.0.0.1:4003/x/'])(
    'is allowed at the origins that were set: %s',
    (url) => expect(isAllowed(url)).toBe(true),
  );

  it.each([
    'http://smba.example.com/emea/',
    'https://smba.example.com.attacker.test/',
    'https://smba.example.com:8443/',
    'https://user@smba.example.com/',
    'https://:secret@smba.example.com/',
    'blob:https://smba.example.com/emea/',
    'blob:http://127.0.0.1:4003/',
    'filesystem:https://smba.example.com/x',
    'https:///emea/',
    'smba.example.com',
    '',
    7,
    undefined,
    `https://smba.example.com/${'x'.repeat(600)}`,
  ])('is refused anywhere else: %s', (url) => expect(isAllowed(url)).toBe(false));
});
