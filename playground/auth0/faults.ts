// Faults of Auth0: slow, down, rate-limited, and single odd answers that a test or the page has queued.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, oauthError, problem } from './answer.ts';
import { limitHeaders } from './limits.ts';
import { send } from './reply.ts';

type OddReply =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly contentType?: string;
    }
  /** Never answered. */
  | { readonly hang: true }
  /** The connection is cut before anything happens. */
  | { readonly disconnect: true }
  /** The request is carried out, then the connection is cut: the caller cannot know which of the two happened. */
  | { readonly lose: true }
  | { readonly html: string; readonly status?: number };

type Matcher = { readonly method?: string; readonly path: RegExp; readonly times?: number };

type Moment = Omit<Matcher, 'times'>;
type Act = () => void | Promise<void>;
type Planned = { readonly matcher: Moment; readonly act: Act; readonly when: 'before' | 'after' };

type FaultSettings = {
  mode: 'normal' | 'down' | 'slow' | 'rate-limited';
  latencyMs: number;
  /** The delay of the mode 'slow'. */
  slowMs: number;
  retryAfterSeconds: number;
};

export type Faults = FaultSettings & {
  set(changes: Partial<FaultSettings>): void;
  /**
   * Answers the next (`times`, default 1) matching requests oddly. Several faults may be queued; the oldest applies
   * first.
   */
  next(matcher: Matcher, reply: OddReply): void;
  /**
   * Does something exactly once, before the next matching request is carried out, whatever happened before it: e.g.
   * blocks the account between two calls of the product.
   */
  before(matcher: Moment, act: Act): void;
  /** The same after it was carried out, before its answer is sent. */
  after(matcher: Moment, act: Act): void;
  /** Back to normal, with an empty queue. */
  clear(): void;
};

type Queued = { readonly matcher: Matcher; readonly reply: OddReply; left: number };
type Verdict = 'go-on' | 'answered' | 'go-on-then-cut';

export type FaultInjector = {
  readonly faults: Faults;
  /**
   * Delays, answers or cuts the request. Unless the verdict begins with 'go-on', the request needs no further handling.
   */
  pass(request: FastifyRequest, reply: FastifyReply): Promise<Verdict>;
  /** To be called when the request has been carried out. */
  passed(request: FastifyRequest): Promise<void>;
  /** Ends every delay at once and cuts the connections that were waiting. */
  close(): void;
};

const normal: FaultSettings = { mode: 'normal', latencyMs: 0, slowMs: 30_000, retryAfterSeconds: 30 };

function createFaults(queue: Queued[], planned: Planned[]): Faults {
  const faults: Faults = {
    ...normal,
    set: (changes) => {
      Object.assign(faults, changes);
    },
    next: (matcher, reply) => {
      queue.push({ matcher, reply, left: matcher.times ?? 1 });
    },
    before: (matcher, act) => {
      planned.push({ matcher, act, when: 'before' });
    },
    after: (matcher, act) => {
      planned.push({ matcher, act, when: 'after' });
    },
    clear: () => {
      Object.assign(faults, normal);
      queue.length = 0;
      planned.length = 0;
    },
  };
  return faults;
}

function covers(matcher: Moment, { method, url }: FastifyRequest): boolean {
  return (matcher.method === undefined || matcher.method === method) && matcher.path.test(url);
}

/** Does everything that was planned for this moment, each act once. */
async function actOn(planned: Planned[], when: Planned['when'], request: FastifyRequest): Promise<void> {
  const due = planned.filter((each) => each.when === when && covers(each.matcher, request));
  for (const each of due) {
    planned.splice(planned.indexOf(each), 1);
    await each.act();
  }
}

function takeNext(queue: Queued[], request: FastifyRequest): OddReply | undefined {
  const index = queue.findIndex(({ matcher }) => covers(matcher, request));
  const queued = queue[index];
  if (queued === undefined) return undefined;
  queued.left -= 1;
  if (queued.left <= 0) queue.splice(index, 1);
  return queued.reply;
}

/** Real timers, because a client's own timeout is real, too. They end with the server. */
function createPauses() {
  const waiting = new Set<() => void>();
  let closed = false;
  return {
    wait: (ms: number | undefined): Promise<'over' | 'closed'> => {
      if (closed) return Promise.resolve('closed');
      return new Promise((resolve) => {
        const finish = (how: 'over' | 'closed') => {
          clearTimeout(timer);
          waiting.delete(end);
          resolve(how);
        };
        const end = () => finish('closed');
        const timer = ms === undefined ? undefined : setTimeout(() => finish('over'), ms);
        waiting.add(end);
      });
    },
    close: () => {
      closed = true;
      for (const end of [...waiting]) end();
    },
  };
}

function tooMany(path: string, now: number, retryAfterSeconds: number): Answer {
  const headers = limitHeaders(10, 0, now, retryAfterSeconds * 1000);
  const text = 'Global limit has been reached';
  return path.startsWith('/api/v2/')
    ? problem(429, text, 'too_many_requests', headers)
    : oauthError(429, 'too_many_requests', text, headers);
}

function cut(request: FastifyRequest, reply: FastifyReply): 'answered' {
  reply.hijack();
  request.raw.socket.destroy();
  return 'answered';
}

function sendOdd(reply: FastifyReply, odd: Extract<OddReply, { readonly status?: number }>): void {
  if ('html' in odd) {
    reply
      .code(odd.status ?? 200)
      .type('text/html; charset=utf-8')
      .send(odd.html);
    return;
  }
  const { status, body, headers, contentType } = odd;
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  reply
    .code(status)
    .headers({ ...headers })
    .type(contentType ?? 'application/json; charset=utf-8')
    .send(text);
}

export function createFaultGate(now: () => number): FaultInjector {
  const queue: Queued[] = [];
  const planned: Planned[] = [];
  const faults = createFaults(queue, planned);
  const pauses = createPauses();

  async function hang(request: FastifyRequest, reply: FastifyReply): Promise<Verdict> {
    reply.hijack();
    const gone = new Promise((resolve) => request.raw.socket.once('close', resolve));
    await Promise.race([pauses.wait(undefined), gone]);
    request.raw.socket.destroy();
    return 'answered';
  }

  async function goOn(request: FastifyRequest, verdict: 'go-on' | 'go-on-then-cut'): Promise<Verdict> {
    await actOn(planned, 'before', request);
    return verdict;
  }

  async function pass(request: FastifyRequest, reply: FastifyReply): Promise<Verdict> {
    if (faults.mode === 'down') return cut(request, reply);
    const delayMs = faults.latencyMs + (faults.mode === 'slow' ? faults.slowMs : 0);
    if (delayMs > 0 && (await pauses.wait(delayMs)) === 'closed') return cut(request, reply);
    const odd = takeNext(queue, request);
    if (odd === undefined) {
      if (faults.mode !== 'rate-limited') return goOn(request, 'go-on');
      send(reply, tooMany(request.url, now(), faults.retryAfterSeconds));
      return 'answered';
    }
    if ('hang' in odd) return hang(request, reply);
    if ('disconnect' in odd) return cut(request, reply);
    if ('lose' in odd) return goOn(request, 'go-on-then-cut');
    sendOdd(reply, odd);
    return 'answered';
  }

  return { faults, pass, passed: (request) => actOn(planned, 'after', request), close: pauses.close };
}
