// English for the helpdesk's channel.

import type { DenyReason } from '../../../flows/ending.ts';
import { type MadeChange, type Undone, undoneOf } from '../../../flows/enrolment-state.ts';
import { type Instant, isVouched } from '../../../flows/ids.ts';
import type { HelpdeskOutcome, HelpdeskScreen, HelpWanted, Whom } from '../../../flows/screen.ts';
import type { Approval, Channel, FlowKind, Proof } from '../../../flows/state.ts';
import type { PersonSpan, Text } from '../../cards/card.ts';
import type { HelpdeskCopy } from '../helpdesk-copy.ts';
import { triedFrom } from './failed-sign-ins.ts';
import { barredBecause, hadBeenLocked, keepsLocking, lockedAgainAtOnce, lockedSince } from './locks.ts';
import { declined, from, minutes, people } from './sentence-parts.ts';

const t = (time: Instant) => ({ time });
/** The person whom the card is about. */
const p = ({ person, account }: Whom): PersonSpan => ({
  ...{ person, isSubject: true },
  ...(account === undefined ? {} : { account }),
});
const b = (strong: string) => ({ strong });
/** The same in the first line of a card: where nothing else tells it, with where the request comes from. */
const forWhom = (whom: Whom): Text => [
  ' for ',
  p(whom),
  ...(isVouched(whom.person) ? [] : [' · ', b('from the web, not from their chat')]),
];

const acts: Readonly<Record<FlowKind, string>> = {
  reset: 'Password reset',
  unlock: 'Unlock',
  change: 'Password change',
  enroll: 'Change of contacts',
};
/** For the middle of a sentence. */
const wanted: Readonly<Record<FlowKind, string>> = {
  reset: 'a password reset',
  unlock: 'an unlock',
  change: 'a password change',
  enroll: 'a change of contacts',
};
const byWhat: Readonly<Record<Proof['channel'], string>> = {
  email: 'email code ',
  sms: 'text message code ',
  'recovery-code': 'recovery code ',
  'sign-in': 'a fresh sign-in ',
  'old-password': 'their current password ',
};
const codeOf = ({ channel, at }: Pick<Proof, 'channel' | 'at'>): Text => [byWhat[channel], t(at)];
const provenBy = (proof: Proof): Text =>
  'first' in proof && proof.first !== undefined
    ? ['verified by ', ...codeOf(proof.first), ' and ', ...codeOf(proof)]
    : ['verified by ', ...codeOf(proof)];

const took = (seconds: number): string => (seconds < 60 ? 'within a minute' : `after ${minutes(seconds)}`);

const unlocksBefore = (count: number): string => {
  if (count === 0) return 'first unlock in 30 days';
  return count === 1 ? '1 unlock in the last 30 days' : `${count} unlocks in the last 30 days`;
};

const outcomes: Readonly<Record<HelpdeskOutcome, string>> = {
  'under-way': 'in progress',
  done: 'done',
  expired: 'nobody answered in time',
  cancelled: 'cancelled by the requester',
  ended: 'ended by an administrator',
  frozen: 'stopped: resets and unlocks for this account are paused',
  left: 'stopped: no longer an active employee here, or removed the app',
  failed: 'failed',
  unconfirmed: 'not confirmed: nobody has checked whether it was done',
  settled: 'marked as resolved',
};

const asRead = (label: string, reason: DenyReason) => ({ label, told: `“${declined(reason)}”` });

const denyReasons: HelpdeskCopy['denyReasons'] = {
  'not-convinced': asRead("Not sure that it's really them", 'not-convinced'),
  suspicious: asRead('Looks like an attack', 'suspicious'),
  'contact-helpdesk': asRead('They should talk to us first', 'contact-helpdesk'),
  'not-entitled': asRead('This account must not be reset or unlocked', 'not-entitled'),
};

/** The same reasons, for the middle of a sentence. */
const deniedBecause: Readonly<Record<DenyReason, string>> = {
  'not-convinced': "not sure that it's really them",
  suspicious: 'looks like an attack',
  'contact-helpdesk': 'they should talk to us first',
  'not-entitled': 'this account must not be reset or unlocked',
};

const helpNeeded: Readonly<Record<Exclude<HelpWanted, 'barred'>, string>> = {
  'locked-again': lockedAgainAtOnce,
  disabled: 'The account is blocked by an administrator. Only an administrator can unblock it.',
  unsupported: "This type of account can't be reset with a link. Please help them directly.",
  'unlocks-spent':
    'The account has reached its daily limit of unlocks. Something may keep locking it, such as an old phone or a mapped drive.',
  'second-proof-impossible':
    "They have one contact and no recovery code that can be used, so they can't verify a second time.",
  'password-unconfirmed':
    'Nobody knows whether their new password was saved: the sign-in service did not answer. They have been signed out everywhere. Ask them to sign in with the new password; if that fails, they can start again.',
  'denied-by-provider':
    'NOT verified: the sign-in service refused to check the code. The account or the contact may be blocked there, or a login rule may prevent it. If this happens to others too, tell the administrator of this app: its log says what to change.',
  'not-permitted':
    'The sign-in service does not allow this app to do it, so it fails for everybody. Please help them directly, and tell the administrator of this app: its log says what to change.',
  limited:
    'The sign-in service is very busy and took no more requests. Please help them directly, or ask them to start again later.',
  failed: 'The sign-in service refused it. Please check the account and help them directly.',
};

const notVerified: Text = [
  "NOT verified. Write to them, and make sure that it's really them before you change anything.",
];

const notVerifiedOnWeb: Text = [
  "NOT verified. Call them on a number that you already know, and make sure that it's really them before you change anything.",
];

const onlyByCode: Text = [
  "Only the code says who they are. Call them on a number that you already know, and make sure that it's really them before you change anything.",
];

const fromWeb: Text = [
  b('From the web, not from their chat.'),
  ' Only the code says who they are: whoever can read their contact can ask like this. Call them on a number that you already know before you approve.',
];

const partlyVerified: Text = [
  "Only partly verified: this account needs two proofs, and they gave one. Make sure that it's really them before you change anything.",
];

/** A code alone says who it is where no chat does. */
function howSure({ person }: Whom, proof: Proof | undefined, because: HelpWanted): readonly Text[] {
  if (proof !== undefined) return isVouched(person) ? [] : [onlyByCode];
  if (because === 'denied-by-provider') return [];
  return [isVouched(person) ? notVerified : notVerifiedOnWeb];
}

/** For a disowned request: the investigation starts from what was done. */
const unlocked = (approvals: readonly Approval[]): Text => {
  const last = approvals.at(-1);
  if (last === undefined) return ['The account had already been unlocked, and stays unlocked.'];
  return ['The unlock was approved by ', ...people(approvals), ', ', t(last.at), '. The account stays unlocked.'];
};

const denied: Readonly<Record<FlowKind, string>> = {
  reset: 'ask for this password reset',
  unlock: 'ask for this unlock',
  change: 'change their password',
  enroll: 'change their recovery contacts',
};

type Disowned = Extract<HelpdeskScreen, { shows: 'disowned' }>;

function notDone({ kind, isNotice, changedAt, requestedAt, ...whom }: Disowned): Text {
  if (requestedAt !== undefined) return [p(whom), ` didn't ${denied[kind]} on the web`];
  if (isNotice !== true) return [p(whom), ` didn't ${denied[kind]}`];
  return changedAt === undefined
    ? ["a new contact isn't that of ", p(whom)]
    : [p(whom), " didn't change their password"];
}

/** Whoever asked can do so again after the pause. A password that they chose is not taken back by anything here. */
const askedOnWeb = (kind: FlowKind, provenAt: Instant, changedAt: Instant | undefined): readonly Text[] => [
  [
    'Somebody asked on the web, and typed the right code from one of their contacts at ',
    t(provenAt),
    '. They may be able to read that contact: help the person to remove it.',
  ],
  ...(kind !== 'reset'
    ? []
    : changedAt === undefined
      ? [['A new password may have been set before we were told: help the person to set another one.']]
      : [['Help the person to set another password.']]),
];

/** Where to look further: nobody had asked for it here. */
const foundWithoutRequest: Readonly<Record<'password' | 'contact', Text>> = {
  password: [
    'This app did not set it. It was set with “Forgot password?” on the sign-in page, or by an administrator. Whoever did it may be able to read their work email.',
  ],
  contact: ['An administrator had added the contact from a file. Other contacts of that file may be wrong, too.'],
};

function whereToLook({ kind, isNotice, changedAt, requestedAt }: Disowned): readonly Text[] {
  if (isNotice !== true) return [];
  if (requestedAt !== undefined) return askedOnWeb(kind, requestedAt, changedAt);
  return [foundWithoutRequest[changedAt === undefined ? 'contact' : 'password']];
}

const counted: Readonly<Record<Channel, readonly [string, string]>> = {
  email: ['email', 'emails'],
  sms: ['phone', 'phones'],
};

/** Without the contacts themselves: others read this too. */
function listOf(changes: readonly MadeChange[], isMeant: (change: MadeChange) => boolean): string {
  const ofChannel = (channel: Channel): readonly string[] => {
    const count = changes.filter(
      (change) => 'contact' in change && change.contact.channel === channel && isMeant(change),
    ).length;
    const [one, many] = counted[channel];
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  };
  return [...ofChannel('email'), ...ofChannel('sms')].join(' and ');
}

const disconnected: Readonly<Record<Undone['is'] | 'under-way', Text>> = {
  'under-way': ['Their chat user had just been connected to the account, and is being disconnected now.'],
  done: ['Their chat user had just been connected to the account, and was disconnected again.'],
  failed: [
    b('Their chat user had just been connected to the account, and is NOT disconnected.'),
    ' An administrator must remove it from the record of the account in the sign-in service.',
  ],
  kept: ['Their chat user was connected to the account, and stays connected.'],
};

/** Whoever said so may be the attacker, and what they did not want may have been done by the owner. */
const saidByNewcomer: Text = [
  b('They said so in a chat that was connected to the account only recently.'),
  ' So only what that chat changed is taken back. Make sure that they are the owner of the account before you help them.',
];
const disconnectedToo: Text = [
  'Their chat user had been connected to the account shortly before, and is being disconnected too.',
];

/** For a disowned change of contacts. */
function undoneLines(changes: readonly MadeChange[], undone: readonly Undone[]): readonly Text[] {
  const addedThat = (is: Undone['is'] | undefined): string =>
    listOf(changes, (change) => change.what === 'added' && undoneOf(change, undone) === is);
  const [underWay, done, failed] = [addedThat(undefined), addedThat('done'), addedThat('failed')];
  const stays = addedThat('kept');
  const removed = listOf(changes, ({ what }) => what === 'removed');
  const bound = changes.find(({ what }) => what === 'bound');
  return [
    ...(bound === undefined ? [] : [disconnected[undoneOf(bound, undone) ?? 'under-way']]),
    ...(underWay === '' ? [] : [[`Added, and being removed now: ${underWay}.`]]),
    ...(done === '' ? [] : [[`Added, and removed again: ${done}.`]]),
    ...(failed === ''
      ? []
      : [[b(`Added, and NOT removed: ${failed}.`), ' Remove it from the account in the sign-in service.']]),
    ...(stays === '' ? [] : [[`Added, and kept: ${stays}.`]]),
    ...(removed === '' ? [] : [[`Removed, and not put back: ${removed}. Only the person can add it again.`]]),
    ...(changes.some(({ what }) => what === 'recovery-codes') ? [['Recovery codes were created, and are void.']] : []),
  ];
}

const sentence = (text: Text): Text => ['It is ', ...text, '.'];

export const helpdesk: HelpdeskCopy = {
  notYours: ["This request isn't yours."],
  notApprover: ["You aren't an approver, so you can't decide this request."],
  nobodyMayDecide: [
    'Nobody can decide here yet: this channel is public, and no approvers are set. Please tell the administrator of this app.',
  ],
  selfApproval: ['This is your own request. Somebody else has to decide it.'],
  ownAccount: [
    "This request is about your own account, so somebody else has to decide it. If you did not make it, press “It wasn't me” in our private chat.",
  ],
  alreadyApproved: ["You've already approved this. One more approver is needed."],
  notToldApart: [
    "I can't be sure that you aren't the requester or an earlier approver. Please decide on the platform where the request was made, or leave it to a colleague with an account of their own.",
  ],
  notToldApartFromWeb: [
    "I can't be sure that you aren't the requester or an earlier approver. Please leave it to a colleague with an account of their own.",
  ],
  tooLate: ['This request has already been decided, or it is over.'],
  cannotAskNow: (again) => [
    "We can't check right now whether you may decide this. Nothing has changed. Please try again ",
    ...(again === undefined ? ['in a moment'] : ['from ', from(again)]),
    '.',
  ],
  cannotAsk: [
    "We can't check whether you may decide this, and trying again won't help. Nothing has changed. Please tell the administrator of this app: its log says what to change.",
  ],

  helpdeskTitle: (kind) => `${acts[kind]} request`,
  request: (kind, whom) => [b(acts[kind]), ' for ', p(whom)],
  fromWeb: ({ person }) => (isVouched(person) ? undefined : fromWeb),
  unconnected: (name) => `${name} (in no chat that we know)`,
  unnamed: 'somebody whose name we could not find out',
  requestFacts: (kind, proof, earlier, lock) => [
    ...provenBy(proof),
    ...(lock === undefined ? [] : [' · ', ...lockedSince(lock)]),
    ...(kind === 'unlock' ? [` · ${unlocksBefore(earlier)}`] : []),
  ],
  failedSignIns: triedFrom,
  approvedSoFar: (approvals, needed) => [`${approvals.length} of ${needed} approvals: `, ...people(approvals)],
  openUntil: (until) => ['Open until ', t(until)],
  settledLine: (kind, whom, approvals, outcome, askedAt) => {
    const last = approvals.at(-1);
    const when: Text = last === undefined ? [] : [', ', t(last.at), `, ${took((last.at - askedAt) / 1000)}`];
    return [
      b(acts[kind]),
      ...forWhom(whom),
      ' · approved by ',
      ...people(approvals),
      ...when,
      ` · ${outcomes[outcome]}`,
    ];
  },
  deniedLine: (kind, whom, by, at, reason) => [
    b(acts[kind]),
    ...forWhom(whom),
    ' · denied by ',
    { person: by },
    ', ',
    t(at),
    ` · ${deniedBecause[reason]}`,
  ],
  overLine: (kind, whom, outcome, at) => [b(acts[kind]), ...forWhom(whom), ` · ${outcomes[outcome]}, `, t(at)],
  helpWanted: (kind, whom, { because, barrier = 'not-readable', proof, isHalfProven, lock, at }) => [
    [b(`${acts[kind]}: help needed`), ...forWhom(whom), ' · ', ...(proof === undefined ? [t(at)] : provenBy(proof))],
    [because === 'barred' ? barredBecause[barrier] : helpNeeded[because]],
    ...(lock === undefined ? [] : [sentence(lockedSince(lock)), ...triedFrom(lock)]),
    ...howSure(whom, proof, because),
    ...(isHalfProven === true ? [partlyVerified] : []),
  ],
  personWanted: (person, at, proven) =>
    proven === undefined
      ? [[b('Help needed'), ' for ', p({ person }), ' · asked at ', t(at)], notVerified]
      : [
          [b('Help needed'), ' for ', p({ person }), ' · ', ...provenBy(proven.proof), ' · asked at ', t(at)],
          [
            `They verified their identity in a request for ${wanted[proven.kind]}, and need help. Please write to them.`,
          ],
          ...(proven.isAgain === undefined ? [] : [[keepsLocking]]),
          ...(proven.lock === undefined ? [] : [hadBeenLocked(proven.lock), ...triedFrom(proven.lock)]),
        ],
  ownWords: (words) => [`What they wrote, not checked: “${words}”`],
  doubt: (whom, since, lock) => [
    [b('Unlock not confirmed'), ...forWhom(whom), ' · since ', t(since)],
    [
      "The sign-in service got the request but didn't answer. Check the account, or retry the unlock: doing it twice does no harm.",
    ],
    ...(lock === undefined ? [] : [hadBeenLocked(lock), ...triedFrom(lock)]),
  ],
  mismatch: (kind, whom, at) => [
    [b(`${acts[kind]} stopped`), ...forWhom(whom), ' · ', t(at)],
    ['The code was confirmed for a different account. Nothing was changed. Please look into it.'],
  ],
  disownedTitle: "It wasn't me",
  disownedAlert: (screen) => [
    [
      b("It wasn't me"),
      `: we were told ${isVouched(screen.person) ? '' : 'on the web '}that `,
      ...notDone(screen),
      ' · ',
      t(screen.at),
    ],
    screen.pauseLiftedAt === undefined
      ? [
          'Their links no longer work, their sessions are being ended, and resets and unlocks for the account are paused for 24 hours. Please call them on a number you already know.',
        ]
      : [
          'Their links no longer work. An administrator lifted the pause at ',
          t(screen.pauseLiftedAt),
          ': resets and unlocks for the account are possible again. Was that agreed with the person? If not, tell your security team.',
        ],
    ...(screen.isNewcomer === undefined ? [] : [saidByNewcomer]),
    ...(screen.changedAt === undefined
      ? []
      : [['A new password was set at ', t(screen.changedAt), ', and not by them.']]),
    ...whereToLook(screen),
    ...(screen.unlockedBy === undefined ? [] : [unlocked(screen.unlockedBy)]),
    ...(screen.disconnects === undefined ? [] : [disconnectedToo]),
    ...undoneLines(screen.changes ?? [], screen.undone ?? []),
  ],
  denyTitle: 'Deny the request',
  denyLabel: 'Why?',
  denyIntro: (whom) => ['Deny the request from ', p(whom), '. They will see the quoted text.'],
  denyReasons,
};
