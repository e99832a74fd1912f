// Recovery codes are written so that a person can read them from paper, and read however they type them.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readRecoveryCode, writeRecoveryCode } from '../../src/text/recovery-code.ts';

const bytes = (fill: number): Uint8Array => new Uint8Array(8).fill(fill);

describe('a recovery code', () => {
  it('has all of its 64 bits in thirteen symbols', () => {
    expect(writeRecoveryCode(bytes(0))).toBe('00000-0000-0000');
    expect(writeRecoveryCode(bytes(0xff))).toBe('FZZZZ-ZZZZ-ZZZZ');
    expect(writeRecoveryCode(new Uint8Array([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]))).toBe('028T5-CY4T-QKFF');
  });

  it('differs wherever a single bit differs', () => {
    const written = Array.from({ length: 64 }, (_, bit) => {
      const one = bytes(0);
      one[bit >> 3] = 1 << (bit & 7);
      return writeRecoveryCode(one);
    });
    expect(new Set([...written, writeRecoveryCode(bytes(0))]).size).toBe(65);
  });

  it('holds no letter that looks like a digit or like another letter', () => {
    const written = Array.from({ length: 200 }, () => writeRecoveryCode(randomBytes(8))).join('');
    expect(written).toMatch(/^[-0-9A-HJKMNP-TV-Z]+$/);
  });

  it('is read as it was written', () => {
    for (let times = 0; times < 200; times += 1) {
      const code = writeRecoveryCode(randomBytes(8));
      expect(readRecoveryCode(code)).toBe(code.replaceAll('-', '').toLowerCase());
    }
  });

  it.each([
    ['as it is shown', '028T5-CY4T-QKFF'],
    ['in small letters', '028t5-cy4t-qkff'],
    ['without separators', '028T5CY4TQKFF'],
    ['with blanks', ' 028T5 CY4T QKFF '],
    ['with an en dash', '028T5–CY4T–QKFF'],
    ['with a hyphen that does not break', '028T5‑CY4T‑QKFF'],
    ['with dots', '028T5.CY4T.QKFF'],
    ['with underscores', '028T5_CY4T_QKFF'],
    ['over two lines', '028T5-CY4T\n-QKFF'],
    ['in full width', '０２８Ｔ５－ＣＹ４Ｔ－ＱＫＦＦ'],
    ['with O for 0', 'O28T5-CY4T-QKFF'],
  ])('is read %s', (_how, typed) => {
    expect(readRecoveryCode(typed)).toBe('028t5cy4tqkff');
  });

  it.each(['I', 'i', 'L', 'l', '1'])('is read with %s for 1', (sign) => {
    expect(readRecoveryCode(`0${sign}8T5-CY4T-QKFF`)).toBe('018t5cy4tqkff');
  });

  it.each([
    ['empty', ''],
    ['a code that was sent', '123456'],
    ['one symbol too short', '028T5-CY4T-QKF'],
    ['one symbol too long', '028T5-CY4T-QKFFF'],
    ['a letter that no code has', '028T5-CY4T-QKFU'],
    ['more bits than a code has', 'G0000-0000-0000'],
    ['a letter that only looks like one', '0ı8T5-CY4T-QKFF'],
    ['another sign', '028T5-CY4T-QKF!'],
    ['too long a text', ` ${'-'.repeat(64)}028T5CY4TQKFF`],
  ])('is not %s', (_what, typed) => {
    expect(readRecoveryCode(typed)).toBeUndefined();
  });
});
