// The texts that every language must have. A language that lacks a text does not compile.
import type { ListedContact } from '../../flows/contact.ts';
import type { ContactChangeMade, MadeChange } from '../../flows/enrolment-state.ts';
import type { ActorId, Instant } from '../../flows/ids.ts';
import type { HelpdeskOutcome, HelpdeskScreen, PersonScreen } from '../../flows/screen.ts';
import type { Approval, Channel, DeadCode, DenyReason, FlowKind, Proof } from '../../flows/state.ts';
import type { NoticeCopy } from '../../text/notice-copy.ts';
import type { PageCopy } from '../../text/page-copy.ts';
import type { Confirm, Text, TimeSpan } from '../cards/card.ts';

/** How a request of this kind ended. */
export type End = Pick<
  Extract<PersonScreen, { readonly shows: 'ended' }>,
  'kind' | 'ending' | 'approvals' | 'closedAt' | 'wasAtPage' | 'enrolment'
>;

/** What somebody has proven who asks the helpdesk for help: in which request, how and when. */
export interface Proven {
  readonly kind: FlowKind;
  readonly proof: Proof;
}

/** Texts for people about their own requests. */
export interface PersonCopy {
  readonly title: Readonly<Record<FlowKind, string>>;
  readonly productTitle: string;
  readonly homeTitle: string;
  /** Below an open request. */
  readonly homeOtherTitle: string;
  readonly notNow: string;
  readonly buttons: Readonly<
    Record<
      | 'forgotPassword'
      | 'lockedOut'
      | 'somethingElse'
      | 'askHelpdesk'
      | 'continue'
      | 'enterCode'
      | 'sendCode'
      | 'verify'
      | 'sendAgain'
      | 'sendNew'
      | 'otherContact'
      | 'recoveryCode'
      | 'useContact'
      | 'cancel'
      | 'startAgain'
      | 'choosePassword'
      | 'openAgain'
      | 'notMe'
      | 'approve'
      | 'deny'
      | 'submitDenial'
      | 'tryAgain'
      | 'settled',
      string
    >
  >;
  /** Beside the button `notMe`. */
  readonly notMeQuestion: string;
  /** `isTold`: the helpdesk has a channel in which it is told. */
  readonly confirmNotMe: (kind: FlowKind, isTold: boolean) => Confirm;
  readonly confirmCancel: Confirm;

  readonly lookingUp: Text;
  readonly delayed: (until: Instant) => Text;
  /** The sign-in service asked for a pause, and the request goes on afterwards. */
  readonly busy: (again: Instant) => Text;
  /** The same where the request waits for its code. */
  readonly codesPaused: (again: Instant) => Text;
  readonly willSend: Text;
  /** For a person with one contact: there is nothing to choose. */
  readonly willSendTo: (channel: Channel, masked: string) => Text;
  /** The first code was right, and another proof is needed. `count`: how many contacts are left. */
  readonly secondProof: (first: Channel, count: number, hasRecoveryCode: boolean) => Text;
  readonly enterRecoveryCode: Text;
  readonly recoveryCodeLabel: string;
  readonly recoveryCodeHint: string;
  readonly recoveryCodeRules: Text;
  readonly wrongRecoveryCode: string;
  readonly notARecoveryCode: string;
  readonly recoveryCodeUnchecked: Text;
  readonly recoveryCodesLeft: (left: number) => Text;
  readonly contactLabel: string;
  readonly contactOption: (channel: Channel, masked: string) => string;
  readonly sending: (masked: string) => Text;
  readonly enterCode: (channel: Channel, masked: string) => Text;
  readonly codeLabel: string;
  readonly codeHint: string;
  readonly codeRules: (until: Instant) => Text;
  readonly wrongCode: (attemptsLeft: number) => string;
  readonly notACode: string;
  readonly codeTooShort: string;
  /** `from`: no code is looked at before. */
  readonly unchecked: (attemptsLeft: number, from?: Instant) => Text;
  readonly resendFrom: (from: Instant) => Text;
  /** For somebody who asks for another code too early. */
  readonly resendIn: (from: Instant, now: Instant) => Text;
  /** The same, when the request no longer waits for a code. */
  readonly nextCodeIn: (from: Instant, now: Instant) => Text;
  readonly sendingElsewhere: Text;
  readonly codeDead: (why: DeadCode) => Text;
  readonly noMoreCodes: (from: Instant) => Text;
  readonly checking: Text;
  readonly verified: Text;
  readonly verifiedLooking: Text;
  readonly helpdeskAsked: (usualSeconds: number | undefined, until: Instant) => Text;
  readonly approvalsSoFar: (granted: number, needed: number) => Text;
  readonly unlocking: (approvals: readonly Approval[]) => Text;
  readonly linkRules: (until: Instant) => Text;
  /** `again`: the page cannot be opened before. */
  readonly linkRetried: (again?: Instant) => Text;
  readonly linkOpened: (until: Instant) => Text;
  readonly openAgain: (until: Instant) => Text;
  readonly inDoubt: (isTold: boolean) => Text;
  readonly disowned: (kind: FlowKind, at: Instant, isTold: boolean) => Text;
  /** Added to `disowned` if a new password was chosen anyway. */
  readonly disownedChange: (changedAt: Instant) => Text;

  readonly help: readonly Text[];
  readonly threeChoices: Text;
  /** For somebody whose phone or mailbox is lost: perhaps they cannot get in, perhaps they want another contact. */
  readonly lostContact: Text;
  readonly greeting: Text;
  readonly thanks: Text;
  readonly smallTalk: Text;
  /** For a trouble that has nothing to do with an account. */
  readonly otherTrouble: Text;
  readonly noteIntro: Text;
  readonly noteLabel: string;
  readonly noteHint: string;
  readonly noteRule: Text;
  readonly helpdeskTold: Text;
  readonly helpdeskTelling: Text;
  readonly helpdeskKnows: (since: Instant) => Text;
  readonly helpdeskNotReached: Text;
  readonly askHelpdeskYourself: Text;
  /** How to contact the helpdesk, in the operator's words. */
  readonly helpdeskContact: (contact: string) => Text;
  readonly nothingOpen: Text;
  /** Followed by how the last request ended. */
  readonly nothingOpenButLast: Text;
  /** `open`: how many requests there are to choose from. */
  readonly cancelWhich: (open: number) => Text;
  readonly cancelButton: Readonly<Record<FlowKind, string>>;
  readonly continuedBelow: Text;
  readonly codeInMessage: Text;
  readonly homeIntro: Text;
  readonly homeOtherIntro: Text;
  readonly tooOften: string;
  /** For an internal failure. */
  readonly sorry: string;
  readonly oldButton: Text;
}

/** Texts about a person's own recovery contacts. */
export interface EnrolmentCopy {
  readonly contactsIntro: (count: number) => Text;
  /** For more contacts than one message shows. */
  readonly moreContacts: (count: number) => Text;
  /** Below the list of somebody who has just taken the last one out. */
  readonly lastRemoved: Text;
  readonly listedContact: (contact: ListedContact) => Text;
  /** For somebody with one contact. */
  readonly haveTwo: Text;
  /**
   * Beside the button to the sign-in, for somebody who cannot sign in. `can`: they have a contact that can be used now. `perhaps`: all
   * of those came from a file, and the policy decides.
   */
  readonly cannotSignIn: (recovery: 'can' | 'perhaps' | 'cannot') => Text;
  readonly signInToChange: (until: Instant) => Text;
  readonly goOnInBrowser: Text;
  readonly changingContacts: Text;
  readonly contactAdded: (change: ContactChangeMade) => Text;
  readonly contactRemoved: (change: ContactChangeMade) => Text;
  readonly recoveryCodesMade: (usableFrom: Instant | undefined) => Text;
  readonly addEmail: string;
  readonly addPhone: string;
  readonly removeContact: string;
  /** Of a change that the person has disowned. */
  readonly takenBack: (change: MadeChange) => Text;
  /** The page is drawn again when they are known. */
  readonly lookingUpContacts: Text;
  readonly contactsNotKnown: Text;
  readonly homeContactsTitle: string;
  /** The button below the list, where there is one. */
  readonly changeContacts: string;
  readonly welcome: Text;
  /** One gentle line for somebody who has no contact. */
  readonly reminder: Text;
  readonly stopReminding: string;
  readonly remindersStopped: Text;
  /** The button that leads to the person's contacts. */
  readonly ownContacts: string;
  /** The same, where somebody learns that they have none. */
  readonly enrollNow: string;
  /** Where there is one, and the advice to have two. */
  readonly enrollSecond: string;
}

/** Texts for the helpdesk's channel. */
export interface HelpdeskCopy {
  readonly notYours: Text;
  readonly notApprover: Text;
  readonly nobodyMayDecide: Text;
  readonly selfApproval: Text;
  readonly alreadyApproved: Text;
  readonly notToldApart: Text;
  readonly tooLate: Text;
  /** `again`: the platform or Auth0 answers nothing before. */
  readonly cannotAskNow: (again?: Instant) => Text;
  /** Trying again does not help. */
  readonly cannotAsk: Text;

  readonly helpdeskTitle: (kind: FlowKind) => string;
  readonly request: (kind: FlowKind, person: ActorId) => Text;
  readonly requestFacts: (kind: FlowKind, proof: Proof, earlierUnlocks: number) => Text;
  readonly approvedSoFar: (approvals: readonly Approval[], needed: number) => Text;
  readonly openUntil: (until: Instant) => Text;
  readonly settledLine: (
    kind: FlowKind,
    person: ActorId,
    approvals: readonly Approval[],
    outcome: HelpdeskOutcome,
    askedAt: Instant,
  ) => Text;
  readonly deniedLine: (kind: FlowKind, person: ActorId, by: ActorId, at: Instant, reason: DenyReason) => Text;
  readonly overLine: (kind: FlowKind, person: ActorId, outcome: HelpdeskOutcome, at: Instant) => Text;
  readonly helpWanted: (
    kind: FlowKind,
    person: ActorId,
    why: Pick<Extract<HelpdeskScreen, { shows: 'help-wanted' }>, 'because' | 'proof' | 'isHalfProven' | 'at'>,
  ) => readonly Text[];
  /** The person asks for somebody. `proven`: what they have proven; absent: nothing. */
  readonly personWanted: (person: ActorId, at: Instant, proven: Proven | undefined) => readonly Text[];
  /** What they wrote about it. Nobody has checked it. */
  readonly ownWords: (words: string) => Text;
  readonly doubt: (person: ActorId, since: Instant) => readonly Text[];
  readonly mismatch: (kind: FlowKind, person: ActorId, at: Instant) => readonly Text[];
  readonly disownedAlert: (screen: Extract<HelpdeskScreen, { shows: 'disowned' }>) => readonly Text[];
  readonly denyTitle: string;
  readonly denyLabel: string;
  readonly denyIntro: (person: ActorId) => Text;
  /** `told`: in quotation marks, the sentence that the person reads. */
  readonly denyReasons: Readonly<Record<DenyReason, { readonly label: string; readonly told: string }>>;
}

/** One sentence each, for lock screens: the act and the person, and never a contact, a code or a link. */
export interface NotificationCopy {
  /** `isTold`: the helpdesk has a channel in which it is told. */
  readonly forPerson: (screen: PersonScreen, isTold: boolean) => Text;
  readonly forHelpdesk: (screen: HelpdeskScreen) => Text;
  /** The person asks the helpdesk for somebody. */
  readonly helpWanted: (person: ActorId, isProven: boolean) => Text;
}

/** Texts that the adapters need for names, times and titles. */
export interface CommonCopy {
  readonly close: string;
  /** Shown where a person's name is unknown. */
  readonly somebody: string;
  /** The title of a message that has no other title. */
  readonly notice: string;
  /** A time in UTC, for places where the platform cannot show it in the reader's own zone. */
  readonly utcTime: (time: TimeSpan) => string;
  /** A day and a time as the platform writes them. */
  readonly dayAndTime: (day: string, time: string) => string;
}

/** How the app describes itself in the platforms' lists of apps. */
export interface AppCopy {
  /** Follows the app's name. */
  readonly subject: string;
  /** At most 80 characters, Teams' limit. */
  readonly short: string;
  /** At most 4,000 characters, Teams' limit. */
  readonly full: string;
}

/** Command descriptions, which platforms show while somebody types. At most 128 characters. */
export type CommandCopy = Readonly<Record<FlowKind | 'status' | 'cancel' | 'help', string>>;

/** `handle` is a user name, or the beginning of an id. */
type HandleCopy = { readonly handle: (handle: string) => string };

export type SlackCopy = HandleCopy &
  Readonly<
    Record<'moment' | 'momentTitle' | 'oldButton' | 'oldWindow' | 'noWindow' | 'sentInPrivate' | 'finished', string>
  >;

export type TeamsCopy = HandleCopy &
  Readonly<
    Record<
      | 'back'
      | 'required'
      | 'oldButton'
      | 'answeredInPrivate'
      | 'writeInPrivate'
      | 'employeesOnly'
      | 'cannotConfirm'
      | 'notHere'
      | 'stillAtIt'
      | 'noted'
      | 'pressAgain',
      string
    >
  >;

/** The words that the bot understands. Each expression is tested on lower-case text and must take linear time. */
export interface IntentWords {
  readonly cancel: RegExp;
  readonly status: RegExp;
  readonly reset: RegExp;
  readonly unlock: RegExp;
  readonly enroll: RegExp;
  /** To see, add or remove a contact, or to have a new one: in other words than `enroll`. */
  readonly ownContacts: RegExp;
  /** A phone or mailbox that codes can no longer reach. */
  readonly lostContact: RegExp;
  /** A few words may stand in between, as in "did not ask for this unlock". A comma ends the negated part. */
  readonly negated: RegExp;
  readonly notMine: RegExp;
  readonly question: RegExp;
  /** A question of somebody who may have seen what others did. It must reach a person, not start a request. */
  readonly suspects: RegExp;
  /** A whole text that asks for help, or what the bot can do. */
  readonly help: RegExp;
  readonly lockedOut: RegExp;
  readonly forgotPassword: RegExp;
  readonly thanks: RegExp;
  readonly greeting: RegExp;
  /** One whole word that asks for nothing, greetings and thanks included. A text of such words only needs no choices. */
  readonly pleasantry: RegExp;
  /** Things that have nothing to do with an account. */
  readonly otherThing: RegExp;
  /** Anything that may have to do with an account. */
  readonly accountThing: RegExp;
  /** Words for a code. Ignores upper and lower case. */
  readonly namesCode: RegExp;
  /** A word for a password or code, and what follows it: the second group is what it is said to be. Ignores case, finds all. */
  readonly tellsSecret: RegExp;
}

export interface Copy extends PersonCopy, EnrolmentCopy, HelpdeskCopy, CommonCopy {
  /** `isTold`: the helpdesk has a channel in which it is told. */
  readonly ended: (end: End, isTold: boolean) => readonly Text[];
  readonly notifications: NotificationCopy;
  readonly app: AppCopy;
  readonly commands: CommandCopy;
  readonly slack: SlackCopy;
  readonly teams: TeamsCopy;
  readonly pages: PageCopy;
  readonly notices: NoticeCopy;
  readonly intentWords: IntentWords;
}
