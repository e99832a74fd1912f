// Effects: what the engine is ordered to do outside, as plain data.
// After a crash or a lost answer nobody knows whether an effect was carried out. It is performed again, so each must be harmless when
// it is done twice; beside each stands what a repeat does. What is never stored cannot be repeated: the flow goes back to where the
// person can act. Where all tries to lift a lock have failed and one may have worked, the helpdesk is asked.
import type { Channel } from './contact.ts';
import type { MadeChange } from './enrolment-state.ts';
import type { AccountId, ContactRef, Instant } from './ids.ts';
import type { GatedKind } from './policy.ts';

export type Effect =
  /** Looks up the person at the platform and in the directory. A repeat only reads. */
  | { readonly do: 'identify' }
  /** If it is repeated, the newer code voids the older one; the price is one more message. */
  | { readonly do: 'send-code'; readonly account: AccountId; readonly contact: ContactRef }
  /**
   * Performed at once by the request that holds the code. Never stored, because the code must not be. The person types it again; the
   * attempt stays counted.
   */
  | { readonly do: 'check-code'; readonly account: AccountId; readonly contact: ContactRef }
  /** The same, for a recovery code. It may be used up without having counted: then the person types another one. */
  | { readonly do: 'check-recovery-code'; readonly account: AccountId }
  /** A repeat only reads. */
  | { readonly do: 'inspect-account'; readonly account: AccountId }
  /** A repeat deletes blocks that are gone, which changes nothing. */
  | { readonly do: 'lift-lock'; readonly account: AccountId }
  /**
   * Performed at once by the request that is redirected to the ticket. Never stored, because the ticket must not be. A newer ticket
   * voids the older one, which reached nobody.
   */
  | { readonly do: 'mint-ticket'; readonly account: AccountId }
  /** If it is repeated, the newer link voids the older one; the price is one more mail. */
  | { readonly do: 'mail-link'; readonly account: AccountId }
  /**
   * Performed at once by the request that holds the password. Never stored, because the password must not be. Where its process died or
   * no answer came, the account is looked at: a second password is sent only by the person.
   */
  | { readonly do: 'set-password'; readonly account: AccountId }
  /** The same, with the old password, which is sent once. */
  | { readonly do: 'change-password'; readonly account: AccountId }
  /** Whether the password that was sent then was set. A repeat only reads. */
  | { readonly do: 'look-at-password'; readonly account: AccountId; readonly since: Instant }
  /** A repeat makes one more ticket, which reaches nobody and voids those before it, mailed ones too. */
  | { readonly do: 'void-tickets'; readonly account: AccountId }
  /** A repeat ends ended sessions, which changes nothing. */
  | { readonly do: 'end-sessions'; readonly account: AccountId; readonly report: boolean }
  /**
   * Writes the flow's chat person into the account's record, and reads its contacts. This one and the others below that change
   * contacts or people go by ids only. A repeat leaves what is done already as it is.
   */
  | { readonly do: 'bind-actor'; readonly account: AccountId }
  /**
   * Performed at once by the request that holds the address. Never stored, because the address must not be. The person sends another
   * one; what was counted stays counted.
   */
  | { readonly do: 'send-new-code'; readonly account: AccountId; readonly channel: Channel }
  /** The same, for the request that holds the code too. The person types it again. */
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
   * Tells the other contacts, or the other chat people who are bound to the account. `change`: its number in the request, from 0. If it
   * is repeated, at worst a notice comes twice.
   */
  | {
      readonly do: 'announce';
      readonly by: 'mail' | 'chat';
      readonly account: AccountId;
      readonly change: number;
      readonly made: MadeChange;
    }
  /**
   * Tells everybody who is bound to the account that somebody whom no chat vouches for has proven themselves; or that they have a new
   * password. `at`: when their code was accepted. A repeat finds the same occasion, and tells nobody twice.
   */
  | {
      readonly do: 'announce-request';
      readonly account: AccountId;
      readonly of: GatedKind;
      readonly at: Instant;
      readonly changedAt?: Instant;
    }
  /**
   * Draws the current screen wherever this viewer sees the flow. `lasting`: posts a message where there is none yet.
   * `gently`: only where the redraw does not clear what is being typed. If it is repeated, at worst there are two
   * messages, and both are kept up to date.
   */
  | { readonly do: 'show'; readonly to: 'person' | 'helpdesk'; readonly lasting: boolean; readonly gently?: true };

export type EffectName = Effect['do'];

/** The result of one try. `delayed`: it failed and is tried again. `waiting`: its turn had not come, which does not count as a try. */
export type EffectOutcome = 'done' | 'delayed' | 'waiting' | 'failed' | 'obsolete';

/** Effects whose input or result is a secret: only the request that holds the secret performs them, and they are never stored. */
export const isVolatile = (effect: Effect): boolean => volatile.has(effect.do);

const volatile: ReadonlySet<EffectName> = new Set([
  'check-code',
  'check-recovery-code',
  'mint-ticket',
  'set-password',
  'change-password',
  'send-new-code',
  'check-new-code',
]);
