// The mail with a link to the page for a new password: asked for on the sign-in page, or by POST /dbconnections/change_password. Neither
// ever says whether there is such an account.
import { z } from 'zod';
import { mainIdentity } from './accounts.ts';
import { type Answer, oauthError } from './answer.ts';
import { connectionNamed } from './connections.ts';
import { drawResetMail } from './limits.ts';
import { writeLog } from './logs.ts';
import { deliver } from './passwordless.ts';
import type { Tenant } from './tenant.ts';
import { mintTicket } from './tickets.ts';

/** Five days, where the tenant has set nothing (`urlLifetimeInSeconds` of its template). */
const usualLifeSeconds = 432_000;

function lifeSeconds({ configuration }: Tenant): number {
  const set = configuration.emailTemplates.get('reset_email')?.['urlLifetimeInSeconds'];
  return typeof set === 'number' ? set : usualLifeSeconds;
}

/** To the account with this address, of any connection or of one. A newer link voids the older ones. */
export function mailResetLink(tenant: Tenant, address: string, ip: string, connection?: string): void {
  const wanted = address.toLowerCase();
  const user = [...tenant.users.values()].find((each) => {
    const main = mainIdentity(each);
    const isOfConnection = connection === undefined || main.connection === connection;
    return main.provider === 'auth0' && isOfConnection && each.email?.toLowerCase() === wanted;
  });
  if (user?.email === undefined || user.blocked === true) return;
  const url = mintTicket(tenant, user, { ttlSeconds: lifeSeconds(tenant), markEmailAsVerified: true });
  const { connection: of } = mainIdentity(user);
  writeLog(tenant, { type: 'scpr', description: 'Change password request', user, connection: of, ip });
  if (tenant.misbehave.codesLost) return;
  const text = `${tenant.name}: change your password here: ${url}`;
  deliver(tenant, { to: user.email, channel: 'email', code: undefined, at: tenant.now(), text });
}

const body = z.strictObject({
  client_id: z.string(),
  email: z.email(),
  connection: z.string(),
  organization: z.string().optional(),
});

export const resetMailAnswer = "We've just sent you an email to reset your password.";

/** Undefined: what the route answers whenever nothing was wrong with the request. */
export function askForResetMail(tenant: Tenant, sent: unknown, ip: string): Answer | undefined {
  const parsed = body.safeParse(sent);
  if (!parsed.success) return oauthError(400, 'invalid_request', z.prettifyError(parsed.error));
  const { client_id: client, email, connection: name } = parsed.data;
  const connection = connectionNamed(tenant, name);
  if (client !== tenant.clientId) return oauthError(400, 'invalid_request', 'client_id is not known');
  if (connection?.strategy !== 'auth0' || !connection.clients.has(client))
    return oauthError(400, 'invalid_request', 'connection does not exist');
  if (tenant.buckets !== undefined) {
    const { allowed, headers } = drawResetMail(tenant.buckets, `${ip} ${email.toLowerCase()}`, tenant.now());
    if (!allowed) return oauthError(429, 'too_many_requests', 'Global limit has been reached', headers);
  }
  mailResetLink(tenant, email, ip, name);
  return undefined;
}
