import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { instant } from '../../src/flows/ids.ts';
import { createProofOfWork } from '../../src/inbound/proof-of-work.ts';
import { createSigningKeys } from '../../src/signing-keys.ts';
import { keyOf } from '../web/enrolment-stand-in.ts';

const bits = 8;
let now = 0;
const clock = { now: () => instant(now) };
const work = (key = 'a') => createProofOfWork({ keys: createSigningKeys([keyOf(key)]), clock, bits });

const hashOf = (challenge: string, answer: number): Buffer =>
  createHash('sha256').update(`${challenge}:${answer}`).digest();
const isRight = (hash: Buffer): boolean => hash[0] === 0;
/** The first one that begins with eight zero bits, or the first that does not. */
function answerTo(challenge: string, wanted = true): string {
  for (let answer = 0; ; answer += 1) if (isRight(hashOf(challenge, answer)) === wanted) return String(answer);
}

describe('What a browser has computed', () => {
  it('counts once', () => {
    const one = work();
    const { challenge } = one.next();
    const answer = answerTo(challenge);
    expect([one.isDone(challenge, answer), one.isDone(challenge, answer)]).toEqual([true, false]);
  });

  it('does not count where the hash has too few zero bits', () => {
    const one = work();
    const { challenge } = one.next();
    expect(one.isDone(challenge, answerTo(challenge, false))).toBe(false);
  });

  it('does not count after fifteen minutes', () => {
    const one = work();
    const { challenge } = one.next();
    const answer = answerTo(challenge);
    now += 15 * 60_000;
    expect(one.isDone(challenge, answer)).toBe(false);
  });

  it.each([
    ['of another key', (): string => work('b').next().challenge],
    [
      'with another time',
      (): string =>
        work()
          .next()
          .challenge.replace(/\.[a-z\d]+\./, '.zzzzzzzz.'),
    ],
    ['that is none', (): string => ''],
  ])('does not count for a challenge %s', (_, challengeOf) => {
    const challenge = challengeOf();
    expect(work().isDone(challenge, answerTo(challenge))).toBe(false);
  });

  it.each(['', '-1', '1.5', 'x', '9'.repeat(13)])('is a number, and not “%s”', (answer) => {
    const one = work();
    expect(one.isDone(one.next().challenge, answer)).toBe(false);
  });
});
