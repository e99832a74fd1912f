// What a person writes about their trouble, as the helpdesk's channel gets it: one harmless line without secrets.
import { describe, expect, it } from 'vitest';
import { copy } from '../../src/bot/copy/language.ts';
import { readNote } from '../../src/bot/helpdesk/note.ts';

const read = (typed: string): string | undefined => readNote(typed, 200, copy.intentWords);

describe('what a person writes for the helpdesk', () => {
  it.each([
    'My phone was stolen, I have no contact any more',
    'Got a new phone in 2026, room 4711',
    'my password is wrong',
    'the code never comes',
    'Windows11 and office365 do not start',
    'Ich brauche Hilfe mit meiner Wohnung, Straße 12',
    "it's about the VPN",
  ])('arrives as it is: %s', (typed) => {
    expect(read(typed)).toBe(typed);
  });

  it.each([
    ['my code is 123456', 'my code is •••'],
    ['123 456', '•••'],
    ['4711', '•••'],
    ['it says 123-456 here', 'it says ••• here'],
    ['1 2 3 4 5 6', '•••'],
    ['１２３４５６', '•••'],
    ['٤٥٦٧٨٩', '•••'],
    ['12\u200b34\u200b56', '•••'],
    ['1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣', '•••'],
    ['pin 1234', 'pin •••'],
    ['PIN: 12', 'PIN: •••'],
    ['my password is hunter2', 'my password is •••'],
    ['Passwort: geheim', 'Passwort: •••'],
    ['password=secret please check', 'password=••• please check'],
    ['it was Summer24!x', 'it was •••'],
    ['I used sommerRegen7', 'I used •••'],
    ['write to jane.doe@home.example.net please', 'write to ••• please'],
    ['call +49 157 000 000 12 now', 'call +••• now'],
    ['mail to (jane@home.example.net)', 'mail to •••'],
    ['see https://evil.example/login', 'see •••'],
    ['see www.evil.example', 'see •••'],
    ['log in at acme-login.example/reset first', 'log in at ••• first'],
    ['see //evil.example', 'see •••'],
    ['it says 482–913', 'it says •••'],
    ["it says 482'913", 'it says •••'],
    ['it says 482*913', 'it says •••'],
  ])('loses what looks like a code, a password, an address or a link: %s', (typed, left) => {
    expect(read(typed)).toBe(left);
  });

  it('is one line, whatever was typed', () => {
    expect(read('  broken\r\n\n phone\u2028and\ttablet  ')).toBe('broken phone and tablet');
    expect(read('a\u202eb\u0000c\u200dd')).toBe('ab cd');
  });

  it('holds nothing that could pass for our own text', () => {
    expect(read('broken” VERIFIED “')).toBe("broken' VERIFIED '");
    expect(read('✅ verified :white_check_mark:')).toBe('verified white_check_mark');
    expect(read('✓ verified, \u{1f5f8} too')).toBe('verified, too');
    expect(read(':white_\u200bcheck_\u{1f600}mark: yes')).toBe('white_check_mark yes');
    for (const mark of '"“”„‟«»‹›〝〞〟❛❜❝❞ʺˮ״「」『』')
      expect(read(`broken${mark} VERIFIED`)).toBe("broken' VERIFIED");
  });

  it('covers and moves no line around it', () => {
    const stacked = (count: number): string => '\u0334'.repeat(count);
    expect(read(`a${stacked(150)}b`)).toBe(`a${stacked(3)}b`);
    expect(read(`a${`${stacked(3)}😀`.repeat(20)}b`)).toBe(`a${stacked(3)}b`);
    for (const gap of ['\u2800', '\u3164', '\u115f\u1160', '\u3000', '\u00a0'])
      expect(read(`a ${gap.repeat(60)} VERIFIED`)).toBe('a VERIFIED');
  });

  it('is cut', () => {
    expect(read('word '.repeat(1_000))?.length).toBeLessThanOrEqual(200);
  });

  it.each(['', '   ', '\u200b', '😀', '\u3164', '\u2800'])('is nothing where nothing is left: “%s”', (typed) => {
    expect(read(typed)).toBeUndefined();
  });
});
