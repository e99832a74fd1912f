// What the doctor reads of each answer about the tenant's set-up. No other field is kept: some of these answers hold secrets.
import { z } from 'zod';

/** What is not understood counts as not said, and what is not said is never called right. */
const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const texts = z.array(z.string()).optional().catch(undefined);

export const applicationLook = z.object({
  ...{ grant_types: texts, callbacks: texts },
  ...{ token_endpoint_auth_method: text, oidc_conformant: flag },
});
export type ApplicationLook = z.infer<typeof applicationLook>;

export const connectionLook = z.object({
  id: z.string(),
  name: z.string(),
  strategy: z.string(),
  /** Shown only with a scope of its own. */
  options: z
    .object({
      totp: z.object({ length: number, time_step: number }).optional().catch(undefined),
      disable_signup: flag,
      /** The text of the mail with the code. */
      email: z.object({ body: text }).optional().catch(undefined),
      /** The text of the text message with the code. */
      template: text,
      /** Of a database: no link *Forgot password?* on its login page. */
      disable_self_service_change_password: flag,
      authentication_methods: z
        .object({ password: z.object({ enabled: flag }).optional().catch(undefined) })
        .optional()
        .catch(undefined),
      twilio_sid: text,
      gateway_url: text,
    })
    .optional()
    .catch(undefined),
});
export type ConnectionLook = z.infer<typeof connectionLook>;
export const connectionsLook = z.union([
  z.object({ connections: z.array(connectionLook), next: text }),
  // Without pages, as Auth0 answers where `take` is not understood.
  z.array(connectionLook).transform((connections) => ({ connections, next: undefined })),
]);

export const connectionClientsLook = z.object({ clients: z.array(z.object({ client_id: z.string() })), next: text });
/** Its status code says everything. */
export const connectionStatusLook = z.unknown();

export const mailProviderLook = z.object({ enabled: flag });
export const phoneProvidersLook = z.object({ providers: z.array(z.object({ disabled: flag })) });
export const bruteForceLook = z.object({ enabled: flag, shields: texts, allowlist: texts, max_attempts: number });
export const throttlingLook = z.object({
  ...{ enabled: flag, shields: texts, allowlist: texts },
  stage: z
    .object({ 'pre-login': z.object({ max_attempts: number }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
export const mailTemplateLook = z.object({
  enabled: z.boolean().nullish().catch(undefined),
  urlLifetimeInSeconds: z.number().nullish().catch(undefined),
  body: z.string().nullish().catch(undefined),
});
export type MailTemplateLook = Partial<z.infer<typeof mailTemplateLook>>;

export const bindingsLook = z.object({
  total: number,
  bindings: z.array(
    z.object({
      display_name: text,
      action: z.object({ name: text, all_changes_deployed: flag, code: text }).optional().catch(undefined),
    }),
  ),
});
export type BindingLook = z.infer<typeof bindingsLook>['bindings'][number];

export const logStreamsLook = z.array(
  z.object({ type: text, status: text, sink: z.object({ httpEndpoint: text }).optional().catch(undefined) }),
);

export const customDomainsLook = z.array(z.object({ domain: z.string(), status: text }));
