// People whom the connector does not confirm are told why nothing happens, whether they wrote or pressed.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../../playground/teams/cards.ts';
import { aFlow, codeCard } from '../slack/scripted-conversation.ts';
import { jane as janeActor, janeId, type Scene, samId, setScene } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

const botMessages = (where: string) => scene.control.messages(where).filter(({ from }) => from === 'bot');
const lastText = () => botMessages(janeId).at(-1)?.text;
const notHere = "You aren't in this conversation any more, so nothing was done.";
const cannotConfirm = "We couldn't check with Teams who you are. Nothing has changed.";

async function submits(fault: Parameters<Scene['control']['faults']['always']>[1]) {
  const { jane, control } = scene;
  // The chat exists, but nobody was confirmed in it yet.
  const { id: conversation } = jane.activity()['conversation'] as unknown as { id: string };
  control.faults.always('member', fault);
  const where = { conversation, activityId: '1' };
  const data = { act: 'submit-code', flow: aFlow, v: codeCard().version };
  return jane.pressSubmit(where, 'submit-code', { code: '1' }, { anyway: true, data, card: {} });
}

describe('somebody whom the connector does not confirm', () => {
  it.each([
    ['does not know', 'MemberNotFoundInConversation', notHere],
    ['cannot say', { status: 500 }, cannotConfirm],
  ] as const)('because it %s them, reads so after an Action.Submit', async (_name, fault, sentence) => {
    await submits(fault);
    await scene.control.until(() => lastText()?.includes(sentence));
    expect(scene.script.pressed).toEqual([]);
  });

  it.each(['unlock', 'status'])('because it does not know them, reads so after words: %s', async (text) => {
    scene.control.faults.always('member', 'MemberNotFoundInConversation');
    await scene.jane.message(text);
    await scene.control.until(() => lastText() === notHere);
    // Once a minute: whoever forges their name cannot cause more messages than that.
    await scene.jane.message(text);
    await scene.adapter.stop();
    expect(botMessages(janeId)).toHaveLength(1);
    expect([...scene.script.said, ...scene.script.answered]).toEqual([]);
  });

  it('because it is somebody else, reads nothing, and neither does the other', async () => {
    const { jane, sam, control, adapter } = scene;
    await jane.message('hello');
    await control.until(() => botMessages(janeId).length === 1);
    const from = { ...(sam.activity()['from'] as object), aadObjectId: janeId };
    const value = { act: 'cancel', flow: aFlow, v: 1 };
    await control.send(sam.activity({ text: undefined, value, from }));
    await adapter.stop();
    expect([botMessages(janeId).length, botMessages(samId).length]).toEqual([1, 0]);
    expect(visibleText(botMessages(janeId)[0]?.card ?? {})).toContain('How I can help.');
    expect(scene.script.pressed).toEqual([]);
    expect(scene.script.answered).toMatchObject([{ actor: janeActor }]);
  });
});
