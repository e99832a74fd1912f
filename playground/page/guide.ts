// The visitor's progress in each of the stories, derived from what the emulators recorded of Jane, Nina and Petra. It decides nothing.
import { en } from '../../src/bot/copy/en/en.ts';
import { intentOf } from '../../src/bot/intent.ts';
import { cast, type Member } from '../cast.ts';
import { parsed, recordOf, recordsOf, textOf } from '../json.ts';
import type { Delivery } from '../slack/deliveries.ts';
import type { Delivery as TeamsDelivery } from '../teams/deliveries.ts';
import type { World } from '../world.ts';
import { accountIdOf } from './account-id.ts';
import { type End, type Shown, shownTo } from './guide-shown.ts';

type Kind = 'reset' | 'unlock';
type Asked = Kind | 'enroll';
type Story = Kind | 'enroll' | 'twice';

/** For each story whether each step is done. */
export type Guide = Readonly<Record<Story, readonly boolean[]>> & {
  readonly latest: Story;
  /** How a request ended that did not end well: no step of it is left. */
  readonly ends: { readonly [story in Story]?: End };
};

const named = (wanted: string) => cast.find(({ name }) => name === wanted);
const [jane, nina, petra] = [named('Jane'), named('Nina'), named('Petra')];

export function guideOf(world: World): Guide {
  const [janes, ninas, petras] = [jane, nina, petra].map((who) => (who === undefined ? nothing : asksOf(world, who)));
  const { reset, unlock, ends, isLocked } = ofJane(world, janes ?? nothing);
  const enroll = ofNina(world, ninas ?? nothing);
  const twice = ofPetra(world, petras ?? nothing);
  const lastOf = (asks: readonly Ask[] = nothing): number => asks.at(-1)?.at ?? -1;
  const [byJane, byNina, byPetra] = [lastOf(janes), lastOf(ninas), lastOf(petras)];
  const latestOfJane = janes?.findLast(({ kind }) => kind !== 'enroll')?.kind ?? (isLocked ? 'unlock' : 'reset');
  const others = byPetra > byNina ? 'twice' : 'enroll';
  return {
    latest: Math.max(byNina, byPetra) > byJane ? others : latestOfJane === 'unlock' ? 'unlock' : 'reset',
    ...{ reset, unlock, enroll: enroll.steps, twice: twice.steps },
    ends: {
      ...ends,
      ...(enroll.end === undefined ? {} : { enroll: enroll.end }),
      ...(twice.end === undefined ? {} : { twice: twice.end }),
    },
  };
}

interface Ask {
  readonly kind: Asked;
  readonly at: number;
}
const nothing: readonly Ask[] = [];
const lastAsk = (asks: readonly Ask[], kind: Asked): number | undefined =>
  asks.findLast((ask) => ask.kind === kind)?.at;

/** What the tenant knows of somebody, since a moment. */
function tenantOf(world: World, who: Member | undefined) {
  const { control } = world.auth0;
  const userId = accountIdOf(world, who?.id ?? '');
  const addresses = control.user(userId).contacts.map(({ address }) => address);
  return {
    user: control.user(userId),
    isSent: (since: number) => control.outbox.some(({ to, at }) => addresses.includes(to) && at >= since),
    isProven: (since: number) =>
      control.requests.some(
        ({ at, route, changed, status, body }) =>
          at >= since && route === '/oauth/token' && changed && status === 200 && isOtp(body, addresses),
      ),
    isLogged: (type: string, since: number) =>
      control.logs.some((entry) => entry.type === type && entry.user_id === userId && Date.parse(entry.date) >= since),
    linkedAt: control.requests.find(
      ({ changed, route, path }) =>
        changed && route.endsWith('/identities') && decodeURIComponent(path).includes(`/users/${userId}/`),
    )?.at,
  };
}

/** Reset: asked, sent, typed in, changed. Unlock: locked, asked, sent, typed in, approved. */
function ofJane(world: World, asks: readonly Ask[]) {
  if (jane === undefined) return { reset: [], unlock: [], ends: {}, isLocked: false };
  const { user, isSent, isProven, isLogged } = tenantOf(world, jane);
  const [resetAt, unlockAt] = [lastAsk(asks, 'reset'), lastAsk(asks, 'unlock')];
  const [resetShown, unlockShown] = [shownTo(world, jane, 'reset', resetAt), shownTo(world, jane, 'unlock', unlockAt)];
  const sent = (since: number, shown: Shown) => shown.asksForCode || isSent(since);
  const proven = (since: number, shown: Shown) => shown.isProven || isProven(since);
  const wasLifted = unlockAt !== undefined && isLogged('ublkdu', unlockAt);
  // Locked again after the unlock, or locked only after it was asked for: the next story begins.
  const isAsked = unlockAt !== undefined && !(wasLifted && user.locked) && unlockShown.end !== 'needless';
  return {
    isLocked: user.locked,
    reset:
      resetAt === undefined
        ? [false, false, false, false]
        : upTo([true, sent(resetAt, resetShown), proven(resetAt, resetShown), isLogged('scp', resetAt)]),
    unlock: upTo([
      user.locked || wasLifted,
      isAsked,
      isAsked && sent(unlockAt, unlockShown),
      isAsked && proven(unlockAt, unlockShown),
      isAsked && wasLifted,
    ]),
    ends: {
      ...(resetShown.end === undefined ? {} : { reset: resetShown.end }),
      ...(unlockShown.end === undefined || !isAsked ? {} : { unlock: unlockShown.end }),
    },
  };
}

interface Told {
  readonly steps: readonly boolean[];
  readonly end?: End;
}

/** Asked for contacts, signed in, has one, proven for a reset, changed the password. */
function ofNina(world: World, asks: readonly Ask[]): Told {
  if (nina === undefined) return { steps: [] };
  const { user, isProven, isLogged, linkedAt } = tenantOf(world, nina);
  const askedAt = asks.find(({ kind }) => kind === 'enroll')?.at;
  const hasOne = linkedAt !== undefined && user.contacts.length > 0;
  // What was asked for before the contact was there has ended with the advice to add one.
  const resetAt = asks.findLast(({ kind, at }) => kind === 'reset' && hasOne && at >= linkedAt)?.at;
  const shown = shownTo(world, nina, 'reset', resetAt);
  const steps = upTo([
    askedAt !== undefined,
    askedAt !== undefined && isLogged('s', askedAt),
    hasOne,
    resetAt !== undefined && (shown.isProven || isProven(resetAt)),
    resetAt !== undefined && isLogged('scp', resetAt),
  ]);
  return { steps, ...(shown.end === undefined || !hasOne ? {} : { end: shown.end }) };
}

const dayMs = 86_400_000;

/** Has recovery codes, which can be used, has proven themselves once and then twice for a reset, changed the password. */
function ofPetra(world: World, asks: readonly Ask[]): Told {
  if (petra === undefined) return { steps: [] };
  const { isProven, isLogged } = tenantOf(world, petra);
  const madeAt = world.mail.received.find(
    ({ to, subject }) => to.toLowerCase() === petra.email && /recovery codes/i.test(subject),
  )?.at;
  const usableFrom = madeAt === undefined ? Number.POSITIVE_INFINITY : madeAt + dayMs;
  const resetAt = asks.findLast(({ kind, at }) => kind === 'reset' && at >= usableFrom)?.at;
  const shown = shownTo(world, petra, 'reset', resetAt);
  const steps = upTo([
    madeAt !== undefined,
    world.clock.now() >= usableFrom,
    resetAt !== undefined && (shown.isProven || isProven(resetAt)),
    resetAt !== undefined && shown.isProven,
    resetAt !== undefined && isLogged('scp', resetAt),
  ]);
  return { steps, ...(shown.end === undefined ? {} : { end: shown.end }) };
}

/** A sign-in for enrolling goes to the same route, and proves no contact. */
function isOtp(body: unknown, addresses: readonly string[]): boolean {
  const { grant_type: grant, username } = recordOf(body);
  return textOf(grant)?.endsWith('/otp') === true && addresses.includes(textOf(username) ?? '');
}

/** Everything that somebody asked for, by command, message or button, in Slack or in Teams, oldest first. */
function asksOf({ slack, teams }: World, { id, objectId }: Member): readonly Ask[] {
  const all = [
    ...slack.control.deliveries.map((delivery) => ({ at: delivery.at, ...askOf(delivery, askedInSlack) })),
    ...teams.control.deliveries.map((delivery) => ({ at: delivery.at, ...askOf(delivery, askedInTeams) })),
  ]
    .filter(({ who }) => who === id || who === objectId)
    .sort((a, b) => a.at - b.at);
  const asks: Ask[] = [];
  for (const { at, asked } of all) {
    // *Start again* is about what was asked for last.
    const kind = asked === 'again' ? asks.at(-1)?.kind : asked;
    if (kind !== undefined) asks.push({ kind, at });
  }
  return asks;
}

/** What a delivery asks for, and who sent it: their id in Slack, or their object id in Teams. */
interface Sent {
  readonly who?: string;
  readonly asked?: Asked | 'again';
}

const known = new WeakMap<Delivery | TeamsDelivery, Sent>();

function askOf<T extends Delivery | TeamsDelivery>(delivery: T, read: (delivery: T) => SentWords): Sent {
  const before = known.get(delivery);
  if (before !== undefined) return before;
  const { who, words = '' } = read(delivery);
  const asked = kindIn(words);
  const sent = { ...(who === undefined ? {} : { who }), ...(asked === undefined ? {} : { asked }) };
  known.set(delivery, sent);
  return sent;
}

function kindIn(asked: string): Asked | 'again' | undefined {
  if (/restart/.test(asked)) return 'again';
  if (/reset/.test(asked)) return 'reset';
  if (/unlock/.test(asked)) return 'unlock';
  return /enrol/.test(asked) ? 'enroll' : undefined;
}

/** The command that was sent, the words that were written, or the action id of the button that starts a request. */
interface SentWords {
  readonly who?: string | undefined;
  readonly words?: string | undefined;
}

function askedInSlack({ kind, sent }: Delivery): SentWords {
  if (kind === 'event') {
    const { user, text } = recordOf(recordOf(parsed(sent.body))['event']);
    return { who: textOf(user), words: startedBy(textOf(text)) };
  }
  if (kind !== 'command' && kind !== 'interaction') return {};
  const fields = new URLSearchParams(sent.body);
  if (kind === 'command') {
    const words = fields.get('text') ?? '';
    const isStart = words === '' || !/status|cancel|help/.test(intentOf(words, en.intentWords));
    return isStart ? { who: fields.get('user_id') ?? undefined, words: fields.get('command') ?? undefined } : {};
  }
  const payload = recordOf(parsed(fields.get('payload') ?? ''));
  const [action] = recordsOf(payload['actions']);
  return { who: textOf(recordOf(payload['user'])['id']), words: startIn(action?.['action_id']) };
}

/** What was typed, or the verb of the button that starts a request. */
function askedInTeams({ activity }: TeamsDelivery): SentWords {
  const who = textOf(recordOf(activity['from'])['aadObjectId']);
  if (activity.type === 'message') return { who, words: startedBy(textOf(activity['text'])) };
  return { who, words: startIn(recordOf(recordOf(activity['value'])['action'])['verb']) };
}

/** The kind of request that the product starts for these words. `cancel unlock` starts none. */
function startedBy(words = ''): string {
  return intentOf(words, en.intentWords);
}

const startIn = (id: unknown): string | undefined =>
  typeof id === 'string' && /start-(?:reset|unlock|enrolment)|restart/.test(id) ? id : undefined;

/** A step counts only when all steps before it are done. */
const upTo = (steps: readonly boolean[]): readonly boolean[] =>
  steps.map((_, index) => steps.slice(0, index + 1).every((step) => step));
