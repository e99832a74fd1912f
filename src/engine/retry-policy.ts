// When an effect is tried again: after a failure, a limited number of times; while it only waits for its turn, as long as its
// request lives. With jitter. The caller logs every retry.

import { dueAt } from '../flows/due.ts';
import type { Effect } from '../flows/effect.ts';
import { type Instant, instant, later } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';
import { type FlowState, isOpen } from '../flows/state.ts';
import type { ClaimedEffect } from '../flows/store.ts';

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
/** For effects that the person is waiting for. */
const longestDrivingWaitMs = 10_000;
/** For effects that no state waits for (redraws and safety measures), and where the credentials are wrong. */
const mostTries = 8;
/**
 * What must be done at last, however long the other side is down: a contact or a chat person that somebody disowned is taken out
 * again, the owners of the other contacts and the other chat people are told of a change, and nothing stays of what was proven and not
 * linked.
 */
const owedSeconds = 24 * 3_600;
const longestOwedWaitMs = 300_000;
/** For how long after its order an effect of a closed request may wait for its turn. */
const longestTurnSeconds = 3_600;
/** Callers that wait for the same rate limit come back spread over this time. The longer one has waited, the sooner it comes back. */
const spreadMs = { first: 4_000, least: 500, lessPerWaitedMs: 1 / 3 };

export type Next =
  | { readonly at: Instant; readonly because: 'failed' | 'waiting' }
  /** No further try. */
  | undefined;

type Waiting = Pick<ClaimedEffect, 'effect' | 'earlierTries' | 'orderedAt'> & {
  readonly flow: { readonly state: FlowState };
};

export function nextTry(claimed: Waiting, failure: Failure, now: Instant, random: () => number): Next {
  if (failure.retry === 'never') return undefined;
  if (failure.kind === 'rate-limited') return nextTurn(claimed, failure, now, random);
  return afterFailure(claimed, now, random, failure.kind === 'misconfigured');
}

/** `isBounded`: credentials that were just rotated are right within a minute; otherwise the person waits in vain. */
function afterFailure(
  { effect, flow, earlierTries, orderedAt }: Waiting,
  now: Instant,
  random: () => number,
  isBounded: boolean,
): Next {
  const backOffMs = Math.min(firstWaitMs * 2 ** earlierTries, longestMsOf(effect, flow.state));
  const at = instant(Math.ceil(now + (0.8 + 0.4 * random()) * backOffMs));
  const until = isDriving(effect)
    ? dueAt(flow.state)
    : isOwed(effect, flow.state)
      ? later(orderedAt, owedSeconds)
      : undefined;
  const hasTries = (until !== undefined && !isBounded) || earlierTries + 1 < mostTries;
  const isInTime = hasTries && (until === undefined || at < until);
  return isInTime ? { at, because: 'failed' } : undefined;
}

/** Nothing has failed, so no try is counted. Only the deadline of the request ends the waiting. */
function nextTurn(
  { effect, flow, orderedAt }: Waiting,
  failure: Extract<Failure, { kind: 'rate-limited' }>,
  now: Instant,
  random: () => number,
): Next {
  const spread = failure.isTurn === true ? 0 : spreadAfter(now - orderedAt);
  const at = instant(Math.ceil(now + failure.retryAfterMs + random() * spread));
  const until = isOwed(effect, flow.state)
    ? later(orderedAt, owedSeconds)
    : isOpen(flow.state)
      ? flow.state.until
      : later(orderedAt, longestTurnSeconds);
  return at < until ? { at, because: 'waiting' } : undefined;
}

/** A token bucket is refilled one token at a time, and the first caller after the pause gets it. So older callers must come first. */
const spreadAfter = (waitedMs: number): number =>
  Math.max(spreadMs.least, spreadMs.first - waitedMs * spreadMs.lessPerWaitedMs);

/** Effects whose result moves the flow on. They are tried for as long as the flow waits for them. */
export function isDriving(effect: Effect): boolean {
  return (
    effect.do === 'identify' ||
    effect.do === 'send-code' ||
    effect.do === 'inspect-account' ||
    effect.do === 'lift-lock' ||
    effect.do === 'mail-link' ||
    effect.do === 'look-at-password' ||
    effect.do === 'bind-actor' ||
    effect.do === 'link-contact' ||
    (effect.do === 'unlink-contact' && effect.report)
  );
}

/** No state waits for these, but somebody's safety depends on them. */
const isOwed = (effect: Effect, state: FlowState): boolean =>
  effect.do === 'announce' ||
  // A ticket of ours ends within minutes. A link that the provider has mailed lives for days.
  (effect.do === 'void-tickets' && state.at === 'closed' && state.page?.byMail === true) ||
  effect.do === 'unbind-actor' ||
  (effect.do === 'unlink-contact' && !effect.report) ||
  (effect.do === 'discard-contact' && effect.isProven === true);

function longestMsOf(effect: Effect, state: FlowState): number {
  if (isDriving(effect)) return longestDrivingWaitMs;
  return isOwed(effect, state) ? longestOwedWaitMs : longestWaitMs;
}
