// What a directory answers is decoded in one place. What is not there, or has another form, is not known.
import { describe, expect, it } from 'vitest';
import { decoded, generalizedTime } from '../../src/ldap/attributes.ts';

const of = (values: Readonly<Record<string, string | string[] | Buffer | Buffer[]>>) =>
  decoded({ dn: 'CN=a', ...values });

describe('an attribute', () => {
  it.each([
    ['that is not there', {}],
    ['that the client fills in', { a: [] }],
    ['with several values', { a: ['1', '2'] }],
    ['that is empty', { a: '' }],
    ['of bytes', { a: Buffer.from([0xff]) }],
  ])('%s is not known', (_what, values) => {
    const read = of(values);
    expect([read.text('a'), read.whole('a'), read.time('a'), read.span('a'), read.truth('a')]).toEqual(
      Array.from({ length: 5 }, () => 'not-known'),
    );
  });

  it('is found whatever the case of its name', () => expect(of({ PWDLASTSET: '0' }).whole('pwdLastSet')).toBe(0n));

  it.each(['1.5', '0x10', ' 1', '1e3', '12345678901234567890', 'TRUE'])('of numbers is not known for %j', (text) =>
    expect(of({ a: text }).whole('a')).toBe('not-known'),
  );

  it.each([
    ['0', 'zero'],
    ['9223372036854775807', 'endless'],
    ['116444736000000000', 0],
    ['134054400000000000', 1_760_966_400_000],
    ['-1', 'not-known'],
  ])('of time %s is %s', (ticks, time) => expect(of({ a: ticks }).time('a')).toBe(time));

  it.each([
    ['0', 0],
    ['-18000000000', 1_800_000],
    ['-9223372036854775808', 'endless'],
    ['18000000000', 'not-known'],
  ])('of a span %s is %s', (ticks, ms) => expect(of({ a: ticks }).span('a')).toBe(ms));

  it.each([
    ['TRUE', true],
    ['FALSE', false],
    ['true', 'not-known'],
    ['1', 'not-known'],
  ])('of truth %s is %s', (word, truth) => expect(of({ a: word }).truth('a')).toBe(truth));

  it('of bytes is not known where the client made text of it', () => {
    expect(of({ a: 'sixteen bytes...' }).bytes('a')).toBe('not-known');
    expect(of({ a: Buffer.from([1]) }).bytes('a')).toEqual(Buffer.from([1]));
    expect(of({ a: [Buffer.from([1]), Buffer.from([2])] }).allBytes('a')).toHaveLength(2);
  });
});

describe('the clock of a directory', () => {
  it('is read to the second', () =>
    expect(generalizedTime('20261130112845.0Z')).toBe(Date.parse('2026-11-30T11:28:45Z')));

  it.each(['not-known', '', '20261130112845', '20261130112845.0+0100', '2026-11-30'] as const)(
    'is not known for %j',
    (text) => expect(generalizedTime(text)).toBe('not-known'),
  );
});
