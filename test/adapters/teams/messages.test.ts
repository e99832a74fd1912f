// Messages to the bot, in the personal chat and in a channel, over signed HTTP.
import { afterEach, describe, expect, it } from 'vitest';
import type { Activity } from '../../../playground/teams/activities.ts';
import { visibleText } from '../../../playground/teams/cards.ts';
import type { Card } from '../../../src/bot/cards/card.ts';
import { aCard, aFlow } from '../slack/scripted-conversation.ts';
import { helpdesk, jane as janeActor, janeId, type Scene, type SceneOptions, samId, setScene } from './scene.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

/** A conversation that shows a flow as the real one does: in a message of this adapter. */
const showing = (card: Card = aCard()): SceneOptions => ({
  conversation: {
    async showInMessage(flow) {
      scene.script.shown.push(flow);
      await scene.adapter.messenger.tell(janeActor, card);
    },
  },
});
const botMessages = (where: string) => scene.control.messages(where).filter(({ from }) => from === 'bot');
const firstCard = (where = janeId) => scene.control.until(() => botMessages(where)[0]?.card);

describe('words in the personal chat', () => {
  it('that ask for something are taken in before Teams is answered, and begun afterwards', async () => {
    const { jane, script, control } = await set(showing());
    const shown = await jane.message("I need to unlock my account, it's urgent");
    expect(shown).toMatchObject({ ok: true, status: 200 });
    expect(script.said).toMatchObject([
      { said: { actor: janeActor, words: "I need to unlock my account, it's urgent" }, kind: 'unlock' },
    ]);
    expect(visibleText(await firstCard())).toContain('We are looking you up.');
    expect(botMessages(janeId)).toMatchObject([{ text: '' }]);
    expect(script.shown).toEqual([aFlow]);
    expect(control.cardProblems).toEqual([]);
  });

  it('that ask for recovery contacts are taken in like any other request', async () => {
    const { jane, script } = await set(showing());
    await jane.message('enroll');
    expect(script.said).toMatchObject([{ said: { actor: janeActor, words: 'enroll' }, kind: 'enroll' }]);
    expect(visibleText(await firstCard())).toContain('We are looking you up.');
  });

  it('that ask for anything else are answered with a card', async () => {
    const { jane, script } = await set();
    await jane.message('hello there');
    expect(visibleText(await firstCard())).toContain('How I can help.');
    expect(script.answered).toMatchObject([{ actor: janeActor, words: 'hello there' }]);
    expect(script.said).toEqual([]);
  });

  it('are answered a little later where Teams asks for a pause longer than a call may take', async () => {
    const { jane, control } = await set();
    control.faults.next({ kind: 'send', times: 3 }, { retryAfterSeconds: 1 });
    await jane.message('help');
    expect(visibleText(await firstCard())).toContain('How I can help.');
    expect(scene.calls('send')).toBe(4);
    expect(botMessages(janeId)).toHaveLength(1);
  });

  it('leave a card about a flow that is kept current like the flow’s own message', async () => {
    const { jane, script, control } = await set();
    await jane.message('status');
    await control.until(() => script.attached[0]);
    expect(script.attached).toMatchObject([{ flow: aFlow, window: { stays: true } }]);
    const place = { target: '', place: script.attached[0]?.window.place ?? '' };
    await scene.adapter.messenger.redraw(
      place,
      false,
      aCard({ version: 5, lines: [{ text: ['Over.'], tone: 'normal' }] }),
    );
    expect(botMessages(janeId)).toHaveLength(1);
    expect(visibleText(botMessages(janeId)[0]?.card ?? {})).toContain('Over.');
  });

  it('are answered in time while the conversation works for long', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { jane } = await set({
      conversation: {
        begin: async () => {
          await promise;
          return aFlow;
        },
      },
    });
    const shown = await jane.message('unlock');
    expect(shown).toMatchObject({ status: 200 });
    expect(shown.ms).toBeLessThan(2_000);
    resolve();
  });

  it('are answered in time while the connector hangs', async () => {
    const { jane, control, script } = await set();
    for (const kind of ['member', 'token', 'send', 'create'] as const) control.faults.always(kind, { hang: true });
    for (const text of ['unlock', 'hello', 'status']) {
      const shown = await jane.message(text);
      expect(shown).toMatchObject({ status: 200 });
      expect(shown.ms).toBeLessThan(2_000);
    }
    expect(script.said).toHaveLength(1);
  });

  it('that could not be stored are told so, and taken in when Teams sends them again', async () => {
    let isBroken = true;
    const { jane, script, control } = await set({
      conversation: {
        async accept(said, kind) {
          if (isBroken) throw new Error('the disk is full');
          script.said.push({ said, kind });
          return 'accepted';
        },
      },
    });
    const { delivery } = await jane.message('unlock');
    expect(delivery).toMatchObject({ status: 500, text: '' });
    expect(visibleText(await firstCard())).toContain('Sorry, something went wrong.');
    isBroken = false;
    if (delivery !== undefined) expect(await control.redeliver(delivery)).toMatchObject({ status: 200 });
    expect(script.said).toHaveLength(1);
  });

  it('that come too often are answered so, once a minute', async () => {
    const { jane, control } = await set({ conversation: { accept: async () => 'throttled' } });
    for (let nth = 0; nth < 3; nth += 1) await jane.message('unlock');
    expect(visibleText(await firstCard())).toContain("That's a lot of requests");
    await control.settled();
    await scene.adapter.stop();
    expect(scene.calls('send')).toBe(1);
    scene.passSeconds(60);
    await jane.message('unlock');
    await control.until(() => scene.calls('send') === 2);
    expect(scene.script.begun).toEqual([]);
  });

  it('are answered as fast as they come, twenty in a minute; then it is said once that this is too much', async () => {
    const { jane, script } = await set();
    for (let nth = 0; nth < 25; nth += 1) await jane.message('hello');
    await scene.adapter.stop();
    expect(script.answered).toHaveLength(20);
    const texts = botMessages(janeId).map(({ card }) => visibleText(card ?? {}));
    expect(texts.filter((text) => text.includes("That's a lot of requests"))).toHaveLength(1);
  });

  it('are freed of marks, and cut', async () => {
    const { jane, script } = await set();
    await jane.message('<div><b>please</b>&nbsp; unlock   me</div>');
    await jane.message(`unlock ${'x'.repeat(5_000)}`);
    expect(script.said[0]?.said.words).toBe('please unlock me');
    expect(script.said[1]?.said.words).toHaveLength(500);
  });
});

describe('the same words once more', () => {
  it('with the same id do nothing twice', async () => {
    const { jane, script, control } = await set();
    for (const text of ['unlock', 'hello']) {
      const { delivery } = await jane.message(text);
      if (delivery === undefined) throw new Error('nothing was sent');
      for (let nth = 0; nth < 3; nth += 1) expect(await control.redeliver(delivery)).toMatchObject({ status: 200 });
    }
    await control.until(() => botMessages(janeId).length === 1 && script.begun.length > 0);
    expect(script.said).toHaveLength(1);
    expect(script.begun).toHaveLength(1);
    expect(script.answered).toHaveLength(1);
  });

  it('have the same delivery after a restart, which has forgotten them', async () => {
    const first = await set();
    const { delivery } = await first.jane.message('unlock');
    const activity = delivery?.activity as Activity;
    await first.close();
    const second = await set();
    await second.control.send({ ...activity, serviceUrl: second.teams.serviceUrl });
    expect(second.script.said[0]?.said.delivery).toBe(first.script.said[0]?.said.delivery);
  });

  it('under a new id, because no answer arrived, do nothing twice', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { jane, script, control } = await set({
      teams: { answerLimitMs: 200 },
      conversation: {
        async accept(said, kind) {
          script.said.push({ said, kind });
          await promise;
          return 'accepted';
        },
      },
    });
    // Delivered three times, because no answer came in time: then with the same id, then with a new one.
    await jane.message('unlock');
    await control.settled();
    expect(control.deliveries.map(({ attempt, timedOut }) => [attempt, timedOut])).toEqual([
      [1, true],
      [2, false],
    ]);
    const [first] = control.deliveries;
    if (first === undefined) throw new Error('nothing was sent');
    expect(await control.redeliver(first, { newId: true })).toMatchObject({ status: 200 });
    resolve();
    await control.until(() => script.begun.length === 1);
    expect(script.said).toHaveLength(1);
    // The same message at a later time is a new wish.
    await jane.message('unlock');
    expect(script.said).toHaveLength(2);
  });

  it('said again by the person are taken again', async () => {
    const { jane, script } = await set();
    await jane.message('unlock');
    await jane.message('unlock');
    expect(script.said).toHaveLength(2);
    expect(new Set(script.said.map(({ said }) => said.delivery)).size).toBe(2);
  });
});

describe('words in a channel', () => {
  it('are answered in the personal chat, and there is said so', async () => {
    const { jane, script, control } = await set(showing());
    await jane.channelMessage(helpdesk, '<at>Latchkey</at> unlock');
    expect(visibleText(await firstCard())).toContain('We are looking you up.');
    expect(script.said).toMatchObject([{ said: { actor: janeActor, words: 'unlock' }, kind: 'unlock' }]);
    const reply = await control.until(() => botMessages(helpdesk)[0]);
    expect(reply).toMatchObject({ text: "I've answered you in our private chat.", attachments: [] });
  });

  it('of any kind show nothing private there', async () => {
    const { jane, control } = await set();
    for (const text of ['status', 'help', '123456']) await jane.channelMessage(helpdesk, text);
    await control.until(() => botMessages(janeId).length === 3);
    await control.until(() => botMessages(helpdesk).length === 3);
    expect(botMessages(helpdesk).every(({ text, card }) => card === undefined && /private/.test(text))).toBe(true);
  });

  it('of somebody who does not have the app are answered with how to get it', async () => {
    const { jane, control } = await set();
    await control.uninstall(janeId);
    await jane.channelMessage(helpdesk, 'status');
    const reply = await control.until(() => botMessages(helpdesk)[0]);
    expect(reply.text).toContain('Please open a chat with me');
    expect(botMessages(janeId)).toEqual([]);
  });

  it('that mention somebody else are still about the writer only', async () => {
    const { jane, script } = await set();
    await jane.channelMessage(helpdesk, '<at>Latchkey</at> unlock <at>Sam Agent</at>');
    expect(script.said).toMatchObject([{ said: { actor: janeActor, words: 'unlock' } }]);
  });
});

describe('words of somebody', () => {
  it('anonymous are answered with a sentence, and lead to nothing', async () => {
    const { control, script, teams } = await set({
      people: [{ aadObjectId: samId, name: 'Somebody', userRole: 'anonymous' }],
    });
    await teams.client(samId).message('unlock');
    const reply = await control.until(() => botMessages(samId)[0]);
    expect(reply.text).toContain('Only employees');
    expect([...script.said, ...script.answered]).toEqual([]);
  });

  it('whom the connector knows by another name in that conversation are answered to nobody', async () => {
    const { jane, script, control, logged } = await set();
    const from = { ...(jane.activity()['from'] as object), aadObjectId: samId };
    await control.send(jane.activity({ text: 'status', from }));
    await control.until(() => logged.some((line) => line.includes('another-person')) || script.answered.length > 0);
    await scene.adapter.stop();
    expect(botMessages(janeId)).toEqual([]);
    expect(botMessages(samId)).toEqual([]);
  });

  it('known already cannot be turned to another conversation by an activity that says so', async () => {
    const { jane, sam, control, references } = await set();
    await jane.message('hello');
    const known = await control.until(() => botMessages(janeId).length === 1 && references.find(janeActor));
    // The chat is Sam's, the object id is Jane's.
    const from = { ...(sam.activity()['from'] as object), aadObjectId: janeId };
    await control.send(sam.activity({ text: 'status', from }));
    await scene.adapter.stop();
    expect(await references.find(janeActor)).toEqual(await known);
    expect(botMessages(samId)).toEqual([]);
  });

  it('who moved to another service are found there afterwards', async () => {
    const { jane, references, control } = await set();
    await jane.message('hello');
    await control.until(() => botMessages(janeId).length === 1);
    const known = await references.find(janeActor);
    if (known === undefined) throw new Error('not met');
    await references.keep(janeActor, { ...known, serviceUrl: known.serviceUrl.replace('/emea/', '/amer/') });
    await jane.message('hello');
    await control.until(() => botMessages(janeId).length === 2);
    expect(await references.find(janeActor)).toEqual(known);
  });
});

describe('what is no words', () => {
  it.each([
    ['a reaction', { type: 'messageReaction', reactionsAdded: [{ type: 'like' }] }],
    ['an edit', { type: 'messageUpdate', text: 'unlock' }],
    ['typing', { type: 'typing' }],
    ['a kind that nobody knows', { type: 'somethingNew', text: 'unlock' }],
  ])('is answered and left alone: %s', async (_name, more) => {
    const { jane, control, script } = await set();
    expect(await control.send(jane.activity(more))).toMatchObject({ status: 200, text: '' });
    expect([...script.said, ...script.answered]).toEqual([]);
  });

  it('an invoke that nobody takes is answered so', async () => {
    const { jane, control } = await set();
    const invoke = jane.activity({ type: 'invoke', name: 'composeExtension/query', value: {} });
    expect(await control.send(invoke)).toMatchObject({ status: 501, text: '' });
  });
});
