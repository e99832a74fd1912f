// What is behind a link from the chat: asked by the routes, implemented by the engine.
import type { BegunSignIn } from '../flows/sign-in-access.ts';
import type { PasswordFormShown } from './pages/password-page.ts';

export type Looked =
  /** `isHere`: the button leads to a page of ours. `isChange`: the person knows their password; it leads to a sign-in, or to such a page. */
  | { readonly is: 'live'; readonly givenName?: string; readonly isHere?: true; readonly isChange?: true }
  | { readonly is: 'dead' }
  /** The button was pressed a moment ago, and the ticket is being created. */
  | { readonly is: 'busy' }
  /** A password is being set. */
  | { readonly is: 'saving' };

export type Opened =
  /** `url` is a secret: send it only to this browser. */
  | { readonly is: 'ticket'; readonly url: string }
  /** The new password is chosen on our own page. */
  | { readonly is: 'form'; readonly form: PasswordFormShown }
  /** To a fresh sign-in. */
  | BegunSignIn
  | { readonly is: 'dead' }
  /** Another press came first and gets the ticket. If that one fails, the link can be pressed again. */
  | { readonly is: 'busy' }
  /** On our own page: a password is being set. */
  | { readonly is: 'saving' }
  /** Nothing has changed. The same link can be pressed again. */
  | { readonly is: 'unreachable' }
  /** Nothing has changed. The same link can be pressed again, but the provider takes no request before `inMs` have passed. */
  | { readonly is: 'limited'; readonly inMs: number }
  /** The provider refused permanently. */
  | { readonly is: 'refused' };

/** What became of a password that was typed on our page. */
export type Saved =
  | { readonly is: 'form'; readonly form: PasswordFormShown }
  | { readonly is: 'limited'; readonly inMs: number }
  /** No more may be tried: of new passwords, or of old ones. */
  | { readonly is: 'spent' | 'old-spent' }
  /** `blocked`: the account takes none now. `sign-in-needed`: the old password alone is not enough. */
  | { readonly is: 'blocked' | 'sign-in-needed' }
  /** `mustChange`: whoever signs in with it has to choose another one. */
  | { readonly is: 'done'; readonly mustChange?: true }
  | { readonly is: 'unconfirmed' | 'dead' | 'busy' | 'saving' | 'unreachable' | 'refused' };

/** Both passwords are secrets: they are neither stored nor logged. `browser`: its address, where it is known. */
export interface TypedForm {
  readonly password: string;
  readonly confirm: string;
  readonly current?: string;
  readonly browser?: string;
}

/** Checks and uses the tokens of links. Implemented by the engine. */
export interface LinkAccess {
  look(token: string): Promise<Looked>;
  /** `isWaiting`: whether the browser that pressed is still connected. */
  open(token: string, isWaiting: () => boolean): Promise<Opened>;
  submit(token: string, typed: TypedForm): Promise<Saved>;
}
