// The grant `authorization_code`: a code that the browser brought back becomes a token, once.
import { createHash } from 'node:crypto';
import { type Answer, oauthError } from './answer.ts';
import { writeLog } from './logs.ts';
import type { Fields } from './passwordless.ts';
import type { Grant, User } from './state.ts';
import type { Tenant } from './tenant.ts';

export type Redeemed =
  | { readonly kind: 'granted'; readonly grant: Grant; readonly user: User }
  | { readonly kind: 'refused'; readonly answer: Answer };

function faultOf(grant: Grant, fields: Fields): Answer | undefined {
  const { redirectUri, challenge } = grant.request;
  const sent = fields['redirect_uri'];
  if (sent !== redirectUri) {
    const text = `The redirect URI is wrong. You sent ${sent ?? 'null'}, and we expected ${redirectUri}`;
    return oauthError(403, 'invalid_grant', text);
  }
  const verifier = fields['code_verifier'] ?? '';
  const hash = createHash('sha256').update(verifier).digest('base64url');
  return hash === challenge ? undefined : oauthError(403, 'invalid_grant', 'Failed to verify code verifier');
}

/** Any try uses the code up, also one with another verifier or callback. */
export function redeemCode(tenant: Tenant, fields: Fields, ip: string): Redeemed {
  const code = fields['code'];
  if (code === undefined) {
    return { kind: 'refused', answer: oauthError(400, 'invalid_request', 'Missing required parameter: code') };
  }
  const grant = tenant.codeGrants.get(code);
  tenant.codeGrants.delete(code);
  const user = tenant.users.get(grant?.userId ?? '');
  const isLive = grant !== undefined && tenant.now() < grant.expiresAt;
  const fault =
    isLive && user !== undefined
      ? faultOf(grant, fields)
      : oauthError(403, 'invalid_grant', 'Invalid authorization code');
  if (fault !== undefined || grant === undefined || user === undefined) {
    writeLog(tenant, { type: 'feacft', description: 'Invalid authorization code', user, ip });
    return { kind: 'refused', answer: fault ?? oauthError(403, 'invalid_grant', 'Invalid authorization code') };
  }
  writeLog(tenant, { type: 'seacft', description: 'Authorization Code for Access Token', user, ip });
  return { kind: 'granted', grant, user };
}
