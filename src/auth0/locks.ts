// Finds and lifts the brute-force locks of one account, and of no other. Never touches one that an administrator blocked.
// Frugal: these endpoints share Auth0's scarcest group with tickets and sessions, so names are asked only where the id does not tell.

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
  /** Whether any stands; `reading`: the account, where it is being read anyway. */
  isLocked(account: AccountId, reading?: Promise<CallResult<Account>>): Promise<CallResult<boolean>>;
}

/** Of one unlock, from the first look to the last: what is left is spent on looking again. */
const callsAtMost = 6;
/** One look by id, three names, and one of them read and lifted, make six. */
const namesAtMost = 3;
/** From the look to the approval; a process that has forgotten asks again. */
const lookSeconds = 1_800;
/** How long what a refused look had found is good for the next try. */
const unfinishedSeconds = 60;
const looksAtMost = 2_000;

/** What was found so far, by id and by name, with how many endpoints. */
interface Look {
  readonly at: Instant;
  readonly endpoints: number;
  readonly byId: boolean;
  readonly names: ReadonlyMap<string, boolean>;
  readonly isFinished: boolean;
}

export function createLocks(management: Management, blocks: Blocks, clock: Clock): AccountLocks {
  const looks = createExpiringMap<AccountId, Look>({ forMs: lookSeconds * 1000, atMost: looksAtMost, now: clock.now });

  const unfinished = (id: AccountId): Look | undefined => {
    const look = looks.get(id);
    return look !== undefined && !look.isFinished && clock.now() < later(look.at, unfinishedSeconds) ? look : undefined;
  };

  async function lookById(id: AccountId): Promise<CallResult<Look>> {
    const known = unfinished(id);
    if (known !== undefined) return { ok: true, value: known };
    const reply = await blocks.byId(id);
    if (!reply.ok) return reply;
    const byId = reply.value.length > 0;
    const look: Look = { at: clock.now(), endpoints: 1, byId, names: new Map(), isFinished: byId };
    looks.set(id, look);
    return { ok: true, value: look };
  }

  /** One after the other: the first that stands is enough to know. */
  async function lookByNames({ id, names }: Account, look: Look): Promise<CallResult<boolean>> {
    const found = new Map(look.names);
    let { endpoints } = look;
    for (const own of names.slice(0, namesAtMost)) {
      if (found.has(own.name)) continue;
      const reply = await blocks.byName(own.name);
      if (!reply.ok) return reply;
      endpoints += 1;
      const stands = reply.value.some((block) => isOwn(block, own));
      found.set(own.name, stands);
      looks.set(id, { ...look, endpoints, names: found, isFinished: stands });
      if (stands) return { ok: true, value: true };
    }
    // Nothing follows from it, and a later unlock must not rely on it.
    looks.delete(id);
    return { ok: true, value: false };
  }

  return {
    isLocked: async (id, reading = readAccount(management, id)) => {
      const [look, account] = await Promise.all([lookById(id), reading]);
      if (!look.ok) return look;
      if (look.value.byId) return { ok: true, value: true };
      if (!account.ok) return account;
      // That it cannot be unlocked from here is known without their names.
      return account.value.isDisabled ? { ok: true, value: false } : lookByNames(account.value, look.value);
    },
    lift: async (id) => {
      const rest = management.resting(endpoints.liftBlocks);
      if (rest !== undefined) return rest;
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      if (reply.value.isDisabled) return { ok: true, value: 'disabled' };
      const look = looks.get(id);
      const lifted = await liftAll(reply.value, look?.isFinished === true ? look : undefined, blocks);
      if (lifted.ok) looks.delete(id);
      return lifted;
    },
  };
}

/** By id unless a look found nothing there; then each linked name that was found locked, or was not asked for. */
async function liftAll(account: Account, look: Look | undefined, blocks: Blocks): Promise<CallResult<'lifted'>> {
  const { id, names } = account;
  const lifting = createLifting(id, blocks, look?.endpoints ?? 1);
  if (look?.byId !== false) await lifting.byId();
  for (const own of names.slice(0, namesAtMost)) {
    const found = look?.names.get(own.name);
    // Sign-in names stand first: what is left out for want of endpoints are contacts, which keep nobody from signing in.
    if (found === true || (found === undefined && !own.isMain && lifting.hasRoomFor(2))) await lifting.byName(own);
  }
  if (look?.byId === false && lifting.hasRoomFor(1)) await lifting.byId();
  if (lifting.hasRoomFor(1)) await lifting.lookAgain(names);
  return lifting.result();
}

/** One unlock step by step. After the first failure nothing more is asked. */
function createLifting(id: AccountId, blocks: Blocks, callsBefore: number) {
  let endpoints = callsBefore;
  let hasLifted = false;
  let failure: Failed | undefined;

  async function ask<T>(work: () => Promise<CallResult<T>>): Promise<T | undefined> {
    if (failure !== undefined) return undefined;
    endpoints += 1;
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

  /** Lifting by name is everybody's who has that name: where a lock of another account stands under it too, by id or not at all. */
  async function byName(own: OwnName): Promise<void> {
    const standing = (await ask(() => blocks.byName(own.name))) ?? [];
    if (!standing.some((block) => isOwn(block, own))) return;
    if (standing.every((block) => isOwn(block, own))) return lift(() => blocks.liftByName(own.name));
    await byId();
    const left = (await ask(() => blocks.byName(own.name))) ?? [];
    if (left.some((block) => isOwn(block, own)))
      failure ??= refused('a lock that cannot be told from another account’s');
  }

  /** Somebody may still be typing the old password: once more for a lock that closed in between. */
  async function lookAgain(names: readonly OwnName[]): Promise<void> {
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
    lookAgain,
    hasRoomFor: (more: number): boolean => endpoints + more <= callsAtMost,
    result: (): CallResult<'lifted'> => failure ?? { ok: true, value: 'lifted' },
  };
}

/** Where some of it went through, the whole may have happened. */
function asPartial(failed: Failed): Failed {
  const { failure } = failed;
  return failure.kind === 'unreachable' ? { ...failed, failure: { ...failure, mayHaveHappened: true } } : failed;
}
