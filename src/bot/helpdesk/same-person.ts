// Whether somebody who decides is somebody else than the person who asks and than who decided before. HelpResult at the press.

import { type AccountId, type ActorId, actorParts } from '../../flows/ids.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import type { Directory, People } from '../../flows/ports.ts';
import { accountOf, type Flow } from '../../flows/state.ts';
import { foldAddress, mayBeOneAddress } from '../../text/case-folding.ts';

/** As the event of a decision carries it. Who is neither the same nor distinct might be the same. */
export interface ApproverIdentity {
  readonly account?: AccountId;
  readonly isSameAs?: 'person' | 'approver';
  readonly distinctFrom: readonly ActorId[];
}
/** `mustKnow`: what a platform or Auth0 does not say now is a failure; otherwise it only stays unknown. */
export type CompareIdentities = (actor: ActorId, flow: Flow, mustKnow: boolean) => Promise<Outcome<ApproverIdentity>>;

export interface CompareIdentitiesParts {
  readonly people: People;
  readonly directory: Directory;
}

/** Somebody under one of their names: the address and the account that stand behind it, where there are. */
interface Human {
  readonly actor: ActorId;
  /** As the platform writes it: Auth0 is asked for it in that way, too. */
  readonly address?: string;
  readonly account?: AccountId;
}
/** Who decides, and those from whom they must be told apart. */
interface Parties {
  readonly approver: Human;
  readonly others: readonly Human[];
}

/**
 * One address or one account is one human, on one platform as across platforms. Two accounts are two, and within one directory
 * so are two addresses, which it confirmed, unless one is linked to the account behind the other; anything less tells nobody apart. Neither ids nor names do, as people have several
 * of them, nor does a list of approvers, which says who may decide and not that its ids are different people.
 */
export function createCompareIdentities({ people, directory }: CompareIdentitiesParts): CompareIdentities {
  return async (actor, flow, mustKnow) => {
    if (isDecidedByIds(actor, flow)) return success({ distinctFrom: [] });
    const withAddress = async (human: Human): Promise<Outcome<Human>> => {
      const found = await people.lookUp(human.actor);
      if (!found.ok) return mustKnow && !isFinal(found.failure.kind) ? found : success(human);
      return success(found.value.is === 'employee' ? { ...human, address: found.value.workEmail } : human);
    };
    const withAccount = async (human: Human): Promise<Outcome<Human>> => {
      if (human.address === undefined || human.account !== undefined) return success(human);
      const match = await directory.match(human.address);
      if (!match.ok) return mustKnow ? match : success(human);
      return success(match.value.is === 'account' ? { ...human, account: match.value.account } : human);
    };
    const met = await forEach(partiesOf(actor, flow), withAddress);
    // Nothing is asked of Auth0 where one address has said it already.
    if (!met.ok || sameAs(met.value, flow) !== undefined) return met.ok ? success(identityOf(met.value, flow)) : met;
    const known = await forEach(met.value, withAccount);
    if (!known.ok) return known;
    const said = identityOf(known.value, flow);
    return mustKnow ? withoutLinked(said, known.value, directory) : success(said);
  };
}

/** Then the flow needs to know nothing more: their own request, an approval of theirs, or nothing to decide at all. */
function isDecidedByIds(actor: ActorId, { actor: person, state }: Flow): boolean {
  if (actor === person) return true;
  return state.at === 'awaiting-approval' ? state.approvals.some(({ by }) => by === actor) : state.at !== 'in-doubt';
}

/** Not known there any more: nothing would be said of them later either. */
const isFinal = (kind: string): boolean => kind === 'absent' || kind === 'refused';

/** The others' accounts are those that were proven, or stood behind them when they approved, whatever addresses have become since. */
function partiesOf(actor: ActorId, { actor: person, state }: Flow): Parties {
  const approvals = 'approvals' in state ? state.approvals : [];
  const approvers = approvals.filter(({ by }) => by !== actor).map(({ by, account }) => humanOf(by, account));
  return { approver: { actor }, others: [humanOf(person, accountOf(state)), ...approvers] };
}

const humanOf = (actor: ActorId, account: AccountId | undefined): Human =>
  account === undefined ? { actor } : { actor, account };

async function forEach(parties: Parties, learn: (human: Human) => Promise<Outcome<Human>>): Promise<Outcome<Parties>> {
  const [approver, ...others] = await Promise.all([learn(parties.approver), ...parties.others.map(learn)]);
  if (!approver.ok) return approver;
  const failed = others.find((other) => !other.ok);
  if (failed !== undefined) return failed;
  return success({ approver: approver.value, others: others.flatMap((other) => (other.ok ? [other.value] : [])) });
}

function identityOf({ approver, others }: Parties, flow: Flow): ApproverIdentity {
  const isSameAs = sameAs({ approver, others }, flow);
  if (isSameAs !== undefined) return { isSameAs, distinctFrom: [] };
  const { account } = approver;
  const distinctFrom = others.filter((other) => areTwo(approver, other)).map(({ actor }) => actor);
  return { ...(account === undefined ? {} : { account }), distinctFrom };
}

/** Whose address is linked to the other's account, as a contact or a second way to sign in, may be the same human. */
async function withoutLinked(
  said: ApproverIdentity,
  { approver, others }: Parties,
  directory: Directory,
): Promise<Outcome<ApproverIdentity>> {
  const doubtful = others.filter(({ actor }) => said.distinctFrom.includes(actor));
  const links = await Promise.all(doubtful.map((other) => isLinked(approver, other, directory)));
  const failure = links.find((link) => !link.ok);
  if (failure !== undefined) return failure;
  const linked = doubtful.filter((_, index) => links[index]?.ok === true && links[index].value);
  return success({
    ...said,
    distinctFrom: said.distinctFrom.filter((actor) => !linked.some((one) => one.actor === actor)),
  });
}

/** Two accounts are two. */
async function isLinked(one: Human, other: Human, directory: Directory): Promise<Outcome<boolean>> {
  if (one.account !== undefined && other.account !== undefined) return success(false);
  const account = one.account ?? other.account;
  const address = one.account === undefined ? one.address : other.address;
  return account === undefined || address === undefined ? success(false) : directory.hasAddress(account, address);
}

function sameAs({ approver, others }: Parties, flow: Flow): ApproverIdentity['isSameAs'] {
  const same = others.filter((other) => isOne(approver, other));
  if (same.length === 0) return undefined;
  return same.some(({ actor }) => actor === flow.actor) ? 'person' : 'approver';
}

const isOne = (one: Human, other: Human): boolean =>
  (one.address !== undefined &&
    other.address !== undefined &&
    foldAddress(one.address) === foldAddress(other.address)) ||
  (one.account !== undefined && one.account === other.account);

/** Of two who are not one: see `isOne`. */
function areTwo(one: Human, other: Human): boolean {
  if (one.account !== undefined && other.account !== undefined) return true;
  if (one.address === undefined || other.address === undefined) return false;
  return isOneDirectory(one.actor, other.actor) && !mayBeOneAddress(one.address, other.address);
}

function isOneDirectory(one: ActorId, other: ActorId): boolean {
  const [a, b] = [actorParts(one), actorParts(other)];
  return a.platform === b.platform && a.tenant === b.tenant;
}
