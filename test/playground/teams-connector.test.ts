// What the emulated connector and login accept from a bot, and what they refuse.
import { describe, expect, it } from 'vitest';
import {
  APP,
  cardOf,
  field,
  GUEST,
  HELPDESK,
  JANE,
  openTeams,
  path,
  SAM,
  STRANGER,
  textField,
  withCard,
} from './teams-bot.ts';

const hello = { type: 'message', text: 'hello' };
const code = (reply: { readonly body: unknown }) => field(reply.body, 'error', 'code');

describe('the login', () => {
  it('gives a bearer for exactly this app, tenant and scope', async () => {
    const rig = await openTeams();
    expect(await rig.token()).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3599 } });
    const wrong = [
      [await rig.token({}, 'other-tenant'), 400, 'invalid_request'],
      [await rig.token({ client_id: 'x' }), 400, 'unauthorized_client'],
      [await rig.token({ client_secret: 'x' }), 401, 'invalid_client'],
      [await rig.token({ scope: 'https://graph.microsoft.com/.default' }), 400, 'invalid_scope'],
      [await rig.token({ grant_type: 'password' }), 400, 'unsupported_grant_type'],
      [await rig.token({ scope: '' }), 400, 'invalid_request'],
    ] as const;
    expect(wrong.map(([reply]) => [reply.status, field(reply.body, 'error')])).toEqual(
      wrong.map(([, status, error]) => [status, error]),
    );
    expect(JSON.stringify(rig.teams.control.requests)).not.toContain(APP.appPassword);
  });

  it('its tokens end after an hour, and when they are revoked', async () => {
    const rig = await openTeams();
    const chat = rig.teams.control.personalConversation(JANE);
    expect((await rig.post(chat, hello)).status).toBe(201);
    rig.clock.nowMs += 3_600_000;
    expect(await rig.post(chat, hello)).toMatchObject({
      status: 401,
      body: { message: 'Authorization has been denied for this request.' },
    });
    const fresh = textField((await rig.token()).body, 'access_token');
    const below = `v3/conversations/${path(chat)}/activities`;
    expect((await rig.api('POST', below, hello, fresh)).status).toBe(201);
    rig.teams.control.revokeTokens();
    expect((await rig.api('POST', below, hello, fresh)).status).toBe(401);
  });

  it('the token of a bot that was not told its tenant is given, but no good', async () => {
    const rig = await openTeams();
    const token = textField((await rig.token({}, 'botframework.com')).body, 'access_token');
    const below = `v3/conversations/${path(rig.teams.control.personalConversation(JANE))}/activities`;
    expect((await rig.api('POST', below, hello, token)).status).toBe(401);
    expect((await rig.api('POST', below, hello, 'nonsense')).status).toBe(401);
    expect(rig.teams.control.messages(JANE)).toEqual([]);
    expect(rig.teams.control.requests.filter(({ isTokenOk }) => isTokenOk === false)).toHaveLength(2);
  });
});

describe('conversations', () => {
  it('a personal one is made for one known person with the app, by id and tenant', async () => {
    const rig = await openTeams();
    const member = await rig.api(
      'GET',
      `v3/conversations/${path(rig.teams.control.personalConversation(JANE), 'members', JANE)}`,
    );
    const make = (more: object) =>
      rig.api('POST', 'v3/conversations', {
        isGroup: false,
        bot: { id: `28:${APP.appId}` },
        members: [{ id: textField(member.body, 'id') }],
        tenantId: APP.tenantId,
        channelData: { tenant: { id: APP.tenantId } },
        ...more,
      });
    const made = await make({});
    expect(made).toMatchObject({ status: 201, body: { id: rig.teams.control.personalConversation(JANE) } });
    expect((await make({ members: [{ id: JANE }] })).body).toEqual(made.body);
    expect(code(await make({ members: [{ id: 'jane@acme.test' }] }))).toBe('BadArgument');
    expect(code(await make({ members: [{ id: JANE }, { id: SAM }] }))).toBe('BadSyntax');
    expect(code(await make({ tenantId: undefined, channelData: {} }))).toBe('BadSyntax');
    expect(code(await make({ tenantId: 'other' }))).toBe('BadSyntax');
    await rig.teams.control.uninstall(JANE);
    expect(await make({})).toMatchObject({ status: 403, body: { error: { code: 'ForbiddenOperationException' } } });
  });

  it('a thread is made in a channel whose team has the app', async () => {
    const rig = await openTeams();
    const make = (id: string, activity?: object) =>
      rig.api('POST', 'v3/conversations', { isGroup: true, channelData: { channel: { id } }, activity });
    expect(await make(HELPDESK, withCard(cardOf('Approve?')))).toMatchObject({ status: 201 });
    expect(code(await make(HELPDESK))).toBe('BadSyntax');
    expect(code(await make('19:gone@thread.tacv2', hello))).toBe('ConversationNotFound');
    rig.teams.control.removeFromTeam(HELPDESK);
    expect(code(await make(HELPDESK, hello))).toBe('BotNotInConversationRoster');
  });

  it('refuses what is blocked, uninstalled, unknown or gone', async () => {
    const rig = await openTeams();
    const { control } = rig.teams;
    const chat = control.personalConversation(JANE);
    const id = textField((await rig.post(chat, hello)).body, 'id');
    const act = (method: string, activityId: string) =>
      rig.api(method, `v3/conversations/${path(chat, 'activities', activityId)}`, method === 'PUT' ? hello : undefined);
    expect(code(await act('PUT', '1700000000000'))).toBe('ActivityNotFoundInConversation');
    expect((await act('DELETE', id)).status).toBe(200);
    expect(await act('PUT', id)).toMatchObject({ status: 404 });
    expect(control.messages(JANE)[0]).toMatchObject({ isDeleted: true });
    expect(code(await rig.post('a:1nobody', hello))).toBe('ConversationNotFound');
    expect(code(await rig.post(`${HELPDESK};messageid=1700000000000`, hello))).toBe('ConversationNotFound');
    control.blockBot(JANE);
    expect(code(await rig.post(chat, hello))).toBe('ConversationBlockedByUser');
    control.unblockBot(JANE);
    await control.uninstall(JANE);
    expect(code(await rig.post(chat, hello))).toBe('MessageWritesBlocked');
    expect(code(await act('PUT', id))).toBe('MessageWritesBlocked');
  });

  it('takes 100 KB counted in UTF-16, and nothing that is no message', async () => {
    const rig = await openTeams();
    const chat = rig.teams.control.personalConversation(JANE);
    const frame = JSON.stringify({ type: 'message', text: '' }).length;
    const ofChars = (chars: number) => ({ type: 'message', text: 'ü'.repeat(chars - frame) });
    expect((await rig.post(chat, ofChars(51_200))).status).toBe(201);
    expect(await rig.post(chat, ofChars(51_201))).toMatchObject({
      status: 413,
      body: { error: { code: 'MessageSizeTooBig' } },
    });
    expect(code(await rig.post(chat, { type: 'message' }))).toBe('BadSyntax');
    expect(code(await rig.post(chat, { type: 'trace' }))).toBe('BadSyntax');
    expect(code(await rig.post(chat, { type: 'message', attachments: [{ contentType: 'text/x' }] }))).toBe(
      'BadArgument',
    );
    expect((await rig.post(chat, { type: 'typing' })).status).toBe(201);
    expect(rig.teams.control.messages(JANE)).toHaveLength(1);
  });

  it('lets seven messages a second into a conversation', async () => {
    const rig = await openTeams({ limits: true });
    const chat = rig.teams.control.personalConversation(JANE);
    for (let sent = 0; sent < 7; sent += 1) expect((await rig.post(chat, hello)).status).toBe(201);
    const eighth = await rig.post(chat, hello);
    expect(eighth).toMatchObject({ status: 429, body: { error: { code: 'Throttled' } } });
    expect(eighth.headers.get('retry-after')).toBe('1');
    expect((await rig.post(rig.teams.control.personalConversation(SAM), hello)).status).toBe(201);
    rig.clock.nowMs += 1000;
    expect((await rig.post(chat, hello)).status).toBe(201);
    expect((await rig.post(chat, hello)).headers.get('retry-after')).toBe('1');
  });
});

describe('the roster', () => {
  it('tells who a member is, by id, object id or principal name', async () => {
    const rig = await openTeams();
    const member = (id: string) => rig.api('GET', `v3/conversations/${path(HELPDESK, 'members', id)}`);
    const sam = await member(SAM);
    expect(sam).toMatchObject({
      status: 200,
      body: {
        name: 'Sam Roe',
        aadObjectId: SAM,
        objectId: SAM,
        email: 'sam@acme.test',
        userPrincipalName: 'sam.roe@acme.test',
        tenantId: APP.tenantId,
        userRole: 'user',
      },
    });
    expect((await member(textField(sam.body, 'id'))).body).toEqual(sam.body);
    expect((await member('Sam.Roe@acme.test')).body).toEqual(sam.body);
    expect(field((await member(GUEST)).body, 'userRole')).toBe('guest');
    expect(await member(JANE)).toMatchObject({
      status: 404,
      body: { error: { code: 'MemberNotFoundInConversation' } },
    });
  });

  it('an anonymous person has neither object id nor address', async () => {
    const rig = await openTeams();
    const chat = rig.teams.control.personalConversation(STRANGER);
    const list = await rig.api('GET', `v3/conversations/${path(chat, 'members')}`);
    expect(list.body).toEqual([
      { id: expect.any(String), name: 'Nobody (Guest)', tenantId: APP.tenantId, userRole: 'anonymous' },
    ]);
  });

  it('comes in pages, for a thread and for the team as well', async () => {
    const rig = await openTeams();
    const names = Array.from({ length: 120 }, (_, index) => `person-${index}`);
    for (const name of names) rig.teams.control.addUser({ aadObjectId: name, name });
    rig.teams.control.addTeamChannel({
      id: HELPDESK,
      name: 'Helpdesk',
      members: names,
      teamId: '19:team@thread.tacv2',
    });
    const seen: unknown[] = [];
    let token = '';
    do {
      const query = token === '' ? '?pageSize=10' : `?pageSize=10&continuationToken=${token}`;
      const page = await rig.api('GET', `v3/conversations/${path('19:team@thread.tacv2', 'pagedmembers')}${query}`);
      const people = field(page.body, 'members');
      seen.push(Array.isArray(people) ? people.length : 0);
      token = String(field(page.body, 'continuationToken') ?? '');
    } while (token !== '');
    expect(seen).toEqual([50, 50, 20]);
  });
});

describe('faults', () => {
  it('answer in place of the connector, by kind or path, once or often', async () => {
    const rig = await openTeams();
    const { faults, messages } = rig.teams.control;
    const chat = rig.teams.control.personalConversation(JANE);
    faults.next('send', 'PreconditionFailed');
    faults.next('send', { retryAfterSeconds: 7 });
    faults.next(
      { path: /activities$/, times: 2 },
      { status: 503, body: 'busy', headers: { 'content-type': 'text/plain' } },
    );
    const reply = async () =>
      (await fetch(`${rig.teams.serviceUrl}v3/conversations/${path(chat)}/activities`, { method: 'POST' })).status;
    expect(await rig.post(chat, hello)).toMatchObject({ status: 412, body: { error: { code: 'PreconditionFailed' } } });
    expect((await rig.post(chat, hello)).headers.get('retry-after')).toBe('7');
    expect([await reply(), await reply(), await reply()]).toEqual([503, 503, 401]);
    expect((await rig.post(chat, hello)).status).toBe(201);
    expect(messages(JANE)).toHaveLength(1);
    faults.next('token', { status: 504 });
    expect((await fetch(`${rig.teams.loginUrl}/x/oauth2/v2.0/token`, { method: 'POST' })).status).toBe(504);
  });

  it('cut the connection before or after the act', async () => {
    const rig = await openTeams();
    const { faults, messages } = rig.teams.control;
    const chat = rig.teams.control.personalConversation(JANE);
    await rig.post(chat, hello);
    faults.next('send', { disconnect: true });
    await expect(rig.post(chat, hello)).rejects.toThrow();
    expect(messages(JANE)).toHaveLength(1);
    faults.next('send', { disconnect: true, after: true });
    await expect(rig.post(chat, hello)).rejects.toThrow();
    expect(messages(JANE)).toHaveLength(2);
  });

  it('leave a call without an answer until the server ends', async () => {
    const rig = await openTeams();
    rig.teams.control.faults.next('send', { hang: true, after: true });
    const call = rig.post(rig.teams.control.personalConversation(JANE), hello).catch(() => 'cut');
    await rig.teams.control.until(() => rig.teams.control.messages(JANE).length === 1);
    await rig.teams.close();
    expect(await call).toBe('cut');
  });
});
