// The code of the Actions, run with events as Auth0 gives them.
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { guardCode, noticeCode } from '../../manifest/auth0/actions.ts';
import { readEntries } from '../../src/web/hooks.ts';

type Handler = (event: unknown, api?: unknown) => Promise<void>;

function handlerIn(code: string, name: string): Handler {
  const exported: Record<string, Handler> = {};
  new Function('exports', code)(exported);
  const handler = exported[name];
  if (handler === undefined) throw new Error(`no ${name}`);
  return handler;
}

const callback = 'https://latchkey.acme.example/enrol/callback';
const change = 'https://latchkey.acme.example/change/callback';
const options = { clientId: 'BotId', clientName: 'Latchkey', callbacks: [callback, change], mayUseCodes: ['ShopId'] };

interface Login {
  readonly client: string;
  readonly by: string;
  readonly back?: string;
  readonly providers?: readonly string[];
  readonly factors?: readonly string[];
  /** What stood in the address of the sign-in. */
  readonly query?: Readonly<Record<string, unknown>>;
  readonly methods?: unknown;
}

/** What the guard does about a login. */
async function judged(login: Login, code = guardCode(options)): Promise<readonly string[]> {
  const done: string[] = [];
  const { client, by, back, providers = ['auth0', 'email'], factors, query, methods } = login;
  await handlerIn(code, 'onExecutePostLogin')(
    {
      client: { client_id: client, name: client === 'BotId' ? 'Latchkey' : client },
      connection: { strategy: by },
      transaction: back === undefined ? {} : { redirect_uri: back },
      ...(query === undefined ? {} : { request: { query } }),
      ...(methods === undefined ? {} : { authentication: { methods } }),
      user: { identities: providers.map((provider) => ({ provider })), multifactor: factors },
    },
    {
      access: { deny: () => void done.push('denied') },
      multifactor: { enable: (...how: readonly unknown[]) => void done.push(`factor ${JSON.stringify(how)}`) },
    },
  );
  return done;
}

describe('the sign-in guard', () => {
  it.each(['email', 'sms'])('lets Latchkey check a code by %s, and asks for nothing there', async (by) => {
    expect(await judged({ client: 'BotId', by, factors: ['guardian'] })).toEqual([]);
  });

  it.each(['email', 'sms'])('denies a sign-in to an enrolment by %s', async (by) => {
    for (const back of [callback, change]) expect(await judged({ client: 'BotId', by, back })).toEqual(['denied']);
  });

  it('asks for the second factor of whoever has one where Latchkey checks a password', async () => {
    expect(await judged({ client: 'BotId', by: 'auth0', factors: ['guardian'] })).toEqual([
      'factor ["any",{"allowRememberBrowser":false}]',
    ]);
    expect(await judged({ client: 'BotId', by: 'auth0' })).toEqual([]);
  });

  describe.each([callback, change])('where the browser returns to %s', (back) => {
    const login = { client: 'BotId', by: 'auth0', back };
    const whole = { redirect_uri: back, prompt: 'login', max_age: '0' };
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

    it('lets a sign-in pass that was asked for anew, and made just now', async () => {
      expect(await judged({ ...login, query: whole, methods: [{ name: 'pwd', timestamp: minutesAgo(1) }] })).toEqual(
        [],
      );
      expect(await judged({ ...login, query: { ...whole, max_age: 0 } })).toEqual([]);
    });

    it.each([
      ['without the demand to sign in', { redirect_uri: back, max_age: '0' }],
      ['without the greatest age', { redirect_uri: back, prompt: 'login' }],
      ['with none of both', { redirect_uri: back }],
      ['with another demand', { ...whole, prompt: 'none' }],
      ['with a demand beside it', { ...whole, prompt: ['login', 'none'] }],
      ['with another age', { ...whole, max_age: '86400' }],
    ])('denies one whose address was changed: %s', async (_what, query) => {
      expect(await judged({ ...login, query, factors: ['guardian'] })).toEqual(['denied']);
    });

    it.each([
      ['an old password', () => [{ name: 'pwd', timestamp: minutesAgo(31) }]],
      [
        'an old password and a new second factor',
        () => [
          { name: 'pwd', timestamp: minutesAgo(31) },
          { name: 'mfa', timestamp: minutesAgo(0) },
        ],
      ],
    ])('denies one that stands on %s, whatever the address says', async (_what, methods) => {
      expect(await judged({ ...login, query: whole, methods: methods() })).toEqual(['denied']);
      expect(await judged({ ...login, methods: methods() })).toEqual(['denied']);
    });

    it.each([
      ['nothing', undefined, undefined],
      ['no query of a sign-in', { state: 'of a later step' }, undefined],
      ['no methods', whole, []],
      ['methods without a time', whole, [{ name: 'pwd' }]],
    ])('lets it pass where Auth0 says %s: Latchkey looks at the time itself', async (_what, query, methods) => {
      const said = { ...(query === undefined ? {} : { query }), ...(methods === undefined ? {} : { methods }) };
      expect(await judged({ ...login, ...said })).toEqual([]);
    });
  });

  it('does not look at how old a sign-in to another application is', async () => {
    const methods = [{ name: 'pwd', timestamp: '2020-01-01T00:00:00.000Z' }];
    const query = { redirect_uri: 'https://wiki.acme.example/callback' };
    expect(await judged({ client: 'WikiId', by: 'auth0', query, methods })).toEqual([]);
  });

  it('asks for the second factor of whoever has one, at every enrolment', async () => {
    const login = { client: 'BotId', by: 'auth0', back: callback };
    expect(await judged({ ...login, factors: ['guardian'] })).toEqual([
      'factor ["any",{"allowRememberBrowser":false}]',
    ]);
    expect(await judged({ ...login, factors: [] })).toEqual([]);
    expect(await judged(login)).toEqual([]);
  });

  it.each(['email', 'sms'])('denies an employee who signs in to another application by %s', async (by) => {
    expect(await judged({ client: 'WikiId', by })).toEqual(['denied']);
  });

  it('does not deny one who signs in there by their password', async () => {
    expect(await judged({ client: 'WikiId', by: 'auth0' })).toEqual([]);
  });

  it('does not deny a customer who has nothing but an address, nor an application in the list', async () => {
    expect(await judged({ client: 'WikiId', by: 'email', providers: ['email'] })).toEqual([]);
    expect(await judged({ client: 'ShopId', by: 'email' })).toEqual([]);
  });

  it('knows Latchkey by its name before it has an id', async () => {
    const early = guardCode({ ...options, clientId: undefined });
    expect(await judged({ client: 'BotId', by: 'email' }, early)).toEqual([]);
    expect(await judged({ client: 'BotId', by: 'email', back: callback }, early)).toEqual(['denied']);
    expect(await judged({ client: 'WikiId', by: 'email' }, early)).toEqual(['denied']);
  });

  it('cannot be broken out of by a name', async () => {
    const name = `"};process.exit(1);//$&`;
    const odd = guardCode({ ...options, clientId: undefined, clientName: name });
    expect(await judged({ client: 'WikiId', by: 'email' }, odd)).toEqual(['denied']);
  });
});

describe('the password notice', () => {
  const event = { user: { user_id: 'auth0|1', email: 'jane@acme.example' }, secrets: { WEBHOOK_SECRET: 'the-secret' } };

  it('tells Latchkey of the account and the time, with the secret, in a form that it reads', async () => {
    const taken: { readonly authorization: string | undefined; readonly body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        taken.push({ authorization: request.headers.authorization, body });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await handlerIn(noticeCode(`http://127.0.0.1:${port}`), 'onExecutePostChangePassword')(event);
    expect(taken.map(({ authorization }) => authorization)).toEqual(['Bearer the-secret']);
    expect(taken[0]?.body).not.toContain('jane@');
    const { changes, skipped } = readEntries(taken[0]?.body ?? '');
    expect([changes.map(({ account }) => account), skipped]).toEqual([['auth0|1'], 0]);
  });

  it('does not fail where Latchkey is down', async () => {
    await expect(
      handlerIn(noticeCode('http://127.0.0.1:9'), 'onExecutePostChangePassword')(event),
    ).resolves.toBeUndefined();
  });
});
