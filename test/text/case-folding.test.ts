import { describe, expect, it } from 'vitest';
import { foldAddress, foldCase, foldsToAscii } from '../../src/text/case-folding.ts';

const kelvin = '\u212a';

describe('names are compared', () => {
  it('without regard to the case of A–Z, and of nothing else', () => {
    expect(foldCase('Jane.DOE@Acme.test')).toBe('jane.doe@acme.test');
    expect(foldCase('JÖRG@MÜNCHEN.example')).toBe('jÖrg@mÜnchen.example');
    expect(everySign().filter((sign) => !/[A-Z]/.test(sign) && foldCase(sign) !== sign)).toEqual([]);
  });

  it('as addresses without the spaces around them, and with every other white space', () => {
    expect(foldAddress('  Jane@ACME.test ')).toBe('jane@acme.test');
    for (const white of ['\u00a0', '\u2003', '\ufeff', '\t', '\n']) {
      expect(foldAddress(`jane@acme.test${white}`)).toBe(`jane@acme.test${white}`);
    }
  });
});

describe('a name that another system would read as another one', () => {
  it.each([
    ['the Kelvin sign', `mi${kelvin}e@acme.test`],
    ['in the domain', `mike@a${kelvin}me.test`],
    ['a long s', 'jane@acme.te\u017ft'],
    ['an I with a dot', 'm\u0130ke@acme.test'],
    ['an i without a dot', 'm\u0131ke@acme.test'],
    ['an i without a dot, for mathematicians', 'm\u{1d6a4}ke@acme.test'],
    ['full-width letters', '\uff4d\uff49\uff4b\uff45@acme.test'],
    ['a full-width at', 'mike\uff20acme.test'],
    ['a full-width dot', 'mike@acme\uff0etest'],
    ['a full-width digit', 'mike\uff11@acme.test'],
    ['a ligature', '\ufb01ona@acme.test'],
    ['two letters in one sign', 'di\u01c6k@acme.test'],
    ['a sharp s, which is SS in capitals', 'stra\u00dfe@acme.test'],
    ['a letter in a circle', 'mik\u24d4@acme.test'],
    ['a raised letter', 'mik\u1d49@acme.test'],
  ])('is noticed: %s', (_how, name) => {
    expect(foldsToAscii(name)).toBe(true);
  });

  it.each([
    'jane.doe+x@acme.test',
    'jörg@acme.test',
    'info@münchen.example',
    'JÖRG@MÜNCHEN.example',
    'zoë.ångström@acme.test',
    'šárka@příklad.example',
    'łukasz@acme.test',
    'søren@acme.test',
    'jo\u0308rg@acme.test',
    'пётр@пример.рф',
    'μαρία@acme.test',
    '山田@例え.jp',
    'محمد@مثال.example',
  ])('is not a genuine one: %s', (name) => {
    expect(foldsToAscii(name)).toBe(false);
  });

  it('is every one that lower-casing, upper-casing or NFKC makes equal to one in ASCII', () => {
    const missed = everySign().filter((sign) => {
      const forms = [sign.toLowerCase(), sign.toUpperCase(), sign.normalize('NFKC')];
      const isAscii = forms.some((form) => /^[\0-\x7f]+$/.test(form));
      return !/[\0-\x7f]/.test(sign) && isAscii && !foldsToAscii(sign);
    });
    expect(missed).toEqual([]);
  });
});

/** Every character of Unicode except surrogates. */
function everySign(): readonly string[] {
  const signs: string[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point < 0xd800 || point > 0xdfff) signs.push(String.fromCodePoint(point));
  }
  return signs;
}
