// Which requests /slack/events accepts: from Slack, recent, and each once. Nobody else's bytes are parsed.
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createVerifier } from '../../../src/adapters/slack/verify.ts';
import { instant } from '../../../src/flows/ids.ts';
import { type Scene, type SceneOptions, secret, setScene } from './scene.ts';

const signatureOf = (timestamp: number | string, body: string, key = secret) =>
  `v0=${createHmac('sha256', key).update(`v0:${timestamp}:${body}`).digest('hex')}`;

describe('the gate', () => {
  const nowSeconds = 1_531_420_618;
  const at = (seconds: number, more: { rememberedAtMost?: number } = {}) => {
    const clock = { seconds };
    const verifier = createVerifier({
      signingSecret: secret,
      clock: { now: () => instant(clock.seconds * 1000) },
      ...more,
    });
    const admit = (timestamp: number | string, body: string, signature = signatureOf(timestamp, body)) =>
      verifier.admit(
        { 'x-slack-signature': signature, 'x-slack-request-timestamp': String(timestamp) },
        Buffer.from(body),
      );
    return { clock, verifier, admit };
  };

  it('knows the test vector of Slack’s documentation', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
    expect(at(nowSeconds).admit(nowSeconds, body, signature)).toMatchObject({ kind: 'pass' });
  });

  it.each([
    [-300, 'pass'],
    [-301, 'stale'],
    [300, 'pass'],
    [301, 'future'],
    [86_400, 'future'],
  ])('a request signed %i s from now is: %s', (offset, expected) => {
    const passage = at(nowSeconds).admit(nowSeconds + offset, '{}');
    expect(passage.kind === 'refused' ? passage.because : passage.kind).toBe(expected);
  });

  it('admits the same request once, for as long as its signature could still be valid', () => {
    const { admit, clock } = at(nowSeconds);
    expect(admit(nowSeconds + 299, '{}')).toMatchObject({ kind: 'pass' });
    for (const later of [0, 1, 100, 290, 299, 300, 310, 598]) {
      clock.seconds = nowSeconds + later;
      admit(clock.seconds, `{"another":${later}}`);
      expect(admit(nowSeconds + 299, '{}')).toEqual({ kind: 'refused', because: 'replayed' });
    }
    clock.seconds = nowSeconds + 600;
    expect(admit(nowSeconds + 299, '{}')).toEqual({ kind: 'refused', because: 'stale' });
  });

  it('remembers no more than it may', () => {
    const { admit } = at(nowSeconds, { rememberedAtMost: 10 });
    for (let nth = 0; nth < 100; nth += 1) expect(admit(nowSeconds, `{"nth":${nth}}`)).toMatchObject({ kind: 'pass' });
    expect(admit(nowSeconds, '{"nth":99}')).toEqual({ kind: 'refused', because: 'replayed' });
  });

  it('lets Slack repeat at once what failed on our side', () => {
    const { admit, verifier } = at(nowSeconds);
    const passage = admit(nowSeconds, '{}');
    verifier.forget(passage.kind === 'pass' ? passage.arrival : '');
    expect(admit(nowSeconds, '{}')).toMatchObject({ kind: 'pass' });
  });

  it.each([
    ['', String(nowSeconds)],
    ['v0=', String(nowSeconds)],
    ['v1=00', String(nowSeconds)],
    [signatureOf('NaN', '{}'), 'NaN'],
    [signatureOf('1e9', '{}'), '1e9'],
    [signatureOf(' ', '{}'), ' '],
    [signatureOf(`${nowSeconds}.5`, '{}'), `${nowSeconds}.5`],
  ])('refuses the signature %j at the time %j', (signature, timestamp) => {
    expect(at(nowSeconds).admit(timestamp, '{}', signature)).toMatchObject({ kind: 'refused' });
  });
});

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};

describe('POST /slack/events', () => {
  afterEach(() => scene.close());

  const command = {
    command: '/unlock',
    text: '',
    user_id: 'U0JANE',
    team_id: 'T0ACME',
    trigger_id: '1.2.abc',
    api_app_id: 'A0LATCHKEY',
  };

  it.each([
    ['unsigned', { signature: null }],
    ['forged', { secret: 'another-secret-of-some-length' }],
    ['stale', { timestamp: Date.parse('2026-03-02T10:37:59Z') / 1000 }],
    ['future', { timestamp: Date.parse('2026-03-02T10:48:01Z') / 1000 }],
    ['without a time', { timestamp: 'soon' }],
  ])('answers 401 with nothing, and parses nothing: %s', async (_name, departure) => {
    const { jane, script, logged } = await set();
    for (const body of [{ ...command }, 'payload=%7B', '{"type":"url_verification","challenge":"x"}', '']) {
      const kind = typeof body === 'string' && body.startsWith('{') ? 'event' : 'command';
      expect(await jane.send(kind, body, departure)).toMatchObject({ status: 401, body: '' });
    }
    expect(script.said).toEqual([]);
    // If Bolt had seen the malformed one, it would have logged an error.
    expect(logged.some((line) => line.includes('slack.library'))).toBe(false);
  });

  it('answers 401 to the same request a second time, and the flow begins once', async () => {
    const { jane, script, control } = await set();
    const shown = await jane.command('/unlock');
    if (shown.delivery === undefined) throw new Error('nothing was sent');
    expect(await control.replay(shown.delivery)).toMatchObject({ status: 401, body: '' });
    await control.until(() => script.begun.length === 1);
    expect(script.said).toHaveLength(1);
  });

  it('takes the same bytes again after it failed itself', async () => {
    let tries = 0;
    const { control } = await set({
      conversation: {
        async accept() {
          tries += 1;
          if (tries === 1) throw new Error('database is locked');
          return 'accepted';
        },
      },
    });
    const event = { type: 'message', channel_type: 'im', channel: 'D0JANE', user: 'U0JANE', text: 'unlock', ts: '1.1' };
    const [first] = await control.deliverEvent(event);
    if (first === undefined) throw new Error('nothing was sent');
    expect(first.status).toBe(500);
    expect(await control.replay(first)).toMatchObject({ status: 200 });
    await control.until(() => scene.script.begun.length === 1);
  });

  it('answers 413 to more than a megabyte, said or unsaid', async () => {
    const { jane, eventsUrl } = await set();
    const body = `text=${'x'.repeat(1024 * 1024)}`;
    expect(await jane.send('command', body)).toMatchObject({ status: 413, body: '' });
    const timestamp = Date.parse('2026-03-02T10:43:00Z') / 1_000;
    const headers = {
      'content-type': 'application/json',
      'x-slack-signature': signatureOf(timestamp, body),
      'x-slack-request-timestamp': String(timestamp),
    };
    const init = { method: 'POST', body: new Blob([body]).stream(), duplex: 'half', headers } as const;
    expect((await fetch(eventsUrl, init)).status).toBe(413);
  });

  it('answers Slack’s certificate probe and its check of the address', async () => {
    const { control, jane } = await set();
    expect(await control.sslCheck()).toMatchObject({ status: 200, body: '' });
    expect(await jane.send('ssl_check', 'ssl_check=1', { signature: null })).toMatchObject({ status: 200, body: '' });
    expect(await control.verifyUrl()).toBe(true);
  });

  it('carries nothing out that is hidden in a certificate probe', async () => {
    const { jane, script } = await set();
    const payload = new URLSearchParams({ ssl_check: '1', ...command }).toString();
    expect(await jane.send('ssl_check', payload, { signature: null })).toMatchObject({ status: 200, body: '' });
    expect(script.said).toEqual([]);
  });

  it.each([
    ['command', 'application/x-www-form-urlencoded; charset=utf-8'],
    ['command', 'Application/X-WWW-Form-Urlencoded'],
  ] as const)('takes a %s whose content type is %s', async (kind, contentType) => {
    const { jane, script } = await set();
    expect(await jane.send(kind, command, { contentType })).toMatchObject({ status: 200 });
    expect(script.said).toHaveLength(1);
  });

  it.each([
    ['event', 'null'],
    ['event', '[]'],
    ['event', '"text"'],
    ['event', '{'],
    ['event', ''],
    ['interaction', 'payload=null'],
    ['interaction', 'payload=%7B'],
    ['interaction', 'payload='],
    ['interaction', 'payload=%22text%22'],
  ] as const)('answers a malformed %s with 400 and lives on: %j', async (kind, body) => {
    const { jane } = await set();
    expect(await jane.send(kind, body)).toMatchObject({ status: 400, body: '' });
    expect(await jane.command('/unlock')).toMatchObject({ ok: true });
  });

  const of = (payload: object) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const from = { user: { id: 'U0JANE' }, team: { id: 'T0ACME' } };
  const button = { type: 'button', action_id: 'lk.start-reset' };
  const nested = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;

  it.each([
    ['an empty object', 'event', '{}'],
    ['an unknown type', 'event', '{"type":"zzz"}'],
    ['a type that is a number', 'event', '{"type":7}'],
    ['nothing but depth', 'event', nested],
    ['an event that is null', 'event', '{"type":"event_callback","event":null}'],
    ['an event that is text', 'event', '{"type":"event_callback","event":"message"}'],
    ['an event without a type', 'event', '{"type":"event_callback","event":{}}'],
    ['an event of user null', 'event', '{"type":"event_callback","event":{"type":"message","user":null}}'],
    ['authorizations of null', 'event', '{"type":"event_callback","event":{"type":"message"},"authorizations":[null]}'],
    ['a challenge that is none', 'event', '{"type":"url_verification","challenge":{"a":1}}'],
    ['a form without anything known', 'interaction', 'a=b'],
    ['an empty payload', 'interaction', of({})],
    ['a payload of an unknown type', 'interaction', of({ ...from, type: 'zzz' })],
    ['a payload without a type', 'interaction', of({ ...from, actions: [button] })],
    ['nothing but depth in a payload', 'interaction', new URLSearchParams({ payload: nested }).toString()],
    ['two payloads', 'interaction', `${of({ ...from, type: 'block_actions', actions: [button] })}&${of({})}`],
    ['a command that is an event too', 'command', 'command=%2Funlock&event=message'],
    ['a command and a payload', 'command', `command=%2Funlock&${of({})}`],
    ['actions of null', 'interaction', of({ ...from, type: 'block_actions', actions: null })],
    ['actions that are no list', 'interaction', of({ ...from, type: 'block_actions', actions: { length: 1 } })],
    ['a press by nobody', 'interaction', of({ ...from, type: 'block_actions', actions: [button], user: null })],
    [
      'a press that is an event too',
      'interaction',
      of({ ...from, type: 'block_actions', actions: [button], event: null }),
    ],
    ['a press in no channel', 'interaction', of({ ...from, type: 'block_actions', actions: [button], channel: null })],
    ['a view of null', 'interaction', of({ ...from, type: 'view_submission', view: null })],
    ['a view that is text', 'interaction', of({ ...from, type: 'view_submission', view: 'x' })],
  ] as const)(
    'what Slack signed and nobody can classify is answered with 400 at once: %s',
    async (_name, kind, body) => {
      const { jane, script, logged } = await set();
      const before = logged.length;
      const answer = await jane.send(kind, body);
      expect(answer).toMatchObject({ status: 400, body: '', timedOut: false });
      // Bolt waits three seconds before it gives up.
      expect(answer.ms).toBeLessThan(2_500);
      const ours = logged.slice(before).filter((line) => line.includes('"event":"slack.'));
      expect(ours.map((line) => JSON.parse(line))).toMatchObject([{ event: 'slack.unsupported', of: 'body' }]);
      expect(script).toMatchObject({ said: [], pressed: [] });
    },
  );

  it.each([
    { type: 'block_actions', actions: [] },
    { type: 'block_actions', actions: [{}], user: { id: 'U0JANE' }, team: { id: 'T0ACME' } },
    { type: 'block_suggestion', name: 'x', user: { id: 'U0JANE' }, team: { id: 'T0ACME' } },
    { type: 'shortcut', callback_id: 'unknown', user: { id: 'U0JANE' }, team: { id: 'T0ACME' } },
  ])('answers at once what no listener hears: $type', async (payload) => {
    const { jane, script } = await set();
    const answer = await jane.send('interaction', { user: {}, ...payload });
    expect(answer.timedOut).toBe(false);
    expect(answer.ms).toBeLessThan(1_000);
    expect(script.pressed).toEqual([]);
  });

  it.each([
    ['command', command],
    [
      'event',
      { type: 'event_callback', event: { type: 'message', channel_type: 'im', user: 'U0JANE', text: 'unlock' } },
    ],
    ['interaction', { ...from, type: 'block_actions', actions: [button] }],
    ['interaction', { ...from, type: 'view_submission', view: { id: 'V1', type: 'modal' } }],
  ] as const)('answers 401 to another app of the same secret, and counts it: %s', async (kind, body) => {
    const { jane, script, logged } = await set();
    const before = logged.length;
    const answer = await jane.send(kind, { ...body, api_app_id: 'A0OTHER' });
    expect(answer).toMatchObject({ status: 401, body: '' });
    expect(script).toMatchObject({ said: [], pressed: [] });
    const ours = logged.slice(before).filter((line) => line.includes('"event":"slack.'));
    expect(ours.map((line) => JSON.parse(line))).toMatchObject([{ event: 'slack.refused', because: 'foreign-app' }]);
  });

  it('works before Slack could be asked who we are', async () => {
    const { jane, script } = await set({ isWarm: false });
    expect(await jane.command('/unlock')).toMatchObject({ ok: true });
    expect(script.said).toHaveLength(1);
  });

  it('leaves other routes and methods alone', async () => {
    const { eventsUrl } = await set();
    expect((await fetch(eventsUrl)).status).toBe(404);
    const neighbour = eventsUrl.replace('/slack/events', '/api/messages');
    const init = { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } };
    expect(await (await fetch(neighbour, init)).json()).toEqual({ isObject: true });
  });

  it('survives a request that ends in the middle of its body', async () => {
    const { eventsUrl, jane } = await set();
    const { port } = new URL(eventsUrl);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
    );
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
    expect(await jane.command('/unlock')).toMatchObject({ ok: true });
  });
});
