// Whose session it is: a planted, stolen, foreign or old cookie gets nobody further, and what is sent twice at once is done once.
import { DatabaseSync } from 'node:sqlite';
import fastifyCookie from '@fastify/cookie';
import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { createRestSessions } from '../../src/adapters/rest/session.ts';
import { instant } from '../../src/flows/ids.ts';
import { janesAccount, janesEmail, people } from '../stories/people.ts';
import { codeIn, createRestClient, dueIn, saidBy } from './client.ts';
import { clientOf, codeTo, comesTo, names, proves, startRest, wrongFor } from './world.ts';

const good = 'Kraken-under-9-bridges';
const check = '/verification/email/otp/check/';
const refused = [401, 'NOT_AUTHORIZED', undefined];
const writes = ({ auth0 }: Awaited<ReturnType<typeof startRest>>) =>
  auth0.control.requests.filter(
    ({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('"password"'),
  );

/** As a process leaves it that died when a code was accepted, before the answer. `agoMs`: how long ago the code was typed. */
function losesTheAnswer({ databaseFile, now }: Awaited<ReturnType<typeof startRest>>, agoMs: number): void {
  const db = new DatabaseSync(databaseFile, { timeout: 2_000 });
  db.prepare("update typed_sessions set passed = 0, claim = 'lost', claimed_at = ?").run(now() - agoMs);
  db.close();
}

/** Jane's code was accepted `agoMs` ago, and she still holds the cookie from before. */
async function losesIt(agoMs: number) {
  const world = await startRest();
  const client = clientOf(world);
  await names(client, people.jane.email);
  const before = client.cookie();
  const otp = await codeTo(world, janesEmail);
  await client.post(check, { otp });
  losesTheAnswer(world, agoMs);
  client.holds(before);
  return { world, client, otp };
}

describe('a session whose answer to the accepted code was lost', () => {
  it('is over, and the next one of the same person has its code at once and takes the place of the first', async () => {
    const { world, client, otp } = await losesIt(5_000);
    expect(saidBy(await client.get('/status'))).toEqual([200, 'OK', 'EMAIL_OTP_REQUIRED']);
    expect(saidBy(await client.post(check, { otp }))).toEqual([409, 'BUSY', 'EMAIL_OTP_REQUIRED']);
    losesTheAnswer(world, 46_000);
    expect(saidBy(await client.post(check, { otp }))).toEqual(refused);
    expect(saidBy(await client.get('/status'))).toEqual(refused);
    world.pass(61);
    const again = clientOf(world);
    expect(dueIn(await proves(world, again, { nth: 2 }))).toBe('NEW_PASSWORD_REQUIRED');
    expect(saidBy(await again.post('/password/set/', { newPassword: good }))).toEqual([200, 'OK', undefined]);
    expect(writes(world)).toHaveLength(1);
  });

  it('is over as well for whoever asks for another code, which costs none; before that every code is wrong', async () => {
    const { world, client, otp } = await losesIt(20_000);
    expect(codeIn(await client.post(check, { otp }))).toBe('OTP_WRONG');
    world.pass(61);
    losesTheAnswer(world, 46_000);
    expect(saidBy(await client.post('/verification/email/otp/resend/'))).toEqual(refused);
    expect(dueIn(await proves(world, clientOf(world), { nth: 2 }))).toBe('NEW_PASSWORD_REQUIRED');
  });

  it('gives way to the next one also where nobody has tried it again', async () => {
    const world = await startRest();
    await proves(world, clientOf(world));
    losesTheAnswer(world, 0);
    world.pass(61);
    expect(dueIn(await proves(world, clientOf(world), { nth: 2 }))).toBe('NEW_PASSWORD_REQUIRED');
  });
});

describe('a cookie', () => {
  it('that was planted in a browser before its owner typed the code is worth nothing afterwards', async () => {
    const world = await startRest();
    const [attacker, owner] = [clientOf(world), clientOf(world)];
    await attacker.post('/flows/password-reset/select');
    owner.holds(attacker.cookie());
    await owner.post('/username/identify/', { username: people.jane.email });
    const checked = await owner.post(check, { otp: await codeTo(world, janesEmail) });
    expect(dueIn(checked)).toBe('NEW_PASSWORD_REQUIRED');
    expect(owner.cookie()).not.toBe(attacker.cookie());
    for (const answer of [
      await attacker.get('/status'),
      await attacker.post(check, { otp: '123456' }),
      await attacker.post('/username/identify/', { username: people.jane.email }),
      await attacker.post('/password/set/', { newPassword: good }),
    ])
      expect(saidBy(answer)).toEqual(refused);
    expect(writes(world)).toHaveLength(0);
    expect(saidBy(await owner.post('/password/set/', { newPassword: good }))).toEqual([200, 'OK', undefined]);
  });

  it('that was stolen before the code, or after a wrong one, is worth nothing once the code was accepted', async () => {
    const world = await startRest();
    const owner = clientOf(world);
    await names(owner, people.jane.email);
    const stolen = [owner.cookie()];
    await owner.post(check, { otp: wrongFor(world) });
    stolen.push(owner.cookie());
    await owner.post(check, { otp: await codeTo(world, janesEmail) });
    expect(new Set([...stolen, owner.cookie()]).size).toBe(3);
    for (const cookie of stolen) {
      const thief = clientOf(world);
      thief.holds(cookie);
      expect(saidBy(await thief.get('/status'))).toEqual(refused);
      expect(saidBy(await thief.post('/password/set/', { newPassword: good }))).toEqual(refused);
    }
    expect(writes(world)).toHaveLength(0);
  });

  it('is new with every select, whatever the browser held', async () => {
    const world = await startRest();
    const client = clientOf(world);
    const first = await client.post('/flows/password-reset/select');
    const held = client.cookie();
    const second = await client.post('/flows/password-reset/select');
    expect(second.json.data?.id).not.toBe(first.json.data?.id);
    expect(client.cookie()).not.toBe(held);
  });

  it('that is missing, made up, changed, sealed for another purpose or too old is refused', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await names(client, people.jane.email);
    const real = client.cookie() ?? '';
    const middle = Math.floor(real.length / 2);
    const changed = `${real.slice(0, middle)}${real[middle] === 'A' ? 'B' : 'A'}${real.slice(middle + 1)}`;
    const sealed = real.slice(real.indexOf('='));
    for (const cookie of [undefined, 'latchkey_session=1', 'latchkey_session=', changed, `latchkey_change${sealed}`]) {
      client.holds(cookie);
      expect(saidBy(await client.get('/status'))).toEqual(refused);
    }
    client.holds(real);
    expect(dueIn(await client.get('/status'))).toBe('EMAIL_OTP_REQUIRED');
    world.pass(901);
    expect(saidBy(await client.get('/status'))).toEqual(refused);
  });

  it('of another installation is refused', async () => {
    const [one, other] = await Promise.all([startRest(), startRest()]);
    const client = clientOf(one);
    await client.post('/flows/password-reset/select');
    const foreign = createRestClient(other.url);
    foreign.holds(client.cookie());
    expect(saidBy(await foreign.get('/status'))).toEqual(refused);
  });

  it.each([
    ['https://latchkey.example.com', true],
    ['http://127.0.0.1:3000', false],
  ])('is Secure where browsers come by https: %s', async (publicUrl, isSecure) => {
    const clock = { now: () => instant(0) };
    const sessions = createRestSessions({ cookieKeys: [new Uint8Array(32)], publicUrl, clock });
    const server = fastify();
    await server.register(fastifyCookie);
    server.get('/', async (_request, reply) => {
      await sessions.keep(reply, { id: 'a', kind: 'reset' }, 60);
      return reply.send('');
    });
    const { headers } = await server.inject('/');
    expect(String(headers['set-cookie']).includes('; Secure;')).toBe(isSecure);
  });
});

describe('at once', () => {
  it('two names in one session: one is taken, and the other changes nothing', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await client.post('/flows/password-reset/select');
    const answers = await Promise.all([
      client.post('/username/identify/', { username: people.jane.email }),
      client.post('/username/identify/', { username: people.sam.email }),
    ]);
    expect(answers.map(saidBy).toSorted()).toEqual([
      [200, 'OK', 'EMAIL_OTP_REQUIRED'],
      [401, 'NOT_AUTHORIZED', 'EMAIL_OTP_REQUIRED'],
    ]);
  });

  it('ten codes cost three tries at most, and one of them is looked at', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await names(client, people.jane.email);
    const otp = await codeTo(world, janesEmail);
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.post(check, { otp })));
    const said = answers.map((answer) => answer.json.errors?.[0]?.code ?? 'OK');
    expect(said.filter((code) => code === 'OK')).toHaveLength(1);
    expect(said.filter((code) => !['OK', 'BUSY', 'NOT_AUTHORIZED'].includes(code))).toEqual([]);
    const grants = world.auth0.control.requests.filter(
      ({ path, body }) => path === '/oauth/token' && JSON.stringify(body).includes('otp'),
    );
    expect(grants).toHaveLength(1);
  });

  it('two passwords: one is set, and whoever sent the other is not told that theirs was', async () => {
    const world = await startRest();
    const client = clientOf(world);
    await proves(world, client);
    const passwords = [good, 'Nine-bridges-under-a-Kraken-4'];
    const answers = await Promise.all(passwords.map((newPassword) => client.post('/password/set/', { newPassword })));
    const right = passwords.filter((password) => world.auth0.control.signIn(janesAccount, password).ok);
    expect(right).toHaveLength(1);
    expect(writes(world)).toHaveLength(1);
    for (const [index, answer] of answers.entries())
      expect([passwords[index], answer.status === 200]).toEqual([passwords[index], passwords[index] === right[0]]);
    expect((await comesTo(client, undefined)).json.data?.attributes.result).toBe('PASSWORD_CHANGED');
  });
});
