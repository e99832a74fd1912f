// What is said of a password before anybody is asked about it.
import { describe, expect, it } from 'vitest';
import { commonPasswords } from '../../src/text/common-passwords.ts';
import { asSet, faultsOf, type KnownPasswordRules } from '../../src/text/new-password.ts';

const none = () => false;
const faults = (password: string, rules: KnownPasswordRules = {}, words: readonly string[] = [], confirm = password) =>
  faultsOf({ password, confirm }, rules, words, none);

describe('a typed password', () => {
  it.each([
    ['nothing', '', {}, ['empty']],
    ['seven characters', 'abc def', {}, ['too-short']],
    ['eight characters, which is always enough', 'abc defg', {}, []],
    ['less than the account’s rule', 'abc defg', { minLength: 9 }, ['too-short']],
    ['eight emoji', '🦑'.repeat(8), {}, []],
    ['more than bcrypt looks at, in bytes', 'ä'.repeat(37), { maxLength: { of: 72, counts: 'bytes' } }, ['too-long']],
    ['as much as bcrypt looks at', 'ä'.repeat(36), { maxLength: { of: 72, counts: 'bytes' } }, []],
    ['more units than a directory takes', 'a'.repeat(257), { maxLength: { of: 256, counts: 'units' } }, ['too-long']],
    ['far too much', 'a'.repeat(513), {}, ['too-long']],
    ['a line break', 'abc\ndefgh', {}, ['not-writable']],
    ['a tab', 'abc\tdefgh', {}, ['not-writable']],
    ['half a character', 'abcdefgh\ud83e', {}, ['not-writable']],
    ['two kinds of three', 'abc 1234', { kinds: { atLeast: 3, of: ['lower', 'upper', 'digit'] } }, ['too-plain']],
    ['three kinds of three', 'aBc 1234', { kinds: { atLeast: 3, of: ['lower', 'upper', 'digit'] } }, []],
    ['three in a row', 'aaabcdefgh', { repeatsAtMost: 2 }, ['too-repetitive']],
    [
      'both',
      'aaabcdefgh',
      { repeatsAtMost: 2, kinds: { atLeast: 2, of: ['lower', 'digit'] } },
      ['too-plain', 'too-repetitive'],
    ],
    ['two in a row', 'aabcdefgh', { repeatsAtMost: 2 }, []],
    ['spaces at its ends', '  abcdefgh  ', {}, []],
    ['a letter with an accent, where only ASCII arrives', 'müller and co', { isAsciiOnly: true }, ['not-ascii']],
    ['a sign beyond ASCII there', 'forty € for 2', { isAsciiOnly: true }, ['not-ascii']],
    ['an emoji there, and too little', 'ab 🦑', { isAsciiOnly: true }, ['not-ascii', 'too-short']],
    ['every sign of ASCII there', ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~aZ09', { isAsciiOnly: true }, []],
    ['a letter with an accent elsewhere', 'müller and co', {}, []],
  ] as const)('of %s', (_what, password, rules, expected) => {
    expect(faults(password, rules)).toEqual(expected);
  });

  it('is compared as it will be set, and only where nothing else is wrong', () => {
    expect(faults('müller-und-co', {}, [], 'mu\u0308ller-und-co')).toEqual([]);
    expect(faults('abc defgh', {}, [], 'abc defgi')).toEqual(['unequal']);
    expect(faults('abc', {}, [], 'abd')).toEqual(['too-short']);
    expect(faults('abc defgh', {}, [], 'x'.repeat(2_000))).toEqual(['unequal']);
  });

  it('is set with letters and accents as one character, and otherwise as it was typed', () => {
    expect(asSet('  Mu\u0308ller ﬁ ')).toBe('  Müller ﬁ ');
  });

  it.each([
    ['the name', 'xx-Jane-xx-12', ['Jane']],
    ['the name in other letters', 'xx-jANE-xx-12', ['Jane']],
    ['a part of the address', 'my-doering-17', ['jane.doering@acme.example']],
    ['the whole of it before the @', 'j.doe+x-forever', ['j.doe+x@acme.example']],
    ['the family name', 'Müllers-Büro', ['Jane Müller']],
  ])('holds %s', (_what, password, words) => {
    expect(faults(password, {}, words)).toEqual(['holds-name']);
  });

  it('may hold a short name, and the company’s', () => {
    expect(faults('booklover-12', {}, ['Ed Boo', 'ed@booklover.example'])).toEqual([]);
  });
});

describe('a password that many people use', () => {
  it.each([
    'password',
    'Password',
    'PASSWORD1!',
    'Password2026!',
    '12345678',
    'qwertyuiop',
    '!!dragon!!',
    'letmein2024',
  ])('%s is on the list', async (password) => expect((await commonPasswords())(password)).toBe(true));

  it.each(['Kraken-under-9-bridges', 'correct horse battery staple', 'hjkl-7-vzq-m'])('%s is not', async (password) =>
    expect((await commonPasswords())(password)).toBe(false),
  );
});
