// English for what locked an account, and for accounts that their directory does not let anybody touch from here.
import type { Instant } from '../../../flows/ids.ts';
import type { DirectoryBarrier, LockFacts } from '../../../flows/lock.ts';
import type { Text } from '../../cards/card.ts';
import { failed, triedMostly } from './failed-sign-ins.ts';
import { fromDay, minutes } from './sentence-parts.ts';

const t = (time: Instant) => ({ time });

const whose: Readonly<Record<LockFacts['of'], string>> = {
  provider: 'The sign-in service had locked it',
  directory: "Your company's directory had locked it",
  both: "It was locked twice, in your company's directory and at the sign-in service. The directory had locked it",
};

/** For the person, after it was lifted: whose lock, since when, why, and from where; and how long it may take elsewhere. */
export function whatHadLocked(lock: LockFacts): readonly Text[] {
  const { of, since, failures, spreadMinutes = 0 } = lock;
  const told: Text = [
    whose[of],
    ...(since === undefined ? [] : [' at ', t(since)]),
    ...(failures === undefined ? [] : [` after ${failed(failures)}`]),
    '.',
  ];
  const isInDirectory = of !== 'provider';
  return [
    told,
    ...triedMostly(lock),
    ...(isInDirectory && spreadMinutes > 0
      ? [[`At another office it can take up to ${minutes(spreadMinutes * 60)} until you can sign in.`]]
      : []),
  ];
}

/** For the person whom nobody helps right now. */
export const whenItEnds = ({ until }: LockFacts, now: Instant): readonly Text[] =>
  typeof until === 'number' && until > now
    ? [['The lock ends by itself: try to sign in from ', fromDay(until), '.']]
    : [];

/** What usually locks an account that was unlocked a moment ago. */
export const whatLocks: readonly Text[] = [
  ['Usually something still uses an old password:'],
  ['• the mail on a phone or tablet'],
  ['• a mapped drive, or another computer'],
  ['• a password that a browser or an app has saved'],
  ['• a service or a scheduled task that runs under your name'],
  ["Update it there too, or your account will lock again. Can't find it? Ask the helpdesk."],
];

/** A computer that was not told of the new password keeps the old one, and something that goes on trying it locks the account again. */
export const afterChangeInDirectory: readonly Text[] = [
  ['The old password may still work in some places for a few minutes.'],
  [
    'Is your laptop away from the office? It still knows only the old password: connect to the office or the VPN, lock the screen, and unlock it with the new one.',
  ],
  ['Then type the new one on your phone and wherever the old one is saved, or your account will lock again.'],
];

const where: Readonly<Record<LockFacts['of'], string>> = {
  provider: ' at the sign-in service',
  directory: ' in the directory',
  both: ' in the directory and at the sign-in service',
};

/** For the helpdesk, in the middle of a line: `locked since 10:31 in the directory, 10 failed sign-ins`. */
export const lockedSince = ({ of, since, failures }: LockFacts): Text => [
  'locked',
  ...(since === undefined ? [] : [' since ', t(since)]),
  where[of],
  ...(failures === undefined ? [] : [`, ${failed(failures)}`]),
];

/** The same, of a lock that was lifted meanwhile. */
export const hadBeenLocked = ({ of, since, failures }: LockFacts): Text => [
  'It had been locked',
  where[of],
  ...(since === undefined ? [] : [' at ', t(since)]),
  ...(failures === undefined ? [] : [` after ${failed(failures)}`]),
  '.',
];

/** For the person. What an administrator has to know is on the helpdesk's card. */
export function barred(barrier: DirectoryBarrier, isTold: boolean): Text {
  const told = isTold ? 'They have been told.' : 'Please ask them.';
  switch (barrier) {
    case 'lock-kept':
      return [`Your account is locked in your company's directory, and only the helpdesk can unlock it there. ${told}`];
    case 'account-expired':
      return [
        `Your account has expired in your company's directory. Only the helpdesk can help with this one. ${told}`,
      ];
    case 'smart-card':
      return [`Your account signs in with a smart card. Only the helpdesk can help with this one. ${told}`];
    default:
      return [`Only the helpdesk can help with this one. ${told}`];
  }
}

/** For the helpdesk. */
export const barredBecause: Readonly<Record<DirectoryBarrier, string>> = {
  absent:
    'The account is not in the part of the directory that this app looks after. Please help them directly. If it should be there, tell the administrator of this app.',
  protected:
    'The account is an administrator’s, or in a protected group. This app never changes such an account. Please help them directly.',
  disabled: 'The account is disabled in the directory. Only an administrator of the directory can enable it.',
  'account-expired': 'The account has expired in the directory. Only an administrator of the directory can extend it.',
  'smart-card': 'The account signs in with a smart card only, so there is no lock to lift. Please help them directly.',
  'not-readable':
    'The directory did not show everything that this app must know before it changes an account. Please help them directly, and tell the administrator of this app: its log says what to change.',
  'lock-kept': 'The account is locked in the directory, and this app may not lift that lock. Please unlock it there.',
};

/** For the helpdesk, of an account that locked again soon after the last unlock. */
export const keepsLocking =
  'It was unlocked twice within an hour: something keeps trying an old password, such as a phone, a mapped drive, a saved password or a service.';

export const lockedAgainAtOnce =
  'The account was unlocked, and was locked again at once: something keeps trying an old password, such as a phone, a mapped drive, a saved password or a service. Find it before you unlock the account again.';
