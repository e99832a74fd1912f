// What the files for the deploy tool list, which replaces whatever it is given: what Latchkey needs, and all that was there.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { codeMail, codeText } from '../../manifest/auth0/mails.ts';
import type { SeenAction, SeenStream, SeenTenant } from '../../manifest/auth0/seen.ts';
import { planTenant } from '../../manifest/auth0/tenant-plan.ts';
import { neededScopes } from '../../src/auth0/application.ts';
import { type Endpoint, endpoints, looks } from '../../src/auth0/endpoints.ts';
import { lookScopes, scopeReasons } from '../../src/auth0/scopes.ts';
import { deployScopes } from './deployed-tenant.ts';
import { action, fileIn, grown, installation, plan, stream } from './seen-tenant.ts';

const linesOf = (written: ReturnType<typeof plan>, what: string) =>
  written.parts.find((part) => part.what.includes(what))?.lines;

describe('the application', () => {
  it('gets exactly the grants and callbacks, and what is taken from it is said', () => {
    const written = plan();
    expect(fileIn(written, 'clients/Latchkey.json')).toMatchObject({
      name: 'Latchkey',
      grant_types: ['client_credentials', 'authorization_code', 'http://auth0.com/oauth/grant-type/passwordless/otp'],
      callbacks: ['https://latchkey.acme.example/enrol/callback', 'https://latchkey.acme.example/change/callback'],
    });
    expect(linesOf(written, 'application')).toEqual(
      expect.arrayContaining([
        'grant_types: adds "authorization_code", "http://auth0.com/oauth/grant-type/passwordless/otp"',
        'grant_types: REMOVES "password"',
        'callbacks: REMOVES "https://old.acme.example/callback"',
      ]),
    );
  });

  it('gets the grant for old passwords only where the policy lets people type them here', () => {
    const { files } = planTenant({ ...installation, checksPasswords: true }, grown);
    expect(JSON.parse(files.get('clients/Latchkey.json') ?? '')).toMatchObject({
      grant_types: [
        ...['client_credentials', 'authorization_code', 'http://auth0.com/oauth/grant-type/passwordless/otp'],
        'http://auth0.com/oauth/grant-type/password-realm',
      ],
    });
  });

  it('keeps its metadata and the rest of its token settings', () => {
    expect(fileIn(plan(), 'clients/Latchkey.json')).toMatchObject({
      client_metadata: { owner: 'it' },
      jwt_configuration: { alg: 'RS256', lifetime_in_seconds: 36_000 },
    });
  });

  const ofCalls = (calls: Readonly<Record<string, Endpoint>>): readonly string[] =>
    Object.values(calls).flatMap(({ scopes }) => scopes);
  const scopesIn = (written: ReturnType<typeof plan>): readonly string[] =>
    z.object({ scope: z.array(z.string()) }).parse(fileIn(written, 'grants/latchkey.json')).scope;

  it('gets exactly the scopes of the calls that the product makes, and of those with which the doctor looks', () => {
    const file = fileIn(plan(), 'grants/latchkey.json');
    expect(file).toMatchObject({ audience: 'https://acme.eu.auth0.com/api/v2/', client_id: 'Latchkey' });
    const wanted = [...ofCalls(endpoints), ...ofCalls(looks), 'read:connections_options'];
    expect(new Set(scopesIn(plan()))).toEqual(new Set(wanted));
    expect(scopesIn(plan())).toHaveLength(new Set(wanted).size);
    expect(linesOf(plan(), 'scopes')).toContain('scope: REMOVES "delete:tenants"');
  });

  it('keeps the scopes for looking that it has', () => {
    const grantScope = { is: 'seen', value: [...neededScopes, ...lookScopes] } as const;
    expect(linesOf(plan({ grantScope }), 'scopes')).toEqual([]);
    expect(linesOf(plan({ grantScope: { is: 'seen', value: neededScopes } }), 'scopes')).toEqual([
      `scope: adds ${lookScopes.map((scope) => `"${scope}"`).join(', ')}`,
    ]);
  });

  it('gets none for looking where the operator wants the fewest', () => {
    expect(new Set(scopesIn(plan({}, { hasFewestScopes: true })))).toEqual(new Set(ofCalls(endpoints)));
    const grantScope = { is: 'seen', value: [...neededScopes, 'read:clients'] } as const;
    expect(linesOf(plan({ grantScope }, { hasFewestScopes: true }), 'scopes')).toEqual([
      'scope: REMOVES "read:clients"',
    ]);
  });

  it('has a reason for each scope, and none for another; those for looking can only read', () => {
    expect(Object.keys(scopeReasons).sort()).toEqual([...neededScopes, ...lookScopes].sort());
    expect(lookScopes.filter((scope) => !/^read:(?!users|logs|client_keys|client_credentials)/.test(scope))).toEqual(
      [],
    );
  });

  it('has in the installation page the same scopes, each with its reason; the page names those of the deploying one, too', () => {
    const page = readFileSync(new URL('../../docs/installing.md', import.meta.url), 'utf8');
    const namedIn = (part: string) =>
      [...part.matchAll(/^ *\| (`[a-z_]+:[a-z_]+`(?:, `[a-z_]+:[a-z_]+`)*) \|/gm)]
        .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope))
        .sort();
    // After it come those with which the doctor looks.
    const [needed = '', forLooking = ''] = page.split('To see everything at Auth0');
    expect(namedIn(needed)).toEqual(neededScopes);
    expect(namedIn(forLooking)).toEqual(lookScopes);
    for (const scope of deployScopes) expect(page).toContain(scope);
  });

  it('is called as it is called in the tenant', () => {
    const written = plan({}, { clientName: 'Reset bot/IT' });
    expect(fileIn(written, 'clients/Reset bot-IT.json')).toMatchObject({ name: 'Reset bot/IT' });
    expect(fileIn(written, 'grants/latchkey.json')).toMatchObject({ client_id: 'Reset bot/IT' });
  });
});

describe('a connection for codes', () => {
  it('keeps every application that may use it, by its id, and adds ours', () => {
    expect(fileIn(plan(), 'connections/email.json')).toMatchObject({ enabled_clients: ['ShopId', 'BotId'] });
    expect(fileIn(plan(), 'connections/sms.json')).toMatchObject({ enabled_clients: ['BotId'] });
  });

  it('names ours by its name while it has no id', () => {
    expect(fileIn(plan({ client: undefined }), 'connections/email.json')).toMatchObject({
      enabled_clients: ['ShopId', 'Latchkey'],
    });
  });

  it('warns of each application that people can also sign in to by a code', () => {
    expect(plan().warnings.join()).toContain('“Shop”');
  });

  it('keeps its options, its text and its longer codes; a code that lives too long is shortened', () => {
    const written = plan();
    expect(fileIn(written, 'connections/email.json')).toMatchObject({
      options: {
        auth_params: { a: 'b' },
        totp: { length: 8, time_step: 180 },
        email: { from: 'it@acme.example', subject: 'Acme code', body: './email.html' },
      },
    });
    expect(written.files.get('connections/email.html')).toBe('<p>{{ code }}, greetings from Acme</p>');
    expect(linesOf(written, '“email”')).toContain('options.totp.time_step: 900 → 180');
  });

  it.each([
    [
      { length: 4, time_step: 300 },
      { length: 6, time_step: 300 },
    ],
    [
      { length: 6, time_step: 600 },
      { length: 6, time_step: 600 },
    ],
    [
      { length: 6, time_step: 601 },
      { length: 6, time_step: 180 },
    ],
    [undefined, { length: 6, time_step: 180 }],
  ])('has codes of six digits at least and ten minutes at most: %j', (before, after) => {
    const connections = {
      email: undefined,
      sms: { id: 'con_2', name: 'sms', isDomainConnection: false, options: { totp: before }, clients: [] },
    };
    const written = plan({ connections: { is: 'seen', value: connections } });
    expect(fileIn(written, 'connections/sms.json')).toMatchObject({ options: { totp: after } });
  });

  it('that is new gets our text, the sender of the tenant’s provider, and no sign-up', () => {
    const written = plan({ connections: { is: 'seen', value: { email: undefined, sms: undefined } } });
    expect(fileIn(written, 'connections/email.json')).toMatchObject({
      options: {
        name: 'email',
        brute_force_protection: true,
        disable_signup: true,
        email: { from: 'no-reply@acme.example' },
      },
    });
    expect(written.files.get('connections/email.html')).toBe(codeMail.body);
  });

  it('gets our text where the operator wants it', () => {
    const written = plan({}, { replacesMailText: true });
    expect(written.files.get('connections/email.html')).toBe(codeMail.body);
    expect(fileIn(written, 'connections/email.json')).toMatchObject({
      options: { email: { from: 'it@acme.example' } },
    });
  });

  it('names in our text the action, who asked, and that nobody will ask for the code', () => {
    for (const word of [
      'reset a password',
      'unlock an account',
      'application.name',
      'tenant.friendly_name',
      'will ever ask',
      '{{ code }}',
    ]) {
      expect(codeMail.body).toContain(word);
    }
  });

  it('names them in our text message too, which is read before it is opened and fits into one', () => {
    const connections = { is: 'seen', value: { email: undefined, sms: undefined } } as const;
    expect(fileIn(plan({ connections }), 'connections/sms.json')).toMatchObject({
      options: { template: codeText, syntax: 'liquid' },
    });
    for (const word of ['reset a password', 'unlock an account', 'add this number', 'will ever ask'])
      expect(codeText).toContain(word);
    const sent = codeText.replace('{{ code }}', '123456').replace('{{ application.name }}', 'Latchkey');
    expect(sent).toMatch(/^123456 is your code for Latchkey/);
    // Characters of the alphabet of text messages (GSM 03.38): 160 of them are one message.
    expect(sent).toMatch(/^[\w .,:;?!'()-]{1,160}$/);
  });

  it('whose options hold a secret is not written into a file: only its applications are', () => {
    const sms = {
      id: 'con_2',
      isDomainConnection: false,
      name: 'sms',
      options: { twilio_token: 'very-secret', totp: { length: 6, time_step: 180 } },
      clients: ['ShopId'],
    };
    const written = plan({ connections: { is: 'seen', value: { email: undefined, sms } } });
    expect(fileIn(written, 'connections/sms.json')).toEqual({
      name: 'sms',
      strategy: 'sms',
      enabled_clients: ['ShopId', 'BotId'],
      is_domain_connection: false,
    });
    expect([...written.files.values()].join()).not.toContain('very-secret');
    expect(written.steps.join()).not.toContain('sms');
  });

  it('of that kind with short codes is left to the operator’s hand', () => {
    const sms = {
      id: 'con_2',
      isDomainConnection: false,
      name: 'sms',
      options: { gateway_authentication: { secret: 'very-secret' }, totp: { length: 4 } },
      clients: [],
    };
    const written = plan({ connections: { is: 'seen', value: { email: undefined, sms } } });
    expect(written.steps.join()).toContain('“sms”: left out, because they hold a secret');
  });

  it('of that kind is left to the operator’s hand, too, if nothing would be left to write: the tool would stop', () => {
    const sms = {
      id: 'con_2',
      name: 'sms',
      isDomainConnection: undefined,
      options: { twilio_token: 'x' },
      clients: [],
    };
    const written = plan({ connections: { is: 'seen', value: { email: undefined, sms } } });
    expect(fileIn(written, 'connections/sms.json')).toBeUndefined();
    expect(written.steps.join()).toContain('“sms”: left out, because its options hold a secret');
  });

  it('whose options cannot be seen is left out: they would all be lost', () => {
    const email = { id: 'con_1', name: 'email', isDomainConnection: false, options: undefined, clients: [] };
    const written = plan({ connections: { is: 'seen', value: { email, sms: undefined } } });
    expect(fileIn(written, 'connections/email.json')).toBeUndefined();
    expect(written.steps.join()).toContain('read:connections_options');
  });

  it.each(['##TOKEN##', '@@LIST@@'])('whose text has %s, which the tool would replace, is left out', (body) => {
    const email = { id: 'con_1', name: 'email', isDomainConnection: false, options: { email: { body } }, clients: [] };
    const written = plan({ connections: { is: 'seen', value: { email, sms: undefined } } });
    expect(fileIn(written, 'connections/email.json')).toBeUndefined();
    expect(written.steps.join()).toContain('keyword');
  });

  it('for text messages is left out where nobody could send one', () => {
    const connections = { is: 'seen', value: { email: undefined, sms: undefined } } as const;
    const written = plan({ connections, phoneProvider: { is: 'seen', value: false } });
    expect(fileIn(written, 'connections/sms.json')).toBeUndefined();
    expect(written.steps.join()).toContain('no phone provider');
  });
});

describe('attack protection', () => {
  it('keeps mode, allow list and what shields there are, and gets a threshold that a day’s wrong codes do not reach', () => {
    expect(fileIn(plan(), 'attack-protection/brute-force-protection.json')).toEqual({
      enabled: true,
      shields: ['user_notification', 'block'],
      mode: 'count_per_identifier',
      allowlist: ['192.0.2.1'],
      max_attempts: 11,
    });
  });

  it('keeps a higher threshold', () => {
    const { value } = grown.protection.is === 'seen' ? grown.protection : { value: undefined };
    const force = { ...value?.['brute-force-protection'], max_attempts: 50 };
    const protection = {
      'breached-password-detection': {},
      'suspicious-ip-throttling': {},
      'brute-force-protection': force,
    };
    const written = plan({ protection: { is: 'seen', value: protection } });
    expect(fileIn(written, 'attack-protection/brute-force-protection.json')).toMatchObject({ max_attempts: 50 });
  });

  it('writes the two others, without which the tool stops, as they are', () => {
    expect(fileIn(plan(), 'attack-protection/breached-password-detection.json')).toEqual({
      enabled: true,
      shields: ['block'],
    });
    expect(fileIn(plan(), 'attack-protection/suspicious-ip-throttling.json')).toEqual({ enabled: false, shields: [] });
  });
});

describe('what no file can do is said:', () => {
  const steps = (...about: Parameters<typeof plan>) => plan(...about).steps.join('\n');

  it('the allow list of suspicious-IP throttling, while it is empty', () => {
    if (grown.protection.is !== 'seen') throw new Error('not seen');
    const { value } = grown.protection;
    const at = (throttling: Readonly<Record<string, unknown>>) =>
      steps({ protection: { is: 'seen', value: { ...value, 'suspicious-ip-throttling': throttling } } });
    expect(at({ enabled: true, allowlist: [] })).toContain('put it on the allow list');
    expect(at({ enabled: true, allowlist: ['192.0.2.7'] })).not.toContain('put it on the allow list');
    expect(at({ enabled: false, allowlist: [] })).not.toContain('put it on the allow list');
  });
});

describe('Actions', () => {
  it('of others stay bound, in their order, before ours', () => {
    expect(fileIn(plan(), 'triggers/triggers.json')).toEqual({
      'post-login': [
        { action_name: 'Adds roles', display_name: 'Roles' },
        { action_name: 'Counts', display_name: 'Counts' },
        { action_name: 'Latchkey sign-in guard', display_name: 'Latchkey sign-in guard' },
      ],
      'post-change-password': [
        { action_name: 'Tells the SIEM', display_name: 'SIEM' },
        { action_name: 'Latchkey password notice', display_name: 'Latchkey password notice' },
      ],
    });
  });

  it('of ours keep the place that an administrator gave them', () => {
    const guard = { action: 'Latchkey sign-in guard', displayName: 'Guard' };
    const other = { action: 'Counts', displayName: 'Counts' };
    const bindings = { 'post-login': [guard, other], 'post-change-password': [] };
    expect(fileIn(plan({ bindings: { is: 'seen', value: bindings } }), 'triggers/triggers.json')).toMatchObject({
      'post-login': [
        { action_name: 'Latchkey sign-in guard', display_name: 'Guard' },
        { action_name: 'Counts', display_name: 'Counts' },
      ],
    });
  });

  it('are not bound where the bindings cannot be seen: those of others would be lost', () => {
    const written = plan({ bindings: { is: 'unseen', why: 'the scope is missing' } });
    expect(fileIn(written, 'triggers/triggers.json')).toBeUndefined();
    expect(written.steps.join()).toContain('“Latchkey sign-in guard” to post-login');
  });

  it('are not bound where twenty run already', () => {
    const many = Array.from({ length: 20 }, (_each, nth) => ({ action: `A${nth}`, displayName: `A${nth}` }));
    const written = plan({ bindings: { is: 'seen', value: { 'post-login': many, 'post-change-password': [] } } });
    expect(Object.keys(Object(fileIn(written, 'triggers/triggers.json')))).toEqual(['post-change-password']);
    expect(written.steps.join()).toContain('20 Actions');
  });

  it('of one name that the tool would take for a keyword are not bound', () => {
    const odd = [{ action: '##ROLES##', displayName: 'Roles' }];
    const written = plan({ bindings: { is: 'seen', value: { 'post-login': odd, 'post-change-password': [] } } });
    expect(fileIn(written, 'triggers/triggers.json')).toBeUndefined();
  });

  it('name the hook’s secret by a keyword, and are left out where there is none', () => {
    expect(fileIn(plan(), 'actions/Latchkey password notice.json')).toMatchObject({
      deployed: true,
      secrets: [{ name: 'WEBHOOK_SECRET', value: '##LATCHKEY_WEBHOOK_SECRET##' }],
    });
    const without = plan({}, { hasHook: false });
    expect(fileIn(without, 'actions/Latchkey password notice.json')).toBeUndefined();
    expect(Object.keys(Object(fileIn(without, 'triggers/triggers.json')))).toEqual(['post-login']);
    expect(without.streamFiles.size).toBe(0);
  });
});

describe('what is said of our Actions in the tenant', () => {
  const noticeOf = (changes: Partial<SeenAction> = {}) => {
    const code = plan().files.get('actions/Latchkey password notice/code.js') ?? '';
    const triggers = [{ id: 'post-change-password', version: 'v2' }];
    const there = action(code, { triggers, secrets: ['WEBHOOK_SECRET'], ...changes });
    const written = plan({ actions: { is: 'seen', value: new Map([['Latchkey password notice', there]]) } });
    return written.parts.find(({ what }) => what === 'Action “Latchkey password notice”');
  };

  it('is that they stay where nothing differs, and that a secret cannot be compared', () => {
    expect(noticeOf()).toMatchObject({ is: 'seen', lines: [], note: expect.stringContaining('WEBHOOK_SECRET') });
  });

  it.each<readonly [string, Partial<SeenAction>, string]>([
    ['the code', { code: '// older' }, 'code: changed'],
    ['the runtime', { runtime: 'node18' }, 'runtime: "node18" → "node22"'],
    [
      'a module',
      { dependencies: [{ name: 'axios', version: '1.7.2' }] },
      'dependencies: REMOVES {"name":"axios","version":"1.7.2"}',
    ],
    ['a secret that is missing', { secrets: [] }, 'secrets: adds "WEBHOOK_SECRET"'],
    ['a further secret', { secrets: ['WEBHOOK_SECRET', 'THEIRS'] }, 'secrets: REMOVES "THEIRS"'],
    ['what is not deployed', { isDeployed: false }, 'deployed: false → true'],
  ])('is what changes: %s', (_what, changes, line) => expect(noticeOf(changes)?.lines).toEqual([line]));

  it('says nothing of what Auth0 does not show', () => {
    const silent = { runtime: undefined, dependencies: undefined, secrets: undefined, isDeployed: undefined };
    expect(noticeOf({ ...silent, triggers: undefined })?.lines).toEqual([]);
  });
});

describe('the connections of the employees', () => {
  const stepsWith = (employees: SeenTenant['employees'], about: Partial<typeof installation> = {}) =>
    plan({ employees }, about).steps.filter((step) => step.includes('sign in to add a contact'));

  it('are left alone, and where one is off for the application the step by hand names it', () => {
    const both = [
      { name: 'CorpUsers', isOn: true },
      { name: 'CorpAD', isOn: false },
    ];
    expect(stepsWith({ is: 'seen', value: both })).toEqual([
      expect.stringMatching(/“CorpAD” → Applications: turn on “Latchkey”/),
    ]);
    expect([...plan().files.keys()].filter((path) => /database|CorpUsers/.test(path))).toEqual([]);
  });

  it('that are all on leave nothing to do', () =>
    expect(stepsWith({ is: 'seen', value: [{ name: 'CorpUsers', isOn: true }] })).toEqual([]));

  it.each([
    [['CorpUsers'], '“CorpUsers”'],
    [undefined, 'the employees’ connection'],
  ])('that cannot be seen are named as the policy does: %j', (connections, named) => {
    const step = expect.stringContaining(`${named} → Applications: turn on “Latchkey”`);
    expect(stepsWith({ is: 'unseen', why: 'the scope is missing' }, { connections })).toEqual([step]);
    expect(planTenant({ ...installation, connections }, undefined).steps).toContainEqual(step);
  });

  it('that the policy names and the tenant does not have are warned of', () => {
    const written = plan({ employees: { is: 'seen', value: [] } });
    expect(written.warnings.join()).toContain('The policy names “CorpUsers”, which the tenant does not have');
  });
});

describe('the guard’s list of applications', () => {
  const listIn = (written: ReturnType<typeof plan>): string =>
    /mayUseCodes = (.*);/.exec(written.files.get('actions/Latchkey sign-in guard/code.js') ?? '')?.[1] ?? '';

  it('begins with those that people can sign in to by a code today', () => expect(listIn(plan())).toBe('["ShopId"]'));

  it('is kept as an administrator has edited it', () => {
    const code = 'const mayUseCodes = ["WikiId"];\n';
    expect(listIn(plan({ actions: { is: 'seen', value: new Map([['Latchkey sign-in guard', action(code)]]) } }))).toBe(
      '["WikiId"]',
    );
    const none = 'const mayUseCodes = [];\n';
    expect(listIn(plan({ actions: { is: 'seen', value: new Map([['Latchkey sign-in guard', action(none)]]) } }))).toBe(
      '[]',
    );
  });
});

describe('the mail of “Forgot password?”', () => {
  it('keeps text and sender, and its link lives no longer than one of ours', () => {
    expect(fileIn(plan(), 'emails/reset_email.json')).toMatchObject({
      from: 'x@acme.example',
      urlLifetimeInSeconds: 600,
    });
    expect(plan().files.get('emails/reset_email.html')).toBe('<p>Acme</p>');
    expect(linesOf(plan(), 'Forgot')).toEqual(['urlLifetimeInSeconds: 432000 → 600']);
  });

  it('keeps a shorter life', () => {
    const resetMail = { is: 'seen', value: { template: 'reset_email', body: 'x', urlLifetimeInSeconds: 300 } } as const;
    expect(fileIn(plan({ resetMail }), 'emails/reset_email.json')).toMatchObject({ urlLifetimeInSeconds: 300 });
  });

  it('gets our text where the tenant’s has none, and that is said', () => {
    const resetMail = {
      is: 'seen',
      value: { template: 'reset_email', body: null, urlLifetimeInSeconds: 300 },
    } as const;
    const written = plan({ resetMail });
    expect(linesOf(written, 'Forgot')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^body: null → a text of/)]),
    );
    expect(fileIn(written, 'emails/reset_email.json')).toMatchObject({ body: './reset_email.html' });
  });

  it('is left out where the tenant has neither a text nor a sender', () => {
    const nothing = { is: 'seen', value: undefined } as const;
    const written = plan({ resetMail: nothing, mailFrom: nothing });
    expect(fileIn(written, 'emails/reset_email.json')).toBeUndefined();
    expect(written.steps.join()).toContain('600 seconds');
  });
});

describe('the log stream', () => {
  it('stands apart, so that a plan without streams stops nothing else', () => {
    const written = plan();
    expect([...written.streamFiles.keys()]).toEqual(['log-streams/Latchkey.json']);
    expect([...written.files.keys()].filter((path) => path.includes('stream'))).toEqual([]);
    expect(fileIn(written, 'log-streams/Latchkey.json')).toMatchObject({
      sink: {
        httpEndpoint: 'https://latchkey.acme.example/hooks/auth0',
        httpAuthorization: 'Bearer ##LATCHKEY_WEBHOOK_SECRET##',
      },
    });
  });

  it('is not made twice where one leads to us already', () => {
    const written = plan({ streams: { is: 'seen', value: [stream({ name: 'Passwords' })] } });
    expect(written.streamFiles.size).toBe(0);
    expect(linesOf(written, '“Passwords”, which leads here already')).toEqual([]);
  });

  const streamLines = (changes: Partial<SeenStream>) =>
    linesOf(plan({ streams: { is: 'seen', value: [stream(changes)] } }), 'log stream');

  it('that is as it should be stays as it is', () => expect(streamLines({})).toEqual([]));

  it.each<readonly [string, Partial<SeenStream>, string]>([
    [
      'leads elsewhere, of which only the host is shown',
      { endpoint: 'https://siem.acme.example/in?token=secret-of-theirs' },
      'sink.httpEndpoint: "elsewhere, at siem.acme.example" → "https://latchkey.acme.example/hooks/auth0"',
    ],
    ['has another token', { token: 'other' }, 'sink.httpAuthorization: becomes WEBHOOK_SECRET of now'],
    ['has another format', { contentFormat: 'JSONARRAY' }, 'sink.httpContentFormat: "JSONARRAY" → "JSONLINES"'],
    ['has another type', { contentType: 'text/plain' }, 'sink.httpContentType: "text/plain" → "application/json"'],
    ['has headers', { hasHeaders: true }, 'sink.httpCustomHeaders: REMOVES all of them'],
  ])('that %s is said to change', (_what, changes, line) => expect(streamLines(changes)).toEqual([line]));

  it('of another kind that has its name is left alone', () => {
    const written = plan({ streams: { is: 'seen', value: [stream({ type: 'datadog', endpoint: undefined })] } });
    expect(written.streamFiles.size).toBe(0);
    expect(written.steps.join()).toContain('another kind of stream with this name (datadog)');
  });

  it.each([
    ['the plan has none', { streams: { is: 'unseen', why: 'this tenant’s plan does not allow it' } } as const, {}],
    ['the address is not https', {}, { publicUrl: 'http://127.0.0.1:3000' }],
  ])('is left out where %s', (_why, changes, about) => {
    const written = plan(changes, about);
    expect(written.streamFiles.size).toBe(0);
    expect(written.steps.join()).toContain('Log stream: left out');
  });
});

describe('without access to the tenant', () => {
  const written = planTenant(installation, undefined);

  it('only what is Latchkey’s alone is written', () => {
    expect([...written.files.keys()].sort()).toEqual([
      'actions/Latchkey password notice.json',
      'actions/Latchkey password notice/code.js',
      'actions/Latchkey sign-in guard.json',
      'actions/Latchkey sign-in guard/code.js',
      'clients/Latchkey.json',
      'grants/latchkey.json',
    ]);
  });

  it.each([
    'connection “email”',
    'connection “sms”',
    'attack protection',
    'bindings of Actions',
    'mail of “Forgot password?”',
  ])('the step by hand is named: %s', (what) =>
    expect(written.steps.filter((step) => step.startsWith(`${what}: left out`))).toHaveLength(1),
  );
});

describe('a part that cannot be seen', () => {
  const unseen = { is: 'unseen', why: 'the scope is missing' } as const;
  it.each([
    ['grantScope', 'grants/latchkey.json'],
    ['connections', 'connections/email.json'],
    ['connections', 'connections/sms.json'],
    ['protection', 'attack-protection/brute-force-protection.json'],
    ['actions', 'actions/Latchkey sign-in guard.json'],
    ['bindings', 'triggers/triggers.json'],
    ['resetMail', 'emails/reset_email.json'],
    ['streams', 'log-streams/Latchkey.json'],
  ] as const)('is left out, with the reason: %s, %s', (what, path) => {
    expect(fileIn(plan(), path)).toBeDefined();
    const written = plan({ [what]: unseen });
    expect(fileIn(written, path)).toBeUndefined();
    expect(written.steps.join()).toContain('the scope is missing');
  });
});
