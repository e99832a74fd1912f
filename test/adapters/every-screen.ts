// An example of everything that can be shown to the person and to the helpdesk, and the cards that are made from it.
// Complete by type: a new screen without an example here does not compile.
import type { Card } from '../../src/bot/cards/card.ts';
import { line } from '../../src/bot/cards/card-parts.ts';
import { drawDenial } from '../../src/bot/cards/denial-card.ts';
import { helpdeskCard } from '../../src/bot/cards/helpdesk-card.ts';
import { personCard } from '../../src/bot/cards/person-card.ts';
import {
  drawApology,
  drawCancelWhich,
  drawHelp,
  drawHelpWanted,
  drawHome,
  drawNote,
  drawOpening,
  drawOtherTrouble,
  drawSentence,
  drawWelcome,
  withReminder,
} from '../../src/bot/cards/plain-card.ts';
import type { Copy } from '../../src/bot/copy/copy.ts';
import type { DenyReason, Ending } from '../../src/flows/ending.ts';
import {
  type ActorId,
  accountId,
  actorId,
  contactRef,
  type FlowId,
  flowId,
  instant,
  later,
} from '../../src/flows/ids.ts';
import { applicationCharsAtMost, type DirectoryBarrier, type LockFacts, originsAtMost } from '../../src/flows/lock.ts';
import type { HelpdeskOutcome, HelpdeskScreen, HelpWanted, PersonScreen } from '../../src/flows/screen.ts';
import type { AcceptedCode, Approval, FlowKind, MaskedContact, Proof } from '../../src/flows/state.ts';
import { exampleLists } from './example-contacts.ts';

const exampleFlow: FlowId = flowId('flow-0000000000000001');
export const exampleLink = 'https://latchkey.acme.example/go/Zm9vYmFyLXNlY3JldC10b2tlbg';
const now = instant(Date.parse('2026-03-02T10:45:00Z'));
const soon = later(now, 600);

type Bare<Screen> = Screen extends unknown ? Omit<Screen, 'flow' | 'kind' | 'version' | 'person'> : never;
type Shown<Screen extends { readonly shows: string }> = {
  readonly [Shows in Screen['shows']]: readonly Bare<Extract<Screen, { shows: Shows }>>[];
};
type EveryPersonScreen = Shown<PersonScreen>;
type EveryHelpdeskScreen = Shown<HelpdeskScreen>;
type Because<Kind extends string> = { readonly [Each in Kind]: true };
const allOf = <Kind extends string>(kinds: Because<Kind>): readonly Kind[] =>
  Object.keys(kinds).filter((kind): kind is Kind => Object.hasOwn(kinds, kind));

const home: MaskedContact = {
  ref: contactRef('email|65a000000000000000000001'),
  channel: 'email',
  masked: 'j•••@g•••.com',
};
const phone: MaskedContact = { ref: contactRef('sms|65a000000000000000000002'), channel: 'sms', masked: '•••12' };
/** None; one that an administrator linked; one of each kind; and as many as fill a card. */
const contactLists: readonly Pick<Extract<PersonScreen, { shows: 'contacts' }>, 'contacts' | 'changes'>[] = [
  { contacts: [], changes: [{ what: 'removed', contact: home, at: now }] },
  { contacts: [home], changes: [] },
  {
    contacts: [
      { ...home, unconfirmed: true },
      { ...phone, since: now, usableFrom: soon },
    ],
    changes: [{ what: 'added', contact: phone, at: now, usableFrom: soon }],
  },
  {
    contacts: Array.from({ length: 14 }, (_, nth) => ({ ...phone, ref: contactRef(`sms|${nth}`), since: now })),
    changes: Array.from({ length: 14 }, (_, nth) => ({
      ...{ what: nth % 2 === 0 ? ('added' as const) : ('removed' as const), at: now },
      contact: { ...phone, ref: contactRef(`sms|${nth}`) },
    })),
  },
];
const proof: Proof = { channel: 'email', at: now };
const accepted: AcceptedCode = { channel: 'email', at: now };
const twoCodes: Proof = { channel: 'sms', at: later(now, 60), first: accepted };
const withRecoveryCode: Proof = { channel: 'recovery-code', at: later(now, 60), first: accepted, codesLeft: 9 };
const flags = [true, false];

const spent = { outcome: 'refused', again: soon } as const;
const refused = { outcome: 'refused' } as const;
const failed = { outcome: 'failed' } as const;
const changed = { outcome: 'done', because: 'password-changed', changedAt: now } as const;

/** Every way in which a request can end. */
const endings = (
  by: ActorId,
): { readonly [Because in Ending['because']]: readonly (Ending & { readonly because: Because })[] } => ({
  unlocked: [
    { outcome: 'done', because: 'unlocked' },
    { outcome: 'done', because: 'unlocked', isAgain: true },
  ],
  'not-locked': [{ outcome: 'done', because: 'not-locked' }],
  'password-changed': [
    { ...changed, sessions: 'ending' },
    { ...changed, sessions: 'asked' },
    { ...changed, sessions: 'unavailable' },
    { ...changed, mustChange: true, sessions: 'asked' },
  ],
  'no-contact': [{ ...refused, because: 'no-contact' }],
  'contact-unconfirmed': [{ ...refused, because: 'contact-unconfirmed' }],
  disabled: [{ ...refused, because: 'disabled' }],
  barred: barriers.map((barrier) => ({ ...refused, because: 'barred', barrier })),
  unsupported: [{ ...refused, because: 'unsupported' }],
  'proof-mismatch': [{ ...refused, because: 'proof-mismatch' }],
  'denied-by-provider': [{ ...refused, because: 'denied-by-provider' }],
  disowned: [{ ...refused, because: 'disowned' }],
  elsewhere: [{ ...refused, because: 'elsewhere' }],
  'no-helpdesk': [{ ...refused, because: 'no-helpdesk' }],
  'second-proof-impossible': [{ ...refused, because: 'second-proof-impossible' }],
  'old-passwords-wrong': [{ ...refused, because: 'old-passwords-wrong' }],
  'password-blocked': [{ ...refused, because: 'password-blocked' }],
  'changed-too-soon': [{ ...spent, because: 'changed-too-soon' }],
  'passwords-refused': [{ ...refused, because: 'passwords-refused' }],
  'sign-in-needed': [{ ...refused, because: 'sign-in-needed' }],
  bot: [{ ...refused, because: 'bot' }],
  deactivated: [{ ...refused, because: 'deactivated' }],
  guest: [{ ...refused, because: 'guest' }],
  invited: [{ ...refused, because: 'invited' }],
  external: [{ ...refused, because: 'external' }],
  'unconfirmed-email': [{ ...refused, because: 'unconfirmed-email' }],
  'attempts-spent': [{ ...spent, because: 'attempts-spent' }],
  'sends-spent': [{ ...spent, because: 'sends-spent' }],
  'unlocks-spent': [{ ...spent, because: 'unlocks-spent' }],
  frozen: [{ ...spent, because: 'frozen' }],
  denied: denyReasons.map((reason) => ({ ...refused, because: 'denied', by, reason })),
  flow: [{ outcome: 'expired', because: 'flow' }],
  approval: [{ outcome: 'expired', because: 'approval' }],
  link: [{ outcome: 'expired', because: 'link' }],
  password: [{ outcome: 'expired', because: 'password' }],
  person: [{ outcome: 'cancelled', because: 'person' }],
  superseded: [{ outcome: 'cancelled', because: 'superseded' }],
  operator: [{ outcome: 'cancelled', because: 'operator' }],
  unreachable: [{ ...failed, because: 'unreachable' }],
  'refused-by-provider': [{ ...failed, because: 'refused-by-provider' }],
  unconfirmed: [{ ...failed, because: 'unconfirmed' }],
  'locked-again': [{ ...failed, because: 'locked-again' }],
  'password-unconfirmed': [{ ...failed, because: 'password-unconfirmed' }],
  'helpdesk-unreachable': [{ ...failed, because: 'helpdesk-unreachable' }],
  'not-permitted': [{ ...failed, because: 'not-permitted' }],
  limited: [{ ...failed, because: 'limited', again: soon }],
  'codes-limited': [{ ...failed, because: 'codes-limited', again: soon }],
  enrolled: [{ outcome: 'done', because: 'enrolled' }],
  'changed-elsewhere': (['ending', 'asked', 'unavailable', undefined] as const).map((sessions) => ({
    ...{ outcome: 'done', because: 'changed-elsewhere', changedAt: now },
    ...(sessions === undefined ? {} : { sessions }),
  })),
  'requested-elsewhere': [
    { outcome: 'done', because: 'requested-elsewhere', provenAt: now },
    { outcome: 'done', because: 'requested-elsewhere', provenAt: now, changedAt: now },
  ],
  'contact-imported': [
    { outcome: 'done', because: 'contact-imported' },
    { outcome: 'done', because: 'contact-imported', mustBeConfirmed: true },
  ],
  'contacts-resting': [{ ...spent, because: 'contacts-resting' }],
  'settled-by-helpdesk': [{ ...failed, because: 'settled-by-helpdesk' }],
});

const barriers = allOf<DirectoryBarrier>({
  absent: true,
  protected: true,
  disabled: true,
  'account-expired': true,
  'smart-card': true,
  'not-readable': true,
  'lock-kept': true,
});
/** As long as the name of an application may be. */
const longName = 'W'.repeat(applicationCharsAtMost);
const longest = Array.from({ length: originsAtMost }, (_, nth) => ({
  ...{ application: longName, device: 'computer' as const, country: 'IO', count: 900 - nth },
}));
/** From the least that is known to all of it. */
const locks: readonly LockFacts[] = [
  { of: 'provider' },
  { of: 'directory', failures: 1 },
  { of: 'directory', since: now, until: 'lifted' },
  { of: 'provider', since: now, signIns: { count: 1, since: now, origins: [] } },
  { of: 'provider', signIns: { count: 2, since: now, origins: [{ application: longName, country: 'VN', count: 2 }] } },
  {
    ...{ of: 'both', failures: 10, since: now, until: soon, spreadMinutes: 15 },
    signIns: { count: 3_000, isAtLeast: true, since: now, origins: longest },
  },
];

const denyReasons = allOf<DenyReason>({
  'not-convinced': true,
  suspicious: true,
  'contact-helpdesk': true,
  'not-entitled': true,
});
const outcomes = allOf<HelpdeskOutcome>({
  'under-way': true,
  done: true,
  expired: true,
  cancelled: true,
  ended: true,
  frozen: true,
  unconfirmed: true,
  left: true,
  failed: true,
  settled: true,
});
const helpWanted = allOf<HelpWanted>({
  disabled: true,
  barred: true,
  'locked-again': true,
  unsupported: true,
  'unlocks-spent': true,
  'denied-by-provider': true,
  'second-proof-impossible': true,
  'password-unconfirmed': true,
  failed: true,
  'not-permitted': true,
  limited: true,
});
const kinds = allOf<FlowKind>({ reset: true, unlock: true, change: true, enroll: true });

/** For whom no chat vouches. */
const visitor = actorId({ platform: 'web', tenant: 'acme', user: 'x7Kq' });
const exampleAccount = accountId('auth0|5f7c');

/** The people who appear on cards. */
export interface Cast {
  readonly person: ActorId;
  readonly agents: readonly [ActorId, ActorId];
}

function everyPersonScreen({ agents }: Cast): EveryPersonScreen {
  const approvals = approvedBy(agents);
  const waiting = [...flags.map((delayed) => ({ delayed, until: soon })), { delayed: true, again: now, until: soon }];
  const code = { contact: home, codeUntil: soon, resendFrom: later(now, -1) };
  const firsts = [{ first: accepted }, { first: accepted, recoveryCode: true }] as const;
  return {
    'looking-you-up': waiting.map((one) => ({ shows: 'looking-you-up', ...one })),
    'choose-contact': [
      { shows: 'choose-contact', contacts: [home] },
      { shows: 'choose-contact', contacts: [home, phone] },
      {
        shows: 'choose-contact',
        contacts: Array.from({ length: 14 }, (_, nth) => ({ ...phone, ref: contactRef(`sms|${nth}`) })),
      },
      ...firsts.flatMap((first) =>
        [[phone], [home, phone]].map((contacts) => ({ shows: 'choose-contact', contacts, ...first }) as const),
      ),
    ],
    'remove-contact': [
      { shows: 'remove-contact', contact: phone, proving: [], isLast: true, until: soon },
      { shows: 'remove-contact', contact: phone, proving: [], isLast: false, until: soon },
      { shows: 'remove-contact', contact: phone, proving: [home], isLast: false, until: soon },
    ],
    removing: waiting.map((one) => ({ shows: 'removing', contact: phone, ...one })),
    'sending-code': waiting.map((one) => ({ shows: 'sending-code', contact: phone, ...one })),
    'enter-code': (
      [
        { after: 'sent' },
        { after: 'wrong' },
        { after: 'unchecked' },
        { after: 'unchecked', checkFrom: soon },
        { after: 'sent', first: accepted },
        { after: 'sent', first: accepted, recoveryCode: true },
      ] as const
    ).flatMap((after) =>
      flags.flatMap((flag) => [
        { ...code, shows: 'enter-code', ...after, attemptsLeft: 2, canResend: flag, hasOtherContacts: flag } as const,
        {
          ...code,
          resendFrom: soon,
          shows: 'enter-code',
          ...after,
          attemptsLeft: 1,
          canResend: true,
          hasOtherContacts: flag,
        } as const,
      ]),
    ),
    'code-dead': (['used-up', 'expired', 'too-old'] as const).flatMap((why) =>
      flags.flatMap((flag) =>
        [soon, later(now, -1)].map(
          (resendFrom) =>
            ({ shows: 'code-dead', contact: home, why, resendFrom, canResend: flag, hasOtherContacts: flag }) as const,
        ),
      ),
    ),
    'checking-code': [{ shows: 'checking-code', contact: home }],
    'enter-recovery-code': (['asked', 'wrong', 'unchecked'] as const).flatMap((after) =>
      flags.map(
        (hasOtherContacts) => ({ shows: 'enter-recovery-code', after, first: accepted, hasOtherContacts }) as const,
      ),
    ),
    'checking-recovery-code': [{ shows: 'checking-recovery-code' }],
    verified: waiting.map((one) => ({ shows: 'verified', ...one })),
    'waiting-for-helpdesk': [
      { shows: 'waiting-for-helpdesk', needed: 1, approvals: [], until: soon },
      { shows: 'waiting-for-helpdesk', needed: 2, approvals: approvals.slice(1), usualSeconds: 240, until: soon },
      { shows: 'waiting-for-helpdesk', needed: 1, approvals: [], until: soon, recoveryCodesLeft: 9 },
    ],
    unlocking: waiting.map((one) => ({ shows: 'unlocking', approvals, ...one })),
    'change-link': flags.map((needsSignIn) => ({ shows: 'change-link', needsSignIn, until: soon }) as const),
    link: [
      ...flags.map((retried) => ({ shows: 'link', retried, isApproved: false, until: soon }) as const),
      { shows: 'link', retried: true, isApproved: true, again: now, until: soon },
      { shows: 'link', retried: false, isApproved: false, isHere: true, until: soon },
      ...[0, 1, 2, 9].map(
        (recoveryCodesLeft) =>
          ({ shows: 'link', retried: false, isApproved: false, until: soon, recoveryCodesLeft }) as const,
      ),
    ],
    'link-opened': [
      { shows: 'link-opened', until: soon },
      { shows: 'link-opened', until: soon, againUntil: soon },
    ],
    'mailing-link': flags.flatMap((isAgain) =>
      waiting.map((one) => ({ shows: 'mailing-link', isAgain, ...one }) as const),
    ),
    'link-mailed': [
      { shows: 'link-mailed', isApproved: false, until: soon, resend: { from: soon } },
      { shows: 'link-mailed', isApproved: true, until: soon, resend: {}, recoveryCodesLeft: 1 },
      { shows: 'link-mailed', isApproved: false, until: soon },
    ],
    'password-page': [
      { shows: 'password-page', until: soon },
      { shows: 'password-page', until: soon, again: now },
      { shows: 'password-page', until: soon, isUnproven: true },
    ],
    'confirming-password': [{ shows: 'confirming-password', until: soon }],
    'in-doubt': [{ shows: 'in-doubt' }],
    contacts: (['sign-in', 'in-browser'] as const).flatMap((step) =>
      contactLists.flatMap(({ contacts, changes }) =>
        [...waiting, { delayed: false, until: soon }].map(
          (one, nth) => ({ shows: 'contacts', step, contacts, changes, isBusy: nth < waiting.length, ...one }) as const,
        ),
      ),
    ),
    ended: Object.values<readonly Ending[]>(endings(agents[0]))
      .flat()
      .flatMap((ending) => [
        { shows: 'ended', ending, closedAt: now, approvals, wasAtPage: false, canDisown: true },
        { shows: 'ended', ending, closedAt: now, approvals: [], wasAtPage: true, canDisown: false },
        { shows: 'ended', ending, closedAt: now, approvals, disownedAt: now, wasAtPage: true, canDisown: false },
        ...locks.map(
          (lock) =>
            ({ shows: 'ended', ending, closedAt: now, approvals, lock, wasAtPage: false, canDisown: true }) as const,
        ),
        ...contactLists.map(
          (enrolment) =>
            ({
              shows: 'ended',
              ending,
              closedAt: now,
              approvals: [],
              wasAtPage: false,
              enrolment,
              canDisown: true,
            }) as const,
        ),
      ]),
  };
}

function everyHelpdeskScreen({ agents }: Cast): EveryHelpdeskScreen {
  const approvals = approvedBy(agents);
  return {
    approval: [
      { shows: 'approval', proof, needed: 1, approvals: [], earlierUnlocks: 0, until: soon },
      {
        shows: 'approval',
        proof: { channel: 'sms', at: now },
        needed: 2,
        approvals: approvals.slice(1),
        earlierUnlocks: 3,
        until: soon,
      },
      ...locks.map(
        (lock) =>
          ({ shows: 'approval', proof, lock, needed: 1, approvals: [], earlierUnlocks: 0, until: soon }) as const,
      ),
      { shows: 'approval', proof: twoCodes, needed: 1, approvals: [], earlierUnlocks: 0, until: soon },
      { shows: 'approval', proof: withRecoveryCode, needed: 1, approvals: [], earlierUnlocks: 0, until: soon },
    ],
    approved: outcomes.map((outcome) => ({ shows: 'approved', approvals, outcome, askedAt: now })),
    denied: denyReasons.map((reason) => ({ shows: 'denied', by: agents[0], at: now, reason })),
    over: outcomes.map((outcome) => ({ shows: 'over', outcome, at: now })),
    'help-wanted': helpWanted.flatMap((because) => [
      { shows: 'help-wanted', because, at: now },
      { shows: 'help-wanted', because, proof, at: now },
      { shows: 'help-wanted', because, proof, isHalfProven: true, at: now },
      ...(because === 'barred' ? barriers : []).map(
        (barrier) => ({ shows: 'help-wanted', because, barrier, proof, at: now }) as const,
      ),
      ...locks.map((lock) => ({ shows: 'help-wanted', because, proof, lock, at: now }) as const),
    ]),
    doubt: [
      { shows: 'doubt', since: now, until: soon },
      ...locks.map((lock) => ({ shows: 'doubt', since: now, lock, until: soon }) as const),
    ],
    mismatch: [{ shows: 'mismatch', at: now }],
    disowned: [
      { shows: 'disowned', at: now },
      { shows: 'disowned', at: now, changedAt: now },
      { shows: 'disowned', at: now, unlockedBy: [] },
      { shows: 'disowned', at: now, unlockedBy: approvals },
      { shows: 'disowned', at: now, isNotice: true },
      { shows: 'disowned', at: now, isNotice: true, changedAt: now },
      { shows: 'disowned', at: now, isNotice: true, requestedAt: now },
      { shows: 'disowned', at: now, isNotice: true, requestedAt: now, changedAt: now },
      { shows: 'disowned', at: now, isNewcomer: true },
      { shows: 'disowned', at: now, disconnects: true },
    ],
  };
}

const approvedBy = (agents: Cast['agents']): readonly Approval[] => agents.map((by) => ({ by, at: now }));

/** Cards, by the name of what they show. */
type Drawn = ReadonlyMap<string, readonly Card[]>;

/** Every screen that the person can see. */
export const personScreens = (cast: Cast): readonly PersonScreen[] =>
  Object.values<readonly object[]>(everyPersonScreen(cast))
    .flat()
    .flatMap((shown) => kinds.map((kind) => ({ ...shown, kind, version: 7, flow: exampleFlow }) as PersonScreen));

export function drawnForPerson(cast: Cast, copy: Copy): Drawn {
  const helpdesk = { hasChannel: true, contact: 'call 4711' };
  const renderQueue = { copy, now, linkUrl: exampleLink, isRedrawnInTime: false, helpdesk };
  const diagnose = { codeError: copy.notACode, remarks: [line(copy.tooLate, 'alert')] };
  return drawn<PersonScreen['shows']>(everyPersonScreen(cast), (shown) => {
    const screen = { ...shown, version: 7, flow: exampleFlow } as PersonScreen;
    return [personCard(screen, renderQueue), personCard(screen, { ...renderQueue, ...diagnose })];
  });
}

export function drawnForHelpdesk(cast: Cast, copy: Copy): Drawn {
  return drawn<HelpdeskScreen['shows']>(everyHelpdeskScreen(cast), (shown) => [
    helpdeskCard({ ...shown, version: 7, flow: exampleFlow, person: cast.person } as HelpdeskScreen, copy),
  ]);
}

/** The same where no chat vouches for the person, whose account is that of the cast's. */
export function drawnFromWeb(cast: Cast, copy: Copy): Drawn {
  const whom = { person: visitor, account: exampleAccount };
  return drawn<HelpdeskScreen['shows']>(everyHelpdeskScreen(cast), (shown) => [
    helpdeskCard({ ...shown, version: 7, flow: exampleFlow, ...whom } as HelpdeskScreen, copy),
  ]);
}

function drawn<Shows extends string>(
  every: { readonly [Each in Shows]: readonly object[] },
  draw: (shown: object) => readonly Card[],
): Drawn {
  const entries = Object.entries<readonly object[]>(every);
  return new Map(
    entries.map(([shows, examples]) => [
      shows,
      examples.flatMap((one) => kinds.flatMap((kind) => draw({ ...one, kind }))),
    ]),
  );
}

/** Cards that are about no flow, and the form for a denial. */
export function drawnOtherwise({ person }: Cast, channel: string, copy: Copy): Drawn {
  const flow = {
    id: exampleFlow,
    kind: 'unlock',
    actor: person,
    startedAt: now,
    version: 7,
    state: { at: 'identifying', delayed: false, until: soon },
  } as const;
  const sentences = [
    copy.codeInMessage,
    [copy.tooOften],
    copy.oldButton,
    copy.notYours,
    copy.notApprover,
    copy.selfApproval,
    copy.ownAccount,
    copy.notToldApart,
    copy.notToldApartFromWeb,
    copy.nothingOpen,
    copy.greeting,
    copy.thanks,
    copy.smallTalk,
  ];
  return new Map<string, readonly Card[]>([
    ['the form of a denial', [drawDenial(flow, channel, copy), drawDenial(flow, undefined, copy)]],
    ['the opening', kinds.map((kind) => drawOpening(kind, copy))],
    [
      'help',
      [
        drawHelp(copy.help, copy),
        drawHelp([copy.threeChoices], copy, { first: 'start-unlock' }),
        drawHelp([copy.lostContact], copy, { offersContacts: true }),
      ],
    ],
    ['another trouble', [drawOtherTrouble(copy)]],
    ['the form behind “Something else”', [drawNote(copy)]],
    [
      'somebody who asks for a person',
      [
        {},
        { words: 'My phone was stolen.' },
        { proven: { kind: 'reset' as const, proof: { channel: 'email' as const, at: now } } },
      ].map((more) => drawHelpWanted({ person, at: now, ...more }, copy)),
    ],
    [
      'which request to cancel',
      [
        drawCancelWhich(
          kinds.map((kind) => ({ ...flow, kind })),
          copy,
        ),
      ],
    ],
    ['the home page', exampleLists(now).flatMap((own) => drawHome([], own, copy))],
    ['the welcome', exampleLists(now).map((own) => drawWelcome(own, now, copy))],
    [
      'a reminder',
      [
        withReminder(drawSentence(copy.greeting, copy), copy),
        withReminder(drawHelp(copy.help, copy, { offersContacts: true }), copy),
        drawHelp([copy.remindersStopped], copy),
      ],
    ],
    ['an apology', [drawApology({ hasChannel: true }, copy), drawApology({ hasChannel: false }, copy)]],
    ['a sentence', sentences.map((text) => drawSentence(text, copy))],
  ]);
}
