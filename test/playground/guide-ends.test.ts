// The guide knows from the message whether a request is over, however it ended. Without that it asks for a step that is none.
import { describe, expect, it } from 'vitest';
import { endIn } from '../../playground/page/guide-shown.ts';
import { personCard } from '../../src/bot/cards/person-card.ts';
import { en } from '../../src/bot/copy/en/en.ts';
import { actorId, instant } from '../../src/flows/ids.ts';
import type { PersonScreen } from '../../src/flows/screen.ts';
import { personScreens } from '../adapters/every-screen.ts';
import { sam, subjectOf } from '../flows/cast.ts';

const ada = actorId({ platform: 'teams', tenant: 'X1', user: 'ADA' });
const screens = personScreens({ person: subjectOf('reset').actor, agents: [sam, ada] });

const textOf = (screen: PersonScreen): string =>
  personCard(screen, {
    copy: en,
    now: instant(Date.parse('2026-03-02T10:45:00Z')),
    isRedrawnInTime: true,
    helpdesk: { hasChannel: true },
  })
    .lines.flatMap(({ text }) => text)
    .map((span) => (typeof span === 'string' ? span : 'strong' in span ? span.strong : '•'))
    .join('');

const becauseOf = (screen: PersonScreen): string | undefined =>
  screen.shows === 'ended' && screen.disownedAt === undefined ? screen.ending.because : undefined;
const endOf = (screen: PersonScreen) => endIn(textOf(screen));
const namesOf = (end: string | undefined) =>
  [...new Set(screens.filter((screen) => endOf(screen) === end).map(becauseOf))]
    .filter((because) => because !== undefined)
    .toSorted();

describe('the end of a request, read from its message', () => {
  it('is known for every ending but the three that have worked, and for no message that nobody asked for', () =>
    expect(namesOf(undefined)).toEqual([
      'changed-elsewhere',
      'contact-imported',
      'enrolled',
      'password-changed',
      'requested-elsewhere',
      'unlocked',
    ]));

  it('does not say that the same can be asked for again where that is refused', () =>
    expect(namesOf('over')).toEqual(
      // biome-ignore format: one line for each outcome
      [
        'approval', 'codes-limited', 'elsewhere', 'flow', 'limited', 'link', 'operator', 'password', 'password-unconfirmed',
        'old-passwords-wrong', 'passwords-refused', 'person', 'superseded', 'unconfirmed', 'unreachable',
      ].toSorted(),
    ));

  it('is a denial or a stop only where it was one', () => {
    expect(namesOf('denied')).toEqual(['denied']);
    expect(namesOf('stopped')).toEqual(['disowned']);
    expect(namesOf('needless')).toEqual(['not-locked']);
    const disowned = screens.filter((screen) => screen.shows === 'ended' && screen.disownedAt !== undefined);
    expect(new Set(disowned.map(endOf))).toEqual(new Set(['stopped']));
  });

  it('is not seen while a request is open', () => {
    const open = screens.filter(({ shows }) => shows !== 'ended');
    expect(open.filter((screen) => endOf(screen) !== undefined).map(textOf)).toEqual([]);
  });
});
