// What we send and what we rely on, compared with Auth0's published API descriptions, which are not part of this
// repository. LATCHKEY_SCHEMAS names the folder that has them; without it these tests are skipped.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RequestEntry } from '../../playground/auth0/request-log.ts';
import { connectorEndpoints, type Endpoint, endpoints, looks } from '../../src/auth0/endpoints.ts';
import {
  applicationLook,
  bindingsLook,
  bruteForceLook,
  connectionClientsLook,
  connectionLook,
  connectionsLook,
  customDomainsLook,
  logStreamsLook,
  mailProviderLook,
  mailTemplateLook,
  phoneProvidersLook,
  throttlingLook,
} from '../../src/auth0/look-schemas.ts';
import {
  blocksAnswer,
  createdAnswer,
  exchangeAnswer,
  failuresAnswer,
  foundUsersAnswer,
  logsAnswer,
  signInsAnswer,
  startAnswer,
  ticketAnswer,
  tokenAnswer,
  totalAnswer,
  userAnswer,
  usersAnswer,
} from '../../src/auth0/schemas.ts';
import { accountId, contactRef, flowId } from '../../src/flows/ids.ts';
import { schemaFile, schemasMissing } from '../schemas.ts';
import { titled } from '../skipped-reporter.ts';
import {
  answerOf,
  application,
  codeTo,
  createPorts,
  failureOf,
  jane,
  startTenant,
  type Tenant,
  withLocks,
} from './tenant.ts';

const names = { management: 'auth0-management-openapi.json', authentication: 'auth0-authentication-openapi.json' };
const missing = schemasMissing(...Object.values(names));

type Json = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const child = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((each, key) => (isObject(each) ? each[key] : undefined), value);

const documents = { management: {} as Json, authentication: {} as Json };
const ajv = new Ajv2020({ strict: false, unicodeRegExp: false, logger: false, allErrors: true });

/** The description that covers this call, and the operation in it. */
function operation(call: Endpoint): { readonly of: 'management' | 'authentication'; readonly at: readonly string[] } {
  const [method = '', path = ''] = call.route.split(' ');
  const of = call.scopes.length > 0 ? 'management' : 'authentication';
  return { of, at: ['paths', path, method.toLowerCase()] };
}
const operationOf = (call: Endpoint) => {
  const { of, at } = operation(call);
  return child(documents[of], ...at);
};
function validatorAt(call: Endpoint, ...rest: readonly string[]) {
  const { of, at } = operation(call);
  const pointer = [...at, ...rest].map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
  return ajv.getSchema(`${of}#/${pointer.join('/')}`);
}

/** Resolves references, and goes into the alternatives of a union. */
function alternatives(of: keyof typeof documents, schema: unknown): readonly unknown[] {
  const ref = child(schema, '$ref');
  if (typeof ref === 'string') return alternatives(of, child(documents[of], ...ref.slice(2).split('/')));
  const union = child(schema, 'oneOf') ?? child(schema, 'anyOf');
  return Array.isArray(union) ? union.flatMap((each) => alternatives(of, each)) : [schema];
}

/** Every field that `ours` reads and that the description lacks, as a path. */
function unknownFields(of: keyof typeof documents, ours: unknown, theirs: unknown, path = ''): readonly string[] {
  return alternatives(of, ours).flatMap((mine) => {
    const items = child(mine, 'items');
    const candidates = alternatives(of, theirs);
    if (items !== undefined) {
      const found = candidates.find((each) => child(each, 'items') !== undefined);
      return found === undefined ? [`${path}[]`] : unknownFields(of, items, child(found, 'items'), `${path}[]`);
    }
    const properties = child(mine, 'properties');
    if (!isObject(properties)) return [];
    return Object.entries(properties).flatMap(([name, schema]) => {
      const found = candidates.map((each) => child(each, 'properties', name)).find((each) => each !== undefined);
      return found === undefined ? [`${path}.${name}`] : unknownFields(of, schema, found, `${path}.${name}`);
    });
  });
}

const success = (call: Endpoint, status: string): unknown =>
  child(operationOf(call), 'responses', status, 'content', 'application/json', 'schema');

const callList: readonly Endpoint[] = [
  ...Object.values(endpoints),
  ...Object.values(connectorEndpoints),
  ...Object.values(looks),
];
const routeOf = ({ method, path }: RequestEntry): Endpoint | undefined => {
  const plain = path.split('?')[0]?.replace('/api/v2', '') ?? '';
  return callList.find(({ route }) => {
    const pattern = route.slice(route.indexOf(' ') + 1).replaceAll(/\{\w+\}/g, '[^/]+');
    return route.startsWith(`${method} `) && new RegExp(`^${pattern}$`).test(plain);
  });
};

/** Every request about new contacts, on an account of its own. */
async function enrol({ auth0, clock, emulator }: Tenant): Promise<void> {
  const ada = accountId('auth0|65a0000000000000000000d1');
  emulator.control.addUser({ userId: ada, connection: 'CorpUsers', email: 'ada@acme.test' });
  for (const to of [
    { channel: 'email', address: 'ada@home.test' },
    { channel: 'sms', address: '+491701234577' },
  ] as const) {
    answerOf(await auth0.newContacts.start(to, '203.0.113.7'));
    failureOf(await auth0.importContact(ada, to, clock.now()));
    const sent = emulator.control.users().find(({ userId }) => userId.startsWith(`${to.channel}|`));
    answerOf(await auth0.newContacts.discard(contactRef(sent?.userId ?? ''), clock.now(), false));
    answerOf(await auth0.importContact(ada, to, clock.now()));
  }
  for (const { ref } of answerOf(await auth0.enrolments.contacts(ada))) {
    answerOf(await auth0.newContacts.confirm(ada, ref));
    answerOf(await auth0.newContacts.unlink(ada, ref, clock.now()));
  }
  answerOf(await auth0.countCoverage({ name: 'these', by: 'connection', value: 'CorpUsers' }));
}

/** Options of connections are described for each strategy on its own, see the test about them. */
const optionsRead = [
  ...['totp', 'disable_signup', 'email', 'template', 'disable_self_service_change_password', 'authentication_methods'],
  ...['twilio_sid', 'gateway_url'],
];
const ofStrategy = (path: string): readonly string[] => optionsRead.map((option) => `${path}.${option}`);
const ofStrategies = ['.connections[].options', '[].options'].flatMap(ofStrategy);

/** What the doctor reads, in a tenant in which there is something of everything. */
async function everyLook(): Promise<readonly RequestEntry[]> {
  const scopes = callList.flatMap((call) => call.scopes);
  const domains = { domain: 'login.acme.test', tenantDomain: application.domain };
  await using tenant = await startTenant(domains, { ...domains, scopes });
  tenant.emulator.control.addConnection('CorpAD', 'ad');
  const expected = {
    publicUrl: 'https://latchkey.acme.test',
    hasHook: true,
    connections: undefined,
    setPasswordHere: [],
    mailsLinks: false,
    inRules: [],
    withDirectory: [],
    connectorWriteBack: [],
    checksPasswords: false,
  };
  const limits = { codeAttempts: 3, codeFailuresPerDay: 10 };
  const checks = tenant.auth0.diagnose({ ...expected, ...limits, nearest: () => undefined, pauseMs: 0 });
  for (const check of checks) await check.run();
  return tenant.emulator.control.requests;
}

/** Makes one request of every kind, as people cause them. */
async function everyRequest(tenant: Tenant): Promise<readonly RequestEntry[]> {
  const { auth0, clock } = tenant;
  const since = clock.now();
  answerOf(await auth0.directory.match(jane.workEmail, jane.actor));
  answerOf(await auth0.enrolments.bind(jane.account, jane.actor, flowId('a-request'), clock.now()));
  const redirectUri = 'https://latchkey.acme.test/enrol/callback';
  const { pending } = answerOf(await auth0.signIns.begin({ redirectUri }));
  answerOf(await auth0.signIns.finish(pending, new URL(`${redirectUri}?code=none&state=${pending.state}`)));
  const at = Number(since);
  const signedIn = { account: jane.account, from: at, signedInAt: at, until: at, returnedAt: since };
  answerOf(await auth0.signIns.wayOf(signedIn));
  await enrol(tenant);
  answerOf(await auth0.codes.send(jane.account, jane.phoneRef));
  answerOf(await auth0.codes.send(jane.account, jane.emailRef));
  answerOf(await auth0.codes.check(jane.account, jane.emailRef, codeTo(tenant, jane.email), since));
  answerOf(await auth0.directory.inspect(jane.account, withLocks));
  answerOf(await auth0.tickets.mint(jane.account, 600));
  answerOf(await auth0.tickets.mail(jane.account));
  answerOf(await auth0.tickets.voidAll(jane.account));
  tenant.emulator.control.lockContact('sms', jane.phone);
  answerOf(await auth0.locks.lift(jane.account));
  answerOf(await auth0.sessions.end(jane.account));
  answerOf(await auth0.passwordChanges.since(since, [jane.account, accountId('auth0|x')]));
  tenant.emulator.control.misbehave.sessionsUnavailable = true;
  answerOf(await createPorts({ baseUrl: tenant.emulator.url }, clock).auth0.sessions.end(jane.account));
  return tenant.emulator.control.requests;
}

describe.skipIf(missing !== undefined)(titled('against the published descriptions', missing), () => {
  let tenant: Tenant;
  let requests: readonly RequestEntry[];
  beforeAll(async () => {
    for (const of of ['management', 'authentication'] as const) {
      documents[of] = JSON.parse(readFileSync(schemaFile(names[of]), 'utf8'));
    }
    addFormats.default(ajv);
    ajv.addSchema(documents.management, 'management');
    ajv.addSchema(documents.authentication, 'authentication');
    tenant = await startTenant();
    requests = [...(await everyRequest(tenant)), ...(await everyLook())];
  });
  afterAll(() => tenant[Symbol.asyncDispose]());

  it('every request that we make is one of the list, and every one of the list was made', () => {
    expect(requests.filter((request) => routeOf(request) === undefined)).toEqual([]);
    const made = new Set(requests.map((request) => routeOf(request)?.route));
    expect(made).toEqual(new Set(callList.map(({ route }) => route)));
  });

  it('every call exists, and needs the scopes that we name', () => {
    // The keys are published at the issuer (discovery); no description covers them.
    for (const call of callList.filter(({ name }) => name !== 'keys')) {
      expect(operationOf(call), call.route).toBeDefined();
      const security = child(operationOf(call), 'security');
      const scopes = (Array.isArray(security) ? security : []).flatMap(
        (each) => child(each, 'oAuth2ClientCredentials') ?? [],
      );
      for (const scope of call.scopes) expect(scopes, call.route).toContain(scope);
    }
  });

  it('every body that we send is as described', () => {
    const bodies = requests.flatMap((request) => {
      const call = routeOf(request);
      return call === undefined || request.bodyKeys.length === 0 ? [] : [{ call, request }];
    });
    expect(new Set(bodies.map(({ call }) => call.route)).size).toBe(8);
    for (const { call, request } of bodies) {
      const type = request.headers['content-type']?.split(';')[0] ?? '';
      const validate = validatorAt(call, 'requestBody', 'content', type, 'schema');
      expect(validate, `${call.route} as ${type}`).toBeDefined();
      const isValid = validate?.(request.body) === true;
      // The code grant is described twice, without and with PKCE, and what has both a secret and a verifier is as both say.
      const isTwice = validate?.errors?.every(({ params }) => Array.isArray(params['passingSchemas'])) === true;
      expect(isValid || isTwice, `${call.route}: ${JSON.stringify(validate?.errors)}`).toBe(true);
    }
  });

  it('no body has a field that is not described', () => {
    for (const request of requests.filter(({ bodyKeys }) => bodyKeys.length > 0)) {
      const call = routeOf(request);
      if (call === undefined) continue;
      const { of } = operation(call);
      const content = child(operationOf(call), 'requestBody', 'content');
      const described = (isObject(content) ? Object.values(content) : [])
        .flatMap((each) => alternatives(of, child(each, 'schema')))
        .flatMap((schema) => Object.keys(child(schema, 'properties') ?? {}));
      expect(described, call.route).toEqual(expect.arrayContaining([...request.bodyKeys]));
    }
  });

  it('every query parameter is described, but for `q` of the logs', () => {
    // The description has `search` instead; docs/api/management/v2/logs/get-logs documents `q`.
    for (const request of requests) {
      const call = routeOf(request);
      const query = new URL(request.path, 'http://localhost').searchParams;
      const parameters = call === undefined ? [] : child(operationOf(call), 'parameters');
      for (const [name, value] of query) {
        if (call?.route === endpoints.searchLogs.route && name === 'q') continue;
        const parameter = Array.isArray(parameters)
          ? parameters.find((each) => child(each, 'name') === name)
          : undefined;
        expect(parameter, `${call?.route}?${name}`).toBeDefined();
        const typed = ['integer', 'boolean'].includes(String(child(parameter, 'schema', 'type')))
          ? JSON.parse(value)
          : value;
        const schemas = alternatives('management', child(parameter, 'schema')).flatMap((schema) =>
          child(schema, 'type') === 'array' ? alternatives('management', child(schema, 'items')) : [schema],
        );
        const isValid = schemas.some((schema) => isObject(schema) && ajv.validate(schema, typed));
        expect(isValid, `${call?.route}?${name}=${value}`).toBe(true);
      }
    }
  });

  it.each([
    ['a user', endpoints.readUser, '200', userAnswer, []],
    ['users', endpoints.findUsers, '200', usersAnswer, []],
    ['a created user', endpoints.createUser, '201', createdAnswer, []],
    ['the users of a search', endpoints.searchUsers, '200', foundUsersAnswer, []],
    ['the total of a search', endpoints.searchUsers, '200', totalAnswer, []],
    ['blocks by id', endpoints.readBlocks, '200', blocksAnswer, []],
    ['blocks by name', endpoints.readBlocksOf, '200', blocksAnswer, []],
    ['a ticket', endpoints.mintTicket, '201', ticketAnswer, []],
    ['log entries', endpoints.searchLogs, '200', logsAnswer, []],
    ['entries of failed sign-ins', endpoints.searchFailures, '200', failuresAnswer, []],
    ['entries of sign-ins', endpoints.searchLogs, '200', signInsAnswer, []],
    ['a management token', endpoints.managementToken, '200', tokenAnswer, []],
    ['an id_token', endpoints.exchangeCode, '200', exchangeAnswer, []],
    ['a passwordless start', endpoints.startPasswordless, '200', startAnswer, []],
    ['the application', looks.application, '200', applicationLook, []],
    ['connections', looks.connections, '200', connectionsLook, ofStrategies],
    ['one connection', looks.connection, '200', connectionLook, ofStrategy('.options')],
    ['the applications of a connection', looks.connectionClients, '200', connectionClientsLook, []],
    ['the mail provider', looks.mailProvider, '200', mailProviderLook, []],
    ['phone providers', looks.phoneProviders, '200', phoneProvidersLook, []],
    ['brute-force protection', looks.bruteForce, '200', bruteForceLook, []],
    ['suspicious-IP throttling', looks.throttling, '200', throttlingLook, []],
    ['a mail template', looks.mailTemplate, '200', mailTemplateLook, []],
    ['Actions at a trigger', looks.bindings, '200', bindingsLook, []],
    ['log streams', looks.logStreams, '200', logStreamsLook, []],
    ['custom domains', looks.customDomains, '200', customDomainsLook, []],
  ] as const)('every field that we read of %s is described', (_name, call: Endpoint, status, schema, exceptions) => {
    const described = success(call, status);
    expect(described).toBeDefined();
    const ours = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    expect(unknownFields(operation(call).of, ours, described)).toEqual(exceptions);
  });

  it('the options that we read of passwordless and database connections are described', () => {
    const described = ['ConnectionOptionsEmail', 'ConnectionOptionsSMS', 'ConnectionOptionsAuth0'].flatMap((name) => {
      const parts = child(documents.management, 'components', 'schemas', name, 'allOf');
      return (Array.isArray(parts) ? parts : [])
        .flatMap((part) => alternatives('management', part))
        .flatMap((part) => Object.keys(child(part, 'properties') ?? {}));
    });
    expect(described).toEqual(expect.arrayContaining(optionsRead));
  });

  it('a field that is not described would be noticed', () => {
    const invented = z.toJSONSchema(z.array(z.object({ identities: z.array(z.object({ invented: z.string() })) })));
    expect(unknownFields('management', invented, success(endpoints.findUsers, '200'))).toEqual([
      '[].identities[].invented',
    ]);
  });

  it('what must be there by our reading is never optional by theirs, where they say what is', () => {
    const required = (call: Endpoint, status: string) =>
      alternatives(operation(call).of, success(call, status)).flatMap((each) => child(each, 'required') ?? []);
    expect(required(endpoints.mintTicket, '201')).toContain('ticket');
    expect(required(endpoints.managementToken, '200')).toEqual(expect.arrayContaining(['access_token', 'expires_in']));
  });

  it('answers without a body are described as such', () => {
    for (const [call, status] of [
      [endpoints.liftBlocks, '204'],
      [endpoints.liftBlocksOf, '204'],
      [endpoints.revokeAccess, '202'],
      [endpoints.endSessions, '202'],
      [endpoints.endRefreshTokens, '202'],
    ] as const) {
      expect(child(operationOf(call), 'responses', status), call.route).toBeDefined();
      expect(success(call, status)).toBeUndefined();
    }
  });
});

describe.skipIf(missing !== undefined)(titled('the address of the sign-in for an enrolment', missing), () => {
  it.each<
    readonly [string, { readonly connections?: readonly string[] }, { readonly loginHint?: string }, readonly string[]]
  >([
    ['by anybody', {}, {}, []],
    ['by somebody whose address is known', {}, { loginHint: jane.workEmail }, ['login_hint']],
    ['where one connection is meant', { connections: ['CorpUsers'] }, {}, ['connection']],
    ['where several are', { connections: ['CorpUsers', 'CorpAD'] }, { loginHint: jane.workEmail }, ['login_hint']],
    [
      'by somebody known, in one connection',
      { connections: ['CorpUsers'] },
      { loginHint: 'jörg+x@münchen.example' },
      ['connection', 'login_hint'],
    ],
  ])('has only what is published, and in its form: %s', async (_what, options, hint, more) => {
    const redirectUri = 'https://latchkey.acme.test/enrol/callback';
    const { auth0 } = createPorts(options);
    const { url } = answerOf(await auth0.signIns.begin({ redirectUri, ...hint }));
    const { origin, pathname, searchParams } = new URL(url);
    const operation = child(documents.authentication, 'paths', '/authorize', 'get');
    expect([origin, pathname, operation !== undefined]).toEqual([`https://${application.domain}`, '/authorize', true]);
    const listed = child(operation, 'parameters');
    const published = Array.isArray(listed) ? listed : [];
    const sent = [...searchParams];
    for (const [name, value] of sent) {
      const schema = child(
        published.find((each) => child(each, 'name') === name),
        'schema',
      );
      expect(isObject(schema), name).toBe(true);
      const read = child(schema, 'type') === 'integer' ? Number(value) : value;
      expect(isObject(schema) && ajv.validate(schema, read), `${name}=${value}`).toBe(true);
    }
    const names = sent.map(([name]) => name).toSorted();
    const demanded = published.filter((each) => child(each, 'required') === true).map((each) => child(each, 'name'));
    expect(names).toEqual(expect.arrayContaining(demanded));
    const always = [
      ...['client_id', 'code_challenge', 'code_challenge_method', 'max_age', 'nonce', 'prompt'],
      ...['redirect_uri', 'response_type', 'scope', 'state'],
    ];
    // Each once: of two of one name nobody knows which one counts.
    expect(names).toEqual([...always, ...more].toSorted());
  });
});
