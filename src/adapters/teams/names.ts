// The names of people on cards. Never stored: the connector is asked when a card needs one, and the answer is cached for minutes.
import type { Card, PersonSpan } from '../../bot/cards/card.ts';
import { type Called, calledAs, type NameOf } from '../../bot/display-names.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import type { ActorId } from '../../flows/ids.ts';
import type { NameCache } from './name-cache.ts';
import type { TeamsReferences } from './references.ts';
import type { Roster } from './roster.ts';

export type NameLookup = (person: PersonSpan) => string | undefined;

export interface Names {
  /** The names that this card needs, as far as the connector answers within `waitMs`. */
  forCard(card: Card): Promise<NameLookup>;
  readonly of: NameOf;
}

/** A card does not wait longer for a name: "a colleague" is good enough. */
const waitMs = 700;

export function createNames(options: {
  readonly isOurs: (actor: ActorId) => boolean;
  readonly references: TeamsReferences;
  readonly roster: Roster;
  /** Filled by the roster. */
  readonly cache: NameCache;
}): Names {
  const { isOurs, references, roster, cache } = options;
  const ask = async (actor: ActorId): Promise<void> => {
    const reference = isOurs(actor) ? await references.find(actor) : undefined;
    if (reference !== undefined) await roster.ask(actor, reference);
  };
  const of = async (actor: ActorId): Promise<Called | undefined> => {
    if (cache.recall(actor) === undefined) await withTimeout(ask(actor), waitMs).catch(() => undefined);
    return cache.recall(actor);
  };
  return {
    of,
    async forCard(card) {
      const people = new Set(
        [card.summary, ...card.lines.map(({ text }) => text)].flatMap((text) =>
          text.flatMap((span) =>
            typeof span === 'object' && 'person' in span && span.name === undefined ? [span.person] : [],
          ),
        ),
      );
      const names = new Map(await Promise.all([...people].map(async (actor) => [actor, await of(actor)] as const)));
      return (span) => {
        const called = names.get(span.person);
        return called === undefined ? undefined : calledAs(span, called);
      };
    },
  };
}
