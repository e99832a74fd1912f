// A tenant that has grown for years, as the command sees it.

import type { Installation } from '../../manifest/auth0/draft.ts';
import type { SeenAction, SeenStream, SeenTenant } from '../../manifest/auth0/seen.ts';
import { planTenant } from '../../manifest/auth0/tenant-plan.ts';

export const installation: Installation = {
  publicUrl: 'https://latchkey.acme.example',
  callbacks: ['https://latchkey.acme.example/enrol/callback', 'https://latchkey.acme.example/change/callback'],
  checksPasswords: false,
  tenantDomain: 'acme.eu.auth0.com',
  clientId: 'BotId',
  clientName: 'Latchkey',
  connections: ['CorpUsers'],
  linkSeconds: 600,
  hasHook: true,
  replacesMailText: false,
  hasFewestScopes: false,
};

const mail = {
  from: 'it@acme.example',
  subject: 'Acme code',
  body: '<p>{{ code }}, greetings from Acme</p>',
  syntax: 'liquid',
};

export const action = (code: string, changes: Partial<SeenAction> = {}): SeenAction => ({
  ...{ code, runtime: 'node22', dependencies: [], secrets: [], isDeployed: true },
  triggers: [{ id: 'post-login', version: 'v3' }],
  ...changes,
});

export const stream = (changes: Partial<SeenStream> = {}): SeenStream => ({
  ...{ name: 'Latchkey', type: 'http', endpoint: 'https://latchkey.acme.example/hooks/auth0' },
  ...{ contentType: 'application/json', contentFormat: 'JSONLINES', token: 'ours', hasHeaders: false },
  ...changes,
});

export const grown: SeenTenant = {
  clientNames: new Map([
    ['BotId', 'Latchkey'],
    ['WikiId', 'Wiki'],
    ['ShopId', 'Shop'],
  ]),
  client: {
    client_id: 'BotId',
    name: 'Latchkey',
    grant_types: ['client_credentials', 'password'],
    callbacks: ['https://old.acme.example/callback'],
    client_metadata: { owner: 'it' },
    jwt_configuration: { alg: 'RS256', lifetime_in_seconds: 36_000 },
  },
  grantScope: { is: 'seen', value: ['read:users', 'delete:tenants'] },
  connections: {
    is: 'seen',
    value: {
      email: {
        id: 'con_1',
        isDomainConnection: false,
        name: 'email',
        options: { name: 'email', email: mail, totp: { length: 8, time_step: 900 }, auth_params: { a: 'b' } },
        clients: ['ShopId'],
      },
      sms: {
        id: 'con_2',
        isDomainConnection: false,
        name: 'sms',
        options: { name: 'sms', template: 'Acme: {{ code }}' },
        clients: ['BotId'],
      },
    },
  },
  phoneProvider: { is: 'seen', value: true },
  mailFrom: { is: 'seen', value: 'no-reply@acme.example' },
  resetPage: { is: 'seen', value: { enabled: false, html: '' } },
  resetMail: {
    is: 'seen',
    value: {
      template: 'reset_email',
      body: '<p>Acme</p>',
      from: 'x@acme.example',
      subject: 'Acme',
      syntax: 'liquid',
      enabled: true,
      urlLifetimeInSeconds: 432_000,
    },
  },
  protection: {
    is: 'seen',
    value: {
      'brute-force-protection': {
        enabled: true,
        shields: ['user_notification'],
        mode: 'count_per_identifier',
        allowlist: ['192.0.2.1'],
        max_attempts: 5,
      },
      'breached-password-detection': { enabled: true, shields: ['block'] },
      'suspicious-ip-throttling': { enabled: false, shields: [] },
    },
  },
  actions: { is: 'seen', value: new Map([['Adds roles', action('exports.x = 1;')]]) },
  employees: { is: 'seen', value: [{ name: 'CorpUsers', isOn: true }] },
  bindings: {
    is: 'seen',
    value: {
      'post-login': [
        { action: 'Adds roles', displayName: 'Roles' },
        { action: 'Counts', displayName: 'Counts' },
      ],
      'post-change-password': [{ action: 'Tells the SIEM', displayName: 'SIEM' }],
    },
  },
  streams: { is: 'seen', value: [stream({ name: 'SIEM', endpoint: 'https://siem.acme.example' })] },
};

export const plan = (changes: Partial<SeenTenant> = {}, about: Partial<Installation> = {}) =>
  planTenant({ ...installation, ...about }, { ...grown, ...changes });

export function fileIn(written: ReturnType<typeof plan>, path: string): unknown {
  const text = written.files.get(path) ?? written.streamFiles.get(path);
  return text === undefined ? undefined : JSON.parse(text);
}
