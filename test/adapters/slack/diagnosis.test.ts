// What the operator's doctor says about Slack: one planted fault a case, and the remedy that it names.
import Fastify from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { startSlack } from '../../../playground/slack/server.ts';
import { type SlackOptions as EmulatedOptions, settingsOf } from '../../../playground/slack/settings.ts';
import type { SetUp } from '../../../src/adapters/diagnosis.ts';
import { scopeReasons } from '../../../src/adapters/slack/features.ts';
import { createSlack } from '../../../src/adapters/slack/slack.ts';
import type { Finding } from '../../../src/doctor/check.ts';
import { instant } from '../../../src/flows/ids.ts';
import { type Scene, type SceneOptions, secret, setScene } from './scene.ts';

const channel = 'C0DESK';
let scene: Scene;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function set(options: SceneOptions = {}): Promise<Scene> {
  scene = await setScene(options);
  closers.push(scene.close);
  scene.control.addChannel({ id: channel, name: 'desk', isPrivate: true, members: ['U0SAM'] });
  return scene;
}

const origin = (): string => new URL(scene.eventsUrl).origin;

async function findings(setUp: Partial<SetUp> & { readonly isServing?: boolean; readonly publicUrl?: string } = {}) {
  const { publicUrl = origin(), isServing = true, ...more } = setUp;
  const own = { publicUrl, isServing: async () => isServing };
  return runAll(scene.adapter, { channels: [channel], ...more, own });
}

async function runAll({ checks }: Pick<Scene['adapter'], 'checks'>, setUp: SetUp): Promise<readonly Finding[]> {
  const all = await Promise.all(checks(setUp).map((check) => check.run()));
  return all.flat();
}

const bad = (found: readonly Finding[]): readonly Finding[] =>
  found.filter(({ state }) => state === 'failed' || state === 'warning');

/** The only thing that is wrong. */
async function theProblem(setUp: Parameters<typeof findings>[0] = {}): Promise<Finding> {
  const problems = bad(await findings(setUp));
  expect(problems).toHaveLength(1);
  const [problem] = problems;
  if (problem === undefined) throw new Error('nothing is wrong');
  expect(problem.remedy?.length).toBeGreaterThan(10);
  return problem;
}

/** The adapter against a Slack with other settings than the adapter expects. */
async function against(emulated: Partial<EmulatedOptions>, botToken = 'xoxb-of-the-scene') {
  const slack = await startSlack({
    ...{ signingSecret: secret, botToken: 'xoxb-of-the-scene', teamId: 'T0ACME', appId: 'A0LATCHKEY' },
    ...{ botUserId: 'U0LATCHKEY', ...emulated },
  });
  closers.push(slack.close);
  slack.control.addUser({ id: 'U0SAM', name: 'sam', realName: 'Sam Agent', email: 'sam.agent@acme.example' });
  slack.control.addChannel({ id: channel, name: 'desk', isPrivate: true, members: ['U0SAM'] });
  const adapter = await createSlack({
    config: { signingSecret: secret, botToken, apiUrl: slack.apiUrl },
    conversationReferences: {
      keep: async () => undefined,
      find: async () => undefined,
      forget: async () => undefined,
      latest: async () => undefined,
    },
    clock: { now: () => instant(Date.now()) },
    log: pino({ level: 'silent' }),
  });
  const own = { publicUrl: 'http://127.0.0.1:9', isServing: async () => false };
  return (setUp: Partial<SetUp> = {}) => runAll(adapter, { channels: [channel], own, ...setUp });
}

const allScopes = settingsOf({
  ...{ signingSecret: secret, botToken: 'xoxb-x', teamId: 'T', appId: 'A', botUserId: 'U' },
}).scopes;

describe('the doctor in Slack', () => {
  it('finds nothing wrong in a workspace that is set up, and names the workspace and the app', async () => {
    await set();
    const found = await findings({ approvers: ['U0SAM'] });
    expect(bad(found)).toEqual([]);
    const states = Object.fromEntries(found.map(({ check, state }) => [check, state]));
    expect(states).toEqual({
      'slack.token': 'ok',
      'slack.scopes': 'ok',
      'slack.channel': 'ok',
      'slack.approvers': 'ok',
      'slack.request-url': 'ok',
      'slack.signing-secret': 'skipped',
      'slack.commands': 'skipped',
    });
    expect(found[0]?.what).toContain('workspace T0ACME');
    expect(found[0]?.what).toContain('app A0LATCHKEY');
  });

  it.each([
    ['invalid_auth', 'SLACK_BOT_TOKEN'],
    ['token_revoked', 'install the app again'],
    ['account_inactive', 'removed from the workspace'],
  ])('fails a token that Slack refuses with %s, and looks at nothing that needs it', async (error, remedy) => {
    await set();
    scene.control.faults.always('auth.test', error);
    const found = await findings({ approvers: ['U0SAM'] });
    expect(bad(found)).toEqual([
      expect.objectContaining({ check: 'slack.token', state: 'failed', remedy: expect.stringContaining(remedy) }),
    ]);
    expect(found.filter(({ state }) => state === 'skipped').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['slack.scopes', 'slack.channel', 'slack.approvers']),
    );
  });

  const stopped = async (setUp: Parameters<typeof findings>[0] = {}) => [
    ...new Set((await findings(setUp)).filter(({ stopsReady }) => stopsReady === true).map(({ check }) => check)),
  ];

  it('lets no server be ready with a token that Slack refuses, unless another platform works', async () => {
    await set();
    scene.control.faults.always('auth.test', 'invalid_auth');
    expect(await stopped()).toEqual(['slack.token']);
    const own = { publicUrl: origin(), isServing: async () => true };
    const [first] = scene.adapter.checks({ channels: [], own });
    expect(first).toMatchObject({ name: 'slack.token', isFirst: true, alternative: 'platform' });
    scene.control.faults.clear();
    scene.control.faults.always('auth.test', 'disconnect');
    expect(await stopped()).toEqual([]);
  });

  it.each<readonly [string, { readonly id?: string } & Partial<Parameters<Scene['control']['addChannel']>[0]>]>([
    ['does not exist', { id: 'C0GONE' }],
    ['is archived', { isPrivate: true, isArchived: true }],
    ['lacks the bot', { isPrivate: false, withBot: false }],
    ['is shared with another company', { isPrivate: true, isExtShared: true }],
    ['is public, where the policy does not say who decides', { isPrivate: false }],
    ['has nobody in it', { isPrivate: true, members: [] }],
  ])('lets no server be ready whose requests all need a channel that %s', async (_what, { id = 'C0ODD', ...odd }) => {
    await set();
    scene.control.addChannel({ id: 'C0ODD', name: 'odd', members: ['U0SAM'], isPrivate: true, ...odd });
    expect(await stopped({ channels: [id] })).toEqual([]);
    expect(await stopped({ channels: [id], needsChannel: true })).toEqual(['slack.channel']);
    const own = { publicUrl: origin(), isServing: async () => true };
    const ofChannel = (needsChannel: boolean) =>
      scene.adapter.checks({ channels: [id], own, needsChannel }).find(({ name }) => name === 'slack.channel');
    expect(ofChannel(true)).toMatchObject({ isFirst: true, alternative: 'helpdesk-channel' });
    expect(ofChannel(false)?.isFirst).toBeUndefined();
  });

  it('takes a channel that works, or that cannot be looked at now, for no reason against a server', async () => {
    await set();
    expect(await stopped({ needsChannel: true })).toEqual([]);
    scene.control.faults.always('conversations.info', 'disconnect');
    expect(await stopped({ needsChannel: true })).toEqual([]);
    scene.control.faults.clear();
    scene.control.faults.always('auth.test', 'invalid_auth');
    expect(await stopped({ needsChannel: true })).toEqual(['slack.token', 'slack.channel']);
  });

  it('fails a token of nobody', async () => {
    const look = await against({}, 'xoxb-of-nobody');
    expect(bad(await look())).toMatchObject([{ check: 'slack.token', what: expect.stringContaining('invalid_auth') }]);
  });

  it('says so when Slack cannot be reached', async () => {
    await set();
    scene.control.faults.always('auth.test', 'disconnect');
    expect(await theProblem()).toMatchObject({ check: 'slack.token', remedy: expect.stringContaining('HTTPS_PROXY') });
  });

  it('says that the token is of another workspace, where none of the approvers exists', async () => {
    await set();
    const problem = await theProblem({ approvers: ['U0STRANGER', 'U0OTHER'] });
    expect(problem).toMatchObject({ check: 'slack.approvers', state: 'failed' });
    expect(problem.what).toContain('another workspace');
    expect(problem.remedy).toContain('SLACK_BOT_TOKEN');
  });

  it.each(['commands', 'chat:write', 'im:history', 'users:read.email', 'groups:read', 'channels:read'])(
    'fails when the scope %s is missing, and says what it is for',
    async (scope) => {
      const look = await against({ scopes: allScopes.filter((one) => one !== scope) });
      const missing = bad(await look()).filter(({ check }) => check === 'slack.scopes');
      const reason = Object.entries(scopeReasons).find(([name]) => name === scope)?.[1];
      expect(missing).toEqual([
        {
          check: 'slack.scopes',
          state: 'failed',
          what: `The scope ${scope} is missing. It is for: ${reason}`,
          remedy: expect.stringContaining('latchkey manifest slack'),
        },
      ]);
    },
  );

  it('does not miss the scopes of channels where the policy names none', async () => {
    const look = await against({ scopes: allScopes.filter((one) => !/^(channels|groups):read$/.test(one)) });
    expect(bad(await look({ channels: [] }))).toEqual([]);
  });

  it('warns of scopes that Latchkey does not use', async () => {
    const look = await against({ scopes: [...allScopes, 'files:read', 'channels:history'] });
    expect(bad(await look())).toEqual([
      expect.objectContaining({
        check: 'slack.scopes',
        state: 'warning',
        what: 'Latchkey does not use: files:read, channels:history.',
        remedy: expect.stringContaining('Remove'),
      }),
    ]);
  });

  it('does not take scopes for right that Slack does not name', async () => {
    await set();
    const identity = { ok: true, team_id: 'T0ACME', user_id: 'U0LATCHKEY', bot_id: 'B0LATCHKEY' };
    scene.control.faults.always('auth.test', { kind: 'http', status: 200, body: JSON.stringify(identity) });
    const found = await findings();
    expect(bad(found)).toEqual([]);
    expect(found.find(({ check }) => check === 'slack.scopes')?.state).toBe('skipped');
  });

  it.each([
    ['does not exist', 'C0NOWHERE', {}],
    ['is private and the bot is not in it', 'C0SECRET', { isPrivate: true, withBot: false }],
  ])('fails a channel that %s', async (_why, id, kind) => {
    await set();
    if ('isPrivate' in kind) scene.control.addChannel({ id, name: 'secret', ...kind });
    const problem = await theProblem({ channels: [id] });
    expect(problem).toMatchObject({ check: 'slack.channel', state: 'failed' });
    expect(problem.what).toContain(id);
    expect(problem.remedy).toContain('/invite @latchkey');
    expect(problem.remedy).toContain('helpdesk.channels');
  });

  it.each([
    ['public and without the bot', { withBot: false }, 'The bot is not in channel', '/invite @latchkey', 'failed'],
    ['archived', { isArchived: true }, 'archived', 'Unarchive', 'failed'],
    ['shared with another company', { isExtShared: true }, 'shared with another company', 'Stop sharing', 'failed'],
    ['about to be shared', { isPendingExtShared: true }, 'Another company is invited', 'Withdraw', 'failed'],
    [
      'shared in the organisation',
      { isOrgShared: true },
      'other workspaces of your organisation',
      'not intended',
      'warning',
    ],
  ] as const)('finds a channel that is %s', async (_why, kind, what, remedy, state) => {
    await set();
    scene.control.addChannel({ id: 'C0OPEN', name: 'open', members: ['U0SAM'], ...kind });
    const problem = await theProblem({ channels: ['C0OPEN'], approvers: ['U0SAM'] });
    expect(problem).toMatchObject({ check: 'slack.channel', state });
    expect(problem.what).toContain(what);
    expect(problem.remedy).toContain(remedy);
  });

  it('fails a public channel for which the policy does not say who decides, and only then', async () => {
    await set();
    const problem = await theProblem({ channels: ['C0HELPDESK'] });
    expect(problem.what).toContain('nobody may');
    expect(problem.remedy).toContain('helpdesk.approvers.slack');
    expect(bad(await findings({ channels: ['C0HELPDESK'], approvers: 'members' }))).toEqual([]);
    expect(bad(await findings({ channels: ['C0HELPDESK'], approvers: ['U0SAM'] }))).toEqual([]);
  });

  it('fails a channel in which nobody but the bot could decide', async () => {
    await set();
    scene.control.addChannel({ id: 'C0EMPTY', name: 'empty', isPrivate: true });
    const problem = await theProblem({ channels: ['C0EMPTY'] });
    expect(problem.what).toContain('Nobody but the bot');
  });

  it.each([
    ['does not exist', undefined, 'does not exist'],
    ['is deactivated', { deleted: true }, 'deactivated'],
    ['is a bot', { is_bot: true }, 'a bot'],
    ['is a guest', { is_restricted: true }, 'a guest'],
    ['is of another company', { teamId: 'T0OTHER' }, 'another company'],
  ])('fails an approver who %s', async (_why, flags, words) => {
    await set();
    if (flags !== undefined)
      scene.control.addUser({ id: 'U0ODD', name: 'odd', realName: 'Odd', email: 'odd@acme.example', ...flags });
    const problem = await theProblem({ approvers: ['U0SAM', 'U0ODD'] });
    expect(problem).toMatchObject({ check: 'slack.approvers', state: 'failed' });
    expect(problem.what).toContain('U0ODD');
    expect(problem.what).toContain(words);
    expect(problem.what).not.toContain('@');
  });

  it('knows an address at which nobody answers from a server that does not run yet', async () => {
    await set();
    const nowhere = 'http://127.0.0.1:9';
    expect(bad(await findings({ publicUrl: nowhere, isServing: false }))).toEqual([]);
    const waiting = (await findings({ publicUrl: nowhere, isServing: false })).find(
      ({ check }) => check === 'slack.request-url',
    );
    expect(waiting).toMatchObject({ state: 'skipped', what: expect.stringContaining('start it') });
    expect(await theProblem({ publicUrl: nowhere })).toMatchObject({ check: 'slack.request-url', state: 'failed' });
  });

  it.each([
    ['refuses our signature', 401, 'another SLACK_SIGNING_SECRET'],
    ['does not forward the address', 404, 'forward'],
    ['redirects it', 302, 'redirect'],
    ['answers itself', 200, 'forward'],
  ])('fails the request URL behind a server that %s', async (_why, status, remedy) => {
    await set();
    const other = Fastify();
    other.post('/slack/events', async (_request, reply) =>
      reply.code(status).header('location', 'https://login.example/').send('hello'),
    );
    const publicUrl = await other.listen({ host: '127.0.0.1', port: 0 });
    closers.push(() => other.close());
    const problem = await theProblem({ publicUrl });
    expect(problem).toMatchObject({ check: 'slack.request-url', state: 'failed' });
    expect(problem.remedy).toContain(remedy);
  });

  it('knows from Slack alone whether the signing secret is that of the app', async () => {
    await set();
    const look = async () => (await findings()).find(({ check }) => check === 'slack.signing-secret');
    // The doctor's own request, which we sign ourselves, proves nothing.
    await findings();
    expect(await look()).toMatchObject({ state: 'skipped' });
    const timestamp = String(Math.floor(Date.parse('2026-03-02T10:43:00Z') / 1000));
    const headers = {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${'a1'.repeat(32)}`,
    };
    expect((await fetch(scene.eventsUrl, { method: 'POST', headers, body: '{}' })).status).toBe(401);
    expect(await look()).toMatchObject({
      state: 'warning',
      what: expect.stringContaining('another app'),
      remedy: expect.stringContaining('Basic Information'),
    });
    await scene.jane.command('/unlock');
    expect(await look()).toMatchObject({ state: 'ok' });
    await fetch(scene.eventsUrl, { method: 'POST', headers, body: '{}' });
    expect(await look()).toMatchObject({ state: 'ok' });
  });

  it('says nothing of a secret', async () => {
    await set();
    const said = JSON.stringify(await findings({ approvers: ['U0SAM'] }));
    expect(said).not.toContain(secret);
    expect(said).not.toContain('xoxb-of');
    expect(said).not.toContain('acme.example');
  });
});
