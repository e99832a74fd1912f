import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { getCountries } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { isPhoneCountry } from '../../src/config/policy/phone-countries.ts';
import { foldCase } from '../../src/text/case-folding.ts';
import { readNewAddress } from '../../src/text/new-address.ts';
import { hostileTexts } from '../hostile/texts.ts';

const acme = { workEmail: 'jane@mail.acme.example', blockedDomains: ['acme.org', 'xn--mnchen-3ya.example'] };
const german = { ...acme, phoneCountries: ['DE', 'AT', 'CH'] };
const mail = (typed: string, rules = acme) => readNewAddress('email', typed, rules);
const number = (typed: string, rules: Parameters<typeof readNewAddress>[2] = acme) =>
  readNewAddress('sms', typed, rules);
const taken = (channel: 'email' | 'sms', address: string) => ({ is: 'taken', address: { channel, address } });
const refused = (because: string) => ({ is: 'not-taken', because });

describe('a mail address to recover with', () => {
  it.each([
    ['as it is', 'jane.doe@gmail.example', 'jane.doe@gmail.example'],
    ['in capitals', 'Jane.Doe@GMAIL.example', 'jane.doe@gmail.example'],
    ['with the space that a phone adds', ' jane@home.example ', 'jane@home.example'],
    ['with the end of a line', 'jane@home.example\r\n', 'jane@home.example'],
    ['with a no-break space around it', '\u00a0jane@home.example\u00a0', 'jane@home.example'],
    ['with a tag', 'Jane+Work@home.example', 'jane+work@home.example'],
    ['with an umlaut in capitals', 'JÖRG@home.example', 'jörg@home.example'],
    ['with an umlaut in two characters', 'jo\u0308rg@home.example', 'jörg@home.example'],
    ['with an umlaut in the domain', 'info@Grösse.example', 'info@xn--grsse-kua.example'],
    ['in punycode', 'info@XN--GRSSE-KUA.example', 'info@xn--grsse-kua.example'],
    ['in Cyrillic', 'Пётр@Пример.рф', 'пётр@xn--e1afmkfd.xn--p1ai'],
    ['at a sister of the work domain', 'jane@home.acme.example.net', 'jane@home.acme.example.net'],
    ['at a domain that ends like the work domain', 'jane@notacme.example', 'jane@notacme.example'],
    ['at a domain that ends like a blocked one', 'jane@my-acme.org', 'jane@my-acme.org'],
    ['above a blocked domain', 'jane@example', undefined],
    ['with 64 characters before the at', `${'a'.repeat(64)}@home.example`, `${'a'.repeat(64)}@home.example`],
  ])('is read %s', async (_how, typed, address) => {
    expect(await mail(typed)).toEqual(address === undefined ? refused('malformed') : taken('email', address));
  });

  it.each([
    ['nothing', '', 'empty'],
    ['only spaces', ' \t\n', 'empty'],
    ['no at', 'jane.home.example', 'malformed'],
    ['a number', '+49 151 23456789', 'malformed'],
    ['a name before it', 'Jane Doe <jane@home.example>', 'malformed'],
    ['angle brackets', '<jane@home.example>', 'malformed'],
    ['a link', 'mailto:jane@home.example', 'malformed'],
    ['two addresses with a comma', 'jane@home.example,eve@evil.example', 'malformed'],
    ['two addresses with a semicolon', 'jane@home.example;eve@evil.example', 'malformed'],
    ['two addresses with a space', 'jane@home.example eve@evil.example', 'malformed'],
    ['two addresses in two lines', 'jane@home.example\neve@evil.example', 'malformed'],
    ['two ats', 'jane@evil.example@home.example', 'malformed'],
    ['a quoted name', '"jane doe"@home.example', 'malformed'],
    ['a comment', 'jane(me)@home.example', 'malformed'],
    ['an IP address', 'jane@[192.0.2.1]', 'malformed'],
    ['an IP address without brackets', 'jane@192.0.2.1', 'malformed'],
    ['a domain of numbers', 'jane@home.1', 'malformed'],
    ['one label', 'jane@localhost', 'malformed'],
    ['a dot at the end', 'jane@home.example.', 'malformed'],
    ['a label that begins with a dash', 'jane@-home.example', 'malformed'],
    ['a label that ends in a dash', 'jane@home-.example', 'malformed'],
    ['a label of 64 characters', `jane@${'a'.repeat(64)}.example`, 'malformed'],
    ['an underscore in the domain', 'jane@my_home.example', 'malformed'],
    ['65 characters before the at', `${'a'.repeat(65)}@home.example`, 'malformed'],
    ['65 octets before the at', `${'ö'.repeat(32)}a@home.example`, 'malformed'],
    [
      'more than 254 octets',
      `jane@${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`,
      'malformed',
    ],
    ['a control character', 'ja\u0007ne@home.example', 'malformed'],
    ['a null', 'jane@home.example\0', 'malformed'],
    ['a turn of direction', 'jane\u202e@home.example', 'malformed'],
    ['a zero-width space', 'ja\u200bne@home.example', 'malformed'],
    ['a soft hyphen', 'ja\u00adne@home.example', 'malformed'],
    ['the Kelvin sign, which others read as k', 'mi\u212ae@home.example', 'malformed'],
    ['a dotless i, which others read as i', 'm\u0131ke@home.example', 'malformed'],
    ['full-width letters', '\uff4dike@home.example', 'malformed'],
    ['an ideographic full stop', 'jane@home\u3002example', 'malformed'],
    ['half a character', 'ja\ud800ne@home.example', 'malformed'],
    ['the work domain', 'jane@mail.acme.example', 'own-domain'],
    ['the work domain in capitals', 'jane@MAIL.Acme.Example', 'own-domain'],
    ['somebody else at work', 'boss@mail.acme.example', 'own-domain'],
    ['a domain below that of work', 'jane@home.mail.acme.example', 'own-domain'],
    ['the domain above that of work', 'jane@acme.example', 'own-domain'],
    ['a blocked domain', 'jane@acme.org', 'blocked-domain'],
    ['a blocked domain in capitals', 'jane@ACME.ORG', 'blocked-domain'],
    ['a domain below a blocked one', 'jane@home.acme.org', 'blocked-domain'],
    ['a blocked domain in Unicode', 'jane@münchen.example', 'blocked-domain'],
    ['a blocked domain in Unicode and capitals', 'jane@MÜNCHEN.example', 'blocked-domain'],
    ['a blocked domain in punycode', 'jane@XN--MNCHEN-3YA.example', 'blocked-domain'],
    ['an address after a long gap', `${' '.repeat(400)}jane@home.example`, 'malformed'],
    ['what is far too long', `${'a'.repeat(1_000_000)}@home.example`, 'malformed'],
  ])('is refused: %s', async (_how, typed, because) => {
    expect(await mail(typed)).toEqual(refused(because));
  });

  it.each([
    ['jane@MÜNCHEN.example', 'jane@xn--mnchen-3ya.example'],
    ['jane@xn--mnchen-3ya.example', 'jane@münchen.example'],
    ['jane@xn--mnchen-3ya.example', 'jane@mail.münchen.example'],
    ['jane@mail.münchen.example', 'jane@xn--mnchen-3ya.example'],
  ])('at work, however the domain is written: %s and %s', async (workEmail, typed) => {
    expect(await mail(typed, { workEmail, blockedDomains: [] })).toEqual(refused('own-domain'));
  });

  it('is blocked by the policy also where the account has no address at work', async () => {
    const rules = { ...acme, workEmail: '' };
    expect(await mail('jane@acme.org', rules)).toEqual(refused('blocked-domain'));
    expect(await mail('jane@home.example', rules)).toEqual(taken('email', 'jane@home.example'));
  });

  it('has one form: whatever is taken is taken again, the same', async () => {
    const letter = fc.constantFrom(...'aZkKſİöÖßéСс0._+-@ \u200b\u0301Å\u212b');
    const typed = fc.oneof(
      fc.emailAddress(),
      fc.string({ unit: 'binary', maxLength: 30 }).map((local) => `${local}@Home.example`),
      fc.array(letter, { maxLength: 20 }).map((letters) => `${letters.join('')}@HOME.example`),
    );
    let count = 0;
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        const first = await mail(text);
        if (first.is !== 'taken') return;
        count += 1;
        const { address } = first.address;
        expect(await mail(address)).toEqual(first);
        expect(foldCase(address)).toBe(address);
        expect(address).not.toMatch(/[\p{C}\p{Z}]/u);
        expect(address.slice(address.lastIndexOf('@'))).toMatch(/^@[a-z0-9.-]+$/);
      }),
      { numRuns: 2_000 },
    );
    expect(count).toBeGreaterThan(200);
  });
});

describe('a number to recover with', () => {
  it.each([
    ['with country code', '+49 151 23456789', '+4915123456789'],
    ['with 00', '0049 151 23456789', '+4915123456789'],
    ['as it is written at home', '0151 23456789', '+4915123456789'],
    ['with the zero in brackets', '+49 (0) 151 / 234 567-89', '+4915123456789'],
    ['with dots and dashes', '+49.151-2345.6789', '+4915123456789'],
    ['copied out of an address book, with marks of direction', '\u202a+49 151 23456789\u202c', '+4915123456789'],
    ['with no-break spaces', '+49\u00a0151\u00a023456789', '+4915123456789'],
    [
      'in Arabic digits',
      '+\u0664\u0669 \u0661\u0665\u0661 \u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669',
      '+4915123456789',
    ],
    ['in full width', '＋４９ １５１ ２３４５６７８９', '+4915123456789'],
    ['of another allowed country', '+41 79 123 45 67', '+41791234567'],
    ['that the tables do not know yet', '+49 1511 1234567890', '+4915111234567890'],
  ])('is read %s', async (_how, typed, address) => {
    expect(await number(typed, german)).toEqual(taken('sms', address));
  });

  it.each([
    ['Switzerland', '+41 79 123 45 67', '+41791234567'],
    ['the United Kingdom', '+44 7457 000000', '+447457000000'],
    ['the United States, where a mobile number looks like any other', '+1 (202) 555-0143', '+12025550143'],
    ['Brazil', '+55 11 91234-5678', '+5511912345678'],
    ['Italy', '+39 347 1234567', '+393471234567'],
    ['Spain', '+34 612 34 56 78', '+34612345678'],
    ['Guadeloupe', '+590 690 00 12 34', '+590690001234'],
    ['nobody knows which of four', '+44 7700 900123', '+447700900123'],
  ])('may be of any country where the policy names none: %s', async (_where, typed, address) => {
    expect(await number(typed)).toEqual(taken('sms', address));
  });

  it('without a country code belongs to the first country of the policy, and is not guessed without one', async () => {
    expect(await number('079 123 45 67', { ...acme, phoneCountries: ['CH', 'DE'] })).toEqual(
      taken('sms', '+41791234567'),
    );
    expect(await number('079 123 45 67')).toEqual(refused('malformed'));
  });

  it.each([
    ['nothing', '', 'empty'],
    ['only spaces', '  ', 'empty'],
    ['words', 'call me', 'malformed'],
    ['letters for digits', '+1-800-FLOWERS', 'malformed'],
    ['words around it', 'my number is +49 151 23456789', 'malformed'],
    ['two numbers', '+49 151 23456789, +49 151 23456780', 'malformed'],
    ['an address', 'jane@home.example', 'malformed'],
    ['a link', 'tel:+4915123456789', 'malformed'],
    ['another country for it', '+49 151 23456789;phone-context=+1', 'malformed'],
    ['a country code that does not exist', '+999 12345678', 'malformed'],
    ['a control character', '+49 151\u0007 23456789', 'malformed'],
    ['what is too long', `+49 151 ${'2'.repeat(60)}`, 'malformed'],
    ['what is far too long', '1'.repeat(1_000_000), 'malformed'],
    ['an extension', '+49 151 23456789 ext. 5', 'not-a-mobile'],
    ['an extension with x', '+49 151 23456789 x5', 'not-a-mobile'],
    ['an extension with #', '+49 151 23456789#5', 'not-a-mobile'],
    ['too few digits', '+49 15', 'not-a-mobile'],
    ['too many digits', '+49 151 2345678901234', 'not-a-mobile'],
    ['a landline', '+49 30 901820', 'not-a-mobile'],
    ['a dear number', '+49 900 1234567', 'not-a-mobile'],
    ['a free number', '+49 800 1234567', 'not-a-mobile'],
    ['a number with shared cost', '+49 180 1234567', 'not-a-mobile'],
    ['a personal number', '+49 700 12345678', 'not-a-mobile'],
    ['a pager', '+49 16412345', 'not-a-mobile'],
    ['a number of a company', '+49 18500123456', 'not-a-mobile'],
    ['a voice mailbox', '+49 177 99 12345678', 'not-a-mobile'],
    ['a free number of no country', '+800 1234 5678', 'not-a-mobile'],
    ['another country', '+1 (202) 555-0143', 'country'],
    ['another country with the same code', '+1 876 555 0143', 'country'],
    ['a neighbour', '+33 6 12 34 56 78', 'country'],
    ['a satellite, which is in no country', '+870 773 123456', 'country'],
  ])('is refused: %s', async (_how, typed, because) => {
    expect(await number(typed, german)).toEqual(refused(because));
  });

  it('is refused where its code is shared and nobody can tell the country', async () => {
    expect(await number('+1 211 555 0143', { ...acme, phoneCountries: ['US'] })).toEqual(refused('country'));
    expect(await number('+1 876 555 0143', { ...acme, phoneCountries: ['US'] })).toEqual(refused('country'));
    expect(await number('+44 79111 23456', { ...acme, phoneCountries: ['GB'] })).toEqual(refused('country'));
  });

  it('has one form: whatever is taken is taken again, the same, without a country', async () => {
    const sign = fc.constantFrom(...'0123456789+ ()-./x#;,\u202a\u0661');
    const typed = fc.oneof(
      fc.array(sign, { maxLength: 30 }).map((signs) => signs.join('')),
      fc.stringMatching(/^[0-9 ]{6,12}$/).map((digits) => `+4915${digits}`),
    );
    let count = 0;
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        const first = await number(text, german);
        if (first.is !== 'taken') return;
        count += 1;
        expect(first.address.address).toMatch(/^\+[1-9]\d{3,15}$/);
        expect(await number(first.address.address)).toEqual(first);
      }),
      { numRuns: 2_000 },
    );
    expect(count).toBeGreaterThan(200);
  });

  it('keeps nobody busy, whatever is typed', async () => {
    await number('+49 151 23456789');
    const texts = [...hostileTexts(60), ...hostileTexts(400), ...hostileTexts(100_000)];
    const before = process.threadCpuUsage();
    for (const text of texts) await number(text, german);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000 / texts.length).toBeLessThan(5);
  });
});

describe('the tables of all countries', () => {
  it('are loaded with the first number, and neither at start nor for mail', () => {
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = () => seen.filter((url) => url.includes('libphonenumber')).length;
      const seen = [];
      registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
      const { readNewAddress } = await import(process.argv[1]);
      await import(process.argv[2]);
      const rules = { workEmail: 'jane@acme.example', blockedDomains: [] };
      await readNewAddress('email', 'jane@home.example', rules);
      const before = loaded();
      await readNewAddress('sms', '+49 151 23456789', rules);
      console.log(JSON.stringify([before, loaded() > 0]));`;
    const files = ['../../src/text/new-address.ts', '../../src/config/policy/policy-file.ts'];
    const urls = files.map((file) => new URL(file, import.meta.url).href);
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script, ...urls], { encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual([0, true]);
  });

  it('know the same countries as the policy', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const known = letters.flatMap((one) => letters.map((other) => `${one}${other}`)).filter(isPhoneCountry);
    expect(known).toEqual([...getCountries()].sort());
    expect(['de', 'DEU', '49', 'UK', ''].filter(isPhoneCountry)).toEqual([]);
  });
});
