// Effects: what the engine is ordered to do outside, as plain data; and for each, what to do when nobody knows whether it was done.
import type { Channel } from './contact.ts';
import type { MadeChange } from './enrolment-state.ts';
import type { AccountId, ContactRef } from './ids.ts';
import { unreachable } from './unreachable.ts';

export type Effect =
  /** Looks up the person at the platform and in the directory. */
  | { readonly do: 'identify' }
  | { readonly do: 'send-code'; readonly account: AccountId; readonly contact: ContactRef }
  /** Performed at once by the request that holds the code. Never stored, because the code must not be. */
  | { readonly do: 'check-code'; readonly account: AccountId; readonly contact: ContactRef }
  /** The same, for a recovery code. */
  | { readonly do: 'check-recovery-code'; readonly account: AccountId }
  | { readonly do: 'inspect-account'; readonly account: AccountId }
  | { readonly do: 'lift-lock'; readonly account: AccountId }
  /** Performed at once by the request that is redirected to the ticket. Never stored, because the ticket must not be. */
  | { readonly do: 'mint-ticket'; readonly account: AccountId }
  | { readonly do: 'void-tickets'; readonly account: AccountId }
  | { readonly do: 'end-sessions'; readonly account: AccountId; readonly report: boolean }
  /** Writes the flow's chat person into the account's record, and reads its contacts. */
  | { readonly do: 'bind-actor'; readonly account: AccountId }
  /** Performed at once by the request that holds the address. Never stored, because the address must not be. */
  | { readonly do: 'send-new-code'; readonly account: AccountId; readonly channel: Channel }
  /** The same, for the request that holds the code too. */
  | { readonly do: 'check-new-code'; readonly account: AccountId; readonly channel: Channel }
  /** By ids only. Writes down since when, links, reads the contacts. */
  | { readonly do: 'link-contact'; readonly account: AccountId; readonly contact: ContactRef }
  /** Unlinks, deletes what is left of it, reads the contacts. `report`: the flow waits for it. */
  | {
      readonly do: 'unlink-contact';
      readonly account: AccountId;
      readonly contact: ContactRef;
      readonly report: boolean;
    }
  /**
   * Deletes a passwordless user that was made in this request and is linked to nobody. Leaves every other alone. `isProven`: its code
   * came back in this request, so it may have been signed in with once.
   */
  | { readonly do: 'discard-contact'; readonly contact: ContactRef; readonly isProven?: true }
  /** A code came back from a contact that came from a file. */
  | { readonly do: 'confirm-contact'; readonly account: AccountId; readonly contact: ContactRef }
  /** Takes the flow's chat person out of the account's record again, if this request has put them there. */
  | { readonly do: 'unbind-actor'; readonly account: AccountId }
  /**
   * Tells the other contacts, or the other chat people who are bound to the account. `change`: its number in the request, from 0.
   */
  | {
      readonly do: 'announce';
      readonly by: 'mail' | 'chat';
      readonly account: AccountId;
      readonly change: number;
      readonly made: MadeChange;
    }
  /**
   * Draws the current screen wherever this viewer sees the flow. `lasting`: posts a message where there is none yet.
   * `gently`: only where the redraw does not clear what is being typed.
   */
  | { readonly do: 'show'; readonly to: 'person' | 'helpdesk'; readonly lasting: boolean; readonly gently?: true };

export type EffectName = Effect['do'];

/** The result of one try. `delayed`: it failed and is tried again. `waiting`: its turn had not come, which does not count as a try. */
export type EffectOutcome = 'done' | 'delayed' | 'waiting' | 'failed' | 'obsolete';

export type WhenInDoubt = 'repeat' | 'ask';

/**
 * What happens after a crash or a lost answer in the middle of an effect.
 * `repeat`: harmless to do again. `ask`: the flow goes to `in-doubt` and the helpdesk is asked.
 */
export function whenInDoubt(effect: EffectName): WhenInDoubt {
  switch (effect) {
    case 'identify':
    case 'inspect-account':
      return 'repeat'; // only reads
    case 'send-code':
      return 'repeat'; // a newer code voids the older one; the price is one more message
    case 'check-code':
      return 'repeat'; // the person types it again; the attempt stays counted
    case 'check-recovery-code':
      return 'repeat'; // it may be used up without having counted: then the person types another one
    case 'lift-lock':
      return 'repeat'; // deleting blocks that are gone changes nothing; after the last try the helpdesk is asked
    case 'mint-ticket':
    case 'void-tickets':
      return 'repeat'; // a newer ticket voids the older one, which reached nobody
    case 'end-sessions':
      return 'repeat'; // ending ended sessions changes nothing
    case 'bind-actor':
    case 'unbind-actor':
    case 'link-contact':
    case 'unlink-contact':
    case 'discard-contact':
    case 'confirm-contact':
      return 'repeat'; // by ids only: what is done already is left as it is
    case 'send-new-code':
    case 'check-new-code':
      return 'repeat'; // the person sends another one, or types it again; what was counted stays counted
    case 'announce':
      return 'repeat'; // at worst a notice comes twice
    case 'show':
      return 'repeat'; // draws the current screen; at worst there are two messages, and both are kept up to date
    default:
      return unreachable(effect);
  }
}

/** Effects whose input or result is a secret: only the request that holds the secret performs them, and they are never stored. */
export const isVolatile = (effect: Effect): boolean => volatile.has(effect.do);

const volatile: ReadonlySet<EffectName> = new Set([
  'check-code',
  'check-recovery-code',
  'mint-ticket',
  'send-new-code',
  'check-new-code',
]);
