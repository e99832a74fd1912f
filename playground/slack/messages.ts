// The chat.* methods: posting, updating and deleting the bot's messages.

import { isRecord, type Json, recordsOf, textOf } from '../json.ts';
import { blockProblems } from './block-limits.ts';
import { accepted, type Call, type Methods, type Reply, refused, refusedBecause, TIER_3, TIER_4 } from './reply.ts';
import type { Channel, Message, World } from './world.ts';

const MAX_TEXT = 40_000;
const MAX_METADATA_BYTES = 16_000;

export const messageMethods: Methods = {
  'chat.postMessage': { scope: 'chat:write', perMinute: 600, run: postMessage },
  'chat.update': { scope: 'chat:write', perMinute: TIER_3, run: updateMessage },
  'chat.delete': { scope: 'chat:write', perMinute: TIER_3, run: deleteMessage },
  'chat.postEphemeral': { scope: 'chat:write', perMinute: TIER_4, run: postEphemeral },
  'chat.getPermalink': { perMinute: 600, run: getPermalink },
};

/** Why Slack would refuse this as the content of a message; undefined when it would not. */
export function contentProblem(args: Json): Reply | undefined {
  const { text, blocks, metadata } = args;
  if (text !== undefined && typeof text !== 'string') return refused('invalid_arguments');
  if (blocks !== undefined && !Array.isArray(blocks)) return refused('invalid_blocks_format');
  if ((text ?? '') === '' && recordsOf(blocks).length === 0) return refused('no_text');
  if ((text?.length ?? 0) > MAX_TEXT) return refused('msg_too_long');
  const problems = blocks === undefined ? [] : blockProblems('message', blocks);
  if (problems.length > 0) return refusedBecause('invalid_blocks', problems);
  if (metadata === undefined) return undefined;
  if (!isRecord(metadata) || typeof metadata['event_type'] !== 'string' || !isRecord(metadata['event_payload']))
    return refused('invalid_metadata_format');
  return Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES ? refused('metadata_too_large') : undefined;
}

/** The channel a message goes to: a channel that the bot is a member of, or the direct messages with a person. */
function destination(world: World, id: string | undefined): Channel | Reply {
  const { settings, people, channels } = world;
  if (id === undefined) return refused('channel_not_found');
  const person = people.get(id);
  if (person !== undefined) {
    if (person.is_bot === true) return refused('cannot_dm_bot');
    return person.deleted === true ? refused('channel_not_found') : world.dmOf(id);
  }
  const channel = channels.get(id);
  if (channel === undefined) return refused('channel_not_found');
  if (channel.isArchived === true) return refused('is_archived');
  if (channel.members.has(settings.botUserId)) return channel;
  return refused(channel.kind === 'private' ? 'channel_not_found' : 'not_in_channel');
}

function postMessage({ world, crawler, args }: Call): Reply {
  const channel = destination(world, textOf(args['channel']));
  if ('ok' in channel) return channel;
  const problem = contentProblem(args);
  if (problem !== undefined) return problem;
  warnOfMissingText(world, 'chat.postMessage', args);
  const message = world.write({
    ...contentOf(args),
    channel: channel.id,
    user: world.settings.botUserId,
    unfurl_links: flag(args['unfurl_links']),
    unfurl_media: flag(args['unfurl_media']),
    thread_ts: textOf(args['thread_ts']),
  });
  crawler.visit(message);
  return accepted({ channel: channel.id, ts: message.ts, message: messageRecord(world, message) });
}

function updateMessage({ world, crawler, args }: Call): Reply {
  const message = ownMessage(world, args, 'cant_update_message');
  if ('ok' in message) return message;
  const problem = contentProblem(args);
  if (problem !== undefined) return problem;
  const hasBlocks = Array.isArray(args['blocks']);
  const { text, blocks, metadata } = contentOf(args);
  // Slack drops the old blocks when only a text comes, and does not put the old text into notifications when only
  // blocks come.
  world.edit(message, { text, blocks, ...(metadata === undefined ? {} : { metadata }) }, !hasBlocks);
  crawler.visit(message);
  return accepted({ channel: message.channel, ts: message.ts, text, message: messageRecord(world, message) });
}

function deleteMessage({ world, args }: Call): Reply {
  const message = ownMessage(world, args, 'cant_delete_message');
  if ('ok' in message) return message;
  world.remove(message);
  return accepted({ channel: message.channel, ts: message.ts });
}

/** Looked up by channel id only: a user id, which chat.postMessage accepts, is not accepted here. */
function ownMessage(world: World, args: Json, notOwn: string): Message | Reply {
  const channel = world.channels.get(textOf(args['channel']) ?? '');
  if (channel === undefined || !channel.members.has(world.settings.botUserId)) return refused('channel_not_found');
  const message = world.find(channel.id, textOf(args['ts']) ?? '');
  if (message === undefined || message.ephemeralFor !== undefined) return refused('message_not_found');
  return message.user === world.settings.botUserId ? message : refused(notOwn);
}

function postEphemeral({ world, crawler, args }: Call): Reply {
  const channel = destination(world, textOf(args['channel']));
  if ('ok' in channel) return channel;
  const user = textOf(args['user']) ?? '';
  if (!channel.members.has(user)) return refused('user_not_in_channel');
  const problem = contentProblem(args);
  if (problem !== undefined) return problem;
  warnOfMissingText(world, 'chat.postEphemeral', args);
  const content = { ...contentOf(args), channel: channel.id, user: world.settings.botUserId };
  const message = world.write({ ...content, ephemeralFor: user });
  crawler.visit(message);
  return accepted({ message_ts: message.ts });
}

function getPermalink({ world, args }: Call): Reply {
  const [channel, ts] = [textOf(args['channel']) ?? '', textOf(args['message_ts']) ?? ''];
  if (!world.channels.has(channel)) return refused('channel_not_found');
  if (world.find(channel, ts) === undefined) return refused('message_not_found');
  const permalink = `https://${world.settings.teamDomain}.slack.com/archives/${channel}/p${ts.replace('.', '')}`;
  return accepted({ channel, permalink });
}

export function contentOf(args: Json): { text: string; blocks: readonly unknown[]; metadata: Json | undefined } {
  const { text, blocks, metadata } = args;
  return {
    text: textOf(text) ?? '',
    blocks: Array.isArray(blocks) ? blocks : [],
    metadata: isRecord(metadata) ? metadata : undefined,
  };
}

export function flag(value: unknown): boolean | undefined {
  if (value === true || value === 'true' || value === '1' || value === 1) return true;
  return value === false || value === 'false' || value === '0' || value === 0 ? false : undefined;
}

/** A message as Slack describes it in answers, events and interactions. */
export function messageRecord(world: World, message: Message): Json {
  const isBot = message.user === world.settings.botUserId;
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: world.settings.teamId,
    ...(isBot ? { bot_id: botIdOf(world), app_id: world.settings.appId } : {}),
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    ...(message.edited === true ? { edited: { user: message.user, ts: message.ts } } : {}),
  };
}

export function botIdOf(world: World): string {
  return `B${world.settings.botUserId.slice(1)}`;
}

function warnOfMissingText(world: World, method: string, args: Json): void {
  if (textOf(args['text']) === undefined)
    world.warnings.push(`${method} without text: notifications and screen readers have nothing`);
}
