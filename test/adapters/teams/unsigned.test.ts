// The person in an activity is not signed: it counts only when the connector confirms it. Messages, installations and
// what they would change.
import { afterEach, describe, expect, it } from 'vitest';
import type { Activity } from '../../../playground/teams/activities.ts';
import { aCard, aFlow } from '../slack/scripted-conversation.ts';
import { helpdesk, jane as janeActor, janeId, type Scene, type SceneOptions, samId, setScene } from './scene.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

const botMessages = (where: string) => scene.control.messages(where).filter(({ from }) => from === 'bot');
/** An activity in Sam's chat with Sam's Teams id that claims Jane's object id. */
function inJanesName(more: object): Activity {
  const from = { ...(scene.sam.activity()['from'] as object), aadObjectId: janeId };
  return scene.sam.activity({ ...more, from });
}
async function janeIsKnown(): Promise<void> {
  await scene.jane.message('hello');
  await scene.control.until(() => botMessages(janeId).length === 1);
  await scene.adapter.stop();
}
const sends = async (activity: Activity) => {
  const delivery = await scene.control.send(activity, {});
  await scene.adapter.stop();
  return delivery;
};

describe('words in somebody else’s name', () => {
  it.each(['cancel', 'unlock', 'reset-password', 'status', 'hello', '123456'])(
    'do nothing, and nobody is told anything: %s',
    async (text) => {
      const { script, logged } = await set();
      await janeIsKnown();
      const known = await scene.references.find(janeActor);
      expect(await sends(inJanesName({ text }))).toMatchObject({ status: 200, text: '' });
      expect(script.said).toEqual([]);
      expect(script.answered).toHaveLength(1);
      expect([botMessages(janeId).length, botMessages(samId).length]).toEqual([1, 0]);
      expect(await scene.references.find(janeActor)).toEqual(known);
      expect(logged.some((line) => line.includes('teams.unconfirmed') && line.includes('another-person'))).toBe(true);
    },
  );

  it('do nothing where the bot has never met her, and do not stay', async () => {
    const { script, references } = await set();
    expect(await sends(inJanesName({ text: 'unlock' }))).toMatchObject({ status: 200 });
    expect(script.said).toEqual([]);
    expect(await references.find(janeActor)).toBeUndefined();
  });
});

describe('a channel that a body calls her personal chat', () => {
  const called = (more: object): Activity => {
    const conversation = { ...(scene.jane.activity()['conversation'] as object), id: helpdesk };
    return scene.jane.activity({ ...more, conversation });
  };
  const cardsInChannel = () => botMessages(helpdesk).filter(({ card }) => card !== undefined);

  it.each([true, false])('is a channel: nothing private is said there (known before: %s)', async (isKnown) => {
    const { adapter, references } = await set();
    if (isKnown) await janeIsKnown();
    for (const text of ['help', 'status', 'unlock']) await sends(called({ text }));
    expect(await adapter.messenger.tell(janeActor, aCard())).toMatchObject({ ok: true });
    expect(cardsInChannel()).toEqual([]);
    expect(await references.find(janeActor)).toMatchObject({ conversationId: expect.stringMatching(/^a:/) });
  });

  it('is no place for a card of hers that was pressed on there', async () => {
    const { script } = await set();
    const value = { action: { type: 'Action.Execute', verb: 'continue', data: { flow: aFlow, v: 1 } } };
    await sends(called({ type: 'invoke', name: 'adaptiveCard/action', text: undefined, value, replyToId: '1' }));
    expect(script.pressed).toMatchObject([{ channel: `teams:${helpdesk}` }]);
    expect(script.pressed[0]?.window).toBeUndefined();
  });
});

describe('an installation in somebody else’s name', () => {
  it('that was taken away leaves her where she is', async () => {
    const { adapter, references } = await set();
    await janeIsKnown();
    const known = await references.find(janeActor);
    await sends(inJanesName({ type: 'installationUpdate', action: 'remove', text: undefined }));
    expect(await references.find(janeActor)).toEqual(known);
    expect(await adapter.nameOf(janeActor)).toMatchObject({ name: 'Jane Doe' });
  });

  it('that was added introduces nobody to her', async () => {
    await set();
    await janeIsKnown();
    await sends(inJanesName({ type: 'installationUpdate', action: 'add', text: undefined }));
    expect(botMessages(janeId)).toHaveLength(1);
    expect(botMessages(samId)).toEqual([]);
  });
});

describe('while the connector does not answer', () => {
  const silence = (): void => scene.control.faults.always('member', { hang: true });

  it('a request from where its person is known is taken in', async () => {
    const { jane, script, references, teams } = await set();
    const { from, conversation } = jane.activity() as unknown as {
      from: { id: string };
      conversation: { id: string };
    };
    const { serviceUrl } = teams;
    const where = { serviceUrl, conversationId: conversation.id, userId: from.id, isPersonal: true };
    // The reference is older than this process, which has confirmed nobody yet.
    await references.keep(janeActor, where);
    silence();
    const shown = await jane.message('unlock');
    expect(scene.calls('member')).toBe(0);
    expect(shown).toMatchObject({ status: 200 });
    expect(shown.ms).toBeLessThan(5_000);
    expect(script.said).toMatchObject([{ said: { actor: janeActor } }]);
  });

  it('a request from elsewhere is not, and is when it comes again and the connector answers', async () => {
    const { script, control, jane } = await set();
    await janeIsKnown();
    silence();
    const { delivery } = await jane.channelMessage(helpdesk, 'unlock');
    expect(delivery).toMatchObject({ status: 503, text: '' });
    expect(delivery?.ms).toBeLessThan(5_000);
    expect(script.said).toEqual([]);
    await control.until(() => botMessages(helpdesk)[0]?.text.includes('try again'));
    control.faults.clear();
    if (delivery !== undefined) expect(await control.redeliver(delivery)).toMatchObject({ status: 200 });
    expect(script.said).toHaveLength(1);
  });

  it('other words wait for it, in time for Teams', async () => {
    const { jane, script, control } = await set();
    control.faults.next('member', { hang: true });
    const shown = await jane.message('status');
    expect(shown).toMatchObject({ status: 200 });
    expect(script.answered).toEqual([]);
    await control.until(() => botMessages(janeId).length === 1);
    expect(script.answered).toHaveLength(1);
  });

  it('words in somebody else’s name do nothing, then or later', async () => {
    const { script, control } = await set();
    await janeIsKnown();
    control.faults.next('member', { hang: true });
    expect(await sends(inJanesName({ text: 'unlock' }))).toMatchObject({ status: 503 });
    control.faults.next('member', { hang: true });
    expect(await sends(inJanesName({ text: 'cancel' }))).toMatchObject({ status: 200 });
    expect([script.said.length, script.answered.length, botMessages(janeId).length]).toEqual([0, 1, 1]);
  });
});
