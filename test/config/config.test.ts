import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { namesInDoubt } from '../../src/config/installation.ts';
import { chosenSecret, secretKeys, slackSigningSecret } from '../../src/config/parsers.ts';
import { describeEnv, type Environment, isConfigError, unknownSettings } from '../../src/config/variables.ts';

const key = randomBytes(32).toString('base64');
const hookSecret = randomBytes(32).toString('hex');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const complete: Environment = {
  PUBLIC_URL: 'https://latchkey.example.com',
  SECRET_KEYS: key,
  AUTH0_DOMAIN: 'acme.eu.auth0.com',
  AUTH0_CLIENT_ID: 'c1ientId',
  AUTH0_CLIENT_SECRET: 'planted-client-value',
  SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99a1b2c385a5',
  SLACK_BOT_TOKEN: 'xoxb-1-planted',
};

function refusal(env: Environment): string {
  try {
    readConfig(env);
  } catch (error) {
    if (isConfigError(error)) return error.message;
    throw error;
  }
  return 'started';
}
const refusalWith = (change: Environment): string => refusal({ ...complete, ...change });

describe('a complete environment', () => {
  it('gives every default of the contract', () => {
    expect(readConfig(complete)).toEqual({
      isProduction: false,
      listen: { host: '127.0.0.1', port: 3000 },
      publicUrl: 'https://latchkey.example.com',
      database: { kind: 'sqlite', path: './data/latchkey.db' },
      secretKeys: [new Uint8Array(Buffer.from(key, 'base64'))],
      policyFile: { path: './policy.yaml', mustExist: false },
      logLevel: 'info',
      auth0: {
        domain: 'acme.eu.auth0.com',
        issuer: 'https://acme.eu.auth0.com/',
        tenantDomain: 'acme.eu.auth0.com',
        clientId: 'c1ientId',
        clientSecret: 'planted-client-value',
      },
      slack: { signingSecret: '8f742231b10e8888abcd99a1b2c385a5', botToken: 'xoxb-1-planted' },
      trustProxy: [],
    });
  });

  it('names the proxies that are believed', () => {
    const listed = { ...complete, TRUST_PROXY: '127.0.0.1, 10.0.0.0/8,2001:db8::/32' };
    expect(readConfig(listed).trustProxy).toEqual(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32']);
  });

  it('takes every optional setting', () => {
    const second = randomBytes(32).toString('base64');
    const config = readConfig({
      ...complete,
      HOST: '0.0.0.0',
      PORT: '0',
      DATABASE_URL: 'postgres://latchkey:pw@db/latchkey?sslmode=verify-full',
      SECRET_KEYS: `${key}, ${second}`,
      POLICY_FILE: '/etc/latchkey/policy.yaml',
      LOG_LEVEL: 'debug',
      AUTH0_TENANT_DOMAIN: 'Acme.us.auth0.com',
      AUTH0_BASE_URL: 'http://127.0.0.1:4001/',
      SLACK_API_URL: 'http://localhost:4002/api/',
      WEBHOOK_SECRET: hookSecret,
    });
    expect(config).toMatchObject({
      listen: { host: '0.0.0.0', port: 0 },
      database: { kind: 'postgres', url: 'postgres://latchkey:pw@db/latchkey?sslmode=verify-full' },
      policyFile: { path: '/etc/latchkey/policy.yaml', mustExist: true },
      logLevel: 'debug',
      auth0: {
        issuer: 'https://acme.eu.auth0.com/',
        tenantDomain: 'acme.us.auth0.com',
        baseUrl: 'http://127.0.0.1:4001',
      },
      slack: { apiUrl: 'http://localhost:4002/api/' },
      webhookSecret: hookSecret,
    });
    expect(config.secretKeys).toHaveLength(2);
  });

  it('wants the policy file where somebody named it, and in production; the built-in policy has a name of its own', () => {
    const policyFile = (change: Environment) => readConfig({ ...complete, ...change }).policyFile;
    expect(policyFile({ NODE_ENV: 'production' })).toEqual({ path: './policy.yaml', mustExist: true });
    expect(policyFile({ POLICY_FILE: 'mine.yaml' })).toEqual({ path: 'mine.yaml', mustExist: true });
    expect(policyFile({ POLICY_FILE: 'built-in', NODE_ENV: 'production' })).toBe('built-in');
    expect(policyFile({ POLICY_FILE: './built-in' })).toEqual({ path: './built-in', mustExist: true });
  });

  it('takes Teams beside Slack or alone, and wants all of it', () => {
    const teams = {
      TEAMS_APP_ID: '00000000-0000-0000-0000-0000000000aa',
      TEAMS_APP_PASSWORD: 'pass-word-of-the-bot',
      TEAMS_TENANT_ID: '00000000-0000-0000-0000-0000000000bb',
    };
    const more = { TEAMS_SERVICE_URLS: 'http://127.0.0.1:4003/emea/, https://smba.example.com' };
    expect(readConfig({ ...complete, ...teams, ...more }).teams).toMatchObject({
      tenantId: '00000000-0000-0000-0000-0000000000bb',
      serviceUrls: ['http://127.0.0.1:4003', 'https://smba.example.com'],
    });
    const { SLACK_SIGNING_SECRET: _secret, SLACK_BOT_TOKEN: _token, ...withoutSlack } = complete;
    expect(readConfig({ ...withoutSlack, ...teams }).slack).toBeUndefined();
    expect(refusalWith({ ...teams, TEAMS_TENANT_ID: undefined })).toContain(
      'TEAMS_TENANT_ID is not set, but Teams is on',
    );
    expect(refusalWith({ TEAMS_LOGIN_URL: 'https://login.example.com' })).toContain(
      'Teams is off, but TEAMS_LOGIN_URL',
    );
    expect(refusalWith({ ...teams, TEAMS_SERVICE_URLS: 'http://elsewhere.example.com' })).toContain(
      'TEAMS_SERVICE_URLS',
    );
  });

  it('takes ids of Entra’s in either case, as tokens name them', () => {
    const id = '0A0A0A0A-0000-4000-8000-0000000000AA';
    const given = { TEAMS_APP_ID: id, TEAMS_APP_PASSWORD: 'pass-word-of-the-bot', TEAMS_TENANT_ID: id };
    const lower = id.toLowerCase();
    expect(readConfig({ ...complete, ...given }).teams).toMatchObject({ appId: lower, tenantId: lower });
  });

  it('counts an empty variable as not set', () => {
    expect(readConfig({ ...complete, PORT: '', WEBHOOK_SECRET: '', TEAMS_APP_ID: '' }).listen.port).toBe(3000);
    expect(refusalWith({ PUBLIC_URL: '' })).toContain('PUBLIC_URL is not set');
  });

  it('leaves variables alone that are not its own', () => {
    expect(refusalWith({ LATCHKEY_COLOUR: 'blue', PATH: '/bin', SLACK_WHATEVER: 'x' })).toBe('started');
    expect(refusalWith({ NODE_ENV: 'production', NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toBe('started');
  });
});

describe('a doubtful environment stops the start', () => {
  it('names everything that is wrong at once', () => {
    const message = refusal({ PORT: 'http', SLACK_API_URL: 'slack' });
    for (const name of [
      'PORT',
      'PUBLIC_URL',
      'SECRET_KEYS',
      'AUTH0_DOMAIN',
      'AUTH0_CLIENT_ID',
      'AUTH0_CLIENT_SECRET',
      'SLACK_SIGNING_SECRET',
      'SLACK_API_URL',
    ]) {
      expect(message).toMatch(new RegExp(`^ {2}${name} .+\\.$`, 'm'));
    }
    expect(message).toContain('8 settings need attention');
  });

  const refused: readonly (readonly [change: Environment, says: string])[] = [
    [{ PUBLIC_URL: 'latchkey.example.com' }, 'PUBLIC_URL is no web address'],
    [{ PUBLIC_URL: 'https://latchkey.example.com/app' }, 'PUBLIC_URL has a path'],
    [{ PUBLIC_URL: 'https://latchkey.example.com/?a=1' }, 'PUBLIC_URL has a path or query'],
    [{ PUBLIC_URL: 'https://user:pw@latchkey.example.com' }, 'PUBLIC_URL holds a user name'],
    [{ PUBLIC_URL: 'http://latchkey.example.com' }, 'PUBLIC_URL is not https'],
    [{ PUBLIC_URL: 'http://127.0.0.1.example.com' }, 'PUBLIC_URL is not https'],
    [{ PUBLIC_URL: 'http://127.0.0.1:3000', NODE_ENV: 'production' }, 'PUBLIC_URL is not https'],
    [{ PUBLIC_URL: 'ftp://latchkey.example.com' }, 'PUBLIC_URL is no web address'],
    [{ PUBLIC_URL: ' https://latchkey.example.com' }, 'PUBLIC_URL has white space'],
    [{ NODE_ENV: 'Production' }, 'NODE_ENV looks like production'],
    [{ NODE_ENV: 'prod' }, 'NODE_ENV looks like production'],
    [{ PORT: '70000' }, 'PORT is no port'],
    [{ PORT: '3000.5' }, 'PORT is no port'],
    [{ HOST: 'http://0.0.0.0' }, 'HOST is no address'],
    [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL is no log level'],
    [{ LOG_LEVEL: 'silent', NODE_ENV: 'production' }, 'LOG_LEVEL is silent'],
    [{ DATABASE_URL: 'mysql://db' }, 'DATABASE_URL is neither'],
    [{ DATABASE_URL: 'sqlite:' }, 'DATABASE_URL names no file'],
    [{ DATABASE_URL: 'sqlite:///data.db' }, 'DATABASE_URL names no file'],
    [{ DATABASE_URL: 'sqlite::memory:', NODE_ENV: 'production' }, 'DATABASE_URL keeps everything in memory'],
    [{ SECRET_KEYS: Buffer.alloc(32).toString('base64') }, 'SECRET_KEYS is not random'],
    [{ SECRET_KEYS: Buffer.from('abcd'.repeat(8)).toString('base64') }, 'SECRET_KEYS is not random'],
    [{ SECRET_KEYS: Buffer.alloc(32, 0xa7).toString('base64') }, 'SECRET_KEYS is not random: its bytes repeat'],
    [{ SECRET_KEYS: Buffer.alloc(32, randomBytes(16)).toString('base64') }, 'SECRET_KEYS is not random: its bytes'],
    [{ SECRET_KEYS: Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('base64') }, 'SECRET_KEYS is not'],
    [{ SECRET_KEYS: Buffer.alloc(32, 'a').toString('base64') }, 'SECRET_KEYS is not random: its bytes repeat'],
    [{ SECRET_KEYS: Buffer.from('correct horse battery staple 42!').toString('base64') }, 'is a text in base64'],
    [{ SECRET_KEYS: Buffer.from(randomBytes(16).toString('hex')).toString('base64') }, 'SECRET_KEYS is not random'],
    [
      { SECRET_KEYS: Buffer.alloc(32).toString('base64'), PUBLIC_URL: 'http://127.0.0.1:1' },
      'SECRET_KEYS is not random',
    ],
    [{ SECRET_KEYS: `${key},${Buffer.alloc(32, 1).toString('base64')}` }, 'SECRET_KEYS key 2 is not random'],
    [{ SECRET_KEYS: randomBytes(16).toString('base64') }, 'SECRET_KEYS has 16 bytes instead of 32'],
    [{ SECRET_KEYS: `${key},` }, 'SECRET_KEYS key 2 is not base64'],
    [{ SECRET_KEYS: `${key},${key}` }, 'SECRET_KEYS key 2 is the same'],
    [{ SECRET_KEYS: 'not base64!' }, 'SECRET_KEYS is not base64'],
    [{ AUTH0_DOMAIN: 'https://acme.eu.auth0.com/' }, 'AUTH0_DOMAIN is no domain'],
    [{ AUTH0_TENANT_DOMAIN: 'https://acme.eu.auth0.com/' }, 'AUTH0_TENANT_DOMAIN is no domain'],
    [{ AUTH0_BASE_URL: 'http://auth0.example.com' }, 'AUTH0_BASE_URL is not https'],
    [{ AUTH0_BASE_URL: 'https://proxy.example.com/?x' }, 'AUTH0_BASE_URL has a query'],
    [{ AUTH0_CLIENT_SECRET: '<client secret>' }, 'AUTH0_CLIENT_SECRET still holds a placeholder'],
    [{ SLACK_BOT_TOKEN: 'xoxb-...' }, 'SLACK_BOT_TOKEN still holds a placeholder'],
    [{ SLACK_BOT_TOKEN: 'xoxp-1' }, 'SLACK_BOT_TOKEN is a user token'],
    [{ SLACK_BOT_TOKEN: undefined }, 'SLACK_BOT_TOKEN is not set, but Slack is on'],
    [{ SLACK_SIGNING_SECRET: undefined }, 'SLACK_SIGNING_SECRET is not set, so Slack is off, but'],
    [{ SLACK_API_URL: 'https://slack.com/' }, 'SLACK_API_URL does not end in /api/'],
    ...['proxy.example.com', 'true', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.0/', '10.0.0.1,'].map(
      (value) => [{ TRUST_PROXY: value }, 'TRUST_PROXY names something that is no address and no network'] as const,
    ),
    [{ WEBHOOK_SECRET: 'short' }, 'WEBHOOK_SECRET is too easy to guess'],
    [{ WEBHOOK_SECRET: 'aaaaaaaaaaaaaaaa' }, 'WEBHOOK_SECRET is too easy to guess'],
    [{ WEBHOOK_SECRET: 'Tr0ub4dor&3xyzQ-77' }, 'WEBHOOK_SECRET is too easy to guess'],
    [{ WEBHOOK_SECRET: randomBytes(15).toString('hex') }, 'WEBHOOK_SECRET is too easy to guess'],
    [{ WEBHOOK_SECRET: 'a'.repeat(64) }, 'WEBHOOK_SECRET is too easy to guess'],
    [{ WEBHOOK_SECRET: 'hook-secret-1'.repeat(4) }, 'WEBHOOK_SECRET is too easy to guess'],
    [{ WEBHOOK_SECRET: '0123456789abcdefghijklmnopqrstuvwxyz' }, 'WEBHOOK_SECRET is too easy to guess'],
    [{ WEBHOOK_SECRET: randomUUID() }, 'WEBHOOK_SECRET is too easy to guess'],
    [{ WEBHOOK_SECRET: 'PasswordPasswordPassword1' }, 'WEBHOOK_SECRET is too easy to guess'],
    [{ WEBHOOK_SECRET: 'secret1secret2secret3secret4' }, 'WEBHOOK_SECRET is too easy to guess'],
    [{ SECRET_KEYS: base64('a secret of 31 chars and a line\n') }, 'SECRET_KEYS is not random: it is a text'],
    [{ SECRET_KEYS: base64('a text made longer: qwzx'.padEnd(32, '\0')) }, 'SECRET_KEYS is not random'],
    [{ SECRET_KEYS: base64('ein Schlüssel für 30 Zeichen:)') }, 'SECRET_KEYS is not random'],
    [
      { SECRET_KEYS: Buffer.concat([randomBytes(20), Buffer.alloc(12)]).toString('base64') },
      'SECRET_KEYS is not random',
    ],
    [{ SLACK_SIGNING_SECRET: '0'.repeat(32) }, 'SLACK_SIGNING_SECRET is none of Slack’s'],
    [{ SLACK_SIGNING_SECRET: 'deadbeef'.repeat(4) }, 'SLACK_SIGNING_SECRET is none of Slack’s'],
    [{ SLACK_SIGNING_SECRET: '0123456789abcdef'.repeat(2) }, 'SLACK_SIGNING_SECRET is none of Slack’s'],
    [{ DATABASE_URL: 'sqlite:file:./latchkey.db' }, 'DATABASE_URL has `file:` in its path'],
    [{ DATABASE_URL: 'sqlite:FILE:latchkey.db?mode=memory' }, 'DATABASE_URL has `file:` in its path'],
    [{ WEBHOOK_SECRET: 'line\nbreak-in-it' }, 'WEBHOOK_SECRET holds a line break'],
    [{ SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a' }, 'SLACK_SIGNING_SECRET is no signing secret'],
    [{ SLACK_SIGNING_SECRET: '8F742231B10E8888ABCD99A1B2C385A5' }, 'SLACK_SIGNING_SECRET is no signing secret'],
    [{ SLACK_SIGNING_SECRET: 'signing-secret-of-acme' }, 'SLACK_SIGNING_SECRET is no signing secret'],
    [{ SLACK_BOT_TOKEN: 'xoxb\u20131\u2013planted' }, 'SLACK_BOT_TOKEN holds a character that is in none of them'],
    [{ DATABASE_URL: 'postgres://u:p@db.acme.example/l' }, 'DATABASE_URL leads to another machine without TLS'],
    [
      { DATABASE_URL: 'postgres://u:p@10.0.0.7/l?sslmode=disable' },
      'DATABASE_URL leads to another machine without TLS',
    ],
    [{ DATABASE_URL: 'postgres://u:p@db/l?sslmode=prefer' }, 'DATABASE_URL leads to another machine without TLS'],
    [{ DATABASE_URL: 'postgres://u:p@db/l?sslmode=no-verify' }, 'DATABASE_URL leads to another machine without TLS'],
    [{ DATABASE_URL: 'postgres://u:p@db/l?sslmode=require&sslmode=disable' }, 'DATABASE_URL leads to another machine'],
    [{ DATABASE_URL: 'postgres://u:p@db/l?ssl=true' }, 'DATABASE_URL leads to another machine without TLS'],
    [{ DATABASE_URL: 'postgres://u:p@db/l?sslmode=require&uselibpqcompat=true' }, 'DATABASE_URL says `ssl` or'],
    [{ DATABASE_URL: 'postgres://localhost/l?host=db.acme.example' }, 'DATABASE_URL leads to another machine'],
    [{ DATABASE_URL: 'postgres:///l' }, 'DATABASE_URL names no host'],
    [{ NODE_ENV: 'production', NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'NODE_TLS_REJECT_UNAUTHORIZED is 0'],
  ];
  for (const [change, says] of refused) {
    it(`${says}…`, () => {
      expect(refusalWith(change)).toContain(says);
    });
  }

  it('in any variable: quotation marks and what cannot be seen', () => {
    const names = Object.keys(complete).concat(
      'PORT',
      'HOST',
      'POLICY_FILE',
      'WEBHOOK_SECRET',
      'DATABASE_URL',
      'NODE_ENV',
    );
    const around = [
      '"?"',
      "'?'",
      '`?`',
      '"?',
      '?"',
      '\u201c?\u201d',
      '\u201e?\u201c',
      '\u00ab?\u00bb',
      '\u2018?\u2019',
    ];
    const hidden = [
      '\ufeff?',
      '?\ufeff',
      '\u200b?',
      '?\u200d',
      '?\u00a0',
      '\u00a0?',
      '?\u00ad',
      '?\u2060',
      '?\u202e',
      '?\u0007',
    ];
    const inside = ['\u200b', '\u00a0', '\u00ad', '\u2060', '\ufeff', '\u0085', '\u3000', '\u3164', '\ufffd', '\ufe0f'];
    const spaced = [' ?', '? ', '?\n', '?\r\n', '\t?', '\u3000?'];
    for (const name of names) {
      const value = complete[name] ?? 'production';
      for (const way of [...around, ...hidden, ...spaced])
        expect(refusalWith({ [name]: way.replace('?', value) }), `${name} ${JSON.stringify(way)}`).toContain(
          `${name} h`,
        );
      for (const letter of inside)
        expect(refusalWith({ [name]: `${value.slice(0, 3)}${letter}${value.slice(3)}` }), name).toContain(`${name} h`);
    }
  });

  it('not for what is only unusual: spaces and signs inside of a path, a password in an address', () => {
    const config = readConfig({
      ...complete,
      POLICY_FILE: "/srv/Müller & Söhne/it's the policy.yaml",
      DATABASE_URL: "postgres://u:p'%22x@db/l?sslmode=require",
      LOG_LEVEL: 'silent',
    });
    expect(config.policyFile).toMatchObject({ path: "/srv/Müller & Söhne/it's the policy.yaml" });
    for (const url of [
      'postgres://u:p@localhost/l',
      'postgres://u:p@127.0.0.1:5433/l?sslmode=disable',
      'postgres://u:p@[::1]/l',
      'postgres:///l?host=/var/run/postgresql',
      'postgres://%2Fvar%2Frun%2Fpostgresql/l',
      'postgresql://u:p@db/l?sslmode=verify-ca&sslrootcert=/etc/ca.pem',
    ])
      expect(readConfig({ ...complete, DATABASE_URL: url }).database).toEqual({ kind: 'postgres', url });
  });

  it('never for a secret that was made as the message says', () => {
    const [webhook, keys, signing] = [chosenSecret(''), secretKeys, slackSigningSecret('')];
    for (let n = 0; n < 5_000; n += 1) {
      for (const bytes of [16, 32]) expect(webhook.safeParse(randomBytes(bytes).toString('hex')).error).toBeUndefined();
      // 16 bytes in base64 are left out: about one in a hundred thousand has letters of one case only, and would be
      // judged weaker than it is.
      for (const bytes of [20, 32])
        expect(webhook.safeParse(randomBytes(bytes).toString('base64url')).error).toBeUndefined();
      expect(keys.safeParse(randomBytes(32).toString('base64')).error).toBeUndefined();
      expect(signing.safeParse('8f742231b10e8888abcd99yyyzzz85a5').error).toBeUndefined();
      expect(signing.safeParse(randomBytes(16).toString('hex')).error).toBeUndefined();
    }
  });

  it('accepts http on loopback outside production', () => {
    for (const url of ['http://127.0.0.1:3000', 'http://localhost:1', 'http://[::1]:3000'])
      expect(readConfig({ ...complete, PUBLIC_URL: url }).publicUrl).toBe(url);
  });

  it('never repeats a value, which may be a secret in the wrong variable', () => {
    const planted = 'pl4nted-s3cret value';
    const all = Object.fromEntries(
      describeEnv()
        .split('\n')
        .map((line) => /^([A-Z0-9_]+) {2}/.exec(line)?.[1])
        .filter((name) => name !== undefined)
        .map((name) => [name, ` ${planted}`]),
    );
    expect(Object.keys(all)).toHaveLength(31);
    expect(refusal(all)).not.toContain('pl4nted');
    expect(refusalWith({ SECRET_KEYS: key.slice(1) })).not.toContain(key.slice(2, 20));
  });
});

it('a variable that looks like a setting and is none is named, with the name that was perhaps meant', () => {
  const strange = {
    AUTH0_CLIENT_SECRETS: 'planted',
    SLACK_SIGNINGSECRET: 'planted',
    TEAMS_TENNANT_ID: '',
    LATCHKEY_COLOUR: 'blue',
    AUTH0_SOMETHING_ELSE_ENTIRELY: 'x',
    PATH: '/bin',
    MY_SLACK_BOT_TOKEN: 'x',
  };
  expect(unknownSettings({ ...complete, ...strange })).toEqual([
    { variable: 'AUTH0_CLIENT_SECRETS', nearest: 'AUTH0_CLIENT_SECRET' },
    { variable: 'SLACK_SIGNINGSECRET', nearest: 'SLACK_SIGNING_SECRET' },
    { variable: 'TEAMS_TENNANT_ID', nearest: 'TEAMS_TENANT_ID' },
    { variable: 'LATCHKEY_COLOUR' },
    { variable: 'AUTH0_SOMETHING_ELSE_ENTIRELY' },
  ]);
  expect(unknownSettings(complete)).toEqual([]);
});

/** Each setting of the contract whose part is not built yet. */
const ofLater: Environment = {
  SLACK_CLIENT_ID: '1.2',
  SLACK_CLIENT_SECRET: '"planted"',
  SLACK_APP_TOKEN: 'xapp-1-planted',
};

describe.each(Object.entries(ofLater))('%s, which this version does not use', (variable, value) => {
  it('does not stop the start, and is said to have no effect', () => {
    expect(refusalWith({ [variable]: value })).toBe('started');
    const [said, ...more] = namesInDoubt({ ...complete, [variable]: value });
    expect(more).toEqual([]);
    expect(said).toMatch(new RegExp(`^${variable} is not used by this version, and has no effect\\.`));
    expect(said).not.toContain('planted');
    expect(describeEnv()).toMatch(new RegExp(`^${variable} +for .*; not used by this version$`, 'm'));
  });

  it('is not spoken of where it is empty or not set', () => {
    expect(namesInDoubt({ ...complete, [variable]: '' })).toEqual([]);
    expect(namesInDoubt(complete)).toEqual([]);
  });
});

it('the help names every variable with meaning, default and need', () => {
  const help = describeEnv();
  expect(help).toMatch(/^PUBLIC_URL {2,}\S.*\[required\]$/m);
  expect(help).toMatch(/^PORT {2,}\S.*\[default 3000\]$/m);
  expect(help).toMatch(/^TEAMS_APP_ID .*turns Teams on/m);
  expect(help).not.toContain('undefined');
});
