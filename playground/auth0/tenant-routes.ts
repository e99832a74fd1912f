// The rest of what an administrator sets up: protection, log streams, mail, phones, domains, and the tenant's own settings.
import { type Answer, ok, problem } from './answer.ts';
import { type Call, type ManagementRoute, parsePayload, pick } from './call.ts';
import { type LogStream, newId, protections } from './configuration.ts';
import {
  logStreamChanges,
  newLogStream,
  newTemplate,
  protectionChanges,
  settingsChanges,
  templateChanges,
  templateNames,
} from './configuration-bodies.ts';
import { page } from './paging.ts';
import type { Tenant } from './tenant.ts';

const group = 'other';
const notAllowed = problem(403, 'The account is not allowed to perform this operation.', 'operation_not_supported');

const protectionRoutes: readonly ManagementRoute[] = [
  ...protections.flatMap((name): readonly ManagementRoute[] => [
    {
      method: 'GET',
      path: `/attack-protection/${name}`,
      scopes: ['read:attack_protection'],
      group,
      answer: ({ configuration }) => ok(configuration.protection[name]),
    },
    {
      method: 'PATCH',
      path: `/attack-protection/${name}`,
      scopes: ['update:attack_protection'],
      group,
      answer: ({ configuration }, { body }) => {
        const parsed = parsePayload<Record<string, unknown>>(protectionChanges[name], body);
        if (!parsed.ok) return parsed.answer;
        configuration.protection[name] = { ...configuration.protection[name], ...parsed.value };
        return ok(configuration.protection[name]);
      },
    },
  ]),
  ...['bot-detection', 'captcha'].map(
    (name): ManagementRoute => ({
      method: 'GET',
      path: `/attack-protection/${name}`,
      scopes: ['read:attack_protection'],
      group,
      answer: () => problem(403, 'Please upgrade your subscription to use bot detection', 'operation_not_supported'),
    }),
  ),
];

const shownStream = ({ id, type, fields }: LogStream): Record<string, unknown> => ({
  status: 'active',
  ...fields,
  id,
  type,
});

/** What the API says where the plan has no log streams. */
const withStreams =
  (answer: (tenant: Tenant, call: Call) => Answer) =>
  (tenant: Tenant, call: Call): Answer =>
    tenant.configuration.hasLogStreams ? answer(tenant, call) : notAllowed;

const streamRoutes: readonly ManagementRoute[] = [
  {
    method: 'GET',
    path: '/log-streams',
    scopes: ['read:log_streams'],
    group,
    answer: withStreams(({ configuration }) => ok(configuration.logStreams.map(shownStream))),
  },
  {
    method: 'POST',
    path: '/log-streams',
    scopes: ['create:log_streams'],
    group,
    answer: withStreams(({ configuration }, { body }) => {
      const parsed = parsePayload(newLogStream, body);
      if (!parsed.ok) return parsed.answer;
      const { type, ...fields } = parsed.value;
      const stream = { id: newId('lst'), type, fields };
      configuration.logStreams.push(stream);
      return ok(shownStream(stream));
    }),
  },
  {
    method: 'PATCH',
    path: '/log-streams/:id',
    scopes: ['update:log_streams'],
    group,
    answer: withStreams(({ configuration }, { params, body }) => {
      const stream = configuration.logStreams.find(({ id }) => id === params['id']);
      if (stream === undefined) return problem(400, 'The log stream does not exist.', 'inexistent_log_stream');
      const parsed = parsePayload(logStreamChanges, body);
      if (!parsed.ok) return parsed.answer;
      stream.fields = { ...stream.fields, ...parsed.value };
      return ok(shownStream(stream));
    }),
  },
];

const isTemplate = (name: string | undefined): boolean => templateNames.some((each) => each === name);

const mailRoutes: readonly ManagementRoute[] = [
  {
    method: 'GET',
    path: '/email-templates/:templateName',
    scopes: ['read:email_templates'],
    group,
    answer: ({ configuration }, { params }) => {
      const name = params['templateName'];
      if (!isTemplate(name)) return problem(400, 'Invalid request URI.', 'invalid_uri');
      const template = configuration.emailTemplates.get(name ?? '');
      return template === undefined
        ? problem(404, 'The template does not exist.', 'inexistent_email_template')
        : ok(template);
    },
  },
  {
    method: 'POST',
    path: '/email-templates',
    scopes: ['create:email_templates'],
    group,
    answer: ({ configuration }, { body }) => {
      const parsed = parsePayload(newTemplate, body);
      if (!parsed.ok) return parsed.answer;
      const { template } = parsed.value;
      if (configuration.emailTemplates.has(template)) return problem(409, `Template (${template}) already exists.`);
      configuration.emailTemplates.set(template, parsed.value);
      return ok(parsed.value);
    },
  },
  {
    method: 'PATCH',
    path: '/email-templates/:templateName',
    scopes: ['update:email_templates'],
    group,
    answer: ({ configuration }, { params, body }) => {
      const name = params['templateName'] ?? '';
      const before = configuration.emailTemplates.get(name);
      if (before === undefined) {
        return problem(404, 'Template not found and cannot be updated.', 'inexistent_email_template');
      }
      const parsed = parsePayload<Record<string, unknown>>(templateChanges, body);
      if (!parsed.ok) return parsed.answer;
      const after = { ...before, ...parsed.value };
      configuration.emailTemplates.set(name, after);
      return ok(after);
    },
  },
  {
    method: 'GET',
    path: '/emails/provider',
    scopes: ['read:email_provider'],
    group,
    answer: ({ configuration }, { query }) =>
      configuration.emailProvider === undefined
        ? problem(404, 'Email provider has not been configured.', 'inexistent_email_provider')
        : ok(pick(configuration.emailProvider, query)),
  },
];

const managementApi = (tenant: Tenant) => ({
  id: tenant.apiId,
  name: 'Auth0 Management API',
  is_system: true,
  identifier: tenant.audience,
  signing_alg: 'RS256',
  allow_offline_access: false,
  token_lifetime: 86_400,
  token_lifetime_for_web: 7_200,
});

const settingsRoutes: readonly ManagementRoute[] = [
  {
    method: 'GET',
    path: '/tenants/settings',
    scopes: ['read:tenant_settings'],
    group,
    answer: ({ configuration }, { query }) => ok(pick(configuration.settings, query)),
  },
  {
    method: 'PATCH',
    path: '/tenants/settings',
    scopes: ['update:tenant_settings'],
    group,
    answer: ({ configuration }, { body }) => {
      const parsed = parsePayload<Record<string, unknown>>(settingsChanges, body);
      if (!parsed.ok) return parsed.answer;
      const flags = { ...Object(configuration.settings['flags']), ...Object(parsed.value['flags']) };
      configuration.settings = { ...configuration.settings, ...parsed.value, flags };
      return ok(configuration.settings);
    },
  },
  {
    method: 'GET',
    path: '/prompts',
    scopes: ['read:prompts'],
    group,
    answer: ({ configuration }) => ok(configuration.prompts),
  },
  {
    method: 'GET',
    path: '/branding/phone/providers',
    scopes: ['read:phone_providers'],
    group,
    answer: ({ configuration }) => ok({ providers: configuration.phoneProviders }),
  },
  {
    method: 'GET',
    path: '/custom-domains',
    scopes: ['read:custom_domains'],
    group,
    answer: ({ configuration }, { query }) =>
      query['take'] === undefined
        ? ok(configuration.customDomains)
        : page(query, 'custom_domains', configuration.customDomains),
  },
  {
    method: 'GET',
    path: '/resource-servers',
    scopes: ['read:resource_servers'],
    group,
    answer: (tenant, { query }) => page(query, 'resource_servers', [managementApi(tenant)]),
  },
];

export const tenantRoutes: readonly ManagementRoute[] = [
  ...protectionRoutes,
  ...streamRoutes,
  ...mailRoutes,
  ...settingsRoutes,
];
