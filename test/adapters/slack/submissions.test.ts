// Submitted modals, over signed HTTP: the answer is never empty when nothing succeeded.
import { afterEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../../playground/slack/visible.ts';
import type { Card } from '../../../src/bot/cards/card.ts';
import { type Scene, type SceneOptions, setScene } from './scene.ts';
import { aCard, aFlow, codeCard, undrawable } from './scripted-conversation.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

/** Opens a modal with this card for Jane. */
async function windowWith(card: Card): Promise<string> {
  const { jane, script, control, adapter } = scene;
  await jane.command('/reset-password');
  await control.until(() => script.attached.length === 1);
  const window = script.attached[0]?.window;
  if (window === undefined) throw new Error('no window');
  await adapter.messenger.redraw(window, true, card);
  return JSON.parse(window.place).viewId;
}

const typed = async (code: string) => {
  await scene.jane.type('lk.code.first', 'code', code);
  return scene.jane.submit();
};
const text = () => visibleText(scene.control.openView('U0JANE')?.view ?? { blocks: [] });

describe('a submitted window', () => {
  it('brings what was typed, for which flow, from whom; the answer stands in the same window', async () => {
    const { script, control } = await set();
    const viewId = await windowWith(codeCard());
    script.reply = () => ({
      kind: 'card',
      card: aCard({ version: 5, lines: [{ text: ['You’re verified.'], tone: 'success' }] }),
    });
    expect(await typed('123456')).toMatchObject({ ok: true });
    expect(script.pressed[0]).toMatchObject({
      actor: 'slack:T0ACME:U0JANE',
      act: 'submit-code',
      flow: aFlow,
      values: { code: '123456' },
    });
    expect(script.pressed[0]?.window?.place).toBe(JSON.stringify({ viewId }));
    expect(text()).toContain('You’re verified.');
    await control.until(() => script.left === 1);
  });

  it('is drawn again only after its answer has left', async () => {
    const { script, control } = await set();
    await windowWith(codeCard());
    const finished = Promise.withResolvers<void>();
    script.reply = async () => {
      await finished.promise;
      return { kind: 'card', card: aCard({ version: 5 }) };
    };
    const submitting = typed('123456');
    await control.until(() => script.pressed.length === 1);
    expect(script.left).toBe(0);
    finished.resolve();
    await submitting;
    await control.until(() => script.left === 1);
  });

  it('tells a wrong code beside the input, and the window stays', async () => {
    const { script } = await set();
    await windowWith(codeCard());
    script.reply = () => ({ kind: 'card', card: codeCard({ version: 5 }, "That isn't the code. 2 tries left.") });
    const shown = await typed('000000');
    expect(JSON.parse(shown.body)).toEqual({
      response_action: 'errors',
      errors: { 'lk.code.first': "That isn't the code. 2 tries left." },
    });
    expect(text()).toContain('Verify');
  });

  it('tells a second wrong code just as well', async () => {
    const { script } = await set();
    await windowWith(codeCard());
    script.reply = () => ({ kind: 'card', card: codeCard({ version: 5 }, "That isn't the code.") });
    await typed('000000');
    await typed('000000');
    expect(script.pressed.map(({ delivery }) => delivery)).toHaveLength(2);
    expect(new Set(script.pressed.map(({ delivery }) => delivery)).size).toBe(2);
  });

  it('shows one error where the window was drawn with an earlier one: directly under the field, and only the new one', async () => {
    const { script } = await set();
    await windowWith(codeCard({}, "That isn't the code. 2 tries left."));
    expect(text()).toContain('2 tries left');
    script.reply = () => ({ kind: 'card', card: codeCard({ version: 5 }, "That isn't the code. 1 try left.") });
    const shown = await typed('000000');
    expect(JSON.parse(shown.body)).toMatchObject({ response_action: 'update' });
    expect(text().match(/That isn't the code/g)).toHaveLength(1);
    expect(text()).toContain('1 try left');
    const blocks = scene.control.openView('U0JANE')?.view.blocks.map(({ block_id }) => block_id);
    expect(blocks?.slice(-2)).toEqual(['lk.code.first', 'lk.error']);
  });

  it('shows an error in the window where the answer is another form', async () => {
    const { script } = await set();
    await windowWith(codeCard({ submit: { act: 'send-code', label: 'Send' } }));
    script.reply = () => ({ kind: 'card', card: codeCard({ version: 5 }, "That isn't the code.") });
    const shown = await typed('000000');
    expect(JSON.parse(shown.body)).toMatchObject({ response_action: 'update' });
    expect(text()).toContain("That isn't the code.");
  });

  it('brings the contact that was chosen', async () => {
    const { script, jane } = await set();
    script.reply = () => ({ kind: 'notice', text: ['Not yet.'] });
    const choices = [
      { value: 'email|1', label: 'Email j•••@g•••.com' },
      { value: 'sms|2', label: 'Text •••12' },
    ];
    await windowWith(
      aCard({
        version: 3,
        inputs: [{ kind: 'choice', name: 'contact', label: 'Where?', choices, initial: 'email|1' }],
        submit: { act: 'send-code', label: 'Send code' },
      }),
    );
    await jane.submit();
    await jane.choose('lk.contact.3', 'contact', 'sms|2');
    await jane.submit();
    expect(script.pressed.map(({ act, values }) => [act, values.contact])).toEqual([
      ['send-code', 'email|1'],
      ['send-code', 'sms|2'],
    ]);
  });

  it('without inputs is taken, whether Slack sends an empty state or none', async () => {
    const { script, jane } = await set();
    script.reply = () => ({ kind: 'notice', text: ['Not yet.'] });
    await windowWith(aCard({ version: 3, submit: { act: 'send-code', label: 'Send code' } }));
    await jane.submit();
    await jane.send('interaction', submission({ callback_id: 'lk.send-code', state: undefined }));
    expect(script.pressed).toMatchObject([
      { act: 'send-code', flow: aFlow, values: {} },
      { act: 'send-code', flow: aFlow, values: {} },
    ]);
  });

  it('closes when there is nothing more to say', async () => {
    const { script, control } = await set();
    await windowWith(codeCard());
    script.reply = () => ({ kind: 'done' });
    await typed('123456');
    expect(control.openView('U0JANE')).toBeUndefined();
  });

  it('sent without end is not looked at, and that stands beside the input', async () => {
    const { script } = await set({ conversation: { checkThrottle: () => 'silent' } });
    await windowWith(codeCard());
    expect((await typed('123456')).errors?.['lk.code.first']).toContain('a lot of requests');
    expect(script.pressed).toEqual([]);
  });

  it('tells a refusal beside the input', async () => {
    const { script } = await set();
    await windowWith(codeCard());
    script.reply = () => ({ kind: 'notice', text: ['This request is over.'] });
    expect((await typed('123456')).errors).toEqual({ 'lk.code.first': 'This request is over.' });
  });

  it('that fails inside says sorry and stays open: nobody sees a success that never happened', async () => {
    const { script, control } = await set();
    await windowWith(codeCard());
    script.reply = () => Promise.reject(new Error('boom'));
    const shown = await typed('123456');
    expect(shown.body).not.toBe('');
    expect(shown.errors).toEqual({ 'lk.code.first': 'Sorry, something went wrong.' });
    expect(control.openView('U0JANE')).toBeDefined();
  });

  it('says that it takes a moment, and changes by itself, where even the patience is not kept', async () => {
    const late = Promise.withResolvers<void>();
    const { script, control } = await set();
    await windowWith(codeCard());
    script.reply = async () => {
      await late.promise;
      return { kind: 'card', card: aCard({ version: 6, lines: [{ text: ['Verified at last'], tone: 'success' }] }) };
    };
    const shown = await typed('123456');
    expect(shown).toMatchObject({ ok: true, status: 200 });
    expect(shown.ms).toBeLessThan(2_950);
    expect(text()).toContain('One moment');
    late.resolve();
    await control.until(() => text().includes('Verified at last'));
    await control.until(() => script.left === 1);
  });

  it('whose answer cannot be drawn leaves no lock behind, and says sorry', async () => {
    const { script, control } = await set();
    await windowWith(codeCard());
    script.reply = () => ({ kind: 'card', card: undrawable });
    expect((await typed('123456')).errors).toEqual({ 'lk.code.first': 'Sorry, something went wrong.' });
    await control.until(() => script.left === 1);
  });

  it('whose late answer cannot be drawn leaves no lock behind, and says sorry', async () => {
    const late = Promise.withResolvers<void>();
    const { script, control } = await set();
    await windowWith(codeCard());
    script.reply = async () => {
      await late.promise;
      return { kind: 'card', card: undrawable };
    };
    await typed('123456');
    late.resolve();
    await control.until(() => text().includes('Sorry, something went wrong.'));
    await control.until(() => script.left === 1);
  });

  const submission = (view: object, more: object = {}) => ({
    type: 'view_submission',
    api_app_id: 'A0LATCHKEY',
    user: { id: 'U0JANE', team_id: 'T0ACME' },
    team: { id: 'T0ACME' },
    trigger_id: '1.2.x',
    view: {
      id: 'V0X',
      type: 'modal',
      callback_id: 'lk.submit-code',
      private_metadata: JSON.stringify({ flow: aFlow }),
      state: { values: {} },
      ...view,
    },
    ...more,
  });

  it.each([
    ['an unknown callback id', submission({ callback_id: 'lk.grant-everything' })],
    ['a callback id of another app', submission({ callback_id: 'survey' })],
    ['no callback id', submission({ callback_id: undefined })],
    ['metadata that is no JSON', submission({ private_metadata: '{' })],
    ['metadata with another flow', submission({ private_metadata: '{"flow":"<!here>"}' })],
    ['metadata with another platform’s channel', submission({ private_metadata: '{"channel":"teams:19:x"}' })],
    ['metadata that is a list', submission({ private_metadata: '[]' })],
    ['no state', submission({ state: undefined })],
    ['a state of another shape', submission({ state: { values: [1, 2] } })],
    [
      'a state with values of another shape',
      submission({ state: { values: { b: { code: { value: { $gt: '' } } } } } }),
    ],
    ['a state of text', submission({ state: 'x' })],
    ['a value without end', submission({ state: { values: { b: { code: { value: '1'.repeat(5_000) } } } } })],
    ['no person in a shape of Slack’s', submission({}, { user: { id: 'admin', team_id: 'T0ACME' } })],
  ])('with %s is answered with a window that says so, and nothing is pressed', async (_name, payload) => {
    const { jane, script } = await set();
    const answer = await jane.send('interaction', payload);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ response_action: 'update' });
    expect(answer.body).toContain('out of date');
    expect(script.pressed).toEqual([]);
  });

  it('without any view is an error to Slack, not a success', async () => {
    const { jane } = await set();
    expect(await jane.send('interaction', submission({}, { view: null }))).toMatchObject({ status: 400, body: '' });
    expect(await jane.command('/unlock')).toMatchObject({ ok: true });
  });

  it('hands a code over only from the input of that name', async () => {
    const { jane, script } = await set();
    const values = { a: { __proto__: { value: 'x' }, constructor: { value: 'y' } }, b: { code: { value: '123456' } } };
    await jane.send('interaction', submission({ state: { values } }));
    expect(script.pressed[0]?.values).toEqual({ code: '123456' });
  });

  it('that was only closed is acknowledged and changes nothing', async () => {
    const { jane, script } = await set();
    const closed = { ...submission({}), type: 'view_closed', is_cleared: true };
    expect(await jane.send('interaction', closed)).toMatchObject({ status: 200, body: '' });
    expect(script.pressed).toEqual([]);
  });
});
