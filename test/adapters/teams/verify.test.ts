// Which requests /api/messages accepts: from the Bot Connector, for this bot, in this company. Everybody else gets a
// status and no text.
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FORGERY_NAMES } from '../../../playground/teams/forgeries.ts';
import { refusalOf } from './forged-wire.ts';
import { type Scene, type SceneOptions, setScene, tenantId } from './scene.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

const untouched = ({ script, control }: Scene): void => {
  expect(script.said).toEqual([]);
  expect(script.answered).toEqual([]);
  expect(script.pressed).toEqual([]);
  expect(control.requests.filter(({ kind }) => kind !== 'metadata' && kind !== 'keys')).toEqual([]);
};

describe('POST /api/messages', () => {
  it.each(FORGERY_NAMES.map((name) => [name, refusalOf(name)] as const))(
    'refuses what the Bot Connector would never send, without a word: %s',
    async (name, status) => {
      const { jane, control } = await set();
      for (const text of ['unlock', 'hello']) {
        const delivery = await jane.send(jane.activity({ text }), name);
        expect(delivery).toMatchObject({ status, text: '' });
      }
      untouched(scene);
      expect(scene.logged.some((line) => line.includes('teams.library'))).toBe(false);
      // The valid request is still accepted.
      expect(await control.send(jane.activity({ text: 'unlock' }))).toMatchObject({ status: 200, text: '' });
      expect(scene.script.said).toHaveLength(1);
    },
  );

  it.each([
    [
      'another tenant on the conversation',
      { conversation: { id: 'a:1', tenantId: 'f0f0f0f0-0000-4000-8000-00000000f0f0' } },
    ],
    ['no tenant at all', { conversation: { id: 'a:1', conversationType: 'personal' }, channelData: {} }],
    ['an empty tenant on the conversation', { conversation: { id: 'a:1', tenantId: '' } }],
    ['a tenant on the conversation that is no text', { conversation: { id: 'a:1', tenantId: { id: tenantId } } }],
    ['a list of tenants on the conversation', { conversation: { id: 'a:1', tenantId: [tenantId] } }],
    [
      'another tenant in the channel data and none on the conversation',
      {
        conversation: { id: 'a:1', conversationType: 'personal' },
        channelData: { tenant: { id: 'f0f0f0f0-0000-4000-8000-00000000f0f0' } },
      },
    ],
    ['no tenant in the channel data', { channelData: {} }],
    ['no channel data', { channelData: null }],
    [
      'another tenant in the channel data only',
      { channelData: { tenant: { id: 'f0f0f0f0-0000-4000-8000-00000000f0f0' } } },
    ],
    ['no channel', { channelId: undefined }],
    ['a service that only looks like one', { serviceUrl: 'http://127.0.0.1.attacker.test/emea/' }],
    ['a service with a name before it', { serviceUrl: 'http://teams@127.0.0.1:1/' }],
    ['a service that is no address', { serviceUrl: 'emea' }],
    ['a service that is a number', { serviceUrl: 7 }],
  ])('refuses a well-signed activity with %s', async (_name, more) => {
    const { jane } = await set();
    const activity = { ...jane.activity({ text: 'unlock' }), ...more };
    const rawBody = JSON.stringify(activity);
    const claimedServiceUrl = typeof activity.serviceUrl === 'string' ? activity.serviceUrl : '';
    expect(await jane.send(jane.activity(), { rawBody, claimedServiceUrl })).toMatchObject({ status: 401, text: '' });
    untouched(scene);
  });

  it.each([
    ['from', { from: null }],
    ['from', { from: { id: 7 } }],
    ['a conversation', { conversation: { tenantId } }],
    ['text', { text: { evil: true } }],
    ['an id', { id: 'x'.repeat(10_000) }],
    ['a type', { type: '' }],
    ['a type', { type: ['message'] }],
  ])('refuses a well-signed activity whose shape is not one: %s', async (_name, more) => {
    const { jane } = await set();
    const rawBody = JSON.stringify({ ...jane.activity({ text: 'unlock' }), ...more });
    expect(await jane.send(jane.activity(), { rawBody })).toMatchObject({ status: 400, text: '' });
    untouched(scene);
  });

  it('does not read the body of a stranger', async () => {
    const { messagesUrl } = await set();
    const { port } = new URL(messagesUrl);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write(
          'POST /api/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 400000\r\n\r\n{',
        ),
      );
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.once('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('has no other method, and leaves its neighbours’ bodies alone', async () => {
    const { messagesUrl } = await set();
    for (const method of ['GET', 'PUT', 'DELETE']) expect((await fetch(messagesUrl, { method })).status).toBe(404);
    const headers = { 'content-type': 'application/json' };
    const other = await fetch(messagesUrl.replace('/api/messages', '/other'), { method: 'POST', headers, body: '{}' });
    expect(await other.json()).toEqual({ isObject: true });
  });

  it('takes a token of a key that was added since', async () => {
    const { jane, control } = await set();
    await control.rotateKeys();
    expect(await jane.message('unlock')).toMatchObject({ status: 200 });
  });

  it('takes a new name of a key for a reason to look at most once a minute, and botbuilder never sees one', async () => {
    const { jane, calls } = await set();
    for (let nth = 0; nth < 10; nth += 1) await jane.send(jane.activity(), 'unknownKid');
    // Fetched by our code and by botbuilder.
    expect(calls('metadata')).toBe(2);
    await jane.message('unlock');
    expect(calls('metadata')).toBe(2);
  });
});

describe('where the keys are not to be had', () => {
  it.each<[string, Parameters<Scene['control']['faults']['always']>[1]]>([
    ['refused', { status: 500, body: 'a text with an address in it' }],
    ['cut off', { disconnect: true }],
    ['no metadata', { status: 200, body: { jwks_uri: 'javascript:alert(1)' } }],
    ['HTML', { status: 200, body: '<html>' }],
  ])('nobody gets in, without a word, and it is asked for seldom: %s', async (_name, fault) => {
    const { jane, control, calls, logged } = await set();
    control.faults.always('metadata', fault);
    for (let nth = 0; nth < 5; nth += 1) {
      expect(await jane.send(jane.activity(), {})).toMatchObject({ status: 401, text: '' });
    }
    expect(calls('metadata')).toBe(1);
    untouched(scene);
    expect(logged.some((line) => line.includes('teams.keys.unreachable'))).toBe(true);
    expect(logged.join('')).not.toContain('an address in it');
  });

  it('the answer comes in time where they hang', async () => {
    const { jane, control } = await set();
    control.faults.always('keys', { hang: true });
    const delivery = await jane.send(jane.activity(), {});
    expect(delivery).toMatchObject({ status: 401, text: '' });
    expect(delivery.ms).toBeLessThan(5_000);
    untouched(scene);
  });

  it('botbuilder’s own look at them cannot hold up the answer', async () => {
    const { jane, control, calls, teams } = await set();
    const body: unknown = await (await fetch(teams.openIdMetadataUrl)).json();
    control.faults.next('metadata', { status: 200, body });
    control.faults.always('metadata', { hang: true });
    const delivery = await jane.send(jane.activity({ text: 'unlock' }), {});
    expect(delivery).toMatchObject({ status: 401, text: '' });
    expect(delivery.ms).toBeLessThan(5_000);
    expect([calls('metadata'), calls('keys')]).toEqual([3, 1]);
    untouched(scene);
  });
});
