// What the pages under /enrol need: written by the engine, used by the web server. Everything that a person types is handed on as it
// was typed; what is secret (an address, a pending sign-in) comes back once, for the sealed cookie, and is kept nowhere else.
import type { Channel, ListedContact } from './contact.ts';
import type { NewAddress } from './enrolment-ports.ts';
import type { EnrolmentNews } from './enrolment-state.ts';
import type { AccountId, ContactRef, FlowId, Instant } from './ids.ts';
import type { BegunSignIn, SignInAccess } from './sign-in-access.ts';

/** Why an address or number is not taken. The page says it beside the field. */
export type AddressRefusal =
  | 'empty'
  | 'malformed'
  | 'own-domain'
  | 'blocked-domain'
  | 'country'
  /** Possible, but not a number that can be texted: an extension, too short, a landline, a country that does not exist. */
  | 'not-a-mobile'
  | 'already-yours';

/** After the sign-in, in the cookie: this browser may change the contacts of this account in this request. */
export interface EnrolmentSession {
  readonly flow: FlowId;
  readonly account: AccountId;
}

/** Nothing has changed. `limited`: not before `again`. `over`: the request has ended; it starts anew in the chat. */
export type EnrolmentTrouble =
  | { readonly is: 'unreachable' }
  | { readonly is: 'refused' }
  | { readonly is: 'limited'; readonly again: Instant }
  | { readonly is: 'over' };

/** What the page after the sign-in shows. */
export interface EnrolmentView {
  readonly is: 'view';
  readonly contacts: readonly ListedContact[];
  /** A code was sent to this address, and is awaited. */
  readonly challenge?: {
    readonly channel: Channel;
    readonly masked: string;
    readonly attemptsLeft: number;
    readonly resendFrom: Instant;
    readonly codeUntil: Instant;
    readonly after: 'sent' | 'wrong' | 'unchecked' | 'used-up' | 'expired' | 'too-old';
  };
  /** Something is being done: the page looks again after a second. */
  readonly isBusy: boolean;
  /** What happened last, for the page's head. */
  readonly news?: EnrolmentNews;
  /** How many recovery codes are left unused; absent where none were made. */
  readonly recoveryCodesLeft?: number;
  /** When this browser session ends. */
  readonly until: Instant;
}

export interface EnrolmentAccess extends SignInAccess<{ readonly session: EnrolmentSession }> {
  /** Changes nothing. `platform`: where the link was given, e.g. `slack`. */
  look(token: string): Promise<{ readonly is: 'live'; readonly platform: string } | { readonly is: 'dead' }>;
  beginSignIn(token: string): Promise<BegunSignIn | { readonly is: 'dead' | 'unreachable' | 'refused' }>;
  /** Waits up to `patienceMs` for what is under way. */
  view(session: EnrolmentSession, patienceMs: number): Promise<EnrolmentView | EnrolmentTrouble>;
  /** Sends a code to what was typed. `address` goes into the cookie until the code was accepted. `browser`: its IP address. */
  add(
    session: EnrolmentSession,
    channel: Channel,
    typed: string,
    browser: string | undefined,
  ): Promise<
    | { readonly is: 'sending'; readonly address: NewAddress }
    | { readonly is: 'not-taken'; readonly because: AddressRefusal }
    | EnrolmentTrouble
  >;
  /** Another code to the same address. */
  resend(
    session: EnrolmentSession,
    address: NewAddress,
    browser: string | undefined,
  ): Promise<{ readonly is: 'sending' } | EnrolmentTrouble>;
  /**
   * `not-a-code`: nothing was counted. `strayed`: nor was it, because a code to another address is awaited by now. What came of a code
   * is in the next view.
   */
  submitCode(
    session: EnrolmentSession,
    address: NewAddress,
    typed: string,
    browser: string | undefined,
  ): Promise<{ readonly is: 'checking' | 'not-a-code' | 'strayed' } | EnrolmentTrouble>;
  /** Gives up the address that waits for its code. */
  forget(session: EnrolmentSession): Promise<{ readonly is: 'done' } | EnrolmentTrouble>;
  remove(session: EnrolmentSession, contact: ContactRef): Promise<{ readonly is: 'removing' } | EnrolmentTrouble>;
  /** Makes a new set of ten and voids the earlier one. The codes are shown once, and stored as keyed hashes only. */
  makeRecoveryCodes(session: EnrolmentSession): Promise<
    | {
        readonly is: 'made';
        readonly codes: readonly string[];
        /** They cannot be used before; absent: at once. */
        readonly usableFrom?: Instant;
      }
    | EnrolmentTrouble
  >;
  /** The person is done: the chat shows the result. */
  finish(session: EnrolmentSession): Promise<{ readonly is: 'done' } | EnrolmentTrouble>;
  /** From the notice to an older contact: *It wasn't me*. Changes nothing. */
  lookAtNotice(token: string): Promise<{ readonly is: 'live' | 'dead' }>;
  /** Takes the new contact out again, freezes recovery, tells the helpdesk. Once. */
  disown(token: string): Promise<{ readonly is: 'done' | 'dead' | 'unreachable' }>;
}
