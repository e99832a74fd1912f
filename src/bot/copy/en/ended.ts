// English for every way in which a request can end.

import type { Ending, RefusedPerson } from '../../../flows/ending.ts';
import type { Instant } from '../../../flows/ids.ts';
import type { LockFacts } from '../../../flows/lock.ts';
import type { FlowKind } from '../../../flows/state.ts';
import { unreachable } from '../../../flows/unreachable.ts';
import type { Text } from '../../cards/card.ts';
import type { End } from '../copy.ts';
import { afterChangeInDirectory, barred, whatHadLocked, whatLocks, whenItEnds } from './locks.ts';
import { declined, from, fromDay, people } from './sentence-parts.ts';
import { isUnasked, type Unasked, unasked } from './unasked.ts';

const t = (time: Instant) => ({ time });
const again: Text = ['It locked again soon after the last unlock.'];

const notForYou: Readonly<Record<RefusedPerson, string>> = {
  bot: 'This is for people only.',
  deactivated: 'Your account here is not active. Please ask the helpdesk.',
  guest: 'This is for employees. You are a guest here: please ask whoever invited you.',
  invited: "You haven't joined yet. Accept your invitation first.",
  external: "This is for this company's employees only.",
  'unconfirmed-email': 'Your work email address is not confirmed here. Please ask the helpdesk.',
};

export function ended(end: End, isTold: boolean, isOnPage = false): readonly Text[] {
  const { kind, ending, closedAt, lock, enrolment } = end;
  switch (ending.outcome) {
    case 'done':
      if (isUnasked(ending)) return unasked(end, ending, isTold);
      return ending.because === 'enrolled' ? [enrolled(enrolment)] : done(ending, end, isOnPage);
    case 'refused':
      return [...refused(kind, ending, isTold, isOnPage), ...endOfLock(ending, lock, closedAt)];
    case 'expired':
      return [...expired(ending.because, end), ...endOfLock(ending, lock, closedAt)];
    case 'cancelled':
      return [[cancelled(ending.because, end)]];
    case 'failed':
      return failedTexts(ending, isTold);
    default:
      return unreachable(ending);
  }
}

type Cancelled = Extract<Ending, { outcome: 'cancelled' }>['because'];
const whyCancelled: Readonly<Record<Cancelled, string>> = {
  person: 'Cancelled.',
  superseded: 'Replaced by your newer request.',
  operator: 'An administrator ended this request.',
};

function cancelled(because: Cancelled, { wasAtPage, wasMailed }: End): string {
  const what = `${whyCancelled[because]}${wasMailed === true ? ' The link in the email no longer works.' : ''}`;
  if (wasAtPage) return `${what} If you've already saved a new password, it counts, and I'll confirm it here.`;
  return because === 'superseded' ? `${what} Nothing was changed here.` : `${what} Nothing was changed.`;
}

function enrolled({ changes, contacts }: NonNullable<End['enrolment']> = { changes: [], contacts: [] }): Text {
  if (changes.length === 0) return ['Done. Nothing was changed.'];
  if (changes.every(({ what }) => what === 'bound')) return ['Done. Your recovery contacts are unchanged.'];
  return [contacts.length === 0 ? 'Done.' : 'Done. These are your recovery contacts now.'];
}

type Granted = Exclude<Extract<Ending, { outcome: 'done' }>, { because: 'enrolled' } | Unasked>;

/** Where nothing more can be done from here, waiting helps. */
const waitsForLock: ReadonlySet<Ending['because']> = new Set(['unlocks-spent', 'barred', 'approval']);
const endOfLock = ({ because }: Ending, lock: LockFacts | undefined, now: Instant): readonly Text[] =>
  lock === undefined || !waitsForLock.has(because) ? [] : whenItEnds(lock, now);

function done(ending: Granted, { approvals, closedAt, lock, isInDirectory }: End, isOnPage: boolean): Text[] {
  switch (ending.because) {
    case 'unlocked': {
      const by: Text = approvals.length === 0 ? [] : ['Approved by ', ...people(approvals), ', '];
      return [
        ["You're unlocked. Sign in with your current password."],
        [...by, t(closedAt)],
        ...(lock === undefined ? [] : whatHadLocked(lock)),
        ...(ending.isAgain ? [again, ...whatLocks] : []),
      ];
    }
    case 'not-locked':
      return [["Your account isn't locked. Forgotten the password?"]];
    case 'password-changed':
      return [
        [
          'Password changed at ',
          t(ending.changedAt),
          '. ',
          {
            ending: 'Signing you out everywhere else…',
            asked: "You're being signed out everywhere else.",
            unavailable: "You may still be signed in elsewhere. Sign out there if you don't need it.",
          }[ending.sessions],
        ],
        ...(ending.mustChange === true ? [forOneSignIn] : []),
        ...(isInDirectory === true ? afterChangeInDirectory : []),
        [
          `If your account is still locked from earlier attempts, ${isOnPage ? 'start again here and choose “Locked out”' : 'send me "unlock" as well'}.`,
        ],
      ];
    default:
      return unreachable(ending);
  }
}

const forOneSignIn: Text = ["When you sign in with it, you'll be asked to choose another one."];

const passwordNotSet = {
  'passwords-refused':
    'Your password was not changed: the rules for your account refused every password you tried. Start again for another try, or ask the helpdesk.',
  'old-passwords-wrong':
    "That wasn't your current password, and there are no tries left. Nothing was changed. Forgotten it? Reset it instead.",
  'password-blocked':
    "Your password can't be changed right now. Nothing was changed. If you are locked out, unlock your account or reset your password; otherwise ask the helpdesk.",
};

const unsupported = (kind: FlowKind, isTold: boolean, isOnPage: boolean): Text[] => [
  [
    `Your password can't be changed from here. ${isTold ? 'The helpdesk has been asked to help you.' : 'Please ask the helpdesk.'}`,
  ],
  ...(kind === 'change'
    ? []
    : [
        [
          `Do you still know it, and are only locked out? Then ${isOnPage ? 'start again and choose “Locked out”' : 'send me "unlock"'}.`,
        ],
      ]),
];

function refused(
  kind: FlowKind,
  ending: Extract<Ending, { outcome: 'refused' }>,
  isTold: boolean,
  isOnPage: boolean,
): Text[] {
  switch (ending.because) {
    case 'no-contact':
      return [
        [
          'You have no recovery contact yet. If you can still sign in, add one now: it takes a minute. If not, ask the helpdesk.',
        ],
      ];
    case 'contact-unconfirmed':
      return [
        [
          "Somebody at your company set up a recovery contact for you, but it isn't confirmed yet, so we can't use it. If you can still sign in, confirm it now: it takes a minute. If not, ask the helpdesk.",
        ],
        ['To confirm it, add the same address or number once more: we send a code there, and you type it in.'],
      ];
    case 'disabled':
    case 'denied-by-provider':
      return [[`Only the helpdesk can help with this one. ${isTold ? 'They have been told.' : 'Please ask them.'}`]];
    case 'barred':
      return [barred(ending.barrier, isTold)];
    case 'unsupported':
      return unsupported(kind, isTold, isOnPage);
    case 'proof-mismatch':
      return [
        [
          `That code didn't prove that this account is yours. Nothing was changed. ${isTold ? 'The helpdesk has been told.' : 'Please tell the helpdesk.'}`,
        ],
      ];
    case 'disowned':
      return [['Stopped. Nothing more will happen with this request.']];
    case 'no-helpdesk':
      return [['The helpdesk has to approve this, but I have no way to reach them from here. Please call them.']];
    case 'second-proof-impossible':
      return [
        [
          "Your account needs two proofs that it's you, but you have only one recovery contact and no recovery code that can be used. If you can still sign in, add a second contact or make recovery codes: there is a waiting period before either can be used. If not, ask the helpdesk.",
        ],
      ];
    case 'sign-in-needed':
      return [
        [
          "Nothing was removed. For your account, a code isn't enough: sign in from your browser to remove a contact. Forgotten the password? Reset it first.",
        ],
      ];
    case 'passwords-refused':
    case 'old-passwords-wrong':
    case 'password-blocked':
      return [[passwordNotSet[ending.because]]];
    case 'elsewhere':
      return [['Another request of yours is still in progress. Please wait for it to finish.']];
    case 'attempts-spent':
    case 'sends-spent':
    case 'unlocks-spent':
    case 'contacts-resting':
    case 'changed-too-soon':
    case 'frozen':
      return notYet(kind, ending, isTold);
    case 'denied':
      return [[`${declined(ending.reason)} Your ${kind === 'unlock' ? 'account' : 'password'} stays as it was.`]];
    default:
      return [[notForYou[ending.because]]];
  }
}

type NotYet = Extract<Ending, { outcome: 'refused'; readonly again: Instant }>;

/** It is possible again from a time on. */
function notYet(kind: FlowKind, { because, again }: NotYet, isTold: boolean): Text[] {
  switch (because) {
    case 'attempts-spent':
      return [
        [
          `Too many wrong ${kind === 'change' ? 'passwords or codes' : 'codes'}. To protect your account, you can only try again from `,
          fromDay(again),
          '. In a hurry? Ask the helpdesk.',
        ],
      ];
    case 'sends-spent':
      return [
        ['No more codes for now. You can ask for a new one from ', from(again), '. In a hurry? Ask the helpdesk.'],
      ];
    case 'unlocks-spent':
      return [
        [
          'Your account has reached its daily limit of unlocks. You can ask again from ',
          fromDay(again),
          isTold ? '. The helpdesk has been told.' : '. In a hurry? Ask the helpdesk.',
        ],
        ['Often an old phone or a mapped drive that still uses the old password keeps locking it.'],
      ];
    case 'contacts-resting':
      return [
        [
          'Your recovery contacts are new. To protect your account, they can be used from ',
          fromDay(again),
          '. In a hurry? Ask the helpdesk.',
        ],
      ];
    case 'changed-too-soon':
      return [
        [
          'Your company lets you change a password again only after some time. You can change yours from ',
          fromDay(again),
          '. Nothing was changed. In a hurry? Ask the helpdesk.',
        ],
      ];
    case 'frozen':
      return [
        [
          kind === 'enroll'
            ? 'Changes to your recovery contacts are paused until '
            : `Password ${kind === 'change' ? 'changes, resets' : 'resets'} and unlocks for your account are paused until `,
          fromDay(again),
          ", because somebody pressed “It wasn't me”. The helpdesk can help.",
        ],
      ];
    default:
      return unreachable(because);
  }
}

function expired(because: Extract<Ending, { outcome: 'expired' }>['because'], { wasMailed }: End): Text[] {
  switch (because) {
    case 'flow':
      return [['This request has expired. Nothing was changed.']];
    case 'approval':
      return [['Nobody from the helpdesk answered in time. Nothing was changed. Try again, or call them.']];
    case 'link':
      return [['The link has expired. Nothing was changed.']];
    case 'password':
      return [
        [
          "We didn't see a new password in time, so your old one should still work. If you did save a new one, use that.",
        ],
        ...(wasMailed === true ? [['The link in the email no longer works. Start again for a new one.']] : []),
      ];
    default:
      return unreachable(because);
  }
}

function failedTexts(ending: Extract<Ending, { outcome: 'failed' }>, isTold: boolean): Text[] {
  switch (ending.because) {
    case 'unreachable':
      return [["We couldn't reach the sign-in service in time. Please try again later, or ask the helpdesk."]];
    case 'unconfirmed':
      return [
        [
          "We couldn't find out whether your account was unlocked. Try to sign in; if that fails, start again or ask the helpdesk.",
        ],
      ];
    case 'locked-again':
      return [
        [
          `We unlocked your account, but it was locked again at once. ${isTold ? 'The helpdesk has been told.' : 'Please ask the helpdesk.'}`,
        ],
        ...whatLocks,
      ];
    case 'password-unconfirmed':
      return [
        [
          "We couldn't find out whether your new password was saved. Try to sign in with it. If that fails, try your old one, or start again.",
        ],
        [isTold ? 'The helpdesk has been told.' : 'If neither works, ask the helpdesk.'],
      ];
    case 'refused-by-provider':
    case 'not-permitted':
      return [
        ['The sign-in service refused this. Please ask the helpdesk.'],
        [isTold ? "They have been told. Starting again won't help." : "Starting again won't help."],
      ];
    case 'codes-limited':
      return [
        [
          'No codes can be sent right now. You can get one from ',
          from(ending.again),
          '. Nothing was changed. In a hurry? Ask the helpdesk.',
        ],
      ];
    case 'limited':
      return [
        [
          'The sign-in service is very busy and takes no more requests right now. You can start again at ',
          from(ending.again),
          '. In a hurry? Ask the helpdesk.',
        ],
      ];
    case 'helpdesk-unreachable':
      return [["We couldn't reach the helpdesk. Nothing was changed. Please call them."]];
    case 'settled-by-helpdesk':
      return [['The helpdesk has taken care of this. Try to sign in; if that fails, ask them.']];
    default:
      return unreachable(ending);
  }
}
