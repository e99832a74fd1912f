// What a sent code needs when it comes back: its address, and the names under which the account may be locked.
// In memory only and not for long; a process that has forgotten reads again.
import { type AccountId, type ContactRef, type Instant, later } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { Account } from './account.ts';
import type { Contact } from './contacts.ts';

export interface Recollection {
  keep(account: Account): void;
  contact(account: AccountId, ref: ContactRef): Contact | undefined;
  identifiers(account: AccountId): readonly string[];
}

interface Memory {
  readonly contacts: readonly Contact[];
  readonly identifiers: readonly string[];
  readonly until: Instant;
}

/** Longer than a code lives, with its resends. */
const keptSeconds = 600;
/** A Monday morning of a large company; some kilobytes each at most. */
const maxKept = 2_000;

export function createRecollection(clock: Clock): Recollection {
  const memories = new Map<AccountId, Memory>();
  const recall = (account: AccountId): Memory | undefined => {
    const memory = memories.get(account);
    return memory !== undefined && clock.now() < memory.until ? memory : undefined;
  };

  /** Kept in the order of keeping, so the oldest stand first. */
  function forget(): void {
    for (const [account, { until }] of memories) {
      if (memories.size <= maxKept && clock.now() < until) return;
      memories.delete(account);
    }
  }

  return {
    keep: ({ id, contacts, identifiers }) => {
      memories.delete(id);
      memories.set(id, { contacts, identifiers, until: later(clock.now(), keptSeconds) });
      forget();
    },
    contact: (account, ref) => recall(account)?.contacts.find((each) => each.ref === ref),
    identifiers: (account) => recall(account)?.identifiers ?? [],
  };
}
