// Effects: what the engine is ordered to do outside, as plain data; and for each, what to do when nobody knows whether it was done.
import type { AccountId, ContactRef } from './ids.ts';
import { unreachable } from './unreachable.ts';

export type Effect =
  /** Looks up the person at the platform and in the directory. */
  | { readonly do: 'identify' }
  | { readonly do: 'send-code'; readonly account: AccountId; readonly contact: ContactRef }
  /** Performed at once by the request that holds the code. Never stored, because the code must not be. */
  | { readonly do: 'check-code'; readonly account: AccountId; readonly contact: ContactRef }
  | { readonly do: 'inspect-account'; readonly account: AccountId }
  | { readonly do: 'lift-lock'; readonly account: AccountId }
  /** Performed at once by the request that is redirected to the ticket. Never stored, because the ticket must not be. */
  | { readonly do: 'mint-ticket'; readonly account: AccountId }
  | { readonly do: 'void-tickets'; readonly account: AccountId }
  | { readonly do: 'end-sessions'; readonly account: AccountId; readonly report: boolean }
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
    case 'lift-lock':
      return 'repeat'; // deleting blocks that are gone changes nothing; after the last try the helpdesk is asked
    case 'mint-ticket':
    case 'void-tickets':
      return 'repeat'; // a newer ticket voids the older one, which reached nobody
    case 'end-sessions':
      return 'repeat'; // ending ended sessions changes nothing
    case 'show':
      return 'repeat'; // draws the current screen; at worst there are two messages, and both are kept up to date
    default:
      return unreachable(effect);
  }
}

/** Effects whose input or result is a secret: only the request that holds the secret performs them, and they are never stored. */
export const isVolatile = (effect: Effect): boolean => effect.do === 'check-code' || effect.do === 'mint-ticket';
