// Somebody asks in a channel, but the bot cannot write to them in private.
import { afterEach, describe, expect, it } from 'vitest';
import { aCard } from '../slack/scripted-conversation.ts';
import { helpdesk, jane as janeActor, janeId, type Scene, setScene } from './scene.ts';

let scene: Scene;
/**
 * A conversation that shows a flow as the real one does: in a message of this adapter. Where it cannot, it stays
 * silent.
 */
const set = async (): Promise<Scene> => {
  scene = await setScene({
    conversation: {
      async showInMessage(flow) {
        scene.script.shown.push(flow);
        await scene.adapter.messenger.tell(janeActor, aCard());
      },
    },
  });
  return scene;
};
afterEach(() => scene.close());

const textsIn = (where: string) =>
  scene.control.messages(where).flatMap(({ from, text }) => (from === 'bot' ? [text] : []));

describe('a request in a channel', () => {
  it.each<[string, () => unknown]>([
    ['does not have the app', () => scene.control.uninstall(janeId)],
    ['has blocked the bot', () => scene.control.blockBot(janeId)],
  ])('of somebody who %s is not said to be answered in private, but what to do', async (_name, prevent) => {
    const { jane, control, script } = await set();
    await prevent();
    await jane.channelMessage(helpdesk, 'unlock');
    const [reply] = await control.until(() => (textsIn(helpdesk).length > 0 ? textsIn(helpdesk) : undefined));
    expect(reply).toContain('Please open a chat with me and ask there.');
    expect(reply).toContain('add me under Apps');
    await scene.adapter.stop();
    expect(textsIn(helpdesk)).toHaveLength(1);
    expect(textsIn(janeId)).toEqual([]);
    expect(script.said).toHaveLength(1);
  });

  it('is answered in private from when the app is there', async () => {
    const { jane, control } = await set();
    await control.uninstall(janeId);
    await jane.channelMessage(helpdesk, 'unlock');
    await control.until(() => textsIn(helpdesk).length === 1);
    await jane.install();
    await jane.channelMessage(helpdesk, 'unlock');
    await control.until(() => textsIn(helpdesk).length === 2);
    expect(textsIn(helpdesk)[1]).toBe("I've answered you in our private chat.");
  });
});
