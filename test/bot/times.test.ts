// Times on cards are shown without seconds. One at which something becomes possible is the next full minute: never too early.
import { describe, expect, it } from 'vitest';
import type { Text } from '../../src/bot/cards/card.ts';
import { en } from '../../src/bot/copy/en/en.ts';
import type { Ending } from '../../src/flows/ending.ts';
import { actorId, instant, later } from '../../src/flows/ids.ts';
import { personScreens } from '../adapters/every-screen.ts';
import { sam, subjectOf } from '../flows/cast.ts';

const closedAt = instant(Date.parse('2026-03-02T10:45:00Z'));
const again = later(closedAt, 637);
const nextMinute = later(closedAt, 660);
const ada = actorId({ platform: 'teams', tenant: 'X1', user: 'ADA' });

type Later = Extract<Ending, { readonly again: unknown }>;
const untilThen = new Map<Later['because'], Later>(
  personScreens({ person: subjectOf('reset').actor, agents: [sam, ada] })
    .flatMap((screen) => (screen.shows === 'ended' && 'again' in screen.ending ? [screen.ending] : []))
    .map((ending) => [ending.because, { ...ending, again }]),
);
const timesIn = (texts: readonly Text[]) =>
  texts.flat().flatMap((span) => (typeof span === 'object' && 'time' in span ? [span.time] : []));

describe('a time at which something becomes possible', () => {
  it.each([...untilThen])('is never too early: %s', (_because, ending) => {
    const shown = en.ended(
      { kind: 'unlock', ending, approvals: [], closedAt, wasAtPage: false, canDisown: false },
      true,
    );
    expect(timesIn(shown)).toEqual([nextMinute]);
  });

  it('is never too early: the next code', () => {
    expect(timesIn([en.noMoreCodes(again)])).toEqual([nextMinute]);
  });

  it('stands in the eight endings that have one', () => expect(untilThen.size).toBe(8));
});
