// Faults of Teams: slow answers, refusals, no answer, cut connections. Planned from outside for the connector, the
// login and the keys.
import { type Answer, type RefusalCode, refused, throttled } from './refusal.ts';

/** The kinds of requests, as faults and the request log name them. */
export type RequestKind =
  | 'token'
  | 'metadata'
  | 'keys'
  | 'create'
  | 'send'
  | 'reply'
  | 'update'
  | 'delete'
  | 'members'
  | 'pagedmembers'
  | 'member'
  | 'unknown';

export type OddReply =
  /** One of the connector's documented codes, with its status. */
  | RefusalCode
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 429 with Retry-After. */
  | { readonly retryAfterSeconds: number }
  /** No answer. With `after` the request is carried out anyway. */
  | { readonly hang: true; readonly after?: boolean }
  /** The connection is cut; with `after` the request is carried out, so that only its answer is lost. */
  | { readonly disconnect: true; readonly after?: boolean };

export type Matcher =
  | RequestKind
  | '*'
  | { readonly kind?: RequestKind; readonly method?: string; readonly path?: RegExp; readonly times?: number };

export type Faults = {
  /** Added to every answer, in real milliseconds. */
  latencyMs: number;
  /** Applies to the next matching requests: one, unless the matcher says how many. The oldest plan comes first. */
  next(matcher: Matcher, reply: OddReply): void;
  always(matcher: Matcher, reply: OddReply): void;
  clear(): void;
};

type Asked = { readonly kind: RequestKind; readonly method: string; readonly path: string };
export type FaultBook = { readonly faults: Faults; take(asked: Asked): OddReply | undefined };

export function createFaults(): FaultBook {
  const plans: { readonly matcher: Matcher; readonly reply: OddReply; left: number }[] = [];
  const faults: Faults = {
    latencyMs: 0,
    next: (matcher, reply) =>
      void plans.push({ matcher, reply, left: typeof matcher === 'string' ? 1 : (matcher.times ?? 1) }),
    always: (matcher, reply) => void plans.push({ matcher, reply, left: Number.POSITIVE_INFINITY }),
    clear: () => {
      plans.length = 0;
      faults.latencyMs = 0;
    },
  };
  return {
    faults,
    take(asked) {
      const plan = plans.find(({ matcher, left }) => left > 0 && fits(matcher, asked));
      if (plan !== undefined) plan.left -= 1;
      return plan?.reply;
    },
  };
}

function fits(matcher: Matcher, { kind, method, path }: Asked): boolean {
  if (typeof matcher === 'string') return matcher === '*' || matcher === kind;
  return (
    (matcher.kind === undefined || matcher.kind === kind) &&
    (matcher.method === undefined || matcher.method === method) &&
    (matcher.path === undefined || matcher.path.test(path))
  );
}

export type Verdict =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'silence' | 'cut'; readonly isCarriedOut: boolean };

export function verdictOf(reply: OddReply): Verdict {
  if (typeof reply === 'string') {
    return { kind: 'answer', answer: refused(reply) };
  }
  if ('hang' in reply) return { kind: 'silence', isCarriedOut: reply.after === true };
  if ('disconnect' in reply) return { kind: 'cut', isCarriedOut: reply.after === true };
  if ('retryAfterSeconds' in reply) return { kind: 'answer', answer: throttled(reply.retryAfterSeconds) };
  return { kind: 'answer', answer: reply };
}
