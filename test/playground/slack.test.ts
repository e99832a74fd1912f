// The emulated Slack with a real Bolt app, in both directions.
import type { ModalView } from '@slack/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../playground/slack/visible.ts';
import { type Rig, startRig } from './slack-bolt-app.ts';

const plain = (text: string) => ({ type: 'plain_text', text }) as const;

function codeView(extra: Partial<ModalView> = {}): ModalView {
  return {
    type: 'modal',
    callback_id: 'code',
    private_metadata: 'flow-1',
    title: plain('Enter the code'),
    submit: plain('Verify'),
    blocks: [
      {
        type: 'input',
        block_id: 'code',
        label: plain('Code'),
        element: { type: 'plain_text_input', action_id: 'value', min_length: 6, max_length: 6 },
      },
    ],
    ...extra,
  };
}

function doneView(text: string): ModalView {
  return { type: 'modal', title: plain('Done'), blocks: [{ type: 'section', text: plain(text) }] };
}

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

describe('a Bolt app and the emulated Slack', () => {
  it('command, modal, errors, update, direct message, changed message', async () => {
    const { slack, app } = rig;
    app.command('/unlock', async ({ ack, client, body }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: codeView() });
    });
    app.view('code', async ({ ack, view, body, client }) => {
      const code = view.state.values['code']?.['value']?.value;
      if (code !== '123456') return ack({ response_action: 'errors', errors: { code: 'Not that code.' } });
      await ack({ response_action: 'update', view: doneView('Checking') });
      await client.views.update({ view_id: view.id, view: doneView(`Verified for ${view.private_metadata}`) });
      const posted = await client.chat.postMessage({
        channel: body.user.id,
        text: 'Working on it',
        unfurl_links: false,
        unfurl_media: false,
      });
      await client.chat.update({ channel: posted.channel ?? '', ts: posted.ts ?? '', text: 'Unlocked' });
      return undefined;
    });
    const jane = slack.client('U0JANE');

    const command = await jane.command('/unlock');
    expect(command).toMatchObject({ ok: true, status: 200, body: '' });
    const modal = await slack.control.until(() => slack.control.openView('U0JANE'));
    expect(visibleText(modal.view)).toContain('Enter the code');

    await jane.type('code', 'value', '12');
    const short = await jane.submit();
    expect(short.delivery).toBeUndefined();
    expect(short.errors['code']).toContain('at least 6');

    await jane.type('code', 'value', '000000');
    const wrong = await jane.submit();
    expect(wrong.errors).toEqual({ code: 'Not that code.' });
    expect(slack.control.openView('U0JANE')?.values['code']?.['value']?.['value']).toBe('000000');

    await jane.type('code', 'value', '123456');
    expect(await jane.submit()).toMatchObject({ ok: true, errors: {} });
    const dm = await slack.control.until(() =>
      slack.control.messages('U0JANE').find(({ text }) => text === 'Unlocked'),
    );
    expect(dm).toMatchObject({ user: 'U0BOT', edited: true, unfurl_links: false, unfurl_media: false });
    expect(dm.earlier.map(({ text }) => text)).toEqual(['Working on it']);
    expect(visibleText(slack.control.openView('U0JANE')?.view ?? { blocks: [] })).toContain('Verified for flow-1');
    expect(slack.control.deliveries.every(({ ms }) => ms < 3000)).toBe(true);
    expect(slack.control.requests.map(({ method }) => method)).toEqual([
      'auth.test',
      'views.open',
      'views.update',
      'chat.postMessage',
      'chat.update',
    ]);
  });

  it('a message, a card, and the card replaced through the response URL by whoever presses', async () => {
    const { slack, app } = rig;
    app.message('unlock', async ({ say }) => void (await say('On it')));
    app.action('approve', async ({ ack, respond, body }) => {
      await ack();
      await respond({ replace_original: true, text: `Approved by ${body.user.id}` });
    });
    await slack.client('U0JANE').dm('unlock me');
    await slack.control.until(() => slack.control.messages('U0JANE').find(({ text }) => text === 'On it'));
    const button = { type: 'button', action_id: 'approve', text: plain('Approve'), value: 'req-1' } as const;
    const { ts = '' } = await app.client.chat.postMessage({
      channel: 'C0HELPDESK',
      text: 'Unlock for Jane',
      blocks: [{ type: 'actions', elements: [button] }],
    });
    await slack.client('U0SAM').press({ channel: 'C0HELPDESK', ts }, { text: 'Approve' });
    await slack.control.until(() =>
      slack.control.messages('C0HELPDESK').find(({ text }) => text === 'Approved by U0SAM'),
    );
  });

  it('forged and oversized requests are refused by Bolt, probes are answered', async () => {
    const { slack } = rig;
    const jane = slack.client('U0JANE');
    expect((await jane.send('command', { command: '/unlock' }, { secret: 'another' })).status).toBe(401);
    expect((await jane.send('command', { command: '/unlock' }, { signature: null })).status).toBe(401);
    expect((await jane.send('event', 'x'.repeat(5_000_000))).status).toBe(413);
    expect((await slack.control.sslCheck()).status).toBe(200);
    expect(await slack.control.verifyUrl()).toBe(true);
    expect((await jane.command('/nobody-listens')).says).toContain('failed');
  });
});
