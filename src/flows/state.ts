// Where a flow can stand: one variant a place, a field only where it is true.
// Holds no address, code, link, token or name; what is kept of a person is an id or masked.
import type { AccountId, ActorId, ContactRef, FlowId, Instant, LinkId } from './ids.ts';

export type FlowKind = 'reset' | 'unlock';

/** What never changes about a flow. */
export interface Subject {
  readonly id: FlowId;
  readonly kind: FlowKind;
  readonly actor: ActorId;
  readonly startedAt: Instant;
}

export type Channel = 'email' | 'sms';

/** `masked` is all that is shown before and after proof, e.g. `j•••@g•••.com` or `•••12`. */
export interface MaskedContact {
  readonly ref: ContactRef;
  readonly channel: Channel;
  readonly masked: string;
}

/** That a code sent to an enrolled contact came back, in this flow. Present in a state only where that happened. */
export interface Proof {
  readonly channel: Channel;
  readonly at: Instant;
}

export interface Approval {
  readonly by: ActorId;
  readonly at: Instant;
  /** That stood behind their work address then; absent where there was none. Who comes later is told apart from it. */
  readonly account?: AccountId;
}

export type DenyReason = 'not-convinced' | 'suspicious' | 'contact-helpdesk' | 'not-entitled';

/** What a challenge in progress carries from the first code to the last. */
interface Challenge {
  readonly account: AccountId;
  readonly contacts: readonly MaskedContact[];
  readonly contact: ContactRef;
  readonly attemptsLeft: number;
  /** The earliest a next code may be asked for: cool-down and hourly budget together. */
  readonly resendFrom: Instant;
  /** That moment has come, and was noticed: whoever looks on is shown that a next code may be asked for. */
  readonly resendOffered?: true;
  /** When the present code stops working at the provider. */
  readonly codeUntil: Instant;
  readonly until: Instant;
}

/** What is carried from the proof to the end. */
interface Proven {
  readonly account: AccountId;
  readonly proof: Proof;
}

/** Proof and every approval that the policy asks for. */
export interface Granted extends Proven {
  readonly approvals: readonly Approval[];
}

export type Identifying = { readonly at: 'identifying'; readonly delayed: boolean; readonly until: Instant };
export type ChoosingContact = {
  readonly at: 'choosing-contact';
  readonly account: AccountId;
  readonly contacts: readonly MaskedContact[];
  readonly until: Instant;
};
export type Sending = {
  readonly at: 'sending';
  readonly account: AccountId;
  readonly contacts: readonly MaskedContact[];
  readonly contact: ContactRef;
  readonly delayed: boolean;
  readonly until: Instant;
};
export type Challenged = Challenge & {
  readonly at: 'challenged';
  /** What happened last. `used-up` and `expired` mean that only a new code helps. */
  readonly after: 'sent' | 'wrong' | 'unchecked' | 'used-up' | 'expired';
};
export type Checking = Challenge & { readonly at: 'checking'; readonly checkUntil: Instant };
export type Inspecting = Proven & { readonly at: 'inspecting'; readonly delayed: boolean; readonly until: Instant };
export type AwaitingApproval = Proven & {
  readonly at: 'awaiting-approval';
  readonly needed: number;
  readonly approvals: readonly Approval[];
  readonly askedAt: Instant;
  /** Median of recent approvals in seconds, told to the person; absent while there is no history. */
  readonly usualSeconds?: number;
  /** Unlocks of this account in the last 30 days, told to the approvers. */
  readonly earlierUnlocks: number;
  readonly until: Instant;
};
export type Fulfilling = Granted & {
  readonly at: 'fulfilling';
  readonly delayed: boolean;
  /** Ordered again by the helpdesk, which therefore has a card about it. */
  readonly doubted?: true;
  readonly until: Instant;
};
export type LinkReady = Granted & {
  readonly at: 'link-ready';
  readonly link: LinkId;
  /** The press came but the provider could not be reached: the same link may be pressed again. */
  readonly retried: boolean;
  readonly until: Instant;
};
export type Opening = Granted & {
  readonly at: 'opening';
  readonly link: LinkId;
  readonly until: Instant;
  readonly openUntil: Instant;
};
export type Changing = Granted & Page & { readonly at: 'changing' };
export type InDoubt = Granted & { readonly at: 'in-doubt'; readonly since: Instant; readonly until: Instant };

/** That a new password was seen, and what became of the sessions. */
export interface Change {
  readonly changedAt: Instant;
  /** `asked`: the provider took the order to end them; `unavailable`: the plan has no such thing or it failed. */
  readonly sessions: 'ending' | 'asked' | 'unavailable';
}

/** From when to when the provider's page stood open to whoever had the link. */
export interface Page {
  readonly openedAt: Instant;
  readonly until: Instant;
}

export type Ending =
  | {
      readonly outcome: 'done';
      readonly because: 'unlocked' | 'not-locked';
      /** Unlocked, and that was done not long before: something goes on locking the account. */
      readonly isAgain?: true;
    }
  | ({
      readonly outcome: 'done';
      readonly because: 'password-changed';
    } & Change)
  | {
      readonly outcome: 'refused';
      readonly because:
        | 'no-contact'
        | 'disabled'
        | 'unsupported'
        | 'proof-mismatch'
        | 'denied-by-provider'
        | 'disowned'
        | 'elsewhere'
        | 'no-helpdesk'
        | RefusedPerson;
    }
  | { readonly outcome: 'refused'; readonly because: Spent; readonly again: Instant }
  | { readonly outcome: 'refused'; readonly because: 'denied'; readonly by: ActorId; readonly reason: DenyReason }
  | { readonly outcome: 'expired'; readonly because: 'flow' | 'approval' | 'link' | 'password' }
  | { readonly outcome: 'cancelled'; readonly because: 'person' | 'superseded' }
  | {
      readonly outcome: 'failed';
      /** `unconfirmed`: nobody knows whether the act was carried out, and nobody has looked. */
      readonly because:
        | 'unreachable'
        | 'refused-by-provider'
        | 'unconfirmed'
        | 'helpdesk-unreachable'
        | 'settled-by-helpdesk';
    };

/** What was used up, or rests; `again` beside it says until when. */
export type Spent = 'attempts-spent' | 'sends-spent' | 'unlocks-spent' | 'frozen';

/** Why a platform user is not an employee who may use this. */
export type RefusedPerson = 'bot' | 'deactivated' | 'guest' | 'invited' | 'external' | 'unconfirmed-email';

export type Closed = {
  readonly at: 'closed';
  readonly ending: Ending;
  readonly closedAt: Instant;
  /** Absent where the flow ended before the person was matched to an account. */
  readonly account?: AccountId;
  readonly proof?: Proof;
  readonly approvals: readonly Approval[];
  /** Where the person had been let to the page for a new password. */
  readonly page?: Page;
  /** A new password was chosen there, but only seen after the end, whatever that was. */
  readonly lateChange?: Change;
  /** When the person said that it was not them. */
  readonly disownedAt?: Instant;
  /** Whether the helpdesk has a card about this flow: then it shows the end. */
  readonly helpdeskKnows: boolean;
};

export type FlowState =
  | Identifying
  | ChoosingContact
  | Sending
  | Challenged
  | Checking
  | Inspecting
  | AwaitingApproval
  | Fulfilling
  | LinkReady
  | Opening
  | Changing
  | InDoubt
  | Closed;

export type Open = Exclude<FlowState, Closed>;

/** One request of one person, with its place. `version` grows by one with every change of state. */
export interface Flow extends Subject {
  readonly state: FlowState;
  readonly version: number;
}

export const isOpen = (state: FlowState): state is Open => state.at !== 'closed';

/** The account a state speaks about, once the person is matched to one. */
export function accountOf(state: FlowState): AccountId | undefined {
  return state.at === 'identifying' ? undefined : state.account;
}

/** The next instant at which the clock alone changes this state; undefined: never. */
export function dueAt(state: FlowState): Instant | undefined {
  switch (state.at) {
    case 'closed':
      return undefined;
    case 'checking':
      return state.checkUntil;
    case 'opening':
      return state.openUntil;
    case 'challenged':
      return dueChallenge(state);
    default:
      return state.until;
  }
}

function dueChallenge(state: Challenged): Instant {
  const isDead = state.after === 'used-up' || state.after === 'expired';
  const end = isDead || state.codeUntil > state.until ? state.until : state.codeUntil;
  return state.resendOffered !== true && state.resendFrom < end ? state.resendFrom : end;
}
