// How people are called on cards. Names are never stored: asked for where a card needs one, and remembered for minutes.
import type { Card } from '../../bot/cards/card.ts';
import { within } from '../../concurrency/timeout.ts';
import type { ActorId } from '../../flows/ids.ts';
import { beginning } from '../../text/bounded-text.ts';
import type { MemberRecord } from './payload.ts';
import type { TeamsReferences } from './references.ts';
import type { Roster } from './roster.ts';

export type NameLookup = (actor: ActorId) => string | undefined;

export interface Names {
  /** The names that this card needs, as far as they can be had within a moment. */
  forCard(card: Card): Promise<NameLookup>;
  of(actor: ActorId): Promise<string | undefined>;
  note(actor: ActorId, member: MemberRecord): void;
}

const knownForMs = 10 * 60_000;
const knownAtMost = 5_000;
/** A card does not wait longer for a name: "a colleague" says enough. */
const waitMs = 700;
const nameChars = 60;

/** A name as a card may show it: one line, nothing invisible, at most 60 UTF-16 units; empty where nothing is left. */
export const presentableName = (given: string): string =>
  beginning(
    beginning(given, 4 * nameChars)
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim(),
    nameChars,
  );

export function createNames(options: {
  readonly isOurs: (actor: ActorId) => boolean;
  readonly references: TeamsReferences;
  readonly roster: () => Roster;
  /** Names of people on other platforms. */
  readonly elsewhere?: (actor: ActorId) => Promise<string | undefined>;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): Names {
  const { isOurs, references, roster, elsewhere } = options;
  const now = options.now ?? (() => performance.now());
  const known = new Map<ActorId, { readonly name: string; readonly until: number }>();
  const recall = (actor: ActorId): string | undefined => {
    const one = known.get(actor);
    return one !== undefined && one.until > now() ? one.name : undefined;
  };
  const remember = (actor: ActorId, given: string | null | undefined): void => {
    const name = presentableName(given ?? '');
    if (name === '') return;
    known.delete(actor);
    known.set(actor, { name, until: now() + knownForMs });
    for (const oldest of known.keys()) {
      if (known.size <= knownAtMost) break;
      known.delete(oldest);
    }
  };
  const ask = async (actor: ActorId): Promise<void> => {
    if (!isOurs(actor)) return remember(actor, await elsewhere?.(actor));
    const reference = await references.find(actor);
    // Noted on the way: see `onSeen`.
    if (reference !== undefined) await roster().ask(actor, reference);
  };
  const of = async (actor: ActorId): Promise<string | undefined> => {
    if (recall(actor) === undefined) await within(ask(actor), waitMs).catch(() => undefined);
    return recall(actor);
  };
  return {
    of,
    note: (actor, member) => remember(actor, member.name),
    async forCard(card) {
      const people = new Set(
        card.lines.flatMap(({ text }) =>
          text.flatMap((span) =>
            typeof span === 'object' && 'person' in span && span.name === undefined ? [span.person] : [],
          ),
        ),
      );
      const names = new Map(await Promise.all([...people].map(async (actor) => [actor, await of(actor)] as const)));
      return (actor) => names.get(actor);
    },
  };
}
