// Names and handles for people of another platform, whom a platform cannot mention. Never stored; cached for ten minutes.
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { withTimeout } from '../concurrency/timeout.ts';
import { type ActorId, actorParts } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { shownName } from '../text/shown-name.ts';
import type { Card, PersonSpan, Span, Text } from './cards/card.ts';

export interface Called {
  /** Of the person's own choice: two people may have the same one. */
  readonly name: string;
  /** Tells two people of one name apart, and names the platform. Holds no address. */
  readonly handle: string;
}
export type NameOf = (actor: ActorId) => Promise<Called | undefined>;

export const calledAs = ({ isSubject }: PersonSpan, { name, handle }: Called): string =>
  isSubject === true ? `${name} (${handle})` : name;

/** How long a name may be where it is shown: with the handle or without. */
export const nameChars = ({ isSubject }: Pick<PersonSpan, 'isSubject'>): number => (isSubject === true ? 160 : 60);

const knownForMs = 10 * 60_000;
const knownAtMost = 5_000;
/** A card waits at most this long for a name. */
const waitMs = 700;

export function createNames(byPlatform: ReadonlyMap<string, NameOf>, clock: Clock): NameOf {
  const known = createExpiringMap<ActorId, Called>({ forMs: knownForMs, atMost: knownAtMost, now: clock.now });
  return async (actor) => {
    const remembered = known.get(actor);
    if (remembered !== undefined) return remembered;
    const asked = byPlatform.get(actorParts(actor).platform)?.(actor) ?? Promise.resolve(undefined);
    const called = await withTimeout(asked, waitMs).catch(() => undefined);
    const name = shownName(called?.name ?? '');
    if (called === undefined || name === '') return undefined;
    known.set(actor, { ...called, name });
    return { ...called, name };
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
    const called = await nameOf(span.person);
    return called === undefined ? span : { ...span, name: calledAs(span, called) };
  };
  return Promise.all(text.map(named));
}
