// The texts for the helpdesk's channel.

import type { DenyReason } from '../../flows/ending.ts';
import type { ActorId, Instant } from '../../flows/ids.ts';
import type { LockFacts } from '../../flows/lock.ts';
import type { HelpdeskOutcome, HelpdeskScreen, Whom } from '../../flows/screen.ts';
import type { Approval, FlowKind, Proof } from '../../flows/state.ts';
import type { Text } from '../cards/card.ts';

/** What somebody has proven who asks the helpdesk for help: in which request, how and when. */
export interface Proven {
  readonly kind: FlowKind;
  readonly proof: Proof;
  /** What had locked the account, where that is known. `isAgain`: it had been unlocked not long before. */
  readonly lock?: LockFacts;
  readonly isAgain?: true;
}

export interface HelpdeskCopy {
  readonly notYours: Text;
  readonly notApprover: Text;
  readonly nobodyMayDecide: Text;
  readonly selfApproval: Text;
  /** The same where somebody asked for their account on the web. */
  readonly ownAccount: Text;
  readonly alreadyApproved: Text;
  readonly notToldApart: Text;
  /** The same where no platform vouches for the requester, so that no platform tells them apart. */
  readonly notToldApartFromWeb: Text;
  readonly tooLate: Text;
  /** `again`: the platform or Auth0 answers nothing before. */
  readonly cannotAskNow: (again?: Instant) => Text;
  /** Trying again does not help. */
  readonly cannotAsk: Text;

  readonly helpdeskTitle: (kind: FlowKind) => string;
  readonly request: (kind: FlowKind, whom: Whom) => Text;
  /** What it means that a request comes from the web; undefined where a chat vouches for the person. */
  readonly fromWeb: (whom: Whom) => Text | undefined;
  /** In place of a mention: the name in the directory of somebody who is in no chat; and where there is none. */
  readonly unconnected: (name: string) => string;
  readonly unnamed: string;
  readonly requestFacts: (kind: FlowKind, proof: Proof, earlierUnlocks: number, lock?: LockFacts) => Text;
  /** How often, since when and from where; nothing where that is not known. */
  readonly failedSignIns: (lock: LockFacts | undefined) => readonly Text[];
  readonly approvedSoFar: (approvals: readonly Approval[], needed: number) => Text;
  readonly openUntil: (until: Instant) => Text;
  readonly settledLine: (
    kind: FlowKind,
    whom: Whom,
    approvals: readonly Approval[],
    outcome: HelpdeskOutcome,
    askedAt: Instant,
  ) => Text;
  readonly deniedLine: (kind: FlowKind, whom: Whom, by: ActorId, at: Instant, reason: DenyReason) => Text;
  readonly overLine: (kind: FlowKind, whom: Whom, outcome: HelpdeskOutcome, at: Instant) => Text;
  readonly helpWanted: (
    kind: FlowKind,
    whom: Whom,
    why: Pick<
      Extract<HelpdeskScreen, { shows: 'help-wanted' }>,
      'because' | 'barrier' | 'proof' | 'isHalfProven' | 'lock' | 'at'
    >,
  ) => readonly Text[];
  /** The person asks for somebody. `proven`: what they have proven; absent: nothing. */
  readonly personWanted: (person: ActorId, at: Instant, proven: Proven | undefined) => readonly Text[];
  /** What they wrote about it. Nobody has checked it. */
  readonly ownWords: (words: string) => Text;
  readonly doubt: (whom: Whom, since: Instant, lock?: LockFacts) => readonly Text[];
  readonly mismatch: (kind: FlowKind, whom: Whom, at: Instant) => readonly Text[];
  /** The title of the card where nobody had asked for anything. */
  readonly disownedTitle: string;
  readonly disownedAlert: (screen: Extract<HelpdeskScreen, { shows: 'disowned' }>) => readonly Text[];
  readonly denyTitle: string;
  readonly denyLabel: string;
  readonly denyIntro: (whom: Whom) => Text;
  /** `told`: in quotation marks, the sentence that the person reads. */
  readonly denyReasons: Readonly<Record<DenyReason, { readonly label: string; readonly told: string }>>;
}
