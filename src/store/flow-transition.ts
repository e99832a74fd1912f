// Applies one event in one transaction: reads under the account's lock, decides, and writes the decision with its consequences.
import { type Budget, emptyBudget } from '../flows/budget.ts';
import { isReplaceable } from '../flows/decide.ts';
import type { Moved } from '../flows/decision.ts';
import { isVolatile } from '../flows/effect.ts';
import type { Doubt, FlowEvent } from '../flows/event.ts';
import { type AccountId, accountId, type DeliveryId, earliest, type Instant, isVouched, later } from '../flows/ids.ts';
import { monthSeconds } from '../flows/limits.ts';
import { type Flow, listedAccount, proofOf } from '../flows/state.ts';
import type { Applied, Flows, Known, Transition } from '../flows/store.ts';
import {
  type AccountRest,
  earlierOf,
  endedEnrolments,
  freezeAccount,
  lockAccount,
  otherOpenFlows,
  readBudget,
  unfreezeAccount,
  writeCounts,
} from './account-limits.ts';
import { decodeFlow } from './codec.ts';
import { writeMove } from './flow-rows.ts';
import type { Instances } from './instances.ts';
import { settle } from './outbox.ts';
import { recoveryCodesOf, voidRecoveryCodes } from './recovery-codes.ts';
import type { Database, FlowRow } from './tables.ts';
import { lostRace, type Transactions } from './transactions.ts';
import { isForsaken } from './typed-sessions.ts';
import { leaveUncounted } from './uncounted-endings.ts';

export function createFlowTransition(
  { run }: Transactions,
  instances: Pick<Instances, 'current'>,
): Pick<Flows, 'apply'> {
  return { apply: (transition) => run((db) => applyIn(db, transition, { me: instances.current() ?? null })) };
}

/** The same for an operator's command: a server counts what it ends. */
export const createOperatorTransition = ({ run }: Transactions): Pick<Flows, 'apply'> => ({
  apply: (transition) => run((db) => applyIn(db, transition, asOperator)),
});

/** `me`: the instance, if it is one. `countEnded`: leaves what has ended to be counted. */
interface Mover {
  readonly me: string | null;
  readonly countEnded?: (db: Database, flow: Flow) => Promise<void>;
}
export const asOperator: Mover = { me: null, countEnded: leaveUncounted };

/** Locks are always taken in this order, to avoid deadlocks: effect, account, flow. */
export async function applyIn(db: Database, transition: Transition, mover: Mover): Promise<Applied> {
  const { event, delivery, settles, asOf, now, decide } = transition;
  const seen = await db.selectFrom('flows').selectAll().where('id', '=', transition.flow).executeTakeFirst();
  if (seen === undefined) return { kind: 'unknown' };
  if (settles !== undefined && !(await settle(db, settles, now, transition.givesUp))) return { kind: 'unknown' };
  const account = accountFor(seen, event);
  const rest = account === undefined ? {} : await lockAccount(db, account);
  const row = await db
    .selectFrom('flows')
    .selectAll()
    .where('id', '=', transition.flow)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined || row.account !== seen.account || accountFor(row, event) !== account) throw lostRace;
  const flow = decodeFlow(row);
  if (asOf !== undefined && asOf !== flow.version) return { kind: 'ignored', because: 'stale', flow };
  if (delivery !== undefined && !(await isFirstDelivery(db, delivery, now))) return { kind: 'duplicate', flow };

  const others = account === undefined ? [] : await otherOpenFlows(db, account, flow);
  const known = await readKnown(db, transition, account, rest, flow, others);
  const decision = decide(flow, event, known);
  if (decision.kind === 'ignored') {
    if (delivery !== undefined) await forgetDelivery(db, delivery);
    return { ...decision, flow };
  }
  await updateOthers(db, transition, { decision, known, account, flow, others, mover });
  const next = await writeMove(db, flow, decision, now, holderAfter(decision, event, mover.me));
  if (hasEnded(flow, next)) await mover.countEnded?.(db, next);
  await writeCounts(db, account, flow, decision, now);
  return { kind: 'moved', flow: next, volatile: decision.effects.filter(isVolatile) };
}

/**
 * Which instance holds the flow afterwards; null: none, undefined: unchanged. After an effect with a secret it is this instance,
 * which has the secret. A new flow is held by the instance that began it until the person acts: from then on they have it in
 * front of them.
 */
function holderAfter({ state, effects }: Moved, event: FlowEvent, me: string | null): string | null | undefined {
  if (effects.some(isVolatile)) return me;
  return 'by' in event || state.at === 'closed' || me === null ? null : undefined;
}

const hasEnded = (before: Flow, after: Flow): boolean => before.state.at !== 'closed' && after.state.at === 'closed';

/**
 * The account whose limits and other requests decide. An enrolment or a change that names none yet may be about the one to which the
 * chat person's address led.
 */
function accountFor(row: FlowRow, event: FlowEvent): AccountId | undefined {
  if (row.account !== null) return accountId(row.account);
  if (event.type === 'person.identified' || event.type === 'signed-in') return event.account;
  if (row.place !== 'signing-in' && row.place !== 'change-ready') return undefined;
  const { state } = decodeFlow(row);
  return state.at === 'signing-in' || state.at === 'change-ready' ? listedAccount(state) : undefined;
}

async function isFirstDelivery(db: Database, delivery: DeliveryId, at: Instant): Promise<boolean> {
  const noted = await db
    .insertInto('inbox')
    .values({ delivery, at })
    .onConflict((conflict) => conflict.column('delivery').doNothing())
    .returning('delivery')
    .executeTakeFirst();
  return noted !== undefined;
}

/**
 * An event that changed nothing does not count as delivered: a person who is refused today may press the same button again later.
 */
async function forgetDelivery(db: Database, delivery: DeliveryId): Promise<void> {
  await db.deleteFrom('inbox').where('delivery', '=', delivery).execute();
}

async function rivalOf(db: Database, flow: Flow, others: readonly Flow[], now: Instant): Promise<Known['rival']> {
  if (hasRivalInChat(flow, others)) return 'busy';
  const rival = others.find((other) => other.kind === flow.kind);
  if (rival === undefined) return 'none';
  return isReplaceable(rival.state) && (await mayReplace(db, flow, rival, now)) ? 'replaceable' : 'busy';
}

/** A code for a name that anybody may have typed would void one that somebody in chat waits for, and would end their request. */
const hasRivalInChat = (flow: Flow, others: readonly Flow[]): boolean =>
  !isVouched(flow.actor) && others.some(({ actor }) => isVouched(actor));

/**
 * A name that anybody may have typed ends no request that is proven, but one that its person has left (they may have lost their browser,
 * and begin anew) and one with which no browser can go on.
 */
async function mayReplace(db: Database, flow: Flow, rival: Flow, now: Instant): Promise<boolean> {
  if (isVouched(flow.actor)) return true;
  const proof = proofOf(rival.state);
  if (proof === undefined) return true;
  const isLeft = placesLeft.has(rival.state.at) && now >= later(proof.at, leftAfterSeconds);
  return isLeft || isForsaken(db, rival.actor, now);
}

/** Where a request waits for its person alone. */
const placesLeft: ReadonlySet<Flow['state']['at']> = new Set(['link-ready', 'choosing-password', 'changing']);
/** A link is pressed within seconds, and a password is chosen within a minute or two. */
const leftAfterSeconds = 180;

const isSendingIn = (others: readonly Flow[]): boolean =>
  others.some(({ state }) => state.at === 'sending' || state.at === 'sending-new');

async function readKnown(
  db: Database,
  { event, now }: Transition,
  account: AccountId | undefined,
  rest: AccountRest,
  flow: Flow,
  others: readonly Flow[],
): Promise<Known> {
  const earlier =
    account === undefined || !saysItWasNotThem.has(event.type)
      ? {}
      : { earlier: await earlierOf(db, account, flow.actor) };
  const budget = account === undefined ? emptyBudget : await readBudget(db, account, rest, now);
  // Only this event can lead to an approval, for which the person is told the usual time.
  const usual = event.type === 'account.inspected' ? await usualApprovalSeconds(db, now) : undefined;
  const rivals = {
    rival: await rivalOf(db, flow, others, now),
    isSendingElsewhere: isSendingIn(others) || hasRivalInChat(flow, others),
  };
  return {
    budget,
    ...rivals,
    ...(await readRecoveryCodes(db, event, account)),
    ...earlier,
    ...(usual === undefined ? {} : { usualApprovalSeconds: usual }),
  };
}

const saysItWasNotThem: ReadonlySet<FlowEvent['type']> = new Set(['disowned', 'change.disowned']);

/** Only these events can ask for a second proof, or say whether there can be one. */
const mayAskTwice: ReadonlySet<FlowEvent['type']> = new Set([
  'person.identified',
  'account.inspected',
  'removal.chosen',
]);

async function readRecoveryCodes(db: Database, { type }: FlowEvent, account: AccountId | undefined) {
  if (account === undefined || !mayAskTwice.has(type)) return {};
  const recoveryCodes = await recoveryCodesOf(db, account);
  return recoveryCodes === undefined ? {} : { recoveryCodes };
}

const approvalsLookedAt = 50;

async function usualApprovalSeconds(db: Database, now: Instant): Promise<number | undefined> {
  const rows = await db
    .selectFrom('flows')
    .select('approval_seconds')
    .where('approved_at', '>', later(now, -monthSeconds))
    .orderBy('approved_at', 'desc')
    .limit(approvalsLookedAt)
    .execute();
  const sorted = rows.map((row) => row.approval_seconds ?? 0).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function doubtedEnrolments(
  db: Database,
  account: AccountId,
  flow: Flow,
  { theirsSince, othersSince }: Doubt,
): Promise<readonly Flow[]> {
  const since = othersSince === undefined ? theirsSince : earliest(theirsSince, othersSince);
  return endedEnrolments(db, account, flow, since);
}

interface Consequence {
  readonly decision: Moved;
  readonly known: Known;
  readonly account: AccountId | undefined;
  readonly flow: Flow;
  readonly others: readonly Flow[];
  readonly mover: Mover;
}

/** A freeze ends every other open flow of the account, and takes back what its enrolments added of late; superseding ends the one of the same kind. */
async function updateOthers(db: Database, { decide, now }: Transition, consequence: Consequence): Promise<void> {
  const { decision, known, account, flow, others, mover } = consequence;
  /** Writes the decision of the other flow too, but without consequences for further flows. */
  const update = async (other: Flow, event: FlowEvent, budget: Budget) => {
    const move = decide(other, event, { budget, rival: 'none', isSendingElsewhere: false });
    if (move.kind === 'ignored') return;
    const next = await writeMove(db, other, move, now, null);
    if (hasEnded(other, next)) await mover.countEnded?.(db, next);
    await writeCounts(db, account, other, move, now);
  };
  if (decision.freezeUntil !== undefined) {
    if (account === undefined) throw new Error(`flow ${flow.id} lets an account rest, but knows none`);
    if (decision.voidsRecoveryCodes) await voidRecoveryCodes(db, account);
    const until = await freezeAccount(db, account, known.budget.frozenUntil, decision.freezeUntil);
    const { doubt } = decision;
    const ended = doubt === undefined ? [] : await doubtedEnrolments(db, account, flow, doubt);
    const frozen: FlowEvent = { type: 'account.frozen', until, ...(doubt === undefined ? {} : { doubt }) };
    for (const other of [...others, ...ended]) await update(other, frozen, { ...known.budget, frozenUntil: until });
  } else if (decision.liftsFreeze) {
    if (account === undefined) throw new Error(`flow ${flow.id} ends a rest, but of no account`);
    await unfreezeAccount(db, account);
  } else if (decision.supersede) {
    for (const other of others) {
      if (other.kind === flow.kind) await update(other, { type: 'superseded' }, known.budget);
    }
  }
}
