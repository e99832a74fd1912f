// What a person or the helpdesk sees and can do, without words or layout. Every platform must be able to draw every screen.

import type { ListedContact } from './contact.ts';
import type { DenyReason, Ending } from './ending.ts';
import type { MadeChange, Undone } from './enrolment-state.ts';
import type { AccountId, ActorId, FlowId, Instant } from './ids.ts';
import type { DirectoryBarrier, LockFacts } from './lock.ts';
import type { AcceptedCode, Approval, Closed, DeadCode, FlowKind, MaskedContact, Proof } from './state.ts';

interface Common {
  readonly flow: FlowId;
  readonly kind: FlowKind;
  /** The flow's version that this was made from: an older screen never replaces a newer one. */
  readonly version: number;
  /** The contact that the proof takes out, where it is for that. */
  readonly removes?: MaskedContact;
}

/** `first`: one code was accepted, and the second proof is awaited. `recoveryCode`: a recovery code would do as well. */
interface SecondProof {
  readonly first?: AcceptedCode;
  readonly recoveryCode?: true;
}

/** `delayed`: what the request waits for has failed or waits. `again`: it is tried no earlier, because the other side asked for a pause. */
export type PersonScreen = Common &
  (
    | { readonly shows: 'looking-you-up'; readonly delayed: boolean; readonly again?: Instant; readonly until: Instant }
    | ({ readonly shows: 'choose-contact'; readonly contacts: readonly MaskedContact[] } & SecondProof)
    | {
        readonly shows: 'sending-code';
        readonly contact: MaskedContact;
        readonly delayed: boolean;
        readonly again?: Instant;
        readonly until: Instant;
      }
    | ({
        readonly shows: 'enter-code';
        readonly contact: MaskedContact;
        readonly after: 'sent' | 'wrong' | 'unchecked';
        /** Only with `unchecked`: no code is looked at before. */
        readonly checkFrom?: Instant;
        readonly attemptsLeft: number;
        readonly codeUntil: Instant;
        readonly resendFrom: Instant;
        /** Whether a next code is possible at all before this request ends. */
        readonly canResend: boolean;
        readonly hasOtherContacts: boolean;
      } & SecondProof)
    | ({
        readonly shows: 'code-dead';
        readonly contact: MaskedContact;
        readonly why: DeadCode;
        readonly resendFrom: Instant;
        readonly canResend: boolean;
        readonly hasOtherContacts: boolean;
      } & SecondProof)
    | { readonly shows: 'checking-code'; readonly contact: MaskedContact }
    | {
        readonly shows: 'enter-recovery-code';
        readonly after: 'asked' | 'wrong' | 'unchecked';
        readonly first: AcceptedCode;
        readonly hasOtherContacts: boolean;
      }
    | { readonly shows: 'checking-recovery-code' }
    | { readonly shows: 'verified'; readonly delayed: boolean; readonly again?: Instant; readonly until: Instant }
    | {
        readonly shows: 'waiting-for-helpdesk';
        readonly needed: number;
        readonly approvals: readonly Approval[];
        readonly usualSeconds?: number;
        /** After a recovery code was used: how many are left. */
        readonly recoveryCodesLeft?: number;
        readonly until: Instant;
      }
    | {
        readonly shows: 'unlocking';
        readonly approvals: readonly Approval[];
        readonly delayed: boolean;
        readonly again?: Instant;
        readonly until: Instant;
      }
    /** Somebody who knows their password has a link to change it. `needsSignIn`: the old password alone was not enough. */
    | { readonly shows: 'change-link'; readonly needsSignIn: boolean; readonly until: Instant }
    /** `isApproved`: the helpdesk has approved it. `again`: no page can be opened before. `isHere`: it leads to a page of ours. */
    | {
        readonly shows: 'link';
        readonly isHere?: true;
        readonly retried: boolean;
        readonly isApproved: boolean;
        readonly recoveryCodesLeft?: number;
        readonly again?: Instant;
        readonly until: Instant;
      }
    /** `againUntil`: the page can be opened again until then, without a new proof. */
    | { readonly shows: 'link-opened'; readonly until: Instant; readonly againUntil?: Instant }
    /** The provider is asked to mail its own link. `isAgain`: it was mailed before. */
    | {
        readonly shows: 'mailing-link';
        readonly isAgain: boolean;
        readonly delayed: boolean;
        readonly again?: Instant;
        readonly until: Instant;
      }
    /** The provider was asked to. `until`: when the link is voided. `resend`: the mail can be asked for again, from then on or now. */
    | {
        readonly shows: 'link-mailed';
        readonly isApproved: boolean;
        readonly recoveryCodesLeft?: number;
        readonly until: Instant;
        readonly resend?: { readonly from?: Instant };
      }
    /** The page of ours for a new password is open. `again`: no password can be saved before. */
    | {
        readonly shows: 'password-page';
        readonly until: Instant;
        readonly again?: Instant;
        /** It asks for the old password, and nothing else says who it is. */
        readonly isUnproven?: true;
      }
    /** Nobody knows yet whether the new password was saved. */
    | { readonly shows: 'confirming-password'; readonly until: Instant }
    | { readonly shows: 'in-doubt' }
    /** `proving`: a code from one of these takes the contact out. `isLast`: nothing else on the account can be used. */
    | {
        readonly shows: 'remove-contact';
        readonly contact: MaskedContact;
        readonly proving: readonly MaskedContact[];
        readonly isLast: boolean;
        readonly until: Instant;
      }
    | {
        readonly shows: 'removing';
        readonly contact: MaskedContact;
        readonly delayed: boolean;
        readonly again?: Instant;
        readonly until: Instant;
      }
    /**
     * The person's own contacts. `sign-in`: the link waits for them; `in-browser`: they have signed in, and go on there. `isBusy`:
     * something is being changed. `changes`: made in this request so far.
     */
    | {
        readonly shows: 'contacts';
        readonly step: 'sign-in' | 'in-browser';
        readonly contacts: readonly ListedContact[];
        readonly changes: readonly MadeChange[];
        readonly isBusy: boolean;
        readonly delayed: boolean;
        readonly again?: Instant;
        readonly until: Instant;
      }
    | {
        readonly shows: 'ended';
        readonly ending: Ending;
        readonly closedAt: Instant;
        readonly approvals: readonly Approval[];
        readonly disownedAt?: Instant;
        /** When an administrator lifted the pause after that. */
        readonly pauseLiftedAt?: Instant;
        readonly lock?: LockFacts;
        /** The account is one of a company's directory, which other computers of the person ask as well. */
        readonly isInDirectory?: true;
        /** The page for a new password was open until the end: a change that was saved there may be detected only later. */
        readonly wasAtPage: boolean;
        /** The provider had mailed a link to it, which was voided with the end. */
        readonly wasMailed?: true;
        readonly recoveryCodesLeft?: number;
        /** Of an enrolment after the sign-in. */
        readonly enrolment?: NonNullable<Closed['enrolment']>;
        /** What was changed is being taken back; so much of it is done, or has failed. */
        readonly takenBack?: readonly Undone[];
        /** There is something to disown: a code was accepted in this flow, or a contact was changed. */
        readonly canDisown: boolean;
      }
  );

/** `account`: whose it is, where no chat vouches for the person. */
export interface Whom {
  readonly person: ActorId;
  readonly account?: AccountId;
}

export type HelpdeskScreen = Common &
  Whom &
  (
    | {
        readonly shows: 'approval';
        readonly proof: Proof;
        readonly needed: number;
        readonly approvals: readonly Approval[];
        readonly lock?: LockFacts;
        readonly earlierUnlocks: number;
        readonly until: Instant;
      }
    | {
        readonly shows: 'approved';
        readonly approvals: readonly Approval[];
        readonly outcome: HelpdeskOutcome;
        /** When the person proved who they are and the helpdesk was asked. */
        readonly askedAt: Instant;
      }
    | { readonly shows: 'denied'; readonly by: ActorId; readonly at: Instant; readonly reason: DenyReason }
    | { readonly shows: 'over'; readonly outcome: HelpdeskOutcome; readonly at: Instant }
    /** The request ended where only the helpdesk can help. `proof` where the person has proven who they are. */
    | {
        readonly shows: 'help-wanted';
        readonly because: HelpWanted;
        /** Only with `barred`. */
        readonly barrier?: DirectoryBarrier;
        readonly lock?: LockFacts;
        readonly proof?: Proof;
        /** The account needs a second proof, which never came. */
        readonly isHalfProven?: true;
        readonly at: Instant;
      }
    | { readonly shows: 'doubt'; readonly since: Instant; readonly lock?: LockFacts; readonly until: Instant }
    | { readonly shows: 'mismatch'; readonly at: Instant }
    /** `changedAt`: a new password had been chosen before, by whoever it was. */
    | {
        readonly shows: 'disowned';
        readonly at: Instant;
        /** When an administrator lifted the pause. */
        readonly pauseLiftedAt?: Instant;
        readonly changedAt?: Instant;
        /** Who approved the unlock that had been done; empty where it needed no approval. Absent where nothing was unlocked. */
        readonly unlockedBy?: readonly Approval[];
        /** Of an enrolment: what had been added, and is taken out again; what had been removed, and cannot be put back. */
        readonly changes?: readonly MadeChange[];
        /** Nobody had asked for anything: the person was told of what was done without a request here. */
        readonly isNotice?: true;
        /** Of a notice: somebody had asked on the web, and their code was accepted then. */
        readonly requestedAt?: Instant;
        /** What became of that which is taken out. What is not named here is under way. */
        readonly undone?: readonly Undone[];
        /** It was said in a chat that was connected a short time ago: nothing else of the account was taken back. */
        readonly isNewcomer?: true;
        /** The chat that asked had been connected shortly before, in an earlier request, and is disconnected too. */
        readonly disconnects?: true;
      }
  );

/** `not-permitted`: nobody can be helped here until an administrator has changed something. `limited`: it passes by itself. */
export type HelpWanted =
  | 'disabled'
  | 'unsupported'
  | 'unlocks-spent'
  | 'barred'
  | 'locked-again'
  | 'denied-by-provider'
  | 'second-proof-impossible'
  /** Nobody knows whether the new password was set. */
  | 'password-unconfirmed'
  | 'failed'
  | 'not-permitted'
  | 'limited';
export type HelpdeskOutcome =
  | 'under-way'
  | 'done'
  | 'expired'
  | 'cancelled'
  /** By an administrator. */
  | 'ended'
  | 'frozen'
  /** Nobody has checked whether it was done. */
  | 'unconfirmed'
  /** The person is no longer an employee. */
  | 'left'
  | 'failed'
  | 'settled';

export type Viewer = 'person' | 'helpdesk';
