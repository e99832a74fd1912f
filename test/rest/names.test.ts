// Whoever is named, every answer before the proof is the same, byte by byte but for ids and times.
import { expect, it } from 'vitest';
import { janesAccount, people } from '../stories/people.ts';
import type { RestClient, RestReply } from './client.ts';
import { clientOf, startRest } from './world.ts';

const blocked = people.petra.email;
/** Each is another case for the product, and must be none for the client. */
const named: Readonly<Record<string, string>> = {
  'an account': people.jane.email,
  'an account in capitals': people.jane.email.toUpperCase(),
  'a locked account': people.sam.email,
  'an account that an administrator blocked': blocked,
  'an account without a contact': people.nina.email,
  'two accounts of one address, in two connections': people.twyla.email,
  'an unverified account': people.una.email,
  'an account in a connection that is not for employees': people.adam.email,
  'an address without an account': people.olga.email,
  'an address of nowhere': 'nobody@nowhere.example',
  'no address': 'jdoe',
  'an account’s id': janesAccount,
  nothing: '',
  spaces: '   ',
  'a search': '* OR email:"jane@acme.example.com"',
  markup: '<script>alert(1)</script>@acme.example.com',
  'other letters': 'ϳane@acme.example.com',
  'a broken letter': '\ud83d@acme.example.com',
  'a very long address': `${'j'.repeat(4_000)}@acme.example.com`,
};

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The whole answer, with an equally long filler in place of what is different for everybody. */
function bytesOf({ status, headers, text }: RestReply): string {
  const shown = [...headers]
    .filter(([name]) => name !== 'date' && name !== 'x-request-id')
    .map(([name, value]) => {
      if (name !== 'set-cookie') return `${name}: ${value}`;
      return `${name}: ${value.replace(/=[^;]*/, (sealed) => `=${sealed.length}`).replace(/Max-Age=\d+/, 'Max-Age=_')}`;
    });
  const body = text
    .replace(uuid, '_')
    .replace(/"id":"[\w-]{22}"/g, '"id":"_"')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]{12}\+00:00/g, '_');
  return [status, ...shown, body].join('\n');
}

/** Names somebody, types three wrong codes with another code asked for in between, and asks where it stands. */
async function walks(client: RestClient, username: string, pass: () => Promise<void>): Promise<readonly string[]> {
  const replies = [await client.post('/flows/password-reset/select')];
  const check = async (otp: string) => replies.push(await client.post('/verification/email/otp/check/', { otp }));
  replies.push(await client.post('/username/identify/', { username }));
  replies.push(await client.get('/status'));
  replies.push(await client.post('/verification/email/otp/resend/'));
  await check('000001');
  await check('no code');
  await pass();
  replies.push(await client.post('/verification/email/otp/resend/'));
  await check('000001');
  await check('000002');
  replies.push(await client.post('/password/set/', { newPassword: 'Kraken-under-9-bridges' }));
  await check('000003');
  replies.push(await client.get('/status'));
  await check('000004');
  return replies.map(bytesOf);
}

it('an account, a locked one, a blocked one, none, and what is no name are answered alike, byte by byte', async () => {
  const world = await startRest();
  world.auth0.control.lock(people.sam.accounts[0].userId);
  world.auth0.control.adminBlock(people.petra.accounts[0].userId, true);
  world.stands();
  const entries = Object.entries(named);
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  // The clock moves once, for all of them.
  const pass = (): Promise<void> => {
    waiting += 1;
    if (waiting === entries.length) {
      world.pass(61);
      gate.resolve();
    }
    return gate.promise;
  };
  const walked = await Promise.all(
    entries.map(async ([what, username]) => [what, await walks(clientOf(world), username, pass)] as const),
  );
  const [[, wanted]] = walked as [(typeof walked)[number]];
  expect(wanted).toHaveLength(13);
  expect(wanted.map((bytes) => bytes.slice(0, 3))).toEqual([
    ...['200', '200', '200', '429', '400', '400', '200', '400', '400', '401', '400', '401', '401'],
  ]);
  for (const [what, answers] of walked) expect([what, answers]).toEqual([what, wanted]);
  expect(world.auth0.control.outbox.filter(({ to }) => to === 'jane.doe@home.example.net').length).toBeGreaterThan(0);
});

it('an answer to a session that has just ended comes on the beat, as those before it do', async () => {
  const quickMs = 200;
  const world = await startRest({ beats: { quickMs, checkMs: 50 } });
  for (const username of [people.jane.email, 'nobody@nowhere.example']) {
    const client = clientOf(world);
    await client.post('/flows/password-reset/select');
    await client.post('/username/identify/', { username });
    const check = (otp: string) => client.post('/verification/email/otp/check/', { otp });
    await check('000001');
    await check('000002');
    const kept = client.cookie();
    await check('000003');
    client.holds(kept);
    const since = performance.now();
    const late = await check('000004');
    // A timer may ring a millisecond early.
    expect([late.status, performance.now() - since >= quickMs - 2]).toEqual([401, true]);
  }
});
