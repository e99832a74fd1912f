// The texts that the adapters need beside the cards: how the app describes itself, its commands, and each platform's own sentences.
import type { FlowKind } from '../../flows/state.ts';

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
