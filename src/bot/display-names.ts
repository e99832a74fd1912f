// Names and handles for people of another platform, whom a platform cannot mention, and for those for whom no platform vouches. Never stored; cached for ten minutes.
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { withTimeout } from '../concurrency/timeout.ts';
import { type ActorId, actorParts, isVouched } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { shownName } from '../text/shown-name.ts';
import type { OwnerOf } from './account-owners.ts';
import type { Card, PersonSpan, Span, Text } from './cards/card.ts';

export interface Called {
  /** Of the person's own choice: two people may have the same one. */
  readonly name: string;
  /** Tells two people of one name apart, and names the platform. Holds no address. */
  readonly handle: string;
}
export type NameOf = (actor: ActorId) => Promise<Called | undefined>;

/** `unnamed`: for somebody of whom nothing is known, not even an account. */
export interface Naming {
  readonly nameOf: NameOf;
  readonly ownerOf: OwnerOf;
  readonly unnamed: string;
}

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

/** Adds names to the card for people of other platforms, and for those for whom no chat vouches. */
export async function withNames(card: Card, platform: string, names: Naming): Promise<Card> {
  const lines = await Promise.all(
    card.lines.map(async (line) => ({ ...line, text: await withNamesIn(line.text, platform, names) })),
  );
  return { ...card, lines, summary: await withNamesIn(card.summary, platform, names) };
}

export async function withNamesIn(text: Text, platform: string, names: Naming): Promise<Text> {
  const named = (span: Span): Text | Promise<Text> => {
    if (typeof span === 'string' || !('person' in span)) return [span];
    return isVouched(span.person) ? called(span, platform, names) : owners(span, platform, names);
  };
  return (await Promise.all(text.map(named))).flat();
}

async function called(span: PersonSpan, platform: string, { nameOf }: Naming): Promise<Text> {
  if (actorParts(span.person).platform === platform) return [span];
  const known = await nameOf(span.person);
  return known === undefined ? [span] : [{ ...span, name: calledAs(span, known) }];
}

/** More are not written out. */
const ownersAtMost = 3;

/**
 * In place of somebody for whom no chat vouches, the people of the account: those whom the reader's platform can mention; else those of
 * another one who can be named; else the name in the directory.
 */
async function owners({ account, isSubject }: PersonSpan, platform: string, names: Naming): Promise<Text> {
  const owner = account === undefined ? undefined : await names.ownerOf(account);
  const people = (owner?.people ?? []).map((person): PersonSpan => ({ person, ...(isSubject ? { isSubject } : {}) }));
  const here = people.filter(({ person }) => actorParts(person).platform === platform);
  if (here.length > 0) return listed(here);
  const there = await Promise.all(people.map((person) => called(person, platform, names)));
  const named = there.flat().filter((span) => typeof span === 'object' && 'person' in span && span.name !== undefined);
  return named.length > 0 ? listed(named) : [owner?.called ?? names.unnamed];
}

const listed = (people: Text): Text =>
  people.slice(0, ownersAtMost).flatMap((person, index) => (index === 0 ? [person] : [' · ', person]));
