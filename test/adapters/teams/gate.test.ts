// Who gets in at /api/messages: the Bot Connector, for this bot, in this company. Everybody else gets a number and not a word.
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { FORGERY_NAMES, type ForgeryName } from '../../../playground/teams/forgeries.ts';
import { createReferencesInMemory } from '../../../src/adapters/teams/references.ts';
import { createTeams } from '../../../src/adapters/teams/teams.ts';
import { instant } from '../../../src/flows/ids.ts';
import { scriptedConversation } from '../slack/scripted-conversation.ts';
import { appId, appPassword, type Scene, type SceneOptions, setScene, tenantId } from './scene.ts';

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

/** Refused for what the body says, once the token was good. */
const malformed: readonly ForgeryName[] = ['noType', 'malformedJson', 'notAnObject', 'plainText'];
const expected = (name: ForgeryName): number => (name === 'oversize' ? 413 : malformed.includes(name) ? 400 : 401);

describe('POST /api/messages', () => {
  it.each(FORGERY_NAMES.map((name) => [name, expected(name)] as const))(
    'refuses what the Bot Connector would never send, without a word: %s',
    async (name, status) => {
      const { jane, control } = await set();
      for (const text of ['unlock', 'hello']) {
        const delivery = await jane.send(jane.activity({ text }), name);
        expect(delivery).toMatchObject({ status, text: '' });
      }
      untouched(scene);
      expect(scene.logged.some((line) => line.includes('teams.library'))).toBe(false);
      // The proper one still gets in.
      expect(await control.send(jane.activity({ text: 'unlock' }))).toMatchObject({ status: 200, text: '' });
      expect(scene.script.said).toHaveLength(1);
    },
  );

  it.each([
    [
      'another tenant on the conversation',
      { conversation: { id: 'a:1', tenantId: 'f0f0f0f0-0000-4000-8000-00000000f0f0' } },
    ],
    ['no tenant on the conversation', { conversation: { id: 'a:1', conversationType: 'personal' } }],
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
    expect(calls('metadata')).toBe(1);
    await jane.message('unlock');
    // Botbuilder's own copy, once a day.
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
    const { jane, control, calls } = await set();
    // Ours looks first, and remembers.
    await jane.send(jane.activity(), 'unknownKid');
    control.faults.always('metadata', { hang: true });
    const delivery = await jane.send(jane.activity({ text: 'unlock' }), {});
    expect(delivery).toMatchObject({ status: 401, text: '' });
    expect(delivery.ms).toBeLessThan(5_000);
    expect(calls('metadata')).toBe(2);
    untouched(scene);
  });
});

describe('forged requests by the thousand', () => {
  it('leave memory flat, and botbuilder’s list of issuers as it was', async () => {
    await set();
    const silent = await silentServer(scene);
    const issuers = issuersOfLibrary();
    const before = issuers.length;
    const flood = async (from: number, to: number): Promise<void> => {
      for (let nth = from; nth < to; nth += 100) {
        const statuses = await Promise.all(
          Array.from({ length: 100 }, (_, offset) => silent.post(forgedToken(nth + offset), nth + offset)),
        );
        expect(new Set(statuses)).toEqual(new Set([401]));
      }
    };
    await flood(0, 2_000);
    const warm = heapBytes();
    await flood(2_000, 10_000);
    const grownBytes = heapBytes() - warm;
    expect(issuers.length).toBe(before);
    expect(grownBytes).toBeLessThan(4 * 1024 * 1024);
    untouched(scene);
    await silent.close();
  }, 120_000);
});

/** Each unlike every other: names of tenants, keys and issuers that nobody has seen before. */
function forgedToken(nth: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const tid = `${nth.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const exp = Math.floor(Date.now() / 1000) + 3_600;
  const connector = { iss: 'https://api.botframework.com', aud: appId, serviceurl: 'http://127.0.0.1/', exp };
  const kinds = [
    [
      { alg: 'RS256', kid: `kid-${nth}` },
      { ...connector, nth },
    ],
    [
      { alg: 'RS256', kid: 'x' },
      { iss: `https://sts.windows.net/${tid}/`, tid, appid: appId, aud: appId, ver: '1.0', exp },
    ],
    [
      { alg: 'RS256', kid: 'x' },
      { iss: `https://login.microsoftonline.com/${tid}/v2.0`, tid, azp: appId, ver: '2.0', exp },
    ],
    [{ alg: 'none' }, { ...connector, nth }],
    [
      { alg: 'HS256', kid: 'x' },
      { ...connector, nth },
    ],
    [{ alg: 'RS256' }, { ...connector, aud: tid }],
  ];
  const claimed = (kinds[nth % kinds.length] ?? []).map(part).join('.');
  return `${claimed}.${Buffer.from(`signature-${nth}`.repeat(20)).toString('base64url')}`;
}

/** The same adapter on a server that logs nothing: what is measured is the product, not a test that keeps every line. */
async function silentServer({ teams }: Scene) {
  const { default: fastify } = await import('fastify');
  const script = scriptedConversation();
  const { openIdMetadataUrl, loginUrl, url } = teams;
  const adapter = await createTeams({
    config: { appId, appPassword, tenantId, openIdMetadataUrl, loginUrl, serviceUrls: [url] },
    conversation: () => script,
    references: createReferencesInMemory(),
    clock: { now: () => instant(Date.now()) },
    log: pino({ level: 'silent' }),
  });
  const server = fastify({ forceCloseConnections: true });
  await server.register(adapter.plugin);
  const messagesUrl = `${await server.listen({ host: '127.0.0.1', port: 0 })}/api/messages`;
  return {
    async post(token: string, nth: number): Promise<number> {
      const channelId = nth % 2 === 0 ? 'msteams' : 'AseChannel';
      const response = await fetch(messagesUrl, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'message', channelId, serviceUrl: teams.serviceUrl, text: `unlock ${nth}` }),
      });
      await response.arrayBuffer();
      return response.status;
    },
    close: () => server.close(),
  };
}

function issuersOfLibrary(): readonly string[] {
  const requireHere = createRequire(import.meta.url);
  const folder = requireHere.resolve('botframework-connector');
  const parameters = createRequire(folder)('./auth/tokenValidationParameters');
  return parameters.ToBotFromBotOrEmulatorTokenValidationParameters.issuer;
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') for (let times = 0; times < 3; times += 1) collect();
  return process.memoryUsage().heapUsed;
}
