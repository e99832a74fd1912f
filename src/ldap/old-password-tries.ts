// How often an old password may be put to the test, so that our tries never lock an account.
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { Instant } from '../flows/ids.ts';
import type { Attributes, Read } from './attributes.ts';
import type { PasswordRules } from './password-rules.ts';

/**
 * How many wrong passwords the account can take and still not be locked, with one left for its owner. Counts of another
 * controller are not known here; the one with the PDC emulator's role hears of all.
 */
export function sparedTries(account: Attributes, rules: PasswordRules, now: Read<Instant>): Read<number> {
  const { lockoutThreshold, lockoutWindowMs } = rules;
  if (lockoutThreshold === 0) return Number.POSITIVE_INFINITY;
  const counted = account.whole('badPwdCount');
  if (lockoutThreshold === 'not-known' || counted === 'not-known') return 'not-known';
  const lastAt = account.time('badPasswordTime');
  const isOver =
    typeof lastAt === 'number' &&
    now !== 'not-known' &&
    lockoutWindowMs !== 'not-known' &&
    lastAt + lockoutWindowMs < now;
  return lockoutThreshold - 1 - (isOver ? 0 : Number(counted));
}

/** Our own count, for each account: three tries in an hour. Lives in this process; whoever asks counts across processes. */
export interface OwnTries {
  /** False where none is left. Counted before the directory is asked. */
  take(guid: string): boolean;
  /** After a right one. */
  clear(guid: string): void;
}

const triesAtMost = 3;
const countedMs = 3_600_000;
const accountsAtMost = 10_000;

export function createOwnTries(now?: () => number): OwnTries {
  const counts = createExpiringMap<string, number>({
    ...{ forMs: countedMs, atMost: accountsAtMost },
    ...(now === undefined ? {} : { now }),
  });
  return {
    take(guid) {
      const count = (counts.get(guid) ?? 0) + 1;
      counts.set(guid, Math.min(count, triesAtMost));
      return count <= triesAtMost;
    },
    clear: (guid) => {
      counts.delete(guid);
    },
  };
}
