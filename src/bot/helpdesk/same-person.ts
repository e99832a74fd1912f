// Checks at each press whether the approver is a different human than the requester and than the earlier approvers.
import { type AccountId, type ActorId, actorParts, isVouched } from '../../flows/ids.ts';
import { isFinal, type Outcome, success } from '../../flows/outcome.ts';
import type { Directory, People } from '../../flows/ports.ts';
import { accountOf, type Flow } from '../../flows/state.ts';
import type { Bindings } from '../../flows/store.ts';
import { foldAddress, mayBeOneAddress } from '../../text/case-folding.ts';

/** Part of a decision event. Somebody who is neither the same (`isSameAs`) nor in `distinctFrom` may be the same human. */
export interface ApproverIdentity {
  readonly account?: AccountId;
  readonly isSameAs?: 'person' | 'approver';
  readonly distinctFrom: readonly ActorId[];
}
/** `mustKnow`: a lookup that fails at a platform or Auth0 is a failure. Otherwise its result just stays unknown. */
export type CompareIdentities = (actor: ActorId, flow: Flow, mustKnow: boolean) => Promise<Outcome<ApproverIdentity>>;

export interface CompareIdentitiesParts {
  readonly people: People;
  readonly directory: Directory;
  readonly bindings: Pick<Bindings, 'accountOf'>;
}

/** One actor, with the address and the account that belong to them, as far as they are known. */
interface Identity {
  readonly actor: ActorId;
  /** As the platform writes it; Auth0 is asked for it in the same spelling. */
  readonly address?: string;
  readonly account?: AccountId;
  /** Another account, to which they were bound here. */
  readonly boundTo?: AccountId;
}
/** The approver, and the people from whom they must be different. */
interface Parties {
  readonly approver: Identity;
  readonly others: readonly Identity[];
}

/**
 * The same address or the same account: the same human, also across platforms.
 * Two different accounts: two humans. Two different confirmed addresses in one directory: two humans, unless one address is linked
 * to the account of the other. Anything less proves nothing.
 * Ids and names prove nothing, because one human can have several. A list of approvers proves nothing either: it says who may
 * decide, not that its ids are different humans.
 */
export function createCompareIdentities({ people, directory, bindings }: CompareIdentitiesParts): CompareIdentities {
  return async (actor, flow, mustKnow) => {
    if (isDecidedByIds(actor, flow)) return success({ distinctFrom: [] });
    const withAddress = async (identity: Identity): Promise<Outcome<Identity>> => {
      const found = await people.lookUp(identity.actor);
      if (!found.ok) return mustKnow && !isFinal(found.failure.kind) ? found : success(identity);
      return success(found.value.is === 'employee' ? { ...identity, address: found.value.workEmail } : identity);
    };
    const withAccount = async (identity: Identity): Promise<Outcome<Identity>> => {
      if (identity.address === undefined || identity.account !== undefined) return success(identity);
      const match = await directory.match(identity.address, identity.actor);
      if (!match.ok) return mustKnow ? match : success(identity);
      return success(match.value.is === 'account' ? { ...identity, account: match.value.account } : identity);
    };
    const boundTo = await bindings.accountOf(actor);
    const withAddresses = await lookUpAll(partiesOf(actor, flow, boundTo), withAddress);
    // Auth0 is not asked if the addresses already show the same human.
    if (!withAddresses.ok || sameAs(withAddresses.value, flow) !== undefined)
      return withAddresses.ok ? success(identityOf(withAddresses.value, flow)) : withAddresses;
    const withAccounts = await lookUpAll(withAddresses.value, withAccount);
    if (!withAccounts.ok) return withAccounts;
    const compared = identityOf(withAccounts.value, flow);
    if (!mustKnow) return success(compared);
    const isOwner = await ownsAccount(actor, flow, compared, directory);
    if (!isOwner.ok) return isOwner;
    if (isOwner.value) return success({ isSameAs: 'person', distinctFrom: [] });
    return withoutLinked(compared, withAccounts.value, directory);
  };
}

/** Whether the ids alone decide: it is the approver's own request, they approved already, or there is nothing to decide. */
function isDecidedByIds(actor: ActorId, { actor: person, state }: Flow): boolean {
  if (actor === person) return true;
  return state.at === 'awaiting-approval' ? state.approvals.some(({ by }) => by === actor) : state.at !== 'in-doubt';
}

/** The others' accounts are those that were proven, or that were found when they approved. Later address changes do not matter. */
function partiesOf(actor: ActorId, { actor: person, state }: Flow, boundTo: AccountId | undefined): Parties {
  const approvals = 'approvals' in state ? state.approvals : [];
  const approvers = approvals.filter(({ by }) => by !== actor).map(({ by, account }) => knownIdentity(by, account));
  const approver = { actor, ...(boundTo === undefined ? {} : { boundTo }) };
  return { approver, others: [knownIdentity(person, accountOf(state)), ...approvers] };
}

/**
 * Where no chat vouches for the person, the account alone says who they are: so its own record is asked whether it names the approver,
 * whatever account their address leads to.
 */
async function ownsAccount(
  actor: ActorId,
  { actor: person, state }: Flow,
  { distinctFrom }: ApproverIdentity,
  directory: Pick<Directory, 'bound'>,
): Promise<Outcome<boolean>> {
  const account = accountOf(state);
  if (isVouched(person) || account === undefined || !distinctFrom.includes(person)) return success(false);
  const bound = await directory.bound(account, actor);
  return bound.ok ? success(bound.value.is === 'account') : bound;
}

const knownIdentity = (actor: ActorId, account: AccountId | undefined): Identity =>
  account === undefined ? { actor } : { actor, account };

async function lookUpAll(
  parties: Parties,
  learn: (identity: Identity) => Promise<Outcome<Identity>>,
): Promise<Outcome<Parties>> {
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
  const distinctFrom = others.filter((other) => areDifferentHumans(approver, other)).map(({ actor }) => actor);
  return { ...(account === undefined ? {} : { account }), distinctFrom };
}

/** Removes people whose address is linked to the other's account (a contact, a second sign-in): they may be the same human. */
async function withoutLinked(
  compared: ApproverIdentity,
  { approver, others }: Parties,
  directory: Directory,
): Promise<Outcome<ApproverIdentity>> {
  const doubtful = others.filter(({ actor }) => compared.distinctFrom.includes(actor));
  const links = await Promise.all(doubtful.map((other) => isLinked(approver, other, directory)));
  const failure = links.find((link) => !link.ok);
  if (failure !== undefined) return failure;
  const linked = doubtful.filter((_, index) => links[index]?.ok === true && links[index].value);
  return success({
    ...compared,
    distinctFrom: compared.distinctFrom.filter((actor) => !linked.some((one) => one.actor === actor)),
  });
}

/** Two different accounts are two humans, so linked addresses do not matter then. */
async function isLinked(one: Identity, other: Identity, directory: Directory): Promise<Outcome<boolean>> {
  if (one.account !== undefined && other.account !== undefined) return success(false);
  const account = one.account ?? other.account;
  const address = one.account === undefined ? one.address : other.address;
  return account === undefined || address === undefined ? success(false) : directory.hasAddress(account, address);
}

function sameAs({ approver, others }: Parties, flow: Flow): ApproverIdentity['isSameAs'] {
  const same = others.filter((other) => isSameHuman(approver, other));
  if (same.length === 0) return undefined;
  return same.some(({ actor }) => actor === flow.actor) ? 'person' : 'approver';
}

const isSameHuman = (one: Identity, other: Identity): boolean =>
  (one.address !== undefined &&
    other.address !== undefined &&
    foldAddress(one.address) === foldAddress(other.address)) ||
  (other.account !== undefined && (one.account === other.account || one.boundTo === other.account));

/** Call it only where `isSameHuman` is false. */
function areDifferentHumans(one: Identity, other: Identity): boolean {
  if (one.account !== undefined && other.account !== undefined) return true;
  if (one.address === undefined || other.address === undefined) return false;
  return isSameDirectory(one.actor, other.actor) && !mayBeOneAddress(one.address, other.address);
}

function isSameDirectory(one: ActorId, other: ActorId): boolean {
  const [a, b] = [actorParts(one), actorParts(other)];
  return a.platform === b.platform && a.tenant === b.tenant;
}
