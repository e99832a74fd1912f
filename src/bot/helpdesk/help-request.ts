// Somebody wants a person: told to the helpdesk in its channels, as a card that nobody can decide on, because nothing is proven.
// Once an hour for each person. In memory: a restart may tell it twice.
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
import { type NameOf, withNames } from '../display-names.ts';
import type { Messenger } from '../messenger.ts';
import type { HelpdeskChannel } from '../surfaces/card-posting.ts';

/** `telling`: not yet, and it is tried on. `nobody`: no channel to tell it in, or nobody whom the helpdesk should hear of. */
export type HelpResult =
  | { readonly is: 'told' | 'telling' | 'unreachable' | 'nobody' }
  | { readonly is: 'known'; readonly since: Instant };
export type RequestHelp = (actor: ActorId, card: Card, patienceMs: number) => Promise<HelpResult>;

export interface RequestHelpParts {
  readonly helpdesk: readonly HelpdeskChannel[];
  readonly messengers: ReadonlyMap<string, Messenger>;
  readonly people: People;
  readonly nameOf: NameOf;
  readonly clock: Clock;
  readonly log: Logger;
}

const againAfterMs = 3_600_000;
/** More people than ever ask for this within an hour. */
const mostPeople = 10_000;
/** What only the operator can mend is not waited for: the person had better call. */
const patience: RetryOptions = {
  triesAtMost: 8,
  withinMs: 5 * 60_000,
  isWorthIt: ({ kind }) => kind !== 'misconfigured',
};

export function createRequestHelp(parts: RequestHelpParts): RequestHelp {
  const { helpdesk, people, clock, log } = parts;
  const asked = createExpiringMap<ActorId, Instant>({ forMs: againAfterMs, atMost: mostPeople, now: clock.now });
  const ask: RequestHelp = async (actor, card, patienceMs) => {
    const since = asked.get(actor);
    if (since !== undefined) return { is: 'known', since };
    if (helpdesk.length === 0) return { is: 'nobody' };
    const deadline = createDeadline({ answerMs: patienceMs });
    const person = await withTimeout(people.lookUp(actor), patienceMs);
    // Nothing is passed on of somebody of whom it is not known that they belong here.
    if (person?.ok !== true) return { is: person?.failure.kind === 'absent' ? 'nobody' : 'unreachable' };
    if (person.value.is !== 'employee') return { is: 'nobody' };
    asked.set(actor, clock.now());
    const telling = tell(actor, card, parts).catch((error: unknown) => {
      log.warn({ actor, err: error }, 'the helpdesk could not be told that somebody asks for a person');
      return 'unreachable' as const;
    });
    void telling.then((told) => told === 'told' || asked.delete(actor));
    return { is: (await withTimeout(telling, deadline.leftMs())) ?? 'telling' };
  };
  const once = createSingleFlight<ActorId, HelpResult>();
  /** Who presses again while it is asked who they are gets the same answer. */
  return (actor, card, patienceMs) => once(actor, () => ask(actor, card, patienceMs));
}

async function tell(actor: ActorId, card: Card, parts: RequestHelpParts): Promise<'told' | 'unreachable'> {
  const told = await Promise.all(parts.helpdesk.map((channel) => retry(() => post(channel, card, parts), patience)));
  for (const one of told) {
    if (one.ok) continue;
    parts.log.warn({ actor, ...one.failure }, 'a channel of the helpdesk was not told that somebody asks for a person');
  }
  return told.some(({ ok }) => ok) ? 'told' : 'unreachable';
}

async function post(
  { platform, channel }: HelpdeskChannel,
  card: Card,
  { messengers, nameOf }: RequestHelpParts,
): Promise<Outcome<void>> {
  const posted = await messengers.get(platform)?.post(channel, await withNames(card, platform, nameOf));
  return posted === undefined || posted.ok ? success(undefined) : posted;
}
