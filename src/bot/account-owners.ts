// Whose account it is, for cards about a request that no chat vouches for: the chat people who are bound to it, else the name in the
// directory. Never stored; what the account's own record says is remembered for ten minutes.
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { withTimeout } from '../concurrency/timeout.ts';
import type { AccountId, ActorId } from '../flows/ids.ts';
import type { AccountOwner, Clock, Directory } from '../flows/ports.ts';
import type { Bindings } from '../flows/store.ts';
import type { HelpdeskCopy } from './copy/helpdesk-copy.ts';

/** `called`: for places where none of the people can be named. Holds no address. */
export interface Owner {
  readonly people: readonly ActorId[];
  readonly called: string;
}
export type OwnerOf = (account: AccountId) => Promise<Owner>;

export interface AccountOwnersParts {
  readonly directory: Pick<Directory, 'owner'>;
  readonly bindings: Pick<Bindings, 'peopleOf'>;
  readonly copy: Pick<HelpdeskCopy, 'unconnected' | 'unnamed'>;
  readonly clock: Clock;
}

const knownForMs = 10 * 60_000;
const knownAtMost = 5_000;
/** Longer than for the name of a colleague: without it nobody knows whose account they decide about. */
const waitMs = 1_500;

export function createOwnerOf({ directory, bindings, copy, clock }: AccountOwnersParts): OwnerOf {
  const known = createExpiringMap<AccountId, AccountOwner>({ forMs: knownForMs, atMost: knownAtMost, now: clock.now });
  /** Undefined: the directory does not answer now. */
  async function recorded(account: AccountId): Promise<AccountOwner | undefined> {
    const remembered = known.get(account);
    if (remembered !== undefined) return remembered;
    const read = await withTimeout(directory.owner(account), waitMs).catch(() => undefined);
    if (read?.ok !== true) return undefined;
    known.set(account, read.value);
    return read.value;
  }
  return async (account) => {
    const owner = await recorded(account);
    if (owner === undefined) return { people: await bindings.peopleOf(account).catch(() => []), called: copy.unnamed };
    return { people: owner.people, called: owner.name === undefined ? copy.unnamed : copy.unconnected(owner.name) };
  };
}
