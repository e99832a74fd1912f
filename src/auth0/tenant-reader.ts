// Reads how the tenant is set up, for the doctor. One request after the other, each answer once, and never in the way of people.
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { createKeyedQueue } from '../concurrency/keyed-queue.ts';
import { retry } from '../concurrency/retry.ts';
import type { Endpoint } from './endpoints.ts';
import { type CallResult, type Failed, malformed } from './errors.ts';
import type { Management } from './management.ts';

/** `unseen`: nothing is known about it. `why` is a sentence for the operator, with what would let us see it. */
export type Seen<T> =
  | { readonly is: 'seen'; readonly value: T }
  | { readonly is: 'absent' }
  | { readonly is: 'unseen'; readonly why: string };

export interface TenantReader {
  /** `path` is what stands behind `/api/v2`, encoded. `absent`: Auth0 says that it does not exist. */
  read<T>(call: Endpoint, schema: z.ZodType<T>, path: string): Promise<Seen<T>>;
}

export interface TenantReaderOptions {
  readonly management: Management;
  /** Between two requests, in milliseconds. */
  readonly pauseMs: number;
}

/** A look that has to wait for longer than that is not worth it: the next one comes. */
const waitsAtMostMs = 30_000;

/** Each question reads its own fields. */
const anything = z.unknown();

/** For one look: an answer is kept as long as the reader. */
export function createTenantReader({ management, pauseMs }: TenantReaderOptions): TenantReader {
  const inTurn = createKeyedQueue();
  const answers = new Map<string, Promise<CallResult<unknown>>>();
  /** Once Auth0 does not answer, a dozen more questions would each wait for nothing. */
  let silence: Failed | undefined;

  async function ask(call: Endpoint, path: string): Promise<CallResult<unknown>> {
    if (silence !== undefined) return silence;
    if (pauseMs > 0 && answers.size > 1) await wait(pauseMs, undefined, { ref: false });
    let last: CallResult<unknown> = malformed(call, 'not asked');
    await retry(
      async () => {
        last = await management.ask(call, anything, (client, options) => client.read(path, options));
        return last;
      },
      { triesAtMost: 4, withinMs: waitsAtMostMs, isWorthIt: ({ kind }) => kind === 'rate-limited' },
    );
    if (!last.ok && last.failure.kind === 'unreachable') silence = last;
    return last;
  }

  return {
    async read(call, schema, path) {
      const known = answers.get(path) ?? inTurn('tenant', () => ask(call, path));
      answers.set(path, known);
      const answer = await known;
      if (!answer.ok) return answer.status === 404 ? { is: 'absent' } : { is: 'unseen', why: reasonOf(call, answer) };
      const { data } = schema.safeParse(answer.value);
      return data === undefined
        ? { is: 'unseen', why: 'Auth0’s answer was not understood.' }
        : { is: 'seen', value: data };
    },
  };
}

/** Auth0's codes and statuses only, see errors.ts. */
function reasonOf(call: Endpoint, { failure, status, code }: Failed): string {
  if (failure.kind === 'unreachable') return 'Auth0 did not answer.';
  if (failure.kind === 'rate-limited') return 'Auth0’s rate limit left no room for it.';
  if (code === 'insufficient_scope') return `The application lacks the scope ${call.scopes.join(' or ')}.`;
  if (code === 'operation_not_supported') return 'Auth0 says that the plan of this tenant does not have it.';
  return `Auth0 refused to show it${status === undefined ? '' : ` (${status})`}.`;
}
