// English for what was done to somebody's account without a request here. They asked for nothing, so each text says what it is about,
// what to do where it was them (nothing), and what where it was not.
import type { Ending } from '../../../flows/ending.ts';
import type { Instant } from '../../../flows/ids.ts';
import type { FlowKind } from '../../../flows/state.ts';
import { unreachable } from '../../../flows/unreachable.ts';
import type { Text } from '../../cards/card.ts';
import type { End } from '../copy.ts';
import { fromDay } from './sentence-parts.ts';

export type Unasked = Extract<Ending, { because: 'changed-elsewhere' | 'requested-elsewhere' | 'contact-imported' }>;

const allUnasked: ReadonlySet<Ending['because']> = new Set([
  ...(['changed-elsewhere', 'requested-elsewhere', 'contact-imported'] as const),
]);
export const isUnasked = (ending: Ending): ending is Unasked => allUnasked.has(ending.because);

const b = (strong: string) => ({ strong });
const acts: Readonly<Record<FlowKind, string>> = {
  reset: 'reset your password',
  unlock: 'unlock your account',
  change: 'change your password',
  enroll: 'change your recovery contacts',
};
const signedOut = {
  ending: "We're signing you out everywhere…",
  asked: "You're being signed out everywhere.",
  unavailable: "You may still be signed in elsewhere. Sign out there if you don't need it.",
};

export function unasked(end: End, ending: Unasked, isTold: boolean): readonly Text[] {
  switch (ending.because) {
    case 'changed-elsewhere':
      return [
        [
          'Your password was changed at ',
          { time: ending.changedAt },
          '. It was not changed here, but on the sign-in page or by an administrator.',
        ],
        ...(ending.sessions === undefined ? [] : [[signedOut[ending.sessions]]]),
        [
          'Was it you? Then there is nothing to do: sign in with the new password. ',
          b('Not you?'),
          ` ${whatToDo(end, 'We pause everything', isTold)}`,
        ],
      ];
    case 'requested-elsewhere':
      if (ending.changedAt !== undefined) return changedOnWeb(end, ending.changedAt, isTold);
      return [
        [
          `Somebody asked on the web to ${acts[end.kind]}, and typed the right code from one of your recovery contacts at `,
          { time: ending.provenAt },
          '.',
        ],
        [
          'Was it you? Then there is nothing to do here: go on where you asked. ',
          b('Not you?'),
          ` ${whatToDo(end, 'We stop everything and sign you out everywhere', isTold)}`,
        ],
      ];
    case 'contact-imported': {
      const mustBeConfirmed = ending.mustBeConfirmed === true;
      const yours = mustBeConfirmed
        ? 'Is it yours? Then confirm it when you have a minute: add it once more, and type the code that we send. '
        : 'Is it yours? Then there is nothing to do. ';
      return [
        contactAdded(end),
        whenUsable(end, mustBeConfirmed),
        [yours, b('Not yours?'), ` ${whatToDo(end, 'We remove it', isTold)}`],
      ];
    }
    default:
      return unreachable(ending);
  }
}

/** They were told of the request when it began, in a message of its own. */
const changedOnWeb = (end: End, changedAt: Instant, isTold: boolean): readonly Text[] => [
  [
    'Your password was changed at ',
    { time: changedAt },
    ', by the request on the web that began with a code from one of your recovery contacts.',
  ],
  [
    'Was it you? Then there is nothing to do: sign in with the new password. ',
    b('Not you?'),
    ` ${whatToDo(end, 'We stop everything and sign you out everywhere', isTold)}`,
  ],
];

/** The button is there for a day. */
function whatToDo({ canDisown }: End, then: string, isTold: boolean): string {
  if (!canDisown) return 'Tell your helpdesk at once.';
  return `Press “It wasn't me” below. ${then}${isTold ? ', and tell the helpdesk.' : '. Then tell your helpdesk.'}`;
}

function importedBy({ enrolment }: End) {
  const [made] = enrolment?.changes ?? [];
  return made !== undefined && 'contact' in made ? made : undefined;
}

function contactAdded(end: End): Text {
  const made = importedBy(end);
  const what = 'Your company added a recovery contact to your account';
  if (made === undefined) return [`${what}.`];
  const { contact, at } = made;
  return [
    `${what}: ${contact.channel === 'email' ? 'email' : 'phone'} `,
    b(contact.masked),
    ' · ',
    { time: at, withDay: true },
  ];
}

function whenUsable(end: End, mustBeConfirmed: boolean): Text {
  const from = importedBy(end)?.usableFrom;
  const start: Text = from === undefined ? [' now'] : [' from ', fromDay(from)];
  if (mustBeConfirmed)
    return [
      "It isn't confirmed yet, so we can't send a code there.",
      ...(from === undefined ? [] : [' Once it is, it can be used', ...start, '.']),
    ];
  return ['It can be used', ...start, ". It isn't confirmed yet: nobody has typed a code from it."];
}
