// The doctor's checks of Auth0: each fault planted one by one in an emulated tenant that is set up as the guide says.
import { describe, expect, it } from 'vitest';
import { type GuardOptions, guardCode, noticeCode } from '../../manifest/auth0/actions.ts';
import { type Auth0Options as EmulatorOptions, usualScopes } from '../../playground/auth0/server.ts';
import { callbacksAt, grantTypesFor, neededScopes } from '../../src/auth0/application.ts';
import type { Auth0Options } from '../../src/auth0/auth0.ts';
import type { ExpectedTenant } from '../../src/auth0/diagnosis.ts';
import { lookAtClock } from '../../src/auth0/diagnosis-access.ts';
import { looks } from '../../src/auth0/endpoints.ts';
import { lookScopes } from '../../src/auth0/scopes.ts';
import { nearestName } from '../../src/config/nearest-name.ts';
import type { Finding } from '../../src/doctor/check.ts';
import { examine } from '../../src/doctor/examine.ts';
import { instant } from '../../src/flows/ids.ts';
import { answerOf, application, jane, startTenant, type Tenant } from './tenant.ts';

const publicUrl = 'https://latchkey.acme.test';
const expected: ExpectedTenant = {
  ...{ publicUrl, hasHook: true, connections: ['CorpUsers'], setPasswordHere: [], connectorWriteBack: [] },
  ...{ inRules: [], withDirectory: [], mailsLinks: false },
  ...{ nearest: nearestName, checksPasswords: false },
  ...{ codeAttempts: 3, codeFailuresPerDay: 10, pauseMs: 0 },
};
const allScopes = [...neededScopes, ...lookScopes];

interface Planted {
  readonly expected?: Partial<ExpectedTenant>;
  readonly ours?: Partial<Auth0Options>;
  readonly theirs?: Partial<EmulatorOptions>;
  readonly plant?: (control: Tenant['emulator']['control']) => void;
}

/** The tenant as docs/installing.md describes it, and one fault. */
async function found({ plant, ...planted }: Planted = {}): Promise<readonly Finding[]> {
  const callbacks = callbacksAt(publicUrl);
  const theirs = { scopes: allScopes, callbacks, disableSignUp: true, ...planted.theirs };
  await using tenant = await startTenant(planted.ours, theirs);
  const { configuration } = tenant.emulator.control;
  configuration.protection['brute-force-protection']['max_attempts'] = 11;
  configuration.emailTemplates.set('reset_email', {
    template: 'reset_email',
    urlLifetimeInSeconds: 600,
    enabled: true,
  });
  configuration.logStreams.push(stream('active'));
  configuration.protection['suspicious-ip-throttling']['allowlist'] = ['192.0.2.7'];
  bind(tenant.emulator.control, guard());
  const say = '{{ code }} is your code for {{ application.name }}.';
  Object.assign(connection(tenant.emulator.control, 'email').options, { email: { body: say } });
  Object.assign(connection(tenant.emulator.control, 'sms').options, { template: say });
  plant?.(tenant.emulator.control);
  const checks = tenant.auth0.diagnose({ ...expected, ...planted.expected });
  const broken: unknown[] = [];
  const findings = await examine({
    checks,
    eachWithinMs: 10_000,
    onBroken: (check, error) => broken.push(check, error),
  });
  expect(broken).toEqual([]);
  return findings;
}

const stream = (status: string, httpEndpoint = `${publicUrl}/hooks/auth0`) => ({
  id: 'lst_0000000000000001',
  type: 'http',
  fields: { name: 'Latchkey', status, sink: { httpEndpoint, httpAuthorization: 'Bearer planted-webhook-secret' } },
});

const action = (name: string, code: string, isAllDeployed = true) => ({
  ...{ id: `act_${name}`, name, code, runtime: 'node22', dependencies: [], secrets: [], deployedCode: code },
  ...{ triggers: [{ id: 'post-login', version: 'v3' }], isAllDeployed, buildsLeft: 0 },
});

const guard = (about: Partial<GuardOptions> = {}, isAllDeployed = true) => {
  const { clientId } = application;
  const callbacks = callbacksAt(publicUrl);
  const code = guardCode({ clientId, clientName: 'Latchkey', callbacks, mayUseCodes: [], ...about });
  return action('Latchkey sign-in guard', code, isAllDeployed);
};

type Control = Tenant['emulator']['control'];
const bindNotice = (
  { configuration }: Control,
  changes: { readonly isAllDeployed?: boolean; readonly code?: string } = {},
) => {
  const { isAllDeployed = true, code = noticeCode(publicUrl) } = changes;
  const triggers = [{ id: 'post-change-password', version: 'v2' }];
  const one = { ...action('Latchkey password notice', code, isAllDeployed), triggers };
  configuration.actions.push(one);
  configuration.bindings.set('post-change-password', [{ id: 'bnd_2', actionId: one.id, displayName: one.name }]);
};
/** In the place of what is bound. */
const bind = ({ configuration }: Control, one: ReturnType<typeof action>): void => {
  configuration.actions.push(one);
  configuration.bindings.set('post-login', [{ id: 'bnd_1', actionId: one.id, displayName: one.name }]);
};
const throttle = ({ configuration }: Control, most: number, changes: Record<string, unknown> = {}): void =>
  void Object.assign(configuration.protection['suspicious-ip-throttling'], {
    ...{ allowlist: [], stage: { 'pre-login': { max_attempts: most, rate: 864_000 } }, ...changes },
  });
const change = ({ configuration }: Control, fields: Record<string, unknown>): void => {
  const client = configuration.clients.find(({ id }) => id === application.clientId);
  if (client !== undefined) Object.assign(client.fields, fields);
};
const connection = (control: Control, name: string) => {
  const found = control.connections().find((one) => one.name === name);
  if (found === undefined) throw new Error(`no connection ${name}`);
  return found;
};
const remove = (control: Control, name: string): void => {
  const all = control.connections();
  if (Array.isArray(all)) all.splice(all.indexOf(connection(control, name)), 1);
};
const eachChannel = (control: Control, change: (channel: ReturnType<typeof connection>) => void): void => {
  for (const name of ['email', 'sms']) change(connection(control, name));
};
const resetMail = ({ configuration }: Control, changes: Record<string, unknown>): void =>
  void Object.assign(configuration.emailTemplates.get('reset_email') ?? {}, changes);
const without = (...scopes: readonly string[]) => ({ scopes: allScopes.filter((scope) => !scopes.includes(scope)) });
const protect = (control: Control, changes: Record<string, unknown>): void =>
  void Object.assign(control.configuration.protection['brute-force-protection'], changes);

/** Of the sessions nothing can be seen before somebody is signed out. */
const bad = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ check, state }) => state !== 'ok' && check !== 'auth0.sessions');

describe('a tenant that is set up as the guide says', () => {
  it('is found to be right, and every check has looked', async () => {
    const findings = await found();
    expect(bad(findings)).toEqual([]);
    expect(new Set(findings.map(({ check }) => check))).toEqual(
      new Set([
        ...[
          'auth0.credentials',
          'auth0.scopes',
          'auth0.connections',
          'auth0.keys',
          'auth0.grant-types',
          'auth0.callbacks',
          'auth0.application',
        ],
        ...['auth0.passwordless.email', 'auth0.codes.email', 'auth0.mail-provider'],
        ...['auth0.passwordless.sms', 'auth0.codes.sms', 'auth0.phone-provider', 'auth0.tickets', 'auth0.sign-in'],
        ...[
          'auth0.brute-force',
          'auth0.ip-throttling',
          'auth0.actions',
          'auth0.sign-in-guard',
          'auth0.log-stream',
          'auth0.notice-action',
          'auth0.reset-mail',
          'auth0.clock',
          'auth0.sessions',
        ],
      ]),
    );
  });

  it('without a scope for looking is not called right: each check that needs it says so, and with which scope it would see', async () => {
    const findings = await found({ theirs: { scopes: neededScopes } });
    const skipped = bad(findings).filter(({ state }) => state === 'skipped');
    for (const scope of new Set(Object.values(looks).flatMap(({ scopes }) => scopes))) {
      // Without a custom domain nobody asks, and providers belong to connections that cannot be seen.
      if (['read:custom_domains', 'read:email_provider', 'read:phone_providers'].includes(scope)) continue;
      expect(skipped.map(({ what }) => what).join('\n')).toContain(scope);
    }
    expect(bad(findings).filter((one) => !skipped.includes(one))).toEqual([
      expect.objectContaining({
        ...{ check: 'auth0.scopes', state: 'warning', what: expect.stringContaining(lookScopes.join(', ')) },
        remedy: expect.stringContaining('Machine to Machine'),
      }),
    ]);
    expect(findings.filter(({ state }) => state === 'ok').map(({ check }) => check)).toEqual([
      'auth0.credentials',
      'auth0.keys',
      'auth0.clock',
    ]);
  });

  it.each(lookScopes)('is not called right about its scopes without %s', async (scope) => {
    const findings = await found({ theirs: without(scope) });
    expect(findings.filter(({ check }) => check === 'auth0.scopes')).toEqual([
      expect.objectContaining({ state: 'warning', what: expect.stringContaining(`lacks ${scope}, so`) }),
    ]);
  });

  it('without the scope for the options of connections is not called right about codes', async () => {
    const findings = await found({ theirs: without('read:connections_options') });
    expect(bad(findings).map(({ check, state }) => `${check} ${state}`)).toEqual([
      'auth0.scopes warning',
      'auth0.codes.email skipped',
      'auth0.codes.sms skipped',
    ]);
  });
});

type Case = readonly [
  fault: string,
  expectation: {
    readonly check: string;
    readonly state: Finding['state'];
    readonly what: RegExp;
    readonly remedy: RegExp;
  },
  planted: Planted,
  stopsReady?: true,
];

const cases: readonly Case[] = [
  [
    'a wrong client secret',
    { check: 'auth0.credentials', state: 'failed', what: /gives no token/, remedy: /AUTH0_CLIENT_SECRET/ },
    { ours: { clientSecret: 'another-secret-0123456789' } },
    true,
  ],
  [
    'a custom domain without the tenant’s own',
    { check: 'auth0.credentials', state: 'failed', what: /gives no token/, remedy: /AUTH0_TENANT_DOMAIN/ },
    { ours: { domain: 'login.acme.test' }, theirs: { domain: 'login.acme.test', tenantDomain: application.domain } },
    true,
  ],
  [
    'a missing scope without which nobody gets a link',
    { check: 'auth0.scopes', state: 'failed', what: /lacks create:user_tickets/, remedy: /Machine to Machine/ },
    { theirs: without('create:user_tickets') },
    true,
  ],
  [
    'a missing scope without which some things do not work',
    { check: 'auth0.scopes', state: 'failed', what: /lacks read:logs/, remedy: /Grant it/ },
    { theirs: without('read:logs') },
  ],
  [
    'scopes of a plan that the application lacks',
    {
      check: 'auth0.scopes',
      state: 'warning',
      what: /lacks delete:refresh_tokens, delete:sessions/,
      remedy: /your plan/,
    },
    { theirs: without('delete:sessions', 'delete:refresh_tokens') },
  ],
  [
    'superfluous scopes',
    { check: 'auth0.scopes', state: 'warning', what: /more than it needs: update:clients/, remedy: /Take away/ },
    { theirs: { scopes: [...allScopes, 'update:clients'] } },
  ],
  [
    'a missing grant type',
    { check: 'auth0.grant-types', state: 'failed', what: /lacks http:.*passwordless\/otp/, remedy: /Grant Types/ },
    { theirs: { grants: ['client_credentials', 'authorization_code'] } },
    true,
  ],
  [
    'a missing grant type without which nobody can enrol',
    { check: 'auth0.grant-types', state: 'failed', what: /lacks authorization_code/, remedy: /Grant Types/ },
    { theirs: { grants: ['client_credentials', 'http://auth0.com/oauth/grant-type/passwordless/otp'] } },
  ],
  [
    'a superfluous grant type',
    { check: 'auth0.grant-types', state: 'warning', what: /1 more grant types/, remedy: /Leave only/ },
    {
      plant: (control) =>
        change(control, {
          grant_types: [
            'client_credentials',
            'authorization_code',
            'http://auth0.com/oauth/grant-type/passwordless/otp',
            'password',
          ],
        }),
    },
  ],
  [
    'a missing callback',
    {
      check: 'auth0.callbacks',
      state: 'failed',
      what: /lacks https:.*enrol\/callback/,
      remedy: /Allowed Callback URLs/,
    },
    { theirs: { callbacks: [] } },
  ],
  [
    'a missing callback of the change of a known password',
    {
      ...{ check: 'auth0.callbacks', state: 'failed' },
      what: /lacks https:.*change\/callback: without it nobody can change a password that they know\./,
      remedy: /Allowed Callback URLs/,
    },
    { theirs: { callbacks: [`${publicUrl}/enrol/callback`] } },
  ],
  [
    'a missing grant for old passwords that are typed here',
    {
      ...{ check: 'auth0.grant-types', state: 'failed' },
      what: /lacks http:.*password-realm: without it the old password cannot be checked/,
      remedy: /Grant Types/,
    },
    { expected: { checksPasswords: true } },
  ],
  [
    'a grant for old passwords that nobody types here',
    { check: 'auth0.grant-types', state: 'warning', what: /1 more grant types/, remedy: /Leave only/ },
    { theirs: { grants: grantTypesFor(true) } },
  ],
  [
    'a superfluous callback',
    { check: 'auth0.callbacks', state: 'warning', what: /1 more callbacks/, remedy: /Leave only/ },
    { theirs: { callbacks: [...callbacksAt(publicUrl), 'https://elsewhere.test/callback'] } },
  ],
  [
    'a connection of the policy that does not exist',
    {
      check: 'auth0.connections',
      state: 'failed',
      what: /“CropUsers”, which does not exist/,
      remedy: /Did you mean “CorpUsers”/,
    },
    { expected: { connections: ['CropUsers'] } },
    true,
  ],
  [
    'a connection of a rule that does not exist',
    {
      check: 'auth0.connections',
      state: 'failed',
      what: /A rule .*“Corp-Users”.* never decides/,
      remedy: /Did you mean “CorpUsers”/,
    },
    { expected: { inRules: ['Corp-Users'] } },
  ],
  [
    'a directory of a connection that does not exist',
    {
      check: 'auth0.connections',
      state: 'failed',
      what: /a directory for the connection “CorpDA”, which does not exist: the directory is never asked/,
      remedy: /Did you mean “CorpAD”/,
    },
    { plant: (control) => void control.addConnection('CorpAD', 'ad'), expected: { withDirectory: ['CorpDA'] } },
  ],
  [
    'a directory of a database connection',
    {
      check: 'auth0.connections',
      state: 'failed',
      what: /“CorpUsers”, which is no Active Directory connection/,
      remedy: /Write the name as in Auth0/,
    },
    { expected: { withDirectory: ['CorpUsers'] } },
  ],
  [
    'a connection for the connector that does not exist',
    {
      check: 'auth0.connections',
      state: 'failed',
      what: /`connectorWriteBack`.*“CorpDA”, which does not exist: no password goes through it/,
      remedy: /Did you mean “CorpAD”/,
    },
    { plant: (control) => void control.addConnection('CorpAD', 'ad'), expected: { connectorWriteBack: ['CorpDA'] } },
  ],
  [
    'a connection for the connector that is a database',
    {
      check: 'auth0.connections',
      state: 'failed',
      what: /`connectorWriteBack`.*“CorpUsers”, which is no Active Directory connection/,
      remedy: /Write the name as in Auth0/,
    },
    { expected: { connectorWriteBack: ['CorpUsers'] } },
  ],
  [
    'a connection for the connector of which it cannot be seen whether it is connected',
    {
      check: 'auth0.connector',
      state: 'failed',
      what: /cannot be seen, so no password is sent through it.*lacks the scope read:connections/,
      remedy: /Grant the application read:connections/,
    },
    { theirs: without('read:connections'), expected: { connectorWriteBack: ['CorpAD'] } },
  ],
  [
    'that nothing shows whether passwords go through the connector',
    {
      check: 'auth0.write-back',
      state: 'skipped',
      what: /“CorpAD” go through Auth0’s connector.*try one reset/,
      remedy: /^$/,
    },
    {
      plant: (control) => void control.addConnection('CorpAD', 'ad'),
      expected: { connections: undefined, connectorWriteBack: ['CorpAD'] },
    },
  ],
  [
    'a connection for our own page that does not exist',
    {
      check: 'auth0.connections',
      state: 'failed',
      what: /`setPasswordHere`.*“CropUsers”, which does not exist/,
      remedy: /Did you mean “CorpUsers”/,
    },
    { expected: { setPasswordHere: ['CropUsers'] } },
  ],
  [
    'a connection for our own page that is no database',
    {
      check: 'auth0.connections',
      state: 'failed',
      what: /“CorpAD”, which is no database/,
      remedy: /Take it out of `setPasswordHere`/,
    },
    { plant: (control) => control.addConnection('CorpAD', 'ad'), expected: { setPasswordHere: ['CorpAD'] } },
  ],
  [
    'a connection for our own page whose rules cannot be seen',
    {
      check: 'auth0.tickets',
      state: 'skipped',
      what: /read:connections_options.*“CorpUsers” learn the rules only when one refuses/,
      remedy: /^$/,
    },
    {
      theirs: { scopes: allScopes.filter((scope) => scope !== 'read:connections_options') },
      expected: { setPasswordHere: ['CorpUsers'] },
    },
  ],
  [
    'no connection of employees at all',
    {
      check: 'auth0.connections',
      state: 'failed',
      what: /no database or Active Directory connection/,
      remedy: /policy/,
    },
    { plant: (control) => remove(control, 'CorpUsers'), expected: { connections: undefined } },
    true,
  ],
  [
    'a connection that is off for the application',
    { check: 'auth0.sign-in', state: 'failed', what: /“CorpUsers” is off/, remedy: /Turn it on/ },
    { plant: (control) => connection(control, 'CorpUsers').clients.clear() },
  ],
  [
    'no passwordless connection',
    { check: 'auth0.passwordless', state: 'failed', what: /no passwordless connection/, remedy: /Turn it on/ },
    {
      plant: (control) => {
        remove(control, 'email');
        remove(control, 'sms');
      },
    },
    true,
  ],
  [
    'no passwordless connection that is on for the application',
    { check: 'auth0.passwordless.email', state: 'failed', what: /is off for the application/, remedy: /Turn it on/ },
    { plant: (control) => eachChannel(control, ({ clients }) => clients.clear()) },
    true,
  ],
  [
    'codes too short by every way',
    { check: 'auth0.codes.sms', state: 'failed', what: /have 5 digits/, remedy: /six/ },
    {
      plant: (control) =>
        eachChannel(control, ({ options }) => Object.assign(options, { totp: { length: 5, time_step: 180 } })),
    },
    true,
  ],
  [
    'mail alone, which is off for the application',
    { check: 'auth0.passwordless.email', state: 'failed', what: /is off for the application/, remedy: /Turn it on/ },
    {
      plant: (control) => {
        remove(control, 'sms');
        connection(control, 'email').clients.clear();
      },
    },
    true,
  ],
  [
    'text messages alone, which nobody sends',
    { check: 'auth0.phone-provider', state: 'failed', what: /no provider/, remedy: /Phone Provider/ },
    {
      plant: (control) => {
        remove(control, 'email');
        Object.assign(control.configuration, { phoneProviders: [] });
      },
    },
    true,
  ],
  [
    'mail alone, with codes too short',
    { check: 'auth0.codes.email', state: 'failed', what: /have 5 digits/, remedy: /six/ },
    {
      plant: (control) => {
        connection(control, 'sms').clients.clear();
        Object.assign(connection(control, 'email').options, { totp: { length: 5, time_step: 180 } });
      },
    },
    true,
  ],
  [
    'no passwordless connection for mail',
    { check: 'auth0.passwordless.email', state: 'warning', what: /only phones/, remedy: /Turn it on/ },
    { plant: (control) => remove(control, 'email') },
  ],
  ...(['email', 'sms'] as const).flatMap((channel): readonly Case[] => [
    [
      `the passwordless connection ${channel} off for the application`,
      {
        check: `auth0.passwordless.${channel}`,
        state: 'failed',
        what: /is off for the application/,
        remedy: /Applications/,
      },
      { plant: (control) => connection(control, channel).clients.clear() },
    ],
    [
      `the passwordless connection ${channel} on for others`,
      {
        check: `auth0.passwordless.${channel}`,
        state: 'warning',
        what: /on for 1 other application:/,
        remedy: /Turn it off/,
      },
      { plant: (control) => void connection(control, channel).clients.add('OtherClient') },
    ],
    [
      `short codes by ${channel}`,
      { check: `auth0.codes.${channel}`, state: 'failed', what: /have 4 digits/, remedy: /six/ },
      {
        plant: (control) =>
          Object.assign(connection(control, channel).options, { totp: { length: 4, time_step: 180 } }),
      },
    ],
    [
      `long-lived codes by ${channel}`,
      { check: `auth0.codes.${channel}`, state: 'warning', what: /for 900 seconds/, remedy: /600 seconds/ },
      {
        plant: (control) =>
          Object.assign(connection(control, channel).options, { totp: { length: 6, time_step: 900 } }),
      },
    ],
    [
      `sign-up by ${channel}`,
      {
        check: `auth0.codes.${channel}`,
        state: 'warning',
        what: /takes unknown addresses/,
        remedy: /Disable Sign Ups/,
      },
      { plant: (control) => Object.assign(connection(control, channel).options, { disable_signup: false }) },
    ],
  ]),
  [
    'no mail provider',
    { check: 'auth0.mail-provider', state: 'failed', what: /no mail provider/, remedy: /Email Provider/ },
    { plant: ({ configuration }) => Object.assign(configuration, { emailProvider: undefined }) },
  ],
  [
    'a mail provider that is switched off',
    { check: 'auth0.mail-provider', state: 'failed', what: /no mail provider/, remedy: /Email Provider/ },
    { plant: ({ configuration }) => Object.assign(configuration, { emailProvider: { name: 'smtp', enabled: false } }) },
  ],
  [
    'no provider for text messages',
    { check: 'auth0.phone-provider', state: 'failed', what: /no provider for text messages/, remedy: /Phone Provider/ },
    { plant: ({ configuration }) => Object.assign(configuration, { phoneProviders: [] }) },
  ],
  [
    'a brute-force threshold that our limit reaches',
    {
      check: 'auth0.brute-force',
      state: 'warning',
      what: /after 10 wrong codes; ours allows 10/,
      remedy: /11 or more/,
    },
    { plant: (control) => protect(control, { max_attempts: 10 }) },
  ],
  [
    'a brute-force threshold that the tries of one code reach',
    { check: 'auth0.brute-force', state: 'failed', what: /after 3 wrong codes/, remedy: /allow list/ },
    { plant: (control) => protect(control, { max_attempts: 3 }) },
  ],
  [
    'brute-force protection that is off',
    { check: 'auth0.brute-force', state: 'warning', what: /blocks nobody/, remedy: /Switch it on/ },
    { plant: (control) => protect(control, { enabled: false }) },
  ],
  [
    'brute-force protection that does not block',
    { check: 'auth0.brute-force', state: 'warning', what: /blocks nobody/, remedy: /with blocking/ },
    { plant: (control) => protect(control, { shields: ['user_notification'] }) },
  ],
  [
    'a connection that is no database',
    { check: 'auth0.tickets', state: 'warning', what: /“Partners” is no database/, remedy: /Take it out/ },
    {
      plant: (control) => void control.addConnection('Partners', 'samlp'),
      expected: { connections: ['CorpUsers', 'Partners'] },
    },
  ],
  [
    'an Active Directory, whose passwords Auth0 cannot reset',
    { check: 'auth0.tickets', state: 'warning', what: /“CorpAD” is Active Directory/, remedy: /people are told so/ },
    { plant: (control) => void control.addConnection('CorpAD', 'ad'), expected: { connections: undefined } },
  ],
  [
    'an Action that may deny the sign-in',
    {
      check: 'auth0.actions',
      state: 'warning',
      what: /“Deny strangers” .*can deny/,
      remedy: /pass over this application/,
    },
    { plant: (control) => bind(control, action('Deny strangers', 'api.access.deny("no")')) },
  ],
  [
    'an Action that may ask for a second factor',
    {
      check: 'auth0.actions',
      state: 'warning',
      what: /can ask for a second factor/,
      remedy: /pass over this application/,
    },
    { plant: (control) => bind(control, action('MFA', 'api.multifactor.enable("any")')) },
  ],
  [
    'an Action of which nothing can be said',
    {
      check: 'auth0.actions',
      state: 'warning',
      what: /“Stamp” also runs when a code is checked, and/,
      remedy: /AUTH0_CLIENT_ID/,
    },
    { plant: (control) => bind(control, action('Stamp', 'api.user.setAppMetadata("a", 1)')) },
  ],
  [
    'an Action of ours that is not deployed',
    { check: 'auth0.actions', state: 'warning', what: /changes that are not deployed/, remedy: /Deploy it/ },
    { plant: ({ configuration }) => Object.assign(configuration.actions[0] ?? {}, { isAllDeployed: false }) },
  ],
  [
    '“Forgot password?” switched off for a connection, of which nobody can say that links do not depend on it',
    { check: 'auth0.tickets', state: 'skipped', what: /switched off for “CorpUsers”.* try one reset/, remedy: /^$/ },
    {
      plant: (control) =>
        Object.assign(connection(control, 'CorpUsers').options, { disable_self_service_change_password: true }),
    },
  ],
  [
    'a connection without passwords',
    { check: 'auth0.tickets', state: 'failed', what: /“CorpUsers” have no passwords/, remedy: /Turn passwords on/ },
    {
      plant: (control) =>
        Object.assign(connection(control, 'CorpUsers').options, {
          authentication_methods: { password: { enabled: false } },
        }),
    },
  ],
  [
    'a log stream that is suspended',
    { check: 'auth0.log-stream', state: 'failed', what: /paused or suspended/, remedy: /WEBHOOK_SECRET/ },
    { plant: ({ configuration }) => configuration.logStreams.splice(0, 1, stream('suspended')) },
  ],
  [
    'no log stream although its secret is set',
    { check: 'auth0.log-stream', state: 'warning', what: /no log stream goes to/, remedy: /Add one/ },
    {
      plant: ({ configuration }) => configuration.logStreams.splice(0, 1, stream('active', 'https://elsewhere.test/')),
    },
  ],
  [
    'a log stream whose secret is not set here',
    { check: 'auth0.log-stream', state: 'failed', what: /WEBHOOK_SECRET is not set/, remedy: /Set WEBHOOK_SECRET/ },
    { expected: { hasHook: false } },
  ],
  [
    'a reset mail whose link lives for days',
    { check: 'auth0.reset-mail', state: 'warning', what: /for 120 hours/, remedy: /600 seconds/ },
    { plant: ({ configuration }) => void configuration.emailTemplates.delete('reset_email') },
  ],
  [
    'a reset mail whose link lives for days, where a rule has it mailed',
    { check: 'auth0.reset-mail', state: 'warning', what: /for 120 hours/, remedy: /3600 seconds/ },
    {
      plant: ({ configuration }) => void configuration.emailTemplates.delete('reset_email'),
      expected: { mailsLinks: true },
    },
  ],
  [
    'a reset mail whose link lives shorter than people are told',
    { check: 'auth0.reset-mail', state: 'warning', what: /for 10 minutes, but .* an hour/, remedy: /3600 seconds/ },
    { expected: { mailsLinks: true } },
  ],
  [
    '“Forgot password?” switched off for a connection whose people are to get its mail',
    { check: 'auth0.tickets', state: 'warning', what: /has Auth0 mail its own link, but/, remedy: /Try one reset/ },
    {
      plant: (control) => {
        Object.assign(connection(control, 'CorpUsers').options, { disable_self_service_change_password: true });
        resetMail(control, { urlLifetimeInSeconds: 3_600 });
      },
      expected: { mailsLinks: true },
    },
  ],
  [
    'a reset mail without its link',
    { check: 'auth0.reset-mail', state: 'failed', what: /lacks the link/, remedy: /\{\{ url \}\}/ },
    { plant: (control) => resetMail(control, { body: '<p>Ask the helpdesk. {{ user.email }}</p>' }) },
  ],
  [
    'a reset mail without any text',
    { check: 'auth0.reset-mail', state: 'failed', what: /lacks the link/, remedy: /\{\{ url \}\}/ },
    { plant: (control) => resetMail(control, { body: '' }) },
  ],
  [
    'a reset mail that is switched off',
    { check: 'auth0.reset-mail', state: 'warning', what: /switched off/, remedy: /Switch it on/ },
    { plant: (control) => resetMail(control, { enabled: false }) },
  ],
  [
    'an application that needs no secret',
    { check: 'auth0.application', state: 'failed', what: /needs no secret/, remedy: /Client Secret \(Post\)/ },
    { plant: (control) => change(control, { token_endpoint_auth_method: 'none' }) },
  ],
  [
    'an application that proves itself in another way',
    { check: 'auth0.application', state: 'warning', what: /client_secret_basic/, remedy: /Client Secret \(Post\)/ },
    { plant: (control) => change(control, { token_endpoint_auth_method: 'client_secret_basic' }) },
  ],
  [
    'an application that is answered by older rules',
    { check: 'auth0.application', state: 'warning', what: /not OIDC conformant/, remedy: /OIDC Conformant/ },
    { plant: (control) => change(control, { oidc_conformant: false }) },
  ],
  [
    'neither an Action nor a stream that tells of a changed password',
    {
      check: 'auth0.notice-action',
      state: 'warning',
      what: /no Action after a changed password calls Latchkey/,
      remedy: /manifest auth0/,
    },
    { plant: ({ configuration }) => configuration.logStreams.splice(0, 1) },
  ],
  [
    'an Action after a changed password that is not deployed',
    { check: 'auth0.notice-action', state: 'warning', what: /not deployed/, remedy: /Deploy it/ },
    { plant: (control) => bindNotice(control, { isAllDeployed: false }) },
  ],
  [
    'an Action after a changed password that calls another address',
    {
      check: 'auth0.notice-action',
      state: 'warning',
      what: /does not call https:\/\/latchkey\.acme\.test\/hooks\/auth0/,
      remedy: /PUBLIC_URL/,
    },
    { plant: (control) => bindNotice(control, { code: noticeCode('https://old.acme.test') }) },
  ],
  [
    'a clock that is a little off',
    { check: 'auth0.clock', state: 'warning', what: /3\.\d seconds behind/, remedy: /NTP/ },
    { plant: (control) => control.setClockAhead(3_000) },
  ],
  [
    'a clock that is far off',
    { check: 'auth0.clock', state: 'failed', what: /seconds ahead of/, remedy: /NTP/ },
    { plant: (control) => control.setClockAhead(-70_000) },
    true,
  ],
];

describe('a fault is found, with what to do', () => {
  for (const [fault, { check, state, what, remedy }, planted, stopsReady] of cases) {
    it(fault, async () => {
      const findings = bad(await found(planted));
      expect(findings).toContainEqual(
        expect.objectContaining({
          ...{ check, state, what: expect.stringMatching(what) },
          ...(state === 'skipped' ? {} : { remedy: expect.stringMatching(remedy) }),
          ...(stopsReady === undefined ? {} : { stopsReady }),
        }),
      );
      expect(findings.some((one) => one.stopsReady === true)).toBe(stopsReady === true);
    });
  }
});

describe('a custom domain', () => {
  const custom = { domain: 'login.acme.test', tenantDomain: application.domain };
  const domain = (status: string) => ({
    custom_domain_id: 'cd_1',
    domain: custom.domain,
    primary: true,
    status,
    type: 'auth0_managed_certs',
  });
  const look = (plant: Planted['plant']) =>
    found({ ours: custom, theirs: custom, ...(plant === undefined ? {} : { plant }) });

  it.each([
    ['ready', 'ok'],
    ['pending_verification', 'failed'],
  ] as const)('that is %s', async (status, state) => {
    const findings = await look(({ configuration }) =>
      Object.assign(configuration, { customDomains: [domain(status)] }),
    );
    expect(findings.find(({ check }) => check === 'auth0.custom-domain')?.state).toBe(state);
    expect(findings.some(({ stopsReady }) => stopsReady === true)).toBe(state === 'failed');
  });

  it('that the tenant does not have', async () => {
    const findings = await look(undefined);
    expect(findings.find(({ check }) => check === 'auth0.custom-domain')).toMatchObject({
      state: 'failed',
      stopsReady: true,
      remedy: expect.stringContaining('AUTH0_DOMAIN'),
    });
  });
});

it('an Action that tells of a changed password is enough, on a plan without streams too', async () => {
  for (const hasLogStreams of [true, false]) {
    const findings = await found({
      plant: (control) => {
        bindNotice(control);
        control.configuration.logStreams.splice(0, 1);
        Object.assign(control.configuration, { hasLogStreams });
      },
    });
    const about = findings.filter(({ check }) => /notice-action|log-stream/.test(check));
    expect(about.map(({ check, state }) => `${check} ${state}`)).toEqual([
      `auth0.log-stream ${hasLogStreams ? 'ok' : 'skipped'}`,
      'auth0.notice-action ok',
    ]);
  }
});

it('without WEBHOOK_SECRET nobody misses an Action that would call the hook', async () => {
  const findings = await found({
    expected: { hasHook: false },
    plant: ({ configuration }) => configuration.logStreams.splice(0, 1),
  });
  expect(findings.map(({ check }) => check)).not.toContain('auth0.notice-action');
  expect(bad(findings)).toEqual([]);
});

it.each(['token_endpoint_auth_method', 'oidc_conformant'])(
  'an application of which Auth0 does not say %s is not called right',
  async (field) => {
    const findings = await found({ plant: (control) => change(control, { [field]: undefined }) });
    expect(findings.find(({ check }) => check === 'auth0.application')?.state).toBe('skipped');
  },
);

describe('a channel for codes that cannot be seen', () => {
  it('stops no server, whatever is wrong with the other', async () => {
    const findings = await found({
      theirs: without('read:phone_providers', 'read:connections_options'),
      plant: (control) => connection(control, 'email').clients.clear(),
    });
    expect(findings).toContainEqual(expect.objectContaining({ check: 'auth0.passwordless.email', state: 'failed' }));
    expect(findings.some(({ stopsReady }) => stopsReady === true)).toBe(false);
  });
});

describe('a clock', () => {
  const look = (seconds: number) => lookAtClock({ aheadMs: () => seconds * 1000 })[0];
  it.each([
    [0, 'ok', undefined],
    [1.999, 'ok', undefined],
    [2, 'warning', undefined],
    [59.999, 'warning', undefined],
    [60, 'failed', true],
    [600, 'failed', true],
  ] as const)('that is %d seconds off, either way: %s', (seconds, state, stopsReady) => {
    for (const off of [seconds, -seconds])
      expect([off, look(off)?.state, look(off)?.stopsReady]).toEqual([off, state, stopsReady]);
  });

  it('of which too little is known is not called right', () => {
    expect(lookAtClock({ aheadMs: () => undefined })).toMatchObject([{ state: 'skipped' }]);
  });
});

it('what a server waits for takes few calls', async () => {
  await using tenant = await startTenant({}, { scopes: allScopes });
  const first = tenant.auth0.diagnose(expected).filter(({ isFirst }) => isFirst === true);
  const findings = await examine({ checks: first, eachWithinMs: 10_000, onBroken: () => undefined });
  expect(new Set(findings.map(({ check }) => check))).toEqual(new Set(vitalChecks));
  expect(findings.filter(({ state }) => state === 'failed' || state === 'skipped')).toMatchObject([
    { check: 'auth0.callbacks' },
  ]);
  expect(tenant.emulator.control.requests.length).toBeLessThanOrEqual(9);
});

const vitalChecks = [
  ...['auth0.credentials', 'auth0.scopes', 'auth0.connections', 'auth0.grant-types', 'auth0.callbacks'],
  'auth0.application',
  ...['auth0.passwordless.email', 'auth0.codes.email', 'auth0.mail-provider'],
  ...['auth0.passwordless.sms', 'auth0.codes.sms', 'auth0.phone-provider', 'auth0.clock'],
];

const one = (check: string, state: Finding['state'], what: RegExp, remedy: RegExp) => [
  { check, state, what: expect.stringMatching(what), remedy: expect.stringMatching(remedy) },
];

it('the Action that keeps the codes of contacts out of other applications is missed where it does not run', async () => {
  const findings = await found({ plant: ({ configuration }) => void configuration.bindings.delete('post-login') });
  expect(bad(findings)).toEqual(
    one('auth0.sign-in-guard', 'warning', /may open other applications, past Latchkey/, /manifest auth0 DIR/),
  );
});

it('… and fails where it is written for another application, whatever its name is', async () => {
  const other = { ...guard({ clientId: 'AnotherId' }), id: 'act_9', name: 'Our guard' };
  const findings = await found({ plant: (control) => bind(control, other) });
  expect(findings.filter(({ check }) => check === 'auth0.sign-in-guard')).toEqual(
    one('auth0.sign-in-guard', 'failed', /written for another application/, /this AUTH0_CLIENT_ID/),
  );
});

it('… and is warned of where it does not know an address to which a sign-in returns', async () => {
  const early = guard({ callbacks: [`${publicUrl}/enrol/callback`] });
  const findings = await found({ plant: (control) => bind(control, { ...early, id: 'act_9' }) });
  expect(bad(findings)).toEqual(
    one('auth0.sign-in-guard', 'warning', /does not know https:.*\/change\/callback, so/, /manifest auth0 DIR/),
  );
});

describe.each([
  ['email', (text: string) => ({ email: { body: text } })],
  ['sms', (text: string) => ({ template: text })],
] as const)('the text of a message with the code, by %s,', (channel, options) => {
  const says = (text: string) =>
    found({ plant: (control) => Object.assign(connection(control, channel).options, options(text)) });

  it('is failed without the code', async () => {
    expect(bad(await says('Hello from {{ application.name }}.'))).toEqual(
      one(`auth0.codes.${channel}`, 'failed', /does not have the code/, /\{\{ code \}\}/),
    );
  });

  it('is warned of where it does not say who asked', async () => {
    expect(bad(await says('Your code: {{ code }}'))).toEqual(
      one(`auth0.codes.${channel}`, 'warning', /does not say which application/, /\{\{ application\.name \}\}/),
    );
  });
});

it('suspicious-IP throttling is not known to be right where the codes of one hour could use it up', async () => {
  expect(bad(await found({ plant: (control) => throttle(control, 150) }))).toEqual(
    one(
      ...(['auth0.ip-throttling', 'skipped'] as const),
      /not known whether Auth0 counts wrong codes\. .*after 150 failed sign-ins in a day.* stop everybody/,
      /allow list.*Suspicious IP Throttling/,
    ),
  );
});

it.each([
  ['a higher threshold', 151, {}],
  ['an allow list', 10, { allowlist: ['192.0.2.7'] }],
  ['no blocking', 10, { shields: ['admin_notification'] }],
  ['its switch off', 10, { enabled: false }],
])('suspicious-IP throttling with %s is no fault', async (_what, most, changes) => {
  expect(bad(await found({ plant: (control) => throttle(control, most, changes) }))).toEqual([]);
});

it.each(['Your code is {{code}} for {{- application.name | escape -}}', '@@password@@ is your code for @@name@@'])(
  'a text may be written in another way: %s',
  async (text) => {
    const plant = (control: Control) => Object.assign(connection(control, 'sms').options, { template: text });
    expect(bad(await found({ plant }))).toEqual([]);
  },
);

it('no finding says a secret of the tenant', async () => {
  const findings = await found({
    plant: ({ configuration }) => configuration.logStreams.splice(0, 1, stream('suspended')),
  });
  expect(JSON.stringify(findings)).not.toContain('planted-webhook-secret');
  expect(JSON.stringify(findings)).not.toContain(application.clientSecret);
});

it('a tenant that does not answer is asked a few times, not for each question, and stops nobody from being ready', async () => {
  let requests: readonly unknown[] = [];
  const findings = await found({
    plant: (control) => {
      control.faults.set({ mode: 'down' });
      requests = control.requests;
    },
  });
  expect(findings.find(({ check }) => check === 'auth0.credentials')?.state).toBe('failed');
  expect(findings.filter(({ state }) => state === 'ok')).toEqual([]);
  expect(findings.some(({ stopsReady }) => stopsReady === true)).toBe(false);
  expect(requests.length).toBeLessThan(10);
});

it('a connector that is away is found', async () => {
  const findings = await found({
    expected: { connections: undefined },
    plant: (control) => {
      control.addConnection('CorpAD', 'ad');
      control.setConnection('CorpAD', { online: false });
    },
  });
  expect(findings).toContainEqual(expect.objectContaining({ check: 'auth0.connector', state: 'failed' }));
});

it('a plan without log streams is no fault', async () => {
  const findings = await found({
    plant: (control) => {
      bindNotice(control);
      Object.assign(control.configuration, { hasLogStreams: false });
    },
  });
  expect(bad(findings)).toEqual([
    { check: 'auth0.log-stream', state: 'skipped', what: expect.stringContaining('plan') },
  ]);
});

it('all is read within the rate limits of the tenant', async () => {
  const now = () => instant(Date.now());
  const limited: Planted = {
    ...{ ours: { clock: { now } }, theirs: { now } },
    plant: (control) => control.limitManagement(),
  };
  const findings = await found(limited);
  expect(bad(findings)).toEqual([]);
});

it('the scopes of the emulated tenant are those that the guide names, and some for looking', () => {
  expect(usualScopes).toEqual(expect.arrayContaining(neededScopes.filter((scope) => scope !== 'read:connections')));
});

it.each([
  [false, 'ok', /signs people out/],
  [true, 'warning', /signs nobody out/],
] as const)(
  'whether people are signed out after a reset is known once somebody was: plan lacks it %s',
  async (lacks, state, what) => {
    await using tenant = await startTenant();
    tenant.emulator.control.misbehave.sessionsUnavailable = lacks;
    const look = async () => {
      const checks = tenant.auth0.diagnose(expected).filter(({ name }) => name === 'auth0.sessions');
      return (await examine({ checks, eachWithinMs: 1_000, onBroken: () => undefined }))[0];
    };
    expect(await look()).toMatchObject({ state: 'skipped' });
    answerOf(await tenant.auth0.sessions.end(jane.account));
    expect(await look()).toMatchObject({ state, what: expect.stringMatching(what) });
  },
);
