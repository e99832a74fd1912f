// What each scope of the Management API is for: the manifest grants them and prints the reasons, the doctor compares.
import { neededScopes } from './application.ts';
import { type Endpoint, looks } from './endpoints.ts';

/** With these the doctor sees how the tenant is set up. The service works without them. In the alphabet's order. */
export const lookScopes: readonly string[] = [
  // Options of a connection are shown only to who has it, beside the scope of the call.
  ...new Set([...Object.values<Endpoint>(looks).flatMap(({ scopes }) => scopes), 'read:connections_options']),
]
  .filter((scope) => !neededScopes.includes(scope))
  .sort();

/** Completes "… is there to …". */
export const scopeReasons: Readonly<Record<string, string>> = {
  'read:users': 'find the account by work address, read its contacts and its locks',
  'update:users': 'lift brute-force locks; link and unlink contacts; set passwords where the policy says so',
  'update:users_app_metadata': 'write into the account’s record who is bound to it, and since when a contact is linked',
  'create:users': 'create the passwordless user of a new contact',
  'delete:users': 'delete the passwordless user of a removed contact',
  'create:user_tickets': 'make links to a new password',
  'read:logs': 'see that a password was changed, how somebody signed in to enrol, and why an account is locked',
  'delete:sessions': 'sign people out after a reset, if the plan has it',
  'delete:refresh_tokens': 'sign people out of apps after a reset, if the plan has it',
  'read:clients': 'see grant types, callbacks and the kind of the application',
  'read:connections':
    'see whether the policy’s connections exist and are on for the application; without it a misspelt name is not noticed',
  'read:connections_options':
    'see length and lifetime of codes. It shows all options of all connections: where they hold a secret, such as that of a text message provider, that too',
  'read:email_provider': 'see whether the tenant can send codes by mail',
  'read:phone_providers': 'see whether the tenant can send codes by text message',
  'read:attack_protection': 'see whether passwords can be guessed, and whether contacts are blocked too early',
  'read:actions': 'see Actions that are in the way of codes, and whether Latchkey’s own run',
  'read:log_streams':
    'see whether the stream to Latchkey runs. It shows all streams, with the tokens in their settings',
  'read:email_templates': 'see how long the link in Auth0’s own reset mail can be used',
  'read:custom_domains': 'see whether the custom domain is ready',
};
