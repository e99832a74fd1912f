// What the page shows, as plain data: read from the emulators, never from the product. The browser gets all of it each
// time.

import { slackCommands } from '../../src/adapters/slack/features.ts';
import type { RequestEntry } from '../auth0/request-log.ts';
import type { LogEntry } from '../auth0/state.ts';
import { cast, helpdeskChannel, teamsHelpdeskChannel } from '../cast.ts';
import type { Message } from '../slack/world.ts';
import type { World } from '../world.ts';
import { accountIdOf } from './account-id.ts';
import { guideOf } from './guide.ts';
import { teamsViewOf } from './teams-view.ts';
import { tenantsPageOf } from './tenants-page.ts';

const shownMessages = 60;
const shownRequests = 14;

export function snapshotOf(world: World) {
  const { auth0 } = world;
  const channels = [
    { id: 'C0GENERAL', name: 'general', isPrivate: false, members: cast.map(({ id }) => id) },
    { ...helpdeskChannel, isPrivate: true, members: cast.filter((one) => one.isHelpdesk === true).map(({ id }) => id) },
  ];
  const asked = auth0.control.requests.filter(({ browser }) => !browser);
  return {
    world: world.number,
    offsetMs: world.clock.offsetMs(),
    team: 'Acme',
    app: { id: world.botUserId, name: 'Latchkey' },
    helpdeskChannel: { slack: helpdeskChannel.id, teams: teamsHelpdeskChannel.id },
    people: cast.map(({ id, name, realName, role, email }) => ({ id, name, realName, role, email })),
    slack: {
      commands: slackCommands().map(({ name, description }) => ({ name, about: description })),
      mode: slackMode(world),
      channels,
      views: Object.fromEntries(cast.map(({ id }) => [id, viewsOf(world, id)])),
      messages: Object.fromEntries([
        ...channels.map(({ id }) => [id, messagesIn(world, id)] as const),
        ...cast.map(({ id }) => [dmOf(id), messagesIn(world, id)] as const),
      ]),
    },
    teams: teamsViewOf(world),
    auth0: {
      mode: auth0.control.faults.mode,
      page: tenantsPageOf(world),
      accounts: Object.fromEntries(cast.map(({ id }) => [id, accountOf(world, id)])),
      deliveries: deliveriesIn(world),
      asked: asked.map(asAsked).slice(-shownRequests),
      askedCount: asked.length,
    },
    guide: guideOf(world),
  };
}

/** The id that the emulated Slack gives to the direct messages between the app and this person. */
const dmOf = (userId: string): string => `D${userId.slice(1)}`;

function viewsOf({ slack: { control } }: World, userId: string) {
  const modal = control.openView(userId);
  return {
    dm: dmOf(userId),
    home: control.home(userId) ?? null,
    modals: modal === undefined ? [] : [{ view: modal.view, errors: modal.errors, trouble: modal.trouble ?? null }],
  };
}

function messagesIn({ slack: { control } }: World, place: string) {
  const own = cast.flatMap(({ id }) => control.ephemerals(place, id));
  return [...control.messages(place), ...own]
    .filter(({ deleted }) => deleted !== true)
    .sort((a, b) => (a.ts < b.ts ? -1 : 1))
    .slice(-shownMessages)
    .map(asMessage);
}

function asMessage({ ts, channel, user, text, blocks, earlier, ephemeralFor }: Message) {
  const only = ephemeralFor === undefined ? {} : { only: ephemeralFor };
  return { ts, channel, user, text, blocks, rev: earlier.length, ...only };
}

function accountOf(world: World, userId: string) {
  const { control } = world.auth0;
  const account = cast.find(({ id }) => id === userId)?.account;
  if (account === undefined) return null;
  const accountId = accountIdOf(world, userId);
  const user = control.user(accountId);
  return {
    email: user.email ?? '',
    username: account.username ?? null,
    locked: user.locked,
    lockedAt: user.lockedAt ?? null,
    blocked: user.blocked,
    passwordChangedAt: user.passwordChangedAt ?? null,
    sessions: user.sessions,
    failures: failuresOf(control.logs, accountId, user.connection),
    contacts: user.contacts.map(({ provider, address }) => ({ provider, address })),
    firstPassword: account.password,
  };
}

/** Wrong passwords since the last success or unlock of the account. */
function failuresOf(logs: readonly LogEntry[], userId: string, ownConnection: string): number {
  const own = logs.filter((entry) => entry.user_id === userId && entry.connection === ownConnection);
  const forgiven = own.findLastIndex(({ type }) => type === 's' || type === 'scp' || type === 'ublkdu');
  return own.slice(forgiven + 1).filter(({ type }) => type === 'fp').length;
}

/**
 * What arrived in mailboxes and on phones, oldest first. `owner`: who has the address, as a contact or at work; null while it is
 * nobody's, e.g. while somebody enrols it. `subject`: null for what Auth0 sent.
 */
function deliveriesIn(world: World) {
  const {
    auth0: { control },
    mail,
  } = world;
  const owners = new Map(
    cast.flatMap(({ id, email, account }) => {
      const contacts = account === undefined ? [] : control.user(accountIdOf(world, id)).contacts;
      return [email, ...contacts.map(({ address }) => address)].map((each) => [each.toLowerCase(), id] as const);
    }),
  );
  const codes = control.outbox.map(({ to, channel, code, at, text }, index) => {
    return { id: `post-${index}`, to, channel, code: code ?? null, subject: null, at, text };
  });
  const notices = mail.received.map((notice, index) => {
    return { ...notice, id: `notice-${index}`, channel: 'email' as const, code: null };
  });
  return [...codes, ...notices]
    .map((each) => ({ ...each, owner: owners.get(each.to.toLowerCase()) ?? null }))
    .sort((one, other) => one.at - other.at);
}

function asAsked({ method, route, path, status, changed }: RequestEntry, index: number) {
  return { id: `asked-${index}`, method, route: route === '' ? path : route, status, changed };
}

/** The emulated Slack has no name for its current fault mode; `acts.ts` sets this one, and it belongs to the world. */
const slackModes = new WeakMap<World, 'normal' | 'rate-limited'>();
const slackMode = (world: World) => slackModes.get(world) ?? 'normal';
export const noteSlackMode = (world: World, mode: 'normal' | 'rate-limited'): void => {
  slackModes.set(world, mode);
};
