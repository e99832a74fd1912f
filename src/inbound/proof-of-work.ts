// A browser that computes for a moment shows that its sender pays something for each request. Nobody else is asked. What is to be
// computed is signed, lives for minutes, and counts once in each process.
import { createHash, randomBytes } from 'node:crypto';
import { type Instant, later } from '../flows/ids.ts';
import { createSeenOnce } from './seen-once.ts';

export interface WorkToDo {
  readonly challenge: string;
  /** With how many zero bits SHA-256 of `challenge:answer` begins. */
  readonly bits: number;
}

export interface ProofOfWork {
  next(): WorkToDo;
  /** Whether this was computed for a challenge of ours that was not used before. Uses it up. */
  isDone(challenge: string, answer: string): boolean;
}

interface ProofOfWorkParts {
  readonly keys: {
    sign(purpose: string, text: string): string;
    verify(purpose: string, text: string, mac: string): boolean;
  };
  readonly clock: { now(): Instant };
  /** 16: about a second of a phone. */
  readonly bits: number;
}

const purpose = 'proof-of-work';
const forSeconds = 15 * 60;
/** More answers than come within that time. */
const seenAtMost = 50_000;
const shape = /^([\w-]{22})\.([a-z\d]{1,10})\.([\w-]{43})$/;
const answerShape = /^\d{1,12}$/;

export function createProofOfWork({ keys, clock, bits }: ProofOfWorkParts): ProofOfWork {
  const seen = createSeenOnce({ forMs: forSeconds * 1000, atMost: seenAtMost, now: clock.now });
  return {
    next() {
      const id = randomBytes(16).toString('base64url');
      const until = later(clock.now(), forSeconds).toString(36);
      return { challenge: `${id}.${until}.${keys.sign(purpose, `${id} ${until}`)}`, bits };
    },
    isDone(challenge, answer) {
      const [, id = '', until = '', mac = ''] = shape.exec(challenge) ?? [];
      if (id === '' || !answerShape.test(answer)) return false;
      if (!keys.verify(purpose, `${id} ${until}`, mac)) return false;
      if (Number.parseInt(until, 36) <= clock.now()) return false;
      const hash = createHash('sha256').update(`${challenge}:${answer}`).digest();
      return hash.readUInt32BE(0) >>> (32 - bits) === 0 && seen.isNew(id);
    },
  };
}
