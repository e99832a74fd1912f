// The emulated Teams and a bot, in both directions: chat, cards, dialogs, channels.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../playground/json.ts';
import { visibleText } from '../../playground/teams/cards.ts';
import {
  APP,
  cardAnswer,
  cardOf,
  dialogAnswer,
  field,
  HELPDESK,
  JANE,
  openTeams,
  path,
  type Rig,
  SAM,
  STRANGER,
  textField,
  withCard,
} from './teams-bot.ts';

const codeCard = cardOf('Enter the code', {
  actions: [
    { type: 'Action.Execute', title: 'Verify', verb: 'code', data: { ref: 'r1' } },
    { type: 'Action.Submit', title: 'Other way', data: { ref: 'r2' }, associatedInputs: 'none' },
    { type: 'Action.Submit', title: 'Enter it apart', data: { ref: 'r3', msteams: { type: 'task/fetch' } } },
    { type: 'Action.OpenUrl', title: 'Open', url: 'https://acme.test/go/1' },
  ],
  body: [
    { type: 'TextBlock', text: 'Enter the code' },
    {
      type: 'Input.Text',
      id: 'code',
      label: 'Code',
      isRequired: true,
      errorMessage: 'The code, please.',
      maxLength: 6,
    },
    { type: 'Input.Toggle', id: 'remember', title: 'Remember me' },
  ],
});

/** Jane's personal chat with one card in it. */
async function chatWith(rig: Rig, card: Json) {
  const conversation = rig.teams.control.personalConversation(JANE);
  const sent = await rig.post(conversation, withCard(card));
  return { conversation, activityId: textField(sent.body, 'id') };
}

describe('the personal chat', () => {
  it('a message arrives as Teams sends it, and the answer stands in the chat', async () => {
    const rig = await openTeams();
    const shown = await rig.teams.client(JANE).message('unlock');
    expect(shown).toMatchObject({ ok: true, status: 200 });
    const conversation = rig.teams.control.personalConversation(JANE);
    expect(rig.heard[0]?.activity).toMatchObject({
      type: 'message',
      text: 'unlock',
      textFormat: 'plain',
      channelId: 'msteams',
      serviceUrl: rig.teams.serviceUrl,
      from: { id: expect.stringMatching(/^29:1/), name: 'Jane Doe', aadObjectId: JANE },
      recipient: { id: `28:${APP.appId}`, name: 'Latchkey' },
      conversation: { conversationType: 'personal', tenantId: APP.tenantId, id: conversation },
      channelData: { tenant: { id: APP.tenantId } },
      locale: 'en-US',
      timestamp: '2026-03-02T08:00:00.000Z',
    });
    expect(conversation).toMatch(/^a:1/);
    expect(rig.teams.serviceUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/.*\/$/);
    const reply = path(conversation, 'activities', textField(rig.heard[0]?.activity, 'id'));
    const sent = await rig.api('POST', `v3/conversations/${reply}`, { type: 'message', text: 'Working on it' });
    expect(sent).toMatchObject({ status: 201, body: { id: expect.stringMatching(/^\d{13}$/) } });
    expect(rig.teams.control.messages(JANE).map(({ from, text }) => [from, text])).toEqual([
      [JANE, 'unlock'],
      ['bot', 'Working on it'],
    ]);
  });

  it('an anonymous person comes without an object id', async () => {
    const rig = await openTeams();
    await rig.teams.client(STRANGER).message('hello');
    expect(field(rig.heard[0]?.activity, 'from')).toEqual({ id: expect.any(String), name: 'Nobody (Guest)' });
  });

  it('the bot is told of its installation and of its removal', async () => {
    const rig = await openTeams();
    rig.teams.control.addUser({ aadObjectId: 'new', name: 'New Person', isInstalled: false });
    const person = rig.teams.client('new');
    await expect(person.message('hello')).rejects.toThrow('does not have the app');
    await person.install();
    await person.uninstall();
    const told = rig.heard.map(({ activity }) => [activity['type'], activity['action'], activity['membersAdded']]);
    expect(told).toEqual([
      ['installationUpdate', 'add', undefined],
      ['conversationUpdate', undefined, [{ id: `28:${APP.appId}` }]],
      ['installationUpdate', 'remove', undefined],
    ]);
  });

  it('text and attachment in one message become two, and no id comes back', async () => {
    const rig = await openTeams();
    const both = { ...withCard(cardOf('Card')), text: 'Text' };
    const sent = await rig.post(rig.teams.control.personalConversation(JANE), both);
    expect(sent).toMatchObject({ status: 201, body: {} });
    expect(field(sent.body, 'id')).toBeUndefined();
    expect(rig.teams.control.messages(JANE)).toHaveLength(2);
  });

  it('what people write cannot be changed or deleted by the bot', async () => {
    const rig = await openTeams();
    await rig.teams.client(JANE).message('123456');
    const written = path(
      rig.teams.control.personalConversation(JANE),
      'activities',
      textField(rig.heard[0]?.activity, 'id'),
    );
    const changed = await rig.api('PUT', `v3/conversations/${written}`, { type: 'message', text: 'x' });
    const deleted = await rig.api('DELETE', `v3/conversations/${written}`);
    expect([changed.status, deleted.status]).toEqual([403, 403]);
  });
});

describe('cards', () => {
  it('Action.Execute sends verb, data and inputs; its card is for the presser until the message changes', async () => {
    const rig = await openTeams();
    const where = await chatWith(rig, codeCard);
    const jane = rig.teams.client(JANE);
    rig.answer = () => cardAnswer(cardOf('Checking'));

    const pressed = await jane.pressExecute(where, 'code', { code: '123456' });

    expect(pressed).toMatchObject({ ok: true, card: { body: [{ text: 'Checking' }] } });
    expect(rig.heard[0]?.activity).toMatchObject({
      type: 'invoke',
      name: 'adaptiveCard/action',
      replyToId: where.activityId,
      value: {
        action: {
          type: 'Action.Execute',
          title: 'Verify',
          verb: 'code',
          data: { ref: 'r1', code: '123456', remember: 'false' },
        },
        trigger: 'manual',
      },
    });
    expect(visibleText(jane.card(where) ?? {})).toContain('Checking');
    expect(visibleText(rig.teams.control.messages(JANE)[0]?.card ?? {})).toContain('Enter the code');

    const update = path(where.conversation, 'activities', where.activityId);
    const updated = await rig.api('PUT', `v3/conversations/${update}`, withCard(cardOf('Unlocked')));
    expect(updated).toMatchObject({ status: 200, body: { id: where.activityId } });
    expect(visibleText(jane.card(where) ?? {})).toBe('Unlocked');
    expect(rig.teams.control.messages(JANE)[0]?.earlierCards.map(visibleText)[0]).toContain('Enter the code');
  });

  it('a card in a channel changes for the presser alone', async () => {
    const rig = await openTeams();
    rig.teams.control.addTeamChannel({ id: HELPDESK, name: 'Helpdesk', members: [SAM, JANE] });
    const approve = cardOf('Approve?', { actions: [{ type: 'Action.Execute', title: 'Approve', verb: 'approve' }] });
    const body = { isGroup: true, channelData: { channel: { id: HELPDESK } }, activity: withCard(approve) };
    const made = await rig.api('POST', 'v3/conversations', body);
    const where = { conversation: textField(made.body, 'id'), activityId: textField(made.body, 'activityId') };
    expect(where.conversation).toBe(`${HELPDESK};messageid=${where.activityId}`);
    rig.answer = () => cardAnswer(cardOf('You approved'));
    await rig.teams.client(SAM).pressExecute(where, 'Approve');
    expect(visibleText(rig.teams.client(SAM).card(where) ?? {})).toBe('You approved');
    expect(visibleText(rig.teams.client(JANE).card(where) ?? {})).toContain('Approve?');
    await expect(rig.teams.client(STRANGER).pressExecute(where, 'Approve')).rejects.toThrow('does not see');
  });

  it('inputs are minded before anything is sent', async () => {
    const rig = await openTeams();
    const where = await chatWith(rig, codeCard);
    const jane = rig.teams.client(JANE);
    const empty = await jane.pressExecute(where, 'code');
    const long = await jane.pressExecute(where, 'code', { code: '1234567' });
    expect([empty, long].map(({ ok, delivery, errors }) => [ok, delivery, errors['code']])).toEqual([
      [false, undefined, 'The code, please.'],
      [false, undefined, 'The code, please.'],
    ]);
    await expect(jane.pressExecute(where, 'code', { pin: '1' })).rejects.toThrow('no input pin');
    await expect(jane.pressExecute(where, 'approve')).rejects.toThrow('only: Verify (code)');
    expect(rig.heard).toEqual([]);
  });

  it('a forged press and a press on an old card go out all the same', async () => {
    const rig = await openTeams();
    const where = await chatWith(rig, cardOf('Nothing to press'));
    const jane = rig.teams.client(JANE);
    await jane.pressExecute(where, 'approve', {}, { anyway: true, data: { ref: 'forged' } });
    await jane.pressExecute(where, 'code', { code: '1' }, { card: codeCard, data: { ref: 'tampered' } });
    const actions = rig.heard.map(({ activity }) => field(activity, 'value', 'action'));
    expect(actions).toMatchObject([
      { verb: 'approve', data: { ref: 'forged' } },
      { verb: 'code', data: { ref: 'tampered', code: '1' } },
    ]);
  });

  it('Action.Submit arrives as a message with a value and no text', async () => {
    const rig = await openTeams();
    const where = await chatWith(rig, codeCard);
    const shown = await rig.teams.client(JANE).pressSubmit(where, 'Other way');
    expect(shown).toMatchObject({ ok: true, card: undefined });
    const activity = rig.heard[0]?.activity;
    expect(activity).toMatchObject({ type: 'message', value: { ref: 'r2' }, replyToId: where.activityId });
    expect(activity).not.toHaveProperty('text');
    expect(rig.teams.client(JANE).openUrl(where, 'Open')).toBe('https://acme.test/go/1');
  });

  it('says what people read when the answer is a sentence, an error, odd, or none', async () => {
    const rig = await openTeams();
    const where = await chatWith(rig, codeCard);
    const press = () => rig.teams.client(JANE).pressExecute(where, 'code', { code: '1' });
    rig.answer = () => ({
      body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Noted' },
    });
    expect(await press()).toMatchObject({ ok: true, text: 'Noted' });
    const value = { code: 'BadRequest', message: 'Not for you.' };
    rig.answer = () => ({ body: { statusCode: 400, type: 'application/vnd.microsoft.error', value } });
    expect(await press()).toMatchObject({ ok: false, says: 'Not for you.' });
    rig.answer = () => ({ body: { hello: 1 } });
    expect(await press()).toMatchObject({ ok: false, says: 'Something went wrong. Please try again.' });
    rig.answer = () => ({ status: 501 });
    expect(await press()).toMatchObject({ ok: false, says: 'Unable to reach app. Please try again.' });
  });
});

describe('dialogs', () => {
  it('open from a card, go on, and close with a sentence', async () => {
    const rig = await openTeams();
    const where = await chatWith(rig, codeCard);
    const jane = rig.teams.client(JANE);
    const ask = cardOf('Code', {
      body: [{ type: 'Input.Text', id: 'code', label: 'Code' }],
      actions: [{ type: 'Action.Submit', title: 'Verify', data: { ref: 'r3' } }],
    });
    rig.answer = () => dialogAnswer('Enter the code', ask);
    const opened = await jane.taskFetch(where, 'Enter it apart', { code: '0' });
    expect(opened.dialog).toMatchObject({ title: 'Enter the code', from: where });
    rig.answer = (activity) => {
      const isRight = field(activity, 'value', 'data', 'code') === '123456';
      return isRight ? { body: { task: { type: 'message', value: 'Done.' } } } : dialogAnswer('Once more', ask);
    };
    expect((await jane.taskSubmit({ code: '1' })).dialog?.title).toBe('Once more');
    rig.answer = (
      (before) => (activity) =>
        before(activity)
    )(rig.answer);
    expect((await jane.taskSubmit({ code: '123456' })).dialog).toMatchObject({ message: 'Done.', card: undefined });
    expect(rig.heard.map(({ activity }) => [activity['name'], field(activity, 'value', 'data', 'ref')])).toEqual([
      ['task/fetch', 'r3'],
      ['task/submit', 'r3'],
      ['task/submit', 'r3'],
    ]);
    await expect(jane.taskSubmit({ code: '1' })).rejects.toThrow('no dialog open');
  });

  it('an answer without a body closes it, a failing one leaves it open', async () => {
    const rig = await openTeams();
    const where = await chatWith(rig, codeCard);
    const jane = rig.teams.client(JANE);
    const card = cardOf('Sure?', { actions: [{ type: 'Action.Submit', title: 'Yes', data: {} }] });
    rig.answer = () => dialogAnswer('Sure?', card);
    await jane.pressSubmit(where, 'Enter it apart', { code: '1' });
    rig.answer = () => ({ status: 500 });
    expect(await jane.taskSubmit()).toMatchObject({ ok: false });
    expect(jane.dialog()?.title).toBe('Sure?');
    rig.answer = () => ({});
    expect(await jane.taskSubmit()).toMatchObject({ ok: true });
    expect(jane.dialog()).toBeUndefined();
  });
});

describe('channels', () => {
  it('the bot hears only what mentions it, in the thread in which it was said', async () => {
    const rig = await openTeams();
    const sam = rig.teams.client(SAM);
    expect((await sam.channelMessage(HELPDESK, 'psst', { mention: false })).delivery).toBeUndefined();
    await sam.channelMessage(HELPDESK, 'unlock');
    const [heard] = rig.heard;
    expect(heard?.activity).toMatchObject({
      text: '<at>Latchkey</at> unlock',
      conversation: {
        isGroup: true,
        conversationType: 'channel',
        tenantId: APP.tenantId,
        id: `${HELPDESK};messageid=${textField(heard?.activity, 'id')}`,
      },
      channelData: {
        channel: { id: HELPDESK },
        team: { id: expect.stringMatching(/^19:/) },
        tenant: { id: APP.tenantId },
      },
    });
    expect(field(heard?.activity, 'entities')).toContainEqual({
      type: 'mention',
      mentioned: { id: `28:${APP.appId}`, name: 'Latchkey' },
      text: '<at>Latchkey</at>',
    });
    const thread = textField(heard?.activity, 'conversation', 'id');
    await rig.post(thread, { type: 'message', text: 'Please ask me in private' });
    expect(rig.teams.control.messages(thread).map(({ from }) => from)).toEqual([SAM, 'bot']);
    expect(rig.teams.control.messages(HELPDESK)).toHaveLength(3);
    await expect(rig.teams.client(JANE).channelMessage(HELPDESK, 'hi')).rejects.toThrow('not in Helpdesk');
  });

  it('a channel of another tenant says so', async () => {
    const rig = await openTeams();
    const tenantId = '33333333-3333-4333-8333-333333333333';
    rig.teams.control.addTeamChannel({ id: '19:other@thread.tacv2', name: 'Other', members: [SAM], tenantId });
    await rig.teams.client(SAM).channelMessage('19:other@thread.tacv2', 'unlock');
    expect(rig.heard[0]?.activity).toMatchObject({
      conversation: { tenantId },
      channelData: { tenant: { id: tenantId } },
    });
  });
});
