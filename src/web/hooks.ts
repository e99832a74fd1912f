// The webhook by which Auth0's log stream, or an Action, reports a changed password. It needs the secret. Only the account and the
// time are used; nothing else of the body is kept or logged.
import { createHash, timingSafeEqual } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { accountId, instant } from '../flows/ids.ts';
import type { PasswordChange } from '../flows/ports.ts';
import { createRawRoutes } from '../inbound/raw-route.ts';
import { createRefusalLog, type RefusalLog } from '../inbound/refusal-log.ts';
import { leaveBodiesUnread, type Unread } from '../inbound/request-body.ts';

export interface HookOptions {
  /** Absent: the route does not exist. */
  readonly secret?: string;
  onPasswordChanged(change: PasswordChange): Promise<void> | void;
  onSkipped(entries: number): void;
}

const bodyLimitBytes = 1024 * 1024;
const bodiesBytesAtMost = 8 * 1024 * 1024;
const bodyWithinMs = 10_000;
const bearerCharsAtMost = 8_192;
/** More real entries than fit into such a body: one has about five hundred bytes. */
const entriesAtMost = 5_000;

/** Requests with a wrong bearer that get a 401 within a minute, from one address and from all together. Further ones get a 429. */
const wrongFromOne = 10;
const wrongFromAll = 100;
const minuteMs = 60_000;

/** `guessed`: over the limit of wrong secrets in a minute, so somebody is probably guessing. */
type Refused = 'wrong-secret' | 'guessed' | 'unreadable' | Unread;

export function createHooks({ secret, onPasswordChanged, onSkipped }: HookOptions): FastifyPluginAsync {
  return async (scope) => {
    if (secret === undefined) return;
    const isKnown = createCheck(secret);
    const refusals = createRefusalLog<Refused>(scope.log, 'hook.refused');
    scope.addHook('onClose', async () => refusals.stop());
    const refuse = await createRefusal(scope, refusals);
    leaveBodiesUnread(scope);
    const limits = { bytesAtMost: bodyLimitBytes, totalBytesAtMost: bodiesBytesAtMost, withinMs: bodyWithinMs };
    const bodies = createRawRoutes<Refused>(limits, refusals);
    scope.post(
      '/hooks/auth0',
      {
        config: { isRefusalLogged: true },
        // Runs before the body is read, so that strangers cannot fill the memory. Only wrong secrets are counted, so Auth0 is
        // accepted however many others guess, even if a proxy makes them all share its address.
        onRequest: async (request, reply) => {
          if (!isKnown(request)) return refuse(request, reply);
        },
      },
      async (request, reply) => {
        const bytes = await bodies.read(request, reply);
        if (bytes === undefined) return reply;
        const { changes, skipped } = readEntries(bytes.toString());
        if (skipped > 0) {
          onSkipped(skipped);
          request.log.warn({ skipped }, 'entries of the log stream could not be read');
        }
        // A failure is answered with 500. Auth0 then sends the whole batch again.
        for (const change of changes) await onPasswordChanged(change);
        return reply.code(204).send();
      },
    );
  };
}

async function createRefusal(scope: FastifyInstance, refusals: RefusalLog<Refused>) {
  await scope.register(rateLimit, { global: false });
  const perAddress = scope.createRateLimit({ max: wrongFromOne, timeWindow: minuteMs });
  const overall = scope.createRateLimit({ max: wrongFromAll, timeWindow: minuteMs, keyGenerator: () => 'all' });
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const limits = await Promise.all([perAddress(request), overall(request)]);
    const waits = limits.flatMap((limit) => (!limit.isAllowed && limit.isExceeded ? [limit.ttlInSeconds] : []));
    refusals.note(waits.length === 0 ? 'wrong-secret' : 'guessed');
    if (waits.length === 0) return reply.code(401).send({ error: 'unauthorized' });
    return reply
      .code(429)
      .header('retry-after', Math.max(...waits))
      .send({ error: 'too-many-requests' });
  };
}

/** Compares hashes, so that the time reveals neither content nor length. The word `Bearer` is optional. */
function createCheck(secret: string): (request: FastifyRequest) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const right = digest(secret);
  return (request) => {
    const { authorization = '' } = request.headers;
    if (authorization.length > bearerCharsAtMost) return false;
    return timingSafeEqual(digest(authorization.replace(/^Bearer +/i, '')), right);
  };
}

/** The log stream wraps an entry: `{ data: { … } }`. An Action sends it flat. */
const entrySchema = z.looseObject({ data: z.looseObject({ type: z.string() }) }).transform(({ data }) => data);
const flatSchema = z.looseObject({ type: z.string() });
const changeSchema = z.object({
  user_id: z.string().min(1).max(255),
  date: z.iso.datetime({ offset: true }).transform((date) => instant(Date.parse(date))),
});
const batchSchema = z.object({ logs: z.array(z.unknown()) });

export interface Entries {
  readonly changes: readonly PasswordChange[];
  /** How many entries could not be read. Readable entries about something else do not count. */
  readonly skipped: number;
}

/** Accepts JSON lines, an array, one object, or `{ logs: [ … ] }`. */
export function readEntries(body: string): Entries {
  const changes: PasswordChange[] = [];
  let skipped = 0;
  const items = itemsOf(body);
  if (items.length > entriesAtMost) skipped += items.length - entriesAtMost;
  for (const item of items.slice(0, entriesAtMost)) {
    const entry = mayBeEntry(item) ? entrySchema.or(flatSchema).safeParse(item).data : undefined;
    if (entry === undefined) skipped += 1;
    if (entry?.type !== 'scp') continue;
    const change = changeSchema.safeParse(entry).data;
    if (change === undefined) skipped += 1;
    else changes.push({ account: accountId(change.user_id), at: change.date });
  }
  return { changes, skipped };
}

/** A cheap check before the schemas. */
const mayBeEntry = (item: unknown): boolean => isObject(item) && ('data' in item || 'type' in item);
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const unreadable = Symbol('unreadable');

function itemsOf(body: string): readonly unknown[] {
  const whole = parsed(body);
  if (whole !== unreadable) return spread(whole);
  if (!body.includes('\n')) return body.trim() === '' ? [] : [unreadable];
  return body
    .split('\n', entriesAtMost + 1)
    .filter((line) => line.trim() !== '')
    .flatMap((line) => spread(parsed(line)));
}

function spread(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) && 'logs' in value ? (batchSchema.safeParse(value).data?.logs ?? [value]) : [value];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return unreadable;
  }
}
