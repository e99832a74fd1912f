// How far the visitor has come in each of the two stories, told from what the emulators saw of Jane. Decides nothing.
import { cast } from '../cast.ts';
import type { Delivery } from '../slack/deliveries.ts';
import { parsed, recordOf, recordsOf } from '../slack/json.ts';
import type { World } from '../world.ts';

export type Guide = {
  readonly latest: 'reset' | 'unlock';
  /** A mark for each step: asked, sent, typed in, changed. */
  readonly reset: readonly boolean[];
  /** Locked, asked, sent, typed in, approved. */
  readonly unlock: readonly boolean[];
};

const jane = cast.find(({ name }) => name === 'Jane');

export function guideOf(world: World): Guide {
  const account = jane?.account;
  if (account === undefined) return { latest: 'reset', reset: [], unlock: [] };
  const { control } = world.auth0;
  const user = control.user(account.userId);
  const resetAt = startedAt(world, 'reset');
  const unlockAt = startedAt(world, 'unlock');
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
  const isAsked = unlockAt !== undefined;
  const isLifted = isAsked && !user.locked && logged('ublkdu', unlockAt);
  return {
    latest: (unlockAt ?? -1) > (resetAt ?? -1) || (resetAt === undefined && user.locked) ? 'unlock' : 'reset',
    reset:
      resetAt === undefined
        ? [false, false, false, false]
        : upTo([true, isSent(resetAt), isProven(resetAt), logged('scp', resetAt)]),
    unlock: upTo([
      user.locked || isLifted,
      isAsked,
      isAsked && isSent(unlockAt),
      isAsked && isProven(unlockAt),
      isLifted,
    ]),
  };
}

/** When Jane last asked for it, by command or by button. */
function startedAt(world: World, kind: 'reset' | 'unlock'): number | undefined {
  return world.slack.control.deliveries.findLast((delivery) => startOf(delivery) === kind)?.at;
}

const starts = new WeakMap<Delivery, 'reset' | 'unlock' | 'other'>();

function startOf(delivery: Delivery): 'reset' | 'unlock' | 'other' {
  const known = starts.get(delivery);
  if (known !== undefined) return known;
  const asked = askedBy(delivery);
  const start =
    asked === undefined ? 'other' : /reset/.test(asked) ? 'reset' : /unlock/.test(asked) ? 'unlock' : 'other';
  starts.set(delivery, start);
  return start;
}

/** The command that Jane gave or the action id of the button with which a request begins. */
function askedBy({ kind, sent }: Delivery): string | undefined {
  if (kind !== 'command' && kind !== 'interaction') return undefined;
  const fields = new URLSearchParams(sent.body);
  if (kind === 'command') return fields.get('user_id') === jane?.id ? (fields.get('command') ?? undefined) : undefined;
  const payload = recordOf(parsed(fields.get('payload') ?? ''));
  if (recordOf(payload['user'])['id'] !== jane?.id) return undefined;
  const [action] = recordsOf(payload['actions']);
  const id = action?.['action_id'];
  return typeof id === 'string' && /start-(?:reset|unlock)/.test(id) ? id : undefined;
}

/** A step counts once those before it are done. */
const upTo = (steps: readonly boolean[]): readonly boolean[] =>
  steps.map((_, index) => steps.slice(0, index + 1).every((step) => step));
