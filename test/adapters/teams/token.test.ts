// The bot's own token: requested once, cached, renewed, and sent only to the connector.
import { afterEach, describe, expect, it } from 'vitest';
import { aCard } from '../slack/scripted-conversation.ts';
import { appId, appPassword, helpdesk, type Scene, setScene, tenantId } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());
const post = () => scene.adapter.messenger.post(helpdesk, aCard());

describe('the token', () => {
  it('is asked for once by all who need it at once, and kept', async () => {
    scene = await setScene();
    expect((await Promise.all([post(), post(), post()])).every(({ ok }) => ok)).toBe(true);
    await post();
    expect(scene.calls('token')).toBe(1);
    expect(scene.control.requests.find(({ kind }) => kind === 'token')).toMatchObject({
      path: `/login/${tenantId}/oauth2/v2.0/token`,
      body: { grant_type: 'client_credentials', client_id: appId, scope: 'https://api.botframework.com/.default' },
    });
  });

  it('is renewed before it ends', async () => {
    scene = await setScene();
    await post();
    scene.passSeconds(3_200);
    await post();
    expect(scene.calls('token')).toBe(1);
    scene.passSeconds(200);
    expect(await post()).toMatchObject({ ok: true });
    expect(scene.calls('token')).toBe(2);
  });

  it('that was revoked is replaced once', async () => {
    scene = await setScene();
    await post();
    scene.control.revokeTokens();
    expect(await post()).toMatchObject({ ok: true });
    expect(scene.calls('token')).toBe(2);
  });

  it('that the connector never takes is a matter of the registration', async () => {
    scene = await setScene();
    scene.control.faults.always('create', {
      status: 401,
      body: { message: 'Authorization has been denied for this request.' },
    });
    expect(await post()).toMatchObject({
      ok: false,
      failure: { kind: 'misconfigured', remedy: expect.stringContaining('TEAMS_TENANT_ID') },
    });
    expect(scene.calls('create')).toBe(2);
  });

  it.each([
    ['a wrong secret', { appPassword: 'wrong' }, 'AADSTS7000215', 'TEAMS_APP_PASSWORD'],
    ['an unknown app', { appId: '0a0a0a0a-0000-4000-8000-00000000b071' }, 'AADSTS700016', 'TEAMS_APP_ID'],
    ['an unknown tenant', { tenantId: '10101010-0000-4000-8000-00000000acaf' }, 'AADSTS90002', 'TEAMS_TENANT_ID'],
  ])('is not to be had with %s, and the operator reads why', async (_name, config, cause, remedy) => {
    scene = await setScene({ config });
    expect(await scene.adapter.check()).toMatchObject({
      ok: false,
      failure: { kind: 'misconfigured', cause, remedy: expect.stringContaining(remedy) },
    });
    expect(await post()).toMatchObject({ ok: false, failure: { kind: 'misconfigured', cause } });
  });

  it.each([
    ['hangs', { hang: true } as const, 'unreachable'],
    ['is cut off', { disconnect: true } as const, 'unreachable'],
    ['is out of order', { status: 503 }, 'unreachable'],
    ['is busy', { retryAfterSeconds: 3 }, 'rate-limited'],
    ['talks HTML', { status: 200, body: '<html>' }, 'unreachable'],
    ['talks HTML with 400', { status: 400, body: '<html>' }, 'unreachable'],
    ['talks HTML with 403', { status: 403, body: '<html>' }, 'unreachable'],
    ['talks HTML with 404', { status: 404, body: '<html>' }, 'unreachable'],
    ['answers another shape', { status: 200, body: {} }, 'malformed'],
  ])('is missed in time where Entra %s', async (_name, fault, kind) => {
    scene = await setScene();
    scene.control.faults.always('token', fault);
    const startedAt = performance.now();
    expect(await post()).toMatchObject({ ok: false, failure: { kind } });
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    scene.control.faults.clear();
  });

  it.each([
    ['hangs', { hang: true } as const],
    ['cuts the connection', { disconnect: true } as const],
    ['is out of order', { status: 503 }],
    ['is a page', { status: 403, body: '<html>' }],
  ])('that Entra does not give, because it %s, means that nothing was sent', async (_name, fault) => {
    scene = await setScene();
    scene.control.faults.always('token', fault);
    expect(await post()).toMatchObject({ ok: false, failure: { kind: 'unreachable', mayHaveHappened: false } });
    expect(scene.calls('create')).toBe(0);
    scene.control.faults.clear();
  });

  it('is told to the operator to be good', async () => {
    scene = await setScene();
    await scene.adapter.warmUp();
    expect(await scene.adapter.check()).toEqual({ ok: true, value: { appId, tenantId } });
    expect(scene.calls('token')).toBe(1);
  });

  it.each(['appId', 'appPassword', 'tenantId'])(
    'cannot be asked for without %s, and Teams does not start',
    async (name) => {
      scene = await setScene();
      await expect(setScene({ config: { [name]: '' } })).rejects.toThrow('TEAMS_APP_ID');
    },
  );

  it('is not in any log line, nor is the secret', async () => {
    scene = await setScene();
    await post();
    scene.control.faults.always('create', 'BadSyntax');
    await post();
    const text = scene.logged.join('');
    expect(text).not.toContain(appPassword);
    expect(text).not.toMatch(/eyJ[\w-]+\./);
  });
});
