// What a request is answered, before it is a document: a step, or why there is none.
import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Instant } from '../../flows/ids.ts';
import {
  documentTypes,
  type ErrorCode,
  type ErrorDocument,
  type NextStep,
  type SessionDocument,
  type StepAttributes,
  statusOf,
} from './api.ts';

interface OneProblem {
  readonly code: ErrorCode;
  /** In capitals. */
  readonly detail?: string;
  readonly attemptsLeft?: number;
  /** Of the member that is wrong, as a JSON pointer. */
  readonly pointer?: string;
}

/** `inMs`: when to ask again. */
export type RestAnswer =
  | { readonly is: 'step'; readonly session: string; readonly attributes: StepAttributes; readonly inMs?: number }
  /** The first problem decides the status. `nextStep`: what is due. */
  | {
      readonly is: 'problem';
      readonly problems: readonly [OneProblem, ...OneProblem[]];
      readonly nextStep?: NextStep;
      readonly inMs?: number;
    };

export type ProblemAnswer = Extract<RestAnswer, { is: 'problem' }>;

interface MoreOfProblem extends Omit<OneProblem, 'code'> {
  readonly nextStep?: NextStep | undefined;
  readonly inMs?: number;
}

export function problem(code: ErrorCode, { nextStep, inMs, ...more }: MoreOfProblem = {}): ProblemAnswer {
  return {
    is: 'problem',
    problems: [{ code, ...more }],
    ...(nextStep === undefined ? {} : { nextStep }),
    ...(inMs === undefined ? {} : { inMs }),
  };
}

/** Out of order, or without a session that can go on. `nextStep`: what is due, where anything is. */
export const notAuthorized = (nextStep?: NextStep): ProblemAnswer => problem('NOT_AUTHORIZED', { nextStep });

/** With an offset, as the documents have it. */
export const written = (at: Instant): string => new Date(at).toISOString().replace(/Z$/, '+00:00');

export function send(reply: FastifyReply, answer: RestAnswer, now: Instant): FastifyReply {
  if (answer.inMs !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(answer.inMs / 1000))));
  const status = answer.is === 'step' ? 200 : statusOf[answer.problems[0].code];
  return reply.code(status).type('application/json; charset=utf-8').send(documentOf(answer, now));
}

function documentOf(answer: RestAnswer, now: Instant): SessionDocument | ErrorDocument {
  const meta = { type: documentTypes.document, timestamp: written(now) } as const;
  if (answer.is === 'step') {
    const { session: id, attributes } = answer;
    return { data: { type: documentTypes.session, id, attributes }, meta };
  }
  const { problems, nextStep } = answer;
  return { errors: problems.map(errorOf), meta: { ...meta, ...(nextStep === undefined ? {} : { nextStep }) } };
}

function errorOf({ code, detail, attemptsLeft, pointer }: OneProblem): ErrorDocument['errors'][number] {
  const more = {
    ...(detail === undefined ? {} : { detail }),
    ...(attemptsLeft === undefined ? {} : { attemptsLeft }),
  };
  return {
    ...{ id: randomUUID(), status: String(statusOf[code]), code },
    ...(pointer === undefined ? {} : { source: { pointer } }),
    ...(Object.keys(more).length === 0 ? {} : { meta: more }),
  };
}
