// What the operator's doctor says about Teams: one planted fault a case, and the remedy that it names.
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { SetUp } from '../../../src/adapters/diagnosis.ts';
import type { Finding } from '../../../src/doctor/check.ts';
import { appPassword, helpdesk, jane, janeId, type Scene, type SceneOptions, samId, setScene } from './scene.ts';

let scene: Scene;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function set(options: SceneOptions = {}): Promise<Scene> {
  scene = await setScene(options);
  closers.push(scene.close);
  return scene;
}

const origin = (): string => new URL(scene.messagesUrl).origin;

async function findings(setUp: Partial<SetUp> & { readonly isServing?: boolean; readonly publicUrl?: string } = {}) {
  const { publicUrl = origin(), isServing = true, ...more } = setUp;
  const own = { publicUrl, isServing: async () => isServing };
  const checks = scene.adapter.checks({ channels: [helpdesk], approvers: [samId], ...more, own });
  const all = await Promise.all(checks.map((check) => check.run()));
  return all.flat();
}

const bad = (found: readonly Finding[]): readonly Finding[] =>
  found.filter(({ state }) => state === 'failed' || state === 'warning');

async function theProblem(setUp: Parameters<typeof findings>[0] = {}): Promise<Finding> {
  const problems = bad(await findings(setUp));
  expect(problems).toHaveLength(1);
  const [problem] = problems;
  if (problem === undefined) throw new Error('nothing is wrong');
  expect(problem.remedy?.length).toBeGreaterThan(10);
  return problem;
}

describe('the doctor in Teams', () => {
  it('finds nothing wrong in a tenant that is set up, and says what it cannot see', async () => {
    await set();
    await scene.jane.message('hello');
    const found = await findings();
    expect(bad(found)).toEqual([]);
    expect(Object.fromEntries(found.map(({ check, state }) => [check, state]))).toEqual({
      'teams.secret': 'ok',
      'teams.secret-expiry': 'skipped',
      'teams.signing-keys': 'ok',
      'teams.service-url': 'ok',
      'teams.channel': 'ok',
      'teams.approvers': 'ok',
      'teams.endpoint': 'ok',
    });
  });

  it('names at a start nothing that nobody can ever see', async () => {
    await set();
    const own = { publicUrl: origin(), isServing: async () => true };
    const first = scene.adapter.checks({ channels: [helpdesk], own }).filter(({ isFirst }) => isFirst === true);
    const found = (await Promise.all(first.map((check) => check.run()))).flat();
    expect(found.map(({ check, state }) => [check, state])).toEqual([['teams.secret', 'ok']]);
  });

  it.each([
    ['of a wrong secret', { appPassword: 'not-the-secret' }, 'AADSTS7000215', 'value of a client secret, not its id'],
    ['of an app of another tenant', { appId: '0b0b0b0b-0000-4000-8000-000000000000' }, 'AADSTS700016', 'TEAMS_APP_ID'],
    [
      'of a tenant that does not exist',
      { tenantId: '0c0c0c0c-0000-4000-8000-000000000000' },
      'AADSTS90002',
      'TEAMS_TENANT_ID',
    ],
  ])('fails the secret %s', async (_why, config, cause, remedy) => {
    await set({ config });
    const problem = await theProblem();
    expect(problem).toMatchObject({ check: 'teams.secret', state: 'failed', remedy: expect.stringContaining(remedy) });
    expect(problem.what).toContain(cause);
  });

  it.each([
    [7000222, 'has expired'],
    [7000216, 'received no secret'],
    [7000229, 'another tenant'],
    [7000112, 'disabled'],
    [900023, 'Directory (tenant) ID'],
    [53003, 'Conditional Access'],
    [500011, 'Azure Bot'],
  ])('has a sentence of its own for AADSTS%i', async (number, remedy) => {
    await set();
    scene.control.faults.always('token', { status: 401, body: { error: 'invalid_client', error_codes: [number] } });
    const problem = await theProblem();
    expect(problem).toMatchObject({ check: 'teams.secret', remedy: expect.stringContaining(remedy) });
    expect(problem.what).toContain(`AADSTS${number}`);
  });

  it('asks Entra anew, so that a secret which was withdrawn shows', async () => {
    await set();
    expect(bad(await findings())).toEqual([]);
    scene.control.faults.always('token', { status: 401, body: { error: 'invalid_client', error_codes: [7000222] } });
    expect(await theProblem()).toMatchObject({ check: 'teams.secret' });
  });

  const stopped = async (setUp: Parameters<typeof findings>[0] = {}) =>
    (await findings(setUp)).filter(({ stopsReady }) => stopsReady === true).map(({ check }) => check);

  it('lets no server be ready with a wrong secret, unless another platform works', async () => {
    await set({ config: { appPassword: 'not-the-secret' } });
    expect(await stopped()).toEqual(['teams.secret']);
    expect(await stopped({ needsChannel: true })).toEqual(['teams.secret', 'teams.channel']);
    const own = { publicUrl: origin(), isServing: async () => true };
    const [first] = scene.adapter.checks({ channels: [], own });
    expect(first).toMatchObject({ name: 'teams.secret', isFirst: true, alternative: 'platform' });
    scene.control.faults.always('token', { disconnect: true });
    expect(await stopped({ needsChannel: true })).toEqual([]);
  });

  describe('whose requests all need a channel', () => {
    const needing = (setUp: Partial<SetUp> = {}) => stopped({ needsChannel: true, ...setUp });
    const nowhere = { channels: ['19:nowhere@thread.tacv2'], approvers: 'members' } as const;

    it('lets no server be ready with one that Teams does not know, once it is known where the company is served', async () => {
      await set();
      expect(await needing(nowhere)).toEqual([]);
      await scene.jane.message('hello');
      expect(await needing(nowhere)).toEqual(['teams.channel']);
      expect(await stopped(nowhere)).toEqual([]);
    });

    it('nor with one in whose team the app is not', async () => {
      await set();
      scene.control.removeFromTeam(helpdesk);
      expect(await needing()).toEqual(['teams.channel']);
    });

    it('nor with a bot whose token the connector does not accept', async () => {
      await set();
      scene.control.faults.always('pagedmembers', { status: 401 });
      expect(await needing()).toEqual(['teams.channel']);
    });

    it('nor with one in which nobody could decide', async () => {
      await set();
      const empty = '19:empty@thread.tacv2';
      scene.control.addTeamChannel({ id: empty, name: 'Empty', members: [] });
      expect(await needing({ channels: [empty], approvers: 'members' })).toEqual(['teams.channel']);
    });

    it('takes one that works, or that cannot be looked at now, for no reason against a server', async () => {
      await set();
      expect(await needing()).toEqual([]);
      scene.control.faults.always('pagedmembers', { disconnect: true });
      expect(await needing()).toEqual([]);
    });
  });

  it('says so when Entra cannot be reached', async () => {
    await set();
    scene.control.faults.always('token', { disconnect: true });
    expect(await theProblem()).toMatchObject({ check: 'teams.secret', remedy: expect.stringContaining('HTTPS_PROXY') });
  });

  it.each([
    ['cannot be fetched', 'metadata', { disconnect: true }],
    ['are not there', 'metadata', { status: 404 }],
    ['are for no channel of Teams', 'keys', { status: 200, body: { keys: [] } }],
  ] as const)('fails signing keys that %s', async (_why, kind, reply) => {
    await set();
    scene.control.faults.always(kind, reply);
    expect(await theProblem()).toMatchObject({
      check: 'teams.signing-keys',
      remedy: expect.stringContaining('TEAMS_OPENID_METADATA_URL'),
    });
  });

  it('knows no address before anybody wrote, and fails one that is not allowed', async () => {
    await set();
    const before = (await findings()).find(({ check }) => check === 'teams.service-url');
    expect(before?.state).toBe('skipped');
    await scene.references.keep(jane, {
      ...{ serviceUrl: 'https://elsewhere.example/', conversationId: 'a:1', userId: '29:1', isPersonal: true },
    });
    expect(await theProblem()).toMatchObject({
      check: 'teams.service-url',
      remedy: expect.stringContaining('TEAMS_SERVICE_URLS'),
    });
  });

  it('fails a channel that Teams does not know', async () => {
    await set();
    const problem = await theProblem({ channels: ['19:nowhere@thread.tacv2'], approvers: 'members' });
    expect(problem).toMatchObject({ check: 'teams.channel', state: 'failed' });
    expect(problem.remedy).toContain('Get link to channel');
  });

  it('fails a channel in whose team the app is not', async () => {
    await set();
    scene.control.removeFromTeam(helpdesk);
    const problem = await theProblem();
    expect(problem.what).toContain('BotNotInConversationRoster');
    expect(problem.remedy).toContain('Add the app to the team');
  });

  it('fails a bot whose token the connector does not accept', async () => {
    await set();
    scene.control.faults.always('pagedmembers', { status: 401 });
    const problem = await theProblem();
    expect(problem.what).toContain('another app or tenant');
    expect(problem.remedy).toContain('Single Tenant');
  });

  it('warns of guests and of people of other companies in the channel', async () => {
    const guest = '00000000-0000-4000-8000-0000000000b1';
    const stranger = '00000000-0000-4000-8000-0000000000b2';
    await set({
      people: [
        { aadObjectId: guest, name: 'Gus', email: 'gus@other.example', userRole: 'guest' },
        {
          aadObjectId: stranger,
          name: 'Stan',
          email: 'stan@other.example',
          tenantId: '0d0d0d0d-0000-4000-8000-00000000000d',
        },
      ],
    });
    const mixed = '19:mixed@thread.tacv2';
    scene.control.addTeamChannel({ id: mixed, name: 'Mixed', members: [samId, guest, stranger] });
    const problem = await theProblem({ channels: [mixed] });
    expect(problem).toMatchObject({ check: 'teams.channel', state: 'warning' });
    expect(problem.what).toContain('2 of 3 people');
    const onList = bad(await findings({ channels: [mixed], approvers: [guest] }));
    expect(onList).toContainEqual(
      expect.objectContaining({ check: 'teams.approvers', state: 'failed', what: expect.stringContaining('guest') }),
    );
  });

  it('fails a channel in which nobody could decide', async () => {
    await set();
    const empty = '19:empty@thread.tacv2';
    scene.control.addTeamChannel({ id: empty, name: 'Empty', members: [] });
    expect((await theProblem({ channels: [empty], approvers: 'members' })).what).toContain('nobody can approve');
  });

  it('fails an approver who is in none of the channels, whatever the case of the id', async () => {
    await set();
    const nobody = '00000000-0000-4000-8000-0000000000ff';
    const problem = await theProblem({ approvers: [samId.toUpperCase(), janeId, nobody] });
    expect(problem).toMatchObject({ check: 'teams.approvers', what: expect.stringContaining(nobody) });
    expect(problem.remedy).toContain('Entra object ids');
  });

  it('knows an address at which nobody answers from a server that does not run yet', async () => {
    await set();
    const publicUrl = 'http://127.0.0.1:9';
    const waiting = await findings({ publicUrl, isServing: false });
    expect(bad(waiting)).toEqual([]);
    expect(waiting.find(({ check }) => check === 'teams.endpoint')?.state).toBe('skipped');
    expect(await theProblem({ publicUrl })).toMatchObject({ check: 'teams.endpoint', state: 'failed' });
  });

  it.each([
    ['does not forward the address', 404],
    ['redirects it', 301],
    ['lets everybody in', 200],
  ])('fails a messaging endpoint behind a server that %s', async (_why, status) => {
    await set();
    const other = Fastify();
    other.post('/api/messages', async (_request, reply) => reply.code(status).header('location', '/x').send());
    const publicUrl = await other.listen({ host: '127.0.0.1', port: 0 });
    closers.push(() => other.close());
    const problem = await theProblem({ publicUrl });
    expect(problem).toMatchObject({ check: 'teams.endpoint', remedy: expect.stringContaining('/api/messages') });
  });

  it('says nothing of a secret or of a person', async () => {
    await set();
    const said = JSON.stringify(await findings());
    expect(said).not.toContain(appPassword);
    expect(said).not.toMatch(/Sam Agent|acme\.example/);
  });
});
