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
  });

  it('is cut', () => {
    expect(read('word '.repeat(1_000))?.length).toBeLessThanOrEqual(200);
  });

  it.each(['', '   ', '\u200b', '😀'])('is nothing where nothing is left: “%s”', (typed) => {
    expect(read(typed)).toBeUndefined();
  });
});
