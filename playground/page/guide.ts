// The visitor's progress in each of the two stories, derived from what the emulators recorded of Jane. It decides
// nothing.
import { cast } from '../cast.ts';
import { parsed, recordOf, recordsOf, textOf } from '../json.ts';
import type { Delivery } from '../slack/deliveries.ts';
import type { Delivery as TeamsDelivery } from '../teams/deliveries.ts';
import type { World } from '../world.ts';

export type Guide = {
  readonly latest: 'reset' | 'unlock';
  /** Whether each step is done: asked, sent, typed in, changed. */
  readonly reset: readonly boolean[];
  /** Whether each step is done: locked, asked, sent, typed in, approved. */
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

/** When Jane last asked for this kind: by command, message or button, in Slack or in Teams. */
function startedAt({ slack, teams }: World, kind: 'reset' | 'unlock'): number | undefined {
  const inSlack = slack.control.deliveries.findLast((delivery) => kindOf(delivery, askedInSlack) === kind)?.at;
  const inTeams = teams.control.deliveries.findLast((delivery) => kindOf(delivery, askedInTeams) === kind)?.at;
  return inSlack === undefined || inTeams === undefined ? (inSlack ?? inTeams) : Math.max(inSlack, inTeams);
}

type Kind = 'reset' | 'unlock' | 'other';
const kinds = new WeakMap<Delivery | TeamsDelivery, Kind>();

function kindOf<T extends Delivery | TeamsDelivery>(delivery: T, askedBy: (delivery: T) => string | undefined): Kind {
  const known = kinds.get(delivery);
  if (known !== undefined) return known;
  const asked = askedBy(delivery) ?? '';
  const kind = /reset/.test(asked) ? 'reset' : /unlock/.test(asked) ? 'unlock' : 'other';
  kinds.set(delivery, kind);
  return kind;
}

/** The command that Jane sent, or the action id of the button that starts a request. */
function askedInSlack({ kind, sent }: Delivery): string | undefined {
  if (kind !== 'command' && kind !== 'interaction') return undefined;
  const fields = new URLSearchParams(sent.body);
  if (kind === 'command') return fields.get('user_id') === jane?.id ? (fields.get('command') ?? undefined) : undefined;
  const payload = recordOf(parsed(fields.get('payload') ?? ''));
  if (recordOf(payload['user'])['id'] !== jane?.id) return undefined;
  const [action] = recordsOf(payload['actions']);
  return startIn(action?.['action_id']);
}

/** What Jane typed, or the verb of the button that starts a request. */
function askedInTeams({ activity }: TeamsDelivery): string | undefined {
  if (recordOf(activity['from'])['aadObjectId'] !== jane?.objectId) return undefined;
  if (activity.type === 'message') return textOf(activity['text'])?.toLowerCase();
  return startIn(recordOf(recordOf(activity['value'])['action'])['verb']);
}

const startIn = (id: unknown): string | undefined =>
  typeof id === 'string' && /start-(?:reset|unlock)/.test(id) ? id : undefined;

/** A step counts only when all steps before it are done. */
const upTo = (steps: readonly boolean[]): readonly boolean[] =>
  steps.map((_, index) => steps.slice(0, index + 1).every((step) => step));
