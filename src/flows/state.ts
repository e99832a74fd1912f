// The states of a flow: one variant for each, and each field only in the states in which it applies.
// Holds no address, code, link, token or name: of a person only ids and masked contacts are kept.
import type { Channel, ListedContact, MaskedContact } from './contact.ts';
import type { Change, Ending, LeftPage, Page } from './ending.ts';
import type { EnrolmentState, MadeChange, Removal, SignedInState, SigningIn, Undone } from './enrolment-state.ts';
import type { AccountId, ActorId, ContactRef, FlowId, Instant, LinkId } from './ids.ts';
import type { AboutLock, LockFacts } from './lock.ts';
import type { PasswordRule } from './password-rule.ts';

export type { Channel, MaskedContact } from './contact.ts';

/**
 * `change`: a person who knows their password changes it. `enroll`: a person changes their recovery contacts, and binds their chat user to
 * their account.
 */
export type FlowKind = 'reset' | 'unlock' | 'change' | 'enroll';

/** What never changes about a flow. */
export interface Subject {
  readonly id: FlowId;
  readonly kind: FlowKind;
  readonly actor: ActorId;
  readonly startedAt: Instant;
}

/** A code that was sent to an enrolled contact was accepted in this flow. */
export interface AcceptedCode {
  readonly channel: Channel;
  readonly at: Instant;
}

/** How somebody has shown that they know their password: a fresh sign-in at the provider, or the old password on a page of ours. */
export interface KnownPassword {
  readonly channel: 'sign-in' | 'old-password';
  readonly at: Instant;
}

/**
 * What was accepted in this flow, the latest at the top. `first`: what came before it, where the account's rule asks for two. Only
 * states after that have it.
 */
export type Proof =
  | (AcceptedCode & { readonly first?: AcceptedCode })
  | KnownPassword
  | {
      readonly channel: 'recovery-code';
      readonly at: Instant;
      readonly first: AcceptedCode;
      /** How many recovery codes were left unused. */
      readonly codesLeft: number;
    };

/** One code was accepted, and the account's rule asks for a second proof. While that is awaited, the states carry this. */
export interface FirstProof extends AcceptedCode {
  /** Where that code came from: it is not offered again. */
  readonly contact: ContactRef;
  /** How many recovery codes the account had when that was found out. */
  readonly recoveryCodes: number;
}

export const isKnownPassword = ({ channel }: Proof): boolean => channel === 'sign-in' || channel === 'old-password';

/** Whether it is a code from one contact, beside which a rule may ask for another proof. */
export const isOneCode = (proof: Proof): proof is AcceptedCode => !('first' in proof) && !isKnownPassword(proof);

export interface Approval {
  readonly by: ActorId;
  readonly at: Instant;
  /** The account of their work address at that time; absent where there was none. Later approvers are compared with it. */
  readonly account?: AccountId;
}

/** Absent where the codes of the request are to recover the account. */
export interface ForRemoval {
  readonly removal?: Removal;
}

/** What a challenge keeps from the first code to the last. `first`: the challenge is for the second proof. */
interface Challenge extends ForRemoval {
  readonly first?: FirstProof;
  readonly account: AccountId;
  readonly contacts: readonly MaskedContact[];
  readonly contact: ContactRef;
  readonly attemptsLeft: number;
  /** From when the next code may be requested: cool-down and hourly limit together. */
  readonly resendFrom: Instant;
  /** `resendFrom` has passed and this was recorded: the screen now offers a new code. */
  readonly resendOffered?: true;
  /** When the current code stops working at the provider. */
  readonly codeUntil: Instant;
  readonly until: Instant;
}

/** While the flow waits for an effect. `delayed`: it has failed or waits. `again`: no earlier than then, as the other side asked. */
interface Awaited {
  readonly delayed: boolean;
  readonly again?: Instant;
  readonly until: Instant;
}

/** What is carried from the proof to the end. */
interface Proven {
  readonly account: AccountId;
  readonly proof: Proof;
}

/** Proof and every approval that the policy asks for. */
export interface Granted extends Proven, AboutLock {
  readonly approvals: readonly Approval[];
}

/** The new password is chosen on a page of ours, and set from here. Absent: on the provider's page. `isKnown`: the old one is typed too. */
export interface PasswordHere {
  readonly isHere?: true;
  readonly isKnown?: true;
}

/** The provider mails its own link. Absent: a link of ours is shown in the chat. */
export interface LinkByMail {
  readonly byMail?: true;
}

export type Identifying = Awaited & { readonly at: 'identifying' };
export type ChoosingContact = ForRemoval & {
  readonly at: 'choosing-contact';
  readonly account: AccountId;
  readonly contacts: readonly MaskedContact[];
  readonly first?: FirstProof;
  readonly until: Instant;
};
export type Sending = Awaited &
  ForRemoval & {
    readonly at: 'sending';
    readonly account: AccountId;
    readonly contacts: readonly MaskedContact[];
    readonly contact: ContactRef;
    readonly first?: FirstProof;
  };
export type Challenged = Challenge & {
  readonly at: 'challenged';
  readonly after: 'sent' | 'wrong' | 'unchecked' | DeadCode;
  /** Only with `unchecked`: the provider looks at no code before. */
  readonly checkFrom?: Instant;
};
/** Only a new code helps. `too-old`: the provider took the code, but its proof is from before this flow. */
export type DeadCode = 'used-up' | 'expired' | 'too-old';
export type Checking = Challenge & { readonly at: 'checking'; readonly checkUntil: Instant };
/** A recovery code is awaited, as the second proof. `contacts`: what else could be used. */
interface RecoveryCodeChallenge extends ForRemoval {
  readonly account: AccountId;
  readonly contacts: readonly MaskedContact[];
  readonly first: FirstProof;
  readonly until: Instant;
}
export type EnteringRecoveryCode = RecoveryCodeChallenge & {
  readonly at: 'entering-recovery-code';
  readonly after: 'asked' | 'wrong' | 'unchecked';
};
export type CheckingRecoveryCode = RecoveryCodeChallenge & {
  readonly at: 'checking-recovery-code';
  readonly checkUntil: Instant;
};
export type Inspecting = Proven &
  Awaited &
  ForRemoval & {
    readonly at: 'inspecting';
    /** Which contact was proven, and which are left: only after a first proof, and only where a rule of the policy asks for two. */
    readonly remaining?: { readonly proven: ContactRef; readonly contacts: readonly MaskedContact[] };
  };
export type AwaitingApproval = Proven &
  AboutLock &
  PasswordHere &
  LinkByMail & {
    readonly at: 'awaiting-approval';
    readonly needed: number;
    readonly approvals: readonly Approval[];
    readonly askedAt: Instant;
    /** Median of recent approvals in seconds, shown to the person; absent while there is no history. */
    readonly usualSeconds?: number;
    /** Unlocks of this account in the last 30 days, shown to the approvers. */
    readonly earlierUnlocks: number;
    readonly until: Instant;
  };
export type Fulfilling = Granted &
  Awaited & {
    readonly at: 'fulfilling';
    /** Ordered again by the helpdesk, which therefore has a card about it. */
    readonly doubted?: true;
  };
export type LinkReady = Granted &
  PasswordHere & {
    readonly at: 'link-ready';
    readonly link: LinkId;
    /** The link was opened, but the provider could not be reached: the same link may be opened again. */
    readonly retried: boolean;
    /** Only with `retried`: the provider creates no page before. */
    readonly again?: Instant;
    readonly until: Instant;
  };
export type Opening = Granted & {
  readonly at: 'opening';
  readonly link: LinkId;
  readonly until: Instant;
  readonly openUntil: Instant;
  /** The page was opened before, and is opened again. Until a newer ticket exists, the earlier one still works. */
  readonly before?: Page & { readonly left: number };
};
/**
 * The provider is asked to mail its own link. `since`: when it was asked for the first time, because a link may have been used since
 * then. `mailsLeft`: how often the person may still ask for another one.
 */
export type Mailing = Granted &
  Awaited & { readonly at: 'mailing'; readonly since: Instant; readonly mailsLeft: number };
export type Changing = Granted &
  Page & {
    readonly at: 'changing';
    /** With this link the page can be opened again. `until` is the time limit of the first link, `left` how often it is renewed. */
    readonly again?: { readonly link: LinkId; readonly until: Instant; readonly left: number };
    /** When the page was last opened again, or that was tried: an earlier ticket may have been used before that. */
    readonly reopenedAt?: Instant;
    /** The provider mailed the link to the page. `resendFrom`: no other mail may be asked for before. */
    readonly mail?: { readonly left: number; readonly resendFrom?: Instant };
  };
/**
 * A person who knows their password wants to change it, and has a link. Nothing is proven. `account`: to which the chat person is bound;
 * `found`: the one that their work address leads to, where they are not bound. Without either, a sign-in shows whose account it is.
 */
export type ChangeReady = {
  readonly at: 'change-ready';
  readonly account?: AccountId;
  readonly found?: AccountId;
  /** The old password was right before. */
  readonly proof?: Proof;
  readonly link: LinkId;
  /** The old password alone was not enough for the provider. */
  readonly needsSignIn?: true;
  readonly until: Instant;
};
/**
 * What the page of ours for a new password keeps from try to try. Never the password. `oldLeft`: the old password is typed too, and may be
 * wrong so often; absent where the old one is forgotten. Then the proof came before; otherwise it may be what the page brings.
 */
interface OwnPage extends Omit<Granted, 'proof'> {
  readonly proof?: Proof;
  readonly link: LinkId;
  /** How many passwords may still be sent to the provider. */
  readonly left: number;
  readonly oldLeft?: number;
}
/** The person has pressed the link, and chooses a password on a page of ours. `until`: the link's end. */
export type ChoosingPassword = OwnPage & {
  readonly at: 'choosing-password';
  /** The last password was refused by these rules; none: by a rule that the provider does not name. */
  readonly refused?: readonly PasswordRule[];
  /** The last old password was wrong. */
  readonly isOldWrong?: true;
  /** The provider takes no password before. */
  readonly again?: Instant;
  readonly until: Instant;
};
/** A password is being set by the call that carries it. `until`: the link's end; `setUntil`: nobody waits for the call after that. */
export type SettingPassword = OwnPage & {
  readonly at: 'setting-password';
  readonly since: Instant;
  readonly setUntil: Instant;
  readonly until: Instant;
};
/** Nobody knows whether the password was set. It is looked at again by reading, never by writing. `since`: when it was sent. */
export type ConfirmingPassword = OwnPage & {
  readonly at: 'confirming-password';
  readonly since: Instant;
  readonly linkUntil: Instant;
  readonly until: Instant;
};
/** The contact is being taken out for a person who has proven who they are with codes. */
export type Removing = Proven & Awaited & { readonly at: 'removing'; readonly removal: Removal };
export type InDoubt = Granted & { readonly at: 'in-doubt'; readonly since: Instant; readonly until: Instant };

export type Closed = {
  readonly at: 'closed';
  readonly ending: Ending;
  readonly closedAt: Instant;
  /** Absent where the flow ended before the person was matched to an account. */
  readonly account?: AccountId;
  readonly proof?: Proof;
  /** The account's rule asked for a second proof, which never came: `proof` alone does not say who it was. */
  readonly isHalfProven?: true;
  /** What was known of the lock that was found. */
  readonly lock?: LockFacts;
  readonly approvals: readonly Approval[];
  /** Present where the person had been given the provider's page for a new password, or was setting one on ours. */
  readonly page?: LeftPage;
  /** A password change that was made on that page but detected only after the end, whichever ending that was. */
  readonly lateChange?: Change;
  /** When the person said that it was not them. */
  readonly disownedAt?: Instant;
  /**
   * Where not all of this request is taken back, so that an older contact is still heard about it. `own`: its own chat person said so,
   * who was connected too short a time ago. `later`: only what came after something that was disowned. `nothing`: it only ended.
   */
  readonly inPart?: 'own' | 'later' | 'nothing';
  /** Its chat person was connected shortly before, in an earlier request, and is disconnected there. */
  readonly disconnects?: true;
  /** When an administrator lifted the pause that this had caused. */
  readonly pauseLiftedAt?: Instant;
  /** Whether the helpdesk has a card about this flow: then it shows the end. */
  readonly helpdeskKnows: boolean;
  /** Of an enrolment after the sign-in: what was changed, and the contacts that the account had at the end. */
  readonly enrolment?: { readonly changes: readonly MadeChange[]; readonly contacts: readonly ListedContact[] };
  /** What became of that which was to be taken back. What is not named here is still under way. */
  readonly undone?: readonly Undone[];
};

export type FlowState =
  | Identifying
  | ChoosingContact
  | Sending
  | Challenged
  | Checking
  | EnteringRecoveryCode
  | CheckingRecoveryCode
  | Inspecting
  | AwaitingApproval
  | Fulfilling
  | ChangeReady
  | LinkReady
  | Opening
  | Mailing
  | Changing
  | ChoosingPassword
  | SettingPassword
  | ConfirmingPassword
  | InDoubt
  | Removing
  | EnrolmentState
  | Closed;

export type Open = Exclude<FlowState, Closed>;
/** The states that wait for an effect which may be delayed. */
export type Delayable =
  | Identifying
  | Sending
  | Inspecting
  | Fulfilling
  | Mailing
  | Removing
  | Extract<SignedInState, { readonly delayed: boolean }>;

/** One request of one person, with its state. `version` grows by one with every change of state. */
export interface Flow extends Subject {
  readonly state: FlowState;
  readonly version: number;
  /** For each viewer the version with the latest news: a message that was posted before it is posted anew. Absent: no news yet. */
  readonly news?: { readonly person?: number; readonly helpdesk?: number };
}

/** What was changed in an enrolment so far. */
export function changesOf(state: FlowState): readonly MadeChange[] {
  if (state.at === 'closed') return state.enrolment?.changes ?? [];
  return 'changes' in state ? state.changes : [];
}

/**
 * An enrolment is noted from its sign-in on: somebody had the password, whether or not they changed anything. Of a password that was
 * changed elsewhere nobody here knows who did it; nor who has asked on the web; nor of a password that was changed, or may have been, while an old password was looked at.
 */
export const hasWhatToDisown = ({ proof, enrolment, page, ending: { because } }: Closed): boolean =>
  proof !== undefined ||
  enrolment !== undefined ||
  page !== undefined ||
  because === 'password-changed' ||
  because === 'changed-elsewhere' ||
  because === 'requested-elsewhere';

/** An old password is at the provider, and nothing else says who it is: right or wrong, nobody knows yet. */
export const isOldPasswordUnseen = (state: FlowState): boolean =>
  state.at === 'setting-password' && state.oldLeft !== undefined && state.proof === undefined;

/** Somebody said that it was not them, here or in another request: what was changed in this one is taken back. */
export const isNotTrusted = ({ disownedAt, ending, inPart }: Closed): boolean =>
  disownedAt !== undefined || (ending.because === 'frozen' && inPart !== 'nothing');

export const isOpen = (state: FlowState): state is Open => state.at !== 'closed';

/** The account a state speaks about, once the person is matched to one. */
export function accountOf(state: FlowState): AccountId | undefined {
  return state.at === 'identifying' ? undefined : state.account;
}

/** Whose contacts an enrolment lists before the sign-in, whom a removal with codes is about, and whose password may be changed. */
export const listedAccount = ({ account, found }: Pick<SigningIn, 'account' | 'found'>): AccountId | undefined =>
  account ?? found;

/** What was accepted in this flow so far, whether it is enough or not. */
export function proofOf(state: FlowState): Proof | undefined {
  if ('proof' in state) return state.proof;
  if (!('first' in state)) return undefined;
  const { channel, at } = state.first;
  return { channel, at };
}

/** Of two proofs, the one that came first. */
export function firstAccepted(proof: Proof | undefined): Proof | undefined {
  const first = proof !== undefined && 'first' in proof ? proof.first : undefined;
  return first ?? proof;
}

export const isDeadCode = (after: Challenged['after']): after is DeadCode =>
  after === 'used-up' || after === 'expired' || after === 'too-old';

const everyPlace: Readonly<Record<FlowState['at'], true>> = {
  closed: true,
  identifying: true,
  'choosing-contact': true,
  sending: true,
  challenged: true,
  checking: true,
  'entering-recovery-code': true,
  'checking-recovery-code': true,
  inspecting: true,
  'awaiting-approval': true,
  fulfilling: true,
  'change-ready': true,
  'link-ready': true,
  opening: true,
  mailing: true,
  changing: true,
  'choosing-password': true,
  'setting-password': true,
  'confirming-password': true,
  'in-doubt': true,
  'signing-in': true,
  'binding-actor': true,
  managing: true,
  'sending-new': true,
  'challenged-new': true,
  'checking-new': true,
  linking: true,
  unlinking: true,
  removing: true,
};
/** Every place where a request can stand. One that is new does not compile before it is here. */
export const places: readonly string[] = Object.keys(everyPlace);
