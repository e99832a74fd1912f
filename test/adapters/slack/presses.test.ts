// Buttons on messages, in modals and on the Home tab, over signed HTTP.
import { afterEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../../playground/slack/visible.ts';
import type { Card } from '../../../src/bot/cards/card.ts';
import { knownActor } from '../../../src/flows/ids.ts';
import { type Scene, type SceneOptions, setScene } from './scene.ts';
import { aCard, aFlow, codeCard } from './scripted-conversation.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

const jane = knownActor('slack:T0ACME:U0JANE');

const request: Card = aCard({
  title: 'Unlock',
  summary: ['Unlock for a colleague'],
  actions: [
    { kind: 'press', act: 'approve', label: 'Approve', style: 'primary', opensWindow: false },
    { kind: 'press', act: 'deny', label: 'Deny…', style: 'normal', opensWindow: true },
  ],
});

async function posted(card: Card): Promise<{ channel: string; ts: string }> {
  const place = await scene.adapter.messenger.post('C0HELPDESK', card);
  if (!place.ok) throw new Error(place.failure.cause);
  return JSON.parse(place.value.place);
}

async function tellJane(card: Card): Promise<{ channel: string; ts: string }> {
  const place = await scene.adapter.messenger.tell(jane, card);
  if (!place.ok) throw new Error(place.failure.cause);
  return JSON.parse(place.value.place);
}

const nowhere = { target: '', place: '' };

describe('a button on a message', () => {
  it('is acknowledged at once, and says who pressed it, where, and for which flow', async () => {
    const { sam, script, control } = await set();
    const where = await posted(request);
    script.reply = () => ({ kind: 'done' });
    expect(await sam.press(where, 'lk.approve')).toMatchObject({ ok: true, status: 200, body: '' });
    await control.until(() => script.left === 1);
    expect(script.pressed[0]).toMatchObject({
      isPrivate: false,
      actor: 'slack:T0ACME:U0SAM',
      act: 'approve',
      flow: aFlow,
      channel: 'slack:C0HELPDESK',
    });
    expect(script.pressed[0]?.window).toBeUndefined();
    // By this reference the conversation recognises the message again, whether or not it knew of it.
    const drawn = await scene.adapter.messenger.redraw(script.pressed[0]?.message ?? nowhere, false, aCard());
    expect(drawn).toEqual({ ok: true, value: 'drawn' });
    expect(control.messages('C0HELPDESK')).toHaveLength(1);
  });

  it('is replaced by the answer, in place', async () => {
    const { sam, script, control } = await set();
    const where = await posted(request);
    const approved = aCard({ version: 2, lines: [{ text: ['Approved by ', { person: jane }], tone: 'normal' }] });
    script.reply = () => ({ kind: 'card', card: approved });
    await sam.press(where, 'lk.approve');
    const message = await control.until(() =>
      control.messages('C0HELPDESK').find((one) => visibleText({ ...one }).includes('Approved by <@U0JANE>')),
    );
    expect(message.ts).toBe(where.ts);
    expect(scene.calls('chat.update')).toBe(0);
  });

  it.each([
    ['is broken', 'http_500'],
    ['is used up', { kind: 'http', status: 404, body: '{"ok":false,"error":"used_url"}' }],
    ['answers with a page of a gateway', 'html'],
    ['asks for a pause', { kind: 'ratelimited', retryAfterSeconds: 30 }],
  ] as const)('is replaced by chat.update where the response address %s', async (_how, fault) => {
    const { sam, script, control } = await set();
    const where = await posted(request);
    control.faults.always('response_url', fault);
    script.reply = () => ({ kind: 'card', card: aCard({ version: 2 }) });
    await sam.press(where, 'lk.approve');
    await control.until(() => control.messages('C0HELPDESK')[0]?.earlier.length === 1);
    expect(scene.calls('chat.update')).toBe(1);
  });

  it('is never replaced by an older renderQueue than the one that stands there', async () => {
    const { sam, script, control, adapter } = await set();
    const place = await adapter.messenger.post('C0HELPDESK', request);
    if (!place.ok) throw new Error('not posted');
    const newest = aCard({ version: 7, lines: [{ text: ['Unlocked'], tone: 'success' }] });
    script.reply = async () => {
      await adapter.messenger.redraw(place.value, false, newest);
      return { kind: 'card', card: aCard({ version: 2 }) };
    };
    await sam.press(JSON.parse(place.value.place), 'lk.approve');
    await control.until(() => script.left === 1);
    expect(
      visibleText({ ...control.messages('C0HELPDESK')[0], blocks: control.messages('C0HELPDESK')[0]?.blocks ?? [] }),
    ).toContain('Unlocked');
  });

  it('tells the one who pressed, and nobody else, why not', async () => {
    const { sam, script, control } = await set();
    const where = await posted(request);
    script.reply = () => ({ kind: 'notice', text: ['You cannot approve your own request, ', { person: jane }, '.'] });
    await sam.press(where, 'lk.approve');
    const seen = await control.until(() => control.ephemerals('C0HELPDESK', 'U0SAM').at(-1));
    expect(seen.text).toBe('You cannot approve your own request, <@U0JANE>.');
    expect(control.messages('C0HELPDESK')).toHaveLength(1);
    expect(control.messages('C0HELPDESK')[0]?.earlier).toEqual([]);
  });

  it('tells it also where the response address is broken', async () => {
    const { sam, script, control } = await set();
    const where = await posted(request);
    control.faults.always('response_url', 'disconnect');
    script.reply = () => ({ kind: 'notice', text: ['No.'] });
    await sam.press(where, 'lk.approve');
    await control.until(() => control.ephemerals('C0HELPDESK', 'U0SAM').length === 1);
    expect(scene.calls('chat.postEphemeral')).toBe(1);
  });

  it('posts its answer to no address but Slack’s own', async () => {
    const { sam, script, control } = await set();
    const where = await posted(request);
    script.reply = () => ({ kind: 'notice', text: ['No.'] });
    await sam.send('interaction', {
      type: 'block_actions',
      api_app_id: 'A0LATCHKEY',
      user: { id: 'U0SAM', team_id: 'T0ACME' },
      team: { id: 'T0ACME' },
      trigger_id: '1.2.x',
      response_url: 'http://127.0.0.1:9/steal',
      container: { type: 'message', message_ts: where.ts, channel_id: where.channel },
      channel: { id: where.channel },
      actions: [{ type: 'button', action_id: 'lk.approve', value: aFlow, action_ts: '1.1' }],
    });
    await control.until(() => control.ephemerals('C0HELPDESK', 'U0SAM').length === 1);
    expect(scene.calls('chat.postEphemeral')).toBe(1);
  });

  it('of somebody who presses without end is acknowledged, told once, and then costs Slack nothing', async () => {
    const verdicts = ['too-often', 'silent', 'silent', 'allowed'] as const;
    let nth = 0;
    const { sam, script, control } = await set({ conversation: { checkThrottle: () => verdicts[nth++] ?? 'allowed' } });
    const where = await posted(request);
    script.reply = () => ({ kind: 'notice', text: ['No.'] });
    await sam.press(where, 'lk.approve');
    const seen = await control.until(() => control.ephemerals('C0HELPDESK', 'U0SAM').at(-1));
    expect(seen.text).toContain('a lot of requests');
    const before = control.requests.length;
    for (const button of ['lk.approve', 'lk.deny.window'])
      expect(await sam.press(where, button)).toMatchObject({ ok: true });
    expect(control.requests.length).toBe(before);
    expect(script.pressed).toEqual([]);
    await sam.press(where, 'lk.approve');
    await control.until(() => control.ephemerals('C0HELPDESK', 'U0SAM').length === 2);
    expect(script.pressed).toHaveLength(1);
  });

  it('with a link is acknowledged and nothing more', async () => {
    const { slack, script, control } = await set();
    const link = { kind: 'link', act: 'follow-link', label: 'Choose', url: 'http://127.0.0.1:1/go/abc' } as const;
    const where = await tellJane(aCard({ actions: [link] }));
    const shown = await slack.client('U0JANE').press(where, 'lk.follow-link');
    expect(shown).toMatchObject({ ok: true, opens: 'http://127.0.0.1:1/go/abc' });
    await scene.adapter.stop();
    expect(script.pressed).toEqual([]);
    expect(control.crawled).toEqual([]);
  });

  it.each([
    ['a value that is no flow', { actionId: 'lk.approve', value: '<!channel>' }],
    ['a value of another shape', { actionId: 'lk.approve', value: 'v1:0000:old-release' }],
    ['an act that does not exist', { actionId: 'lk.delete-everything', value: 'flow-0000000000000001' }],
    ['an action of another app', { actionId: 'approve_button', value: 'flow-0000000000000001' }],
    ['an act with something after it', { actionId: 'lk.approve.constructor', value: 'flow-0000000000000001' }],
  ])('that looks old or tampered with is answered kindly: %s', async (_name, forged) => {
    const { sam, script, control } = await set();
    const where = await posted(request);
    expect(await sam.press(where, { ...forged, anyway: true })).toMatchObject({ ok: true });
    const seen = await control.until(() => control.ephemerals('C0HELPDESK', 'U0SAM').at(-1));
    expect(seen.text).toContain('old message');
    expect(script.pressed).toEqual([]);
  });

  it('is answered with an apology when the conversation fails, and the card stays', async () => {
    const { sam, script, control } = await set();
    const where = await posted(request);
    script.reply = () => Promise.reject(new Error('secret detail'));
    await sam.press(where, 'lk.approve');
    const seen = await control.until(() => control.ephemerals('C0HELPDESK', 'U0SAM').at(-1));
    expect(seen.text).toBe('Sorry, something went wrong.');
    expect(control.messages('C0HELPDESK')[0]?.earlier).toEqual([]);
  });

  it('of a person of another company carries that company', async () => {
    const { slack, script, control } = await set();
    control.addUser({ id: 'U0STRANGER', name: 'x', teamId: 'T0OTHER' });
    const where = await posted(request);
    script.reply = () => ({ kind: 'done' });
    await slack.client('U0STRANGER').press(where, { actionId: 'lk.approve', value: aFlow, anyway: true });
    await control.until(() => script.pressed.length === 1);
    expect(script.pressed[0]?.actor).toBe('slack:T0OTHER:U0STRANGER');
  });
});

describe('a button that opens a window', () => {
  it('opens it at once, and the answer is drawn in it', async () => {
    const answer = Promise.withResolvers<void>();
    const { slack, script, control } = await set();
    const where = await tellJane(codeCard());
    script.reply = async () => {
      await answer.promise;
      return { kind: 'card', card: codeCard() };
    };
    await slack.client('U0JANE').press(where, { text: 'Enter code' });
    const waiting = await control.until(() => control.openView('U0JANE'));
    expect(visibleText(waiting.view)).toContain('One moment');
    answer.resolve();
    await control.until(() => visibleText(control.openView('U0JANE')?.view ?? { blocks: [] }).includes('Verify'));
    expect(script.pressed[0]).toMatchObject({ act: 'continue', flow: aFlow, isPrivate: true });
    expect(script.pressed[0]?.window?.place).toBe(JSON.stringify({ viewId: waiting.view.id }));
    await control.until(() => script.left === 1);
  });

  it('shows the opening of the flow that it starts', async () => {
    const { jane, script, control } = await set();
    script.reply = () => new Promise(() => undefined);
    await jane.openHome();
    await control.until(() => control.home('U0JANE'));
    await jane.press('home', { text: 'Forgot password' });
    const seen = await control.until(() => control.openView('U0JANE'));
    expect(visibleText(seen.view)).toContain('We are looking you up.');
  });

  it('starts the flow in a direct message where the window cannot be opened', async () => {
    const { jane, script, control } = await set();
    control.faults.always('views.open', 'expired_trigger_id');
    await jane.openHome();
    await control.until(() => control.home('U0JANE'));
    await jane.press('home', { text: 'Forgot password' });
    await control.until(() => script.shown.length === 1);
    expect(script.said[0]).toMatchObject({ kind: 'reset' });
    expect(script.pressed).toEqual([]);
  });

  it('changes nothing and says so where its window cannot be opened', async () => {
    const { sam, script, control } = await set();
    control.faults.always('views.open', 'hang');
    const where = await posted(request);
    await sam.press(where, { text: 'Deny…' });
    const seen = await control.until(() => control.ephemerals('C0HELPDESK', 'U0SAM').at(-1));
    expect(seen.text).toContain('Nothing has changed');
    expect(script.pressed).toEqual([]);
  });

  it('draws a refusal into the window that it opened, and never the flow of somebody else', async () => {
    const { sam, script, control } = await set();
    const where = await posted(request);
    script.reply = () => ({ kind: 'notice', text: ['Only the helpdesk may decide.'] });
    await sam.press(where, { text: 'Deny…' });
    await control.until(() =>
      visibleText(control.openView('U0SAM')?.view ?? { blocks: [] }).includes('Only the helpdesk'),
    );
    expect(script.attached).toEqual([]);
  });

  it('brings the channel of the card back with the submitted form', async () => {
    const { sam, script, control } = await set();
    const where = await posted(request);
    const choices = [{ value: 'suspicious', label: 'Suspicious' }];
    script.reply = ({ act, channel }) =>
      act === 'deny'
        ? {
            kind: 'card',
            card: aCard({
              ...(channel === undefined ? {} : { channel }),
              inputs: [{ kind: 'choice', name: 'reason', label: 'Why?', choices, initial: 'suspicious' }],
              submit: { act: 'submit-denial', label: 'Deny' },
            }),
          }
        : { kind: 'done' };
    await sam.press(where, { text: 'Deny…' });
    await control.until(() => visibleText(control.openView('U0SAM')?.view ?? { blocks: [] }).includes('Why?'));
    expect(await sam.submit()).toMatchObject({ ok: true });
    expect(script.pressed[1]).toMatchObject({
      act: 'submit-denial',
      channel: 'slack:C0HELPDESK',
      values: { reason: 'suspicious' },
      flow: aFlow,
    });
    expect(control.openView('U0SAM')).toBeUndefined();
  });

  it('says so in the window when the conversation fails', async () => {
    const { slack, script, control } = await set();
    const where = await tellJane(codeCard());
    script.reply = () => Promise.reject(new Error('no'));
    await slack.client('U0JANE').press(where, { text: 'Enter code' });
    await control.until(() => visibleText(control.openView('U0JANE')?.view ?? { blocks: [] }).includes('Sorry'));
  });
});

describe('a button in a window', () => {
  const withButtons = codeCard({
    actions: [
      { kind: 'press', act: 'resend-code', label: 'Send again', style: 'normal', opensWindow: false },
      { kind: 'press', act: 'restart', label: 'Start again', style: 'normal', opensWindow: true },
    ],
  });
  const inWindow = async (): Promise<string> => {
    const { jane, script, control, adapter } = scene;
    await jane.command('/unlock');
    await control.until(() => script.attached.length === 1);
    const window = script.attached[0]?.window;
    if (window === undefined) throw new Error('no window');
    await adapter.messenger.redraw(window, true, withButtons);
    return JSON.parse(window.place).viewId;
  };

  it('draws the answer in the same window', async () => {
    const { jane, script, control } = await set();
    const viewId = await inWindow();
    script.reply = () => ({
      kind: 'card',
      card: codeCard({ version: 4, lines: [{ text: ['Sent again'], tone: 'normal' }] }),
    });
    await jane.press('view', { text: 'Send again' });
    await control.until(() => visibleText(control.openView('U0JANE')?.view ?? { blocks: [] }).includes('Sent again'));
    expect(script.pressed[0]?.window?.place).toBe(JSON.stringify({ viewId }));
    expect(control.openView('U0JANE')?.stack).toHaveLength(1);
  });

  it('that would open a window elsewhere stays in this one', async () => {
    const { jane, script, control } = await set();
    const viewId = await inWindow();
    await jane.press('view', { text: 'Start again' });
    await control.until(() => script.left === 1);
    expect(script.pressed[0]?.window?.place).toBe(JSON.stringify({ viewId }));
    expect(scene.calls('views.open')).toBe(1);
  });

  it('tells a refusal on top of the window, which stays as it was', async () => {
    const { jane, script, control } = await set();
    await inWindow();
    script.reply = () => ({ kind: 'notice', text: ['You can send again in a moment.'] });
    await jane.press('view', { text: 'Send again' });
    await control.until(() => control.openView('U0JANE')?.stack.length === 2);
    expect(visibleText(control.openView('U0JANE')?.view ?? { blocks: [] })).toContain('send again in a moment');
    await jane.closeView();
    expect(visibleText(control.openView('U0JANE')?.view ?? { blocks: [] })).toContain('Verify');
  });
});

describe('a button on the Home tab', () => {
  it('draws the page anew', async () => {
    const { jane, script, control } = await set();
    await jane.openHome();
    await control.until(() => control.home('U0JANE'));
    script.reply = () => ({ kind: 'done' });
    await jane.press('home', { text: 'Cancel' });
    await control.until(() => scene.calls('views.publish') === 2);
  });
});
