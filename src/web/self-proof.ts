// Proves to the operator's doctor that an answer comes from this installation, and to nobody else anything: only a question that
// was made with one of the SECRET_KEYS is answered, so a stranger cannot even find out that there is an answer.
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** As `createSigningKeys` makes them. */
export interface ProofKeys {
  sign(purpose: string, text: string): string;
  signAll(purpose: string, text: string): readonly string[];
  verify(purpose: string, text: string, mac: string): boolean;
}

export const questionHeader = 'x-latchkey-question';
export const answerHeader = 'x-latchkey-answer';
/** Purposes of their own: an answer is never a valid question. */
const asks = 'doctor-question';
const answers = 'doctor-answer';

export interface Question {
  /** The value of the header with which to ask. */
  readonly asked: string;
  /** Whether the value of the answer's header was made with one of the same keys. */
  isAnsweredBy(answer: string | null): boolean;
}

export function createQuestion(keys: ProofKeys): Question {
  const nonce = randomBytes(16).toString('base64url');
  return {
    asked: `${nonce}.${keys.sign(asks, nonce)}`,
    isAnsweredBy: (answer) => (answer?.split('.', keysAtMost) ?? []).some((mac) => keys.verify(answers, nonce, mac)),
  };
}

/** More than anybody has while keys are rotated. */
const keysAtMost = 20;

/** With each of the keys, because the one who asks may have only some of them. Undefined where none of them made the question. */
export function answerTo(keys: ProofKeys, question: unknown): string | undefined {
  if (typeof question !== 'string') return undefined;
  const [, nonce = '', mac = ''] = /^([\w-]{22})\.([\w-]{43})$/.exec(question) ?? [];
  return nonce !== '' && keys.verify(asks, nonce, mac) ? keys.signAll(answers, nonce).join('.') : undefined;
}

/** Every route answers the question, so that it does not matter which one a proxy forwards. */
export function addSelfProof(server: FastifyInstance, keys: ProofKeys): void {
  server.addHook('onRequest', async ({ headers }, reply) => {
    const question = headers[questionHeader];
    if (question === undefined) return;
    const answer = answerTo(keys, question);
    if (answer !== undefined) reply.header(answerHeader, answer);
  });
}
