// A person at the emulated Slack client: what each action sends, and how the answer changes the screen.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isValidSlackRequest } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Json, recordOf, recordsOf } from '../../playground/json.ts';
import { TROUBLE } from '../../playground/slack/answers.ts';
import type { Client } from '../../playground/slack/client.ts';
import { type Slack, startSlack } from '../../playground/slack/server.ts';
import { WORKSPACE } from './slack-bolt-app.ts';

type Received = { readonly headers: IncomingHttpHeaders; readonly body: string };
type Answer = {
  readonly status?: number;
  readonly body?: string | Json;
  readonly never?: boolean;
  readonly headers?: Record<string, string>;
};

const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string) => ({ type: 'section', text: plain(text) });
const button = (action_id: string, more: Json = {}) => ({ type: 'button', action_id, text: plain(action_id), ...more });
const option = (value: string) => ({ text: plain(`Option ${value}`), value });
const input = (block_id: string, element: Json, more: Json = {}) => ({
  type: 'input',
  block_id,
  label: plain('L'),
  element,
  ...more,
});
const modal = (blocks: readonly Json[], more: Json = {}) => ({
  ...{ type: 'modal', callback_id: 'form', title: plain('Title'), submit: plain('Send') },
  ...{ private_metadata: 'flow-1', blocks, ...more },
});
const codeInput = input('code', { type: 'plain_text_input', action_id: 'value', min_length: 6, max_length: 6 });

let slack: Slack;
let jane: Client;
let app: Server;
let received: Received[];
let answers: Answer[];

beforeEach(async () => {
  received = [];
  answers = [];
  app = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body });
    const { status = 200, body: answer = '', never = false, headers = {} } = answers.shift() ?? {};
    if (never) return;
    response.writeHead(status, headers).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const eventsUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/slack/events`;
  slack = await startSlack({ ...WORKSPACE, eventsUrl, answerLimitMs: 300 });
  slack.control.addUser({ id: 'U0JANE', name: 'jane', email: 'jane@acme.test' });
  slack.control.addUser({ id: 'U0SAM', name: 'sam' });
  slack.control.addChannel({ id: 'C0HELPDESK', name: 'helpdesk', members: ['U0SAM'], isPrivate: true });
  jane = slack.client('U0JANE');
});
afterEach(async () => {
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
  await slack.close();
});

const fieldsOfLast = (): Record<string, string> => Object.fromEntries(new URLSearchParams(received.at(-1)?.body));
const payloadOfLast = (): Json => recordOf(JSON.parse(fieldsOfLast()['payload'] ?? '{}'));

async function call(method: string, args: Json): Promise<Json> {
  const headers = { authorization: `Bearer ${WORKSPACE.botToken}`, 'content-type': 'application/json' };
  const response = await fetch(slack.apiUrl + method, { method: 'POST', headers, body: JSON.stringify(args) });
  return recordOf(await response.json());
}

async function showModal(view: Json): Promise<void> {
  await jane.command('/unlock');
  expect(await call('views.open', { trigger_id: fieldsOfLast()['trigger_id'], view })).toMatchObject({ ok: true });
}

async function post(channel: string, blocks: readonly Json[]): Promise<{ channel: string; ts: string }> {
  const posted = await call('chat.postMessage', { channel, text: 'Card', blocks });
  return { channel: String(posted['channel']), ts: String(posted['ts']) };
}

describe('requests to the app', () => {
  it('are signed as Slack signs, with content types that name no charset', async () => {
    await jane.command('/unlock', { text: 'now please' });
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const { 'x-slack-signature': signature = '', 'x-slack-request-timestamp': timestamp } = headers;
    const signed = { 'x-slack-signature': String(signature), 'x-slack-request-timestamp': Number(timestamp) };
    expect(isValidSlackRequest({ signingSecret: WORKSPACE.signingSecret, body, headers: signed })).toBe(true);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(fieldsOfLast()).toMatchObject({
      ...{ command: '/unlock', text: 'now please', user_id: 'U0JANE', team_id: 'T0ACME', channel_id: 'C0GENERAL' },
      ...{ api_app_id: 'A0LATCHKEY', is_enterprise_install: 'false', response_url: expect.stringContaining(slack.url) },
    });
    await jane.dm('unlock');
    expect(received.at(-1)?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(received.at(-1)?.body ?? '')).toMatchObject({
      ...{ type: 'event_callback', event_id: expect.stringMatching(/^Ev/), authorizations: [{ user_id: 'U0BOT' }] },
      event: { type: 'message', channel_type: 'im', channel: 'D0JANE', user: 'U0JANE', text: 'unlock' },
    });
  });

  it('can be forged, stale, unsigned, of another type, and sent twice', async () => {
    const invalid = (): boolean => {
      const { headers, body } = received.at(-1) ?? { headers: {}, body: '' };
      const signature = String(headers['x-slack-signature'] ?? '');
      const signed = {
        'x-slack-signature': signature,
        'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
      };
      return !isValidSlackRequest({ signingSecret: WORKSPACE.signingSecret, body, headers: signed });
    };
    await jane.send('command', { command: '/unlock' }, { secret: 'another' });
    expect(invalid()).toBe(true);
    await jane.send('command', { command: '/unlock' }, { timestamp: Math.floor(Date.now() / 1000) - 600 });
    expect(invalid()).toBe(true);
    await jane.send('command', 'x=1', { signature: null, contentType: 'text/plain', headers: { 'x-extra': '1' } });
    expect(received.at(-1)?.headers).toMatchObject({ 'content-type': 'text/plain', 'x-extra': '1' });
    expect(received.at(-1)?.headers).not.toHaveProperty('x-slack-signature');
    const first = await jane.send('command', { command: '/unlock' });
    await slack.control.replay(first);
    expect(received.at(-1)).toEqual(received.at(-2));
  });

  it('try an event again that was not taken, unless the app forbids it', async () => {
    answers = [{ status: 500 }, { never: true }, { status: 200 }];
    const event = { type: 'user_change', user: { id: 'U0JANE' } };
    const tries = await slack.control.deliverEvent(event, { retries: true });
    expect(tries.map(({ status }) => status)).toEqual([500, undefined, 200]);
    expect(received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2']);
    expect(received[2]?.headers['x-slack-retry-reason']).toBe('http_timeout');
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    answers = [{ status: 500, headers: { 'x-slack-no-retry': '1' } }];
    expect(await slack.control.deliverEvent(event, { retries: true })).toHaveLength(1);
    expect(await slack.control.deliverEvent(event)).toHaveLength(1);
  });

  it('probe the app as Slack does', async () => {
    await slack.control.sslCheck();
    expect(fieldsOfLast()).toMatchObject({ ssl_check: '1' });
    expect(await slack.control.verifyUrl()).toBe(false);
  });
});

describe('the answer to a command', () => {
  it('shows to the person only, unless it says otherwise', async () => {
    answers = [
      { body: 'Hello' },
      { body: { blocks: [section('Blocks')], text: 'x' } },
      { body: { response_type: 'in_channel', text: 'All' } },
    ];
    for (let n = 0; n < 3; n += 1) await jane.command('/unlock');
    expect(slack.control.ephemerals('C0GENERAL', 'U0JANE').map(({ text }) => text)).toEqual(['Hello', 'x']);
    expect(slack.control.messages('C0GENERAL').map(({ text }) => text)).toEqual(['/unlock', 'All']);
  });

  it('is missed by the person when it is late, missing or broken', async () => {
    answers = [{ never: true }, { status: 404 }, { body: { blocks: [{ type: 'fireworks' }] } }];
    expect((await jane.command('/unlock')).says).toContain('operation_timeout');
    expect((await jane.command('/unlock')).says).toContain('dispatch_failed');
    expect((await jane.command('/unlock')).says).toContain('invalid_blocks');
    expect(slack.control.deliveries[0]).toMatchObject({ timedOut: true, status: undefined });
    expect(slack.control.deliveries[0]?.ms).toBeGreaterThanOrEqual(299);
  });

  it('may come when the app is gone altogether', async () => {
    slack.control.connect('http://127.0.0.1:1/slack/events');
    expect(await jane.command('/unlock')).toMatchObject({ ok: false, status: undefined });
  });
});

describe('a modal', () => {
  it('is checked by the client first', async () => {
    await showModal(
      modal([
        codeInput,
        input('n', { type: 'number_input', action_id: 'n', is_decimal_allowed: false, max_value: '9' }),
      ]),
    );
    received = [];
    expect((await jane.submit()).errors).toMatchObject({
      code: expect.stringContaining('required'),
      n: expect.stringContaining('required'),
    });
    await jane.type('code', 'value', '1234567');
    await jane.type('n', 'n', '10');
    expect((await jane.submit()).errors).toMatchObject({
      code: expect.stringContaining('no more than 6'),
      n: expect.stringContaining('at most 9'),
    });
    expect(received).toEqual([]);
    await jane.type('code', 'value', '123456');
    await jane.type('n', 'n', '7');
    expect(await jane.submit()).toMatchObject({ ok: true, errors: {} });
    expect(recordOf(recordOf(payloadOfLast()['view'])['state'])).toEqual({
      values: {
        code: { value: { type: 'plain_text_input', value: '123456' } },
        n: { n: { type: 'number_input', value: '7' } },
      },
    });
    expect(slack.control.openView('U0JANE')).toBeUndefined();
  });

  it('sends every stateful element, chosen or not, with the whole option', async () => {
    const radio = {
      type: 'radio_buttons',
      action_id: 'contact',
      options: [option('a'), option('b')],
      initial_option: option('a'),
    };
    const select = { type: 'static_select', action_id: 's', options: [option('x')] };
    await showModal(
      modal([
        input('r', radio),
        input('s', select, { optional: true }),
        { type: 'actions', elements: [button('again')] },
      ]),
    );
    expect((await jane.choose('r', 'contact', 'Option b')).delivery).toBeUndefined();
    await jane.submit();
    const { view, type, response_urls } = payloadOfLast();
    expect({ type, response_urls }).toEqual({ type: 'view_submission', response_urls: [] });
    expect(recordOf(view)).toMatchObject({
      callback_id: 'form',
      private_metadata: 'flow-1',
      state: {
        values: {
          r: { contact: { type: 'radio_buttons', selected_option: option('b') } },
          s: { s: { type: 'static_select', selected_option: null } },
        },
      },
    });
  });

  it('stays with trouble on a bad answer, whatever is bad about it', async () => {
    await showModal(modal([codeInput]));
    await jane.fill('123456');
    const bad: Answer[] = [
      { never: true },
      { status: 404 },
      { body: 'ok' },
      { body: { response_action: 'dance' } },
      { body: { response_action: 'errors', errors: {} } },
      { body: { response_action: 'errors', errors: { other: 'No.' } } },
      { body: { response_action: 'update', view: { type: 'modal', blocks: [] } } },
    ];
    for (const answer of bad) {
      answers = [answer];
      expect(await jane.submit()).toMatchObject({ ok: false, says: TROUBLE });
      expect(slack.control.openView('U0JANE')).toMatchObject({ trouble: TROUBLE });
    }
    expect(slack.control.warnings).toHaveLength(bad.length);
  });

  it('shows errors, changes, grows and goes as the app answers', async () => {
    await showModal(modal([codeInput]));
    await jane.fill('123456');
    answers = [{ body: { response_action: 'errors', errors: { code: 'Not that code.' } } }];
    expect((await jane.submit()).errors).toEqual({ code: 'Not that code.' });
    const before = slack.control.openView('U0JANE')?.view;
    answers = [{ body: { response_action: 'update', view: modal([codeInput, section('New')]) } }];
    await jane.submit();
    const after = slack.control.openView('U0JANE');
    expect(after).toMatchObject({ errors: {}, view: { id: before?.id } });
    expect(after?.view.hash).not.toBe(before?.hash);
    expect(after?.values['code']?.['value']?.['value']).toBe('123456');
    answers = [{ body: { response_action: 'push', view: modal([section('On top')]) } }];
    await jane.submit();
    expect(slack.control.openView('U0JANE')?.stack).toHaveLength(2);
    await jane.submit();
    expect(slack.control.openView('U0JANE')?.view.id).toBe(before?.id);
    answers = [{ body: { response_action: 'clear' } }];
    await jane.submit();
    expect(slack.control.openView('U0JANE')).toBeUndefined();
  });

  it('tells the app that it was closed where it asks for that', async () => {
    await showModal(modal([codeInput]));
    expect((await jane.closeView()).delivery).toBeUndefined();
    await showModal(modal([codeInput], { notify_on_close: true }));
    expect(await jane.closeView({ all: true })).toMatchObject({ ok: true });
    expect(payloadOfLast()).toMatchObject({ type: 'view_closed', is_cleared: true, view: { callback_id: 'form' } });
  });

  it('has buttons that report what is filled in around them', async () => {
    await showModal(
      modal([codeInput, { type: 'actions', block_id: 'b', elements: [button('again', { value: 'v' })] }]),
    );
    await jane.fill('12');
    await jane.press('view', { text: 'again' });
    const payload = payloadOfLast();
    expect(payload).toMatchObject({
      ...{ type: 'block_actions', container: { type: 'view' }, trigger_id: expect.any(String) },
      view: { state: { values: { code: { value: { value: '12' } } } }, hash: expect.any(String) },
      actions: [{ action_id: 'again', block_id: 'b', value: 'v', type: 'button', action_ts: expect.any(String) }],
    });
    expect(payload).not.toHaveProperty('response_url');
    expect(payload).not.toHaveProperty('channel');
  });
});

describe('messages, App Home and shortcuts', () => {
  it('a press carries message, channel, response URL and the state of the other inputs', async () => {
    const radio = { type: 'radio_buttons', action_id: 'why', options: [option('a'), option('b')] };
    const place = await post('C0HELPDESK', [
      { type: 'actions', block_id: 'b', elements: [button('approve', { value: 'req-1' }), radio] },
    ]);
    const sam = slack.client('U0SAM');
    await sam.choose('b', 'why', 'b', place);
    expect(payloadOfLast()).toMatchObject({ actions: [{ type: 'radio_buttons', selected_option: option('b') }] });
    await sam.press(place, { actionId: 'approve', value: 'req-1' });
    expect(payloadOfLast()).toMatchObject({
      ...{
        type: 'block_actions',
        user: { id: 'U0SAM', team_id: 'T0ACME' },
        team: { id: 'T0ACME' },
        api_app_id: 'A0LATCHKEY',
      },
      ...{ channel: { id: 'C0HELPDESK', name: 'privategroup' }, response_url: expect.stringContaining('/commands/') },
      container: { type: 'message', message_ts: place.ts, channel_id: 'C0HELPDESK', is_ephemeral: false },
      message: { ts: place.ts, user: 'U0BOT', bot_id: 'B0BOT' },
      state: { values: { b: { why: { selected_option: option('b') } } } },
    });
  });

  it('a button with a link opens it and reports the press all the same', async () => {
    const place = await post('U0JANE', [
      { type: 'actions', elements: [button('open', { url: 'https://acme.test/go/x' })] },
    ]);
    expect(await jane.press(place, 'open')).toMatchObject({ opens: 'https://acme.test/go/x', status: 200 });
    expect(payloadOfLast()).toMatchObject({ actions: [{ action_id: 'open', url: 'https://acme.test/go/x' }] });
  });

  it('nobody presses what is not there or not theirs, except on purpose', async () => {
    const place = await post('C0HELPDESK', [{ type: 'actions', elements: [button('approve')] }]);
    await expect(jane.press(place, 'approve')).rejects.toThrow('does not see');
    await expect(slack.client('U0SAM').press(place, 'deny')).rejects.toThrow('only: approve (approve)');
    await jane.press(place, { actionId: 'deny', blockId: 'b', value: 'req-1', anyway: true });
    expect(payloadOfLast()).toMatchObject({ user: { id: 'U0JANE' }, actions: [{ action_id: 'deny', value: 'req-1' }] });
  });

  it('an ephemeral message is pressed by the one who sees it, and is not in the payload', async () => {
    await call('chat.postEphemeral', {
      channel: 'C0HELPDESK',
      user: 'U0SAM',
      text: 'x',
      blocks: [{ type: 'actions', elements: [button('ok')] }],
    });
    const [message] = slack.control.ephemerals('C0HELPDESK', 'U0SAM');
    await slack.client('U0SAM').press({ channel: 'C0HELPDESK', ts: message?.ts ?? '' }, 'ok');
    expect(payloadOfLast()).toMatchObject({ container: { is_ephemeral: true } });
    expect(payloadOfLast()).not.toHaveProperty('message');
  });

  it('App Home is opened, published and pressed', async () => {
    await jane.openHome();
    expect(JSON.parse(received.at(-1)?.body ?? '')).toMatchObject({
      event: { type: 'app_home_opened', tab: 'home', user: 'U0JANE' },
    });
    await call('views.publish', {
      user_id: 'U0JANE',
      view: { type: 'home', blocks: [{ type: 'actions', elements: [button('reset')] }] },
    });
    await jane.press('home', 'reset');
    expect(payloadOfLast()).toMatchObject({
      container: { type: 'view' },
      view: { type: 'home' },
      trigger_id: expect.any(String),
    });
    await jane.shortcut('reset');
    expect(payloadOfLast()).toMatchObject({ type: 'shortcut', callback_id: 'reset', user: { id: 'U0JANE' } });
    expect(payloadOfLast()).not.toHaveProperty('response_url');
  });

  it('each change is told to whoever listens', async () => {
    const kinds: string[] = [];
    const stop = slack.control.onChange(({ kind }) => kinds.push(kind));
    await jane.dm('hello');
    stop();
    await jane.dm('again');
    expect(kinds).toEqual(['message', 'delivery']);
    expect(recordsOf(slack.control.messages('U0JANE')).map(({ text }) => text)).toEqual(['hello', 'again']);
  });
});
