// What people write, and what they mean by it.
import { describe, expect, it } from 'vitest';
import { copy } from '../../src/bot/copy/language.ts';
import { intentOf, looksLikeCode } from '../../src/bot/intent.ts';

const { intentWords } = copy;

describe('words', () => {
  it.each([
    ['unlock', 'unlock'],
    ['Please unlock my account!', 'unlock'],
    ['reset-password', 'reset'],
    ["reset my password please, I don't remember it", 'reset'],
    ['cancel my request', 'cancel'],
    ['status?', 'status'],
    ['', 'help'],
    ['Hilfe!', 'help'],
    ["please don't cancel my request", 'something'],
    ['do not reset my password', 'something'],
    ['I did not ask to unlock anything', 'something'],
    ["I didn't request a password reset", 'something'],
    ['that was not me, I have no need for a password reset', 'something'],
    ['it wasn’t me who wants an unlock', 'something'],
    ['who tried to reset my password?', 'something'],
    ['Why do I have to unlock it again?', 'something'],
    ["what's a password reset?", 'something'],
    ['when can I unlock it?', 'something'],
    ['what is the status?', 'status'],
    ["cancel, it wasn't me", 'cancel'],
    ["I can't sign in, unlock my account", 'unlock'],
    ['I do not remember it, reset my password', 'reset'],
    ['can somebody unlock me, whoever is there?', 'unlock'],
    ["I'm locked out", 'something'],
    ['forgot my password', 'something'],
    ['unlock or reset password', 'something'],
  ])('“%s” mean %s', (words, intent) => {
    expect(intentOf(words, intentWords)).toBe(intent);
  });

  it('are cut, and what stands at their beginning counts', () => {
    expect(intentOf(`unlock ${'\ufdfa'.repeat(4_000)}`, intentWords)).toBe('unlock');
    expect(looksLikeCode(`my code is 123456 ${' '.repeat(1_000_000)}`, intentWords)).toBe(true);
  });

  it.each(['123456', '123 456', 'my code is 123456', 'it says 123-456.', '12345678', 'the code: 4711'])(
    '“%s” look like a code',
    (words) => {
      expect(looksLikeCode(words, intentWords)).toBe(true);
    },
  );

  it.each(['unlock', 'I called 4 times', 'since 2026', '+49 157 00000012', 'code?'])(
    '“%s” do not look like a code',
    (words) => {
      expect(looksLikeCode(words, intentWords)).toBe(false);
    },
  );
});
