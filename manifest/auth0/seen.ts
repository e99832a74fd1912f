// What a tenant has already, as far as the files touch it: the shapes of Auth0's answers, and whether a part could be seen at all.
import { z } from 'zod';

const fields = z.record(z.string(), z.unknown());
type Fields = z.infer<typeof fields>;

/** `unseen`: the part could not be read, for the reason that is given in words for the operator. */
export type Seen<T> = { readonly is: 'seen'; readonly value: T } | { readonly is: 'unseen'; readonly why: string };

export interface SeenConnection {
  readonly id: string;
  readonly name: string;
  /** Undefined without the scope `read:connections_options`. */
  readonly options: Fields | undefined;
  /** Its switch for all other applications together; undefined where the answer does not say. */
  readonly isDomainConnection: boolean | undefined;
  /** Ids of the applications that may use it. */
  readonly clients: readonly string[];
}

/** Undefined: Auth0 does not say. */
export interface SeenAction {
  readonly code: string;
  readonly runtime: string | undefined;
  readonly dependencies: readonly Fields[] | undefined;
  /** Names: nobody is shown a value. */
  readonly secrets: readonly string[] | undefined;
  readonly triggers: readonly { readonly id: string; readonly version: string | undefined }[] | undefined;
  readonly isDeployed: boolean | undefined;
}

export interface SeenStream {
  readonly name: string;
  readonly type: string;
  readonly endpoint: string | undefined;
  readonly contentType: string | undefined;
  readonly contentFormat: string | undefined;
  /** Whether it is sent with the secret of this installation. The token itself is not kept. */
  readonly token: 'ours' | 'other';
  readonly hasHeaders: boolean;
}

/** A connection whose people are employees. */
export interface SeenEmployees {
  readonly name: string;
  /** Whether people can sign in by it to the application. */
  readonly isOn: boolean;
}

export interface SeenBinding {
  readonly action: string;
  readonly displayName: string;
}

/** Undefined inside of `Seen`: the tenant has no such thing. */
export interface SeenTenant {
  /** All applications, by id. */
  readonly clientNames: ReadonlyMap<string, string>;
  /** The application that is to be Latchkey's. */
  readonly client: Fields | undefined;
  readonly grantScope: Seen<readonly string[] | undefined>;
  readonly connections: Seen<{ readonly email: SeenConnection | undefined; readonly sms: SeenConnection | undefined }>;
  readonly phoneProvider: Seen<boolean>;
  /** The address from which the tenant's own mail provider sends; undefined: it has no provider. */
  readonly mailFrom: Seen<string | undefined>;
  readonly resetMail: Seen<Fields | undefined>;
  /** The tenant's own page for a new password. Read only where somebody asked for ours. */
  readonly resetPage: Seen<Fields>;
  readonly protection: Seen<Readonly<Record<Protection, Fields>>>;
  /** By their name. */
  readonly actions: Seen<ReadonlyMap<string, SeenAction>>;
  readonly employees: Seen<readonly SeenEmployees[]>;
  readonly bindings: Seen<Readonly<Record<Trigger, readonly SeenBinding[]>>>;
  readonly streams: Seen<readonly SeenStream[]>;
}

export const protections = [
  'brute-force-protection',
  'breached-password-detection',
  'suspicious-ip-throttling',
] as const;
export type Protection = (typeof protections)[number];

export const triggers = ['post-login', 'post-change-password'] as const;
export type Trigger = (typeof triggers)[number];

/** Answers of the Management API, as far as they are used. */
export const answers = {
  clients: z.object({
    total: z.number(),
    clients: z.array(z.object({ client_id: z.string(), name: z.string().optional() })),
  }),
  fields,
  grants: z.object({ client_grants: z.array(z.object({ scope: z.array(z.string()).optional() })) }),
  connections: z.object({
    connections: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        strategy: z.string().optional(),
        options: fields.optional(),
        is_domain_connection: z.boolean().optional(),
      }),
    ),
    next: z.string().optional(),
  }),
  connectionClients: z.object({ clients: z.array(z.object({ client_id: z.string() })), next: z.string().optional() }),
  phoneProviders: z.object({ providers: z.array(z.object({ disabled: z.boolean().optional() })) }),
  settings: z.object({ change_password: fields.nullish() }),
  mailProvider: z.object({ default_from_address: z.string().optional() }),
  actions: z.object({
    total: z.number(),
    actions: z.array(
      z.object({
        ...{ name: z.string(), code: z.string().optional(), runtime: z.string().optional() },
        dependencies: z.array(fields).optional(),
        secrets: z.array(z.object({ name: z.string() })).optional(),
        supported_triggers: z.array(z.object({ id: z.string(), version: z.string().optional() })).optional(),
        all_changes_deployed: z.boolean().optional(),
      }),
    ),
  }),
  bindings: z.object({
    total: z.number(),
    bindings: z.array(
      z.object({ display_name: z.string().optional(), action: z.object({ name: z.string() }).optional() }),
    ),
  }),
  streams: z.array(
    z.object({
      name: z.string().optional(),
      type: z.string().optional(),
      sink: z
        .object({
          httpEndpoint: z.string().optional(),
          httpContentType: z.string().optional(),
          httpContentFormat: z.string().optional(),
          httpAuthorization: z.string().optional(),
          httpCustomHeaders: z.array(z.unknown()).optional(),
        })
        .optional(),
    }),
  ),
} as const;
