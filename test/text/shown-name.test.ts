import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShownWhole, shownName, withoutDirections } from '../../src/text/shown-name.ts';

/** Everything that changes the direction of text, and everything that nobody sees. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

describe('a name that is shown', () => {
  it.each([
    ['Jane Doe', 'Jane Doe'],
    ['Łukasz Ćwikła-Øre', 'Łukasz Ćwikła-Øre'],
    ['محمد بن سلمان', 'محمد بن سلمان'],
    ['ירון לונדון', 'ירון לונדון'],
    ['王小明', '王小明'],
    ['नरेंद्र', 'नरेंद्र'],
    ['Zoë 🚀', 'Zoë 🚀'],
    ['  Jane \t\n Doe  ', 'Jane Doe'],
    ['Jane\u202eeoD', 'JaneeoD'],
    ['\u2066Jane\u2069', 'Jane'],
    ['Ja\u200bne\ufeff', 'Jane'],
    ['Ja\u00adne', 'Jane'],
    ['Jane\u2028Approve', 'Jane Approve'],
    ['Jane\r\nApproved by Sam', 'Jane Approved by Sam'],
    ['Jane\u0000\u001b[31m', 'Jane [31m'],
    ['Ja\ud800ne', 'Jane'],
    ['\u3164\u115f\u2800 \u034f', ''],
    ['\u{e0041}\u{e0042}Jane', 'Jane'],
    ['J\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301ane', 'J\u0301\u0301\u0301ane'],
    ['', ''],
    ['\u202e', ''],
  ])('%j is shown as %j', (given, shown) => {
    expect(shownName(given)).toBe(shown);
  });

  it('is cut where it is long, and says so', () => {
    expect(shownName('x'.repeat(60))).toBe('x'.repeat(60));
    expect(shownName('x'.repeat(61))).toBe(`${'x'.repeat(59)}…`);
    expect(shownName('🚀'.repeat(500))).toBe(`${'🚀'.repeat(29)}…`);
    expect(shownName('Jane Doe, of everywhere', 9)).toBe('Jane Doe…');
  });

  it('holds nothing that turns or hides the text beside it, whatever it was', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, (name) => {
        const shown = shownName(name);
        expect(shown).not.toMatch(unseen);
        expect(shown.length).toBeLessThanOrEqual(60);
        expect(shownName(shown)).toBe(shown);
        expect(isShownWhole(shown, 60)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('has no mark of direction that Unicode knows', () => {
    for (const mark of '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069') {
      expect(shownName(`a${mark}b`)).toBe('ab');
      expect(withoutDirections(`a${mark}b`)).toBe('ab');
    }
  });
});

it('other text keeps everything but the marks of direction', () => {
  expect(withoutDirections('a\n\u200db\u202ec 👩‍💻')).toBe('a\n\u200dbc 👩‍💻');
});
