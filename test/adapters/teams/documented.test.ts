// The examples of Microsoft's documentation through the door, with our app, tenant, service and people put in.
// Source: msteams-docs, bots/how-to/conversations (messages, conversation events), cards (universal actions), as of this year.
import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../playground/json.ts';
import { appId, jane as janeActor, janeId, type Scene, setScene, tenantId } from './scene.ts';

let scene: Scene;
const set = async (): Promise<Scene> => {
  scene = await setScene();
  return scene;
};
afterEach(() => scene.close());

const tenant = { tenant: { id: tenantId } };
const bot = { id: `28:${appId}`, name: 'Teams TestBot' };
const clientInfo = { locale: 'en-US', country: 'US', platform: 'Windows', type: 'clientInfo' };

/** What is the same in all examples. Person, chat and service are those of the scene. */
function whole({ jane }: Scene, more: Json): Json {
  const { serviceUrl, from, conversation } = jane.activity({ text: 'x' });
  const chat = { conversationType: 'personal', id: idOf(conversation) };
  return {
    ...{ id: '1485983408511', timestamp: '2017-02-01T21:10:07.437Z', channelId: 'msteams', serviceUrl },
    localTimestamp: '2017-02-01T14:10:07.437-07:00',
    from: { id: idOf(from), name: 'Megan Bowen', aadObjectId: janeId },
    conversation: chat,
    recipient: bot,
    channelData: tenant,
    ...more,
  };
}
const idOf = (part: unknown): string =>
  typeof part === 'object' && part !== null && 'id' in part ? String(part.id) : '';

const message = { type: 'message', textFormat: 'plain', text: 'unlock', entities: [clientInfo], locale: 'en-US' };

async function status(example: Json): Promise<number | undefined> {
  const rawBody = JSON.stringify(whole(scene, example));
  return (await scene.jane.send(scene.jane.activity({ text: 'x' }), { rawBody })).status;
}

describe('Microsoft’s example of', () => {
  it('a personal message, with its tenant in the channel data only, begins a request', async () => {
    const { script, control } = await set();
    expect(await status(message)).toBe(200);
    await control.until(() => script.begun.length === 1);
    expect(script.said).toMatchObject([{ said: { actor: janeActor, words: 'unlock' } }]);
  });

  it.each([
    ['null on the conversation', { conversationType: 'personal', tenantId: null }],
    ['ours on the conversation', { conversationType: 'personal', tenantId }],
    ['ours in capitals', { conversationType: 'personal', tenantId: tenantId.toUpperCase() }],
  ])('a personal message with a tenant that is %s begins one too', async (_name, chat) => {
    const { jane, script } = await set();
    const conversation = { ...chat, id: idOf(jane.activity({ text: 'x' })['conversation']) };
    expect(await status({ ...message, conversation })).toBe(200);
    expect(script.said).toHaveLength(1);
  });

  it('a personal message of another tenant is refused', async () => {
    const { script } = await set();
    const foreign = { tenant: { id: '72f988bf-86f1-41af-91ab-2d7cd011db47' } };
    expect(await status({ ...message, channelData: foreign })).toBe(401);
    expect(script.said).toEqual([]);
  });

  const channel = '19:efa9296d959346209fea44151c742e73@thread.skype';
  const inTeam = {
    conversation: { isGroup: true, conversationType: 'channel', id: channel },
    channelData: { team: { id: channel }, ...tenant },
  };
  it.each<readonly [string, Json]>([
    [
      'the bot added to a team',
      {
        type: 'conversationUpdate',
        ...inTeam,
        membersAdded: [{ id: bot.id }],
        channelData: { team: { id: channel }, eventType: 'teamMemberAdded', ...tenant },
      },
    ],
    [
      'a member removed',
      {
        type: 'conversationUpdate',
        ...inTeam,
        membersRemoved: [{ id: '29:1x' }],
        channelData: { team: { id: channel }, eventType: 'teamMemberRemoved', ...tenant },
      },
    ],
    [
      'a channel that was made',
      {
        type: 'conversationUpdate',
        ...inTeam,
        channelData: {
          channel: { id: channel, name: 'x' },
          team: { id: channel },
          eventType: 'channelCreated',
          ...tenant,
        },
      },
    ],
    [
      'a member without an object id',
      {
        type: 'conversationUpdate',
        from: { id: '29:1I9Is_Sx0OIy2rQ7Xz1lcaPKlO9eqmBRTBuW6XzkFtcjqxTjPaCMij8BVMdBcL9L_RwWNJyAHFQb0TRzXgyQvA' },
        membersAdded: [{ id: bot.id }],
      },
    ],
    ['an installation', { type: 'installationUpdate', action: 'add', entities: [clientInfo] }],
    [
      'an installation in a team',
      {
        type: 'installationUpdate',
        action: 'add',
        ...inTeam,
        channelData: {
          settings: { selectedChannel: { id: channel } },
          channel: { id: channel },
          team: { id: channel },
          eventType: 'installationUpdate',
          ...tenant,
        },
      },
    ],
    ['a removal', { type: 'installationUpdate', action: 'remove' }],
    ['an upgrade', { type: 'installationUpdate', action: 'add-upgrade' }],
    ['a reaction', { type: 'messageReaction', reactionsAdded: [{ type: 'like' }], replyToId: '1575667808184' }],
    ['an edit', { type: 'messageUpdate', text: 'changed', channelData: { eventType: 'editMessage', ...tenant } }],
    ['a deletion', { type: 'messageDelete', channelData: { eventType: 'softDeleteMessage', ...tenant } }],
    [
      'a read receipt',
      { type: 'event', name: 'application/vnd.microsoft.readReceipt', value: { lastReadMessageId: '1575667808184' } },
    ],
    ['somebody typing', { type: 'typing' }],
  ])('%s is answered 200', async (_name, example) => {
    await set();
    expect(await status(example)).toBe(200);
    expect(scene.script.said).toEqual([]);
  });

  it('a press on a card is answered with a card or a sentence', async () => {
    await set();
    const value = {
      action: { type: 'Action.Execute', id: 'abc', verb: 'zzz', data: { info: '…' } },
      trigger: 'manual',
    };
    const example = { type: 'invoke', name: 'adaptiveCard/action', value, replyToId: '1485983408511', locale: 'en-US' };
    expect(await status(example)).toBe(200);
  });

  it('an invoke that this app does not know is answered 501, as documented', async () => {
    await set();
    expect(await status({ type: 'invoke', name: 'composeExtension/query', value: {} })).toBe(501);
  });
});
