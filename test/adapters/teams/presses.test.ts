// Buttons on cards, over signed HTTP: in the personal chat, in the helpdesk's channel, and from clients without
// Action.Execute.
import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../playground/json.ts';
import { visibleText } from '../../../playground/teams/cards.ts';
import type { Card } from '../../../src/bot/cards/card.ts';
import type { Messenger, Place } from '../../../src/bot/messenger.ts';
import type { Outcome } from '../../../src/flows/outcome.ts';
import { aCard, aFlow, codeCard, type Script, undrawable } from '../slack/scripted-conversation.ts';
import { createReferencesInMemory } from './references-in-memory.ts';
import {
  helpdesk,
  jane as janeActor,
  janeId,
  type Scene,
  type SceneOptions,
  sam as samActor,
  samId,
  setScene,
} from './scene.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

const botMessages = (where: string) => scene.control.messages(where).filter(({ from }) => from === 'bot');
const textOf = (card: Json | undefined): string => visibleText(card ?? {});

const request: Card = aCard({
  title: 'Unlock request',
  summary: ['Unlock for a colleague'],
  lines: [{ text: [{ strong: 'Unlock' }, ' for ', { person: janeActor }], tone: 'normal' }],
  actions: [
    { kind: 'press', act: 'approve', label: 'Approve', style: 'primary', opensWindow: false },
    { kind: 'press', act: 'deny', label: 'Deny…', style: 'normal', opensWindow: true },
  ],
});
const denial: Card = aCard({
  title: 'Unlock request',
  channel: `teams:${helpdesk}`,
  lines: [{ text: ['Deny the request.'], tone: 'normal' }],
  inputs: [{ kind: 'choice', name: 'reason', label: 'Why?', choices: [{ value: 'suspicious', label: 'Looks odd' }] }],
  submit: { act: 'submit-denial', label: 'Deny' },
});

async function standing(placed: Promise<Outcome<Place>>): Promise<{ conversation: string; activityId: string }> {
  const place = await placed;
  if (!place.ok) throw new Error(place.failure.cause);
  const { conversationId: conversation, activityId } = JSON.parse(place.value.place);
  return { conversation, activityId };
}
/** Jane has the card in her chat. */
async function tellJane(card: Card) {
  await scene.jane.install();
  await scene.control.until(() => botMessages(janeId).length === 1);
  return standing(scene.adapter.messenger.tell(janeActor, card));
}
const posted = (card: Card) => standing(scene.adapter.messenger.post(helpdesk, card));

describe('a button in the personal chat', () => {
  it('is answered with the next card, and says who pressed it, on which message, for which flow', async () => {
    const { jane, script, control } = await set();
    const where = await tellJane(codeCard());
    const shown = await jane.pressExecute(where, 'submit-code', { code: '123 456' });
    expect(shown).toMatchObject({ ok: true, status: 200 });
    expect(textOf(shown.card)).toContain('We sent a code to');
    expect(script.pressed).toMatchObject([
      {
        actor: janeActor,
        act: 'submit-code',
        flow: aFlow,
        values: { code: '123 456' },
        isPrivate: true,
        window: { target: `message:${where.conversation}:${where.activityId}`, stays: true },
      },
    ]);
    expect(script.pressed[0]?.channel).toBeUndefined();
    await control.until(() => script.left === 1);
    expect(control.cardProblems).toEqual([]);
  });

  it('beside an input neither needs it nor carries it along', async () => {
    const { jane, script } = await set();
    const again = { kind: 'press', act: 'resend-code', label: 'Again', style: 'normal', opensWindow: false } as const;
    const where = await tellJane(codeCard({ actions: [again] }));
    await jane.pressExecute(where, 'resend-code');
    expect(script.pressed).toMatchObject([{ act: 'resend-code', values: {} }]);
  });

  it('is refused by the client while the input is empty', async () => {
    const { jane, script } = await set();
    const where = await tellJane(codeCard());
    expect(await jane.pressExecute(where, 'submit-code')).toMatchObject({
      ok: false,
      errors: { code: 'Please fill this in.' },
    });
    expect(script.pressed).toEqual([]);
  });

  it('tells the one who pressed why not, and the card stays', async () => {
    const { jane, script } = await set();
    const where = await tellJane(codeCard());
    script.reply = () => ({ kind: 'notice', text: ["This request isn't yours, ", { person: janeActor }, '.'] });
    const shown = await jane.pressExecute(where, 'submit-code', { code: '1' });
    expect(shown).toMatchObject({ ok: true, text: "This request isn't yours, Jane Doe.", card: undefined });
  });

  it('of somebody who presses without end is answered with a sentence, and nothing is asked for it', async () => {
    const { jane, script, control } = await set({ conversation: { checkThrottle: () => 'silent' } });
    const where = await tellJane(codeCard());
    await jane.pressExecute(where, 'submit-code', { code: '123456' });
    const before = control.requests.length;
    const shown = await jane.pressExecute(where, 'submit-code', { code: '123456' });
    expect(JSON.stringify(shown)).toContain('a lot of requests');
    expect(control.requests.length).toBe(before);
    expect(script.pressed).toEqual([]);
  });

  it('is told why not in a message where the answer had to leave before that was known', async () => {
    const { jane, script, control } = await set();
    const where = await tellJane(codeCard());
    const { promise, resolve } = Promise.withResolvers<void>();
    script.reply = async () => {
      await promise;
      return { kind: 'notice', text: ["This request isn't yours."] };
    };
    expect(await jane.pressExecute(where, 'submit-code', { code: '1' })).toMatchObject({
      ok: true,
      text: expect.stringContaining('a little longer'),
    });
    resolve();
    await control.until(() =>
      botMessages(janeId).some(({ card }) => textOf(card).includes("This request isn't yours.")),
    );
  });

  it('is answered in time where the conversation takes too long, and the conversation still hears that it left', async () => {
    const { jane, script } = await set();
    const where = await tellJane(codeCard());
    const { promise, resolve } = Promise.withResolvers<void>();
    script.reply = async () => {
      await promise;
      return { kind: 'card', card: codeCard() };
    };
    const shown = await jane.pressExecute(where, 'submit-code', { code: '1' });
    expect(shown).toMatchObject({
      ok: true,
      text: 'This is taking a little longer. The message will update by itself.',
    });
    expect(shown.ms).toBeLessThan(4_500);
    resolve();
    await scene.control.until(() => script.left === 1);
  });

  /** Jane presses; what comes of it is known only after Teams had to be answered. */
  const pressLate = async (reply: Script['reply']) => {
    const late = Promise.withResolvers<void>();
    const { jane, script } = await set();
    const where = await tellJane(codeCard());
    script.reply = async (pressed) => {
      await late.promise;
      return reply(pressed);
    };
    const shown = await jane.pressExecute(where, 'submit-code', { code: '1' });
    expect(shown).toMatchObject({ ok: true, text: expect.stringContaining('a little longer') });
    late.resolve();
  };

  it('is apologised for in a message where it fails after Teams had to be answered', async () => {
    await pressLate(() => Promise.reject(new Error('inside')));
    await scene.control.until(() => textOf(botMessages(janeId).at(-1)?.card).includes('Sorry, something went wrong.'));
  });

  it('shows the card in the message where it comes after Teams had to be answered', async () => {
    const line = { text: ['Not now.'], tone: 'normal' } as const;
    await pressLate(() => ({ kind: 'card', card: aCard({ version: 9, lines: [line] }) }));
    await scene.control.until(() => textOf(botMessages(janeId).at(-1)?.card).includes('Not now.'));
    expect(botMessages(janeId)).toHaveLength(2);
  });

  it('is answered kindly where something fails inside', async () => {
    const { jane, script } = await set();
    const where = await tellJane(codeCard());
    script.reply = () => Promise.reject(new Error('inside'));
    expect(await jane.pressExecute(where, 'submit-code', { code: '1' })).toMatchObject({
      ok: true,
      text: 'Sorry, something went wrong.',
    });
  });

  it('changes nothing twice, whatever comes twice: the same card pressed again is the same delivery', async () => {
    const { jane, script, control } = await set();
    const where = await tellJane(codeCard());
    const { delivery } = await jane.pressExecute(where, 'submit-code', { code: '1' });
    if (delivery === undefined) throw new Error('nothing was sent');
    await control.redeliver(delivery);
    await control.redeliver(delivery, { newId: true });
    expect(new Set(script.pressed.map((one) => one.delivery)).size).toBe(1);
    script.reply = () => ({ kind: 'card', card: codeCard({ version: 4 }) });
    await jane.pressExecute(where, 'submit-code', { code: '1' });
    await jane.pressExecute(where, 'submit-code', { code: '1' });
    expect(new Set(script.pressed.map((one) => one.delivery)).size).toBe(2);
    expect(script.pressed.map(({ delivery: name }) => name).join('')).not.toContain('submit');
  });

  it('is never overtaken by an older renderQueue than the answer', async () => {
    const { jane, script, adapter, calls } = await set();
    const where = await tellJane(codeCard());
    script.reply = () => ({
      kind: 'card',
      card: aCard({ version: 7, lines: [{ text: ['Verified'], tone: 'success' }] }),
    });
    await jane.pressExecute(where, 'submit-code', { code: '1' });
    const place = script.pressed[0]?.window ?? { target: '', place: '' };
    expect(await adapter.messenger.redraw(place, false, aCard({ version: 5 }))).toEqual({ ok: true, value: 'drawn' });
    expect(calls('update')).toBe(0);
    await adapter.messenger.redraw(place, false, aCard({ version: 7 }));
    expect(calls('update')).toBe(1);
  });
});

describe('a button that the client made up', () => {
  it.each<[string, Json]>([
    ['an act that there is none of', { verb: 'unlock-now', data: { flow: aFlow, v: 1 } }],
    ['a flow that is none', { verb: 'submit-code', data: { flow: '../../etc', v: 1 } }],
    ['a flow that is an object', { verb: 'submit-code', data: { flow: { $ne: 1 }, v: 1 } }],
    ['a version that is none', { verb: 'submit-code', data: { flow: aFlow, v: 'x' } }],
    ['no data', { verb: 'submit-code' }],
    ['data in text', { verb: 'submit-code', data: 'x' }],
    ['a code that is a book', { verb: 'submit-code', data: { flow: aFlow, v: 1, code: '1'.repeat(9_999) } }],
    ['no verb', { data: { flow: aFlow, v: 1 } }],
  ])('leads to nothing but a sentence: %s', async (_name, action) => {
    const { jane, control, script } = await set();
    const value = { action: { type: 'Action.Execute', ...action }, trigger: 'manual' };
    const delivery = await control.send(jane.activity({ type: 'invoke', name: 'adaptiveCard/action', value }));
    expect(delivery).toMatchObject({
      status: 200,
      body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message' },
    });
    expect(script.pressed).toEqual([]);
  });

  it('cannot say in which channel it stands: Teams says so', async () => {
    const { jane, sam, script } = await set();
    const own = await tellJane(codeCard());
    const data = { flow: aFlow, v: 1, channel: `teams:${helpdesk}` };
    await jane.pressExecute(own, 'approve', {}, { anyway: true, data });
    const there = await posted(request);
    await sam.pressExecute(
      there,
      'approve',
      {},
      { anyway: true, data: { flow: aFlow, v: 1, channel: 'teams:19:other' } },
    );
    expect(script.pressed.map(({ channel }) => channel)).toEqual([undefined, `teams:${helpdesk}`]);
  });

  it('cannot be another person’s: the connector is asked who is in that conversation', async () => {
    const { jane, control, script, logged } = await set();
    const where = await tellJane(codeCard());
    const genuine = await jane.pressExecute(where, 'submit-code', { code: '1' });
    const activity = genuine.delivery?.activity;
    if (activity === undefined) throw new Error('nothing was sent');
    const forged = { ...activity, id: 'f:forged', from: { ...(activity['from'] as object), aadObjectId: samId } };
    expect(await control.send(forged)).toMatchObject({
      status: 200,
      body: { value: expect.stringContaining("couldn't check with Teams who you are") },
    });
    expect(script.pressed).toHaveLength(1);
    expect(logged.some((line) => line.includes('teams.unconfirmed') && line.includes('another-person'))).toBe(true);
  });

  it('of somebody without an object id leads to nothing', async () => {
    const { jane, control, script } = await set();
    const value = { action: { type: 'Action.Execute', verb: 'start-unlock', data: { v: 0 } } };
    const { aadObjectId: _id, ...from } = jane.activity()['from'] as { aadObjectId: string };
    const invoke = jane.activity({ type: 'invoke', name: 'adaptiveCard/action', value, from });
    expect(await control.send(invoke)).toMatchObject({
      status: 200,
      body: { value: expect.stringContaining('employees') },
    });
    expect(script.pressed).toEqual([]);
  });
});

describe('a press while the connector', () => {
  it.each<[string, Parameters<Scene['control']['faults']['always']>[1]]>([
    ['hangs', { hang: true }],
    ['is cut off', { disconnect: true }],
    ['is out of order', { status: 500 }],
    ['talks HTML', { status: 200, body: '<html>' }],
    ['does not know anybody', 'MemberNotFoundInConversation'],
  ])('%s is answered in time, and not taken', async (name, fault) => {
    const { sam, control, script } = await set();
    const there = await posted(request);
    control.faults.always('member', fault);
    const shown = await sam.pressExecute(there, 'approve');
    const reason =
      name === 'does not know anybody' ? "aren't in this conversation" : "couldn't check with Teams who you are";
    expect(shown).toMatchObject({ ok: true, text: expect.stringContaining(reason) });
    expect(shown.ms).toBeLessThan(3_000);
    expect(script.pressed).toEqual([]);
    control.faults.clear();
    script.reply = () => ({ kind: 'done' });
    expect(await sam.pressExecute(there, 'approve')).toMatchObject({ ok: true });
    expect(script.pressed).toHaveLength(1);
  });
});

describe('a button on the helpdesk’s card', () => {
  it('says who pressed it and in which channel, and is answered with a sentence', async () => {
    const { sam, script } = await set();
    const there = await posted(request);
    script.reply = () => ({ kind: 'done' });
    expect(await sam.pressExecute(there, 'Approve')).toMatchObject({
      ok: true,
      text: expect.stringContaining('Got it'),
    });
    expect(script.pressed).toMatchObject([
      { actor: samActor, act: 'approve', flow: aFlow, channel: `teams:${helpdesk}`, isPrivate: false },
    ]);
    expect(script.pressed[0]?.window).toBeUndefined();
  });

  it('may be an agent’s first word to the bot: who they are is known before the press is heard', async () => {
    const memory = createReferencesInMemory();
    const { sam, script, adapter } = await set({
      references: {
        ...memory,
        async keep(actor, reference) {
          await new Promise(setImmediate);
          await memory.keep(actor, reference);
        },
      },
    });
    const there = await posted(request);
    script.reply = async () => ({ kind: 'notice', text: [(await adapter.people.lookUp(samActor)).ok ? 'yes' : 'no'] });
    expect(await sam.pressExecute(there, 'Approve')).toMatchObject({ text: 'yes' });
  });

  it('is answered with how the card stands now, where that is to be had', async () => {
    const over = aCard({ version: 2, lines: [{ text: ['Approved by ', { person: samActor }], tone: 'normal' }] });
    const { sam, script } = await set({
      conversation: { helpdeskCard: async (flow) => (flow === aFlow ? over : undefined) },
    });
    const there = await posted(request);
    script.reply = () => ({ kind: 'done' });
    const shown = await sam.pressExecute(there, 'Approve');
    expect(textOf(shown.card)).toContain('Approved by Sam Agent');
  });

  it('that needs a form shows it to the one who pressed only, with a way back', async () => {
    const { sam, jane, script } = await set({ conversation: { helpdeskCard: async () => request } });
    const there = await posted(request);
    script.reply = () => ({ kind: 'card', card: denial });
    const shown = await sam.pressExecute(there, 'Deny…');
    expect(textOf(shown.card)).toContain('Deny the request.');
    expect(textOf(jane.card(there))).toContain('Approve');
    expect(textOf((await sam.pressExecute(there, 'Go back')).card)).toContain('Approve');
    expect(script.pressed).toHaveLength(1);
    await sam.pressExecute(there, 'Deny…');
    script.reply = () => ({ kind: 'done' });
    await sam.pressExecute(there, 'submit-denial', { reason: 'suspicious' });
    expect(script.pressed.at(-1)).toMatchObject({
      act: 'submit-denial',
      values: { reason: 'suspicious' },
      channel: `teams:${helpdesk}`,
    });
  });

  it('names whom the connector names, and a colleague where it does not', async () => {
    const { control } = await set();
    await posted(request);
    expect(textOf(botMessages(helpdesk)[0]?.card)).toContain('for a colleague');
    await scene.jane.install();
    await control.until(() => botMessages(janeId).length === 1);
    await posted(request);
    expect(textOf(botMessages(helpdesk)[1]?.card)).toContain('for Jane Doe');
  });
});

describe('a press whose answer cannot be sent', () => {
  const broken = () => Promise.reject(new Error('the store is away'));
  /** The store fails as soon as the press has reached the conversation. */
  const failing = async (reply: Script['reply']) => {
    const references = createReferencesInMemory();
    let find = references.find;
    const { script, control } = await set({ references: { ...references, find: (actor) => find(actor) } });
    const where = await tellJane(codeCard());
    script.reply = (pressed) => {
      find = broken;
      return reply(pressed);
    };
    return { where, script, control };
  };
  const notice = (): ReturnType<Script['reply']> => ({ kind: 'notice', text: ['No.'] });

  it('of an older client leaves no lock behind: nobody can be looked up', async () => {
    const { where, script, control } = await failing(notice);
    const data = { act: 'submit-code', flow: aFlow, v: 3 };
    await scene.jane.pressSubmit(where, 'submit-code', { code: '1' }, { anyway: true, data });
    await control.until(() => script.pressed.length === 1);
    await control.until(() => script.left === 1);
  });

  it('in the response leaves no lock behind: its card cannot be drawn', async () => {
    const { where, script, control } = await failing(() => ({ kind: 'card', card: undrawable }));
    const shown = await scene.jane.pressExecute(where, 'submit-code', { code: '1' });
    expect(shown).toMatchObject({ ok: true, text: 'Sorry, something went wrong.' });
    await control.until(() => script.left === 1);
  });

  it('after the response leaves no lock behind, and is not held up by the sentence about it', async () => {
    const late = Promise.withResolvers<void>();
    const { where, script, control } = await failing(async () => {
      await late.promise;
      return notice();
    });
    await scene.jane.pressExecute(where, 'submit-code', { code: '1' });
    late.resolve();
    await control.until(() => script.left === 1);
  });
});

describe('an Action.Submit of an older client', () => {
  const pressing = async (card: Card = codeCard()) => {
    const where = await tellJane(card);
    const press = (given: Json = {}) =>
      scene.jane.pressSubmit(
        where,
        'submit-code',
        { code: '1' },
        { anyway: true, data: { act: 'submit-code', flow: aFlow, v: 3, ...given } },
      );
    return { where, press };
  };

  it('is taken like the other, and the message is drawn again', async () => {
    const { script, control } = await set();
    const { where, press } = await pressing();
    script.reply = () => ({
      kind: 'card',
      card: aCard({ version: 4, lines: [{ text: ['Verified'], tone: 'success' }] }),
    });
    expect(await press()).toMatchObject({ ok: true, status: 200 });
    await control.until(() => textOf(botMessages(janeId).at(-1)?.card).includes('Verified'));
    expect(botMessages(janeId).at(-1)?.id).toBe(where.activityId);
    expect(script.pressed).toMatchObject([
      { actor: janeActor, act: 'submit-code', flow: aFlow, values: { code: '1' } },
    ]);
    await control.until(() => script.left === 1);
  });

  it('has the same delivery as the Action.Execute beside it, and does nothing when it comes again', async () => {
    const { jane, script, control } = await set();
    const { where, press } = await pressing();
    const { delivery } = await press();
    await control.until(() => script.left === 1);
    if (delivery !== undefined) await control.redeliver(delivery);
    await jane.pressExecute(where, 'submit-code', { code: '1' }, { anyway: true, data: { flow: aFlow, v: 3 } });
    expect(script.pressed).toHaveLength(2);
    expect(script.pressed[0]?.delivery).toBe(script.pressed[1]?.delivery);
  });

  it('is told why not in a message', async () => {
    const { script, control } = await set();
    const { press } = await pressing();
    script.reply = () => ({ kind: 'notice', text: ['No.'] });
    await press();
    await control.until(() => textOf(botMessages(janeId).at(-1)?.card).includes('No.'));
  });

  it('without end is told once in a message', async () => {
    const verdicts = ['too-often', 'silent', 'silent', 'allowed'] as const;
    let nth = 0;
    const { script, control } = await set({ conversation: { checkThrottle: () => verdicts[nth++] ?? 'allowed' } });
    const { press } = await pressing();
    script.reply = () => ({ kind: 'notice', text: ['No.'] });
    await press();
    await control.until(() => textOf(botMessages(janeId).at(-1)?.card).includes('a lot of requests'));
    const before = botMessages(janeId).length;
    for (let times = 0; times < 3; times += 1) await press();
    await control.until(() => textOf(botMessages(janeId).at(-1)?.card).includes('No.'));
    expect(botMessages(janeId)).toHaveLength(before + 1);
    expect(script.pressed).toHaveLength(1);
  });

  it('with data that nobody put there leads to a sentence', async () => {
    const { script, control } = await set();
    const { press } = await pressing();
    await press({ act: 'unlock-now' });
    await control.until(() => textOf(botMessages(janeId).at(-1)?.card).includes('old message'));
    expect(script.pressed).toEqual([]);
  });

  it.each([
    ['that nobody put there', { act: 'unlock-now' }],
    ['that goes back', { act: 'back' }],
  ])('without end with data %s leads to no sentence', async (_what, data) => {
    const { control, adapter } = await set({ conversation: { checkThrottle: () => 'silent' } });
    const { press } = await pressing();
    const before = botMessages(janeId).length;
    for (let times = 0; times < 3; times += 1) await press(data);
    await adapter.stop();
    expect(botMessages(janeId)).toHaveLength(before);
    expect(control.requests.filter(({ kind }) => kind === 'send')).toHaveLength(before);
  });

  it('in a channel shows no form to everybody', async () => {
    const { sam, script, control } = await set();
    await sam.install();
    const there = await posted(request);
    script.reply = () => ({ kind: 'card', card: denial });
    await sam.pressSubmit(there, 'deny', {}, { anyway: true, data: { act: 'deny', flow: aFlow, v: 1 } });
    await control.until(() => textOf(botMessages(samId).at(-1)?.card).includes('Please update Teams'));
    expect(textOf(botMessages(helpdesk)[0]?.card)).toContain('Approve');
  });
});

describe('a button that begins something', () => {
  it('may be pressed again and again, also on a card about a flow that is over', async () => {
    const { jane, script, control } = await set();
    const again = { kind: 'press', act: 'restart', label: 'Start again', style: 'normal', opensWindow: true } as const;
    const where = await tellJane(aCard({ actions: [again] }));
    script.reply = () => ({ kind: 'notice', text: ['Yes.'] });
    const { delivery } = await jane.pressExecute(where, 'restart');
    if (delivery !== undefined) await control.redeliver(delivery);
    await jane.pressExecute(where, 'restart');
    const [first, same, second] = script.pressed.map((one) => one.delivery);
    expect(same).toBe(first);
    expect(second).not.toBe(first);
  });
});

describe('what the helpdesk sees', () => {
  it('is shown in a channel only, and the channel is told to whoever draws it', async () => {
    const asked: string[] = [];
    const { jane, sam } = await set({
      conversation: {
        async helpdeskCard(_flow, channel) {
          asked.push(channel);
          return request;
        },
      },
    });
    const own = await tellJane(codeCard());
    expect(await jane.pressExecute(own, 'back', {}, { anyway: true, data: { flow: aFlow, v: 1 } })).toMatchObject({
      card: undefined,
    });
    const there = await posted(request);
    await sam.pressExecute(there, 'back', {}, { anyway: true, data: { flow: aFlow, v: 1 } });
    expect(asked).toEqual([`teams:${helpdesk}`]);
  });
});

describe('an old card', () => {
  it('is pressed like any other: what has become of it, the flow says', async () => {
    const { jane, script } = await set();
    const old = codeCard({ version: 1 });
    const where = await tellJane(old);
    const oldCard = jane.card(where);
    const messenger: Messenger = scene.adapter.messenger;
    const { serviceUrl } = scene.teams;
    const place = { serviceUrl, conversationId: where.conversation, activityId: where.activityId, tenantId: 'x' };
    await messenger.redraw({ target: '', place: JSON.stringify(place) }, false, aCard({ version: 9 }));
    script.reply = () => ({ kind: 'card', card: aCard({ version: 9, lines: [{ text: ['Over.'], tone: 'normal' }] }) });
    const shown = await jane.pressExecute(
      where,
      'submit-code',
      { code: '1' },
      oldCard === undefined ? {} : { card: oldCard },
    );
    expect(textOf(shown.card)).toContain('Over.');
    expect(script.pressed).toMatchObject([{ flow: aFlow, act: 'submit-code' }]);
  });
});
