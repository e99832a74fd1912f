// `GET /authorize`: what a request must have, and how a wrong one is refused. Stricter than Auth0 in one respect: state,
// nonce and a code challenge must be there, because the product has to send them.
import { clientOf, grantTypesOf, textsIn } from './configuration.ts';
import { field } from './page-reply.ts';
import { passwordConnections, passwordlessIn } from './sign-in.ts';
import type { SignInRequest } from './state.ts';
import type { Tenant } from './tenant.ts';

type Back = { readonly redirectUri: string; readonly state: string };

export type Asked =
  | { readonly kind: 'sign-in'; readonly request: SignInRequest; readonly prompt: 'none' | 'login' | 'as-needed' }
  /** Nobody is sent to an address that is not registered: an error page. */
  | { readonly kind: 'page'; readonly status: number; readonly text: string }
  | { readonly kind: 'redirect'; readonly url: string };

/** Where the browser goes back to, with the query that it carries. */
export function returnUrl({ redirectUri, state }: Back, answer: Readonly<Record<string, string>>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== '') url.searchParams.set('state', state);
  return url.href;
}

export function refusal(back: Back, error: string, description: string): string {
  return returnUrl(back, { error, error_description: description });
}

const required = ['response_type', 'scope', 'state', 'nonce', 'code_challenge', 'code_challenge_method'] as const;
const prompts: ReadonlySet<string> = new Set(['none', 'login', 'consent', 'select_account']);
/** A SHA-256 hash in base64url. */
const challengeForm = /^[\w-]{43}$/;

/** The first fault of the request, as error code and sentence. */
function faultOf(tenant: Tenant, query: unknown): readonly [string, string] | undefined {
  const missing = required.find((name) => field(query, name) === '');
  if (missing !== undefined) return ['invalid_request', `Missing required parameter: ${missing}`];
  const type = field(query, 'response_type');
  if (type !== 'code') return ['unsupported_response_type', `Unsupported response type: ${type}`];
  if (!grantTypesOf(tenant.configuration, tenant.clientId).includes('authorization_code')) {
    return ['unauthorized_client', "Grant type 'authorization_code' not allowed for the client."];
  }
  if (!field(query, 'scope').split(' ').includes('openid')) return ['invalid_scope', 'The scope openid is missing'];
  if (field(query, 'code_challenge_method') !== 'S256') return ['invalid_request', 'Only S256 is allowed'];
  if (!challengeForm.test(field(query, 'code_challenge'))) return ['invalid_request', 'Invalid code_challenge'];
  const asked = promptsIn(query);
  if (asked.some((prompt) => !prompts.has(prompt)) || (asked.includes('none') && asked.length > 1)) {
    return ['invalid_request', 'Invalid prompt'];
  }
  if (!/^\d*$/.test(field(query, 'max_age'))) return ['invalid_request', 'Invalid max_age'];
  const connection = field(query, 'connection');
  const isOffered =
    passwordConnections(tenant).includes(connection) || passwordlessIn(tenant, connection) !== undefined;
  if (connection !== '' && !isOffered) {
    return ['invalid_request', 'the connection was not found'];
  }
  return undefined;
}

function promptsIn(query: unknown): readonly string[] {
  return field(query, 'prompt')
    .split(' ')
    .filter((prompt) => prompt !== '');
}

export function readAuthorize(tenant: Tenant, query: unknown): Asked {
  const client = field(query, 'client_id');
  if (client === '') return { kind: 'page', status: 400, text: 'Missing required parameter: client_id' };
  if (client !== tenant.clientId) return { kind: 'page', status: 400, text: `Unknown client: ${client}` };
  const redirectUri = field(query, 'redirect_uri');
  if (redirectUri === '') return { kind: 'page', status: 400, text: 'Missing required parameter: redirect_uri' };
  if (!textsIn(clientOf(tenant.configuration, client)?.fields['callbacks']).includes(redirectUri)) {
    const text = `Callback URL mismatch. ${redirectUri} is not in the list of allowed callback URLs.`;
    return { kind: 'page', status: 403, text };
  }
  const back = { redirectUri, state: field(query, 'state') };
  const fault = faultOf(tenant, query);
  if (fault !== undefined) return { kind: 'redirect', url: refusal(back, ...fault) };
  const [connection, maxAge] = [field(query, 'connection'), field(query, 'max_age')];
  const asked = promptsIn(query);
  return {
    kind: 'sign-in',
    prompt: asked.includes('none') ? 'none' : asked.length > 0 && !asked.includes('consent') ? 'login' : 'as-needed',
    request: {
      ...back,
      nonce: field(query, 'nonce'),
      challenge: field(query, 'code_challenge'),
      scopes: field(query, 'scope').split(' '),
      loginHint: field(query, 'login_hint'),
      connection: connection === '' ? undefined : connection,
      maxAge: maxAge === '' ? undefined : Number(maxAge),
    },
  };
}
