// How far the visitor has come in each of the two stories, told from what the emulators saw of Jane. Decides nothing.
import { cast } from '../cast.ts';
import type { World } from '../world.ts';

export type Guide = {
  readonly latest: 'reset' | 'unlock';
  /** A mark for each step: asked, sent, typed in, changed. */
  readonly reset: readonly boolean[];
  /** Locked, asked, typed in, approved. */
  readonly unlock: readonly boolean[];
};

const jane = cast.find(({ name }) => name === 'Jane');
const starts = { reset: /command=%2Freset-password&|lk\.start-reset/, unlock: /command=%2Funlock&|lk\.start-unlock/ };

export function guideOf(world: World): Guide {
  const account = jane?.account;
  if (account === undefined) return { latest: 'reset', reset: [], unlock: [] };
  const { control } = world.auth0;
  const user = control.user(account.userId);
  const resetAt = startedAt(world, starts.reset);
  const unlockAt = startedAt(world, starts.unlock);
  const addresses = user.contacts.map(({ address }) => address);
  const isSent = (since: number) => control.outbox.some(({ to, at }) => addresses.includes(to) && at >= since);
  const isProven = (since: number) =>
    control.requests.some(
      ({ at, route, changed, status }) => at >= since && route === '/oauth/token' && changed && status === 200,
    );
  const logged = (type: string, since: number) =>
    control.logs.some(
      (entry) => entry.type === type && entry.user_id === account.userId && Date.parse(entry.date) >= since,
    );
  const isLifted = unlockAt !== undefined && !user.locked && logged('ublkdu', unlockAt);
  return {
    latest: (unlockAt ?? -1) > (resetAt ?? -1) || (resetAt === undefined && user.locked) ? 'unlock' : 'reset',
    reset:
      resetAt === undefined
        ? [false, false, false, false]
        : upTo([true, isSent(resetAt), isProven(resetAt), logged('scp', resetAt)]),
    unlock: upTo([
      user.locked || isLifted || (unlockAt !== undefined && isProven(unlockAt)),
      unlockAt !== undefined,
      unlockAt !== undefined && isProven(unlockAt),
      isLifted,
    ]),
  };
}

/** When Jane last asked for it, by command or by button. */
function startedAt(world: World, start: RegExp): number | undefined {
  const own = `user_id=${jane?.id}&`;
  const ownInJson = encodeURIComponent(`"id":"${jane?.id}"`);
  return world.slack.control.deliveries.findLast(
    ({ sent }) => start.test(sent.body) && (sent.body.includes(own) || sent.body.includes(ownInJson)),
  )?.at;
}

/** A step counts once those before it are done. */
const upTo = (steps: readonly boolean[]): readonly boolean[] =>
  steps.map((_, index) => steps.slice(0, index + 1).every((step) => step));
