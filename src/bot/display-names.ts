// Display names for people of another platform, whom a platform cannot mention. Never stored; cached for ten minutes.
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { withTimeout } from '../concurrency/timeout.ts';
import { type ActorId, actorParts } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { shownName } from '../text/shown-name.ts';
import type { Card, Span, Text } from './cards/card.ts';

export type NameOf = (actor: ActorId) => Promise<string | undefined>;

const knownForMs = 10 * 60_000;
const knownAtMost = 5_000;
/** A card waits at most this long for a name. */
const waitMs = 700;

export function createNames(byPlatform: ReadonlyMap<string, NameOf>, clock: Clock): NameOf {
  const known = createExpiringMap<ActorId, string>({ forMs: knownForMs, atMost: knownAtMost, now: clock.now });
  return async (actor) => {
    const remembered = known.get(actor);
    if (remembered !== undefined) return remembered;
    const asked = byPlatform.get(actorParts(actor).platform)?.(actor) ?? Promise.resolve(undefined);
    const given = await withTimeout(asked, waitMs).catch(() => undefined);
    const name = shownName(given ?? '');
    if (name === '') return undefined;
    known.set(actor, name);
    return name;
  };
}

/** Adds names to the card for people of other platforms. */
export async function withNames(card: Card, platform: string, nameOf: NameOf): Promise<Card> {
  const lines = await Promise.all(
    card.lines.map(async (line) => ({ ...line, text: await withNamesIn(line.text, platform, nameOf) })),
  );
  return { ...card, lines, summary: await withNamesIn(card.summary, platform, nameOf) };
}

export function withNamesIn(text: Text, platform: string, nameOf: NameOf): Promise<Text> {
  const named = async (span: Span): Promise<Span> => {
    if (typeof span === 'string' || !('person' in span) || actorParts(span.person).platform === platform) return span;
    const name = await nameOf(span.person);
    return name === undefined ? span : { person: span.person, name };
  };
  return Promise.all(text.map(named));
}
