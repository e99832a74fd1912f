// When the connector's keys are fetched, by our code and by botbuilder: before a request needs them, once for all, and
// without delaying anybody.
import { afterEach, describe, expect, it } from 'vitest';
import { type Scene, setScene } from './scene.ts';

let scene: Scene;
const set = async (): Promise<Scene> => {
  scene = await setScene();
  return scene;
};
afterEach(() => scene.close());

const fetches = () => [scene.calls('metadata'), scene.calls('keys')];

describe('the connector’s keys', () => {
  it('are there before the first activity, which waits for nobody', async () => {
    const { jane, adapter, control } = await set();
    await adapter.warmUp();
    expect(fetches()).toEqual([2, 2]);
    for (const kind of ['metadata', 'keys'] as const) control.faults.always(kind, { hang: true });
    expect(await jane.message('unlock')).toMatchObject({ status: 200 });
    expect(fetches()).toEqual([2, 2]);
  });

  it('are fetched once for a crowd that comes first, and all of it gets in', async () => {
    const { jane, adapter } = await set();
    const warm = adapter.warmUp();
    const shown = await Promise.all(Array.from({ length: 20 }, () => jane.message('status')));
    expect(new Set(shown.map(({ status }) => status))).toEqual(new Set([200]));
    await warm;
    expect(fetches()).toEqual([2, 2]);
  });

  it('that are slow to come are waited for', async () => {
    const { jane, control } = await set();
    control.faults.latencyMs = 300;
    expect(await jane.send(jane.activity({ text: 'unlock' }), {})).toMatchObject({ status: 200 });
  });

  it('that are slower than Teams waits for hold up no answer; what was begun goes on, and the next one gets in', async () => {
    const { jane, control } = await set();
    control.faults.latencyMs = 900;
    const first = await jane.send(jane.activity({ text: 'unlock' }), {});
    expect(first).toMatchObject({ status: 401, text: '' });
    expect(first.ms).toBeLessThan(5_000);
    await control.until(
      () => control.requests.filter(({ kind, status }) => kind === 'keys' && status > 0).length === 2,
    );
    control.faults.clear();
    expect(await jane.message('unlock')).toMatchObject({ status: 200 });
    expect(fetches()).toEqual([2, 2]);
  });

  it('that sign since a moment ago are taken, by botbuilder as well, and those that were revoked are not', async () => {
    const { jane, adapter, control } = await set();
    await adapter.warmUp();
    const old = await control.authorization();
    expect(await jane.message('unlock')).toMatchObject({ status: 200 });
    await control.rotateKeys({ revokeOld: true });
    expect(await jane.message('unlock')).toMatchObject({ status: 200 });
    const answer = await fetch(scene.messagesUrl, {
      method: 'POST',
      headers: { authorization: old ?? '', 'content-type': 'application/json' },
      body: JSON.stringify(jane.activity({ text: 'unlock' })),
    });
    expect(answer.status).toBe(401);
  });

  it.each([[], undefined, ['webchat']])('that are endorsed for %j speak for nobody in Teams', async (endorsements) => {
    const { jane, control, teams } = await set();
    const { jwks_uri } = (await (await fetch(teams.openIdMetadataUrl)).json()) as { jwks_uri: string };
    const { keys } = (await (await fetch(jwks_uri)).json()) as { keys: object[] };
    const body = { keys: keys.map((key) => ({ ...key, endorsements })) };
    control.faults.always('keys', { status: 200, body });
    expect(await jane.send(jane.activity({ text: 'unlock' }), {})).toMatchObject({ status: 401, text: '' });
  });
});
