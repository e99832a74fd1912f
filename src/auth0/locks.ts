// Finds and lifts the brute-force locks of one account and of no other. Never touches an account that an administrator blocked.
// These endpoints share Auth0's lowest rate limit with tickets and sessions, so we ask by name only if the user id shows no lock.

import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { type AccountId, type Instant, later } from '../flows/ids.ts';
import type { Clock, Locks } from '../flows/ports.ts';
import { type Account, readAccount } from './account.ts';
import { type Blocks, isOwn } from './blocks.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, type Failed, refused } from './errors.ts';
import type { Management } from './management.ts';
import type { OwnName } from './own-names.ts';

export interface AccountLocks extends Locks {
  /** Whether the account has a lock. `reading`: the read of the account, if the caller has one under way. */
  isLocked(account: AccountId, reading?: Promise<CallResult<Account>>): Promise<CallResult<boolean>>;
}

/** Calls of one unlock, from the inspection to the last check. Calls that are left over are used to check again. */
const callsAtMost = 6;
/** Six calls: one read by id, three by name, then one more read and one lift for one of these names. */
const namesAtMost = 3;
/** How long findings are kept, from the inspection to the approval. After a restart Auth0 is asked again. */
const findingsSeconds = 1_800;
/** How long the next try may use the findings of an inspection that failed half-way. */
const unfinishedSeconds = 60;
const findingsAtMost = 2_000;

/** What an inspection has found so far, by id and by name, and how many calls that took. */
interface Findings {
  readonly at: Instant;
  readonly calls: number;
  readonly byId: boolean;
  readonly names: ReadonlyMap<string, boolean>;
  readonly isFinished: boolean;
}

export function createLocks(management: Management, blocks: Blocks, clock: Clock): AccountLocks {
  const cache = createExpiringMap<AccountId, Findings>({
    forMs: findingsSeconds * 1000,
    atMost: findingsAtMost,
    now: clock.now,
  });

  const unfinished = (id: AccountId): Findings | undefined => {
    const findings = cache.get(id);
    return findings !== undefined && !findings.isFinished && clock.now() < later(findings.at, unfinishedSeconds)
      ? findings
      : undefined;
  };

  async function inspectById(id: AccountId): Promise<CallResult<Findings>> {
    const known = unfinished(id);
    if (known !== undefined) return { ok: true, value: known };
    const reply = await blocks.byId(id);
    if (!reply.ok) return reply;
    const byId = reply.value.length > 0;
    const findings: Findings = { at: clock.now(), calls: 1, byId, names: new Map(), isFinished: byId };
    cache.set(id, findings);
    return { ok: true, value: findings };
  }

  /** One name after the other: the first lock that is found settles the question. */
  async function inspectByNames({ id, names }: Account, findings: Findings): Promise<CallResult<boolean>> {
    const found = new Map(findings.names);
    let { calls } = findings;
    for (const own of names.slice(0, namesAtMost)) {
      if (found.has(own.name)) continue;
      const reply = await blocks.byName(own.name);
      if (!reply.ok) return reply;
      calls += 1;
      const isLocked = reply.value.some((block) => isOwn(block, own));
      found.set(own.name, isLocked);
      cache.set(id, { ...findings, calls, names: found, isFinished: isLocked });
      if (isLocked) return { ok: true, value: true };
    }
    // No lock was found, so there is nothing to lift; a later unlock must not rely on this result.
    cache.delete(id);
    return { ok: true, value: false };
  }

  return {
    isLocked: async (id, reading = readAccount(management, id)) => {
      const [findings, account] = await Promise.all([inspectById(id), reading]);
      if (!findings.ok) return findings;
      if (findings.value.byId) return { ok: true, value: true };
      if (!account.ok) return account;
      // A disabled account cannot be unlocked here, so its names need not be looked up.
      return account.value.isDisabled ? { ok: true, value: false } : inspectByNames(account.value, findings.value);
    },
    lift: async (id) => {
      const pause = management.currentPause(endpoints.liftBlocks);
      if (pause !== undefined) return pause;
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      if (reply.value.isDisabled) return { ok: true, value: 'disabled' };
      const findings = cache.get(id);
      const lifted = await liftAll(reply.value, findings?.isFinished === true ? findings : undefined, blocks);
      if (lifted.ok) cache.delete(id);
      return lifted;
    },
  };
}

/**
 * Lifts by id, unless the inspection found nothing by id; then by each name that was found locked, and by each linked name that
 * was not looked up.
 */
async function liftAll(
  account: Account,
  findings: Findings | undefined,
  blocks: Blocks,
): Promise<CallResult<'lifted'>> {
  const { id, names } = account;
  const lifting = createLifting(id, blocks, findings?.calls ?? 1);
  if (findings?.byId !== false) await lifting.byId();
  for (const own of names.slice(0, namesAtMost)) {
    const found = findings?.names.get(own.name);
    // Sign-in names come first. Only contacts can be left out for lack of calls, and their locks stop nobody from signing in.
    if (found === true || (found === undefined && !own.isMain && lifting.hasRoomFor(2))) await lifting.byName(own);
  }
  if (findings?.byId === false && lifting.hasRoomFor(1)) await lifting.byId();
  if (lifting.hasRoomFor(1)) await lifting.recheck(names);
  return lifting.result();
}

/** The steps of one unlock. After the first failure no further call is made. */
function createLifting(id: AccountId, blocks: Blocks, callsBefore: number) {
  let calls = callsBefore;
  let hasLifted = false;
  let failure: Failed | undefined;

  async function ask<T>(work: () => Promise<CallResult<T>>): Promise<T | undefined> {
    if (failure !== undefined) return undefined;
    calls += 1;
    const reply = await work();
    if (reply.ok) return reply.value;
    failure = hasLifted ? asPartial(reply) : reply;
    return undefined;
  }

  const lift = (work: () => Promise<CallResult<void>>): Promise<void> =>
    ask(async () => {
      const reply = await work();
      hasLifted ||= reply.ok;
      return reply;
    });
  const byId = (): Promise<void> => lift(() => blocks.liftById(id));

  /**
   * A lift by name affects every account with that name. If another account is locked under it too, we lift by id only, and fail
   * if that is not enough.
   */
  async function byName(own: OwnName): Promise<void> {
    const standing = (await ask(() => blocks.byName(own.name))) ?? [];
    if (!standing.some((block) => isOwn(block, own))) return;
    if (standing.every((block) => isOwn(block, own))) return lift(() => blocks.liftByName(own.name));
    await byId();
    const left = (await ask(() => blocks.byName(own.name))) ?? [];
    if (left.some((block) => isOwn(block, own)))
      failure ??= refused('a lock that cannot be told from another account’s');
  }

  /** Somebody may still be trying the old password: lifts once more a lock that came back in between. */
  async function recheck(names: readonly OwnName[]): Promise<void> {
    const standing = (await ask(() => blocks.byId(id))) ?? [];
    if (standing.length === 0) return;
    await byId();
    const linked = names.filter(({ name, isMain }) => !isMain && standing.some((block) => block.identifier === name));
    for (const own of linked) await byName(own);
    const left = (await ask(() => blocks.byId(id))) ?? [];
    if (left.length > 0) failure ??= refused('a lock stood again after it was lifted twice');
  }

  return {
    byId,
    byName,
    recheck,
    hasRoomFor: (more: number): boolean => calls + more <= callsAtMost,
    result: (): CallResult<'lifted'> => failure ?? { ok: true, value: 'lifted' },
  };
}

/** If some locks were lifted before the failure, the whole unlock may have happened. */
function asPartial(failed: Failed): Failed {
  const { failure } = failed;
  return failure.kind === 'unreachable' ? { ...failed, failure: { ...failure, mayHaveHappened: true } } : failed;
}
