// How the emulated Teams sends to a bot: signed, again when there was no answer, and forged on request.
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../playground/teams/deliveries.ts';
import { FORGERY_NAMES, type ForgeryName } from '../../playground/teams/forgeries.ts';
import { APP, cardOf, field, JANE, openTeams, textField, withCard } from './teams-bot.ts';

/** What a bot refuses if it checks only signature, issuer, audience and times. */
const REFUSED_BY_JOSE: readonly ForgeryName[] = [
  'missing',
  'garbage',
  'wrongKey',
  'unknownKid',
  'algNone',
  'hs256',
  'expired',
  'notYetValid',
  'wrongAudience',
  'wrongIssuer',
  'emulatorStyle',
  'emulatorStyleV2',
];

function tokenOf(delivery: Delivery | undefined): string {
  return (delivery?.sent.headers['authorization'] ?? '').replace('Bearer ', '');
}

async function keysOf(openIdMetadataUrl: string): Promise<readonly unknown[]> {
  const metadata = await (await fetch(openIdMetadataUrl)).json();
  expect(field(metadata, 'issuer')).toBe('https://api.botframework.com');
  const keys = field(await (await fetch(textField(metadata, 'jwks_uri'))).json(), 'keys');
  return Array.isArray(keys) ? keys : [];
}

describe('the signature', () => {
  it('names the connector, the app and the service, for an hour of real time', async () => {
    const rig = await openTeams();
    await rig.teams.client(JANE).message('unlock');
    const claims = rig.heard[0]?.claims;
    expect(claims).toEqual({
      serviceurl: rig.teams.serviceUrl,
      nbf: expect.any(Number),
      exp: expect.any(Number),
      iss: 'https://api.botframework.com',
      aud: APP.appId,
    });
    expect(Math.abs((claims?.exp ?? 0) - Date.now() / 1000 - 3600)).toBeLessThan(60);
  });

  it('is made with a key that is published and endorsed for Teams, also after a rotation', async () => {
    const rig = await openTeams();
    const kids: unknown[] = [];
    for (const revokeOld of [false, true]) {
      await rig.teams.client(JANE).message('unlock');
      const header = decodeProtectedHeader(tokenOf(rig.teams.control.deliveries.at(-1)));
      const keys = await keysOf(rig.teams.openIdMetadataUrl);
      const mine = keys.find((key) => field(key, 'kid') === header.kid);
      expect(mine).toMatchObject({ kty: 'RSA', use: 'sig', endorsements: ['msteams'], n: expect.any(String) });
      expect(mine).not.toHaveProperty('d');
      kids.push(header.kid);
      await rig.teams.control.rotateKeys({ revokeOld });
    }
    const published = (await keysOf(rig.teams.openIdMetadataUrl)).map((key) => field(key, 'kid'));
    expect(new Set(kids).size).toBe(2);
    expect(published).toContain(kids[0]);
    expect(published).not.toContain(kids[1]);
    expect((await rig.teams.client(JANE).message('unlock')).status).toBe(200);
  });
});

describe('an activity without an answer', () => {
  it('comes again with the same id and then with a new one', async () => {
    const rig = await openTeams({ answerLimitMs: 60 });
    let answered = 0;
    rig.answer = () => {
      answered += 1;
      return { never: answered < 3 };
    };
    const shown = await rig.teams.client(JANE).message('unlock');
    expect(shown).toMatchObject({ ok: false, status: undefined, delivery: { timedOut: true, attempt: 1 } });
    await rig.teams.control.settled();
    const [first, second, third, ...more] = rig.heard.map(({ activity }) => activity['id']);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(more).toEqual([]);
    expect(rig.teams.control.deliveries.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, 200],
    ]);
  });

  it('is let be once it was answered, and where the options say so', async () => {
    const rig = await openTeams({ answerLimitMs: 60, redelivers: false });
    rig.answer = () => ({ never: true });
    await rig.teams.client(JANE).message('unlock');
    await rig.teams.control.settled();
    expect(rig.heard).toHaveLength(1);
  });

  it('is given up at once when Teams ends', async () => {
    const rig = await openTeams();
    rig.answer = () => ({ never: true });
    const said = rig.teams.client(JANE).message('unlock');
    await rig.teams.control.until(() => rig.heard.length === 1);
    await rig.teams.close();
    expect(await said).toMatchObject({ ok: false, status: undefined, delivery: { timedOut: false } });
    expect(rig.heard).toHaveLength(1);
  });

  it('can be sent again by hand, an invoke too', async () => {
    const rig = await openTeams();
    const jane = rig.teams.client(JANE);
    const card = cardOf('Code', { actions: [{ type: 'Action.Execute', title: 'Verify', verb: 'code' }] });
    const conversation = rig.teams.control.personalConversation(JANE);
    const activityId = textField((await rig.post(conversation, withCard(card))).body, 'id');
    await jane.pressExecute({ conversation, activityId }, 'code');
    const [delivery] = rig.teams.control.deliveries;
    if (delivery === undefined) throw new Error('nothing was delivered');
    await jane.redeliver(delivery);
    await jane.redeliver(delivery, { newId: true });
    const [first, same, renewed] = rig.heard.map(({ activity }) => activity);
    expect(same).toEqual(first);
    expect(renewed?.['id']).not.toBe(first?.['id']);
    expect(renewed?.['value']).toEqual(first?.['value']);
  });
});

describe('forgeries', () => {
  it('the ones that a token library can see are refused by it, the others are well signed', async () => {
    const rig = await openTeams();
    const jane = rig.teams.client(JANE);
    const malformed: readonly ForgeryName[] = ['malformedJson'];
    const names = FORGERY_NAMES.filter((name) => !malformed.includes(name));
    const refused: ForgeryName[] = [];
    for (const name of names) if ((await jane.send(jane.activity(), name)).status === 401) refused.push(name);
    expect(refused.sort()).toEqual([...REFUSED_BY_JOSE].sort());
    expect(rig.heard).toHaveLength(names.length - refused.length);
  });

  it('are what their names say', async () => {
    const rig = await openTeams();
    const jane = rig.teams.client(JANE);
    const forge = (name: ForgeryName) => jane.send(jane.activity(), name);
    const claims = async (name: ForgeryName) => decodeJwt(tokenOf(await forge(name)));
    const body = async (name: ForgeryName): Promise<unknown> => JSON.parse((await forge(name)).sent.body);
    expect((await forge('missing')).sent.headers).not.toHaveProperty('authorization');
    expect(decodeProtectedHeader(tokenOf(await forge('algNone')))).toMatchObject({ alg: 'none' });
    expect(decodeProtectedHeader(tokenOf(await forge('hs256')))).toMatchObject({ alg: 'HS256' });
    expect(await claims('emulatorStyle')).toMatchObject({
      iss: expect.stringContaining('sts.windows.net'),
      appid: APP.appId,
    });
    expect(await claims('emulatorStyle')).not.toHaveProperty('serviceurl');
    expect(await claims('noServiceUrlClaim')).not.toHaveProperty('serviceurl');
    expect((await claims('otherServiceUrl'))['serviceurl']).not.toBe(rig.teams.serviceUrl);
    const foreign = await forge('foreignService');
    expect(decodeJwt(tokenOf(foreign))['serviceurl']).toBe(field(JSON.parse(foreign.sent.body), 'serviceUrl'));
    expect(await body('noServiceUrl')).not.toHaveProperty('serviceUrl');
    expect(field(await body('aseChannel'), 'channelId')).toBe('AseChannel');
    const otherTenant = await body('otherTenant');
    expect(field(otherTenant, 'conversation', 'tenantId')).toBe(field(otherTenant, 'channelData', 'tenant', 'id'));
    expect(field(otherTenant, 'conversation', 'tenantId')).not.toBe(APP.tenantId);
    expect((await forge('oversize')).sent.body.length).toBeGreaterThan(2_000_000);
    const { kid } = decodeProtectedHeader(tokenOf(await forge('notEndorsed')));
    const key = (await keysOf(rig.teams.openIdMetadataUrl)).find((one) => field(one, 'kid') === kid);
    expect(field(key, 'endorsements')).toEqual(['webchat']);
  });

  it('any claim, header and body can be departed from', async () => {
    const rig = await openTeams();
    const jane = rig.teams.client(JANE);
    const delivery = await rig.teams.control.send(jane.activity({ text: 'unlock' }), {
      claims: { aud: [APP.appId, 'another'] },
      headers: { 'x-odd': '1' },
    });
    expect(decodeJwt(tokenOf(delivery)).aud).toEqual([APP.appId, 'another']);
    expect(rig.heard[0]?.headers['x-odd']).toBe('1');
    expect(rig.heard[0]?.activity['text']).toBe('unlock');
    const ready = await rig.teams.control.authorization('expired');
    expect(decodeJwt((ready ?? '').replace('Bearer ', '')).exp).toBeLessThan(Date.now() / 1000 - 300);
    expect(await rig.teams.control.authorization('missing')).toBeUndefined();
  });
});
