// What is known of an account that lives in a directory: asked there first, because the sign-in service allows few questions.
import { type AccountId, type Instant, instant } from '../flows/ids.ts';
import type { DirectoryBarrier, LockFacts } from '../flows/lock.ts';
import { type Outcome, success } from '../flows/outcome.ts';
import type { AccountFacts, FactsRead } from '../flows/policy.ts';
import type { Clock } from '../flows/ports.ts';
import type { DirectoryState } from './account-state.ts';
import type { Inspection } from './active-directory.ts';
import type { Read } from './attributes.ts';
import type { ConnectedDirectory, JoinedParts } from './connected-directory.ts';

export async function inspectBoth(
  account: AccountId,
  reads: FactsRead,
  home: ConnectedDirectory,
  { directory, clock, log }: JoinedParts,
): Promise<Outcome<AccountFacts>> {
  const seen = await home.activeDirectory.inspect(account);
  if (!seen.ok) return seen;
  const barrier = barrierFor(seen.value, home);
  if (barrier === 'not-readable') log.warn({ event: 'directory.not-readable', account, ...whatToDo }, notReadable);
  // Where nobody may touch it, it makes no difference what else has locked it.
  const facts = await directory.inspect(account, { ...reads, locks: reads.locks && barrier === undefined });
  if (!facts.ok) return facts;
  const inDirectory = seen.value.is === 'account' ? lockIn(seen.value, home, clock) : undefined;
  if (barrier !== undefined) {
    const lock = barrier === 'lock-kept' && inDirectory !== undefined ? { lock: inDirectory } : {};
    return success({ ...facts.value, barrier, ...lock });
  }
  if (!reads.locks) {
    // A reset lifts the lock with it; nothing is changed in a locked account.
    const lock = reads.password === 'known' && inDirectory !== undefined ? { locked: true, lock: inDirectory } : {};
    return success({ ...facts.value, choosesPassword: 'here', ...lock });
  }
  const { locked } = facts.value;
  // The sign-in service did not say: an administrator has blocked the account there.
  if (locked === undefined) return facts;
  return success({ ...facts.value, locked: locked || inDirectory !== undefined, ...joined(facts.value, inDirectory) });
}

const whatToDo = { remedy: 'Run `latchkey doctor`: it names the missing right, if the policy names a `probe`.' };
const notReadable =
  'the directory did not show everything that must be known before an account is changed; the helpdesk was asked to help';

export function barrierFor(
  seen: Inspection,
  { unlock }: Pick<ConnectedDirectory, 'unlock'>,
): DirectoryBarrier | undefined {
  if (seen.is === 'absent') return 'absent';
  if (seen.unfit !== undefined) return seen.unfit;
  return seen.state.locked === true && !unlock ? 'lock-kept' : undefined;
}

/** Undefined where the directory says that it is not locked. What it does not say is a barrier. */
function lockIn(
  { state, askedAt }: Extract<Inspection, { is: 'account' }>,
  { replicationMinutes }: ConnectedDirectory,
  clock: Clock,
): LockFacts | undefined {
  if (state.locked !== true) return undefined;
  const { failures } = state;
  return {
    of: 'directory',
    ...timesByOurs(state, aheadMs(askedAt, clock.now())),
    ...(failures === undefined ? {} : { failures }),
    ...(replicationMinutes === 0 ? {} : { spreadMinutes: replicationMinutes }),
  };
}

/** The answer is under way for a moment, and states whole seconds: less than this is no difference between two clocks. */
const sameClockMs = 5_000;

/** How far the directory's clock is ahead of ours. */
export function aheadMs(theirs: Read<Instant>, ours: Instant): number {
  const ahead = theirs === 'not-known' ? 0 : theirs - ours;
  return Math.abs(ahead) < sameClockMs ? 0 : ahead;
}

function timesByOurs({ lockedSince, lockedUntil }: DirectoryState, ahead: number): Pick<LockFacts, 'since' | 'until'> {
  return {
    ...(lockedSince === undefined ? {} : { since: instant(lockedSince - ahead) }),
    ...(lockedUntil === undefined
      ? {}
      : { until: lockedUntil === 'lifted' ? lockedUntil : instant(lockedUntil - ahead) }),
  };
}

function joined({ locked, lock }: AccountFacts, inDirectory: LockFacts | undefined): Pick<AccountFacts, 'lock'> {
  if (inDirectory === undefined) return locked === true ? { lock: { ...lock, of: 'provider' } } : {};
  if (locked !== true) return { lock: inDirectory };
  // Since when and how often is what the directory says: its lock is the first that must be lifted.
  return { lock: { ...inDirectory, of: 'both', ...(lock?.signIns === undefined ? {} : { signIns: lock.signIns }) } };
}
