// Activities as Teams sends them to a bot: the body of each request, before it is signed.
// Source: MicrosoftDocs/msteams-docs, conversation events, card actions and dialogs.
import { randomUUID } from 'node:crypto';
import { type Json, recordOf } from '../json.ts';
import { botIdOf, personalIdOf, splitThreadId } from './identifiers.ts';
import { chatTenantOf, type Person } from './people.ts';
import type { Message, World } from './world.ts';

export type Activity = Json & { readonly type: string; readonly id: string; readonly serviceUrl: string };
export type Activities = {
  /** In the personal chat, or in the thread of this message. */
  message(person: Person, written: Written): Activity;
  /** In a channel, with the mention; without one Teams would not send it to the bot. */
  mention(person: Person, written: Written): Activity;
  /** Action.Submit: a message with a value and no text. */
  submit(person: Person, card: Origin, value: unknown): Activity;
  invoke(person: Person, card: Origin, name: string, value: Json): Activity;
  installation(person: Person, action: 'add' | 'remove'): Activity;
  botAdded(person: Person): Activity;
};
type Written = Pick<Message, 'conversation' | 'id' | 'text'>;
/** The card whose button was pressed. */
export type Origin = { readonly conversation: string; readonly activityId: string };

export function createActivities(world: World, serviceUrl: () => string): Activities {
  const { settings } = world;
  const bot = { id: botIdOf(settings.appId), name: settings.botName };
  const base = (person: Person, conversation: string, type: string, id: string, more: Json): Activity => {
    const { channelData, ...rest } = more;
    const place = conversationPart(world, person, conversation);
    return {
      ...{ type, id, ...instants(settings.now()), channelId: 'msteams', serviceUrl: serviceUrl() },
      from: { ...fromPart(person), name: person.name },
      conversation: place.conversation,
      recipient: bot,
      entities: [clientInfo(person)],
      channelData: { ...place.channelData, ...recordOf(channelData) },
      locale: person.locale,
      localTimezone: 'UTC',
      ...rest,
    };
  };
  const personal = (person: Person): string => personalIdOf(settings.appId, person.aadObjectId);
  const silent = (person: Person, type: string, more: Json): Activity =>
    base(person, personal(person), type, `f:${randomUUID()}`, { from: fromPart(person), ...more });
  const source = { source: { name: 'message' } };
  return {
    message: (person, { conversation, id, text }) =>
      base(person, conversation, 'message', id, { text, textFormat: 'plain' }),
    mention: (person, { conversation, id, text }) =>
      base(person, conversation, 'message', id, {
        text,
        textFormat: 'plain',
        attachments: [{ contentType: 'text/html', content: htmlOf(text) }],
        entities: [{ type: 'mention', mentioned: bot, text: `<at>${settings.botName}</at>` }, clientInfo(person)],
      }),
    submit: (person, card, value) =>
      base(person, card.conversation, 'message', world.nextId(), {
        value,
        replyToId: card.activityId,
        channelData: source,
      }),
    invoke: (person, card, name, value) =>
      base(person, card.conversation, 'invoke', `f:${randomUUID()}`, {
        name,
        value,
        replyToId: card.activityId,
        channelData: source,
      }),
    installation: (person, action) => silent(person, 'installationUpdate', { action, channelData: source }),
    botAdded: (person) => silent(person, 'conversationUpdate', { membersAdded: [{ id: bot.id }] }),
  };
}

function clientInfo({ locale }: Person): Json {
  return { locale, country: 'US', platform: 'Web', timezone: 'UTC', type: 'clientInfo' };
}

function instants(now: number): Json {
  const timestamp = new Date(now).toISOString();
  return { timestamp, localTimestamp: timestamp.replace('Z', '+00:00') };
}

/** An anonymous person has no object id. */
function fromPart(person: Person): Json {
  const { teamsId: id, aadObjectId } = person;
  return person.userRole === 'anonymous' ? { id } : { id, aadObjectId };
}

function conversationPart(world: World, person: Person, id: string): { conversation: Json; channelData: Json } {
  const channel = world.channels.get(splitThreadId(id).channelId);
  if (channel === undefined) {
    const tenantId = chatTenantOf(person, world.settings);
    const conversation = { conversationType: 'personal', tenantId, id };
    return { conversation, channelData: { tenant: { id: tenantId } } };
  }
  const { tenantId, team } = channel;
  return {
    conversation: { isGroup: true, conversationType: 'channel', tenantId, id },
    channelData: {
      ...{ teamsChannelId: channel.id, teamsTeamId: team.id },
      ...{ channel: { id: channel.id }, team: { id: team.id }, tenant: { id: tenantId } },
    },
  };
}

function htmlOf(text: string): string {
  const marked = text.replaceAll(
    /<at>(.*?)<\/at>/g,
    '<span itemtype="http://schema.skype.com/Mention" itemid="0">$1</span>',
  );
  return `<div><div>${marked}</div></div>`;
}
