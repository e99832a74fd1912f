// Whether somebody who decides is somebody else than the person who asks and than who decided before. Asked at the press.
import { type AccountId, type ActorId, actorParts } from '../flows/ids.ts';
import { type Outcome, success } from '../flows/outcome.ts';
import { isSameDirectory } from '../flows/policy.ts';
import type { Directory, People } from '../flows/ports.ts';
import { accountOf, type Flow } from '../flows/state.ts';
import type { ApproverPolicy } from './approvers.ts';
import type { NameOf } from './names.ts';

/** As the event of a decision carries it. Who is neither the same nor distinct might be the same. */
export interface Told {
  readonly isSameAs?: 'person' | 'approver';
  readonly distinctFrom: readonly ActorId[];
}
export type TellApart = (actor: ActorId, flow: Flow) => Promise<Outcome<Told>>;

export interface TellApartParts {
  readonly policy: ApproverPolicy;
  readonly people: People;
  readonly directory: Directory;
  readonly nameOf: NameOf;
}

/** Somebody under one of their names: the address, the account and the name that stand behind it, where there are. */
interface Human {
  readonly actor: ActorId;
  readonly address?: string;
  readonly account?: AccountId;
  readonly name?: string;
}

/**
 * Within one directory ids tell people apart. Across platforms one human may be spelt differently on each: one address
 * or one account is one human, two accounts are two. Who has no account is told apart by being named in the policy, as
 * whoever wrote it has looked, or else by a name that cannot be the other's; failing that, by nothing.
 */
export function createTellApart({ policy, people, directory, nameOf }: TellApartParts): TellApart {
  const isListed = ({ actor }: Human): boolean => {
    const { platform, user } = actorParts(actor);
    return policy.approvers[platform]?.includes(user) === true;
  };

  async function humanOf(actor: ActorId): Promise<Outcome<Human>> {
    const found = await people.lookUp(actor);
    if (!found.ok) return found.failure.kind === 'absent' ? success({ actor }) : found;
    if (found.value.is !== 'employee') return success({ actor });
    const address = found.value.workEmail.toLowerCase();
    const [match, name] = await Promise.all([directory.match(address), nameOf(actor)]);
    if (!match.ok) return match;
    return success({
      actor,
      address,
      ...(match.value.is === 'account' ? { account: match.value.account } : {}),
      ...(name === undefined ? {} : { name }),
    });
  }

  const areTwo = (one: Human, other: Human): boolean =>
    [one, other].every((human) => human.account !== undefined || isListed(human)) ||
    (one.name !== undefined && other.name !== undefined && !mayBeOneName(one.name, other.name));

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

const wordsOf = (name: string): readonly string[] =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** `Jane Doe`, `Doe, Jane (IT)` and `J. Doe` may be one; `Jane Doe` and `Jane Miller` may not. */
export function mayBeOneName(one: string, other: string): boolean {
  const [fewer = [], more = []] = [wordsOf(one), wordsOf(other)].sort((a, b) => a.length - b.length);
  return fewer.every((word) =>
    more.some((longer) => longer === word || isInitial(word, longer) || isInitial(longer, word)),
  );
}

const isInitial = (letter: string, word: string): boolean => letter.length === 1 && word.startsWith(letter);
