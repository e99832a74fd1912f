// The Web API of the emulated Slack: what it refuses, and how.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Json, recordOf } from '../../playground/json.ts';
import { type Slack, startSlack } from '../../playground/slack/server.ts';
import type { SlackOptions } from '../../playground/slack/settings.ts';
import { WORKSPACE } from './slack-bolt-app.ts';

const JANE = { id: 'U0JANE', name: 'jane', realName: 'Jane Doe', email: 'jane@acme.test' };
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const modal = (more: Json = {}) => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'Title' },
  blocks: [section('Hi')],
  ...more,
});

let slack: Slack;
let clock: number;
let app: Server;
/** The answer of the server that stands in for the product, and what it received. */
let answer: { status: number; body: string };
let received: { path: string; method: string; body: string }[];

async function restart(options: Partial<SlackOptions> = {}): Promise<void> {
  await slack?.close();
  slack = await startSlack({ ...WORKSPACE, now: () => clock, ...options });
  slack.control.connect(`${appUrl()}/slack/events`);
  slack.control.addUser(JANE);
  slack.control.addUser({ id: 'U0SAM', name: 'sam' });
  slack.control.addChannel({ id: 'C0HELPDESK', name: 'helpdesk', members: ['U0SAM'], isPrivate: true });
}

const appUrl = (): string => `http://127.0.0.1:${(app.address() as AddressInfo).port}`;

beforeEach(async () => {
  clock = Date.UTC(2026, 0, 5, 9, 0);
  answer = { status: 200, body: '' };
  received = [];
  app = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ path: request.url ?? '', method: request.method ?? '', body });
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  await restart();
});
afterEach(async () => {
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
  await slack.close();
});

async function call(method: string, args: Json = {}, headers: Readonly<Record<string, string>> = {}): Promise<Json> {
  const response = await fetch(slack.apiUrl + method, {
    method: 'POST',
    headers: { authorization: `Bearer ${WORKSPACE.botToken}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(args),
  });
  return { ...recordOf(await response.json()), status: response.status };
}

/** A trigger id that Slack issued with a command. */
async function trigger(): Promise<string> {
  await slack.client('U0JANE').command('/unlock');
  return new URLSearchParams(received.at(-1)?.body).get('trigger_id') ?? '';
}

async function openModal(more: Json = {}): Promise<Json> {
  return recordOf((await call('views.open', { trigger_id: await trigger(), view: modal(more) }))['view']);
}

describe('tokens, scopes and bodies', () => {
  it('refuses a wrong token, none, an unknown method and a body that is no JSON', async () => {
    expect(await call('auth.test')).toMatchObject({ ok: true, team_id: 'T0ACME', user_id: 'U0BOT', bot_id: 'B0BOT' });
    expect(await call('auth.test', {}, { authorization: 'Bearer xoxb-other' })).toMatchObject({
      error: 'invalid_auth',
    });
    expect(await call('auth.test', { token: WORKSPACE.botToken }, { authorization: '' })).toMatchObject({
      error: 'not_authed',
    });
    expect(await call('chat.postMassage')).toMatchObject({ ok: false, error: 'unknown_method', status: 200 });
    const broken = await fetch(`${slack.apiUrl}auth.test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${WORKSPACE.botToken}`, 'content-type': 'application/json' },
      body: '{',
    });
    expect(await broken.json()).toMatchObject({ error: 'invalid_json' });
  });

  it('takes a form with JSON inside its fields, and the token in it', async () => {
    const form = new URLSearchParams({
      token: WORKSPACE.botToken,
      channel: 'U0JANE',
      text: 'Hi',
      blocks: JSON.stringify([section('Hi')]),
    });
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', body: form });
    expect(await response.json()).toMatchObject({
      ok: true,
      channel: 'D0JANE',
      message: { blocks: [{ type: 'section' }] },
    });
    expect(slack.control.requests[0]?.args).not.toHaveProperty('token');
  });

  it('names the missing scope, and hides addresses from a token that may not read them', async () => {
    expect(await call('conversations.open', { users: 'U0JANE' })).toMatchObject({
      error: 'missing_scope',
      needed: 'im:write',
    });
    expect(await call('users.info', { user: 'U0JANE' })).toMatchObject({
      user: { profile: { email: 'jane@acme.test' } },
    });
    await restart({ scopes: ['users:read'] });
    const { user } = await call('users.info', { user: 'U0JANE' });
    expect(recordOf(user)['profile']).not.toHaveProperty('email');
    expect(await call('conversations.info', { channel: 'C0HELPDESK' })).toMatchObject({ needed: 'groups:read' });
  });

  it('describes people with the flags they were given', async () => {
    slack.control.addUser({
      id: 'U0EXT',
      name: 'ext',
      teamId: 'T0OTHER',
      is_restricted: true,
      is_stranger: true,
      record: { is_email_confirmed: undefined },
    });
    const { user } = await call('users.info', { user: 'U0EXT' });
    expect(user).toMatchObject({ team_id: 'T0OTHER', is_restricted: true, is_stranger: true, deleted: false });
    expect(user).not.toHaveProperty('is_email_confirmed');
    expect(await call('users.info', { user: 'U0NOBODY' })).toMatchObject({ error: 'user_not_found' });
  });

  it('lists the members of a private channel in pages, the bot among them', async () => {
    const first = await call('conversations.members', { channel: 'C0HELPDESK', limit: 1 });
    const cursor = recordOf(first['response_metadata'])['next_cursor'];
    const second = await call('conversations.members', { channel: 'C0HELPDESK', limit: 1, cursor });
    expect([first['members'], second['members']]).toEqual([['U0SAM'], ['U0BOT']]);
  });
});

describe('channels', () => {
  it.each([
    ['archived', { isArchived: true }, { is_archived: true }],
    ['shared with another company', { isExtShared: true }, { is_ext_shared: true, is_shared: true }],
    ['about to be shared', { isPendingExtShared: true }, { is_pending_ext_shared: true, is_shared: false }],
    [
      'shared in the organisation',
      { isOrgShared: true },
      { is_org_shared: true, is_ext_shared: false, is_shared: true },
    ],
  ])('are described as they are: %s', async (_what, kind, flags) => {
    slack.control.addChannel({ id: 'C0ODD', name: 'odd', ...kind });
    expect(await call('conversations.info', { channel: 'C0ODD' })).toMatchObject({ ok: true, channel: flags });
  });

  it('take no message once they are archived', async () => {
    slack.control.addChannel({ id: 'C0ODD', name: 'odd', isArchived: true });
    expect(await call('chat.postMessage', { channel: 'C0ODD', text: 'hello' })).toMatchObject({ error: 'is_archived' });
  });
});

describe('messages', () => {
  it('go to a person or a channel in which the bot is, and nowhere else', async () => {
    expect(await call('chat.postMessage', { channel: 'U0JANE', text: 'Hi' })).toMatchObject({ channel: 'D0JANE' });
    expect(await call('chat.postMessage', { channel: 'C0HELPDESK', text: 'Hi' })).toMatchObject({ ok: true });
    expect(await call('chat.postMessage', { channel: 'C0GENERAL', text: 'Hi' })).toMatchObject({
      error: 'not_in_channel',
    });
    expect(await call('chat.postMessage', { channel: 'C0NOWHERE', text: 'Hi' })).toMatchObject({
      error: 'channel_not_found',
    });
    expect(await call('chat.postMessage', { channel: 'U0JANE' })).toMatchObject({ error: 'no_text' });
    const blocks = Array.from({ length: 51 }, () => section('x'));
    expect(await call('chat.postMessage', { channel: 'U0JANE', text: 'x', blocks })).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: { messages: [expect.stringContaining('at most 50')] },
    });
  });

  it('are changed by channel id only; a text alone takes the blocks away', async () => {
    const { ts } = await call('chat.postMessage', { channel: 'U0JANE', text: 'One', blocks: [section('One')] });
    expect(await call('chat.update', { channel: 'U0JANE', ts, text: 'Two' })).toMatchObject({
      error: 'channel_not_found',
    });
    expect(await call('chat.update', { channel: 'D0JANE', ts: '1.1', text: 'Two' })).toMatchObject({
      error: 'message_not_found',
    });
    expect(await call('chat.update', { channel: 'D0JANE', ts, text: 'Two', blocks: [section('Two')] })).toMatchObject({
      ok: true,
    });
    expect(slack.control.messages('U0JANE')[0]).not.toHaveProperty('edited');
    await call('chat.update', { channel: 'D0JANE', ts, text: 'Three' });
    expect(slack.control.messages('U0JANE')[0]).toMatchObject({ text: 'Three', blocks: [], edited: true });
    await call('chat.delete', { channel: 'D0JANE', ts });
    expect(slack.control.messages('U0JANE')[0]).toMatchObject({ deleted: true });
    expect(await call('chat.update', { channel: 'D0JANE', ts, text: 'Four' })).toMatchObject({
      error: 'message_not_found',
    });
  });

  it('are not changed where another wrote them, nor where they were ephemeral', async () => {
    await slack.client('U0JANE').dm('Hello');
    const [hers] = slack.control.messages('U0JANE');
    expect(await call('chat.update', { channel: 'D0JANE', ts: hers?.ts, text: 'x' })).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await call('chat.postEphemeral', { channel: 'C0HELPDESK', user: 'U0JANE', text: 'x' })).toMatchObject({
      error: 'user_not_in_channel',
    });
    const { message_ts } = await call('chat.postEphemeral', { channel: 'C0HELPDESK', user: 'U0SAM', text: 'Psst' });
    expect(await call('chat.update', { channel: 'C0HELPDESK', ts: message_ts, text: 'x' })).toMatchObject({
      error: 'message_not_found',
    });
    expect(slack.control.ephemerals('C0HELPDESK', 'U0SAM').map(({ text }) => text)).toEqual(['Psst']);
    expect(slack.control.messages('C0HELPDESK')).toEqual([]);
  });

  it('have their links fetched unless both unfurl flags are off', async () => {
    const link = (name: string) => `${appUrl()}/go/${name}`;
    const off = { unfurl_links: false, unfurl_media: false };
    await call('chat.postMessage', { channel: 'U0JANE', text: `<${link('quiet')}|open>`, ...off });
    await call('chat.postMessage', { channel: 'U0JANE', text: link('half'), unfurl_links: false });
    await call('chat.postMessage', { channel: 'U0JANE', text: 'https://example.test/far' });
    await call('chat.postEphemeral', { channel: 'C0HELPDESK', user: 'U0SAM', text: link('ephemeral') });
    await slack.control.crawlSettled();
    expect(received.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /go/ephemeral',
      'GET /go/half',
    ]);
    expect(slack.control.crawled.find(({ url }) => url.includes('far'))?.status).toBe('outside');
  });

  it('have the links of their buttons fetched too by a Slack that does that', async () => {
    await restart({ crawlButtons: true });
    const button = {
      type: 'button',
      action_id: 'open',
      text: { type: 'plain_text', text: 'Open' },
      url: `${appUrl()}/go/button`,
    };
    const blocks = [{ type: 'actions', elements: [button] }];
    await call('chat.postMessage', { channel: 'U0JANE', text: 'x', blocks, unfurl_links: false, unfurl_media: false });
    await slack.control.crawlSettled();
    expect(received).toMatchObject([{ method: 'GET', path: '/go/button' }]);
  });
});

describe('modals', () => {
  it('open once for a trigger, within three seconds', async () => {
    const first = await trigger();
    expect(await call('views.open', { trigger_id: first, view: modal() })).toMatchObject({
      ok: true,
      view: { type: 'modal' },
    });
    expect(await call('views.open', { trigger_id: first, view: modal() })).toMatchObject({
      error: 'exchanged_trigger_id',
    });
    expect(await call('views.open', { trigger_id: 'made.up', view: modal() })).toMatchObject({
      error: 'invalid_trigger_id',
    });
    const late = await trigger();
    clock += 3001;
    expect(await call('views.open', { trigger_id: late, view: modal() })).toMatchObject({
      error: 'expired_trigger_id',
    });
  });

  it('refuse what Slack would refuse, and say where', async () => {
    const view = modal({ title: { type: 'plain_text', text: 'A title that is far too long' } });
    expect(await call('views.open', { trigger_id: await trigger(), view })).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringContaining('/view/title/text')] },
    });
  });

  it('are changed by id or external id, with a hash only while it is fresh', async () => {
    const { id, hash } = await openModal({ external_id: 'flow-1' });
    expect(await call('views.update', { view_id: 'V0NONE', view: modal() })).toMatchObject({ error: 'not_found' });
    expect(await call('views.update', { view_id: id, hash, view: modal({ blocks: [section('Two')] }) })).toMatchObject({
      ok: true,
    });
    expect(await call('views.update', { view_id: id, hash, view: modal() })).toMatchObject({ error: 'hash_conflict' });
    expect(await call('views.update', { external_id: 'flow-1', view: modal() })).toMatchObject({ error: 'not_found' });
    await slack.client('U0JANE').closeView();
    expect(await call('views.update', { view_id: id, view: modal() })).toMatchObject({ error: 'not_found' });
  });

  it('keep an external id to one view', async () => {
    await openModal({ external_id: 'flow-1' });
    await slack.client('U0SAM').command('/unlock');
    const trigger_id = new URLSearchParams(received.at(-1)?.body).get('trigger_id');
    expect(await call('views.open', { trigger_id, view: modal({ external_id: 'flow-1' }) })).toMatchObject({
      error: 'duplicate_external_id',
    });
  });

  it('stack three high, each on a press in the one below', async () => {
    const button = { type: 'button', action_id: 'more', text: { type: 'plain_text', text: 'More' } };
    const view = modal({ blocks: [{ type: 'actions', elements: [button] }] });
    expect(await call('views.push', { trigger_id: await trigger(), view })).toMatchObject({
      error: 'invalid_trigger_id',
    });
    await openModal({ blocks: view.blocks });
    const push = async () => {
      await slack.client('U0JANE').press('view', 'more');
      const payload = recordOf(JSON.parse(new URLSearchParams(received.at(-1)?.body).get('payload') ?? ''));
      return call('views.push', { trigger_id: payload['trigger_id'], view });
    };
    expect(await push()).toMatchObject({ ok: true });
    expect(await push()).toMatchObject({ ok: true });
    expect(await push()).toMatchObject({ error: 'push_limit_reached' });
    expect(slack.control.openView('U0JANE')?.stack).toHaveLength(3);
  });

  it('publish an App Home', async () => {
    const view = { type: 'home', blocks: [section('Welcome')] };
    expect(await call('views.publish', { user_id: 'U0JANE', view })).toMatchObject({ ok: true });
    expect(slack.control.home('U0JANE')?.blocks).toMatchObject([{ text: { text: 'Welcome' } }]);
    expect(await call('views.publish', { user_id: 'U0JANE', view, hash: 'old' })).toMatchObject({
      error: 'hash_conflict',
    });
    expect(await call('views.publish', { user_id: 'U0NOBODY', view })).toMatchObject({ error: 'user_not_found' });
  });
});

describe('response URLs', () => {
  async function commandUrl(): Promise<string> {
    await slack.client('U0JANE').command('/unlock');
    return new URLSearchParams(received.at(-1)?.body).get('response_url') ?? '';
  }
  const post = (url: string, body: Json) => fetch(url, { method: 'POST', body: JSON.stringify(body) });

  it('write for one person only, five times, where the bot itself may not post', async () => {
    const url = await commandUrl();
    const statuses: number[] = [];
    for (let use = 0; use < 6; use += 1) statuses.push((await post(url, { text: `Use ${use}` })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    expect(slack.control.ephemerals('C0GENERAL', 'U0JANE')).toHaveLength(5);
    expect(slack.control.messages('C0GENERAL')).toEqual([]);
  });

  it('die after half an hour', async () => {
    const url = await commandUrl();
    clock += 30 * 60_000 + 1;
    expect(await (await post(url, { text: 'Late' })).json()).toMatchObject({ error: 'expired_url' });
  });

  it('replace and take away the message whose button was pressed', async () => {
    const button = { type: 'button', action_id: 'ok', text: { type: 'plain_text', text: 'OK' } };
    const blocks = [{ type: 'actions', elements: [button] }];
    const { ts } = await call('chat.postMessage', { channel: 'C0HELPDESK', text: 'Card', blocks });
    const place = { channel: 'C0HELPDESK', ts: String(ts) };
    await slack.client('U0SAM').press(place, { text: 'OK' });
    const payload = recordOf(JSON.parse(new URLSearchParams(received.at(-1)?.body).get('payload') ?? ''));
    const url = String(payload['response_url']);
    await post(url, { replace_original: true, text: 'Done' });
    expect(slack.control.messages('C0HELPDESK')).toMatchObject([{ text: 'Done', blocks: [] }]);
    await post(url, { delete_original: true });
    expect(slack.control.messages('C0HELPDESK')).toMatchObject([{ deleted: true }]);
  });
});

describe('faults and limits', () => {
  const post = (text = 'x') => call('chat.postMessage', { channel: 'U0JANE', text });

  it('come once, in their order, for the method they were planned for', async () => {
    slack.control.faults.next('chat.postMessage', 'user_not_found');
    slack.control.faults.next('chat.postMessage', { kind: 'http', status: 500, body: '{}' });
    slack.control.faults.rateLimit('chat.postMessage', 7);
    expect(await call('auth.test')).toMatchObject({ ok: true });
    expect(await post()).toMatchObject({ ok: false, error: 'user_not_found', status: 200 });
    expect(await post()).toMatchObject({ status: 500 });
    expect(await post()).toMatchObject({ status: 429, error: 'ratelimited' });
    expect(await post()).toMatchObject({ ok: true });
    expect(slack.control.messages('U0JANE')).toHaveLength(1);
  });

  it('can be a page of HTML, silence, or a cut connection before or after the deed', async () => {
    slack.control.faults.next('chat.postMessage', 'html');
    await expect(post()).rejects.toThrow();
    slack.control.faults.next('chat.postMessage', 'disconnect');
    await expect(post()).rejects.toThrow();
    slack.control.faults.next('chat.postMessage', { kind: 'hang', ms: 20 });
    await expect(post()).rejects.toThrow();
    expect(slack.control.messages('U0JANE')).toHaveLength(0);
    slack.control.faults.next('chat.postMessage', { kind: 'disconnect', after: true });
    await expect(post('written')).rejects.toThrow();
    expect(slack.control.messages('U0JANE')).toMatchObject([{ text: 'written' }]);
  });

  it('lets a message a second and channel pass, after a small burst', async () => {
    await restart({ rateLimits: true });
    const statuses: unknown[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await post())['status']);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(await call('chat.postMessage', { channel: 'C0HELPDESK', text: 'x' })).toMatchObject({ ok: true });
    clock += 1000;
    expect(await post()).toMatchObject({ ok: true });
  });

  it('holds the tier of chat.update', async () => {
    await restart({ rateLimits: true });
    const { ts } = await post();
    const update = () => call('chat.update', { channel: 'D0JANE', ts, text: 'x' });
    for (let n = 0; n < 50; n += 1) expect(await update()).toMatchObject({ ok: true });
    expect(await update()).toMatchObject({ status: 429 });
  });
});
