// The value of a password as it is sent: only what can be typed again, and nothing of it stays in our buffers.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkedPassword, withPasswordValues } from '../../src/ldap/password-value.ts';

const run = promisify(execFile);

describe('a password', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['a NUL', 'Abcdefgh-1\u0000', 'control-character'],
    ['a tab', 'Abcdefgh\t1', 'control-character'],
    ['a line break', 'Abcdefgh\n1', 'control-character'],
    ['a C1 character', 'Abcdefgh\u00851', 'control-character'],
    ['the first half of a character', 'Abcdefgh1\ud83d', 'unpaired-surrogate'],
    ['the second half of a character', '\ude00Abcdefgh1', 'unpaired-surrogate'],
    ['257 characters', 'a'.repeat(257), 'too-long'],
    ['129 characters of two units', '😀'.repeat(129), 'too-long'],
    ['a million characters', 'a'.repeat(1_000_000), 'too-long'],
  ])('with %s is refused', (_what, typed, because) =>
    expect(checkedPassword(typed)).toEqual({ is: 'unusable', because }),
  );

  it.each([
    ['256 characters', 'a'.repeat(256)],
    ['umlauts', 'Grüße-aus-Köln-1'],
    ['other alphabets', 'Пароль-密码-1'],
    ['an emoji', 'Abcdefgh-😀'],
    ['quotation marks and a backslash', 'a"b\\c"d-E1'],
    ['spaces at both ends', ' Abcdefgh-1 '],
  ])('with %s stays as it is', (_what, typed) =>
    expect(checkedPassword(typed)).toEqual({ is: 'usable', password: typed }),
  );

  it('is composed, so that another keyboard can type it', () =>
    expect(checkedPassword('Gru\u0308ße-1')).toEqual({ is: 'usable', password: 'Gr\u00fcße-1' }));

  it('of 256 characters is not cut where composing makes it longer', () =>
    expect(checkedPassword('\u0958'.repeat(200))).toEqual({ is: 'unusable', because: 'too-long' }));
});

describe('the value that is sent', () => {
  it('is UTF-16, lowest byte first, in quotation marks that are not escaped', async () => {
    const seen = await withPasswordValues(['ü"1'], async ([value]) => value?.toString('hex'));
    expect(seen).toBe('2200fc00220031002200');
  });

  it.each(['it is done', 'it fails'])('is overwritten when %s', async (how) => {
    const kept: Buffer[] = [];
    const work = withPasswordValues(['Old-Password-1', 'New-Password-2'], async (values) => {
      kept.push(...values);
      expect(values.every((value) => value.some((byte) => byte !== 0))).toBe(true);
      if (how === 'it fails') throw new Error('broken');
    });
    await work.catch(() => undefined);
    expect(kept).toHaveLength(2);
    expect(kept.every((value) => value.every((byte) => byte === 0))).toBe(true);
  });
});

describe('a debugging mode in which the client prints passwords', () => {
  const ask = async (mode: string | undefined): Promise<string> => {
    const code =
      "const m = await import('./src/ldap/password-value.ts'); process.stdout.write(String(m.wouldPrintPasswords()))";
    const env = { PATH: process.env['PATH'], ...(mode === undefined ? {} : { NODE_DEBUG: mode }) };
    return (await run(process.execPath, ['--input-type=module', '-e', code], { env })).stdout;
  };

  it.each(['ldapts', 'LDAPTS', 'http,ldapts', 'ldap*', '*'])('is noticed: NODE_DEBUG=%s', async (mode) =>
    expect(await ask(mode)).toBe('true'),
  );

  it.each([undefined, 'http', 'ldap'])('is not seen where there is none: NODE_DEBUG=%s', async (mode) =>
    expect(await ask(mode)).toBe('false'),
  );
});
