// Tells the helpdesk, in its channels, that somebody asks for a person. The card has no buttons: there is no request to decide.
// At most once an hour for each person, and once more if they have proven who they are meanwhile. This is remembered in memory,
// so after a restart it may be told twice.
import type { Logger } from 'pino';
import { createDeadline } from '../../concurrency/deadline.ts';
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import { type RetryOptions, retry } from '../../concurrency/retry.ts';
import { createSingleFlight } from '../../concurrency/single-flight.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import type { ActorId, Instant } from '../../flows/ids.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import type { Clock, People } from '../../flows/ports.ts';
import type { Card } from '../cards/card.ts';
import { type Naming, withNames } from '../display-names.ts';
import type { Messenger } from '../messenger.ts';
import type { HelpdeskChannel } from '../surfaces/card-posting.ts';

/** `telling`: not told yet, retries continue. `nobody`: there is no channel, or the actor is not an employee. */
export type HelpResult =
  | { readonly is: 'told' | 'telling' | 'unreachable' | 'nobody' }
  | { readonly is: 'known'; readonly since: Instant };

export interface HelpWish {
  readonly actor: ActorId;
  /** What the helpdesk reads. */
  readonly card: Card;
  /** Whether the card says that the person is verified. */
  readonly isProven: boolean;
}

export interface RequestHelp {
  /** The answer where asking would change nothing. Undefined: the helpdesk can be asked. */
  settled(wish: Pick<HelpWish, 'actor' | 'isProven'>): HelpResult | undefined;
  ask(wish: HelpWish, patienceMs: number): Promise<HelpResult>;
}

export interface RequestHelpParts {
  readonly helpdesk: readonly HelpdeskChannel[];
  readonly messengers: ReadonlyMap<string, Messenger>;
  readonly people: People;
  readonly names: Naming;
  readonly clock: Clock;
  readonly log: Logger;
}

const againAfterMs = 3_600_000;
/** Far more people than ask for this within an hour. */
const mostPeople = 10_000;
/** A failure that only the operator can fix is not retried: the person should rather phone the helpdesk. */
const retryOptions: RetryOptions = {
  triesAtMost: 8,
  withinMs: 5 * 60_000,
  isWorthIt: ({ kind }) => kind !== 'misconfigured',
};

export function createRequestHelp(parts: RequestHelpParts): RequestHelp {
  const { helpdesk, people, clock, log } = parts;
  const asked = createExpiringMap<string, Instant>({ forMs: againAfterMs, atMost: mostPeople, now: clock.now });
  const settled: RequestHelp['settled'] = (wish) => {
    // Who is known to be verified does not have to be told again as somebody who may be anybody.
    const since = asked.get(keyOf(wish)) ?? asked.get(keyOf({ actor: wish.actor, isProven: true }));
    if (since !== undefined) return { is: 'known', since };
    return helpdesk.length === 0 ? { is: 'nobody' } : undefined;
  };
  const ask: RequestHelp['ask'] = async (wish, patienceMs) => {
    const answer = settled(wish);
    if (answer !== undefined) return answer;
    const { actor, card } = wish;
    const key = keyOf(wish);
    const deadline = createDeadline({ answerMs: patienceMs });
    const person = await withTimeout(people.lookUp(actor), patienceMs);
    // Nothing is forwarded for somebody who is not known to be an employee.
    if (person?.ok !== true) return { is: person?.failure.kind === 'absent' ? 'nobody' : 'unreachable' };
    if (person.value.is !== 'employee') return { is: 'nobody' };
    asked.set(key, clock.now());
    const telling = tell(actor, card, parts).catch((error: unknown) => {
      log.warn({ actor, err: error }, 'the helpdesk could not be told that somebody asks for a person');
      return 'unreachable' as const;
    });
    void telling.then((result) => result === 'told' || asked.delete(key));
    return { is: (await withTimeout(telling, deadline.leftMs())) ?? 'telling' };
  };
  const once = createSingleFlight<ActorId, HelpResult>();
  // A second press during the lookup gets the same answer.
  return { settled, ask: (wish, patienceMs) => once(wish.actor, () => ask(wish, patienceMs)) };
}

const keyOf = ({ actor, isProven }: Pick<HelpWish, 'actor' | 'isProven'>): string =>
  isProven ? `${actor} proven` : actor;

async function tell(actor: ActorId, card: Card, parts: RequestHelpParts): Promise<'told' | 'unreachable'> {
  const outcomes = await Promise.all(
    parts.helpdesk.map((channel) => retry(() => post(channel, card, parts), retryOptions)),
  );
  for (const one of outcomes) {
    if (one.ok) continue;
    parts.log.warn({ actor, ...one.failure }, 'a channel of the helpdesk was not told that somebody asks for a person');
  }
  return outcomes.some(({ ok }) => ok) ? 'told' : 'unreachable';
}

async function post(
  { platform, channel }: HelpdeskChannel,
  card: Card,
  { messengers, names }: RequestHelpParts,
): Promise<Outcome<void>> {
  const posted = await messengers.get(platform)?.post(channel, await withNames(card, platform, names));
  return posted === undefined || posted.ok ? success(undefined) : posted;
}
