// Members of a helpdesk channel, and whether other companies share it. Cached for five seconds only, because permissions are checked
// at each press.
import { z } from 'zod';
import { createAnswerCache } from '../../concurrency/answer-cache.ts';
import { type ActorId, actorParts } from '../../flows/ids.ts';
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import { slackUser } from './actor.ts';
import type { SlackApi } from './client.ts';
import { type Installed, isOwnTenant } from './installation.ts';

export interface Channels {
  isMember(channel: string, actor: ActorId): Promise<Outcome<boolean>>;
  /** A failure with a remedy if people of other companies can read the channel. */
  mayBeWrittenTo(channel: string): Promise<Outcome<void>>;
  isPrivate(channel: string): Promise<Outcome<boolean>>;
}

const members = z.object({
  /** An id that cannot be read is nobody's. */
  members: z.array(z.string().catch('')),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const info = z.object({
  channel: z.object({ is_ext_shared: z.boolean().optional(), is_private: z.boolean().optional() }),
});

/** Two agents who press at once cost one call, and a channel costs at most twelve a minute. Slack allows fifty in a workspace. */
const rememberedMs = 5_000;
/** Far more channels than a helpdesk has. */
const channelsAtMost = 1_000;
const pageSize = 200;
/** Ten thousand people. A channel with more members is not a helpdesk. */
const pagesAtMost = 50;

export function createChannels(options: {
  readonly api: SlackApi;
  readonly installed: Installed;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): Channels {
  const { api, installed } = options;
  const kept = {
    keptMs: () => rememberedMs,
    atMost: channelsAtMost,
    ...(options.now === undefined ? {} : { now: options.now }),
  };
  const memberships = createAnswerCache({ ...kept, ask: (channel: string) => askMembers(channel, api) });
  const sharings = createAnswerCache({
    ...kept,
    ask: (channel: string) =>
      api.call({
        method: 'conversations.info',
        args: { channel },
        answer: info,
        lane: 'interactive',
        repeatable: true,
      }),
  });
  const mayBeWrittenTo: Channels['mayBeWrittenTo'] = async (channel) => {
    const shared = await sharings.get(channel);
    if (!shared.ok) return shared;
    if (shared.value.channel.is_ext_shared !== true) return success(undefined);
    const remedy = `Slack channel ${channel} is shared with another company: name another in helpdesk.channels of the policy.`;
    return failed({ kind: 'misconfigured', retry: 'later', cause: 'channel-shared-outside', remedy });
  };
  return {
    mayBeWrittenTo,
    async isPrivate(channel) {
      const answer = await sharings.get(channel);
      return answer.ok ? success(answer.value.channel.is_private === true) : answer;
    },
    async isMember(channel, actor) {
      const user = slackUser(actor);
      const installation = await installed.read();
      if (!installation.ok) return installation;
      if (user === undefined || !isOwnTenant(installation.value, actorParts(actor).tenant)) return success(false);
      const [present, open] = await Promise.all([memberships.get(channel), mayBeWrittenTo(channel)]);
      if (!open.ok) return open;
      return present.ok ? success(present.value.has(user)) : present;
    },
  };
}

async function askMembers(channel: string, api: SlackApi): Promise<Outcome<ReadonlySet<string>>> {
  const all = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < pagesAtMost; page += 1) {
    const args = { channel, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await api.call({
      method: 'conversations.members',
      args,
      answer: members,
      lane: 'interactive',
      repeatable: true,
    });
    if (!answer.ok) return answer;
    for (const member of answer.value.members) all.add(member);
    cursor = answer.value.response_metadata?.next_cursor;
    if (!cursor) return success(all);
  }
  return failed({ kind: 'refused', retry: 'never', cause: 'channel-too-large' });
}
