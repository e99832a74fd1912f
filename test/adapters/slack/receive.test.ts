// What Slack delivers by other transports than HTTP, as Socket Mode will: Bolt's App with a receiver that has no
// server, headers or signatures.
import { createHmac } from 'node:crypto';
import { App, LogLevel, type Receiver } from '@slack/bolt';
import Fastify from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSlack } from '../../../playground/slack/server.ts';
import { createRenderQueue } from '../../../src/adapters/render-queue.ts';
import { createBoltApp, type Incoming, receiverEvent } from '../../../src/adapters/slack/bolt-app.ts';
import { createSlackApi } from '../../../src/adapters/slack/client.ts';
import { type Answer, type SlackContext, startDeadline } from '../../../src/adapters/slack/context.ts';
import { slackEvents } from '../../../src/adapters/slack/features.ts';
import { createHeardSignatures } from '../../../src/adapters/slack/heard-signatures.ts';
import { createHomeViews } from '../../../src/adapters/slack/home-view.ts';
import { parse } from '../../../src/adapters/slack/parse.ts';
import { createPosts } from '../../../src/adapters/slack/posts.ts';
import { createReceive } from '../../../src/adapters/slack/receive.ts';
import { createReceiver } from '../../../src/adapters/slack/receiver.ts';
import { createResponseUrls } from '../../../src/adapters/slack/response-url.ts';
import { createVerifier } from '../../../src/adapters/slack/verify.ts';
import { createWindows } from '../../../src/adapters/slack/windows.ts';
import { createBackground } from '../../../src/concurrency/background-tasks.ts';
import { createPriorityQueue } from '../../../src/concurrency/priority-queue.ts';
import { createRateLimiter } from '../../../src/concurrency/rate-limiter.ts';
import { instant } from '../../../src/flows/ids.ts';
import { sourcesIn } from '../../flows/source.ts';
import { aFlow, type Script, scriptedConversation } from './scripted-conversation.ts';

const nowMs = Date.parse('2026-03-02T10:43:00Z');
const clock = { now: () => instant(nowMs) };

interface Delivered {
  /** What was acknowledged to Slack, in order. */
  readonly acknowledged: readonly Answer[];
  /** Tells the transport that the answer was sent. */
  leave(): void;
}

/** A transport for the test: it passes a body to the App and receives the answer. */
function createTransport(): Receiver & { deliver(body: object, more?: Partial<Incoming>): Promise<Delivered> } {
  let app: App | undefined;
  return {
    init(given) {
      app = given;
    },
    start: async () => undefined,
    stop: async () => undefined,
    async deliver(body, more = {}) {
      const acknowledged: Answer[] = [];
      const { promise: answered, resolve: leave } = Promise.withResolvers<void>();
      const acknowledge = (answer: Answer): void => void acknowledged.push(answer);
      const since = { arrivedAt: performance.now(), deadline: startDeadline() };
      const incoming = { id: 'envelope-1', ...since, answered, acknowledge, ...more };
      await app?.processEvent(receiverEvent({ ...body }, incoming));
      return { acknowledged, leave };
    },
  };
}

async function open(change: Parameters<typeof scriptedConversation>[0] = {}) {
  const slack = await startSlack({
    signingSecret: 'a-secret-that-no-socket-needs-00',
    botToken: 'xoxb-of-the-socket',
    teamId: 'T0ACME',
    appId: 'A0LATCHKEY',
    botUserId: 'U0LATCHKEY',
    now: () => nowMs,
  });
  slack.control.addUser({ id: 'U0JANE', name: 'jane', realName: 'Jane Doe', email: 'jane.doe@acme.example' });
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void logged.push(line) });
  const priorityQueue = createPriorityQueue();
  const script: Script = scriptedConversation(change, clock, priorityQueue);
  const api = createSlackApi({ token: 'xoxb-of-the-socket', apiUrl: slack.apiUrl, log });
  const renderQueue = createRenderQueue();
  const background = createBackground(log, 'slack.background.failed');
  const visits = { note: async () => undefined, isRecent: async () => true };
  const identity = { teamId: 'T0ACME', botId: 'B0', botUserId: 'U0LATCHKEY', appId: 'A0LATCHKEY', scopes: [] };
  const installed = { read: async () => ({ ok: true as const, value: identity }), known: () => identity };
  const context: SlackContext = {
    ...{ renderQueue, background, priorityQueue, installed, log },
    conversation: script,
    posts: createPosts(api, renderQueue),
    windows: createWindows(api, renderQueue),
    homes: createHomeViews({ api, visits }),
    responses: createResponseUrls(slack.apiUrl),
    homeRateLimiter: createRateLimiter({ everyMs: 1_000, atOnce: 1, waitAtMostMs: 3_000, now: () => nowMs }),
  };
  const refused: string[] = [];
  const refusals = { note: (because: string) => void refused.push(because), stop: () => undefined };
  const transport = createTransport();
  await createBoltApp({ receiver: transport, receive: createReceive(context), installed, refusals, log });
  return { ...{ slack, control: slack.control, script, logged, refused, background }, deliver: transport.deliver };
}

type Opened = Awaited<ReturnType<typeof open>>;

const from = { user: { id: 'U0JANE', team_id: 'T0ACME' }, team: { id: 'T0ACME' }, api_app_id: 'A0LATCHKEY' };
const command = { command: '/unlock', text: '', user_id: 'U0JANE', team_id: 'T0ACME', trigger_id: '1.2.abc' };
const event = (inner: object) => ({
  type: 'event_callback',
  event_id: 'Ev1',
  team_id: 'T0ACME',
  api_app_id: 'A0LATCHKEY',
  event: { user: 'U0JANE', channel: 'D0JANE', ...inner },
});
const message = event({ type: 'message', channel_type: 'im', text: 'unlock', ts: '1.1' });
const press = {
  ...{ type: 'block_actions', ...from },
  channel: { id: 'D0JANE' },
  container: { message_ts: '1.1', channel_id: 'D0JANE' },
  actions: [{ type: 'button', action_id: 'lk.cancel', value: aFlow }],
};
const submission = {
  ...{ type: 'view_submission', ...from },
  view: {
    ...{ id: 'V1', type: 'modal', callback_id: 'lk.submit-code', private_metadata: JSON.stringify({ flow: aFlow }) },
    state: { values: { first: { code: { value: '123456' } } } },
  },
};

describe('without HTTP', () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await opened.background.settled(2_000);
    await opened.slack.close();
  });

  it('a command is stored, then acknowledged without a word', async () => {
    const { deliver, script, control } = opened;
    expect((await deliver(command)).acknowledged).toEqual([undefined]);
    expect(script.said).toMatchObject([{ kind: 'unlock', said: { actor: 'slack:T0ACME:U0JANE' } }]);
    await control.until(() => script.begun.length === 1);
  });

  it('a message is stored, then acknowledged without a word', async () => {
    const { deliver, script, control } = opened;
    expect((await deliver(message)).acknowledged).toEqual([undefined]);
    expect(script.said).toMatchObject([{ kind: 'unlock', said: { delivery: 'slack:event:Ev1' } }]);
    await control.until(() => script.shown.length === 1);
  });

  it('a press is acknowledged, and known by its delivery where Slack gave it no other name', async () => {
    const { deliver, script, control } = opened;
    script.reply = () => ({ kind: 'done' });
    expect((await deliver(press, { id: 'envelope-7' })).acknowledged).toEqual([undefined]);
    await control.until(() => script.left === 1);
    expect(script.pressed).toMatchObject([{ act: 'cancel', flow: aFlow, delivery: 'slack:press:envelope-7' }]);
  });

  it('a submission is answered with what stands in the window then, and goes on once that has left', async () => {
    const { deliver, script, control } = opened;
    script.reply = () => ({ kind: 'notice', text: ['This request is over.'] });
    const { acknowledged, leave } = await deliver(submission);
    expect(acknowledged).toEqual([{ response_action: 'errors', errors: { first: 'This request is over.' } }]);
    expect(script.pressed).toMatchObject([{ act: 'submit-code', values: { code: '123456' } }]);
    expect(script.left).toBe(0);
    leave();
    await control.until(() => script.left === 1);
  });

  it('a window that was only closed is acknowledged', async () => {
    expect((await opened.deliver({ ...submission, type: 'view_closed' })).acknowledged).toEqual([undefined]);
    expect(opened.script.pressed).toEqual([]);
  });

  it('an opened Home tab is acknowledged and drawn', async () => {
    const { deliver, control } = opened;
    const { acknowledged } = await deliver(event({ type: 'app_home_opened', tab: 'home' }));
    expect(acknowledged).toEqual([undefined]);
    await control.until(() => control.home('U0JANE'));
  });

  it.each([
    ['a shortcut', { type: 'shortcut', callback_id: 'x', ...from }, 'request', undefined],
    ['something without a type', { ...from, name: 'x' }, 'request', undefined],
    ['an event that nobody asked for', event({ type: 'reaction_added' }), 'event', undefined],
    ['a press on nothing', { ...press, actions: [] }, 'press', undefined],
    ['a command by nobody', { ...command, user_id: undefined }, 'command', { response_type: 'ephemeral' }],
    ['a window of another shape', { ...submission, view: {} }, 'window', { response_action: 'update' }],
  ])('%s is acknowledged once, and said once to the operator', async (_name, body, of, answer) => {
    const { acknowledged } = await opened.deliver(body);
    expect(acknowledged).toHaveLength(1);
    if (answer === undefined) expect(acknowledged[0]).toBeUndefined();
    else expect(acknowledged[0]).toMatchObject(answer);
    const lines = opened.logged.map((line) => JSON.parse(line)).filter((line) => line.event === 'slack.unsupported');
    expect(lines).toMatchObject([{ of }]);
    expect(opened.script).toMatchObject({ said: [], pressed: [] });
  });

  it.each([
    ['command', command],
    ['message', message],
    ['press', press],
    ['submission', submission],
  ])('what is for another app is refused, counted and never acknowledged: %s', async (_kind, body) => {
    const acknowledged: Answer[] = [];
    const foreign = opened.deliver(
      { ...body, api_app_id: 'A0OTHER' },
      { acknowledge: (answer) => void acknowledged.push(answer) },
    );
    await expect(foreign).rejects.toMatchObject({ code: 'slack_bolt_authorization_error' });
    expect(opened.refused).toEqual(['foreign-app']);
    expect(acknowledged).toEqual([]);
    expect(opened.script).toMatchObject({ said: [], pressed: [] });
  });
});

describe('a message that cannot be stored', () => {
  it('is not acknowledged, whichever transport it came by; the person hears of it at the first try only', async () => {
    const opened = await open({ accept: () => Promise.reject(new Error('disk full')) });
    const acknowledged: Answer[] = [];
    const acknowledge = (answer: Answer): void => void acknowledged.push(answer);
    expect(opened.control.messages('U0JANE')).toEqual([]);
    for (const retry of [{}, { retryNumber: 1 }, { retryNumber: 2 }]) {
      await expect(opened.deliver(message, { ...retry, acknowledge })).rejects.toThrow();
    }
    expect(acknowledged).toEqual([]);
    await opened.background.settled(2_000);
    expect(opened.control.messages('U0JANE').filter(({ text }) => text.includes('Sorry'))).toHaveLength(1);
    await opened.slack.close();
  });
});

describe('over HTTP, a delivery that nobody acknowledged', () => {
  it('is an error to Slack, not an empty 200 that looks like success', async () => {
    const signingSecret = 'a-secret-of-this-test-alone-0000';
    const refusals = { note: () => undefined, stop: () => undefined };
    const verifier = createVerifier({ signingSecret, clock });
    const receiver = createReceiver({
      ...{ verifier, refusals, installed: { known: () => undefined }, heard: createHeardSignatures() },
      log: pino({ level: 'silent' }),
    });
    const app = new App({ receiver, authorize: async () => ({}), convoStore: false });
    app.logger.setLevel(LogLevel.ERROR);
    const server = Fastify();
    await server.register(receiver.plugin);
    const timestamp = String(nowMs / 1_000);
    for (const [type, payload] of [
      ['application/json', JSON.stringify(message)],
      ['application/x-www-form-urlencoded', new URLSearchParams({ payload: JSON.stringify(submission) }).toString()],
      ['application/x-www-form-urlencoded', new URLSearchParams(command).toString()],
    ] as const) {
      const mac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${payload}`).digest('hex');
      const headers = {
        'content-type': type,
        'x-slack-signature': `v0=${mac}`,
        'x-slack-request-timestamp': timestamp,
      };
      const answer = await server.inject({ method: 'POST', url: '/slack/events', headers, payload });
      expect(answer).toMatchObject({ statusCode: 500, body: '' });
    }
    await server.close();
  });
});

describe('what is delivered', () => {
  it('is known by the names that the manifest subscribes to, and by no other', () => {
    const names = ['message', 'app_home_opened', 'app_mention', 'reaction_added', 'team_join', 'constructor', ''];
    const heard = names.filter((type) => {
      const { kind } = parse(event({ type, channel_type: 'im', text: 'x', tab: 'home' }));
      return kind !== 'unsupported';
    });
    expect(heard).toEqual(slackEvents.map(({ listener }) => listener));
  });

  it.each([undefined, null, [], 'text', 7, {}, { type: {} }, { event: null, type: 'event_callback' }])(
    'may be anything: %j is unsupported',
    (body) => {
      expect(parse(body).kind).toBe('unsupported');
    },
  );

  it('is taken by code that knows neither Bolt nor HTTP', () => {
    const sources = sourcesIn('src/adapters/slack');
    const files = (word: RegExp) =>
      sources
        .filter(({ text }) => word.test(text))
        .map(({ path }) => path.replace('src/adapters/slack/', ''))
        .sort();
    expect(files(/from '@slack\/bolt'/)).toEqual(['bolt-app.ts', 'receiver.ts']);
    expect(files(/from '(?:fastify|node:http)'/)).toEqual(['receiver.ts', 'verify.ts']);
  });
});
