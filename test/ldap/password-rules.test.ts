// What is said of a password before it is sent: only what certainly breaks a rule of the directory.
import { describe, expect, it } from 'vitest';
import { decoded } from '../../src/ldap/attributes.ts';
import { brokenRules, type PasswordRules } from '../../src/ldap/password-rules.ts';

const rules: PasswordRules = {
  ...{ of: 'domain', minLength: 10, maxLength: 256, complexity: true, history: 5, minAgeMs: 0 },
  ...{ lockoutThreshold: 3, lockoutMs: 1_800_000, lockoutWindowMs: 1_800_000 },
};
const person = decoded({ dn: 'CN=a', sAMAccountName: 'jmueller', displayName: 'Müller, Jörg-Uwe van_der#Berg' });
const check = (password: string, change: Partial<PasswordRules> = {}, account = person) =>
  brokenRules(password, { ...rules, ...change }, account);

describe('a password', () => {
  it.each([
    ['Abcdefg-12', []],
    ['Abcdefg-1', ['too-short']],
    ['abcdefghij', ['too-plain']],
    ['abcdefghi1', ['too-plain']],
    ['ABCDEFGHI-', ['too-plain']],
    ['abc', ['too-short', 'too-plain']],
  ])('%s breaks %j', (password, broken) => expect(check(password)).toEqual(broken));

  it.each([
    ['upper, lower, digit', 'Abcdefghi1'],
    ['upper, lower, sign', 'Abcdefghi-'],
    ['upper, digit, sign', 'ABCDEFGH1-'],
    ['lower, digit, sign', 'abcdefgh1-'],
    ['lower, digit, letters without case', 'abcdefgh1密'],
    ['upper and lower beyond ASCII, digit', 'ÄÖÜäöüßßß1'],
    ['a space as the sign', 'abcdefgh 1'],
  ])('has three classes with %s', (_what, password) => expect(check(password)).toEqual([]));

  it.each([
    ['the name for signing in', 'xJMuellerx-1'],
    ['a part of the shown name', 'xx-MÜLLER-xx1'],
    ['a part after a hyphen', 'Abcdefg-uwe-1'],
    ['a part after an underscore', 'Abcdefg-DER-1'],
    ['a part after a number sign', 'Abcdefg-berg1'],
  ])('must not contain %s, whatever its case', (_what, password) => expect(check(password)).toEqual(['contains-name']));

  it('may contain parts of two characters, and a part of the name for signing in', () => {
    const short = decoded({ dn: 'CN=a', sAMAccountName: 'li', displayName: 'Bo Li' });
    expect(check('Bo-Li-likes-12', {}, short)).toEqual([]);
    expect(check('Abcdefg-mueller-1')).toEqual([]);
  });

  it('is not compared with rules that could not be read', () =>
    expect(check('abc', { minLength: 'not-known', complexity: 'not-known' })).toEqual([]));

  it('may be plain and contain names where no complexity is asked for', () =>
    expect(check('jmuellermueller', { complexity: false })).toEqual([]));

  it('is not compared with a name that could not be read', () =>
    expect(check('not-known-Abc1', {}, decoded({ dn: 'CN=a' }))).toEqual([]));
});
