// The bodies that the configuration routes accept. Which properties exist is taken from Auth0's published description; the
// types of those that nothing here depends on are left open.
import { z } from 'zod';

/** Properties that may be there, whatever they hold. */
const open = (names: string) =>
  Object.fromEntries(names.split(' ').map((name) => [name, z.unknown().optional()] as const));

const texts = z.array(z.string());
const record = z.record(z.string(), z.unknown());

const clientProperties = {
  ...open(
    'name description logo_uri callbacks oidc_logout oidc_backchannel_logout session_transfer allowed_origins web_origins client_aliases allowed_clients allowed_logout_urls grant_types token_endpoint_auth_method is_token_endpoint_ip_header_trusted app_type is_first_party oidc_conformant jwt_configuration encryption_key sso cross_origin_authentication cross_origin_loc sso_disabled custom_login_page_on custom_login_page custom_login_page_preview form_template addons client_metadata mobile initiate_login_uri native_social_login fedcm_login refresh_token default_organization organization_usage organization_require_behavior organization_discovery_methods client_authentication_methods require_pushed_authorization_requests require_proof_of_possession signed_request_object token_vault_privileged_access compliance_level skip_non_verifiable_callback_uri_confirmation_prompt token_exchange par_request_expiry token_quota third_party_security_mode redirection_policy express_configuration my_organization_configuration async_approval_notification_channels',
  ),
  grant_types: texts.optional(),
  callbacks: texts.optional(),
  app_type: z.string().optional(),
  is_first_party: z.boolean().optional(),
  oidc_conformant: z.boolean().optional(),
  is_token_endpoint_ip_header_trusted: z.boolean().optional(),
  token_endpoint_auth_method: z.enum(['none', 'client_secret_post', 'client_secret_basic']).optional(),
  client_metadata: z.record(z.string(), z.union([z.string().max(255), z.null()])).optional(),
};
export const newClient = z.strictObject({
  ...clientProperties,
  name: z.string().min(1),
  resource_server_identifier: z.string().optional(),
});
export const clientChanges = z
  .strictObject({ ...clientProperties, name: z.string().min(1).optional(), client_secret: z.string().optional() })
  .refine((changes) => Object.keys(changes).length > 0, 'Too few properties defined (0), minimum 1');

const grantProperties = {
  ...open('organization_usage allow_any_organization authorization_details_types allow_all_scopes'),
  scope: z.array(z.string().min(1).max(280)).optional(),
};
export const newGrant = z.strictObject({
  ...grantProperties,
  client_id: z.string(),
  audience: z.string().min(1),
  subject_type: z.enum(['client', 'user']).optional(),
});
export const grantChanges = z
  .strictObject(grantProperties)
  .refine((changes) => Object.keys(changes).length > 0, 'Too few properties defined (0), minimum 1');

const connectionProperties = {
  ...open(
    'display_name options enabled_clients is_domain_connection show_as_button realms metadata authentication connected_accounts cross_app_access_requesting_app',
  ),
  options: record.optional(),
  enabled_clients: texts.optional(),
};
export const newConnection = z.strictObject({
  ...connectionProperties,
  name: z
    .string()
    .max(128)
    .regex(/^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$/),
  strategy: z.string(),
});
export const connectionChanges = z
  .strictObject(connectionProperties)
  .refine((changes) => Object.keys(changes).length > 0, 'Too few properties defined (0), minimum 1');

const totp = z.strictObject({ length: z.int().min(4).max(40).optional(), time_step: z.int().min(60).optional() });

/** The options of the two passwordless strategies, as far as they are checked. */
export const passwordlessOptions = {
  email: z.looseObject({
    name: z.string(),
    brute_force_protection: z.boolean(),
    email: z.looseObject({ from: z.string().optional(), subject: z.string().optional(), body: z.string().optional() }),
    totp: totp.optional(),
    disable_signup: z.boolean().optional(),
  }),
  sms: z.looseObject({
    name: z.string().optional(),
    brute_force_protection: z.boolean().optional(),
    totp: totp.optional(),
    disable_signup: z.boolean().optional(),
  }),
} as const;

export const clientStatuses = z
  .array(z.strictObject({ client_id: z.string(), status: z.boolean() }))
  .min(1)
  .max(50);

export const triggerIds = [
  'post-login',
  'credentials-exchange',
  'pre-user-registration',
  'post-user-registration',
  'post-change-password',
  'send-phone-message',
  'custom-phone-provider',
  'custom-email-provider',
  'password-reset-post-challenge',
  'custom-token-exchange',
  'event-stream',
  'password-hash-migration',
  'login-post-identifier',
  'signup-post-identifier',
] as const;

const actionProperties = {
  code: z.string().max(100_000).optional(),
  runtime: z.string().optional(),
  dependencies: z
    .array(z.strictObject({ name: z.string(), version: z.string().optional(), registry_url: z.string().optional() }))
    .max(10)
    .optional(),
  secrets: z
    .array(z.looseObject({ name: z.string().max(128), value: z.string().max(4096).optional() }))
    .max(30)
    .optional(),
  modules: z.array(z.unknown()).optional(),
};
const triggers = z.array(z.looseObject({ id: z.enum(triggerIds), version: z.string().optional() })).min(1);
export const newAction = z.strictObject({
  ...actionProperties,
  name: z.string().min(1),
  supported_triggers: triggers,
  deploy: z.boolean().optional(),
});
export const actionChanges = z.strictObject({
  ...actionProperties,
  name: z.string().min(1).optional(),
  supported_triggers: triggers.optional(),
});

export const newBindings = z.strictObject({
  bindings: z.array(
    z.strictObject({
      ref: z.looseObject({ type: z.enum(['binding_id', 'action_id', 'action_name']), value: z.string() }),
      display_name: z.string().optional(),
      secrets: z.array(z.unknown()).optional(),
    }),
  ),
});

const addresses = texts.optional();
const attempts = (most: number, from: number) =>
  z.strictObject({
    max_attempts: z.int().min(1).max(most).optional(),
    rate: z.int().min(from).max(86_400_000).optional(),
  });
export const protectionChanges = {
  'brute-force-protection': z.strictObject({
    enabled: z.boolean().optional(),
    shields: z.array(z.enum(['block', 'user_notification'])).optional(),
    allowlist: addresses,
    mode: z.enum(['count_per_identifier_and_ip', 'count_per_identifier']).optional(),
    max_attempts: z.int().min(1).max(100).optional(),
  }),
  'suspicious-ip-throttling': z.strictObject({
    enabled: z.boolean().optional(),
    shields: z.array(z.enum(['block', 'admin_notification'])).optional(),
    allowlist: addresses,
    stage: z
      .strictObject({
        'pre-login': attempts(2500, 34_560).optional(),
        'pre-user-registration': attempts(72_000, 1200).optional(),
      })
      .optional(),
  }),
  'breached-password-detection': z.strictObject({
    enabled: z.boolean().optional(),
    shields: z.array(z.enum(['block', 'user_notification', 'admin_notification'])).optional(),
    admin_notification_frequency: z.array(z.enum(['immediately', 'daily', 'weekly', 'monthly'])).optional(),
    method: z.enum(['standard', 'enhanced']).optional(),
    stage: record.optional(),
  }),
} as const;

const httpSink = z.strictObject({
  httpAuthorization: z.string().optional(),
  httpContentFormat: z.enum(['JSONARRAY', 'JSONLINES', 'JSONOBJECT']).optional(),
  httpContentType: z.string().optional(),
  httpEndpoint: z.string().regex(/^https:\/\/.*/),
  httpCustomHeaders: z.array(record).optional(),
});
const streamProperties = {
  name: z.string().optional(),
  isPriority: z.boolean().optional(),
  filters: z.array(z.looseObject({ type: z.literal('category').optional(), name: z.string().optional() })).optional(),
  pii_config: record.optional(),
};
/** Only streams to a custom webhook can be made here. */
export const newLogStream = z.strictObject({
  ...streamProperties,
  type: z.literal('http'),
  sink: httpSink,
  startFrom: z.string().optional(),
});
export const logStreamChanges = z.strictObject({
  ...streamProperties,
  status: z.enum(['active', 'paused', 'suspended']).optional(),
  sink: record.optional(),
});

export const templateNames = [
  'verify_email',
  'verify_email_by_code',
  'auth_email_by_code',
  'reset_email',
  'reset_email_by_code',
  'welcome_email',
  'blocked_account',
  'stolen_credentials',
  'enrollment_email',
  'mfa_oob_code',
  'user_invitation',
  'change_password',
  'password_reset',
  'async_approval',
] as const;
const text = z.union([z.string(), z.null()]);
const template = {
  template: z.enum(templateNames),
  body: text,
  from: text,
  subject: text,
  syntax: text,
  enabled: z.union([z.boolean(), z.null()]),
  resultUrl: text.optional(),
  urlLifetimeInSeconds: z.union([z.number().min(0), z.null()]).optional(),
  includeEmailInRedirect: z.boolean().optional(),
};
export const newTemplate = z.strictObject(template);
export const templateChanges = z.strictObject(template).partial();

export const settingsChanges = z
  .strictObject({
    ...open(
      'change_password device_flow guardian_mfa_page default_audience default_directory error_page default_token_quota flags friendly_name picture_url support_email support_url allowed_logout_urls session_lifetime session_lifetime_in_minutes idle_session_lifetime idle_session_lifetime_in_minutes ephemeral_session_lifetime idle_ephemeral_session_lifetime ephemeral_session_lifetime_in_minutes idle_ephemeral_session_lifetime_in_minutes sandbox_version legacy_sandbox_version default_redirection_uri enabled_locales security_headers session_cookie sessions oidc_logout customize_mfa_in_postlogin_action allow_organization_name_in_authentication_api acr_values_supported mtls pushed_authorization_requests_supported authorization_response_iss_parameter_supported skip_non_verifiable_callback_uri_confirmation_prompt resource_parameter_profile client_id_metadata_document_supported enable_ai_guide phone_consolidated_experience include_session_metadata_in_tenant_logs dynamic_client_registration_security_mode country_codes',
    ),
    change_password: z.strictObject({ enabled: z.boolean().optional(), html: z.string().optional() }).optional(),
    flags: record.optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'Too few properties defined (0), minimum 1');
