// English. Say what happened and what to do, in as few words as it takes.
import type { ActorId, Instant } from '../../flows/ids.ts';
import type { HelpdeskOutcome } from '../../flows/screen.ts';
import type { Approval, Channel, DenyReason, FlowKind, Proof } from '../../flows/state.ts';
import type { Text } from '../cards/card.ts';
import type { Copy } from './copy.ts';
import { ended } from './en-ended.ts';

const t = (time: Instant) => ({ time });
const p = (person: ActorId) => ({ person });
const b = (strong: string) => ({ strong });

const acts: Readonly<Record<FlowKind, string>> = { reset: 'Password reset', unlock: 'Unlock' };
const channels: Readonly<Record<Channel, string>> = { email: 'email', sms: 'text message' };

const people = (approvals: readonly Approval[]): Text =>
  approvals.flatMap((approval, index) => (index === 0 ? [p(approval.by)] : [' and ', p(approval.by)]));

/** The person says that they did not ask for it: whoever looks into it starts from what was done. */
const unlocked = (approvals: readonly Approval[]): Text => {
  const last = approvals.at(-1);
  if (last === undefined) return ['The account had been unlocked before. It stays unlocked.'];
  return ['The unlock had been approved by ', ...people(approvals), ', ', t(last.at), '. The account stays unlocked.'];
};

const minutes = (seconds: number): string => {
  const whole = Math.max(1, Math.round(seconds / 60));
  return whole === 1 ? '1 minute' : `${whole} minutes`;
};

const took = (seconds: number): string => (seconds < 60 ? 'within a minute' : `after ${minutes(seconds)}`);

const unlocksBefore = (count: number): string => {
  if (count === 0) return 'first unlock in 30 days';
  return count === 1 ? '1 unlock in the last 30 days' : `${count} unlocks in the last 30 days`;
};

const outcomes: Readonly<Record<HelpdeskOutcome, string>> = {
  'under-way': 'being carried out',
  done: 'done',
  expired: 'nobody answered in time',
  cancelled: 'the person cancelled',
  frozen: 'stopped: recovery of this account is paused',
  left: 'stopped: this person is not an active employee here any more, or took the app away',
  failed: 'could not be carried out',
  unconfirmed: 'nobody knows whether it was carried out',
  settled: 'settled by hand',
};

const denyReasons: Readonly<Record<DenyReason, string>> = {
  'not-convinced': 'Not sure it is really this person',
  suspicious: 'Looks like an attack',
  'contact-helpdesk': 'Talk to the person first',
  'not-entitled': 'Must not be unlocked or reset',
};

const provenBy = (proof: Proof): Text => [`verified by ${channels[proof.channel]} code `, t(proof.at)];

export const en: Copy = {
  title: { reset: 'Reset your password', unlock: 'Unlock your account' },
  productTitle: 'Passwords and accounts',
  homeTitle: 'Locked out?',
  close: 'Close',
  notNow: 'Not now',
  buttons: {
    forgotPassword: 'Forgot password',
    lockedOut: 'Locked out',
    somethingElse: 'Something else',
    askHelpdesk: 'Ask the helpdesk',
    continue: 'Continue',
    sendCode: 'Send code',
    verify: 'Verify',
    sendAgain: 'Send again',
    sendNew: 'Send a new code',
    otherContact: 'Use another contact',
    cancel: 'Cancel this request',
    startAgain: 'Start again',
    choosePassword: 'Choose a new password',
    notMe: "It wasn't me",
    approve: 'Approve',
    deny: 'Deny…',
    submitDenial: 'Deny',
    tryAgain: 'Try the unlock again',
    settled: 'Settled by hand',
  },
  confirmNotMe: {
    title: "It wasn't me",
    text: 'Whatever is under way stops, you are signed out everywhere, recovery of your account is paused for 24 hours, and the helpdesk is told.',
    yes: "Yes, it wasn't me",
    no: 'Go back',
  },
  confirmCancel: {
    title: 'Cancel this request?',
    text: 'Nothing has been changed. You can start again at any time.',
    yes: 'Cancel it',
    no: 'Keep it',
  },

  lookingUp: ['One moment. Looking up your recovery contacts…'],
  delayed: (until) => [
    "We can't reach the sign-in service right now. Nothing has changed. We'll keep trying until ",
    t(until),
    ' and write to you here.',
  ],
  willSend: ["We'll send a code to a contact you enrolled."],
  contactLabel: 'Send the code to',
  contactOption: (channel, masked) => `${channel === 'email' ? 'Email' : 'Text'} ${masked}`,
  sending: (masked) => ['Sending a code to ', b(masked), '…'],
  enterCode: (channel, masked) => [`Enter the code we ${channel === 'email' ? 'sent' : 'texted'} to `, b(masked), '.'],
  codeLabel: 'Code',
  codeHint: '6 digits',
  codeRules: (until) => ['It works until ', t(until), '. Nobody from the helpdesk will ever ask for it.'],
  wrongCode: (left) => `Not that code. ${left === 1 ? '1 try' : `${left} tries`} left.`,
  notACode: 'The code is digits only. This did not count as a try.',
  codeTooShort:
    'A code has at least six digits. This did not count as a try. Is the one you were sent shorter? Tell the helpdesk.',
  unchecked: (left) => [
    `We couldn't check the code just now. Nothing has changed. Please enter it again; ${left === 1 ? '1 try is' : `${left} tries are`} left.`,
  ],
  resendFrom: (from) => ['No code? You can send again from ', t(from), '.'],
  nextCodeFrom: (from) => [
    'A code was sent a moment ago, or may still be on its way. You can send again from ',
    t(from),
    '.',
  ],
  sendingElsewhere: [
    'A code for your other request is just being sent, and two at once would be mixed up. Please press again in a moment.',
  ],
  codeDead: (why) => [
    why === 'expired' ? 'That code has run out of time.' : 'That code is used up.',
    ' Send a new one?',
  ],
  noMoreCodes: (from) => ['No more codes for now. You can ask for one again at ', t(from), '.'],
  checking: ['Checking your code…'],
  verified: ["You're verified."],
  verifiedLooking: ["You're verified. One moment…"],
  helpdeskAsked: (usual, until) => [
    'The helpdesk has been asked',
    usual === undefined ? '. ' : `; people usually answer within ${minutes(usual)}. `,
    'The answer will appear here by itself, at the latest at ',
    t(until),
    '.',
  ],
  approvalsSoFar: (granted, needed) => [`${granted} of ${needed} approvals so far.`],
  unlocking: (approvals) =>
    approvals.length === 0
      ? ['Unlocking your account…']
      : ['Approved by ', ...people(approvals), '. Unlocking your account…'],
  linkRules: (until) => ['The button works once, until ', t(until), '. It opens your browser.'],
  linkRetried: ["We couldn't open the password page just now. Nothing has changed. Please press the button again."],
  linkOpened: (until) => [
    'The page for your new password has been opened. Save it there before ',
    t(until),
    ': this message then changes by itself.',
  ],
  inDoubt: [
    "We couldn't confirm whether your account was unlocked. The helpdesk has been asked to look. You can try to sign in meanwhile.",
  ],
  ended,
  disowned: (at) => [
    'You said at ',
    t(at),
    " that this wasn't you. Everything under way has been stopped, you are being signed out everywhere, recovery of your account is paused for 24 hours, and the helpdesk knows.",
  ],
  disownedChange: (changedAt) => [
    'The password of your account was changed at ',
    t(changedAt),
    '. Please ask the helpdesk for another one.',
  ],

  help: [
    ['I help you back into your account.'],
    [
      b('Forgot password'),
      ' gets you a link to choose a new one. ',
      b('Locked out'),
      ' asks for your account to be unlocked.',
    ],
    [
      "You prove that it's you with a code sent to a contact you enrolled. Type it only where I ask for it, never into a message.",
    ],
    ['You can also type ', b('reset-password'), ', ', b('unlock'), ', ', b('status'), ' or ', b('cancel'), '.'],
  ],
  threeChoices: ['What happened?'],
  helpdeskTold: ['The helpdesk has been told that you need somebody, and can write to you here.'],
  helpdeskTelling: ['I am passing it on to the helpdesk. If nobody writes to you within the hour, please call them.'],
  helpdeskKnows: (since) => [
    'The helpdesk has known since ',
    t(since),
    ' that you need somebody. In a hurry? Please call them.',
  ],
  helpdeskNotReached: ["I couldn't reach the helpdesk's channel just now. Please call them."],
  askHelpdeskYourself: ['I can only help with a forgotten password or a locked account. Please ask the helpdesk.'],
  helpdeskContact: (contact) => ['The helpdesk: ', contact],
  nothingOpen: ['You have no open request.'],
  continuedBelow: ['This request goes on further down.'],
  codeInMessage: [
    'That looked like a code. Codes belong only in the field where I ask for them, so I have ignored it. If somebody asked you to send it here, tell the helpdesk.',
  ],
  homeIntro: ['Back into your account in a minute or two, with a code sent to a contact you enrolled.'],
  homeOpen: ['Your open request'],
  throttled: ['That was a lot of requests at once. Please wait a minute and try again.'],
  apology: [
    "Something on our side isn't working right now. Nothing has changed. Please try again in a moment, or ask the helpdesk.",
  ],
  oldButton: ['This button is from an older message and does nothing any more.'],

  notYours: ["This request isn't yours."],
  notApprover: ["You aren't one of the people who may decide this."],
  nobodyMayDecide: [
    'Nobody may decide here yet: this channel is public, and the settings do not say who may approve. Tell the administrator of this app.',
  ],
  selfApproval: ['This is your own request: somebody else has to decide it.'],
  alreadyApproved: ['You have approved this already; it needs another person as well.'],
  notToldApart: [
    "I can't tell here whether you are somebody else than the person who asks, or than who approved before. Please decide on the platform where the request was made, or let a colleague decide whose work address has an account of its own.",
  ],
  tooLate: ['This has been decided already, or the request is over.'],
  cannotAskNow: [
    "We can't check right now whether you may decide this. Nothing has changed. Please press again in a moment.",
  ],

  helpdeskTitle: (kind) => `${acts[kind]} request`,
  request: (kind, person) => [b(acts[kind]), ' for ', p(person)],
  requestFacts: (kind, proof, earlier) => [
    ...provenBy(proof),
    ...(kind === 'unlock' ? [` · ${unlocksBefore(earlier)}`] : []),
  ],
  approvedSoFar: (approvals, needed) => [`${approvals.length} of ${needed} approvals: `, ...people(approvals)],
  openUntil: (until) => ['Open until ', t(until)],
  settledLine: (kind, person, approvals, outcome, askedAt) => {
    const last = approvals.at(-1);
    const when: Text = last === undefined ? [] : [', ', t(last.at), `, ${took((last.at - askedAt) / 1000)}`];
    return [
      b(acts[kind]),
      ' for ',
      p(person),
      ' · approved by ',
      ...people(approvals),
      ...when,
      ` · ${outcomes[outcome]}`,
    ];
  },
  deniedLine: (kind, person, by, at, reason) => [
    b(acts[kind]),
    ' for ',
    p(person),
    ' · denied by ',
    p(by),
    ', ',
    t(at),
    ` · ${denyReasons[reason].toLowerCase()}`,
  ],
  overLine: (kind, person, outcome, at) => [b(acts[kind]), ' for ', p(person), ` · ${outcomes[outcome]}, `, t(at)],
  helpWanted: (kind, person, because, proof, at) => [
    [b(`${acts[kind]}: help wanted`), ' for ', p(person), ' · ', ...(proof === undefined ? [t(at)] : provenBy(proof))],
    [
      {
        disabled: 'The account is blocked by an administrator. Only an administrator can lift that.',
        unsupported: 'This kind of account cannot get a password link. Please help in person.',
        'unlocks-spent':
          'The account has been unlocked as often as is allowed in a day. Something may be locking it again: an old phone, a mapped drive.',
        'denied-by-provider':
          'NOT verified: the sign-in service refused to check the code. The account or the contact may be blocked there, or a login rule may stand in the way.',
        failed: 'The sign-in service did not carry it out. Please look, and help in person.',
      }[because],
    ],
  ],
  personWanted: (person, at) => [
    [b('Help wanted'), ': ', p(person), ' asks for a person · ', t(at)],
    ['NOT verified: nothing has been proven. Write to them, and make sure who it is before you change anything.'],
  ],
  doubt: (person, since) => [
    [b('Unlock in doubt'), ' for ', p(person), ' · since ', t(since)],
    [
      'The sign-in service took the order but gave no answer. Look at the account, or try the unlock again: doing it twice does no harm.',
    ],
  ],
  mismatch: (kind, person, at) => [
    [b(`${acts[kind]} stopped`), ' for ', p(person), ' · ', t(at)],
    ['The proof that came back belongs to another account. Nothing was changed. Please look into it.'],
  ],
  disownedAlert: ({ kind, person, at, changedAt, unlockedBy }) => [
    [
      b("It wasn't me"),
      ', says ',
      p(person),
      ` about ${kind === 'unlock' ? 'an unlock' : 'a password reset'} · `,
      t(at),
    ],
    [
      'Links and sessions were ended, and recovery of the account is paused for 24 hours. Please call the person on a number you know.',
    ],
    ...(changedAt === undefined
      ? []
      : [['A new password was chosen at ', t(changedAt), ". It is not the person's own."]]),
    ...(unlockedBy === undefined ? [] : [unlocked(unlockedBy)]),
  ],
  denyTitle: 'Deny the request',
  denyLabel: 'Why?',
  denyIntro: (person) => ['Deny the request of ', p(person), '. They are told the reason.'],
  denyReasons,
};
