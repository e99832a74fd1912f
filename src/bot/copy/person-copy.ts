// The texts for people about their own requests.
import type { Instant } from '../../flows/ids.ts';
import type { Approval, Channel, DeadCode, FlowKind } from '../../flows/state.ts';
import type { Confirm, Text } from '../cards/card.ts';

export interface PersonCopy {
  readonly title: Readonly<Record<FlowKind, string>>;
  /** Of a message about what was done without a request: a changed password. */
  readonly unaskedTitle: string;
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
      | 'changePassword'
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
  /** The same where nobody asked for anything. `imported`: a contact from a file. */
  readonly unaskedQuestion: Readonly<Record<'changed' | 'imported', string>>;
  /** `isTold`: the helpdesk has a channel in which it is told. */
  readonly confirmNotMe: (kind: FlowKind, isTold: boolean) => Confirm;
  readonly confirmCancel: Confirm;

  readonly lookingUp: (kind: FlowKind) => Text;
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
  /** The link of somebody who knows their password. */
  readonly changeLink: Text;
  /** The old password alone was not enough. */
  readonly changeNeedsSignIn: Text;
  /** Somebody has signed in for it, and goes on in that browser. */
  readonly signedInThere: Text;
  readonly goOnThere: Text;
  readonly changeLinkRules: (until: Instant) => Text;
  readonly linkRules: (until: Instant) => Text;
  /** `again`: the page cannot be opened before. */
  readonly linkRetried: (again?: Instant) => Text;
  readonly linkOpened: (until: Instant) => Text;
  readonly openAgain: (until: Instant) => Text;
  readonly mailingLink: (isAgain: boolean) => Text;
  readonly linkMailed: Text;
  readonly mailRules: (until: Instant) => Text;
  readonly mailAgainFrom: (from: Instant) => Text;
  readonly nextMailIn: (from: Instant, now: Instant) => Text;
  readonly noMailLeft: Text;
  /** In place of `linkRules`, where the link leads to a page of ours. */
  readonly ownPageRules: (until: Instant) => Text;
  /** The page of ours for a new password is open. */
  readonly ownPageOpened: (until: Instant) => Text;
  readonly openOwnPageAgain: Text;
  /** The sign-in service takes no password before. */
  readonly passwordsPaused: (again: Instant) => Text;
  /** Nobody knows yet whether the new password was saved. */
  readonly confirmingPassword: (until: Instant) => Text;
  readonly inDoubt: (isTold: boolean) => Text;
  /** `imported`: a contact from a file, for which nobody had asked here. */
  readonly disowned: (what: FlowKind | 'imported', at: Instant, isTold: boolean) => Text;
  /** In place of `disowned` once the pause is lifted. */
  readonly pauseLifted: (disownedAt: Instant, liftedAt: Instant) => Text;
  /** Added to `disowned` if a new password was chosen anyway. */
  /** About a reset that somebody asked for elsewhere: nobody has looked how far it came. */
  readonly disownedRequest: Text;
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
  /** True for everybody, also for whoever has no password at the sign-in service. */
  readonly forgotOnSignInPage: Text;
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
