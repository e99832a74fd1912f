// What happened to an account without a request of its people here, and telling them: somebody asked on the web, a password was changed
// elsewhere, a contact came from a file. Each is stored first, told once, and tried for a day.
import type { Logger } from 'pino';
import type { Enrolments } from '../flows/enrolment-ports.ts';
import { earliest, type FlowId, type Instant, instant, later } from '../flows/ids.ts';
import { daySeconds, freshChangeSeconds } from '../flows/limits.ts';
import type { Occasion } from '../flows/notice.ts';
import type { Failure } from '../flows/outcome.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type { Clock, PasswordChange } from '../flows/ports.ts';
import type { Bindings, KeptOccasion, Occasions } from '../flows/store.ts';
import type { WakeSignal } from './wake-signal.ts';

/** `nobody`: nobody is bound to the account. `known`: a request made the change, or it was told already. */
export type OccasionOutcome = 'told' | 'nobody' | 'known' | 'given-up';
export type ObserveOccasion = (what: Occasion['what'], outcome: OccasionOutcome) => void;

export interface OccasionTelling {
  /** A change of which no request knows. It is durable when this resolves, if there may be somebody to tell. */
  changedElsewhere(change: PasswordChange): Promise<void>;
  /** Tells what is due. To be called once a second: that is the pace of the contacts of a file. */
  tellDue(): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export interface OccasionParts {
  readonly occasions: Occasions;
  readonly bindings: Pick<Bindings, 'isBound'>;
  readonly enrolments: Pick<Enrolments, 'boundPeople'>;
  readonly policy: Pick<PolicyRules, 'contacts'>;
  readonly clock: Clock;
  readonly newId: () => FlowId;
  /** Raised where there are notices to be posted. */
  readonly wake: Pick<WakeSignal, 'raise'>;
  readonly log: Logger;
  readonly observe: ObserveOccasion;
}

/** Longer than the call and the transaction may take. */
const leaseMs = 60_000;
/**
 * Changed passwords before contacts, several a second: somebody may be signed in as somebody else at this moment. An administrator may change
 * those of the whole company at once: of the 500 reads a minute of Auth0's smallest paid plan this takes less than a half.
 */
const changesAtOnce = 4;
/** Whoever asked goes on meanwhile. Each has cost a code, so there are never many. */
const requestsAtOnce = 4;
/** Each costs a call to the provider and a message: one a second leaves the most of both to people's own requests. */
const importsAtOnce = 1;
const firstPauseMs = 2_000;
const longestPauseMs = 300_000;
/** A page is being opened again: that takes some seconds. */
const unclearPauseMs = 5_000;

export function createOccasionTelling(parts: OccasionParts): OccasionTelling {
  const { occasions, bindings, clock } = parts;
  const due = async (what: Occasion['what'], limit: number): Promise<void> => {
    const claimed = await occasions.claim(what, { now: clock.now(), leaseMs, limit });
    await Promise.all(claimed.map((kept) => tellOne(kept, parts)));
  };
  let underWay: Promise<void> = Promise.resolve();
  const allDue = async (): Promise<void> => {
    await due('requested-elsewhere', requestsAtOnce);
    await due('password-changed', changesAtOnce);
    await due('contact-imported', importsAtOnce);
  };
  return {
    async changedElsewhere({ account, at }) {
      const now = clock.now();
      if (at <= later(now, -freshChangeSeconds)) return;
      // The tenant reports the changes of all its users, customers among them: nothing but this look is spent on those.
      if (!(await bindings.isBound(account))) return;
      await occasions.keep(account, { what: 'password-changed', at: earliest(at, now) }, now);
    },
    tellDue() {
      underWay = allDue();
      return underWay;
    },
    idle: async () => void (await Promise.allSettled([underWay])),
  };
}

async function tellOne(kept: KeptOccasion, parts: OccasionParts): Promise<void> {
  const { occasions, enrolments, policy, clock, newId, wake, log, observe } = parts;
  const { key, account, occasion } = kept;
  const end = async (outcome: OccasionOutcome): Promise<void> => {
    await occasions.close(key);
    observe(occasion.what, outcome);
  };
  if (clock.now() >= later(kept.reportedAt, daySeconds)) {
    log.error({ event: 'occasion.given-up', account, what: occasion.what }, 'the people of an account were not told');
    return end('given-up');
  }
  const bound = await enrolments.boundPeople(account, clock.now());
  // Deleted meanwhile: then nobody is bound to it.
  if (!bound.ok && bound.failure.kind === 'absent') return end('nobody');
  if (!bound.ok) return again(kept, bound.failure, parts);
  const people = bound.value.map(({ actor }) => actor);
  if (people.length === 0) return end('nobody');
  const told = await occasions.tell(kept, { people, now: clock.now(), rules: policy.contacts, newId });
  if (told.is === 'unclear') return occasions.postpone(key, instant(clock.now() + unclearPauseMs));
  observe(occasion.what, told.is);
  if (told.is !== 'told') return;
  const about = { event: 'occasion.told', account, what: occasion.what, flows: told.flows.map(({ id }) => id) };
  log.info(about, 'the people of an account are told of what was done without a request here');
  wake.raise();
}

async function again({ key, account, occasion, tries }: KeptOccasion, failure: Failure, parts: OccasionParts) {
  const { occasions, clock, log } = parts;
  const next = nextTryAt(failure, tries, clock.now());
  const about = { event: 'occasion.delayed', account, what: occasion.what, tries, failure };
  log.warn({ ...about, next: new Date(next).toISOString() }, 'the people of an account cannot be told yet');
  await occasions.postpone(key, next);
}

function nextTryAt(failure: Failure, tries: number, now: Instant): Instant {
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10));
  return instant(now + Math.max(pause, failure.kind === 'rate-limited' ? failure.retryAfterMs : 0));
}
