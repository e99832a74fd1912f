// Faulty answers of Auth0, one at a time. Broken connections are in broken-wires.test.ts, on real sockets.
import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Failure, Outcome } from '../../src/flows/outcome.ts';
import { answerOf, application, createPorts, failureOf, jane, type Ports, withLocks } from './tenant.ts';

const home = `https://${application.domain}`;
const api = `${home}/api/v2`;
const userPath = `/users/${encodeURIComponent(jane.account)}`;
const user = {
  user_id: jane.account,
  email: jane.workEmail,
  email_verified: true,
  identities: [
    { connection: 'CorpUsers', provider: 'auth0', user_id: jane.account.slice(6), isSocial: false },
    {
      connection: 'email',
      provider: 'email',
      user_id: jane.emailRef.slice(6),
      profileData: { email: jane.email, email_verified: true },
    },
  ],
};

let ports: Ports;
beforeAll(() => {
  // Earlier users of nock in this process have restored everything.
  if (!nock.isActive()) nock.activate();
  nock.disableNetConnect();
});
beforeEach(() => {
  ports = createPorts();
});
afterEach(() => nock.cleanAll());
afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

const token = (times = 1) =>
  nock(home)
    .post('/oauth/token', /client_credentials/)
    .times(times)
    .reply(200, { access_token: 'management-token-1', expires_in: 86_400, token_type: 'Bearer' });
const readable = () => nock(api).get(userPath).times(2).reply(200, user);

interface Odd {
  readonly status: number;
  readonly body?: string | Record<string, unknown>;
  readonly headers?: Record<string, string>;
}
const html = { 'content-type': 'text/html' };
const json = { 'content-type': 'application/json' };

/** The call, the request that gets the odd answer, and the API that gives it. */
interface Place {
  readonly name: string;
  readonly reply: (odd: Odd) => void;
  readonly ask: () => Promise<Outcome<unknown>>;
  /** The Authentication API has no resources that can be absent. */
  readonly isManagement: boolean;
}
const answering = (interceptor: nock.Interceptor) => (odd: Odd) => {
  interceptor.reply(odd.status, odd.body, odd.headers);
};

const places: readonly Place[] = [
  {
    name: 'matching',
    isManagement: true,
    reply: (odd) => {
      token();
      answering(nock(api).get('/users-by-email').query(true))(odd);
    },
    ask: () => ports.auth0.directory.match(jane.workEmail, jane.actor),
  },
  {
    name: 'sending a code',
    isManagement: false,
    reply: (odd) => {
      token();
      readable();
      nock(home).get('/.well-known/jwks.json').reply(200, { keys: [] });
      answering(nock(home).post('/passwordless/start'))(odd);
    },
    ask: () => ports.auth0.codes.send(jane.account, jane.emailRef),
  },
  {
    name: 'checking a code',
    isManagement: false,
    reply: (odd) => {
      token();
      readable();
      answering(nock(home).post('/oauth/token', /passwordless/))(odd);
    },
    ask: () => ports.auth0.codes.check(jane.account, jane.emailRef, '123456', ports.clock.now()),
  },
  {
    name: 'minting a ticket',
    isManagement: true,
    reply: (odd) => {
      token();
      readable();
      answering(nock(api).post('/tickets/password-change'))(odd);
    },
    ask: () => ports.auth0.tickets.mint(jane.account, 600),
  },
  {
    name: 'looking for locks',
    isManagement: true,
    reply: (odd) => {
      token();
      readable();
      nock(api).get('/user-blocks').query(true).times(3).reply(200, { blocked_for: [] });
      answering(nock(api).get(`/user-blocks/${encodeURIComponent(jane.account)}`))(odd);
    },
    ask: () => ports.auth0.directory.inspect(jane.account, withLocks),
  },
];

const problem = (status: number, errorCode?: string) => ({
  statusCode: status,
  error: 'Something',
  message: 'a text that nobody goes by',
  ...(errorCode === undefined ? {} : { errorCode }),
});

type Case = readonly [string, Odd, Partial<Failure>];
/** Not Auth0's answer: a gateway's, which passes like a 502. */
const passing = { kind: 'unreachable', retry: 'later', mayHaveHappened: true } as const;
const inHtml = (status: number): Case => [`${status} in HTML`, { status, body: '<html>', headers: html }, passing];

const everywhere: readonly Case[] = [
  ['400', { status: 400, body: problem(400, 'invalid_body') }, { kind: 'refused' }],
  ['402', { status: 402, body: problem(402) }, { kind: 'refused' }],
  ['403', { status: 403, body: problem(403, 'insufficient_scope') }, { kind: 'misconfigured', retry: 'never' }],
  ['403 without a code', { status: 403, body: problem(403) }, { kind: 'misconfigured', retry: 'never' }],
  ['404', { status: 404, body: problem(404, 'inexistent_user') }, { kind: 'absent' }],
  ...[200, 201, 302, 400, 401, 402, 403, 404, 407, 409, 418].map(inHtml),
  ...[400, 403, 404, 409].map(
    (status): Case => [`${status} in JSON cut short`, { status, body: '{"err', headers: json }, passing],
  ),
  ...[200, 400, 401, 403, 404].map((status): Case => [`${status} with nothing`, { status }, passing]),
  ['409', { status: 409, body: problem(409) }, { kind: 'refused' }],
  ['408', { status: 408 }, { kind: 'unreachable', mayHaveHappened: true }],
  ['500', { status: 500, body: problem(500) }, { kind: 'unreachable', mayHaveHappened: true }],
  ['502 in HTML', { status: 502, body: '<html>', headers: html }, { kind: 'unreachable', mayHaveHappened: true }],
  ['503 cut short', { status: 503, body: '{"err', headers: json }, { kind: 'unreachable', mayHaveHappened: true }],
  ['429 without a word', { status: 429 }, { kind: 'rate-limited', retryAfterMs: 5_000 }],
  [
    '429 for seconds',
    { status: 429, headers: { 'retry-after': '17' } },
    { kind: 'rate-limited', retryAfterMs: 17_000 },
  ],
  [
    '429 until an instant',
    { status: 429, headers: { 'x-ratelimit-reset': String(Date.parse('2026-03-02T08:00:30Z') / 1000) } },
    { kind: 'rate-limited', retryAfterMs: 29_750 },
  ],
  [
    '429 until a date',
    { status: 429, headers: { 'retry-after': 'Mon, 02 Mar 2026 08:01:00 GMT' } },
    { kind: 'rate-limited', retryAfterMs: 59_750 },
  ],
  [
    '429 until the past',
    { status: 429, headers: { 'retry-after': 'nonsense', 'x-ratelimit-reset': '1' } },
    { kind: 'rate-limited', retryAfterMs: 5_000 },
  ],
  [
    '429 for ever',
    { status: 429, headers: { 'retry-after': '99999999' } },
    { kind: 'rate-limited', retryAfterMs: 3_600_000 },
  ],
  ['JSON that calls itself HTML', { status: 200, body: '[]', headers: html }, passing],
  ['JSON cut short', { status: 200, body: '{"ticket":"https://', headers: json }, passing],
  ['another shape', { status: 200, body: '"text"', headers: json }, { kind: 'malformed' }],
  ['a redirect', { status: 302, headers: { location: 'https://evil.test/' } }, passing],
];

describe.each(places)('$name', (place) => {
  it.each(everywhere)('answered with %s', async (_name, odd, failure) => {
    place.reply(odd);
    expect(failureOf(await place.ask())).toMatchObject(failure);
  });

  it('answered 401 says what to look at', async () => {
    place.reply({ status: 401, body: problem(401) });
    token();
    if (place.isManagement) place.reply({ status: 401, body: problem(401) });
    expect(failureOf(await place.ask())).toMatchObject({
      kind: 'misconfigured',
      remedy: expect.stringMatching(/\w{10}/),
    });
  });
});

describe('an expired management token', () => {
  it('is renewed once and the question asked again', async () => {
    token();
    nock(api).get('/users-by-email').query(true).reply(401, problem(401, 'invalid_token'));
    nock(home)
      .post('/oauth/token', /client_credentials/)
      .reply(200, { access_token: 'management-token-2', expires_in: 86_400 });
    nock(api)
      .get('/users-by-email')
      .query(true)
      .matchHeader('authorization', 'Bearer management-token-2')
      .reply(200, [user]);
    expect(answerOf(await ports.auth0.directory.match(jane.workEmail, jane.actor))).toMatchObject({ is: 'account' });
    expect(nock.isDone()).toBe(true);
  });

  it('is renewed once only', async () => {
    token(2);
    const refusals = nock(api).get('/users-by-email').query(true).times(2).reply(401, problem(401));
    expect(failureOf(await ports.auth0.directory.match(jane.workEmail, jane.actor))).toMatchObject({
      kind: 'misconfigured',
    });
    expect(refusals.isDone()).toBe(true);
  });
});

describe('the management token itself', () => {
  const asked = (status: number, body?: string | Record<string, unknown>, headers?: Record<string, string>) => {
    nock(home).post('/oauth/token').reply(status, body, headers);
    return ports.auth0.directory.match(jane.workEmail, jane.actor);
  };

  it('refused points at the credentials, and the call never leaves', async () => {
    const failure = failureOf(await asked(401, { error: 'access_denied', error_description: 'Unauthorized' }));
    expect(failure).toMatchObject({
      kind: 'misconfigured',
      cause: 'management-token: 401 access_denied',
      remedy: expect.stringContaining('AUTH0_CLIENT_SECRET'),
    });
  });

  it.each([
    ['without a token', 200, { token_type: 'Bearer' }, undefined],
    ['without a life', 200, { access_token: 'x' }, undefined],
  ])('%s is malformed', async (_name, status, body, headers) => {
    expect(failureOf(await asked(status, body, headers))).toMatchObject({ kind: 'malformed' });
  });

  it.each([
    ['in HTML', 200, '<html>', html],
    ['with 403 in HTML', 403, '<html>', html],
    ['with 404 in HTML', 404, '<html>', html],
    ['cut short', 200, '{"access_tok', json],
    ['that is empty', 200, undefined, json],
  ])('in an answer %s is a gateway’s fault, and nothing happened', async (_name, status, body, headers) => {
    expect(failureOf(await asked(status, body, headers))).toMatchObject({
      kind: 'unreachable',
      retry: 'later',
      mayHaveHappened: false,
    });
  });

  it('refused with 401 may be in the middle of a rotation, and refused with 403 stays refused', async () => {
    expect(failureOf(await asked(401, { error: 'access_denied' }))).toMatchObject({ retry: 'later' });
    nock.cleanAll();
    ports = createPorts();
    expect(failureOf(await asked(403, { error: 'access_denied' }))).toMatchObject({ retry: 'never' });
  });

  it('not to be had means that nothing happened', async () => {
    expect(failureOf(await asked(503))).toMatchObject({ kind: 'unreachable', mayHaveHappened: false });
  });

  it('rate-limited is waited for', async () => {
    expect(failureOf(await asked(429, undefined, { 'retry-after': '3' }))).toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 3_000,
    });
  });
});

describe('a ticket that Auth0 refuses with 409, since the tenant has several custom domains', () => {
  it('says what to set', async () => {
    token();
    readable();
    nock(api).post('/tickets/password-change').reply(409, problem(409));
    expect(failureOf(await ports.auth0.tickets.mint(jane.account, 600))).toMatchObject({
      kind: 'refused',
      remedy: expect.stringContaining('AUTH0_TENANT_DOMAIN'),
    });
  });
});

describe('a page of a gateway decides nothing for later', () => {
  const sessions = () => nock(api).post(`${userPath}/revoke-access`);

  it.each([402, 403, 404])('with %i: sessions are ended at the next try', async (status) => {
    token();
    sessions().reply(status, '<html>', html);
    sessions().reply(202);
    expect(failureOf(await ports.auth0.sessions.end(jane.account))).toMatchObject(passing);
    expect(answerOf(await ports.auth0.sessions.end(jane.account))).toBe('asked');
  });

  it.each([400, 403, 404])('with %i: the log is searched again', async (status) => {
    token();
    const log = () => nock(api).get('/logs').query(true);
    log().reply(status, '<html>', html);
    nock(api).get(userPath).reply(200, user);
    log().reply(200, []);
    await ports.auth0.passwordChanges.since(ports.clock.now(), [jane.account]);
    expect(answerOf(await ports.auth0.passwordChanges.since(ports.clock.now(), [jane.account]))).toEqual([]);
    expect(nock.isDone()).toBe(true);
  });

  it.each([
    ['200 in HTML', 200, '<html>'],
    ['403 in HTML', 403, '<html>'],
    ['404 in HTML', 404, '<html>'],
    ['200 with nothing', 200, undefined],
  ])('%s in place of the signing keys: the code may be entered again', async (_name, status, body) => {
    token();
    readable();
    const keys = () => nock(home).get('/.well-known/jwks.json');
    keys().reply(status, body, html);
    nock(home)
      .post('/oauth/token', /passwordless/)
      .reply(200, { id_token: `${btoa('{"alg":"RS256","kid":"k"}')}.${btoa('{}')}.AAAA` });
    const checked = await ports.auth0.codes.check(jane.account, jane.emailRef, '123456', ports.clock.now());
    expect(failureOf(checked)).toMatchObject({ kind: 'unreachable', retry: 'later' });
  });
});

describe('a code is never accepted', () => {
  const refusals: readonly [number, Record<string, unknown>, string][] = [
    [403, { error: 'invalid_grant', error_description: 'Wrong email or verification code.' }, 'wrong'],
    [403, { error: 'invalid_grant', error_description: 'Something new.' }, 'wrong'],
    [400, { error: 'invalid_grant' }, 'wrong'],
    [403, { error: 'invalid_grant', error_description: 'The verification code has expired. Please' }, 'expired'],
    [401, { error: 'invalid_grant', error_description: 'The verification code has expired.' }, 'expired'],
    [403, { error: 'invalid_grant', error_description: "You've reached the maximum number of attempts." }, 'used-up'],
    [429, { error: 'too_many_attempts', error_description: 'Your account has been blocked' }, 'refused'],
    [403, { error: 'unauthorized', error_description: 'user is blocked' }, 'refused'],
    [403, { error: 'mfa_required', mfa_token: 'x' }, 'misconfigured'],
    [403, { error: 'access_denied', error_description: 'an Action said no' }, 'misconfigured'],
    [403, { error: 'unauthorized_client' }, 'misconfigured'],
    [400, { error: 'something_unknown' }, 'refused'],
    [418, { error: 'something_unknown' }, 'refused'],
    [500, { error: 'invalid_grant' }, 'unreachable'],
    [201, { id_token: 'x.y.z' }, 'malformed'],
    [200, { access_token: 'x' }, 'malformed'],
    [200, { id_token: '' }, 'malformed'],
    [200, { id_token: 'not a token' }, 'malformed'],
  ];
  it.each(refusals)('for %i %j but %s', async (status, body, verdict) => {
    token();
    readable();
    nock(home).get('/.well-known/jwks.json').reply(200, { keys: [] });
    nock(home)
      .post('/oauth/token', /passwordless/)
      .reply(status, body);
    const outcome = await ports.auth0.codes.check(jane.account, jane.emailRef, '123456', ports.clock.now());
    expect(outcome.ok ? outcome.value : outcome.failure.kind).toBe(verdict);
  });
});

describe('a user whose record is not understood', () => {
  it.each([
    ['has no identities', { ...user, identities: [] }],
    ['is blocked by something that is no boolean', { ...user, blocked: 'true' }],
    ['is somebody else', { ...user, user_id: 'auth0|somebody-else' }],
    ['has no id', { ...user, user_id: undefined }],
  ])('%s: no ticket', async (_name, body) => {
    token();
    nock(api).get(userPath).reply(200, body);
    expect(failureOf(await ports.auth0.tickets.mint(jane.account, 600))).toMatchObject({ kind: 'malformed' });
  });

  it('may leave out what is unset, or say null', async () => {
    token();
    const bare = {
      ...user,
      username: null,
      phone_number: null,
      given_name: null,
      app_metadata: null,
      last_password_reset: null,
    };
    nock(api).get(userPath).reply(200, bare);
    expect(answerOf(await ports.auth0.directory.givenName(jane.account))).toBeUndefined();
  });

  it('may have odd identities beside the good ones', async () => {
    token();
    const odd = [{ connection: 'x', provider: 'x', user_id: 7, profileData: { email: 7, email_verified: 'yes' } }];
    nock(api)
      .get('/users-by-email')
      .query(true)
      .reply(200, [{ ...user, identities: [...user.identities, ...odd] }]);
    expect(answerOf(await ports.auth0.directory.match(jane.workEmail, jane.actor))).toMatchObject({
      contacts: [{ ref: jane.emailRef }],
    });
  });
});

describe('a list with something in it that cannot be read', () => {
  const blocksOf = (body: object) => {
    token();
    nock(api).get(userPath).reply(200, user);
    nock(api).get('/user-blocks').query(true).times(3).reply(200, { blocked_for: [] });
    nock(api)
      .get(`/user-blocks/${encodeURIComponent(jane.account)}`)
      .reply(200, body);
    return ports.auth0.directory.inspect(jane.account, withLocks);
  };

  it.each([null, 'x', 7, [], { identifier: 7, connection: {} }])(
    'of locks still tells that there is a lock: %j',
    async (one) => {
      expect(answerOf(await blocksOf({ blocked_for: [one] }))).toMatchObject({ locked: true });
    },
  );

  it.each([{ blocked_for: null }, {}, { blocked_for: [] }])('of locks that is no list has none: %j', async (body) => {
    expect(answerOf(await blocksOf(body))).toMatchObject({ locked: false });
  });

  it('of locks in no form of a list is not guessed', async () => {
    expect(failureOf(await blocksOf({ blocked_for: 'none' }))).toMatchObject({
      kind: 'malformed',
      cause: 'blocks-read: unexpected blocked_for',
    });
  });

  it.each([
    ['bare', (entries: unknown) => entries],
    ['with totals', (entries: unknown) => ({ logs: entries })],
  ])('of log entries still tells of the others: %s', async (_how, asBody) => {
    token();
    const change = { type: 'scp', user_id: jane.account, date: '2026-03-02T08:00:00.250Z' };
    const entries = [null, 'x', [], { type: 7, user_id: {}, date: 7 }, change, { ...change, date: ['x'] }];
    nock(api)
      .get('/logs')
      .query(true)
      .reply(200, asBody(entries) as nock.Body);
    expect(answerOf(await ports.auth0.passwordChanges.since(ports.clock.now(), [jane.account]))).toHaveLength(1);
  });
});

describe('an account with another address than the one that was asked for', () => {
  it.each([
    ['the Kelvin sign', 'mi\u212ae@acme.test'],
    ['a dotless i', 'm\u0131ke@acme.test'],
    ['a dotted I', 'm\u0130ke@acme.test'],
    ['full-width letters', '\uff4d\uff49\uff4b\uff45@acme.test'],
    ['an accent', 'mik\u00e9@acme.test'],
    ['a space', 'mike@acme.test '],
    ['somebody else', 'jane@acme.test'],
    ['nobody', undefined],
  ])('is nobody’s, whatever Auth0 finds: %s', async (_name, email) => {
    token();
    nock(api)
      .get('/users-by-email')
      .query(true)
      .reply(200, [{ ...user, email }]);
    expect(answerOf(await ports.auth0.directory.match('mike@acme.test', jane.actor))).toEqual({
      is: 'none',
      because: 'absent',
    });
  });

  it('is the same where only the case of A–Z differs', async () => {
    token();
    nock(api)
      .get('/users-by-email')
      .query(true)
      .reply(200, [{ ...user, email: 'Mike@ACME.test' }]);
    expect(answerOf(await ports.auth0.directory.match('mike@acme.test', jane.actor))).toMatchObject({
      account: jane.account,
    });
  });

  it('leads to no contact that another system would read as somebody else’s', async () => {
    const unclear = { unusable: 'unclear' };
    token();
    const [main, contact] = user.identities;
    const addresses = ['mi\u212ae@home.test', 'm\u0131ke@home.test', 'mike@home.te\u017ft'];
    const disguised = addresses.map((email, nth) => ({ ...contact, user_id: `${nth}`, profileData: { email } }));
    nock(api)
      .get('/users-by-email')
      .query(true)
      .reply(200, [{ ...user, identities: [main, ...disguised] }]);
    expect(answerOf(await ports.auth0.directory.match(jane.workEmail, jane.actor))).toMatchObject({
      ...{ lacks: 'unusable-contact', contacts: [unclear, unclear, unclear] },
    });
  });
});
