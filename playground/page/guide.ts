// The visitor's progress in each of the two stories, derived from what the emulators recorded of Jane. It decides
// nothing.
import { en } from '../../src/bot/copy/en/en.ts';
import { intentOf } from '../../src/bot/intent.ts';
import { cast } from '../cast.ts';
import { parsed, recordOf, recordsOf, textOf } from '../json.ts';
import type { Delivery } from '../slack/deliveries.ts';
import type { Delivery as TeamsDelivery } from '../teams/deliveries.ts';
import type { World } from '../world.ts';
import { type End, type Shown, shownTo } from './guide-shown.ts';

type Kind = 'reset' | 'unlock';

export type Guide = {
  readonly latest: Kind;
  /** Whether each step is done: asked, sent, typed in, changed. */
  readonly reset: readonly boolean[];
  /** Whether each step is done: locked, asked, sent, typed in, approved. */
  readonly unlock: readonly boolean[];
  /** How a request ended that did not end well: no step of it is left. */
  readonly ends: { readonly [kind in Kind]?: End };
};

const jane = cast.find(({ name }) => name === 'Jane');

export function guideOf(world: World): Guide {
  const account = jane?.account;
  if (account === undefined) return { latest: 'reset', reset: [], unlock: [], ends: {} };
  const { control } = world.auth0;
  const user = control.user(account.userId);
  const asked = asksOf(world);
  const resetAt = asked.findLast(({ kind }) => kind === 'reset')?.at;
  const unlockAt = asked.findLast(({ kind }) => kind === 'unlock')?.at;
  const [resetShown, unlockShown] = [shownTo(world, 'reset', resetAt), shownTo(world, 'unlock', unlockAt)];
  const addresses = user.contacts.map(({ address }) => address);
  const isSent = (since: number, shown: Shown) =>
    shown.asksForCode || control.outbox.some(({ to, at }) => addresses.includes(to) && at >= since);
  const isProven = (since: number, shown: Shown) =>
    shown.isProven ||
    control.requests.some(
      ({ at, route, changed, status, body }) =>
        at >= since && route === '/oauth/token' && changed && status === 200 && isOtp(body),
    );
  const logged = (type: string, since: number) =>
    control.logs.some(
      (entry) => entry.type === type && entry.user_id === account.userId && Date.parse(entry.date) >= since,
    );
  const wasLifted = unlockAt !== undefined && logged('ublkdu', unlockAt);
  // Locked again after the unlock, or locked only after it was asked for: the next story begins.
  const isAsked = unlockAt !== undefined && !(wasLifted && user.locked) && unlockShown.end !== 'needless';
  const ends = {
    ...(resetShown.end === undefined ? {} : { reset: resetShown.end }),
    ...(unlockShown.end === undefined || !isAsked ? {} : { unlock: unlockShown.end }),
  };
  return {
    latest: (unlockAt ?? -1) > (resetAt ?? -1) || (resetAt === undefined && user.locked) ? 'unlock' : 'reset',
    reset:
      resetAt === undefined
        ? [false, false, false, false]
        : upTo([true, isSent(resetAt, resetShown), isProven(resetAt, resetShown), logged('scp', resetAt)]),
    unlock: upTo([
      user.locked || wasLifted,
      isAsked,
      isAsked && isSent(unlockAt, unlockShown),
      isAsked && isProven(unlockAt, unlockShown),
      isAsked && wasLifted,
    ]),
    ends,
  };
}

/** A sign-in for enrolling goes to the same route, and proves no contact. */
const isOtp = (body: unknown): boolean => textOf(recordOf(body)['grant_type'])?.endsWith('/otp') === true;

/** Everything that Jane asked for, by command, message or button, in Slack or in Teams, oldest first. */
function asksOf({ slack, teams }: World): readonly { readonly kind: Kind; readonly at: number }[] {
  const all = [
    ...slack.control.deliveries.map((delivery) => ({ at: delivery.at, asked: askOf(delivery, askedInSlack) })),
    ...teams.control.deliveries.map((delivery) => ({ at: delivery.at, asked: askOf(delivery, askedInTeams) })),
  ].sort((a, b) => a.at - b.at);
  const asks: { readonly kind: Kind; readonly at: number }[] = [];
  for (const { at, asked } of all) {
    // *Start again* is about what was asked for last.
    const kind = asked === 'again' ? asks.at(-1)?.kind : asked;
    if (kind !== undefined) asks.push({ kind, at });
  }
  return asks;
}

const known = new WeakMap<Delivery | TeamsDelivery, Kind | 'again' | 'other'>();

function askOf<T extends Delivery | TeamsDelivery>(
  delivery: T,
  askedBy: (delivery: T) => string | undefined,
): Kind | 'again' | undefined {
  const read = known.get(delivery) ?? kindIn(askedBy(delivery) ?? '');
  known.set(delivery, read);
  return read === 'other' ? undefined : read;
}

function kindIn(asked: string): Kind | 'again' | 'other' {
  if (/restart/.test(asked)) return 'again';
  if (/reset/.test(asked)) return 'reset';
  return /unlock/.test(asked) ? 'unlock' : 'other';
}

/** The command that Jane sent, the words that Jane wrote, or the action id of the button that starts a request. */
function askedInSlack({ kind, sent }: Delivery): string | undefined {
  if (kind === 'event') {
    const { user, text } = recordOf(recordOf(parsed(sent.body))['event']);
    return user === jane?.id ? startedBy(textOf(text)) : undefined;
  }
  if (kind !== 'command' && kind !== 'interaction') return undefined;
  const fields = new URLSearchParams(sent.body);
  if (kind === 'command') {
    const words = fields.get('text') ?? '';
    const isStart = words === '' || !/status|cancel|help/.test(intentOf(words, en.intentWords));
    return isStart && fields.get('user_id') === jane?.id ? (fields.get('command') ?? undefined) : undefined;
  }
  const payload = recordOf(parsed(fields.get('payload') ?? ''));
  if (recordOf(payload['user'])['id'] !== jane?.id) return undefined;
  const [action] = recordsOf(payload['actions']);
  return startIn(action?.['action_id']);
}

/** What Jane typed, or the verb of the button that starts a request. */
function askedInTeams({ activity }: TeamsDelivery): string | undefined {
  if (recordOf(activity['from'])['aadObjectId'] !== jane?.objectId) return undefined;
  if (activity.type === 'message') return startedBy(textOf(activity['text']));
  return startIn(recordOf(recordOf(activity['value'])['action'])['verb']);
}

/** The kind of request that the product starts for these words. `cancel unlock` starts none. */
function startedBy(words = ''): string {
  return intentOf(words, en.intentWords);
}

const startIn = (id: unknown): string | undefined =>
  typeof id === 'string' && /start-(?:reset|unlock)|restart/.test(id) ? id : undefined;

/** A step counts only when all steps before it are done. */
const upTo = (steps: readonly boolean[]): readonly boolean[] =>
  steps.map((_, index) => steps.slice(0, index + 1).every((step) => step));
