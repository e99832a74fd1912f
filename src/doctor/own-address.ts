// Requests of the doctor to this installation's own public address, and what it means if nobody answers there.
import { readBeginning } from '../outbound/answer-text.ts';
import { brokenConnection } from '../outbound/network-error.ts';
import type { Finding } from './check.ts';

export interface OwnAddress {
  /** An origin without a slash at its end. */
  readonly publicUrl: string;
  /** Whether the server runs. Where it does not, nobody can answer at the public address, and nothing is wrong with that. */
  isServing(): Promise<boolean>;
}

export type Asked =
  | { readonly kind: 'answered'; readonly response: Response; readonly text: string }
  /** `cause`: Node's name of the error, or `timeout`. */
  | { readonly kind: 'unanswered'; readonly cause: string };

const withinMs = 5_000;
/** What our own routes answer to the doctor is a page at most. */
const bytesAtMost = 200_000;

/** Follows no redirect: neither Slack nor Teams does. */
export async function askOwn(own: OwnAddress, path: string, init: RequestInit = {}): Promise<Asked> {
  try {
    const response = await fetch(own.publicUrl + path, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(withinMs),
    });
    const { text } = await readBeginning(response, bytesAtMost);
    return { kind: 'answered', response, text };
  } catch (error) {
    const broken = brokenConnection(error);
    return { kind: 'unanswered', cause: broken?.code ?? (broken?.how === 'timeout' ? 'timeout' : 'no answer') };
  }
}

/** What a proxy answers if the server behind it does not. */
const fromProxy: ReadonlySet<number> = new Set([502, 503, 504]);

/** A finding where the server itself did not answer; undefined where it may have been the one that did. */
export async function noAnswer(check: string, own: OwnAddress, asked: Asked): Promise<Finding | undefined> {
  if (asked.kind === 'answered' && !fromProxy.has(asked.response.status)) return undefined;
  const cause = asked.kind === 'answered' ? `the proxy says ${asked.response.status}` : asked.cause;
  if (!(await own.isServing()))
    return {
      check,
      state: 'skipped',
      what: `Nobody answers at ${own.publicUrl} (${cause}), and the server does not run here: start it and run the doctor again.`,
    };
  return {
    check,
    state: 'failed',
    what: `The server runs, but does not answer at ${own.publicUrl} (${cause}).`,
    remedy:
      'Let PUBLIC_URL lead to this server: look at its entry in the DNS, at the proxy in front, at HOST and PORT, and whether this machine may reach its own public address.',
  };
}
