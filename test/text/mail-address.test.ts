import { describe, expect, it } from 'vitest';
import { isMailAddress } from '../../src/text/mail-address.ts';

describe('a mail address', () => {
  it.each([
    'jane@acme.example',
    'Jane.Doe+x@mail.acme.co.uk',
    'r&d@acme.example',
    'jane~doe@acme.example',
    "miles.o'brien@acme.example",
    "!#$%&'*+-/=?^_`{|}~@acme.example",
    '4711@acme.example',
    'j@a.example',
    'jörg@acme.example',
    'jo\u0308rg@acme.example',
    'info@münchen.example',
    'info@xn--mnchen-3ya.example',
    'пётр@пример.рф',
    '山田@例え.jp',
    'يوسف@مثال.مصر',
    'नमस्ते@उदाहरण.भारत',
    '🚀@acme.example',
  ])('is accepted as mail permits it: %s', (address) => {
    expect(isMailAddress(address)).toBe(true);
  });

  it.each([
    ['a control character', 'ja\u0007ne@acme.example'],
    ['a null', 'jane\u0000@acme.example'],
    ['the end of a line', 'jane@acme.example\n'],
    ['a tab', 'ja\tne@acme.example'],
    ['a space', 'jane doe@acme.example'],
    ['a space around it', ' jane@acme.example'],
    ['a no-break space', 'jane\u00a0@acme.example'],
    ['a turn of direction', 'jane\u202e@acme.example'],
    ['an isolated direction', '\u2067jane@acme.example'],
    ['a mark of direction', 'jane@acme.example\u200f'],
    ['a zero-width space', 'ja\u200bne@acme.example'],
    ['a zero-width joiner', 'ja\u200dne@acme.example'],
    ['a soft hyphen', 'ja\u00adne@acme.example'],
    ['a byte-order mark', '\ufeffjane@acme.example'],
    ['a filler that is drawn as nothing', 'ja\u3164ne@acme.example'],
    ['an invisible letter', 'ja\u115fne@acme.example'],
    ['a tag', 'jane\u{e0041}@acme.example'],
    ['half a character', 'ja\ud800ne@acme.example'],
    ['a private character', 'ja\ue000ne@acme.example'],
    ['the Kelvin sign', 'mi\u212ae@acme.example'],
    ['a full-width letter', '\uff4dike@acme.example'],
    ['a full-width at', 'mike\uff20acme.example'],
    ['a dotless i', 'm\u0131ke@acme.example'],
    ['a sharp s', 'stra\u00dfe@acme.example'],
    ['an ideographic full stop', 'jane@acme\u3002example'],
  ])('is refused with what deceives: %s', (_how, address) => {
    expect(isMailAddress(address)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['no at', 'jane.acme.example'],
    ['nobody', '@acme.example'],
    ['nowhere', 'jane@'],
    ['a second at', 'jane@acme@acme.example'],
    ['one label', 'jane@acme'],
    ['an empty label', 'jane@acme..example'],
    ['a dot at the end', 'jane@acme.example.'],
    ['a dot at the beginning', '.jane@acme.example'],
    ['a dot before the at', 'jane.@acme.example'],
    ['two dots', 'jane..doe@acme.example'],
    ['quotation marks', '"jane"@acme.example'],
    ['a name before it', 'Jane <jane@acme.example>'],
    ['two addresses', 'jane@acme.example,joe@acme.example'],
    ['an IP', 'jane@[198.51.100.7]'],
    ['a port', 'jane@acme.example:25'],
    ['a path', 'jane@acme.example/x'],
    ['a domain that DNS cannot have', 'jane@acme.0x1'],
    ['far too many characters', `${'j'.repeat(310)}@acme.example`],
  ])('is none: %s', (_how, address) => {
    expect(isMailAddress(address)).toBe(false);
  });
});
