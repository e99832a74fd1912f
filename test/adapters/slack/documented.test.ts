// What Slack's documentation says it sends, through the door: commands, interactions, and every event, whether or not this app
// has subscribed to it. Sources: docs.slack.dev, interactivity, events-api, and the types of Slack's own package.
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../playground/json.ts';
import { type Scene, type SceneOptions, setScene } from './scene.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

const form = (payload: object) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
const linesOf = (event: string) =>
  scene.logged.filter((line) => line.includes(`"event":"${event}"`)).map((line) => JSON.parse(line));

/** Of the page about the Events API. */
const envelope = {
  token: 'XXYYZZ',
  team_id: 'T0ACME',
  api_app_id: 'A0LATCHKEY',
  type: 'event_callback',
  authorizations: [
    { enterprise_id: null, team_id: 'T0ACME', user_id: 'U0LATCHKEY', is_bot: true, is_enterprise_install: false },
  ],
  event_context: 'EC12345',
  event_id: 'Ev08MFMKH6',
  event_time: 1_234_567_890,
  is_ext_shared_channel: false,
  context_team_id: 'T0ACME',
  context_enterprise_id: null,
};

/** The names of all events that Slack's package describes, and so that Bolt knows. */
const folder = new URL('../../../node_modules/@slack/types/dist/events/', import.meta.url);
const names = new Set(
  readdirSync(folder)
    .filter((file) => file.endsWith('.d.ts'))
    .flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(/^ {4}type: ['"](\w+)['"];/gm)])
    .map(([, name]) => name ?? ''),
);
const heard = ['message', 'app_home_opened'];
const unheard = [...names].filter((name) => !heard.includes(name) && name !== 'app_rate_limited');

describe('an event that nobody subscribed to', () => {
  it('is answered 200 at once, whatever its name is', async () => {
    expect(unheard.length).toBeGreaterThan(80);
    const { jane, script } = await set();
    for (const [nth, type] of unheard.entries()) {
      const event = {
        type,
        user: 'U0JANE',
        channel: { id: 'C1', name: 'x' },
        item: { type: 'message' },
        event_ts: '1.2',
      };
      const answer = await jane.send('event', { ...envelope, event_id: `Ev${nth}`, event });
      expect(answer, type).toMatchObject({ status: 200, body: '', timedOut: false });
      expect(answer.ms, type).toBeLessThan(1_000);
    }
    expect(script).toMatchObject({ said: [], pressed: [], begun: [] });
    expect(linesOf('slack.delivery.failed')).toEqual([]);
  });

  it.each([
    ['without anything', {}],
    ['of a user, channel and item that are null', { user: null, channel: null, item: null, subteam: null }],
    ['of a list', { item: [], channel: [] }],
    ['of numbers', { user: 1, channel: 2, item: 3 }],
    ['of a function', { function: null, function_execution_id: 'Fx1', bot_access_token: 'xwfp-planted', inputs: null }],
  ])('is answered 200 at once, whatever it holds: %s', async (_name, more) => {
    const { jane, script } = await set();
    for (const type of ['reaction_added', 'function_executed', 'app_uninstalled', 'tokens_revoked', 'zzz']) {
      const answer = await jane.send('event', { ...envelope, event_id: `Ev${type}`, event: { type, ...more } });
      expect(answer, type).toMatchObject({ status: 200, body: '', timedOut: false });
    }
    expect(script).toMatchObject({ said: [], pressed: [], begun: [] });
    expect(scene.logged.join('')).not.toContain('planted');
  });

  it('of another app is refused like everything of another app', async () => {
    const { jane } = await set();
    const event = { type: 'reaction_added', user: 'U0JANE' };
    expect(await jane.send('event', { ...envelope, api_app_id: 'A0OTHER', event })).toMatchObject({ status: 401 });
    expect(linesOf('slack.refused')).toMatchObject([{ because: 'foreign-app' }]);
  });

  it('is refused like everything where the signature is wrong', async () => {
    const { jane } = await set();
    const body = { ...envelope, event: { type: 'reaction_added' } };
    expect(await jane.send('event', body, { secret: 'another' })).toMatchObject({ status: 401 });
  });
});

describe('Slack withholds events', () => {
  /** Of the page about the event. */
  const limited = {
    token: 'Jhj5dZrVaK7ZwHHjRyZWjbDl',
    type: 'app_rate_limited',
    team_id: 'T0ACME',
    minute_rate_limited: 1_518_467_820,
    api_app_id: 'A0LATCHKEY',
  };

  it('and says so: it gets 200, the operator reads it loudly, and it is counted', async () => {
    let counted = 0;
    const { jane } = await set({
      onEventsWithheld: () => {
        counted += 1;
      },
    });
    expect(await jane.send('event', limited)).toMatchObject({ status: 200, body: '' });
    expect(linesOf('slack.events-withheld')).toMatchObject([{ level: 50, since: '2018-02-12T20:37:00.000Z' }]);
    expect(counted).toBe(1);
    expect(scene.logged.join('')).not.toContain('Jhj5dZrVaK7ZwHHjRyZWjbDl');
  });

  it('and says so without a time', async () => {
    const { jane } = await set();
    const { minute_rate_limited: _minute, ...rest } = limited;
    expect(await jane.send('event', rest)).toMatchObject({ status: 200 });
    expect(await jane.send('event', { ...rest, minute_rate_limited: 9e300 })).toMatchObject({ status: 200 });
    expect(linesOf('slack.events-withheld')).toHaveLength(2);
  });

  it('from another app: refused, and nothing is counted', async () => {
    let counted = 0;
    const { jane } = await set({
      onEventsWithheld: () => {
        counted += 1;
      },
    });
    expect(await jane.send('event', { ...limited, api_app_id: 'A0OTHER' })).toMatchObject({ status: 401 });
    expect(counted).toBe(0);
  });
});

describe('a documented payload is answered 200', () => {
  const team = { id: 'T0ACME', domain: 'acme' };
  const user = { id: 'U0JANE', username: 'jane', name: 'jane', team_id: 'T0ACME' };
  const common = {
    team,
    user,
    api_app_id: 'A0LATCHKEY',
    token: 'XXYYZZ',
    enterprise: null,
    is_enterprise_install: false,
  };
  const view = {
    id: 'VNHU13V36',
    team_id: 'T0ACME',
    type: 'modal',
    title: { type: 'plain_text', text: 'Modal' },
    private_metadata: 'shhh-its-secret',
    callback_id: 'modal-with-inputs',
    state: { values: { multiline: { mlvalue: { type: 'plain_text_input', value: 'text' } } } },
    hash: '156663117.cd33ad1f',
    response_urls: [],
    root_view_id: 'VNHU13V36',
    app_id: 'A0LATCHKEY',
    external_id: '',
    app_installed_team_id: 'T0ACME',
    bot_id: 'BXXXXXXX',
    previous_view_id: null,
    clear_on_close: false,
    notify_on_close: false,
    blocks: [],
  };
  const pressed = {
    ...common,
    type: 'block_actions',
    trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
    channel: { id: 'CBR2V3XEX', name: 'review-updates' },
    container: { type: 'message', message_ts: '1548261231.000200', channel_id: 'CBR2V3XEX', is_ephemeral: false },
    message: {
      bot_id: 'BAH5CA16Z',
      type: 'message',
      text: "This content can't be displayed.",
      user: 'UAJ2RU415',
      ts: '1548261231.000200',
    },
    response_url: 'https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209',
    actions: [
      {
        action_id: 'WaXA',
        block_id: '=qXel',
        text: { type: 'plain_text', text: 'View', emoji: true },
        value: 'click_me_123',
        type: 'button',
        action_ts: '1548426417.840180',
      },
    ],
  };

  it.each<readonly [string, 'event' | 'interaction', Json | string]>([
    [
      'url_verification',
      'event',
      { token: 'x', challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P', type: 'url_verification' },
    ],
    [
      'message.im',
      'event',
      {
        ...envelope,
        event: {
          type: 'message',
          channel: 'D024BE91L',
          user: 'U2147483697',
          text: 'Hello hello can you hear me?',
          ts: '1355517523.000005',
          event_ts: '1355517523.000005',
          channel_type: 'im',
        },
      },
    ],
    [
      'message.im, changed',
      'event',
      {
        ...envelope,
        event: {
          type: 'message',
          subtype: 'message_changed',
          hidden: true,
          channel: 'D024BE91L',
          channel_type: 'im',
          ts: '1358878755.000001',
          message: {
            type: 'message',
            user: 'U123',
            text: 'x',
            ts: '1355517523.000005',
            edited: { user: 'U123', ts: '1358878755.000001' },
          },
        },
      },
    ],
    [
      'message.im, deleted',
      'event',
      {
        ...envelope,
        event: {
          type: 'message',
          subtype: 'message_deleted',
          hidden: true,
          channel: 'D024BE91L',
          channel_type: 'im',
          ts: '1358878755.000001',
          deleted_ts: '1358878749.000002',
        },
      },
    ],
    [
      'message.im by a bot',
      'event',
      {
        ...envelope,
        event: {
          type: 'message',
          subtype: 'bot_message',
          ts: '1358877455.000010',
          text: 'x',
          bot_id: 'BB12033',
          username: 'github',
          icons: {},
          channel: 'D024BE91L',
          channel_type: 'im',
        },
      },
    ],
    [
      'app_home_opened',
      'event',
      {
        ...envelope,
        event: {
          type: 'app_home_opened',
          user: 'U061F7AUR',
          channel: 'D0LAN2Q65',
          event_ts: '1515449522000016',
          tab: 'home',
          view,
        },
      },
    ],
    [
      'app_home_opened for the first time',
      'event',
      {
        ...envelope,
        event: {
          type: 'app_home_opened',
          user: 'U061F7AUR',
          channel: 'D0LAN2Q65',
          event_ts: '1515449522000016',
          tab: 'messages',
        },
      },
    ],
    ['block_actions', 'interaction', form(pressed)],
    [
      'block_actions in a window',
      'interaction',
      form({
        ...common,
        type: 'block_actions',
        trigger_id: '1.2.3',
        container: { type: 'view', view_id: 'VNHU13V36' },
        view,
        actions: pressed.actions,
      }),
    ],
    [
      'view_submission',
      'interaction',
      form({ ...common, type: 'view_submission', trigger_id: '1.2.3', view, response_urls: [] }),
    ],
    ['view_closed', 'interaction', form({ ...common, type: 'view_closed', view, is_cleared: false })],
    [
      'shortcut',
      'interaction',
      form({
        ...common,
        type: 'shortcut',
        action_ts: '1581106241.371594',
        callback_id: 'x',
        trigger_id: '944799105734.773906753841.38b5894552bdd4a780554ee59d1f3638',
      }),
    ],
    [
      'message_action',
      'interaction',
      form({
        ...common,
        type: 'message_action',
        callback_id: 'chirp',
        trigger_id: '1.2.3',
        message_ts: '1.2',
        response_url: pressed.response_url,
        channel: { id: 'D1', name: 'directmessage' },
        message: { type: 'message', user: 'U1', ts: '1.2', text: 'x' },
      }),
    ],
    [
      'block_suggestion',
      'interaction',
      form({
        ...common,
        type: 'block_suggestion',
        container: { type: 'view', view_id: 'V1' },
        action_id: 'WaXA',
        block_id: '=qXel',
        value: 'x',
        view,
      }),
    ],
    [
      'dialog_suggestion',
      'interaction',
      form({
        ...common,
        type: 'dialog_suggestion',
        action_ts: '1.2',
        callback_id: 'bugs',
        name: 'bug_url',
        value: '',
        channel: { id: 'D1', name: 'directmessage' },
      }),
    ],
  ])('%s', async (_name, kind, body) => {
    const { jane } = await set();
    expect(await jane.send(kind, body)).toMatchObject({ status: 200, timedOut: false });
    expect(linesOf('slack.delivery.failed')).toEqual([]);
  });

  it('a command', async () => {
    const { jane, script } = await set();
    const fields = {
      token: 'gIkuvaNzQIHg97ATvDxqgjtO',
      team_id: 'T0ACME',
      team_domain: 'example',
      enterprise_id: 'E0001',
      enterprise_name: 'Globular%20Construct%20Inc',
      channel_id: 'C2147483705',
      channel_name: 'test',
      user_id: 'U0JANE',
      user_name: 'Steve',
      command: '/unlock',
      text: '94070',
      response_url: 'https://hooks.slack.com/commands/1234/5678',
      trigger_id: '13345224609.738474920.8088930838d88f008e0',
      api_app_id: 'A0LATCHKEY',
    };
    expect(await jane.send('command', fields)).toMatchObject({ status: 200, timedOut: false });
    expect(script.said).toHaveLength(1);
  });
});
