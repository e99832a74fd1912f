// What a slash command does, over signed HTTP, from the acknowledgement to the window.
import { afterEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../../playground/slack/visible.ts';
import { type Scene, type SceneOptions, setScene } from './scene.ts';
import { aCard } from './scripted-conversation.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

const never = () => new Promise<never>(() => undefined);

describe('a slash command', () => {
  it('is stored before it is acknowledged, and opens a window that then follows the flow', async () => {
    let stored = false;
    const { jane, script, control } = await set({
      conversation: {
        async accept() {
          await new Promise((resolve) => setImmediate(resolve));
          stored = true;
          return 'accepted';
        },
      },
    });
    const shown = await jane.command('/reset-password');
    expect(shown).toMatchObject({ ok: true, status: 200, body: '' });
    expect(stored).toBe(true);
    const view = await control.until(() => control.openView('U0JANE'));
    expect(visibleText(view.view)).toContain('Reset your password');
    await control.until(() => script.attached.length === 1);
    expect(script.attached[0]?.window.place).toBe(JSON.stringify({ viewId: view.view.id }));
    expect(script.begun[0]).toMatchObject({ actor: 'slack:T0ACME:U0JANE', words: 'reset-password' });
    expect(script.shown).toEqual([]);
  });

  it('opens its window although the flow is slow to begin, and the flow begins although the window is slow', async () => {
    const begin = Promise.withResolvers<ReturnType<typeof aCard>['flow']>();
    const { jane, control } = await set({
      conversation: { begin: async () => (await begin.promise) ?? never() },
    });
    await jane.command('/unlock');
    await control.until(() => control.openView('U0JANE'));
    begin.resolve(aCard().flow);
  });

  it('has the prefix of the policy, and no other name then', async () => {
    const { jane, script, control } = await set({ commandPrefix: 'acme-' });
    await jane.command('/acme-unlock');
    await control.until(() => script.begun.length === 1);
    await jane.command('/unlock');
    expect(script.said).toHaveLength(1);
    expect(control.ephemerals('C0GENERAL', 'U0JANE')).toHaveLength(1);
  });

  it('for recovery contacts opens their window, whatever stands behind it', async () => {
    const { jane, script, control } = await set();
    for (const text of ['', 'my phone', 'jane.doe@home.example.net', '+49 157 00000012']) {
      await jane.command('/enroll', { text });
    }
    await control.until(() => script.begun.length === 4);
    expect(script.said.map(({ kind }) => kind)).toEqual(['enroll', 'enroll', 'enroll', 'enroll']);
    const view = await control.until(() => control.openView('U0JANE'));
    expect(visibleText(view.view)).toContain('Your recovery contacts');
  });

  it.each(['@sam', 'help', 'status', 'for @sam'])(
    'for recovery contacts is answered where it names somebody or asks for something else: %s',
    async (text) => {
      const { jane, script, control } = await set();
      await jane.command('/enroll', { text });
      await control.until(() => script.answered.length === 1);
      expect(script.begun).toEqual([]);
    },
  );

  it.each(['expired_trigger_id', 'exchanged_trigger_id', 'ratelimited', 'http_500', 'html', 'disconnect'])(
    'goes on in a direct message where the window cannot be opened: %s',
    async (fault) => {
      const { jane, script, control } = await set();
      control.faults.always('views.open', fault);
      expect(await jane.command('/reset-password')).toMatchObject({ ok: true });
      await control.until(() => script.shown.length === 1);
      expect(script.attached).toEqual([]);
      expect(scene.calls('views.open')).toBe(1);
    },
  );

  it('goes on in a direct message where Slack hangs, and never keeps the person waiting for the acknowledgement', async () => {
    const { jane, script, control } = await set();
    control.faults.always('views.open', 'hang');
    const shown = await jane.command('/reset-password');
    expect(shown.ms).toBeLessThan(1_000);
    await control.until(() => script.shown.length === 1, 4_000);
  });

  it('is acknowledged silently when Slack delivers it twice', async () => {
    const { jane, script, control } = await set({ conversation: { accept: async () => 'duplicate' } });
    expect(await jane.command('/unlock')).toMatchObject({ ok: true, body: '' });
    expect(script.begun).toEqual([]);
    expect(control.openView('U0JANE')).toBeUndefined();
  });

  it('is answered kindly and privately when somebody asks too often', async () => {
    const { jane, control } = await set({ conversation: { accept: async () => 'throttled' } });
    expect(await jane.command('/unlock')).toMatchObject({ ok: true });
    expect(control.ephemerals('C0GENERAL', 'U0JANE').at(-1)?.text).toContain('wait a minute');
    expect(control.messages('C0GENERAL')).toEqual([]);
  });

  it('is answered with an apology, not with an error, when it cannot be stored', async () => {
    const { jane, control } = await set({
      conversation: { accept: () => Promise.reject(new Error('database is locked')) },
    });
    expect(await jane.command('/unlock')).toMatchObject({ ok: true, status: 200 });
    expect(control.ephemerals('C0GENERAL', 'U0JANE').at(-1)?.text).toBe('Sorry, something went wrong.');
    expect(control.openView('U0JANE')).toBeUndefined();
  });

  it('is answered with an apology within the three seconds when the store hangs', async () => {
    const { jane, control } = await set({ conversation: { accept: never } });
    const shown = await jane.command('/unlock');
    expect(shown).toMatchObject({ ok: true });
    expect(shown.ms).toBeLessThan(2_900);
    expect(control.ephemerals('C0GENERAL', 'U0JANE').at(-1)?.text).toBe('Sorry, something went wrong.');
  });

  it('says so in the window when the flow cannot be begun', async () => {
    const { jane, control } = await set({ conversation: { begin: () => Promise.reject(new Error('gone')) } });
    await jane.command('/unlock');
    const seen = await control.until(() => {
      const view = control.openView('U0JANE')?.view;
      return view !== undefined && visibleText(view).includes('Sorry') ? view : undefined;
    });
    expect(visibleText(seen)).toContain('something went wrong');
  });

  it('is answered with an apology in a direct message where there is no window and the flow cannot be begun', async () => {
    const { jane, control } = await set({ conversation: { begin: () => Promise.reject(new Error('gone')) } });
    control.faults.always('views.open', 'expired_trigger_id');
    await jane.command('/unlock');
    await control.until(() => control.messages('U0JANE').find(({ text }) => text.includes('Sorry')));
  });

  it('with somebody’s name after it starts nothing and is answered with help, privately', async () => {
    const { jane, script, control } = await set();
    await jane.command('/unlock', { text: 'john.smith@acme.example' });
    expect(script.said).toEqual([]);
    expect(script.answered[0]?.words).toBe('help');
    expect(control.ephemerals('C0GENERAL', 'U0JANE')).toHaveLength(1);
    expect(control.messages('C0GENERAL')).toEqual([]);
  });

  it('that this app does not know is answered with help', async () => {
    const { jane, script } = await set();
    const shown = await jane.command('/something-else', { text: '<@U0SAM> & more' });
    expect(shown).toMatchObject({ ok: true });
    expect(JSON.parse(shown.body)).toMatchObject({ response_type: 'ephemeral' });
    expect(script.answered).toHaveLength(1);
  });

  it('sends a link only as a direct message without previews', async () => {
    const link = {
      kind: 'link',
      act: 'follow-link',
      label: 'Choose a password',
      url: 'http://127.0.0.1:1/go/x',
    } as const;
    const { jane, control } = await set({
      crawlButtons: false,
      conversation: { answer: async () => [aCard({ actions: [link] })] },
    });
    const shown = await jane.command('/unlock', { text: 'status' });
    expect(shown.body).not.toContain('/go/x');
    const message = await control.until(() => control.messages('U0JANE').at(-1));
    expect(message).toMatchObject({ unfurl_links: false, unfurl_media: false });
    await control.crawlSettled();
    expect(control.crawled).toEqual([]);
  });

  it('of somebody who sends five hundred of them costs the others nothing', async () => {
    let counted = 0;
    const { jane, sam, script, control } = await set({
      conversation: {
        async accept(said) {
          if (said.actor.endsWith('U0SAM')) return 'accepted';
          counted += 1;
          return counted <= 20 ? 'accepted' : 'throttled';
        },
      },
    });
    const flood = Array.from({ length: 500 }, () => jane.command('/unlock'));
    const shown = await sam.command('/unlock');
    expect(shown).toMatchObject({ ok: true });
    await control.until(() => control.openView('U0SAM'));
    const answers = await Promise.all(flood);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await control.until(() => script.begun.length === 21);
  });

  it.each(['too-often', 'silent'] as const)(
    'that only asks something is not looked up for somebody who asks without end, and says so: %s',
    async (verdict) => {
      const { jane, script } = await set({ conversation: { checkThrottle: () => verdict } });
      for (const text of ['status', 'help'])
        expect((await jane.command('/unlock', { text })).body).toContain('a lot of requests');
      expect(script.answered).toEqual([]);
    },
  );

  it('answered with buttons opens a window from them', async () => {
    const { jane, script, control } = await set({
      conversation: {
        answer: async () => [
          aCard({
            actions: [
              { kind: 'press', act: 'start-reset', label: 'Forgot password', style: 'primary', opensWindow: true },
            ],
          }),
        ],
      },
    });
    await jane.command('/unlock', { text: 'help' });
    const message = control.ephemerals('C0GENERAL', 'U0JANE').at(-1);
    await jane.press({ channel: 'C0GENERAL', ts: message?.ts ?? '' }, { text: 'Forgot password' });
    await control.until(() => control.openView('U0JANE'));
    await control.until(() => script.pressed.length === 1);
    expect(script.pressed[0]).toMatchObject({ act: 'start-reset', channel: 'slack:C0GENERAL' });
  });

  it('without a user or a trigger is answered, and starts nothing', async () => {
    const { jane, script } = await set();
    const answer = await jane.send('command', {
      command: '/unlock',
      text: '',
      team_id: 'T0ACME',
      channel_id: 'C0GENERAL',
    });
    expect(answer).toMatchObject({ status: 200 });
    expect(JSON.parse(answer.body)).toMatchObject({ response_type: 'ephemeral' });
    expect(script.said).toEqual([]);
  });
});
