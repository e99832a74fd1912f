// Orders to the world: plain data. Each says what is to be done when nobody knows whether it was carried out.
import type { AccountId, ContactRef } from './ids.ts';
import { unreachable } from './unreachable.ts';

export type Effect =
  /** Who is this, at the platform and in the directory? */
  | { readonly do: 'identify' }
  | { readonly do: 'send-code'; readonly account: AccountId; readonly contact: ContactRef }
  /** Performed at once by whoever holds the code; never stored, since the code is not. */
  | { readonly do: 'check-code'; readonly account: AccountId; readonly contact: ContactRef }
  | { readonly do: 'inspect-account'; readonly account: AccountId }
  | { readonly do: 'lift-lock'; readonly account: AccountId }
  /** Performed at once by the request that is redirected to the ticket; never stored, since the ticket is not. */
  | { readonly do: 'mint-ticket'; readonly account: AccountId }
  | { readonly do: 'void-tickets'; readonly account: AccountId }
  | { readonly do: 'end-sessions'; readonly account: AccountId; readonly report: boolean }
  /**
   * Draw the present screen wherever this viewer sees the flow; `lasting` makes a message where there is none yet.
   * `gently`: only where what is being typed survives it.
   */
  | { readonly do: 'show'; readonly to: 'person' | 'helpdesk'; readonly lasting: boolean; readonly gently?: true };

export type EffectName = Effect['do'];

/** What became of one try. `delayed`: it failed and is tried again; `waiting`: its turn had not come, which was no try. */
export type EffectOutcome = 'done' | 'delayed' | 'waiting' | 'failed' | 'obsolete';

export type WhenInDoubt = 'repeat' | 'ask';

/**
 * What happens after a crash or a lost answer in the middle of an effect.
 * `repeat`: harmless to do again. `ask`: the flow stands in doubt and a person is asked.
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
      return 'repeat'; // deleting blocks that are gone changes nothing; after the last try a person is asked
    case 'mint-ticket':
    case 'void-tickets':
      return 'repeat'; // a newer ticket voids the older one, which reached nobody
    case 'end-sessions':
      return 'repeat'; // ending ended sessions changes nothing
    case 'show':
      return 'repeat'; // draws the present screen; at worst one message stands twice and both are kept current
    default:
      return unreachable(effect);
  }
}

/** Effects whose input or result is a secret: they live in the request that holds it and are never stored. */
export const isVolatile = (effect: Effect): boolean => effect.do === 'check-code' || effect.do === 'mint-ticket';
