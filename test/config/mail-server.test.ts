// SMTP_URL: which mail servers are taken, and which are refused, with what to do.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { describeEnv, isConfigError } from '../../src/config/variables.ts';

const complete = {
  PUBLIC_URL: 'https://latchkey.example.com',
  SECRET_KEYS: randomBytes(32).toString('base64'),
  AUTH0_DOMAIN: 'acme.eu.auth0.com',
  AUTH0_CLIENT_ID: 'c1ientId',
  AUTH0_CLIENT_SECRET: 'planted-client-value',
  SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99a1b2c385a5',
  SLACK_BOT_TOKEN: 'xoxb-1-planted',
};
type Change = Readonly<Record<string, string>>;
const mailOf = (url: string, change: Change = {}) => readConfig({ ...complete, ...change, SMTP_URL: url }).mail;

function refusal(url: string, change: Change = {}): string {
  try {
    mailOf(url, change);
  } catch (error) {
    if (isConfigError(error)) return error.message;
    throw error;
  }
  return 'started';
}

const from = 'from=Latchkey%20%3Cno-reply%40acme.example%3E';
const production = { NODE_ENV: 'production' };

describe('a mail server', () => {
  it('is absent where SMTP_URL is not set', () => {
    expect(readConfig(complete).mail).toBeUndefined();
  });

  it('is reached by TLS from the start with smtps://', () => {
    expect(mailOf(`smtps://mailer:s3cret-Pass@smtp.acme.example:465?${from}`)).toEqual({
      host: 'smtp.acme.example',
      port: 465,
      tls: 'implicit',
      login: { user: 'mailer', password: 's3cret-Pass' },
      sender: { name: 'Latchkey', address: 'no-reply@acme.example' },
    });
  });

  it('is reached by STARTTLS with smtp://', () => {
    expect(mailOf(`smtp://mailer:s3cret-Pass@smtp.acme.example:587?${from}`)).toMatchObject({
      port: 587,
      tls: 'starttls',
    });
  });

  it.each([
    [`smtps://smtp.acme.example?${from}`, { port: 465, tls: 'implicit' }],
    [`smtp://smtp.acme.example/?${from}`, { port: 587, tls: 'starttls' }],
    [`SMTP://10.0.0.7:25?${from}`, { host: '10.0.0.7', port: 25, tls: 'starttls' }],
    [`smtps://[2001:db8::25]:2465?${from}`, { host: '2001:db8::25', port: 2465, tls: 'implicit' }],
  ])('has the usual ports, or another: %s', (url, expected) => {
    expect(mailOf(url)).toMatchObject(expected);
    expect(mailOf(url)).not.toHaveProperty('login');
  });

  it.each(['127.0.0.1', 'localhost', '[::1]'])(
    'without TLS is taken on this machine outside production: %s',
    (host) => {
      expect(mailOf(`smtp://${host}:1025?${from}`)).toMatchObject({ port: 1025, tls: 'none' });
      expect(mailOf(`smtp://${host}:1025?${from}`, production)).toMatchObject({ tls: 'starttls' });
      expect(mailOf(`smtps://${host}:1025?${from}`)).toMatchObject({ tls: 'implicit' });
    },
  );

  it.each(['localhost.acme.example', '127.0.0.1.acme.example', '10.0.0.7', '0.0.0.0'])(
    'without TLS is taken nowhere else: %s',
    (host) => expect(mailOf(`smtp://${host}:1025?${from}`)).toMatchObject({ tls: 'starttls' }),
  );
});

describe('its login', () => {
  it('may be an address, with its @ written out or in percent form', () => {
    for (const user of ['no-reply@acme.example', 'no-reply%40acme.example'])
      expect(mailOf(`smtps://${user}:p4ss-word@smtp.acme.example?${from}`)?.login?.user).toBe('no-reply@acme.example');
  });

  it('may have any character in percent form', () => {
    const password = 'a/b?c#d@e:f%g h+ü';
    const url = `smtps://mailer:${encodeURIComponent(password)}@smtp.acme.example?${from}`;
    expect(mailOf(url)?.login?.password).toBe(password);
  });
});

describe('its sender', () => {
  it.each([
    ['no-reply@acme.example', { address: 'no-reply@acme.example' }],
    ['<no-reply@acme.example>', { address: 'no-reply@acme.example' }],
    ['Latchkey <no-reply@acme.example>', { name: 'Latchkey', address: 'no-reply@acme.example' }],
    ['Latchkey+%3Cno-reply%40acme.example%3E', { name: 'Latchkey', address: 'no-reply@acme.example' }],
    ['"Acme, IT" <no-reply@acme.example>', { name: 'Acme, IT', address: 'no-reply@acme.example' }],
    ['Jörgs%20Büro <it%2Bbot@münchen.example>', { name: 'Jörgs Büro', address: 'it+bot@münchen.example' }],
  ])('is written as an admin would: %s', (written, expected) => {
    expect(mailOf(`smtps://smtp.acme.example?from=${written}`)?.sender).toEqual(expected);
  });
});

describe('refused is an SMTP_URL that', () => {
  const at = (query: string) => `smtps://smtp.acme.example?${query}`;
  const refused: readonly (readonly [url: string, says: string])[] = [
    ['https://smtp.acme.example', 'is no address of a mail server'],
    ['smtp.acme.example:587', 'is no address of a mail server'],
    ['no-reply@acme.example', 'is no address of a mail server'],
    [`smtps:///?${from}`, 'names no host'],
    [`smtps://planted:planted@?${from}`, 'is no address of a mail server'],
    [`smtps://smtp_acme!.example?${from}`, 'names no host'],
    [`smtps://planted:pl/anted@smtp.acme.example?${from}`, 'In the user name and password write every special'],
    [`smtps://planted:12/planted@smtp.acme.example?${from}`, 'In the user name and password write every special'],
    [`smtps://planted:12?planted@smtp.acme.example?${from}`, 'In the user name and password write every special'],
    [`smtps://planted:12#planted@smtp.acme.example?${from}`, 'In the user name and password write every special'],
    [`smtps://planted:50%planted@smtp.acme.example?${from}`, 'has a % that begins no percent form'],
    [`smtps://planted:pl%0D%0Aanted@smtp.acme.example?${from}`, 'has a control character'],
    [`smtps://planted@smtp.acme.example?${from}`, 'has a user name without a password'],
    [`smtps://:planted@smtp.acme.example?${from}`, 'has a password without a user name'],
    [`smtps://planted:change-me@smtp.acme.example?${from}`, 'still holds a placeholder'],
    [`smtps://%3Cuser%3E:planted@smtp.acme.example?${from}`, 'still holds a placeholder'],
    [`smtps://smtp.acme.example:587?${from}`, 'is smtps:// with port 587'],
    [`smtp://smtp.acme.example:465?${from}`, 'is smtp:// with port 465'],
    [`smtp://smtp.acme.example:0?${from}`, 'has port 0'],
    [`smtp://smtp.acme.example:99999?${from}`, 'is no address of a mail server'],
    ['smtps://smtp.acme.example', 'names no sender'],
    [at('from='), 'names no sender'],
    [at(`${from}&${from}`), 'has a sender that is not one mail address'],
    [at('from=planted'), 'has a sender that is not one mail address'],
    [at('from=a@planted.example,b@planted.example'), 'has a sender that is not one mail address'],
    [at('from=a@planted.example%0D%0ABcc:b@planted.example'), 'has a sender that is not one mail address'],
    [at('from=it+bot@planted.example'), 'write a + in it as %2B'],
    [at('from=A%0D%0ABcc:%20b <no-reply@acme.example>'), 'has a sender whose name'],
    [at('from=A%E2%80%AEB <no-reply@acme.example>'), 'has a sender whose name'],
    [at('from=A "B" <no-reply@acme.example>'), 'has a sender whose name'],
    [at(`from=${'A'.repeat(61)} <no-reply@acme.example>`), 'has a sender whose name is longer than 60'],
    [at(`${from}&tls=no`), 'has something other than `from`'],
    [at(`${from}&rejectUnauthorized=false`), 'has something other than `from`'],
    [`smtps://smtp.acme.example?${from}\n`, 'has white space around its value'],
  ];
  it.each(refused)('is %s', (url, says) => {
    const said = refusal(url);
    expect(said).toContain('  SMTP_URL ');
    expect(said).toContain(says);
    expect(said).not.toContain('planted');
  });
});

it('is described for the operator, with an example', () => {
  expect(describeEnv()).toContain('smtps://USER:PASSWORD@HOST:465?from=NAME <ADDRESS>');
});
