// What the pages behind a fresh sign-in need: written by the engine, used by the web server. Everything that the provider gave to the
// browser is secret: it is handed on, comes back for the sealed cookie, and is kept nowhere else.
import type { PendingSignIn, ReturnedSignIn } from './enrolment-ports.ts';
import type { FlowId } from './ids.ts';

/** `SignedIn`: what the browser is given where the sign-in counts. */
export interface SignInAccess<SignedIn> {
  /** Redeems what the provider gave to the browser, once. `signIn` goes into the cookie; nobody is signed in yet. */
  finishSignIn(
    flow: FlowId,
    pending: PendingSignIn,
    returned: URL,
  ): Promise<
    | { readonly is: 'returned'; readonly signIn: ReturnedSignIn }
    | { readonly is: 'foreign' | 'denied' | 'mismatched' | 'not-fresh' | 'over' | 'unreachable' | 'refused' }
  >;
  /**
   * Finds out how they signed in, and whose account it is. May be repeated, also after it has succeeded. `waiting`: not known yet, and
   * some seconds have passed. `other-way`: by a code to a contact, or in a connection that is not the policy's. `foreign`: the account is
   * not that of the chat person who asked. Only `signed-in` has changed anything.
   */
  confirmSignIn(flow: FlowId, signIn: ReturnedSignIn): Promise<ConfirmedSignIn<SignedIn>>;
}

export type ConfirmedSignIn<SignedIn> =
  | ({ readonly is: 'signed-in' } & SignedIn)
  | { readonly is: 'waiting'; readonly isLate: boolean }
  | { readonly is: 'other-way' | 'foreign' | 'over' | 'refused' };

/** Where to send the browser. `flow` and `pending` go into the cookie. */
export interface BegunSignIn {
  readonly is: 'redirect';
  readonly url: string;
  readonly flow: FlowId;
  readonly pending: PendingSignIn;
}

/** To change a known password. `token`: of the link on which the browser goes on; `isFirst`: it has not been opened yet. */
export type ChangeAccess = SignInAccess<{ readonly token: string; readonly isFirst: boolean }>;
