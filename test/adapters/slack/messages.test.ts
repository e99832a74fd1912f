// Direct messages and the Home tab, over signed HTTP.
import { afterEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../../playground/slack/visible.ts';
import { knownActor } from '../../../src/flows/ids.ts';
import { stopwatch } from '../../cpu-time.ts';
import { type Scene, type SceneOptions, setScene } from './scene.ts';
import { aCard, aFlow } from './scripted-conversation.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

const event = (more: object) => ({
  type: 'message',
  channel_type: 'im',
  channel: 'D0JANE',
  user: 'U0JANE',
  text: 'unlock',
  ts: '1772448180.000100',
  ...more,
});

describe('a direct message', () => {
  it('that asks for an unlock is stored, acknowledged and answered with a message of the flow', async () => {
    const { jane, script, control } = await set();
    expect(await jane.dm('please unlock me')).toMatchObject({ ok: true, status: 200 });
    await control.until(() => script.shown.length === 1);
    expect(script.said[0]).toMatchObject({ kind: 'unlock', said: { actor: 'slack:T0ACME:U0JANE' } });
  });

  it('that asks for recovery contacts is stored like any other request', async () => {
    const { jane, script, control } = await set();
    await jane.dm('enroll');
    await control.until(() => script.shown.length === 1);
    expect(script.said[0]).toMatchObject({ kind: 'enroll', said: { actor: 'slack:T0ACME:U0JANE' } });
  });

  it('with other words, a code among them, is answered in words and never taken for anything else', async () => {
    const { jane, script, control } = await set();
    await jane.dm('123456');
    const message = await control.until(() => control.messages('U0JANE').find(({ user }) => user === 'U0LATCHKEY'));
    expect(visibleText({ ...message })).toContain('How I can help.');
    expect(script.answered[0]?.words).toBe('123456');
    expect(script.pressed).toEqual([]);
  });

  it('that is answered with a card about a flow has the answer kept current', async () => {
    const { jane, script, control } = await set();
    await jane.dm('status');
    await control.until(() => script.attached.length === 1);
    const { channel, ts } = control.messages('U0JANE').find(({ user }) => user === 'U0LATCHKEY') ?? {};
    const place = JSON.stringify({ channel, ts });
    expect(script.attached).toMatchObject([{ flow: aFlow, window: { place, stays: true } }]);
  });

  it('comes with its words as they were typed', async () => {
    const { script, control } = await set();
    await control.deliverEvent(event({ text: '  a &lt;b&gt; &amp;amp; c ' }));
    await control.until(() => script.answered.length === 1);
    expect(script.answered[0]?.words).toBe('a <b> &amp; c');
  });

  it('that cannot be stored is not acknowledged, so that Slack sends it again; the person hears of it once', async () => {
    let tries = 0;
    const { script, control } = await set({
      conversation: {
        async accept() {
          tries += 1;
          if (tries < 3) throw new Error('disk full');
          return 'accepted';
        },
      },
    });
    expect(control.messages('U0JANE')).toEqual([]);
    const deliveries = await control.deliverEvent(event({}), { retries: true });
    expect(deliveries.map(({ status }) => status)).toEqual([500, 500, 200]);
    await control.until(() => script.begun.length === 1);
    expect(control.messages('U0JANE').filter(({ text }) => text.includes('Sorry'))).toHaveLength(1);
  });

  it('that the store does not take in time is not acknowledged, and the person hears of it', async () => {
    const { jane, control } = await set({ conversation: { accept: () => new Promise(() => undefined) } });
    const passedMs = stopwatch();
    expect(await jane.dm('unlock')).toMatchObject({ status: 500 });
    expect(passedMs()).toBeLessThan(3_000);
    await control.until(() => control.messages('U0JANE').find(({ text }) => text.includes('Sorry')));
  });

  it('is answered with an apology where what was taken in cannot be begun', async () => {
    const { jane, control } = await set({ conversation: { begin: () => Promise.reject(new Error('gone')) } });
    expect(await jane.dm('unlock')).toMatchObject({ status: 200 });
    await control.until(() => control.messages('U0JANE').find(({ text }) => text.includes('Sorry')));
  });

  it('that Slack delivers twice begins one flow', async () => {
    const { script, control } = await set();
    const envelope = {
      type: 'event_callback',
      event_id: 'Ev0SAME',
      team_id: 'T0ACME',
      api_app_id: 'A0LATCHKEY',
      event: event({}),
    };
    await control.deliverEvent(envelope);
    scene.passSeconds(60);
    await control.deliverEvent(envelope);
    await control.until(() => script.shown.length === 1);
    expect(script.begun).toHaveLength(1);
  });

  it.each([
    ['a bot', { bot_id: 'B0OTHER' }],
    ['ourselves', { user: 'U0LATCHKEY' }],
    ['an edit', { subtype: 'message_changed' }],
    ['an edited message', { edited: { user: 'U0JANE', ts: '1' } }],
    ['somebody who joined', { subtype: 'channel_join' }],
    ['a channel', { channel_type: 'channel', channel: 'C0GENERAL' }],
    ['a hidden one', { hidden: true }],
    ['nobody', { user: undefined }],
    ['a user id of another shape', { user: 'slack:U0JANE' }],
    ['nothing written', { text: '   ' }],
  ])('of %s is acknowledged and not heard', async (_of, more) => {
    const { script, control } = await set();
    const [delivery] = await control.deliverEvent(event(more));
    expect(delivery?.status).toBe(200);
    await control.deliverEvent(event({ text: 'hello' }));
    await control.until(() => script.answered.length === 1);
    expect(script.said).toEqual([]);
    expect(script.answered[0]?.words).toBe('hello');
  });

  it('of somebody who floods the bot is answered twenty times a minute, then said once to be too much', async () => {
    const { script, control, sam } = await set();
    const flood = () =>
      Promise.all(Array.from({ length: 40 }, (_, nth) => control.deliverEvent(event({ text: `hello ${nth}` }))));
    await flood();
    await sam.dm('hello');
    await control.until(() => script.answered.some(({ actor }) => actor === 'slack:T0ACME:U0SAM'));
    expect(script.answered.length).toBe(21);
    const diagnose = () =>
      control.requests.filter(({ args }) => `${args['text']}`.includes("That's a lot of requests"));
    await control.until(() => diagnose().length > 0);
    await flood();
    expect(diagnose()).toHaveLength(1);
  });

  it('is answered with an apology where the answer fails', async () => {
    const { jane, control } = await set({ conversation: { answer: () => Promise.reject(new Error('no')) } });
    expect(await jane.dm('status')).toMatchObject({ status: 200 });
    await control.until(() => control.messages('U0JANE').find(({ text }) => text.includes('Sorry')));
  });

  it('of somebody of another company carries that company', async () => {
    const { script, control } = await set();
    await control.deliverEvent(event({ user: 'U0STRANGER', user_team: 'T0OTHER', team: 'T0OTHER' }));
    await control.until(() => script.said.length === 1);
    expect(script.said[0]?.said.actor).toBe('slack:T0OTHER:U0STRANGER');
  });
});

const actor = knownActor('slack:T0ACME:U0JANE');

describe('the Home tab', () => {
  it('shows what can be asked for when it is opened', async () => {
    const { jane, control } = await set({ companyName: 'Acme & Sons' });
    expect(await jane.openHome()).toMatchObject({ status: 200 });
    const home = await control.until(() => control.home('U0JANE'));
    expect(visibleText(home)).toContain('Forgot password');
    expect(visibleText(home)).toContain('Acme &amp; Sons');
  });

  it('is not drawn for its other tab', async () => {
    const { control, jane } = await set();
    await control.deliverEvent({ type: 'app_home_opened', user: 'U0JANE', channel: 'D0JANE', tab: 'messages' });
    await jane.openHome();
    await control.until(() => control.home('U0JANE'));
    expect(scene.calls('views.publish')).toBe(1);
  });

  it('is drawn anew when the conversation asks for it, and a failure harms nobody', async () => {
    const { adapter, control, jane } = await set();
    await jane.openHome();
    await control.until(() => control.home('U0JANE'));
    await adapter.messenger.refreshHome(actor, scene.script.home);
    expect(scene.calls('views.publish')).toBe(2);
    control.faults.always('views.publish', 'http_500');
    await adapter.messenger.refreshHome(actor, scene.script.home);
  });

  it('is not drawn for somebody who has not opened it for a day, or never', async () => {
    const { adapter, control, jane } = await set();
    await adapter.messenger.refreshHome(actor, scene.script.home);
    expect(scene.calls('views.publish')).toBe(0);
    await jane.openHome();
    await control.until(() => control.home('U0JANE'));
    scene.passSeconds(24 * 3_600 - 1);
    await adapter.messenger.refreshHome(actor, scene.script.home);
    expect(scene.calls('views.publish')).toBe(2);
    scene.passSeconds(1);
    await adapter.messenger.refreshHome(actor, scene.script.home);
    expect(scene.calls('views.publish')).toBe(2);
  });

  it('is drawn once more, and no oftener, for whatever changes while it is being drawn', async () => {
    const drawings: PromiseWithResolvers<void>[] = [];
    const { adapter, control, jane } = await set({
      conversation: {
        async home() {
          const drawing = Promise.withResolvers<void>();
          drawings.push(drawing);
          await drawing.promise;
          return [aCard({ title: `Drawing ${drawings.length}` })];
        },
      },
    });
    await jane.openHome();
    await control.until(() => drawings.length === 1);
    const changes = Array.from({ length: 10 }, () => adapter.messenger.refreshHome(actor, scene.script.home));
    await new Promise((resolve) => setImmediate(resolve));
    drawings[0]?.resolve();
    await control.until(() => drawings.length === 2);
    drawings[1]?.resolve();
    await Promise.all(changes);
    expect(drawings.length).toBe(2);
    expect(visibleText(control.home('U0JANE') ?? { blocks: [] })).toContain('Drawing 2');
  });
});
