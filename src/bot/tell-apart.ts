// Whether somebody who decides is somebody else than the person who asks and than who decided before. Asked at the press.
import { foldAddress } from '../case-folding.ts';
import type { AccountId, ActorId } from '../flows/ids.ts';
import { type Outcome, success } from '../flows/outcome.ts';
import { isSameDirectory } from '../flows/policy.ts';
import type { Directory, People } from '../flows/ports.ts';
import { accountOf, type Flow } from '../flows/state.ts';

/** As the event of a decision carries it. Who is neither the same nor distinct might be the same. */
export interface Told {
  readonly isSameAs?: 'person' | 'approver';
  readonly distinctFrom: readonly ActorId[];
}
export type TellApart = (actor: ActorId, flow: Flow) => Promise<Outcome<Told>>;

export interface TellApartParts {
  readonly people: People;
  readonly directory: Directory;
}

/** Somebody under one of their names: the address and the account that stand behind it, where there are. */
interface Human {
  readonly address?: string;
  readonly account?: AccountId;
}

/**
 * Within one directory ids tell people apart. Across platforms one human may be spelt differently on each: one address
 * or one account is one human, two accounts are two, and anything less tells nobody apart. Names do not, as people choose
 * them, nor does a list of approvers, which says who may decide and not that its ids are different people.
 */
export function createTellApart({ people, directory }: TellApartParts): TellApart {
  async function humanOf(actor: ActorId): Promise<Outcome<Human>> {
    const found = await people.lookUp(actor);
    if (!found.ok) return found.failure.kind === 'absent' ? success({}) : found;
    if (found.value.is !== 'employee') return success({});
    const address = foldAddress(found.value.workEmail);
    const match = await directory.match(address);
    if (!match.ok) return match;
    return success({ address, ...(match.value.is === 'account' ? { account: match.value.account } : {}) });
  }

  return async (actor, flow) => {
    const approvers = 'approvals' in flow.state ? flow.state.approvals.map(({ by }) => by) : [];
    const elsewhere = [flow.actor, ...approvers].filter((other) => !isSameDirectory(other, actor));
    if (elsewhere.length === 0) return success({ distinctFrom: [] });
    const mine = await humanOf(actor);
    if (!mine.ok) return mine;
    const distinctFrom: ActorId[] = [];
    for (const other of elsewhere) {
      const found = await humanOf(other);
      if (!found.ok) return found;
      const isPerson = other === flow.actor;
      const account = isPerson ? accountOf(flow.state) : undefined;
      const theirs = account === undefined ? found.value : { ...found.value, account };
      if (isOne(mine.value, theirs)) return success({ isSameAs: isPerson ? 'person' : 'approver', distinctFrom: [] });
      if (areTwo(mine.value, theirs)) distinctFrom.push(other);
    }
    return success({ distinctFrom });
  };
}

const isOne = (one: Human, other: Human): boolean =>
  (one.address !== undefined && one.address === other.address) ||
  (one.account !== undefined && one.account === other.account);

/** Not the same, then: see `isOne`. */
const areTwo = (one: Human, other: Human): boolean => one.account !== undefined && other.account !== undefined;
