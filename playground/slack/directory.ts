// The read-only methods: whose token it is, people, conversations, the team. And conversations.open.

import { type Json, textOf } from '../json.ts';
import { botIdOf, flag } from './messages.ts';
import { type Person, userRecord } from './people.ts';
import { accepted, type Call, type Methods, type Reply, refused, TIER_2, TIER_3, TIER_4 } from './reply.ts';
import type { Channel, World } from './world.ts';

export const directoryMethods: Methods = {
  'auth.test': { perMinute: 600, run: ({ world }) => accepted(identityOf(world)) },
  'users.info': { scope: 'users:read', perMinute: TIER_4, run: usersInfo },
  'users.lookupByEmail': { scope: 'users:read.email', perMinute: TIER_3, run: lookupByEmail },
  'conversations.open': { scope: 'im:write', perMinute: TIER_3, run: openConversation },
  'conversations.info': { perMinute: TIER_3, run: conversationInfo },
  'conversations.members': { perMinute: TIER_4, run: conversationMembers },
  'conversations.list': { scope: 'channels:read', perMinute: TIER_2, run: listConversations },
  'bots.info': { scope: 'users:read', perMinute: TIER_3, run: botInfo },
  'team.info': { scope: 'team:read', perMinute: TIER_3, run: teamInfo },
};

function identityOf(world: World): Json {
  const { settings } = world;
  return {
    url: `https://${settings.teamDomain}.slack.com/`,
    team: settings.teamName,
    user: settings.botName,
    team_id: settings.teamId,
    user_id: settings.botUserId,
    bot_id: botIdOf(world),
    is_enterprise_install: false,
    ...(settings.enterpriseId === undefined ? {} : { enterprise_id: settings.enterpriseId }),
  };
}

function userReply(call: Call, person: Person | undefined, missing: string): Reply {
  if (person === undefined) return refused(missing);
  return accepted({ user: userRecord(person, call.world.settings, call.scopes.has('users:read.email')) });
}

function usersInfo(call: Call): Reply {
  return userReply(call, call.world.people.get(textOf(call.args['user']) ?? ''), 'user_not_found');
}

function lookupByEmail(call: Call): Reply {
  const email = textOf(call.args['email'])?.toLowerCase();
  const person = [...call.world.people.values()].find(
    (one) => one.email !== undefined && one.email.toLowerCase() === email && one.deleted !== true,
  );
  return userReply(call, person, 'users_not_found');
}

function openConversation({ world, args }: Call): Reply {
  const users = (textOf(args['users']) ?? '').split(',').filter((id) => id !== '');
  const [user] = users;
  if (user === undefined || users.length > 1) return refused('not_supported');
  const person = world.people.get(user);
  if (person === undefined) return refused('user_not_found');
  if (person.deleted === true) return refused('user_disabled');
  return accepted({ channel: { id: world.dmOf(user).id } });
}

const READ_SCOPE: { readonly [kind in Channel['kind']]: string } = {
  public: 'channels:read',
  private: 'groups:read',
  im: 'im:read',
};

/** The channel, if the bot may know about it and the token's scopes allow reading its kind. */
function readable({ world, args, scopes }: Call): Channel | Reply {
  const channel = world.channels.get(textOf(args['channel']) ?? '');
  if (channel === undefined) return refused('channel_not_found');
  const needed = READ_SCOPE[channel.kind];
  if (!scopes.has(needed)) return refused('missing_scope', { needed, provided: [...scopes].join(',') });
  const isHidden = channel.kind !== 'public' && !channel.members.has(world.settings.botUserId);
  return isHidden ? refused('channel_not_found') : channel;
}

function conversationInfo(call: Call): Reply {
  const channel = readable(call);
  if ('ok' in channel) return channel;
  const withCount = flag(call.args['include_num_members']) === true ? { num_members: channel.members.size } : {};
  return accepted({ channel: { ...channelRecord(call.world, channel), ...withCount } });
}

function channelRecord(world: World, channel: Channel): Json {
  const { botUserId, teamId } = world.settings;
  if (channel.kind === 'im')
    return { id: channel.id, is_im: true, user: [...channel.members].find((id) => id !== botUserId) };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'public',
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_archived: channel.isArchived === true,
    is_general: false,
    is_shared: channel.isExtShared || channel.isOrgShared === true,
    is_ext_shared: channel.isExtShared,
    is_org_shared: channel.isOrgShared === true,
    is_pending_ext_shared: channel.isPendingExtShared === true,
    is_member: channel.members.has(botUserId),
    context_team_id: teamId,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

function conversationMembers(call: Call): Reply {
  const channel = readable(call);
  if ('ok' in channel) return channel;
  const page = pageOf([...channel.members], call.args);
  return page === undefined ? refused('invalid_cursor') : accepted({ members: page.items, ...page.metadata });
}

function listConversations(call: Call): Reply {
  const { world, args, scopes } = call;
  const types = (textOf(args['types']) ?? 'public_channel').split(',').map((type) => type.trim());
  const wanted = [...world.channels.values()].filter(
    ({ kind, members }) =>
      types.includes(kind === 'im' ? 'im' : `${kind}_channel`) &&
      scopes.has(READ_SCOPE[kind]) &&
      (kind === 'public' || members.has(world.settings.botUserId)),
  );
  const page = pageOf(wanted, args);
  if (page === undefined) return refused('invalid_cursor');
  return accepted({ channels: page.items.map((channel) => channelRecord(world, channel)), ...page.metadata });
}

/** One page by `limit` and `cursor`. The cursor is opaque to the caller. */
function pageOf<T>(items: readonly T[], args: Json): { items: readonly T[]; metadata: Json } | undefined {
  const limit = Math.min(Math.max(Number(args['limit'] ?? 100) || 100, 1), 1000);
  const cursor = textOf(args['cursor']) ?? '';
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64url').toString().replace('from:', ''));
  if (!Number.isInteger(start)) return undefined;
  const end = start + limit;
  const next = end < items.length ? Buffer.from(`from:${end}`).toString('base64url') : '';
  return { items: items.slice(start, end), metadata: { response_metadata: { next_cursor: next } } };
}

function botInfo({ world, args }: Call): Reply {
  const bot = textOf(args['bot']) ?? botIdOf(world);
  if (bot !== botIdOf(world)) return refused('bot_not_found');
  const { appId, botUserId, botName } = world.settings;
  return accepted({ bot: { id: bot, deleted: false, name: botName, app_id: appId, user_id: botUserId, icons: {} } });
}

function teamInfo({ world }: Call): Reply {
  const { teamId, teamName, teamDomain } = world.settings;
  return accepted({ team: { id: teamId, name: teamName, domain: teamDomain, email_domain: '', icon: {} } });
}
