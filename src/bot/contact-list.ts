// A person's own recovery contacts, for places that are drawn unasked: the home page, the welcome, a reminder. They are looked up in
// the background, seldom, and never at the cost of somebody who waits for a code.
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { createRateLimiter } from '../concurrency/rate-limiter.ts';
import { createSingleFlight } from '../concurrency/single-flight.ts';
import { matchOf } from '../engine/identify.ts';
import { type ListedContact, listed } from '../flows/contact.ts';
import type { ActorId } from '../flows/ids.ts';
import type { PolicyRules } from '../flows/policy.ts';
import { mayRecover } from '../flows/policy.ts';
import type { Clock, Directory, People } from '../flows/ports.ts';
import type { Bindings } from '../flows/store.ts';

/**
 * `contacts`: masked, as the person may see them; empty for somebody without an account too, and for one who is not bound to it. The
 * difference is told to nobody before proof. `not-shown`: not an employee. `unknown`: it cannot be told at the moment.
 */
export type OwnContacts =
  | { readonly is: 'contacts'; readonly contacts: readonly ListedContact[] }
  | { readonly is: 'not-shown' | 'unknown' };

export interface ContactLists {
  /** What is known already. Never asks. */
  known(actor: ActorId): OwnContacts | undefined;
  /** Never rejects. */
  read(actor: ActorId): Promise<OwnContacts>;
  /** The contacts have changed: what was asked before is not believed any more. */
  forget(actor: ActorId): void;
}

export interface ContactListParts {
  readonly people: People;
  readonly directory: Pick<Directory, 'match' | 'bound'>;
  readonly bindings: Bindings;
  readonly policy: Pick<PolicyRules, 'contacts' | 'binding'>;
  readonly clock: Clock;
}

const keptMs = 60_000;
/** Short, so that the page is complete soon; long enough that a page that is redrawn does not ask again and again. */
const unknownKeptMs = 15_000;
const peopleAtMost = 5_000;
/** A look costs a call or two. A tenant may have a dozen a second, and most of them are for people who wait. */
const pace = { everyMs: 1_000, atOnce: 10, waitAtMostMs: 0 };

export function createContactLists(parts: ContactListParts): ContactLists {
  const now = (): number => parts.clock.now();
  const limiter = createRateLimiter({ ...pace, now });
  const answers = createExpiringMap<ActorId, OwnContacts>({ atMost: peopleAtMost, now });
  /** How often a person's contacts have changed. */
  const changes = createExpiringMap<ActorId, number>({ atMost: peopleAtMost, now });
  const singleFlight = createSingleFlight<string, OwnContacts>();
  const changesOf = (actor: ActorId): number => changes.get(actor) ?? 0;

  async function ask(actor: ActorId, change: number): Promise<OwnContacts> {
    const isInTurn = 'waitMs' in limiter.take('everybody');
    const own = isInTurn ? await lookUp(actor, parts).catch(() => unknown) : unknown;
    // An answer from before a change is not kept.
    if (changesOf(actor) === change) answers.set(actor, own, own.is === 'unknown' ? unknownKeptMs : keptMs);
    return own;
  }

  return {
    known: answers.get,
    async read(actor) {
      const change = changesOf(actor);
      return answers.get(actor) ?? singleFlight(`${change} ${actor}`, () => ask(actor, change));
    },
    forget(actor) {
      changes.set(actor, changesOf(actor) + 1);
      answers.delete(actor);
    },
  };
}

const unknown: OwnContacts = { is: 'unknown' };
const none: OwnContacts = { is: 'contacts', contacts: [] };

async function lookUp(actor: ActorId, parts: ContactListParts): Promise<OwnContacts> {
  const { people, policy, clock } = parts;
  const person = await people.lookUp(actor);
  if (!person.ok) return person.failure.kind === 'absent' ? none : unknown;
  if (person.value.is === 'refused') return { is: 'not-shown' };
  const match = await matchOf(actor, person.value.workEmail, parts, clock.now());
  if (!match.ok) return unknown;
  if (match.value.is === 'none' || !mayRecover(match.value.binding, policy.binding)) return none;
  return { is: 'contacts', contacts: listed(match.value.contacts, policy.contacts, clock.now()) };
}
