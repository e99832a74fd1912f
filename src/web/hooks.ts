// Auth0's log stream, or an Action, tells that a password was changed. Believed only with the secret; everything in the
// body but that one fact is forgotten, and no line of it reaches the log.
import { createHash, timingSafeEqual } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { accountId, instant } from '../flows/ids.ts';
import type { PasswordChange } from '../flows/ports.ts';
import { createRefusalLog, type RefusalLog } from '../inbound/refusal-log.ts';
import { createBodyReader, leaveBodiesUnread, turnAway, type Unread } from '../inbound/request-body.ts';

export interface HookOptions {
  /** Absent: there is no such address. */
  readonly secret?: string;
  onPasswordChanged(change: PasswordChange): Promise<void> | void;
  onSkipped(entries: number): void;
}

const bodyLimitBytes = 1024 * 1024;
const bodiesBytesAtMost = 8 * 1024 * 1024;
const bodyWithinMs = 10_000;
const bearerCharsAtMost = 8_192;
/** More than fit into such a body: a real one has some five hundred bytes. */
const entriesAtMost = 5_000;

/** Wrong bearers a minute that are answered at once: from one address, and from all together. */
const wrongFromOne = 10;
const wrongFromAll = 100;
const minuteMs = 60_000;

/** `guessed`: so many wrong secrets within a minute that somebody is trying them. */
type Refused = 'wrong-secret' | 'guessed' | Unread;

export function createHooks({ secret, onPasswordChanged, onSkipped }: HookOptions): FastifyPluginAsync {
  return async (scope) => {
    if (secret === undefined) return;
    const isKnown = createCheck(secret);
    const refusals = createRefusalLog<Refused>(scope.log, 'hook.refused');
    scope.addHook('onClose', async () => refusals.stop());
    const refuse = await createRefusal(scope, refusals);
    leaveBodiesUnread(scope);
    const bodies = createBodyReader({
      bytesAtMost: bodyLimitBytes,
      totalBytesAtMost: bodiesBytesAtMost,
      withinMs: bodyWithinMs,
    });
    scope.post(
      '/hooks/auth0',
      {
        config: { isRefusalLogged: true },
        // Before the body is read: strangers get no megabyte of our memory. Only who is wrong is counted: Auth0 gets in
        // however many guess beside it, from its address too, where a proxy hides who is who.
        onRequest: async (request, reply) => {
          if (!isKnown(request)) return refuse(request, reply);
        },
      },
      async (request, reply) => {
        const read = await bodies.read(request.raw);
        if (!read.ok) {
          refusals.note(read.because);
          return turnAway(request, reply, read.status);
        }
        const { changes, skipped } = readEntries(read.body.toString());
        if (skipped > 0) {
          onSkipped(skipped);
          request.log.warn({ skipped }, 'entries of the log stream could not be read');
        }
        // A failure answers 500: the stream then sends the whole batch again.
        for (const change of changes) await onPasswordChanged(change);
        return reply.code(204).send();
      },
    );
  };
}

async function createRefusal(scope: FastifyInstance, refusals: RefusalLog<Refused>) {
  await scope.register(rateLimit, { global: false });
  const ofOne = scope.createRateLimit({ max: wrongFromOne, timeWindow: minuteMs });
  const ofAll = scope.createRateLimit({ max: wrongFromAll, timeWindow: minuteMs, keyGenerator: () => 'all' });
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const limits = await Promise.all([ofOne(request), ofAll(request)]);
    const waits = limits.flatMap((limit) => (!limit.isAllowed && limit.isExceeded ? [limit.ttlInSeconds] : []));
    refusals.note(waits.length === 0 ? 'wrong-secret' : 'guessed');
    if (waits.length === 0) return reply.code(401).send({ error: 'unauthorized' });
    return reply
      .code(429)
      .header('retry-after', Math.max(...waits))
      .send({ error: 'too-many-requests' });
  };
}

/** Compared as hashes, so that neither content nor length shows in the time. The word `Bearer` may be left out. */
function createCheck(secret: string): (request: FastifyRequest) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const right = digest(secret);
  return (request) => {
    const { authorization = '' } = request.headers;
    if (authorization.length > bearerCharsAtMost) return false;
    return timingSafeEqual(digest(authorization.replace(/^Bearer +/i, '')), right);
  };
}

/** As the stream wraps it, `{ data: { … } }`, or as an Action sends it, flat. */
const entrySchema = z.looseObject({ data: z.looseObject({ type: z.string() }) }).transform(({ data }) => data);
const flatSchema = z.looseObject({ type: z.string() });
const changeSchema = z.object({
  user_id: z.string().min(1).max(255),
  date: z.iso.datetime({ offset: true }).transform((date) => instant(Date.parse(date))),
});
const batchSchema = z.object({ logs: z.array(z.unknown()) });

export interface Entries {
  readonly changes: readonly PasswordChange[];
  /** How many could not be read. Entries about something else are none of these. */
  readonly skipped: number;
}

/** JSON lines, an array, one object, or `{ logs: [ … ] }`. */
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

/** What surely is none is passed over at no cost. */
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
