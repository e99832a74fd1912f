// Words to the bot, in the personal chat and in a channel, over signed HTTP.
import { afterEach, describe, expect, it } from 'vitest';
import { aCard, aFlow } from '../slack/scripted-conversation.ts';
import { jane as janeActor, janeId, type Scene, type SceneOptions, setScene } from './scene.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

/** A conversation whose flows appear as a message of the adapter's. */
const showing = (): SceneOptions => ({
  conversation: {
    async showInMessage(flow) {
      scene.script.shown.push(flow);
      await scene.adapter.messenger.tell(janeActor, aCard());
    },
  },
});

describe('words in the personal chat', () => {
  it('that ask for something are taken in before Teams is answered, and begun afterwards', async () => {
    const { jane, script, control } = await set(showing());
    const shown = await jane.message("I need to unlock my account, it's urgent");
    expect(shown).toMatchObject({ ok: true, status: 200 });
    expect(script.said).toMatchObject([
      { said: { actor: janeActor, words: "I need to unlock my account, it's urgent" }, kind: 'unlock' },
    ]);
    const card = await control.until(() => control.messages(janeId).find((one) => one.from === 'bot'));
    expect(card.text).toBe('');
    expect(JSON.stringify(card.card)).toContain('We are looking you up.');
    expect(script.shown).toEqual([aFlow]);
    expect(control.cardProblems).toEqual([]);
  });

  it('that ask for anything else are answered with a card', async () => {
    const { jane, script, control } = await set();
    await jane.message('hello there');
    await control.until(() => control.messages(janeId).some((one) => one.from === 'bot'));
    expect(script.answered).toMatchObject([{ actor: janeActor, words: 'hello there' }]);
    expect(script.said).toEqual([]);
  });
});
